//! Requests, as the generated client builds them.
//!
//! progenitor can send by reqwest only, and fail only as reqwest does. So a hook takes each request
//! from it before it is sent. What becomes of it is [`crate::call`]'s.

use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Waker};

use bytes::Bytes;
use progenitor_client::{ClientHooks, ClientInfo, Error, OperationInfo};

use crate::client::Client;
use crate::generated;

/// What the generated client has inside: room for the request that it builds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slot(Arc<Mutex<Option<http::Request<Bytes>>>>);

impl Slot {
    fn put(&self, request: Option<http::Request<Bytes>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = request;
    }

    fn take(&self) -> Option<http::Request<Bytes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The generated operations of a client.
pub(crate) fn operations(client: &Client) -> generated::Client {
    let client = client.inner();
    generated::Client::new_with_client(&client.base_url, client.requests.clone(), Slot::default())
}

/// The request that a call of an operation builds, or `None` if it cannot be built.
pub(crate) fn built(
    operations: &generated::Client,
    call: impl Future,
) -> Option<http::Request<Bytes>> {
    // It ends in the hook below, which has nothing to wait for.
    let _ = pin!(call).poll(&mut Context::from_waker(Waker::noop()));
    operations.inner().take()
}

impl ClientHooks<Slot> for generated::Client {
    async fn pre<E>(
        &self,
        request: &mut reqwest::Request,
        _info: &OperationInfo,
    ) -> Result<(), Error<E>> {
        self.inner().put(taken(request));
        Err(Error::Custom(String::new()))
    }
}

/// The same request without reqwest. It is `None` if its URL is too long for one.
fn taken(request: &mut reqwest::Request) -> Option<http::Request<Bytes>> {
    let body = request.body().and_then(reqwest::Body::as_bytes);
    let mut taken = http::Request::new(body.map(Bytes::copy_from_slice).unwrap_or_default());
    *taken.method_mut() = request.method().clone();
    *taken.uri_mut() = request.url().as_str().parse().ok()?;
    *taken.headers_mut() = std::mem::take(request.headers_mut());
    Some(taken)
}
