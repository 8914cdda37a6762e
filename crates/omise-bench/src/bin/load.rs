//! A client that does as little as it can, so that its cost does not disturb the measurement:
//! `load FILE ADDRESS CONNECTIONS` sends the request in the file.
//!
//! It says `ready` when all connections are open. A line on stdin, a number of seconds, starts it;
//! the answer is `done`, the number of answered requests and the nanoseconds that they took.

#![expect(clippy::print_stdout, reason = "its parent reads what it did")]

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use omise_bench::http::head_length;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, address, connections] = arguments.as_slice() else {
        bail!("expected FILE ADDRESS CONNECTIONS");
    };
    let request: &'static [u8] = std::fs::read(file)
        .context("cannot read the request")?
        .leak();
    let connections = connections.parse().context("CONNECTIONS")?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(load(request, address, connections))
}

async fn load(request: &'static [u8], address: &str, connections: usize) -> Result<()> {
    let mut streams = Vec::new();
    for _ in 0..connections {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        streams.push(stream);
    }
    println!("ready");
    // Nothing else runs on this thread yet, so waiting for the line may block it.
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let seconds = line
        .trim()
        .parse()
        .context("expected a number of seconds")?;

    let started = Instant::now();
    let until = started + Duration::from_secs(seconds);
    let mut tasks = JoinSet::new();
    for stream in streams {
        tasks.spawn(connection(stream, request, until));
    }
    let mut requests = 0;
    while let Some(answered) = tasks.join_next().await {
        requests += answered??;
    }
    println!("done {requests} {}", started.elapsed().as_nanos());
    Ok(())
}

/// Sends one request at a time until the time is over; the last one is waited for.
async fn connection(mut stream: TcpStream, request: &'static [u8], until: Instant) -> Result<u64> {
    let mut requests = 0;
    let mut buffer = vec![0; 64 * 1024];
    while Instant::now() < until {
        stream.write_all(request).await?;
        read_answer(&mut stream, &mut buffer).await?;
        requests += 1;
    }
    Ok(requests)
}

async fn read_answer(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<()> {
    let mut filled = 0;
    let mut length = None;
    while length.is_none_or(|length| filled < length) {
        let count = stream.read(&mut buffer[filled..]).await?;
        if count == 0 {
            bail!("the connection was closed before the answer was complete");
        }
        filled += count;
        if length.is_none() {
            length = answer_length(&buffer[..filled])?;
        }
    }
    ensure!(length == Some(filled), "more than one answer came");
    Ok(())
}

/// The length of the answer, once its head is there.
fn answer_length(bytes: &[u8]) -> Result<Option<usize>> {
    const NAME: &[u8] = b"content-length: ";
    let Some(head) = head_length(bytes) else {
        return Ok(None);
    };
    ensure!(
        bytes.starts_with(b"HTTP/1.1 200"),
        "an answer is {:?}",
        String::from_utf8_lossy(&bytes[..head])
    );
    let lines = bytes[..head].split(|byte| *byte == b'\n');
    let value = lines
        .filter_map(|line| line.split_at_checked(NAME.len()))
        .find(|(name, _)| name.eq_ignore_ascii_case(NAME))
        .map(|(_, value)| value.trim_ascii_end());
    let value = value.context("an answer has no content-length")?;
    let body: usize = std::str::from_utf8(value)?.parse()?;
    Ok(Some(head + body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_of_an_answer_is_known_with_its_head() {
        let bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
        let length = answer_length(bytes).expect("it is well-formed");
        assert_eq!(length, Some(bytes.len()));
        let length = answer_length(&bytes[..30]).expect("it is well-formed");
        assert_eq!(length, None);
    }

    #[test]
    fn an_answer_that_is_not_a_success_ends_the_load() {
        let bytes = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
        assert!(answer_length(bytes).is_err());
    }
}
