//! Many clients that want to stop the server, and one that wants a source.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use anyhow::Context;
use omise_tests::process::{SECRET_KEY, ServeProcess, authorization};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// What each of the many clients does with its connection, again and again.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Attack {
    /// Says nothing.
    Silent,
    /// Asks for a path that is not there every few seconds.
    NotFound,
    /// Sends half a head.
    HalfHead,
    /// Asks for the documentation, uncompressed, and does not read it.
    UnreadDocs,
    /// Sends a body in chunks of one byte, with a key, and does not end it.
    OneByteChunks,
    /// Asks for a source many times and reads nothing.
    UnreadSources,
}

pub(crate) const ATTACKS: [Attack; 6] = [
    Attack::Silent,
    Attack::NotFound,
    Attack::HalfHead,
    Attack::UnreadDocs,
    Attack::OneByteChunks,
    Attack::UnreadSources,
];

/// How many clients attack, and for how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    /// How many clients say nothing, or ask for nothing of use.
    pub(crate) quiet: usize,
    /// How many clients do one of the other things.
    pub(crate) busy: usize,
    /// How long a client waits before it connects again.
    pub(crate) away: Duration,
    pub(crate) creations: usize,
    pub(crate) pause: Duration,
}

/// What the one client and the machine saw.
#[derive(Debug)]
pub(crate) struct Seen {
    /// How long each creation took, a new connection included; sorted.
    pub(crate) took: Vec<Duration>,
    /// By how much the memory of the server grew at the most, in bytes.
    pub(crate) grown: u64,
}

impl Seen {
    pub(crate) fn p99(&self) -> Duration {
        self.took[(self.took.len() * 99).div_ceil(100) - 1]
    }
}

/// Attacks a server and creates sources meanwhile, each of which must be answered 200.
pub(crate) async fn run(server: &ServeProcess, attack: Attack, size: Size) -> anyhow::Result<Seen> {
    let address = server.address();
    let source = create(address).await?;
    // The first request for the page decompresses it, once for all.
    exchange(address, &get("/docs")).await?;
    let before = resident(server.pid())?;
    let request: &'static [u8] = attack.request(&source).leak();

    let mut attackers = JoinSet::new();
    let clients = match attack {
        Attack::Silent | Attack::NotFound => size.quiet,
        _ => size.busy,
    };
    for _ in 0..clients {
        attackers.spawn(async move {
            loop {
                let _ = attack.once(address, request).await;
                sleep(size.away).await;
            }
        });
    }
    sleep(size.pause * 5).await;

    let mut took = Vec::new();
    let mut most = 0;
    for _ in 0..size.creations {
        sleep(size.pause).await;
        let started = Instant::now();
        create(address)
            .await
            .with_context(|| format!("{attack:?}, creation {}", took.len()))?;
        took.push(started.elapsed());
        most = most.max(resident(server.pid())?);
    }
    took.sort();
    let grown = most.saturating_sub(before);
    Ok(Seen { took, grown })
}

impl Attack {
    fn request(self, source: &str) -> Vec<u8> {
        match self {
            Attack::Silent => Vec::new(),
            Attack::NotFound => get("/x"),
            Attack::HalfHead => b"POST /sources HTTP/1.1\r\nhost: a\r\nx-slow: ".to_vec(),
            Attack::UnreadDocs => get("/docs").repeat(20),
            Attack::OneByteChunks => {
                let key = authorization(SECRET_KEY);
                let headers = format!("authorization: {key}\r\ntransfer-encoding: chunked\r\n");
                let mut request = head("POST", "/sources", &headers);
                request.extend_from_slice(&b"1\r\n \r\n".repeat(4_000));
                request
            }
            Attack::UnreadSources => {
                let key = authorization(SECRET_KEY);
                let request = head("GET", source, &format!("authorization: {key}\r\n"));
                request.repeat(2_000)
            }
        }
    }

    /// Keeps one connection for as long as the server does.
    async fn once(self, address: SocketAddr, request: &'static [u8]) -> std::io::Result<()> {
        // Another address of this machine than that of the one client.
        let mut stream = connect(Ipv4Addr::new(127, 0, 0, 2), address).await?;
        let mut buffer = [0; 1024];
        match self {
            Attack::NotFound => loop {
                stream.write_all(request).await?;
                if stream.read(&mut buffer).await? == 0 {
                    return Ok(());
                }
                match timeout(Duration::from_secs(7), stream.read(&mut buffer)).await {
                    Ok(Ok(1..)) | Err(_) => {}
                    Ok(_) => return Ok(()),
                }
            },
            Attack::UnreadDocs | Attack::UnreadSources => {
                // The server stops reading when nothing of its answers is read, and gives up after
                // ten seconds.
                let writing = stream.write_all(request);
                let _ = timeout(Duration::from_secs(12), writing).await;
                sleep(Duration::from_secs(12)).await;
                Ok(())
            }
            Attack::Silent | Attack::HalfHead | Attack::OneByteChunks => {
                stream.write_all(request).await?;
                while stream.read(&mut buffer).await? > 0 {}
                Ok(())
            }
        }
    }
}

async fn connect(from: Ipv4Addr, to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((from, 0).into())?;
    socket.connect(to).await
}

/// Creates a source on a new connection and gives its path.
async fn create(address: SocketAddr) -> anyhow::Result<String> {
    let body = r#"{"amount":10000,"currency":"THB","type":"promptpay"}"#;
    let key = authorization(SECRET_KEY);
    let length = body.len();
    let mut request = head(
        "POST",
        "/sources",
        &format!("authorization: {key}\r\nconnection: close\r\ncontent-length: {length}\r\n"),
    );
    request.extend_from_slice(body.as_bytes());
    let answer = exchange(address, &request).await?;
    anyhow::ensure!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let location = answer
        .split_once("\"location\": \"")
        .context("a location")?
        .1;
    let path = location.split('"').next().context("a path")?;
    Ok(path.to_owned())
}

/// Sends a request on a new connection and reads what is answered, to the end or for the
/// documentation a part of it.
async fn exchange(address: SocketAddr, request: &[u8]) -> anyhow::Result<String> {
    let exchange = async {
        let mut stream = connect(Ipv4Addr::LOCALHOST, address).await?;
        stream.write_all(request).await?;
        let mut answer = vec![0; 16 * 1024];
        let mut length = 0;
        while length < answer.len() {
            match stream.read(&mut answer[length..]).await? {
                0 => break,
                read => length += read,
            }
        }
        anyhow::Ok(String::from_utf8_lossy(&answer[..length]).into_owned())
    };
    timeout(Duration::from_secs(60), exchange)
        .await
        .context("no answer in a minute")?
}

fn get(path: &str) -> Vec<u8> {
    head("GET", path, "")
}

fn head(method: &str, path: &str, headers: &str) -> Vec<u8> {
    let content_type = if method == "POST" {
        "content-type: application/json\r\n"
    } else {
        ""
    };
    format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n{content_type}{headers}\r\n")
        .into_bytes()
}

/// How many bytes of memory a process has in use.
fn resident(pid: u32) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kilobytes.context("no VmRSS")?.parse::<u64>()? * 1024)
}
