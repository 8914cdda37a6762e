//! HTTP by reqwest.

use std::error::Error as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::response::Parts;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::timer;
use crate::transport::TransportError;

/// What an `HttpTransport` is made with.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) proxy: Option<String>,
    pub(super) root_certificates: Vec<Vec<u8>>,
    pub(super) trusts_the_system: bool,
    pub(super) pool_idle_timeout: Duration,
    pub(super) connect_timeout: Duration,
}

#[derive(Clone)]
pub(super) struct Exchange(Arc<Clients>);

struct Clients {
    settings: Settings,
    /// For http. It never reads the certificates of the system.
    plain: reqwest::Client,
    /// For https, made when it is needed.
    secure: OnceLock<reqwest::Client>,
}

impl Exchange {
    pub(super) fn new(settings: Settings) -> Result<Exchange, TransportError> {
        let plain = builder(&settings)?.dns_resolver(Loopback);
        #[cfg(any(feature = "rustls", feature = "native-tls"))]
        let plain = plain.tls_certs_only(certificates(&settings)?);
        Ok(Exchange(Arc::new(Clients {
            plain: plain.build().map_err(TransportError::connect)?,
            secure: OnceLock::new(),
            settings,
        })))
    }

    /// Makes what https needs, if it is not there yet.
    pub(super) fn secure(&self) -> Result<&reqwest::Client, TransportError> {
        let Clients {
            settings, secure, ..
        } = &*self.0;
        if let Some(secure) = secure.get() {
            return Ok(secure);
        }
        let builder = builder(settings)?;
        #[cfg(any(feature = "rustls", feature = "native-tls"))]
        let builder = if settings.trusts_the_system {
            builder.tls_certs_merge(certificates(settings)?)
        } else {
            builder.tls_certs_only(certificates(settings)?)
        };
        let made = builder.build().map_err(TransportError::connect)?;
        Ok(secure.get_or_init(|| made))
    }

    pub(super) async fn run(
        &self,
        request: http::Request<Bytes>,
        time: Duration,
        max_bytes: usize,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let late = || TransportError::out_of_time(time);
        let started = timer::Started::now();

        let client = match request.uri().scheme_str() {
            Some("http") => &self.0.plain,
            _ => self.secure()?,
        };
        // A task of its own runs where the connection's does, and so ends after the connection is
        // free again. A caller on another thread would see the last byte before that, and open
        // another connection for its next call.
        let request = reqwest::Request::try_from(request).map_err(failure)?;
        let (arrived, head) = oneshot::channel();
        let exchange = tokio::spawn(exchange(client.clone(), request, arrived, max_bytes));
        let mut exchange = AbortOnDrop(exchange);

        let head = timer::within(time, head).await.ok_or_else(late)?;
        let left = time.saturating_sub(started.elapsed());
        let ended = timer::within(left, &mut exchange.0).await;
        let body = match ended {
            Some(ended) => ended.unwrap_or_else(|error| Err(TransportError::other(error))),
            None => Err(late()),
        };
        match head {
            Ok(head) => {
                let body = body.map_err(|error| error.after_head(head.status, &head.headers))?;
                Ok(http::Response::from_parts(head, body))
            }
            Err(none) => body.and_then(|_| Err(TransportError::other(none))),
        }
    }
}

/// What both clients have in common.
///
/// Other crates may turn on features of reqwest, so what must not happen is turned off here even
/// where it is off already.
fn builder(settings: &Settings) -> Result<reqwest::ClientBuilder, TransportError> {
    let builder = reqwest::Client::builder()
        .http1_only()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .pool_idle_timeout(settings.pool_idle_timeout)
        .connect_timeout(settings.connect_timeout);
    let Some(proxy) = &settings.proxy else {
        return Ok(builder);
    };
    // The cause would show the address, which may have a password in it.
    let proxy = reqwest::Proxy::all(proxy)
        .map_err(|_| TransportError::connect("the address of the proxy is not a URL"))?;
    let loopback = reqwest::NoProxy::from_string("localhost,.localhost,127.0.0.0/8,::1");
    Ok(builder.proxy(proxy.no_proxy(loopback)))
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn certificates(settings: &Settings) -> Result<Vec<reqwest::Certificate>, TransportError> {
    let mut all = Vec::new();
    for pem in &settings.root_certificates {
        let some = reqwest::Certificate::from_pem_bundle(pem).map_err(TransportError::connect)?;
        if some.is_empty() {
            return Err(TransportError::connect("the PEM text has no certificate"));
        }
        all.extend(some);
    }
    Ok(all)
}

/// Resolves `*.localhost` to this machine.
///
/// A resolver of the system may ask the network for such a name, and keys go there over http.
struct Loopback;

impl Resolve for Loopback {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let name = name.as_str();
            let addresses = if name.ends_with(".localhost") {
                let here = [
                    IpAddr::from(Ipv4Addr::LOCALHOST),
                    IpAddr::from(Ipv6Addr::LOCALHOST),
                ];
                here.map(|address| SocketAddr::new(address, 0)).to_vec()
            } else {
                tokio::net::lookup_host((name, 0)).await?.collect()
            };
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Sends a request, tells the head of the answer when it arrives, and ends with the body.
async fn exchange(
    client: reqwest::Client,
    request: reqwest::Request,
    arrived: oneshot::Sender<Parts>,
    max_bytes: usize,
) -> Result<Bytes, TransportError> {
    // Lets the runtime look at its sockets first. Otherwise a kept connection that the service has
    // closed meanwhile takes the request, which then breaks off.
    tokio::task::yield_now().await;
    let mut response = client.execute(request).await.map_err(failure)?;
    let (mut head, ()) = http::Response::new(()).into_parts();
    head.status = response.status();
    head.version = response.version();
    head.headers = std::mem::take(response.headers_mut());
    // Nobody listens if the time is over; then this task ends soon.
    let _ = arrived.send(head);
    read(&mut response, max_bytes).await
}

/// Reads the body and stops where it becomes too large.
async fn read(response: &mut reqwest::Response, max_bytes: usize) -> Result<Bytes, TransportError> {
    let announced = response.content_length().unwrap_or(0);
    if usize::try_from(announced).map_or(true, |length| length > max_bytes) {
        return Err(TransportError::too_large(max_bytes));
    }
    let mut body = Bytes::new();
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        if chunk.len() > max_bytes - body.len() {
            return Err(TransportError::too_large(max_bytes));
        }
        if body.is_empty() {
            body = chunk;
        } else {
            let mut joined = BytesMut::from(body);
            joined.extend_from_slice(&chunk);
            body = joined.freeze();
        }
    }
    Ok(body)
}

/// Says what a failure of reqwest means for the request.
fn failure(error: reqwest::Error) -> TransportError {
    // The URL is left out: the operation says as much, and a base URL may be somebody's secret.
    let error = error.without_url();
    if error.is_connect() || is_unsent(&error) {
        // Connecting that takes too long is also a time-out to reqwest, but nothing was sent.
        TransportError::connect(error)
    } else if error.is_timeout() {
        TransportError::timeout(error)
    } else {
        TransportError::other(error)
    }
}

/// Whether hyper gave the request back because the connection was closed before it took it.
fn is_unsent(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<hyper::Error>() {
            return error.is_canceled();
        }
        cause = error.source();
    }
    false
}
