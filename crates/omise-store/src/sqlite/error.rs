//! What only a store on a disk can meet.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::error::{Kind, StoreError};

/// Why a store cannot be opened or copied.
#[derive(Debug)]
pub(super) enum OpenError {
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
    /// The store was not opened since it was made by an earlier release.
    FormerStore(PathBuf),
    TwoDatabases {
        former: PathBuf,
        database: PathBuf,
    },
    /// Another program keeps the log of this database from being moved into it.
    LogInUse(PathBuf),
    /// The SQLite that is linked can lose commits.
    OldSqlite,
    NoWriteAheadLog,
    Open(rusqlite::Error),
    Migrate(rusqlite::Error),
    ChangedMigration {
        version: i64,
    },
    Thread(io::Error),
}

impl From<OpenError> for StoreError {
    fn from(error: OpenError) -> StoreError {
        Kind::Backend(error.into()).into()
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::Directory { directory, .. } => {
                write!(f, "data directory {directory:?} cannot be prepared")
            }
            OpenError::File { file, .. } => write!(f, "file {file:?} cannot be used"),
            OpenError::ForeignDatabase => {
                f.write_str("database was made by another program; choose another data directory")
            }
            OpenError::DamagedSchema(_) => {
                f.write_str("database lacks a table or a column; restore it from a backup")
            }
            OpenError::Backup(_) => f.write_str("backup cannot be made"),
            OpenError::DamagedBackup(problem) => {
                write!(f, "backup was made and is damaged: {problem}")
            }
            OpenError::NoStore(directory) => write!(f, "there is no store in {directory:?}"),
            OpenError::FormerStore(directory) => write!(
                f,
                "the store in {directory:?} is of an earlier release; open it once with `omise \
                 serve`, or copy it with the earlier release"
            ),
            OpenError::TwoDatabases { former, database } => write!(
                f,
                "{former:?} is a database of an earlier release, and there is {database:?} as \
                 well; keep the one that has your data and move the other one away"
            ),
            OpenError::LogInUse(database) => write!(
                f,
                "another program has {database:?} open, so it cannot be taken over; close it there"
            ),
            OpenError::OldSqlite => {
                let version = rusqlite::version();
                write!(
                    f,
                    "SQLite {version} can lose commits; build with the bundled one"
                )
            }
            OpenError::NoWriteAheadLog => f.write_str("database cannot keep a write-ahead log"),
            OpenError::Open(_) => f.write_str("database cannot be opened"),
            OpenError::Migrate(_) => f.write_str("database cannot be migrated"),
            OpenError::ChangedMigration { version } => {
                write!(
                    f,
                    "database was made with another text of migration {version}"
                )
            }
            OpenError::Thread(_) => f.write_str("writer thread cannot be started"),
        }
    }
}

impl Error for OpenError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            OpenError::Directory { source, .. }
            | OpenError::File { source, .. }
            | OpenError::Thread(source) => Some(source),
            OpenError::DamagedSchema(source)
            | OpenError::Backup(source)
            | OpenError::Open(source)
            | OpenError::Migrate(source) => Some(source),
            OpenError::ForeignDatabase
            | OpenError::DamagedBackup(_)
            | OpenError::NoStore(_)
            | OpenError::FormerStore(_)
            | OpenError::TwoDatabases { .. }
            | OpenError::LogInUse(_)
            | OpenError::OldSqlite
            | OpenError::NoWriteAheadLog
            | OpenError::ChangedMigration { .. } => None,
        }
    }
}

/// Why the store stopped.
#[derive(Debug)]
pub(super) enum StopCause {
    Database(rusqlite::Error),
    /// The files of the store were removed or replaced.
    Files(io::Error),
}

impl From<rusqlite::Error> for StopCause {
    fn from(error: rusqlite::Error) -> StopCause {
        StopCause::Database(error)
    }
}

impl fmt::Display for StopCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StopCause::Database(_) => f.write_str("the database failed"),
            StopCause::Files(_) => f.write_str("a file of the data directory was taken away"),
        }
    }
}

impl Error for StopCause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            StopCause::Database(error) => Some(error),
            StopCause::Files(error) => Some(error),
        }
    }
}
