//! Makes the id of a request.

/// Makes a random UUID in lower case, the value of `x-request-id`.
pub(crate) fn request_id() -> String {
    uuid(rand::random())
}

/// Writes random bits as a UUID of version 4: the version and the variant take six of them.
fn uuid(random: u128) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let bits = random & !(0xf << 76) & !(0b11 << 62) | 4 << 76 | 0b10 << 62;
    let mut text = String::with_capacity(36);
    for digit in 0..32 {
        if matches!(digit, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        let nibble = bits >> (124 - 4 * digit) & 0xf;
        text.push(char::from(DIGITS[nibble as usize]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_uuid_of_version_4() {
        assert_eq!(uuid(0), "00000000-0000-4000-8000-000000000000");
        assert_eq!(uuid(u128::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(
            uuid(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef),
            "01234567-89ab-4def-8123-456789abcdef"
        );
    }

    #[test]
    fn two_ids_differ() {
        assert_ne!(request_id(), request_id());
    }
}
