//! Accepts connections and serves HTTP/1 on them until told to stop.
//!
//! `axum::serve` has no limit on the time a request head may take, on the number of connections, or
//! on the drain, so the loop is our own. TLS and HTTP/2 belong to what stands in front.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::future::ready;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{sleep, timeout};

use crate::refused::Refusing;
use crate::write_timeout::WriteTimeout;

/// What a listener allows.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How long a request head may take, from when the connection is ready for it until its last
    /// byte. A connection that is idle for this long between requests is closed too.
    pub header_timeout: Duration,
    /// How many bytes a request head may have, the request line included.
    pub header_bytes: usize,
    /// How long the peer may leave an answer lying without taking a byte of it.
    pub write_timeout: Duration,
    /// How many connections may be open at a time. Those beyond wait in the kernel's backlog.
    pub connections: usize,
    /// How long requests in flight may take to finish once the listener is told to stop.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(10),
            header_bytes: 64 * 1024,
            write_timeout: Duration::from_secs(10),
            connections: 1024,
            drain: Duration::from_secs(10),
        }
    }
}

/// The address of the peer, an extension of every request.
///
/// Behind a proxy this is the proxy's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// The address may be the payer's.
impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Peer([redacted])")
    }
}

/// How a listener ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drained {
    /// How many connections were still open at the end of the drain, and were cut.
    pub aborted: usize,
}

/// Serves until `shutdown` resolves, and then until the requests in flight are answered or the
/// drain is over.
///
/// A request that hyper refuses by itself is answered with the body that `refuse` makes for its
/// status. The service must not answer an error with an empty body, or it is taken for one of
/// those.
pub async fn listen<S, B>(
    listener: TcpListener,
    service: S,
    limits: Limits,
    refuse: fn(StatusCode) -> Bytes,
    shutdown: impl Future<Output = ()>,
) -> Drained
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    let http = http(&limits);
    let slots = limits.connections.clamp(1, Semaphore::MAX_PERMITS);
    let slots = Arc::new(Semaphore::new(slots));
    let (close, closing) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let (stream, peer, slot) = tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(ended) = connections.join_next() => {
                tell_panic(ended);
                continue;
            }
            accepted = accept(&listener, &slots) => accepted,
        };
        let stream = WriteTimeout::new(stream, limits.write_timeout);
        let stream = TokioIo::new(Refusing::new(stream, refuse));
        let service = WithPeer {
            service: service.clone(),
            peer: Peer(peer.ip().to_canonical()),
        };
        let connection = serve(http.serve_connection(stream, service), closing.clone());
        connections.spawn(async move {
            connection.await;
            drop(slot);
        });
    }

    // The port is free from here on, so a successor can take it while this one drains.
    drop(listener);
    drop(close);
    let draining = async {
        while let Some(ended) = connections.join_next().await {
            tell_panic(ended);
        }
    };
    // Either all have ended or the time is over; dropping what is left cuts it.
    drop(timeout(limits.drain, draining).await);
    while let Some(ended) = connections.try_join_next() {
        tell_panic(ended);
    }
    Drained {
        aborted: connections.len(),
    }
}

/// hyper's limit of 100 headers stays: it reserves the room for them on the stack only at that very
/// number.
fn http(limits: &Limits) -> http1::Builder {
    let mut http = http1::Builder::new();
    // A client may close its side once it has sent its request, and still gets the answer.
    http.half_close(true)
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_header_size(limits.header_bytes);
    http
}

/// Waits for a slot and then for a connection to fill it.
///
/// No failure to accept is the listener's end: it is the peer's, or of a shortage such as that of
/// file descriptors, which passes as connections close.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    const PAUSE_MAX: Duration = Duration::from_secs(1);
    let mut pause = Duration::from_millis(10);

    let slot = Arc::clone(slots).acquire_owned().await;
    let slot = slot.expect("nobody closes the semaphore");
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // An answer is written in one piece, so waiting for more to send with it only
                // delays it. A socket that cannot be set so is already closed, which the first read
                // will tell.
                let _ = stream.set_nodelay(true);
                return (stream, peer, slot);
            }
            Err(error) if is_of_the_peer(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                sleep(pause).await;
                pause = PAUSE_MAX.min(pause * 2);
            }
        }
    }
}

fn is_of_the_peer(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

/// A panic's text may hold payer data, so only the fact is told.
fn tell_panic(ended: Result<(), JoinError>) {
    if ended.is_err_and(|error| error.is_panic()) {
        tracing::error!("a connection ended in a panic");
    }
}

type Connection<S> = http1::Connection<TokioIo<Refusing<WriteTimeout<TcpStream>>>, WithPeer<S>>;

/// Serves one connection to its end.
async fn serve<S, B>(mut connection: Connection<S>, mut closing: watch::Receiver<()>)
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    B: Body<Error: Into<Box<dyn Error + Send + Sync>>> + 'static,
{
    let (outcome, mut idle) = tokio::select! {
        biased;
        outcome = &mut connection => (outcome, false),
        _ = closing.changed() => finish(&mut connection).await,
    };

    let parts = connection.into_parts();
    let mut stream = parts.io.into_inner();
    if let Err(error) = outcome {
        tracing::debug!(%error, "a connection failed");
        idle = error.is_timeout() && parts.read_buf.is_empty();
        // hyper drops these without a word. Where the peer is gone the answer is lost, which is no
        // news.
        if error.is_timeout() && !idle {
            let _ = stream.refuse(StatusCode::REQUEST_TIMEOUT).await;
        } else if error.is_parse_version_h2() {
            let _ = stream.refuse(StatusCode::BAD_REQUEST).await;
        }
    }
    if !idle {
        stream.close().await;
    }
}

/// Ends a connection after the request in flight, and tells whether there was none.
async fn finish<S, B>(connection: &mut Connection<S>) -> (hyper::Result<()>, bool)
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    B: Body<Error: Into<Box<dyn Error + Send + Sync>>> + 'static,
{
    Pin::new(&mut *connection).graceful_shutdown();
    // An idle connection is over in this one poll.
    tokio::select! {
        biased;
        outcome = &mut *connection => (outcome, true),
        () = ready(()) => (connection.await, false),
    }
}

/// Hands requests to the service together with the peer's address.
struct WithPeer<S> {
    service: S,
    peer: Peer,
}

impl<S: Service<Request<Incoming>>> Service<Request<Incoming>> for WithPeer<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn call(&self, mut request: Request<Incoming>) -> S::Future {
        request.extensions_mut().insert(self.peer);
        self.service.call(request)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use http_body_util::Full;
    use hyper::service::service_fn;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::oneshot;
    use tokio::task::JoinHandle;

    use super::*;

    const SLOW: Duration = Duration::from_millis(400);

    struct Server {
        address: SocketAddr,
        stop: oneshot::Sender<()>,
        ended: JoinHandle<Drained>,
    }

    impl Server {
        async fn start(limits: Limits) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let (stop, stopped) = oneshot::channel();
            let refuse = |status: StatusCode| format!("{{\"status\":{}}}", status.as_u16()).into();
            let ended = tokio::spawn(listen(
                listener,
                service_fn(answer),
                limits,
                refuse,
                async { stopped.await.unwrap() },
            ));
            Self {
                address,
                stop,
                ended,
            }
        }

        async fn connect(&self) -> TcpStream {
            TcpStream::connect(self.address).await.unwrap()
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

    /// The service of the tests: `/slow` takes its time, `/large` has much to say.
    async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
        if request.uri().path() == "/slow" {
            sleep(SLOW).await;
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
    async fn read_hello(stream: &mut TcpStream) {
        let mut answer = Vec::new();
        while !answer.ends_with(b"hello 127.0.0.1") {
            assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0);
        }
    }

    const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";
    const GET_AND_CLOSE: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    const GET_SLOW: &[u8] = b"GET /slow HTTP/1.1\r\nhost: a\r\n\r\n";

    /// Sends a request that hyper refuses; the answer is whole, and the server goes on.
    async fn check_refused(request: impl AsRef<[u8]>, statuses: &[u16]) {
        let server = Server::start(Limits::default()).await;
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
        let server = Server::start(Limits::default()).await;
        let answers = server
            .exchange(&[GET, GET, b"hello\r\n\r\n"].concat())
            .await;
        let refused = answers.rsplit_once("hello 127.0.0.1").unwrap().1;
        assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 2);
        check_refusal(refused, &[400]);
    }

    #[tokio::test]
    async fn an_answer_to_an_unread_body_reaches_a_client_that_is_still_sending() {
        let server = Server::start(Limits::default()).await;
        let head = b"POST /unread HTTP/1.1\r\nhost: a\r\ncontent-length: 3000000\r\n\r\n";
        for _ in 0..3 {
            let body = vec![b'x'; 3_000_000];
            let answer = server.exchange(&[&head[..], &body].concat()).await;
            assert!(answer.ends_with("hello 127.0.0.1"), "{answer}");
        }
    }

    #[tokio::test]
    async fn a_slow_head_is_refused_and_a_silent_connection_is_closed() {
        let limits = Limits {
            header_timeout: Duration::from_millis(200),
            ..Limits::default()
        };
        let server = Server::start(limits).await;

        let started = Instant::now();
        let mut silent = server.connect().await;
        check_refusal(&server.exchange(b"GET / HTTP/1.1\r\nho").await, &[408]);
        assert_eq!(read_to_end(&mut silent).await, "");

        let mut idle = server.connect().await;
        idle.write_all(GET).await.unwrap();
        read_hello(&mut idle).await;
        assert_eq!(read_to_end(&mut idle).await, "");
        assert!(started.elapsed() < Duration::from_secs(5));
    }

    #[tokio::test]
    async fn a_head_sent_in_drops_does_not_extend_its_time() {
        let limits = Limits {
            header_timeout: Duration::from_millis(200),
            ..Limits::default()
        };
        let server = Server::start(limits).await;
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
        let server = Server::start(limits).await;
        let mut deaf = server.connect().await;
        deaf.write_all(b"GET /large HTTP/1.1\r\nhost: a\r\n\r\n")
            .await
            .unwrap();
        let served = server.exchange(GET_AND_CLOSE).await;
        assert!(served.ends_with("hello 127.0.0.1"), "{served}");
    }

    #[tokio::test]
    async fn connections_beyond_the_cap_wait_and_are_then_served() {
        let limits = Limits {
            connections: 2,
            ..Limits::default()
        };
        let server = Server::start(limits).await;
        let mut first = server.connect().await;
        let mut second = server.connect().await;
        let mut third = server.connect().await;
        for stream in [&mut first, &mut second] {
            stream.write_all(GET).await.unwrap();
            read_hello(stream).await;
        }
        third.write_all(GET_AND_CLOSE).await.unwrap();
        let waited = timeout(Duration::from_millis(200), read_to_end(&mut third)).await;
        assert!(waited.is_err());

        drop(first);
        assert!(read_to_end(&mut third).await.ends_with("hello 127.0.0.1"));
    }

    #[tokio::test]
    async fn stopping_closes_idle_connections_and_answers_requests_in_flight() {
        let server = Server::start(Limits::default()).await;
        let mut idle = server.connect().await;
        idle.write_all(GET).await.unwrap();
        read_hello(&mut idle).await;
        let mut fresh = server.connect().await;
        let mut busy = server.connect().await;
        busy.write_all(GET_SLOW).await.unwrap();
        sleep(SLOW / 4).await;

        let address = server.address;
        let started = Instant::now();
        let stopping = tokio::spawn(server.stop());
        assert_eq!(read_to_end(&mut idle).await, "");
        assert_eq!(read_to_end(&mut fresh).await, "");
        assert!(started.elapsed() < SLOW / 2);
        assert!(TcpStream::connect(address).await.is_err());

        let answer = read_to_end(&mut busy).await;
        assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
        assert!(answer.ends_with("hello 127.0.0.1"), "{answer}");
        drop(busy);
        assert_eq!(stopping.await.unwrap(), Drained { aborted: 0 });
        assert!(started.elapsed() < SLOW * 2);
    }

    #[tokio::test]
    async fn stopping_cuts_what_is_left_after_the_drain() {
        let limits = Limits {
            drain: SLOW / 4,
            ..Limits::default()
        };
        let server = Server::start(limits).await;
        let mut busy = server.connect().await;
        busy.write_all(GET_SLOW).await.unwrap();
        sleep(SLOW / 4).await;
        assert_eq!(server.stop().await, Drained { aborted: 1 });
        assert_eq!(busy.read(&mut [0]).await.unwrap_or(0), 0);
    }
}
