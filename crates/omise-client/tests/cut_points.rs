//! A creation that may have reached the service is not sent a second time without a key.
//!
//! A server closes the connection after each single byte of the request and of the answer, and
//! treats well what comes afterwards: whatever was sent a second time, it has seen.

#[expect(dead_code, reason = "each file of tests uses a part of it")]
mod support;

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use omise_client::money::Thb;
use omise_client::payment_methods::Promptpay;
use omise_client::{
    Client, CreateSourceRequest, Error, HttpTransport, IdempotencyKey, Response, Source, Transport,
    TransportError, TransportFuture,
};
use support::{ID, SOURCE, public, secret, wire};
use tokio::task::JoinSet;

const KEY: &str = "order-1042-payment-1";

/// How many exchanges there are at the same time.
const AT_THE_SAME_TIME: usize = 64;

// An exchange and what becomes of it.

/// One creation.
#[derive(Clone, Debug)]
struct Exchange {
    cut: Cut,
    key: Key,
    /// Whether the connection has served a retrieval before.
    is_kept_alive: bool,
    answer: Arc<str>,
}

/// When the server closes its first connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Cut {
    /// After this time, whatever has arrived; nothing is read.
    Idle(Duration),
    /// When the request arrives, of which nothing is read.
    OnArrival,
    /// After so many bytes of the request; 0 is at once.
    Request(usize),
    /// After the whole request and so many bytes of the answer.
    Answer(usize),
    /// Never, but after the whole request nothing happens any more.
    Silence,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Key {
    None,
    Sent,
    /// And the client was told that the service honours it.
    Honoured,
}

/// What the server has seen of creations.
#[derive(Debug, Default)]
struct Arrived {
    connections: usize,
    /// Requests of which at least a byte was read.
    begun: usize,
    /// The keys of those that were read to the end.
    whole: Vec<Option<String>>,
}

#[derive(Debug)]
struct Outcome {
    exchange: Exchange,
    arrived: Arc<Mutex<Arrived>>,
    result: Result<Response<Source>, Error>,
}

impl Exchange {
    fn new(cut: Cut) -> Exchange {
        Exchange {
            cut,
            key: Key::None,
            is_kept_alive: false,
            answer: with_length(),
        }
    }

    fn answered(mut self, answer: &Arc<str>) -> Exchange {
        self.answer = answer.clone();
        self
    }

    fn kept_alive(mut self) -> Exchange {
        self.is_kept_alive = true;
        self
    }

    fn with(mut self, key: Key) -> Exchange {
        self.key = key;
        self
    }
}

/// Runs them over the default transport, and holds against each what is never allowed.
async fn run_all(exchanges: impl IntoIterator<Item = Exchange>) -> Vec<Outcome> {
    let transport = Arc::new(HttpTransport::new().unwrap());
    let outcomes = run_all_over(transport, exchanges).await;
    for outcome in &outcomes {
        let violations = outcome.violations();
        assert!(violations.is_empty(), "{violations:?} {outcome:?}");
    }
    outcomes
}

async fn run_all_over(
    transport: Arc<dyn Transport>,
    exchanges: impl IntoIterator<Item = Exchange>,
) -> Vec<Outcome> {
    let exchanges: Vec<Exchange> = exchanges.into_iter().collect();
    let exchanges = Arc::new(Mutex::new(exchanges));
    let mut running = JoinSet::new();
    for _ in 0..AT_THE_SAME_TIME {
        let (transport, exchanges) = (transport.clone(), exchanges.clone());
        running.spawn(async move {
            let server = Server::start();
            let mut outcomes = Vec::new();
            let next = || exchanges.lock().unwrap().pop();
            while let Some(exchange) = next() {
                outcomes.push(server.run(exchange, transport.clone(), request()).await);
            }
            outcomes
        });
    }
    running.join_all().await.into_iter().flatten().collect()
}

impl Outcome {
    /// What is never allowed, wherever the connection was cut.
    fn violations(&self) -> Vec<&'static str> {
        let arrived = self.arrived.lock().unwrap();
        let mut violations = Vec::new();
        let mut forbid = |is_so: bool, what| {
            if is_so {
                violations.push(what);
            }
        };
        if self.exchange.key != Key::Honoured {
            forbid(arrived.whole.len() > 1, "it arrived more than once");
            forbid(arrived.begun > 1, "it was begun more than once");
        }
        let key = (self.exchange.key != Key::None).then_some(KEY);
        let has_other = |keys: &[Option<String>]| keys.iter().any(|sent| sent.as_deref() != key);
        forbid(has_other(&arrived.whole), "it has another key");
        match &self.result {
            Ok(_) => forbid(arrived.whole.is_empty(), "a success of what did not arrive"),
            Err(error) => {
                let denies = !error.may_have_taken_effect();
                forbid(
                    denies && !arrived.whole.is_empty(),
                    "it arrived and had no effect",
                );
                forbid(!denies && error.is_connect(), "no connection had an effect");
                forbid(
                    arrived.begun > 0 && error.is_connect(),
                    "it was begun unconnected",
                );
            }
        }
        violations
    }

    fn arrived(&self) -> (usize, usize) {
        let arrived = self.arrived.lock().unwrap();
        (arrived.begun, arrived.whole.len())
    }

    /// It failed, after one attempt, with this kind, and it may have had its effect.
    #[track_caller]
    fn check_fails(&self, kind: fn(&Error) -> bool, status: Option<u16>) {
        let Err(error) = &self.result else {
            panic!("the connection was cut: {self:?}");
        };
        assert!(kind(error), "{self:?}");
        assert_eq!(error.status(), status, "{self:?}");
        assert_eq!(error.attempts(), 1, "{self:?}");
        assert!(error.may_have_taken_effect(), "{self:?}");
        assert!(!error.is_retryable(), "{self:?}");
    }

    #[track_caller]
    fn check_succeeds(&self, attempts: u32) {
        let Ok(source) = &self.result else {
            panic!("no success: {self:?}");
        };
        assert_eq!(source.attempts(), attempts, "{self:?}");
    }
}

// The server.

/// One of these serves one exchange after the other.
struct Server {
    address: SocketAddr,
    now: Arc<Mutex<(Exchange, Arc<Mutex<Arrived>>)>>,
}

impl Server {
    fn start() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Server {
            address: listener.local_addr().unwrap(),
            now: Arc::new(Mutex::new((Exchange::new(Cut::OnArrival), Arc::default()))),
        };
        let now = server.now.clone();
        thread::spawn(move || {
            for socket in listener.incoming() {
                let (exchange, arrived) = now.lock().unwrap().clone();
                let is_first = {
                    let mut arrived = arrived.lock().unwrap();
                    arrived.connections += 1;
                    arrived.connections == 1
                };
                let socket = socket.unwrap();
                let connection = Connection { socket, arrived };
                thread::spawn(move || {
                    if is_first {
                        connection.cut(&exchange);
                    } else {
                        connection.serve();
                    }
                });
            }
        });
        server
    }

    async fn run(
        &self,
        exchange: Exchange,
        transport: Arc<dyn Transport>,
        request: CreateSourceRequest,
    ) -> Outcome {
        let arrived = Arc::default();
        *self.now.lock().unwrap() = (exchange.clone(), Arc::clone(&arrived));
        let client = Client::builder()
            .base_url(format!("http://{}", self.address))
            .public_key(public())
            .secret_key(secret())
            .timeout(Duration::from_secs(60))
            .transport(transport);
        let client = match exchange.key {
            Key::Honoured => client.honours_idempotency_keys(),
            Key::None | Key::Sent => client,
        };
        let client = client.build().unwrap();
        if exchange.is_kept_alive {
            client.retrieve_source(&ID.parse().unwrap()).await.unwrap();
        }
        let mut creation = client.create_source(request).unchecked();
        if exchange.key != Key::None {
            creation = creation.idempotency_key(IdempotencyKey::new(KEY).unwrap());
        }
        if exchange.cut == Cut::Silence {
            creation = creation.timeout(Duration::from_secs(3));
        }
        Outcome {
            result: creation.await,
            exchange,
            arrived,
        }
    }
}

struct Connection {
    socket: TcpStream,
    arrived: Arc<Mutex<Arrived>>,
}

impl Connection {
    /// Goes as far as the exchange says. What is seen is noted before the client can see the end.
    fn cut(mut self, exchange: &Exchange) {
        if exchange.is_kept_alive {
            assert!(is_whole(&self.read(usize::MAX)), "a retrieval comes first");
            self.write(with_length().as_bytes());
        }
        match exchange.cut {
            Cut::Idle(time) => {
                let start = Instant::now();
                // To sleep would take some 50 microseconds at least.
                while start.elapsed() < time {
                    std::hint::spin_loop();
                }
            }
            Cut::OnArrival => {
                let _ = self.socket.peek(&mut [0]);
            }
            Cut::Request(length) => {
                let read = self.read(length);
                self.note(&read);
            }
            Cut::Answer(length) => {
                let read = self.read(usize::MAX);
                self.note(&read);
                self.write(&exchange.answer.as_bytes()[..length]);
            }
            Cut::Silence => {
                let read = self.read(usize::MAX);
                self.note(&read);
                // Until the client closes the connection.
                let _ = self.socket.read(&mut [0]);
            }
        }
        // Of a client that has closed it before there is nothing to close.
        let _ = self.socket.shutdown(Shutdown::Both);
    }

    /// Answers one request as it should be.
    fn serve(mut self) {
        let read = self.read(usize::MAX);
        self.note(&read);
        if is_whole(&read) {
            self.write(until_the_end().as_bytes());
        }
    }

    /// Reads a whole request, but no more than so many bytes and not beyond the end.
    fn read(&mut self, most: usize) -> Vec<u8> {
        let mut read = Vec::new();
        let mut chunk = [0; 1024];
        while read.len() < most && !is_whole(&read) {
            let room = chunk.len().min(most - read.len());
            match self.socket.read(&mut chunk[..room]) {
                Ok(length @ 1..) => read.extend_from_slice(&chunk[..length]),
                _ => break,
            }
        }
        read
    }

    fn write(&mut self, bytes: &[u8]) {
        // A client that has enough may be gone.
        let _ = self.socket.write_all(bytes);
    }

    fn note(&self, read: &[u8]) {
        let mut arrived = self.arrived.lock().unwrap();
        if !read.is_empty() {
            arrived.begun += 1;
        }
        if is_whole(read) {
            arrived
                .whole
                .push(header(read, "idempotency-key").map(str::to_owned));
        }
    }
}

/// Whether a request has a head and as much body as it announces.
fn is_whole(read: &[u8]) -> bool {
    let end = read.windows(4).position(|four| four == b"\r\n\r\n");
    let length = || header(read, "content-length").map_or(0, |length| length.parse().unwrap());
    end.is_some_and(|end| read.len() >= end + 4 + length())
}

fn header<'a>(read: &'a [u8], name: &str) -> Option<&'a str> {
    let head = read
        .split(|byte| *byte == b'\n')
        .map(|line| line.trim_ascii());
    let mut lines = head.take_while(|line| !line.is_empty());
    lines.find_map(|line| {
        let (key, value) = std::str::from_utf8(line).ok()?.split_once(": ")?;
        key.eq_ignore_ascii_case(name).then_some(value)
    })
}

// What is exchanged.

fn request() -> CreateSourceRequest {
    Promptpay::new(Thb::new(10_000)).into()
}

/// How many bytes the request has on the wire.
async fn request_length(key: Key) -> usize {
    // Every server has a port of five digits, so this is the same for all.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    assert!(address.port() >= 10_000);
    let server = thread::spawn(move || {
        let (socket, _) = listener.accept().unwrap();
        let arrived = Arc::default();
        Connection { socket, arrived }.read(usize::MAX).len()
    });
    let client = Client::builder()
        .base_url(format!("http://{address}"))
        .public_key(public())
        .max_attempts(1);
    let mut creation = client.build().unwrap().create_source(request());
    if key != Key::None {
        creation = creation.idempotency_key(IdempotencyKey::new(KEY).unwrap());
    }
    creation.await.unwrap_err();
    server.join().unwrap()
}

fn with_length() -> Arc<str> {
    wire("200 OK", SOURCE).into()
}

fn until_the_end() -> Arc<str> {
    format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{SOURCE}").into()
}

fn in_chunks() -> Arc<str> {
    let (a, b) = SOURCE.split_at(100);
    let chunk = |chunk: &str| format!("{:x}\r\n{chunk}\r\n", chunk.len());
    let chunks = [chunk(a), chunk(b), chunk("")].concat();
    format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunks}").into()
}

fn head_length(answer: &str) -> usize {
    answer.find("\r\n\r\n").unwrap() + 4
}

/// Every point of the request and of the answer.
fn everywhere(length: usize) -> impl Iterator<Item = Cut> {
    let answer = 0..with_length().len();
    let request = (0..=length).map(Cut::Request);
    [Cut::OnArrival]
        .into_iter()
        .chain(request)
        .chain(answer.map(Cut::Answer))
}

// Without a key.

#[tokio::test]
async fn a_creation_is_sent_once_wherever_its_request_is_cut() {
    let length = request_length(Key::None).await;
    let cuts = (0..=length).map(Cut::Request).chain([Cut::OnArrival]);
    for outcome in run_all(cuts.map(Exchange::new)).await {
        outcome.check_fails(Error::is_interrupted, None);
        let arrived = match outcome.exchange.cut {
            Cut::Request(read) => (usize::from(read > 0), usize::from(read == length)),
            _ => (0, 0),
        };
        assert_eq!(outcome.arrived(), arrived, "{outcome:?}");
    }
}

#[tokio::test]
async fn a_creation_is_sent_once_wherever_its_answer_is_cut() {
    for answer in [with_length(), in_chunks(), until_the_end()] {
        let cuts =
            (0..answer.len()).map(|length| Exchange::new(Cut::Answer(length)).answered(&answer));
        for outcome in run_all(cuts).await {
            assert_eq!(outcome.arrived(), (1, 1), "{outcome:?}");
            match outcome.exchange.cut {
                Cut::Answer(length) if length < head_length(&answer) => {
                    outcome.check_fails(Error::is_interrupted, None);
                }
                // Nothing else says where this one ends.
                _ if answer == until_the_end() => {
                    outcome.check_fails(Error::is_unreadable, Some(200));
                }
                _ => outcome.check_fails(Error::is_interrupted, Some(200)),
            }
        }
    }
}

#[tokio::test]
async fn a_creation_is_sent_once_wherever_a_kept_connection_is_cut() {
    let length = request_length(Key::None).await;
    let cuts = everywhere(length).filter(|cut| *cut != Cut::Request(0));
    for outcome in run_all(cuts.map(|cut| Exchange::new(cut).kept_alive())).await {
        let status = match outcome.exchange.cut {
            Cut::Answer(read) if read >= head_length(&with_length()) => Some(200),
            _ => None,
        };
        outcome.check_fails(Error::is_interrupted, status);
        assert_eq!(
            outcome.arrived.lock().unwrap().connections,
            1,
            "{outcome:?}"
        );
    }
}

/// The library below takes another connection by itself if one turns out to be closed. It must do
/// so only with what it did not begin to send, so the close comes at all moments around that.
#[tokio::test]
async fn a_creation_is_sent_once_if_a_kept_connection_is_closed_in_its_idle_time() {
    let server = Server::start();
    let transport = Arc::new(HttpTransport::new().unwrap());
    let times = (0..400).map(|time| Duration::from_nanos(750 * time));
    let (mut before, mut after) = (0, 0);
    for time in times.chain([Duration::from_millis(50)]) {
        let exchange = Exchange::new(Cut::Idle(time)).kept_alive();
        let outcome = server.run(exchange, transport.clone(), request()).await;
        assert_eq!(outcome.violations(), [""; 0], "{outcome:?}");
        let connections = outcome.arrived.lock().unwrap().connections;
        if outcome.result.is_ok() {
            outcome.check_succeeds(1);
            assert_eq!((outcome.arrived(), connections), ((1, 1), 2), "{outcome:?}");
            before += 1;
        } else {
            outcome.check_fails(Error::is_interrupted, None);
            assert_eq!((outcome.arrived(), connections), ((0, 0), 1), "{outcome:?}");
            after += 1;
        }
    }
    assert!(
        before > 0 && after > 0,
        "closed before {before} requests, after {after}"
    );
}

#[tokio::test]
async fn a_creation_is_sent_once_if_no_answer_comes() {
    for outcome in run_all([Exchange::new(Cut::Silence)]).await {
        outcome.check_fails(Error::is_timeout, None);
        assert_eq!(outcome.arrived(), (1, 1));
    }
}

/// Of which a part is still to be written when the connection is cut.
#[tokio::test]
async fn a_large_creation_is_sent_once() {
    let server = Server::start();
    let transport = Arc::new(HttpTransport::new().unwrap());
    let mut request = request();
    request.name = Some("x".repeat(8 * 1024 * 1024));
    for cut in [Cut::OnArrival, Cut::Request(1), Cut::Request(100_000)] {
        let exchange = Exchange::new(cut);
        let outcome = server
            .run(exchange, transport.clone(), request.clone())
            .await;
        assert_eq!(outcome.violations(), [""; 0]);
        let error = outcome.result.as_ref().unwrap_err();
        assert!(
            error.is_interrupted() && error.may_have_taken_effect(),
            "{error:?}"
        );
        assert!(outcome.arrived() <= (1, 0));
    }
}

// With a key.

#[tokio::test]
async fn a_key_that_the_service_does_not_honour_changes_nothing() {
    let length = request_length(Key::Sent).await;
    for outcome in run_all(everywhere(length).map(|cut| Exchange::new(cut).with(Key::Sent))).await {
        let status = match outcome.exchange.cut {
            Cut::Answer(read) if read >= head_length(&with_length()) => Some(200),
            _ => None,
        };
        outcome.check_fails(Error::is_interrupted, status);
    }
}

#[tokio::test]
async fn with_a_key_that_the_service_honours_it_is_sent_again_with_the_same_key() {
    let length = request_length(Key::Honoured).await;
    let cuts = everywhere(length).map(|cut| Exchange::new(cut).with(Key::Honoured));
    for outcome in run_all(cuts).await {
        outcome.check_succeeds(2);
        let first = match outcome.exchange.cut {
            Cut::Request(read) => read == length,
            Cut::Answer(_) => true,
            Cut::Idle(_) | Cut::OnArrival | Cut::Silence => false,
        };
        let arrived = outcome.arrived.lock().unwrap();
        assert_eq!(arrived.whole.len(), 1 + usize::from(first), "{outcome:?}");
    }
}

// Without a connection.

/// Meets a port that does not listen first.
struct DownAtFirst {
    transport: HttpTransport,
    is_up: AtomicBool,
}

impl Transport for DownAtFirst {
    fn send(&self, mut request: http::Request<Bytes>) -> TransportFuture<'_> {
        if !self.is_up.swap(true, Ordering::SeqCst) {
            *request.uri_mut() = http::Uri::from_static("http://127.0.0.1:1/sources");
        }
        self.transport.send(request)
    }
}

#[tokio::test]
async fn what_met_no_connection_is_sent_again_and_arrives_once() {
    let transport = Arc::new(DownAtFirst {
        transport: HttpTransport::new().unwrap(),
        is_up: AtomicBool::new(false),
    });
    let whole = with_length().len();
    let exchange = Exchange::new(Cut::Answer(whole));
    let outcome = Server::start().run(exchange, transport, request()).await;
    outcome.check_succeeds(2);
    assert_eq!(outcome.violations(), [""; 0]);
    assert_eq!(outcome.arrived(), (1, 1));
}

// Whether any of this could be seen.

/// Takes every failure for one to connect, also of what it has delivered.
struct Wrong(HttpTransport);

impl Transport for Wrong {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(async move {
            let sent = self.0.send(request).await;
            sent.map_err(TransportError::connect)
        })
    }
}

#[tokio::test]
async fn a_wrong_transport_is_seen_to_send_twice_wherever_something_was_read() {
    let transport = Arc::new(Wrong(HttpTransport::new().unwrap()));
    let length = request_length(Key::None).await;
    for outcome in run_all_over(transport, everywhere(length).map(Exchange::new)).await {
        let (begun, whole) = outcome.arrived();
        let violations = outcome.violations();
        match outcome.exchange.cut {
            Cut::OnArrival | Cut::Request(0) => assert_eq!((begun, whole), (1, 1)),
            Cut::Request(read) if read < length => {
                assert_eq!((begun, whole), (2, 1));
                assert_eq!(violations, ["it was begun more than once"]);
            }
            _ => {
                assert_eq!((begun, whole), (2, 2));
                assert!(
                    violations.contains(&"it arrived more than once"),
                    "{outcome:?}"
                );
            }
        }
    }
}
