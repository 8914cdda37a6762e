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
    /// All callers that were waiting share the one cause. A closed store has none.
    Stopped(Option<Arc<rusqlite::Error>>),
    Locked {
        directory: PathBuf,
        /// The process in whose hands the directory is, as far as it can be told.
        pid: Option<u32>,
    },
    Directory {
        directory: PathBuf,
        source: io::Error,
    },
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
    /// The runtime was shut down before the read was made.
    ReadCancelled,
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
            Kind::Directory { source, .. } | Kind::Thread(source) => Some(source),
            Kind::Open(source) | Kind::Migrate(source) | Kind::Read(source) => Some(source),
            Kind::Conflict
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
