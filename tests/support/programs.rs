//! Other people's programs, which a machine may not have.

use std::io::Write;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

/// What a program writes to stdout.
///
/// # Errors
///
/// When it cannot be run, fails, or writes no text.
pub fn output_of(command: &mut Command) -> anyhow::Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .with_context(|| format!("running {program}"))?;
    if !output.status.success() {
        bail!(
            "{program} ended with {}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    String::from_utf8(output.stdout).with_context(|| format!("{program} printed no text"))
}

/// What a test needs, or nothing when it cannot be had here.
///
/// # Panics
///
/// Where `CI` is set, so that nobody mistakes a skipped test for a proof.
pub fn needed<T>(test: &str, what: anyhow::Result<T>) -> Option<T> {
    match what {
        Ok(what) => Some(what),
        Err(error) if std::env::var_os("CI").is_some() => {
            panic!("{test} cannot be skipped in CI: {error:#}")
        }
        Err(error) => {
            // Written past the test harness, which would keep it to itself because the test passes.
            let _ = writeln!(std::io::stderr(), "{test} is skipped: {error:#}");
            None
        }
    }
}

/// Ends a program: it is asked to, so that it can end its own and tidy up, and then killed.
pub fn end(child: &mut Child) {
    let asked = Command::new("kill")
        .arg("-TERM")
        .arg(child.id().to_string())
        .status();
    let deadline = Instant::now() + Duration::from_secs(5);
    while asked.is_ok() && Instant::now() < deadline {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    // Errors mean that it is gone already.
    let _ = child.kill();
    let _ = child.wait();
}
