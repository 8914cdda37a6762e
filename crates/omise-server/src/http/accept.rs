//! Whether a client takes JSON.

use http::HeaderMap;
use http::header::ACCEPT;

use crate::failure::Failure;

/// Refuses a request whose `Accept` leaves no room for JSON. Without the header all is taken.
pub(crate) fn check(headers: &HeaderMap) -> Result<(), Failure> {
    let mut ranges = headers
        .get_all(ACCEPT)
        .iter()
        .flat_map(|value| value.as_bytes().split(|&byte| byte == b','))
        .map(<[u8]>::trim_ascii)
        .filter(|range| !range.is_empty())
        .peekable();
    if ranges.peek().is_none() || ranges.any(takes_json) {
        Ok(())
    } else {
        Err(Failure::NotAcceptable)
    }
}

fn takes_json(range: &[u8]) -> bool {
    let mut parts = range.split(|&byte| byte == b';').map(<[u8]>::trim_ascii);
    let media = parts.next().unwrap_or_default();
    let is_json = ["*/*", "application/*", "application/json"]
        .iter()
        .any(|known| media.eq_ignore_ascii_case(known.as_bytes()));
    is_json && !parts.any(is_zero_quality)
}

// `q=0` in all its spellings: RFC 9110 allows up to three decimals.
fn is_zero_quality(parameter: &[u8]) -> bool {
    let Some((name, value)) = std::str::from_utf8(parameter)
        .ok()
        .and_then(|text| text.split_once('='))
    else {
        return false;
    };
    let value = value.trim();
    name.trim().eq_ignore_ascii_case("q")
        && value.starts_with('0')
        && value.bytes().all(|byte| byte == b'0' || byte == b'.')
}
