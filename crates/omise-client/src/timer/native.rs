//! tokio's time. Tests pause it.

use std::time::Duration;

/// Whether waits are possible here.
pub(crate) fn is_available() -> bool {
    tokio::runtime::Handle::try_current().is_ok()
}

/// A stopwatch.
pub(crate) struct Started(tokio::time::Instant);

impl Started {
    pub(crate) fn now() -> Started {
        Started(tokio::time::Instant::now())
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

pub(crate) async fn sleep(time: Duration) {
    tokio::time::sleep(time).await;
}

/// What the future gives, or `None` if it takes longer.
pub(crate) async fn within<F: Future>(time: Duration, future: F) -> Option<F::Output> {
    tokio::time::timeout(time, future).await.ok()
}
