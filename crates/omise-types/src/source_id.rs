use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

/// The id of a source: `src_`, in test mode `src_test_`, and letters and digits.
///
/// The API makes 19 of them; its documentation has `src(_test)?_[0-9a-z]+`, which is what is taken
/// here, up to 64 characters in all. So an id never changes the path that it is put into. It is no
/// secret: knowing it gives no right.
///
/// # Example
///
/// ```
/// use omise_types::SourceId;
///
/// let id: SourceId = "src_test_5g5in1we65199wlsyji".parse()?;
/// assert!(!id.is_live());
/// assert!("../charges".parse::<SourceId>().is_err());
/// # Ok::<(), omise_types::SourceIdError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemars", schemars(transparent))]
#[serde(transparent)]
pub struct SourceId(String);

impl SourceId {
    /// Checks an id's form.
    ///
    /// # Errors
    ///
    /// For a text that does not have the form above.
    pub fn new(id: impl Into<String>) -> Result<SourceId, SourceIdError> {
        let id = id.into();
        if SourceId::is_valid(&id) {
            Ok(SourceId(id))
        } else {
            Err(SourceIdError)
        }
    }

    /// Whether a text has the form of an id.
    pub fn is_valid(id: &str) -> bool {
        let Some(rest) = id.strip_prefix("src_") else {
            return false;
        };
        let suffix = rest.strip_prefix("test_").unwrap_or(rest);
        let is_base36 = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase();
        id.len() <= 64 && !suffix.is_empty() && suffix.bytes().all(is_base36)
    }

    /// The id as it stands on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it names a live source, not a test source.
    pub fn is_live(&self) -> bool {
        !self.0.starts_with("src_test_")
    }
}

impl FromStr for SourceId {
    type Err = SourceIdError;

    fn from_str(id: &str) -> Result<SourceId, SourceIdError> {
        SourceId::new(id)
    }
}

impl AsRef<str> for SourceId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl<'de> Deserialize<'de> for SourceId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<SourceId, D::Error> {
        SourceId::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A text that is no id of a source.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SourceIdError;

impl fmt::Display for SourceIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the id of a source is src_ or src_test_ and then digits and lower-case letters, \
             at most 64 characters in all",
        )
    }
}

impl std::error::Error for SourceIdError {}
