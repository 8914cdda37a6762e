//! Makes the id of a request.

use uuid::Builder;
use uuid::fmt::Hyphenated;

/// The id of a request: a random UUID in lower case, the value of `x-request-id`.
#[derive(Clone, Copy)]
pub(crate) struct RequestId([u8; Hyphenated::LENGTH]);

impl RequestId {
    /// Makes a new id.
    pub(crate) fn new() -> RequestId {
        let uuid = Builder::from_random_bytes(rand::random()).into_uuid();
        let mut text = [0; Hyphenated::LENGTH];
        uuid.hyphenated().encode_lower(&mut text);
        RequestId(text)
    }

    /// The id as text.
    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_uuid_of_version_4_and_each_is_another() {
        let ids = [RequestId::new(), RequestId::new()];
        for id in &ids {
            let uuid: uuid::Uuid = id.as_str().parse().expect("a UUID");
            assert_eq!(uuid.get_version_num(), 4);
            assert_eq!(uuid.to_string(), id.as_str());
        }
        assert_ne!(ids[0].as_str(), ids[1].as_str());
    }
}
