//! What HTTP/1.1 asks of a request's head and hyper leaves to the service.
//!
//! Where two programs read a request differently, one of them can be told what the other does not
//! see. So what can be read in two ways is refused.

use http::header::{HOST, HeaderName, TRANSFER_ENCODING};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Version};

use crate::failure::Failure;

/// Checks the head of a request that came from a socket.
pub(crate) fn check(parts: &Parts) -> Result<(), Failure> {
    match one(&parts.headers, &HOST)? {
        Some(host) if is_host(host.as_bytes()) => {}
        Some(_) => return Err(Failure::HostInvalid),
        None if parts.version == Version::HTTP_11 => return Err(Failure::HostMissing),
        None => {}
    }
    // hyper itself refuses a body of which the last coding is not `chunked`.
    match one(&parts.headers, &TRANSFER_ENCODING)? {
        Some(coding) if !coding.as_bytes().eq_ignore_ascii_case(b"chunked") => {
            Err(Failure::TransferEncoded)
        }
        _ => Ok(()),
    }
}

/// The value of a header that must not have two.
pub(crate) fn one<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'h HeaderValue>, Failure> {
    // The lengths differ if any header is given twice, which is rare.
    if headers.len() != headers.keys_len() && headers.get_all(name).iter().nth(1).is_some() {
        return Err(Failure::HeaderTwice(name.clone()));
    }
    Ok(headers.get(name))
}

/// Whether this is the `uri-host [ ":" port ]` of RFC 9110, section 7.2.
fn is_host(value: &[u8]) -> bool {
    let (name, port) = match value.strip_prefix(b"[") {
        Some(address) => {
            let Some(end) = address.iter().position(|&byte| byte == b']') else {
                return false;
            };
            let (name, port) = (&address[..end], &address[end + 1..]);
            if !name
                .iter()
                .all(|byte| byte.is_ascii_hexdigit() || b":.".contains(byte))
            {
                return false;
            }
            (&b""[..], port)
        }
        None => {
            let end = value.iter().position(|&byte| byte == b':');
            value.split_at(end.unwrap_or(value.len()))
        }
    };
    let is_port = match port {
        [] => true,
        [b':', digits @ ..] => digits.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=%".contains(byte);
    is_port && name.iter().all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_from_what_is_none() {
        for host in [
            "",
            "a",
            "api.omise.co",
            "127.0.0.1:4010",
            "[::1]",
            "[::1]:4010",
            "a:",
            "xn--o3cw4h",
            "a_b",
        ] {
            assert!(is_host(host.as_bytes()), "{host}");
        }
        for other in [
            "a b", "a/b", "http://a", "user@a", "a:b", "a:1:2", "[::1", "[::1]x", "[x]", "a,b c",
            "a?b", "a#b", "a\\b", "\u{e01}",
        ] {
            assert!(!is_host(other.as_bytes()), "{other}");
        }
    }
}
