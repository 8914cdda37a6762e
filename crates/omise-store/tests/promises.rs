//! The promises of a store, checked against every backend, and those that only a durable one makes.

use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use omise_store::{
    Durability, Health, MemoryStore, SourceRow, SqliteStore, Store, StoreError, Transaction, Write,
};
use tempfile::TempDir;
use tokio::task::JoinSet;

/// Runs each check against each backend.
macro_rules! promises {
    ($($check:ident proves $claim:ident;)*) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $claim() {
                super::$check(std::sync::Arc::new(omise_store::MemoryStore::new())).await;
            })*
        }

        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $claim() {
                let dir = tempfile::tempdir().unwrap();
                super::$check(std::sync::Arc::new(super::open(dir.path()))).await;
            })*
        }
    };
}

promises! {
    check_reads_back proves what_was_committed_is_read_back_byte_for_byte;
    check_isolation proves another_account_and_the_other_mode_see_nothing;
    check_conflict proves a_taken_id_is_a_conflict_and_changes_nothing;
    check_all_or_nothing proves a_transaction_whose_second_write_conflicts_leaves_no_first_write;
    check_own_conflict proves a_transaction_that_conflicts_with_itself_writes_nothing;
    check_racing_conflicts proves of_transactions_that_race_for_an_id_one_wins;
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

    let read = store.source("acct_1", true, "src_1").await.unwrap();
    assert_eq!(read, Some(body));
    check_body(&*store, true, "src_2", Some("")).await;
    check_body(&*store, true, "src_3", None).await;
}

async fn check_isolation(store: Arc<dyn Store>) {
    commit_one(&*store, "src_1", "first").await.unwrap();
    assert_sees_only_its_own(&*store).await;

    let others = SourceRow {
        account: "acct_2".into(),
        ..row("src_1", "second")
    };
    commit(&*store, [others]).await.unwrap();
    check_body(&*store, true, "src_1", Some("first")).await;
    let read = store.source("acct_2", true, "src_1").await.unwrap();
    assert_eq!(read.unwrap(), "second");
}

async fn assert_sees_only_its_own(store: &dyn Store) {
    for (account, livemode, id) in [
        ("acct_2", true, "src_1"),
        ("acct_1", false, "src_1"),
        ("ACCT_1", true, "src_1"),
        ("acct_1", true, "SRC_1"),
        ("acct_1", true, "src_%"),
        ("", true, "acct_1src_1"),
    ] {
        assert_eq!(
            store.source(account, livemode, id).await.unwrap(),
            None,
            "{account} {livemode} {id}"
        );
    }
    check_body(store, true, "src_1", Some("first")).await;
}

async fn check_conflict(store: Arc<dyn Store>) {
    commit_one(&*store, "src_1", "first").await.unwrap();

    for livemode in [true, false] {
        let taken = SourceRow {
            livemode,
            ..row("src_1", "second")
        };
        let error = commit(&*store, [taken]).await.unwrap_err();
        assert!(error.is_conflict() && !error.is_stopped(), "{error}");
        assert_eq!(error.to_string(), "primary key is already taken");
    }

    check_body(&*store, true, "src_1", Some("first")).await;
    check_body(&*store, false, "src_1", None).await;
}

async fn check_all_or_nothing(store: Arc<dyn Store>) {
    commit_one(&*store, "src_1", "first").await.unwrap();

    let both = [row("src_2", "second"), row("src_1", "third")];
    assert!(commit(&*store, both).await.unwrap_err().is_conflict());

    check_body(&*store, true, "src_2", None).await;
    commit_one(&*store, "src_2", "again").await.unwrap();
    check_body(&*store, true, "src_2", Some("again")).await;
}

async fn check_own_conflict(store: Arc<dyn Store>) {
    let twice = [
        row("src_1", "first"),
        SourceRow {
            livemode: false,
            ..row("src_1", "second")
        },
    ];
    assert!(commit(&*store, twice).await.unwrap_err().is_conflict());

    check_body(&*store, true, "src_1", None).await;
    check_body(&*store, false, "src_1", None).await;
}

async fn check_racing_conflicts(store: Arc<dyn Store>) {
    let mut racers = JoinSet::new();
    for number in 0..200 {
        // Every tenth transaction also wants the contested id.
        let mut rows = vec![row(&format!("src_{number}"), number.to_string())];
        if number % 10 == 0 {
            rows.push(row("src_contested", number.to_string()));
        }
        let store = Arc::clone(&store);
        racers.spawn(async move { (number, commit(&*store, rows).await) });
    }

    let mut winners = Vec::new();
    for (number, result) in racers.join_all().await {
        let (id, body) = (format!("src_{number}"), number.to_string());
        let is_contender = number % 10 == 0;
        match result {
            Ok(()) => {
                check_body(&*store, true, &id, Some(&body)).await;
                winners.extend(is_contender.then_some(body));
            }
            Err(error) => {
                assert!(error.is_conflict() && is_contender, "{number}: {error}");
                check_body(&*store, true, &id, None).await;
            }
        }
    }
    let [winner] = winners.as_slice() else {
        panic!("{winners:?}")
    };
    check_body(&*store, true, "src_contested", Some(winner)).await;
}

async fn check_concurrency(store: Arc<dyn Store>) {
    commit_a_thousand(&store).await;
}

async fn commit_a_thousand(store: &Arc<dyn Store>) {
    let mut commits = JoinSet::new();
    for number in 0..1000 {
        let store = Arc::clone(store);
        commits.spawn(async move {
            let id = format!("src_{number}");
            let body = number.to_string();
            commit_one(&*store, &id, body.clone()).await.unwrap();
            // A read that begins after the acknowledgement finds the source.
            check_body(&*store, true, &id, Some(&body)).await;
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

    check_body(&*store, true, "src_1", Some("first")).await;
}

async fn check_close(store: Arc<dyn Store>) {
    commit_one(&*store, "src_1", "first").await.unwrap();
    assert_eq!(store.health(), Health::Ready);
    store.close().await.unwrap();
    store.close().await.unwrap();
    assert!(matches!(store.health(), Health::NotReady { .. }));

    let error = commit_one(&*store, "src_2", "second").await.unwrap_err();
    assert!(error.is_stopped(), "{error}");
    check_body(&*store, true, "src_1", Some("first")).await;
    check_body(&*store, true, "src_2", None).await;
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
fn a_store_says_how_durable_it_is() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(open(dir.path()).durability(), Durability::Durable);
    assert_eq!(MemoryStore::new().durability(), Durability::Memory);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_commits_are_grouped() {
    let dir = tempfile::tempdir().unwrap();
    let sqlite = Arc::new(open(dir.path()));
    let store: Arc<dyn Store> = sqlite.clone();

    commit_a_thousand(&store).await;

    assert!(
        sqlite.commits() < 500,
        "{} commits for 1000 transactions",
        sqlite.commits()
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
    assert_sees_only_its_own(&store).await;
    let error = commit_one(&store, "src_1", "second").await.unwrap_err();
    assert!(error.is_conflict(), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_readers_than_connections_are_all_served() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let rows = (0..100).map(|number| row(&format!("src_{number}"), number.to_string()));
    commit(&store, rows).await.unwrap();
    store.close().await.unwrap();
    drop(store);

    let store = Arc::new(open(dir.path()));
    let mut reads = JoinSet::new();
    for number in 0..100 {
        let store = Arc::clone(&store);
        reads.spawn(async move {
            let (id, body) = (format!("src_{number}"), number.to_string());
            check_body(&*store, true, &id, Some(&body)).await;
        });
    }
    reads.join_all().await;
}

#[tokio::test]
async fn a_closed_store_reads_what_its_cache_does_not_hold() {
    let dir = closed_store().await;
    let store = open(dir.path());
    store.close().await.unwrap();
    check_body(&store, true, "src_1", Some("first")).await;
}

#[tokio::test]
async fn a_closed_store_leaves_no_log_to_recover() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    commit_one(&store, "src_1", "first").await.unwrap();
    // Not being cached, this opens a reader, whose presence keeps the log from being deleted.
    check_body(&store, true, "src_2", None).await;
    let log = dir.path().join("sources.sqlite3-wal");
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
    let file = dir.path().join("sources.sqlite3");
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
        "sources.sqlite3",
        "sources.sqlite3-wal",
        "sources.sqlite3-shm",
    ] {
        assert_eq!(mode(&dir.join(file)), 0o600, "{file}");
    }
}

#[tokio::test]
async fn a_write_that_fails_stops_the_store() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    commit_one(&store, "src_1", "first").await.unwrap();
    execute(dir.path(), "ALTER TABLE source RENAME TO stolen");

    let error = commit_one(&store, "src_2", "second").await.unwrap_err();
    assert!(error.is_stopped() && !error.is_conflict(), "{error}");
    let cause = std::error::Error::source(&error).unwrap();
    let cause = cause.source().unwrap().to_string();
    assert!(cause.contains("no such table"), "{cause}");

    // From now on every write is refused, and whoever watches is told, even if nothing is wrong any
    // more.
    execute(dir.path(), "ALTER TABLE stolen RENAME TO source");
    assert!(
        commit_one(&store, "src_3", "third")
            .await
            .unwrap_err()
            .is_stopped()
    );
    assert!(store.stopped().await.is_stopped());
    assert!(matches!(store.health(), Health::NotReady { .. }));
    assert!(store.close().await.unwrap_err().is_stopped());

    check_body(&store, true, "src_2", None).await;
    check_body(&store, true, "src_3", None).await;
    check_body(&store, true, "src_1", Some("first")).await;
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
    rusqlite::Connection::open(dir.join("sources.sqlite3"))
        .unwrap()
        .execute_batch(sql)
        .unwrap();
}

async fn commit(
    store: &dyn Store,
    rows: impl IntoIterator<Item = SourceRow>,
) -> Result<(), StoreError> {
    let writes = rows.into_iter().map(Write::InsertSource).collect();
    store.commit(Transaction { writes }).await
}

async fn commit_one(store: &dyn Store, id: &str, body: impl Into<Bytes>) -> Result<(), StoreError> {
    commit(store, [row(id, body)]).await
}

/// A live source of the first account.
fn row(id: &str, body: impl Into<Bytes>) -> SourceRow {
    SourceRow {
        account: "acct_1".into(),
        id: id.to_owned(),
        livemode: true,
        created_ms: 1_600_000_000_000,
        body: body.into(),
    }
}

/// Checks which body the first account reads.
async fn check_body(store: &dyn Store, livemode: bool, id: &str, expected: Option<&str>) {
    let body = store.source("acct_1", livemode, id).await.unwrap();
    assert_eq!(
        body.as_deref(),
        expected.map(str::as_bytes),
        "{livemode} {id}"
    );
}
