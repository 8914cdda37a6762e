//! The proof that the packages stand alone: a program is built from them, elsewhere, and run.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use omise_types::SPEC_SHA256;
use serde_json::Value;

use super::manifest;
use super::package::Package;
use crate::failure::Failure;
use crate::server::{PUBLIC_KEY, SECRET_KEY, SERVER, serve};
use crate::{say, workspace};

const CONSUMER: &str = "omise-dist-consumer";

/// What a user of the SDK must not have to build.
const GENERATORS: [&str; 9] = [
    "omise-codegen",
    "openapiv3",
    "prettyplease",
    "progenitor",
    "progenitor-impl",
    "progenitor-macro",
    "typify",
    "typify-impl",
    "typify-macro",
];

/// Compares the packages with what build.rs wrote, and uses them as a stranger does.
pub(super) fn prove(packages: &[Package]) -> Result<()> {
    let server = Build::of_server()?;
    server.wrote_what_is_packed(packages)?;

    // Not below the repository: nothing of it must be found by looking upward.
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let consumer = Consumer::write(folder.path(), packages)?;
    let crates = consumer.has_no_generator()?;
    let program = consumer.build()?;
    run(&program, &server.program)?;
    say::line(&format!(
        "dist: a program of {crates} crates, built from the packages, created and retrieved a source"
    ));
    consumer.tests_the_examples()?;
    say::line("dist: the examples in the documentation of the packages pass");
    consumer.packs()?;
    say::line("dist: `cargo package` takes all of them");
    Ok(())
}

/// Runs a command and answers what it wrote to stdout; what it says is shown only if it fails.
fn succeed(command: &mut Command, name: &str) -> Result<String> {
    let output = command
        .output()
        .with_context(|| format!("cannot run {name}"))?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(stdout);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    let fix = "edit what is named above, then run `cargo xtask dist`";
    Err(Failure::failed(format!("{stdout}{stderr}{name} failed"), fix).into())
}

/// What a build of cargo made.
struct Build {
    program: PathBuf,
    // The packages with a build.rs, and where it wrote.
    out_dirs: Vec<(String, PathBuf)>,
}

impl Build {
    fn of_server() -> Result<Build> {
        let mut command = workspace::cargo();
        command.args(["build", "--workspace", "--bin", SERVER]);
        Build::run(&mut command, SERVER)
    }

    fn run(command: &mut Command, program: &str) -> Result<Build> {
        command.args(["--quiet", "--message-format", "json-render-diagnostics"]);
        let messages = succeed(command, "cargo build")?;
        let mut executable = None;
        let mut out_dirs = Vec::new();
        for message in messages.lines() {
            let message: Value = serde_json::from_str(message).context("what cargo build says")?;
            let text = |pointer: &str| message.pointer(pointer).and_then(Value::as_str);
            if text("/target/name") == Some(program) {
                executable = text("/executable").map(PathBuf::from).or(executable);
            }
            if let (Some(package), Some(out_dir)) = (text("/package_id"), text("/out_dir")) {
                out_dirs.push((package.to_owned(), PathBuf::from(out_dir)));
            }
        }
        let program = executable.with_context(|| format!("cargo build made no {program}"))?;
        Ok(Build { program, out_dirs })
    }

    /// The build and the packages have the emitted code from one place each; it must be the same.
    fn wrote_what_is_packed(&self, packages: &[Package]) -> Result<()> {
        let mut differences = Vec::new();
        for package in packages {
            if !package.has_emitted_files() {
                continue;
            }
            let folder = format!("/{}#", package.name);
            let mut out_dirs = self.out_dirs.iter();
            let out_dir = out_dirs.find(|(of, _)| of.contains(&folder));
            let (_, out_dir) = out_dir.with_context(|| {
                format!("the build.rs of {} did not run: has it one?", package.name)
            })?;
            differences.extend(package.differences(out_dir));
        }
        if differences.is_empty() {
            return Ok(());
        }
        let mend = "make `Emitted` in xtask/src/emit.rs say what build.rs does, then run \
                    `cargo xtask dist`";
        Err(Failure::failed(differences.join("\n"), mend).into())
    }
}

/// A program that knows the packages only, and the packages beside it.
struct Consumer<'a> {
    folder: &'a Path,
    packages: PathBuf,
}

impl Consumer<'_> {
    fn write<'a>(folder: &'a Path, packages: &[Package]) -> Result<Consumer<'a>> {
        let name = super::folder_name();
        let consumer = Consumer {
            folder,
            packages: folder.join(&name),
        };
        super::write(packages, &consumer.packages)?;
        let profile = workspace::dev_profile()?;
        let manifest = manifest::consumer(CONSUMER, &name) + &profile;
        std::fs::write(folder.join("Cargo.toml"), manifest)?;
        std::fs::create_dir(folder.join("src"))?;
        std::fs::write(folder.join("src/main.rs"), include_str!("consumer.rs"))?;
        // With another profile all that comes from elsewhere would be built again.
        let root = consumer.packages.join("Cargo.toml");
        let manifest = std::fs::read_to_string(&root)? + &profile;
        std::fs::write(root, manifest)?;
        // Offline there are the versions only that this workspace has.
        let lock = workspace::read("Cargo.lock")?;
        for folder in [folder, &consumer.packages] {
            std::fs::write(folder.join("Cargo.lock"), &lock)?;
        }
        Ok(consumer)
    }

    fn cargo(&self) -> Command {
        let mut command = workspace::cargo();
        command.current_dir(self.folder);
        command
    }

    /// Looks at all that the program is built from; answers how many crates are linked into it.
    fn has_no_generator(&self) -> Result<usize> {
        let all = self.tree(&["--edges", "normal,build,dev"])?;
        let found = generators(&all);
        if found.is_empty() {
            return Ok(self.tree(&["--edges", "normal"])?.len());
        }
        let what = format!("the packages are built with {}", found.join(", "));
        let fix = "move it to the build-dependencies of the crate, then run `cargo xtask dist`";
        Err(Failure::failed(what, fix).into())
    }

    /// The names and versions of what `cargo tree` lists.
    fn tree(&self, arguments: &[&str]) -> Result<BTreeSet<String>> {
        let mut command = self.cargo();
        command.args(["tree", "--offline", "--quiet", "--prefix", "none"]);
        let tree = succeed(command.args(arguments), "cargo tree")?;
        let crates = tree.lines().map(|line| {
            let words: Vec<&str> = line.split(' ').take(2).collect();
            words.join(" ")
        });
        Ok(crates.filter(|name| !name.is_empty()).collect())
    }

    /// Builds it, beside this workspace: what comes from elsewhere is built once for both.
    fn build(&self) -> Result<PathBuf> {
        let mut command = self.cargo();
        command.args(["build", "--offline", "--target-dir"]);
        command.arg(workspace::target()?);
        Ok(Build::run(&mut command, CONSUMER)?.program)
    }

    fn tests_the_examples(&self) -> Result<()> {
        let mut command = self.cargo();
        command.current_dir(&self.packages);
        command.args(["test", "--doc", "--workspace", "--offline", "--target-dir"]);
        command.arg(workspace::target()?);
        succeed(&mut command, "cargo test --doc").map(drop)
    }

    fn packs(&self) -> Result<()> {
        let mut command = self.cargo();
        command.current_dir(&self.packages);
        command.args(["package", "--workspace", "--offline", "--target-dir"]);
        command.arg(workspace::target()?);
        succeed(&mut command, "cargo package").map(drop)
    }
}

/// The generators among crates.
fn generators(crates: &BTreeSet<String>) -> Vec<&str> {
    let names = crates.iter().filter_map(|name| name.split(' ').next());
    names.filter(|name| GENERATORS.contains(name)).collect()
}

/// Runs the program against a server and reads what it says.
fn run(program: &Path, server: &Path) -> Result<()> {
    let spec = workspace::spec()?;
    let example = spec.document().components.examples.get("PromptpayRequest");
    let example = &example
        .context("the specification has no PromptpayRequest")?
        .value;
    let [amount, currency, type_] =
        ["amount", "currency", "type"].map(|name| match &example[name] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });

    let (_server, url) = serve(server)?;
    let mut command = Command::new(program);
    command.args([&url, PUBLIC_KEY, SECRET_KEY, &amount, &currency, &type_]);
    let said = succeed(&mut command, CONSUMER)?;
    said_what_it_should(&said, &format!("{amount} {currency} {type_}"))
}

fn said_what_it_should(said: &str, terms: &str) -> Result<()> {
    let lines: Vec<&str> = said.lines().collect();
    let [created, retrieved, specification] = lines.as_slice() else {
        bail!("{CONSUMER} said:\n{said}");
    };
    let created = created.strip_prefix("created ");
    let is_one_source = created.is_some_and(|created| {
        created.starts_with("src_test_")
            && created.ends_with(&format!(" {terms}"))
            && retrieved.strip_prefix("retrieved ") == Some(created)
    });
    ensure!(
        is_one_source,
        "no source with {terms} was created and retrieved:\n{said}"
    );
    ensure!(
        *specification == format!("specification {SPEC_SHA256}"),
        "the packages are not from specification {SPEC_SHA256}:\n{said}"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generator_among_the_crates_is_told() {
        let crates = ["progenitor-client 0.15.1", "typify 0.8.0", "serde 1.0.0"];
        let crates = crates.map(str::to_owned).into_iter().collect();
        assert_eq!(generators(&crates), ["typify"]);
    }

    #[test]
    fn a_program_that_says_something_else_is_told() {
        let said = |created: &str, retrieved: &str, sha256: &str| {
            let said =
                format!("created {created}\nretrieved {retrieved}\nspecification {sha256}\n");
            said_what_it_should(&said, "1 THB a").is_ok()
        };
        assert!(said(
            "src_test_1 1 THB a",
            "src_test_1 1 THB a",
            SPEC_SHA256
        ));
        assert!(!said(
            "src_test_1 1 THB a",
            "src_test_2 1 THB a",
            SPEC_SHA256
        ));
        assert!(!said(
            "src_test_1 2 THB a",
            "src_test_1 2 THB a",
            SPEC_SHA256
        ));
        assert!(!said("src_test_1 1 THB a", "src_test_1 1 THB a", "0"));
        assert!(said_what_it_should("", "1 THB a").is_err());
    }
}
