//! The default transport: where it connects to, by what, and what it sends there.

#[allow(
    dead_code,
    reason = "it serves every test, and this one uses a part of it"
)]
mod support;

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use http::header::{HeaderName, HeaderValue};
use omise_client::{
    Amount, Client, ClientBuilder, CreateSourceRequest, Error, HttpTransport, SecretKey, SourceType,
};
use support::{SOURCE, Scripted, Server, secret, wire};

fn request() -> CreateSourceRequest {
    let amount = Amount::new(10_000).unwrap();
    CreateSourceRequest::new(amount, "THB".parse().unwrap(), SourceType::Promptpay)
}

fn client(base_url: &str) -> ClientBuilder {
    Client::builder()
        .base_url(base_url)
        .secret_key(secret())
        .max_attempts(1)
}

fn source() -> Server {
    Server::writing(wire("200 OK", SOURCE))
}

fn port(server: &Server) -> u16 {
    server.address.port()
}

// Certificates are read by a process once, so this one is run in a process of its own.
#[test]
fn http_needs_no_certificates_of_the_system() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "in_a_process_without_certificates"])
        .env("SSL_CERT_FILE", "/nonexistent")
        .env("SSL_CERT_DIR", "/nonexistent")
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{shown}");
    assert!(shown.contains("1 passed"), "{shown}");
}

/// `http_needs_no_certificates_of_the_system` runs it in a process of its own.
#[test]
fn in_a_process_without_certificates() {
    if std::env::var_os("SSL_CERT_FILE").is_none_or(|file| file != "/nonexistent") {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let server = source();
        let client = client(&server.url()).build().unwrap();
        client.create_source(request()).await.unwrap();
        check_https_says_what_is_missing();
        check_own_certificates_are_enough().await;
    });
}

#[cfg(not(all(feature = "rustls", not(feature = "native-tls"), target_os = "linux")))]
fn check_https_says_what_is_missing() {}

// Other systems and libraries have their certificates elsewhere.
#[cfg(all(feature = "rustls", not(feature = "native-tls"), target_os = "linux"))]
fn check_https_says_what_is_missing() {
    let error = client("https://localhost:1").build().unwrap_err();
    assert!(error.is_configuration());
    let text = error.to_string();
    let (_, cause) = text.split_once("TLS cannot be set up: ").expect(&text);
    assert!(
        cause.contains("/nonexistent") || cause.contains("certificate"),
        "{text}"
    );
}

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
async fn check_own_certificates_are_enough() {}

/// The handshake begins, so TLS could be set up.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
async fn check_own_certificates_are_enough() {
    let transport = HttpTransport::builder()
        .without_system_certificates()
        .add_root_certificates(include_bytes!("authority.pem"))
        .build()
        .unwrap();
    let hello = client_hello(|base_url| client(base_url).transport(transport)).await;
    assert_eq!(hello.first(), Some(&0x16), "a record of a TLS handshake");
}

/// What a client sends first to a base URL with https.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
async fn client_hello(make: impl FnOnce(&str) -> ClientBuilder) -> Vec<u8> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("https://{}", listener.local_addr().unwrap());
    let (sender, hello) = mpsc::channel();
    thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let mut head = [0; 5];
        socket.read_exact(&mut head).unwrap();
        let mut record = vec![0; u16::from_be_bytes([head[3], head[4]]).into()];
        socket.read_exact(&mut record).unwrap();
        sender.send([&head[..], &record].concat()).unwrap();
    });
    let client = make(&base_url).build().unwrap();
    let error = client.create_source(request()).await.unwrap_err();
    assert!(error.is_connect(), "{error}");
    hello.recv().unwrap()
}

// reqwest is built for these tests with its feature http2.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[tokio::test]
async fn http_1_1_alone_is_offered_whatever_other_crates_turn_on() {
    let hello = client_hello(client).await;
    let offers = |protocols: &[u8]| {
        hello
            .windows(protocols.len())
            .any(|window| window == protocols)
    };
    assert!(!offers(b"\x02h2\x08http/1.1"));
    assert!(!offers(b"\x08http/1.1\x02h2"));
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[tokio::test]
async fn a_failure_of_tls_says_its_cause() {
    let server = Server::writing("HTTP/1.1 400 Bad Request\r\n\r\n");
    let base_url = format!("https://{}", server.address);
    let client = client(&base_url).build().unwrap();
    let error = client.create_source(request()).await.unwrap_err();
    let text = error.to_string();
    let (_, cause) = text.split_once("could not connect: ").expect(&text);
    assert!(!cause.is_empty());
    assert!(!text.contains("/sources"), "{text}");
}

#[test]
fn certificates_that_cannot_be_read_are_refused() {
    for pem in ["", "canary", "-----BEGIN CERTIFICATE-----\ncanary\n"] {
        let transport = HttpTransport::builder().add_root_certificates(pem);
        assert!(!format!("{transport:?}").contains("canary"));
        transport.build().unwrap_err();
    }
}

#[tokio::test]
async fn every_name_below_localhost_is_this_machine() {
    let server = source();
    for host in ["localhost", "shop.localhost", "a.b.localhost"] {
        let base_url = format!("http://{host}:{}", port(&server));
        let client = client(&base_url).build().unwrap();
        client.create_source(request()).await.unwrap();
    }
    client("http://localhost.example").build().unwrap_err();
    client("http://notlocalhost").build().unwrap_err();
}

#[tokio::test]
async fn http_to_another_host_takes_an_explicit_word_and_test_keys() {
    let server = source();
    // It is this machine, and not loopback by its name.
    let base_url = format!("http://0.0.0.0:{}", port(&server));
    let refused = client(&base_url).build().unwrap_err();
    assert!(refused.to_string().contains("allow_http_with_test_keys"));

    let allowed = client(&base_url).allow_http_with_test_keys();
    let client = allowed.build().unwrap();
    client.create_source(request()).await.unwrap();

    let live = SecretKey::new("skey_canary").unwrap();
    let refused = Client::builder()
        .base_url(&base_url)
        .secret_key(live)
        .allow_http_with_test_keys()
        .build();
    assert!(refused.unwrap_err().is_configuration());
}

#[tokio::test]
async fn a_proxy_gets_what_is_not_for_this_machine() {
    let (proxy, server) = (source(), source());
    let transport = HttpTransport::builder()
        .proxy(format!("http://me:canary@{}", proxy.address))
        .build()
        .unwrap();
    for (base_url, proxied, direct) in [
        ("http://omise.test".to_owned(), 1, 0),
        (server.url(), 1, 1),
        (format!("http://shop.localhost:{}", port(&server)), 1, 2),
    ] {
        let client = client(&base_url).allow_http_with_test_keys();
        let client = client.transport(transport.clone()).build().unwrap();
        client.create_source(request()).await.unwrap();
        assert_eq!((proxy.requests(), server.requests()), (proxied, direct));
    }
    let wrong = HttpTransport::builder().proxy("http://me:canary@:x");
    assert!(!format!("{wrong:?}").contains("canary"));
    let error = wrong.build().unwrap_err();
    assert!(!format!("{error} {error:?}").contains("canary"));
}

#[tokio::test]
async fn headers_and_the_name_of_a_program_are_sent_along() {
    let service = Scripted::answering(200, SOURCE);
    let mut token = HeaderValue::from_static("canary-token");
    token.set_sensitive(true);
    let client = Client::builder()
        .secret_key(secret())
        .transport(service.clone())
        .user_agent_suffix("my-shop/1.4")
        .header(HeaderName::from_static("x-gateway-token"), token);
    assert!(!format!("{client:?}").contains("canary"));
    client
        .build()
        .unwrap()
        .create_source(request())
        .await
        .unwrap();
    let sent = service.only_request();
    assert_eq!(sent.headers()["x-gateway-token"], "canary-token");
    let user_agent = sent.headers()["user-agent"].to_str().unwrap();
    assert!(user_agent.starts_with("omise-client-rust/"));
    assert!(user_agent.ends_with(" my-shop/1.4"));
}

#[tokio::test]
async fn a_sensitive_header_that_is_quoted_is_not_shown() {
    let body =
        r#"{"object":"error","location":"","code":"bad_request","message":"no canary-token"}"#;
    let mut token = HeaderValue::from_static("canary-token");
    token.set_sensitive(true);
    let client = Client::builder()
        .secret_key(secret())
        .transport(Scripted::answering(400, body))
        .header(HeaderName::from_static("x-gateway-token"), token)
        .build()
        .unwrap();
    let error = client.create_source(request()).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
}

#[test]
fn what_the_client_sets_itself_is_not_for_others_to_set() {
    for name in [
        "authorization",
        "user-agent",
        "omise-version",
        "idempotency-key",
        "host",
    ] {
        let client = client("https://api.omise.co")
            .transport(Scripted::answering(200, SOURCE))
            .header(HeaderName::from_static(name), HeaderValue::from_static("x"));
        let error: Error = client.build().unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
    }
    let suffix = client("https://api.omise.co")
        .transport(Scripted::answering(200, SOURCE))
        .user_agent_suffix("two\nlines");
    assert!(suffix.build().unwrap_err().is_configuration());
}

#[tokio::test]
async fn a_connection_is_kept_for_the_idle_time_of_the_pool() {
    for (pool_idle_timeout, connections) in [
        (Duration::from_millis(50), 2),
        (HttpTransport::POOL_IDLE_TIMEOUT, 1),
    ] {
        let transport = HttpTransport::builder().pool_idle_timeout(pool_idle_timeout);
        let server = source();
        let client = client(&server.url()).transport(transport.build().unwrap());
        let client = client.build().unwrap();
        client.create_source(request()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        client.create_source(request()).await.unwrap();
        assert_eq!(server.accepted(), connections, "{pool_idle_timeout:?}");
    }
}

/// A server that closes each connection behind its first answer without having said so, and tells
/// when it is closed.
fn closing() -> (String, mpsc::Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, closed) = mpsc::channel();
    thread::spawn(move || {
        for socket in listener.incoming() {
            let mut socket = socket.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"}") {
                let mut part = [0; 4096];
                match socket.read(&mut part).unwrap() {
                    0 => break,
                    length => request.extend_from_slice(&part[..length]),
                }
            }
            socket.write_all(wire("200 OK", SOURCE).as_bytes()).unwrap();
            drop(socket);
            if sender.send(()).is_err() {
                return;
            }
        }
    });
    (base_url, closed)
}

// The runtime of a program that is busy with something else has not looked at its sockets when the
// next call is made.
#[tokio::test]
async fn a_kept_connection_that_was_closed_meanwhile_loses_no_creation() {
    let (base_url, closed) = closing();
    let client = client(&base_url).build().unwrap();
    for number in 0..300 {
        let created = client.create_source(request()).await;
        created.unwrap_or_else(|error| panic!("creation {number}: {error}"));
        closed.recv_timeout(Duration::from_secs(60)).unwrap();
    }
}
