//! A file that is compressed in the program.

use std::io::Read;
use std::sync::LazyLock;

use bytes::Bytes;
use flate2::read::GzDecoder;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use http_body_util::Full;
use sha2::{Digest, Sha256};

/// A file, compressed as it is in the program.
pub(crate) struct File {
    compressed: &'static [u8],
    plain: LazyLock<Bytes, Box<dyn FnOnce() -> Bytes + Send>>,
    media_type: &'static str,
    policy: &'static str,
    tag: HeaderValue,
}

impl File {
    pub(crate) fn new(
        compressed: &'static [u8],
        media_type: &'static str,
        policy: &'static str,
    ) -> File {
        let digest = Sha256::digest(compressed);
        let digits = digest.iter().take(8).map(|byte| format!("{byte:02x}"));
        // Weak, as the same file has other bytes when it is not compressed.
        let tag = format!("W/\"{}\"", digits.collect::<String>());
        File {
            compressed,
            plain: LazyLock::new(Box::new(|| decompressed(compressed))),
            media_type,
            policy,
            tag: HeaderValue::from_str(&tag).expect("digits are a header's value"),
        }
    }

    /// Answers with the file, or says that the client has it.
    pub(crate) fn answer(&self, asked: &HeaderMap) -> Response<Full<Bytes>> {
        let is_known = asked.get(IF_NONE_MATCH).is_some_and(|tags| {
            let mut tags = tags.as_bytes().split(|byte| *byte == b',');
            tags.any(|tag| tag.trim_ascii() == self.tag.as_bytes())
        });
        let mut response = Response::new(Full::default());
        let headers = response.headers_mut();
        headers.insert(ETAG, self.tag.clone());
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        if is_known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        for (name, value) in [
            (CONTENT_TYPE, self.media_type),
            (CONTENT_SECURITY_POLICY, self.policy),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        *response.body_mut() = if takes_gzip(asked) {
            response
                .headers_mut()
                .insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            Full::new(Bytes::from_static(self.compressed))
        } else {
            Full::new(self.plain.clone())
        };
        response
    }
}

fn decompressed(compressed: &[u8]) -> Bytes {
    let mut plain = Vec::new();
    let read = GzDecoder::new(compressed).read_to_end(&mut plain);
    read.expect("the build has compressed it");
    plain.into()
}

/// Whether a client says that it can read gzip; one that says nothing gets plain text.
fn takes_gzip(asked: &HeaderMap) -> bool {
    let values = asked.get_all(ACCEPT_ENCODING).iter();
    let mut codings = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    codings.any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let is_gzip = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let refused = parts.any(|weight| {
            let quality = weight
                .strip_prefix("q=")
                .and_then(|quality| quality.parse().ok());
            quality == Some(0.0)
        });
        is_gzip && !refused
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use http::HeaderName;

    use super::*;

    static PAGE: LazyLock<File> = LazyLock::new(|| {
        let mut compressed = GzEncoder::new(Vec::new(), Compression::best());
        let written = compressed.write_all(&[b'a'; 1000]);
        written.expect("memory takes it");
        let compressed = compressed.finish().expect("memory takes it");
        File::new(compressed.leak(), "text/plain", "default-src 'none'")
    });

    fn get(headers: &[(&'static str, &str)]) -> Response<Full<Bytes>> {
        let value = |text: &str| HeaderValue::from_str(text).expect("a value");
        let headers = headers
            .iter()
            .map(|(name, text)| (HeaderName::from_static(name), value(text)));
        PAGE.answer(&headers.collect())
    }

    fn bytes(response: Response<Full<Bytes>>) -> usize {
        let hint = http_body::Body::size_hint(response.body());
        usize::try_from(hint.exact().expect("it is whole")).expect("it is in memory")
    }

    #[test]
    fn only_a_client_that_takes_gzip_gets_it() {
        for (accepted, is_compressed) in [
            ("gzip", true),
            ("deflate, GZIP;q=0.5, br", true),
            ("gzip;q=0", false),
            ("gzip; q=0.000", false),
            ("br", false),
            ("", false),
        ] {
            let response = get(&[("accept-encoding", accepted)]);
            let encoding = response.headers().get(CONTENT_ENCODING);
            assert_eq!(encoding.is_some(), is_compressed, "{accepted}");
            let expected = match is_compressed {
                true => PAGE.compressed.len(),
                false => PAGE.plain.len(),
            };
            assert_eq!(bytes(response), expected, "{accepted}");
        }
        assert!(get(&[]).headers().get(CONTENT_ENCODING).is_none());
    }

    #[test]
    fn a_page_that_a_browser_has_already_is_not_sent_again() {
        let response = get(&[]);
        let tag = response.headers()[ETAG]
            .to_str()
            .expect("digits")
            .to_owned();
        let again = get(&[("if-none-match", &format!("W/\"0\", {tag}"))]);
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(bytes(again), 0);
        let other = get(&[("if-none-match", "W/\"0\"")]);
        assert_eq!(other.status(), StatusCode::OK);
    }
}
