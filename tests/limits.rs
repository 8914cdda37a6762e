//! What a slow client can take: ten seconds, and then it has its answer.

use std::path::Path;

use omise_tests::process::{SECRET_KEY, ServeProcess, authorization};
use omise_tests::raw_http::Connection;

const SERVER: &str = env!("CARGO_BIN_EXE_omise-under-test");

/// Sends the beginning of a request and nothing more.
fn check_slow(beginning: &str) {
    let server = ServeProcess::in_memory(Path::new(SERVER)).expect("the server starts");
    let mut connection = Connection::open(server.address()).expect("a connection");
    let answer = connection
        .exchange(beginning.as_bytes())
        .expect("an answer");
    assert_eq!(answer.status, 408);
    let body = String::from_utf8_lossy(&answer.body);
    assert!(body.contains("\"object\": \"error\""), "{body}");
    assert!(body.contains("\"code\": \"bad_request\""), "{body}");
    assert_eq!(answer.header("connection"), Some("close"));
}

#[test]
fn a_head_that_does_not_end_is_given_up() {
    check_slow("POST /sources HTTP/1.1\r\nhost: localhost\r\nx-slow: ");
}

#[test]
fn a_body_that_does_not_end_is_given_up() {
    let authorization = authorization(SECRET_KEY);
    check_slow(&format!(
        "POST /sources HTTP/1.1\r\nhost: localhost\r\nauthorization: {authorization}\r\n\
         content-type: application/json\r\ncontent-length: 100\r\n\r\n{{\"amount\":"
    ));
}
