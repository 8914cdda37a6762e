//! What clients do to their connections, and what the server keeps to all the same.

use std::path::Path;

use omise_tests::process::{SECRET_KEY, ServeProcess, authorization};
use omise_tests::raw_http::{Body, Connection, request};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

const SERVER: &str = env!("CARGO_BIN_EXE_omise-under-test");

fn creation() -> Vec<u8> {
    let headers = [
        ("host", "localhost"),
        ("authorization", &authorization(SECRET_KEY)),
        ("content-type", "application/json"),
    ];
    let body = br#"{"amount":10000,"currency":"THB","type":"promptpay"}"#;
    request("POST", "/sources", &headers, body)
}

#[test]
fn a_client_that_closes_its_side_after_its_request_gets_its_answer() {
    let directory = tempfile::tempdir().expect("a directory");
    let server = ServeProcess::on_directory(Path::new(SERVER), directory.path());
    let server = server.expect("the server starts");
    let mut connection = Connection::open(server.address()).expect("a connection");
    connection.send(&creation()).expect("it is sent");
    let writer = connection.writer().expect("a second handle");
    let closed = writer.shutdown(std::net::Shutdown::Write);
    closed.expect("the client's side is closed");
    let answer = connection.receive(Body::Follows).expect("an answer");
    assert_eq!(answer.map(|answer| answer.status), Some(200));
    assert!(connection.receive(Body::Follows).expect("an end").is_none());
}

#[tokio::test]
async fn what_is_stored_for_a_client_that_has_gone_is_in_the_log() {
    let directory = tempfile::tempdir().expect("a directory");
    let data = directory.path().join("data");
    let arguments = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--secret-key",
        SECRET_KEY,
        "--log",
        "debug",
        "--data",
        data.to_str().expect("a path that is text"),
    ];
    let mut server = ServeProcess::start(Path::new(SERVER), &arguments).expect("it starts");
    for _ in 0..200 {
        let stream = TcpStream::connect(server.address()).await;
        let mut stream = stream.expect("a connection");
        stream.set_zero_linger().expect("it is reset when closed");
        stream.write_all(&creation()).await.expect("it is sent");
    }
    let mut connection = Connection::open(server.address()).expect("a connection");
    let answer = connection.exchange(&creation()).expect("an answer");
    assert_eq!(answer.status, 200);
    drop(connection);
    server.terminate().expect("it stops");

    let database = rusqlite::Connection::open(data.join("sources.sqlite3"));
    let stored: i64 = database
        .expect("a database")
        .query_row("select count(*) from source", [], |row| row.get(0))
        .expect("a count");
    assert!(
        stored > 1,
        "no creation was stored for a client that has gone"
    );
    let is_creation = |line: &&str| {
        line.contains("request_id") && line.contains("createSource") && line.contains("status=200")
    };
    let logged = server.stderr().lines().filter(is_creation).count();
    assert_eq!(i64::try_from(logged), Ok(stored));
}
