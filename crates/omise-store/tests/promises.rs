//! The promises of a store, written against the trait and checked with every implementation.

mod support;

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use omise_store::{Durability, Health, KeyRef, MemoryStore, Store, Transaction, Version, Write};
use support::{check_body, commit, commit_one, insert, key_of};
use tokio::task::JoinSet;

/// Runs each check with each implementation.
macro_rules! promises {
    ($($check:ident proves $claim:ident;)*) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $claim() {
                super::$check(std::sync::Arc::new(omise_store::MemoryStore::new())).await;
            })*
        }

        #[cfg(feature = "sqlite")]
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $claim() {
                let dir = tempfile::tempdir().unwrap();
                let store = omise_store::SqliteStore::open(dir.path()).unwrap();
                super::$check(std::sync::Arc::new(store)).await;
            })*
        }
    };
}

promises! {
    check_reads_back proves what_was_committed_is_read_back_byte_for_byte;
    check_isolation proves another_account_mode_or_type_sees_nothing;
    check_taken proves a_taken_key_is_refused_and_nothing_changes;
    check_own_conflict proves a_transaction_that_conflicts_with_itself_writes_nothing;
    check_racing_inserts proves of_transactions_that_race_for_a_key_one_wins;
    check_concurrency proves a_thousand_concurrent_commits_are_all_readable;
    check_dropped_future proves a_commit_under_way_is_kept_when_its_caller_goes_away;
    check_close proves a_closed_store_refuses_writes_and_still_reads;
    check_stopped_is_pending proves a_store_without_failure_never_reports_that_it_stopped;
}

async fn check_reads_back(store: Arc<dyn Store>) {
    let body = Bytes::from((0..=255).collect::<Vec<u8>>());
    commit_one(&*store, "src_1", body.clone()).await.unwrap();
    commit_one(&*store, "src_2", "").await.unwrap();
    store.commit(Transaction::default()).await.unwrap();

    let found = store.get(key_of("src_1")).await.unwrap();
    assert_eq!(found, Some((Version::FIRST, body)));
    check_body(&*store, "src_2", Some("")).await;
    check_body(&*store, "src_3", None).await;
}

async fn check_isolation(store: Arc<dyn Store>) {
    commit_one(&*store, "src_1", "first").await.unwrap();
    let same = key_of("src_1");
    let others = [
        KeyRef {
            account: "acct_2",
            ..same
        },
        KeyRef {
            livemode: false,
            ..same
        },
        KeyRef {
            object: "charge",
            ..same
        },
    ];
    let similar = [
        KeyRef {
            account: "ACCT_1",
            ..same
        },
        KeyRef {
            account: "",
            id: "acct_1src_1",
            ..same
        },
        key_of("SRC_1"),
        key_of("src_%"),
    ];
    for other in others.iter().chain(&similar) {
        assert_eq!(store.get(*other).await.unwrap(), None, "{other:?}");
    }

    // The key of another account, mode or type is free.
    for other in others {
        let write = Write::Insert {
            key: other.to_key(),
            created_ms: 0,
            body: format!("{other:?}").into(),
        };
        commit(&*store, [write]).await.unwrap();
    }
    check_body(&*store, "src_1", Some("first")).await;
    for other in others {
        let (_, body) = store.get(other).await.unwrap().unwrap();
        assert_eq!(body, format!("{other:?}"));
    }
}

async fn check_taken(store: Arc<dyn Store>) {
    commit_one(&*store, "src_1", "first").await.unwrap();

    let error = commit_one(&*store, "src_1", "second").await.unwrap_err();

    assert!(error.is_taken() && !error.is_stopped(), "{error}");
    assert!(!error.is_changed() && !error.is_claimed(), "{error}");
    assert_eq!(error.to_string(), "key of an object is already taken");
    check_body(&*store, "src_1", Some("first")).await;
}

async fn check_own_conflict(store: Arc<dyn Store>) {
    let twice = [insert("src_1", "first"), insert("src_1", "second")];
    assert!(commit(&*store, twice).await.unwrap_err().is_taken());
    check_body(&*store, "src_1", None).await;
}

async fn check_racing_inserts(store: Arc<dyn Store>) {
    let mut racers = JoinSet::new();
    for number in 0..200 {
        // Every tenth transaction also wants the contested id.
        let mut writes = vec![insert(&format!("src_{number}"), number.to_string())];
        if number % 10 == 0 {
            writes.push(insert("src_contested", number.to_string()));
        }
        let store = Arc::clone(&store);
        racers.spawn(async move { (number, commit(&*store, writes).await) });
    }

    let mut winners = Vec::new();
    for (number, result) in racers.join_all().await {
        let (id, body) = (format!("src_{number}"), number.to_string());
        let is_contender = number % 10 == 0;
        match result {
            Ok(()) => {
                check_body(&*store, &id, Some(&body)).await;
                winners.extend(is_contender.then_some(body));
            }
            Err(error) => {
                assert!(error.is_taken() && is_contender, "{number}: {error}");
                check_body(&*store, &id, None).await;
            }
        }
    }
    let [winner] = winners.as_slice() else {
        panic!("{winners:?}")
    };
    check_body(&*store, "src_contested", Some(winner)).await;
}

async fn check_concurrency(store: Arc<dyn Store>) {
    let mut commits = JoinSet::new();
    for number in 0..1000 {
        let store = Arc::clone(&store);
        commits.spawn(async move {
            let id = format!("src_{number}");
            let body = number.to_string();
            commit_one(&*store, &id, body.clone()).await.unwrap();
            // A read that begins after the acknowledgement finds the source.
            check_body(&*store, &id, Some(&body)).await;
        });
    }
    commits.join_all().await;
}

async fn check_dropped_future(store: Arc<dyn Store>) {
    {
        let commit = pin!(commit_one(&*store, "src_1", "first"));
        let _ = commit.poll(&mut Context::from_waker(Waker::noop()));
    }
    store.close().await.unwrap();

    check_body(&*store, "src_1", Some("first")).await;
}

async fn check_close(store: Arc<dyn Store>) {
    commit_one(&*store, "src_1", "first").await.unwrap();
    assert_eq!(store.health(), Health::Ready);
    store.close().await.unwrap();
    store.close().await.unwrap();
    assert!(matches!(store.health(), Health::NotReady { .. }));

    let error = commit_one(&*store, "src_2", "second").await.unwrap_err();
    assert!(error.is_stopped(), "{error}");
    check_body(&*store, "src_1", Some("first")).await;
    check_body(&*store, "src_2", None).await;
}

async fn check_stopped_is_pending(store: Arc<dyn Store>) {
    let mut stopped = store.stopped();
    let mut is_pending = || {
        stopped
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
            .is_pending()
    };
    assert!(is_pending());

    store.close().await.unwrap();

    assert!(is_pending());
    assert!(matches!(
        pin!(store.stopped()).poll(&mut Context::from_waker(Waker::noop())),
        Poll::Pending
    ));
}

#[test]
fn a_store_in_memory_says_so() {
    assert_eq!(MemoryStore::new().durability(), Durability::Memory);
}
