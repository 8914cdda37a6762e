use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// An answer, without the headers that HTTP itself adds.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Names in lower case and values, sorted: two servers may send them in another order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Reads an answer; `None` while a part of it is missing.
    ///
    /// # Errors
    ///
    /// When it is not an answer of HTTP/1.1, or has no length.
    pub fn parse(bytes: &[u8]) -> Result<Option<Answer>> {
        let Some(head) = head_length(bytes) else {
            return Ok(None);
        };
        let text = std::str::from_utf8(&bytes[..head]).context("a header is not UTF-8")?;
        let mut lines = text.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1));
        let status = status.and_then(|status| status.parse().ok());
        let status = status.context("the answer has no status")?;
        let mut headers = Vec::new();
        let mut length = 0;
        for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
            let name = name.to_ascii_lowercase();
            match name.as_str() {
                "content-length" => length = value.parse().context("content-length")?,
                "transfer-encoding" => bail!("an answer in chunks cannot be compared"),
                "date" | "connection" => {}
                _ => headers.push((name, value.to_owned())),
            }
        }
        headers.sort();
        let body = bytes.get(head..head + length);
        Ok(body.map(|body| Answer {
            status,
            headers,
            body: body.to_vec(),
        }))
    }

    /// The answer as it goes over the wire.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} \r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", self.body.len()));
        [head.as_bytes(), self.body.as_slice()].concat()
    }
}

/// Sends a request on a connection of its own and reads the answer.
///
/// # Errors
///
/// When no whole answer comes within ten seconds.
pub fn exchange(address: &str, request: &[u8]) -> Result<Answer> {
    const LIMIT: Duration = Duration::from_secs(10);
    let stream = TcpStream::connect(address);
    let mut stream = stream.with_context(|| format!("nobody listens on {address}"))?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.write_all(request)?;
    let mut bytes = Vec::new();
    let mut part = [0; 16 * 1024];
    loop {
        let count = stream.read(&mut part).context("no answer came")?;
        if count == 0 {
            bail!("the connection was closed before the answer was complete");
        }
        bytes.extend_from_slice(&part[..count]);
        if let Some(answer) = Answer::parse(&bytes)? {
            return Ok(answer);
        }
    }
}

/// The length of a head with its empty line, once all of it is there.
pub fn head_length(bytes: &[u8]) -> Option<usize> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    Some(end + 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_once_it_is_complete_and_is_written_as_it_was() {
        let bytes = b"HTTP/1.1 200 OK\r\nX-A: b: c\r\nDate: now\r\nContent-Length: 2\r\n\r\nhi";
        for length in [30, bytes.len() - 1] {
            let parsed = Answer::parse(&bytes[..length]);
            assert_eq!(parsed.expect("it is well-formed"), None);
        }
        let answer = Answer {
            status: 200,
            headers: vec![("x-a".to_owned(), "b: c".to_owned())],
            body: b"hi".to_vec(),
        };
        for bytes in [bytes.as_slice(), &answer.to_bytes()] {
            let parsed = Answer::parse(bytes).expect("it is well-formed");
            assert_eq!(parsed.as_ref(), Some(&answer));
        }
    }
}
