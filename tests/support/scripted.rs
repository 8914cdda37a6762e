//! Two services that answer as they are told: one in the process, one on a socket.

use std::fmt;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use bytes::Bytes;
use http::{Request, Response};
use omise_client::{Transport, TransportError, TransportFuture};

/// What becomes of a request.
type Script = dyn Fn(&Request<Bytes>) -> Result<Response<Bytes>, TransportError> + Send + Sync;

/// A transport that does with a request as it was told last. A clone is the same one.
#[derive(Clone)]
pub struct Scripted(Arc<State>);

struct State {
    script: Mutex<Arc<Script>>,
    sent: AtomicUsize,
}

impl Scripted {
    /// A transport that does so until it is told otherwise.
    pub fn new(
        script: impl Fn(&Request<Bytes>) -> Result<Response<Bytes>, TransportError>
        + Send
        + Sync
        + 'static,
    ) -> Scripted {
        Scripted(Arc::new(State {
            script: Mutex::new(Arc::new(script)),
            sent: AtomicUsize::new(0),
        }))
    }

    /// Tells it what to do from now on.
    pub fn tell(
        &self,
        script: impl Fn(&Request<Bytes>) -> Result<Response<Bytes>, TransportError>
        + Send
        + Sync
        + 'static,
    ) {
        let mut told = self.0.script.lock().unwrap_or_else(PoisonError::into_inner);
        *told = Arc::new(script);
    }

    /// How many requests came so far.
    pub fn sent(&self) -> usize {
        self.0.sent.load(Ordering::SeqCst)
    }
}

impl Transport for Scripted {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        self.0.sent.fetch_add(1, Ordering::SeqCst);
        let script = self.0.script.lock().unwrap_or_else(PoisonError::into_inner);
        let script = Arc::clone(&script);
        Box::pin(async move { script(&request) })
    }
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scripted")
            .field("sent", &self.sent())
            .finish_non_exhaustive()
    }
}

/// The bytes of an answer to the bytes of a request.
type Bytewise = dyn Fn(&[u8]) -> Vec<u8> + Send + Sync;

/// A server on a loopback socket. It writes what it was told last, whatever that is, to every
/// request, and closes the connection.
pub struct ScriptedServer {
    address: SocketAddr,
    script: Arc<Mutex<Arc<Bytewise>>>,
    received: Arc<AtomicUsize>,
}

impl ScriptedServer {
    /// Starts one on a free port. It goes on until the process ends.
    ///
    /// # Errors
    ///
    /// When there is no port left.
    pub fn start() -> std::io::Result<ScriptedServer> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let server = ScriptedServer {
            address: listener.local_addr()?,
            script: Arc::new(Mutex::new(Arc::new(|_: &[u8]| Vec::new()))),
            received: Arc::default(),
        };
        let (script, received) = (Arc::clone(&server.script), Arc::clone(&server.received));
        thread::spawn(move || {
            for mut socket in listener.incoming().flatten() {
                let (script, received) = (Arc::clone(&script), Arc::clone(&received));
                thread::spawn(move || {
                    // Whoever goes away too early has nothing to complain of.
                    let Ok(request) = read_request(&mut socket) else {
                        return;
                    };
                    received.fetch_add(1, Ordering::SeqCst);
                    let script = Arc::clone(&script.lock().unwrap_or_else(PoisonError::into_inner));
                    let _ = socket.write_all(&script(&request));
                });
            }
        });
        Ok(server)
    }

    /// Tells it what to write from now on.
    pub fn tell(&self, script: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static) {
        let mut told = self.script.lock().unwrap_or_else(PoisonError::into_inner);
        *told = Arc::new(script);
    }

    /// The base URL, without a final slash.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many requests came so far.
    pub fn received(&self) -> usize {
        self.received.load(Ordering::SeqCst)
    }
}

impl fmt::Debug for ScriptedServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedServer")
            .field("address", &self.address)
            .field("received", &self.received())
            .finish_non_exhaustive()
    }
}

/// Reads a head and as much of a body as it announces; a body in chunks is joined.
fn read_request(socket: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut request = read_until(socket, b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&request).to_ascii_lowercase();
    if head.contains("\r\ntransfer-encoding: chunked\r\n") {
        loop {
            let size = read_until(socket, b"\r\n")?;
            let size = String::from_utf8_lossy(&size);
            let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
            let mut chunk = vec![0; size + 2];
            socket.read_exact(&mut chunk)?;
            request.extend(&chunk[..size]);
            if size == 0 {
                return Ok(request);
            }
        }
    }
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length = length.and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    socket.read_exact(&mut body)?;
    request.extend(body);
    Ok(request)
}

fn read_until(socket: &mut TcpStream, end: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut read = Vec::new();
    let mut byte = [0];
    while !read.ends_with(end) {
        socket.read_exact(&mut byte)?;
        read.push(byte[0]);
    }
    Ok(read)
}
