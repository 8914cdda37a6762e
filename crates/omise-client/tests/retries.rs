//! When a request is sent again, how long that waits, and what the caller is told afterwards.
//!
//! The clock is tokio's, paused: it goes on by itself to the next moment at which something is due.
//! What is expected follows from the policy of the document, so it changes with the document.

#[expect(dead_code, reason = "each file of tests uses a part of it")]
mod support;

use std::fmt::Write as _;
use std::future::pending;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant as RealInstant, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use httpdate::fmt_http_date;
use omise_client::money::Thb;
use omise_client::omise_types::{Repeatable, RetryPolicy};
use omise_client::payment_methods::Promptpay;
use omise_client::{
    Client, ClientBuilder, Error, IdempotencyKey, Operation, Response, Source, SourceId, Transport,
    TransportError, TransportFuture,
};
use support::{ID, SOURCE, public, secret};
use tokio::time::Instant;

use Call::{Create, CreateWithHonouredKey, CreateWithKey, Retrieve};
use Step::{
    Answer, AnswerWith, Connect, Hang, Interrupted, InterruptedAfter, InterruptedWith, NoSource,
    Timeout, TooLarge, TooLargeAfter,
};

/// How late a timer of tokio may be: it counts milliseconds.
const SLACK: Duration = Duration::from_millis(2);

/// How many further attempts a client has to spare: see [`ClientBuilder::without_retry_budget`].
const BUDGET: usize = 100;

/// More calls than a client can spare further attempts.
const MANY: usize = 3 * BUDGET;

const KEY: &str = "order-1042-payment-1";

type Predicate = fn(&Error) -> bool;

// What is called, and what it meets.

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Call {
    Retrieve,
    Create,
    CreateWithKey,
    /// At a service of which the client was told that it honours the key.
    CreateWithHonouredKey,
}

impl Call {
    const ALL: [Call; 4] = [Retrieve, Create, CreateWithKey, CreateWithHonouredKey];

    fn operation(self) -> Operation {
        match self {
            Retrieve => Operation::RetrieveSource,
            Create | CreateWithKey | CreateWithHonouredKey => Operation::CreateSource,
        }
    }

    fn policy(self) -> RetryPolicy {
        self.operation().retry_policy()
    }

    /// Whether it may be sent again after it may have reached the service.
    fn is_repeatable(self) -> bool {
        match self.policy().repeatable {
            Repeatable::Always => true,
            _ => self == CreateWithHonouredKey,
        }
    }

    fn has_effect(self) -> bool {
        self != Retrieve
    }

    fn has_key(self) -> bool {
        matches!(self, CreateWithKey | CreateWithHonouredKey)
    }

    fn attempts(self) -> usize {
        usize::try_from(self.policy().attempts).unwrap()
    }

    /// A failure of the service after which a repeatable call is sent again.
    fn busy(self) -> u16 {
        let mut statuses = self.policy().statuses.iter().copied();
        statuses.find(|status| *status >= 500).unwrap()
    }

    /// A failure of the service after which no call is sent again.
    fn broken(self) -> u16 {
        let statuses = self.policy().statuses;
        (500..600)
            .find(|status| !statuses.contains(status))
            .unwrap()
    }

    /// The longest wait before the attempt that follows this one, without what the service asks.
    fn bound(self, attempt: usize) -> Duration {
        let policy = self.policy();
        let doublings = u32::try_from(attempt - 1).unwrap();
        (policy.base_delay * 2_u32.pow(doublings)).min(policy.max_delay)
    }

    async fn make(
        self,
        client: &Client,
        timeout: Option<Duration>,
    ) -> Result<Response<Source>, Error> {
        if self == Retrieve {
            let mut retrieval = client.retrieve_source(&id());
            if let Some(timeout) = timeout {
                retrieval = retrieval.timeout(timeout);
            }
            return retrieval.await;
        }
        let mut creation = client.create_source(Promptpay::new(Thb::new(10_000)));
        if self.has_key() {
            creation = creation.idempotency_key(IdempotencyKey::new(KEY).unwrap());
        }
        if let Some(timeout) = timeout {
            creation = creation.timeout(timeout);
        }
        creation.await
    }
}

/// What one request meets.
#[derive(Clone, Debug)]
enum Step {
    /// Nothing is sent.
    Connect,
    /// The transport gives up by itself, at once.
    Timeout,
    /// Nothing ever comes.
    Hang,
    Interrupted,
    InterruptedAfter(u16),
    InterruptedWith(u16, Headers),
    TooLarge,
    TooLargeAfter(u16),
    /// For 200 it is a source.
    Answer(u16),
    AnswerWith(u16, Headers),
    /// A 200 that is no source.
    NoSource,
}

type Headers = Vec<(&'static str, String)>;

impl Step {
    async fn answer(self) -> Result<http::Response<Bytes>, TransportError> {
        let none = HeaderMap::new();
        match self {
            Connect => Err(TransportError::connect("refused")),
            Timeout => Err(TransportError::timeout("slow")),
            Hang => pending().await,
            Interrupted => Err(TransportError::other("reset")),
            InterruptedAfter(of) => {
                Err(TransportError::other("reset").after_head(status(of), &none))
            }
            InterruptedWith(of, with) => {
                Err(TransportError::other("reset").after_head(status(of), &headers(with)))
            }
            TooLarge => Err(TransportError::too_large(9)),
            TooLargeAfter(of) => Err(TransportError::too_large(9).after_head(status(of), &none)),
            Answer(200) => Ok(answer(200, Vec::new(), SOURCE)),
            Answer(of) => Ok(answer(of, Vec::new(), "")),
            AnswerWith(of, with) => Ok(answer(of, with, "")),
            NoSource => Ok(answer(200, Vec::new(), "<title>Log in</title>")),
        }
    }
}

fn answer(of: u16, with: Headers, body: &'static str) -> http::Response<Bytes> {
    let mut answer = http::Response::new(Bytes::from_static(body.as_bytes()));
    *answer.status_mut() = status(of);
    *answer.headers_mut() = headers(with);
    answer
}

fn status(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap()
}

fn headers(headers: Headers) -> HeaderMap {
    let headers = headers.into_iter().map(|(name, value)| {
        let name = HeaderName::from_static(name);
        (name, HeaderValue::from_str(&value).unwrap())
    });
    headers.collect()
}

/// Takes one step for each request, and the last one from then on.
#[derive(Clone)]
struct Scripted {
    script: Arc<Mutex<Vec<Step>>>,
    sent: Arc<Mutex<Vec<Sent>>>,
}

struct Sent {
    at: Instant,
    told: Duration,
    request: http::Request<Bytes>,
}

impl Scripted {
    fn new(script: impl Into<Vec<Step>>) -> Scripted {
        Scripted {
            script: Arc::new(Mutex::new(script.into())),
            sent: Arc::default(),
        }
    }

    fn client(&self) -> ClientBuilder {
        Client::builder()
            .public_key(public())
            .secret_key(secret())
            .transport(self.clone())
    }

    fn becomes(&self, step: Step) {
        *self.script.lock().unwrap() = vec![step];
    }

    /// How often something was sent since this was asked for the last time.
    fn requests(&self) -> usize {
        std::mem::take(&mut *self.sent.lock().unwrap()).len()
    }
}

impl Transport for Scripted {
    fn send(&self, _: http::Request<Bytes>) -> TransportFuture<'_> {
        unreachable!("the client tells the time")
    }

    fn send_within(&self, request: http::Request<Bytes>, told: Duration) -> TransportFuture<'_> {
        let at = Instant::now();
        self.sent.lock().unwrap().push(Sent { at, told, request });
        let mut script = self.script.lock().unwrap();
        let step = if script.len() > 1 {
            script.remove(0)
        } else {
            script[0].clone()
        };
        Box::pin(step.answer())
    }
}

fn id() -> SourceId {
    ID.parse().unwrap()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

// The cases.

/// One behaviour: what is done, and what must come of it.
struct Case {
    name: String,
    call: Call,
    script: Vec<Step>,
    options: fn(ClientBuilder) -> ClientBuilder,
    timeout: Option<Duration>,

    requests: usize,
    /// The kind of the error, or `None` for a success.
    kind: Option<Predicate>,
    may_have_taken_effect: bool,
    is_retryable: bool,
    retry_after: Option<Duration>,
    /// Without the random part of the waits.
    time: RangeInclusive<Duration>,
    /// Whether all of the waits were waited to their end, with their random part.
    has_jitter: bool,
}

fn case(name: impl Into<String>, call: Call, script: impl Into<Vec<Step>>) -> Case {
    Case {
        name: name.into(),
        call,
        script: script.into(),
        options: |client| client,
        timeout: None,
        requests: 0,
        kind: None,
        may_have_taken_effect: false,
        is_retryable: false,
        retry_after: None,
        time: Duration::ZERO..=Duration::ZERO,
        has_jitter: true,
    }
}

impl Case {
    fn with(mut self, options: fn(ClientBuilder) -> ClientBuilder) -> Case {
        self.options = options;
        self
    }

    /// With a time for this call.
    fn timeout(mut self, timeout: Duration) -> Case {
        self.timeout = Some(timeout);
        self
    }

    fn succeeds(mut self, requests: usize) -> Case {
        self.requests = requests;
        self
    }

    fn fails(mut self, requests: usize, kind: Predicate) -> Case {
        self.requests = requests;
        self.kind = Some(kind);
        self
    }

    fn may_have_taken_effect(mut self) -> Case {
        self.may_have_taken_effect = true;
        self
    }

    fn retryable(mut self) -> Case {
        self.is_retryable = true;
        self
    }

    fn asks_for(mut self, wait: Duration) -> Case {
        self.retry_after = Some(wait);
        self
    }

    /// It takes this time and the random part of the waits.
    fn takes(self, time: Duration) -> Case {
        self.takes_between(time, time)
    }

    fn takes_between(mut self, least: Duration, most: Duration) -> Case {
        self.time = least..=most;
        self
    }

    /// It takes this time, whatever the random part of the waits was.
    fn takes_exactly(mut self, time: Duration) -> Case {
        self.has_jitter = false;
        self.takes(time)
    }

    /// Runs it, and says what is otherwise than it should be.
    async fn run(self) -> String {
        let service = Scripted::new(self.script);
        let mut client = service.client();
        if self.call == CreateWithHonouredKey {
            client = client.honours_idempotency_keys();
        }
        let client = (self.options)(client).build().unwrap();
        let start = Instant::now();
        let outcome = self.call.make(&client, self.timeout).await;
        let time = start.elapsed();

        let mut wrong = String::new();
        let mut check = |what: &str, is_right: bool| {
            if !is_right {
                writeln!(wrong, "{}: {what}; {outcome:?}", self.name).unwrap();
            }
        };
        let sent = service.sent.lock().unwrap();
        let requests = sent.len();
        check(&format!("{requests} requests"), requests == self.requests);
        let attempts = match &outcome {
            Ok(response) => response.attempts(),
            Err(error) => error.attempts(),
        };
        check("attempts", usize::try_from(attempts) == Ok(self.requests));
        let is_right = match (&outcome, self.kind) {
            (Ok(_), None) => true,
            (Err(error), Some(kind)) => kind(error),
            _ => false,
        };
        check("outcome", is_right);
        if let Err(error) = &outcome {
            let has_effect = error.may_have_taken_effect();
            check("effect", has_effect == self.may_have_taken_effect);
            check("is_retryable", error.is_retryable() == self.is_retryable);
            check("retry_after", error.retry_after() == self.retry_after);
        }

        let jitter = (1..self.requests).map(|attempt| self.call.bound(attempt));
        let jitter = if self.has_jitter {
            jitter.sum()
        } else {
            Duration::ZERO
        };
        let slack = SLACK * u32::try_from(requests).unwrap();
        let (least, most) = self.time.into_inner();
        let is_right = least <= time && time <= most + jitter + slack;
        check(&format!("{time:?}"), is_right);

        for Sent { request, .. } in &*sent {
            let first = &sent[0].request;
            check("another request", is_same(request, first));
            let keys = request.headers().get_all("idempotency-key");
            let key = self.call.has_key().then_some(KEY);
            check("keys", keys.iter().eq(key));
        }
        wrong
    }
}

/// Whether it is the same request to the last byte.
fn is_same(request: &http::Request<Bytes>, first: &http::Request<Bytes>) -> bool {
    request.method() == first.method()
        && request.uri() == first.uri()
        && request.headers() == first.headers()
        && request.body() == first.body()
}

#[tokio::test(start_paused = true)]
async fn every_case_holds() {
    let start = RealInstant::now();
    let cases = [
        retrievals(),
        creations(),
        creations_with_a_key(),
        creations_with_an_honoured_key(),
        waits_that_are_asked_for(),
        limits(),
    ];
    let cases: Vec<Case> = cases.into_iter().flatten().collect();
    assert!(cases.len() >= 60, "{} cases", cases.len());
    check_all(cases).await;
    assert!(start.elapsed() < seconds(30), "{:?}", start.elapsed());
}

/// Answers and heads without a body, of every status: what the policy lists is sent again, and
/// nothing else is.
#[tokio::test(start_paused = true)]
async fn every_status_is_treated_as_the_policy_says() {
    let statuses = 200..600;
    let mut cases = Vec::new();
    for (status, call) in statuses.flat_map(|status| Call::ALL.map(|call| (status, call))) {
        let is_repeated = call.is_repeatable() && call.policy().statuses.contains(&status);
        let name = format!("{call:?}, {status}");
        let answered = case(
            format!("{name} answered"),
            call,
            [Answer(status), Answer(200)],
        );
        cases.push(match status {
            200 => answered.succeeds(1),
            _ if is_repeated => answered.succeeds(2),
            _ => answered.ends_with(status, Error::is_unreadable),
        });

        let name = format!("{name} interrupted");
        let cut = case(name, call, [InterruptedAfter(status), Answer(200)]);
        // Below 400 the status says nothing of what became of it.
        cases.push(match status {
            ..400 if call.is_repeatable() => cut.succeeds(2),
            400.. if is_repeated => cut.succeeds(2),
            _ => cut.ends_with(status, Error::is_interrupted),
        });
    }
    check_all(cases).await;
}

impl Case {
    /// It fails at once with this status, and with this kind if the status does not say one.
    fn ends_with(self, status: u16, else_kind: Predicate) -> Case {
        let kind: Predicate = match status {
            401 | 403 => Error::is_authentication,
            404 => Error::is_not_found,
            408 => Error::is_timeout,
            429 => Error::is_rate_limited,
            400..500 => Error::is_rejected,
            500.. => Error::is_server_error,
            _ => else_kind,
        };
        let mut case = self.fails(1, kind);
        let is_refusal = (400..500).contains(&status);
        case.may_have_taken_effect = case.call.has_effect() && !is_refusal;
        case.is_retryable =
            matches!(status, 408 | 429) || (status >= 500 && case.call.is_repeatable());
        case
    }
}

async fn check_all(cases: Vec<Case>) {
    for call in Call::ALL {
        let attempts = call.attempts();
        assert!(
            attempts >= 3,
            "the cases have up to 3 attempts, {call:?} {attempts}"
        );
    }
    let mut wrong = String::new();
    for case in cases {
        wrong += &case.run().await;
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[rustfmt::skip]
fn retrievals() -> Vec<Case> {
    let (all, busy, broken) = (Retrieve.attempts(), Retrieve.busy(), Retrieve.broken());
    let retrieval = |name: &str, script: &[Step]| case(name, Retrieve, script);
    vec![
        retrieval("a success is the end", &[Answer(200)]).succeeds(1),
        retrieval("no connection, then one", &[Connect, Answer(200)]).succeeds(2),
        retrieval("no answer in time, then one", &[Timeout, Answer(200)]).succeeds(2),
        retrieval("a broken connection, then none", &[Interrupted, Answer(200)]).succeeds(2),
        retrieval("busy, then not", &[Answer(busy), Answer(200)]).succeeds(2),
        retrieval("two failures of one kind", &[Timeout, Timeout, Answer(200)]).succeeds(3),
        retrieval("two failures of two kinds", &[Connect, Answer(busy), Answer(200)]).succeeds(3),
        retrieval("never a connection", &[Connect]).fails(all, Error::is_connect).retryable(),
        retrieval("never in time", &[Timeout]).fails(all, Error::is_timeout).retryable(),
        retrieval("always broken", &[Interrupted]).fails(all, Error::is_interrupted).retryable(),
        retrieval("always busy", &[Answer(busy)]).fails(all, Error::is_server_error).retryable(),
        retrieval("busy, then a refusal", &[Answer(busy), Answer(400)])
            .fails(2, Error::is_rejected),
        retrieval("busy, then not found", &[Answer(busy), Answer(404)])
            .fails(2, Error::is_not_found),
        retrieval("in time, then a failure that is not repeated", &[Timeout, Answer(broken)])
            .fails(2, Error::is_server_error).retryable(),
        retrieval("no connection, then a login page", &[Connect, NoSource])
            .fails(2, Error::is_unreadable),
        retrieval("a login page", &[NoSource, Answer(200)]).fails(1, Error::is_unreadable),
        retrieval("too large", &[TooLarge, Answer(200)]).fails(1, Error::is_unreadable),
        retrieval("a success that is too large", &[TooLargeAfter(200), Answer(200)])
            .fails(1, Error::is_unreadable),
        retrieval("a refusal that is too large", &[TooLargeAfter(400), Answer(200)])
            .fails(1, Error::is_rejected),
        retrieval("busy with a page that is too large", &[TooLargeAfter(busy), Answer(200)])
            .succeeds(2),
    ]
}

#[rustfmt::skip]
fn creations() -> Vec<Case> {
    let (all, busy) = (Create.attempts(), Create.busy());
    let creation = |name: &str, script: &[Step]| case(name, Create, script);
    vec![
        creation("a creation has success", &[Answer(200)]).succeeds(1),
        creation("nothing was sent, so it is sent again", &[Connect, Answer(200)]).succeeds(2),
        creation("nothing was sent twice", &[Connect, Connect, Answer(200)]).succeeds(3),
        creation("nothing was ever sent", &[Connect]).fails(all, Error::is_connect).retryable(),
        creation("it may have arrived, and no answer came in time", &[Timeout, Answer(200)])
            .fails(1, Error::is_timeout).may_have_taken_effect(),
        creation("it may have arrived, and no answer ever came", &[Hang])
            .fails(1, Error::is_timeout).may_have_taken_effect()
            .takes_exactly(ClientBuilder::ATTEMPT_TIMEOUT),
        creation("it may have arrived, and the connection broke", &[Interrupted, Answer(200)])
            .fails(1, Error::is_interrupted).may_have_taken_effect(),
        creation("it arrived, and the answer is too large", &[TooLarge, Answer(200)])
            .fails(1, Error::is_unreadable).may_have_taken_effect(),
        creation("it is busy and says so at length", &[TooLargeAfter(busy), Answer(200)])
            .fails(1, Error::is_server_error).may_have_taken_effect(),
        creation("it was refused at length", &[TooLargeAfter(400), Answer(200)])
            .fails(1, Error::is_rejected),
        creation("it arrived somewhere", &[NoSource, Answer(200)])
            .fails(1, Error::is_unreadable).may_have_taken_effect(),
        creation("busy is not repeated", &[Answer(busy), Answer(200)])
            .fails(1, Error::is_server_error).may_have_taken_effect(),
        creation("nothing was sent, then it is busy", &[Connect, Answer(busy), Answer(200)])
            .fails(2, Error::is_server_error).may_have_taken_effect(),
        creation("nothing was sent, then it broke", &[Connect, Interrupted, Answer(200)])
            .fails(2, Error::is_interrupted).may_have_taken_effect(),
        creation("nothing was sent, then it was refused", &[Connect, Answer(400)])
            .fails(2, Error::is_rejected),
        creation("nothing was sent, then there are too many", &[Connect, Answer(429)])
            .fails(2, Error::is_rate_limited).retryable(),
        creation("a service that honours keys, without one", &[Answer(busy), Answer(200)])
            .with(ClientBuilder::honours_idempotency_keys).fails(1, Error::is_server_error)
            .may_have_taken_effect(),
    ]
}

#[rustfmt::skip]
fn creations_with_a_key() -> Vec<Case> {
    let busy = CreateWithKey.busy();
    let creation = |name: &str, script: &[Step]| case(name, CreateWithKey, script);
    vec![
        creation("a key alone repeats nothing after busy", &[Answer(busy), Answer(200)])
            .fails(1, Error::is_server_error).may_have_taken_effect(),
        creation("a key alone repeats nothing after silence", &[Timeout, Answer(200)])
            .fails(1, Error::is_timeout).may_have_taken_effect(),
        creation("a key alone repeats nothing that broke", &[Interrupted, Answer(200)])
            .fails(1, Error::is_interrupted).may_have_taken_effect(),
        creation("with a key what was not sent is sent", &[Connect, Answer(200)]).succeeds(2),
    ]
}

#[rustfmt::skip]
fn creations_with_an_honoured_key() -> Vec<Case> {
    let call = CreateWithHonouredKey;
    let (all, busy, broken) = (call.attempts(), call.busy(), call.broken());
    let creation = |name: &str, script: &[Step]| case(name, call, script);
    vec![
        creation("an honoured key, and a success", &[Answer(200)]).succeeds(1),
        creation("an honoured key repeats after busy", &[Answer(busy), Answer(200)]).succeeds(2),
        creation("an honoured key repeats after silence", &[Timeout, Answer(200)]).succeeds(2),
        creation("an honoured key repeats what broke", &[Interrupted, Answer(200)]).succeeds(2),
        creation("an honoured key repeats what was not sent", &[Connect, Answer(200)]).succeeds(2),
        creation("an honoured key repeats twice", &[Interrupted, Timeout, Answer(200)]).succeeds(3),
        creation("an honoured key and always busy", &[Answer(busy)])
            .fails(all, Error::is_server_error).may_have_taken_effect().retryable(),
        creation("an honoured key and always too many", &[Answer(429)])
            .fails(all, Error::is_rate_limited).retryable(),
        creation("an honoured key and never a connection", &[Connect])
            .fails(all, Error::is_connect).retryable(),
        creation("an honoured key does not repeat every failure", &[Answer(broken), Answer(200)])
            .fails(1, Error::is_server_error).may_have_taken_effect().retryable(),
        creation("an honoured key does not repeat what was read", &[TooLarge, Answer(200)])
            .fails(1, Error::is_unreadable).may_have_taken_effect(),
        creation("it broke before there was no connection", &[Interrupted, Connect])
            .fails(all, Error::is_connect).may_have_taken_effect().retryable(),
        creation("it was busy before it was refused", &[Answer(busy), Answer(400)])
            .fails(2, Error::is_rejected).may_have_taken_effect(),
    ]
}

#[rustfmt::skip]
fn waits_that_are_asked_for() -> Vec<Case> {
    let (busy, broken, all) = (Retrieve.busy(), Retrieve.broken(), Retrieve.attempts());
    let most = Retrieve.policy().max_retry_after;
    let (past, future) = (SystemTime::UNIX_EPOCH, SystemTime::now() + most);
    let date = fmt_http_date;
    let asking = |name: &str, headers| {
        case(name, Retrieve, [AnswerWith(busy, headers), Answer(200)])
    };
    let asking_call = |name: &str, call, status| {
        case(name, call, [AnswerWith(status, asks("7")), Answer(200)])
    };
    vec![
        asking("seconds", asks("7")).succeeds(2).takes(seconds(7)),
        asking("seconds with blanks", asks(" 7 ")).succeeds(2).takes(seconds(7)),
        asking("seconds with zeros", asks("007")).succeeds(2).takes(seconds(7)),
        asking("no seconds", asks("0")).succeeds(2),
        asking("fewer than none", asks("-7")).succeeds(2),
        asking("a fraction", asks("7.5")).succeeds(2),
        asking("more than one number", asks("7, 8")).succeeds(2),
        asking("words", asks("later")).succeeds(2),
        asking("nothing", asks("")).succeeds(2),
        asking("the most", asks(most.as_secs())).succeeds(2).takes(most),
        asking("more than the most", asks(most.as_secs() + 1))
            .fails(1, Error::is_server_error).retryable().asks_for(most + seconds(1)),
        asking("more than a number holds", asks("99999999999999999999999"))
            .fails(1, Error::is_server_error).retryable().asks_for(seconds(u64::MAX)),
        asking("a date", asks_at("Sun, 06 Nov 1994 08:49:30 GMT", "Sun, 06 Nov 1994 08:49:37 GMT"))
            .succeeds(2).takes(seconds(7)),
        asking("a date in the old form",
            asks_at("Sunday, 06-Nov-94 08:49:30 GMT", "Sunday, 06-Nov-94 08:49:37 GMT"))
            .succeeds(2).takes(seconds(7)),
        asking("a date in the oldest form",
            asks_at("Sun Nov  6 08:49:30 1994", "Sun Nov  6 08:49:37 1994"))
            .succeeds(2).takes(seconds(7)),
        asking("half a date", asks("Sun, 06 Nov")).succeeds(2),
        asking("a date by a clock that is years behind", asks_at(date(past), date(past + most)))
            .succeeds(2).takes(most),
        // Held against the real clock, which goes on meanwhile.
        asking("a date by no other clock", asks(date(future)))
            .succeeds(2).takes_between(most / 2, most),
        asking("a date that has passed", asks(date(past))).succeeds(2),
        asking("a date that has passed there", asks_at(date(future + most), date(future)))
            .succeeds(2),
        asking("a date that is too far", asks_at(date(past), date(past + most + seconds(1))))
            .fails(1, Error::is_server_error).retryable().asks_for(most + seconds(1)),
        case("words are not told", Retrieve, [AnswerWith(busy, asks("later"))])
            .fails(all, Error::is_server_error).retryable(),
        case("a date that has passed is no time", Retrieve, [AnswerWith(busy, asks(date(past)))])
            .fails(all, Error::is_server_error).retryable().asks_for(Duration::ZERO),
        case("each wait is the one that was asked for", Retrieve,
            [AnswerWith(busy, asks("7")), AnswerWith(busy, asks("2")), Answer(200)])
            .succeeds(3).takes(seconds(9)),
        case("it is asked for before the connection breaks", Retrieve,
            [InterruptedWith(busy, asks("7")), Answer(200)])
            .succeeds(2).takes(seconds(7)),
        case("only the last answer says how long to wait", Retrieve,
            [AnswerWith(busy, asks("7")), Connect])
            .fails(all, Error::is_connect).retryable().takes(seconds(7)),
        asking_call("too many requests", Retrieve, 429).succeeds(2).takes(seconds(7)),
        asking_call("an honoured key", CreateWithHonouredKey, busy).succeeds(2).takes(seconds(7)),
        asking_call("who asks for it does not make it safe", Create, busy)
            .fails(1, Error::is_server_error).may_have_taken_effect().asks_for(seconds(7)),
        asking_call("too many requests, and it is not safe", Create, 429)
            .fails(1, Error::is_rate_limited).retryable().asks_for(seconds(7)),
        asking_call("who asks for it after what is not repeated", Retrieve, broken)
            .fails(1, Error::is_server_error).retryable().asks_for(seconds(7)),
    ]
}

fn asks(wait: impl ToString) -> Headers {
    vec![("retry-after", wait.to_string())]
}

fn asks_at(date: impl ToString, wait: impl ToString) -> Headers {
    vec![
        ("date", date.to_string()),
        ("retry-after", wait.to_string()),
    ]
}

#[rustfmt::skip]
fn limits() -> Vec<Case> {
    let busy = Retrieve.busy();
    let asking = |wait| AnswerWith(busy, asks(wait));
    let busy_for = |name: &str, call| case(name, call, [Answer(busy), Answer(200)]);
    let hanging = |name: &str, requests| {
        case(name, Retrieve, [Hang]).fails(requests, Error::is_timeout).retryable()
    };
    let too_late = |name: &str, script: &[Step]| {
        case(name, Retrieve, script).fails(script.len() - 1, Error::is_server_error).retryable()
    };
    vec![
        busy_for("one attempt", Retrieve).with(|client| client.max_attempts(1))
            .fails(1, Error::is_server_error).retryable(),
        case("one attempt, without a connection", Create, [Connect, Answer(200)])
            .with(|client| client.max_attempts(1)).fails(1, Error::is_connect).retryable(),
        busy_for("two attempts", Retrieve).with(|client| client.max_attempts(2)).succeeds(2),
        case("two attempts are not enough", Retrieve, [Timeout, Timeout, Answer(200)])
            .with(|client| client.max_attempts(2)).fails(2, Error::is_timeout).retryable(),
        case("five attempts", Retrieve, [Connect, Timeout, Interrupted, Answer(busy), Answer(200)])
            .with(|client| client.max_attempts(5)).succeeds(5),
        case("five attempts are not enough", Retrieve, [Answer(busy)])
            .with(|client| client.max_attempts(5)).fails(5, Error::is_server_error).retryable(),
        busy_for("five attempts do not make it safe", Create).with(|client| client.max_attempts(5))
            .fails(1, Error::is_server_error).may_have_taken_effect(),
        busy_for("without a budget it is not safe either", Create)
            .with(ClientBuilder::without_retry_budget)
            .fails(1, Error::is_server_error).may_have_taken_effect(),

        case("an attempt that hangs, then one that does not", Retrieve, [Hang, Answer(200)])
            .succeeds(2).takes(ClientBuilder::ATTEMPT_TIMEOUT),
        case("the same with an honoured key", CreateWithHonouredKey, [Hang, Answer(200)])
            .succeeds(2).takes(ClientBuilder::ATTEMPT_TIMEOUT),
        hanging("attempts that hang, each for its time", 3)
            .with(|client| client.attempt_timeout(seconds(1)).max_attempts(3)).takes(seconds(3)),
        hanging("attempts that hang, as the defaults have it", 2)
            .takes_exactly(ClientBuilder::TIMEOUT),
        hanging("all the time ends an attempt", 1)
            .with(|client| client.timeout(seconds(2))).takes_exactly(seconds(2)),
        hanging("what is left of the time ends an attempt", 2)
            .with(|client| client.timeout(seconds(5)).attempt_timeout(seconds(3)))
            .takes_exactly(seconds(5)),
        hanging("no time at all", 1)
            .with(|client| client.timeout(Duration::ZERO)).takes_exactly(Duration::ZERO),
        hanging("a call with less time than the client", 1)
            .timeout(seconds(2)).takes_exactly(seconds(2)),
        hanging("a call with more time than the client", 1)
            .with(|client| client.timeout(seconds(1)))
            .timeout(seconds(2)).takes_exactly(seconds(2)),
        case("a creation with less time than the client", Create, [Hang]).timeout(seconds(2))
            .fails(1, Error::is_timeout).may_have_taken_effect().takes_exactly(seconds(2)),

        too_late("a wait that ends too late", &[asking("10"), Answer(200)])
            .with(|client| client.timeout(seconds(5)))
            .asks_for(seconds(10)).takes_exactly(Duration::ZERO),
        too_late("a wait that ends with the time", &[asking("5"), Answer(200)])
            .with(|client| client.timeout(seconds(5)))
            .asks_for(seconds(5)).takes_exactly(Duration::ZERO),
        too_late("a wait that ends too late for the call", &[asking("10"), Answer(200)])
            .timeout(seconds(5)).asks_for(seconds(10)).takes_exactly(Duration::ZERO),
        too_late("a wait after a wait", &[asking("3"), asking("3"), Answer(200)])
            .with(|client| client.timeout(seconds(5))).asks_for(seconds(3)).takes(seconds(3)),
        too_late("a wait after an attempt that hung", &[Hang, asking("3"), Answer(200)])
            .with(|client| client.timeout(seconds(5)).attempt_timeout(seconds(3)))
            .asks_for(seconds(3)).takes(seconds(3)),
    ]
}

// What a case cannot say.

#[tokio::test(start_paused = true)]
async fn an_attempt_is_told_the_time_that_it_has() {
    let service = Scripted::new([Hang]);
    let client = service
        .client()
        .attempt_timeout(seconds(3))
        .timeout(seconds(5));
    Retrieve
        .make(&client.build().unwrap(), None)
        .await
        .unwrap_err();

    let sent = service.sent.lock().unwrap();
    assert_eq!(sent.len(), 2);
    for Sent { at, told, .. } in &*sent {
        let (at, told) = (*at, *told);
        let has = seconds(3).min(seconds(5) - (at - sent[0].at));
        // A little less than the client waits, so that the transport is first to say so.
        assert!(told < has && told > has * 9 / 10, "{told:?} of {has:?}");
    }
}

/// "Full jitter": each wait is anything from nothing to a bound that doubles.
#[tokio::test(start_paused = true)]
async fn a_wait_is_random_up_to_a_bound_that_doubles_until_it_is_the_longest() {
    let longest = Retrieve.policy().max_delay;
    let doubled = (1..).find(|attempt| Retrieve.bound(*attempt) == longest);
    let waits = waits_after(Answer(Retrieve.busy()), doubled.unwrap() + 2).await;
    for (wait, waits) in waits.into_iter().enumerate() {
        check_is_random(waits, Retrieve.bound(wait + 1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_asked_for_is_random_on_top() {
    let asking = AnswerWith(Retrieve.busy(), asks(7));
    for (wait, waits) in waits_after(asking, 2).await.into_iter().enumerate() {
        let on_top = waits.into_iter().map(|wait| wait.checked_sub(seconds(7)));
        let on_top: Option<Vec<Duration>> = on_top.collect();
        check_is_random(on_top.unwrap(), Retrieve.bound(wait + 1));
    }
}

/// The first waits, the second ones and so on, of many calls that always meet the same.
async fn waits_after(step: Step, waits_per_call: usize) -> Vec<Vec<Duration>> {
    let service = Scripted::new([step]);
    let client = service
        .client()
        .max_attempts(u32::try_from(waits_per_call + 1).unwrap())
        .without_retry_budget()
        .build()
        .unwrap();
    let mut waits = vec![Vec::new(); waits_per_call];
    for _ in 0..MANY {
        Retrieve.make(&client, None).await.unwrap_err();
        let sent = std::mem::take(&mut *service.sent.lock().unwrap());
        for (wait, pair) in sent.windows(2).enumerate() {
            waits[wait].push(pair[1].at - pair[0].at);
        }
    }
    waits
}

#[track_caller]
fn check_is_random(mut waits: Vec<Duration>, bound: Duration) {
    assert_eq!(waits.len(), MANY);
    waits.sort();
    let (shortest, middle, longest) = (waits[0], waits[MANY / 2], waits[MANY - 1]);
    let told = format!("{shortest:?} {middle:?} {longest:?} of {bound:?}");
    assert!(shortest < bound / 10, "{told}");
    assert!(bound * 3 / 10 < middle && middle < bound * 7 / 10, "{told}");
    assert!(
        bound * 9 / 10 < longest && longest <= bound + SLACK,
        "{told}"
    );
}

// The budget.

#[tokio::test(start_paused = true)]
async fn ten_thousand_calls_of_a_service_that_is_down_are_few_more_requests() {
    let service = Scripted::new([Answer(Retrieve.busy())]);
    let client = service.client().build().unwrap();
    check_all_fail(&client, 10_000).await;
    check_is_spared(service.requests());
}

#[tokio::test(start_paused = true)]
async fn clones_at_the_same_time_share_a_budget() {
    let service = Scripted::new([Answer(Retrieve.busy())]);
    let client = service.client().build().unwrap();
    let clones: Vec<_> = (0..100)
        .map(|_| {
            let clone = client.clone();
            tokio::spawn(async move { check_all_fail(&clone, 100).await })
        })
        .collect();
    for clone in clones {
        clone.await.unwrap();
    }
    check_is_spared(service.requests());
}

#[tokio::test(start_paused = true)]
async fn what_was_not_sent_takes_from_the_budget_too() {
    let service = Scripted::new([Connect]);
    let client = service.client().build().unwrap();
    check_all_fail(&client, 10_000).await;
    check_is_spared(service.requests());
}

#[track_caller]
fn check_is_spared(requests: usize) {
    assert_eq!(requests, 10_000 + BUDGET);
    assert!(requests <= 11_000);
}

#[tokio::test(start_paused = true)]
async fn another_client_has_another_budget() {
    let service = Scripted::new([Answer(Retrieve.busy())]);
    for _ in 0..2 {
        check_all_fail(&service.client().build().unwrap(), MANY).await;
        assert_eq!(service.requests(), MANY + BUDGET);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_sent_again_takes_nothing_from_the_budget() {
    let service = Scripted::new([Answer(Retrieve.busy())]);
    let client = service.client().build().unwrap();
    for _ in 0..MANY {
        Create.make(&client, None).await.unwrap_err();
        Retrieve
            .make(&client, Some(Duration::ZERO))
            .await
            .unwrap_err();
    }
    assert_eq!(service.requests(), 2 * MANY);
    check_all_fail(&client, MANY).await;
    assert_eq!(service.requests(), MANY + BUDGET);
}

#[tokio::test(start_paused = true)]
async fn a_success_gives_a_tenth_back_until_the_budget_is_full() {
    let (busy, ok) = (Answer(Retrieve.busy()), Answer(200));
    let service = Scripted::new([busy.clone()]);
    let client = service.client().build().unwrap();
    check_all_fail(&client, MANY).await;
    for (successes, further) in [(9, 0), (1, 1), (500, 50), (1_000, BUDGET), (5_000, BUDGET)] {
        service.becomes(ok.clone());
        for _ in 0..successes {
            Retrieve.make(&client, None).await.unwrap();
        }
        service.becomes(busy.clone());
        service.requests();
        check_all_fail(&client, MANY).await;
        assert_eq!(
            service.requests(),
            MANY + further,
            "after {successes} successes"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_after_further_attempts_gives_them_back() {
    let busy = Answer(Retrieve.busy());
    let service = Scripted::new([]);
    let client = service.client().build().unwrap();
    for _ in 0..MANY {
        // A refusal too is the answer of a service that does its work.
        for status in [200, 404] {
            *service.script.lock().unwrap() = vec![busy.clone(), busy.clone(), Answer(status)];
            let attempts = match Retrieve.make(&client, None).await {
                Ok(source) => source.attempts(),
                Err(error) => error.attempts(),
            };
            assert_eq!(attempts, 3);
        }
    }
    service.becomes(busy);
    service.requests();
    check_all_fail(&client, MANY).await;
    assert_eq!(service.requests(), MANY + BUDGET);
}

#[tokio::test(start_paused = true)]
async fn without_a_budget_every_call_makes_all_of_its_attempts() {
    let service = Scripted::new([Answer(Retrieve.busy())]);
    let client = service.client().without_retry_budget().build().unwrap();
    check_all_fail(&client, MANY).await;
    assert_eq!(service.requests(), MANY * Retrieve.attempts());
}

async fn check_all_fail(client: &Client, calls: usize) {
    for _ in 0..calls {
        let error = Retrieve.make(client, None).await.unwrap_err();
        assert!(error.is_retryable(), "{error:?}");
    }
}
