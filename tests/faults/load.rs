//! Commits sources as fast as it can, and prints what became of each.
//!
//! `store-under-load DIRECTORY TASKS BYTES`: each task commits sources with bodies of so many bytes
//! until stdin ends. Then the store is closed; the exit code says whether that worked.

use std::io::{Read, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use omise_store::{Key, SqliteStore, Store, StoreError, Transaction, Write};
use omise_tests::load::body;
use tokio::task::JoinSet;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
    let arguments: Vec<String> = std::env::args().collect();
    let [_, directory, tasks, bytes] = arguments.as_slice() else {
        return ExitCode::from(2);
    };
    let store = match SqliteStore::open(Path::new(directory)) {
        Ok(store) => Arc::new(store),
        Err(error) => {
            tracing::error!(?error, "the store cannot be opened");
            return ExitCode::from(3);
        }
    };
    let is_over = Arc::new(AtomicBool::new(false));
    let until_stdin_ends = Arc::clone(&is_over);
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        until_stdin_ends.store(true, Ordering::SeqCst);
    });

    let bytes = bytes.parse().unwrap_or(0);
    let mut running = JoinSet::new();
    for task in 0..tasks.parse().unwrap_or(1) {
        running.spawn(load(Arc::clone(&store), Arc::clone(&is_over), task, bytes));
    }
    running.join_all().await;
    match store.close().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

async fn load(store: Arc<SqliteStore>, is_over: Arc<AtomicBool>, task: usize, bytes: usize) {
    let process = std::process::id();
    for number in 0.. {
        if is_over.load(Ordering::SeqCst) {
            return;
        }
        let id = format!("src_{process}_{task}_{number}");
        let insert = Write::Insert {
            key: Key {
                account: "acct_1".into(),
                livemode: false,
                object: "source",
                id: id.as_str().into(),
            },
            created_ms: 0,
            body: body(&id, bytes),
        };
        let writes = vec![insert];
        let outcome = store.commit(Transaction { writes }).await;
        let word = match &outcome {
            Ok(()) => "acknowledged",
            Err(error) => word(error),
        };
        let printed = writeln!(std::io::stdout(), "{word} {id}");
        if printed.is_err() || word == "stopped" {
            return;
        }
        if outcome.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

fn word(error: &StoreError) -> &'static str {
    if error.is_unavailable() {
        "unavailable"
    } else if error.is_outcome_unknown() {
        "unknown"
    } else if error.is_stopped() {
        "stopped"
    } else {
        "failed"
    }
}
