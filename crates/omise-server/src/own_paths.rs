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

use crate::http::write::{json_response, to_body};

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
        LIVE => json(StatusCode::OK, &json!({"status": "live"})),
        READY => match health() {
            Health::Ready => json(StatusCode::OK, &json!({"status": "ready"})),
            Health::NotReady { reason } => json(
                StatusCode::SERVICE_UNAVAILABLE,
                &json!({"status": "not ready", "reason": reason}),
            ),
        },
        _ => return None,
    })
}

/// Gives a program links. A page may answer the same path for a browser.
fn root(pages: &[(&str, &str)]) -> Response<Full<Bytes>> {
    let paths = Operation::ALL.iter().map(|operation| operation.path());
    let without_parameter = paths.filter(|path| !path.contains('{'));
    let api = without_parameter.map(|path| (path.trim_start_matches('/'), path));
    let own = [("live", LIVE), ("ready", READY)];
    let links = pages.iter().copied().chain(api).chain(own);
    let links: Map<String, Value> = links
        .map(|(name, path)| (name.to_owned(), path.into()))
        .collect();
    let root = json!({
        "name": "omise serve",
        "version": env!("CARGO_PKG_VERSION"),
        "openapi_version": SPEC_VERSION,
        "links": links,
    });
    let mut response = json(StatusCode::OK, &root);
    let vary = HeaderValue::from_static("accept");
    response.headers_mut().insert(header::VARY, vary);
    response
}

fn json(status: StatusCode, value: &Value) -> Response<Full<Bytes>> {
    json_response(status, to_body(value))
}
