//! `omise serve` as a child process, for the tasks that need a service to call.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::bench::process::Process;

/// The program of `omise`. `cargo test --workspace` builds it from the same crates with the same
/// features, so that building it for a task costs nothing more.
pub(crate) const SERVER: &str = "omise-under-test";

// Keys of nobody, in the form that the API's keys have.
pub(crate) const PUBLIC_KEY: &str = "pkey_test_5g5in1we65199wlsyj0";
pub(crate) const SECRET_KEY: &str = "skey_test_5g5in1we65199wlsyj1";

/// Starts it on a free port, until the process is dropped, and tells its address.
pub(crate) fn serve(program: &Path) -> Result<(Process, String)> {
    let mut command = Command::new(program);
    command.args(["serve", "--memory", "--listen", "127.0.0.1:0"]);
    command.args(["--log", "error"]);
    command.args(["--public-key", PUBLIC_KEY, "--secret-key", SECRET_KEY]);
    let mut process = Process::start(command)?;
    let url = process.url(Duration::from_secs(30))?;
    Ok((process, url))
}
