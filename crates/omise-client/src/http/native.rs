//! HTTP by reqwest.

use bytes::{Bytes, BytesMut};

use super::HttpTransport;
use crate::transport::{AttemptTimeout, TransportError};

#[derive(Clone)]
pub(super) struct Exchange {
    client: reqwest::Client,
}

impl Exchange {
    pub(super) fn new() -> Result<Exchange, TransportError> {
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
            .connect_timeout(HttpTransport::CONNECT_TIMEOUT)
            .build()
            .map_err(TransportError::other)?;
        Ok(Exchange { client })
    }

    pub(super) async fn run(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let time = request.extensions().get::<AttemptTimeout>().copied();
        let mut request = reqwest::Request::try_from(request).map_err(failure)?;
        *request.timeout_mut() = time.map(AttemptTimeout::get);
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
