//! HTTP by reqwest.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::response::Parts;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::HttpTransport;
use crate::timer;
use crate::transport::TransportError;

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
        time: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let late = || TransportError::out_of_time(time);
        let started = timer::Started::now();

        // A task of its own runs where the connection's does, and so ends after the connection is
        // free again. A caller on another thread would see the last byte before that, and open
        // another connection for its next call.
        let request = reqwest::Request::try_from(request).map_err(failure)?;
        let (arrived, head) = oneshot::channel();
        let exchange = tokio::spawn(exchange(self.client.clone(), request, arrived));
        let mut exchange = AbortOnDrop(exchange);

        let head = timer::within(time, head).await.ok_or_else(late)?;
        let left = time.saturating_sub(started.elapsed());
        let ended = timer::within(left, &mut exchange.0).await;
        let body = match ended {
            Some(ended) => ended.unwrap_or_else(|error| Err(TransportError::other(error))),
            None => Err(late()),
        };
        match head {
            Ok(head) => {
                let body = body.map_err(|error| error.after_head(head.status, &head.headers))?;
                Ok(http::Response::from_parts(head, body))
            }
            Err(none) => body.and_then(|_| Err(TransportError::other(none))),
        }
    }
}

struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Sends a request, tells the head of the answer when it arrives, and ends with the body.
async fn exchange(
    client: reqwest::Client,
    request: reqwest::Request,
    arrived: oneshot::Sender<Parts>,
) -> Result<Bytes, TransportError> {
    let mut response = client.execute(request).await.map_err(failure)?;
    let (mut head, ()) = http::Response::new(()).into_parts();
    head.status = response.status();
    head.version = response.version();
    head.headers = std::mem::take(response.headers_mut());
    // Nobody listens if the time is over; then this task ends soon.
    let _ = arrived.send(head);
    read(&mut response).await
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
