//! What the service takes from the machine that it runs on.

use std::time::{SystemTime, UNIX_EPOCH};

/// The time and randomness, passed in so that a test can decide both.
pub trait Host: Send + Sync + 'static {
    /// Milliseconds since the Unix epoch.
    fn unix_ms(&self) -> i64;

    /// A random number below a bound.
    fn random_below(&self, bound: u64) -> u64;
}

/// The machine's clock and a cryptographically secure generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemHost;

impl Host for SystemHost {
    fn unix_ms(&self) -> i64 {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
    }

    fn random_below(&self, bound: u64) -> u64 {
        rand::random_range(0..bound.max(1))
    }
}
