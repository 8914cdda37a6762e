//! The sockets on which connections arrive.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::task::Poll;
use std::time::{Duration, SystemTime};

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::{Instant, sleep_until};

/// How many connections the kernel keeps until they are accepted. With the usual 128, clients that
/// come together wait a second, until they ask again.
const BACKLOG: u32 = 4096;

/// How often a free port is looked for that all addresses have.
const PORT_TRIES: usize = 16;

const PAUSE_MIN: Duration = Duration::from_millis(10);
const PAUSE_MAX: Duration = Duration::from_secs(1);

/// How long the log says nothing more of connections that cannot be accepted.
const QUIET: Duration = Duration::from_secs(10);

/// The sockets on which connections arrive, one for each address.
#[derive(Debug)]
pub struct Listener {
    sockets: Vec<TcpListener>,
    /// The socket that is asked first, so that none has to wait for another.
    next: usize,
    pause: Duration,
    paused_until: Option<Instant>,
    failures: u64,
    quiet_until: Option<Instant>,
    /// The time of answers; a test sets another.
    pub(crate) clock: fn() -> SystemTime,
}

impl Listener {
    /// Listens on all of these addresses. With port 0 they share a free one.
    ///
    /// An address that the machine does not have, such as `::1` where there is no IPv6, is left
    /// out as long as another can be used.
    ///
    /// # Errors
    ///
    /// When no address can be used, or another program listens on one of them.
    pub fn bind(addresses: &[SocketAddr]) -> io::Result<Listener> {
        let mut tries = 0;
        loop {
            tries += 1;
            match bind_all(addresses) {
                Err(error)
                    if error.kind() == io::ErrorKind::AddrInUse
                        && addresses.iter().any(|address| address.port() == 0)
                        && tries < PORT_TRIES => {}
                sockets => return Ok(Listener::new(sockets?)),
            }
        }
    }

    fn new(sockets: Vec<TcpListener>) -> Listener {
        Listener {
            sockets,
            next: 0,
            pause: PAUSE_MIN,
            paused_until: None,
            failures: 0,
            quiet_until: None,
            clock: SystemTime::now,
        }
    }

    /// The addresses that are listened on, in the order in which they were given.
    ///
    /// # Errors
    ///
    /// When the operating system does not tell.
    pub fn addresses(&self) -> io::Result<Vec<SocketAddr>> {
        self.sockets.iter().map(TcpListener::local_addr).collect()
    }

    /// Waits for a connection.
    ///
    /// No failure to accept is the listener's end: it is the peer's, or of a shortage such as that
    /// of file descriptors, which passes as connections close. A caller that stops waiting does not
    /// shorten the pause after such a failure.
    pub(crate) async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            if let Some(until) = self.paused_until {
                sleep_until(until).await;
                self.paused_until = None;
            }
            match poll_fn(|context| self.poll_accept(context)).await {
                Ok(accepted) => {
                    self.pause = PAUSE_MIN;
                    return accepted;
                }
                Err(error) if is_of_the_peer(&error) => {}
                Err(error) => self.has_failed(&error),
            }
        }
    }

    fn poll_accept(
        &mut self,
        context: &mut std::task::Context<'_>,
    ) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        for _ in 0..self.sockets.len() {
            let socket = &self.sockets[self.next];
            self.next = (self.next + 1) % self.sockets.len();
            if let Poll::Ready(accepted) = socket.poll_accept(context) {
                return Poll::Ready(accepted);
            }
        }
        Poll::Pending
    }

    fn has_failed(&mut self, error: &io::Error) {
        let now = Instant::now();
        self.failures += 1;
        if self.quiet_until.is_none_or(|until| until <= now) {
            let failures = std::mem::take(&mut self.failures);
            tracing::warn!(%error, failures, "cannot accept connections");
            self.quiet_until = Some(now + QUIET);
        }
        self.paused_until = Some(now + self.pause);
        self.pause = PAUSE_MAX.min(self.pause * 2);
    }

    /// Closes the sockets, and gives the connections that had arrived on them, `most` at the most.
    ///
    /// A connection that the kernel holds for a socket that is closed gets a reset.
    pub(crate) fn close(self, most: usize) -> Vec<(TcpStream, SocketAddr)> {
        let mut arrived = Vec::new();
        // A socket of the standard library asks the kernel. Tokio's asks only once it has been told
        // that somebody is there.
        let sockets = self.sockets.into_iter().map(TcpListener::into_std);
        for socket in sockets.filter_map(Result::ok) {
            while arrived.len() < most
                && let Ok((stream, peer)) = socket.accept()
            {
                let stream = stream.set_nonblocking(true).map(|()| stream);
                if let Ok(stream) = stream.and_then(TcpStream::from_std) {
                    arrived.push((stream, peer));
                }
            }
        }
        arrived
    }
}

impl From<TcpListener> for Listener {
    fn from(socket: TcpListener) -> Listener {
        Listener::new(vec![socket])
    }
}

fn bind_all(addresses: &[SocketAddr]) -> io::Result<Vec<TcpListener>> {
    let mut sockets: Vec<TcpListener> = Vec::new();
    let mut missing = io::Error::new(io::ErrorKind::AddrNotAvailable, "there is no address");
    for (index, address) in addresses.iter().enumerate() {
        if addresses[..index].contains(address) {
            continue;
        }
        let mut address = *address;
        if let Some(first) = sockets.first()
            && address.port() == 0
        {
            address.set_port(first.local_addr()?.port());
        }
        match bind(address) {
            Ok(socket) => sockets.push(socket),
            Err(error) if error.kind() == io::ErrorKind::AddrNotAvailable => {
                tracing::warn!(%address, "this machine has no such address to listen on");
                missing = error;
            }
            Err(error) => return Err(error),
        }
    }
    if sockets.is_empty() {
        Err(missing)
    } else {
        Ok(sockets)
    }
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        // The usual reason is a kernel without IPv6, which has no address of it.
        SocketAddr::V6(_) => TcpSocket::new_v6().map_err(|_| io::ErrorKind::AddrNotAvailable)?,
    };
    // A server that is started again need not wait until the connections of the last one are
    // forgotten. On Windows the option would let two programs take one port.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

fn is_of_the_peer(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> SocketAddr {
        text.parse().expect("an address")
    }

    #[tokio::test]
    async fn every_address_is_listened_on_with_one_port() {
        let addresses = [address("127.0.0.1:0"), address("127.0.0.2:0")];
        let mut listener = Listener::bind(&addresses).expect("both are there");
        let bound = listener.addresses().expect("addresses");
        assert_eq!(bound[0].ip(), addresses[0].ip());
        assert_eq!(bound[1].ip(), addresses[1].ip());
        assert_eq!(bound[0].port(), bound[1].port());
        for address in bound {
            let connecting = TcpStream::connect(address);
            let (connected, (_, peer)) = tokio::join!(connecting, listener.accept());
            assert_eq!(connected.unwrap().local_addr().unwrap(), peer);
        }
    }

    #[tokio::test]
    async fn an_address_that_is_missing_is_left_out_and_one_in_use_is_an_error() {
        // An address for documentation, which no machine has.
        let missing = address("192.0.2.1:0");
        let listener = Listener::bind(&[missing, address("127.0.0.1:0")]);
        let bound = listener.expect("one is there").addresses().unwrap();
        assert_eq!(bound.len(), 1);
        let error = Listener::bind(&[missing]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AddrNotAvailable);

        let other = Listener::bind(&[address("127.0.0.1:0")]).unwrap();
        let taken = other.addresses().unwrap()[0];
        let error = Listener::bind(&[address("127.0.0.2:0"), taken]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    }

    #[tokio::test]
    async fn what_has_arrived_when_it_closes_is_given() {
        let listener = Listener::bind(&[address("127.0.0.1:0")]).unwrap();
        let address = listener.addresses().unwrap()[0];
        let mut clients = Vec::new();
        for _ in 0..10 {
            clients.push(TcpStream::connect(address).await.unwrap());
        }
        assert_eq!(listener.close(100).len(), 10);
        assert!(TcpStream::connect(address).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_goes_on_when_nobody_waits_for_a_while() {
        let mut listener = Listener::bind(&[address("127.0.0.1:0")]).unwrap();
        for _ in 0..3 {
            listener.has_failed(&io::ErrorKind::OutOfMemory.into());
        }
        let until = listener.paused_until.expect("a pause");
        assert_eq!(until - Instant::now(), PAUSE_MIN * 4);
        let short = tokio::time::timeout(PAUSE_MIN, listener.accept()).await;
        assert!(short.is_err());
        assert_eq!(listener.paused_until, Some(until));
        assert_eq!(
            listener.failures, 2,
            "one warning, and two that are counted"
        );
    }
}
