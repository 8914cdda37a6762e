//! Lists of objects, and events.

use std::sync::Arc;

use omise_store::{KeyRef, Order, Page, Store, Version, Write};

use crate::support::{commit, event, insert, key, key_of, list, page, replace};

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

pub(crate) async fn pages(store: Arc<dyn Store>) {
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

pub(crate) async fn span(store: Arc<dyn Store>) {
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

pub(crate) async fn isolation(store: Arc<dyn Store>) {
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

pub(crate) async fn events(store: Arc<dyn Store>) {
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
