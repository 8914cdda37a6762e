//! What a store does when something outside of it goes wrong, and when it is over.

#![cfg(feature = "sqlite")]

mod support;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use bytes::Bytes;
use omise_store::{Health, SqliteStore, Store};
use rusqlite::Connection;
use support::{commit_one, read};
use tempfile::TempDir;

/// How long the store may take to notice what changes without a request.
const NOTICED_WITHIN: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_lock_of_another_program_refuses_writes_until_it_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    commit_one(&store, "src_1", "first").await.unwrap();
    let other = connect(dir.path());
    other.execute_batch("BEGIN IMMEDIATE").unwrap();

    let error = commit_one(&store, "src_2", "second").await.unwrap_err();

    assert!(error.is_unavailable() && !error.is_stopped(), "{error}");
    let text = "store takes no writes now: another program holds the write lock of the database";
    assert_eq!(error.to_string(), text);
    assert!(matches!(store.health(), Health::NotReady { .. }));
    assert_eq!(read(&store, "src_1").await.unwrap(), "first");

    // The first creation after it is over is served.
    other.execute_batch("ROLLBACK").unwrap();
    commit_one(&store, "src_2", "third").await.unwrap();
    assert_eq!(store.health(), Health::Ready);
    assert_eq!(read(&store, "src_2").await.unwrap(), "third");
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_store_without_requests_notices_that_a_lock_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let other = connect(dir.path());
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(
        commit_one(&store, "src_1", "first")
            .await
            .unwrap_err()
            .is_unavailable()
    );

    other.execute_batch("ROLLBACK").unwrap();

    until(|| store.health() == Health::Ready).await;
}

#[cfg(unix)]
#[tokio::test]
async fn files_that_are_taken_away_stop_the_store() {
    type TakeAway = fn(&Path);
    let take_away: [(&str, TakeAway); 5] = [
        ("the directory is removed", |dir| {
            fs::remove_dir_all(dir).unwrap();
        }),
        ("the directory is moved", |dir| {
            fs::rename(dir, dir.with_extension("moved")).unwrap();
        }),
        ("the directory is replaced by a copy", |dir| {
            let old = dir.with_extension("old");
            fs::rename(dir, &old).unwrap();
            fs::create_dir(dir).unwrap();
            for file in fs::read_dir(&old).unwrap() {
                let file = file.unwrap();
                fs::copy(file.path(), dir.join(file.file_name())).unwrap();
            }
        }),
        ("the database is replaced", |dir| {
            let database = dir.join("objects.sqlite3");
            fs::copy(&database, dir.join("copy")).unwrap();
            fs::rename(dir.join("copy"), database).unwrap();
        }),
        ("the log is removed", |dir| {
            fs::remove_file(dir.join("objects.sqlite3-wal")).unwrap();
        }),
    ];
    for (case, take_away) in take_away {
        let parent = tempfile::tempdir().unwrap();
        let dir = parent.path().join("data");
        let store = open(&dir);
        commit_one(&store, "src_1", "first").await.unwrap();

        take_away(&dir);

        let error = commit_one(&store, "src_2", "second").await.unwrap_err();
        assert!(error.is_stopped(), "{case}: {error}");
        assert!(store.stopped().await.is_stopped(), "{case}");
        assert!(store.close().await.unwrap_err().is_stopped(), "{case}");
        // What is cached can still be read.
        assert_eq!(read(&store, "src_1").await.unwrap(), "first", "{case}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_store_without_requests_notices_that_its_directory_is_gone() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("data");
    let store = open(&dir);
    fs::remove_dir_all(&dir).unwrap();

    let stopped = tokio::time::timeout(NOTICED_WITHIN, store.stopped());

    assert!(stopped.await.unwrap().is_stopped());
}

#[tokio::test]
async fn the_log_stays_short_while_sources_are_committed() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for number in 0..100 {
        commit_one(&store, &format!("src_{number}"), megabyte())
            .await
            .unwrap();
    }
    let log = log_bytes(dir.path());
    assert!(log < 40_000_000, "{log}");
    let database = dir.path().join("objects.sqlite3");
    let database = database.metadata().unwrap().len();
    assert!(database > 60_000_000, "{database}");
}

#[tokio::test]
async fn a_log_that_a_reader_made_grow_shrinks_when_the_reader_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    commit_one(&store, "src_1", "first").await.unwrap();
    let reader = connect(dir.path());
    reader
        .execute_batch("BEGIN; SELECT count(*) FROM object")
        .unwrap();
    for number in 0..100 {
        commit_one(&store, &format!("src_big_{number}"), megabyte())
            .await
            .unwrap();
    }
    assert!(log_bytes(dir.path()) > 100_000_000);
    assert_eq!(store.health(), Health::Ready);

    reader.execute_batch("ROLLBACK").unwrap();

    until(|| log_bytes(dir.path()) < 70_000_000).await;
    commit_one(&store, "src_2", "second").await.unwrap();
}

#[tokio::test]
async fn a_database_of_another_program_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let mark_of_another = "PRAGMA application_id = 42";
    for sql in ["CREATE TABLE photo (id INTEGER)", mark_of_another] {
        let database = dir.path().join("objects.sqlite3");
        let _ = fs::remove_file(&database);
        connect(dir.path()).execute_batch(sql).unwrap();
        let before = fs::read(&database).unwrap();

        let error = SqliteStore::open(dir.path()).unwrap_err();

        assert!(
            error.to_string().contains("another program"),
            "{sql}: {error}"
        );
        assert_eq!(fs::read(&database).unwrap(), before, "{sql}");
    }
}

#[tokio::test]
async fn a_database_of_the_first_version_is_marked_as_ours() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    commit_one(&store, "src_1", "first").await.unwrap();
    store.close().await.unwrap();
    drop(store);
    let mark = |connection: &Connection| -> i32 {
        let mark = connection.pragma_query_value(None, "application_id", |row| row.get(0));
        mark.unwrap()
    };
    let connection = connect(dir.path());
    assert_ne!(mark(&connection), 0);
    // The first version did not mark it.
    connection
        .execute_batch("PRAGMA application_id = 0")
        .unwrap();
    drop(connection);

    let store = open(dir.path());

    assert_eq!(read(&store, "src_1").await.unwrap(), "first");
    assert_ne!(mark(&connect(dir.path())), 0);
}

#[tokio::test]
async fn a_missing_table_is_found_at_the_start() {
    for sql in [
        "DROP TABLE object",
        "ALTER TABLE object RENAME COLUMN body TO text",
        "DROP TABLE event",
        "DROP TABLE claim",
    ] {
        let dir = tempfile::tempdir().unwrap();
        open(dir.path()).close().await.unwrap();
        connect(dir.path()).execute_batch(sql).unwrap();

        let error = SqliteStore::open(dir.path()).unwrap_err();

        let text = "database lacks a table or a column; restore it from a backup";
        assert_eq!(error.to_string(), text, "{sql}");
    }
}

fn open(dir: &Path) -> SqliteStore {
    SqliteStore::open(dir).unwrap()
}

/// Opens the database as another program does.
fn connect(dir: &Path) -> Connection {
    Connection::open(dir.join("objects.sqlite3")).unwrap()
}

fn megabyte() -> Bytes {
    vec![b'x'; 1024 * 1024].into()
}

fn log_bytes(dir: &Path) -> u64 {
    let log = dir.join("objects.sqlite3-wal");
    log.metadata().unwrap().len()
}

async fn until(condition: impl Fn() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < NOTICED_WITHIN, "it does not happen");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[cfg(unix)]
mod private {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().mode() & 0o7777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    async fn closed_store() -> TempDir {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path());
        commit_one(&store, "src_1", "first").await.unwrap();
        store.close().await.unwrap();
        dir
    }

    #[tokio::test]
    async fn what_others_may_use_is_made_private() {
        for loose in [0o644, 0o666, 0o640, 0o604] {
            let dir = closed_store().await;
            let files = ["lock", "objects.sqlite3", "objects.sqlite3-wal"];
            for file in files {
                set_mode(&dir.path().join(file), loose);
            }
            set_mode(dir.path(), 0o777);

            let store = open(dir.path());

            assert_eq!(mode(dir.path()), 0o755);
            for file in files.into_iter().chain(["objects.sqlite3-shm"]) {
                assert_eq!(mode(&dir.path().join(file)), 0o600, "{loose:o} {file}");
            }
            assert_eq!(read(&store, "src_1").await.unwrap(), "first");
        }
    }

    #[tokio::test]
    async fn a_directory_that_all_users_share_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        set_mode(dir.path(), 0o1777);

        let error = SqliteStore::open(dir.path()).unwrap_err();

        assert!(chain(&error).contains("shared by all users"), "{error:?}");
        assert_eq!(mode(dir.path()), 0o1777);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn a_symbolic_link_is_not_followed() {
        for file in [
            "lock",
            "objects.sqlite3",
            "objects.sqlite3-wal",
            "objects.sqlite3-shm",
        ] {
            let dir = tempfile::tempdir().unwrap();
            let target = dir.path().join("target");
            fs::write(&target, "do not touch").unwrap();
            set_mode(&target, 0o644);
            let data = dir.path().join("data");
            fs::create_dir(&data).unwrap();
            symlink(&target, data.join(file)).unwrap();

            let error = SqliteStore::open(&data).unwrap_err();

            assert!(chain(&error).contains("symbolic link"), "{file}: {error:?}");
            assert_eq!(fs::read_to_string(&target).unwrap(), "do not touch");
            assert_eq!(mode(&target), 0o644);
        }
    }

    #[tokio::test]
    async fn what_is_no_regular_file_is_refused() {
        for file in ["lock", "objects.sqlite3"] {
            let dir = tempfile::tempdir().unwrap();
            let made = std::process::Command::new("mkfifo")
                .arg(dir.path().join(file))
                .status();
            assert!(made.unwrap().success());

            let error = SqliteStore::open(dir.path()).unwrap_err();

            assert!(chain(&error).contains("regular file"), "{file}: {error:?}");
        }
    }

    #[tokio::test]
    async fn what_belongs_to_another_user_is_refused() {
        // Only the superuser can make such a file. Others are refused by a directory that the
        // superuser has.
        let is_superuser = fs::metadata("/proc/self").is_ok_and(|found| found.uid() == 0);
        let dir = closed_store().await;
        let (path, expected) = match is_superuser {
            true => {
                let file = dir.path().join("objects.sqlite3");
                std::os::unix::fs::chown(&file, Some(12_345), None).unwrap();
                (dir.path(), "belongs to user 12345")
            }
            false => (Path::new("/usr"), "belongs to user 0"),
        };

        let error = SqliteStore::open(path).unwrap_err();

        assert!(chain(&error).contains(expected), "{error:?}");
    }

    fn chain(error: &dyn std::error::Error) -> String {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            text = format!("{text}: {error}");
            source = error.source();
        }
        text
    }
}
