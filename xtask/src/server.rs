//! `omise serve` as a child process, for the tasks that need a service to call.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

/// The program of `omise`. `cargo test --workspace` builds it from the same crates with the same
/// features, so that building it for a task costs nothing more.
pub(crate) const SERVER: &str = "omise-under-test";

// Keys of nobody, in the form that the API's keys have.
pub(crate) const PUBLIC_KEY: &str = "pkey_test_5g5in1we65199wlsyj0";
pub(crate) const SECRET_KEY: &str = "skey_test_5g5in1we65199wlsyj1";

/// A running server. Dropping it kills it.
pub(crate) struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // Errors mean that the process is gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts it on a free port and returns it with its URL.
pub(crate) fn serve(program: &Path) -> Result<(Server, String)> {
    let mut command = Command::new(program);
    command.args(["serve", "--memory", "--listen", "127.0.0.1:0"]);
    command.args(["--log", "error"]);
    command.args(["--public-key", PUBLIC_KEY, "--secret-key", SECRET_KEY]);
    let child = command.stdout(Stdio::piped()).spawn();
    let mut server = Server(child.with_context(|| format!("cannot run {}", program.display()))?);
    let stdout = server.0.stdout.take().context("stdout is piped")?;
    let mut line = String::new();
    // It writes one line, or ends without any.
    BufReader::new(stdout).read_line(&mut line)?;
    let url = line
        .split_whitespace()
        .find(|word| word.starts_with("http://"));
    let url = url.with_context(|| format!("no address in `{line}`"))?;
    let url = url.trim_end_matches([',', '.']).to_owned();
    Ok((server, url))
}
