//! Bodies that were committed or read not long ago.

use std::time::Duration;

use bytes::Bytes;
use quick_cache::sync::{Cache, DefaultLifecycle, GuardResult, PlaceholderGuard};
use quick_cache::{DefaultHashBuilder, Equivalent, Weighter};

use crate::object::{Key, KeyRef, Version};

const WEIGHT_MAX_BYTES: u64 = 64 * 1024 * 1024;

/// A guess at the bytes of an entry, by which the tables of the cache are sized at first.
const ENTRY_TYPICAL_BYTES: u64 = 1024;

/// What an entry takes beside the bytes of its body and id.
const ENTRY_OVERHEAD_BYTES: u64 = 192;

/// A cache of objects, bounded by the memory it takes.
///
/// It never holds an older version than the newest that was acknowledged. The writer puts every
/// version here before it is acknowledged. A reader [begins to fill](BodyCache::begin_fill) the
/// cache before it reads the database, and what it has read is dropped if the writer was there
/// meanwhile.
pub(crate) struct BodyCache(Cache<Key, Found, Weight>);

type Found = (Version, Bytes);

impl BodyCache {
    pub(crate) fn new() -> BodyCache {
        let items = (WEIGHT_MAX_BYTES / ENTRY_TYPICAL_BYTES) as usize;
        BodyCache(Cache::with_weighter(items, WEIGHT_MAX_BYTES, Weight))
    }

    pub(crate) fn get(&self, key: KeyRef<'_>) -> Option<Found> {
        self.0.get(&key)
    }

    /// Takes the newest version of an object, which the writer has committed.
    pub(crate) fn put(&self, key: Key, version: Version, body: Bytes) {
        self.0.insert(key, (version, body));
    }

    /// Tells the cache that the database is about to be read.
    pub(crate) fn begin_fill(&self, key: &Key) -> Miss<'_> {
        match self.0.get_value_or_guard(key, Some(Duration::ZERO)) {
            GuardResult::Value(found) => Miss::Found(found),
            GuardResult::Guard(guard) => Miss::Fill(Fill(guard)),
            GuardResult::Timeout => Miss::Busy,
        }
    }
}

/// What a reader does that has not found an object.
pub(crate) enum Miss<'a> {
    /// Nothing: by now it is there.
    Found(Found),
    /// It reads the database and fills the cache.
    Fill(Fill<'a>),
    /// It reads the database, while another reader fills the cache.
    Busy,
}

/// A place in the cache that a write takes away.
pub(crate) struct Fill<'a>(
    PlaceholderGuard<'a, Key, Found, Weight, DefaultHashBuilder, DefaultLifecycle<Key, Found>>,
);

impl Fill<'_> {
    pub(crate) fn finish(self, version: Version, body: Bytes) {
        // If the writer has put a version here, that is the newer one.
        let _ = self.0.insert((version, body));
    }
}

impl Equivalent<Key> for KeyRef<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        // The ids differ mostly, so they are compared first.
        self.id == &*key.id
            && self.livemode == key.livemode
            && self.object == key.object
            && *self.account == *key.account
    }
}

#[derive(Clone)]
pub(crate) struct Weight;

impl Weighter<Key, Found> for Weight {
    fn weight(&self, key: &Key, (_, body): &Found) -> u64 {
        ENTRY_OVERHEAD_BYTES + key.id.len() as u64 + body.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(account: &'static str, livemode: bool, id: &'static str) -> KeyRef<'static> {
        KeyRef {
            account,
            livemode,
            object: "source",
            id,
        }
    }

    fn body(text: &'static str) -> Bytes {
        Bytes::from_static(text.as_bytes())
    }

    #[test]
    fn an_entry_is_found_by_its_whole_key_and_no_other() {
        let cache = BodyCache::new();
        let found = (Version::FIRST, body("body"));
        cache.put(
            key("acct_1", true, "src_1").to_key(),
            Version::FIRST,
            found.1.clone(),
        );

        assert_eq!(cache.get(key("acct_1", true, "src_1")), Some(found));
        assert_eq!(cache.get(key("acct_2", true, "src_1")), None);
        assert_eq!(cache.get(key("acct_1", false, "src_1")), None);
        assert_eq!(cache.get(key("acct_1", true, "src_2")), None);
        assert_eq!(cache.get(key("acct_1s", true, "rc_1")), None);
        let charge = KeyRef {
            object: "charge",
            ..key("acct_1", true, "src_1")
        };
        assert_eq!(cache.get(charge), None);
    }

    #[test]
    fn a_read_that_a_write_has_overtaken_does_not_fill_the_cache() {
        let cache = BodyCache::new();
        let key = key("acct_1", true, "src_1");
        let owned = key.to_key();
        let Miss::Fill(fill) = cache.begin_fill(&owned) else {
            panic!("the cache is empty")
        };
        // The reader has read the first version of the database by now.
        cache.put(key.to_key(), Version::FIRST.next(), body("second"));

        fill.finish(Version::FIRST, body("first"));

        let newest = (Version::FIRST.next(), body("second"));
        assert_eq!(cache.get(key), Some(newest));
    }

    #[test]
    fn a_read_fills_the_cache_when_nothing_was_written_meanwhile() {
        let cache = BodyCache::new();
        let key = key("acct_1", true, "src_1");
        let owned = key.to_key();
        let Miss::Fill(fill) = cache.begin_fill(&owned) else {
            panic!("the cache is empty")
        };
        assert!(
            matches!(cache.begin_fill(&owned), Miss::Busy),
            "one fills it"
        );
        assert_eq!(cache.get(key), None);
        fill.finish(Version::FIRST, body("first"));
        assert_eq!(cache.get(key), Some((Version::FIRST, body("first"))));
    }

    #[test]
    fn the_cache_is_bounded_by_the_size_of_its_bodies() {
        let cache = BodyCache::new();
        let body = Bytes::from(vec![0; 64 * 1024]);
        for number in 0..2048 {
            let id = format!("src_{number}").into();
            let key = Key {
                id,
                ..key("acct_1", true, "").to_key()
            };
            cache.put(key, Version::FIRST, body.clone());
        }

        assert!(cache.0.weight() <= WEIGHT_MAX_BYTES, "{}", cache.0.weight());
        assert!(cache.0.len() > 512, "{}", cache.0.len());
    }
}
