#![doc = include_str!("../README.md")]

mod docs;
mod file;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use http_body_util::Full;

const DOCS: &str = "/docs";

/// Where a program finds what this crate serves, by name.
pub const LINKS: &[(&str, &str)] = &[("documentation", DOCS), ("openapi", "/docs/source.yaml")];

/// Answers a request for a path of this crate, whatever its method; `None` for every other path.
pub fn answer(request: &Parts) -> Option<Response<Full<Bytes>>> {
    match request.uri.path() {
        "/" => is_browser(&request.headers).then(to_docs),
        path => Some(docs::file(path)?.answer(&request.headers)),
    }
}

fn is_browser(request: &HeaderMap) -> bool {
    let accepted = request.get_all(header::ACCEPT).iter();
    accepted
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.to_ascii_lowercase().contains("text/html"))
}

fn to_docs() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::FOUND;
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, HeaderValue::from_static(DOCS));
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(path: &str, accept: &str) -> Option<StatusCode> {
        let request = http::Request::get(path).header("accept", accept);
        let (head, ()) = request.body(()).expect("a request").into_parts();
        answer(&head).map(|response| response.status())
    }

    #[test]
    fn only_a_browser_is_led_from_the_root_to_the_documentation() {
        assert_eq!(ask("/", "text/html, */*"), Some(StatusCode::FOUND));
        assert_eq!(ask("/", "application/json"), None);
    }

    #[test]
    fn every_link_leads_to_a_page() {
        for (name, path) in LINKS {
            assert_eq!(ask(path, "*/*"), Some(StatusCode::OK), "{name}");
        }
    }

    #[test]
    fn other_paths_are_left_to_others() {
        for path in [
            "/sources",
            "/livez",
            "/docs/index.html",
            "/docs//",
            "/docs/source.yaml/",
            "/Docs",
        ] {
            assert_eq!(ask(path, "text/html"), None, "{path}");
        }
    }
}
