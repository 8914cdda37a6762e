//! The data directory: made private, held by one store at a time, and itself durable.

use std::fs::{self, File, Metadata, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::error::OpenError;
use super::private::{self, open_private, open_wanted};
use super::takeover::{FORMER_DATABASE, take_over};
use crate::error::{Kind, StoreError};

/// The database.
pub(crate) const DATABASE: &str = "objects.sqlite3";

const LOCK: &str = "lock";

/// Locked before the other one, by those who need the directory for a moment only.
const TURN: &str = "turn";

/// What SQLite keeps beside the database while it is open.
const BESIDE_THE_DATABASE: [&str; 2] = ["objects.sqlite3-wal", "objects.sqlite3-shm"];

/// A data directory that nobody else has open.
pub(crate) struct DataDirectory {
    path: PathBuf,
    /// The lock is let go when the file is closed, which the system does even for a process that is
    /// killed.
    _lock: File,
    /// Let go after the lock: whoever gets the turn finds the directory free.
    _turn: Option<File>,
}

impl DataDirectory {
    /// Makes the directory if need be, locks it, and makes an empty database file if there is none.
    ///
    /// `in_turn` waits until nobody has it who opened it so.
    ///
    /// Files that others may read are made private. What belongs to somebody else, or is no
    /// ordinary file, is refused.
    pub(crate) fn open(path: &Path, in_turn: bool) -> Result<DataDirectory, StoreError> {
        let fail = |source| OpenError::Directory {
            directory: path.to_owned(),
            source,
        };

        private::create(path).map_err(fail)?;
        let path = path.canonicalize().map_err(fail)?;
        private::keep_others_from_writing(&path)?;
        // A process that is killed lets go of its files in the order in which they were opened.
        let lock_file = open_wanted(&path.join(LOCK))?;
        let turn = in_turn.then(|| open_wanted(&path.join(TURN))).transpose()?;
        if let Some(turn) = &turn {
            turn.lock().map_err(fail)?;
        }
        let directory = DataDirectory {
            _lock: lock(lock_file, &path)?,
            _turn: turn,
            path,
        };
        // Closing a file lets go of the locks that SQLite has on it, so all this comes before
        // SQLite opens them for long.
        take_over(&directory.path.join(FORMER_DATABASE), &directory.database())?;
        open_wanted(&directory.database())?;
        for name in BESIDE_THE_DATABASE {
            open_private(&directory.path.join(name), false)?;
        }
        Ok(directory)
    }

    /// Returns where the database is.
    pub(crate) fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }

    /// Returns where the write-ahead log is.
    pub(crate) fn log(&self) -> PathBuf {
        self.path.join(BESIDE_THE_DATABASE[0])
    }

    /// Returns where the directory is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the names of the files in the directory durable.
    pub(crate) fn sync(&self) -> Result<(), StoreError> {
        private::sync(&self.path).map_err(|source| OpenError::Directory {
            directory: self.path.clone(),
            source,
        })?;
        Ok(())
    }

    /// Remembers which files are open, to notice when they are taken away.
    pub(crate) fn files(&self) -> io::Result<Files> {
        let names = [LOCK, DATABASE].into_iter().chain(BESIDE_THE_DATABASE);
        let files = names.map(|name| {
            let path = self.path.join(name);
            let identity = identity(&fs::symlink_metadata(&path)?);
            Ok((path, identity))
        });
        Ok(Files(files.collect::<io::Result<_>>()?))
    }

    /// Returns how many bytes of the disk are free for this process, if that can be told.
    pub(crate) fn free_bytes(&self) -> Option<u64> {
        free_bytes(&self.path)
    }
}

/// The open files of a store and what they were when it opened them.
pub(crate) struct Files(Vec<(PathBuf, Identity)>);

impl Files {
    /// Fails when a file is no longer where it was, or another one is there.
    ///
    /// A file that was removed can still be written to, and what is written is lost.
    pub(crate) fn check(&self) -> io::Result<()> {
        for (path, opened) in &self.0 {
            let found = fs::symlink_metadata(path).map_err(|error| {
                let text = format!("{} is not there: {error}", path.display());
                io::Error::new(error.kind(), text)
            })?;
            if identity(&found) != *opened {
                let text = format!("{} was replaced by another file", path.display());
                return Err(io::Error::other(text));
            }
        }
        Ok(())
    }
}

fn lock(mut file: File, directory: &Path) -> Result<File, StoreError> {
    let fail = |source| OpenError::Directory {
        directory: directory.to_owned(),
        source,
    };

    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::Error(source)) => return Err(fail(source).into()),
        Err(TryLockError::WouldBlock) => {
            let pid = read_pid(&mut file);
            return Err(Kind::Locked {
                directory: directory.to_owned(),
                pid,
            }
            .into());
        }
    }
    // The process id is only a help for whoever finds the directory locked; the lock does not
    // depend on it.
    file.set_len(0)
        .and_then(|()| writeln!(file, "{}", std::process::id()))
        .map_err(fail)?;
    Ok(file)
}

fn read_pid(lock: &mut File) -> Option<u32> {
    let mut text = String::new();
    lock.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

/// What tells a file from every other: its device and its number there.
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(found: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;

    (found.dev(), found.ino())
}

/// Elsewhere an open file cannot be removed or replaced.
#[cfg(not(unix))]
fn identity(_found: &Metadata) -> Identity {
    (0, 0)
}

#[cfg(unix)]
fn free_bytes(path: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(path).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
fn free_bytes(_path: &Path) -> Option<u64> {
    None
}
