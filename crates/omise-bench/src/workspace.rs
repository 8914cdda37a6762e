//! Where the workspace and its programs are, and what the document has.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

// Keys of nobody, in the form that the API's keys have.
pub(crate) const PUBLIC_KEY: &str = "pkey_test_5g5in1we65199wlsyj0";
pub(crate) const SECRET_KEY: &str = "skey_test_5g5in1we65199wlsyj1";

/// Writes a line to stdout; a closed pipe is not an error.
pub(crate) fn print(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The cargo that called this program, at the root of the repository.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// The folder of this program, which cargo built beside the others.
pub(crate) fn programs() -> Result<PathBuf> {
    let this = std::env::current_exe().context("cannot tell the path of this program")?;
    Ok(this
        .parent()
        .context("a program is in a folder")?
        .to_owned())
}

/// The folder that cargo builds into.
pub(crate) fn target() -> Result<PathBuf> {
    let programs = programs()?;
    Ok(programs
        .parent()
        .context("cargo's target folder")?
        .to_owned())
}

/// A request or an answer of the document's examples.
pub(crate) fn example(name: &str) -> Result<Value> {
    let document: Value = serde_saphyr::from_str(omise_openapi::SOURCE_YAML)?;
    let example = document["components"]["examples"][name].get("value");
    example
        .cloned()
        .with_context(|| format!("the document has no example {name}"))
}
