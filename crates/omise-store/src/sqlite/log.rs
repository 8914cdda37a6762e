//! The write-ahead log: how much of it was found, and moving it into the database.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ffi};

use super::job::LOCK_PATIENCE;

/// How many pages the log has when it is moved into the database. 8000 pages (32 MB) keep that out
/// of the slowest percent of the commits; SQLite's own 1000 do not.
pub(crate) const CHECKPOINT_PAGES: u64 = 8000;

/// How many pages are worth a warning: something keeps the log from being moved.
const WARN_PAGES: u64 = 4 * CHECKPOINT_PAGES;

/// How long the file of the log may stay after it was moved. It is written over, not extended, so
/// that keeping it saves work.
const FILE_MAX_BYTES: u64 = 2 * CHECKPOINT_PAGES * PAGE_TYPICAL_BYTES;
const PAGE_TYPICAL_BYTES: u64 = 4096;

/// How many pages a row changes at most, beside those of its body: in the table and in the index
/// the one that it stands in and, where that is full, those beside it and above it.
const ROW_PAGES: u64 = 16;

/// When to try again after the log could not be moved whole.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The log, as the connection that writes sees it.
pub(crate) struct Log {
    path: PathBuf,
    /// How many pages it has at most, as far as can be told without asking SQLite.
    pages_at_most: u64,
    has_warned: bool,
    not_before: Option<Instant>,
}

/// How many pages are in the log, and how many of them are in the database too.
struct Pages {
    is_busy: bool,
    all: u64,
    moved: u64,
}

impl Log {
    pub(crate) fn new(path: PathBuf) -> Log {
        Log {
            path,
            // What the last process left is not known.
            pages_at_most: u64::MAX,
            has_warned: false,
            not_before: None,
        }
    }

    /// Counts what a batch has added. To ask SQLite after each batch would cost it a statement.
    pub(crate) fn add(&mut self, rows: usize, bytes: usize) {
        let pages = rows as u64 * ROW_PAGES + bytes as u64 / PAGE_TYPICAL_BYTES;
        self.pages_at_most = self.pages_at_most.saturating_add(pages);
    }

    /// Moves the log into the database if it is large.
    ///
    /// Readers and a checkpoint of another program are not waited for: what they are in the way of
    /// is moved later.
    pub(crate) fn checkpoint_if_large(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        if self.pages_at_most < CHECKPOINT_PAGES
            || self.not_before.is_some_and(|time| Instant::now() < time)
        {
            return Ok(());
        }
        self.pages_at_most = pages(connection, "NOOP")?.all;
        if self.pages_at_most < CHECKPOINT_PAGES {
            self.has_warned = false;
            return Ok(());
        }
        self.checkpoint(connection)
    }

    /// Moves the log into the database.
    pub(crate) fn checkpoint(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.not_before = Some(Instant::now() + RETRY_AFTER);
        let pages = pages(connection, "PASSIVE")?;
        if pages.all >= WARN_PAGES && !self.has_warned {
            self.has_warned = true;
            tracing::warn!(
                pages = pages.all,
                moved = pages.moved,
                "the write-ahead log grows because a reader, such as a shell of SQLite or a \
                 backup, keeps an old state of the database in use"
            );
        }
        if !pages.is_busy && pages.moved == pages.all {
            self.not_before = None;
            // The next batch writes it from its beginning.
            self.pages_at_most = 0;
            self.shorten(connection)?;
        }
        Ok(())
    }

    /// Gives back the room of a log that has grown too long, once all of it was moved.
    fn shorten(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let length = self.path.metadata().map_or(0, |found| found.len());
        if length <= FILE_MAX_BYTES {
            return Ok(());
        }
        // Nobody is waited for: it is tried again after the next checkpoint.
        connection.busy_timeout(Duration::ZERO)?;
        let truncated = pages(connection, "TRUNCATE");
        connection.busy_timeout(LOCK_PATIENCE)?;
        if !truncated?.is_busy {
            self.has_warned = false;
            tracing::info!(bytes = length, "shortened the write-ahead log");
        }
        Ok(())
    }
}

/// Moves the log into the database, so that the next start has nothing to recover.
pub(crate) fn checkpoint_at_close(connection: &Connection) -> rusqlite::Result<()> {
    if pages(connection, "TRUNCATE")?.is_busy {
        tracing::warn!(
            "a reader kept the log in use; the next start will move it into the database"
        );
    }
    Ok(())
}

fn pages(connection: &Connection, mode: &str) -> rusqlite::Result<Pages> {
    let sql = format!("PRAGMA wal_checkpoint({mode})");
    connection.prepare_cached(&sql)?.query_row([], |row| {
        // -1 stands for a database without a log.
        let count = |column| {
            row.get(column)
                .map(|pages: i64| pages.max(0).cast_unsigned())
        };
        Ok(Pages {
            is_busy: row.get(0)?,
            all: count(1)?,
            moved: count(2)?,
        })
    })
}

/// Tells whether a flush failed or the database is damaged, after which nothing can be trusted.
///
/// After a failed flush the system may call the lost pages clean, so that a second flush would
/// succeed and mean nothing.
pub(crate) fn is_fatal(error: &rusqlite::Error) -> bool {
    let Some(error) = error.sqlite_error() else {
        return true;
    };
    matches!(
        error.extended_code,
        ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC | ffi::SQLITE_IOERR_CORRUPTFS
    ) || matches!(
        error.code,
        rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase
    )
}

/// Says what the log of an earlier run held, as it was found by a connection that has not written
/// yet.
pub(crate) fn report_recovery(connection: &Connection, log: &Path) -> rusqlite::Result<()> {
    let recovered = pages(connection, "NOOP")?.all;
    // That the file cannot be read is for whoever needs it to say.
    let left = Leftover::read(log, recovered).unwrap_or_default();
    if recovered == 0 && left.pages == 0 {
        return Ok(());
    }
    let (pages, commits) = (left.pages, left.commits);
    // A commit begins when the one before it was flushed, so a power cut can tear one and no more.
    if commits > 1 {
        tracing::error!(
            recovered,
            unusable = pages,
            commits,
            "the write-ahead log is damaged: what was committed behind the damage is lost"
        );
    } else if recovered > 0 || pages > 0 {
        tracing::info!(
            recovered,
            unusable = pages,
            "recovered the pages of the write-ahead log; what is unusable was being written at \
             the end of the earlier run"
        );
    }
    Ok(())
}

/// What stands in a log behind the pages that were recovered, and was written after them.
#[derive(Debug, Default, PartialEq)]
struct Leftover {
    pages: u64,
    /// How many of the pages end a commit.
    commits: u64,
}

impl Leftover {
    /// Reads the heads of the pages behind those that were recovered; by the format of SQLite's
    /// log, <https://sqlite.org/fileformat2.html#the_write_ahead_log>.
    fn read(log: &Path, recovered: u64) -> io::Result<Leftover> {
        const LOG_HEAD_BYTES: u64 = 32;
        const PAGE_HEAD_BYTES: u64 = 24;

        let mut leftover = Leftover::default();
        let mut file = match File::open(log) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(leftover),
            Err(error) => return Err(error),
        };
        let mut head = [0; LOG_HEAD_BYTES as usize];
        if file.metadata()?.len() <= LOG_HEAD_BYTES {
            return Ok(leftover);
        }
        file.read_exact(&mut head)?;
        let page_bytes = u32::from_be_bytes([head[8], head[9], head[10], head[11]]);
        let salt = &head[16..24];

        let stride = PAGE_HEAD_BYTES + u64::from(page_bytes);
        let mut page_head = [0; PAGE_HEAD_BYTES as usize];
        for page in recovered.. {
            file.seek(SeekFrom::Start(LOG_HEAD_BYTES + page * stride))?;
            // What an earlier round of the log has left has another salt.
            if file.read_exact(&mut page_head).is_err() || page_head[8..16] != *salt {
                break;
            }
            leftover.pages += 1;
            leftover.commits += u64::from(page_head[4..8] != [0; 4]);
        }
        Ok(leftover)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A database with its log, as a crash leaves them, and how many pages the log has.
    fn crashed(dir: &Path) -> (PathBuf, PathBuf, u64) {
        let [live, database] = ["live", "crashed"].map(|name| dir.join(name));
        let connection = Connection::open(&live).unwrap();
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;
                 CREATE TABLE number (number INTEGER);",
            )
            .unwrap();
        for number in 0..10 {
            connection
                .execute("INSERT INTO number VALUES (?1)", [number])
                .unwrap();
        }
        let all = pages(&connection, "NOOP").unwrap().all;
        let log = dir.join("crashed-wal");
        fs::copy(&live, &database).unwrap();
        fs::copy(dir.join("live-wal"), &log).unwrap();
        (database, log, all)
    }

    fn flip_a_bit(log: &Path, page: u64) {
        let mut bytes = fs::read(log).unwrap();
        bytes[32 + page as usize * (24 + 4096) + 24] ^= 1;
        fs::write(log, bytes).unwrap();
    }

    fn leftover(database: &Path, log: &Path) -> Leftover {
        let connection = Connection::open(database).unwrap();
        let recovered = pages(&connection, "NOOP").unwrap().all;
        Leftover::read(log, recovered).unwrap()
    }

    #[test]
    fn a_log_that_is_whole_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let (database, log, _) = crashed(dir.path());
        assert_eq!(leftover(&database, &log), Leftover::default());
    }

    #[test]
    fn what_stands_behind_a_damaged_page_is_counted() {
        let dir = tempfile::tempdir().unwrap();
        let (database, log, all) = crashed(dir.path());
        flip_a_bit(&log, all - 3);
        let expected = Leftover {
            pages: 3,
            commits: 3,
        };
        assert_eq!(leftover(&database, &log), expected);
    }

    #[test]
    fn a_commit_that_was_cut_off_is_no_damage() {
        let dir = tempfile::tempdir().unwrap();
        let (database, log, all) = crashed(dir.path());
        flip_a_bit(&log, all - 1);
        assert!(leftover(&database, &log).commits <= 1);
    }

    #[test]
    fn what_an_earlier_round_has_left_does_not_count() {
        let dir = tempfile::tempdir().unwrap();
        let database = dir.path().join("database");
        let connection = Connection::open(&database).unwrap();
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; CREATE TABLE number (number INTEGER);
                 INSERT INTO number VALUES (1); INSERT INTO number VALUES (2);
                 PRAGMA wal_checkpoint(RESTART); INSERT INTO number VALUES (3);",
            )
            .unwrap();
        let log = dir.path().join("database-wal");
        let recovered = pages(&connection, "NOOP").unwrap().all;
        assert_eq!(recovered, 1);
        assert!(log.metadata().unwrap().len() > 2 * 4096);
        let leftover = Leftover::read(&log, recovered).unwrap();
        assert_eq!(leftover, Leftover::default());
    }
}
