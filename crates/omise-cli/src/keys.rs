//! Keys, from flags or the environment, and those of the default account.

use std::fmt;
use std::str::FromStr;

use clap::Args;
use omise_types::{KeyError, PublicKey, SecretKey};

use crate::exit::Failure;

/// The public key of the account that exists when no keys are given. It opens nothing but that.
pub(crate) const DEFAULT_PUBLIC_KEY: &str = "pkey_test_5xy0qz2v7k3d9m1w4hr";

/// The secret key of the account that exists when no keys are given. It opens nothing but that.
pub(crate) const DEFAULT_SECRET_KEY: &str = "skey_test_5xy0qz2v7k3d9m1w4hs";

/// Keys, from flags or the environment.
///
/// They are read as plain text: clap would show a value that it refuses, and a key with one letter
/// too many is still a key.
#[derive(Args, Clone)]
pub(crate) struct Keys {
    /// The public key
    #[arg(
        long,
        env = "OMISE_PUBLIC_KEY",
        hide_env_values = true,
        value_name = "KEY"
    )]
    public_key: Vec<String>,
    /// The secret key
    #[arg(
        long,
        env = "OMISE_SECRET_KEY",
        hide_env_values = true,
        value_name = "KEY"
    )]
    secret_key: Vec<String>,
}

/// Keys that have the form of keys.
#[derive(Debug)]
pub(crate) struct KeyPair {
    pub(crate) public: Vec<PublicKey>,
    pub(crate) secret: Vec<SecretKey>,
}

impl Keys {
    /// Whether none were given.
    pub(crate) fn is_empty(&self) -> bool {
        self.public_key.is_empty() && self.secret_key.is_empty()
    }

    /// The keys that were given.
    pub(crate) fn given(&self) -> Result<KeyPair, Failure> {
        Ok(KeyPair {
            public: read("--public-key", &self.public_key)?,
            secret: read("--secret-key", &self.secret_key)?,
        })
    }

    /// The keys that were given, or the default test pair.
    pub(crate) fn or_default(&self) -> Result<KeyPair, Failure> {
        if !self.is_empty() {
            return self.given();
        }
        Ok(KeyPair {
            public: read("--public-key", &[DEFAULT_PUBLIC_KEY.to_owned()])?,
            secret: read("--secret-key", &[DEFAULT_SECRET_KEY.to_owned()])?,
        })
    }
}

fn read<K: FromStr<Err = KeyError>>(flag: &str, keys: &[String]) -> Result<Vec<K>, Failure> {
    // A key that was read from a file often has the line's end behind it.
    let keys = keys.iter().map(|key| key.trim().parse());
    let keys: Result<_, KeyError> = keys.collect();
    keys.map_err(|error| Failure::usage(&format!("{flag}: {error}")))
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}
