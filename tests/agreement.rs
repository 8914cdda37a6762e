//! The SDK and the server agree on every request: what the one refuses before it sends anything,
//! the other refuses with the same words, and what the one sends, the other accepts.
//!
//! One difference is meant: a payment method that the table does not have is the service's to
//! refuse, which may be newer than the SDK.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use omise_client::{
    Client, CreateSourceRequest, Error, Response, SecretKey, Source, Transport, TransportFuture,
};
use omise_conformance::table::smallest;
use omise_rules::{Account, Draft};
use omise_server::{AccountKeys, Accounts, Api, SystemEnvironment};
use omise_store::MemoryStore;
use omise_tests::process::{SECRET_KEY, authorization};
use omise_tests::random::{Random, say};
use omise_tests::random_request::random_request;
use omise_types::{CurrencyTerms, PaymentMethod};
use serde_json::Value;
use tokio::runtime::Runtime;

const REQUESTS: usize = 20_000;

#[test]
fn client_and_server_agree_on_random_requests() {
    check_requests(REQUESTS);
}

/// It takes a minute, and is there in a release build only:
/// `cargo test --release -p omise-tests --test main -- --nocapture a_million`.
#[cfg(not(debug_assertions))]
#[test]
fn client_and_server_agree_on_a_million_random_requests() {
    check_requests(1_000_000);
}

#[test]
fn a_payment_method_that_the_table_lacks_is_sent_and_refused_by_the_server() {
    let mut random = Random::new("payment methods that the table lacks");
    let service = Service::start();
    let mut sent = 0;
    for method in PaymentMethod::all() {
        let mut parameters = random_request(&mut random, method);
        let name = method.source_type.as_str();
        for unknown in [format!("{name}_plus"), name.to_uppercase(), String::new()] {
            parameters.insert("type".to_owned(), unknown.into());
            let parameters = Value::Object(parameters.clone());
            if let Ok(request) = serde_json::from_value(parameters) {
                let error = service
                    .create(&request)
                    .expect_err("there is no such thing");
                // One that is spelt otherwise is not sent: what was meant is known.
                if let Some(meant) = request.type_.spells() {
                    assert_eq!((error.attempts(), error.status()), (0, None));
                    assert_eq!(error.suggestion(), Some(meant));
                    continue;
                }
                assert_eq!((error.attempts(), error.status()), (1, Some(400)));
                let message = error.message().expect("a message");
                assert!(
                    message.ends_with("type is currently not supported"),
                    "{message}"
                );
                sent += 1;
            }
        }
    }
    assert!(sent >= PaymentMethod::all().len(), "{sent}");
}

/// What the client refuses is held against an account that may do everything, so it keeps nobody
/// from what they may do.
#[test]
fn what_the_client_refuses_no_account_may_do() {
    let mut random = Random::new("accounts of every country");
    let mut refused = 0;
    for number in 0..REQUESTS {
        let method = &PaymentMethod::all()[number % PaymentMethod::all().len()];
        let parameters = Value::Object(random_request(&mut random, method));
        let draft = Draft::read(parameters);
        if draft.verify(&Account::default()).is_ok() {
            continue;
        }
        refused += 1;
        for terms in CurrencyTerms::all() {
            let account = Account {
                country: Some(terms.country),
                ..Account::default()
            };
            assert!(draft.clone().check(&account).is_err(), "{draft:?}");
        }
    }
    assert!(refused > REQUESTS / 4, "{refused}");
}

/// Each thread tries its part.
const THREADS: usize = 4;

/// A store in memory only grows, so there is a new one after so many requests.
const TO_ONE_STORE: usize = 10_000;

fn check_requests(requests: usize) {
    let mut random = Random::new("client and server");
    let mut seen = Seen::default();
    std::thread::scope(|scope| {
        let start = |random| scope.spawn(|| check_part(random, requests / THREADS));
        let threads: Vec<_> = (0..THREADS).map(|_| start(random.fork())).collect();
        for thread in threads {
            seen.add(&thread.join().expect("they agree"));
        }
    });
    seen.check(requests);
}

fn check_part(mut random: Random, requests: usize) -> Seen {
    let mut seen = Seen::default();
    let mut service = Service::start();
    for number in 0..requests {
        if number % TO_ONE_STORE == 0 {
            service = Service::start();
        }
        let row = number % PaymentMethod::all().len();
        let method = &PaymentMethod::all()[row];
        let parameters = Value::Object(random_request(&mut random, method));
        let request = serde_json::from_value::<CreateSourceRequest>(parameters.clone());
        let is_accepted = match request {
            Ok(request) if request.type_.payment_method().is_some() => {
                seen.typed += 1;
                check_client(&service, &request)
            }
            _ => check_rules(&service, &parameters),
        };
        seen.of_row[row][usize::from(is_accepted)] += 1;
    }
    seen
}

/// The client sends a request, or refuses it with the words that the server has for the same bytes,
/// but for limits that are assumed.
fn check_client(service: &Service, request: &CreateSourceRequest) -> bool {
    let before = service.received();
    let error = match service.create(request) {
        Ok(source) => {
            check_source(&source, request);
            return true;
        }
        Err(error) => error,
    };
    let draft = Draft::of(request);
    let Err(known) = draft.verify(&Account::default()) else {
        // A limit that is assumed: the client sends what may be right at the real service.
        assert_eq!((error.attempts(), error.status()), (1, Some(400)));
        return false;
    };
    assert!(error.is_rejected(), "{error:?}");
    assert_eq!(
        (error.attempts(), error.status()),
        (0, None),
        "sent and refused: {error:?}"
    );
    assert_eq!(service.received(), before, "not one byte was sent");
    let by_server = service
        .create_unchecked(request)
        .expect_err("it is accepted");
    assert_eq!(
        (by_server.attempts(), by_server.status()),
        (1, Some(400)),
        "{by_server:?}"
    );
    // As it came: what the error tells of it hides every word that is a text of the payer's, too.
    let answer = by_server.raw_body().expect("a body");
    let answer: Value = serde_json::from_slice(answer).expect("JSON");
    let all = draft
        .check(&Account::default())
        .expect_err("what is known is broken");
    assert_eq!(answer["message"], all.to_string());
    assert_eq!(error.message(), Some(known.to_string().as_str()));
    false
}

#[test]
fn limits_that_are_assumed_are_left_to_the_service() {
    let service = Service::start();
    let mut sent = 0;
    for method in PaymentMethod::all() {
        let (_, limits) = method.currencies[0];
        if !limits.is_assumed {
            continue;
        }
        let mut parameters = smallest(method);
        parameters.insert("amount".to_owned(), (limits.max.get() + 1).into());
        let request = serde_json::from_value(parameters.into()).expect("a request");
        let error = service
            .create(&request)
            .expect_err("more than this server takes");
        assert_eq!(
            (error.attempts(), error.status()),
            (1, Some(400)),
            "{}",
            method.source_type
        );
        sent += 1;
    }
    assert!(sent > 5, "{sent}");
}

/// What no program in Rust can send, the rules that the client has refuse or accept as the server.
fn check_rules(service: &Service, parameters: &Value) -> bool {
    let (status, answer) = service.answer(parameters);
    match Draft::read(parameters.clone()).check(&Account::default()) {
        Ok(_) => assert_eq!(status, 200, "{parameters}"),
        Err(rejection) => {
            assert_eq!(status, 400, "{parameters}");
            assert_eq!(answer["message"], rejection.to_string(), "{parameters}");
        }
    }
    status == 200
}

/// The answer to a request that breaks no rule is a whole source of its payment method.
fn check_source(source: &Response<Source>, request: &CreateSourceRequest) {
    let method = request.type_.payment_method().expect("a row");
    let limits = method
        .limits(source.currency)
        .expect("a currency of the row");
    assert!(
        (limits.min..=limits.max).contains(&source.amount),
        "{source:?}"
    );
    assert_eq!(
        (source.amount, &source.type_),
        (request.amount, &request.type_)
    );
    let raw: Value = serde_json::from_slice(source.raw()).expect("JSON");
    let members = raw.as_object().expect("a source is an object");
    assert_eq!(members.len(), 35, "{source:?}");
}

/// How often what happened.
struct Seen {
    /// Refused and accepted, by row of the table.
    of_row: Vec<[usize; 2]>,
    /// Of them, those that the client was asked to send.
    typed: usize,
}

impl Default for Seen {
    fn default() -> Seen {
        Seen {
            of_row: vec![[0; 2]; PaymentMethod::all().len()],
            typed: 0,
        }
    }
}

impl Seen {
    fn add(&mut self, other: &Seen) {
        for (row, other) in self.of_row.iter_mut().zip(&other.of_row) {
            *row = [row[0] + other[0], row[1] + other[1]];
        }
        self.typed += other.typed;
    }

    /// No outcome was hardly tried.
    fn check(&self, requests: usize) {
        let [refused, accepted] = [0, 1].map(|of| self.of_row.iter().map(|row| row[of]).sum());
        let typed = self.typed;
        say(&format!(
            "{requests} requests: {accepted} accepted, {refused} refused; {typed} by the client"
        ));
        let fair = requests / 4..requests * 3 / 4;
        assert!(
            fair.contains(&refused) && fair.contains(&accepted),
            "{refused} {accepted}"
        );
        assert!((requests / 2..requests).contains(&typed), "{typed}");
        assert!(
            !self.of_row.iter().flatten().any(|count| *count == 0),
            "{:?}",
            self.of_row
        );
    }
}

/// The server in this process, and a client of it.
struct Service {
    api: Arc<CountedApi>,
    client: Client,
    runtime: Runtime,
}

impl Service {
    fn start() -> Service {
        let key = SecretKey::new(SECRET_KEY).expect("a key");
        let account = AccountKeys {
            secret_keys: vec![key.clone()],
            ..AccountKeys::new("default")
        };
        let accounts = Accounts::new([account]).expect("one key");
        let api = Api::new(
            accounts,
            Arc::new(MemoryStore::new()),
            Arc::new(SystemEnvironment),
        );
        let api = Arc::new(CountedApi {
            api,
            received: AtomicUsize::new(0),
        });
        let client = Client::builder()
            .secret_key(key)
            .transport(Arc::clone(&api));
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        Service {
            api,
            client: client.build().expect("a client"),
            runtime: runtime.enable_time().build().expect("a runtime"),
        }
    }

    fn received(&self) -> usize {
        self.api.received.load(Ordering::SeqCst)
    }

    fn create(&self, request: &CreateSourceRequest) -> Result<Response<Source>, Error> {
        self.runtime
            .block_on(self.client.create_source(request).send())
    }

    fn create_unchecked(&self, request: &CreateSourceRequest) -> Result<Response<Source>, Error> {
        self.runtime
            .block_on(self.client.create_source(request).unchecked().send())
    }

    /// What the server answers to JSON that no client has made.
    fn answer(&self, parameters: &Value) -> (u16, Value) {
        let request = Request::post("/sources")
            .header("authorization", authorization(SECRET_KEY))
            .header("content-type", "application/json")
            .body(Bytes::from(parameters.to_string()))
            .expect("a request");
        let answer = self.runtime.block_on(self.api.answer(request));
        let status = answer.status().as_u16();
        (status, serde_json::from_slice(answer.body()).expect("JSON"))
    }
}

/// The server as a transport that counts.
struct CountedApi {
    api: Api,
    received: AtomicUsize,
}

impl CountedApi {
    async fn answer(&self, request: Request<Bytes>) -> http::Response<Bytes> {
        self.received.fetch_add(1, Ordering::SeqCst);
        let (head, body) = self.api.answer(request.map(Full::new)).await.into_parts();
        let body = body.collect().await.expect("a body in memory");
        http::Response::from_parts(head, body.to_bytes())
    }
}

impl Transport for CountedApi {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(async { Ok(self.answer(request).await) })
    }
}
