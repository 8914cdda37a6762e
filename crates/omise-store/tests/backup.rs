//! Copies of a store that is in use.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use omise_store::{SourceRow, SqliteStore, Store, Transaction, Write, backup};

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_busy_store_holds_what_was_acknowledged_before_it() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let store = Arc::new(SqliteStore::open(&data).unwrap());
    for number in 0..100 {
        commit(&store, &format!("src_before_{number}")).await;
    }
    let is_over = Arc::new(AtomicBool::new(false));
    let busy = tokio::spawn({
        let (store, is_over) = (Arc::clone(&store), Arc::clone(&is_over));
        async move {
            let mut number = 0;
            while !is_over.load(Ordering::Relaxed) {
                commit(&store, &format!("src_during_{number}")).await;
                number += 1;
            }
        }
    });

    // A directory that does not exist is made, and can be served.
    let to = format!("{}/", dir.path().join("copies/today").display());
    let made = backup(&data, Path::new(&to)).unwrap();

    is_over.store(true, Ordering::Relaxed);
    busy.await.unwrap();
    assert_eq!(made.file, Path::new(&to).join("sources.sqlite3"));
    assert!(made.sources >= 100, "{}", made.sources);
    assert_eq!(made.bytes, made.file.metadata().unwrap().len());
    assert_eq!(fs::read_dir(&to).unwrap().count(), 1, "one file is left");

    let restored = SqliteStore::open(Path::new(&to)).unwrap();
    for number in 0..100 {
        let id = format!("src_before_{number}");
        let body = restored.source("acct_1", false, &id).await.unwrap();
        assert_eq!(body.as_deref(), Some(id.as_bytes()));
    }
}

#[tokio::test]
async fn a_backup_is_private_and_overwrites_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let store = SqliteStore::open(&data).unwrap();
    commit(&store, "src_1").await;
    let file = dir.path().join("copy");
    let made = backup(&data, &file).unwrap();
    assert_eq!((made.sources, &made.file), (1, &file));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;

        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    let before = fs::read(&file).unwrap();
    commit(&store, "src_2").await;

    let error = backup(&data, &file).unwrap_err();

    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("overwrites nothing"), "{cause}");
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn where_there_is_no_store_nothing_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("copy");

    let error = backup(dir.path(), &file).unwrap_err();

    assert!(error.to_string().contains("there is no store"), "{error}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_damaged_store_leaves_no_backup() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::write(data.join("sources.sqlite3"), "no database".repeat(1000)).unwrap();
    let file = dir.path().join("copy");

    assert!(backup(&data, &file).is_err());

    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

async fn commit(store: &SqliteStore, id: &str) {
    let row = SourceRow {
        account: "acct_1".into(),
        id: id.to_owned(),
        livemode: false,
        created_ms: 0,
        body: id.to_owned().into(),
    };
    let writes = vec![Write::InsertSource(row)];
    store.commit(Transaction { writes }).await.unwrap();
}
