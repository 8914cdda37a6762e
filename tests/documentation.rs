//! The examples of the specification, sent: an example cannot lie.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use omise_codegen::document::Method;
use omise_codegen::{SOURCE_YAML, Spec};
use omise_server::{AccountKeys, Accounts, Api, SystemHost};
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
    Api::new(accounts, Arc::new(MemoryStore::new()), Arc::new(SystemHost))
}

async fn send(api: &Api, request: http::request::Builder, body: Vec<u8>) -> (u16, Value) {
    let request = request
        .header("authorization", authorization(SECRET_KEY))
        .header("content-type", "application/json")
        .body(Full::<Bytes>::from(body))
        .expect("a request");
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
    let spec = Spec::read(SOURCE_YAML).expect("the specification is in order");
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
        let body = serde_json::to_vec(&example.value).expect("JSON");
        let (status, mut source) = send(&api, http::Request::post("/sources"), body).await;
        assert_eq!(status, 200, "{name}: {source}");
        for own in ["id", "location", "created_at"] {
            source[own] = expected.value[own].clone();
        }
        assert_eq!(source, expected.value, "{name}");
    }
}

/// The example of a refusal that needs nothing but a body.
async fn check_refusal(example: &str, request: Value) {
    let spec = Spec::read(SOURCE_YAML).expect("the specification is in order");
    let expected = &spec.document().components.examples[example].value;
    let body = serde_json::to_vec(&request).expect("JSON");
    let (status, error) = send(&api(), http::Request::post("/sources"), body).await;
    assert_eq!((status, &error), (400, expected), "{example}");
}

#[tokio::test]
async fn the_examples_of_refusals_are_what_the_service_answers() {
    let request = json!({"amount": 1999, "currency": "THB", "type": "promptpay"});
    check_refusal("BadRequest", request).await;
    let request = json!({"amount": "many", "currency": "THB", "type": "promptpay"});
    check_refusal("BadRequestAmountNotANumber", request).await;
    let request = json!({"amount": "many", "currency": "XXX", "type": "promptpay"});
    check_refusal("BadRequestCurrencyAndAmount", request).await;
    let request = json!({"amount": 2000, "currency": "THB", "type": "telepathy"});
    check_refusal("BadRequestType", request).await;
    let request = json!({"amount": 100, "currency": "THB", "type": "econtext"});
    check_refusal("BadRequestEveryReason", request).await;
}
