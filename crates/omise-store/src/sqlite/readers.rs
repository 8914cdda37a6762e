//! Reads that the cache could not answer: a few connections that cannot write.

use std::panic;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use tokio::sync::Semaphore;
use tokio::task;
use tokio::time::timeout;

use super::cache::{BodyCache, Key};
use crate::StoreError;
use crate::error::Kind;

/// How long a caller waits for a read.
const READ_PATIENCE: Duration = Duration::from_secs(5);

/// A pool of read-only connections.
pub(crate) struct Readers {
    database: PathBuf,
    idle: Mutex<Vec<Connection>>,
    /// One permit for each connection there may be, so that a read waits here and not on a blocked
    /// thread.
    permits: Arc<Semaphore>,
    cache: Arc<BodyCache>,
}

impl Readers {
    /// Opens the connections, so that reading needs no more files than are open from the start.
    pub(crate) fn open(database: PathBuf, cache: Arc<BodyCache>) -> rusqlite::Result<Readers> {
        let connections_max =
            thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 4));
        let readers = Readers {
            database,
            idle: Mutex::default(),
            permits: Arc::new(Semaphore::new(connections_max)),
            cache,
        };
        for _ in 0..connections_max {
            let connection = readers.connect()?;
            readers.idle().push(connection);
        }
        Ok(readers)
    }

    /// Reads a body from the database, and puts it in the cache.
    pub(crate) async fn read(self: &Arc<Self>, key: Key) -> Result<Option<Bytes>, StoreError> {
        match timeout(READ_PATIENCE, self.read_patiently(key)).await {
            Ok(result) => result,
            Err(_elapsed) => Err(Kind::ReadTimedOut.into()),
        }
    }

    async fn read_patiently(self: &Arc<Self>, key: Key) -> Result<Option<Bytes>, StoreError> {
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .expect("the semaphore is never closed");
        let readers = Arc::clone(self);
        let read = task::spawn_blocking(move || {
            // The permit goes with the read, which runs on when the caller has gone away.
            let _permit = permit;
            readers.read_blocking(key)
        });
        match read.await {
            Ok(result) => Ok(result.map_err(Kind::Read)?),
            Err(failure) if failure.is_panic() => panic::resume_unwind(failure.into_panic()),
            Err(_) => Err(Kind::ReadCancelled.into()),
        }
    }

    fn read_blocking(&self, key: Key) -> rusqlite::Result<Option<Bytes>> {
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.connect()?,
        };
        // A connection that has failed is not put back, so that the next read begins with a fresh
        // one.
        let body = select(&connection, &key)?;
        self.idle().push(connection);

        if let Some(body) = &body {
            self.cache.insert(key, body.clone());
        }
        Ok(body)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle
            .lock()
            .expect("nothing panics while it holds the lock")
    }

    fn connect(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.database, flags)?;
        // Whichever connection closes last would move the log into the database, which is the
        // writer's to do.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        connection.execute_batch("PRAGMA mmap_size = 0; PRAGMA trusted_schema = OFF;")?;
        // This reads the schema, for which SQLite opens its files.
        connection.prepare_cached(SELECT)?;
        Ok(connection)
    }
}

const SELECT: &str = "SELECT body FROM source
                      WHERE account_id = ?1 AND id = ?2 AND livemode = ?3";

fn select(connection: &Connection, key: &Key) -> rusqlite::Result<Option<Bytes>> {
    connection
        .prepare_cached(SELECT)?
        .query_row((&*key.account, &key.id, key.livemode), |row| {
            row.get::<_, Vec<u8>>(0)
        })
        .optional()
        .map(|body| body.map(Bytes::from))
}
