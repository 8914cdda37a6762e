use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, HeaderValue,
    TRANSFER_ENCODING, USER_AGENT,
};
use omise_types::{KeyError, KeyRole, PublicKey, SPEC_SHA256, SPEC_VERSION, SecretKey};

use crate::call;
use crate::client::Client;
use crate::config::{Config, Credential};
use crate::error::Error;
use crate::headers::{IDEMPOTENCY_KEY, OMISE_VERSION};
use crate::http::HttpTransport;
use crate::retry::Budget;
use crate::transport::{Transport, TransportError};

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
    is_strict: bool,
    allows_http_with_test_keys: bool,
    user_agent_suffix: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Client {
    /// Starts to make a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }
}

impl ClientBuilder {
    fn new() -> ClientBuilder {
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
            is_strict: false,
            allows_http_with_test_keys: false,
            user_agent_suffix: None,
            headers: Vec::new(),
        }
    }

    /// The time that a call may take if nothing else is said.
    pub const TIMEOUT: Duration = Duration::from_secs(60);

    /// The time that one attempt may take if nothing else is said.
    pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

    /// Where the API is, without `/sources`; `https://api.omise.co` if nothing is said.
    ///
    /// It is https; http is for loopback hosts only: `localhost`, `*.localhost`, `127.0.0.0/8` and
    /// `[::1]`. A path is kept and stands before `/sources`, whether or not it ends in a slash.
    pub fn base_url(mut self, base_url: impl Into<String>) -> ClientBuilder {
        self.base_url = base_url.into();
        self
    }

    /// Allows a base URL with http and a host that is not loopback, if the keys are test keys.
    ///
    /// For a service in another container, such as `http://omise:4010`. Keys and what the payer
    /// gave are then sent in the clear, so live keys are refused all the same.
    pub fn allow_http_with_test_keys(mut self) -> ClientBuilder {
        self.allows_http_with_test_keys = true;
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

    /// The keys that `OMISE_PUBLIC_KEY` and `OMISE_SECRET_KEY` of the environment have; a variable
    /// that is not set or is empty leaves its key as it was.
    ///
    /// # Errors
    ///
    /// If a variable holds something else than a key of its kind.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use omise_client::Client;
    ///
    /// let client = Client::builder().keys_from_env()?.build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn keys_from_env(mut self) -> Result<ClientBuilder, KeyError> {
        if let Some(key) = PublicKey::from_env()? {
            self.public_key = Some(key);
        }
        if let Some(key) = SecretKey::from_env()? {
            self.secret_key = Some(key);
        }
        Ok(self)
    }

    /// Adds a header to every request, such as one that a gateway asks for.
    ///
    /// Errors show nothing of a value that is
    /// [marked sensitive](http::HeaderValue::set_sensitive), even if the service quotes it.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> ClientBuilder {
        self.headers.push((name, value));
        self
    }

    /// Adds the name of a program to `User-Agent`, such as `my-shop/1.4`. Not on wasm32, where the
    /// host has its own.
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> ClientBuilder {
        self.user_agent_suffix = Some(suffix.into());
        self
    }

    /// Refuses an answer in which any attribute has an unexpected type, with
    /// [`Error::is_unreadable`].
    ///
    /// Otherwise such an attribute reads as absent if it is optional, so that a source that was
    /// created is not lost: [`Response::unread`](crate::Response::unread) names it and
    /// [`Response::raw`](crate::Response::raw) still has it. Amounts, currencies, ids and statuses
    /// are refused either way.
    pub fn strict(mut self) -> ClientBuilder {
        self.is_strict = true;
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
    /// No wait goes beyond it: an attempt that would come too late is not made.
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
    /// [`Operation::retry_policy`](crate::omise_types::Operation::retry_policy) says. 1 turns
    /// further attempts off.
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
    /// Then a creation with a [key](crate::Pending::idempotency_key) is sent again like a
    /// retrieval. Upstream documents no such header, so nothing is assumed of a service.
    pub fn honours_idempotency_keys(mut self) -> ClientBuilder {
        self.honours_idempotency_keys = true;
        self
    }

    /// Makes the client. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`Error::is_configuration`] if there is no key; if one key is a test key and the other a
    /// live key; if the base URL is not a URL, is http to a host that is not loopback and not
    /// [allowed](ClientBuilder::allow_http_with_test_keys), or has a user, a password, a query or a
    /// fragment; if a header is one that the client sets, or the suffix of `User-Agent` cannot be
    /// sent; if no attempt is allowed; or if the base URL is https and the default transport cannot
    /// do TLS.
    pub fn build(self) -> Result<Client, Error> {
        let credentials = credentials(self.public_key.as_ref(), self.secret_key.as_ref())?;
        let is_test = credentials.iter().all(|key| !key.is_live);
        let allows_http = self.allows_http_with_test_keys && is_test;
        let base_url = check_base_url(&self.base_url, allows_http)?;
        if self.attempts == Some(0) {
            return Err(Error::configuration("max_attempts must be at least 1"));
        }
        Ok(Client::new(Config {
            transport: match self.transport {
                Some(transport) => transport,
                None => Arc::new(default_transport(base_url.starts_with("https:"))?),
            },
            requests: call::Client::new_with_client(&base_url, requests()?),
            base_url,
            credentials,
            timeout: self.timeout,
            attempt_timeout: self.attempt_timeout,
            attempts: self.attempts,
            budget: if self.has_budget {
                Budget::new()
            } else {
                Budget::unlimited()
            },
            honours_idempotency_keys: self.honours_idempotency_keys,
            is_strict: self.is_strict,
            user_agent: user_agent(self.user_agent_suffix.as_deref())?,
            headers: headers(self.headers)?,
        }))
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
            .field("is_strict", &self.is_strict)
            .field(
                "allows_http_with_test_keys",
                &self.allows_http_with_test_keys,
            )
            .finish_non_exhaustive()
    }
}

/// The keys as they are sent.
///
/// # Errors
///
/// If no key is set, or if one is a test key and the other a live key.
fn credentials(
    public: Option<&PublicKey>,
    secret: Option<&SecretKey>,
) -> Result<Vec<Credential>, Error> {
    let public = public.map(|key| (KeyRole::Public, key.is_live(), key.expose()));
    let secret = secret.map(|key| (KeyRole::Secret, key.is_live(), key.expose()));
    match (public, secret) {
        (None, None) => return Err(Error::configuration("set public_key or secret_key")),
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
        .map_err(|_| Error::configuration("a key cannot be sent in a header"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// The default transport, ready for what the base URL needs.
fn default_transport(is_https: bool) -> Result<HttpTransport, Error> {
    let can_tls = cfg!(any(
        feature = "rustls",
        feature = "native-tls",
        target_family = "wasm" // the host does it
    ));
    if is_https && !can_tls {
        return Err(Error::configuration(
            "https needs the feature rustls or native-tls of omise-client",
        ));
    }
    let failed = |what: &str, error: TransportError| {
        Error::configuration(format!("{what} cannot be set up: {}", error.root_cause()))
            .caused_by(error)
    };
    let transport = HttpTransport::new().map_err(|error| failed("HTTP", error))?;
    if is_https {
        transport
            .prepare_tls()
            .map_err(|error| failed("TLS", error))?;
    }
    Ok(transport)
}

fn user_agent(suffix: Option<&str>) -> Result<HeaderValue, Error> {
    let mut user_agent = format!(
        "omise-client-rust/{} (spec {SPEC_VERSION} sha256:{SPEC_SHA256})",
        env!("CARGO_PKG_VERSION")
    );
    if let Some(suffix) = suffix {
        user_agent.push(' ');
        user_agent.push_str(suffix);
    }
    HeaderValue::from_str(&user_agent).map_err(|error| {
        Error::configuration("the suffix of User-Agent cannot be sent in a header").caused_by(error)
    })
}

fn headers(given: Vec<(HeaderName, HeaderValue)>) -> Result<HeaderMap, Error> {
    let own = [
        AUTHORIZATION,
        CONNECTION,
        CONTENT_LENGTH,
        CONTENT_TYPE,
        HOST,
        TRANSFER_ENCODING,
        USER_AGENT,
        IDEMPOTENCY_KEY,
        OMISE_VERSION,
    ];
    if let Some((name, _)) = given.iter().find(|(name, _)| own.contains(name)) {
        return Err(Error::configuration(format!(
            "the header `{name}` is set by the client"
        )));
    }
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        headers.append(name, value);
    }
    Ok(headers)
}

/// The base URL as the generated client wants it: without a slash at its end.
///
/// # Errors
///
/// What is wrong with it. None of it is shown but the host: a user's password may stand before it.
fn check_base_url(base_url: &str, allows_http: bool) -> Result<String, Error> {
    let wrong = |problem: &str| Error::configuration(format!("the base URL {problem}"));
    let url =
        reqwest::Url::parse(base_url).map_err(|error| wrong("is not a URL").caused_by(error))?;
    let host = url.host_str().unwrap_or_default();
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(host) || allows_http => {}
        "http" => {
            return Err(wrong(&format!(
                "would send keys in the clear: use https for {host}, or \
                 allow_http_with_test_keys if it is in your own network and the keys are test keys"
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
    host == "localhost"
        || host.ends_with(".localhost")
        || address.is_ok_and(|address| address.is_loopback())
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
