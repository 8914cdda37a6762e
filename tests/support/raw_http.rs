//! HTTP/1.1 by hand: a request is the bytes it is given, an answer is kept as it came.
//!
//! A client library would repair, refuse or hide what the hostile and crash tests are about.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, bail, ensure};

/// How long one read may wait for the server.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);

/// Whether an answer carries the body that its `content-length` speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// As long as `content-length` says.
    Follows,
    /// Left out, as in an answer to HEAD.
    LeftOut,
}

/// A complete answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers in the order in which they came, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of the header `name` (in lower case), if it is there exactly once.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self
            .headers
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.as_str());
        values.next().filter(|_| values.next().is_none())
    }
}

/// One connection, kept alive for as long as the server agrees.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Connection {
    /// Connects to `address`.
    ///
    /// # Errors
    ///
    /// When nobody listens there.
    pub fn open(address: SocketAddr) -> anyhow::Result<Connection> {
        let stream =
            TcpStream::connect(address).with_context(|| format!("connecting to {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(ANSWER_WITHIN))?;
        Ok(Connection {
            stream,
            received: Vec::new(),
        })
    }

    /// A second handle, for writing on one thread while another reads.
    ///
    /// # Errors
    ///
    /// When the operating system has no file descriptor left.
    pub fn writer(&self) -> anyhow::Result<TcpStream> {
        Ok(self.stream.try_clone()?)
    }

    /// Writes all of `bytes`.
    ///
    /// # Errors
    ///
    /// When the connection is gone.
    pub fn send(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        Ok(self.stream.write_all(bytes)?)
    }

    /// Reads one answer, passing over `100 Continue` and its like; none when the server closed
    /// without a byte of one.
    ///
    /// # Errors
    ///
    /// When the answer is cut short, is not HTTP/1.1, has no single `content-length`, or does not
    /// come in 60 seconds.
    pub fn receive(&mut self, body: Body) -> anyhow::Result<Option<Answer>> {
        loop {
            let Some(answer) = self.receive_any(body)? else {
                return Ok(None);
            };
            if answer.status >= 200 {
                return Ok(Some(answer));
            }
        }
    }

    /// Sends a request and receives its answer.
    ///
    /// # Errors
    ///
    /// When it cannot be sent, or no whole answer comes.
    pub fn exchange(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        self.send(request)?;
        let answer = self.receive(Body::Follows)?;
        answer.context("the server closed the connection without an answer")
    }

    /// Reads until the server has said `100 Continue`, which it does when a handler begins to read
    /// the body.
    ///
    /// # Errors
    ///
    /// When it says anything else.
    pub fn receive_continue(&mut self) -> anyhow::Result<()> {
        let answer = self
            .receive_any(Body::LeftOut)?
            .context("closed before 100 Continue")?;
        ensure!(
            answer.status == 100,
            "{} instead of 100 Continue",
            answer.status
        );
        Ok(())
    }

    /// Closes the connection and returns the bytes behind the last answer that were still to come.
    ///
    /// # Errors
    ///
    /// When the operating system refuses.
    pub fn close(mut self) -> anyhow::Result<Vec<u8>> {
        // A server that reads the end of the requests closes the connection in its turn, so there
        // is an end to wait for.
        let _ = self.stream.shutdown(Shutdown::Write);
        while self.read_more().is_ok_and(|length| length > 0) {}
        let _ = self.stream.shutdown(Shutdown::Both);
        Ok(self.received)
    }

    fn receive_any(&mut self, body: Body) -> anyhow::Result<Option<Answer>> {
        let head_end = loop {
            if let Some(end) = self
                .received
                .windows(4)
                .position(|window| window == b"\r\n\r\n")
            {
                break end;
            }
            if self.read_more()? == 0 {
                ensure!(
                    self.received.is_empty(),
                    "the answer ends within its head: {}",
                    preview(&self.received)
                );
                return Ok(None);
            }
        };
        let head =
            std::str::from_utf8(&self.received[..head_end]).context("the head is not text")?;
        let (status, headers) = parse_head(head)?;
        self.received.drain(..head_end + 4);

        let mut answer = Answer {
            status,
            headers,
            body: Vec::new(),
        };
        if status < 200 || status == 204 || status == 304 || body == Body::LeftOut {
            return Ok(Some(answer));
        }
        let length: usize = answer
            .header("content-length")
            .with_context(|| format!("no single content-length in {:?}", answer.headers))?
            .parse()
            .context("content-length is not a number")?;
        while self.received.len() < length {
            if self.read_more()? == 0 {
                bail!(
                    "content-length is {length}, the body ends after {} bytes",
                    self.received.len()
                );
            }
        }
        answer.body = self.received.drain(..length).collect();
        Ok(Some(answer))
    }

    fn read_more(&mut self) -> anyhow::Result<usize> {
        let mut chunk = [0; 16 * 1024];
        match self.stream.read(&mut chunk) {
            Ok(length) => {
                self.received.extend_from_slice(&chunk[..length]);
                Ok(length)
            }
            // A server that refuses without reading everything resets the connection; what it said
            // before has been read.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::ConnectionReset | ErrorKind::BrokenPipe
                ) =>
            {
                Ok(0)
            }
            Err(error) => Err(error).context("waiting for the answer"),
        }
    }
}

/// A request with `body` (and its length) after `headers`.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{method} {path} HTTP/1.1\r\n").into_bytes();
    for (name, value) in headers {
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    if !body.is_empty() {
        bytes.extend_from_slice(format!("content-length: {}\r\n", body.len()).as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}

/// The beginning of `bytes`, readable in a failure.
pub fn preview(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(300)]);
    format!("{text:?}")
}

fn parse_head(head: &str) -> anyhow::Result<(u16, Vec<(String, String)>)> {
    let mut lines = head.split("\r\n");
    let status_line = lines.next().unwrap_or_default();
    let status = status_line
        .strip_prefix("HTTP/1.1 ")
        .or_else(|| status_line.strip_prefix("HTTP/1.0 "))
        .and_then(|rest| rest.get(..3))
        .with_context(|| format!("not a status line: {status_line:?}"))?
        .parse()
        .with_context(|| format!("not a status line: {status_line:?}"))?;
    let headers = lines
        .map(|line| {
            let (name, value) = line
                .split_once(':')
                .with_context(|| format!("not a header: {line:?}"))?;
            Ok((name.to_ascii_lowercase(), value.trim().to_owned()))
        })
        .collect::<anyhow::Result<_>>()?;
    Ok((status, headers))
}
