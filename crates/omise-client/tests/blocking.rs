//! The client that blocks: it does what the async one does, wherever it is called.
#![cfg(feature = "blocking")]

#[expect(dead_code, reason = "each file of tests uses a part of it")]
mod support;

use std::error::Error as _;
use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use omise_client::money::{Jpy, Thb};
use omise_client::payment_methods::{Econtext, Promptpay};
use omise_client::{
    Error, IdempotencyKey, Response, Source, SourceId, Transport, TransportFuture, blocking,
};
use omise_testing::{Fault, TestService};
use support::{ID, PUBLIC, SECRET, SOURCE, Scripted, Server, Then, secret, wire};

fn client(client: omise_client::Client) -> blocking::Client {
    blocking::Client::new(client).expect("a thread")
}

fn create(client: &blocking::Client) -> Result<Response<Source>, Error> {
    client
        .create_source(Promptpay::new(Thb::new(10_000)))
        .send()
}

fn retrieve(client: &blocking::Client) -> Result<Response<Source>, Error> {
    let id: SourceId = ID.parse().expect("an id");
    client.retrieve_source(&id).send()
}

// What it does.

#[test]
fn a_source_is_created_and_retrieved() {
    let client = client(TestService::start().client());
    let created = create(&client).expect("a source");
    let retrieved = client.retrieve_source(&created.id).send();
    assert_eq!(*retrieved.expect("the source"), *created);
}

#[test]
fn a_creation_has_the_options_of_the_async_one() {
    let service = TestService::start();
    let client = client(service.client());
    let key = IdempotencyKey::new("order-1042-payment-1").expect("a key");
    let creation = client.create_source(Promptpay::new(Thb::new(1)));
    let refused = creation.clone().send().expect_err("a rule");
    assert_eq!(refused.attempts(), 0);

    let refused = creation.unchecked().idempotency_key(key).send();
    let refused = refused.expect_err("the same rule, at the service");
    assert_eq!(refused.status(), Some(400));
    let sent = &service.requests()[0];
    assert_eq!(sent.headers["idempotency-key"], "order-1042-payment-1");
}

#[test]
fn errors_are_those_of_the_async_client() {
    let service = TestService::start();
    let client = client(service.client());
    assert!(retrieve(&client).expect_err("no source").is_not_found());

    for (fault, is_it) in [
        (
            Fault::status(401),
            Error::is_authentication as fn(&Error) -> bool,
        ),
        (Fault::status(429), Error::is_rate_limited),
        (Fault::status(500), Error::is_server_error),
        (Fault::Timeout, Error::is_timeout),
        (Fault::Interrupted, Error::is_interrupted),
    ] {
        service.inject(fault.clone());
        let error = create(&client).expect_err("a fault");
        assert!(is_it(&error), "{fault:?}: {error}");
    }
}

#[test]
fn a_request_is_sent_again_as_by_the_async_client() {
    let service = TestService::start();
    let client = client(service.client());
    let created = create(&client).expect("a source");
    service.inject(Fault::status(503));
    let retrieved = client.retrieve_source(&created.id).send();
    assert_eq!(retrieved.expect("the source").attempts(), 2);
}

#[test]
fn no_answer_in_time_is_a_timeout() {
    let silent = Server::start(|_, _| Then::Keep);
    let client = client(silent.client());
    let creation = client.create_source(Promptpay::new(Thb::new(10_000)));
    let retrieval = client.retrieve_source(&ID.parse().expect("an id"));

    let time = Duration::from_millis(200);
    let started = Instant::now();
    let created = creation.timeout(time).send().expect_err("no answer");
    let retrieved = retrieval.timeout(time).send().expect_err("no answer");
    assert!(created.is_timeout() && retrieved.is_timeout());
    // The client's own timeout is 60 s.
    assert!(started.elapsed() < Duration::from_secs(30));
}

// Where it does it.

#[test]
fn threads_share_a_client_and_do_not_wait_for_each_other() {
    const THREADS: usize = 8;

    /// Answers when as many requests are there as there are threads.
    struct AllAtOnce(AtomicUsize);

    impl Transport for AllAtOnce {
        fn send(&self, _: http::Request<Bytes>) -> TransportFuture<'_> {
            self.0.fetch_add(1, Ordering::SeqCst);
            Box::pin(async {
                while self.0.load(Ordering::SeqCst) < THREADS {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                Ok(http::Response::new(Bytes::from_static(SOURCE.as_bytes())))
            })
        }
    }

    let all_at_once = omise_client::Client::builder()
        .secret_key(secret())
        .timeout(Duration::from_secs(60))
        .transport(AllAtOnce(AtomicUsize::new(0)));
    let client = client(all_at_once.build().expect("a client"));
    let calls = [(); THREADS].map(|()| {
        let client = client.clone();
        thread::spawn(move || create(&client))
    });
    for call in calls {
        call.join().expect("no panic").expect("a source");
    }
}

#[test]
fn threads_create_and_retrieve_side_by_side() {
    let service = TestService::start();
    let client = client(service.client());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..25 {
                    let created = create(&client).expect("a source");
                    let retrieved = client.retrieve_source(&created.id).send();
                    assert_eq!(retrieved.expect("the source").id, created.id);
                }
            });
        }
    });
    assert_eq!(service.sources().len(), 100);
}

#[tokio::test]
async fn it_is_made_called_and_dropped_on_the_only_thread_of_a_runtime() {
    check_in_a_runtime();
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_made_called_and_dropped_on_a_thread_of_many() {
    check_in_a_runtime();
    let handle = tokio::task::spawn_blocking(check_in_a_runtime);
    handle.await.expect("no panic");
}

#[track_caller]
fn check_in_a_runtime() {
    let server = Server::writing(wire("200 OK", SOURCE));
    let client = client(server.client());
    create(&client).expect("a source");
    let retrieval = client.retrieve_source(&ID.parse().expect("an id"));
    drop(client);
    // What is left of the client is dropped when this is sent.
    retrieval.send().expect("a source");
}

#[test]
fn a_client_is_dropped_while_another_clone_waits() {
    let (arrives, arrived) = mpsc::channel();
    let (release, released) = mpsc::channel();
    let released = std::sync::Mutex::new(released);
    let server = Server::start(move |_, socket| {
        arrives.send(()).expect("heard");
        released.lock().expect("one request").recv().expect("told");
        socket
            .write_all(wire("200 OK", SOURCE).as_bytes())
            .expect("sent");
        Then::Keep
    });
    let dropped = client(server.client());
    let waiting = dropped.clone();
    let call = thread::spawn(move || retrieve(&waiting));
    arrived.recv().expect("a request");
    drop(dropped);
    release.send(()).expect("heard");
    call.join().expect("no panic").expect("a source");
}

#[test]
fn an_unsent_call_outlives_its_client() {
    let creation = {
        let client = client(TestService::start().client());
        client.create_source(Promptpay::new(Thb::new(10_000)))
    };
    creation.send().expect("a source");
}

// What goes wrong beneath it.

#[test]
fn a_transport_that_panics_is_an_error_and_the_next_call_has_success() {
    /// Panics at once, then in its future, then not.
    struct Panics(AtomicUsize);

    impl Transport for Panics {
        fn send(&self, _: http::Request<Bytes>) -> TransportFuture<'_> {
            let number = self.0.fetch_add(1, Ordering::SeqCst);
            assert!(number != 0, "at once");
            Box::pin(async move {
                assert!(number != 1, "in its future");
                Ok(http::Response::new(Bytes::from_static(SOURCE.as_bytes())))
            })
        }
    }

    let panics = omise_client::Client::builder()
        .secret_key(secret())
        .transport(Panics(AtomicUsize::new(0)));
    let client = client(panics.build().expect("a client"));

    let created = create(&client).expect_err("a panic");
    assert!(created.is_interrupted() && created.may_have_taken_effect());
    assert_eq!(
        created.to_string(),
        "createSource: the connection was interrupted"
    );
    let cause = created.source().expect("a cause");
    assert_eq!(cause.to_string(), "the transport panicked");

    let retrieved = retrieve(&client).expect_err("a panic");
    assert!(retrieved.is_interrupted() && !retrieved.may_have_taken_effect());
    create(&client).expect("a source");
}

#[test]
fn a_thousand_calls_use_one_connection() {
    let server = Server::writing(wire("200 OK", SOURCE));
    let client = client(server.client());
    for _ in 0..500 {
        create(&client).expect("a source");
        retrieve(&client.clone()).expect("a source");
    }
    assert_eq!((server.accepted(), server.requests()), (1, 1_000));
}

/// A creation that is put on such a connection may not be sent again.
#[test]
fn a_connection_that_was_closed_between_calls_is_not_used() {
    let (closed, is_closed) = mpsc::channel();
    let server = Server::start(move |_, socket| {
        let answer = wire("200 OK", SOURCE);
        socket.write_all(answer.as_bytes()).expect("sent");
        socket.shutdown(std::net::Shutdown::Both).expect("open");
        closed.send(()).expect("heard");
        Then::Close
    });
    let client = client(server.client());
    for _ in 0..5 {
        create(&client).expect("a source");
        is_closed.recv().expect("closed");
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!((server.accepted(), server.requests()), (5, 5));
}

// What it shows.

#[test]
fn debug_shows_neither_a_key_nor_the_payer() {
    let client = client(Scripted::answering(200, SOURCE).client());
    let konbini = Econtext::new(
        Jpy::new(1_500),
        "canary",
        "canary@example.com",
        "0312345678",
    );
    let creation = client.create_source(konbini);
    let retrieval = client.retrieve_source(&ID.parse().expect("an id"));
    let shown = format!("{client:?} {creation:?} {retrieval:?} {creation:#?}");

    assert!(shown.contains("Client") && shown.contains(ID), "{shown}");
    let keys = [PUBLIC, SECRET, "cGtleV90ZXN0", "c2tleV90ZXN0"];
    for hidden in keys.into_iter().chain(["canary", "0312345678"]) {
        assert!(!shown.contains(hidden), "{shown}");
    }
}

#[test]
fn it_goes_to_other_threads() {
    fn check<T: Send + Sync + 'static>() {}
    check::<blocking::Client>();
    check::<blocking::Pending<omise_client::CreateSource>>();
    check::<blocking::Pending<omise_client::RetrieveSource>>();
}
