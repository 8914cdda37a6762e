//! The accounts and their keys.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use omise_rules::Account;
use omise_types::{KeyRole, PublicKey, SecretKey};
use sha2::{Digest, Sha256};

/// An account and the keys that belong to it, of both modes.
#[derive(Clone, Debug)]
pub struct AccountKeys {
    /// The name under which the account's sources are kept.
    pub id: String,
    /// What the account may do.
    pub terms: Account,
    /// Its public keys.
    pub public_keys: Vec<PublicKey>,
    /// Its secret keys.
    pub secret_keys: Vec<SecretKey>,
}

impl AccountKeys {
    /// An account that may use everything in the table and has no keys yet.
    pub fn new(id: impl Into<String>) -> AccountKeys {
        AccountKeys {
            id: id.into(),
            terms: Account::default(),
            public_keys: Vec::new(),
            secret_keys: Vec::new(),
        }
    }
}

/// The accounts of a service, found by key.
///
/// Only digests of the keys are kept. Finding one by its digest takes a time that says nothing of
/// how much of a guessed key was right.
#[derive(Clone, Debug)]
pub struct Accounts {
    by_key: HashMap<KeyDigest, Credential>,
}

type KeyDigest = [u8; 32];

/// What a key stands for.
#[derive(Clone, Debug)]
pub(crate) struct Credential {
    pub(crate) account: Arc<str>,
    pub(crate) terms: Arc<Account>,
    pub(crate) role: KeyRole,
    pub(crate) livemode: bool,
}

impl Accounts {
    /// Collects accounts.
    ///
    /// # Errors
    ///
    /// When a key is given twice: it would not say which account it stands for.
    pub fn new(accounts: impl IntoIterator<Item = AccountKeys>) -> Result<Accounts, DuplicateKey> {
        let mut by_key = HashMap::new();
        for account in accounts {
            let id: Arc<str> = account.id.into();
            let terms = Arc::new(account.terms);
            let public = account.public_keys.iter();
            let public = public.map(|key| (key.expose(), PublicKey::ROLE, key.is_live()));
            let secret = account.secret_keys.iter();
            let secret = secret.map(|key| (key.expose(), SecretKey::ROLE, key.is_live()));
            for (key, role, livemode) in public.chain(secret) {
                let credential = Credential {
                    account: Arc::clone(&id),
                    terms: Arc::clone(&terms),
                    role,
                    livemode,
                };
                if by_key.insert(digest(key), credential).is_some() {
                    return Err(DuplicateKey);
                }
            }
        }
        Ok(Accounts { by_key })
    }

    /// What a key stands for, or `None` if no account has it.
    pub(crate) fn find(&self, key: &str) -> Option<&Credential> {
        self.by_key.get(&digest(key))
    }
}

fn digest(key: &str) -> KeyDigest {
    Sha256::digest(key.as_bytes()).into()
}

/// Two accounts have the same key, or one has it twice.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DuplicateKey;

impl fmt::Display for DuplicateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key is given more than once")
    }
}

impl std::error::Error for DuplicateKey {}
