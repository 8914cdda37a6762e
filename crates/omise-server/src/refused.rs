//! Gives the API's error object to requests that never reach the service.
//!
//! hyper itself answers a request that it cannot parse, with an empty body, and has no hook to
//! change that. Clients read an error object from every failure, so the answer is changed on its
//! way to the socket.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use http::StatusCode;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::timeout;

use crate::headers::{EVERY_ANSWER, JSON, REQUEST_ID};
use crate::request_id::RequestId;

/// How long a closing connection may go on sending.
const LINGER: Duration = Duration::from_secs(2);

/// How much a closing connection may go on sending.
const LINGER_BYTES: u64 = 4 * 1024 * 1024;

/// A stream on which an error that hyper answers with an empty body is answered with the API's
/// error object.
///
/// It relies on the service never answering an error with an empty body. Vectored writes are not
/// offered, so hyper offers every answer in one piece, which is also the cheapest for answers as
/// small as ours.
pub(crate) struct Refusing<S> {
    stream: S,
    refuse: fn(StatusCode) -> Bytes,
    /// What of our answer is still to be written in place of hyper's.
    instead: Bytes,
    /// Whether the last write took only a part, so that the next one begins in the middle of an
    /// answer.
    midway: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Refusing<S> {
    /// Wraps a stream; `refuse` makes the error object for a status.
    pub(crate) fn new(stream: S, refuse: fn(StatusCode) -> Bytes) -> Self {
        Self {
            stream,
            refuse,
            instead: Bytes::new(),
            midway: false,
        }
    }

    /// Refuses a request on which hyper has given up without an answer.
    ///
    /// Does nothing in the middle of another answer, which the peer would read on into this one.
    ///
    /// # Errors
    ///
    /// If the stream fails.
    pub(crate) async fn refuse(&mut self, status: StatusCode) -> io::Result<()> {
        if self.midway {
            return Ok(());
        }
        let status_line = format!("HTTP/1.1 {status}");
        self.instead = answer(&status_line, None, (self.refuse)(status));
        self.flush().await
    }

    /// Closes the stream so that the peer can read what was written, even if it is still sending.
    ///
    /// A socket closed with unread bytes makes the kernel reset the connection, and the reset can
    /// overtake the answer. So only the writing side is closed at first, and what still comes,
    /// within bounds, is read and dropped.
    pub(crate) async fn close(mut self) {
        // A peer that left its answer lying until we gave up is not about to read it.
        if self.midway {
            return;
        }
        let lingering = async {
            self.stream.shutdown().await?;
            let mut dropped = tokio::io::sink();
            tokio::io::copy(&mut (&mut self.stream).take(LINGER_BYTES), &mut dropped).await
        };
        // However it ends, by the peer, the bounds or a failure, there is nothing left to do but to
        // drop the stream.
        drop(timeout(LINGER, lingering).await);
    }

    fn poll_instead(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.instead.is_empty() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.instead))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.instead.advance(written);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Refusing<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(this.poll_instead(cx))?;
        if !this.midway
            && let Some(refusal) = Refusal::recognise(bytes)
        {
            let body = (this.refuse)(refusal.status);
            this.instead = answer(refusal.status_line, refusal.date, body);
            return Poll::Ready(Ok(bytes.len()));
        }
        let written = ready!(Pin::new(&mut this.stream).poll_write(cx, bytes))?;
        this.midway = written < bytes.len();
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_instead(cx))?;
        Pin::new(&mut this.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_instead(cx))?;
        Pin::new(&mut this.stream).poll_shutdown(cx)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Refusing<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(cx, buffer)
    }
}

/// An answer of hyper's own.
struct Refusal<'a> {
    status: StatusCode,
    status_line: &'a str,
    date: Option<&'a str>,
}

impl<'a> Refusal<'a> {
    /// Recognises an answer that is an error and has no body.
    ///
    /// The one byte compared first is where the status begins, so a success is told apart at once.
    fn recognise(bytes: &'a [u8]) -> Option<Self> {
        if !matches!(bytes.get("HTTP/1.1 ".len()), Some(b'4' | b'5')) {
            return None;
        }
        let head = bytes.strip_suffix(b"\r\n\r\n")?;
        let mut lines = str::from_utf8(head).ok()?.split("\r\n");
        let status_line = lines.next()?;
        let status = status_line.strip_prefix("HTTP/1.")?.get(2..5)?;
        if !lines.clone().any(|line| line == "content-length: 0") {
            return None;
        }
        Some(Self {
            status: status.parse().ok()?,
            status_line,
            date: lines.find(|line| line.starts_with("date: ")),
        })
    }
}

/// Writes an answer that ends the connection.
fn answer(status_line: &str, date: Option<&str>, body: Bytes) -> Bytes {
    let mut answer = format!("{status_line}\r\n").into_bytes();
    let mut header = |name: &str, value: &[u8]| {
        answer.extend_from_slice(name.as_bytes());
        answer.extend_from_slice(b": ");
        answer.extend_from_slice(value);
        answer.extend_from_slice(b"\r\n");
    };
    for (name, value) in EVERY_ANSWER.iter().chain([&JSON]) {
        header(name.as_str(), value.as_bytes());
    }
    header("connection", b"close");
    header(REQUEST_ID.as_str(), RequestId::new().as_str().as_bytes());
    header("content-length", body.len().to_string().as_bytes());
    if let Some(date) = date {
        answer.extend_from_slice(date.as_bytes());
        answer.extend_from_slice(b"\r\n");
    }
    answer.extend_from_slice(b"\r\n");
    answer.extend_from_slice(&body);
    answer.into()
}

#[cfg(test)]
mod tests {
    use tokio::io::{DuplexStream, duplex};

    use super::*;

    const REFUSAL: &[u8] = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\
        content-length: 0\r\ndate: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n";

    fn refusing(capacity: usize) -> (Refusing<DuplexStream>, DuplexStream) {
        let (ours, theirs) = duplex(capacity);
        let refuse = |status: StatusCode| Bytes::from(format!("{{{}}}", status.as_u16()));
        (Refusing::new(ours, refuse), theirs)
    }

    /// What the peer reads of what is written, when the pipe holds `capacity` bytes.
    async fn written(capacity: usize, bytes: &'static [u8]) -> String {
        let (mut stream, mut peer) = refusing(capacity);
        let writing = tokio::spawn(async move {
            stream.write_all(bytes).await.unwrap();
            stream.shutdown().await.unwrap();
        });
        let mut text = String::new();
        peer.read_to_string(&mut text).await.unwrap();
        writing.await.unwrap();
        text
    }

    #[track_caller]
    fn check_answer(text: &str, status_line: &str, body: &str) {
        let (head, rest) = text.split_once("\r\n\r\n").expect("a head");
        assert_eq!(rest, body);
        assert!(head.starts_with(&format!("{status_line}\r\n")), "{head}");
        for line in [
            "content-type: application/json; charset=utf-8",
            "cache-control: no-cache, no-store",
            "access-control-allow-origin: *",
            "connection: close",
            &format!("content-length: {}", body.len()),
        ] {
            assert_eq!(
                head.lines().filter(|other| *other == line).count(),
                1,
                "{line} in {head}"
            );
        }
        let id = head.split_once("x-request-id: ").expect("an id").1;
        assert_eq!(id.lines().next().map(str::len), Some(36));
    }

    #[tokio::test]
    async fn an_empty_error_gets_the_error_object_and_keeps_its_date() {
        let text = written(4096, REFUSAL).await;
        check_answer(&text, "HTTP/1.1 400 Bad Request", "{400}");
        assert!(text.contains("\r\ndate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"));
    }

    #[tokio::test]
    async fn an_answer_is_written_whole_whatever_the_socket_takes_at_a_time() {
        let text = written(1, REFUSAL).await;
        check_answer(&text, "HTTP/1.1 400 Bad Request", "{400}");
    }

    #[tokio::test]
    async fn other_answers_are_left_as_they_are() {
        for answer in [
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\n{}",
            "HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\n",
            "HTTP/1.1 500 Internal Server Error\r\ntransfer-encoding: chunked\r\n\r\n",
            "somebody 4lse\r\ncontent-length: 0\r\n\r\n",
        ] {
            assert_eq!(written(4096, answer.as_bytes()).await, answer);
            assert_eq!(written(1, answer.as_bytes()).await, answer);
        }
    }

    #[tokio::test]
    async fn the_rest_of_an_answer_is_not_taken_for_a_refusal() {
        let (mut stream, mut peer) = refusing(3);
        let offered = [b"abc", REFUSAL].concat();
        assert_eq!(stream.write(&offered).await.unwrap(), 3);
        let reading = tokio::spawn(async move {
            let mut text = Vec::new();
            peer.read_to_end(&mut text).await.unwrap();
            text
        });
        stream.write_all(&offered[3..]).await.unwrap();
        drop(stream);
        assert_eq!(reading.await.unwrap(), offered);
    }

    #[tokio::test]
    async fn a_request_given_up_on_is_refused() {
        let (mut stream, mut peer) = refusing(4096);
        stream.refuse(StatusCode::REQUEST_TIMEOUT).await.unwrap();
        drop(stream);
        let mut text = String::new();
        peer.read_to_string(&mut text).await.unwrap();
        check_answer(&text, "HTTP/1.1 408 Request Timeout", "{408}");
    }

    #[tokio::test]
    async fn no_refusal_is_written_into_another_answer() {
        let (mut stream, mut peer) = refusing(3);
        assert_eq!(stream.write(b"abcdef").await.unwrap(), 3);
        stream.refuse(StatusCode::REQUEST_TIMEOUT).await.unwrap();
        drop(stream);
        let mut text = String::new();
        peer.read_to_string(&mut text).await.unwrap();
        assert_eq!(text, "abc");
    }
}
