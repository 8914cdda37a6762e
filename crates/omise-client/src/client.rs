use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::HeaderValue;
use omise_types::{
    CreateSourceRequest, KeyRole, Operation, PublicKey, SPEC_SHA256, SPEC_VERSION, SecretKey,
    SourceId,
};

use crate::create_source::CreateSource;
use crate::error::Error;
use crate::http::HttpTransport;
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
    credentials: Vec<Credential>,
    pub(crate) transport: Arc<dyn Transport>,
    /// Puts requests together and never sends one; progenitor needs it.
    pub(crate) requests: reqwest::Client,
    pub(crate) user_agent: HeaderValue,
    pub(crate) timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) attempts: Option<u32>,
    pub(crate) budget: Budget,
    pub(crate) honours_idempotency_keys: bool,
}

/// A key as it is sent.
pub(crate) struct Credential {
    role: KeyRole,
    is_live: bool,
    pub(crate) authorization: HeaderValue,
}

impl Client {
    /// Starts to make a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder {
            base_url: "https://api.omise.co".to_owned(),
            public_key: None,
            secret_key: None,
            transport: None,
            timeout: ClientBuilder::TIMEOUT,
            attempt_timeout: ClientBuilder::ATTEMPT_TIMEOUT,
            attempts: None,
            has_budget: true,
            honours_idempotency_keys: false,
        }
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

/// Makes a [`Client`]. It needs a key; the rest has defaults.
///
/// # Example
///
/// ```
/// use std::time::Duration;
///
/// use omise_client::{Client, PublicKey, SecretKey};
///
/// let client = Client::builder()
///     .base_url("http://localhost:4010/omise")
///     .public_key(PublicKey::new("pkey_test_5xpjm0wjg3y2dxlmd2w")?)
///     .secret_key(SecretKey::new("skey_test_5xpjm0wjg3y2dxlmd2w")?)
///     .timeout(Duration::from_secs(20))
///     .build()?;
///
/// let error = Client::builder().build().unwrap_err();
/// assert!(error.is_configuration());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub struct ClientBuilder {
    base_url: String,
    public_key: Option<PublicKey>,
    secret_key: Option<SecretKey>,
    transport: Option<Arc<dyn Transport>>,
    timeout: Duration,
    attempt_timeout: Duration,
    attempts: Option<u32>,
    has_budget: bool,
    honours_idempotency_keys: bool,
}

impl ClientBuilder {
    /// The time that a call may take if nothing else is said.
    pub const TIMEOUT: Duration = Duration::from_secs(60);

    /// The time that one attempt may take if nothing else is said.
    pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

    /// Where the API is, without `/sources`; `https://api.omise.co` if nothing is said.
    ///
    /// It is https; http is for loopback hosts only. A path is kept and stands before `/sources`,
    /// whether or not it ends in a slash.
    pub fn base_url(mut self, base_url: impl Into<String>) -> ClientBuilder {
        self.base_url = base_url.into();
        self
    }

    /// The public key, with which sources are created.
    pub fn public_key(mut self, key: PublicKey) -> ClientBuilder {
        self.public_key = Some(key);
        self
    }

    /// The secret key, with which sources are retrieved. Only for a merchant's own server.
    pub fn secret_key(mut self, key: SecretKey) -> ClientBuilder {
        self.secret_key = Some(key);
        self
    }

    /// What sends the requests; an [`HttpTransport`] if nothing is said.
    pub fn transport(mut self, transport: impl Transport) -> ClientBuilder {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// The time that a call may take, all attempts and the waits between them together;
    /// [`TIMEOUT`](ClientBuilder::TIMEOUT) if nothing is said.
    ///
    /// No wait goes beyond it: where the next attempt would come too late there is none.
    pub fn timeout(mut self, timeout: Duration) -> ClientBuilder {
        self.timeout = timeout;
        self
    }

    /// The time that one attempt may take, from connecting to the last byte;
    /// [`ATTEMPT_TIMEOUT`](ClientBuilder::ATTEMPT_TIMEOUT) if nothing is said.
    pub fn attempt_timeout(mut self, timeout: Duration) -> ClientBuilder {
        self.attempt_timeout = timeout;
        self
    }

    /// How often a request is sent at most, the first time included; otherwise as
    /// [`Operation::retry_policy`] says. 1 turns further attempts off.
    pub fn max_attempts(mut self, attempts: u32) -> ClientBuilder {
        self.attempts = Some(attempts);
        self
    }

    /// Makes further attempts whatever became of others.
    ///
    /// Otherwise a client has a budget for them: 100, of which each takes one, and an answer, be it
    /// a refusal, gives back what its call took, or a tenth if it took none. It keeps a service
    /// that is down from being hit by three times its load.
    pub fn without_retry_budget(mut self) -> ClientBuilder {
        self.has_budget = false;
        self
    }

    /// Says that the service honours `Idempotency-Key`: it creates one source for one key, however
    /// often the request arrives.
    ///
    /// Then a creation with a [key](CreateSource::idempotency_key) is sent again like a retrieval.
    /// Upstream documents no such header, so nothing is assumed of a service.
    pub fn honours_idempotency_keys(mut self) -> ClientBuilder {
        self.honours_idempotency_keys = true;
        self
    }

    /// Makes the client. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`Error::is_configuration`] if there is no key; if one key is a test key and the other a
    /// live key; if the base URL is no URL, is http to anything but a loopback host, or has a user,
    /// a password, a query or a fragment; if no attempt is allowed; or if the default transport
    /// cannot do TLS.
    pub fn build(self) -> Result<Client, Error> {
        let credentials = credentials(self.public_key.as_ref(), self.secret_key.as_ref())?;
        let base_url = check_base_url(&self.base_url)?;
        if self.attempts == Some(0) {
            return Err(Error::configuration("of no attempt nothing comes"));
        }
        let transport: Arc<dyn Transport> = match self.transport {
            Some(transport) => transport,
            None => {
                let can_tls = cfg!(any(
                    feature = "rustls",
                    feature = "native-tls",
                    target_family = "wasm" // the host does it
                ));
                if base_url.starts_with("https:") && !can_tls {
                    return Err(Error::configuration(
                        "https needs the feature rustls or native-tls of omise-client",
                    ));
                }
                Arc::new(HttpTransport::new().map_err(|error| {
                    Error::configuration("the transport cannot be set up").caused_by(error)
                })?)
            }
        };
        let user_agent = format!(
            "omise-client-rust/{} (spec {SPEC_VERSION} sha256:{SPEC_SHA256})",
            env!("CARGO_PKG_VERSION")
        );
        Ok(Client(Arc::new(Inner {
            base_url,
            credentials,
            transport,
            requests: requests()?,
            timeout: self.timeout,
            attempt_timeout: self.attempt_timeout,
            attempts: self.attempts,
            budget: if self.has_budget {
                Budget::new()
            } else {
                Budget::unlimited()
            },
            honours_idempotency_keys: self.honours_idempotency_keys,
            user_agent: HeaderValue::from_str(&user_agent).map_err(|error| {
                Error::configuration("the versions fit no User-Agent").caused_by(error)
            })?,
        })))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The base URL is not checked yet and may still hold a password.
        f.debug_struct("ClientBuilder")
            .field("public_key", &self.public_key)
            .field("secret_key", &self.secret_key)
            .field("timeout", &self.timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("max_attempts", &self.attempts)
            .field("has_retry_budget", &self.has_budget)
            .field("honours_idempotency_keys", &self.honours_idempotency_keys)
            .finish_non_exhaustive()
    }
}

/// The keys as they are sent.
///
/// # Errors
///
/// If there is none, or if they are of two modes.
fn credentials(
    public: Option<&PublicKey>,
    secret: Option<&SecretKey>,
) -> Result<Vec<Credential>, Error> {
    let public = public.map(|key| (KeyRole::Public, key.is_live(), key.expose()));
    let secret = secret.map(|key| (KeyRole::Secret, key.is_live(), key.expose()));
    match (public, secret) {
        (None, None) => return Err(Error::configuration("there is no key")),
        (Some((_, true, _)), Some((_, false, _))) => {
            return Err(Error::configuration(
                "the public key is a live key and the secret key a test key",
            ));
        }
        (Some((_, false, _)), Some((_, true, _))) => {
            return Err(Error::configuration(
                "the public key is a test key and the secret key a live key",
            ));
        }
        _ => {}
    }
    let keys = public.into_iter().chain(secret);
    keys.map(|(role, is_live, key)| {
        Ok(Credential {
            role,
            is_live,
            authorization: authorization(key)?,
        })
    })
    .collect()
}

/// HTTP Basic with the key as the user and no password.
fn authorization(key: &str) -> Result<HeaderValue, Error> {
    let value = format!("Basic {}", STANDARD.encode(format!("{key}:")));
    let mut value = HeaderValue::from_str(&value)
        .map_err(|_| Error::configuration("a key fits no Authorization header"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// The base URL as the generated client wants it: without a slash at its end.
///
/// # Errors
///
/// What is wrong with it. None of it is shown but the host: a user's password may stand before it.
fn check_base_url(base_url: &str) -> Result<String, Error> {
    let wrong = |problem: &str| Error::configuration(format!("the base URL {problem}"));
    let url = reqwest::Url::parse(base_url).map_err(|error| wrong("is no URL").caused_by(error))?;
    let host = url.host_str().unwrap_or_default();
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(host) => {}
        "http" => {
            return Err(wrong(&format!(
                "would send keys in the clear: {host} needs https, http is for loopback hosts only"
            )));
        }
        _ => return Err(wrong("is neither https nor http")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("has a user or a password, where the key belongs"));
    }
    if url.query().is_some() {
        return Err(wrong("has a query"));
    }
    if url.fragment().is_some() {
        return Err(wrong("has a fragment"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let address = address.parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// The reqwest client that puts requests together for progenitor, one for all clients.
///
/// It sends nothing, so it need not read the system's certificates, which takes milliseconds.
fn requests() -> Result<reqwest::Client, Error> {
    static REQUESTS: OnceLock<reqwest::Client> = OnceLock::new();
    if let Some(requests) = REQUESTS.get() {
        return Ok(requests.clone());
    }
    let builder = reqwest::Client::builder();
    #[cfg(not(target_family = "wasm"))]
    let builder = builder.no_proxy();
    #[cfg(all(
        any(feature = "rustls", feature = "native-tls"),
        not(target_family = "wasm")
    ))]
    let builder = builder.tls_certs_only([]);
    let requests = builder.build().map_err(|error| {
        Error::configuration("the HTTP library cannot be set up").caused_by(error)
    })?;
    Ok(REQUESTS.get_or_init(|| requests).clone())
}
