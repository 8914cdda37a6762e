//! What goes wrong, and what is left behind.

use std::collections::BTreeMap;

use bytes::Bytes;
use omise_client::{
    Amount, Client, CreateSourceRequest, Error, ErrorCode, Response, Source, SourceType, Transport,
};
use omise_contract::document::{Document, MaybeReference, Reference};
use omise_contract::{SOURCE_YAML, Spec};
use omise_testing::{Fault, TestService};
use serde_json::Value;

async fn create(client: &Client) -> Result<Response<Source>, Error> {
    let amount = Amount::new(10_000).expect("an amount");
    let currency = "THB".parse().expect("a currency");
    let request = CreateSourceRequest::new(amount, currency, SourceType::Promptpay);
    client.create_source(request).await
}

/// Creates a source that meets a fault; the error, and the service behind it.
async fn meet(fault: Fault) -> (Error, TestService) {
    let service = TestService::start();
    service.inject(fault);
    let error = create(&service.client()).await.expect_err("a fault");
    (error, service)
}

#[tokio::test]
async fn faults_hit_once_and_in_their_order() {
    let service = TestService::start();
    let client = service.client();
    for status in [401, 500, 403] {
        service.inject(Fault::status(status));
    }
    for status in [401, 500, 403] {
        let error = create(&client).await.expect_err("a fault");
        assert_eq!(error.status(), Some(status));
    }
    create(&client).await.expect("no fault is left");
}

#[tokio::test]
async fn without_a_connection_nothing_arrives() {
    let service = TestService::start();
    service.inject(Fault::NotConnected);
    // Not by a client, which would try again and have success.
    let request = http::Request::post("/sources").body(Bytes::new());
    let outcome = service.send(request.expect("a request")).await;
    assert!(outcome.expect_err("a fault").is_connect());
    assert_eq!(service.requests().len(), 0);
    assert_eq!(service.sources(), []);
}

#[tokio::test]
async fn a_timeout_leaves_the_source_behind() {
    let (error, service) = meet(Fault::Timeout).await;
    assert!(error.is_timeout(), "{error}");
    check_one_source_is_stored(&service).await;
}

#[tokio::test]
async fn a_connection_that_closes_as_the_request_is_sent_leaves_nothing_but_doubt() {
    let (error, service) = meet(Fault::ConnectionClosed).await;
    assert!(error.is_interrupted(), "{error}");
    assert!(error.may_have_taken_effect());
    assert_eq!(service.requests().len(), 0);
    assert_eq!(service.sources(), []);
}

#[tokio::test(start_paused = true)]
async fn a_delayed_answer_comes_when_it_is_due() {
    let service = TestService::start();
    let delay = std::time::Duration::from_secs(20);
    service.inject(Fault::Delayed(delay));
    let started = tokio::time::Instant::now();
    create(&service.client()).await.expect("it is in time");
    assert_eq!(started.elapsed().as_secs(), delay.as_secs());

    service.inject(Fault::Delayed(delay));
    let client = service
        .client_builder()
        .timeout(std::time::Duration::from_secs(5));
    let error = create(&client.build().expect("a client")).await;
    assert!(error.expect_err("it is late").is_timeout());
    assert_eq!(service.sources().len(), 2, "it has its effect all the same");
}

#[tokio::test]
async fn an_answer_that_breaks_off_leaves_the_source_behind() {
    let (error, service) = meet(Fault::Interrupted).await;
    assert!(error.is_interrupted(), "{error}");
    assert_eq!(error.status(), Some(200));
    assert!(error.request_id().is_some());
    check_one_source_is_stored(&service).await;
}

async fn check_one_source_is_stored(service: &TestService) {
    let sources = service.sources();
    assert_eq!(service.requests().len(), 1);
    assert_eq!(sources.len(), 1);
    let stored = service.client().retrieve_source(&sources[0].id).await;
    assert_eq!(*stored.expect("the store has it"), sources[0]);
}

#[tokio::test]
async fn an_answer_of_the_test_has_no_effect() {
    let mut page = http::Response::new(Bytes::from_static(b"have a break"));
    *page.status_mut() = http::StatusCode::IM_A_TEAPOT;
    let (error, service) = meet(Fault::Answer(page)).await;
    assert_eq!(error.status(), Some(418));
    assert_eq!(error.raw_body(), Some("have a break".as_bytes()));
    assert_eq!(service.requests().len(), 1);
    assert_eq!(service.sources(), []);
}

#[tokio::test]
async fn what_the_service_refuses_is_no_source() {
    let japan = "JP".parse().expect("a country");
    let service = TestService::builder().country(japan).start();
    let refused = create(&service.client()).await;
    assert!(refused.expect_err("baht").is_rejected());
    assert_eq!(service.requests().len(), 1);
    assert_eq!(service.sources(), []);
}

#[tokio::test]
async fn a_limit_of_the_rate_says_when_to_try_again() {
    let (error, service) = meet(Fault::rate_limited(7)).await;
    assert!(error.is_rate_limited(), "{error}");
    assert_eq!(error.code(), Some(&ErrorCode::TooManyRequests));
    assert_eq!(service.sources(), []);
    let Fault::Answer(answer) = Fault::rate_limited(7) else {
        panic!("it is an answer");
    };
    assert_eq!(answer.headers()["retry-after"], "7");
}

#[tokio::test]
async fn a_gateway_answers_with_a_page() {
    for status in [502, 504] {
        let (error, _) = meet(Fault::status(status)).await;
        assert!(error.is_server_error(), "{error}");
        assert_eq!(error.code(), None);
        let page = error.raw_body().expect("a page");
        assert!(page.starts_with(b"<html>"), "{status}");
    }
}

#[tokio::test]
async fn a_redirect_has_no_body() {
    let (error, _) = meet(Fault::status(302)).await;
    assert!(error.is_unreadable(), "{error}");
    assert_eq!(error.raw_body(), Some("".as_bytes()));
}

// What the error object says is written in the specification; a fault has to agree with it.

#[tokio::test]
async fn every_failure_of_the_specification_is_one_of_its_examples() {
    let spec = Spec::read(&SOURCE_YAML).expect("the specification is in order");
    let examples = failures(spec.document());
    assert!(examples.len() >= 11, "{:?}", examples.keys());
    for (status, examples) in examples {
        let (error, _) = meet(Fault::status(status)).await;
        let body = error.raw_body().expect("a body");
        let body: Value = serde_json::from_slice(body).expect("JSON");
        assert_eq!(error.status(), Some(status));
        assert!(error.request_id().is_some(), "{status}");
        assert!(error.message().is_some_and(|message| !message.is_empty()));
        let known: Vec<Value> = examples.into_iter().map(without_message).collect();
        assert!(known.contains(&without_message(body)), "{status}: {error}");
    }
}

/// The examples of the error object, by the statuses of every operation.
fn failures(document: &Document) -> BTreeMap<u16, Vec<Value>> {
    let components = &document.components;
    let mut examples: BTreeMap<u16, Vec<Value>> = BTreeMap::new();
    let operations = document.paths.values().flat_map(|path| path.values());
    for (status, response) in operations.flat_map(|operation| &operation.responses) {
        let MaybeReference::Reference(response) = response else {
            continue; // Only successes are written in place.
        };
        let media = &components.responses[response.name()].content["application/json"];
        let values = media.examples.values().map(Reference::name);
        let values = values.map(|name| components.examples[name].value.clone());
        let status = status.parse().expect("a status");
        examples.entry(status).or_default().extend(values);
    }
    examples
}

fn without_message(mut object: Value) -> Value {
    object["message"].take();
    object
}
