//! A store that is durable.

mod backup;
mod cache;
mod directory;
mod error;
mod health;
mod job;
mod log;
mod migrate;
mod private;
mod readers;
mod takeover;
mod worker;
mod writer;

use std::fmt;
use std::future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use rusqlite::{Connection, OpenFlags};

pub use self::backup::{Backup, backup};
use self::cache::BodyCache;
use self::directory::DataDirectory;
use self::error::OpenError;
use self::job::LOCK_PATIENCE;
use self::migrate::{check_is_ours, migrate};
use self::readers::Readers;
use self::writer::Writer;
use crate::error::StoreError;
use crate::object::{KeyRef, Version};
use crate::page::{Listing, Page};
use crate::store::{Durability, Health, Store, StoreFuture};
use crate::transaction::{Claim, Transaction};

/// The first release without a race that could lose commits when the write-ahead log starts over.
const SQLITE_VERSION_MIN: i32 = 3_051_003;

/// A store in a data directory, durable.
///
/// [Close](Store::close) it before dropping it, to leave a database that opens fast. If it is not
/// closed nothing that was acknowledged is lost, but the directory may stay locked for a moment
/// after the drop, until the writer thread has finished what was queued.
pub struct SqliteStore {
    writer: Writer,
    readers: Arc<Readers>,
    cache: Arc<BodyCache>,
    /// Held for as long as the store lives, because it also reads after the writer has ended.
    _directory: Arc<DataDirectory>,
}

impl SqliteStore {
    /// Opens the store in a directory, which is made if it does not exist, and brings its schema up
    /// to date.
    ///
    /// This blocks on the disk, and starts the writer thread.
    ///
    /// # Errors
    ///
    /// [`is_locked`](StoreError::is_locked) when another store holds the directory;
    /// [`is_newer_schema`](StoreError::is_newer_schema) when the database is from a newer version.
    /// Otherwise the directory cannot be written, what is in it is not a database of ours, or the
    /// SQLite that is linked is so old that it can lose commits.
    ///
    /// On Unix, files of the store that others may use are made private, and what belongs to
    /// another user, is a symbolic link, or is not a regular file is refused.
    pub fn open(dir: &Path) -> Result<SqliteStore, StoreError> {
        Self::open_directory(dir, false)
    }

    /// Opens the store for a moment, when nobody has it any more who opened it so too.
    ///
    /// This waits as long as that takes. One that [`open`](SqliteStore::open) has opened may stay
    /// open for long, so it is not waited for.
    ///
    /// # Errors
    ///
    /// As [`open`](SqliteStore::open).
    pub fn open_in_turn(dir: &Path) -> Result<SqliteStore, StoreError> {
        Self::open_directory(dir, true)
    }

    fn open_directory(dir: &Path, in_turn: bool) -> Result<SqliteStore, StoreError> {
        if rusqlite::version_number() < SQLITE_VERSION_MIN {
            return Err(OpenError::OldSqlite.into());
        }

        let directory = Arc::new(DataDirectory::open(dir, in_turn)?);
        let mut connection = open_to_write(&directory)?;
        migrate(&mut connection)?;
        connection
            .busy_timeout(LOCK_PATIENCE)
            .map_err(OpenError::Open)?;
        // Opening has made the files of the write-ahead log. Their names must be as durable as what
        // goes into them.
        directory.sync()?;

        let cache = Arc::new(BodyCache::new());
        let readers =
            Readers::open(directory.database(), Arc::clone(&cache)).map_err(OpenError::Open)?;
        let files = directory.files().map_err(|source| OpenError::Directory {
            directory: directory.path().to_owned(),
            source,
        })?;
        let writer = Writer::start(
            connection,
            Arc::clone(&directory),
            files,
            Arc::clone(&cache),
        )?;
        Ok(SqliteStore {
            writer,
            readers: Arc::new(readers),
            cache,
            _directory: directory,
        })
    }

    /// Returns how many commits the database has made since it was opened.
    ///
    /// It is a statistic: the fewer commits for the same transactions, the better they were
    /// grouped.
    pub fn commits(&self) -> u64 {
        self.writer.commits()
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore")
            .field("commits", &self.commits())
            .finish_non_exhaustive()
    }
}

impl Store for SqliteStore {
    fn commit(&self, transaction: Transaction) -> StoreFuture<'_, ()> {
        Box::pin(self.writer.commit(transaction))
    }

    fn get<'a>(&'a self, key: KeyRef<'a>) -> StoreFuture<'a, Option<(Version, Bytes)>> {
        // A hit costs no thread hop and no allocation but the smallest possible future.
        match self.cache.get(key) {
            Some(found) => Box::pin(future::ready(Ok(Some(found)))),
            None => Box::pin(self.readers.get(key.to_key())),
        }
    }

    fn list(&self, page: Page) -> StoreFuture<'_, Listing> {
        Box::pin(self.readers.list(page))
    }

    fn claim<'a>(
        &'a self,
        account: &'a str,
        livemode: bool,
        key: &'a str,
    ) -> StoreFuture<'a, Option<Claim>> {
        Box::pin(self.readers.claim(account.into(), livemode, key.into()))
    }

    fn stopped(&self) -> Pin<Box<dyn Future<Output = StoreError> + Send + '_>> {
        Box::pin(self.writer.stopped())
    }

    fn close(&self) -> StoreFuture<'_, ()> {
        Box::pin(self.writer.close())
    }

    fn durability(&self) -> Durability {
        Durability::Durable
    }

    fn health(&self) -> Health {
        self.writer.health()
    }
}

fn open_to_write(directory: &DataDirectory) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection =
        Connection::open_with_flags(directory.database(), flags).map_err(OpenError::Open)?;
    check_is_ours(&connection)?;

    let journal_mode: String = connection
        .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        .map_err(OpenError::Open)?;
    if journal_mode != "wal" {
        return Err(OpenError::NoWriteAheadLog.into());
    }

    log::report_recovery(&connection, &directory.log()).map_err(OpenError::Open)?;

    // FULL flushes the log at every commit. SQLite itself never moves the log into the database: it
    // would not say that this fails, and the caller of a commit would wait for it. Pages are read,
    // not mapped, so that a failing disk is an error and not a signal. On macOS an ordinary flush
    // stops in the disk's own cache.
    connection
        .execute_batch(
            "PRAGMA synchronous = FULL;
             PRAGMA wal_autocheckpoint = 0;
             PRAGMA cache_size = -65536;
             PRAGMA mmap_size = 0;
             PRAGMA trusted_schema = OFF;
             PRAGMA fullfsync = ON;
             PRAGMA checkpoint_fullfsync = ON;",
        )
        .map_err(OpenError::Open)?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_writer_flushes_its_log_at_every_commit() {
        let dir = tempfile::tempdir().unwrap();
        let directory = DataDirectory::open(dir.path(), false).unwrap();
        let connection = open_to_write(&directory).unwrap();
        let pragma = |name| {
            connection
                .pragma_query_value(None, name, |row| row.get::<_, i64>(0))
                .unwrap()
        };

        // 2 is FULL.
        assert_eq!(pragma("synchronous"), 2);
        assert_eq!(pragma("wal_autocheckpoint"), 0);
        assert_eq!(pragma("cache_size"), -65536);
        assert_eq!(pragma("fullfsync"), 1);
        assert_eq!(pragma("trusted_schema"), 0);
    }
}
