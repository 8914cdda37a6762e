//! `cargo xtask linters`: the document under the linters that other teams have.
//!
//! Our own lint knows this document, these know OpenAPI: Redocly's recommended rules and Spectral's
//! `spectral:oas`, at stated versions, warnings included. Each is first given a spoilt copy, of
//! which it must complain: a linter that finds nothing there would find nothing anywhere.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde_json::Value;

use crate::failure::Failure;
use crate::{say, tools, workspace};

/// What is looked at.
#[derive(Args, Debug, Default)]
pub(crate) struct Options {
    /// The documents to look at, instead of openapi/source.yaml
    files: Vec<PathBuf>,
}

/// Runs both linters over the documents; a warning counts as much as an error.
pub(crate) fn run(options: &Options) -> Result<()> {
    let own = [PathBuf::from(workspace::SOURCE_YAML)];
    let files = if options.files.is_empty() {
        &own[..]
    } else {
        &options.files
    };
    let mut complaints = Vec::new();
    for linter in &LINTERS {
        let Some(folder) = installed(linter)? else {
            continue;
        };
        linter.is_awake(&folder)?;
        for file in files {
            let found = linter.complaints(&folder, file)?;
            let word = match found.len() {
                1 => "problem",
                _ => "problems",
            };
            let (name, file, count) = (linter.name, file.display(), found.len());
            say::line(&format!("linters: {name}: {file}: {count} {word}"));
            complaints.extend(
                found
                    .into_iter()
                    .map(|one| format!("{name}: {file}: {one}")),
            );
        }
    }
    if complaints.is_empty() {
        return Ok(());
    }
    Err(Failure::failed(
        complaints.join("\n"),
        "edit the document where it is named above, then run `cargo xtask linters`",
    )
    .into())
}

/// A program for Node that looks at OpenAPI documents.
struct Linter {
    name: &'static str,
    package: &'static str,
    // Its program and what stands before the name of the document.
    program: &'static str,
    arguments: &'static [&'static str],
    // What it says of the spoilt document: one rule of warnings, one of errors.
    names: [&'static str; 2],
    read: fn(&Value) -> Option<Vec<String>>,
}

const LINTERS: [Linter; 2] = [
    Linter {
        name: "redocly",
        package: "@redocly/cli@2.77.0",
        program: "redocly",
        arguments: &["lint", "--extends=recommended", "--format=json"],
        names: ["no-invalid-media-type-examples", "no-unresolved-refs"],
        read: of_redocly,
    },
    Linter {
        name: "spectral",
        package: "@stoplight/spectral-cli@6.16.3",
        program: "spectral",
        arguments: &["lint", "--ruleset=ruleset.yaml", "--format=json", "--quiet"],
        names: ["operation-tag-defined", "invalid-ref"],
        read: of_spectral,
    },
];

const RULESET: &str = "extends: spectral:oas\n";

// An example that is not what its schema says, a tag that is not declared, and a reference that
// leads nowhere.
const SPOILS: [(&str, &str); 3] = [
    ("        amount: 10000\n", "        amount: ten\n"),
    ("tags: [Sources]", "tags: [Charges]"),
    ("#/components/schemas/Flow", "#/components/schemas/Flows"),
];

impl Linter {
    /// Shows it the document with something wrong in it.
    fn is_awake(&self, folder: &Path) -> Result<()> {
        let spoilt = folder.join("spoilt.yaml");
        fs::write(&spoilt, spoilt_document()?)?;
        let found = self.complaints(folder, &spoilt)?;
        for name in self.names {
            ensure!(
                found.iter().any(|one| one.ends_with(&format!("[{name}]"))),
                "{} says nothing of {name} in a document that is spoilt so; it is no proof",
                self.name
            );
        }
        Ok(())
    }

    /// What it finds in a document, warnings too.
    fn complaints(&self, folder: &Path, file: &Path) -> Result<Vec<String>> {
        let file = workspace::root().join(file);
        let program = folder.join("node_modules/.bin").join(self.program);
        let mut command = Command::new(&program);
        command
            .current_dir(folder)
            .args(self.arguments)
            .arg(&file)
            .env("REDOCLY_TELEMETRY", "off")
            .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
        let output = command
            .output()
            .with_context(|| format!("cannot run {}", program.display()))?;
        let found = serde_json::from_slice(&output.stdout).ok();
        let found = found.and_then(|report| (self.read)(&report));
        found.with_context(|| format!("{} gave no report:\n{}", self.name, text(&output)))
    }
}

/// The folder where it is installed; nothing if it cannot be had here, which `CI` does not put up
/// with.
fn installed(linter: &Linter) -> Result<Option<PathBuf>> {
    match tools::npm(&[linter.package]) {
        Ok(folder) => {
            fs::write(folder.join("ruleset.yaml"), RULESET)?;
            Ok(Some(folder))
        }
        Err(error) if std::env::var_os("CI").is_none() => {
            let (name, package) = (linter.name, linter.package);
            say::error(&format!(
                "linters: {name} is skipped, as {package} cannot be had: {error:#}"
            ));
            Ok(None)
        }
        Err(error) => Err(Failure::failed(
            format!("{} cannot be skipped in CI: {error:#}", linter.name),
            "install Node and npm, and give them a registry",
        )
        .into()),
    }
}

fn spoilt_document() -> Result<String> {
    let mut document = workspace::read(workspace::SOURCE_YAML)?;
    for (find, write) in SPOILS {
        ensure!(document.contains(find), "there is no `{find}` to spoil");
        document = document.replacen(find, write, 1);
    }
    Ok(document)
}

fn of_redocly(report: &Value) -> Option<Vec<String>> {
    let problems = report["problems"].as_array()?.iter();
    problems
        .map(|problem| {
            let place = problem["location"][0]["pointer"].as_str()?;
            complaint(place, &problem["message"], &problem["ruleId"])
        })
        .collect()
}

fn of_spectral(report: &Value) -> Option<Vec<String>> {
    let problems = report.as_array()?.iter();
    problems
        .map(|problem| {
            let path = problem["path"].as_array()?.iter();
            let path: Option<Vec<&str>> = path.map(Value::as_str).collect();
            complaint(&path?.join("."), &problem["message"], &problem["code"])
        })
        .collect()
}

fn complaint(place: &str, message: &Value, rule: &Value) -> Option<String> {
    let (message, rule) = (message.as_str()?, rule.as_str()?);
    Some(format!("{place}: {message} [{rule}]"))
}

fn text(output: &Output) -> String {
    let (stdout, stderr) = (&output.stdout, &output.stderr);
    String::from_utf8_lossy(&[stdout.as_slice(), stderr].concat()).into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_report_without_problems_is_told_from_no_report() {
        assert_eq!(of_redocly(&json!({"problems": []})), Some(vec![]));
        assert_eq!(of_redocly(&json!({"error": "no such file"})), None);
        assert_eq!(of_spectral(&json!([])), Some(vec![]));
        assert_eq!(of_spectral(&json!({"error": "no such file"})), None);
    }

    #[test]
    fn a_complaint_says_where_what_and_by_which_rule() {
        let redocly = json!({"problems": [{
            "ruleId": "info-license",
            "severity": "warn",
            "message": "there is none",
            "location": [{"pointer": "#/info"}],
        }]});
        let told = "#/info: there is none [info-license]";
        assert_eq!(of_redocly(&redocly), Some(vec![told.to_owned()]));

        let spectral = json!([{
            "code": "info-contact",
            "path": ["info", "contact"],
            "message": "there is none",
            "severity": 1,
        }]);
        let told = "info.contact: there is none [info-contact]";
        assert_eq!(of_spectral(&spectral), Some(vec![told.to_owned()]));
    }

    #[test]
    fn what_is_spoilt_is_in_the_document_and_no_more_behind_it() {
        let document = workspace::read(workspace::SOURCE_YAML).expect("it is there");
        assert_ne!(spoilt_document().expect("it can be spoilt"), document);
    }
}
