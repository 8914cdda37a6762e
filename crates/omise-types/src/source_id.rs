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

const LENGTH_MAX: usize = 64;

impl SourceId {
    /// What the id of a live source begins with.
    pub const LIVE_PREFIX: &'static str = "src_";

    /// What the id of a test source begins with.
    pub const TEST_PREFIX: &'static str = "src_test_";

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
        let suffix = id
            .strip_prefix(SourceId::TEST_PREFIX)
            .or_else(|| id.strip_prefix(SourceId::LIVE_PREFIX))
            .unwrap_or_default();
        let is_base36 = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase();
        id.len() <= LENGTH_MAX && !suffix.is_empty() && suffix.bytes().all(is_base36)
    }

    /// The id as it stands on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it names a live source, not a test source.
    pub fn is_live(&self) -> bool {
        !self.0.starts_with(SourceId::TEST_PREFIX)
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
#[non_exhaustive]
pub struct SourceIdError;

impl fmt::Display for SourceIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the id of a source is {} or {} and then digits and lower-case letters, \
             at most {LENGTH_MAX} characters in all",
            SourceId::LIVE_PREFIX,
            SourceId::TEST_PREFIX,
        )
    }
}

impl std::error::Error for SourceIdError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_taken(id: &str) {
        assert_eq!(SourceId::new(id).as_ref().map(SourceId::as_str), Ok(id));
    }

    #[track_caller]
    fn check_refused(id: &str) {
        assert_eq!(SourceId::new(id), Err(SourceIdError), "{id}");
    }

    #[test]
    fn an_id_has_64_characters_at_most() {
        let suffix = "0".repeat(LENGTH_MAX - SourceId::TEST_PREFIX.len());
        check_taken(&format!("src_test_{suffix}"));
        check_refused(&format!("src_test_{suffix}0"));
    }

    #[test]
    fn an_id_has_something_behind_its_prefix() {
        check_taken("src_0");
        check_taken("src_test_0");
        check_refused("src_");
        check_refused("src_test_");
    }

    #[test]
    fn an_id_begins_with_its_prefix() {
        check_refused("");
        check_refused("chrg_test_5g5in1we65199wlsyji");
        check_refused("5g5in1we65199wlsyji");
        check_refused(" src_0");
    }

    #[test]
    fn an_id_is_digits_and_lower_case_letters() {
        for id in [
            "src_A",
            "SRC_0",
            "src_a-b",
            "src_a/b",
            "src_live_0",
            "src_é",
            "src_0\n",
        ] {
            check_refused(id);
        }
    }

    #[test]
    fn a_live_id_may_begin_like_a_test_id() {
        let id = SourceId::new("src_test").expect("four letters behind the prefix");
        assert!(id.is_live());
    }

    #[test]
    fn the_error_names_the_form() {
        assert_eq!(
            SourceIdError.to_string(),
            "the id of a source is src_ or src_test_ and then digits and lower-case letters, \
             at most 64 characters in all",
        );
    }
}
