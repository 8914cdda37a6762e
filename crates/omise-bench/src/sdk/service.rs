//! A service in this process that remembers what came.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result, ensure};

use omise_bench::http::head_length;

/// Gives every request the same answer, until this program ends.
pub(super) struct Service {
    url: String,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    connections: usize,
    requests: Vec<Request>,
}

impl Service {
    /// Starts on a free port.
    pub(super) fn start(answer: &[u8]) -> Result<Service> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        let seen = Arc::new(Mutex::new(Seen::default()));
        let service = Service {
            url,
            seen: seen.clone(),
        };
        let answer = answer.to_owned();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (answer, seen) = (answer.clone(), seen.clone());
                lock(&seen).connections += 1;
                // A program that ends closes its connection.
                std::thread::spawn(move || serve(stream, &answer, &seen));
            }
        });
        Ok(service)
    }

    /// Where it is.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// How many connections it accepted.
    pub(super) fn connections(&self) -> usize {
        lock(&self.seen).connections
    }

    /// What came, the first first.
    pub(super) fn requests(&self) -> Vec<Request> {
        lock(&self.seen).requests.clone()
    }
}

/// A request as it came. Two are the same if only the host and the order of the headers differ.
#[derive(Clone, Debug)]
pub(super) struct Request(String);

impl Request {
    /// Reads a request once all of it is there.
    fn parse(bytes: &[u8]) -> Result<Option<Request>> {
        let Some(head) = head_length(bytes) else {
            return Ok(None);
        };
        let text = std::str::from_utf8(bytes).context("a request is not UTF-8")?;
        let mut lines = text[..head].lines();
        let length = lines.find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.unwrap_or("0").parse()?;
        ensure!(bytes.len() <= head + length, "more than one request came");
        let is_whole = bytes.len() == head + length;
        Ok(is_whole.then(|| Request(text.to_owned())))
    }

    /// All of it.
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// The head without the host, in order, and the body.
    fn parts(&self) -> (Vec<&str>, &str) {
        let (head, body) = self.0.split_once("\r\n\r\n").unwrap_or((&self.0, ""));
        let lines = head.lines().filter(|line| !line.starts_with("host: "));
        let mut lines: Vec<&str> = lines.collect();
        lines[1..].sort_unstable();
        (lines, body)
    }
}

impl PartialEq for Request {
    fn eq(&self, other: &Request) -> bool {
        self.parts() == other.parts()
    }
}

fn serve(mut stream: TcpStream, answer: &[u8], seen: &Mutex<Seen>) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut bytes = Vec::new();
    let mut part = [0; 16 * 1024];
    loop {
        let count = stream.read(&mut part)?;
        if count == 0 {
            return Ok(());
        }
        bytes.extend_from_slice(&part[..count]);
        if let Some(request) = Request::parse(&bytes)? {
            bytes.clear();
            lock(seen).requests.push(request);
            stream.write_all(answer)?;
        }
    }
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<Request> {
        Request::parse(text.as_bytes()).expect("it is well-formed")
    }

    #[test]
    fn a_request_is_read_once_it_is_complete() {
        let text = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nhi";
        assert_eq!(parse(&text[..30]), None);
        assert_eq!(parse(&text[..text.len() - 1]), None);
        assert!(parse(text).is_some_and(|request| request.text() == text));
    }

    #[test]
    fn requests_differ_in_their_headers_and_bodies_but_not_in_the_host() {
        let request = |headers: &str, body: &str| {
            let length = body.len();
            parse(&format!(
                "POST / HTTP/1.1\r\n{headers}content-length: {length}\r\n\r\n{body}"
            ))
        };
        let one = request("host: a\r\nx: 1\r\ny: 2\r\n", "hi");
        assert_eq!(one, request("y: 2\r\nx: 1\r\nhost: b\r\n", "hi"));
        assert_ne!(one, request("host: a\r\nx: 1\r\n", "hi"));
        assert_ne!(one, request("host: a\r\nx: 1\r\ny: 2\r\n", "ho"));
    }

    #[test]
    fn connections_and_requests_are_counted() {
        let answer = b"HTTP/1.1 200 \r\ncontent-length: 0\r\n\r\n";
        let service = Service::start(answer).expect("a port is free");
        let address = service.url().trim_start_matches("http://");
        let mut answered = [0; 36];
        assert_eq!(answered.len(), answer.len());
        for requests in [2, 1] {
            let mut stream = TcpStream::connect(address).expect("it listens");
            for _ in 0..requests {
                stream
                    .write_all(b"GET / HTTP/1.1\r\n\r\n")
                    .expect("it reads");
                stream.read_exact(&mut answered).expect("it answers");
            }
        }
        assert_eq!(service.connections(), 2);
        assert_eq!(service.requests().len(), 3);
    }
}
