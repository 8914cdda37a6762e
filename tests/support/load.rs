//! `store-under-load` as a child process, and what it has left.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use bytes::Bytes;

use crate::disk::Disk;

/// How long a test waits for what has to happen.
const WITHIN: Duration = Duration::from_secs(60);

/// The body of a source, by which a mix-up of two would be found.
pub fn body(id: &str, bytes: usize) -> Bytes {
    let mut body = id.repeat(bytes / id.len() + 1);
    body.truncate(bytes);
    body.into()
}

/// What the store answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is committed.
    Acknowledged,
    /// Nothing was written.
    Unavailable,
    /// It may be committed.
    Unknown,
    /// The store has stopped.
    Stopped,
}

/// What became of a source.
#[derive(Debug)]
pub struct Line {
    /// What the store answered.
    pub outcome: Outcome,
    /// The id of the source.
    pub id: String,
    /// How long the record was when the answer was read.
    pub record_bytes: u64,
}

/// A store under load.
pub struct Load {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<Line>,
    stderr: Option<thread::JoinHandle<String>>,
    bytes: usize,
    /// All that was read so far.
    pub read: Vec<Line>,
}

impl Load {
    /// Starts it on a disk, which records what it does.
    ///
    /// # Panics
    ///
    /// When the program cannot be run.
    pub fn start(program: &str, disk: &Disk, tasks: usize, bytes: usize) -> Load {
        let mut command = Command::new(program);
        disk.under_record(&mut command);
        let mut child = command
            .arg(disk.data())
            .args([tasks, bytes].map(|number| number.to_string()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().expect("stdout is piped");
        let mut stderr = child.stderr.take().expect("stderr is piped");
        let (sender, lines) = mpsc::channel();
        let record = disk.record();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let record_bytes = record.metadata().map_or(0, |found| found.len());
                let Some((outcome, id)) = line.split_once(' ') else {
                    continue;
                };
                let outcome = match outcome {
                    "acknowledged" => Outcome::Acknowledged,
                    "unavailable" => Outcome::Unavailable,
                    "unknown" => Outcome::Unknown,
                    _ => Outcome::Stopped,
                };
                let id = id.to_owned();
                let _ = sender.send(Line {
                    outcome,
                    id,
                    record_bytes,
                });
            }
        });
        let stderr = thread::spawn(move || {
            let mut text = Vec::new();
            let _ = stderr.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        Load {
            child,
            stdin,
            lines,
            stderr: Some(stderr),
            bytes,
            read: Vec::new(),
        }
    }

    /// Reads until so many more sources have ended like this, and says how long it took.
    ///
    /// # Errors
    ///
    /// When that does not happen within a minute.
    pub fn wait_for(&mut self, outcome: Outcome, count: usize) -> anyhow::Result<Duration> {
        let started = Instant::now();
        let mut found = 0;
        while found < count {
            let left = WITHIN.saturating_sub(started.elapsed());
            let line = self.lines.recv_timeout(left);
            let line = line.with_context(|| format!("{found} of {count} {outcome:?}"))?;
            found += usize::from(line.outcome == outcome);
            self.read.push(line);
        }
        Ok(started.elapsed())
    }

    /// Kills it.
    ///
    /// # Errors
    ///
    /// When the operating system refuses.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.wait()?;
        Ok(())
    }

    /// Lets it close its store, and gives its exit code.
    ///
    /// # Errors
    ///
    /// When it does not end.
    pub fn end(&mut self) -> anyhow::Result<ExitStatus> {
        self.stdin = None;
        self.wait()
    }

    /// Waits for its end, and reads all that it has said.
    ///
    /// # Errors
    ///
    /// When it does not end.
    pub fn wait(&mut self) -> anyhow::Result<ExitStatus> {
        let started = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait()? {
                break status;
            }
            ensure!(started.elapsed() < WITHIN, "it does not end");
            thread::sleep(Duration::from_millis(5));
        };
        self.read.extend(self.lines.iter());
        Ok(status)
    }

    /// What it has logged; after its end.
    pub fn log(&mut self) -> String {
        let reader = self.stderr.take().expect("it is read once");
        reader.join().expect("the reader does not panic")
    }

    /// The ids of the sources that ended like this.
    pub fn ids(&self, outcome: Outcome) -> impl Iterator<Item = &str> {
        let lines = self.read.iter().filter(move |line| line.outcome == outcome);
        lines.map(|line| &*line.id)
    }

    /// Compares what was answered with what is found in a data directory.
    ///
    /// # Errors
    ///
    /// When an acknowledged source is lost or changed, one that was refused is there, or the
    /// database is damaged.
    pub fn check(&self, directory: &Path) -> anyhow::Result<()> {
        let found = sources(directory)?;
        for id in self.ids(Outcome::Acknowledged) {
            let body = found.get(id);
            ensure!(body == Some(&body_of(id, self.bytes)), "{id} is lost");
        }
        for id in self.ids(Outcome::Unavailable) {
            ensure!(!found.contains_key(id), "{id} was refused and is there");
        }
        Ok(())
    }
}

fn body_of(id: &str, bytes: usize) -> Vec<u8> {
    body(id, bytes).to_vec()
}

impl Drop for Load {
    fn drop(&mut self) {
        // Errors mean that it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads all sources of a database after its store has gone, and checks the database.
///
/// # Errors
///
/// When the database is damaged.
pub fn sources(directory: &Path) -> anyhow::Result<HashMap<String, Vec<u8>>> {
    // A store recovers the log and finds out whether the database is one.
    drop(omise_store::SqliteStore::open(directory)?);
    let database = rusqlite::Connection::open(directory.join("objects.sqlite3"))?;
    let verdict: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    if verdict != "ok" {
        bail!("integrity_check: {verdict}");
    }
    let mut select = database.prepare("SELECT id, body FROM object")?;
    let sources = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(sources.collect::<Result<_, _>>()?)
}

/// The size of the log of a store.
pub fn log_bytes(directory: &Path) -> u64 {
    let log = directory.join("objects.sqlite3-wal");
    fs::metadata(log).map_or(0, |found| found.len())
}
