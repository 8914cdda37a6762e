//! The keys of the default test account.

use clap::Args;
use omise_types::{PublicKey, SecretKey};

/// The public key of the account that exists when no keys are given. It opens nothing but that.
pub(crate) const DEFAULT_PUBLIC_KEY: &str = "pkey_test_5xy0qz2v7k3d9m1w4hr";

/// The secret key of the account that exists when no keys are given. It opens nothing but that.
pub(crate) const DEFAULT_SECRET_KEY: &str = "skey_test_5xy0qz2v7k3d9m1w4hs";

/// Keys, from flags or the environment.
#[derive(Args, Clone, Debug)]
pub(crate) struct Keys {
    /// The public key, `pkey_test_...` or `pkey_...`
    #[arg(
        long,
        env = "OMISE_PUBLIC_KEY",
        hide_env_values = true,
        value_name = "KEY"
    )]
    public_key: Vec<PublicKey>,
    /// The secret key, `skey_test_...` or `skey_...`
    #[arg(
        long,
        env = "OMISE_SECRET_KEY",
        hide_env_values = true,
        value_name = "KEY"
    )]
    secret_key: Vec<SecretKey>,
}

impl Keys {
    /// The keys that were given.
    pub(crate) fn given(&self) -> (&[PublicKey], &[SecretKey]) {
        (&self.public_key, &self.secret_key)
    }

    /// Whether none were given.
    pub(crate) fn is_empty(&self) -> bool {
        self.public_key.is_empty() && self.secret_key.is_empty()
    }

    /// The keys that were given, or the default test pair.
    pub(crate) fn or_default(&self) -> (Vec<PublicKey>, Vec<SecretKey>) {
        if !self.is_empty() {
            return (self.public_key.clone(), self.secret_key.clone());
        }
        let public_key = PublicKey::new(DEFAULT_PUBLIC_KEY).expect("the constant has the form");
        let secret_key = SecretKey::new(DEFAULT_SECRET_KEY).expect("the constant has the form");
        (vec![public_key], vec![secret_key])
    }
}
