use std::fmt;
use std::time::Duration;

use bytes::{Bytes, BytesMut};

use crate::transport::{Transport, TransportError, TransportFuture};

/// The default [`Transport`]: HTTP/1.1 with kept connections, on tokio.
///
/// It is strict where money is concerned: it follows no redirect, sends nothing twice, keeps no
/// cookies, uses no proxy of the environment, decompresses nothing, and reads at most
/// [`ANSWER_MAX_BYTES`](HttpTransport::ANSWER_MAX_BYTES) of an answer. A clone shares the
/// connections.
///
/// It needs a tokio runtime with time and I/O enabled when it sends, not when it is made.
///
/// # Example
///
/// ```
/// use std::time::Duration;
///
/// use omise_client::{Client, HttpTransport, PublicKey};
///
/// let transport = HttpTransport::with_timeout(Duration::from_secs(20))?;
/// let client = Client::builder()
///     .base_url("http://127.0.0.1:4010")
///     .public_key(PublicKey::new("pkey_test_5xpjm0wjg3y2dxlmd2w")?)
///     .transport(transport.clone())
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct HttpTransport {
    client: reqwest::Client,
}

impl HttpTransport {
    /// The time that a whole request may take if nothing else is said.
    pub const TIMEOUT: Duration = Duration::from_secs(60);

    /// The time that connecting may take, within the time of the whole request.
    pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

    /// The size up to which an answer is read. A source has some 1,500 bytes.
    pub const ANSWER_MAX_BYTES: usize = 1024 * 1024;

    /// Makes a transport with the usual time-outs.
    ///
    /// # Errors
    ///
    /// If TLS cannot be set up, for example because the system's certificates cannot be read.
    pub fn new() -> Result<HttpTransport, TransportError> {
        HttpTransport::with_timeout(HttpTransport::TIMEOUT)
    }

    /// Makes a transport with another time for the whole request, from connecting to the last byte.
    ///
    /// # Errors
    ///
    /// As [`new`](HttpTransport::new).
    pub fn with_timeout(timeout: Duration) -> Result<HttpTransport, TransportError> {
        // Other crates may turn on features of reqwest, so what must not happen is turned off here
        // even where it is off already.
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .timeout(timeout)
            .connect_timeout(HttpTransport::CONNECT_TIMEOUT)
            .build()
            .map_err(TransportError::other)?;
        Ok(HttpTransport { client })
    }

    async fn exchange(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let request = reqwest::Request::try_from(request).map_err(failure)?;
        let mut response = self.client.execute(request).await.map_err(failure)?;
        let body = read(&mut response)
            .await
            .map_err(|error| error.after_head(response.status(), response.headers()))?;

        let mut answer = http::Response::new(body);
        *answer.status_mut() = response.status();
        *answer.version_mut() = response.version();
        *answer.headers_mut() = std::mem::take(response.headers_mut());
        Ok(answer)
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(self.exchange(request))
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport").finish_non_exhaustive()
    }
}

/// Reads the body and stops where it becomes too large.
async fn read(response: &mut reqwest::Response) -> Result<Bytes, TransportError> {
    let max_bytes = HttpTransport::ANSWER_MAX_BYTES;
    let announced = response.content_length().unwrap_or(0);
    if usize::try_from(announced).map_or(true, |length| length > max_bytes) {
        return Err(TransportError::too_large(max_bytes));
    }
    let mut body = Bytes::new();
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        if chunk.len() > max_bytes - body.len() {
            return Err(TransportError::too_large(max_bytes));
        }
        if body.is_empty() {
            body = chunk;
        } else {
            let mut joined = BytesMut::from(body);
            joined.extend_from_slice(&chunk);
            body = joined.freeze();
        }
    }
    Ok(body)
}

/// Says what a failure of reqwest means for the request.
fn failure(error: reqwest::Error) -> TransportError {
    // The URL is left out: the operation says as much, and a base URL may be somebody's secret.
    let error = error.without_url();
    if error.is_connect() {
        // Connecting that takes too long is also a time-out to reqwest, but nothing was sent.
        TransportError::connect(error)
    } else if error.is_timeout() {
        TransportError::timeout(error)
    } else {
        TransportError::other(error)
    }
}
