//! The SDK takes part in every case: it sends what it can say, and reads the answer to what it
//! cannot.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use omise_client::{Client, Error, Transport, TransportFuture, blocking};
use omise_conformance::{Case, Exchange, Step, Suite};
use omise_tests::flawed::Flawed;
use omise_tests::kinds::{kind, kind_of_status};
use omise_tests::process::SECRET_KEY;
use omise_types::{CreateSourceRequest, PublicKey, SecretKey, Source, SourceId};
use serde_json::Value;

use super::keys;

type Answered = Result<omise_client::Response<Source>, Error>;

#[test]
fn the_async_sdk_sends_or_reads_every_case() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let part = take_part(&|client, call| {
        runtime.block_on(async {
            match call {
                Call::Create(request) => client.create_source(&**request).unchecked().await,
                Call::CreateChecked(request) => client.create_source(&**request).await,
                Call::Retrieve(id) => client.retrieve_source(id).await,
            }
        })
    });
    insta::assert_snapshot!("how_the_sdk_takes_part", part);
}

#[test]
fn the_blocking_sdk_sends_or_reads_every_case() {
    let part = take_part(&|client, call| {
        let client = blocking::Client::new(client.clone()).expect("a thread");
        match call {
            Call::Create(request) => client.create_source(&**request).unchecked().send(),
            Call::CreateChecked(request) => client.create_source(&**request).send(),
            Call::Retrieve(id) => client.retrieve_source(id).send(),
        }
    });
    insta::assert_snapshot!("how_the_sdk_takes_part", part);
}

/// What a user calls.
pub(super) enum Call {
    /// A creation that the service decides.
    Create(Box<CreateSourceRequest>),
    /// A creation that is held against the rules before it is sent.
    CreateChecked(Box<CreateSourceRequest>),
    /// A retrieval.
    Retrieve(SourceId),
}

/// The key with which a user calls.
#[derive(Clone)]
pub(super) enum Key {
    /// A public key.
    Public(PublicKey),
    /// A secret key.
    Secret(SecretKey),
}

impl Key {
    /// The key that a request is sent with, if it is spelled as the SDK spells it.
    fn of(request: &Request<Bytes>) -> Option<Key> {
        let header = request.headers().get("authorization")?.to_str().ok()?;
        let decoded = STANDARD.decode(header.strip_prefix("Basic ")?).ok()?;
        let key = String::from_utf8(decoded).ok()?;
        let key = key.strip_suffix(':')?;
        let public = PublicKey::new(key).map(Key::Public);
        public
            .or_else(|_| SecretKey::new(key).map(Key::Secret))
            .ok()
    }
}

/// The call that says the same as the request and its key, if a user can say it by the SDK.
pub(super) fn call(step: &Step, exchange: &Exchange) -> Option<(Call, Key)> {
    let asked = &step.request;
    let has_other_body = asked.form.is_some() || asked.text.is_some() || asked.base64.is_some();
    if asked.headers.keys().any(|name| name != "authorization") || has_other_body {
        return None;
    }
    let request = exchange.request(step);
    Some((call_of(&request, asked.json.as_ref())?, Key::of(&request)?))
}

fn call_of(request: &Request<Bytes>, json: Option<&Value>) -> Option<Call> {
    let path = request.uri().to_string();
    match (request.method(), json) {
        (&Method::POST, Some(parameters)) if path == "/sources" => {
            let request: CreateSourceRequest = serde_json::from_value(parameters.clone()).ok()?;
            // What the type leaves out or writes in another way is not what the case is about.
            let said = serde_json::to_value(&request).expect("a request is JSON");
            (said == *parameters).then(|| Call::Create(Box::new(request)))
        }
        (&Method::GET, None) => {
            let id: SourceId = path.strip_prefix("/sources/")?.parse().ok()?;
            // The key is a test key, and the SDK knows that this fits no live source.
            (!id.is_live()).then_some(Call::Retrieve(id))
        }
        _ => None,
    }
}

/// Puts the SDK through every case and tells how it took part in those that it cannot send.
fn take_part(run: &dyn Fn(&Client, &Call) -> Answered) -> String {
    let suite = Suite::embedded();
    let (mut sent, mut read) = (0, 0);
    let mut only_read = String::new();
    for (name, file) in suite.files() {
        for case in &file.cases {
            let place = format!("{name}/{}", case.id);
            if take_part_in(case, run).unwrap_or_else(|problem| panic!("{place}: {problem}")) {
                sent += 1;
            } else {
                read += 1;
                let _ = writeln!(only_read, "  {place}");
            }
        }
    }
    assert_eq!(sent + read, suite.cases().count(), "no case drops out");
    format!("sent and read: {sent}\nread only: {read}\n{only_read}")
}

/// Whether the SDK can send the case; it read the answer in any event.
fn take_part_in(case: &Case, run: &dyn Fn(&Client, &Call) -> Answered) -> Result<bool, String> {
    let service = Recorded::new();
    let mut exchange = Exchange::new(&keys());
    for step in &case.given {
        let answer = service.ask(exchange.request(step));
        exchange.judge(step, &answer).map_err(told)?;
    }
    let step = &case.step;
    let Some((call, key)) = call(step, &exchange) else {
        let answer = service.ask(exchange.request(step));
        exchange.judge(step, &answer).map_err(told)?;
        read_answer(case, &answer, run)?;
        return Ok(false);
    };

    let client = client(&key, service.clone());
    let answered = run(&client, &call);
    let answer = service.last().ok_or("nothing was sent")?;
    exchange.judge(step, &answer).map_err(told)?;
    check_read(&answered, &answer)?;
    if let Call::Create(request) = call {
        let checked = run(&client, &Call::CreateChecked(request));
        check_same(&checked, &answered)?;
    }
    Ok(true)
}

/// Gives the SDK the answer to a request that it would not send.
fn read_answer(
    case: &Case,
    answer: &Response<Bytes>,
    run: &dyn Fn(&Client, &Call) -> Answered,
) -> Result<(), String> {
    let key = Key::Secret(SecretKey::new(SECRET_KEY).expect("a key"));
    let client = client(&key, Replay(answer.clone()));
    let call = if case.step.request.method == "POST" {
        let request = serde_json::json!({"amount": 10000, "currency": "THB", "type": "promptpay"});
        let request = serde_json::from_value(request).expect("a request");
        Call::Create(Box::new(request))
    } else {
        Call::Retrieve("src_test_0000000000000000000".parse().expect("an id"))
    };
    check_read(&run(&client, &call), answer)
}

/// Whether the SDK makes of an answer what it is.
fn check_read(answered: &Answered, answer: &Response<Bytes>) -> Result<(), String> {
    let status = answer.status();
    let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    match answered {
        Ok(source) => {
            let decoded = serde_json::to_value(&**source).expect("a source is JSON");
            require(status == StatusCode::OK, "a source of an error")?;
            require(source.raw() == answer.body(), "other bytes")?;
            require(decoded == body, "another source")
        }
        Err(error) => {
            let told = format!("{error:?}");
            require(error.status() == Some(status.as_u16()), &told)?;
            require(kind(error) == kind_of_status(status.as_u16()), &told)?;
            let code = error.code().map(|code| code.as_str());
            require(code == body["code"].as_str(), &told)?;
            require(error.message() == body["message"].as_str(), &told)
        }
    }
}

/// Whether the rules on this side say what the service says.
fn check_same(checked: &Answered, unchecked: &Answered) -> Result<(), String> {
    match (checked, unchecked) {
        (Ok(_), Ok(_)) => Ok(()),
        (Err(checked), Err(unchecked)) => {
            let told = format!("before it is sent: {checked:?}");
            require(kind(checked) == kind(unchecked), &told)?;
            // A type that is spelt otherwise is refused before it is sent, with what was meant.
            if checked.attempts() == 0 && checked.suggestion().is_some() {
                return Ok(());
            }
            require(checked.message() == unchecked.message(), &told)
        }
        (Ok(_), Err(_)) => Err("taken where the service refuses".to_owned()),
        (Err(error), Ok(_)) => Err(format!("refused where the service takes: {error:?}")),
    }
}

fn require(holds: bool, problem: &str) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(problem.to_owned())
    }
}

fn told(mismatches: Vec<omise_conformance::Mismatch>) -> String {
    let lines: Vec<String> = mismatches.iter().map(ToString::to_string).collect();
    lines.join("; ")
}

fn client(key: &Key, transport: impl Transport) -> Client {
    let builder = Client::builder().base_url("http://127.0.0.1");
    let builder = match key {
        Key::Public(key) => builder.public_key(key.clone()),
        Key::Secret(key) => builder.secret_key(key.clone()),
    };
    builder.transport(transport).build().expect("a client")
}

/// A service that remembers its last answer. A clone is the same one.
#[derive(Clone)]
struct Recorded(Arc<(Flawed, Mutex<Option<Response<Bytes>>>)>);

impl Recorded {
    fn new() -> Recorded {
        Recorded(Arc::new((Flawed::new(None), Mutex::default())))
    }

    fn ask(&self, request: Request<Bytes>) -> Response<Bytes> {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let (api, _) = &*self.0;
        runtime.expect("a runtime").block_on(api.answer(request))
    }

    fn last(&self) -> Option<Response<Bytes>> {
        self.0
            .1
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Transport for Recorded {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(async move {
            let (api, last) = &*self.0;
            let answer = api.answer(request).await;
            *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer.clone());
            Ok(answer)
        })
    }
}

/// A service with one answer for all.
struct Replay(Response<Bytes>);

impl Transport for Replay {
    fn send(&self, _: Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(async move { Ok(self.0.clone()) })
    }
}
