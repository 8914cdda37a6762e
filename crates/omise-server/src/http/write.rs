//! Answers with JSON, as the API writes it.

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::Full;

use crate::http::headers::JSON;

/// Writes an answer as the API does: two blanks of indentation and a line feed at the end.
pub(crate) fn to_body(value: &impl serde::Serialize) -> Bytes {
    let mut body = Vec::with_capacity(1024);
    let written = serde_json::to_writer_pretty(&mut body, value);
    debug_assert!(
        written.is_ok(),
        "the wire types have string keys and writing to memory cannot fail"
    );
    body.push(b'\n');
    body.into()
}

/// An answer of JSON.
pub(crate) fn json_response(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    let (name, value) = JSON.clone();
    response.headers_mut().insert(name, value);
    response
}
