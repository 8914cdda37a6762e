//! What the command says when it fails, and what the server logs at the finest level.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use omise_tests::canary::{self, COOKIE, PUBLIC_KEY, SECRET_KEY, Search};
use omise_tests::process::{ServeProcess, authorization};
use omise_tests::raw_http::{Connection, request};
use omise_tests::scripted::ScriptedServer;
use serde_json::{Value, json};

use crate::service::{PLACES, carried, disguised_sources, on_the_wire, parsed};

const OMISE: &str = env!("CARGO_BIN_EXE_omise-under-test");

#[test]
fn none_is_said_of_a_call() {
    let mut search = Search::default();
    let server = ScriptedServer::start().expect("a server");
    let url = server.url();
    for (place, write) in PLACES {
        for status in [200, 400, 401, 404, 500] {
            server.tell(move |request| on_the_wire(status, &carried(&parsed(request)), write));
            search_calls(&mut search, &url, &format!("{status} with {place}"));
        }
    }
    for (number, body) in disguised_sources().into_iter().enumerate().skip(1) {
        server.tell(move |_| {
            let length = body.len();
            let head = format!("HTTP/1.1 404 Not Found\r\ncontent-length: {length}\r\n\r\n");
            [head.as_bytes(), &body].concat()
        });
        search_calls(&mut search, &url, &format!("body {number}"));
    }
    server.tell(|_| Vec::new());
    search_calls(&mut search, &url, "a connection that is closed");
    search_calls(&mut search, "http://127.0.0.1:9", "no connection");

    // The API inside of the command: one that is refused, and one that is not.
    let data = tempfile::tempdir().expect("a directory");
    let data = format!("--data={}", data.path().display());
    for (amount, code) in [("--amount=1", 3), ("--amount=12345", 0)] {
        let mut arguments = creation();
        arguments.retain(|argument| !argument.starts_with("--amount"));
        arguments.extend([amount.to_owned(), data.clone()]);
        let output = command(&arguments).env_remove("OMISE_API_URL").output();
        let output = output.expect("the command runs");
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        search.through(amount, &String::from_utf8_lossy(&output.stderr));
        // What was asked for has it all.
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert_eq!(canary::find(&stdout).is_some(), code == 0);
    }
    search.finish("calls of the command");
}

fn search_calls(search: &mut Search, url: &str, place: &str) {
    let retrieval = ["source", "retrieve", "src_test_5g5in1we65199wlsyji"].map(str::to_owned);
    for arguments in [creation(), retrieval.into()] {
        let output = omise(&arguments, url);
        assert!(!output.status.success(), "{place}");
        assert!(!output.stderr.is_empty(), "{place}");
        search_output(search, place, &output);
    }
}

#[test]
fn none_is_said_of_a_command_line_that_is_wrong() {
    let mut search = Search::default();
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("request.json");
    let from = format!("--from={}", file.display());
    let whole = Value::Object(canary::object("SourceParameters"));
    let with = |name: &str, value: Value| {
        let mut request = whole.clone();
        request[name] = value;
        request.to_string()
    };
    let files = [
        whole.to_string().replace('{', "["),
        whole.to_string()[..200].to_owned(),
        json!("qcanary").to_string(),
        json!([whole]).to_string(),
        with("email", json!(["qcanary"])),
        with("name", json!({"qcanary": "qcanary"})),
        with("barcode", json!(99_887_766_123_456_u64)),
        with("phone_number", json!(998_877_661)),
        with("shipping", json!("qcanary street")),
        with("shipping", json!({"city": 99_887_766})),
        with("billing", json!({"postal_code": 99_887_766})),
        with("billing", json!([99_887_766])),
        with("ip", json!(99_887_766)),
    ];
    for (number, text) in files.into_iter().enumerate() {
        std::fs::write(&file, text).expect("it is written");
        let arguments = ["source", "create", &from].map(str::to_owned);
        let output = omise(&arguments, "http://127.0.0.1:9");
        assert_eq!(output.status.code(), Some(2), "{number}");
        search_output(&mut search, &format!("file {number}"), &output);
    }

    let lines = [
        "--shipping=qcanary",
        "--shipping=city=qcanary,colour=red",
        "--shipping=city=qcanary,city=qcanary",
        "--shipping={\"city\": \"qcanary\"",
        "--billing=qcanary street",
        "--billing={qcanary}",
        "--public-key=skey_test_qcanary",
        "--secret-key=skey_test_Qcanary",
        "--secret-key=qcanary",
        "--url=https://jose:qcanary@example.com",
        "--url=http://example.com/?key=skey_test_qcanary",
        "--url=https://example.com/#qcanary",
    ];
    for line in lines {
        let mut arguments = creation();
        arguments.retain(|known| !line.starts_with(known.split('=').next().unwrap_or_default()));
        arguments.push(line.to_owned());
        let output = omise(&arguments, "http://127.0.0.1:9");
        assert_eq!(output.status.code(), Some(2), "{line}");
        search_output(&mut search, line, &output);
    }
    search.finish("wrong command lines");
}

#[test]
fn none_is_in_the_log_of_the_server() {
    let mut search = Search::default();
    for format in ["text", "json"] {
        let arguments = [
            "serve",
            "--listen=127.0.0.1:0",
            "--memory",
            "--log=trace",
            &format!("--log-format={format}"),
            &format!("--public-key={PUBLIC_KEY}"),
            &format!("--secret-key={SECRET_KEY}"),
        ];
        let mut server = ServeProcess::start(Path::new(OMISE), &arguments).expect("it starts");
        let requests = requests();
        for (bytes, status) in &requests {
            let mut connection = Connection::open(server.address()).expect("a connection");
            let answer = connection.exchange(bytes).expect("an answer");
            assert_eq!(answer.status, *status, "{}", String::from_utf8_lossy(bytes));
        }
        assert!(server.terminate().expect("it ends").success());
        let log = server.stderr();
        assert!(log.lines().count() > requests.len(), "{log}");
        for line in log
            .lines()
            .chain(server.later_stdout_lines().iter().map(String::as_str))
        {
            search.through("the server's log", line);
        }
    }
    search.finish("the server's log");
}

/// Requests with all that is not to be seen, and the status that each is answered with.
fn requests() -> Vec<(Vec<u8>, u16)> {
    let whole = canary::object("SourceParameters");
    let mut wrong = whole.clone();
    wrong
        .values_mut()
        .for_each(|value| *value = json!(["qcanary"]));
    let whole = Value::Object(whole).to_string();
    let wrong = Value::Object(wrong).to_string();
    let post = |key: &str, more: &[(&str, &str)], body: &str| {
        let authorization = authorization(key);
        let mut headers = vec![
            ("host", "localhost"),
            ("authorization", &authorization),
            ("cookie", COOKIE),
            ("idempotency-key", canary::IDEMPOTENCY_KEY),
            ("user-agent", "qcanary"),
        ];
        headers.extend(more);
        request("POST", "/sources", &headers, body.as_bytes())
    };
    let json = [("content-type", "application/json")];
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let get = |path: &str| {
        let authorization = authorization(SECRET_KEY);
        let headers = [
            ("host", "qcanary"),
            ("authorization", &authorization),
            ("cookie", COOKIE),
        ];
        request("GET", path, &headers, b"")
    };
    vec![
        (post(PUBLIC_KEY, &json, &whole), 200),
        (post(SECRET_KEY, &json, &whole), 200),
        (post(PUBLIC_KEY, &json, &wrong), 400),
        (post(PUBLIC_KEY, &json, &whole[..100]), 400),
        (post(PUBLIC_KEY, &json, "\"qcanary\""), 400),
        (
            post(PUBLIC_KEY, &json, "{\"qcanary\": 1, \"qcanary\": 2}"),
            400,
        ),
        (
            post(PUBLIC_KEY, &form, "name=qcanary&email=qcanary&qcanary=%ff"),
            400,
        ),
        (post(PUBLIC_KEY, &form, "name=qcanary&name=qcanary"), 400),
        (post("skey_test_qcanarynobody", &json, &whole), 401),
        (post("qcanary:qcanary", &json, &whole), 401),
        (
            post(PUBLIC_KEY, &[("content-type", "text/qcanary")], &whole),
            415,
        ),
        (
            post(PUBLIC_KEY, &[("omise-version", "qcanary")], &whole),
            400,
        ),
        (post(PUBLIC_KEY, &[("accept", "text/qcanary")], &whole), 406),
        (post(PUBLIC_KEY, &json, &"qcanary".repeat(10_000)), 413),
        (get("/sources/src_test_qcanary"), 404),
        (get("/sources/qcanary@example.com"), 404),
        (get("/qcanary?email=qcanary@example.com"), 404),
        (
            b"GET /qcanary HTTP/9.9\r\nhost: qcanary\r\n\r\n".to_vec(),
            400,
        ),
        (
            b"GET / HTTP/1.1\r\nauthorization qcanary\r\n\r\n".to_vec(),
            400,
        ),
    ]
}

/// A creation with a flag for everything that says something of the payer.
fn creation() -> Vec<String> {
    let mut arguments = vec!["source".to_owned(), "create".to_owned()];
    for (name, value) in canary::object("SourceParameters") {
        let flag = name.replace('_', "-");
        match value {
            Value::String(text) => arguments.push(format!("--{flag}={text}")),
            Value::Array(items) => {
                arguments.extend(items.iter().map(|item| format!("--item={item}")));
            }
            value => arguments.push(format!("--{flag}={value}")),
        }
    }
    arguments
}

/// Runs the command with its keys from the environment, as a script does.
fn omise(arguments: &[String], url: &str) -> Output {
    let output = command(arguments).env("OMISE_API_URL", url).output();
    output.expect("the command runs")
}

fn command(arguments: &[String]) -> Command {
    let mut command = Command::new(OMISE);
    command
        .args(arguments)
        .env("OMISE_PUBLIC_KEY", PUBLIC_KEY)
        .env("OMISE_SECRET_KEY", SECRET_KEY)
        .env_remove("OMISE_LOG")
        .stdin(Stdio::null());
    command
}

fn search_output(search: &mut Search, place: &str, output: &Output) {
    search.through(
        &format!("stdout, {place}"),
        &String::from_utf8_lossy(&output.stdout),
    );
    search.through(
        &format!("stderr, {place}"),
        &String::from_utf8_lossy(&output.stderr),
    );
}
