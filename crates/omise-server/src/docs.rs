//! The documentation of the API, at `/docs`, and the document that it is made of.
//!
//! It belongs to this server and not to the API.

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

/// The file of the documentation that a path names.
pub(crate) fn file(path: &str) -> Option<&'static File> {
    match path {
        "/docs" | "/docs/" => Some(&PAGE),
        path => beside_the_page(path),
    }
}

static PAGE: LazyLock<File> = LazyLock::new(|| {
    let policy = concat!(
        include_str!(concat!(env!("OUT_DIR"), "/docs.policy")),
        "; frame-ancestors 'none'"
    );
    File::new(
        include_bytes!(concat!(env!("OUT_DIR"), "/docs.html.gz")),
        "text/html; charset=utf-8",
        policy,
    )
});

/// The document and what is derived from it, by their names.
static FILES: LazyLock<Vec<(&str, File)>> = LazyLock::new(|| {
    let files = include!(concat!(env!("OUT_DIR"), "/docs_files.rs"));
    let policy = "default-src 'none'; frame-ancestors 'none'";
    let files = files.into_iter();
    files
        .map(|(name, media_type, compressed)| (name, File::new(compressed, media_type, policy)))
        .collect()
});

fn beside_the_page(path: &str) -> Option<&'static File> {
    let name = path.strip_prefix("/docs/")?;
    let (_, file) = FILES.iter().find(|(file, _)| *file == name)?;
    Some(file)
}

/// A file, compressed as it is in the program.
pub(crate) struct File {
    compressed: &'static [u8],
    plain: LazyLock<Bytes, Box<dyn FnOnce() -> Bytes + Send>>,
    media_type: &'static str,
    policy: &'static str,
    tag: HeaderValue,
}

impl File {
    fn new(compressed: &'static [u8], media_type: &'static str, policy: &'static str) -> File {
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
    use http::HeaderName;

    use super::*;

    fn get(path: &str, headers: &[(&'static str, &str)]) -> Response<Full<Bytes>> {
        let value = |text: &str| HeaderValue::from_str(text).expect("a value");
        let headers = headers
            .iter()
            .map(|(name, text)| (HeaderName::from_static(name), value(text)));
        file(path).expect("it is a file").answer(&headers.collect())
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
            let response = get("/docs", &[("accept-encoding", accepted)]);
            let encoding = response.headers().get(CONTENT_ENCODING);
            assert_eq!(encoding.is_some(), is_compressed, "{accepted}");
            let expected = match is_compressed {
                true => PAGE.compressed.len(),
                false => PAGE.plain.len(),
            };
            assert_eq!(bytes(response), expected, "{accepted}");
        }
        assert!(get("/docs", &[]).headers().get(CONTENT_ENCODING).is_none());
    }

    #[test]
    fn a_page_that_a_browser_has_already_is_not_sent_again() {
        let response = get("/docs/", &[]);
        let tag = response.headers()[ETAG]
            .to_str()
            .expect("digits")
            .to_owned();
        let again = get("/docs", &[("if-none-match", &format!("W/\"0\", {tag}"))]);
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(bytes(again), 0);
        let other = get("/docs", &[("if-none-match", "W/\"0\"")]);
        assert_eq!(other.status(), StatusCode::OK);
    }
}
