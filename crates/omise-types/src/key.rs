use std::fmt;

use serde::{Deserialize, Deserializer};

/// The kind of a key: which operations it may call.
///
/// # Example
///
/// ```
/// use omise_types::{KeyRole, Operation, PublicKey};
///
/// assert_eq!(PublicKey::ROLE, KeyRole::Public);
/// assert!(Operation::CreateSource.key_roles().contains(&KeyRole::Public));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum KeyRole {
    /// `pkey_...`: may be in the payer's browser or app.
    Public,
    /// `skey_...`: stays on the merchant's server.
    Secret,
}

impl KeyRole {
    const fn prefix(self) -> &'static str {
        match self {
            KeyRole::Public => "pkey_",
            KeyRole::Secret => "skey_",
        }
    }
}

macro_rules! key {
    ($name:ident, $role:expr, $variable:literal, $doc:literal, $example:literal) => {
        #[doc = $doc]
        ///
        /// `Debug` shows the kind and the mode and never the key.
        ///
        /// # Example
        ///
        /// ```
        #[doc = concat!("use omise_types::", stringify!($name), ";")]
        ///
        #[doc = concat!("let key = ", stringify!($name), "::new(\"", $example, "\")?;")]
        /// assert!(!key.is_live());
        #[doc = concat!("assert_eq!(format!(\"{key:?}\"), \"", stringify!($name), "(test)\");")]
        /// # Ok::<(), omise_types::KeyError>(())
        /// ```
        #[derive(Clone, Eq, Hash, PartialEq)]
        pub struct $name(String);

        impl $name {
            /// The kind of this key.
            pub const ROLE: KeyRole = $role;

            /// Checks a key's form. Whether an account has it, only the service knows.
            ///
            /// # Errors
            ///
            /// For a text without the prefix of its kind, with anything but `[0-9a-z]` behind it,
            /// or longer than 64 characters.
            pub fn new(key: &str) -> Result<$name, KeyError> {
                let rest = key.strip_prefix($role.prefix()).ok_or(KeyError($role))?;
                let suffix = rest.strip_prefix("test_").unwrap_or(rest);
                let is_base36 = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase();
                if suffix.is_empty() || key.len() > 64 || !suffix.bytes().all(is_base36) {
                    return Err(KeyError($role));
                }
                Ok($name(key.to_owned()))
            }

            /// The key that the environment has, or `None` if the variable is not set or empty:
            #[doc = concat!("`", $variable, "`.")]
            ///
            /// # Errors
            ///
            /// If the variable holds something else than a key of this kind.
            pub fn from_env() -> Result<Option<$name>, KeyError> {
                match std::env::var($variable) {
                    Ok(key) if key.trim().is_empty() => Ok(None),
                    Ok(key) => $name::new(key.trim()).map(Some),
                    Err(std::env::VarError::NotPresent) => Ok(None),
                    Err(std::env::VarError::NotUnicode(_)) => Err(KeyError($role)),
                }
            }

            /// Whether it is a live key, not a test key.
            pub fn is_live(&self) -> bool {
                !self.0[$role.prefix().len()..].starts_with("test_")
            }

            /// The key itself, to be sent and never to be shown.
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = KeyError;

            fn from_str(key: &str) -> Result<$name, KeyError> {
                $name::new(key)
            }
        }

        /// For keys in a file of settings. There is no `Serialize`, which would show the key.
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                crate::reading::text(deserializer, $name::new)?.map_err(serde::de::Error::custom)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mode = if self.is_live() { "live" } else { "test" };
                write!(f, "{}({mode})", stringify!($name))
            }
        }
    };
}

key!(
    PublicKey,
    KeyRole::Public,
    "OMISE_PUBLIC_KEY",
    "A public key, `pkey_test_...` or live `pkey_...`.",
    "pkey_test_5xpjm0wjg3y2dxlmd2w"
);
key!(
    SecretKey,
    KeyRole::Secret,
    "OMISE_SECRET_KEY",
    "A secret key, `skey_test_...` or live `skey_...`.",
    "skey_test_5xpjm0wjg3y2dxlmd2w"
);

/// A text that is not a key of its kind. The error does not hold the text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KeyError(KeyRole);

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = self.0.prefix();
        write!(
            f,
            "a key of this kind is {prefix}test_ or {prefix} and then digits and lower-case letters"
        )
    }
}

impl std::error::Error for KeyError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_refused(key: &str) {
        assert_eq!(PublicKey::new(key), Err(KeyError(KeyRole::Public)), "{key}");
    }

    #[test]
    fn a_key_is_live_unless_it_says_test() {
        assert_eq!(
            PublicKey::new("pkey_5xpjm0").map(|key| key.is_live()),
            Ok(true)
        );
        assert_eq!(
            SecretKey::new("skey_5xpjm0").map(|key| key.is_live()),
            Ok(true)
        );
        assert_eq!(
            PublicKey::new("pkey_test_5xpjm0").map(|key| key.is_live()),
            Ok(false)
        );
        assert_eq!(
            SecretKey::new("skey_test_5xpjm0").map(|key| key.is_live()),
            Ok(false)
        );
    }

    #[test]
    fn a_key_has_64_characters_at_most() {
        let longest = format!("{:0<64}", "pkey_test_");
        assert_eq!(
            PublicKey::new(&longest).as_ref().map(PublicKey::expose),
            Ok(&*longest)
        );
        check_refused(&format!("{longest}0"));
    }

    #[test]
    fn a_key_has_the_prefix_of_its_kind() {
        check_refused("");
        check_refused("5xpjm0");
        check_refused("skey_test_5xpjm0");
        check_refused("PKEY_test_5xpjm0");
        assert!(SecretKey::new("pkey_test_5xpjm0").is_err());
    }

    #[test]
    fn a_key_is_digits_and_lower_case_letters_behind_its_prefix() {
        for key in [
            "pkey_",
            "pkey_test_",
            "pkey_A",
            "pkey_a:b",
            "pkey_a b",
            "pkey_é",
            "pkey_a\n",
        ] {
            check_refused(key);
        }
    }

    #[test]
    fn debug_shows_nothing_of_a_key() {
        let live = SecretKey::new("skey_canary").expect("a key");
        let test = SecretKey::new("skey_test_canary").expect("a key");
        assert_eq!(
            format!("{live:?} {test:?}"),
            "SecretKey(live) SecretKey(test)"
        );
    }

    #[test]
    fn a_key_is_read_from_settings_and_never_quoted() {
        let key: PublicKey = serde_json::from_str("\"pkey_test_5xpjm0\"").expect("a key");
        assert_eq!(key.expose(), "pkey_test_5xpjm0");
        for wrong in ["\"skey_canary\"", "\"canary\"", "\"\""] {
            let error = serde_json::from_str::<PublicKey>(wrong).expect_err("no key");
            assert!(!error.to_string().contains("canary"), "{error}");
        }
    }

    #[test]
    fn the_error_shows_nothing_of_what_was_refused() {
        let error = SecretKey::new("skey_CANARY").expect_err("upper case");
        assert!(!format!("{error} {error:?}").contains("CANARY"));
    }
}
