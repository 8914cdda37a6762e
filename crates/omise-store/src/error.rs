//! What can go wrong in a store, and what a caller may ask about it.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// A failure of a store.
///
/// It never contains a body, so it may be logged whole, with its sources.
#[derive(Debug)]
pub struct StoreError(Kind);

impl StoreError {
    /// Tells whether the key of an object to insert is already taken.
    ///
    /// Nothing of the transaction was written, and the store goes on. Try again with another id.
    pub fn is_taken(&self) -> bool {
        matches!(self.0, Kind::Taken)
    }

    /// Tells whether an object to replace has another version than the one that was read, or does
    /// not exist.
    ///
    /// Nothing of the transaction was written, and the store goes on. Read the object again, and
    /// decide anew.
    pub fn is_changed(&self) -> bool {
        matches!(self.0, Kind::Changed)
    }

    /// Tells whether the idempotency key of a claim was used before.
    ///
    /// Nothing of the transaction was written, and the store goes on. Read the
    /// [claim](crate::Store::claim) to find what the request was answered with.
    pub fn is_claimed(&self) -> bool {
        matches!(self.0, Kind::Claimed)
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
#[cfg_attr(
    not(feature = "sqlite"),
    expect(dead_code, reason = "memory has few ways to fail")
)]
pub(crate) enum Kind {
    Taken,
    Changed,
    Claimed,
    /// A write breaks another rule of the database. Nothing of its transaction was written.
    Constraint(Cause),
    Unavailable(Unavailable),
    CommitTimedOut,
    CloseTimedOut,
    /// All callers that were waiting share the one cause. A closed store has none.
    Stopped(Option<Arc<dyn Error + Send + Sync>>),
    Locked {
        directory: PathBuf,
        /// The process in whose hands the directory is, as far as it can be told.
        pid: Option<u32>,
    },
    NewerSchema {
        found: i64,
        known: i64,
    },
    Read(Cause),
    /// The disk did not answer. Nothing was changed.
    ReadTimedOut,
    /// The runtime was shut down before the read was made.
    ReadCancelled,
    /// What only this kind of store can meet, in its own words.
    Backend(Cause),
}

/// The error of a database, whichever it is.
pub(crate) type Cause = Box<dyn Error + Send + Sync>;

/// Why the store takes no writes now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "sqlite"),
    expect(dead_code, reason = "memory always takes writes")
)]
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

impl From<Kind> for StoreError {
    fn from(kind: Kind) -> StoreError {
        StoreError(kind)
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Taken => f.write_str("key of an object is already taken"),
            Kind::Changed => f.write_str("object has changed since it was read"),
            Kind::Claimed => f.write_str("idempotency key was used before"),
            Kind::Constraint(_) => f.write_str("a rule of the database refuses the write"),
            Kind::Unavailable(reason) => write!(f, "store takes no writes now: {reason}"),
            Kind::CommitTimedOut => f.write_str(
                "the disk did not confirm the write in time; whether it is kept is not known",
            ),
            Kind::CloseTimedOut => {
                f.write_str("store cannot be closed because the disk does not answer")
            }
            Kind::Stopped(_) => f.write_str("store accepts no more writes"),
            Kind::Locked { directory, pid } => {
                write!(f, "data directory {directory:?} is held by ")?;
                match pid {
                    Some(pid) => write!(f, "process {pid}"),
                    None => f.write_str("another process"),
                }
            }
            Kind::NewerSchema { found, known } => {
                write!(
                    f,
                    "database has schema version {found}, newer than {known}, the newest known"
                )
            }
            Kind::Read(_) => f.write_str("store cannot be read"),
            Kind::ReadTimedOut => f.write_str("store did not answer a read in time"),
            Kind::ReadCancelled => {
                f.write_str("store was not read because the runtime is shutting down")
            }
            Kind::Backend(error) => error.fmt(f),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
            Kind::Stopped(Some(cause)) => Some(&**cause),
            Kind::Constraint(cause) | Kind::Read(cause) => Some(&**cause),
            Kind::Backend(error) => error.source(),
            Kind::Taken
            | Kind::Changed
            | Kind::Claimed
            | Kind::Unavailable(_)
            | Kind::CommitTimedOut
            | Kind::CloseTimedOut
            | Kind::Stopped(None)
            | Kind::Locked { .. }
            | Kind::NewerSchema { .. }
            | Kind::ReadTimedOut
            | Kind::ReadCancelled => None,
        }
    }
}
