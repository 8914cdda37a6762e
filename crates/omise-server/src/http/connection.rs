//! One connection, from its first byte to its end.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::future::{Future, poll_fn, ready};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::{Duration, SystemTime};

use http::header::CONNECTION;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, Version};
use hyper::body::{Body, Incoming};
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

use crate::failure::Refusal;
use crate::http::activity::{Activity, State};
use crate::http::limits::{Limits, Peer};
use crate::http::refused::RefusalStream;
use crate::http::request_body::RequestBody;

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");

/// How long an idle connection is still read from when the listener closes. A request that is on
/// its way would else be cut.
const LAST_REQUEST: Duration = Duration::from_millis(100);

/// What all connections have in common.
pub(crate) struct Server<S> {
    clock: fn() -> SystemTime,
    service: S,
    limits: Limits,
    refuse: fn(StatusCode) -> Refusal,
    http: hyper::server::conn::http1::Builder,
    pub(crate) start: Instant,
    /// `timeout=60`, the value of `Keep-Alive`.
    keep_alive: HeaderValue,
    /// Whether the listener closes. Every answer then ends its connection.
    pub(crate) closing: AtomicBool,
}

impl<S> Server<S> {
    pub(crate) fn new(
        clock: fn() -> SystemTime,
        service: S,
        limits: Limits,
        refuse: fn(StatusCode) -> Refusal,
    ) -> Server<S> {
        let keep_alive = format!("timeout={}", limits.idle_timeout.as_secs());
        Server {
            clock,
            service,
            refuse,
            http: http(&limits),
            start: Instant::now(),
            keep_alive: HeaderValue::try_from(keep_alive).expect("letters and digits"),
            closing: AtomicBool::new(false),
            limits,
        }
    }
}

/// hyper's limit of 100 headers stays: it reserves the room for them on the stack only at that very
/// number. Its time-out of a head is off, as it makes a timer for every request.
fn http(limits: &Limits) -> hyper::server::conn::http1::Builder {
    const LEAST: usize = 8192;

    let header_bytes = limits.header_bytes.max(LEAST);
    let mut http = hyper::server::conn::http1::Builder::new();
    // A client may close its side once it has sent its request, and still gets the answer.
    http.half_close(true)
        .header_read_timeout(None)
        .max_header_size(header_bytes)
        // Of a body, too, no more than this is read ahead.
        .max_buf_size(header_bytes);
    http
}

/// Serves one connection to its end.
pub(crate) async fn serve<S, B>(
    server: Arc<Server<S>>,
    stream: TcpStream,
    peer: Peer,
    activity: Arc<Activity>,
) where
    S: Service<Request<RequestBody>, Response = Response<B>, Error = Infallible>,
    S: Send + Sync + 'static,
    S::Future: Send,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    let stream = RefusalStream::new(stream, server.refuse, Arc::clone(&activity));
    // An own copy of the value: threads that count the uses of one and the same slow each other.
    let keep_alive = HeaderValue::from_bytes(server.keep_alive.as_bytes());
    let keep_alive = keep_alive.expect("it is a value already");
    let (activity, server, keep_alive) = (&activity, &*server, &keep_alive);
    let service = service_fn(move |request: Request<Incoming>| {
        let answer = activity.begin_request().then(|| {
            let announces = keeps_alive(request.version(), request.headers());
            let limit = server.limits.body_timeout;
            let mut request =
                request.map(|body| RequestBody::new(body, limit, Arc::clone(activity)));
            request.extensions_mut().insert(peer);
            (announces, server.service.call(request))
        });
        async move {
            let (announces, answer) = answer.ok_or(Evicted)?;
            let Ok(mut answer) = answer.await;
            activity.has_answered();
            let headers = answer.headers_mut();
            if server.closing.load(Ordering::Relaxed) {
                headers.insert(CONNECTION, HeaderValue::from_static("close"));
            } else if announces && !headers.contains_key(CONNECTION) {
                headers.insert(KEEP_ALIVE, keep_alive.clone());
            }
            Ok::<_, Evicted>(answer)
        }
    });
    let mut connection = server.http.serve_connection(TokioIo::new(stream), service);
    let is_closing = || server.closing.load(Ordering::Relaxed);
    let (limits, clock) = (&server.limits, server.clock);
    let end = run(
        Pin::new(&mut connection),
        limits,
        activity,
        clock,
        is_closing,
    )
    .await;

    let parts = connection.into_parts();
    let mut stream = parts.io.into_inner();
    let has_begun = !parts.read_buf.is_empty();
    let refusal = match &end {
        End::Http(Err(error)) => {
            tracing::debug!(%error, "a connection failed");
            // hyper drops these without a word.
            if error.is_parse_version_h2() || error.is_incomplete_message() && has_begun {
                Some(StatusCode::BAD_REQUEST)
            } else {
                None
            }
        }
        End::Http(Ok(())) | End::Blocked | End::Idle => None,
        End::NoDate => {
            tracing::error!("the clock of this machine is before 1970 or beyond 9999");
            Some(StatusCode::INTERNAL_SERVER_ERROR)
        }
        End::TooSlow => has_begun.then_some(StatusCode::REQUEST_TIMEOUT),
        End::Evicted(before) => {
            tracing::debug!(?before, "closed a connection to make room for another");
            (has_begun || *before == State::Body).then_some(StatusCode::SERVICE_UNAVAILABLE)
        }
    };
    if let Some(status) = refusal {
        let refusing = stream.refuse(status);
        // Where the peer is gone the answer is lost, which is no news. A connection that makes room
        // does not wait for it either.
        if matches!(end, End::Evicted(_)) {
            tokio::select! {
                biased;
                _ = refusing => {}
                () = ready(()) => {}
            }
        } else {
            let _ = refusing.await;
        }
    }
    let closes_at_once = matches!(end, End::Idle | End::Blocked | End::Evicted(_))
        || matches!(end, End::TooSlow) && refusal.is_none();
    if !closes_at_once {
        activity.closes();
        tokio::select! {
            biased;
            () = activity.wake.notified() => {}
            () = stream.close() => {}
        }
    }
}

/// How a connection ended.
enum End {
    /// By HTTP: the peer or an answer closed it, or it failed.
    Http(hyper::Result<()>),
    /// Nothing was in flight when the listener closed or its life was over.
    Idle,
    /// The first byte, the rest of a head, or the next request did not come in time.
    TooSlow,
    /// The peer did not take the answer.
    Blocked,
    /// The clock is at a time that HTTP cannot write, where hyper would panic.
    NoDate,
    /// Another connection needed its place; it was in this state before.
    Evicted(State),
}

/// A connection that can be told to end after the request in flight.
trait Graceful: Future<Output = hyper::Result<()>> {
    fn end_after_request(self: Pin<&mut Self>);
}

impl<I, B, S> Graceful for hyper::server::conn::http1::Connection<I, S>
where
    S: hyper::service::HttpService<Incoming, ResBody = B>,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    I: hyper::rt::Read + hyper::rt::Write + Unpin + 'static,
    B: Body<Error: Into<Box<dyn Error + Send + Sync>>> + 'static,
{
    fn end_after_request(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

/// Polls a connection until it ends or a limit ends it.
///
/// One timer serves all limits. It is not set anew for each request: when it fires, the state says
/// how much time is left.
async fn run(
    mut connection: Pin<&mut impl Graceful>,
    limits: &Limits,
    activity: &Activity,
    clock: fn() -> SystemTime,
    is_closing: impl Fn() -> bool,
) -> End {
    let mut life = Instant::now() + limits.connection_life;
    let mut is_told = false;
    let mut is_ending = false;
    let first_look = next_look(limits).min(limits.connection_life);
    let mut timer = pin!(sleep(first_look));
    loop {
        let mut before = activity.state().0;
        let polled = poll_fn(|context| match has_http_date(clock()) {
            true => connection.as_mut().poll(context).map(Some),
            false => Poll::Ready(None),
        });
        tokio::select! {
            biased;
            outcome = polled => {
                let Some(outcome) = outcome else {
                    return End::NoDate;
                };
                return match is_ending && outcome.is_ok() && matches!(before, State::New | State::Idle) {
                    true => End::Idle,
                    false => End::Http(outcome),
                };
            }
            () = activity.wake.notified() => {}
            () = &mut timer => {}
        }
        let now = Instant::now();
        let (state, since) = activity.state();
        if state == State::Evicted {
            if before == State::Evicted {
                before = State::Idle;
            }
            return End::Evicted(before);
        }
        if !is_told && is_closing() {
            is_told = true;
            life = life.min(now + LAST_REQUEST);
        }
        if !is_ending && now >= life {
            is_ending = true;
            connection.as_mut().end_after_request();
            timer.as_mut().reset(now + next_look(limits));
            continue;
        }
        if activity.blocked() >= limits.write_timeout {
            return End::Blocked;
        }
        let limit = match state {
            State::New => Some(limits.first_byte_timeout),
            State::Idle => Some(limits.idle_timeout),
            State::Head => Some(limits.header_timeout),
            _ => None,
        };
        let left = match limit {
            Some(limit) if since >= limit => return End::TooSlow,
            Some(limit) => limit - since,
            None => next_look(limits),
        };
        let left = left.min(limits.write_timeout.saturating_sub(activity.blocked()));
        let mut next = now + left.max(Duration::from_millis(1));
        if !is_ending {
            next = next.min(life);
        }
        timer.as_mut().reset(next);
    }
}

/// Whether hyper can write the time as the date of an answer. At any other time it panics.
fn has_http_date(time: SystemTime) -> bool {
    /// The first second of the year 10000.
    const END: Duration = Duration::from_secs(253_402_300_800);

    time.duration_since(SystemTime::UNIX_EPOCH)
        .is_ok_and(|since| since < END)
}

/// When to look again at a connection on which no limit runs. One that begins later than now does
/// not end earlier than this.
fn next_look(limits: &Limits) -> Duration {
    limits
        .first_byte_timeout
        .min(limits.idle_timeout)
        .min(limits.header_timeout)
        .min(limits.write_timeout)
}

/// Whether the client keeps the connection, so that it is of use to tell it for how long.
fn keeps_alive(version: Version, headers: &HeaderMap) -> bool {
    match headers.get(CONNECTION) {
        Some(value) => value.as_bytes().eq_ignore_ascii_case(b"keep-alive"),
        None => version == Version::HTTP_11,
    }
}

/// The connection is closed to make room, so no request is served on it any more.
#[derive(Debug)]
struct Evicted;

impl fmt::Display for Evicted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is closed to make room for another")
    }
}

impl Error for Evicted {}
