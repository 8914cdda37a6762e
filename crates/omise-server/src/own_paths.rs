//! The paths of this server that the API does not have: `/`, `/docs`, `/livez` and `/readyz`.
//!
//! They are looked for only where the API has no path, and they need no key.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use http_body_util::Full;
use omise_store::Health;
use omise_types::{Operation, SPEC_VERSION};
use serde_json::{Map, Value, json};

use crate::docs;
use crate::failure::{Failure, to_body};
use crate::headers::JSON;

const LIVE: &str = "/livez";
const READY: &str = "/readyz";

/// Whether the path is for the machines that watch the server, and not for pages.
pub(crate) fn is_probe(path: &str) -> bool {
    matches!(path, LIVE | READY)
}

/// Answers a request for a path of this server.
///
/// # Errors
///
/// If the path is none of them, or the method reads nothing.
pub(crate) fn answer(
    parts: &Parts,
    has_docs: bool,
    health: impl FnOnce() -> Health,
) -> Result<Response<Full<Bytes>>, Failure> {
    let answer = match parts.uri.path() {
        "/" => root(&parts.headers, has_docs),
        LIVE => json_response(StatusCode::OK, &json!({"status": "live"})),
        READY => match health() {
            Health::Ready => json_response(StatusCode::OK, &json!({"status": "ready"})),
            Health::NotReady { reason } => json_response(
                StatusCode::SERVICE_UNAVAILABLE,
                &json!({"status": "not ready", "reason": reason}),
            ),
        },
        path => match docs::file(path).filter(|_| has_docs) {
            Some(file) => file.answer(&parts.headers),
            None => return Err(Failure::RouteNotFound),
        },
    };
    if parts.method != Method::GET && parts.method != Method::HEAD {
        let allow = "GET, HEAD".to_owned();
        return Err(Failure::MethodNotAllowed { allow });
    }
    Ok(answer)
}

/// Leads a person to the documentation, and gives a program links.
fn root(request: &HeaderMap, has_docs: bool) -> Response<Full<Bytes>> {
    let accepted = request.get_all(header::ACCEPT).iter();
    let is_browser = accepted
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.to_ascii_lowercase().contains("text/html"));
    let mut response = if is_browser && has_docs {
        let mut response = Response::new(Full::default());
        *response.status_mut() = StatusCode::FOUND;
        let docs = HeaderValue::from_static("/docs");
        response.headers_mut().insert(header::LOCATION, docs);
        response
    } else {
        json_response(StatusCode::OK, &links(has_docs))
    };
    let vary = HeaderValue::from_static("accept");
    response.headers_mut().insert(header::VARY, vary);
    response
}

fn links(has_docs: bool) -> Value {
    let mut links = Map::new();
    if has_docs {
        links.insert("documentation".to_owned(), "/docs".into());
        links.insert("openapi".to_owned(), "/docs/source.yaml".into());
    }
    let sources = Operation::CreateSource.path();
    for (name, path) in [("sources", sources), ("live", LIVE), ("ready", READY)] {
        links.insert(name.to_owned(), path.into());
    }
    json!({
        "name": "omise serve",
        "version": env!("CARGO_PKG_VERSION"),
        "openapi_version": SPEC_VERSION,
        "links": links,
    })
}

fn json_response(status: StatusCode, value: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(to_body(value)));
    *response.status_mut() = status;
    let (name, value) = JSON.clone();
    response.headers_mut().insert(name, value);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(method: &str, path: &str, has_docs: bool) -> Result<StatusCode, Failure> {
        let request = http::Request::builder().method(method).uri(path);
        let (parts, ()) = request.body(()).expect("a request").into_parts();
        answer(&parts, has_docs, || Health::Ready).map(|response| response.status())
    }

    #[test]
    fn what_is_no_path_of_the_server_is_not_found() {
        for path in [
            "/docs/index.html",
            "/docs//",
            "/docs/source.yaml/",
            "/Docs",
            "/livez/",
        ] {
            let answer = ask("GET", path, true);
            assert!(matches!(answer, Err(Failure::RouteNotFound)), "{path}");
        }
        for path in ["/docs", "/docs/", "/docs/source.yaml"] {
            let answer = ask("GET", path, false);
            assert!(matches!(answer, Err(Failure::RouteNotFound)), "{path}");
        }
    }

    #[test]
    fn only_methods_that_read_are_allowed() {
        for path in ["/", "/docs", "/livez", "/readyz"] {
            for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
                let answer = ask(method, path, true);
                let is_refused = matches!(answer, Err(Failure::MethodNotAllowed { .. }));
                assert!(is_refused, "{method} {path}");
            }
            assert!(ask("HEAD", path, true).is_ok(), "{path}");
        }
    }
}
