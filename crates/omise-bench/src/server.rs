//! `cargo run --release -p omise-bench -- server`: the CPU time per request of the real server against a bare hyper
//! server.
//!
//! The bare server reads the whole request and answers the same bytes without doing anything for
//! them: what it spends is the price of HTTP, and what ours spends beyond it is ours. The ratio of
//! the two, measured in turns in one run, says the same on any machine, where times do not.
//!
//! Every server and every generator of load is a child process; the servers are pinned to one core
//! and the load to another where that is possible. Of all rounds the cheapest counts, on either
//! side: what disturbs a round can only make it dearer. A child is killed when the task returns or
//! panics; where `setpriv` exists, also when the task itself is killed.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use clap::value_parser;
use serde_json::Value;
use tempfile::TempDir;

use crate::exchange::Answer;
use crate::process::{Launcher, Process};
use crate::report::{Measured, Round};
use crate::workspace::{self, PUBLIC_KEY, SECRET_KEY, example, print};
use crate::{disk, exchange, load, report};

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
    let mut measured = Vec::new();
    for comparison in &COMPARISONS {
        measured.push(bench.measure(comparison)?);
    }
    print(&report::table(&measured));
    print(&format!(
        "raw fdatasync of the disk that held the data: {syncs_per_second:.0} per second"
    ));
    if options.control {
        print("control: the bare server was on both sides");
        return Ok(());
    }
    let below: Vec<String> = measured
        .iter()
        .filter(|measured| measured.ratio() < measured.comparison.floor)
        .map(Measured::below)
        .collect();
    if below.is_empty() {
        return Ok(());
    }
    let mend = "find what costs with `perf record -p <pid>` under this load, mend it, then run \
                `cargo run --release -p omise-bench -- server`";
    bail!("{}\nto mend it: {mend}", below.join("\n"))
}

/// One request, and how near to the bare server it has to come.
pub(super) struct Comparison {
    pub(super) name: &'static str,
    request: Request,
    store: Store,
    // The ratio below which the task fails.
    pub(super) floor: f64,
    // The ratio that the design aims at.
    pub(super) aim: f64,
}

#[derive(Clone, Copy)]
pub(super) enum Request {
    Create,
    Retrieve,
}

#[derive(Clone, Copy)]
pub(super) enum Store {
    Memory,
    Durable,
}

pub(super) const COMPARISONS: [Comparison; 3] = [
    Comparison {
        name: "GET, hot",
        request: Request::Retrieve,
        store: Store::Durable,
        floor: 0.55,
        aim: 0.70,
    },
    Comparison {
        name: "POST, in memory",
        request: Request::Create,
        store: Store::Memory,
        floor: 0.45,
        aim: 0.60,
    },
    Comparison {
        name: "POST, durable",
        request: Request::Create,
        store: Store::Durable,
        floor: 0.25,
        aim: 0.33,
    },
];

pub(super) const TO_START: Duration = Duration::from_secs(30);

/// What all comparisons share.
struct Bench<'a> {
    options: &'a Options,
    programs: PathBuf,
    launcher: Launcher,
    // On the disk of the repository: a temporary folder of the system may be memory.
    folder: TempDir,
    // The body of a creation and what it makes, from the examples of the specification.
    body: String,
    source: String,
}

impl Bench<'_> {
    fn prepare(options: &Options) -> Result<Bench<'_>> {
        let target = workspace::target()?;
        build(options)?;
        let folder = tempfile::Builder::new()
            .prefix("bench-")
            .tempdir_in(&target)?;
        Ok(Bench {
            options,
            programs: workspace::programs()?,
            launcher: Launcher::find(),
            folder,
            body: example("PromptpayRequest")?.to_string(),
            source: example("PromptpaySource")?.to_string(),
        })
    }

    fn measure<'c>(&self, comparison: &'c Comparison) -> Result<Measured<'c>> {
        let name = comparison.name;
        let folder = tempfile::Builder::new().tempdir_in(self.folder.path())?;
        let ours = if self.options.control {
            self.bare(folder.path(), &made_answer(&self.source))?
        } else {
            self.ours(folder.path(), comparison.store)?
        };
        let request = self.request(comparison.request, &ours.address)?;
        let answer = exchange::exchange(&ours.address, &request)?;
        ensure!(answer.status == 200, "{name}: status {}", answer.status);
        let bare = self.bare(folder.path(), &answer)?;
        let same = exchange::exchange(&bare.address, &request)?;
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
            measured.bare.add(&a);
            measured.ours.add(&b);
            print(&format!(
                "{name}: round {round}: bare {:.2} us, ours {:.2} us",
                a.cpu_us(),
                b.cpu_us()
            ));
        }
        Ok(measured)
    }

    /// Starts the real server on an empty store.
    fn ours(&self, folder: &Path, store: Store) -> Result<Server> {
        let mut command = self.server_command("omise");
        command.args(["serve", "--listen", "127.0.0.1:0"]);
        command.args(["--public-key", PUBLIC_KEY, "--secret-key", SECRET_KEY]);
        match store {
            Store::Memory => command.arg("--memory"),
            Store::Durable => command.arg("--data").arg(folder.join("data")),
        };
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

    /// Starts the bare server with a fixed answer.
    fn bare(&self, folder: &Path, answer: &Answer) -> Result<Server> {
        let path = folder.join("answer");
        std::fs::write(&path, answer.to_bytes())?;
        let mut command = self.server_command("omise-bench");
        command.arg("bare").arg(path);
        Server::start(command)
    }

    fn server_command(&self, program: &str) -> Command {
        self.launcher.server(&self.programs.join(program))
    }

    /// The bytes of a request; to retrieve a source, one is created first.
    fn request(&self, request: Request, address: &str) -> Result<Vec<u8>> {
        let authorization = |key: &str| STANDARD.encode(format!("{key}:"));
        let create = format!(
            "POST /sources HTTP/1.1\r\nhost: {address}\r\nauthorization: Basic {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{}",
            authorization(PUBLIC_KEY),
            self.body.len(),
            self.body
        );
        let create = create.into_bytes();
        match request {
            Request::Create => Ok(create),
            Request::Retrieve => {
                let answer = exchange::exchange(address, &create)?;
                let source: Value = serde_json::from_slice(&answer.body)
                    .context("what a creation answers is no JSON")?;
                let Some(id) = source["id"].as_str() else {
                    bail!("what a creation answers has no id");
                };
                let retrieve = format!(
                    "GET /sources/{id} HTTP/1.1\r\nhost: {address}\r\nauthorization: Basic {}\r\n\r\n",
                    authorization(SECRET_KEY)
                );
                Ok(retrieve.into_bytes())
            }
        }
    }

    /// Puts load on a server for a while.
    fn load(&self, server: &Server, request_file: &Path, seconds: u64) -> Result<Round> {
        let mut command = self.launcher.load(&self.programs.join("omise-bench"));
        command
            .arg("load")
            .arg(request_file)
            .args(["--address", &server.address])
            .args(["--connections", &self.options.connections.to_string()])
            .args(["--seconds", &seconds.to_string()]);
        let mut load = Process::start(command)?;
        load.line_with(load::READY, TO_START)?;
        let before = server.process.cpu()?;
        load.tell("go")?;
        let line = load.line_with(load::DONE, Duration::from_secs(seconds) + TO_START)?;
        let cpu = server.process.cpu()?.since(&before);
        let done = load::Done::parse(&line)?;
        ensure!(done.requests > 0, "no request was answered");
        Ok(Round {
            cpu,
            requests: done.requests,
            elapsed: done.elapsed,
        })
    }
}

/// What `omise serve` answers, where it does not run.
pub(super) fn made_answer(source: &str) -> Answer {
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
pub(super) struct Server {
    process: Process,
    // `127.0.0.1:PORT`.
    address: String,
}

impl Server {
    pub(super) fn start(command: Command) -> Result<Server> {
        let mut process = Process::start(command)?;
        let url = process.url(TO_START)?;
        let address = url.trim_start_matches("http://").to_owned();
        Ok(Server { process, address })
    }

    /// Where it is.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

fn build(options: &Options) -> Result<()> {
    let mut command = workspace::cargo();
    command.args(["build", "--release", "--package", "omise-bench"]);
    if !options.control {
        command.args(["--package", "omise-cli"]);
    }
    // What cargo says must not stand between the lines of the table.
    let status = command
        .stdout(Stdio::null())
        .status()
        .context("cannot run cargo")?;
    if !status.success() {
        let mend =
            "edit what cargo named above, then run `cargo run --release -p omise-bench -- server`";
        bail!("cargo build --release failed; to mend it: {mend}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aims_are_above_floors() {
        for comparison in &COMPARISONS {
            assert!(comparison.floor < comparison.aim, "{}", comparison.name);
        }
    }
}
