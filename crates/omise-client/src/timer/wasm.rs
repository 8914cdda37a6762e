//! The host's timers and its clock that only goes forward.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use gloo_timers::future::TimeoutFuture;
use web_time::Instant;

/// Whether waits are possible here.
pub(crate) fn is_available() -> bool {
    true
}

/// A stopwatch.
pub(crate) struct Started(Instant);

impl Started {
    pub(crate) fn now() -> Started {
        Started(Instant::now())
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

pub(crate) async fn sleep(time: Duration) {
    /// 24 days. What is longer ends at once.
    const MAX_MS: u32 = i32::MAX as u32;
    // Not shorter than it was asked for: a timer counts whole milliseconds.
    let ms = time.as_nanos().div_ceil(1_000_000);
    TimeoutFuture::new(u32::try_from(ms).map_or(MAX_MS, |ms| ms.min(MAX_MS))).await;
}

/// What the future gives, or `None` if it takes longer.
pub(crate) async fn within<F: Future>(time: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut end = pin!(sleep(time));
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => end.as_mut().poll(context).map(|()| None),
    })
    .await
}
