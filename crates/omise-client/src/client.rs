use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::HeaderValue;
use omise_types::{
    API_VERSION, CreateSourceRequest, KeyRole, Operation, PublicKey, SPEC_VERSION, SecretKey,
    Source, SourceId,
};
use progenitor_client::ClientInfo as _;

use crate::call::Call;
use crate::error::Error;
use crate::generated;
use crate::http::HttpTransport;
use crate::response::Response;
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

struct Inner {
    base_url: String,
    credentials: Vec<Credential>,
    transport: Arc<dyn Transport>,
    /// Puts requests together and never sends one; progenitor needs it.
    requests: reqwest::Client,
    user_agent: HeaderValue,
}

/// A key as it is sent.
struct Credential {
    role: KeyRole,
    is_live: bool,
    authorization: HeaderValue,
}

impl Client {
    /// Starts to make a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder {
            base_url: "https://api.omise.co".to_owned(),
            public_key: None,
            secret_key: None,
            transport: None,
            timeout: None,
        }
    }

    /// Creates a source: `POST /sources`.
    ///
    /// # Errors
    ///
    /// If the service refuses the request, mostly [`Error::is_rejected`] with every reason in
    /// [`Error::message`], or if there is no answer or not the one that the API describes. Which of
    /// these leave a source behind is said at each predicate of [`Error`].
    ///
    /// # Example
    ///
    /// ```
    /// # use bytes::Bytes;
    /// # use omise_client::{Transport, TransportFuture};
    /// # struct Service;
    /// # impl Transport for Service {
    /// #     fn send(&self, _: http::Request<Bytes>) -> TransportFuture<'_> {
    /// #         let source = r#"{"object": "source", "id": "src_test_5g5in1we65199wlsyji",
    /// #             "livemode": false, "location": "/sources/src_test_5g5in1we65199wlsyji",
    /// #             "amount": 10000, "currency": "THB", "created_at": "2019-12-31T12:59:59Z",
    /// #             "flow": "offline", "type": "barcode_alipay"}"#;
    /// #         let answer = http::Response::new(Bytes::from_static(source.as_bytes()));
    /// #         Box::pin(async move { Ok(answer) })
    /// #     }
    /// # }
    /// use omise_client::{Amount, Client, CreateSourceRequest, Flow, PublicKey, SourceType};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = Client::builder()
    ///     .public_key(PublicKey::new("pkey_test_5xpjm0wjg3y2dxlmd2w")?)
    /// #   .transport(Service)
    ///     .build()?;
    /// let amount = Amount::new(10_000)?;
    /// let mut request =
    ///     CreateSourceRequest::new(amount, "THB".parse()?, SourceType::BarcodeAlipay);
    /// request.barcode = Some("1234567890123456".to_owned());
    ///
    /// let source = client.create_source(&request).await?;
    /// assert_eq!(source.flow, Flow::Offline);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create_source(
        &self,
        request: &CreateSourceRequest,
    ) -> Result<Response<Source>, Error> {
        let operations = self.operations(Operation::CreateSource)?;
        let read = operations.create_source(Some(API_VERSION), request).await;
        operations.inner().finish(read)
    }

    /// Retrieves a source: `GET /sources/{id}`.
    ///
    /// # Errors
    ///
    /// If there is no such source for this account and mode ([`Error::is_not_found`]), or if there
    /// is no answer or not the one that the API describes. None of these has an effect.
    ///
    /// # Example
    ///
    /// ```
    /// # use bytes::Bytes;
    /// # use omise_client::{Transport, TransportFuture};
    /// # struct Service;
    /// # impl Transport for Service {
    /// #     fn send(&self, _: http::Request<Bytes>) -> TransportFuture<'_> {
    /// #         let source = r#"{"object": "source", "id": "src_test_5g5in1we65199wlsyji",
    /// #             "livemode": false, "location": "/sources/src_test_5g5in1we65199wlsyji",
    /// #             "amount": 10000, "currency": "THB", "created_at": "2019-12-31T12:59:59Z",
    /// #             "flow": "offline", "type": "promptpay", "charge_status": "successful"}"#;
    /// #         let answer = http::Response::new(Bytes::from_static(source.as_bytes()));
    /// #         Box::pin(async move { Ok(answer) })
    /// #     }
    /// # }
    /// use omise_client::omise_types::ChargeStatus;
    /// use omise_client::{Client, SecretKey};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = Client::builder()
    ///     .secret_key(SecretKey::new("skey_test_5xpjm0wjg3y2dxlmd2w")?)
    /// #   .transport(Service)
    ///     .build()?;
    /// let source = client.retrieve_source(&"src_test_5g5in1we65199wlsyji".parse()?).await?;
    /// assert_eq!(source.charge_status, Some(ChargeStatus::Successful));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn retrieve_source(&self, id: &SourceId) -> Result<Response<Source>, Error> {
        let operations = self.operations(Operation::RetrieveSource)?;
        let read = operations.retrieve_source(id, Some(API_VERSION)).await;
        operations.inner().finish(read)
    }

    /// The generated operations, for one call with the first key that the operation prefers.
    fn operations(&self, operation: Operation) -> Result<generated::Client, Error> {
        let credentials = &self.0.credentials;
        let mut preferred = operation.key_roles().iter();
        let credential = preferred
            .find_map(|role| {
                credentials
                    .iter()
                    .find(|credential| credential.role == *role)
            })
            .ok_or_else(|| Error::no_key(operation))?;
        let call = Call::new(
            operation,
            self.0.transport.clone(),
            credential.authorization.clone(),
            self.0.user_agent.clone(),
        );
        let requests = self.0.requests.clone();
        Ok(generated::Client::new_with_client(
            &self.0.base_url,
            requests,
            call,
        ))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.0.credentials.iter().map(|credential| credential.role);
        f.debug_struct("Client")
            .field("base_url", &self.0.base_url)
            .field("keys", &keys.collect::<Vec<_>>())
            .field("is_live", &self.0.credentials.iter().any(|key| key.is_live))
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
    timeout: Option<Duration>,
}

impl ClientBuilder {
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

    /// The time that a whole request may take; [`HttpTransport::TIMEOUT`] if nothing is said.
    ///
    /// It is the default transport's. One that is given to [`transport`](ClientBuilder::transport)
    /// keeps its own time, so the two are refused together.
    pub fn timeout(mut self, timeout: Duration) -> ClientBuilder {
        self.timeout = Some(timeout);
        self
    }

    /// Makes the client. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`Error::is_configuration`] if there is no key; if one key is a test key and the other a
    /// live key; if the base URL is no URL, is http to anything but a loopback host, or has a user,
    /// a password, a query or a fragment; if there are both a transport and a time-out; or if the
    /// default transport cannot do TLS.
    pub fn build(self) -> Result<Client, Error> {
        let credentials = credentials(self.public_key.as_ref(), self.secret_key.as_ref())?;
        let base_url = check_base_url(&self.base_url)?;
        let transport: Arc<dyn Transport> = match (self.transport, self.timeout) {
            (Some(transport), None) => transport,
            (Some(_), Some(_)) => {
                return Err(Error::configuration(
                    "a time-out is for the default transport, and another transport is given",
                ));
            }
            (None, timeout) => {
                let can_tls = cfg!(any(feature = "rustls", feature = "native-tls"));
                if base_url.starts_with("https:") && !can_tls {
                    return Err(Error::configuration(
                        "https needs the feature rustls or native-tls of omise-client",
                    ));
                }
                let timeout = timeout.unwrap_or(HttpTransport::TIMEOUT);
                let transport = HttpTransport::with_timeout(timeout);
                Arc::new(transport.map_err(|error| {
                    Error::configuration("the transport cannot be set up").caused_by(error)
                })?)
            }
        };
        let user_agent = format!(
            "omise-client-rust/{} (spec {SPEC_VERSION})",
            env!("CARGO_PKG_VERSION")
        );
        Ok(Client(Arc::new(Inner {
            base_url,
            credentials,
            transport,
            requests: requests()?,
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

/// The reqwest client that puts requests together for progenitor.
///
/// It sends nothing, so it need not read the system's certificates, which takes milliseconds.
fn requests() -> Result<reqwest::Client, Error> {
    let builder = reqwest::Client::builder().no_proxy();
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    let builder = builder.tls_certs_only([]);
    builder
        .build()
        .map_err(|error| Error::configuration("the HTTP library cannot be set up").caused_by(error))
}
