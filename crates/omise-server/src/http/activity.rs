//! What a connection is doing, so that the listener knows which one is needed least.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It was accepted, and nothing has been read from it.
    New,
    /// It waits for the next request.
    Idle,
    /// The head of a request has begun to arrive.
    Head,
    /// The service works on a request.
    Working,
    /// The service waits for the rest of a request's body.
    Body,
    /// An answer is being written.
    Answering,
    /// What the peer still sends is read and dropped.
    Closing,
    /// The listener has decided to close it.
    Evicted,
}

const STATES: [State; 8] = [
    State::New,
    State::Idle,
    State::Head,
    State::Working,
    State::Body,
    State::Answering,
    State::Closing,
    State::Evicted,
];

/// The state of one connection and since when it is in it.
///
/// The task of the connection changes it, the listener reads it and may turn it into
/// [`State::Evicted`]. From then on no request begins, so none is cut in the middle.
#[derive(Debug)]
pub(crate) struct Activity {
    /// The moment from which times are counted.
    start: Instant,
    /// The state in the lowest three bits, and above them the milliseconds since `start`.
    state: AtomicU64,
    /// Since when the peer has taken nothing of an answer, in milliseconds; zero while it does.
    blocked_since: AtomicU64,
    /// Tells the task that the listener wants something.
    pub(crate) wake: Notify,
}

impl Activity {
    /// A connection that was accepted just now; times are counted from `start`.
    pub(crate) fn new(start: Instant) -> Activity {
        let activity = Activity {
            start,
            state: AtomicU64::new(0),
            blocked_since: AtomicU64::new(0),
            wake: Notify::new(),
        };
        activity
            .state
            .store(activity.now(State::New), Ordering::Relaxed);
        activity
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn now(&self, state: State) -> u64 {
        self.now_ms() << 3 | state as u64
    }

    /// The state, and how long the connection has been in it. The time of `Working` and `Answering`
    /// is not kept.
    pub(crate) fn state(&self) -> (State, Duration) {
        let packed = self.state.load(Ordering::Relaxed);
        let since = Duration::from_millis(self.now_ms().saturating_sub(packed >> 3));
        (unpack(packed), since)
    }

    /// How long the peer has taken nothing of an answer; zero while it does.
    pub(crate) fn blocked(&self) -> Duration {
        match self.blocked_since.load(Ordering::Relaxed) {
            0 => Duration::ZERO,
            since => Duration::from_millis(self.now_ms().saturating_sub(since)),
        }
    }

    /// Bytes were read.
    pub(crate) fn has_read(&self) {
        let packed = self.state.load(Ordering::Relaxed);
        if matches!(unpack(packed), State::New | State::Idle) {
            self.change(packed, self.now(State::Head));
        }
    }

    /// A request is handed to the service, unless the connection is to be closed.
    pub(crate) fn begin_request(&self) -> bool {
        self.set(State::Working as u64)
    }

    /// The service waits for the request's body.
    pub(crate) fn waits_for_body(&self) {
        self.set(self.now(State::Body));
    }

    /// The body is complete, unless the connection is to be closed.
    pub(crate) fn has_body(&self) -> bool {
        self.set(State::Working as u64)
    }

    /// The service has answered.
    pub(crate) fn has_answered(&self) {
        self.set(State::Answering as u64);
    }

    /// Bytes were written; `all` says whether they were all that there were.
    pub(crate) fn has_written(&self, all: bool) {
        if self.blocked_since.load(Ordering::Relaxed) != 0 {
            self.blocked_since.store(0, Ordering::Relaxed);
        }
        let packed = self.state.load(Ordering::Relaxed);
        if all && unpack(packed) == State::Answering {
            self.change(packed, self.now(State::Idle));
        }
    }

    /// Nothing could be written.
    pub(crate) fn is_blocked(&self) {
        if self.blocked_since.load(Ordering::Relaxed) == 0 {
            self.blocked_since
                .store(self.now_ms().max(1), Ordering::Relaxed);
        }
    }

    /// No request is served any more.
    pub(crate) fn closes(&self) {
        self.set(self.now(State::Closing));
    }

    /// Decides that the connection is to be closed if it still is in the state `seen`, and tells
    /// its task.
    pub(crate) fn evict(&self, seen: Seen) -> bool {
        let evicted = self.change(seen.0, State::Evicted as u64);
        if evicted {
            self.wake.notify_one();
        }
        evicted
    }

    /// How much the connection is needed, if it may be closed to make room for another.
    pub(crate) fn need(&self) -> Option<(Need, Duration, Seen)> {
        let packed = self.state.load(Ordering::Relaxed);
        let since = Duration::from_millis(self.now_ms().saturating_sub(packed >> 3));
        let (need, since) = match unpack(packed) {
            State::New => (Need::New, since),
            State::Idle | State::Head | State::Closing => (Need::None, since),
            State::Body => (Need::Slow, since),
            State::Answering => (Need::Slow, self.blocked()),
            State::Working | State::Evicted => return None,
        };
        Some((need, since, Seen(packed)))
    }

    fn set(&self, packed: u64) -> bool {
        let before = self.state.swap(packed, Ordering::Relaxed);
        let evicted = unpack(before) == State::Evicted;
        if evicted {
            self.state.store(before, Ordering::Relaxed);
        }
        !evicted
    }

    fn change(&self, from: u64, to: u64) -> bool {
        let (success, failure) = (Ordering::Relaxed, Ordering::Relaxed);
        self.state
            .compare_exchange(from, to, success, failure)
            .is_ok()
    }
}

/// How much a connection is needed that may be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Nothing has come on it yet.
    New,
    /// No request is in flight.
    None,
    /// A request is in flight, and the peer is slow to send it or to take its answer.
    Slow,
}

/// The state in which a connection was seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen(u64);

fn unpack(packed: u64) -> State {
    STATES[(packed & 0b111) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_request_in_flight_is_needed_and_a_connection_between_two_is_not() {
        let activity = Activity::new(Instant::now());
        tokio::time::advance(Duration::from_secs(1)).await;
        let need = |activity: &Activity| activity.need().map(|(need, since, _)| (need, since));
        let second = Duration::from_secs(1);
        assert_eq!(need(&activity), Some((Need::New, second)));
        activity.has_read();
        assert_eq!(need(&activity), Some((Need::None, Duration::ZERO)));
        assert!(activity.begin_request());
        assert_eq!(need(&activity), None);
        activity.waits_for_body();
        tokio::time::advance(second).await;
        assert_eq!(need(&activity), Some((Need::Slow, second)));
        assert!(activity.has_body());
        assert_eq!(need(&activity), None);
        activity.has_answered();
        activity.is_blocked();
        tokio::time::advance(second).await;
        assert_eq!(need(&activity), Some((Need::Slow, second)));
        activity.has_written(true);
        assert_eq!(activity.state(), (State::Idle, Duration::ZERO));
        assert_eq!(activity.blocked(), Duration::ZERO);
    }

    #[tokio::test]
    async fn no_request_begins_on_a_connection_that_is_to_be_closed() {
        let activity = Activity::new(Instant::now());
        let (_, _, seen) = activity.need().expect("nothing is in flight");
        activity.has_read();
        assert!(activity.begin_request());
        assert!(!activity.evict(seen), "a request has begun since");
        activity.has_answered();
        activity.has_written(true);

        let (_, _, seen) = activity.need().expect("nothing is in flight");
        assert!(activity.evict(seen));
        activity.has_read();
        assert!(!activity.begin_request());
        assert_eq!(activity.state().0, State::Evicted);
        activity.wake.notified().await;
    }
}
