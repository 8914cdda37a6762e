//! The client as a user sees it: what it sends, what it makes of answers, what it never shows.

mod support;

use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use omise_client::omise_types::{BillingRequest, SPEC_SHA256, SPEC_VERSION};
use omise_client::{
    Amount, Client, CreateSourceRequest, Error, ErrorCode, ErrorKind, HttpTransport, Operation,
    PublicKey, SecretKey, Source, SourceId, SourceType, Transport, TransportError,
};
use support::{ID, PUBLIC, SECRET, SOURCE, Scripted, Server, Then, public, secret, wire};

/// A predicate of [`Error`].
type Predicate = fn(&Error) -> bool;

fn id() -> SourceId {
    ID.parse().unwrap()
}

fn request() -> CreateSourceRequest {
    CreateSourceRequest::new(
        Amount::new(10_000).unwrap(),
        "THB".parse().unwrap(),
        SourceType::Promptpay,
    )
}

// What is sent.

#[tokio::test]
async fn a_creation_is_a_json_post_with_these_headers_and_no_other() {
    let service = Scripted::answering(200, SOURCE);
    service.client().create_source(request()).await.unwrap();

    let sent = service.only_request();
    assert_eq!(sent.method(), "POST");
    assert_eq!(sent.uri(), "https://api.omise.co/sources");
    assert_eq!(
        sent.body(),
        r#"{"amount":10000,"currency":"THB","type":"promptpay"}"#
    );
    let mut headers: Vec<String> = sent
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        headers,
        [
            "accept: application/json",
            // base64 of "pkey_test_canary1public:"
            "authorization: Basic cGtleV90ZXN0X2NhbmFyeTFwdWJsaWM6",
            "content-type: application/json",
            "omise-version: 2019-05-29",
            &format!(
                "user-agent: omise-client-rust/{version} (spec {SPEC_VERSION} sha256:{SPEC_SHA256})"
            ),
        ]
    );
    assert!(sent.headers()["authorization"].is_sensitive());
}

#[tokio::test]
async fn a_retrieval_is_a_get_without_a_body() {
    let service = Scripted::answering(200, SOURCE);
    service.client().retrieve_source(&id()).await.unwrap();

    let sent = service.only_request();
    assert_eq!(sent.method(), "GET");
    assert_eq!(sent.uri(), &*format!("https://api.omise.co/sources/{ID}"));
    assert!(sent.body().is_empty());
    assert!(!sent.headers().contains_key("content-type"));
    assert!(!sent.headers().contains_key("api-version"));
    assert_eq!(sent.headers()["omise-version"], "2019-05-29");
}

#[tokio::test]
async fn creating_prefers_the_public_key_and_retrieving_the_secret_key() {
    const AS_PUBLIC: &str = "Basic cGtleV90ZXN0X2NhbmFyeTFwdWJsaWM6";
    const AS_SECRET: &str = "Basic c2tleV90ZXN0X2NhbmFyeTJzZWNyZXQ6";

    let both = Client::builder().public_key(public()).secret_key(secret());
    check_keys(both, AS_PUBLIC, AS_SECRET).await;
    check_keys(Client::builder().public_key(public()), AS_PUBLIC, AS_PUBLIC).await;
    check_keys(Client::builder().secret_key(secret()), AS_SECRET, AS_SECRET).await;
}

async fn check_keys(builder: omise_client::ClientBuilder, creating: &str, retrieving: &str) {
    let service = Scripted::answering(200, SOURCE);
    let client = builder.transport(service.clone()).build().unwrap();
    client.create_source(request()).await.unwrap();
    client.retrieve_source(&id()).await.unwrap();

    let sent = service.requests.lock().unwrap();
    assert_eq!(sent[0].headers()["authorization"], creating);
    assert_eq!(sent[1].headers()["authorization"], retrieving);
}

// A process may not change its environment while it has threads, so each case has a process.
#[test]
fn keys_are_taken_from_the_environment() {
    let check = |public: Option<&str>, secret: Option<&str>, expected: &str| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "in_a_process_with_keys", "--nocapture"])
            .env(OF_A_TEST, "");
        for (name, key) in [("OMISE_PUBLIC_KEY", public), ("OMISE_SECRET_KEY", secret)] {
            command.env_remove(name).envs(key.map(|key| (name, key)));
        }
        let output = command.output().unwrap();
        let shown = String::from_utf8_lossy(&output.stdout);
        assert!(shown.contains(expected), "{public:?} {secret:?}: {shown}");
        assert!(!shown.contains("sesame"), "{shown}");
    };
    let (public, secret) = (Some("pkey_test_a"), Some("skey_test_b"));
    check(public, secret, "keys: pkey_test_a skey_test_b\n");
    // One that the environment does not have is the one that was set.
    check(public, None, &format!("keys: pkey_test_a {SECRET}\n"));
    check(Some(" "), secret, &format!("keys: {PUBLIC} skey_test_b\n"));
    check(
        Some("pkey_test_a\n"),
        Some(""),
        &format!("keys: pkey_test_a {SECRET}\n"),
    );
    check(
        Some("sesame"),
        secret,
        "refused: a key of this kind is pkey_test_",
    );
    check(
        public,
        Some("pkey_test_a"),
        "refused: a key of this kind is skey_test_",
    );
}

/// The key with which a request was sent.
fn key_of(request: &http::Request<Bytes>) -> String {
    let basic = request.headers()["authorization"].to_str().unwrap();
    let key = STANDARD
        .decode(basic.strip_prefix("Basic ").unwrap())
        .unwrap();
    let key = String::from_utf8(key).unwrap();
    key.trim_end_matches(':').to_owned()
}

/// Says that a process belongs to a test.
const OF_A_TEST: &str = "OMISE_CLIENT_TEST";

/// `keys_are_taken_from_the_environment` runs it in a process of its own.
#[tokio::test]
#[expect(clippy::print_stdout, reason = "the other process reads it")]
async fn in_a_process_with_keys() {
    if std::env::var_os(OF_A_TEST).is_none() {
        return;
    }
    let builder = Client::builder().public_key(public()).secret_key(secret());
    let builder = match builder.keys_from_env() {
        Ok(builder) => builder,
        Err(error) => return println!("refused: {error}"),
    };
    let service = Scripted::answering(200, SOURCE);
    let client = builder.transport(service.clone()).build().unwrap();
    client.create_source(request()).await.unwrap();
    client.retrieve_source(&id()).await.unwrap();
    let requests = service.requests.lock().unwrap();
    let keys: Vec<String> = requests.iter().map(key_of).collect();
    println!("keys: {}", keys.join(" "));
}

#[tokio::test]
async fn the_path_of_the_base_url_is_kept_with_or_without_a_slash() {
    for (base_url, sent_to) in [
        ("https://api.omise.co", "https://api.omise.co/sources"),
        ("https://api.omise.co/", "https://api.omise.co/sources"),
        ("HTTPS://Api.Omise.Co:443//", "https://api.omise.co/sources"),
        (
            "https://pay.example/omise",
            "https://pay.example/omise/sources",
        ),
        (
            "https://pay.example/a/b/",
            "https://pay.example/a/b/sources",
        ),
        ("http://127.0.0.1:4010", "http://127.0.0.1:4010/sources"),
        ("http://127.9.9.9", "http://127.9.9.9/sources"),
        ("http://localhost:4010/", "http://localhost:4010/sources"),
        ("http://[::1]:4010", "http://[::1]:4010/sources"),
    ] {
        let service = Scripted::answering(200, SOURCE);
        let client = Client::builder()
            .base_url(base_url)
            .public_key(public())
            .transport(service.clone())
            .build()
            .unwrap();
        client.create_source(request()).await.unwrap();
        assert_eq!(service.only_request().uri(), sent_to);
    }
}

// What is refused before anything is sent.

#[test]
fn a_base_url_that_would_not_do_is_refused_by_what_is_wrong_with_it() {
    for (base_url, wrong) in [
        ("", "is not a URL"),
        ("api.omise.co", "is not a URL"),
        ("https://", "is not a URL"),
        ("ftp://api.omise.co", "is neither https nor http"),
        ("file:///etc/passwd", "is neither https nor http"),
        ("http://api.omise.co", "use https for api.omise.co"),
        (
            "http://localhost.example",
            "use https for localhost.example",
        ),
        (
            "http://127.0.0.1.example",
            "use https for 127.0.0.1.example",
        ),
        ("http://128.0.0.1", "use https for 128.0.0.1"),
        ("http://0.0.0.0:4010", "use https for 0.0.0.0"),
        (
            "http://localhost@api.omise.co",
            "use https for api.omise.co",
        ),
        ("https://me:canary@api.omise.co", "has a user or a password"),
        ("https://api.omise.co?a=canary", "has a query"),
        ("https://api.omise.co/#canary", "has a fragment"),
    ] {
        let builder = Client::builder().base_url(base_url).secret_key(secret());
        assert!(!format!("{builder:?}").contains("canary"));
        let error = builder.build().unwrap_err();
        check_kind(&error, Error::is_configuration);
        let text = error.to_string();
        assert!(
            text.contains("the base URL ") && text.contains(wrong),
            "{text}"
        );
        assert!(!format!("{text} {error:?}").contains("canary"), "{error:?}");
    }
}

#[test]
fn keys_that_would_not_do_are_refused() {
    let live_public = || PublicKey::new("pkey_canary5").unwrap();
    let live_secret = || SecretKey::new("skey_canary5").unwrap();
    for (builder, problem) in [
        (Client::builder(), "set public_key or secret_key"),
        (
            Client::builder()
                .public_key(live_public())
                .secret_key(secret()),
            "the public key is a live key and the secret key a test key",
        ),
        (
            Client::builder()
                .public_key(public())
                .secret_key(live_secret()),
            "the public key is a test key and the secret key a live key",
        ),
    ] {
        let error = builder.build().unwrap_err();
        check_kind(&error, Error::is_configuration);
        assert_eq!(
            error.to_string(),
            format!("the client cannot be made: {problem}")
        );
        assert_eq!(error.operation(), None);
    }
    let live = Client::builder()
        .public_key(live_public())
        .secret_key(live_secret());
    live.transport(Scripted::answering(200, SOURCE))
        .build()
        .unwrap();
}

#[test]
fn the_default_transport_does_https_only_with_a_tls_feature() {
    let has_tls = cfg!(any(feature = "rustls", feature = "native-tls"));
    let client = Client::builder().secret_key(secret()).build();
    assert_eq!(client.is_ok(), has_tls);
}

// What is read.

#[tokio::test]
async fn an_answer_has_the_value_and_every_byte() {
    let service = Scripted::answering(200, SOURCE);
    let answer = service.client().create_source(request()).await.unwrap();
    assert_eq!(answer.id, id());
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.request_id(), Some("req-1"));
    assert_eq!(answer.raw(), SOURCE);
    assert_eq!(answer.into_inner().type_, SourceType::Promptpay);
}

#[tokio::test]
async fn what_is_newer_than_this_version_is_read_and_kept() {
    let newer = r#"{"object":"source","id":"src_test_5g5in1we65199wlsyji","livemode":false,"location":"/sources/src_test_5g5in1we65199wlsyji","amount":10000,"currency":"VND","created_at":"2019-12-31T12:59:59Z","flow":"telepathy","type":"pay_by_thought","charge_status":"dreaming","platform_type":null,"mood":{"good":true}}"#;
    let service = Scripted::answering(200, newer);
    let answer = service.client().retrieve_source(&id()).await.unwrap();
    assert_eq!(answer.type_.as_str(), "pay_by_thought");
    assert_eq!(answer.flow.as_str(), "telepathy");
    assert_eq!(answer.charge_status.as_ref().unwrap().as_str(), "dreaming");
    assert_eq!(answer.email, None);
    assert_eq!(answer.raw(), newer);
}

#[tokio::test]
async fn a_refusal_has_code_message_and_request_id() {
    let body = r#"{"object":"error","location":"https://www.omise.co/api-errors#bad-request","code":"bad_request","message":"amount must be at least 2000"}"#;
    let service = Scripted::answering(400, body);
    let error = service.client().create_source(request()).await.unwrap_err();
    check_kind(&error, Error::is_rejected);
    assert_eq!(error.operation(), Some(Operation::CreateSource));
    assert_eq!(error.status(), Some(400));
    assert_eq!(error.code(), Some(&ErrorCode::BadRequest));
    assert_eq!(error.message(), Some("amount must be at least 2000"));
    assert_eq!(error.request_id(), Some("req-1"));
    assert_eq!(error.raw_body(), Some(body.as_bytes()));
    assert!(error.source().is_none());
    assert_eq!(
        error.to_string(),
        "createSource: the request was refused, status 400, bad_request: \
         amount must be at least 2000 (request req-1)"
    );
}

#[tokio::test]
async fn a_code_that_is_not_known_is_kept() {
    let body = r#"{"object":"error","location":"","code":"moon_in_the_way","message":"wait"}"#;
    let service = Scripted::answering(422, body);
    let error = service.client().create_source(request()).await.unwrap_err();
    check_kind(&error, Error::is_rejected);
    assert_eq!(error.code().unwrap().as_str(), "moon_in_the_way");
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_says_where_and_not_what() {
    for (body, place) in [
        ("", "the body ends too early"),
        ("<html>", "the body is not JSON at line 1 column 1"),
        (&SOURCE[..60], "the body ends too early"),
        (
            r#"{"amount":"canary"}"#,
            "the attribute `amount` has an unexpected type or value",
        ),
        (r#"{"object":"source"}"#, "the attribute `id` is missing"),
    ] {
        let service = Scripted::answering(200, body);
        let error = service.client().retrieve_source(&id()).await.unwrap_err();
        check_kind(&error, Error::is_unreadable);
        assert_eq!(
            error.to_string(),
            "retrieveSource: the answer cannot be read, status 200 (request req-1)"
        );
        assert_eq!(error.source().unwrap().to_string(), place);
        assert_eq!(error.raw_body(), Some(body.as_bytes()));
    }
}

/// Bodies that a service, a gateway, a captive portal or an accident may send, none of them a
/// source.
const BODIES: &[&str] = &[
    "",
    " ",
    "\0",
    "null",
    "true",
    "0",
    "1e999",
    "\"bad_request\"",
    "[]",
    "{}",
    "{",
    "{\"object\":",
    "{\"code\":null,\"message\":null}",
    "{\"code\":400,\"message\":[\"x\"]}",
    "{\"code\":\"bad_request\"}",
    "{\"message\":\"Forbidden\"}",
    "{\"object\":\"error\",\"code\":{},\"message\":{}}",
    "{\"object\":\"error\",\"location\":\"\",\"code\":\"not_found\",\"message\":\"gone\"}",
    "{\"object\":\"error\",\"location\":\"\",\"code\":\"not_found\",\"message\":\"go",
    "{\"object\":\"error\",\"location\":\"\",\"code\":\"not_found\",\"message\":\"gone\"}{}",
    "{\"errors\":[{\"status\":\"500\"}]}",
    "<!DOCTYPE html><title>502 Bad Gateway</title>",
    "upstream connect error or disconnect/reset before headers",
    "\u{feff}{\"object\":\"error\",\"code\":\"bad_request\",\"message\":\"x\"}",
    "\u{1f}\u{8b}\u{8}",
    "{\"object\":\"source\",\"id\":\"charge\",\"amount\":\"many\"}",
];

const STATUSES: &[u16] = &[
    100, 103, 199, 200, 201, 202, 204, 206, 299, 300, 301, 302, 303, 304, 307, 308, 399, 400, 401,
    402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 413, 415, 418, 422, 423, 425, 426, 428, 429,
    431, 451, 499, 500, 501, 502, 503, 504, 507, 511, 520, 530, 599, 600, 999,
];

#[tokio::test]
async fn the_status_is_kept_whatever_the_body_is() {
    let deep = "[".repeat(100_000);
    let large = format!("{{\"message\":\"{}\"}}", "x".repeat(2_000_000));
    let bodies = BODIES.iter().copied().chain([&*deep, &*large]);
    for body in bodies {
        let body = Bytes::copy_from_slice(body.as_bytes());
        for &status in STATUSES {
            let client = Scripted::answering(status, body.clone()).client();
            let created = client.create_source(request()).await.unwrap_err();
            let retrieved = client.retrieve_source(&id()).await.unwrap_err();
            for error in [created, retrieved] {
                assert_eq!(error.status(), Some(status));
                assert_eq!(error.request_id(), Some("req-1"));
                assert_eq!(error.raw_body(), Some(&*body));
                check_kind(&error, kind_of(status));
                let line = error.to_string();
                assert!(line.contains(&format!("status {status}")), "{line}");
                assert!(!line.contains('\n') && line.len() < 700, "{line}");
            }
        }
    }
}

fn kind_of(status: u16) -> Predicate {
    match status {
        ..400 => Error::is_unreadable,
        401 | 403 => Error::is_authentication,
        404 => Error::is_not_found,
        408 => Error::is_timeout,
        429 => Error::is_rate_limited,
        400..500 => Error::is_rejected,
        500.. => Error::is_server_error,
    }
}

#[tokio::test]
async fn a_source_under_any_success_is_one() {
    for status in [200, 201, 202, 203, 299] {
        let client = Scripted::answering(status, SOURCE).client();
        let created = client.create_source(request()).await.unwrap();
        assert_eq!((created.status(), &created.id), (status, &id()));
        assert_eq!(client.retrieve_source(&id()).await.unwrap().id, id());
    }
}

/// The predicate holds, and no other does.
fn check_kind(error: &Error, kind: Predicate) {
    let predicates = [
        Error::is_rejected,
        Error::is_authentication,
        Error::is_not_found,
        Error::is_rate_limited,
        Error::is_timeout,
        Error::is_connect,
        Error::is_interrupted,
        Error::is_server_error,
        Error::is_unreadable,
        Error::is_configuration,
    ];
    assert!(kind(error), "{error:?}");
    let kinds = [
        ErrorKind::Rejected,
        ErrorKind::Authentication,
        ErrorKind::NotFound,
        ErrorKind::RateLimited,
        ErrorKind::Timeout,
        ErrorKind::Connect,
        ErrorKind::Interrupted,
        ErrorKind::ServerError,
        ErrorKind::Unreadable,
        ErrorKind::Configuration,
    ];
    for (predicate, kind) in predicates.iter().zip(kinds) {
        assert_eq!(predicate(error), error.kind() == kind, "{error:?}");
    }
    let holding = predicates.iter().filter(|predicate| predicate(error));
    assert_eq!(holding.count(), 1, "{error:?}");
}

// Failures of a transport.

#[tokio::test]
async fn a_failure_of_the_transport_keeps_its_kind_and_its_cause() {
    type Make = fn() -> TransportError;
    let cases: [(Make, Predicate, &str, &str); 4] = [
        (
            || TransportError::connect("refused"),
            Error::is_connect,
            "createSource: could not connect: refused",
            "no connection",
        ),
        (
            || TransportError::timeout("slow"),
            Error::is_timeout,
            "createSource: timed out",
            "no answer in time",
        ),
        (
            || TransportError::other("reset"),
            Error::is_interrupted,
            "createSource: the connection was interrupted",
            "no whole answer",
        ),
        (
            || TransportError::too_large(9),
            Error::is_unreadable,
            "createSource: the answer cannot be read",
            "the answer is larger than 9 bytes",
        ),
    ];
    for (make, kind, line, cause) in cases {
        let client = Scripted::new(move || Err(make())).client();
        let error = client.create_source(request()).await.unwrap_err();
        check_kind(&error, kind);
        assert_eq!(error.status(), None);
        assert_eq!(error.raw_body(), None);
        assert_eq!(error.to_string(), line);
        assert_eq!(error.source().unwrap().to_string(), cause);
    }
}

#[tokio::test]
async fn a_status_of_400_or_above_decides_even_if_the_body_did_not_arrive() {
    for &status in STATUSES {
        let client = Scripted::new(move || {
            let status = http::StatusCode::from_u16(status).unwrap();
            Err(TransportError::timeout("slow").after_head(status, &http::HeaderMap::new()))
        });
        let error = client.client().retrieve_source(&id()).await.unwrap_err();
        assert_eq!(error.status(), Some(status));
        let kind = if status < 400 {
            Error::is_timeout
        } else {
            kind_of(status)
        };
        check_kind(&error, kind);
    }
}

#[tokio::test]
async fn a_shared_transport_is_a_transport() {
    let shared: Arc<dyn Transport> = Arc::new(Scripted::answering(200, SOURCE));
    for _ in 0..2 {
        let builder = Client::builder()
            .secret_key(secret())
            .transport(shared.clone());
        builder
            .build()
            .unwrap()
            .retrieve_source(&id())
            .await
            .unwrap();
    }
}

// The default transport.

#[tokio::test]
async fn a_thousand_calls_use_one_connection() {
    check_uses_one_connection().await;
}

/// There the caller and the connection run side by side.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_calls_use_one_connection_on_several_threads() {
    check_uses_one_connection().await;
}

/// Whatever the answers are, and whether or not a call sends its request again.
async fn check_uses_one_connection() {
    let server = Server::start(|number, socket| {
        let answer = match number {
            _ if number.is_multiple_of(125) => wire("503 Later", "<p>"),
            _ if number.is_multiple_of(3) => wire("400 No", r#"{"code":"bad_request"}"#),
            _ if number.is_multiple_of(5) => wire("404 No", ""),
            _ => wire("200 OK", SOURCE),
        };
        socket.write_all(answer.as_bytes()).unwrap();
        Then::Keep
    });
    let client = Client::builder()
        .base_url(server.url())
        .secret_key(secret())
        .build()
        .unwrap();
    let mut sent = 0;
    let mut statuses = BTreeSet::new();
    for call in 0..1_000 {
        let result = if call % 2 == 0 {
            client.create_source(request()).await
        } else {
            client.clone().retrieve_source(&id()).await
        };
        sent += match &result {
            Ok(source) => source.attempts(),
            Err(error) => error.attempts(),
        };
        statuses.insert(match &result {
            Ok(source) => Some(source.status()),
            Err(error) => error.status(),
        });
    }
    assert_eq!(statuses, [200, 400, 404, 503].map(Some).into());
    assert!(sent > 1_000, "nothing was sent again");
    assert_eq!((server.accepted(), server.requests()), (1, sent as usize));
}

#[tokio::test]
async fn a_call_that_is_dropped_closes_its_connection() {
    let (arrives, mut arrived) = tokio::sync::mpsc::unbounded_channel();
    let (saw_end, mut ended) = tokio::sync::mpsc::unbounded_channel();
    let server = Server::start(move |_, socket| {
        arrives.send(()).unwrap();
        saw_end.send(socket.read(&mut [0])).unwrap();
        Then::Close
    });
    tokio::select! {
        outcome = server.client().create_source(request()).send() => {
            panic!("nothing answers, but {outcome:?}")
        }
        arrival = arrived.recv() => arrival.unwrap(),
    }
    assert_eq!(ended.recv().await.unwrap().unwrap(), 0);
}

#[tokio::test]
async fn a_redirect_is_never_followed() {
    for status in ["301 A", "302 B", "303 C", "307 D", "308 E"] {
        let head =
            format!("HTTP/1.1 {status}\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n");
        let server = Server::writing(head);
        let created = server.client().create_source(request()).await.unwrap_err();
        check_kind(&created, Error::is_unreadable);
        let retrieved = server.client().retrieve_source(&id()).await.unwrap_err();
        assert_eq!(retrieved.status().unwrap().to_string(), status[..3]);
        assert_eq!(server.requests(), 2);
    }
}

#[tokio::test]
async fn an_answer_is_read_up_to_one_mebibyte() {
    let max = HttpTransport::ANSWER_MAX_BYTES;
    let announced = |length: usize| wire("200 OK", &" ".repeat(length));
    let chunked = |length: usize| {
        let chunk = format!("{length:x}\r\n{}\r\n0\r\n\r\n", " ".repeat(length));
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunk}")
    };
    for fits in [announced(max), chunked(max)] {
        let server = Server::writing(fits);
        let error = server.client().retrieve_source(&id()).await.unwrap_err();
        check_kind(&error, Error::is_unreadable);
        assert_eq!(error.raw_body().unwrap().len(), max);
    }
    for too_large in [announced(max + 1), chunked(max + 1), chunked(20 * max)] {
        let server = Server::writing(too_large);
        let error = server.client().retrieve_source(&id()).await.unwrap_err();
        check_kind(&error, Error::is_unreadable);
        assert_eq!(error.status(), Some(200));
        assert_eq!(error.raw_body(), None);
        let cause = error.source().unwrap().downcast_ref::<TransportError>();
        assert!(cause.unwrap().is_too_large());
    }
}

#[tokio::test]
async fn an_answer_that_announces_too_much_is_not_waited_for() {
    let head = "HTTP/1.1 503 No\r\ncontent-length: 18446744073709551613\r\n\r\n";
    let server = Server::writing(head);
    let error = server.client().retrieve_source(&id()).await.unwrap_err();
    check_kind(&error, Error::is_server_error);
    assert_eq!(error.status(), Some(503));
    let cause = error.source().unwrap().downcast_ref::<TransportError>();
    assert!(cause.unwrap().is_too_large());
}

#[tokio::test]
async fn no_answer_in_time_is_a_timeout() {
    let silent = Server::start(|_, _| Then::Keep);
    let error = impatient(&silent)
        .create_source(request())
        .await
        .unwrap_err();
    check_kind(&error, Error::is_timeout);
    assert_eq!(error.status(), None);
}

#[tokio::test]
async fn half_an_answer_in_time_is_a_timeout_with_a_status() {
    let stalling =
        Server::writing("HTTP/1.1 200 OK\r\nx-request-id: req-1\r\ncontent-length: 9\r\n\r\n{");
    let error = impatient(&stalling)
        .create_source(request())
        .await
        .unwrap_err();
    check_kind(&error, Error::is_timeout);
    assert_eq!(error.status(), Some(200));
    assert_eq!(error.request_id(), Some("req-1"));
}

fn impatient(server: &Server) -> Client {
    Client::builder()
        .base_url(server.url())
        .secret_key(secret())
        // Long enough for half an answer to come on a busy machine.
        .timeout(Duration::from_secs(3))
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_port_that_does_not_listen_is_no_connection() {
    // It is bound so that nobody else listens there.
    let bound = tokio::net::TcpSocket::new_v4().unwrap();
    bound.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = bound.local_addr().unwrap();
    let client = Client::builder()
        .base_url(format!("http://{address}"))
        .secret_key(secret());
    let error = client
        .build()
        .unwrap()
        .create_source(request())
        .await
        .unwrap_err();
    check_kind(&error, Error::is_connect);
    let cause = error.source().unwrap().downcast_ref::<TransportError>();
    assert!(cause.unwrap().is_connect());
    assert!(!chain(&error).contains("/sources"), "{}", chain(&error));
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[tokio::test]
async fn a_tls_handshake_that_fails_is_no_connection() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut socket, _) = server.accept().unwrap();
        let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    let client = Client::builder()
        .base_url(format!("https://{address}"))
        .secret_key(secret());
    let error = client
        .build()
        .unwrap()
        .create_source(request())
        .await
        .unwrap_err();
    check_kind(&error, Error::is_connect);
}

#[tokio::test]
async fn a_request_whose_connection_breaks_is_not_sent_again() {
    let server = Server::start(|number, socket| {
        if number == 1 {
            socket.write_all(wire("200 OK", SOURCE).as_bytes()).unwrap();
            Then::Keep
        } else {
            Then::Close
        }
    });
    let client = server.client();
    client.create_source(request()).await.unwrap();
    let error = client.create_source(request()).await.unwrap_err();
    check_kind(&error, Error::is_interrupted);
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn an_answer_that_is_cut_keeps_its_status() {
    for (status, kind) in [
        ("200 OK", Error::is_interrupted as Predicate),
        ("400 Bad Request", Error::is_rejected),
        ("500 Sorry", Error::is_server_error),
    ] {
        let cut = format!("HTTP/1.1 {status}\r\ncontent-length: 99\r\n\r\n{{");
        let server = Server::start(move |_, socket| {
            socket.write_all(cut.as_bytes()).unwrap();
            Then::Close
        });
        let error = server.client().create_source(request()).await.unwrap_err();
        check_kind(&error, kind);
        assert_eq!(error.status().unwrap().to_string(), status[..3]);
    }
}

#[tokio::test]
async fn a_compressed_answer_comes_as_it_is() {
    let answer =
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\n\u{1f}\u{8}x";
    let server = Server::writing(answer);
    let error = server.client().retrieve_source(&id()).await.unwrap_err();
    assert_eq!(error.raw_body(), Some("\u{1f}\u{8}x".as_bytes()));
}

#[test]
fn a_client_is_made_outside_of_a_runtime() {
    let server = Server::writing(wire("200 OK", SOURCE));
    let _client = server.client();
}

// What is never shown.

#[tokio::test]
async fn no_debug_and_no_display_shows_a_key_or_the_payer() {
    let mut request = request();
    request.name = Some("canary10name".to_owned());
    request.email = Some("canary11@email".to_owned());
    request.phone_number = Some("canary12phone".to_owned());
    request.barcode = Some("canary13barcode".to_owned());
    request.ip = Some("canary14ip".to_owned());
    let mut billing = BillingRequest::default();
    billing.street1 = Some("canary15street".to_owned());
    request.billing = Some(billing);

    // A source with all of that, and one for each attribute whose value is of the wrong type.
    let echo = r#","name":"canary10name","email":"canary11@email","phone_number":"canary12phone","mobile_number":"canary12phone","barcode":"canary13barcode","ip":"canary14ip","billing":{"street1":"canary15street"}}"#;
    let whole = SOURCE.replace('}', echo);
    let mut bodies = vec![whole.clone(), whole.replace('}', ""), format!("<p>{whole}")];
    for (attribute, value) in [
        ("id", "\"src_test_5g5in1we65199wlsyji\""),
        ("livemode", "false"),
        ("amount", "10000"),
        ("currency", "\"THB\""),
        ("created_at", "\"2019-12-31T12:59:59Z\""),
        ("billing", "{\"street1\":\"canary15street\"}"),
    ] {
        let from = format!("\"{attribute}\":{value}");
        assert!(whole.contains(&from), "{from}");
        for wrong in [
            "\"canary16 value\"",
            "[\"canary16\"]",
            "{\"x\":\"canary16\"}",
        ] {
            bodies.push(whole.replace(&from, &format!("\"{attribute}\":{wrong}")));
        }
    }

    let mut shown = vec![format!("{request:?}")];
    for body in bodies {
        for status in [200, 201, 302, 400, 401, 404, 429, 500, 502] {
            let client = Scripted::answering(status, body.clone()).client();
            shown.push(format!("{client:?}"));
            show(&mut shown, client.create_source(request.clone()).await);
            show(&mut shown, client.retrieve_source(&id()).await);
        }
    }
    let server = Server::writing(wire(
        "200 OK",
        &whole.replace("10000", "\"canary16 value\""),
    ));
    show(
        &mut shown,
        server.client().create_source(request.clone()).await,
    );
    let silent = Server::start(|_, _| Then::Keep);
    show(
        &mut shown,
        impatient(&silent).create_source(request.clone()).await,
    );
    let closing = Server::start(|_, _| Then::Close);
    show(
        &mut shown,
        closing.client().create_source(request.clone()).await,
    );
    let builder = Client::builder().public_key(public()).secret_key(secret());
    shown.push(format!("{builder:?}"));
    let kept = Scripted::answering(200, SOURCE);
    kept.client().create_source(request.clone()).await.unwrap();
    shown.push(format!("{:?}", kept.only_request().headers()));

    for text in &shown {
        assert!(!text.contains("canary"), "{text}");
        for key in [PUBLIC, SECRET, "cGtleV90ZXN0", "c2tleV90ZXN0"] {
            assert!(!text.contains(key), "{text}");
        }
    }
    assert!(shown.iter().any(|text| text.contains("[redacted]")));
}

fn show(shown: &mut Vec<String>, result: Result<omise_client::Response<Source>, Error>) {
    shown.push(format!("{result:?} {result:#?}"));
    if let Err(error) = result {
        shown.push(chain(&error));
    }
}

/// Every text of an error and its causes.
fn chain(error: &Error) -> String {
    let mut text = format!("{error} {error:#}");
    let mut cause = error.source();
    while let Some(error) = cause {
        text += &format!(": {error} {error:?}");
        cause = error.source();
    }
    text
}

// What the compiler holds.

#[test]
fn a_client_its_futures_and_its_errors_go_to_other_threads() {
    fn check_send<T: Send>(_: T) {}
    fn check_kept<T: Send + Sync + 'static>() {}
    check_kept::<Client>();
    check_kept::<Error>();
    check_kept::<TransportError>();
    check_kept::<HttpTransport>();
    check_kept::<omise_client::Response<Source>>();
    let client = Scripted::answering(200, SOURCE).client();
    check_send(client.create_source(request()));
    check_send(client.retrieve_source(&id()));
    assert!(size_of::<Error>() <= 16);
}
