//! Objects, and the transactions that write them.

use std::sync::Arc;

use bytes::Bytes;
use omise_store::{Key, KeyRef, Page, Store, StoreError, Transaction, Version, Write};
use tokio::task::JoinSet;

use crate::support::{
    check_body, claim, commit, commit_one, event, insert, key, key_of, list, page, replace,
};

pub(crate) async fn reads_back(store: Arc<dyn Store>) {
    let body = Bytes::from((0..=255).collect::<Vec<u8>>());
    commit_one(&*store, "src_1", body.clone()).await.unwrap();
    commit_one(&*store, "src_2", "").await.unwrap();
    store.commit(Transaction::default()).await.unwrap();

    let found = store.get(key_of("src_1")).await.unwrap();
    assert_eq!(found, Some((Version::FIRST, body)));
    check_body(&*store, "src_2", Some("")).await;
    check_body(&*store, "src_3", None).await;
}

pub(crate) async fn isolation(store: Arc<dyn Store>) {
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

pub(crate) async fn taken(store: Arc<dyn Store>) {
    commit_one(&*store, "src_1", "first").await.unwrap();

    let error = commit_one(&*store, "src_1", "second").await.unwrap_err();

    assert!(error.is_taken() && !error.is_stopped(), "{error}");
    assert!(!error.is_changed() && !error.is_claimed(), "{error}");
    assert_eq!(error.to_string(), "key of an object is already taken");
    check_body(&*store, "src_1", Some("first")).await;
}

pub(crate) async fn replacement(store: Arc<dyn Store>) {
    commit_one(&*store, "src_1", "0").await.unwrap();
    let mut versions = vec![Version::FIRST];
    for number in 1..5 {
        // Read before it changes, it is in the cache if there is one.
        let (version, _) = store.get(key_of("src_1")).await.unwrap().unwrap();
        assert_eq!(Some(&version), versions.last());
        let write = replace("src_1", version, number.to_string());
        commit(&*store, [write]).await.unwrap();

        let (version, body) = store.get(key_of("src_1")).await.unwrap().unwrap();
        assert_eq!(body, number.to_string());
        versions.push(version);
    }
    assert!(
        versions.is_sorted_by(|one, next| one < next),
        "{versions:?}"
    );
}

pub(crate) async fn changed(store: Arc<dyn Store>) {
    commit_one(&*store, "src_1", "first").await.unwrap();
    let write = replace("src_1", Version::FIRST, "second");
    commit(&*store, [write]).await.unwrap();
    let (second, _) = store.get(key_of("src_1")).await.unwrap().unwrap();

    for (id, expect) in [("src_1", Version::FIRST), ("src_2", Version::FIRST)] {
        let write = replace(id, expect, "third");
        let error = commit(&*store, [write]).await.unwrap_err();
        assert!(error.is_changed() && !error.is_stopped(), "{error}");
        assert!(!error.is_taken() && !error.is_claimed(), "{error}");
    }
    let other_mode = Write::Replace {
        key: Key {
            livemode: false,
            ..key("src_1")
        },
        expect: second,
        body: "third".into(),
    };
    assert!(
        commit(&*store, [other_mode])
            .await
            .unwrap_err()
            .is_changed()
    );

    let found = store.get(key_of("src_1")).await.unwrap();
    assert_eq!(found, Some((second, "second".into())));
    check_body(&*store, "src_2", None).await;
}

pub(crate) async fn racing_replacements(store: Arc<dyn Store>) {
    const TASKS: usize = 8;
    const EACH: usize = 20;

    commit_one(&*store, "src_1", "0").await.unwrap();
    let mut tasks = JoinSet::new();
    for _ in 0..TASKS {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            for _ in 0..EACH {
                // Counts up, and begins again when another was faster.
                loop {
                    let (version, body) = store.get(key_of("src_1")).await.unwrap().unwrap();
                    let number: usize = str::from_utf8(&body).unwrap().parse().unwrap();
                    let next = replace("src_1", version, (number + 1).to_string());
                    match commit(&*store, [next]).await {
                        Ok(()) => break,
                        Err(error) => assert!(error.is_changed(), "{error}"),
                    }
                }
            }
        });
    }
    tasks.join_all().await;

    check_body(&*store, "src_1", Some(&(TASKS * EACH).to_string())).await;
}

pub(crate) async fn readers_during_changes(store: Arc<dyn Store>) {
    const CHANGES: usize = 200;

    commit_one(&*store, "src_1", "0").await.unwrap();
    let mut readers = JoinSet::new();
    for _ in 0..4 {
        let store = Arc::clone(&store);
        readers.spawn(async move {
            let mut newest = Version::FIRST;
            loop {
                let (version, body) = store.get(key_of("src_1")).await.unwrap().unwrap();
                assert!(version >= newest, "{version:?} behind {newest:?}");
                newest = version;
                if body == CHANGES.to_string() {
                    return;
                }
                tokio::task::yield_now().await;
            }
        });
    }
    let mut version = Version::FIRST;
    for number in 1..=CHANGES {
        let write = replace("src_1", version, number.to_string());
        commit(&*store, [write]).await.unwrap();
        let (read, body) = store.get(key_of("src_1")).await.unwrap().unwrap();
        assert_eq!(body, number.to_string());
        version = read;
    }
    readers.join_all().await;
}

pub(crate) async fn all_or_nothing(store: Arc<dyn Store>) {
    type Refusal = fn(&StoreError) -> bool;

    commit_one(&*store, "src_1", "first").await.unwrap();
    let used = Write::Claim(claim("used", ""));
    commit(&*store, [used]).await.unwrap();
    let failures: [(Write, Refusal); 4] = [
        (insert("src_1", "third"), StoreError::is_taken),
        (replace("src_3", Version::FIRST, ""), StoreError::is_changed),
        (event("evnt_1", "src_1"), StoreError::is_taken),
        (Write::Claim(claim("used", "")), StoreError::is_claimed),
    ];
    for (fails, is_expected) in failures {
        let writes = [
            replace("src_1", Version::FIRST, "second"),
            insert("src_2", "second"),
            event("evnt_1", "src_2"),
            Write::Claim(claim("unused", "")),
            fails,
            insert("src_4", "never"),
        ];
        let error = commit(&*store, writes).await.unwrap_err();

        assert!(is_expected(&error), "{error}");
        let found = store.get(key_of("src_1")).await.unwrap();
        assert_eq!(found, Some((Version::FIRST, "first".into())));
        check_body(&*store, "src_2", None).await;
        check_body(&*store, "src_4", None).await;
        let found = store.claim("acct_1", true, "unused").await.unwrap();
        assert!(found.is_none());
        let of_type = page("event");
        let of_subject = Page {
            subject: Some("src_2".into()),
            ..page("event")
        };
        for events in [of_type, of_subject] {
            assert_eq!(list(&*store, events).await, (0, vec![]));
        }
    }
    // Nothing of them is in the way of another transaction.
    let writes = [
        insert("src_2", "again"),
        event("evnt_1", "src_2"),
        Write::Claim(claim("unused", "")),
    ];
    commit(&*store, writes).await.unwrap();
    check_body(&*store, "src_2", Some("again")).await;
}

pub(crate) async fn own_conflict(store: Arc<dyn Store>) {
    let twice = [insert("src_1", "first"), insert("src_1", "second")];
    assert!(commit(&*store, twice).await.unwrap_err().is_taken());
    check_body(&*store, "src_1", None).await;

    let twice = ["first", "second"].map(|answer| Write::Claim(claim("order", answer)));
    assert!(commit(&*store, twice).await.unwrap_err().is_claimed());
    let found = store.claim("acct_1", true, "order").await.unwrap();
    assert!(found.is_none());
}

pub(crate) async fn sequence(store: Arc<dyn Store>) {
    let writes = [
        insert("src_1", "first"),
        replace("src_1", Version::FIRST, "second"),
    ];
    commit(&*store, writes).await.unwrap();
    let (second, body) = store.get(key_of("src_1")).await.unwrap().unwrap();
    assert_eq!(body, "second");
    assert!(second > Version::FIRST);

    // The second write finds another version than the one that it expects.
    let twice = ["third", "fourth"].map(|body| replace("src_1", second, body));
    assert!(commit(&*store, twice).await.unwrap_err().is_changed());
    let found = store.get(key_of("src_1")).await.unwrap();
    assert_eq!(found, Some((second, "second".into())));
}

pub(crate) async fn racing_inserts(store: Arc<dyn Store>) {
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
