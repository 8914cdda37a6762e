//! What a listener allows, and what it tells the service of a connection.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

/// What a listener allows.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How long a new connection may take until its first byte.
    pub first_byte_timeout: Duration,
    /// How long a connection may wait for the next request. Answers announce it in whole seconds,
    /// as `Keep-Alive: timeout=60`.
    pub idle_timeout: Duration,
    /// How long a request head may take, from its first byte to its last.
    pub header_timeout: Duration,
    /// How many bytes a request head may have, the request line included; 8,192 at least.
    pub header_bytes: usize,
    /// How long a request body may take once the service waits for it.
    pub body_timeout: Duration,
    /// How long the peer may leave an answer lying without taking a byte of it.
    pub write_timeout: Duration,
    /// How long a connection may be used. The request in flight is answered, then it is closed.
    pub connection_life: Duration,
    /// How many connections may be open at a time.
    ///
    /// When another arrives, the one that has been idle longest is closed. If requests are in
    /// flight on all of them the new one waits.
    pub connections: usize,
    /// How many of the connections belong to one address, or one /64 network of IPv6, when all are
    /// taken; `None` is for a server behind a proxy, where all clients have one address.
    ///
    /// An address may have more while there is room. When there is none, it is the first to lose
    /// its idle connections, and is answered 429 when it wants more and has no idle one.
    pub connections_per_address: Option<usize>,
    /// How long requests in flight may take to finish once the listener is told to stop.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            first_byte_timeout: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(60),
            header_timeout: Duration::from_secs(10),
            header_bytes: 32 * 1024,
            body_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(10),
            connection_life: Duration::from_secs(60 * 60),
            connections: 1024,
            connections_per_address: Some(256),
            drain: Duration::from_secs(10),
        }
    }
}

/// The address of the peer, an extension of every request.
///
/// Behind a proxy this is the proxy's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// The address may be the payer's.
impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Peer([redacted])")
    }
}
