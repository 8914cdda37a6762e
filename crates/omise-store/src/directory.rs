//! The data directory: made private, held by one store at a time, and itself durable.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::StoreError;
use crate::error::Kind;

/// A data directory that nobody else has open.
pub(crate) struct DataDirectory {
    path: PathBuf,
    /// The lock is let go when the file is closed, which the system does even for a process that is
    /// killed.
    _lock: File,
}

impl DataDirectory {
    /// Makes the directory if need be, locks it, and makes an empty database file if there is none.
    pub(crate) fn open(path: &Path) -> Result<DataDirectory, StoreError> {
        let fail = |source| Kind::Directory {
            directory: path.to_owned(),
            source,
        };

        create(path).map_err(fail)?;
        let lock = lock(path)?;
        let directory = DataDirectory {
            path: path.canonicalize().map_err(fail)?,
            _lock: lock,
        };
        private_file()
            .append(true)
            .open(directory.database())
            .map_err(fail)?;
        Ok(directory)
    }

    /// Returns where the database is.
    pub(crate) fn database(&self) -> PathBuf {
        self.path.join("sources.sqlite3")
    }

    /// Makes the names of the files in the directory durable.
    pub(crate) fn sync(&self) -> Result<(), StoreError> {
        sync(&self.path).map_err(|source| Kind::Directory {
            directory: self.path.clone(),
            source,
        })?;
        Ok(())
    }
}

/// Creates a directory and its parents, and makes every new name durable, each in its parent.
fn create(path: &Path) -> io::Result<()> {
    let is_missing = |ancestor: &&Path| !ancestor.as_os_str().is_empty() && !ancestor.exists();
    let missing: Vec<&Path> = path.ancestors().take_while(is_missing).collect();

    private_directory().recursive(true).create(path)?;
    for new in missing {
        sync(&fs::canonicalize(new)?.join(".."))?;
    }
    Ok(())
}

fn lock(directory: &Path) -> Result<File, StoreError> {
    let fail = |source| Kind::Directory {
        directory: directory.to_owned(),
        source,
    };

    let mut file = private_file()
        .read(true)
        .write(true)
        .open(directory.join("lock"))
        .map_err(fail)?;
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

/// Options to open a file, made if it does not exist, that only its owner may read.
fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Options to make a directory that only its owner may enter.
fn private_directory() -> DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

#[cfg(unix)]
fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Elsewhere a directory cannot be flushed by hand; the file system sees to it.
#[cfg(not(unix))]
fn sync(_directory: &Path) -> io::Result<()> {
    Ok(())
}
