//! Which connections are open, and which one is closed when another needs its place.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::Id;

use crate::http::activity::{Activity, Need, Seen};

/// How long a connection without a request stays at least, so that a client that has just connected
/// or been answered can send its request. An address that has more than its share has no such time.
const IDLE_MIN: Duration = Duration::from_millis(100);

/// How long a client may at least be slow with a request or an answer.
const SLOW_MIN: Duration = Duration::from_millis(500);

/// How many connections may be about to close while others have their places already. The listener
/// keeps more file descriptors free than that.
const LEAVING_MAX: usize = 16;

/// The open connections.
pub(crate) struct Slots {
    limit: usize,
    share: Option<usize>,
    open: HashMap<Id, Slot>,
    /// How many connections each client has.
    counts: HashMap<Client, usize>,
    /// The clients that have their share or more.
    crowds: Vec<Client>,
    leaving: usize,
}

struct Slot {
    activity: Arc<Activity>,
    client: Client,
    leaving: bool,
}

/// Which connection is needed least: whether a slow client uses it, whether its client has no more
/// than its share, and how long it is so already.
type Rank = (bool, bool, Reverse<Duration>);

/// What becomes of a new connection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// There is a place for it.
    Serve,
    /// There will be a place soon: a connection ends, or has been idle for long enough.
    Wait,
    /// The client has its share, and all of it is in use.
    Refuse,
}

/// Whose connections are counted together: an address, and of IPv6 the 64 bits that a network has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Client(IpAddr);

impl Client {
    fn new(address: IpAddr) -> Client {
        Client(match address.to_canonical() {
            IpAddr::V6(address) => {
                let network = u128::from(address) & !u128::from(u64::MAX);
                Ipv6Addr::from(network).into()
            }
            address => address,
        })
    }
}

impl Slots {
    /// No connections yet; at most `limit`, and `share` of them for one address when all are taken.
    pub(crate) fn new(limit: usize, share: Option<usize>) -> Slots {
        Slots {
            limit: limit.max(1),
            share: share.map(|share| share.max(1)),
            open: HashMap::new(),
            counts: HashMap::new(),
            crowds: Vec::new(),
            leaving: 0,
        }
    }

    /// Decides about a new connection, and where there is no place closes the one that is needed
    /// least.
    ///
    /// That is one of an address that has its share already, if there is such an address. A client
    /// that has its share gets the place of its own connections only, never another's.
    pub(crate) fn admit(&mut self, address: IpAddr) -> Verdict {
        if self.open.len() - self.leaving < self.limit {
            return Verdict::Serve;
        }
        if self.leaving >= LEAVING_MAX {
            return Verdict::Wait;
        }
        let client = Client::new(address);
        let own_only = self.crowds.contains(&client);
        let mut soon = !own_only;
        let mut least: Option<(Rank, Id, Seen)> = None;
        for (id, slot) in &self.open {
            if slot.leaving || own_only && slot.client != client {
                continue;
            }
            let Some((state, since, seen)) = slot.activity.need() else {
                continue;
            };
            let is_crowd = !own_only && self.crowds.contains(&slot.client);
            let since_at_least = match state {
                Need::None if is_crowd => Duration::ZERO,
                Need::New | Need::None => IDLE_MIN,
                Need::Slow => SLOW_MIN,
            };
            if since < since_at_least {
                soon |= state == Need::New;
                continue;
            }
            let rank = (state == Need::Slow, !is_crowd, Reverse(since));
            if least.as_ref().is_none_or(|(other, _, _)| rank < *other) {
                least = Some((rank, *id, seen));
            }
        }
        let Some((_, id, seen)) = least else {
            return if soon { Verdict::Wait } else { Verdict::Refuse };
        };
        let slot = self.open.get_mut(&id).expect("it is one of them");
        if !slot.activity.evict(seen) {
            return Verdict::Wait;
        }
        slot.leaving = true;
        self.leaving += 1;
        Verdict::Serve
    }

    /// Adds a connection.
    pub(crate) fn insert(&mut self, id: Id, address: IpAddr, activity: Arc<Activity>) {
        let client = Client::new(address);
        if let Some(share) = self.share {
            let count = self.counts.entry(client).or_insert(0);
            *count += 1;
            if *count == share {
                self.crowds.push(client);
            }
        }
        let slot = Slot {
            activity,
            client,
            leaving: false,
        };
        self.open.insert(id, slot);
    }

    /// Takes away a connection that has ended.
    pub(crate) fn remove(&mut self, id: Id) {
        let Some(slot) = self.open.remove(&id) else {
            return;
        };
        self.leaving -= usize::from(slot.leaving);
        if let Some(share) = self.share
            && let Some(count) = self.counts.get_mut(&slot.client)
        {
            if *count == share {
                self.crowds.retain(|client| *client != slot.client);
            }
            *count -= 1;
            if *count == 0 {
                self.counts.remove(&slot.client);
            }
        }
    }

    /// Tells every connection that the listener closes.
    pub(crate) fn wake_all(&self) {
        for slot in self.open.values() {
            slot.activity.wake.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::task::JoinSet;
    use tokio::time::{Instant, advance};

    use super::*;

    /// Slots with connections of the given addresses, each idle since a millisecond before the
    /// next.
    struct Filled {
        slots: Slots,
        start: Instant,
        ids: Vec<(Id, Arc<Activity>)>,
        tasks: JoinSet<()>,
    }

    impl Filled {
        async fn new(limit: usize, share: Option<usize>, addresses: &[&str]) -> Filled {
            let mut filled = Filled {
                slots: Slots::new(limit, share),
                start: Instant::now(),
                ids: Vec::new(),
                tasks: JoinSet::new(),
            };
            for address in addresses {
                filled.open(address).await;
            }
            filled
        }

        async fn open(&mut self, address: &str) {
            let activity = Arc::new(Activity::new(self.start));
            // A task of its own is where an id comes from.
            let id = self.tasks.spawn(std::future::pending()).id();
            let address = address.parse().expect("an address");
            self.slots.insert(id, address, Arc::clone(&activity));
            self.ids.push((id, activity));
            advance(Duration::from_millis(1)).await;
        }

        fn admit(&mut self, address: &str) -> Verdict {
            self.slots.admit(address.parse().expect("an address"))
        }

        /// Which connections are to be closed.
        fn evicted(&self) -> Vec<usize> {
            let is_evicted = |(_, activity): &(Id, Arc<Activity>)| {
                activity.state().0 == crate::http::activity::State::Evicted
            };
            (0..self.ids.len())
                .filter(|index| is_evicted(&self.ids[*index]))
                .collect()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_one_that_is_idle_longest_makes_room() {
        let mut filled = Filled::new(3, None, &["10.0.0.1"; 3]).await;
        assert_eq!(filled.admit("10.0.0.1"), Verdict::Wait, "all are new");
        advance(IDLE_MIN).await;
        filled.ids[0].1.begin_request();
        assert_eq!(filled.admit("10.0.0.1"), Verdict::Serve);
        assert_eq!(filled.evicted(), [1]);
        filled.open("10.0.0.1").await;
        assert_eq!(filled.admit("10.0.0.1"), Verdict::Serve);
        assert_eq!(filled.evicted(), [1, 2]);
        filled.open("10.0.0.1").await;
        filled.ids[3].1.begin_request();
        filled.ids[4].1.begin_request();
        assert_eq!(filled.admit("10.0.0.1"), Verdict::Wait, "all are in use");
        filled.ids[0].1.has_answered();
        filled.ids[0].1.has_written(true);
        advance(IDLE_MIN).await;
        assert_eq!(filled.admit("10.0.0.1"), Verdict::Serve);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_client_makes_room_when_nobody_is_idle() {
        let mut filled = Filled::new(2, None, &["10.0.0.1"; 2]).await;
        for (_, activity) in &filled.ids {
            activity.begin_request();
        }
        filled.ids[1].1.waits_for_body();
        assert_eq!(filled.admit("10.0.0.2"), Verdict::Wait);
        advance(SLOW_MIN).await;
        assert_eq!(filled.admit("10.0.0.2"), Verdict::Serve);
        assert_eq!(filled.evicted(), [1]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_with_its_share_makes_room_for_others_and_gets_none_of_theirs() {
        let addresses = ["10.0.0.2", "10.0.0.1", "10.0.0.1"];
        let mut filled = Filled::new(3, Some(2), &addresses).await;
        advance(IDLE_MIN).await;
        assert_eq!(filled.admit("10.0.0.3"), Verdict::Serve);
        assert_eq!(filled.evicted(), [1], "not the first, which is idle longer");

        let mut filled = Filled::new(3, Some(2), &addresses).await;
        filled.ids[2].1.begin_request();
        filled.ids[2].1.has_answered();
        filled.ids[2].1.has_written(true);
        assert_eq!(
            filled.admit("10.0.0.1"),
            Verdict::Wait,
            "one of its own is new"
        );
        assert_eq!(filled.admit("10.0.0.3"), Verdict::Serve);
        assert_eq!(filled.evicted(), [2], "it need not be idle for long");

        let mut filled = Filled::new(3, Some(2), &addresses).await;
        advance(IDLE_MIN).await;
        filled.ids[1].1.begin_request();
        filled.ids[2].1.begin_request();
        assert_eq!(filled.admit("10.0.0.1"), Verdict::Refuse);
        assert_eq!(filled.admit("10.0.0.3"), Verdict::Serve);
        assert_eq!(filled.evicted(), [0]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_network_of_ipv6_is_one_client() {
        let addresses = ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"];
        let mut filled = Filled::new(3, Some(2), &addresses).await;
        for (_, activity) in &filled.ids {
            activity.begin_request();
        }
        assert_eq!(filled.admit("2001:db8::3"), Verdict::Refuse);
        assert_eq!(filled.admit("2001:db8:0:1::2"), Verdict::Wait);
        let id = filled.ids[0].0;
        filled.slots.remove(id);
        assert_eq!(filled.admit("2001:db8::3"), Verdict::Serve);
    }
}
