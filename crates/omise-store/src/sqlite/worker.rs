//! The one thread that writes, and how it groups commits.
//!
//! The thread takes a transaction, then whatever else has been queued, and commits it all at once.
//! While the disk is busy the next batch gathers by itself, so there is no timer: a lone caller
//! waits for nobody.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, TransactionBehavior, ffi};

use super::cache::BodyCache;
use super::directory::{DataDirectory, Files};
use super::error::StopCause;
use super::job::{Job, Request, Shared, State};
use super::log::{self, Log};
use crate::error::{Kind, Unavailable};
use crate::object::{Key, Version};
use crate::transaction::{Event, Write};

/// Where a batch ends, so that its first caller does not wait for ever longer ones.
const BATCH_MAX_JOBS: usize = 256;
const BATCH_MAX_BYTES: usize = 4 * 1024 * 1024;

/// How often the thread looks at what changes without it: the files, the free space, a trouble.
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// With less free space than this nothing is written: there must be room for what is under way, and
/// a checkpoint must be able to end.
const SPACE_MIN_BYTES: u64 = 16 * 1024 * 1024;

/// With this much free space writes are taken again.
const SPACE_ENOUGH_BYTES: u64 = 24 * 1024 * 1024;

/// The thread's end.
pub(crate) struct Worker {
    connection: Connection,
    requests: Receiver<Request>,
    directory: Arc<DataDirectory>,
    files: Files,
    log: Log,
    looked: Option<Instant>,
    cache: Arc<BodyCache>,
    shared: Arc<Shared>,
}

impl Worker {
    pub(crate) fn new(
        connection: Connection,
        requests: Receiver<Request>,
        directory: Arc<DataDirectory>,
        files: Files,
        cache: Arc<BodyCache>,
        shared: Arc<Shared>,
    ) -> Worker {
        Worker {
            connection,
            requests,
            log: Log::new(directory.log()),
            directory,
            files,
            looked: None,
            cache,
            shared,
        }
    }

    /// Serves requests until the store is closed or dropped, or a write fails.
    pub(crate) fn run(mut self) -> State {
        match self.serve() {
            Ok(()) => State::Closed,
            Err(cause) => self.fail(cause),
        }
    }

    fn serve(&mut self) -> Result<(), StopCause> {
        // Before the first request, so that a disk that is full already is known.
        self.look_around()?;
        loop {
            // What was queued before the store was closed is still served, and then the end.
            let is_closing = self.shared.is_closing.load(Ordering::Acquire);
            let patience = if is_closing {
                Duration::ZERO
            } else {
                LOOK_EVERY
            };
            match self.requests.recv_timeout(patience) {
                Ok(request) => {
                    let batch = self.gather(request);
                    self.shared.condition.begin_step();
                    let (rows, bytes) = size(&batch);
                    self.commit(batch)?;
                    self.log.add(rows, bytes);
                    self.shared.condition.begin_step();
                    self.checkpoint_if_large()?;
                }
                Err(RecvTimeoutError::Timeout) if is_closing => break,
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {}
            }
            if self.looked.is_none_or(|at| at.elapsed() >= LOOK_EVERY) {
                self.shared.condition.begin_step();
                self.look_around()?;
            }
            self.shared.condition.end_step();
        }
        self.shared.condition.begin_step();
        if let Err(error) = log::checkpoint_at_close(&self.connection) {
            self.checkpoint_failed(error)?;
        }
        self.shared.condition.end_step();
        Ok(())
    }

    /// Takes what is queued behind a request, up to the size of a batch.
    fn gather(&mut self, first: Request) -> Vec<Job> {
        let mut batch = Vec::new();
        let mut size_bytes = 0;
        let mut next = Some(first);
        while let Some(request) = next {
            match request {
                Request::Commit(job) => {
                    size_bytes += job.size_bytes();
                    batch.push(job);
                }
                // It only wakes the thread.
                Request::Close => {}
            }
            let is_full = batch.len() >= BATCH_MAX_JOBS || size_bytes >= BATCH_MAX_BYTES;
            next = if is_full {
                None
            } else {
                self.requests.try_recv().ok()
            };
        }
        self.shared
            .queued_bytes
            .fetch_sub(size_bytes, Ordering::Relaxed);
        batch
    }

    /// Commits a batch and answers its jobs.
    ///
    /// An error means that the outcome is unknown. The jobs are dropped unanswered, and nothing is
    /// tried again: after a failed flush the system may call the lost pages clean, so a second
    /// flush would succeed and mean nothing.
    fn commit(&mut self, mut batch: Vec<Job>) -> Result<(), StopCause> {
        batch.retain(Job::begin);
        if batch.is_empty() {
            return Ok(());
        }
        if let Some(trouble) = self.shared.condition.trouble()
            && !is_worth_a_try(trouble)
        {
            refuse(batch, trouble);
            return Ok(());
        }
        match self.write(&batch) {
            Ok(outcomes) => {
                // Looked at after the commit and before the answer: what was written to a file that
                // is not there any more is lost.
                self.files.check().map_err(StopCause::Files)?;
                self.shared.condition.clear_trouble();
                for (job, outcome) in batch.into_iter().zip(outcomes) {
                    self.answer(job, outcome);
                }
                Ok(())
            }
            Err(error) => {
                let trouble = self.survivable(error)?;
                refuse(batch, trouble);
                Ok(())
            }
        }
    }

    /// Writes jobs in one transaction of the database. A job that breaks a rule of the database has
    /// no effect, and its outcome is that error; any other error is that of all.
    ///
    /// What the outcome of a job rests on may have been written by another job of the batch, so it
    /// is true only after the commit.
    fn write(&mut self, jobs: &[Job]) -> rusqlite::Result<Vec<Outcome>> {
        // Dropping the transaction rolls it back.
        let mut database = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut outcomes = Vec::with_capacity(jobs.len());
        for job in jobs {
            outcomes.push(match apply(&mut database, &job.transaction.writes) {
                Ok(()) => Ok(()),
                Err(Failure::Refused(refusal)) => Err(refusal),
                Err(Failure::Database(error)) => return Err(error),
            });
        }
        database.commit()?;
        self.shared.commits.fetch_add(1, Ordering::Relaxed);
        Ok(outcomes)
    }

    /// Tells a caller how its transaction ended, after making what is durable quick to read.
    fn answer(&self, job: Job, outcome: Outcome) {
        if outcome.is_ok() {
            for write in job.transaction.writes {
                match write {
                    Write::Insert { key, body, .. } => self.cache.put(key, Version::FIRST, body),
                    Write::Replace { key, expect, body } => {
                        self.cache.put(key, expect.next(), body);
                    }
                    Write::Event(event) => self.cache.put(event.key, Version::FIRST, event.body),
                    // It is read only when a request is sent again.
                    Write::Claim(_) => {}
                }
            }
        }
        let result = outcome.map_err(|refusal| refusal.into());
        // A caller that has gone away needs no answer.
        let _ = job.answer.send(result);
    }

    /// Moves the log into the database once it is large, while no caller waits for an answer.
    fn checkpoint_if_large(&mut self) -> Result<(), StopCause> {
        match self.log.checkpoint_if_large(&self.connection) {
            Ok(()) => Ok(()),
            Err(error) => self.checkpoint_failed(error),
        }
    }

    /// A checkpoint that failed has lost nothing, because the log is kept until one succeeds, but
    /// the log would grow without end.
    fn checkpoint_failed(&self, error: rusqlite::Error) -> Result<(), StopCause> {
        if log::is_fatal(&error) {
            return Err(error.into());
        }
        let trouble = Unavailable::CheckpointFails;
        self.shared.condition.set_trouble(trouble, Some(&error));
        Ok(())
    }

    /// Looks at what changes without a request.
    fn look_around(&mut self) -> Result<(), StopCause> {
        self.looked = Some(Instant::now());
        self.files.check().map_err(StopCause::Files)?;
        let shared = Arc::clone(&self.shared);
        let condition = &shared.condition;
        match condition.trouble() {
            None => {
                if self.free_bytes() < SPACE_MIN_BYTES {
                    condition.set_trouble(Unavailable::LowSpace, None);
                }
            }
            Some(Unavailable::LowSpace) => {
                if self.free_bytes() >= SPACE_ENOUGH_BYTES {
                    condition.clear_trouble();
                }
            }
            Some(Unavailable::CheckpointFails) => match self.log.checkpoint(&self.connection) {
                Ok(()) => condition.clear_trouble(),
                Err(error) => return self.checkpoint_failed(error),
            },
            Some(_) => match self.write_the_same() {
                Ok(()) => condition.clear_trouble(),
                Err(error) => {
                    self.survivable(error)?;
                }
            },
        }
        // A reader may have gone that the last checkpoint left pages to.
        self.checkpoint_if_large()
    }

    fn free_bytes(&self) -> u64 {
        // Where it cannot be told, a write that fails will tell.
        self.directory.free_bytes().unwrap_or(u64::MAX)
    }

    /// Finds out whether a write works, by one that changes nothing.
    fn write_the_same(&mut self) -> rusqlite::Result<()> {
        let database = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        database.execute("UPDATE schema_version SET version = version", [])?;
        database.commit()
    }

    /// Tells an error after which nothing is committed, and the store can go on, from all others.
    ///
    /// Without the lock nothing is written. On a full disk the page that ends the commit was not
    /// written whole, so that not even a crash could make it count.
    fn survivable(&self, error: rusqlite::Error) -> Result<Unavailable, StopCause> {
        let trouble = match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy) => Unavailable::Locked,
            Some(ErrorCode::DiskFull) => Unavailable::DiskFull,
            _ => return Err(error.into()),
        };
        if !self.connection.is_autocommit() {
            // It could not be rolled back.
            return Err(error.into());
        }
        self.shared.condition.set_trouble(trouble, Some(&error));
        Ok(trouble)
    }

    fn fail(self, cause: StopCause) -> State {
        // Closing the connection would checkpoint, and so flush again.
        let kept = self
            .connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        debug_assert!(kept.is_ok(), "{kept:?}");
        State::Failed(Arc::new(cause))
    }
}

/// What became of one job of a batch that is committed.
type Outcome = Result<(), Kind>;

/// Why a job could not be written.
enum Failure {
    /// By the fault of the job, which has no effect then. The others go on.
    Refused(Kind),
    /// By the fault of the database. None of the jobs is written.
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Failure {
        match error.sqlite_error_code() {
            Some(ErrorCode::ConstraintViolation) => {
                Failure::Refused(Kind::Constraint(error.into()))
            }
            _ => Failure::Database(error),
        }
    }
}

/// Tells whether the next batch may find that the trouble is over, rather than the next look.
fn is_worth_a_try(trouble: Unavailable) -> bool {
    matches!(trouble, Unavailable::Locked | Unavailable::DiskFull)
}

/// How many rows a batch writes, and the bytes of their bodies.
fn size(batch: &[Job]) -> (usize, usize) {
    let rows = batch.iter().map(Job::rows).sum();
    (rows, batch.iter().map(Job::size_bytes).sum())
}

fn refuse(batch: Vec<Job>, trouble: Unavailable) {
    for job in batch {
        // A caller that has gone away needs no answer.
        let _ = job.answer.send(Err(Kind::Unavailable(trouble).into()));
    }
}

/// Makes the writes of a job, all of them or, on an error, none.
fn apply(database: &mut rusqlite::Transaction<'_>, writes: &[Write]) -> Result<(), Failure> {
    // A statement that breaks a rule has no effect by itself.
    if let [write] = writes
        && write.rows() == 1
    {
        return make(database, write);
    }
    // Dropping the savepoint rolls it back.
    let savepoint = database.savepoint()?;
    for write in writes {
        make(&savepoint, write)?;
    }
    Ok(savepoint.commit()?)
}

fn make(database: &Connection, write: &Write) -> Result<(), Failure> {
    match write {
        Write::Insert {
            key,
            created_ms,
            body,
        } => insert(database, key, *created_ms, body),
        Write::Replace { key, expect, body } => {
            let replaced = database
                .prepare_cached(
                    "UPDATE object SET version = ?1, body = ?2
                     WHERE account_id = ?3 AND livemode = ?4 AND object = ?5 AND id = ?6
                     AND version = ?7",
                )?
                .execute((
                    expect.next().0,
                    &**body,
                    &*key.account,
                    key.livemode,
                    key.object,
                    &*key.id,
                    expect.0,
                ))?;
            match replaced {
                0 => Err(Failure::Refused(Kind::Changed)),
                _ => Ok(()),
            }
        }
        Write::Event(Event {
            key,
            subject,
            created_ms,
            body,
        }) => {
            insert(database, key, *created_ms, body)?;
            database
                .prepare_cached(
                    "INSERT INTO event (account_id, livemode, subject, id)
                     VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute((&*key.account, key.livemode, &**subject, &*key.id))?;
            Ok(())
        }
        Write::Claim(claim) => {
            let claimed = database
                .prepare_cached(
                    "INSERT INTO claim
                     (account_id, livemode, idempotency_key, fingerprint, created_ms, answer)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute((
                    &*claim.account,
                    claim.livemode,
                    &*claim.key,
                    claim.fingerprint,
                    claim.created_ms,
                    &*claim.answer,
                ));
            unless_unique(claimed, Kind::Claimed)
        }
    }
}

fn insert(database: &Connection, key: &Key, created_ms: i64, body: &[u8]) -> Result<(), Failure> {
    let inserted = database
        .prepare_cached(
            "INSERT INTO object (account_id, livemode, object, id, version, created_ms, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((
            &*key.account,
            key.livemode,
            key.object,
            &*key.id,
            Version::FIRST.0,
            created_ms,
            body,
        ));
    unless_unique(inserted, Kind::Taken)
}

/// The outcome of an insert, where there may be a row with its key.
fn unless_unique(inserted: rusqlite::Result<usize>, otherwise: Kind) -> Result<(), Failure> {
    let Err(error) = inserted else {
        return Ok(());
    };
    let is_double = error.sqlite_error().is_some_and(|error| {
        matches!(
            error.extended_code,
            ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_UNIQUE
        )
    });
    match is_double {
        true => Err(Failure::Refused(otherwise)),
        false => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use tempfile::TempDir;

    use super::super::job::Answer;
    use super::*;
    use crate::transaction::Transaction;

    fn worker() -> (Worker, TempDir, mpsc::SyncSender<Request>) {
        let dir = tempfile::tempdir().unwrap();
        let directory = DataDirectory::open(dir.path(), false).unwrap();
        let mut connection = Connection::open(directory.database()).unwrap();
        connection
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0")
            .unwrap();
        super::super::migrate::migrate(&mut connection).unwrap();
        let files = directory.files().unwrap();
        let (queue, requests) = mpsc::sync_channel(BATCH_MAX_JOBS + 1);
        let worker = Worker::new(
            connection,
            requests,
            Arc::new(directory),
            files,
            Arc::new(BodyCache::new()),
            Arc::new(Shared::new()),
        );
        (worker, dir, queue)
    }

    fn key(id: &str) -> Key {
        Key {
            account: "acct_1".into(),
            livemode: false,
            object: "source",
            id: id.into(),
        }
    }

    fn job(ids: &[&str]) -> (Job, Answer) {
        let insert = |id: &&str| Write::Insert {
            key: key(id),
            created_ms: 0,
            body: "body".into(),
        };
        let (job, _holder, answered) = Job::new(Transaction {
            writes: ids.iter().map(insert).collect(),
        });
        (job, answered)
    }

    fn stored_ids(worker: &Worker) -> Vec<String> {
        let mut statement = worker
            .connection
            .prepare("SELECT id FROM object ORDER BY id")
            .unwrap();
        statement
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap()
    }

    #[test]
    fn a_batch_is_one_commit() {
        let (mut worker, _dir, _queue) = worker();
        let (batch, mut answers): (Vec<_>, Vec<_>) =
            [job(&["a"]), job(&["b", "c"])].into_iter().unzip();

        worker.commit(batch).unwrap();

        assert!(
            answers
                .iter_mut()
                .all(|answer| answer.try_recv().unwrap().is_ok())
        );
        assert_eq!(stored_ids(&worker), ["a", "b", "c"]);
        assert_eq!(worker.shared.commits.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_conflict_in_a_batch_refuses_only_the_guilty_job() {
        let (mut worker, _dir, _queue) = worker();
        let (batch, answers): (Vec<_>, Vec<_>) = [job(&["a"]), job(&["b", "a"]), job(&["c"])]
            .into_iter()
            .unzip();

        worker.commit(batch).unwrap();

        let [first, guilty, last] = answers.try_into().unwrap();
        assert!(first.blocking_recv().unwrap().is_ok());
        assert!(guilty.blocking_recv().unwrap().unwrap_err().is_taken());
        assert!(last.blocking_recv().unwrap().is_ok());
        assert_eq!(stored_ids(&worker), ["a", "c"]);
        assert_eq!(worker.cache.get(key("b").borrowed()), None);
    }

    #[test]
    fn conflicts_do_not_cost_a_commit_each() {
        let (mut worker, _dir, _queue) = worker();
        let (batch, answers): (Vec<_>, Vec<_>) = (0..100).map(|_| job(&["a"])).unzip();

        worker.commit(batch).unwrap();

        let outcomes = answers
            .into_iter()
            .map(|answer| answer.blocking_recv().unwrap());
        assert_eq!(outcomes.filter(Result::is_ok).count(), 1);
        assert_eq!(worker.shared.commits.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_broken_rule_of_the_database_is_the_fault_of_one_job() {
        let (mut worker, _dir, _queue) = worker();
        worker
            .connection
            .execute_batch(
                "CREATE TRIGGER refuse BEFORE INSERT ON object WHEN new.id = 'b'
                 BEGIN SELECT raise(ABORT, 'no'); END",
            )
            .unwrap();
        let (batch, answers): (Vec<_>, Vec<_>) =
            [job(&["a"]), job(&["b"]), job(&["c"])].into_iter().unzip();

        worker.commit(batch).unwrap();

        let [first, guilty, last] = answers.try_into().unwrap();
        assert!(first.blocking_recv().unwrap().is_ok());
        let error = guilty.blocking_recv().unwrap().unwrap_err();
        assert!(!error.is_taken() && !error.is_stopped(), "{error}");
        assert!(last.blocking_recv().unwrap().is_ok());
        assert_eq!(stored_ids(&worker), ["a", "c"]);
    }

    #[test]
    fn a_full_disk_refuses_everybody_and_writes_go_on_when_there_is_room() {
        let (mut worker, _dir, _queue) = worker();
        worker
            .connection
            .execute_batch("PRAGMA max_page_count = 8")
            .unwrap();
        let many: Vec<String> = (0..2000).map(|number| format!("src_{number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let (batch, answers): (Vec<_>, Vec<_>) = [job(&["a"]), job(&many)].into_iter().unzip();

        worker.commit(batch).unwrap();

        for answer in answers {
            let error = answer.blocking_recv().unwrap().unwrap_err();
            assert!(error.is_unavailable(), "{error}");
        }
        assert_eq!(stored_ids(&worker), [""; 0]);
        assert_eq!(worker.cache.get(key("a").borrowed()), None);
        assert_eq!(
            worker.shared.condition.trouble(),
            Some(Unavailable::DiskFull)
        );

        let (next, answer) = job(&["a"]);
        worker.commit(vec![next]).unwrap();
        assert!(answer.blocking_recv().unwrap().is_ok());
        assert_eq!(worker.shared.condition.trouble(), None);
    }

    #[test]
    fn any_other_failure_acknowledges_nobody() {
        let (mut worker, _dir, _queue) = worker();
        worker
            .connection
            .execute_batch("DROP TABLE object")
            .unwrap();
        let (batch, answers): (Vec<_>, Vec<_>) = [job(&["a"]), job(&["b"])].into_iter().unzip();

        let cause = worker.commit(batch).unwrap_err();

        assert!(matches!(cause, StopCause::Database(_)), "{cause}");
        assert!(
            answers
                .into_iter()
                .all(|answer| answer.blocking_recv().is_err())
        );
        assert_eq!(worker.cache.get(key("a").borrowed()), None);
    }

    #[test]
    fn a_job_that_was_withdrawn_is_not_written() {
        let (mut worker, _dir, _queue) = worker();
        let (withdrawn, holder, _answer) = Job::new(job(&["a"]).0.transaction);
        assert!(holder.withdraw());

        worker.commit(vec![withdrawn, job(&["b"]).0]).unwrap();

        assert_eq!(stored_ids(&worker), ["b"]);
    }

    #[test]
    fn a_batch_ends_at_its_limits() {
        let (mut worker, _dir, queue) = worker();
        for _ in 0..=BATCH_MAX_JOBS {
            queue.try_send(Request::Commit(job(&["a"]).0)).ok().unwrap();
        }
        assert_eq!(
            worker.gather(Request::Commit(job(&["a"]).0)).len(),
            BATCH_MAX_JOBS
        );
        assert_eq!(worker.gather(Request::Commit(job(&["a"]).0)).len(), 3);

        let (mut large, _answer) = job(&["a"]);
        let [Write::Insert { body, .. }] = large.transaction.writes.as_mut_slice() else {
            panic!("the job has one write")
        };
        *body = vec![0; BATCH_MAX_BYTES].into();
        queue.try_send(Request::Commit(job(&["a"]).0)).ok().unwrap();
        assert_eq!(worker.gather(Request::Commit(large)).len(), 1);
    }
}
