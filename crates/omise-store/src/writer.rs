//! The one thread that writes, and how it groups commits.
//!
//! The thread takes a transaction, then whatever else has been queued, and commits it all at once.
//! While the disk is busy the next batch gathers by itself, so there is no timer: a lone caller
//! waits for nobody.

use std::future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, TransactionBehavior, ffi};
use tokio::sync::{mpsc, oneshot, watch};

use crate::cache::{BodyCache, Key};
use crate::directory::DataDirectory;
use crate::error::Kind;
use crate::{Health, StoreError, Transaction, Write};

/// How many requests may wait for the thread before callers wait for the queue.
const QUEUE_MAX: usize = 1024;

/// Where a batch ends, so that its first caller does not wait for ever longer ones.
const BATCH_MAX_JOBS: usize = 256;
const BATCH_MAX_BYTES: usize = 4 * 1024 * 1024;

/// The callers' end of the writer thread.
pub(crate) struct Writer {
    queue: mpsc::Sender<Request>,
    state: watch::Receiver<State>,
    commits: Arc<AtomicU64>,
}

impl Writer {
    /// Starts the thread, which holds the directory until its connection is closed.
    pub(crate) fn start(
        connection: Connection,
        directory: Arc<DataDirectory>,
        cache: Arc<BodyCache>,
    ) -> Result<Writer, StoreError> {
        let (queue, requests) = mpsc::channel(QUEUE_MAX);
        let (end, state) = watch::channel(State::Open);
        let commits = Arc::new(AtomicU64::new(0));

        let worker = Worker {
            connection,
            requests,
            cache,
            commits: Arc::clone(&commits),
        };
        let thread = move || {
            let state = worker.run();
            // Whoever learns that the store is closed may open it again at once.
            drop(directory);
            end.send_replace(state);
        };
        thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(thread)
            .map_err(Kind::Thread)?;
        Ok(Writer {
            queue,
            state,
            commits,
        })
    }

    pub(crate) async fn commit(&self, transaction: Transaction) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        let job = Job {
            transaction,
            answer,
        };
        if self.queue.send(Request::Commit(job)).await.is_ok()
            && let Ok(result) = answered.await
        {
            return result;
        }
        Err(self.end().await.into_error())
    }

    pub(crate) async fn close(&self) -> Result<(), StoreError> {
        // If nobody receives the request the thread has already ended, or is about to.
        let _ = self.queue.send(Request::Close).await;
        match self.end().await {
            State::Closed => Ok(()),
            state => Err(state.into_error()),
        }
    }

    pub(crate) async fn stopped(&self) -> StoreError {
        match self.end().await {
            State::Closed => future::pending().await,
            state => state.into_error(),
        }
    }

    pub(crate) fn health(&self) -> Health {
        let reason = match &*self.state.borrow() {
            // The sender goes away with the thread.
            State::Open if self.state.has_changed().is_ok() => return Health::Ready,
            State::Closed => "the store is closed",
            State::Open | State::Failed(_) => "the store stopped after a failure",
        };
        Health::NotReady {
            reason: reason.into(),
        }
    }

    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Waits for the thread to end, and returns the state that it left. A thread that panicked
    /// leaves it open.
    async fn end(&self) -> State {
        let mut state = self.state.clone();
        let _ = state.wait_for(|state| !matches!(state, State::Open)).await;
        state.borrow().clone()
    }
}

#[derive(Clone)]
enum State {
    Open,
    Closed,
    Failed(Arc<rusqlite::Error>),
}

impl State {
    /// The error for a transaction that the thread, which has ended in this state, did not answer.
    fn into_error(self) -> StoreError {
        match self {
            State::Open | State::Closed => Kind::Stopped(None).into(),
            State::Failed(cause) => Kind::Stopped(Some(cause)).into(),
        }
    }
}

enum Request {
    Commit(Job),
    Close,
}

/// A transaction and where its outcome is awaited. Dropping the job unanswered means that the
/// outcome is unknown.
struct Job {
    transaction: Transaction,
    answer: oneshot::Sender<Result<(), StoreError>>,
}

impl Job {
    fn size_bytes(&self) -> usize {
        self.transaction
            .writes
            .iter()
            .map(|Write::InsertSource(row)| row.body.len())
            .sum()
    }
}

/// The thread's end.
struct Worker {
    connection: Connection,
    requests: mpsc::Receiver<Request>,
    cache: Arc<BodyCache>,
    commits: Arc<AtomicU64>,
}

impl Worker {
    /// Serves requests until the store is closed or dropped, or a write fails.
    fn run(mut self) -> State {
        while let Some(request) = self.requests.blocking_recv() {
            let batch = self.gather(request);
            if let Err(cause) = self.commit(batch) {
                return self.fail(cause);
            }
        }
        match self.checkpoint() {
            Ok(()) => State::Closed,
            Err(cause) => self.fail(cause),
        }
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
                // What was queued before the queue closed is still received, and then the end.
                Request::Close => self.requests.close(),
            }
            let is_full = batch.len() >= BATCH_MAX_JOBS || size_bytes >= BATCH_MAX_BYTES;
            next = if is_full {
                None
            } else {
                self.requests.try_recv().ok()
            };
        }
        batch
    }

    /// Commits a batch and answers its jobs.
    ///
    /// An error means that the outcome is unknown. The jobs are dropped unanswered, and nothing is
    /// tried again: after a failed flush the system may call the lost pages clean, so a second
    /// flush would succeed and mean nothing.
    fn commit(&mut self, batch: Vec<Job>) -> rusqlite::Result<()> {
        match self.write(&batch) {
            Ok(()) => {
                for job in batch {
                    self.acknowledge(job);
                }
                Ok(())
            }
            Err(error) if is_conflict(&error) => self.commit_apart(batch),
            Err(error) => Err(error),
        }
    }

    /// Commits the jobs of a batch that was rolled back one at a time, so that only the guilty are
    /// refused.
    fn commit_apart(&mut self, batch: Vec<Job>) -> rusqlite::Result<()> {
        for job in batch {
            match self.write(std::slice::from_ref(&job)) {
                Ok(()) => self.acknowledge(job),
                // A caller that has gone away needs no answer.
                Err(error) if is_conflict(&error) => {
                    drop(job.answer.send(Err(Kind::Conflict.into())))
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Writes jobs in one transaction of the database, all of them or, on an error before the
    /// commit, none.
    fn write(&mut self, jobs: &[Job]) -> rusqlite::Result<()> {
        // Dropping the transaction rolls it back. Should even that fail, beginning the next one
        // fails too.
        let database = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for write in jobs.iter().flat_map(|job| &job.transaction.writes) {
            insert(&database, write)?;
        }
        database.commit()?;
        self.commits.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Tells a caller that its transaction is durable, after making it quick to read.
    fn acknowledge(&self, job: Job) {
        for Write::InsertSource(row) in job.transaction.writes {
            self.cache.insert(
                Key {
                    account: row.account,
                    livemode: row.livemode,
                    id: row.id,
                },
                row.body,
            );
        }
        // A caller that has gone away needs no answer.
        let _ = job.answer.send(Ok(()));
    }

    /// Moves the log into the database, so that the next start has nothing to recover.
    fn checkpoint(&self) -> rusqlite::Result<()> {
        let busy: bool =
            self.connection
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy {
            tracing::warn!(
                "a reader kept the log in use; the next start will move it into the database"
            );
        }
        Ok(())
    }

    fn fail(self, cause: rusqlite::Error) -> State {
        // Closing the connection would checkpoint, and so flush again.
        let kept = self
            .connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        debug_assert!(kept.is_ok(), "{kept:?}");
        State::Failed(Arc::new(cause))
    }
}

fn insert(database: &Connection, write: &Write) -> rusqlite::Result<()> {
    match write {
        Write::InsertSource(row) => database
            .prepare_cached(
                "INSERT INTO source (account_id, id, livemode, created_ms, body)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute((
                &*row.account,
                &row.id,
                row.livemode,
                row.created_ms,
                &*row.body,
            ))
            .map(drop),
    }
}

fn is_conflict(error: &rusqlite::Error) -> bool {
    error
        .sqlite_error()
        .is_some_and(|error| error.extended_code == ffi::SQLITE_CONSTRAINT_PRIMARYKEY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SourceRow;

    type Answer = oneshot::Receiver<Result<(), StoreError>>;

    fn worker() -> Worker {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::migrate::migrate(&mut connection).unwrap();
        Worker {
            connection,
            requests: mpsc::channel(1).1,
            cache: Arc::new(BodyCache::new()),
            commits: Arc::default(),
        }
    }

    fn job(ids: &[&str]) -> (Job, Answer) {
        let row = |id: &&str| SourceRow {
            account: "acct_1".into(),
            id: (*id).to_owned(),
            livemode: false,
            created_ms: 0,
            body: "body".into(),
        };
        let transaction = Transaction {
            writes: ids.iter().map(row).map(Write::InsertSource).collect(),
        };
        let (answer, answered) = oneshot::channel();
        (
            Job {
                transaction,
                answer,
            },
            answered,
        )
    }

    fn stored_ids(worker: &Worker) -> Vec<String> {
        let mut statement = worker
            .connection
            .prepare("SELECT id FROM source ORDER BY id")
            .unwrap();
        statement
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap()
    }

    #[test]
    fn a_batch_is_one_commit() {
        let mut worker = worker();
        let (batch, mut answers): (Vec<_>, Vec<_>) =
            [job(&["a"]), job(&["b", "c"])].into_iter().unzip();

        worker.commit(batch).unwrap();

        assert!(
            answers
                .iter_mut()
                .all(|answer| answer.try_recv().unwrap().is_ok())
        );
        assert_eq!(stored_ids(&worker), ["a", "b", "c"]);
        assert_eq!(worker.commits.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_conflict_in_a_batch_refuses_only_the_guilty_job() {
        let mut worker = worker();
        let (batch, answers): (Vec<_>, Vec<_>) = [job(&["a"]), job(&["b", "a"]), job(&["c"])]
            .into_iter()
            .unzip();

        worker.commit(batch).unwrap();

        let [first, guilty, last] = answers.try_into().unwrap();
        assert!(first.blocking_recv().unwrap().is_ok());
        assert!(guilty.blocking_recv().unwrap().unwrap_err().is_conflict());
        assert!(last.blocking_recv().unwrap().is_ok());
        assert_eq!(stored_ids(&worker), ["a", "c"]);
        assert_eq!(worker.cache.get("acct_1", false, "b"), None);
    }

    #[test]
    fn any_other_failure_acknowledges_nobody() {
        let mut worker = worker();
        worker
            .connection
            .execute_batch("PRAGMA max_page_count = 4")
            .unwrap();
        let many: Vec<String> = (0..2000).map(|number| format!("src_{number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let (batch, answers): (Vec<_>, Vec<_>) = [job(&["a"]), job(&many)].into_iter().unzip();

        let error = worker.commit(batch).unwrap_err();

        assert_eq!(
            error.sqlite_error_code(),
            Some(rusqlite::ErrorCode::DiskFull)
        );
        assert!(
            answers
                .into_iter()
                .all(|answer| answer.blocking_recv().is_err())
        );
        assert_eq!(stored_ids(&worker), [""; 0]);
        assert_eq!(worker.cache.get("acct_1", false, "a"), None);
    }

    #[test]
    fn a_batch_ends_at_its_limits() {
        let (queue, requests) = mpsc::channel(BATCH_MAX_JOBS + 1);
        let mut worker = Worker {
            requests,
            ..worker()
        };
        for _ in 0..=BATCH_MAX_JOBS {
            queue.try_send(Request::Commit(job(&["a"]).0)).ok().unwrap();
        }
        assert_eq!(
            worker.gather(Request::Commit(job(&["a"]).0)).len(),
            BATCH_MAX_JOBS
        );
        assert_eq!(worker.gather(Request::Commit(job(&["a"]).0)).len(), 3);

        let (mut large, _answer) = job(&["a"]);
        for Write::InsertSource(row) in &mut large.transaction.writes {
            row.body = vec![0; BATCH_MAX_BYTES].into();
        }
        queue.try_send(Request::Commit(job(&["a"]).0)).ok().unwrap();
        assert_eq!(worker.gather(Request::Commit(large)).len(), 1);
    }

    #[tokio::test]
    async fn a_thread_that_panicked_counts_as_stopped() {
        let writer = Writer {
            queue: mpsc::channel(1).0,
            state: watch::channel(State::Open).1,
            commits: Arc::default(),
        };

        assert!(
            writer
                .commit(job(&["a"]).0.transaction)
                .await
                .unwrap_err()
                .is_stopped()
        );
        assert!(writer.stopped().await.is_stopped());
        assert!(matches!(writer.health(), Health::NotReady { .. }));
        assert!(writer.close().await.unwrap_err().is_stopped());
    }
}
