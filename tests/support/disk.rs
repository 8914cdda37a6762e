//! A disk that fails, hangs and forgets, as a test says.
//!
//! A library written in C is loaded before the system's, and stands between a program and the
//! system; `tests/faults/disk.c` says what it can do.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::Context;
use tempfile::TempDir;

use crate::programs;

/// The database, as rules name it.
pub const DATABASE: &str = "objects.sqlite3";
/// The write-ahead log, as rules name it.
pub const LOG: &str = "objects.sqlite3-wal";
/// The error of a disk that is broken.
pub const EIO: i32 = 5;
/// The error of a disk that is full.
pub const ENOSPC: i32 = 28;

/// What stands between programs and the disk.
pub struct Disk {
    shim: PathBuf,
    folder: TempDir,
}

impl Disk {
    /// Compiles the library; `files_of_tests` is cargo's folder for them.
    ///
    /// # Errors
    ///
    /// Elsewhere than on Linux, and where there is no C compiler.
    pub fn new(files_of_tests: &Path) -> anyhow::Result<Disk> {
        static SHIM: OnceLock<Result<PathBuf, String>> = OnceLock::new();
        let shim =
            SHIM.get_or_init(|| compile(files_of_tests).map_err(|error| format!("{error:#}")));
        let shim = shim.clone().map_err(anyhow::Error::msg)?;
        let folder = tempfile::tempdir()?;
        Ok(Disk { shim, folder })
    }

    /// Changes the rules of programs that run and of those that will; none with an empty text.
    pub fn set(&self, rules: &str) {
        let rules = format!("{rules}\n");
        let new = self.folder.path().join("rules.new");
        fs::write(&new, rules).expect("the rules are written");
        fs::rename(new, self.rules()).expect("the rules get their name");
    }

    /// Runs a program on this disk.
    pub fn under(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", &self.shim)
            .env("DISK_RULES", self.rules());
    }

    /// Runs a program on this disk and records what it does with the database and its log.
    pub fn under_record(&self, command: &mut Command) {
        self.under(command);
        command.env("DISK_RECORD", self.record());
    }

    /// Where the record is.
    pub fn record(&self) -> PathBuf {
        self.folder.path().join("record")
    }

    /// A folder for what is on the disk.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn rules(&self) -> PathBuf {
        self.folder.path().join("rules")
    }
}

fn compile(files_of_tests: &Path) -> anyhow::Result<PathBuf> {
    anyhow::ensure!(
        cfg!(target_os = "linux"),
        "a library is put before another only on Linux"
    );
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("faults/disk.c");
    let library = files_of_tests.join(format!("disk-{}.so", std::process::id()));
    let mut cc = Command::new("cc");
    cc.args(["-shared", "-fPIC", "-O2", "-o"])
        .arg(&library)
        .arg(source);
    programs::output_of(cc.arg("-ldl")).context("compiling disk.c")?;
    Ok(library)
}

/// One thing that was done to a file.
#[derive(Debug)]
pub enum Operation {
    /// Bytes were written at an offset.
    Write {
        /// Where.
        offset: u64,
        /// What.
        data: Vec<u8>,
    },
    /// The file was made this long.
    Truncate(u64),
    /// What was written before is on the disk.
    Flush,
    /// A flush failed.
    FailedFlush,
}

/// An operation of a record.
#[derive(Debug)]
pub struct Entry {
    /// Whether it is about the log and not the database.
    pub is_log: bool,
    /// What was done.
    pub operation: Operation,
    /// Where the entry ends in the record.
    pub end: u64,
}

/// Reads a record.
pub fn read_record(bytes: &[u8]) -> Vec<Entry> {
    const HEAD: usize = 14;

    let mut entries = Vec::new();
    let mut at = 0;
    while let Some(head) = bytes.get(at..at + HEAD) {
        let offset = u64::from_le_bytes(head[2..10].try_into().expect("eight bytes"));
        let length = u32::from_le_bytes(head[10..14].try_into().expect("four bytes")) as usize;
        at += HEAD;
        let operation = match head[0] {
            b'w' => {
                let data = &bytes[at..at + length];
                at += length;
                Operation::Write {
                    offset,
                    data: data.to_vec(),
                }
            }
            b't' => Operation::Truncate(offset),
            b's' => Operation::Flush,
            _ => Operation::FailedFlush,
        };
        entries.push(Entry {
            is_log: head[1] == 2,
            operation,
            end: at as u64,
        });
    }
    entries
}
