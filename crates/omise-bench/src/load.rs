//! A client that does as little as it can: what it costs must not disturb what it measures.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::exchange::head_length;
use crate::workspace::print;

/// How a line begins when all connections are open. A line on stdin then starts the load.
pub(super) const READY: &str = "ready";
/// How the line with the result begins.
pub(super) const DONE: &str = "done";

/// What load to put on whom.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// A file with the whole request
    request: PathBuf,
    #[arg(long)]
    address: String,
    #[arg(long)]
    connections: u32,
    #[arg(long)]
    seconds: u64,
}

/// Sends the request again and again, and says how often it was answered.
pub(crate) fn run(options: &Options) -> Result<()> {
    let request = std::fs::read(&options.request).context("cannot read the request")?;
    let request: &'static [u8] = Box::leak(request.into_boxed_slice());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let done = runtime.block_on(load(options, request))?;
    print(&done.to_line());
    Ok(())
}

async fn load(options: &Options, request: &'static [u8]) -> Result<Done> {
    let mut streams = Vec::new();
    for _ in 0..options.connections {
        let stream = TcpStream::connect(&options.address).await?;
        stream.set_nodelay(true)?;
        streams.push(stream);
    }
    print(READY);
    // Nothing else runs on this thread yet, so waiting for the line may block it.
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    ensure!(!line.is_empty(), "there is no one to measure for");

    let started = Instant::now();
    let until = started + Duration::from_secs(options.seconds);
    let mut connections = JoinSet::new();
    for stream in streams {
        connections.spawn(connection(stream, request, until));
    }
    let mut requests = 0;
    while let Some(connection) = connections.join_next().await {
        requests += connection??;
    }
    Ok(Done {
        requests,
        elapsed: started.elapsed(),
    })
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
    ensure!(length == Some(filled), "more came than one answer");
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

/// The result, as it goes from the child to its parent.
#[derive(Debug, PartialEq)]
pub(super) struct Done {
    pub(super) requests: u64,
    pub(super) elapsed: Duration,
}

impl Done {
    fn to_line(&self) -> String {
        format!("{DONE} {} {}", self.requests, self.elapsed.as_nanos())
    }

    /// Reads the line with the result.
    pub(super) fn parse(line: &str) -> Result<Done> {
        let mut words = line.split(' ').skip(1);
        let mut number = || -> Result<u64> {
            let word = words.next().context("the result is incomplete")?;
            Ok(word.parse()?)
        };
        Ok(Done {
            requests: number()?,
            elapsed: Duration::from_nanos(number()?),
        })
    }
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
    fn an_answer_that_is_no_success_ends_the_load() {
        let bytes = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
        assert!(answer_length(bytes).is_err());
    }

    #[test]
    fn a_result_is_read_as_it_was_written() {
        let done = Done {
            requests: 12,
            elapsed: Duration::from_nanos(345),
        };
        assert_eq!(Done::parse(&done.to_line()).expect("it is a result"), done);
    }
}
