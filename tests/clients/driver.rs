//! A driver as a child process: a line in, a line out.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use anyhow::Context;
use serde_json::Value;

/// A running driver. Dropping it kills it.
pub(crate) struct Driver {
    child: Child,
    stdin: ChildStdin,
    lines: Receiver<String>,
}

impl Driver {
    /// Starts one.
    pub(crate) fn start(mut command: Command) -> anyhow::Result<Driver> {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().context("cannot run run.sh")?;
        let stdin = child.stdin.take().context("stdin is piped")?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // An error means that the driver was dropped.
                let _ = sender.send(line);
            }
        });
        Ok(Driver {
            child,
            stdin,
            lines,
        })
    }

    /// Lets it make a call and returns its answer.
    pub(crate) fn ask(&mut self, call: &Value) -> anyhow::Result<Value> {
        const LIMIT: Duration = Duration::from_secs(60);
        let failed = || format!("the driver did not answer {call}");
        writeln!(self.stdin, "{call}").with_context(failed)?;
        let line = self.lines.recv_timeout(LIMIT).with_context(failed)?;
        serde_json::from_str(&line).with_context(|| format!("not valid JSON: {line}"))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Errors mean that it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
