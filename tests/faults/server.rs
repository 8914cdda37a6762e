//! The server when its disk fails: what a client sees.

use std::net::SocketAddr;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use omise_tests::disk::{DATABASE, Disk, ENOSPC, LOG};
use omise_tests::process::{PUBLIC_KEY, SECRET_KEY, ServeProcess, authorization};
use omise_tests::raw_http::{Answer, Connection, preview, request};
use serde_json::Value;

use crate::disk;

const SERVER: &str = env!("CARGO_BIN_EXE_omise-under-test");

/// How long a test waits for what has to happen.
const WITHIN: Duration = Duration::from_secs(60);

/// Less than the store waits for the disk.
const AT_ONCE: Duration = Duration::from_secs(4);

#[test]
fn a_lock_of_another_program_is_answered_with_503() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let server = start(directory.path(), None);
    let source = created(server.address());
    let other = rusqlite::Connection::open(directory.path().join("objects.sqlite3"))
        .expect("the database is opened");
    other.execute_batch("BEGIN IMMEDIATE").expect("the lock");

    for _ in 0..3 {
        assert_unavailable(&create(server.address()));
        assert_eq!(retrieve(server.address(), &source).status, 200);
    }

    other.execute_batch("ROLLBACK").expect("the lock is let go");
    created(server.address());
}

#[test]
fn a_full_disk_is_answered_with_503_and_reads_go_on() {
    let Some(disk) = disk("faults::a_full_disk_is_answered") else {
        return;
    };
    let not_cached = created_before(&disk);
    for rule in [
        format!("write {LOG} 0 error {ENOSPC}"),
        "space data 0 free 1000000".to_owned(),
    ] {
        let server = start(&disk.data(), Some(&disk));
        let source = created(server.address());
        disk.set(&rule);
        until(|| create(server.address()).status == 503);
        assert_unavailable(&create(server.address()));
        assert_eq!(retrieve(server.address(), &source).status, 200, "{rule}");
        assert_eq!(
            retrieve(server.address(), &not_cached).status,
            200,
            "{rule}"
        );

        disk.set("");

        until(|| create(server.address()).status == 200);
    }
}

#[test]
fn a_hung_disk_is_answered_with_503_and_reads_go_on() {
    let Some(disk) = disk("faults::a_hung_disk_is_answered") else {
        return;
    };
    let not_cached = created_before(&disk);
    let mut server = start(&disk.data(), Some(&disk));
    let cached = created(server.address());
    disk.set(&format!("sync {LOG} 0 hang 0"));
    let address = server.address();
    let answers: Vec<Answer> = thread::scope(|scope| {
        let creations: Vec<_> = (0..20)
            .map(|_| scope.spawn(move || create(address)))
            .collect();
        for source in [&cached, &not_cached] {
            assert_eq!(retrieve(server.address(), source).status, 200);
        }
        let join = |creation: thread::ScopedJoinHandle<'_, Answer>| creation.join();
        creations
            .into_iter()
            .map(|creation| join(creation).expect("a client does not panic"))
            .collect()
    });
    let mut unknown = 0;
    for answer in &answers {
        assert_eq!(answer.status, 503, "{}", preview(&answer.body));
        let is_unknown = message(answer).contains("it is not known");
        // Nobody is asked to repeat what may have been done.
        assert_eq!(answer.header("retry-after").is_none(), is_unknown);
        unknown += usize::from(is_unknown);
    }
    assert!(unknown > 0);
    // Who asks now does not wait for the disk.
    let asked = Instant::now();
    assert_unavailable(&create(server.address()));
    assert!(asked.elapsed() < AT_ONCE, "{:?}", asked.elapsed());

    disk.set("");

    until(|| create(server.address()).status == 200);
    assert!(server.terminate().expect("the server ends").success());
}

#[test]
fn a_server_on_a_hung_disk_ends_all_the_same() {
    let Some(disk) = disk("faults::a_server_on_a_hung_disk_ends") else {
        return;
    };
    let source = {
        let mut server = start(&disk.data(), Some(&disk));
        let source = created(server.address());
        disk.set(&format!("sync {DATABASE} 0 hang 0"));
        let status = server.terminate().expect("the server ends");
        assert_eq!(status.code(), Some(1), "{}", server.stderr());
        let said = "the disk does not answer";
        assert!(server.stderr().contains(said), "{}", server.stderr());
        source
    };
    disk.set("");
    let server = start(&disk.data(), Some(&disk));
    assert_eq!(retrieve(server.address(), &source).status, 200);
}

#[test]
fn a_server_whose_directory_is_removed_ends_with_an_error() {
    let parent = tempfile::tempdir().expect("a temporary directory");
    let directory = parent.path().join("data");
    for creates in [true, false] {
        let mut server = start(&directory, None);
        created(server.address());
        std::fs::remove_dir_all(&directory).expect("the directory is removed");
        if creates {
            // The answer is an error, or the server has ended already.
            let answer = try_create(server.address());
            assert!(answer.is_none_or(|answer| answer.status == 500));
        }

        let status = server.wait_for_exit().expect("the server ends by itself");

        assert_eq!(status.code(), Some(1), "{}", server.stderr());
        assert!(
            server.stderr().contains("taken away"),
            "{}",
            server.stderr()
        );
    }
}

fn start(directory: &Path, disk: Option<&Disk>) -> ServeProcess {
    let set_up = |command: &mut std::process::Command| {
        if let Some(disk) = disk {
            disk.under(command);
        }
    };
    ServeProcess::on_directory_with(Path::new(SERVER), directory, set_up)
        .expect("the server starts")
}

fn create(address: SocketAddr) -> Answer {
    try_create(address).expect("an answer")
}

fn try_create(address: SocketAddr) -> Option<Answer> {
    let headers = [
        ("host", "localhost"),
        ("authorization", &*authorization(PUBLIC_KEY)),
        ("content-type", "application/json"),
    ];
    let body = br#"{"amount":10000,"currency":"THB","type":"promptpay"}"#;
    let mut connection = Connection::open(address).ok()?;
    connection
        .exchange(&request("POST", "/sources", &headers, body))
        .ok()
}

/// Creates a source and gives its id.
fn created(address: SocketAddr) -> String {
    let answer = create(address);
    assert_eq!(answer.status, 200, "{}", preview(&answer.body));
    let source: Value = serde_json::from_slice(&answer.body).expect("JSON");
    source["id"].as_str().expect("an id").to_owned()
}

/// Creates a source by a server that then ends, so that the next one has it in no cache.
fn created_before(disk: &Disk) -> String {
    let mut server = start(&disk.data(), Some(disk));
    let source = created(server.address());
    server.terminate().expect("the server ends");
    source
}

fn retrieve(address: SocketAddr, id: &str) -> Answer {
    let headers = [
        ("host", "localhost"),
        ("authorization", &*authorization(SECRET_KEY)),
    ];
    let mut connection = Connection::open(address).expect("the server listens");
    connection
        .exchange(&request("GET", &format!("/sources/{id}"), &headers, b""))
        .expect("an answer")
}

fn assert_unavailable(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}", preview(&answer.body));
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert_eq!(message(answer), "service is temporarily unavailable");
}

/// The message of an error object.
fn message(answer: &Answer) -> String {
    let error: Value = serde_json::from_slice(&answer.body).expect("JSON");
    assert_eq!(error["object"], "error");
    assert_eq!(error["code"], "internal_error");
    error["message"].as_str().expect("a message").to_owned()
}

fn until(condition: impl Fn() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < WITHIN, "it does not happen");
        thread::sleep(Duration::from_millis(20));
    }
}
