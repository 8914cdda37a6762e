//! The promises of a store, written against the trait and checked with every implementation.

mod support;

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use omise_store::{
    Claim, Durability, Event, Health, Key, KeyRef, Listing, MemoryStore, Order, Page, Store,
    StoreError, Transaction, Version, Write,
};
use support::{check_body, commit, commit_one, insert, key, key_of};
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
    check_replace proves a_replacement_is_read_at_once_with_the_next_version;
    check_changed proves an_object_that_has_changed_or_is_missing_is_not_replaced;
    check_racing_replacements proves no_change_is_lost_when_many_replace_one_object;
    check_readers_during_changes proves a_read_never_goes_back_behind_what_was_acknowledged;
    check_claims proves an_idempotency_key_is_claimed_once_for_each_account_and_mode;
    check_racing_claims proves of_requests_with_one_idempotency_key_one_has_an_effect;
    check_all_or_nothing proves a_transaction_of_which_one_write_fails_leaves_nothing;
    check_own_conflict proves a_transaction_that_conflicts_with_itself_writes_nothing;
    check_sequence proves a_transaction_sees_its_own_earlier_writes;
    check_racing_inserts proves of_transactions_that_race_for_a_key_one_wins;
    check_pages proves a_list_is_in_order_and_says_how_many_there_are;
    check_span proves a_list_can_be_of_a_span_of_time;
    check_list_isolation proves a_list_has_nothing_of_another_account_mode_or_type;
    check_events proves events_are_objects_and_listed_by_their_subject;
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

async fn check_replace(store: Arc<dyn Store>) {
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

async fn check_changed(store: Arc<dyn Store>) {
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

async fn check_racing_replacements(store: Arc<dyn Store>) {
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

async fn check_readers_during_changes(store: Arc<dyn Store>) {
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

async fn check_claims(store: Arc<dyn Store>) {
    let first = claim("order-1042", "first");
    commit(&*store, [Write::Claim(first.clone())])
        .await
        .unwrap();

    let again = Write::Claim(claim("order-1042", "second"));
    let error = commit(&*store, [again]).await.unwrap_err();

    assert!(error.is_claimed() && !error.is_stopped(), "{error}");
    assert!(!error.is_taken() && !error.is_changed(), "{error}");
    let found = store.claim("acct_1", true, "order-1042").await.unwrap();
    assert!(found == Some(first), "{found:?}");
    for (account, livemode, key) in [
        ("acct_2", true, "order-1042"),
        ("acct_1", false, "order-1042"),
        ("acct_1", true, "order-1043"),
    ] {
        let found = store.claim(account, livemode, key).await.unwrap();
        assert!(found.is_none(), "{account} {livemode} {key}");
        let other = Claim {
            account: account.into(),
            livemode,
            ..claim(key, "third")
        };
        commit(&*store, [Write::Claim(other)]).await.unwrap();
    }
}

async fn check_racing_claims(store: Arc<dyn Store>) {
    let mut racers = JoinSet::new();
    for number in 0..100 {
        let store = Arc::clone(&store);
        racers.spawn(async move {
            let id = format!("src_{number}");
            let writes = [
                insert(&id, number.to_string()),
                Write::Claim(claim("order-1042", &id)),
            ];
            (id, commit(&*store, writes).await)
        });
    }
    let mut winners = Vec::new();
    for (id, result) in racers.join_all().await {
        match result {
            Ok(()) => winners.push(id),
            Err(error) => {
                assert!(error.is_claimed(), "{error}");
                check_body(&*store, &id, None).await;
            }
        }
    }
    let [winner] = winners.as_slice() else {
        panic!("{winners:?}")
    };
    let found = store.claim("acct_1", true, "order-1042").await.unwrap();
    assert_eq!(found.unwrap().answer, winner);
}

async fn check_all_or_nothing(store: Arc<dyn Store>) {
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

async fn check_own_conflict(store: Arc<dyn Store>) {
    let twice = [insert("src_1", "first"), insert("src_1", "second")];
    assert!(commit(&*store, twice).await.unwrap_err().is_taken());
    check_body(&*store, "src_1", None).await;

    let twice = ["first", "second"].map(|answer| Write::Claim(claim("order", answer)));
    assert!(commit(&*store, twice).await.unwrap_err().is_claimed());
    let found = store.claim("acct_1", true, "order").await.unwrap();
    assert!(found.is_none());
}

async fn check_sequence(store: Arc<dyn Store>) {
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

/// Adds the sources `src_00` to `src_24`, each a second after the one before it, in another order.
async fn insert_25(store: &dyn Store) {
    for number in (0..25).map(|step| step * 7 % 25) {
        let id = format!("src_{number:02}");
        let write = Write::Insert {
            key: key(&id),
            created_ms: number * 1000,
            body: id.into(),
        };
        commit(store, [write]).await.unwrap();
    }
}

async fn check_pages(store: Arc<dyn Store>) {
    assert_eq!(list(&*store, page("source")).await, (0, vec![]));
    insert_25(&*store).await;
    let ids = |numbers: &mut dyn Iterator<Item = usize>| -> Vec<String> {
        numbers.map(|number| format!("src_{number:02}")).collect()
    };

    for (offset, limit, expected) in [
        (0, 100, 0..25),
        (0, 10, 0..10),
        (10, 10, 10..20),
        (20, 10, 20..25),
        (25, 10, 0..0),
        (1000, 10, 0..0),
        (3, 0, 0..0),
        (0, u64::MAX, 0..25),
        (u64::MAX, 1, 0..0),
    ] {
        let some = Page {
            offset,
            limit,
            ..page("source")
        };
        let reversed = Page {
            order: Order::ReverseChronological,
            ..some.clone()
        };
        let ascending = ids(&mut expected.clone());
        assert_eq!(list(&*store, some).await, (25, ascending));
        let descending = ids(&mut expected.map(|number| 24 - number));
        assert_eq!(list(&*store, reversed).await, (25, descending));
    }

    // What has changed stays in its place.
    let write = replace("src_03", Version::FIRST, "changed");
    commit(&*store, [write]).await.unwrap();
    let listing = store.list(page("source")).await.unwrap();
    assert_eq!(listing.objects[3].1, "changed");
    assert!(listing.objects[3].0 > Version::FIRST);
    assert_eq!(listing.objects[4], (Version::FIRST, "src_04".into()));
    assert!(!format!("{listing:?}").contains("changed"));
}

async fn check_span(store: Arc<dyn Store>) {
    insert_25(&*store).await;
    for (from_ms, to_ms, first, count) in [
        (Some(5000), None, Some("src_05"), 20),
        (Some(5001), None, Some("src_06"), 19),
        (None, Some(5000), Some("src_00"), 6),
        (None, Some(4999), Some("src_00"), 5),
        (Some(5000), Some(5000), Some("src_05"), 1),
        (Some(6000), Some(5000), None, 0),
        (Some(i64::MIN), Some(i64::MAX), Some("src_00"), 25),
    ] {
        let span = Page {
            from_ms,
            to_ms,
            limit: 1,
            ..page("source")
        };
        let first: Vec<String> = first.into_iter().map(str::to_owned).collect();
        assert_eq!(list(&*store, span).await, (count, first));
    }
}

async fn check_list_isolation(store: Arc<dyn Store>) {
    insert_25(&*store).await;
    let mine = page("source");
    for others in [
        Page {
            account: "acct_2".into(),
            ..mine.clone()
        },
        Page {
            livemode: false,
            ..mine.clone()
        },
        page("charge"),
        Page {
            subject: Some("src_00".into()),
            ..mine.clone()
        },
    ] {
        assert_eq!(
            list(&*store, others.clone()).await,
            (0, vec![]),
            "{others:?}"
        );
    }
}

async fn check_events(store: Arc<dyn Store>) {
    let created = [insert("src_1", "first"), event("evnt_1", "src_1")];
    commit(&*store, created).await.unwrap();
    let changed = [
        replace("src_1", Version::FIRST, "second"),
        event("evnt_3", "src_1"),
    ];
    commit(&*store, changed).await.unwrap();
    let other = [insert("src_2", "first"), event("evnt_2", "src_2")];
    commit(&*store, other).await.unwrap();

    let of_event = KeyRef {
        object: "event",
        ..key_of("evnt_3")
    };
    let found = store.get(of_event).await.unwrap();
    assert_eq!(found, Some((Version::FIRST, "evnt_3".into())));

    let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    let all = ids(&["evnt_1", "evnt_2", "evnt_3"]);
    assert_eq!(list(&*store, page("event")).await, (3, all));
    let of_source = Page {
        subject: Some("src_1".into()),
        ..page("event")
    };
    let newest = Page {
        order: Order::ReverseChronological,
        limit: 1,
        ..of_source.clone()
    };
    assert_eq!(
        list(&*store, of_source).await,
        (2, ids(&["evnt_1", "evnt_3"]))
    );
    assert_eq!(list(&*store, newest).await, (2, ids(&["evnt_3"])));

    let taken = commit(&*store, [event("evnt_1", "src_2")]).await;
    assert!(taken.unwrap_err().is_taken());
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

fn replace(id: &str, expect: Version, body: impl Into<Bytes>) -> Write {
    Write::Replace {
        key: key(id),
        expect,
        body: body.into(),
    }
}

/// Adds an event about a source of the first account. Its body is its id.
fn event(id: &str, subject: &str) -> Write {
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
fn claim(key: &str, answer: &str) -> Claim {
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
fn page(object: &'static str) -> Page {
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
async fn list(store: &dyn Store, page: Page) -> (u64, Vec<String>) {
    let Listing { total, objects } = store.list(page).await.unwrap();
    let bodies = objects.into_iter().map(|(_, body)| body.to_vec());
    let bodies = bodies.map(|body| String::from_utf8(body).unwrap());
    (total, bodies.collect())
}
