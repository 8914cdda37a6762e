use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::headers::{request_id, retry_after};

/// A future in a box. It is `Send`, but for wasm, where nothing is sent to another thread.
#[cfg(not(target_family = "wasm"))]
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A future in a box. It is `Send`, but for wasm, where nothing is sent to another thread.
#[cfg(target_family = "wasm")]
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// The answer of a [`Transport`], still to come.
pub type TransportFuture<'a> = BoxFuture<'a, Result<http::Response<Bytes>, TransportError>>;

/// Sends one HTTP request and brings back its answer.
///
/// [`HttpTransport`](crate::HttpTransport) is the default. One of your own puts another HTTP
/// library, a proxy, a recording or a server in the same process in its place; the client cannot
/// tell.
///
/// A request comes complete: an absolute URI, every header (`authorization` is marked sensitive, so
/// that its `Debug` does not show it) and a body that is JSON or empty. An implementation
///
/// - brings back every answer as it came, whatever its status: to follow a redirect would hand the
///   key to another host, and to send a request twice could create two sources;
/// - fails only where there is no whole answer, with the [`TransportError`] that says why: the
///   client sends a creation again only after [`TransportError::connect`], or with an idempotency
///   key;
/// - bounds the size of an answer. The time is the client's to bound: it drops the future. Who
///   fails by itself a little earlier can also say how far it got:
///   [`send_within`](Transport::send_within).
///
/// # Example
///
/// ```
/// use bytes::Bytes;
/// use omise_client::{Client, SecretKey, Transport, TransportFuture};
///
/// /// A service that is down.
/// struct Down;
///
/// impl Transport for Down {
///     fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
///         assert_eq!(request.uri(), "https://api.omise.co/sources/src_test_5g5in1we65199wlsyji");
///         let mut answer = http::Response::new(Bytes::new());
///         *answer.status_mut() = http::StatusCode::BAD_GATEWAY;
///         Box::pin(async move { Ok(answer) })
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let client = Client::builder()
///     .secret_key(SecretKey::new("skey_test_5xpjm0wjg3y2dxlmd2w")?)
///     .transport(Down)
///     .build()?;
/// let id = "src_test_5g5in1we65199wlsyji".parse()?;
/// let error = client.retrieve_source(&id).await.unwrap_err();
/// assert!(error.is_server_error());
/// # Ok(())
/// # }
/// ```
pub trait Transport: Send + Sync + 'static {
    /// Sends a request and brings back its answer.
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_>;

    /// Sends a request whose answer has to arrive within a time.
    ///
    /// The client calls this, and drops the future a little later. It need not be implemented: a
    /// transport that fails by itself in time can also say which status had arrived by then.
    fn send_within(&self, request: http::Request<Bytes>, _time: Duration) -> TransportFuture<'_> {
        self.send(request)
    }
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        (**self).send(request)
    }

    fn send_within(&self, request: http::Request<Bytes>, time: Duration) -> TransportFuture<'_> {
        (**self).send_within(request, time)
    }
}

/// Why a [`Transport`] brought no whole answer.
///
/// It holds the kind of the failure, its cause, and the status and request id of the answer if the
/// failure came after them. A cause must not hold what was in a body: it ends up in logs.
///
/// # Example
///
/// ```
/// use std::error::Error;
///
/// use omise_client::TransportError;
///
/// let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
/// let error = TransportError::connect(refused);
/// assert!(error.is_connect());
/// assert_eq!(error.to_string(), "no connection");
/// assert_eq!(error.source().unwrap().to_string(), "connection refused");
/// ```
#[derive(Debug)]
pub struct TransportError {
    kind: Kind,
    head: Option<Head>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Connect,
    Timeout,
    TooLarge { max_bytes: usize },
    Other,
}

/// What is known of an answer whose body did not arrive.
#[derive(Clone)]
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What a service writes into its headers may be from the request.
        f.debug_struct("Head")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl TransportError {
    /// There was no connection: not one byte of the request was sent, so it had no effect.
    ///
    /// A time-out of connecting belongs here too, and a kept connection that was closed before it
    /// took the request.
    pub fn connect(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> TransportError {
        TransportError::new(Kind::Connect, Some(cause.into()))
    }

    /// The answer did not arrive in time. The request may have had its effect.
    pub fn timeout(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> TransportError {
        TransportError::new(Kind::Timeout, Some(cause.into()))
    }

    /// The answer is larger than the transport reads. The request may have had its effect.
    pub fn too_large(max_bytes: usize) -> TransportError {
        TransportError::new(Kind::TooLarge { max_bytes }, None)
    }

    /// Anything else, such as a connection that breaks. The request may have had its effect.
    pub fn other(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> TransportError {
        TransportError::new(Kind::Other, Some(cause.into()))
    }

    /// Adds the status and the headers that had arrived before the failure.
    ///
    /// # Example
    ///
    /// ```
    /// use omise_client::TransportError;
    ///
    /// let error = TransportError::too_large(1024)
    ///     .after_head(http::StatusCode::BAD_GATEWAY, &http::HeaderMap::new());
    /// assert_eq!(error.to_string(), "the answer is larger than 1024 bytes");
    /// ```
    #[must_use]
    pub fn after_head(mut self, status: StatusCode, headers: &HeaderMap) -> TransportError {
        self.head = Some(Head {
            status,
            request_id: request_id(headers).map(str::to_owned),
            retry_after: retry_after(headers),
        });
        self
    }

    /// Whether there was no connection, so that nothing was sent.
    pub fn is_connect(&self) -> bool {
        matches!(self.kind, Kind::Connect)
    }

    /// Whether the answer did not arrive in time.
    pub fn is_timeout(&self) -> bool {
        matches!(self.kind, Kind::Timeout)
    }

    /// Whether the answer was larger than the transport reads.
    pub fn is_too_large(&self) -> bool {
        matches!(self.kind, Kind::TooLarge { .. })
    }

    #[cfg(feature = "tracing")]
    pub(crate) fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::Connect => "connect",
            Kind::Timeout => "timeout",
            Kind::TooLarge { .. } => "too_large",
            Kind::Other => "interrupted",
        }
    }

    /// What went wrong at the bottom, such as that a certificate is not trusted.
    pub(crate) fn root_cause(&self) -> String {
        let mut cause: &dyn StdError = self;
        while let Some(next) = cause.source() {
            cause = next;
        }
        cause.to_string()
    }

    pub(crate) fn head(&self) -> Option<&Head> {
        self.head.as_ref()
    }

    /// The client stopped waiting after so long.
    pub(crate) fn out_of_time(time: Duration) -> TransportError {
        TransportError::timeout(format!("there was none after {time:?}"))
    }

    fn new(kind: Kind, source: Option<Box<dyn StdError + Send + Sync>>) -> TransportError {
        TransportError {
            kind,
            head: None,
            source,
        }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Connect => f.write_str("no connection"),
            Kind::Timeout => f.write_str("no answer in time"),
            Kind::TooLarge { max_bytes } => {
                write!(f, "the answer is larger than {max_bytes} bytes")
            }
            Kind::Other => f.write_str("no whole answer"),
        }
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source: &(dyn StdError + 'static) = self.source.as_deref()?;
        Some(source)
    }
}
