//! The API inside this process, as the transport of the client.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use omise_client::{Transport, TransportFuture};
use omise_server::Api;

/// Hands requests to the API without a socket.
#[derive(Debug)]
pub(crate) struct InProcess(pub(crate) Api);

impl Transport for InProcess {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(async move {
            let (head, body) = self.0.answer(request.map(Full::new)).await.into_parts();
            let body = match body.collect().await {
                Ok(body) => body.to_bytes(),
                Err(never) => match never {},
            };
            Ok(http::Response::from_parts(head, body))
        })
    }
}
