//! Makes the id of a request.

/// The id of a request: a random UUID in lower case, the value of `x-request-id`.
#[derive(Clone, Copy)]
pub(crate) struct RequestId([u8; 36]);

impl RequestId {
    /// Makes a new id.
    pub(crate) fn new() -> RequestId {
        RequestId::from_random(rand::random())
    }

    /// The id as text.
    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Writes random bits as a UUID of version 4: the version and the variant take six of them.
    fn from_random(random: u128) -> RequestId {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let bits = random & !(0xf << 76) & !(0b11 << 62) | 4 << 76 | 0b10 << 62;
        let mut text = [b'-'; 36];
        let mut place = 0;
        for digit in 0..32 {
            if matches!(digit, 8 | 12 | 16 | 20) {
                place += 1;
            }
            let nibble = bits >> (124 - 4 * digit) & 0xf;
            text[place] = DIGITS[nibble as usize];
            place += 1;
        }
        RequestId(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_uuid_of_version_4() {
        for (random, id) in [
            (0, "00000000-0000-4000-8000-000000000000"),
            (u128::MAX, "ffffffff-ffff-4fff-bfff-ffffffffffff"),
            (
                0x0123_4567_89ab_cdef_0123_4567_89ab_cdef,
                "01234567-89ab-4def-8123-456789abcdef",
            ),
        ] {
            assert_eq!(RequestId::from_random(random).as_str(), id);
        }
    }

    #[test]
    fn two_ids_differ() {
        assert_ne!(RequestId::new().as_str(), RequestId::new().as_str());
    }
}
