//! Every kind of error of both operations, of services that repeat what they were sent, or what
//! they have stored, in every way that there is.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use omise_client::{Client, CreateSourceRequest, SecretKey, SourceId, TransportError, blocking};
use omise_tests::canary::{self, Search};
use omise_tests::kinds::kind;
use omise_tests::random::say;
use omise_tests::scripted::{Scripted, ScriptedServer};
use serde_json::Value;

use crate::log;
use crate::sdk::{
    both_operations, client, id, idempotency_key, public_key, request, search_debug, search_error,
    secret_key,
};
use crate::service::{
    PLACES, SPELLINGS, answer, carried, disguised_sources, on_the_wire, parsed, repeated,
};

const STATUSES: [u16; 13] = [
    200, 201, 204, 302, 400, 401, 403, 404, 408, 409, 429, 500, 503,
];

#[tokio::test]
async fn none_is_in_an_error_whatever_a_service_repeats() {
    log::listen();
    let mut search = Search::default();
    let service = Scripted::new(|_| Ok(Response::default()));
    let client = client(Client::builder().transport(service.clone()));
    let mut kinds = BTreeSet::new();
    for (place, write) in PLACES {
        for (spelling, spell) in SPELLINGS {
            for status in STATUSES {
                service.tell(move |request| Ok(answer(status, &repeated(request, spell), write)));
                for outcome in both_operations(&client).await {
                    let error = outcome.expect_err("that is no source");
                    let place = format!("{status} with {place}, {spelling}");
                    search_error(&mut search, &place, &error);
                    kinds.insert(kind(&error));
                }
            }
        }
    }
    let of_answers = [
        "authentication",
        "not_found",
        "rate_limited",
        "rejected",
        "server_error",
        "timeout",
        "unreadable",
    ];
    assert_eq!(kinds, BTreeSet::from(of_answers));
    log::search(&mut search);
    search.finish("errors of services that repeat");
}

/// What a service has stored says something of the payer too. Of JSON nothing is shown but names
/// and the texts of an error object, and of anything else nothing.
///
/// A message is shown, as it is for people. What the request carried is taken out of it; that it
/// has something else of the payer in it, nobody but the service could know.
#[tokio::test]
async fn none_is_in_an_error_whatever_a_service_has_stored() {
    log::listen();
    let mut search = Search::default();
    let service = Scripted::new(|_| Ok(Response::default()));
    let client = client(Client::builder().transport(service.clone()));
    for (number, body) in disguised_sources().into_iter().enumerate() {
        for status in STATUSES {
            let body = Bytes::from(body.clone());
            service.tell(move |_| Ok(answer(status, &[], |_, _| Vec::new()).map(|_| body.clone())));
            for outcome in both_operations(&client).await {
                let place = format!("{status} with body {number}");
                match outcome {
                    Ok(source) => search_debug(&mut search, &place, &source),
                    Err(error) => search_error(&mut search, &place, &error),
                }
            }
        }
    }
    log::search(&mut search);
    search.finish("errors of services that tell");
}

#[tokio::test]
async fn none_is_in_an_error_without_an_answer() {
    log::listen();
    let mut search = Search::default();
    let service = Scripted::new(|_| Ok(Response::default()));
    let client = client(Client::builder().transport(service.clone()));
    let mut kinds = BTreeSet::new();
    let failures: [fn() -> TransportError; 4] = [
        || TransportError::connect("refused"),
        || TransportError::timeout("slow"),
        || TransportError::other("reset"),
        || TransportError::too_large(9),
    ];
    for failure in failures {
        for (spelling, spell) in SPELLINGS {
            for status in STATUSES {
                service.tell(move |request| {
                    let texts = repeated(request, spell);
                    let (_, headers) = PLACES[PLACES.len() - 1];
                    let answer = answer(status, &texts, headers);
                    Err(failure().after_head(answer.status(), answer.headers()))
                });
                for outcome in both_operations(&client).await {
                    let error = outcome.expect_err("there is no answer");
                    let place = format!("{status} and {:?}, {spelling}", failure());
                    search_error(&mut search, &place, &error);
                    kinds.insert(kind(&error));
                }
            }
        }
        service.tell(move |_| Err(failure()));
        for outcome in both_operations(&client).await {
            let error = outcome.expect_err("there is no answer");
            search_error(&mut search, &format!("{:?}", failure()), &error);
            kinds.insert(kind(&error));
        }
    }
    assert!(
        kinds.is_superset(&["connect", "interrupted", "timeout", "unreadable"].into()),
        "{kinds:?}"
    );
    log::search(&mut search);
    search.finish("errors without an answer");
}

#[tokio::test]
async fn none_is_in_an_error_of_what_is_not_even_sent() {
    log::listen();
    let mut search = Search::default();
    let service = Scripted::new(|_| panic!("nothing is to be sent"));
    let both = client(Client::builder().transport(service.clone()));
    // Right in nothing but its name.
    let mut parameters = canary::object("SourceParameters");
    parameters.insert("type".to_owned(), "econtext".into());
    parameters.insert("email".to_owned(), "qcanary, not an address".into());
    let wrong: CreateSourceRequest =
        serde_json::from_value(Value::Object(parameters)).expect("a request");
    let refused = both
        .create_source(wrong)
        .await
        .expect_err("it breaks rules");
    assert_eq!(kind(&refused), "rejected");
    search_error(&mut search, "a refusal", &refused);

    let live: SourceId = "src_5g5in1we65199wlsyji".parse().expect("an id");
    let lost = both
        .retrieve_source(&live)
        .await
        .expect_err("it is a live one");
    let live_key = SecretKey::new("skey_qcanarylive").expect("a key");
    let mixed = Client::builder()
        .public_key(public_key())
        .secret_key(live_key)
        .build();
    let mut errors = vec![lost, mixed.expect_err("test and live")];
    for base_url in [
        "https://jose:qcanary@api.omise.co",
        "https://api.omise.co/?key=qcanary",
        "https://api.omise.co/#qcanary",
        "qcanary",
        "qcanary://api.omise.co",
        "https://[qcanary]",
    ] {
        let builder = Client::builder()
            .secret_key(secret_key())
            .base_url(base_url);
        search_debug(&mut search, base_url, &builder);
        errors.push(builder.build().expect_err("it is no address"));
    }
    for error in errors {
        assert_eq!(kind(&error), "configuration");
        search_error(&mut search, "a misuse", &error);
    }
    log::search(&mut search);
    search.finish("errors of nothing sent");
}

/// Through reqwest, hyper and rustls, which log as well.
#[test]
fn none_is_in_an_error_of_a_socket() {
    log::listen();
    let mut search = Search::default();
    let server = ScriptedServer::start().expect("a server");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let client = client(Client::builder().base_url(server.url()));
    let blocking = blocking::Client::new(client.clone()).expect("a thread");
    for (place, write) in PLACES {
        for (spelling, spell) in SPELLINGS {
            for status in [200, 302, 404, 503] {
                server.tell(move |request| {
                    on_the_wire(status, &repeated(&parsed(request), spell), write)
                });
                let place = format!("{status} with {place}, {spelling}");
                for outcome in runtime.block_on(both_operations(&client)) {
                    search_error(
                        &mut search,
                        &place,
                        &outcome.expect_err("that is no source"),
                    );
                }
                let created = blocking
                    .create_source(request())
                    .unchecked()
                    .idempotency_key(idempotency_key());
                for outcome in [created.send(), blocking.retrieve_source(&id()).send()] {
                    search_error(
                        &mut search,
                        &place,
                        &outcome.expect_err("that is no source"),
                    );
                }
            }
        }
    }
    assert!(server.received() > 1_000);

    let mut kinds = BTreeSet::new();
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let silent = silent.local_addr().expect("an address");
    let closing = ScriptedServer::start().expect("a server");
    for base_url in [
        // Nobody listens, nobody answers, the connection is closed, and that is no TLS.
        "http://127.0.0.1:9".to_owned(),
        format!("http://{silent}"),
        closing.url(),
        closing.url().replace("http:", "https:"),
    ] {
        // Only the one that says nothing is waited for to the end.
        let is_silent = base_url.ends_with(&silent.to_string());
        let timeout = Duration::from_millis(if is_silent { 500 } else { 30_000 });
        let builder = Client::builder()
            .base_url(base_url.clone())
            .timeout(timeout);
        for outcome in runtime.block_on(both_operations(&crate::sdk::client(builder))) {
            let error = outcome.expect_err("nobody answers");
            search_error(&mut search, &base_url, &error);
            kinds.insert(kind(&error));
        }
    }
    assert!(
        kinds.is_superset(&["connect", "interrupted", "timeout"].into()),
        "{kinds:?}"
    );

    log::search(&mut search);
    let heard = log::heard();
    for target in [
        "omise_client::trace",
        "reqwest::connect",
        "hyper_util::client",
        "rustls::client",
    ] {
        assert!(heard.contains(target), "nothing was heard of {target}");
    }
    search.finish("errors of a socket");
}

/// The search finds a canary where one is: in what is named raw, and in its own way in all else.
#[tokio::test]
async fn what_is_there_is_found() {
    let sent = Arc::new(Mutex::new(BTreeSet::new()));
    let service = Scripted::new({
        let sent = Arc::clone(&sent);
        move |request| {
            let texts = carried(request);
            sent.lock().expect("nothing panicked").extend(texts.clone());
            let (_, page) = PLACES[0];
            Ok(answer(400, &texts, page))
        }
    });
    let client = client(Client::builder().transport(service));
    for outcome in both_operations(&client).await {
        let error = outcome.expect_err("it is refused");
        let raw = String::from_utf8_lossy(error.raw_body().expect("a body")).into_owned();
        assert!(canary::find(&raw).is_some());
    }
    let texts = sent.lock().expect("nothing panicked").clone();
    let stored = canary::canaries(&canary::object("Source"));
    let figures = format!("{} are sent, {} are stored", texts.len(), stored.len());
    say(&format!("distinct canaries: {figures}"));
    assert!(
        texts.len() >= 15 && stored.len() >= 15,
        "{texts:?} {stored:?}"
    );
    for text in texts {
        for (spelling, spell) in SPELLINGS {
            assert!(canary::find(&spell(&text)).is_some(), "{text} {spelling}");
        }
    }
}
