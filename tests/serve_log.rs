//! The output of `omise serve` when nobody takes it: the server works on, and says what is missing.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write, pipe};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use omise_tests::process::{SECRET_KEY, send_signal};
use omise_tests::raw_http::{Body, Connection, request};

const OMISE: &str = env!("CARGO_BIN_EXE_omise-under-test");

/// Each of them is a line at `--log debug`, and a pipe holds a few hundred lines.
const REQUESTS: usize = 10_000;

/// A server that is killed when a test fails.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        // An error means that it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command() -> Command {
    let mut command = Command::new(OMISE);
    command.env_remove("OMISE_LOG").stdin(Stdio::null());
    command.args(["serve", "--listen", "127.0.0.1:0", "--memory"]);
    command.args(["--secret-key", SECRET_KEY]);
    command
}

/// The address behind `http://` or `address=` of a line.
fn address_in(line: &str, before: &str) -> SocketAddr {
    let (_, after) = line.split_once(before).expect("an address");
    let end = after.find(|c: char| !c.is_ascii_digit() && !".:".contains(c));
    let address = after[..end.unwrap_or(after.len())].parse();
    address.unwrap_or_else(|error| panic!("{line}: {error}"))
}

/// Starts a server whose stderr is a pipe that nobody reads yet.
fn with_stalled_log(format: &str) -> Server {
    let mut child = command()
        .args(["--log", "debug", "--log-format", format])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut line = String::new();
    let stdout = child.stdout.take().expect("stdout is piped");
    BufReader::new(stdout)
        .read_line(&mut line)
        .expect("it is ready");
    let address = address_in(&line, "http://");
    Server { child, address }
}

/// Has the requests answered on one connection.
fn ask_often(address: SocketAddr) {
    const AT_A_TIME: usize = 50;
    let request = request("GET", "/livez", &[("host", "localhost")], b"");
    let requests = request.repeat(AT_A_TIME);
    let mut connection = Connection::open(address).expect("a connection");
    for _ in 0..REQUESTS / AT_A_TIME {
        connection.send(&requests).expect("they are sent");
        for _ in 0..AT_A_TIME {
            let answer = connection.receive(Body::Follows).expect("an answer");
            assert_eq!(answer.map(|answer| answer.status), Some(200));
        }
    }
}

#[test]
fn a_log_that_nobody_reads_stops_neither_requests_nor_the_end() {
    let mut server = with_stalled_log("text");
    ask_often(server.address);
    send_signal(server.child.id(), "TERM").expect("it is sent");
    assert!(server.child.wait().expect("it ends").success());
}

#[test]
fn lines_that_nobody_read_in_time_are_counted() {
    for format in ["text", "json"] {
        let mut server = with_stalled_log(format);
        ask_often(server.address);
        let stderr = server.child.stderr.take().expect("stderr is piped");
        let mut log = BufReader::new(stderr);
        let (mut requests, mut dropped) = (0, 0);
        // Other lines may have been dropped too.
        while requests + dropped < REQUESTS {
            let mut line = String::new();
            assert_ne!(log.read_line(&mut line).expect("text"), 0, "it has ended");
            requests += usize::from(line.contains("request_id"));
            dropped += dropped_lines(&line);
        }
        assert!(requests < REQUESTS, "{requests}");
        // The queue is empty now, so that the last line has its place.
        send_signal(server.child.id(), "TERM").expect("it is sent");
        let mut rest = String::new();
        log.read_to_string(&mut rest).expect("text");
        assert!(rest.contains("stopped"), "{rest}");
        assert!(server.child.wait().expect("it ends").success());
    }
}

/// The number in `dropped_lines=92` and in `"dropped_lines":92`, or 0.
fn dropped_lines(line: &str) -> usize {
    let Some((_, count)) = line.split_once("dropped_lines") else {
        return 0;
    };
    let count = count.trim_start_matches(['"', ':', '=']);
    let digits = count.split(|c: char| !c.is_ascii_digit()).next();
    let number = digits.and_then(|digits| digits.parse().ok());
    number.expect("a number")
}

/// Serves and ends although its stdout takes nothing.
fn check_stdout(stdout: impl Into<Stdio>) {
    let mut child = command()
        .stdout(stdout)
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut log = BufReader::new(child.stderr.take().expect("stderr is piped"));
    let mut line = String::new();
    while !line.contains("address=") {
        line.clear();
        assert_ne!(log.read_line(&mut line).expect("a log"), 0, "it has ended");
    }
    let address = address_in(&line, "address=");
    let mut server = Server { child, address };
    let request = request("GET", "/livez", &[("host", "localhost")], b"");
    let mut connection = Connection::open(server.address).expect("a connection");
    assert_eq!(
        connection.exchange(&request).expect("an answer").status,
        200
    );
    send_signal(server.child.id(), "TERM").expect("it is sent");
    assert!(server.child.wait().expect("it ends").success());
}

#[test]
fn a_full_or_closed_stdout_stops_nothing() {
    if let Ok(full) = File::options().write(true).open("/dev/full") {
        check_stdout(full);
    }
    let (reader, writer) = pipe().expect("a pipe");
    drop(reader);
    check_stdout(writer);
    let (_reader, mut writer) = pipe().expect("a pipe");
    writer
        .write_all(&[b'x'; 65_536])
        .expect("as much as a pipe holds");
    check_stdout(writer);
}
