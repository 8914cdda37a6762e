//! The headers of every answer, whoever writes it.

use http::{HeaderName, HeaderValue, header};
use omise_types::API_VERSION_HEADER;

/// The header that names the version of the API.
pub(crate) const OMISE_VERSION: HeaderName = HeaderName::from_static(API_VERSION_HEADER);

/// The header that names the request in the log.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What every answer says that does not say otherwise. A page of any origin may read it, and these
/// two headers of it.
pub(crate) static EVERY_ANSWER: [(HeaderName, HeaderValue); 3] = [
    (
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-cache, no-store"),
    ),
    (
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    ),
    (
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("omise-version, x-request-id"),
    ),
];

/// What every answer with a body says beside that.
pub(crate) static JSON: (HeaderName, HeaderValue) = (
    header::CONTENT_TYPE,
    HeaderValue::from_static("application/json; charset=utf-8"),
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_may_read_the_version_and_the_id_of_its_request() {
        let (_, exposed) = &EVERY_ANSWER[2];
        assert_eq!(exposed, &format!("{OMISE_VERSION}, {REQUEST_ID}"));
    }
}
