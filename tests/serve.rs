//! `omise serve` as an operator meets it: what it refuses to start with, its signals, and what its
//! options change.

use std::path::Path;
use std::process::{Command, Output};

use omise_tests::process::{
    NotReady, PUBLIC_KEY, SECRET_KEY, ServeProcess, authorization, send_signal,
};
use omise_tests::raw_http::{Answer, Body, Connection, request};
use serde_json::Value;

const OMISE: &str = env!("CARGO_BIN_EXE_omise-under-test");
const DEFAULT_SECRET_KEY: &str = "skey_test_5xy0qz2v7k3d9m1w4hs";

fn serve(arguments: &[&str]) -> anyhow::Result<ServeProcess> {
    let fixed = ["serve", "--listen", "127.0.0.1:0"];
    ServeProcess::start(Path::new(OMISE), &[&fixed[..], arguments].concat())
}

fn get(server: &ServeProcess, path: &str) -> Answer {
    let mut connection = Connection::open(server.address()).expect("a connection");
    let request = request("GET", path, &[("host", "localhost")], b"");
    connection.exchange(&request).expect("an answer")
}

fn create(server: &ServeProcess, key: &str, body: &str) -> u16 {
    let mut connection = Connection::open(server.address()).expect("a connection");
    connection
        .exchange(&creation(key, body))
        .expect("an answer")
        .status
}

fn creation(key: &str, body: &str) -> Vec<u8> {
    let headers = [
        ("host", "localhost"),
        ("authorization", &authorization(key)),
        ("content-type", "application/json"),
    ];
    request("POST", "/sources", &headers, body.as_bytes())
}

const PROMPTPAY: &str = r#"{"amount":10000,"currency":"THB","type":"promptpay"}"#;

/// Starts a server that must not start, and gives what it says.
#[track_caller]
fn refused(arguments: &[&str]) -> String {
    let error = ServeProcess::start(Path::new(OMISE), arguments).expect_err("it does not start");
    let NotReady { status, stderr } = error.downcast().expect("it ends");
    assert_eq!(status.and_then(|status| status.code()), Some(2), "{stderr}");
    stderr
}

#[test]
fn keys_that_everybody_knows_are_for_this_machine() {
    const EVERYWHERE: [&str; 4] = ["serve", "--memory", "--listen", "0.0.0.0:0"];
    let message = refused(&EVERYWHERE);
    assert!(message.contains("--allow-default-keys"), "{message}");
    let given = ["--secret-key", DEFAULT_SECRET_KEY];
    refused(&[&EVERYWHERE[..], &given].concat());

    let allowed = [&EVERYWHERE[..], &["--allow-default-keys"]].concat();
    ServeProcess::start(Path::new(OMISE), &allowed).expect("it starts");
    let other = [&EVERYWHERE[..], &["--secret-key", SECRET_KEY]].concat();
    ServeProcess::start(Path::new(OMISE), &other).expect("it starts");
}

#[test]
fn a_live_key_is_long() {
    const SHORT: &str = "skey_5xuy4w91xqz7d1w9u0";
    let message = refused(&["serve", "--memory", "--secret-key", SHORT]);
    assert!(message.contains("at least 19 characters"), "{message}");
    assert!(!message.contains(SHORT), "{message}");
    serve(&["--memory", "--secret-key", &format!("{SHORT}t")]).expect("it starts");
    serve(&["--memory", "--secret-key", "skey_test_1"]).expect("it starts");
}

#[cfg(unix)]
#[test]
fn keys_are_read_from_a_file_that_others_cannot_read() {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("keys");
    let path = file.to_str().expect("UTF-8");
    let write = |text: &str, mode: u32| {
        fs::write(&file, text).expect("a file");
        fs::set_permissions(&file, Permissions::from_mode(mode)).expect("permissions");
    };
    let text = format!("\u{feff}# the shop\r\n{PUBLIC_KEY}\r\n\r\n  {SECRET_KEY} # server\r\n");
    let arguments = [
        "serve",
        "--memory",
        "--listen",
        "127.0.0.1:0",
        "--keys-file",
        path,
    ];

    for mode in [0o644, 0o604, 0o620, 0o602] {
        write(&text, mode);
        let message = refused(&arguments);
        assert!(message.contains("chmod 600"), "{message}");
        assert!(!message.contains(SECRET_KEY), "{message}");
    }
    for (text, expected) in [
        (format!("{PUBLIC_KEY}\nsesame\n"), "line 2"),
        (format!("{PUBLIC_KEY} {SECRET_KEY}\n"), "line 1"),
        ("# none\n".to_owned(), "has no key"),
        (format!("{SECRET_KEY}\n{SECRET_KEY}\n"), "more than once"),
    ] {
        write(&text, 0o600);
        let message = refused(&arguments);
        assert!(message.contains(expected), "{message}");
        for secret in [PUBLIC_KEY, SECRET_KEY, "sesame"] {
            assert!(!message.contains(secret), "{message}");
        }
    }
    for mode in [0o600, 0o400, 0o640] {
        write(&text, mode);
        let mut server = ServeProcess::start(Path::new(OMISE), &arguments).expect("it starts");
        assert_eq!(create(&server, SECRET_KEY, PROMPTPAY), 200);
        assert_eq!(create(&server, PUBLIC_KEY, PROMPTPAY), 200);
        assert_eq!(create(&server, DEFAULT_SECRET_KEY, PROMPTPAY), 401);
        assert!(server.terminate().expect("it ends").success());
        let warned = server.stderr().contains("the group of the file");
        assert_eq!(warned, mode == 0o640, "{}", server.stderr());
    }
}

#[test]
fn an_account_has_the_currencies_that_it_is_given() {
    let alipay = |amount: u32, currency: &str| {
        format!(r#"{{"amount":{amount},"currency":"{currency}","type":"alipay"}}"#)
    };
    let arguments = ["--memory", "--secret-key", SECRET_KEY];
    let contract = ["--currency", "USD", "--currency", "JPY=100..20000"];
    let server = serve(&[&arguments[..], &contract].concat()).expect("it starts");
    for (amount, currency, status) in [
        (2000, "USD", 200),
        (100, "JPY", 200),
        (99, "JPY", 400),
        (20001, "JPY", 400),
        (2000, "GBP", 400),
    ] {
        assert_eq!(
            create(&server, SECRET_KEY, &alipay(amount, currency)),
            status,
            "{currency}"
        );
    }
    let server = serve(&arguments).expect("it starts");
    assert_eq!(create(&server, SECRET_KEY, &alipay(2000, "USD")), 400);
    let message = refused(&["serve", "--memory", "--currency", "USD=1"]);
    assert!(message.contains("USD=100..500000"), "{message}");
}

#[test]
fn what_is_served_beside_the_api_can_be_told() {
    let options = [
        "--memory",
        "--no-docs",
        "--cors-origin",
        "http://localhost:3000",
    ];
    let server = serve(&options).expect("it starts");
    assert_eq!(get(&server, "/docs").status, 404);
    let root: Value = serde_json::from_slice(&get(&server, "/").body).expect("JSON");
    assert_eq!(root["links"]["documentation"], Value::Null);
    let mut connection = Connection::open(server.address()).expect("a connection");
    let asked = [("host", "localhost"), ("origin", "http://localhost:3000")];
    let answer = connection
        .exchange(&request("GET", "/", &asked, b""))
        .expect("an answer");
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("http://localhost:3000")
    );
    // What hyper refuses has no known origin, so no page may read it.
    let broken = connection
        .exchange(b"GET / HTTP/1.1\r\nbroken\r\n\r\n")
        .expect("an answer");
    assert_eq!(
        (broken.status, broken.header("access-control-allow-origin")),
        (400, None)
    );
    let message = refused(&[
        "serve",
        "--memory",
        "--cors-origin",
        "http://localhost:3000/",
    ]);
    assert!(message.contains("an origin is"), "{message}");
}

/// Waits until the server has logged a text.
#[cfg(unix)]
fn wait_for_log(server: &ServeProcess, text: &str) {
    wait_until(&format!("{text:?} in the log"), || {
        server.stderr().contains(text)
    });
}

#[cfg(unix)]
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    use std::time::{Duration, Instant};

    let deadline = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(
            Instant::now() < deadline,
            "after a minute there is no {what}"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A connection whose request the server has begun to read, and whose body is still to come.
#[cfg(unix)]
fn request_in_flight(server: &ServeProcess) -> Connection {
    let mut connection = Connection::open(server.address()).expect("a connection");
    let length = PROMPTPAY.len().to_string();
    let headers = [
        ("host", "localhost"),
        ("authorization", &authorization(SECRET_KEY)),
        ("content-type", "application/json"),
        ("content-length", &length),
        ("expect", "100-continue"),
    ];
    let mut head = "POST /sources HTTP/1.1\r\n".to_owned();
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    connection.send(head.as_bytes()).expect("it is sent");
    connection
        .receive_continue()
        .expect("the server has the head");
    connection
}

#[cfg(unix)]
#[test]
fn every_signal_that_asks_to_stop_lets_requests_end() {
    // Tests that run under `nohup` pass on that SIGHUP is ignored.
    let (program, before): (_, &[&str]) = if cfg!(target_os = "linux") {
        ("env", &["--default-signal=HUP", OMISE])
    } else {
        (OMISE, &[])
    };
    let serve = ["serve", "--memory", "--listen", "127.0.0.1:0"];
    let arguments = [before, &serve, &["--secret-key", SECRET_KEY]].concat();
    for signal in ["TERM", "INT", "HUP", "QUIT"] {
        let server = ServeProcess::start(Path::new(program), &arguments);
        let mut server = server.expect("it starts");
        let mut connection = request_in_flight(&server);
        send_signal(server.pid(), signal).expect("it is sent");
        wait_for_log(&server, "asked to stop");
        connection.send(PROMPTPAY.as_bytes()).expect("it is sent");
        let answer = connection.receive(Body::Follows).expect("an answer");
        assert_eq!(answer.map(|answer| answer.status), Some(200), "{signal}");
        let status = server.wait_for_exit().expect("it ends");
        assert!(status.success(), "{signal}: {status}");
    }
}

#[cfg(unix)]
#[test]
fn a_second_signal_ends_at_once() {
    let mut server = ServeProcess::in_memory(Path::new(OMISE)).expect("it starts");
    let _connection = request_in_flight(&server);
    server.send_sigterm().expect("it is sent");
    wait_for_log(&server, "asked to stop");
    send_signal(server.pid(), "INT").expect("it is sent");
    let status = server.wait_for_exit().expect("it ends");
    assert_eq!(status.code(), Some(1));
    assert!(
        server.stderr().contains("a second signal, SIGINT"),
        "{}",
        server.stderr()
    );
}

#[cfg(unix)]
#[test]
fn a_server_that_stops_says_so_first() {
    let options = [
        "--memory",
        "--secret-key",
        SECRET_KEY,
        "--stop-delay",
        "600",
    ];
    let mut server = serve(&options).expect("it starts");
    assert_eq!(get(&server, "/readyz").status, 200);
    server.send_sigterm().expect("it is sent");
    wait_until("unready server", || get(&server, "/readyz").status == 503);
    assert_eq!(get(&server, "/livez").status, 200);
    assert_eq!(create(&server, SECRET_KEY, PROMPTPAY), 200);
    server.send_sigterm().expect("it is sent");
    assert_eq!(server.wait_for_exit().expect("it ends").code(), Some(1));
}

#[cfg(unix)]
#[test]
fn under_nohup_a_terminal_that_goes_away_stops_nothing() {
    let arguments = [OMISE, "serve", "--memory", "--listen", "127.0.0.1:0"];
    let server = ServeProcess::start(Path::new("nohup"), &arguments);
    let mut server = server.expect("it starts");
    send_signal(server.pid(), "HUP").expect("it is sent");
    server.send_sigterm().expect("it is sent");
    assert!(server.wait_for_exit().expect("it ends").success());
    assert!(!server.stderr().contains("SIGHUP"), "{}", server.stderr());
}

#[cfg(unix)]
#[test]
fn a_limit_on_the_size_of_files_is_like_a_full_disk() {
    use std::os::unix::process::ExitStatusExt;

    let directory = tempfile::tempdir().expect("a directory");
    let data = directory.path().join("data");
    let data = data.to_str().expect("UTF-8");
    // In blocks of 512 or 1,024 bytes: room for the tables, and not for many sources.
    let script = "ulimit -f 400; exec \"$@\"";
    let arguments = [
        "-c",
        script,
        "sh",
        OMISE,
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--data",
        data,
        "--secret-key",
        SECRET_KEY,
    ];
    let mut server = ServeProcess::start(Path::new("sh"), &arguments).expect("it starts");
    let mut connection = Connection::open(server.address()).expect("a connection");
    let mut created = 0;
    let status = loop {
        match connection.exchange(&creation(SECRET_KEY, PROMPTPAY)) {
            Ok(answer) if answer.status == 200 => created += 1,
            Ok(answer) => break answer.status,
            Err(error) => panic!("no answer: {error:#}\n{}", server.stderr()),
        }
    };
    assert!(
        created > 10 && status >= 500,
        "{created} sources and then {status}"
    );
    // It may have ended by itself, in order.
    let _ = server.send_sigterm();
    let ended = server.wait_for_exit().expect("it ends");
    assert_eq!(ended.signal(), None, "{ended}\n{}", server.stderr());
}

#[test]
fn the_options_are_explained() {
    let output: Output = Command::new(OMISE)
        .args(["serve", "--help"])
        .output()
        .expect("the command runs");
    let help = String::from_utf8_lossy(&output.stdout).into_owned();
    for option in [
        "--keys-file",
        "--allow-default-keys",
        "--currency",
        "--cors-origin",
        "--no-docs",
        "--stop-delay",
    ] {
        assert!(help.contains(option), "{help}");
    }
}
