//! What Omise.js does on a shop's page, in Chromium: the page is of another origin than the server,
//! so the browser asks the server first and shows the page only what the server lets it see.
//!
//! Without `chromium` the test says so and passes; where `CI` is set it fails.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use omise_tests::process::{PUBLIC_KEY, ServeProcess};
use omise_tests::programs::{end, needed, output_of};
use omise_tests::raw_http::{Body, Connection};
use omise_tests::scripted::ScriptedServer;
use serde_json::{Value, json};

const SERVER: &str = env!("CARGO_BIN_EXE_omise-under-test");
const CLIENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/clients");

/// How long the page may take for everything, the start of the browser included.
const SEEN_WITHIN: Duration = Duration::from_secs(60);

#[test]
fn a_page_of_another_origin_is_served_as_omise_js_needs_it() {
    let test = "a_page_of_another_origin_is_served_as_omise_js_needs_it";
    if needed(test, output_of(Command::new("chromium").arg("--version"))).is_none() {
        return;
    }
    let server = ServeProcess::in_memory(Path::new(SERVER)).expect("the server starts");
    let between = |change: fn(&str) -> bool| Between::start(server.address(), change);
    let watched = between(|_| true).expect("it starts");
    let mute = between(|name| name != "access-control-allow-origin").expect("it starts");
    let strict = between(|name| name != "access-control-allow-headers").expect("it starts");

    let seen = visit(&json!({
        "server": server.url(),
        "watched": watched.listener.url(),
        "mute": mute.listener.url(),
        "strict": strict.listener.url(),
    }))
    .expect("the page is visited");

    check_seen(&seen["server"]);
    check_seen(&seen["watched"]);
    check_sent(&watched);
    // The controls: what the server says to the browser is what lets the page see anything.
    for (name, between) in [("mute", &mute), ("strict", &strict)] {
        let invisible = json!({"status": 0, "body": {"code": "create_source_error"}});
        let visits = seen[name].as_object().expect("an object");
        for (situation, answer) in visits.iter().filter(|(name, _)| *name != "created") {
            assert_eq!(answer, &invisible, "{name}: {situation}");
        }
        assert_eq!(seen[name]["created"]["promptpay"], invisible, "{name}");
        let requests = between.requests.lock().expect("nobody panicked");
        assert!(!requests.is_empty(), "{name} was asked nothing");
        assert!(
            requests
                .iter()
                .all(|request| request.starts_with("OPTIONS ")),
            "the browser went on although it was not allowed to: {requests:?}"
        );
    }
}

/// What the page saw through a server that says what it should.
fn check_seen(seen: &Value) {
    let created = seen["created"].as_object().expect("an object");
    assert!(created.len() >= 10, "{} sources", created.len());
    for (name, answer) in created {
        assert_eq!(answer["status"], 200, "{name}: {answer}");
        assert_eq!(answer["body"]["object"], "source", "{name}: {answer}");
    }
    let xhr = &seen["created by XMLHttpRequest"];
    assert_eq!(xhr["status"], 200, "{xhr}");
    assert_eq!(xhr["body"]["flow"], "offline", "{xhr}");
    assert_eq!(&seen["retrieved"], &created["promptpay"]);
    let traced = &seen["other headers"];
    assert_eq!(traced["status"], 200, "{traced}");

    let unknown = (401, "authentication_failure", "authentication failed");
    let too_small = (400, "bad_request", "amount must be at least 2000");
    let errors = [
        ("unknown key", unknown),
        ("unknown key by XMLHttpRequest", unknown),
        ("amount too small", too_small),
        ("amount too small by XMLHttpRequest", too_small),
        (
            "unknown type",
            (400, "bad_request", "type is currently not supported"),
        ),
        ("no JSON", (400, "bad_request", "")),
        ("wrong path", (404, "not_found", "path was not found")),
        (
            "wrong method",
            (405, "bad_request", "method is not allowed"),
        ),
    ];
    for (situation, (status, code, message)) in errors {
        let answer = &seen[situation];
        assert_eq!(answer["status"], status, "{situation}: {answer}");
        assert_eq!(answer["body"]["object"], "error", "{situation}: {answer}");
        assert_eq!(answer["body"]["code"], code, "{situation}: {answer}");
        let told = answer["body"]["message"].as_str().unwrap_or_default();
        assert!(told.contains(message), "{situation}: {answer}");
    }
}

/// That the browser did ask first, and that the page sent what Omise.js sends.
fn check_sent(watched: &Between) {
    let requests = watched.requests.lock().expect("nobody panicked");
    let first = requests.first().expect("there is a request");
    assert!(
        first.starts_with("OPTIONS /sources/ HTTP/1.1\r\n"),
        "{first}"
    );
    let asks = "access-control-request-headers: authorization,content-type";
    assert!(first.to_lowercase().contains(asks), "{first}");
    assert!(
        !first.to_lowercase().contains("\r\nauthorization: "),
        "{first}"
    );

    let post = requests
        .iter()
        .find(|request| request.starts_with("POST /sources/ HTTP/1.1\r\n"));
    let post = post.expect("there is a creation");
    // No colon is in it; that of most clients ends otherwise.
    let key = format!(
        "\r\nauthorization: basic {}",
        STANDARD_NO_PAD.encode(PUBLIC_KEY)
    );
    let lower = post.to_lowercase();
    assert!(lower.contains(&key.to_lowercase()), "{post}");
    assert!(
        lower.contains("\r\ncontent-type: application/json\r\n"),
        "{post}"
    );
    assert!(!lower.contains("\r\nomise-version: "), "{post}");
    assert!(lower.contains("\r\norigin: http://127.0.0.1:"), "{post}");
}

/// Opens the page, has it visit the servers, and answers with what it saw of each.
fn visit(apis: &Value) -> anyhow::Result<BTreeMap<String, Value>> {
    let read = |path: &str| std::fs::read_to_string(Path::new(CLIENTS).join(path));
    let page = read("browser/page.html")?;
    let sources: Value = serde_json::from_str(&read("sources.json")?)?;
    let task = json!({"apis": apis, "key": PUBLIC_KEY, "sources": sources}).to_string();
    let (shop, seen) = shop(page, task)?;
    let _chromium = Chromium::open(&format!("{}/", shop.url()))?;
    let seen = seen
        .recv_timeout(SEEN_WITHIN)
        .context("the page said nothing")?;
    serde_json::from_str(&seen).with_context(|| format!("the page said {seen}"))
}

/// The server of the page, and what the page sends to it in the end.
fn shop(page: String, task: String) -> anyhow::Result<(ScriptedServer, Receiver<String>)> {
    let server = ScriptedServer::start()?;
    let (sender, receiver) = mpsc::channel();
    let sender = Mutex::new(sender);
    server.tell(move |request| {
        let request = String::from_utf8_lossy(request);
        let (head, body) = request.split_once("\r\n\r\n").unwrap_or_default();
        let target = head.split(' ').nth(1).unwrap_or_default();
        match target {
            "/" => answer("200 OK", "text/html", &page),
            "/task" => answer("200 OK", "application/json", &task),
            "/seen" => {
                let sender = sender.lock().expect("nobody panicked");
                // Whoever waited may have given up.
                let _ = sender.send(body.to_owned());
                answer("200 OK", "text/plain", "")
            }
            _ => answer("404 Not Found", "text/plain", ""),
        }
    });
    Ok((server, receiver))
}

fn answer(status: &str, kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{body}"
    )
    .into_bytes()
}

/// Something between the browser and the server that keeps what is asked, and some headers of what
/// is answered.
struct Between {
    listener: ScriptedServer,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Between {
    fn start(server: SocketAddr, passes: fn(&str) -> bool) -> anyhow::Result<Between> {
        let listener = ScriptedServer::start()?;
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&requests);
        listener.tell(move |request| {
            let text = String::from_utf8_lossy(request).into_owned();
            let body = if text.starts_with("OPTIONS ") {
                Body::LeftOut
            } else {
                Body::Follows
            };
            kept.lock().expect("nobody panicked").push(text);
            // Without an answer the browser sees a connection that closes.
            pass_on(server, request, body, passes).unwrap_or_default()
        });
        Ok(Between { listener, requests })
    }
}

fn pass_on(
    server: SocketAddr,
    request: &[u8],
    body: Body,
    passes: fn(&str) -> bool,
) -> anyhow::Result<Vec<u8>> {
    let mut connection = Connection::open(server)?;
    connection.send(request)?;
    let answer = connection.receive(body)?;
    let answer = answer.context("the server closed the connection")?;
    let mut head = format!("HTTP/1.1 {} As It Is\r\n", answer.status);
    for (name, value) in &answer.headers {
        if passes(name) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    head.push_str("connection: close\r\n\r\n");
    Ok([head.into_bytes(), answer.body].concat())
}

/// A browser without a window. Dropping it ends it.
struct Chromium {
    child: Child,
    // Its profile, empty at the start.
    _profile: tempfile::TempDir,
}

impl Chromium {
    fn open(url: &str) -> anyhow::Result<Chromium> {
        let profile = tempfile::tempdir()?;
        let child = Command::new("chromium")
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
            ])
            // It is to speak to the page and its servers only.
            .args([
                "--disable-background-networking",
                "--disable-component-update",
            ])
            .args(["--disable-sync", "--disable-quic", "--no-proxy-server"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .env("TMPDIR", profile.path())
            // Kept running until it is ended.
            .arg("--remote-debugging-port=0")
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("running chromium")?;
        Ok(Chromium {
            child,
            _profile: profile,
        })
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}
