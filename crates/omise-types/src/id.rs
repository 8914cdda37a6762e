//! The ids of the API's objects, one type for each kind of object.

use std::fmt;

/// The id of an object of the API: a prefix such as `src_`, in test mode `src_test_`, and then
/// digits and lower-case letters, at most 64 characters in all.
///
/// The API makes 19 characters behind the prefix; its documentation has `src(_test)?_[0-9a-z]+` and
/// the like, which is what is taken here. So an id never changes the path that it is put into. It
/// is not a secret: knowing it gives no right.
///
/// # Example
///
/// ```
/// use omise_types::{ObjectId, SourceId};
///
/// /// The path of an object below its collection.
/// fn path<I: ObjectId>(id: &I) -> String {
///     format!("/{}s/{id}", I::OBJECT)
/// }
///
/// let id: SourceId = "src_test_5g5in1we65199wlsyji".parse()?;
/// assert_eq!(path(&id), "/sources/src_test_5g5in1we65199wlsyji");
/// # Ok::<(), omise_types::IdError>(())
/// ```
pub trait ObjectId: Clone + fmt::Debug + fmt::Display + Ord + Sized {
    /// The kind of object, such as `source`.
    const OBJECT: &'static str;

    /// What the id of a live object begins with, such as `src_`.
    const LIVE_PREFIX: &'static str;

    /// What the id of a test object begins with, such as `src_test_`.
    const TEST_PREFIX: &'static str;

    /// Checks an id's form.
    ///
    /// # Errors
    ///
    /// For a text that does not have the form above.
    fn new(id: impl Into<String>) -> Result<Self, IdError>;

    /// The id as it stands on the wire.
    fn as_str(&self) -> &str;

    /// Whether it names a live object, not a test object.
    fn is_live(&self) -> bool {
        !self.as_str().starts_with(Self::TEST_PREFIX)
    }
}

const LENGTH_MAX: usize = 64;

/// A text that is not an id of its kind of object. It does not hold the text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct IdError {
    object: &'static str,
    live_prefix: &'static str,
    test_prefix: &'static str,
}

impl IdError {
    pub(crate) fn of<I: ObjectId>() -> IdError {
        IdError {
            object: I::OBJECT,
            live_prefix: I::LIVE_PREFIX,
            test_prefix: I::TEST_PREFIX,
        }
    }
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ids are {} or {} and then digits and lower-case letters, \
             at most {LENGTH_MAX} characters in all",
            self.object, self.live_prefix, self.test_prefix,
        )
    }
}

impl std::error::Error for IdError {}

/// A text that is not the id of a source.
pub type SourceIdError = IdError;

/// Whether a text has the form of an id.
pub(crate) fn is_valid<I: ObjectId>(id: &str) -> bool {
    let suffix = id
        .strip_prefix(I::TEST_PREFIX)
        .or_else(|| id.strip_prefix(I::LIVE_PREFIX))
        .unwrap_or_default();
    let is_base36 = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase();
    id.len() <= LENGTH_MAX && !suffix.is_empty() && suffix.bytes().all(is_base36)
}

/// Defines the id of one kind of object: its type, what the object is called and its prefix.
macro_rules! object_id {
    ($name:ident, $object:literal, $prefix:literal) => {
        #[doc = concat!("The id of a ", $object, ": `", $prefix, "_`, in test mode `", $prefix, "_test_`, and letters and digits.")]
        ///
        /// [`ObjectId`](crate::ObjectId) says what its form is.
        ///
        /// # Example
        ///
        /// ```
        #[doc = concat!("use omise_types::", stringify!($name), ";")]
        ///
        #[doc = concat!("let id: ", stringify!($name), " = \"", $prefix, "_test_5g5in1we65199wlsyji\".parse()?;")]
        /// assert!(!id.is_live());
        #[doc = concat!("assert!(\"../", $prefix, "\".parse::<", stringify!($name), ">().is_err());")]
        /// # Ok::<(), omise_types::IdError>(())
        /// ```
        #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, ::serde::Serialize)]
        #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
        #[cfg_attr(feature = "schemars", schemars(transparent))]
        #[serde(transparent)]
        pub struct $name(String);

        impl crate::ObjectId for $name {
            const OBJECT: &'static str = $object;
            const LIVE_PREFIX: &'static str = $name::LIVE_PREFIX;
            const TEST_PREFIX: &'static str = $name::TEST_PREFIX;

            fn new(id: impl Into<String>) -> Result<$name, crate::IdError> {
                let id = id.into();
                if crate::id::is_valid::<$name>(&id) {
                    Ok($name(id))
                } else {
                    Err(crate::IdError::of::<$name>())
                }
            }

            fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl $name {
            /// What the id of a live object begins with.
            pub const LIVE_PREFIX: &'static str = concat!($prefix, "_");

            /// What the id of a test object begins with.
            pub const TEST_PREFIX: &'static str = concat!($prefix, "_test_");

            /// Checks an id's form.
            ///
            /// # Errors
            ///
            /// For a text that does not have the form above.
            pub fn new(id: impl Into<String>) -> Result<$name, crate::IdError> {
                <$name as crate::ObjectId>::new(id)
            }

            /// Whether a text has the form of an id.
            pub fn is_valid(id: &str) -> bool {
                crate::id::is_valid::<$name>(id)
            }

            /// The id as it stands on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Whether it is of live mode, not of test mode.
            pub fn is_live(&self) -> bool {
                crate::ObjectId::is_live(self)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = crate::IdError;

            fn from_str(id: &str) -> Result<$name, crate::IdError> {
                $name::new(id)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<$name, D::Error> {
                $name::new(<String as ::serde::Deserialize>::deserialize(deserializer)?)
                    .map_err(::serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use object_id;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SourceId;

    #[track_caller]
    fn check_taken(id: &str) {
        assert_eq!(SourceId::new(id).as_ref().map(SourceId::as_str), Ok(id));
    }

    #[track_caller]
    fn check_refused(id: &str) {
        assert_eq!(SourceId::new(id), Err(IdError::of::<SourceId>()), "{id}");
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
            IdError::of::<SourceId>().to_string(),
            "source ids are src_ or src_test_ and then digits and lower-case letters, \
             at most 64 characters in all",
        );
    }
}
