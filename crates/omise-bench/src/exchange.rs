//! One request and its answer, as bytes.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// An answer, without the headers that HTTP itself adds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// Reads an answer once all of it is there.
    pub(super) fn parse(bytes: &[u8]) -> Result<Option<Answer>> {
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
                "transfer-encoding" => bail!("an answer in chunks is not comparable"),
                "date" | "connection" => {}
                _ => headers.push((name, value.to_owned())),
            }
        }
        // Two servers may send the same headers in another order.
        headers.sort();
        let Some(body) = bytes.get(head..head + length) else {
            return Ok(None);
        };
        Ok(Some(Answer {
            status,
            headers,
            body: body.to_vec(),
        }))
    }

    /// The answer as it goes over the wire.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} \r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", self.body.len()));
        [head.as_bytes(), self.body.as_slice()].concat()
    }
}

/// Sends a request on a connection of its own and reads the answer.
pub(super) fn exchange(address: &str, request: &[u8]) -> Result<Answer> {
    const LIMIT: Duration = Duration::from_secs(10);
    let mut stream = TcpStream::connect(address).with_context(|| format!("no one at {address}"))?;
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
pub(super) fn head_length(bytes: &[u8]) -> Option<usize> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    Some(end + 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_once_it_is_complete() {
        let bytes =
            b"HTTP/1.1 200 OK\r\nContent-Type: a\r\nDate: now\r\nContent-Length: 2\r\n\r\nhi";
        assert_eq!(
            Answer::parse(&bytes[..30]).expect("it is well-formed"),
            None
        );
        assert_eq!(
            Answer::parse(&bytes[..bytes.len() - 1]).expect("it is well-formed"),
            None
        );
        let answer = Answer {
            status: 200,
            headers: vec![("content-type".to_owned(), "a".to_owned())],
            body: b"hi".to_vec(),
        };
        let parsed = Answer::parse(bytes).expect("it is well-formed");
        assert_eq!(parsed, Some(answer));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let answer = Answer {
            status: 404,
            headers: vec![("x-a".to_owned(), "b: c".to_owned())],
            body: b"{}".to_vec(),
        };
        let parsed = Answer::parse(&answer.to_bytes()).expect("it is well-formed");
        assert_eq!(parsed, Some(answer));
    }
}
