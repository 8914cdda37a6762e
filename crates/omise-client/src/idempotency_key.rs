use std::fmt;
use std::str::FromStr;

use http::HeaderValue;

/// Names one creation, so that a service that honours it creates only one source however often the
/// request arrives: the value of the header `Idempotency-Key`.
///
/// Upstream documents no such header; see
/// [`ClientBuilder::honours_idempotency_keys`](crate::ClientBuilder::honours_idempotency_keys). Use
/// a new one for each source that is meant to be another, such as the number of an order and of the
/// attempt to pay for it. It is kept out of `Debug` and logs: whoever knows it can repeat the call.
///
/// # Example
///
/// ```
/// use omise_client::IdempotencyKey;
///
/// let key = IdempotencyKey::new("order-1042-payment-1")?;
/// assert_eq!(format!("{key:?}"), "IdempotencyKey([redacted])");
/// assert!(IdempotencyKey::new("").is_err());
/// assert!(IdempotencyKey::new("two\r\nlines").is_err());
/// # Ok::<(), omise_client::IdempotencyKeyError>(())
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct IdempotencyKey(HeaderValue);

const LENGTH_MAX: usize = 255;

impl IdempotencyKey {
    /// Checks a key.
    ///
    /// # Errors
    ///
    /// For anything but 1 to 255 visible ASCII characters.
    pub fn new(key: &str) -> Result<IdempotencyKey, IdempotencyKeyError> {
        let is_visible = |byte: u8| byte.is_ascii_graphic();
        if key.is_empty() || key.len() > LENGTH_MAX || !key.bytes().all(is_visible) {
            return Err(IdempotencyKeyError);
        }
        let mut value = HeaderValue::from_str(key).map_err(|_| IdempotencyKeyError)?;
        value.set_sensitive(true);
        Ok(IdempotencyKey(value))
    }

    /// The key as it is sent.
    pub fn as_str(&self) -> &str {
        // Only visible ASCII gets in.
        self.0.to_str().unwrap_or_default()
    }

    pub(crate) fn to_header(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl FromStr for IdempotencyKey {
    type Err = IdempotencyKeyError;

    fn from_str(key: &str) -> Result<IdempotencyKey, IdempotencyKeyError> {
        IdempotencyKey::new(key)
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdempotencyKey([redacted])")
    }
}

/// A text that is not an idempotency key. The error does not hold the text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct IdempotencyKeyError;

impl fmt::Display for IdempotencyKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "an idempotency key is 1 to {LENGTH_MAX} visible ASCII characters"
        )
    }
}

impl std::error::Error for IdempotencyKeyError {}
