//! What is left when a process is killed or its disk is full.
//!
//! Each test runs itself again as a child process, which commits sources as fast as it can and
//! prints the id of each that was acknowledged. The parent compares what was printed with what is
//! found afterwards.

#![cfg(all(unix, feature = "sqlite"))]

mod support;

use std::env;
use std::io::{self, BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use bytes::Bytes;
use omise_store::{SqliteStore, Store};
use support::{commit_one, read};
use tokio::task::JoinSet;

const ROUNDS: usize = 5;
const TASKS: usize = 8;

/// Names the data directory, for the child.
const DIRECTORY: &str = "OMISE_STORE_CRASH_DIRECTORY";

/// What the child begins a line with, to tell it from the lines of the test harness.
const ACKNOWLEDGED: &str = "acknowledged ";

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_a_kill() {
    if let Some(dir) = env::var_os(DIRECTORY) {
        commit_until_stopped(PathBuf::from(dir)).await;
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let mut acknowledged = Vec::new();
    for round in 0..ROUNDS {
        let mut child = spawn(
            "what_was_acknowledged_survives_a_kill",
            "exec \"$0\" \"$@\"",
            dir.path(),
        );
        let kill_after = acknowledged.len() + 100 + 150 * round;
        read_acknowledged(&mut child, |child, id| {
            acknowledged.push(id);
            if acknowledged.len() == kill_after {
                child.kill().unwrap();
            }
        });
        assert!(
            acknowledged.len() >= kill_after,
            "the child ended before it was killed"
        );
        child.wait().unwrap();

        check_nothing_is_lost(dir.path(), &acknowledged).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_the_store_and_loses_nothing_acknowledged() {
    if let Some(dir) = env::var_os(DIRECTORY) {
        commit_until_stopped(PathBuf::from(dir)).await;
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    // No file of the child may grow beyond 2000 blocks. The signal would kill it, so that it is
    // ignored, and writing fails instead.
    let limited = "trap '' XFSZ; ulimit -f 2000; exec \"$0\" \"$@\"";
    let mut child = spawn(
        "a_full_disk_stops_the_store_and_loses_nothing_acknowledged",
        limited,
        dir.path(),
    );
    let mut acknowledged = Vec::new();
    read_acknowledged(&mut child, |_, id| acknowledged.push(id));
    assert!(
        child.wait().unwrap().success(),
        "the child makes its own assertions"
    );

    assert!(acknowledged.len() > TASKS, "{}", acknowledged.len());
    check_nothing_is_lost(dir.path(), &acknowledged).await;
}

/// The child: commits until the store stops, and checks that it stays so.
async fn commit_until_stopped(dir: PathBuf) {
    let store = Arc::new(SqliteStore::open(&dir).unwrap());
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            for number in 0_usize.. {
                let id = format!("src_{}_{task}_{number}", std::process::id());
                if let Err(error) = commit_one(&*store, &id, body(&id)).await {
                    assert!(error.is_stopped(), "{error}");
                    return;
                }
                // Printing would be captured by the test harness; writing is not.
                let mut output = io::stdout().lock();
                writeln!(output, "{ACKNOWLEDGED}{id}").unwrap();
            }
        });
    }
    tasks.join_all().await;

    assert!(store.stopped().await.is_stopped());
    assert!(
        commit_one(&*store, "src_late", "")
            .await
            .unwrap_err()
            .is_stopped()
    );
    assert!(store.close().await.unwrap_err().is_stopped());
}

/// A body of an ordinary size, by which a mix-up of two sources would be found.
fn body(id: &str) -> Bytes {
    id.repeat(30).into()
}

/// Runs one test of this file as a child process, by way of a line of shell that executes it.
fn spawn(test: &str, shell: &str, dir: &Path) -> Child {
    Command::new("sh")
        .args(["-c", shell])
        .arg(env::current_exe().unwrap())
        .args(["--exact", test])
        .env(DIRECTORY, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Hands on each id that the child has acknowledged, until its output ends.
fn read_acknowledged(child: &mut Child, mut each: impl FnMut(&mut Child, String)) {
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while output.read_line(&mut line).unwrap() > 0 {
        // A line without its end was cut off by the kill.
        if let Some(id) = line
            .strip_prefix(ACKNOWLEDGED)
            .and_then(|id| id.strip_suffix('\n'))
        {
            each(child, id.to_owned());
        }
        line.clear();
    }
}

async fn check_nothing_is_lost(dir: &Path, acknowledged: &[String]) {
    let store = SqliteStore::open(dir).unwrap();
    for id in acknowledged {
        assert_eq!(read(&store, id).await, Some(body(id)), "{id} was lost");
    }
    assert_eq!(read(&store, "src_late").await, None);
    store.close().await.unwrap();

    let database = rusqlite::Connection::open(dir.join("objects.sqlite3")).unwrap();
    let verdict: String = database
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(verdict, "ok");
}
