use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use crate::transport::{Transport, TransportError, TransportFuture};

#[cfg(not(target_family = "wasm"))]
pub(crate) mod builder;
#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg(target_family = "wasm")]
mod wasm;

#[cfg(not(target_family = "wasm"))]
use native::Exchange;
#[cfg(target_family = "wasm")]
use wasm::Exchange;

/// The default [`Transport`]: HTTP/1.1 with kept connections, on tokio.
///
/// It is strict where money is concerned: it follows no redirect, sends nothing twice, keeps no
/// cookies, uses no proxy of the environment, decompresses nothing, and reads at most
/// [`ANSWER_MAX_BYTES`](HttpTransport::ANSWER_MAX_BYTES) of an answer. It speaks HTTP/1.1 alone,
/// whatever features other crates turn on. A clone shares the connections.
///
/// TLS and the certificates of the system are set up for https only, so http works where there are
/// none. [`HttpTransport::builder`] sets a proxy, certificates and time-outs.
///
/// It needs a tokio runtime with time and I/O enabled when it sends, not when it is made.
///
/// # On wasm32
///
/// There it is the host's `fetch`, which has its own TLS, connections, proxies and decompression.
/// It follows no redirect either, and sends no cookie and no `User-Agent`. A host does not tell:
///
/// - why there was no answer: [`TransportError::is_connect`] holds only if there is no `fetch`;
/// - in a browser, what a redirect is: it fails as a broken connection does, without a status;
/// - in a browser, what the service does not let a page see. Its CORS headers must allow
///   `authorization`, `content-type` and `omise-version`, and expose `retry-after` and
///   `x-request-id`.
///
/// # Example
///
/// ```
/// use omise_client::{Client, HttpTransport, PublicKey};
///
/// let transport = HttpTransport::new()?;
/// let client = Client::builder()
///     .base_url("http://127.0.0.1:4010")
///     .public_key(PublicKey::new("pkey_test_5xpjm0wjg3y2dxlmd2w")?)
///     .transport(transport.clone())
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct HttpTransport {
    exchange: Exchange,
}

impl HttpTransport {
    /// The time that connecting may take, within the time of an attempt, if nothing else is said.
    /// Not on wasm32.
    pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

    /// The time that an unused connection is kept if nothing else is said: less than the minute
    /// after which usual load balancers close one. Not on wasm32.
    pub const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(30);

    /// The size up to which an answer is read. A source has some 1,500 bytes.
    pub const ANSWER_MAX_BYTES: usize = 1024 * 1024;

    /// Makes a transport with the default settings.
    ///
    /// # Errors
    ///
    /// None here, where the host has the settings.
    #[cfg(target_family = "wasm")]
    pub fn new() -> Result<HttpTransport, TransportError> {
        let exchange = Exchange::new();
        Ok(HttpTransport { exchange })
    }

    /// Sets up TLS now, so that what is wrong with it is known before the first request.
    pub(crate) fn prepare_tls(&self) -> Result<(), TransportError> {
        #[cfg(not(target_family = "wasm"))]
        self.exchange.secure()?;
        Ok(())
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        self.send_within(request, Duration::MAX)
    }

    fn send_within(&self, request: http::Request<Bytes>, time: Duration) -> TransportFuture<'_> {
        let max_bytes = HttpTransport::ANSWER_MAX_BYTES;
        Box::pin(self.exchange.run(request, time, max_bytes))
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport").finish_non_exhaustive()
    }
}
