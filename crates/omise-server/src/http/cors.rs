//! Which pages may call the API: the headers of CORS, and the answer to a preflight.

use std::fmt;
use std::str::FromStr;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri, header};
use http_body_util::Full;

/// The origins whose pages may call the API.
///
/// What a page may send is what it asks for: the server tests pages, and refuses no header that the
/// real service might take.
#[derive(Clone, Debug, Default)]
pub enum Cors {
    /// Pages of every origin may call, without credentials such as cookies.
    #[default]
    AnyOrigin,
    /// Pages of these origins may call, with credentials.
    Origins(Vec<Origin>),
}

/// The origin of a page, such as `https://shop.example` or `http://localhost:3000`.
///
/// # Example
///
/// ```
/// use omise_server::Origin;
///
/// let origin: Origin = "https://Shop.example:443".parse()?;
/// assert_eq!(origin.to_string(), "https://shop.example");
/// assert!("shop.example".parse::<Origin>().is_err());
/// # Ok::<(), omise_server::OriginError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin(HeaderValue);

/// The headers of an answer that a page may read, beside those that it always may.
const EXPOSED: HeaderValue = HeaderValue::from_static("omise-version, x-request-id, retry-after");

impl Cors {
    /// Adds the headers that let a page read the answer.
    pub(crate) fn allow(&self, request: &HeaderMap, answer: &mut HeaderMap) {
        match self {
            Cors::AnyOrigin => {
                let any = HeaderValue::from_static("*");
                answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any);
            }
            Cors::Origins(origins) => {
                answer.append(header::VARY, HeaderValue::from_static("origin"));
                let origin = request.get(header::ORIGIN);
                let Some(Origin(origin)) = origins.iter().find(|known| Some(&known.0) == origin)
                else {
                    return;
                };
                answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
                let yes = HeaderValue::from_static("true");
                answer.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, yes);
            }
        }
        answer.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
}

/// Whether a browser asks what a page may send. Other `OPTIONS` requests are ordinary ones.
pub(crate) fn is_preflight(parts: &Parts) -> bool {
    parts.method == Method::OPTIONS
        && parts.headers.contains_key(header::ORIGIN)
        && parts
            .headers
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// Allows what a browser asks for, on every path: whether a path and its method exist, the answer
/// to the request itself says, and the page can read it. No key is asked for, as a browser sends
/// none.
pub(crate) fn preflight(request: &HeaderMap) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    for (asked, allowed) in [
        (
            header::ACCESS_CONTROL_REQUEST_METHOD,
            header::ACCESS_CONTROL_ALLOW_METHODS,
        ),
        (
            header::ACCESS_CONTROL_REQUEST_HEADERS,
            header::ACCESS_CONTROL_ALLOW_HEADERS,
        ),
    ] {
        for value in request.get_all(&asked) {
            headers.append(&allowed, value.clone());
        }
        headers.append(header::VARY, HeaderValue::from(asked));
    }
    headers.insert(
        header::ACCESS_CONTROL_MAX_AGE,
        HeaderValue::from_static("86400"),
    );
    response
}

impl FromStr for Origin {
    type Err = OriginError;

    /// Reads a scheme, a host and, where it is not that of the scheme, a port.
    fn from_str(text: &str) -> Result<Origin, OriginError> {
        // A browser writes an origin in lower case.
        let text = text.to_ascii_lowercase();
        let (scheme, authority) = text.split_once("://").ok_or(OriginError)?;
        if authority.contains(['/', '?', '#', '@']) {
            return Err(OriginError);
        }
        let uri: Uri = text.parse().map_err(|_| OriginError)?;
        let host = uri.host().filter(|host| !host.is_empty());
        let host = host.ok_or(OriginError)?;
        let port = match (scheme, authority.strip_prefix(host).unwrap_or_default()) {
            ("http", ":80") | ("https", ":443") | (_, "") => "",
            (_, port) if uri.port_u16().is_some() => port,
            _ => return Err(OriginError),
        };
        let origin = HeaderValue::from_str(&format!("{scheme}://{host}{port}"));
        origin.map(Origin).map_err(|_| OriginError)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_str().unwrap_or_default())
    }
}

/// The text is not an origin.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct OriginError;

impl fmt::Display for OriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "an origin is a scheme and a host, such as http://localhost:3000, without a path",
        )
    }
}

impl std::error::Error for OriginError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::headers::{OMISE_VERSION, REQUEST_ID};

    #[test]
    fn a_page_may_read_the_version_and_the_id_of_its_request() {
        assert_eq!(
            EXPOSED,
            format!("{OMISE_VERSION}, {REQUEST_ID}, retry-after")
        );
    }

    #[test]
    fn an_origin_is_kept_as_a_browser_writes_it() {
        for (text, written) in [
            ("http://localhost:3000", "http://localhost:3000"),
            ("HTTPS://Shop.Example", "https://shop.example"),
            ("https://shop.example:443", "https://shop.example"),
            ("http://shop.example:80", "http://shop.example"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("capacitor://localhost", "capacitor://localhost"),
        ] {
            let origin: Origin = text.parse().unwrap_or_else(|_| panic!("{text}"));
            assert_eq!(origin.to_string(), written);
        }
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in [
            "",
            "*",
            "shop.example",
            "//shop.example",
            "http://",
            "http://shop.example/",
            "http://shop.example/cart",
            "http://me@shop.example",
            "http://shop.example?",
            "http://shop example",
            "http://shop.example:port",
        ] {
            assert_eq!(text.parse::<Origin>(), Err(OriginError), "{text}");
        }
    }
}
