//! `cargo xtask conformance`: the conformance cases that follow from the table of payment methods,
//! and what holds for every case.
//!
//! It checks the files as they are on disk now. That the cases are true is checked by
//! `tests/conformance.rs`.

mod check;

use anyhow::{Context, Result};
use clap::Args;
use omise_conformance::table;
use omise_types::{Currency, Limits};

use crate::failure::Failure;
use crate::{say, workspace};

/// The folder of the cases, from the root of the repository.
const FOLDER: &str = "openapi/conformance";

/// What `conformance` does beside checking the cases.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Write nothing; exit with 2 if a generated file is out of date
    #[arg(long)]
    check: bool,
}

/// Rewrites the generated files, or compares them, and checks all.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.check {
        return check();
    }
    for (name, text) in generated()? {
        let path = format!("{FOLDER}/{name}.json");
        std::fs::write(workspace::root().join(&path), text)
            .with_context(|| format!("cannot write {path}"))?;
    }
    check()
}

/// Compares the generated files with what would be written, and checks all.
pub(crate) fn check() -> Result<()> {
    for (name, text) in generated()? {
        let path = format!("{FOLDER}/{name}.json");
        if workspace::read(&path).unwrap_or_default() != text {
            let what = format!("{path} is not what the table of payment methods says");
            return Err(Failure::out_of_date(what, "cargo xtask conformance").into());
        }
    }
    let files = files()?;
    let problems = check::problems(&files, &workspace::spec()?)?;
    if !problems.is_empty() {
        let what = format!(
            "{}\nconformance: {} problems",
            problems.join("\n"),
            problems.len()
        );
        let mend = "edit what is named above, then run `cargo xtask conformance`";
        return Err(Failure::failed(what, mend).into());
    }
    let check::Count {
        files,
        cases,
        assumed_claims,
        assumed_cases,
    } = check::count(&files);
    say::line(&format!(
        "conformance: {cases} cases in {files} files: no problem; {assumed_claims} claims are assumed, \
         {assumed_cases} of them whole cases"
    ));
    Ok(())
}

fn generated() -> Result<Vec<(&'static str, String)>> {
    let spec = workspace::spec()?;
    let is_documented = |currency: Currency, limits: Limits| {
        spec.currency(currency.as_str()).is_some_and(|row| {
            let are_general = (row.min, row.max) == (limits.min.get(), limits.max.get());
            are_general && row.evidence.iter().any(|word| word == "documented")
        })
    };
    Ok(table::files(table::Known {
        message: &|text| spec.knows_message(text),
        general_limits: &is_documented,
    }))
}

/// The files of the folder with their names, and `case.schema.json` among them.
fn files() -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for path in workspace::files()? {
        let name = path
            .strip_prefix(FOLDER)
            .and_then(|rest| rest.strip_prefix('/'));
        if let Some(name) = name.filter(|name| name.ends_with(".json")) {
            files.push((name.to_owned(), workspace::read(&path)?));
        }
    }
    Ok(files)
}
