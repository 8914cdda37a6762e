//! Takes over the database of release 0.1.0, which had another name.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::error::OpenError;
use super::log;
use super::migrate::check_is_ours;
use super::private::{self, open_private};
use crate::error::StoreError;

/// What the database was called while it had sources only.
pub(super) const FORMER_DATABASE: &str = "sources.sqlite3";

/// Gives the database its new name, if it has the former one.
///
/// The directory is locked, so no server has the database open.
///
/// # Errors
///
/// When there are databases with both names: one of the two would be forgotten. Otherwise as
/// opening a store.
pub(super) fn take_over(former: &Path, database: &Path) -> Result<(), StoreError> {
    if fs::symlink_metadata(former).is_err() {
        return Ok(());
    }
    if fs::symlink_metadata(database).is_ok() {
        return Err(OpenError::TwoDatabases {
            former: former.to_owned(),
            database: database.to_owned(),
        }
        .into());
    }
    let log = with_suffix(former, "-wal");
    for file in [former, &log, &with_suffix(former, "-shm")] {
        open_private(file, false)?;
    }
    empty_the_log(former, &log)?;
    let fail = |source| OpenError::File {
        file: former.to_owned(),
        source,
    };
    fs::rename(former, database).map_err(fail)?;
    let folder = database.parent().unwrap_or(Path::new("."));
    private::sync(folder).map_err(fail)?;
    tracing::info!(
        from = %former.display(),
        to = %database.display(),
        "took over the database of an earlier release, which cannot use it any more"
    );
    Ok(())
}

/// Moves what is in the write-ahead log into the database and removes the log. A file that is alone
/// gets another name in one step.
fn empty_the_log(database: &Path, log: &Path) -> Result<(), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection = Connection::open_with_flags(database, flags).map_err(OpenError::Open)?;
    check_is_ours(&connection)?;
    log::report_recovery(&connection, log).map_err(OpenError::Open)?;
    let mode: String = connection
        .query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))
        .map_err(OpenError::Open)?;
    if mode != "delete" {
        return Err(OpenError::LogInUse(database.to_owned()).into());
    }
    connection
        .close()
        .map_err(|(_, error)| OpenError::Open(error))?;
    Ok(())
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
