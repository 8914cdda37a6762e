//! When a request is sent again, and how long that waits.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use omise_types::{Repeatable, RetryPolicy};

use crate::headers::retry_after;
use crate::transport::TransportError;

/// What the client may do about a request that had no success.
pub(crate) struct Retry {
    pub(crate) policy: RetryPolicy,
    /// Whether the request has an idempotency key that the service honours.
    pub(crate) has_honoured_key: bool,
}

impl Retry {
    /// The wait before the next attempt, or `None` if there is to be none.
    pub(crate) fn wait(
        &self,
        attempt: u32,
        outcome: &Result<http::Response<bytes::Bytes>, TransportError>,
    ) -> Option<Duration> {
        if attempt >= self.policy.attempts {
            return None;
        }
        let (may_repeat, asked) = match outcome {
            Ok(answer) => (
                self.repeats_after(answer.status()),
                retry_after(answer.headers()),
            ),
            Err(failure) if failure.is_connect() => (true, None),
            Err(failure) => match failure.head() {
                Some(head) if head.status.as_u16() >= 400 => {
                    (self.repeats_after(head.status), head.retry_after)
                }
                // What was too large once will be again.
                _ => (self.is_repeatable() && !failure.is_too_large(), None),
            },
        };
        let asked = asked.unwrap_or_default();
        if !may_repeat || asked > self.policy.max_retry_after {
            return None;
        }
        // On top of what was asked for: all who were told the same would come at the same moment.
        Some(asked + self.jitter(attempt))
    }

    /// Whether the status is one of a service that has trouble, and not of one that does its work.
    pub(crate) fn is_trouble(&self, status: http::StatusCode) -> bool {
        status.is_server_error() || self.policy.statuses.contains(&status.as_u16())
    }

    fn repeats_after(&self, status: http::StatusCode) -> bool {
        self.is_repeatable() && self.policy.statuses.contains(&status.as_u16())
    }

    /// Whether it may be sent again if it may have reached the service.
    pub(crate) fn is_repeatable(&self) -> bool {
        match self.policy.repeatable {
            Repeatable::Always => true,
            _ => self.has_honoured_key,
        }
    }

    /// Anything from nothing to a bound that doubles with each attempt: "full jitter".
    fn jitter(&self, attempt: u32) -> Duration {
        let doubled = self
            .policy
            .base_delay
            .saturating_mul(1 << (attempt - 1).min(16));
        let bound = doubled.min(self.policy.max_delay);
        bound.mul_f64(fastrand::f64())
    }
}

/// Keeps a service that fails from being hit by everybody's further attempts as well.
///
/// A further attempt takes a token; an answer of a service that has no trouble, be it a refusal,
/// gives back what its call took, or a tenth of a token if it took none. So while a service fails
/// throughout, a client makes a hundred further attempts and then none, and one that fails a little
/// gets its further attempts for as long as that lasts.
pub(crate) struct Budget(Option<AtomicU32>);

impl Budget {
    const TOKEN: u32 = 10;
    const FULL: u32 = 100 * Budget::TOKEN;

    pub(crate) fn new() -> Budget {
        Budget(Some(AtomicU32::new(Budget::FULL)))
    }

    pub(crate) fn unlimited() -> Budget {
        Budget(None)
    }

    /// Takes a token, and says whether there was one.
    pub(crate) fn take(&self) -> bool {
        let Some(tokens) = &self.0 else {
            return true;
        };
        let taken = tokens.try_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| {
            tokens.checked_sub(Budget::TOKEN)
        });
        taken.is_ok()
    }

    /// Gives back for a call that was answered after so many attempts.
    pub(crate) fn give(&self, attempts: u32) {
        let Some(tokens) = &self.0 else {
            return;
        };
        let back = match attempts - 1 {
            0 => 1,
            taken => taken * Budget::TOKEN,
        };
        tokens.update(Ordering::Relaxed, Ordering::Relaxed, |tokens| {
            (tokens + back).min(Budget::FULL)
        });
    }
}
