//! The callers' end of the one thread that writes.

use std::future;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, TrySendError};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::watch;
use tokio::time::timeout;

use super::cache::BodyCache;
use super::directory::{DataDirectory, Files};
use super::error::OpenError;
use super::job::{Job, Request, Shared, State};
use super::worker::Worker;
use crate::error::{Kind, StoreError, Unavailable};
use crate::store::Health;
use crate::transaction::Transaction;

/// How much may wait for the thread before more is refused.
const QUEUE_MAX_JOBS: usize = 1024;
const QUEUE_MAX_BYTES: usize = 16 * 1024 * 1024;

/// How long a caller waits for its commit, and the thread for the disk before it counts as hung.
const COMMIT_PATIENCE: Duration = Duration::from_secs(5);

/// How long closing waits for the disk.
const CLOSE_PATIENCE: Duration = Duration::from_secs(10);

/// The callers' end of the writer thread.
pub(crate) struct Writer {
    queue: mpsc::SyncSender<Request>,
    state: watch::Receiver<State>,
    shared: Arc<Shared>,
}

impl Writer {
    /// Starts the thread, which holds the directory until its connection is closed.
    pub(crate) fn start(
        connection: Connection,
        directory: Arc<DataDirectory>,
        files: Files,
        cache: Arc<BodyCache>,
    ) -> Result<Writer, StoreError> {
        let (queue, requests) = mpsc::sync_channel(QUEUE_MAX_JOBS);
        let (end, state) = watch::channel(State::Open);
        let shared = Arc::new(Shared::new());

        let worker = Worker::new(
            connection,
            requests,
            Arc::clone(&directory),
            files,
            cache,
            Arc::clone(&shared),
        );
        let thread = move || {
            let state = worker.run();
            // Whoever learns that the store is closed may open it again at once.
            drop(directory);
            end.send_replace(state);
        };
        thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(thread)
            .map_err(OpenError::Thread)?;
        Ok(Writer {
            queue,
            state,
            shared,
        })
    }

    pub(crate) async fn commit(&self, transaction: Transaction) -> Result<(), StoreError> {
        if self.shared.is_closing.load(Ordering::Acquire) {
            return Err(Kind::Stopped(None).into());
        }
        if self.shared.condition.is_stuck_for(COMMIT_PATIENCE) {
            return Err(Kind::Unavailable(Unavailable::Stuck).into());
        }
        let (job, holder, answered) = Job::new(transaction);
        self.enqueue(job)?;
        match timeout(COMMIT_PATIENCE, answered).await {
            Ok(Ok(result)) => result,
            Ok(Err(_unanswered)) => Err(self.end().await.into_error()),
            Err(_elapsed) => {
                self.shared.condition.report_stuck();
                match holder.withdraw() {
                    true => Err(Kind::Unavailable(Unavailable::Stuck).into()),
                    false => Err(Kind::CommitTimedOut.into()),
                }
            }
        }
    }

    /// Queues a job, or refuses it at once. A job that cannot be received any more is dropped, and
    /// so is unanswered.
    fn enqueue(&self, job: Job) -> Result<(), StoreError> {
        let bytes = job.size_bytes();
        let queued_bytes = &self.shared.queued_bytes;
        let before = queued_bytes.fetch_add(bytes, Ordering::Relaxed);
        let refused = if before > 0 && before + bytes > QUEUE_MAX_BYTES {
            true
        } else {
            match self.queue.try_send(Request::Commit(job)) {
                Ok(()) => return Ok(()),
                Err(TrySendError::Full(_)) => true,
                Err(TrySendError::Disconnected(_)) => false,
            }
        };
        queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
        match refused {
            true => Err(Kind::Unavailable(Unavailable::QueueFull).into()),
            false => Ok(()),
        }
    }

    pub(crate) async fn close(&self) -> Result<(), StoreError> {
        self.shared.is_closing.store(true, Ordering::Release);
        // This only wakes the thread. If the queue is full it is awake, and if nobody receives it
        // the thread has already ended, or is about to.
        let _ = self.queue.try_send(Request::Close);
        match timeout(CLOSE_PATIENCE, self.end()).await {
            Ok(State::Closed) => Ok(()),
            Ok(state) => Err(state.into_error()),
            Err(_elapsed) => Err(Kind::CloseTimedOut.into()),
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
            State::Closed => "the store is closed".into(),
            State::Failed(_) => "the store stopped after a failure".into(),
            // The sender goes away with the thread.
            State::Open if self.state.has_changed().is_err() => {
                "the store stopped after a failure".into()
            }
            State::Open if self.shared.condition.is_stuck_for(COMMIT_PATIENCE) => {
                Unavailable::Stuck.to_string().into()
            }
            State::Open => match self.shared.condition.trouble() {
                Some(trouble) => trouble.to_string().into(),
                None => return Health::Ready,
            },
        };
        Health::NotReady { reason }
    }

    pub(crate) fn commits(&self) -> u64 {
        self.shared.commits.load(Ordering::Relaxed)
    }

    /// Waits for the thread to end, and returns the state that it left. A thread that panicked
    /// leaves it open.
    async fn end(&self) -> State {
        let mut state = self.state.clone();
        let _ = state.wait_for(|state| !matches!(state, State::Open)).await;
        state.borrow().clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Key;
    use crate::transaction::Write;

    fn transaction(bytes: usize) -> Transaction {
        let key = Key {
            account: "acct_1".into(),
            livemode: false,
            object: "source",
            id: "src_1".into(),
        };
        let insert = Write::Insert {
            key,
            created_ms: 0,
            body: vec![b'x'; bytes].into(),
        };
        Transaction {
            writes: vec![insert],
        }
    }

    /// A writer whose thread never looks at its queue.
    fn stalled(jobs_max: usize) -> (Writer, mpsc::Receiver<Request>, watch::Sender<State>) {
        let (queue, requests) = mpsc::sync_channel(jobs_max);
        let (end, state) = watch::channel(State::Open);
        let writer = Writer {
            queue,
            state,
            shared: Arc::new(Shared::new()),
        };
        (writer, requests, end)
    }

    #[tokio::test]
    async fn a_thread_that_panicked_counts_as_stopped() {
        let (writer, requests, end) = stalled(1);
        drop((requests, end));

        let error = writer.commit(transaction(1)).await.unwrap_err();
        assert!(error.is_stopped(), "{error}");
        assert!(writer.stopped().await.is_stopped());
        assert!(matches!(writer.health(), Health::NotReady { .. }));
        assert!(writer.close().await.unwrap_err().is_stopped());
    }

    #[tokio::test(start_paused = true)]
    async fn a_commit_that_the_thread_did_not_begin_in_time_is_taken_back() {
        let (writer, requests, _end) = stalled(1);

        let error = writer.commit(transaction(1)).await.unwrap_err();

        assert!(error.is_unavailable(), "{error}");
        let Ok(Request::Commit(job)) = requests.recv() else {
            panic!("the job is queued")
        };
        assert!(!job.begin(), "the thread must not begin it any more");
    }

    #[tokio::test(start_paused = true)]
    async fn a_commit_that_was_begun_and_not_confirmed_in_time_is_unknown() {
        let (writer, requests, _end) = stalled(1);
        let begun = std::thread::spawn(move || {
            let Ok(Request::Commit(job)) = requests.recv() else {
                panic!("a job is queued")
            };
            assert!(job.begin());
            job
        });
        let (first, _) = tokio::join!(writer.commit(transaction(1)), async {
            // Time stands still until the thread has begun the job.
            while !begun.is_finished() {
                tokio::task::yield_now().await;
            }
        });
        let error = first.unwrap_err();
        assert!(error.is_outcome_unknown(), "{error}");
        assert!(!error.is_unavailable() && !error.is_stopped(), "{error}");
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once() {
        let (writer, _requests, _end) = stalled(1);
        writer.enqueue(Job::new(transaction(1)).0).unwrap();

        let error = writer.commit(transaction(1)).await.unwrap_err();

        assert!(error.is_unavailable(), "{error}");
        assert_eq!(writer.shared.queued_bytes.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn a_queue_is_full_when_it_holds_too_many_bytes() {
        let (writer, _requests, _end) = stalled(10);
        // One transaction is taken, however large it is.
        let large = QUEUE_MAX_BYTES + 1;
        writer.enqueue(Job::new(transaction(large)).0).unwrap();

        let error = writer.commit(transaction(1)).await.unwrap_err();

        assert!(error.is_unavailable(), "{error}");
        assert_eq!(writer.shared.queued_bytes.load(Ordering::Relaxed), large);
    }

    #[tokio::test]
    async fn a_thread_that_is_at_one_step_for_too_long_is_unhealthy() {
        let (writer, _requests, _end) = stalled(1);
        assert_eq!(writer.health(), Health::Ready);
        writer.shared.condition.begin_step();
        assert_eq!(writer.health(), Health::Ready);
        assert!(writer.shared.condition.is_stuck_for(Duration::ZERO));
        writer.shared.condition.end_step();
        assert!(!writer.shared.condition.is_stuck_for(Duration::ZERO));
    }
}
