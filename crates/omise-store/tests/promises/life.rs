//! What a store does while it is open, and when it is closed.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use omise_store::{Health, Store};
use tokio::task::JoinSet;

use crate::support::{check_body, commit_one};

pub(crate) async fn concurrency(store: Arc<dyn Store>) {
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

pub(crate) async fn dropped_future(store: Arc<dyn Store>) {
    {
        let commit = pin!(commit_one(&*store, "src_1", "first"));
        let _ = commit.poll(&mut Context::from_waker(Waker::noop()));
    }
    store.close().await.unwrap();

    check_body(&*store, "src_1", Some("first")).await;
}

pub(crate) async fn close(store: Arc<dyn Store>) {
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

pub(crate) async fn stopped_is_pending(store: Arc<dyn Store>) {
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
