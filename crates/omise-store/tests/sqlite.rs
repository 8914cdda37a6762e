//! The promises that only a store on a disk makes.

#![cfg(feature = "sqlite")]

mod support;

use std::path::Path;
use std::sync::Arc;

use omise_store::{Durability, Health, SqliteStore, Store};
use support::{check_body, commit, commit_one, insert};
use tempfile::TempDir;
use tokio::task::JoinSet;

#[test]
fn a_store_on_a_disk_is_durable() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(open(dir.path()).durability(), Durability::Durable);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_commits_are_grouped() {
    let dir = tempfile::tempdir().unwrap();
    let store = Arc::new(open(dir.path()));

    let mut commits = JoinSet::new();
    for number in 0..1000 {
        let store = Arc::clone(&store);
        commits.spawn(async move {
            let id = format!("src_{number}");
            commit_one(&*store, &id, "body").await.unwrap();
        });
    }
    commits.join_all().await;

    assert!(
        store.commits() < 500,
        "{} commits for 1000 transactions",
        store.commits()
    );
}

#[tokio::test]
async fn a_lone_commit_is_not_held_back_for_others() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for number in 0..10 {
        let id = format!("src_{number}");
        commit_one(&store, &id, "body").await.unwrap();
    }
    assert_eq!(store.commits(), 10);
}

#[tokio::test]
async fn reopening_finds_everything_without_the_cache() {
    let dir = closed_store().await;
    let store = open(dir.path());
    check_body(&store, "src_1", Some("first")).await;
    let error = commit_one(&store, "src_1", "second").await.unwrap_err();
    assert!(error.is_taken(), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_readers_than_connections_are_all_served() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let writes = (0..100).map(|number| insert(&format!("src_{number}"), number.to_string()));
    commit(&store, writes).await.unwrap();
    store.close().await.unwrap();
    drop(store);

    let store = Arc::new(open(dir.path()));
    let mut reads = JoinSet::new();
    for number in 0..100 {
        let store = Arc::clone(&store);
        reads.spawn(async move {
            let (id, body) = (format!("src_{number}"), number.to_string());
            check_body(&*store, &id, Some(&body)).await;
        });
    }
    reads.join_all().await;
}

#[tokio::test]
async fn a_closed_store_reads_what_its_cache_does_not_hold() {
    let dir = closed_store().await;
    let store = open(dir.path());
    store.close().await.unwrap();
    check_body(&store, "src_1", Some("first")).await;
}

#[tokio::test]
async fn a_closed_store_leaves_no_log_to_recover() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    commit_one(&store, "src_1", "first").await.unwrap();
    // Not being cached, this opens a reader, whose presence keeps the log from being deleted.
    check_body(&store, "src_2", None).await;
    let log = dir.path().join("objects.sqlite3-wal");
    assert_ne!(log.metadata().unwrap().len(), 0);

    store.close().await.unwrap();

    assert_eq!(log.metadata().unwrap().len(), 0);
}

#[tokio::test]
async fn a_second_opener_is_refused_until_the_first_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(dir.path());

    let error = SqliteStore::open(dir.path()).unwrap_err();
    assert!(error.is_locked(), "{error}");
    assert!(
        error.to_string().contains(dir.path().to_str().unwrap()),
        "{error}"
    );
    assert!(
        error.to_string().contains(&std::process::id().to_string()),
        "{error}"
    );

    // A closed store still reads, so it still holds the directory.
    first.close().await.unwrap();
    assert!(SqliteStore::open(dir.path()).unwrap_err().is_locked());

    drop(first);
    open(dir.path());
}

#[tokio::test]
async fn those_who_open_in_turn_wait_for_each_other_and_for_nobody_else() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_owned();
    let first = SqliteStore::open_in_turn(&path).unwrap();
    let second = std::thread::spawn(move || SqliteStore::open_in_turn(&path));
    // Nothing tells that it waits. If it did not, this would often find that it has failed.
    std::thread::sleep(std::time::Duration::from_millis(100));
    assert!(!second.is_finished());
    assert!(SqliteStore::open(dir.path()).unwrap_err().is_locked());
    drop(first);
    let second = second.join().unwrap().unwrap();
    second.close().await.unwrap();
    drop(second);

    let _server = open(dir.path());
    let error = SqliteStore::open_in_turn(dir.path()).unwrap_err();
    assert!(error.is_locked(), "{error}");
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let dir = closed_store().await;
    execute(
        dir.path(),
        "INSERT INTO schema_version VALUES (1000, 'unknown', 0)",
    );

    let error = SqliteStore::open(dir.path()).unwrap_err();
    assert!(error.is_newer_schema(), "{error}");
    assert!(error.to_string().contains("1000"), "{error}");
}

#[tokio::test]
async fn a_migration_applied_with_another_text_is_refused() {
    let dir = closed_store().await;
    execute(
        dir.path(),
        "UPDATE schema_version SET checksum = 'edited' WHERE version = 1",
    );

    let error = SqliteStore::open(dir.path()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "database was made with another text of migration 1"
    );
    assert!(!error.is_newer_schema());
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("objects.sqlite3");
    let text = "not a database, but a text that is longer than the header of one. ".repeat(100);
    std::fs::write(&file, &text).unwrap();

    let error = SqliteStore::open(dir.path()).unwrap_err();
    assert_eq!(error.to_string(), "database cannot be opened");
    assert!(std::error::Error::source(&error).is_some());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn a_path_that_cannot_be_a_directory_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();

    let error = SqliteStore::open(&file.join("data")).unwrap_err();
    assert!(error.to_string().ends_with("cannot be prepared"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_new_data_directory_is_private() {
    use std::os::unix::fs::PermissionsExt;

    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("var/data");
    let _store = open(&dir);

    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    for file in [
        "lock",
        "objects.sqlite3",
        "objects.sqlite3-wal",
        "objects.sqlite3-shm",
    ] {
        assert_eq!(mode(&dir.join(file)), 0o600, "{file}");
    }
}

#[tokio::test]
async fn a_write_that_fails_stops_the_store() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    commit_one(&store, "src_1", "first").await.unwrap();
    execute(dir.path(), "ALTER TABLE object RENAME TO stolen");

    let error = commit_one(&store, "src_2", "second").await.unwrap_err();
    assert!(error.is_stopped() && !error.is_taken(), "{error}");
    let cause = std::error::Error::source(&error).unwrap();
    let cause = cause.source().unwrap().to_string();
    assert!(cause.contains("no such table"), "{cause}");

    // From now on every write is refused, and whoever watches is told, even if nothing is wrong any
    // more.
    execute(dir.path(), "ALTER TABLE stolen RENAME TO object");
    assert!(
        commit_one(&store, "src_3", "third")
            .await
            .unwrap_err()
            .is_stopped()
    );
    assert!(store.stopped().await.is_stopped());
    assert!(matches!(store.health(), Health::NotReady { .. }));
    assert!(store.close().await.unwrap_err().is_stopped());

    check_body(&store, "src_2", None).await;
    check_body(&store, "src_3", None).await;
    check_body(&store, "src_1", Some("first")).await;
}

fn open(dir: &Path) -> SqliteStore {
    SqliteStore::open(dir).unwrap()
}

/// Makes a data directory in which a store has been opened, given one source, and closed.
async fn closed_store() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    commit_one(&store, "src_1", "first").await.unwrap();
    store.close().await.unwrap();
    dir
}

/// Does to the database what no store would.
fn execute(dir: &Path, sql: &str) {
    rusqlite::Connection::open(dir.join("objects.sqlite3"))
        .unwrap()
        .execute_batch(sql)
        .unwrap();
}
