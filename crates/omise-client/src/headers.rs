//! The headers that requests have and answers are read by.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{DATE, HeaderName, RETRY_AFTER};
use omise_types::API_VERSION_HEADER;

pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
pub(crate) const OMISE_VERSION: HeaderName = HeaderName::from_static(API_VERSION_HEADER);

/// The name that the service gave the request, for its log.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get("x-request-id")?.to_str().ok()?;
    (!value.is_empty()).then_some(value)
}

/// What `Retry-After` asks for, in seconds or as a date.
///
/// A date is counted from the service's own `Date` if it gave one, as its clock may differ.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    let said = headers.get(DATE).and_then(|now| now.to_str().ok());
    let now = match said.and_then(|now| httpdate::parse_http_date(now).ok()) {
        Some(now) => now,
        // This target has no clock.
        None if cfg!(target_family = "wasm") => return None,
        None => SystemTime::now(),
    };
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(date: Option<&'static str>, expected: Option<Duration>) {
        let mut headers = HeaderMap::new();
        let asked = http::HeaderValue::from_static("Sun, 06 Nov 1994 08:49:37 GMT");
        headers.insert(RETRY_AFTER, asked);
        if let Some(date) = date {
            headers.insert(DATE, http::HeaderValue::from_static(date));
        }
        assert_eq!(retry_after(&headers), expected);
    }

    #[test]
    fn a_date_is_counted_from_that_of_the_service() {
        let seven = Some(Duration::from_secs(7));
        check(Some("Sun, 06 Nov 1994 08:49:30 GMT"), seven);
    }

    #[test]
    fn without_a_date_that_can_be_read_it_is_counted_from_ours() {
        check(None, Some(Duration::ZERO));
        check(Some("yesterday"), Some(Duration::ZERO));
    }
}
