use std::time::Duration;

/// When a client may send a request again that had no success: `x-omise-retry` of the document.
///
/// A request of which not one byte was sent may always be sent again. One that may have reached the
/// service may be if it is [`repeatable`](RetryPolicy::repeatable): after one of the
/// [`statuses`](RetryPolicy::statuses), or if no whole answer came.
///
/// # Example
///
/// ```
/// use omise_types::{Operation, Repeatable};
///
/// let policy = Operation::RetrieveSource.retry_policy();
/// assert_eq!(policy.repeatable, Repeatable::Always);
/// assert!(policy.statuses.contains(&503));
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// Whether it may be sent again if it may have reached the service.
    pub repeatable: Repeatable,
    /// The statuses after which it is sent again, if it is repeatable.
    pub statuses: &'static [u16],
    /// How often it is sent at most, the first time included.
    pub attempts: u32,
    /// The longest wait before the second attempt; it doubles with each further one.
    pub base_delay: Duration,
    /// The longest wait before any attempt.
    pub max_delay: Duration,
    /// The longest wait that a service may ask for with `Retry-After`.
    pub max_retry_after: Duration,
}

/// Whether a request may be sent again if it may have reached the service.
///
/// [`RetryPolicy`] shows where it is found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Repeatable {
    /// It may: a second one changes nothing.
    Always,
    /// Only with an idempotency key, at a service that honours it.
    WithIdempotencyKey,
}
