use std::fmt;
use std::time::Duration;

use super::HttpTransport;
use super::native::{Exchange, Settings};
use crate::transport::TransportError;

/// Makes an [`HttpTransport`] whose settings are not the default ones.
///
/// # Example
///
/// ```
/// use std::time::Duration;
///
/// use omise_client::{Client, HttpTransport, PublicKey};
///
/// let transport = HttpTransport::builder()
///     .proxy("http://proxy.internal:3128")
///     .pool_idle_timeout(Duration::from_secs(10))
///     .build()?;
/// let client = Client::builder()
///     .public_key(PublicKey::new("pkey_test_5xpjm0wjg3y2dxlmd2w")?)
///     .transport(transport)
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct HttpTransportBuilder(Settings);

impl HttpTransport {
    /// Makes a transport with the default settings.
    ///
    /// # Errors
    ///
    /// If the HTTP library cannot be set up. Certificates of the system that cannot be read are not
    /// looked at before the first request over https, which then fails with
    /// [`TransportError::is_connect`].
    pub fn new() -> Result<HttpTransport, TransportError> {
        HttpTransport::builder().build()
    }

    /// Starts to make a transport with other settings. Not on wasm32, where the host has them.
    pub fn builder() -> HttpTransportBuilder {
        HttpTransportBuilder::new()
    }
}

impl HttpTransportBuilder {
    fn new() -> HttpTransportBuilder {
        HttpTransportBuilder(Settings {
            proxy: None,
            root_certificates: Vec::new(),
            trusts_the_system: true,
            pool_idle_timeout: HttpTransport::POOL_IDLE_TIMEOUT,
            connect_timeout: HttpTransport::CONNECT_TIMEOUT,
        })
    }

    /// Sends requests through an HTTP proxy, such as `http://user:password@proxy.internal:3128`.
    ///
    /// For https the proxy only sees the host: it opens a tunnel. Loopback hosts are called
    /// directly.
    pub fn proxy(mut self, url: impl Into<String>) -> HttpTransportBuilder {
        self.0.proxy = Some(url.into());
        self
    }

    /// Trusts these certificates in addition to those of the system.
    ///
    /// The text has one certificate or more in PEM, such as that of a company's own authority.
    pub fn add_root_certificates(mut self, pem: impl Into<Vec<u8>>) -> HttpTransportBuilder {
        self.0.root_certificates.push(pem.into());
        self
    }

    /// Does not trust the certificates of the system, which are then not read at all: only those
    /// that [`add_root_certificates`](HttpTransportBuilder::add_root_certificates) adds.
    pub fn without_system_certificates(mut self) -> HttpTransportBuilder {
        self.0.trusts_the_system = false;
        self
    }

    /// How long an unused connection is kept;
    /// [`POOL_IDLE_TIMEOUT`](HttpTransport::POOL_IDLE_TIMEOUT) if nothing is said.
    ///
    /// It is best shorter than the time after which the service or a load balancer closes one.
    pub fn pool_idle_timeout(mut self, timeout: Duration) -> HttpTransportBuilder {
        self.0.pool_idle_timeout = timeout;
        self
    }

    /// The time that connecting may take, within the time of an attempt;
    /// [`CONNECT_TIMEOUT`](HttpTransport::CONNECT_TIMEOUT) if nothing is said.
    pub fn connect_timeout(mut self, timeout: Duration) -> HttpTransportBuilder {
        self.0.connect_timeout = timeout;
        self
    }

    /// Makes the transport. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// If the address of the proxy is not a URL, or if a text of certificates has none or cannot be
    /// read, or if certificates are given and this crate has no feature for TLS.
    pub fn build(self) -> Result<HttpTransport, TransportError> {
        let can_tls = cfg!(any(feature = "rustls", feature = "native-tls"));
        if !self.0.root_certificates.is_empty() && !can_tls {
            return Err(TransportError::connect(
                "certificates need the feature rustls or native-tls of omise-client",
            ));
        }
        let exchange = Exchange::new(self.0)?;
        Ok(HttpTransport { exchange })
    }
}

impl fmt::Debug for HttpTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address of the proxy may have a password in it.
        f.debug_struct("HttpTransportBuilder")
            .field("has_proxy", &self.0.proxy.is_some())
            .field("root_certificates", &self.0.root_certificates.len())
            .field("trusts_the_system", &self.0.trusts_the_system)
            .field("pool_idle_timeout", &self.0.pool_idle_timeout)
            .field("connect_timeout", &self.0.connect_timeout)
            .finish()
    }
}
