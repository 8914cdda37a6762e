//! Takes a request from the generated client before it is sent.
//!
//! progenitor can send by reqwest only, and fail only as reqwest does. So its hook hands each
//! request over to [`hold`], and [`capture`] brings it back. [`crate::attempts`] sends it.

use std::cell::Cell;
use std::pin::pin;
#[cfg(not(target_family = "wasm"))]
use std::task::Poll;
use std::task::{Context, Waker};

use bytes::Bytes;
#[cfg(not(target_family = "wasm"))]
use http_body::Body as _;

thread_local! {
    static HELD: Cell<Option<http::Request<Bytes>>> = const { Cell::new(None) };
}

/// The request that an operation of the generated client builds, or `None` if it cannot be built.
pub(crate) fn capture(operation: impl Future) -> Option<http::Request<Bytes>> {
    // It ends in the hook, which has nothing to wait for: one poll is all, on this thread.
    let _ = pin!(operation).poll(&mut Context::from_waker(Waker::noop()));
    HELD.take()
}

/// Keeps a request for [`capture`], which runs on the same thread.
pub(crate) fn hold(request: &mut reqwest::Request) {
    HELD.set(into_http(request));
}

/// The same request without reqwest, or `None` if its URL is too long for `http`.
fn into_http(request: &mut reqwest::Request) -> Option<http::Request<Bytes>> {
    let body = request.body_mut().take();
    let mut taken = http::Request::new(body.map(bytes).unwrap_or_default());
    *taken.method_mut() = request.method().clone();
    *taken.uri_mut() = request.url().as_str().parse().ok()?;
    *taken.headers_mut() = std::mem::take(request.headers_mut());
    Some(taken)
}

/// The bytes of a body that is in one piece, as those of the generated client are.
#[cfg(not(target_family = "wasm"))]
fn bytes(body: reqwest::Body) -> Bytes {
    // Not by `as_bytes`, which would copy them.
    let frame = pin!(body).poll_frame(&mut Context::from_waker(Waker::noop()));
    match frame {
        Poll::Ready(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
        _ => Bytes::new(),
    }
}

#[cfg(target_family = "wasm")]
fn bytes(body: reqwest::Body) -> Bytes {
    let bytes = body.as_bytes();
    bytes.map(Bytes::copy_from_slice).unwrap_or_default()
}
