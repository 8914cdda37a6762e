//! Sources of one account, made and read by a store.

// Not every test needs all of it.
#![allow(dead_code, unreachable_pub)]

use bytes::Bytes;
use omise_store::{
    Claim, Event, Key, KeyRef, Listing, Order, Page, Store, StoreError, Transaction, Version, Write,
};

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

pub fn replace(id: &str, expect: Version, body: impl Into<Bytes>) -> Write {
    Write::Replace {
        key: key(id),
        expect,
        body: body.into(),
    }
}

/// Adds an event about a source of the first account. Its body is its id.
pub fn event(id: &str, subject: &str) -> Write {
    Write::Event(Event {
        key: Key {
            object: "event",
            ..key(id)
        },
        subject: subject.into(),
        created_ms: 0,
        body: id.to_owned().into(),
    })
}

/// The claim of a live idempotency key of the first account.
pub fn claim(key: &str, answer: &str) -> Claim {
    Claim {
        account: "acct_1".into(),
        livemode: true,
        key: key.into(),
        fingerprint: [7; 32],
        created_ms: 1_600_000_000_000,
        answer: answer.to_owned().into(),
    }
}

/// All live objects of a type that the first account has.
pub fn page(object: &'static str) -> Page {
    Page {
        account: "acct_1".into(),
        livemode: true,
        object,
        subject: None,
        from_ms: None,
        to_ms: None,
        order: Order::Chronological,
        offset: 0,
        limit: 100,
    }
}

/// How many objects there are, and the bodies of those on the page.
pub async fn list(store: &dyn Store, page: Page) -> (u64, Vec<String>) {
    let Listing { total, objects } = store.list(page).await.unwrap();
    let bodies = objects.into_iter().map(|(_, body)| body.to_vec());
    let bodies = bodies.map(|body| String::from_utf8(body).unwrap());
    (total, bodies.collect())
}
