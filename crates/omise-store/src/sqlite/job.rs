//! What the callers and the thread that writes hand to each other.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::oneshot;

use super::error::StopCause;
use super::health::Condition;
use crate::error::{Kind, StoreError};
use crate::transaction::{Transaction, Write};

/// How long a batch waits for another program that holds the write lock.
pub(crate) const LOCK_PATIENCE: Duration = Duration::from_secs(1);

/// What the thread and its callers share.
pub(crate) struct Shared {
    pub(crate) condition: Condition,
    /// No more is accepted; what is queued is still committed.
    pub(crate) is_closing: AtomicBool,
    pub(crate) queued_bytes: AtomicUsize,
    pub(crate) commits: AtomicU64,
}

impl Shared {
    pub(crate) fn new() -> Shared {
        Shared {
            condition: Condition::new(),
            is_closing: AtomicBool::new(false),
            queued_bytes: AtomicUsize::new(0),
            commits: AtomicU64::new(0),
        }
    }
}

/// Whether the thread is running, and how it has ended.
#[derive(Clone)]
pub(crate) enum State {
    Open,
    Closed,
    Failed(Arc<StopCause>),
}

impl State {
    /// The error for a transaction that the thread, which has ended in this state, did not answer.
    pub(crate) fn into_error(self) -> StoreError {
        match self {
            State::Open | State::Closed => Kind::Stopped(None).into(),
            State::Failed(cause) => Kind::Stopped(Some(cause)).into(),
        }
    }
}

pub(crate) enum Request {
    Commit(Job),
    Close,
}

/// A transaction and where its outcome is awaited. Dropping the job unanswered means that the
/// outcome is unknown.
pub(crate) struct Job {
    pub(crate) transaction: Transaction,
    holder: Arc<Holder>,
    pub(crate) answer: oneshot::Sender<Result<(), StoreError>>,
}

pub(crate) type Answer = oneshot::Receiver<Result<(), StoreError>>;

impl Job {
    pub(crate) fn new(transaction: Transaction) -> (Job, Arc<Holder>, Answer) {
        let (answer, answered) = oneshot::channel();
        let holder = Arc::new(Holder(AtomicU8::new(QUEUED)));
        let job = Job {
            transaction,
            holder: Arc::clone(&holder),
            answer,
        };
        (job, holder, answered)
    }

    /// Begins the job, unless its caller has withdrawn it.
    pub(crate) fn begin(&self) -> bool {
        self.holder.change_to(BEGUN)
    }

    pub(crate) fn size_bytes(&self) -> usize {
        let writes = self.transaction.writes.iter();
        writes.map(Write::size_bytes).sum()
    }

    pub(crate) fn rows(&self) -> usize {
        self.transaction.writes.iter().map(Write::rows).sum()
    }
}

/// Who has a job: the queue, until the thread begins it or its caller withdraws it.
pub(crate) struct Holder(AtomicU8);

const QUEUED: u8 = 0;
const BEGUN: u8 = 1;
const WITHDRAWN: u8 = 2;

impl Holder {
    /// Takes the job back. If that fails it has begun, and nobody knows how it ends.
    pub(crate) fn withdraw(&self) -> bool {
        self.change_to(WITHDRAWN)
    }

    fn change_to(&self, next: u8) -> bool {
        self.0
            .compare_exchange(QUEUED, next, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
    }
}
