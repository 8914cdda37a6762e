//! The examples of the specification, sent: an example cannot lie.

use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use omise_contract::document::Method;
use omise_contract::{SOURCE_YAML, Spec};
use omise_server::{AccountKeys, Accounts, Api, BODY_BYTES_MAX, SystemEnvironment};
use omise_store::MemoryStore;
use omise_tests::process::{SECRET_KEY, authorization};
use omise_types::SecretKey;
use serde_json::{Value, json};

fn api() -> Api {
    let account = AccountKeys {
        secret_keys: vec![SecretKey::new(SECRET_KEY).expect("a key")],
        ..AccountKeys::new("default")
    };
    let accounts = Accounts::new([account]).expect("one key");
    Api::new(
        accounts,
        Arc::new(MemoryStore::new()),
        Arc::new(SystemEnvironment),
    )
}

fn post(parameters: &Value) -> Request<Full<Bytes>> {
    Request::post("/sources")
        .header("authorization", authorization(SECRET_KEY))
        .header("content-type", "application/json")
        .body(Full::from(parameters.to_string()))
        .expect("a request")
}

async fn send(api: &Api, request: Request<Full<Bytes>>) -> (u16, Value) {
    let answer = api.answer(request).await;
    let status = answer.status().as_u16();
    let body = answer
        .into_body()
        .collect()
        .await
        .expect("a body")
        .to_bytes();
    (status, serde_json::from_slice(&body).expect("JSON"))
}

#[tokio::test]
async fn every_request_example_is_answered_with_the_source_example_of_its_name() {
    let spec = Spec::read(&SOURCE_YAML).expect("the specification is in order");
    let document = spec.document();
    let examples = &document.components.examples;
    let create = &document.paths["/sources"][&Method::Post];
    let body = create.request_body.as_ref().expect("a body");
    let api = api();
    let names = body.content["application/json"].examples.keys();
    assert!(names.len() >= 19, "{}", names.len());
    for name in names {
        let example = &examples[&format!("{name}Request")];
        let expected = &examples[&format!("{name}Source")];
        let (status, mut source) = send(&api, post(&example.value)).await;
        assert_eq!(status, 200, "{name}: {source}");
        for own in ["id", "location", "created_at"] {
            source[own] = expected.value[own].clone();
        }
        assert_eq!(source, expected.value, "{name}");
    }
}

/// Sends a request that fails, and compares the answer with the example of its failure.
async fn check_failure(example: &str, status: u16, request: Request<Full<Bytes>>) {
    let spec = Spec::read(&SOURCE_YAML).expect("the specification is in order");
    let expected = &spec.document().components.examples[example].value;
    let (answered, error) = send(&api(), request).await;
    assert_eq!((answered, &error), (status, expected), "{example}");
}

#[tokio::test]
async fn the_examples_of_refusals_are_what_the_service_answers() {
    let refusals = [
        (
            "BadRequest",
            json!({"amount": 1999, "currency": "THB", "type": "promptpay"}),
        ),
        (
            "BadRequestAmountNotANumber",
            json!({"amount": "many", "currency": "THB", "type": "promptpay"}),
        ),
        (
            "BadRequestCurrencyAndAmount",
            json!({"amount": "many", "currency": "XXX", "type": "promptpay"}),
        ),
        (
            "BadRequestType",
            json!({"amount": 2000, "currency": "THB", "type": "telepathy"}),
        ),
        (
            "BadRequestEveryReason",
            json!({"amount": 100, "currency": "THB", "type": "econtext"}),
        ),
    ];
    for (example, parameters) in refusals {
        check_failure(example, 400, post(&parameters)).await;
    }
}

#[tokio::test]
async fn the_examples_of_other_failures_are_what_the_service_answers() {
    let promptpay = json!({"amount": 2000, "currency": "THB", "type": "promptpay"});
    let with = |name: &'static str, value: &str| {
        let mut request = post(&promptpay);
        request
            .headers_mut()
            .insert(name, value.parse().expect("a value"));
        request
    };
    let unknown_key = with("authorization", &authorization("skey_test_nobody"));
    check_failure("AuthenticationFailure", 401, unknown_key).await;
    check_failure("ServiceNotFound", 404, with("omise-version", "2014-07-27")).await;
    check_failure("NotAcceptable", 406, with("accept", "text/html")).await;
    check_failure(
        "UnsupportedMediaType",
        415,
        with("content-type", "text/plain"),
    )
    .await;

    let large = json!({"name": "x".repeat(BODY_BYTES_MAX)});
    check_failure("BodyTooLarge", 413, post(&large)).await;
    let absent = Request::get("/sources/src_test_5g5in1we65199wlsyji")
        .header("authorization", authorization(SECRET_KEY))
        .body(Full::default());
    check_failure("NotFound", 404, absent.expect("a request")).await;
}
