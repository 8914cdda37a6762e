//! The double as a user's test sees it.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use omise_client::omise_types::Country;
use omise_client::{
    Amount, Client, CreateSourceRequest, Error, PublicKey, Response, Source, SourceType, Transport,
};
use omise_testing::{Fault, TestService};

fn request(currency: &str, source_type: SourceType) -> CreateSourceRequest {
    let amount = Amount::new(10_000).expect("an amount");
    let currency = currency.parse().expect("a currency");
    CreateSourceRequest::new(amount, currency, source_type)
}

async fn create(client: &Client) -> Result<Response<Source>, Error> {
    let request = request("THB", SourceType::Promptpay);
    client.create_source(request).await
}

async fn retrieve(service: &TestService, source: &Source) -> Result<Response<Source>, Error> {
    service.client().retrieve_source(&source.id).await
}

// One service and another.

#[tokio::test]
async fn what_was_created_can_be_retrieved_by_every_clone() {
    let service = TestService::start();
    let created = create(&service.client()).await.expect("a source");
    let retrieved = retrieve(&service.clone(), &created).await;
    assert_eq!(retrieved.expect("the same source").raw(), created.raw());
    // The answer to the retrieval is a source, and not a new one.
    assert_eq!(service.sources(), [(*created).clone()]);
}

#[tokio::test]
async fn clones_share_requests_and_faults() {
    let service = TestService::start();
    let clone = service.clone();
    clone.inject(Fault::Timeout);
    let error = create(&service.client()).await.expect_err("a fault");
    assert!(error.is_timeout(), "{error}");
    assert_eq!(clone.requests().len(), 1);
    assert_eq!(clone.sources().len(), 1);
}

#[tokio::test]
async fn two_services_have_nothing_in_common() {
    let one = TestService::start();
    let other = TestService::start();
    other.inject(Fault::status(403));
    let source = create(&one.client()).await.expect("no fault here");

    assert_eq!(other.requests().len(), 0);
    assert_eq!(other.sources(), []);
    let refused = retrieve(&other, &source).await.expect_err("a fault");
    assert!(refused.is_authentication(), "{refused}");
    let absent = retrieve(&other, &source).await.expect_err("no source");
    assert!(absent.is_not_found(), "{absent}");
}

#[tokio::test]
async fn the_keys_are_those_of_the_account() {
    let service = TestService::start();
    for builder in [
        Client::builder().public_key(service.public_key().clone()),
        Client::builder().secret_key(service.secret_key().clone()),
    ] {
        let client = builder.transport(service.clone()).build();
        create(&client.expect("a client")).await.expect("a source");
    }
    let other = PublicKey::new("pkey_test_other").expect("a key");
    let client = service.client_builder().public_key(other).build();
    let refused = create(&client.expect("a client")).await;
    assert!(refused.expect_err("a key of nobody").is_authentication());
}

#[test]
fn the_service_needs_no_runtime() {
    let service = TestService::start();
    let key = STANDARD.encode(service.public_key().expose());
    let send = || {
        let request = http::Request::post("/sources")
            .header("authorization", format!("Basic {key}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from_static(
                b"amount=10000&currency=thb&type=promptpay",
            ));
        at_once(service.send(request.expect("a request")))
    };
    assert_eq!(send().expect("an answer").status(), 200);
    service.inject(Fault::Timeout);
    assert!(send().expect_err("a fault").is_timeout());
    assert_eq!(service.sources().len(), 2);
}

/// Drives a future without an executor; none of ours waits for anything.
#[track_caller]
fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits for something"),
    }
}

// What it is built with.

#[tokio::test]
async fn the_account_is_the_one_that_was_built() {
    let everywhere = TestService::start();
    create(&everywhere.client()).await.expect("a source");

    let japan = Country::new("JP").expect("a country");
    let japan = TestService::builder().country(japan).start();
    let refused = create(&japan.client()).await.expect_err("a refusal");
    assert!(refused.is_rejected(), "{refused}");
}

#[tokio::test]
async fn a_discontinued_payment_method_is_refused_when_asked_for() {
    for (current_only, is_refused) in [(false, false), (true, true)] {
        let service = TestService::builder().current_only(current_only).start();
        let old = request("THB", SourceType::BillPaymentTescoLotus);
        let outcome = service.client().create_source(old).await;
        let refused = outcome.is_err_and(|error| error.is_rejected());
        assert_eq!(refused, is_refused);
    }
}

#[tokio::test]
async fn live_keys_make_live_sources() {
    for is_live in [false, true] {
        let service = TestService::builder().live(is_live).start();
        let source = create(&service.client()).await.expect("a source");
        assert_eq!(source.livemode, is_live);
        assert_eq!(source.id.is_live(), is_live);
        assert_eq!(service.public_key().is_live(), is_live);
    }
}

#[tokio::test]
async fn a_clock_that_stands_gives_the_same_sources_in_every_run() {
    let frozen = || {
        let time = "2026-01-31T12:00:00Z".parse().expect("a time");
        TestService::builder().frozen_at(time).start()
    };
    let (one, other) = (frozen(), frozen());
    for service in [&one, &other] {
        create(&service.client()).await.expect("a source");
        create(&service.client()).await.expect("a source");
    }
    assert_eq!(one.sources(), other.sources());
    assert_eq!(
        one.sources()[0].created_at.to_string(),
        "2026-01-31T12:00:00Z"
    );
    assert_ne!(one.sources()[0].id, one.sources()[1].id);
}

#[tokio::test]
async fn a_public_key_comes_with_the_address_of_this_machine() {
    let service = TestService::start();
    let source = create(&service.client()).await.expect("a source");
    assert_eq!(source.ip.as_deref(), Some("127.0.0.1"));
}

// What is recorded.

#[tokio::test]
async fn requests_are_recorded_without_the_key() {
    let service = TestService::start();
    let source = create(&service.client()).await.expect("a source");
    retrieve(&service, &source).await.expect("the source");

    let requests = service.requests();
    let lines: Vec<String> = requests
        .iter()
        .map(|request| format!("{} {}", request.method, request.path))
        .collect();
    let retrieval = format!("GET /sources/{}", source.id);
    assert_eq!(lines, ["POST /sources", &retrieval]);
    for request in &requests {
        assert_eq!(request.headers["authorization"], "[redacted]");
        assert_eq!(request.headers["omise-version"], "2019-05-29");
        let all = format!("{:?} {:?}", request.headers, request.body);
        check_shows_no_key(&service, &all);
    }
}

#[test]
fn every_authorization_of_a_request_is_masked() {
    let service = TestService::start();
    let request = http::Request::get("/sources/canary")
        .header("authorization", "Basic canary1")
        .header("AUTHORIZATION", "Bearer canary2")
        .body(Bytes::new());
    let answer = at_once(service.send(request.expect("a request")));
    assert_eq!(answer.expect("an answer").status(), 400);

    let headers = format!("{:?}", service.requests()[0].headers);
    assert_eq!(headers.matches("[redacted]").count(), 2, "{headers}");
    assert!(!headers.contains("canary"), "{headers}");
}

#[tokio::test]
async fn debug_shows_no_key_and_nothing_of_a_body() {
    let service = TestService::start();
    let mut request = request("JPY", SourceType::Econtext);
    request.name = Some("canary".to_owned());
    request.email = Some("canary@example.com".to_owned());
    request.phone_number = Some("01234567890".to_owned());
    let created = service.client().create_source(request).await;
    created.expect("a source");
    let sent = &service.requests()[0];
    assert!(String::from_utf8_lossy(&sent.body).contains("canary"));
    service.inject(Fault::Answer(http::Response::new("canary".into())));

    let shown = format!("{service:?} {:?} {:?}", service.requests(), Fault::Timeout);
    assert!(shown.contains("\"/sources\""), "{shown}");
    for value in ["canary", "01234567890"] {
        assert!(!shown.contains(value), "{shown}");
    }
    check_shows_no_key(&service, &shown);
}

#[track_caller]
fn check_shows_no_key(service: &TestService, text: &str) {
    for key in [service.public_key().expose(), service.secret_key().expose()] {
        let encoded = STANDARD.encode(format!("{key}:"));
        assert!(!text.contains(key), "{text}");
        assert!(!text.contains(&encoded), "{text}");
    }
}

// Idempotency keys.

#[tokio::test]
async fn a_key_that_is_honoured_creates_one_source() {
    let service = TestService::builder().honour_idempotency_keys().start();
    let client = service.client();
    let create = |key: &str, source_type: SourceType| {
        let creation = client.create_source(request("THB", source_type));
        creation.idempotency_key(key.parse().expect("a key")).send()
    };
    let first = create("order-1", SourceType::Promptpay)
        .await
        .expect("a source");
    let again = create("order-1", SourceType::Promptpay)
        .await
        .expect("the same");
    assert_eq!(first.raw(), again.raw());
    let other = create("order-2", SourceType::Promptpay)
        .await
        .expect("another");
    assert_ne!(first.id, other.id);
    assert_eq!(service.sources().len(), 2);

    let reused = create("order-1", SourceType::Alipay).await;
    let reused = reused.expect_err("the key names another creation");
    assert!(reused.is_rejected());
    assert_eq!(reused.status(), Some(422));
    assert_eq!(service.sources().len(), 2);
}

#[tokio::test]
async fn two_creations_with_one_key_at_a_time_create_one_source() {
    let service = TestService::builder().honour_idempotency_keys().start();
    let client = service.client();
    let create = || {
        let creation = client.create_source(request("THB", SourceType::Promptpay));
        creation
            .idempotency_key("order-1".parse().expect("a key"))
            .send()
    };
    let (one, other) = tokio::join!(create(), create());
    assert_eq!(one.expect("a source").id, other.expect("a source").id);
    assert_eq!(service.sources().len(), 1);
}

#[tokio::test]
async fn a_key_means_nothing_where_it_is_not_honoured() {
    let service = TestService::start();
    for _ in 0..2 {
        let creation = service
            .client()
            .create_source(request("THB", SourceType::Promptpay));
        let key = "order-1".parse().expect("a key");
        creation.idempotency_key(key).await.expect("a source");
    }
    assert_eq!(service.sources().len(), 2);
}
