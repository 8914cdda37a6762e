//! Idempotency keys.

use std::sync::Arc;

use omise_store::{Claim, Store, Write};
use tokio::task::JoinSet;

use crate::support::{check_body, claim, commit, insert};

pub(crate) async fn claims(store: Arc<dyn Store>) {
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

pub(crate) async fn racing_claims(store: Arc<dyn Store>) {
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
