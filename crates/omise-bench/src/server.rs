//! The CPU time per request of the real server against a bare hyper server.
//!
//! The bare server reads the whole request and answers the same bytes without doing anything for
//! them: what it spends is the price of HTTP, and what ours spends beyond it is ours. The ratio of
//! the two, measured in turns in one run, says the same on any machine, where times do not.
//!
//! Every server and every load is a child process; the servers are pinned to one core and the load
//! to another where that is possible. Of all rounds the cheapest counts, on either side: what
//! disturbs a round can only make it dearer. A child is killed when this program returns or panics;
//! where `setpriv` exists, also when this program itself is killed.

mod table;

use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::{Args, value_parser};
use omise_bench::http::{Answer, exchange};
use serde_json::Value;
use tempfile::TempDir;

use crate::disk;
use crate::process::{Launcher, Process, TO_START};
use crate::workspace::{self, PUBLIC_KEY, SECRET_KEY, example, print};
use table::{Measured, Round};

/// How long and how hard to measure.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Rounds of each comparison; the cheapest of either side counts
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = value_parser!(u32).range(5..=1000))]
    rounds: u32,
    /// Seconds of load in each round
    #[arg(long, value_name = "S", default_value_t = 3, value_parser = value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Connections that are kept open, each with one request at a time
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = value_parser!(u32).range(1..=10_000))]
    connections: u32,
    /// Put the bare server on both sides: every ratio must then be near 1
    #[arg(long)]
    control: bool,
}

/// Measures, prints the table and fails below a floor.
pub(crate) fn run(options: &Options) -> Result<()> {
    let bench = Bench::prepare(options)?;
    let syncs_per_second = disk::syncs_per_second(bench.folder.path())?;
    let measured: Result<Vec<Measured>> = COMPARISONS.iter().map(|of| bench.measure(of)).collect();
    let measured = measured?;
    print(&table::table(&measured));
    print(&format!(
        "raw fdatasync of the disk that held the data: {syncs_per_second:.0} per second"
    ));
    if options.control {
        print("control: the bare server was on both sides");
        return Ok(());
    }
    let below: Vec<String> = measured.iter().filter_map(Measured::below).collect();
    workspace::verdict(
        &below,
        "find what costs with `perf record -p PID` under this load, then run `omise-bench server`",
    )
}

/// One request, and how near to the bare server it has to come.
struct Comparison {
    name: &'static str,
    request: Request,
    is_durable: bool,
    // The ratio below which the run fails.
    floor: f64,
    // The ratio that the design aims at.
    aim: f64,
}

#[derive(Clone, Copy)]
enum Request {
    Create,
    Retrieve,
}

const COMPARISONS: [Comparison; 3] = [
    Comparison {
        name: "GET, hot",
        request: Request::Retrieve,
        is_durable: true,
        floor: 0.55,
        aim: 0.70,
    },
    Comparison {
        name: "POST, in memory",
        request: Request::Create,
        is_durable: false,
        floor: 0.45,
        aim: 0.60,
    },
    Comparison {
        name: "POST, durable",
        request: Request::Create,
        is_durable: true,
        floor: 0.25,
        aim: 0.33,
    },
];

/// What all comparisons share.
struct Bench<'a> {
    options: &'a Options,
    launcher: Launcher,
    // On the disk of the repository: a temporary folder of the system may be memory.
    folder: TempDir,
    // The body of a creation and what it makes, from the examples of the document.
    body: String,
    source: String,
}

impl Bench<'_> {
    fn prepare(options: &Options) -> Result<Bench<'_>> {
        workspace::build(&[
            "--package",
            "omise-bench",
            "--bin",
            "bare-server",
            "--bin",
            "load",
        ])?;
        if !options.control {
            // Alone, so that it has the features that it is shipped with.
            workspace::build(&["--package", "omise-cli"])?;
        }
        Ok(Bench {
            options,
            launcher: Launcher::find(),
            folder: TempDir::new_in(workspace::target()?)?,
            body: example("PromptpayRequest")?.to_string(),
            source: example("PromptpaySource")?.to_string(),
        })
    }

    fn measure(&self, comparison: &'static Comparison) -> Result<Measured> {
        let name = comparison.name;
        let folder = TempDir::new_in(self.folder.path())?;
        let ours = if self.options.control {
            bare(&self.launcher, folder.path(), &made_answer(&self.source))?
        } else {
            self.ours(folder.path(), comparison.is_durable)?
        };
        let request = self.request(comparison.request, &ours.address)?;
        let answer = exchange(&ours.address, &request)?;
        ensure!(answer.status == 200, "{name}: status {}", answer.status);
        let bare = bare(&self.launcher, folder.path(), &answer)?;
        let same = exchange(&bare.address, &request)?;
        ensure!(
            same == answer,
            "{name}: the bare server answers otherwise: {same:?} for {answer:?}"
        );

        let request_file = folder.path().join("request");
        std::fs::write(&request_file, &request)?;
        for server in [&bare, &ours] {
            self.load(server, &request_file, 1)?;
        }
        let mut measured = Measured::new(comparison);
        for round in 1..=self.options.rounds {
            let a = self.load(&bare, &request_file, self.options.seconds)?;
            let b = self.load(&ours, &request_file, self.options.seconds)?;
            measured.add(&a, &b);
            let (bare_us, ours_us) = (a.cpu_us(), b.cpu_us());
            print(&format!(
                "{name}: round {round}: bare {bare_us:.2} us, ours {ours_us:.2} us"
            ));
        }
        Ok(measured)
    }

    /// Starts the real server on an empty store.
    fn ours(&self, folder: &Path, is_durable: bool) -> Result<Server> {
        let mut command = self.launcher.server(&workspace::program("omise")?);
        command.args(["serve", "--listen", "127.0.0.1:0"]);
        command.args(["--public-key", PUBLIC_KEY, "--secret-key", SECRET_KEY]);
        if is_durable {
            command.arg("--data").arg(folder.join("data"));
        } else {
            command.arg("--memory");
        }
        // A log is written, as it is in service, and is at hand when the server does not start.
        command.env_remove("OMISE_LOG");
        let log = folder.join("server.log");
        command.stderr(File::create(&log)?);
        Server::start(command).with_context(|| {
            let log = std::fs::read_to_string(&log).unwrap_or_default();
            let end: Vec<&str> = log.lines().rev().take(5).collect();
            format!("the server's log ends with: {}", end.join(" | "))
        })
    }

    /// The bytes of a request; to retrieve a source, one is created first.
    fn request(&self, request: Request, address: &str) -> Result<Vec<u8>> {
        let head = |start: &str, key: &str| {
            let key = STANDARD.encode(format!("{key}:"));
            format!("{start} HTTP/1.1\r\nhost: {address}\r\nauthorization: Basic {key}\r\n")
        };
        let create = format!(
            "{}content-type: application/json\r\ncontent-length: {}\r\n\r\n{}",
            head("POST /sources", PUBLIC_KEY),
            self.body.len(),
            self.body
        );
        if let Request::Create = request {
            return Ok(create.into_bytes());
        }
        let answer = exchange(address, create.as_bytes())?;
        let source: Value = serde_json::from_slice(&answer.body)
            .context("the answer to a creation is not valid JSON")?;
        let Some(id) = source["id"].as_str() else {
            bail!("the answer to a creation has no id");
        };
        let retrieve = format!("{}\r\n", head(&format!("GET /sources/{id}"), SECRET_KEY));
        Ok(retrieve.into_bytes())
    }

    /// Puts load on a server for a while.
    fn load(&self, server: &Server, request_file: &Path, seconds: u64) -> Result<Round> {
        let mut command = self.launcher.load(&workspace::program("load")?);
        command
            .arg(request_file)
            .arg(&server.address)
            .arg(self.options.connections.to_string());
        let mut load = Process::start(command)?;
        load.ready()?;
        let before = server.process.cpu()?;
        let limit = Duration::from_secs(seconds) + TO_START;
        let answer = load.ask(&seconds.to_string(), limit)?;
        let cpu = server.process.cpu()?.since(&before);
        let [requests, nanoseconds] = *answer.as_slice() else {
            bail!("the load answered {answer:?}");
        };
        ensure!(requests > 0, "no request was answered");
        Ok(Round {
            cpu,
            requests,
            elapsed: Duration::from_nanos(nanoseconds),
        })
    }
}

/// What `omise serve` answers, where it does not run.
pub(crate) fn made_answer(source: &str) -> Answer {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Answer {
        status: 200,
        headers: vec![
            header("content-type", "application/json; charset=utf-8"),
            header("omise-version", "2019-05-29"),
            header("x-request-id", "1c2b5e0e-6a0c-4f0b-9a5e-2f3f9a1f7f10"),
        ],
        body: source.as_bytes().to_owned(),
    }
}

/// A server that runs until it is dropped.
pub(crate) struct Server {
    process: Process,
    // `127.0.0.1:PORT`.
    address: String,
}

impl Server {
    fn start(command: Command) -> Result<Server> {
        let mut process = Process::start(command)?;
        let address = process.address()?;
        Ok(Server { process, address })
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// Starts the bare server with a fixed answer, which it reads from a file in the folder.
pub(crate) fn bare(launcher: &Launcher, folder: &Path, answer: &Answer) -> Result<Server> {
    let path = folder.join("answer");
    std::fs::write(&path, answer.to_bytes())?;
    let mut command = launcher.server(&workspace::program("bare-server")?);
    command.arg(path);
    Server::start(command)
}
