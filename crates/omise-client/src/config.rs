//! What a client was made with.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use http::header::HeaderValue;
use omise_types::{KeyRole, Operation};

use crate::call;
use crate::error::Error;
use crate::retry::Budget;
use crate::transport::Transport;

pub(crate) struct Config {
    pub(crate) base_url: String,
    pub(crate) credentials: Vec<Credential>,
    pub(crate) transport: Arc<dyn Transport>,
    /// Builds requests and never sends one.
    pub(crate) requests: call::Client,
    pub(crate) user_agent: HeaderValue,
    /// What every request has beside what the API asks for.
    pub(crate) headers: HeaderMap,
    pub(crate) timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) attempts: Option<u32>,
    pub(crate) budget: Budget,
    pub(crate) honours_idempotency_keys: bool,
    /// Whether an answer with an attribute of an unexpected type is refused.
    pub(crate) is_strict: bool,
}

/// A key as it is sent.
pub(crate) struct Credential {
    pub(crate) role: KeyRole,
    pub(crate) is_live: bool,
    pub(crate) authorization: HeaderValue,
}

impl Config {
    /// Whether the keys are live ones.
    pub(crate) fn is_live(&self) -> bool {
        self.credentials.iter().any(|key| key.is_live)
    }

    /// The first key that the operation prefers.
    ///
    /// # Errors
    ///
    /// If the client has none that the operation takes.
    pub(crate) fn credential(&self, operation: Operation) -> Result<&Credential, Error> {
        let of_role = |role: &KeyRole| self.credentials.iter().find(|key| key.role == *role);
        let preferred = operation.key_roles().iter().find_map(of_role);
        // A client has a key, so if it is not this one it is the other.
        preferred.ok_or_else(|| Error::no_key(operation, self.credentials[0].role))
    }
}
