//! Databases of earlier releases, made by their programs and kept as files.

#![cfg(feature = "sqlite")]

use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use omise_store::{KeyRef, Order, Page, SqliteStore, Store, Version, backup};
use rusqlite::Connection;
use tempfile::TempDir;

/// The database that `omise serve` 0.1.0 has left: two accounts, three sources in each mode.
const OF_0_1_0: &str = "sources-0.1.0.sqlite3";

#[tokio::test]
async fn every_source_of_release_0_1_0_is_read_back_byte_for_byte() {
    let (dir, database) = released();
    fs::copy(fixture(OF_0_1_0), database).unwrap();

    let store = SqliteStore::open(dir.path()).unwrap();

    check_sources(&store, &sources(&fixture(OF_0_1_0)), 12).await;
    assert_eq!(files(dir.path()), AFTERWARDS);
    store.close().await.unwrap();
    drop(store);
    let store = SqliteStore::open(dir.path()).unwrap();
    check_sources(&store, &sources(&fixture(OF_0_1_0)), 12).await;
}

/// A server that was killed leaves its newest sources in the log.
#[tokio::test]
async fn the_log_of_a_server_that_was_killed_is_taken_over_too() {
    let (dir, database) = released();
    let live = tempfile::tempdir().unwrap();
    let running = live.path().join("running");
    fs::copy(fixture(OF_0_1_0), &running).unwrap();
    let connection = Connection::open(&running).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;
             INSERT INTO source SELECT account_id, id || '0', livemode, created_ms, body FROM source;",
        )
        .unwrap();
    fs::copy(&running, &database).unwrap();
    let log = dir.path().join("sources.sqlite3-wal");
    fs::copy(live.path().join("running-wal"), &log).unwrap();
    assert_ne!(log.metadata().unwrap().len(), 0);

    let store = SqliteStore::open(dir.path()).unwrap();

    check_sources(&store, &sources(&running), 24).await;
    assert_eq!(files(dir.path()), AFTERWARDS);
}

#[tokio::test]
async fn a_list_of_sources_of_release_0_1_0_is_in_order() {
    let (dir, database) = released();
    fs::copy(fixture(OF_0_1_0), database).unwrap();
    let store = SqliteStore::open(dir.path()).unwrap();
    let page = Page {
        account: "shop".into(),
        livemode: false,
        object: "source",
        subject: None,
        from_ms: None,
        to_ms: None,
        order: Order::Chronological,
        offset: 0,
        limit: 10,
    };

    let listing = store.list(page).await.unwrap();

    let mut of_shop = sources(&fixture(OF_0_1_0));
    of_shop.retain(|source| source.account == "shop" && !source.livemode);
    of_shop.sort_by_key(|source| source.created_ms);
    let bodies: Vec<_> = of_shop.into_iter().map(|source| source.body).collect();
    let listed: Vec<_> = listing
        .objects
        .iter()
        .map(|(_, body)| body.to_vec())
        .collect();
    assert_eq!((listing.total, listed), (3, bodies));
}

#[test]
fn a_backup_of_release_0_1_0_can_be_opened_by_its_new_name() {
    let dir = tempfile::tempdir().unwrap();
    fs::copy(fixture(OF_0_1_0), dir.path().join("objects.sqlite3")).unwrap();
    let _store = SqliteStore::open(dir.path()).unwrap();
    assert_eq!(files(dir.path()), AFTERWARDS);
}

#[test]
fn two_databases_are_refused_and_left_alone() {
    let (dir, database) = released();
    fs::write(dir.path().join("objects.sqlite3"), "").unwrap();
    fs::copy(fixture(OF_0_1_0), &database).unwrap();

    let error = SqliteStore::open(dir.path()).unwrap_err();

    assert!(
        error.to_string().contains("move the other one away"),
        "{error}"
    );
    assert_eq!(
        fs::read(database).unwrap(),
        fs::read(fixture(OF_0_1_0)).unwrap()
    );
}

#[test]
fn a_database_of_another_program_is_not_taken_over() {
    let (dir, database) = released();
    let connection = Connection::open(&database).unwrap();
    connection
        .execute_batch("CREATE TABLE photo (id INTEGER)")
        .unwrap();
    drop(connection);

    let error = SqliteStore::open(dir.path()).unwrap_err();

    assert!(error.to_string().contains("another program"), "{error}");
    assert_eq!(files(dir.path()), ["lock", "sources.sqlite3"]);
}

#[test]
fn a_database_that_another_program_reads_is_not_taken_over() {
    let (dir, database) = released();
    fs::copy(fixture(OF_0_1_0), &database).unwrap();
    let reader = Connection::open(&database).unwrap();
    reader
        .execute_batch("BEGIN; SELECT count(*) FROM source;")
        .unwrap();

    SqliteStore::open(dir.path()).unwrap_err();

    reader.execute_batch("ROLLBACK").unwrap();
    drop(reader);
    SqliteStore::open(dir.path()).unwrap();
}

#[test]
fn a_backup_is_not_made_of_a_store_that_was_not_taken_over() {
    let (dir, database) = released();
    fs::copy(fixture(OF_0_1_0), database).unwrap();

    let error = backup(dir.path(), &dir.path().join("copy")).unwrap_err();

    assert!(error.to_string().contains("earlier release"), "{error}");
}

/// The files of a store that is open.
const AFTERWARDS: [&str; 4] = [
    "lock",
    "objects.sqlite3",
    "objects.sqlite3-shm",
    "objects.sqlite3-wal",
];

/// A directory, and where release 0.1.0 has its database there.
fn released() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let database = dir.path().join("sources.sqlite3");
    (dir, database)
}

async fn check_sources(store: &SqliteStore, sources: &[Source], count: usize) {
    assert_eq!(sources.len(), count);
    for source in sources {
        let key = KeyRef {
            account: &source.account,
            livemode: source.livemode,
            object: "source",
            id: &source.id,
        };
        let found = store.get(key).await.unwrap();
        let expected = (Version::FIRST, Bytes::from(source.body.clone()));
        assert_eq!(found, Some(expected), "{}", source.id);
    }
}

fn files(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

/// A row as release 0.1.0 has it.
struct Source {
    account: String,
    id: String,
    livemode: bool,
    created_ms: i64,
    body: Vec<u8>,
}

/// Reads a database of release 0.1.0 without the store.
fn sources(database: &Path) -> Vec<Source> {
    // Where it is, it would get files beside it.
    let copies = tempfile::tempdir().unwrap();
    let copy = copies.path().join("copy");
    fs::copy(database, &copy).unwrap();
    let log = database.with_file_name("running-wal");
    if log.exists() {
        fs::copy(log, copies.path().join("copy-wal")).unwrap();
    }
    let connection = Connection::open(copy).unwrap();
    let mut statement = connection
        .prepare("SELECT account_id, id, livemode, created_ms, body FROM source")
        .unwrap();
    let sources = statement.query_map([], |row| {
        Ok(Source {
            account: row.get(0)?,
            id: row.get(1)?,
            livemode: row.get(2)?,
            created_ms: row.get(3)?,
            body: row.get(4)?,
        })
    });
    sources.unwrap().collect::<Result<_, _>>().unwrap()
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}
