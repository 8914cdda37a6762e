use std::fmt;
use std::sync::Arc;

use crate::config::Config;

/// A client of the Source API.
///
/// It holds the keys of one account in one mode, test or live. A clone is cheap and shares the
/// connections, so one client serves a whole program. `Debug` does not show the keys.
///
/// A source is created with the public key if the client has it, and retrieved with the secret key;
/// with one key alone, that key does both.
///
/// # Example
///
/// ```
/// use omise_client::{Client, SecretKey};
///
/// let client = Client::builder()
///     .base_url("http://127.0.0.1:4010")
///     .secret_key(SecretKey::new("skey_test_5xpjm0wjg3y2dxlmd2w")?)
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Client(Arc<Config>);

impl Client {
    pub(crate) fn new(config: Config) -> Client {
        Client(Arc::new(config))
    }

    pub(crate) fn config(&self) -> &Config {
        &self.0
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.0.credentials.iter().map(|credential| credential.role);
        f.debug_struct("Client")
            .field("base_url", &self.0.base_url)
            .field("keys", &keys.collect::<Vec<_>>())
            .field("is_live", &self.0.is_live())
            .finish_non_exhaustive()
    }
}
