use std::fmt;

/// A value of an open enum that this version does not know, kept as it was read.
///
/// It is only made by reading, so a known value is never hidden in it.
///
/// # Example
///
/// ```
/// use omise_types::SourceType;
///
/// let source_type = SourceType::from("pay_by_telepathy");
/// assert!(matches!(&source_type, SourceType::Other(value) if value.as_str() == "pay_by_telepathy"));
/// assert_eq!(source_type.to_string(), "pay_by_telepathy");
/// ```
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct OtherValue(Box<str>);

impl OtherValue {
    pub(crate) fn new(value: &str) -> OtherValue {
        OtherValue(value.into())
    }

    /// The value as it stands on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OtherValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
