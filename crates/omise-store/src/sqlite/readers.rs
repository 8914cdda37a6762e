//! Reads that the cache could not answer: a few connections that cannot write.

use std::panic;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, ToSql};
use tokio::sync::Semaphore;
use tokio::task;
use tokio::time::timeout;

use super::cache::{BodyCache, Miss};
use crate::error::{Kind, StoreError};
use crate::object::{Key, Version};
use crate::page::{Listing, Order, Page};
use crate::transaction::Claim;

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

    /// Reads an object from the database, and puts it in the cache.
    pub(crate) async fn get(self: &Arc<Self>, key: Key) -> Result<Option<Found>, StoreError> {
        let cache = Arc::clone(&self.cache);
        let read = move |connection: &mut Connection| {
            let fill = match cache.begin_fill(&key) {
                Miss::Found(found) => return Ok(Some(found)),
                Miss::Fill(fill) => Some(fill),
                Miss::Busy => None,
            };
            let found = select(connection, &key)?;
            if let (Some(fill), Some((version, body))) = (fill, &found) {
                fill.finish(*version, body.clone());
            }
            Ok(found)
        };
        self.read(read).await
    }

    /// Reads a page from the database.
    pub(crate) async fn list(self: &Arc<Self>, page: Page) -> Result<Listing, StoreError> {
        self.read(move |connection| list(connection, &page)).await
    }

    /// Reads a claim from the database.
    pub(crate) async fn claim(
        self: &Arc<Self>,
        account: Arc<str>,
        livemode: bool,
        key: Box<str>,
    ) -> Result<Option<Claim>, StoreError> {
        self.read(move |connection| select_claim(connection, account, livemode, key))
            .await
    }

    async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        match timeout(READ_PATIENCE, self.read_patiently(read)).await {
            Ok(result) => result,
            Err(_elapsed) => Err(Kind::ReadTimedOut.into()),
        }
    }

    async fn read_patiently<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .expect("the semaphore is never closed");
        let readers = Arc::clone(self);
        let read = task::spawn_blocking(move || {
            // The permit goes with the read, which runs on when the caller has gone away.
            let _permit = permit;
            readers.read_blocking(read)
        });
        match read.await {
            Ok(result) => Ok(result.map_err(|error| Kind::Read(error.into()))?),
            Err(failure) if failure.is_panic() => panic::resume_unwind(failure.into_panic()),
            Err(_) => Err(Kind::ReadCancelled.into()),
        }
    }

    fn read_blocking<T>(
        &self,
        read: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let idle = self.idle().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => self.connect()?,
        };
        // A connection that has failed is not put back, so that the next read begins with a fresh
        // one.
        let found = read(&mut connection)?;
        self.idle().push(connection);
        Ok(found)
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

type Found = (Version, Bytes);

const SELECT: &str = "SELECT version, body FROM object
                      WHERE account_id = ?1 AND livemode = ?2 AND object = ?3 AND id = ?4";

fn select(connection: &Connection, key: &Key) -> rusqlite::Result<Option<Found>> {
    connection
        .prepare_cached(SELECT)?
        .query_row((&*key.account, key.livemode, key.object, &*key.id), found)
        .optional()
}

fn found(row: &Row<'_>) -> rusqlite::Result<Found> {
    let body: Vec<u8> = row.get(1)?;
    Ok((Version(row.get(0)?), body.into()))
}

fn select_claim(
    connection: &Connection,
    account: Arc<str>,
    livemode: bool,
    key: Box<str>,
) -> rusqlite::Result<Option<Claim>> {
    let claim = connection
        .prepare_cached(
            "SELECT fingerprint, created_ms, answer FROM claim
             WHERE account_id = ?1 AND livemode = ?2 AND idempotency_key = ?3",
        )?
        .query_row((&*account, livemode, &*key), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<_, Vec<u8>>(2)?))
        })
        .optional()?;
    Ok(claim.map(|(fingerprint, created_ms, answer)| Claim {
        account,
        livemode,
        key,
        fingerprint,
        created_ms,
        answer: answer.into(),
    }))
}

fn list(connection: &mut Connection, page: &Page) -> rusqlite::Result<Listing> {
    // The rows and the keys by which they are in order. The order of the ids is that of an index
    // that is there anyway, and the rows that are left out are only counted in it.
    let (rows, id) = match page.subject {
        None => (
            "object AS o WHERE o.account_id = :account AND o.livemode = :livemode
             AND o.object = :object",
            "o.id",
        ),
        Some(_) => (
            "event AS e JOIN object AS o ON o.account_id = e.account_id
             AND o.livemode = e.livemode AND o.object = :object AND o.id = e.id
             WHERE e.account_id = :account AND e.livemode = :livemode AND e.subject = :subject",
            "e.id",
        ),
    };
    let mut parameters: Vec<(&str, &dyn ToSql)> = vec![
        (":account", &page.account),
        (":livemode", &page.livemode),
        (":object", &page.object),
    ];
    if let Some(subject) = &page.subject {
        parameters.push((":subject", subject));
    }
    let mut range = String::new();
    if let Some(from) = &page.from_ms {
        range.push_str(" AND o.created_ms >= :from");
        parameters.push((":from", from));
    }
    if let Some(to) = &page.to_ms {
        range.push_str(" AND o.created_ms <= :to");
        parameters.push((":to", to));
    }
    let order = match page.order {
        Order::Chronological => "ASC",
        Order::ReverseChronological => "DESC",
    };
    let [offset, limit] =
        [page.offset, page.limit].map(|number| i64::try_from(number).unwrap_or(i64::MAX));

    // Both questions are about one state of the database.
    let snapshot = connection.transaction()?;
    let total: i64 = snapshot
        .prepare_cached(&format!("SELECT count(*) FROM {rows}{range}"))?
        .query_row(&*parameters, |row| row.get(0))?;
    parameters.extend([
        (":limit", &limit as &dyn ToSql),
        (":offset", &offset as &dyn ToSql),
    ]);
    let objects = snapshot
        .prepare_cached(&format!(
            "SELECT o.version, o.body FROM {rows}{range} ORDER BY {id} {order}
             LIMIT :limit OFFSET :offset"
        ))?
        .query_map(&*parameters, found)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Listing {
        total: total.cast_unsigned(),
        objects,
    })
}
