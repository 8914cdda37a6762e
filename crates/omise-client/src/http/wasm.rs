//! HTTP by the host's `fetch`: a browser's, Node's, Deno's or a worker's.
//!
//! Not by reqwest, which follows redirects here.

use bytes::{Bytes, BytesMut};
use http::header::{HeaderName, HeaderValue, USER_AGENT};
use http::{HeaderMap, StatusCode};
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, ReadableStreamDefaultReader, RequestInit, RequestRedirect, Response,
    ResponseType,
};

use crate::timer;
use crate::transport::TransportError;

#[derive(Clone)]
pub(super) struct Exchange;

impl Exchange {
    pub(super) fn new() -> Exchange {
        Exchange
    }

    pub(super) async fn run(
        &self,
        request: http::Request<Bytes>,
        time: std::time::Duration,
        max_bytes: usize,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let late = || TransportError::out_of_time(time);
        let started = timer::Started::now();

        let abort =
            Abort(AbortController::new().map_err(|_| unsent("there is no AbortController"))?);
        let fetching = fetch(&request, &abort.0)?;
        let fetched = timer::within(time, JsFuture::from(fetching)).await;
        let response = fetched.ok_or_else(late)?;
        let response = response.map_err(|error| failure(&error))?;
        let response: Response = response.dyn_into().map_err(|_| not_of_fetch())?;
        let (status, headers) = head(&response)?;

        let left = time.saturating_sub(started.elapsed());
        let body = timer::within(left, read(&response, max_bytes)).await;
        let body = body
            .ok_or_else(late)
            .flatten()
            .map_err(|error| error.after_head(status, &headers))?;

        let mut answer = http::Response::new(body);
        *answer.status_mut() = status;
        *answer.headers_mut() = headers;
        Ok(answer)
    }
}

/// Ends the exchange when nobody waits for it any more; afterwards it does nothing.
struct Abort(AbortController);

impl Drop for Abort {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn fetch(
    request: &http::Request<Bytes>,
    abort: &AbortController,
) -> Result<Promise, TransportError> {
    let options = RequestInit::new();
    options.set_method(request.method().as_str());
    options.set_headers_headers(&headers(request.headers())?);
    if !request.body().is_empty() {
        options.set_body(&Uint8Array::from(request.body().as_ref()));
    }
    options.set_signal(Some(&abort.signal()));
    options.set_redirect(RequestRedirect::Manual);

    let host = js_sys::global();
    // A host that has no cookies, cache or referrer refuses requests that say anything of them.
    let known = get(&host, "Request").and_then(|request| get(&request, "prototype"));
    for (name, value) in [
        ("credentials", "omit"),
        ("cache", "no-store"),
        ("referrerPolicy", "no-referrer"),
    ] {
        let is_known = known
            .as_ref()
            .is_some_and(|known| Reflect::has(known, &name.into()).unwrap_or(false));
        if is_known {
            Reflect::set(&options, &name.into(), &value.into())
                .map_err(|_| unsent("the options of fetch cannot be set"))?;
        }
    }

    let fetch = get(&host, "fetch").and_then(|fetch| fetch.dyn_into::<Function>().ok());
    let fetch = fetch.ok_or_else(|| unsent("there is no fetch"))?;
    let url = request.uri().to_string();
    let fetching = fetch.call2(&host, &url.into(), &options);
    fetching
        .and_then(JsCast::dyn_into)
        .map_err(|_| not_of_fetch())
}

fn headers(from: &HeaderMap) -> Result<Headers, TransportError> {
    let headers = Headers::new().map_err(|_| unsent("there are no Headers"))?;
    for (name, value) in from {
        // The host has its own, and a browser would ask the service whether ours is allowed.
        if name == USER_AGENT {
            continue;
        }
        let unfit = || unsent("a header is not of visible ASCII");
        let value = value.to_str().map_err(|_| unfit())?;
        headers.append(name.as_str(), value).map_err(|_| unfit())?;
    }
    Ok(headers)
}

fn head(response: &Response) -> Result<(StatusCode, HeaderMap), TransportError> {
    // The one is a browser's way to keep a redirect from us, the other a host's to disobey.
    if response.type_() == ResponseType::Opaqueredirect || response.redirected() {
        return Err(TransportError::other("it is a redirect"));
    }
    let status = StatusCode::from_u16(response.status()).map_err(TransportError::other)?;
    let mut headers = HeaderMap::new();
    for entry in response.headers().entries() {
        let entry: Array = entry
            .and_then(JsCast::dyn_into)
            .map_err(|_| not_of_fetch())?;
        let (Some(name), Some(value)) = (entry.get(0).as_string(), entry.get(1).as_string()) else {
            return Err(not_of_fetch());
        };
        // Each character stands for a byte.
        let value: Option<Vec<u8>> = value.chars().map(|byte| u8::try_from(byte).ok()).collect();
        let value = HeaderValue::try_from(value.ok_or_else(not_of_fetch)?);
        headers.append(
            HeaderName::try_from(name).map_err(TransportError::other)?,
            value.map_err(TransportError::other)?,
        );
    }
    Ok((status, headers))
}

/// Reads the body and stops where it becomes too large.
async fn read(response: &Response, max_bytes: usize) -> Result<Bytes, TransportError> {
    let mut body = BytesMut::new();
    let Some(stream) = response.body() else {
        return Ok(body.freeze());
    };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    loop {
        let chunk = JsFuture::from(reader.read())
            .await
            .map_err(|error| failure(&error))?;
        if get(&chunk, "done").is_some_and(|is_done| is_done.is_truthy()) {
            return Ok(body.freeze());
        }
        let chunk = get(&chunk, "value").and_then(|chunk| chunk.dyn_into::<Uint8Array>().ok());
        let chunk = chunk.ok_or_else(not_of_fetch)?.to_vec();
        if chunk.len() > max_bytes - body.len() {
            return Err(TransportError::too_large(max_bytes));
        }
        body.extend_from_slice(&chunk);
    }
}

fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    let value = Reflect::get(object, &name.into()).ok()?;
    (!value.is_undefined()).then_some(value)
}

/// Something that kept the request from being sent.
fn unsent(problem: &str) -> TransportError {
    TransportError::connect(problem)
}

fn not_of_fetch() -> TransportError {
    TransportError::other("it is not what fetch answers")
}

/// Says what a failure of the host means for the request: it may have been sent.
fn failure(error: &JsValue) -> TransportError {
    // Node tells in the cause what happened.
    let error = get(error, "cause").unwrap_or_else(|| error.clone());
    let text = error
        .dyn_ref::<js_sys::Error>()
        .map(|error| error.message());
    TransportError::other(text.map_or_else(|| "fetch failed".to_owned(), String::from))
}
