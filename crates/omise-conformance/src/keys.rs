use std::fmt;

/// The keys of the account that an endpoint is asked with. `Debug` does not show them.
///
/// # Example
///
/// ```
/// use omise_conformance::Keys;
///
/// let keys = Keys {
///     public: "pkey_test_5xpjm0wjg3y2dxlmd2w".to_owned(),
///     secret: "skey_test_5xpjm0wjg3y2dxlmd2w".to_owned(),
/// };
/// assert_eq!(format!("{keys:?}"), "Keys { .. }");
/// ```
#[derive(Clone)]
pub struct Keys {
    /// The public key.
    pub public: String,
    /// The secret key.
    pub secret: String,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}
