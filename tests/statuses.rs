//! Every status of the document: what the server answers with, and what the SDK makes of it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use omise_client::ErrorKind;
use omise_contract::document::{MaybeReference, Operation};
use omise_contract::{SOURCE_YAML, Spec};
use omise_server::{AccountKeys, Accounts, Api, BODY_BYTES_MAX, SystemEnvironment};
use omise_store::MemoryStore;
use omise_testing::{Fault, TestService};
use omise_tests::process::{SECRET_KEY, authorization};
use omise_types::SecretKey;
use serde_json::{Value, json};

const SOURCE: &str = "/sources/src_test_5g5in1we65199wlsyji";

/// Statuses that other tests provoke, with a slow client or a disk that fails.
const ELSEWHERE: [u16; 3] = [408, 500, 503];

/// Statuses of the service that this server has no reason to answer with.
const NEVER: [u16; 2] = [403, 429];

/// A request that the server answers with a status, and the operation that declares it.
fn provoked() -> Vec<(u16, &'static str, Request<Full<Bytes>>)> {
    let promptpay = json!({"amount": 2000, "currency": "THB", "type": "promptpay"});
    let create = |name: &'static str, value: &str, body: &Value| {
        let mut request = Request::post("/sources")
            .header("authorization", authorization(SECRET_KEY))
            .header("content-type", "application/json")
            .body(Full::from(body.to_string()))
            .expect("a request");
        let value = value.parse().expect("a value");
        request.headers_mut().insert(name, value);
        request
    };
    let ask = |method: &str| {
        Request::builder()
            .method(method)
            .uri(SOURCE)
            .header("authorization", authorization(SECRET_KEY))
            .body(Full::default())
            .expect("a request")
    };
    let json = "application/json";
    let large = json!({"name": "x".repeat(BODY_BYTES_MAX)});
    vec![
        (200, "createSource", create("accept", json, &promptpay)),
        (400, "createSource", create("accept", json, &json!({}))),
        (
            401,
            "createSource",
            create("authorization", "Basic Og==", &promptpay),
        ),
        (
            404,
            "createSource",
            create("omise-version", "2014-07-27", &promptpay),
        ),
        (404, "retrieveSource", ask("GET")),
        (405, "retrieveSource", ask("DELETE")),
        (
            406,
            "createSource",
            create("accept", "text/html", &promptpay),
        ),
        (413, "createSource", create("accept", json, &large)),
        (
            415,
            "createSource",
            create("content-type", "text/plain", &promptpay),
        ),
    ]
}

#[tokio::test]
async fn the_server_answers_a_status_as_the_document_declares_it() {
    let spec = spec();
    let account = AccountKeys {
        secret_keys: vec![SecretKey::new(SECRET_KEY).expect("a key")],
        ..AccountKeys::new("default")
    };
    let accounts = Accounts::new([account]).expect("one key");
    let api = Api::new(
        accounts,
        Arc::new(MemoryStore::new()),
        Arc::new(SystemEnvironment),
    );
    let mut tested = BTreeSet::from_iter(ELSEWHERE.into_iter().chain(NEVER));
    for (status, operation, request) in provoked() {
        let answer = api.answer(request).await;
        assert_eq!(answer.status(), status, "{operation}");
        check_answer(&spec, status, operation, answer).await;
        tested.insert(status);
    }
    assert_eq!(tested, declared(&spec));
}

/// The answer has every header that is declared, and its reasons are in the catalogue.
async fn check_answer(spec: &Spec, status: u16, operation: &str, answer: Response<Full<Bytes>>) {
    let mut operations = spec.operations();
    let found = operations.find(|(_, _, one)| one.operation_id == operation);
    let (_, _, declared) = found.expect("an operation");
    for name in headers(spec, declared, status) {
        assert!(answer.headers().contains_key(&name), "{status}: no {name}");
    }
    let body = answer.into_body().collect().await.expect("a body");
    let body: Value = serde_json::from_slice(&body.to_bytes()).expect("JSON");
    if status == 200 {
        assert_eq!(body["object"], "source");
        return;
    }
    let message = body["message"].as_str().expect("a message");
    let catalogue = spec.schemas()["ErrorBody"].properties.as_ref();
    let catalogue = catalogue.and_then(|all| all["message"].messages.as_ref());
    let mut rows = catalogue.expect("a catalogue").values();
    // Several reasons are joined; a template stands for one.
    let is_known = rows.any(|row| {
        row.status == status
            && body["code"] == *row.code
            && message.split(", ").any(|reason| row.fits(reason))
    });
    assert!(is_known, "{status}: {body}");
}

fn headers(spec: &Spec, operation: &Operation, status: u16) -> Vec<String> {
    let response = match &operation.responses[&status.to_string()] {
        MaybeReference::Here(response) => response,
        MaybeReference::Reference(reference) => {
            &spec.document().components.responses[reference.name()]
        }
    };
    response.headers.keys().cloned().collect()
}

/// What the SDK makes of each status, and how often it asks when it is answered with it.
#[tokio::test]
async fn the_sdk_reads_every_status_and_retries_as_the_document_says() {
    let spec = spec();
    let mut operations = spec.operations();
    let retrieve = operations.find(|(_, _, one)| one.operation_id == "retrieveSource");
    let (_, _, retrieve) = retrieve.expect("an operation");
    let retried = &retrieve.retry.statuses;
    let failures = declared(&spec).into_iter().chain(retried.iter().copied());
    for status in BTreeSet::from_iter(failures.filter(|status| *status != 200)) {
        let attempts = if retried.contains(&status) {
            retrieve.retry.attempts
        } else {
            1
        };
        let service = TestService::start();
        for _ in 0..attempts {
            service.inject(Fault::status(status));
        }
        let client = service.client();
        let id = "src_test_5g5in1we65199wlsyji".parse().expect("an id");
        let call = client
            .retrieve_source(&id)
            .timeout(Duration::from_secs(300));
        let error = call.await.expect_err("it fails");
        assert_eq!(error.status(), Some(status));
        assert_eq!(error.kind(), kind(status), "{status}");
        assert_eq!(error.attempts(), attempts, "{status}");
    }
}

fn kind(status: u16) -> ErrorKind {
    match status {
        400 | 405 | 406 | 413 | 415 => ErrorKind::Rejected,
        401 | 403 => ErrorKind::Authentication,
        404 => ErrorKind::NotFound,
        408 => ErrorKind::Timeout,
        429 => ErrorKind::RateLimited,
        500 | 502 | 503 | 504 => ErrorKind::ServerError,
        _ => panic!("say here what the SDK makes of {status}"),
    }
}

fn spec() -> Spec {
    Spec::read(&SOURCE_YAML).expect("the specification is in order")
}

/// The statuses of all operations.
fn declared(spec: &Spec) -> BTreeSet<u16> {
    let statuses = spec
        .operations()
        .flat_map(|(_, _, one)| one.responses.keys());
    statuses
        .map(|status| status.parse().expect("a status"))
        .collect()
}
