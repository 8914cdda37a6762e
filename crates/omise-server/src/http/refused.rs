//! Gives the API's error object to requests that never reach the service.
//!
//! hyper itself answers a request that it cannot parse, with an empty body, and has no hook to
//! change that. Clients read an error object from every failure, so the answer is changed on its
//! way to the socket.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use http::StatusCode;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::timeout;

use crate::failure::Refusal;
use crate::http::activity::Activity;
use crate::http::headers::{EVERY_ANSWER, JSON, REQUEST_ID};
use crate::http::request_id::RequestId;

/// How long a closing connection may go on sending.
const LINGER: Duration = Duration::from_secs(2);

/// How much a closing connection may go on sending.
const LINGER_BYTES: u64 = 4 * 1024 * 1024;

/// A stream on which an error that hyper answers with an empty body is answered with the API's
/// error object, and which notes what is read and written.
///
/// hyper's own answer is known by the absence of `x-request-id`, which every answer of the service
/// has.
pub(crate) struct RefusalStream<S> {
    stream: S,
    refuse: fn(StatusCode) -> Refusal,
    activity: Arc<Activity>,
    /// What of our answer is still to be written in place of hyper's.
    replacement: Bytes,
    /// Whether the last write took only a part, so that the next one begins in the middle of an
    /// answer.
    mid_response: bool,
    /// Whether a head announces a body that is longer than hyper can count.
    length_is_beyond: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> RefusalStream<S> {
    /// Wraps a stream; `refuse` makes the error object for a status.
    pub(crate) fn new(
        stream: S,
        refuse: fn(StatusCode) -> Refusal,
        activity: Arc<Activity>,
    ) -> Self {
        Self {
            stream,
            refuse,
            activity,
            replacement: Bytes::new(),
            mid_response: false,
            length_is_beyond: false,
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
        if self.mid_response {
            return Ok(());
        }
        self.replacement = answer("HTTP/1.1", status, None, (self.refuse)(status));
        self.flush().await
    }

    /// Closes the stream so that the peer can read what was written, even if it is still sending.
    ///
    /// A socket closed with unread bytes makes the kernel reset the connection, and the reset can
    /// overtake the answer. So only the writing side is closed at first, and what still comes,
    /// within bounds, is read and dropped.
    pub(crate) async fn close(mut self) {
        // A peer that left its answer lying until we gave up is not about to read it.
        if self.mid_response {
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

    fn poll_replacement(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.replacement.is_empty() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.replacement))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.replacement.advance(written);
        }
        Poll::Ready(Ok(()))
    }

    /// Writes what hyper offers. Unless it is `mid_response`, an answer begins there.
    fn poll_answer(
        &mut self,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_replacement(cx))?;
        let offered = slices.iter().map(|slice| slice.len()).sum();
        let first = slices.first().map_or(&[][..], |slice| slice);
        if !self.mid_response
            && offered == first.len()
            && let Some(hyper) = HyperAnswer::recognise(first)
        {
            self.replacement = self.replacement_of(first, &hyper);
            return Poll::Ready(Ok(offered));
        }
        let stream = Pin::new(&mut self.stream);
        let written = if offered <= COPIED_BYTES_MAX && slices.len() > 1 {
            let mut whole = Vec::with_capacity(offered);
            slices
                .iter()
                .for_each(|slice| whole.extend_from_slice(slice));
            stream.poll_write(cx, &whole)
        } else {
            stream.poll_write_vectored(cx, slices)
        };
        let Poll::Ready(written) = written else {
            self.activity.is_blocked();
            return Poll::Pending;
        };
        let written = written.inspect_err(|error| {
            if !self.mid_response {
                log_client_gone(first, error);
            }
        })?;
        self.mid_response = written < offered;
        self.activity.has_written(!self.mid_response);
        Poll::Ready(Ok(written))
    }

    fn replacement_of(&self, bytes: &[u8], hyper: &HyperAnswer<'_>) -> Bytes {
        let status = match hyper.status {
            // hyper says of such a length that the headers are too large.
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE if self.length_is_beyond => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            status => status,
        };
        let refusal = (self.refuse)(status);
        let answer = answer(hyper.version, status, hyper.date, refusal);
        match &bytes[..hyper.start] {
            [] => answer,
            before => [before, &answer].concat().into(),
        }
    }
}

/// An answer up to this size is copied into one piece: that is quicker than to have the system
/// gather its pieces.
const COPIED_BYTES_MAX: usize = 4096;

/// Tells the log of an answer that could not be sent. The request was logged when it was answered.
fn log_client_gone(head: &[u8], error: &io::Error) {
    let head = str::from_utf8(head).unwrap_or_default();
    let id = head
        .split("\r\n")
        .find_map(|line| line.strip_prefix("x-request-id: "));
    if let Some(request_id) = id {
        tracing::debug!(request_id, %error, client_gone = true, "the answer was not sent");
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for RefusalStream<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().poll_answer(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().poll_answer(cx, slices)
    }

    /// hyper then writes the bytes of an answer from where they are. Else it would copy them, for
    /// each connection the whole of a page that a hundred of them ask for.
    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_replacement(cx))?;
        Pin::new(&mut this.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_replacement(cx))?;
        Pin::new(&mut this.stream).poll_shutdown(cx)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for RefusalStream<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(cx, buffer))?;
        let read = &buffer.filled()[before..];
        if !read.is_empty() {
            this.activity.has_read();
            this.length_is_beyond |= announces_too_much(read);
        }
        Poll::Ready(Ok(()))
    }
}

/// Whether a head announces one of the two lengths that 64 bits can hold and hyper does not take.
fn announces_too_much(read: &[u8]) -> bool {
    const DIGITS: &[u8] = b"1844674407370955161";
    let Some(place) = memchr::memmem::find(read, DIGITS) else {
        return false;
    };
    let line = read[..place].rsplit(|byte| *byte == b'\n').next();
    let name = line.unwrap_or_default().trim_ascii_end();
    name.eq_ignore_ascii_case(b"content-length:")
}

/// An answer of hyper's own.
struct HyperAnswer<'a> {
    /// Where it starts: behind other answers, if hyper writes them with it.
    start: usize,
    version: &'a str,
    status: StatusCode,
    date: Option<&'a str>,
}

impl<'a> HyperAnswer<'a> {
    /// Recognises an error without a body and without the id of a request, at the end of `bytes`.
    ///
    /// hyper writes the length and the date last. That is compared first, so that every other
    /// answer is told apart at once.
    fn recognise(bytes: &'a [u8]) -> Option<Self> {
        const LENGTH: &[u8] = b"content-length: 0\r\n";
        const DATE: usize = "date: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n".len();

        let date = bytes.len().checked_sub(DATE)?;
        if !bytes[..date].ends_with(LENGTH) {
            return None;
        }
        let text = str::from_utf8(bytes).ok()?;
        let start = text
            .rfind("HTTP/1.")
            .filter(|_| text.starts_with("HTTP/1."))?;
        let head = text[start..].strip_suffix("\r\n\r\n")?;
        let (status_line, headers) = head.split_once("\r\n")?;
        if headers.contains("\r\n\r\n") || headers.contains(REQUEST_ID.as_str()) {
            return None;
        }
        let (version, status) = status_line.split_once(' ')?;
        let status: StatusCode = status.get(..3)?.parse().ok()?;
        if !status.is_client_error() && !status.is_server_error() {
            return None;
        }
        Some(Self {
            start,
            version,
            status,
            date: headers
                .split("\r\n")
                .find(|line| line.starts_with("date: ")),
        })
    }
}

/// Writes an answer that ends the connection.
pub(crate) fn answer(
    version: &str,
    status: StatusCode,
    date: Option<&str>,
    refusal: Refusal,
) -> Bytes {
    let Refusal { headers, body } = refusal;
    let mut answer = format!("{version} {status}\r\n").into_bytes();
    let mut header = |name: &str, value: &[u8]| {
        answer.extend_from_slice(name.as_bytes());
        answer.extend_from_slice(b": ");
        answer.extend_from_slice(value);
        answer.extend_from_slice(b"\r\n");
    };
    for (name, value) in EVERY_ANSWER.iter().chain(headers).chain([&JSON]) {
        header(name.as_str(), value.as_bytes());
    }
    if status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE {
        header("retry-after", b"1");
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
    use tokio::time::Instant;

    use super::*;

    const REFUSAL: &[u8] = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\
        content-length: 0\r\ndate: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n";

    fn refusing(capacity: usize) -> (RefusalStream<DuplexStream>, DuplexStream) {
        let (ours, theirs) = duplex(capacity);
        let refuse = |status: StatusCode| Refusal {
            body: Bytes::from(format!("{{{}}}", status.as_u16())),
            ..Refusal::for_every_page(status)
        };
        let activity = Arc::new(Activity::new(Instant::now()));
        (RefusalStream::new(ours, refuse, activity), theirs)
    }

    /// What the peer reads of what is written, when the pipe holds `capacity` bytes.
    async fn written(capacity: usize, bytes: impl Into<Bytes>) -> String {
        let bytes = bytes.into();
        let (mut stream, mut peer) = refusing(capacity);
        let writing = tokio::spawn(async move {
            stream.write_all(&bytes).await.unwrap();
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
            "x-content-type-options: nosniff",
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
            "HTTP/1.1 404 Not Found\r\nx-request-id: 1\r\ncontent-length: 0\r\n\
             date: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n",
        ] {
            assert_eq!(written(4096, answer).await, answer);
            assert_eq!(written(1, answer).await, answer);
        }
    }

    #[tokio::test]
    async fn a_refusal_that_is_written_with_another_answer_is_the_only_one_that_is_changed() {
        let other = "HTTP/1.1 404 Not Found\r\nx-request-id: 1\r\ncontent-length: 5\r\n\
            date: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n{404}";
        let to_head = other.strip_suffix("{404}").expect("a body");
        for before in [other, to_head] {
            let text = written(4096, [before.as_bytes(), REFUSAL].concat()).await;
            let refusal = text.strip_prefix(before).expect("it is as it was");
            check_answer(refusal, "HTTP/1.1 400 Bad Request", "{400}");
        }
    }

    #[tokio::test]
    async fn a_length_beyond_all_counting_is_a_body_that_is_too_large() {
        let refusal = "HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\n\
            content-length: 0\r\ndate: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n";
        for (length, status_line, body) in [
            (
                "18446744073709551615",
                "HTTP/1.1 413 Payload Too Large",
                "{413}",
            ),
            ("1", "HTTP/1.1 431 Request Header Fields Too Large", "{431}"),
        ] {
            let (mut stream, mut peer) = refusing(4096);
            let head = format!("POST / HTTP/1.1\r\nContent-Length: {length}\r\n\r\n");
            peer.write_all(head.as_bytes()).await.unwrap();
            stream.read_buf(&mut Vec::new()).await.unwrap();
            stream.write_all(refusal.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
            let mut text = String::new();
            peer.read_to_string(&mut text).await.unwrap();
            check_answer(&text, status_line, body);
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
