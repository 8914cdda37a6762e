//! The listener, over real sockets.

use std::time::SystemTime;

use bytes::Bytes;
use http_body_util::Full;
use hyper::service::service_fn;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::*;

struct TestServer {
    address: SocketAddr,
    gate: Arc<Gate>,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<Drained>,
}

impl TestServer {
    async fn start(limits: Limits) -> Self {
        Self::start_by(SystemTime::now, limits).await
    }

    async fn start_by(clock: fn() -> SystemTime, limits: Limits) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let mut listener = Listener::from(socket);
        listener.clock = clock;
        let gate = Arc::new(Gate::default());
        let (stop, stopped) = oneshot::channel();
        let refuse = |status: StatusCode| Refusal {
            body: format!("{{\"status\":{}}}", status.as_u16()).into(),
            ..Refusal::for_every_page(status)
        };
        let of_service = Arc::clone(&gate);
        let ended = tokio::spawn(listen(
            listener,
            service_fn(move |request| answer(request, Arc::clone(&of_service))),
            limits,
            refuse,
            async { stopped.await.unwrap() },
        ));
        Self {
            address,
            gate,
            stop,
            ended,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// A connection whose request is in flight until the gate opens.
    async fn connect_busy(&self) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(GET_HELD).await.unwrap();
        self.gate.arrived.acquire().await.unwrap().forget();
        stream
    }

    /// Writes all of a request and only then reads, to the end, as a simple client does.
    ///
    /// The pauses let the server answer and close in the middle of a large request, where the
    /// rest of it would meet a reset if the server did not linger.
    async fn exchange(&self, request: &[u8]) -> String {
        let mut stream = self.connect().await;
        for piece in request.chunks(100_000) {
            stream.write_all(piece).await.unwrap();
            sleep(Duration::from_millis(2)).await;
        }
        read_to_end(&mut stream).await
    }

    async fn stop(self) -> Drained {
        self.stop.send(()).unwrap();
        self.ended.await.unwrap()
    }
}

/// Holds requests until it opens.
struct Gate {
    arrived: Semaphore,
    shut: Semaphore,
}

impl Default for Gate {
    fn default() -> Gate {
        let [arrived, shut] = [0, 0].map(Semaphore::new);
        Gate { arrived, shut }
    }
}

impl Gate {
    async fn pass(&self) {
        self.arrived.add_permits(1);
        // Nobody gets a permit; that it is closed is what is waited for.
        let _closed = self.shut.acquire().await;
    }

    fn open(&self) {
        self.shut.close();
    }
}

/// The service of the tests: `/held` waits at the gate, `/large` has much to say.
async fn answer(
    request: Request<RequestBody>,
    gate: Arc<Gate>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    if request.uri().path() == "/held" {
        gate.pass().await;
    }
    if request.uri().path() == "/large" {
        return Ok(Response::new(vec![b'x'; 16 * 1024 * 1024].into()));
    }
    let Peer(peer) = request.extensions().get().expect("the peer");
    Ok(Response::new(format!("hello {peer}").into()))
}

async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// Reads one answer of the service and leaves the connection open.
async fn read_hello(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    while !answer.ends_with(b"hello 127.0.0.1") {
        assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0);
    }
    String::from_utf8(answer).unwrap()
}

const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";
const GET_AND_CLOSE: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
const GET_HELD: &[u8] = b"GET /held HTTP/1.1\r\nhost: a\r\n\r\n";

/// Sends a request that hyper refuses; the answer is whole, and the server goes on.
async fn check_refused(request: impl AsRef<[u8]>, statuses: &[u16]) {
    let server = TestServer::start(Limits::default()).await;
    for _ in 0..3 {
        check_refusal(&server.exchange(request.as_ref()).await, statuses);
    }
    let served = server.exchange(GET_AND_CLOSE).await;
    assert!(served.ends_with("hello 127.0.0.1"), "{served}");
    assert_eq!(server.stop().await, Drained { aborted: 0 });
}

#[track_caller]
fn check_refusal(answer: &str, statuses: &[u16]) {
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let status: u16 = head["HTTP/1.1 ".len()..][..3].parse().unwrap();
    assert!(statuses.contains(&status), "{head}");
    assert_eq!(body, format!("{{\"status\":{status}}}"));
    let length = format!("\r\ncontent-length: {}\r\n", body.len());
    assert!(format!("{head}\r\n").contains(&length), "{head}");
    assert!(head.contains("\r\nconnection: close\r\n"), "{head}");
}

#[tokio::test]
async fn a_bad_request_line_is_refused() {
    check_refused("hello\r\n\r\n", &[400]).await;
    check_refused("GET\r\n\r\n", &[400]).await;
    check_refused("GET / HTTP/3.0\r\n\r\n", &[400]).await;
    check_refused("\x16\x03\x01\x02\x00\x01\x00\x01\x00", &[400]).await;
}

#[tokio::test]
async fn a_method_with_invalid_characters_is_refused() {
    check_refused("G{T / HTTP/1.1\r\n\r\n", &[400]).await;
}

#[tokio::test]
async fn a_header_without_a_colon_is_refused() {
    check_refused("GET / HTTP/1.1\r\nhost\r\n\r\n", &[400]).await;
}

#[tokio::test]
async fn contradicting_lengths_are_refused() {
    let head = "POST / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab";
    check_refused(head, &[400]).await;
    let head = "POST / HTTP/1.1\r\ntransfer-encoding: gzip\r\n\r\n";
    check_refused(head, &[400]).await;
}

#[tokio::test]
async fn a_uri_of_a_megabyte_is_refused() {
    let uri = "a".repeat(1024 * 1024);
    check_refused(format!("GET /{uri} HTTP/1.1\r\n\r\n"), &[414, 431]).await;
}

#[tokio::test]
async fn three_hundred_headers_are_refused() {
    let headers = "a: b\r\n".repeat(300);
    check_refused(format!("GET / HTTP/1.1\r\n{headers}\r\n"), &[431]).await;
}

#[tokio::test]
async fn a_header_of_a_megabyte_is_refused() {
    let value = "a".repeat(1024 * 1024);
    check_refused(format!("GET / HTTP/1.1\r\na: {value}\r\n\r\n"), &[431]).await;
}

#[tokio::test]
async fn http_2_is_refused() {
    check_refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", &[400]).await;
    check_refused("PRI * HTTP/2.0\r\n\r\n", &[400]).await;
}

#[tokio::test]
async fn a_refusal_comes_after_the_answers_before_it() {
    let server = TestServer::start(Limits::default()).await;
    let answers = server
        .exchange(&[GET, GET, b"hello\r\n\r\n"].concat())
        .await;
    let refused = answers.rsplit_once("hello 127.0.0.1").unwrap().1;
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 2);
    check_refusal(refused, &[400]);
}

#[tokio::test]
async fn an_answer_to_an_unread_body_reaches_a_client_that_is_still_sending() {
    let server = TestServer::start(Limits::default()).await;
    let head = b"POST /unread HTTP/1.1\r\nhost: a\r\ncontent-length: 3000000\r\n\r\n";
    for _ in 0..3 {
        let body = vec![b'x'; 3_000_000];
        let answer = server.exchange(&[&head[..], &body].concat()).await;
        assert!(answer.ends_with("hello 127.0.0.1"), "{answer}");
    }
}

#[tokio::test]
async fn each_wait_of_a_connection_has_its_own_limit() {
    let short = Duration::from_millis(200);
    let long = Duration::from_secs(60);
    let limits = Limits {
        first_byte_timeout: long,
        idle_timeout: long,
        header_timeout: long,
        ..Limits::default()
    };
    let started = Instant::now();

    let server = TestServer::start(Limits {
        first_byte_timeout: short,
        ..limits.clone()
    });
    let server = server.await;
    let mut silent = server.connect().await;
    assert_eq!(read_to_end(&mut silent).await, "");

    let server = TestServer::start(Limits {
        idle_timeout: short,
        ..limits.clone()
    });
    let server = server.await;
    let mut idle = server.connect().await;
    idle.write_all(GET).await.unwrap();
    read_hello(&mut idle).await;
    assert_eq!(read_to_end(&mut idle).await, "");

    let server = TestServer::start(Limits {
        header_timeout: short,
        ..limits
    });
    let server = server.await;
    check_refusal(&server.exchange(b"GET / HTTP/1.1\r\nho").await, &[408]);
    assert!(started.elapsed() < long / 2);
}

#[tokio::test]
async fn a_client_that_keeps_its_connection_is_told_for_how_long() {
    let server = TestServer::start(Limits::default()).await;
    let announced = "\r\nkeep-alive: timeout=60\r\n";
    for (request, is_announced) in [
        ("GET / HTTP/1.1\r\nhost: a\r\n\r\n", true),
        ("GET / HTTP/1.0\r\nconnection: Keep-Alive\r\n\r\n", true),
        ("GET / HTTP/1.0\r\n\r\n", false),
        (
            "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
            false,
        ),
    ] {
        let mut stream = server.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        let answer = read_hello(&mut stream).await;
        assert_eq!(answer.contains(announced), is_announced, "{request}");
    }
}

#[tokio::test]
async fn a_connection_ends_after_its_life_and_the_request_in_flight() {
    let limits = Limits {
        connection_life: Duration::from_secs(3),
        ..Limits::default()
    };
    let life = limits.connection_life;
    let server = TestServer::start(limits).await;
    let mut idle = server.connect().await;
    idle.write_all(GET).await.unwrap();
    read_hello(&mut idle).await;
    let mut busy = server.connect_busy().await;
    sleep(life).await;
    assert_eq!(read_to_end(&mut idle).await, "");
    server.gate.open();
    let answer = read_to_end(&mut busy).await;
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert!(answer.ends_with("hello 127.0.0.1"), "{answer}");
}

#[tokio::test]
async fn a_head_sent_in_drops_does_not_extend_its_time() {
    let limits = Limits {
        header_timeout: Duration::from_millis(200),
        ..Limits::default()
    };
    let server = TestServer::start(limits).await;
    let (mut reader, mut writer) = server.connect().await.into_split();
    let dripping = tokio::spawn(async move {
        while writer.write_all(b"a").await.is_ok() {
            sleep(Duration::from_millis(20)).await;
        }
    });
    let mut answer = Vec::new();
    reader.read_to_end(&mut answer).await.unwrap();
    check_refusal(&String::from_utf8(answer).unwrap(), &[408]);
    dripping.abort();
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut() {
    let limits = Limits {
        write_timeout: Duration::from_millis(200),
        connections: 1,
        ..Limits::default()
    };
    let server = TestServer::start(limits).await;
    let mut deaf = server.connect().await;
    deaf.write_all(b"GET /large HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    let served = server.exchange(GET_AND_CLOSE).await;
    assert!(served.ends_with("hello 127.0.0.1"), "{served}");
}

#[tokio::test]
async fn the_connection_that_is_idle_longest_makes_room_for_another() {
    let limits = Limits {
        connections: 3,
        ..Limits::default()
    };
    let server = TestServer::start(limits).await;
    let mut busy = server.connect_busy().await;
    let mut half = server.connect().await;
    half.write_all(b"GET / HTTP/1.1\r\nho").await.unwrap();
    let mut idle = server.connect().await;
    idle.write_all(GET).await.unwrap();
    read_hello(&mut idle).await;

    for _ in 0..2 {
        let mut other = server.connect().await;
        other.write_all(GET).await.unwrap();
        read_hello(&mut other).await;
        std::mem::forget(other);
    }
    check_refusal(&read_to_end(&mut half).await, &[503]);
    assert_eq!(read_to_end(&mut idle).await, "");
    server.gate.open();
    read_hello(&mut busy).await;
}

/// A server that has room for two connections, and on both of them a request in flight.
async fn full_server(connections_per_address: Option<usize>) -> (TestServer, [TcpStream; 2]) {
    let limits = Limits {
        connections: 2,
        connections_per_address,
        ..Limits::default()
    };
    let server = TestServer::start(limits).await;
    let busy = [server.connect_busy().await, server.connect_busy().await];
    (server, busy)
}

#[tokio::test]
async fn connections_wait_while_requests_are_in_flight_on_all_others() {
    let (server, mut busy) = full_server(None).await;
    let mut other = server.connect().await;
    other.write_all(GET_AND_CLOSE).await.unwrap();
    let answer = timeout(LOOK_AGAIN * 10, read_to_end(&mut other)).await;
    assert!(answer.is_err(), "{answer:?}");
    server.gate.open();
    let answer = read_to_end(&mut other).await;
    assert!(answer.ends_with("hello 127.0.0.1"), "{answer}");
    for stream in &mut busy {
        read_hello(stream).await;
    }
}

#[tokio::test]
async fn an_address_with_its_share_of_requests_in_flight_is_refused() {
    let (server, mut busy) = full_server(Some(1)).await;
    let answer = server.exchange(GET).await;
    check_refusal(&answer, &[429]);
    assert!(answer.contains("\r\nretry-after: 1\r\n"), "{answer}");
    server.gate.open();
    for stream in &mut busy {
        read_hello(stream).await;
    }
}

#[tokio::test]
async fn stopping_closes_idle_connections_and_answers_requests_in_flight() {
    let server = TestServer::start(Limits::default()).await;
    let mut idle = server.connect().await;
    idle.write_all(GET).await.unwrap();
    read_hello(&mut idle).await;
    let mut fresh = server.connect().await;
    let mut busy = server.connect_busy().await;

    let (address, gate) = (server.address, Arc::clone(&server.gate));
    let stopping = tokio::spawn(server.stop());
    assert_eq!(read_to_end(&mut idle).await, "");
    assert_eq!(read_to_end(&mut fresh).await, "");
    assert!(TcpStream::connect(address).await.is_err());

    gate.open();
    let answer = read_to_end(&mut busy).await;
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert!(answer.ends_with("hello 127.0.0.1"), "{answer}");
    drop(busy);
    assert_eq!(stopping.await.unwrap(), Drained { aborted: 0 });
}

#[tokio::test]
async fn stopping_cuts_what_is_left_after_the_drain() {
    let limits = Limits {
        drain: Duration::from_millis(100),
        ..Limits::default()
    };
    let server = TestServer::start(limits).await;
    let mut busy = server.connect_busy().await;
    assert_eq!(server.stop().await, Drained { aborted: 1 });
    assert_eq!(busy.read(&mut [0]).await.unwrap_or(0), 0);
}

#[tokio::test]
async fn stopping_answers_what_has_arrived() {
    let server = TestServer::start(Limits::default()).await;
    let mut clients = Vec::new();
    for _ in 0..20 {
        let mut idle = server.connect().await;
        idle.write_all(GET).await.unwrap();
        read_hello(&mut idle).await;
        clients.push(idle);
    }
    // Nothing is awaited from here on until the server is told to stop: none of this has been read
    // by then, and none of the new connections accepted.
    for client in &mut clients {
        assert_eq!(client.try_write(GET).unwrap(), GET.len());
    }
    for _ in 0..20 {
        let mut fresh = std::net::TcpStream::connect(server.address).unwrap();
        std::io::Write::write_all(&mut fresh, GET).unwrap();
        fresh.set_nonblocking(true).unwrap();
        clients.push(TcpStream::from_std(fresh).unwrap());
    }
    let stopping = tokio::spawn(server.stop());
    for client in &mut clients {
        let answer = read_to_end(client).await;
        assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
        assert!(answer.ends_with("hello 127.0.0.1"), "{answer}");
    }
    drop(clients);
    assert_eq!(stopping.await.unwrap(), Drained { aborted: 0 });
}

#[tokio::test]
async fn a_clock_that_http_cannot_write_is_an_answer_and_no_panic() {
    let second = Duration::from_secs(1);
    let before_1970: fn() -> SystemTime = || SystemTime::UNIX_EPOCH - Duration::from_secs(1);
    let in_10000 = || SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_800);
    for clock in [before_1970, in_10000] {
        let server = TestServer::start_by(clock, Limits::default()).await;
        let answer = server.exchange(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
        assert!(answer.ends_with("{\"status\":500}"), "{answer}");
        let stopped = timeout(60 * second, server.stop()).await;
        assert_eq!(stopped.expect("it stops"), Drained { aborted: 0 });
    }
}
