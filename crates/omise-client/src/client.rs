use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use http::header::HeaderValue;
use omise_types::{CreateSourceRequest, KeyRole, Operation, SourceId};

use crate::client_builder::ClientBuilder;
use crate::create_source::CreateSource;
use crate::error::Error;
use crate::retrieve_source::RetrieveSource;
use crate::retry::Budget;
use crate::transport::Transport;

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
pub struct Client(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) base_url: String,
    pub(crate) credentials: Vec<Credential>,
    pub(crate) transport: Arc<dyn Transport>,
    /// Puts requests together and never sends one; progenitor needs it.
    pub(crate) requests: reqwest::Client,
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

impl Client {
    pub(crate) fn new(inner: Inner) -> Client {
        Client(Arc::new(inner))
    }

    /// Starts to make a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// Creates a source: `POST /sources`. It is sent when the answer of this is awaited.
    ///
    /// Best pass one of the [`payment_methods`](omise_types::payment_methods), which take what the
    /// payment method requires and offer what it allows. A
    /// [`CreateSourceRequest`] is for what this version does not know, and for what is known at run
    /// time only. Either is held against the rules of the table before anything is sent, unless
    /// [`CreateSource::unchecked`] says otherwise.
    ///
    /// # Errors
    ///
    /// If the request breaks a rule or the service refuses it, mostly [`Error::is_rejected`] with
    /// every reason in [`Error::message`], or if there is no answer or not the one that the API
    /// describes. Which of these may leave a source behind is said at each predicate of [`Error`]
    /// and by [`Error::may_have_taken_effect`].
    ///
    /// # Example
    ///
    /// ```
    /// use omise_client::Flow;
    /// use omise_client::money::Jpy;
    /// use omise_client::payment_methods::Econtext;
    /// use omise_testing::TestService;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = TestService::start().client();
    /// let konbini = Econtext::new(Jpy::new(1_500), "ヤマダタロウ", "taro@example.com", "0312345678");
    /// let source = client.create_source(konbini).await?;
    /// assert_eq!(source.flow, Flow::Offline);
    /// # Ok(())
    /// # }
    /// ```
    pub fn create_source(&self, request: impl Into<CreateSourceRequest>) -> CreateSource {
        CreateSource::new(self, request.into())
    }

    /// Retrieves a source: `GET /sources/{id}`. It is sent when the answer of this is awaited.
    ///
    /// # Errors
    ///
    /// If there is no such source for this account and mode ([`Error::is_not_found`]), if the id is
    /// of the other mode than the key ([`Error::is_configuration`], nothing is sent), or if there
    /// is no answer or not the one that the API describes. None of these has an effect.
    ///
    /// # Example
    ///
    /// ```
    /// use omise_client::money::Thb;
    /// use omise_client::payment_methods::Promptpay;
    /// use omise_testing::TestService;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = TestService::start().client();
    /// let created = client.create_source(Promptpay::new(Thb::new(10_000))).await?;
    ///
    /// let source = client.retrieve_source(&created.id).await?;
    /// assert_eq!(source.created_at, created.created_at);
    /// # Ok(())
    /// # }
    /// ```
    pub fn retrieve_source(&self, id: &SourceId) -> RetrieveSource {
        RetrieveSource::new(self, id.clone())
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    /// Whether the keys are live ones.
    pub(crate) fn is_live(&self) -> bool {
        self.0.credentials.iter().any(|key| key.is_live)
    }

    /// The first key that the operation prefers.
    ///
    /// # Errors
    ///
    /// If the client has none that the operation takes.
    pub(crate) fn credential(&self, operation: Operation) -> Result<&Credential, Error> {
        let credentials = &self.0.credentials;
        let of_role = |role: &KeyRole| credentials.iter().find(|key| key.role == *role);
        let preferred = operation.key_roles().iter().find_map(of_role);
        // A client has a key, so if it is not this one it is the other.
        preferred.ok_or_else(|| Error::no_key(operation, credentials[0].role))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.0.credentials.iter().map(|credential| credential.role);
        f.debug_struct("Client")
            .field("base_url", &self.0.base_url)
            .field("keys", &keys.collect::<Vec<_>>())
            .field("is_live", &self.is_live())
            .finish_non_exhaustive()
    }
}
