//! A copy of a store, made while it is in use.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::backup::Backup as OnlineBackup;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::directory::DATABASE;
use super::error::OpenError;
use super::migrate::check_is_ours;
use super::private;
use super::takeover::FORMER_DATABASE;
use crate::error::StoreError;

/// A copy of a store, as [`backup`] has made it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Backup {
    /// The file.
    pub file: PathBuf,
    /// The size of the file, in bytes.
    pub bytes: u64,
    /// How many objects are in it.
    pub objects: u64,
}

/// Copies the database of a data directory to a file, which must not exist.
///
/// If `to` is a directory, or ends as one does, the file is `objects.sqlite3` in it, and the
/// directory can be served as it is. The copy is one state of the database, whole, on the disk, and
/// checked. It holds what was acknowledged before this was called. The store may be in use: nobody
/// waits, and the write-ahead log grows meanwhile.
///
/// This blocks on the disk.
///
/// # Errors
///
/// When the file exists or cannot be written, when there is no store in the data directory, or when
/// the copy turns out to be damaged. No copy is left then.
pub fn backup(data_directory: &Path, to: &Path) -> Result<Backup, StoreError> {
    let database = data_directory.join(DATABASE);
    if !database.exists() {
        let directory = data_directory.to_owned();
        let is_former = data_directory.join(FORMER_DATABASE).exists();
        return Err(match is_former {
            true => OpenError::FormerStore(directory),
            false => OpenError::NoStore(directory),
        }
        .into());
    }
    let file = target(to)?;
    let fail = |source| OpenError::File {
        file: file.clone(),
        source,
    };
    if fs::symlink_metadata(&file).is_ok() {
        let text = "it exists, and a backup overwrites nothing; choose another name";
        return Err(fail(io::Error::new(io::ErrorKind::AlreadyExists, text)).into());
    }

    // Under its own name the file is whole or not there.
    let mut partial = file.clone().into_os_string();
    partial.push(".part");
    let partial = Partial(PathBuf::from(partial));
    drop(
        private::create_private_file(&partial.0).map_err(|source| OpenError::File {
            file: partial.0.clone(),
            source,
        })?,
    );
    let objects = copy(&database, &partial.0)?;
    let bytes = partial.0.metadata().map_err(fail)?.len();
    fs::rename(&partial.0, &file).map_err(fail)?;
    let folder = file.parent().filter(|path| !path.as_os_str().is_empty());
    private::sync(folder.unwrap_or(Path::new("."))).map_err(fail)?;
    Ok(Backup {
        file,
        bytes,
        objects,
    })
}

/// Returns the file that is meant, and makes the directory that it is to be in.
fn target(to: &Path) -> Result<PathBuf, StoreError> {
    let ends_as_a_directory = to.as_os_str().to_string_lossy().ends_with(['/', '\\']);
    if !to.is_dir() && !ends_as_a_directory {
        return Ok(to.to_owned());
    }
    private::create(to).map_err(|source| OpenError::Directory {
        directory: to.to_owned(),
        source,
    })?;
    Ok(to.join(DATABASE))
}

/// Copies a database and counts the objects in the copy.
fn copy(from: &Path, to: &Path) -> Result<u64, StoreError> {
    let read_only = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let from = Connection::open_with_flags(from, read_only).map_err(OpenError::Open)?;
    // The log belongs to the server.
    from.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .map_err(OpenError::Open)?;
    check_is_ours(&from)?;

    let mut copy = Connection::open(to).map_err(OpenError::Backup)?;
    // All pages at once are one state. Step by step, the backup of a busy store would begin again
    // and again.
    OnlineBackup::new(&from, &mut copy)
        .and_then(|backup| backup.step(-1))
        .map_err(OpenError::Backup)?;
    // Like its original the copy says that it has a log; for a file that is moved alone it is
    // better to have none.
    let problem: String = copy
        .query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))
        .and_then(|()| copy.query_row("PRAGMA integrity_check", [], |row| row.get(0)))
        .map_err(OpenError::Backup)?;
    if problem != "ok" {
        return Err(OpenError::DamagedBackup(problem).into());
    }
    let objects: i64 = copy
        .query_row("SELECT count(*) FROM object", [], |row| row.get(0))
        .map_err(OpenError::Backup)?;
    copy.close()
        .map_err(|(_, error)| OpenError::Backup(error))?;
    Ok(objects.cast_unsigned())
}

/// A file that is removed when it did not get its name.
struct Partial(PathBuf);

impl Drop for Partial {
    fn drop(&mut self) {
        // When it has its name it is gone from here.
        let _ = fs::remove_file(&self.0);
    }
}
