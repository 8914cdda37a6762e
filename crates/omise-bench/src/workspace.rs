//! Where the workspace and its programs are, and what the document has.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

// Keys of nobody, in the form that the API's keys have.
pub(crate) const PUBLIC_KEY: &str = "pkey_test_5g5in1we65199wlsyj0";
pub(crate) const SECRET_KEY: &str = "skey_test_5g5in1we65199wlsyj1";

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Whether this program was built without `--release`, as for a trial of a change to it: then
/// everything is, and the figures mean nothing.
pub(crate) const IS_TRIAL: bool = cfg!(debug_assertions);

/// Writes a line to stdout; a closed pipe is not an error.
pub(crate) fn print(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Fails if a limit was missed, with what to do about it.
pub(crate) fn verdict(missed: &[String], fix: &str) -> Result<()> {
    if IS_TRIAL {
        print("a trial: the figures mean nothing without `cargo run --release`");
    } else if !missed.is_empty() {
        bail!("{}\nto fix it: {fix}", missed.join("\n"));
    }
    Ok(())
}

/// The cargo that called this program, at the root of the repository.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(ROOT);
    command
}

/// Builds programs with the profile of this one.
pub(crate) fn build(arguments: &[&str]) -> Result<()> {
    build_with(if IS_TRIAL { "dev" } else { "release" }, arguments)
}

/// Builds programs with a profile.
pub(crate) fn build_with(profile: &str, arguments: &[&str]) -> Result<()> {
    let mut command = cargo();
    command
        .args(["build", "--profile", profile])
        .args(arguments);
    // Nothing must stand between the lines of the table.
    let status = command.stdout(Stdio::null()).status();
    let is_built = status.context("cannot run cargo")?.success();
    ensure!(is_built, "cargo build {} failed", arguments.join(" "));
    Ok(())
}

/// A program that cargo built beside this one.
pub(crate) fn program(name: &str) -> Result<PathBuf> {
    let this = std::env::current_exe().context("cannot find this program")?;
    Ok(this.with_file_name(name))
}

/// The folder that cargo builds into.
pub(crate) fn target() -> Result<PathBuf> {
    let program = program("omise-bench")?;
    let target = program.ancestors().nth(2).map(Path::to_owned);
    target.context("this program is not in cargo's target folder")
}

/// A request or an answer of the document's examples.
pub(crate) fn example(name: &str) -> Result<Value> {
    let path = Path::new(ROOT).join("openapi/source.yaml");
    let document: Value = serde_saphyr::from_str(&std::fs::read_to_string(path)?)?;
    let example = document["components"]["examples"][name].get("value");
    example
        .cloned()
        .with_context(|| format!("the document has no example {name}"))
}
