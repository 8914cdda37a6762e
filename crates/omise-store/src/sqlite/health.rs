//! Whether the writer takes writes now, told without waiting for it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use crate::error::Unavailable;

/// What the writer's thread and its callers both know about its state.
pub(crate) struct Condition {
    started: Instant,
    /// When the step that the thread is at began, in milliseconds since `started` and one more; 0
    /// while the thread waits for work.
    step_began_ms: AtomicU64,
    was_reported_stuck: AtomicBool,
    trouble: Mutex<Option<Unavailable>>,
}

impl Condition {
    pub(crate) fn new() -> Condition {
        Condition {
            started: Instant::now(),
            step_began_ms: AtomicU64::new(0),
            was_reported_stuck: AtomicBool::new(false),
            trouble: Mutex::default(),
        }
    }

    /// The thread begins something that the disk may keep it at.
    pub(crate) fn begin_step(&self) {
        self.step_began_ms
            .store(self.now_ms() + 1, Ordering::Relaxed);
    }

    /// The thread waits for work.
    pub(crate) fn end_step(&self) {
        let began_ms = self.step_began_ms.swap(0, Ordering::Relaxed);
        if self.was_reported_stuck.swap(false, Ordering::Relaxed) {
            let stuck_ms = self.now_ms().saturating_sub(began_ms);
            tracing::warn!(stuck_ms, "the disk answers again");
        }
    }

    /// Tells whether the thread is at one step for longer than this.
    pub(crate) fn is_stuck_for(&self, limit: Duration) -> bool {
        let began_ms = self.step_began_ms.load(Ordering::Relaxed);
        let limit_ms = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        began_ms != 0 && self.now_ms().saturating_sub(began_ms) >= limit_ms
    }

    /// Says once, until the disk answers again, that it does not.
    pub(crate) fn report_stuck(&self) {
        if !self.was_reported_stuck.swap(true, Ordering::Relaxed) {
            tracing::error!("the disk does not answer; writes are refused until it does");
        }
    }

    /// Returns why writes are refused now.
    pub(crate) fn trouble(&self) -> Option<Unavailable> {
        *self.locked()
    }

    /// Remembers why writes are refused, and says so if that is new.
    pub(crate) fn set_trouble(&self, trouble: Unavailable, cause: Option<&rusqlite::Error>) {
        let before = self.locked().replace(trouble);
        if before != Some(trouble) {
            let cause = cause.map(|cause| cause as &dyn std::error::Error);
            tracing::error!(reason = %trouble, cause, "no writes are taken until this is over");
        }
    }

    /// Takes writes again.
    pub(crate) fn clear_trouble(&self) {
        if let Some(trouble) = self.locked().take() {
            tracing::info!(reason = %trouble, "writes are taken again; this is over");
        }
    }

    fn locked(&self) -> MutexGuard<'_, Option<Unavailable>> {
        self.trouble
            .lock()
            .expect("nothing panics while it holds the lock")
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
