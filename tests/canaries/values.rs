//! `Debug` of every value that holds a canary, and the panics that show one.

use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use omise_client::money::{Jpy, Sgd, Thb};
use omise_client::payment_methods::{AlipayplusUpm, Atome, Econtext, Truemoney};
use omise_client::{
    Client, HttpTransport, IdempotencyKey, PublicKey, SecretKey, Source, TransportError, blocking,
};
use omise_rules::{Account, Draft, NewSource};
use omise_server::{AccountKeys, Accounts, Api, SystemEnvironment};
use omise_store::MemoryStore;
use omise_testing::{Fault, TestService};
use omise_tests::canary::{self, COOKIE, IDEMPOTENCY_KEY, PUBLIC_KEY, SECRET_KEY, Search};
use omise_tests::scripted::Scripted;
use omise_types::{ChargeStatus, Flow};
use serde_json::{Value, json};

use crate::log;
use crate::sdk::{
    both_operations, client, id, idempotency_key, public_key, request, search_debug, secret_key,
};

#[test]
fn none_is_in_debug_of_a_key_or_a_client() {
    log::listen();
    let mut search = Search::default();
    let builder = || {
        let transport = Scripted::new(|_| Err(TransportError::connect("refused")));
        Client::builder().transport(transport)
    };
    let both = builder().public_key(public_key()).secret_key(secret_key());
    search_debug(&mut search, "ClientBuilder", &both);
    let client = client(builder());
    let blocking = blocking::Client::new(client.clone()).expect("a thread");
    search_debug(&mut search, "PublicKey", &public_key());
    search_debug(&mut search, "SecretKey", &secret_key());
    search_debug(&mut search, "IdempotencyKey", &idempotency_key());
    search_debug(&mut search, "Client", &client);
    search_debug(&mut search, "blocking::Client", &blocking);
    search_debug(
        &mut search,
        "HttpTransport",
        &HttpTransport::new().expect("TLS"),
    );
    let creation = client
        .create_source(request())
        .idempotency_key(idempotency_key());
    search_debug(&mut search, "CreateSource", &creation);
    search_debug(
        &mut search,
        "RetrieveSource",
        &client.retrieve_source(&id()),
    );
    let creation = blocking
        .create_source(request())
        .idempotency_key(idempotency_key());
    search_debug(&mut search, "blocking::CreateSource", &creation);
    search_debug(
        &mut search,
        "blocking::RetrieveSource",
        &blocking.retrieve_source(&id()),
    );

    for wrong in [
        SECRET_KEY.to_uppercase(),
        format!("{SECRET_KEY}!"),
        format!(" {PUBLIC_KEY}"),
    ] {
        let public = PublicKey::new(&wrong).expect_err("it is none");
        let secret = SecretKey::new(&wrong).expect_err("it is none");
        search_debug(&mut search, "KeyError", &[public, secret]);
        search.through("KeyError", &format!("{public} {secret}"));
    }
    let wrong = IdempotencyKey::new(&format!("{IDEMPOTENCY_KEY}\n")).expect_err("it is none");
    search.through("IdempotencyKeyError", &format!("{wrong} {wrong:?}"));

    let account = AccountKeys {
        public_keys: vec![public_key()],
        secret_keys: vec![secret_key()],
        ..AccountKeys::new("default")
    };
    search_debug(&mut search, "AccountKeys", &account);
    let twice = Accounts::new([account.clone(), account.clone()]).expect_err("a key twice");
    search.through("AccountsError", &format!("{twice} {twice:?}"));
    let accounts = Accounts::new([account]).expect("two keys");
    search_debug(&mut search, "Accounts", &accounts);
    let api = Api::new(
        accounts,
        Arc::new(MemoryStore::new()),
        Arc::new(SystemEnvironment),
    );
    search_debug(&mut search, "Api", &api);
    search.finish("keys and clients");
}

#[test]
fn none_is_in_debug_of_a_request() {
    log::listen();
    let mut search = Search::default();
    let request = request();
    search_debug(&mut search, "CreateSourceRequest", &request);
    search_debug(&mut search, "BillingRequest", &request.billing);
    search_debug(&mut search, "ShippingRequest", &request.shipping);
    search_debug(&mut search, "ItemRequest", &request.items);

    let shipping = request.shipping.clone().expect("an address");
    let items = request.items.clone();
    let econtext = Econtext::new(Jpy::new(1_500), "Qcanary", "qcanary@b.c", "0998877661");
    search_debug(&mut search, "Econtext", &econtext);
    search_debug(
        &mut search,
        "Truemoney",
        &Truemoney::new(Thb::new(10_000), "0998877661"),
    );
    let atome = Atome::new(Sgd::new(10_000), "0998877661", shipping, items);
    search_debug(
        &mut search,
        "Atome",
        &atome.name("Qcanary").email("qcanary@b.c"),
    );
    let wallet = AlipayplusUpm::new(Sgd::new(10_000), "99887766123456");
    search_debug(&mut search, "AlipayplusUpm", &wallet);

    let draft = Draft::read(json!(request));
    search_debug(&mut search, "Draft", &draft);
    let checked = draft.check(&Account::default()).expect("it breaks no rule");
    search_debug(&mut search, "CheckedRequest", &checked);
    let new_source = NewSource {
        id: id(),
        created_at: "2019-12-31T12:59:59Z".parse().expect("a time"),
        peer_ip: Some([99, 88, 77, 66].into()),
    };
    search_debug(&mut search, "NewSource", &new_source);
    search_debug(&mut search, "Source", &new_source.make(checked));

    let mut parameters = canary::object("SourceParameters");
    for value in parameters.values_mut() {
        *value = json!(["qcanary"]);
    }
    let rejection = Draft::read(Value::Object(parameters)).check(&Account::default());
    let rejection = rejection.expect_err("it breaks every rule");
    search_debug(&mut search, "Rejection", &rejection);
    search.through("Rejection", &rejection.to_string());
    search.finish("requests");
}

#[tokio::test]
async fn none_is_in_debug_of_an_answer() {
    log::listen();
    let mut search = Search::default();
    let body = Value::Object(canary::object("Source")).to_string();
    let service = Scripted::new(move |_| {
        let answer = Response::builder()
            .header("set-cookie", COOKIE)
            .header("x-request-id", PUBLIC_KEY);
        Ok(answer.body(Bytes::from(body.clone())).expect("an answer"))
    });
    let client = client(Client::builder().transport(service));
    for outcome in both_operations(&client).await {
        let response = outcome.expect("it is a source");
        assert!(canary::find(&String::from_utf8_lossy(response.raw())).is_some());
        search_debug(&mut search, "Response", &response);
        let source = response.into_inner();
        search_debug(&mut search, "Source", &source);
        search_debug(&mut search, "Barcode", &source.scannable_code);
        search_debug(&mut search, "References", &source.references);
        search_debug(
            &mut search,
            "ProviderReferences",
            &source.provider_references,
        );
        search_debug(&mut search, "Billing", &source.billing);
        search_debug(&mut search, "Shipping", &source.shipping);
        search_next_steps(&mut search, source);
    }
    log::search(&mut search);
    search.finish("answers");
}

/// Whatever the source is for and how far it has come.
fn search_next_steps(search: &mut Search, mut source: Source) {
    for source_type in omise_client::SourceType::KNOWN {
        source.type_ = source_type.clone();
        search_debug(search, "PaymentMethodDetails", &source.payment_method());
    }
    for flow in Flow::KNOWN {
        for status in ChargeStatus::KNOWN {
            source.flow = flow.clone();
            source.charge_status = Some(status.clone());
            search_debug(search, "NextStep", &source.next_step());
            let mut less = source.clone();
            for _ in 0..4 {
                search_debug(search, "NextStep", &less.next_step());
                match &mut less.references {
                    Some(references) if references.va_code.is_some() => references.va_code = None,
                    Some(references) if references.payment_code.is_some() => {
                        references.payment_code = None;
                    }
                    _ => less.references = None,
                }
            }
        }
    }
}

#[tokio::test]
async fn none_is_in_debug_of_a_test_double() {
    log::listen();
    let mut search = Search::default();
    let service = TestService::start();
    let client = client(service.client_builder());
    let fault = Fault::Answer(Response::new(Bytes::from_static(b"qcanary")));
    search_debug(&mut search, "Fault", &fault);
    service.inject(fault);
    search_debug(&mut search, "TestService", &service);
    for outcome in both_operations(&client).await {
        outcome.expect_err("the service does not know the keys");
    }
    let requests = service.requests();
    assert_eq!(requests.len(), 2);
    assert!(canary::find(&String::from_utf8_lossy(&requests[0].body)).is_some());
    search_debug(&mut search, "RecordedRequest", &requests);
    log::search(&mut search);
    search.finish("test doubles");
}

/// Of a request that a transport gets, whoever writes one may want to log the headers.
#[tokio::test]
async fn none_is_in_debug_of_the_headers_that_a_transport_gets() {
    let service = Scripted::new(|request| {
        let mut search = Search::default();
        search_debug(&mut search, "headers", request.headers());
        search.through("uri", &request.uri().to_string());
        search.finish("headers");
        Err(TransportError::connect("refused"))
    });
    let client = client(Client::builder().transport(service));
    for outcome in both_operations(&client).await {
        outcome.expect_err("there is no connection");
    }
}

/// Whoever unwraps shows it to whoever reads the log.
#[tokio::test]
async fn none_is_in_a_panic() {
    log::listen();
    let mut search = Search::default();
    let source = Value::Object(canary::object("Source")).to_string();
    let service = Scripted::new(|_| panic!("this transport has a fault"));
    let client = client(Client::builder().transport(service.clone()));
    let blocking = blocking::Client::new(client.clone()).expect("a thread");

    let call = tokio::spawn(client.create_source(request()).unchecked().send());
    let panic = call.await.expect_err("it panics").into_panic();
    search.through("a panic", panic_text(&*panic));
    let error = blocking
        .create_source(request())
        .unchecked()
        .send()
        .expect_err("it is lost");
    let panic = std::thread::spawn(move || panic!("{error} {error:?}")).join();
    search.through("a panic", panic_text(&*panic.expect_err("it panics")));

    for status in [200, 400, 404, 500] {
        let body = Bytes::from(source.clone());
        service.tell(move |_| {
            let answer = Response::builder().status(status);
            Ok(answer.body(body.clone()).expect("an answer"))
        });
        for outcome in both_operations(&client).await {
            let panic = std::thread::spawn(move || {
                match outcome {
                    Ok(source) => panic!("{source:?}"),
                    outcome @ Err(_) => drop(outcome.expect("a source")),
                };
            });
            let panic = panic.join().expect_err("it panics");
            search.through("a panic", panic_text(&*panic));
        }
    }
    log::search(&mut search);
    assert!(
        log::heard().contains("this transport has a fault"),
        "panics are heard"
    );
    search.finish("panics");
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    match panic.downcast_ref::<String>() {
        Some(text) => text,
        None => panic.downcast_ref::<&str>().expect("a panic has a text"),
    }
}
