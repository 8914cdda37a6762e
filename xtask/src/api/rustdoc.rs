//! Asking rustdoc what a crate has, as JSON.
//!
//! JSON is not stable, so rustdoc has to be told that it may: `RUSTC_BOOTSTRAP`. Set for all of
//! cargo, it would make build scripts run again and much be built twice; so cargo is given this
//! program in the place of rustdoc, and the variable is set for rustdoc alone.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::failure::Failure;
use crate::{say, workspace};

/// Says to this program that cargo calls it as rustdoc.
const MARK: &str = "XTASK_IS_RUSTDOC";

/// Whether cargo calls this program as rustdoc.
pub(crate) fn is_called() -> bool {
    std::env::var_os(MARK).is_some()
}

/// Does what rustdoc does.
pub(crate) fn call() -> ExitCode {
    let status = Command::new("rustdoc")
        .args(std::env::args_os().skip(1))
        .env("RUSTC_BOOTSTRAP", "1")
        .env_remove(MARK)
        .status();
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            say::error(&format!("cannot run rustdoc: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Where this program is.
///
/// It is what cargo called, not what the system says of the process: if a step before this one
/// built this program again, the file that runs is no longer there, and another of that name is.
pub(crate) fn this_program() -> Result<PathBuf> {
    let called = std::env::args_os().next();
    let called = called.context("nobody said what this program is")?;
    std::path::absolute(called).context("cannot tell the path of this program")
}

/// Documents a crate with all its features and answers where that is.
pub(super) fn json(of: &str) -> Result<PathBuf> {
    let this = this_program()?;
    let status = workspace::cargo()
        .args([
            "rustdoc",
            "--quiet",
            "--package",
            of,
            "--lib",
            "--all-features",
            "--",
        ])
        .args(["-Zunstable-options", "--output-format", "json"])
        .env("RUSTDOC", this)
        .env(MARK, "1")
        .status()
        .context("cannot run cargo rustdoc")?;
    if !status.success() {
        let mend = "edit what is named above, then run `cargo xtask api`";
        return Err(Failure::failed(format!("{of} cannot be documented"), mend).into());
    }
    let name = of.replace('-', "_");
    Ok(workspace::target()?
        .join("doc")
        .join(format!("{name}.json")))
}
