//! `omise serve` as a child process: started, waited for, drained and killed.
//!
//! Tests that are about the process itself (crashes, signals, official clients) use this;
//! everything else is quicker against a router in the same process.

use std::ffi::OsStr;
use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The public key that every served process knows.
pub const PUBLIC_KEY: &str = "pkey_test_5xuy4w91xqz7d1w9u0t";

/// The secret key that every served process knows.
pub const SECRET_KEY: &str = "skey_test_5xuy4w91xqz7d1w9u0t";

/// How long a process may take to say that it is ready.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// How long a process may take to end after SIGTERM.
const DRAINED_WITHIN: Duration = Duration::from_secs(60);

/// Writes the `Authorization` header of `key` as most clients do: the key, a colon and no password.
pub fn authorization(key: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{key}:")))
}

/// A running server. Dropping it kills it.
#[derive(Debug)]
pub struct ServeProcess {
    child: Child,
    address: SocketAddr,
    ready_after: Duration,
    later_lines: Receiver<String>,
    stderr: Arc<Mutex<Vec<u8>>>,
    readers: Vec<thread::JoinHandle<()>>,
}

impl ServeProcess {
    /// Starts `program` with `arguments`, all of them, and waits until it has said on stdout where
    /// it listens.
    ///
    /// # Errors
    ///
    /// [`NotReady`] (found by downcasting) when the process ended or stayed silent for 60 seconds;
    /// any other error when it could not be started or announced something that is not an address.
    pub fn start(program: &Path, arguments: &[&str]) -> anyhow::Result<ServeProcess> {
        Self::spawn(Command::new(program).args(arguments))
    }

    /// Starts `omise serve` with both keys on a free port, keeping sources in memory.
    ///
    /// # Errors
    ///
    /// As [`ServeProcess::start`].
    pub fn in_memory(program: &Path) -> anyhow::Result<ServeProcess> {
        Self::spawn(
            Command::new(program)
                .args(serve_arguments())
                .arg("--memory"),
        )
    }

    /// Starts `omise serve` with both keys on a free port, keeping sources in `directory`.
    ///
    /// # Errors
    ///
    /// As [`ServeProcess::start`].
    pub fn on_directory(program: &Path, directory: &Path) -> anyhow::Result<ServeProcess> {
        Self::on_directory_with(program, directory, |_| {})
    }

    /// As [`ServeProcess::on_directory`], after `set_up` has changed how the process is started.
    ///
    /// # Errors
    ///
    /// As [`ServeProcess::start`].
    pub fn on_directory_with(
        program: &Path,
        directory: &Path,
        set_up: impl FnOnce(&mut Command),
    ) -> anyhow::Result<ServeProcess> {
        let mut command = Command::new(program);
        command.args(serve_arguments()).arg("--data").arg(directory);
        set_up(&mut command);
        Self::spawn(&mut command)
    }

    fn spawn(command: &mut Command) -> anyhow::Result<ServeProcess> {
        let started = Instant::now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("starting {:?}", command.get_program()))?;

        // Both pipes are read to their end, so that a talkative server never blocks on a full one.
        let (lines, stdout_reader) = lines_of(child.stdout.take().context("stdout is piped")?);
        let stderr = Arc::new(Mutex::new(Vec::new()));
        let stderr_reader = collect(
            child.stderr.take().context("stderr is piped")?,
            Arc::clone(&stderr),
        );

        let Ok(line) = lines.recv_timeout(READY_WITHIN) else {
            // A process that ended has a status of its own; one that hangs gets killed and has
            // none.
            let status = ended_within(&mut child, Duration::from_secs(10))?;
            if status.is_none() {
                child
                    .kill()
                    .context("killing a process that is not ready")?;
                child.wait().context("waiting for a killed process")?;
            }
            let _ = stderr_reader.join();
            let stderr = text_of(&stderr);
            return Err(NotReady { status, stderr }.into());
        };

        let ready_after = started.elapsed();
        match announced_address(&line) {
            Ok(address) => Ok(ServeProcess {
                child,
                address,
                ready_after,
                later_lines: lines,
                stderr,
                readers: vec![stdout_reader, stderr_reader],
            }),
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(error)
            }
        }
    }

    /// The address that the process announced.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base URL, without a final slash.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How long it took from the start of the process to the line that says it is ready.
    pub fn ready_after(&self) -> Duration {
        self.ready_after
    }

    /// What the process has written to stderr: all of it after the process has ended, and before
    /// that what has been read by now.
    pub fn stderr(&self) -> String {
        text_of(&self.stderr)
    }

    /// The lines on stdout after the first one: all of them after the process has ended, and before
    /// that those that have been read by now. A well-behaved server has none.
    pub fn later_stdout_lines(&self) -> Vec<String> {
        self.later_lines.try_iter().collect()
    }

    /// Kills the process with SIGKILL, which it cannot notice, and waits until it is gone.
    ///
    /// # Errors
    ///
    /// When the operating system refuses.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill().context("killing the server")?;
        self.child.wait().context("waiting for the killed server")?;
        self.read_output_to_its_end();
        Ok(())
    }

    /// Sends SIGTERM and waits for the end of the process.
    ///
    /// # Errors
    ///
    /// When the signal cannot be sent, or the process is still there after 60 seconds.
    pub fn terminate(&mut self) -> anyhow::Result<ExitStatus> {
        self.send_sigterm()?;
        self.wait_for_exit()
    }

    /// Sends SIGTERM and returns at once.
    ///
    /// # Errors
    ///
    /// When the signal cannot be sent.
    pub fn send_sigterm(&self) -> anyhow::Result<()> {
        send_signal(self.pid(), "TERM")
    }

    /// Waits for the end of a process that was told to end.
    ///
    /// # Errors
    ///
    /// When the process is still there after 60 seconds.
    pub fn wait_for_exit(&mut self) -> anyhow::Result<ExitStatus> {
        match ended_within(&mut self.child, DRAINED_WITHIN)? {
            Some(status) => {
                self.read_output_to_its_end();
                Ok(status)
            }
            None => bail!(
                "process {} is still there {DRAINED_WITHIN:?} after SIGTERM",
                self.pid()
            ),
        }
    }

    /// The pipes of a process that has ended still hold what nobody has read yet.
    fn read_output_to_its_end(&mut self) {
        for reader in self.readers.drain(..) {
            // A reader that panicked has said so on stderr of the test.
            let _ = reader.join();
        }
    }
}

/// Sends a signal, such as `HUP`, to a process and returns at once.
///
/// # Errors
///
/// When the signal cannot be sent.
pub fn send_signal(pid: u32, signal: &str) -> anyhow::Result<()> {
    // The standard library has no signals and this workspace no unsafe code; every Unix has the
    // command.
    let status = Command::new("kill")
        .arg(format!("-{signal}"))
        .arg(pid.to_string())
        .status()
        .context("running `kill`")?;
    if !status.success() {
        bail!("`kill -{signal} {pid}` ended with {status}");
    }
    Ok(())
}

impl Drop for ServeProcess {
    fn drop(&mut self) {
        // Errors mean that the process is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server that ended, or stayed silent, instead of announcing its address.
#[derive(Debug)]
pub struct NotReady {
    /// How it ended; none when it had to be killed.
    pub status: Option<ExitStatus>,
    /// Everything it wrote to stderr.
    pub stderr: String,
}

impl fmt::Display for NotReady {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            Some(status) => write!(
                formatter,
                "the server ended with {status} before it was ready"
            )?,
            None => write!(formatter, "the server was not ready after {READY_WITHIN:?}")?,
        }
        write!(formatter, "; stderr: {}", self.stderr)
    }
}

impl std::error::Error for NotReady {}

fn serve_arguments<'a>() -> impl Iterator<Item = &'a OsStr> {
    [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--public-key",
        PUBLIC_KEY,
        "--secret-key",
        SECRET_KEY,
    ]
    .into_iter()
    .map(OsStr::new)
}

fn announced_address(line: &str) -> anyhow::Result<SocketAddr> {
    let (_, after) = line
        .split_once("http://")
        .with_context(|| format!("no address in {line:?}"))?;
    let end = after
        .find(|c: char| !c.is_ascii_digit() && !".:[]".contains(c))
        .unwrap_or(after.len());
    // A sentence may end in a full stop after the port.
    after[..end]
        .trim_end_matches('.')
        .parse()
        .with_context(|| format!("no address in {line:?}"))
}

fn lines_of(stdout: impl Read + Send + 'static) -> (Receiver<String>, thread::JoinHandle<()>) {
    let (sender, receiver) = mpsc::channel();
    let reader = thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            // Nobody is listening once the process has been dropped, but the pipe still has to be
            // emptied.
            let _ = sender.send(line);
        }
    });
    (receiver, reader)
}

fn collect(
    mut stderr: impl Read + Send + 'static,
    into: Arc<Mutex<Vec<u8>>>,
) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut chunk = [0; 4096];
        while let Ok(length @ 1..) = stderr.read(&mut chunk) {
            into.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .extend_from_slice(&chunk[..length]);
        }
    })
}

fn text_of(bytes: &Mutex<Vec<u8>>) -> String {
    String::from_utf8_lossy(&bytes.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
}

fn ended_within(child: &mut Child, limit: Duration) -> anyhow::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(status) = child
            .try_wait()
            .context("asking whether the process has ended")?
        {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(5));
    }
}
