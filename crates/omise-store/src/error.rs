//! What can go wrong in a store, and what a caller may ask about it.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// A failure of a store.
///
/// It never contains a body, so it may be logged whole, with its sources.
#[derive(Debug)]
pub struct StoreError(Kind);

impl StoreError {
    /// Tells whether a primary key of the transaction was already taken.
    ///
    /// Nothing of the transaction was written, and the store goes on. Try again with another id.
    pub fn is_conflict(&self) -> bool {
        matches!(self.0, Kind::Conflict)
    }

    /// Tells whether the store cannot do it now, has done nothing, and may be able to later.
    ///
    /// Another program holds the write lock of the database, the disk is full or does not answer,
    /// or too many transactions wait. Nothing of the transaction was written. Reads go on, and the
    /// store takes writes again by itself when the cause is gone: try again after a second.
    pub fn is_unavailable(&self) -> bool {
        matches!(self.0, Kind::Unavailable(_) | Kind::ReadTimedOut)
    }

    /// Tells whether the disk did not confirm the transaction in time.
    ///
    /// It may be committed or not, now or later. Read it to find out.
    pub fn is_outcome_unknown(&self) -> bool {
        matches!(self.0, Kind::CommitTimedOut)
    }

    /// Tells whether the store accepts no more writes.
    ///
    /// It was closed, or a write failed; the cause, if there is one, is the
    /// [source](Error::source). Whether the transaction took effect is unknown if it was under way
    /// when the store stopped. Open the store again and look.
    pub fn is_stopped(&self) -> bool {
        matches!(self.0, Kind::Stopped(_))
    }

    /// Tells whether another store, most likely of another process, holds the data directory.
    ///
    /// Nothing was touched. Stop the other server or choose another directory.
    pub fn is_locked(&self) -> bool {
        matches!(self.0, Kind::Locked { .. })
    }

    /// Tells whether the database was written by a newer version of this crate.
    ///
    /// Nothing was touched. Use the newer version.
    pub fn is_newer_schema(&self) -> bool {
        matches!(self.0, Kind::NewerSchema { .. })
    }
}

/// The reasons, with what is known about each.
#[derive(Debug)]
pub(crate) enum Kind {
    Conflict,
    /// A write breaks another rule of the database. Nothing of its transaction was written.
    Constraint(rusqlite::Error),
    Unavailable(Unavailable),
    CommitTimedOut,
    CloseTimedOut,
    /// All callers that were waiting share the one cause. A closed store has none.
    Stopped(Option<Arc<Cause>>),
    Locked {
        directory: PathBuf,
        /// The process in whose hands the directory is, as far as it can be told.
        pid: Option<u32>,
    },
    Directory {
        directory: PathBuf,
        source: io::Error,
    },
    /// A file of the data directory that cannot be used as it is.
    File {
        file: PathBuf,
        source: io::Error,
    },
    /// A database that another program has made.
    ForeignDatabase,
    /// The schema is not what the migrations make.
    DamagedSchema(rusqlite::Error),
    Backup(rusqlite::Error),
    /// The backup was made and is not in order.
    DamagedBackup(String),
    NoStore(PathBuf),
    /// The SQLite that is linked can lose commits.
    OldSqlite,
    NoWriteAheadLog,
    Open(rusqlite::Error),
    Migrate(rusqlite::Error),
    NewerSchema {
        found: i64,
        known: i64,
    },
    ChangedMigration {
        version: i64,
    },
    Thread(io::Error),
    Read(rusqlite::Error),
    /// The disk did not answer. Nothing was changed.
    ReadTimedOut,
    /// The runtime was shut down before the read was made.
    ReadCancelled,
}

/// Why the store takes no writes now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unavailable {
    /// Another program holds the write lock of the database.
    Locked,
    /// The disk had no room for a transaction.
    DiskFull,
    /// The disk has so little room that nothing is tried.
    LowSpace,
    /// What is in the log cannot be moved into the database.
    CheckpointFails,
    /// The disk has not answered for so long that nothing more is queued.
    Stuck,
    /// So much waits for the disk that nothing more is queued.
    QueueFull,
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unavailable::Locked => "another program holds the write lock of the database",
            Unavailable::DiskFull => "the disk is full",
            Unavailable::LowSpace => "the disk is almost full",
            Unavailable::CheckpointFails => "the write-ahead log cannot be moved into the database",
            Unavailable::Stuck => "the disk does not answer",
            Unavailable::QueueFull => "too many writes wait for the disk",
        })
    }
}

/// Why the store stopped.
#[derive(Debug)]
pub(crate) enum Cause {
    Database(rusqlite::Error),
    /// The files of the store were removed or replaced.
    Files(io::Error),
}

impl From<rusqlite::Error> for Cause {
    fn from(error: rusqlite::Error) -> Cause {
        Cause::Database(error)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Database(_) => f.write_str("the database failed"),
            Cause::Files(_) => f.write_str("a file of the data directory was taken away"),
        }
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Cause::Database(error) => Some(error),
            Cause::Files(error) => Some(error),
        }
    }
}

impl From<Kind> for StoreError {
    fn from(kind: Kind) -> StoreError {
        StoreError(kind)
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Conflict => f.write_str("primary key is already taken"),
            Kind::Constraint(_) => f.write_str("a rule of the database refuses the write"),
            Kind::Unavailable(reason) => write!(f, "store takes no writes now: {reason}"),
            Kind::CommitTimedOut => f.write_str(
                "the disk did not confirm the write in time; whether it is kept is not known",
            ),
            Kind::CloseTimedOut => {
                f.write_str("store cannot be closed because the disk does not answer")
            }
            Kind::Stopped(_) => f.write_str("store accepts no more writes"),
            Kind::Locked {
                directory,
                pid: Some(pid),
            } => {
                write!(f, "data directory {directory:?} is held by process {pid}")
            }
            Kind::Locked {
                directory,
                pid: None,
            } => {
                write!(f, "data directory {directory:?} is held by another process")
            }
            Kind::Directory { directory, .. } => {
                write!(f, "data directory {directory:?} cannot be prepared")
            }
            Kind::File { file, .. } => write!(f, "file {file:?} cannot be used"),
            Kind::ForeignDatabase => {
                f.write_str("database was made by another program; choose another data directory")
            }
            Kind::DamagedSchema(_) => {
                f.write_str("database lacks a table or a column; restore it from a backup")
            }
            Kind::Backup(_) => f.write_str("backup cannot be made"),
            Kind::DamagedBackup(problem) => {
                write!(f, "backup was made and is damaged: {problem}")
            }
            Kind::NoStore(directory) => write!(f, "there is no store in {directory:?}"),
            Kind::OldSqlite => {
                let version = rusqlite::version();
                write!(
                    f,
                    "SQLite {version} can lose commits; build with the bundled one"
                )
            }
            Kind::NoWriteAheadLog => f.write_str("database cannot keep a write-ahead log"),
            Kind::Open(_) => f.write_str("database cannot be opened"),
            Kind::Migrate(_) => f.write_str("database cannot be migrated"),
            Kind::NewerSchema { found, known } => {
                write!(
                    f,
                    "database has schema version {found}, newer than {known}, the newest known"
                )
            }
            Kind::ChangedMigration { version } => {
                write!(
                    f,
                    "database was made with another text of migration {version}"
                )
            }
            Kind::Thread(_) => f.write_str("writer thread cannot be started"),
            Kind::Read(_) => f.write_str("source cannot be read"),
            Kind::ReadTimedOut => f.write_str("source was not read in time"),
            Kind::ReadCancelled => {
                f.write_str("source was not read because the runtime is shutting down")
            }
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
            Kind::Stopped(Some(cause)) => Some(cause.as_ref()),
            Kind::Directory { source, .. } | Kind::File { source, .. } | Kind::Thread(source) => {
                Some(source)
            }
            Kind::Open(source)
            | Kind::Migrate(source)
            | Kind::Constraint(source)
            | Kind::DamagedSchema(source)
            | Kind::Backup(source)
            | Kind::Read(source) => Some(source),
            Kind::Conflict
            | Kind::Unavailable(_)
            | Kind::CommitTimedOut
            | Kind::CloseTimedOut
            | Kind::ForeignDatabase
            | Kind::DamagedBackup(_)
            | Kind::NoStore(_)
            | Kind::ReadTimedOut
            | Kind::Stopped(None)
            | Kind::Locked { .. }
            | Kind::OldSqlite
            | Kind::NoWriteAheadLog
            | Kind::NewerSchema { .. }
            | Kind::ChangedMigration { .. }
            | Kind::ReadCancelled => None,
        }
    }
}
