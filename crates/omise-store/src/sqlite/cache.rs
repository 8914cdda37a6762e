//! Bodies that were committed or read not long ago.

use std::hash::Hash;
use std::sync::Arc;

use bytes::Bytes;
use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Weighter};

const WEIGHT_MAX_BYTES: u64 = 64 * 1024 * 1024;

/// A guess at the bytes of an entry, by which the tables of the cache are sized at first.
const ENTRY_TYPICAL_BYTES: u64 = 1024;

/// What an entry takes beside the bytes of its body and id.
const ENTRY_OVERHEAD_BYTES: u64 = 192;

/// A cache of bodies, bounded by the memory it takes.
///
/// A body never changes once it is committed, so an entry cannot go stale, and the writer and the
/// readers may fill the cache in any order. When adding a write that changes a body, think again.
pub(crate) struct BodyCache(Cache<Key, Bytes, Weight>);

impl BodyCache {
    pub(crate) fn new() -> BodyCache {
        let items = (WEIGHT_MAX_BYTES / ENTRY_TYPICAL_BYTES) as usize;
        BodyCache(Cache::with_weighter(items, WEIGHT_MAX_BYTES, Weight))
    }

    pub(crate) fn get(&self, account: &str, livemode: bool, id: &str) -> Option<Bytes> {
        self.0.get(&KeyRef {
            account,
            livemode,
            id,
        })
    }

    pub(crate) fn insert(&self, key: Key, body: Bytes) {
        self.0.insert(key, body);
    }
}

/// What names a source. The account and the mode are part of it, so no read can cross either.
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) account: Arc<str>,
    pub(crate) livemode: bool,
    pub(crate) id: String,
}

/// A [`Key`] to look up with, which borrows its strings.
///
/// The fields are those of [`Key`] in the same order, so that the two derived hashes agree.
#[derive(Hash)]
struct KeyRef<'a> {
    account: &'a str,
    livemode: bool,
    id: &'a str,
}

impl Equivalent<Key> for KeyRef<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        self.id == key.id && self.livemode == key.livemode && *self.account == *key.account
    }
}

#[derive(Clone)]
struct Weight;

impl Weighter<Key, Bytes> for Weight {
    fn weight(&self, key: &Key, body: &Bytes) -> u64 {
        ENTRY_OVERHEAD_BYTES + key.id.len() as u64 + body.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(account: &str, livemode: bool, id: &str) -> Key {
        Key {
            account: account.into(),
            livemode,
            id: id.to_owned(),
        }
    }

    #[test]
    fn an_entry_is_found_by_its_whole_key_and_no_other() {
        let cache = BodyCache::new();
        cache.insert(key("acct_1", true, "src_1"), Bytes::from_static(b"body"));

        assert_eq!(
            cache.get("acct_1", true, "src_1").as_deref(),
            Some(b"body".as_slice())
        );
        assert_eq!(cache.get("acct_2", true, "src_1"), None);
        assert_eq!(cache.get("acct_1", false, "src_1"), None);
        assert_eq!(cache.get("acct_1", true, "src_2"), None);
        assert_eq!(cache.get("acct_1s", true, "rc_1"), None);
    }

    #[test]
    fn the_cache_is_bounded_by_the_size_of_its_bodies() {
        let cache = BodyCache::new();
        let body = Bytes::from(vec![0; 64 * 1024]);
        for number in 0..2048 {
            cache.insert(key("acct_1", true, &format!("src_{number}")), body.clone());
        }

        assert!(cache.0.weight() <= WEIGHT_MAX_BYTES, "{}", cache.0.weight());
        assert!(cache.0.len() > 512, "{}", cache.0.len());
    }
}
