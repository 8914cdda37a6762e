//! The headers of every answer, whoever writes it.

use http::{HeaderName, HeaderValue, header};
use omise_types::API_VERSION_HEADER;

/// The header that names the version of the API.
pub(crate) const OMISE_VERSION: HeaderName = HeaderName::from_static(API_VERSION_HEADER);

/// The header that names the request in the log.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What every answer says that does not say otherwise.
pub(crate) static EVERY_ANSWER: [(HeaderName, HeaderValue); 2] = [
    (
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-cache, no-store"),
    ),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
];

/// What every answer with a body says beside that.
pub(crate) static JSON: (HeaderName, HeaderValue) = (
    header::CONTENT_TYPE,
    HeaderValue::from_static("application/json; charset=utf-8"),
);
