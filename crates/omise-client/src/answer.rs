use bytes::Bytes;
use http::response::Parts;

/// An answer as it came.
pub(crate) struct Answer {
    pub(crate) head: Parts,
    pub(crate) body: Bytes,
}
