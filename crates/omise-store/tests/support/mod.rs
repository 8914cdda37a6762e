//! Sources of one account, made and read by a store.

// Not every test needs all of it.
#![allow(dead_code, unreachable_pub)]

use bytes::Bytes;
use omise_store::{Key, KeyRef, Store, StoreError, Transaction, Version, Write};

/// The name of a live source of the first account.
pub fn key(id: &str) -> Key {
    key_of(id).to_key()
}

/// The same, borrowed.
pub fn key_of(id: &str) -> KeyRef<'_> {
    KeyRef {
        account: "acct_1",
        livemode: true,
        object: "source",
        id,
    }
}

/// Adds a live source of the first account.
pub fn insert(id: &str, body: impl Into<Bytes>) -> Write {
    Write::Insert {
        key: key(id),
        created_ms: 1_600_000_000_000,
        body: body.into(),
    }
}

pub async fn commit(
    store: &dyn Store,
    writes: impl IntoIterator<Item = Write>,
) -> Result<(), StoreError> {
    let writes = writes.into_iter().collect();
    store.commit(Transaction { writes }).await
}

pub async fn commit_one(
    store: &dyn Store,
    id: &str,
    body: impl Into<Bytes>,
) -> Result<(), StoreError> {
    commit(store, [insert(id, body)]).await
}

/// Reads the body of a live source of the first account.
pub async fn read(store: &dyn Store, id: &str) -> Option<Bytes> {
    let found: Option<(Version, Bytes)> = store.get(key_of(id)).await.unwrap();
    found.map(|(_, body)| body)
}

/// Checks which body the first account reads.
pub async fn check_body(store: &dyn Store, id: &str, expected: Option<&str>) {
    let body = read(store, id).await;
    assert_eq!(body.as_deref(), expected.map(str::as_bytes), "{id}");
}
