//! What the service takes from the machine that it runs on.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The time and randomness, passed in so that a test can decide both.
pub trait Environment: Send + Sync + 'static {
    /// Milliseconds since the Unix epoch.
    fn unix_ms(&self) -> i64;

    /// A random number below a bound.
    fn random_below(&self, bound: u64) -> u64;
}

/// The machine's clock and a cryptographically secure generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEnvironment;

impl Environment for SystemEnvironment {
    fn unix_ms(&self) -> i64 {
        let ms = |distance: Duration| i64::try_from(distance.as_millis()).unwrap_or(i64::MAX);
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => ms(after),
            Err(before) => -ms(before.duration()),
        }
    }

    fn random_below(&self, bound: u64) -> u64 {
        rand::random_range(0..bound.max(1))
    }
}
