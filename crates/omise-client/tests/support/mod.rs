//! Two stand-ins for the service: a transport with a script, and a socket with one.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use bytes::Bytes;
use omise_client::{Client, PublicKey, SecretKey, Transport, TransportError, TransportFuture};

pub(crate) const PUBLIC: &str = "pkey_test_canary1public";
pub(crate) const SECRET: &str = "skey_test_canary2secret";
pub(crate) const ID: &str = "src_test_5g5in1we65199wlsyji";

/// The least that a source has.
pub(crate) const SOURCE: &str = r#"{"object":"source","id":"src_test_5g5in1we65199wlsyji","livemode":false,"location":"/sources/src_test_5g5in1we65199wlsyji","amount":10000,"currency":"THB","created_at":"2019-12-31T12:59:59Z","flow":"offline","type":"promptpay"}"#;

type Answer = dyn Fn() -> Result<http::Response<Bytes>, TransportError> + Send + Sync;

/// Gives the same answer to every request and keeps the requests.
#[derive(Clone)]
pub(crate) struct Scripted {
    answer: Arc<Answer>,
    pub(crate) requests: Arc<Mutex<Vec<http::Request<Bytes>>>>,
}

impl Scripted {
    pub(crate) fn new(
        answer: impl Fn() -> Result<http::Response<Bytes>, TransportError> + Send + Sync + 'static,
    ) -> Scripted {
        Scripted {
            answer: Arc::new(answer),
            requests: Arc::default(),
        }
    }

    pub(crate) fn answering(status: u16, body: impl Into<Bytes>) -> Scripted {
        let body = body.into();
        Scripted::new(move || {
            let answer = http::Response::builder()
                .status(status)
                .header("x-request-id", "req-1")
                .header("set-cookie", "canary3cookie");
            Ok(answer.body(body.clone()).unwrap())
        })
    }

    pub(crate) fn only_request(&self) -> http::Request<Bytes> {
        let requests = self.requests.lock().unwrap();
        assert_eq!(requests.len(), 1);
        requests[0].clone()
    }

    /// A client of this transport with both keys, which sends everything once.
    pub(crate) fn client(&self) -> Client {
        Client::builder()
            .public_key(public())
            .secret_key(secret())
            .transport(self.clone())
            .max_attempts(1)
            .build()
            .unwrap()
    }
}

impl Transport for Scripted {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        self.requests.lock().unwrap().push(request);
        Box::pin(async { (self.answer)() })
    }
}

/// A server on a socket that treats each request as a function says.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    accepted: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
}

/// What becomes of the connection after a request.
pub(crate) enum Then {
    Keep,
    Close,
}

impl Server {
    /// `treat` gets the number of the request, counted from 1, and the socket.
    pub(crate) fn start(
        treat: impl Fn(usize, &mut TcpStream) -> Then + Send + Sync + 'static,
    ) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Server {
            address: listener.local_addr().unwrap(),
            accepted: Arc::default(),
            requests: Arc::default(),
        };
        let (accepted, requests) = (server.accepted.clone(), server.requests.clone());
        let treat = Arc::new(treat);
        thread::spawn(move || {
            for socket in listener.incoming() {
                accepted.fetch_add(1, Ordering::SeqCst);
                let (treat, requests) = (treat.clone(), requests.clone());
                thread::spawn(move || {
                    let mut socket = socket.unwrap();
                    while read_request(&mut socket) {
                        let number = requests.fetch_add(1, Ordering::SeqCst) + 1;
                        if let Then::Close = treat(number, &mut socket) {
                            return;
                        }
                    }
                });
            }
        });
        server
    }

    /// A server that writes the same bytes after every request.
    pub(crate) fn writing(answer: impl Into<Vec<u8>>) -> Server {
        let answer = answer.into();
        Server::start(move |_, socket| {
            // A client that has read enough closes the connection; nobody is left to write to.
            match socket.write_all(&answer) {
                Ok(()) => Then::Keep,
                Err(_) => Then::Close,
            }
        })
    }

    pub(crate) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A client of this server with the default transport and both keys, which sends everything
    /// once.
    pub(crate) fn client(&self) -> Client {
        Client::builder()
            .base_url(self.url())
            .public_key(public())
            .secret_key(secret())
            .timeout(std::time::Duration::from_secs(60))
            .max_attempts(1)
            .build()
            .unwrap()
    }
}

/// An answer as it stands on the wire.
pub(crate) fn wire(status: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nx-request-id: req-1\r\n\r\n{body}")
}

pub(crate) fn public() -> PublicKey {
    PublicKey::new(PUBLIC).unwrap()
}

pub(crate) fn secret() -> SecretKey {
    SecretKey::new(SECRET).unwrap()
}

/// Reads a head and as much body as it announces; false at the end of the connection.
fn read_request(socket: &mut TcpStream) -> bool {
    let mut read = Vec::new();
    let mut byte = [0];
    while !read.ends_with(b"\r\n\r\n") {
        match socket.read(&mut byte) {
            Ok(1) => read.push(byte[0]),
            _ => return false,
        }
    }
    let head = String::from_utf8(read).unwrap().to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    socket.read_exact(&mut vec![0; length]).is_ok()
}
