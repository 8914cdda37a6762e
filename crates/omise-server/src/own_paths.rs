//! The paths of this server that the API does not have: `/`, `/livez` and `/readyz`.
//!
//! They are looked for only where the API has no path, and they need no key.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use omise_store::Health;
use omise_types::{Operation, SPEC_VERSION};
use serde_json::{Map, Value, json};

use crate::failure::to_body;
use crate::http::headers::JSON;

const LIVE: &str = "/livez";
const READY: &str = "/readyz";

/// Whether the path is for the machines that watch the server, and not for pages.
pub(crate) fn is_probe(path: &str) -> bool {
    matches!(path, LIVE | READY)
}

/// Answers a request for a path of this server; `None` if it is none of them.
pub(crate) fn answer(
    parts: &Parts,
    links: &[(&str, &str)],
    health: impl FnOnce() -> Health,
) -> Option<Response<Full<Bytes>>> {
    Some(match parts.uri.path() {
        "/" => root(links),
        LIVE => json_response(StatusCode::OK, &json!({"status": "live"})),
        READY => match health() {
            Health::Ready => json_response(StatusCode::OK, &json!({"status": "ready"})),
            Health::NotReady { reason } => json_response(
                StatusCode::SERVICE_UNAVAILABLE,
                &json!({"status": "not ready", "reason": reason}),
            ),
        },
        _ => return None,
    })
}

/// Gives a program links. A page may answer the same path for a browser.
fn root(pages: &[(&str, &str)]) -> Response<Full<Bytes>> {
    let sources = Operation::CreateSource.path();
    let own = [("sources", sources), ("live", LIVE), ("ready", READY)];
    let links = pages.iter().copied().chain(own);
    let links: Map<String, Value> = links
        .map(|(name, path)| (name.to_owned(), path.into()))
        .collect();
    let root = json!({
        "name": "omise serve",
        "version": env!("CARGO_PKG_VERSION"),
        "openapi_version": SPEC_VERSION,
        "links": links,
    });
    let mut response = json_response(StatusCode::OK, &root);
    let vary = HeaderValue::from_static("accept");
    response.headers_mut().insert(header::VARY, vary);
    response
}

fn json_response(status: StatusCode, value: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(to_body(value)));
    *response.status_mut() = status;
    let (name, value) = JSON.clone();
    response.headers_mut().insert(name, value);
    response
}
