//! The answer to a browser that asks what it may send.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;

/// Allows the methods of a path. No key is asked for: a browser sends none with this question.
///
/// The headers are spelled out because a `*` does not cover `Authorization`.
pub(crate) fn preflight(allow: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    let allow = HeaderValue::from_str(allow).expect("methods of HTTP are tokens");
    headers.insert(header::ALLOW, allow.clone());
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, allow);
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("authorization, content-type, omise-version"),
    );
    headers.insert(
        header::ACCESS_CONTROL_MAX_AGE,
        HeaderValue::from_static("86400"),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::headers::OMISE_VERSION;

    #[test]
    fn a_page_may_send_a_key_a_body_and_a_version() {
        let response = preflight("POST");
        let allowed = &response.headers()[header::ACCESS_CONTROL_ALLOW_HEADERS];
        assert_eq!(
            allowed,
            &format!("authorization, content-type, {OMISE_VERSION}")
        );
    }
}
