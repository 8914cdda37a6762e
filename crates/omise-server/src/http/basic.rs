//! Reads the user name of HTTP Basic authentication, which is the API key.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_PAD_INDIFFERENT, URL_SAFE_PAD_INDIFFERENT};

/// How long a key may be. Those of the API have at most thirty-odd bytes.
const USER_NAME_BYTES_MAX: usize = 128;

/// How long the encoded credentials may be, which leaves room for a password beside the longest
/// key.
const ENCODED_BYTES_MAX: usize = 512;

/// Reads the user name from the value of an `Authorization` header, or `None` if it has none that
/// could be a key.
///
/// Clients write `base64(key + ":")`, `base64(key)` or `base64(key + ":x")`: the password, if there
/// is one, means nothing. The scheme may be in any case, the padding may be missing, and the
/// alphabet may be the standard or the URL-safe one.
pub(crate) fn user_name(authorization: &[u8]) -> Option<String> {
    let (scheme, rest) = authorization.split_at_checked("Basic".len())?;
    let credentials = rest.trim_ascii();
    let separated = credentials.len() < rest.trim_ascii_end().len();
    if !scheme.eq_ignore_ascii_case(b"Basic") || !separated || credentials.len() > ENCODED_BYTES_MAX
    {
        return None;
    }

    let alphabet = if credentials.iter().any(|byte| matches!(byte, b'-' | b'_')) {
        URL_SAFE_PAD_INDIFFERENT
    } else {
        STANDARD_PAD_INDIFFERENT
    };
    let mut decoded = [0; ENCODED_BYTES_MAX / 4 * 3];
    let length = alphabet.decode_slice(credentials, &mut decoded).ok()?;

    let user_name = decoded[..length].split(|byte| *byte == b':').next()?;
    if user_name.is_empty() || user_name.len() > USER_NAME_BYTES_MAX {
        return None;
    }
    str::from_utf8(user_name).ok().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

    use super::*;

    const KEY: &str = "pkey_test_5xuy4w91xqz7d1w9u0t";

    #[track_caller]
    fn check(authorization: impl AsRef<[u8]>, expected: Option<&str>) {
        assert_eq!(user_name(authorization.as_ref()).as_deref(), expected);
    }

    #[test]
    fn every_spelling_of_the_clients_is_read() {
        for credentials in [
            format!("{KEY}:"),
            KEY.to_owned(),
            format!("{KEY}:x"),
            format!("{KEY}:x:y"),
        ] {
            check(
                format!("Basic {}", STANDARD.encode(&credentials)),
                Some(KEY),
            );
            check(
                format!("Basic {}", STANDARD_NO_PAD.encode(&credentials)),
                Some(KEY),
            );
            check(
                format!("basic {}", STANDARD.encode(&credentials)),
                Some(KEY),
            );
            check(
                format!("BASIC   {} ", STANDARD.encode(&credentials)),
                Some(KEY),
            );
        }
    }

    #[test]
    fn the_alphabet_is_either() {
        let key = "key\u{fe}?>~~~\u{3ff}";
        assert_ne!(STANDARD.encode(key), URL_SAFE.encode(key));
        check(format!("Basic {}", STANDARD.encode(key)), Some(key));
        check(format!("Basic {}", URL_SAFE.encode(key)), Some(key));
        check(format!("Basic {}", URL_SAFE_NO_PAD.encode(key)), Some(key));
    }

    #[test]
    fn a_header_without_a_user_name_has_none() {
        check("", None);
        check("Basic", None);
        check("Basic ", None);
        check(format!("Basic {}", STANDARD.encode(":")), None);
        check(format!("Basic {}", STANDARD.encode(":password")), None);
        check(format!("Basic{}", STANDARD.encode(KEY)), None);
        check(format!("Bearer {}", STANDARD.encode(KEY)), None);
        check(format!("Basic {KEY}!"), None);
        check("Basic a b", None);
    }

    #[test]
    fn a_user_name_that_is_not_utf8_is_none() {
        check(format!("Basic {}", STANDARD.encode(b"\xff\xfe:")), None);
        check(
            format!("Basic {}", STANDARD.encode(b"key:\xff")),
            Some("key"),
        );
        check(b"Basic \xff\xff", None);
    }

    #[test]
    fn the_length_is_bounded() {
        let longest = "k".repeat(128);
        check(
            format!("Basic {}", STANDARD.encode(format!("{longest}:x"))),
            Some(&longest),
        );
        check(
            format!("Basic {}", STANDARD.encode(format!("{longest}k:x"))),
            None,
        );
        check(format!("Basic {}", "a".repeat(1_000_000)), None);
        let full = format!("{longest}:{}", "p".repeat(255));
        check(format!("Basic {}", STANDARD.encode(full)), Some(&longest));
    }
}
