//! Copies of a store that is in use.

#![cfg(feature = "sqlite")]

mod support;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use omise_store::{SqliteStore, backup};
use support::{check_body, commit_one};

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_busy_store_holds_what_was_acknowledged_before_it() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let store = Arc::new(SqliteStore::open(&data).unwrap());
    for number in 0..100 {
        commit_one(&*store, &format!("src_before_{number}"), "body")
            .await
            .unwrap();
    }
    let is_over = Arc::new(AtomicBool::new(false));
    let busy = tokio::spawn({
        let (store, is_over) = (Arc::clone(&store), Arc::clone(&is_over));
        async move {
            let mut number = 0;
            while !is_over.load(Ordering::Relaxed) {
                commit_one(&*store, &format!("src_during_{number}"), "body")
                    .await
                    .unwrap();
                number += 1;
            }
        }
    });

    // A directory that does not exist is made, and can be served.
    let to = format!("{}/", dir.path().join("copies/today").display());
    let made = backup(&data, Path::new(&to)).unwrap();

    is_over.store(true, Ordering::Relaxed);
    busy.await.unwrap();
    assert_eq!(made.file, Path::new(&to).join("objects.sqlite3"));
    assert!(made.objects >= 100, "{}", made.objects);
    assert_eq!(made.bytes, made.file.metadata().unwrap().len());
    assert_eq!(fs::read_dir(&to).unwrap().count(), 1, "one file is left");

    let restored = SqliteStore::open(Path::new(&to)).unwrap();
    for number in 0..100 {
        let id = format!("src_before_{number}");
        check_body(&restored, &id, Some("body")).await;
    }
}

#[tokio::test]
async fn a_backup_is_private_and_overwrites_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let store = SqliteStore::open(&data).unwrap();
    commit_one(&store, "src_1", "body").await.unwrap();
    let file = dir.path().join("copy");
    let made = backup(&data, &file).unwrap();
    assert_eq!((made.objects, &made.file), (1, &file));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;

        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    let before = fs::read(&file).unwrap();
    commit_one(&store, "src_2", "body").await.unwrap();

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
    fs::write(data.join("objects.sqlite3"), "no database".repeat(1000)).unwrap();
    let file = dir.path().join("copy");

    assert!(backup(&data, &file).is_err());

    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}
