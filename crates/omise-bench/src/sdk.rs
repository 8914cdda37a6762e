//! What the SDK costs beyond the HTTP library that it stands on.
//!
//! Two programs make the same calls: one by the SDK, the other by reqwest alone, which sends the
//! bytes that the SDK sends and reads the answer without looking at it. Whatever the first has more
//! of is the SDK's.
//!
//! Time is measured in turns, in processes that are new in each round: where a process happens to
//! lie in memory makes it dearer or cheaper as a whole. The cheapest round of either side counts.

mod programs;
mod service;
mod table;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::{Args, value_parser};
use serde_json::Value;
use tempfile::TempDir;

use crate::process::{Launcher, Process};
use crate::server::{Server, bare, made_answer};
use crate::workspace::{self, PUBLIC_KEY, SECRET_KEY, example, print};
use programs::{Build, Side};
use service::{Request, Service};
use table::{Limit, Row};

/// How long and how hard to measure.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Rounds of each comparison; the cheapest of either side counts
    #[arg(long, value_name = "N", default_value_t = 15, value_parser = value_parser!(u32).range(1..=1000))]
    rounds: u32,
    /// Calls of each operation in a round
    #[arg(long, value_name = "N", default_value_t = 2_000, value_parser = value_parser!(u32).range(100..=1_000_000))]
    calls: u32,
    /// Put the bare program on both sides: what it then has more is noise
    #[arg(long)]
    control: bool,
}

/// Measures, prints the table and fails where a limit is missed.
pub(crate) fn run(options: &Options) -> Result<()> {
    let bench = Bench::prepare(options)?;
    let mut rows = bench.sizes()?;
    rows.push(bench.crates()?);
    rows.push(bench.connections()?);
    rows.extend(bench.allocations()?);
    rows.extend(bench.cpu_times()?);
    print(&table::table(&rows));
    if options.control {
        print("control: the bare program was on both sides");
        return Ok(());
    }
    let missed: Vec<String> = rows.iter().filter_map(Row::missed).collect();
    workspace::verdict(
        &missed,
        "find what costs: `nm --size-sort` names what is large, `perf record` what is slow, a heap \
         profiler what allocates; then run `omise-bench sdk`",
    )
}

/// What a program is told to do, again and again.
#[derive(Clone, Copy)]
enum Operation {
    Create,
    Retrieve,
}

impl Operation {
    const ALL: [Operation; 2] = [Operation::Create, Operation::Retrieve];

    fn name(self) -> &'static str {
        match self {
            Operation::Create => "create",
            Operation::Retrieve => "retrieve",
        }
    }
}

/// The URL at which the SDK's program answers its calls itself.
const IN_PROCESS: &str = "in-process";

/// What all measurements share.
struct Bench<'o> {
    options: &'o Options,
    // Answers on another core than that of the programs, from a file in the folder.
    server: Server,
    _folder: TempDir,
    launcher: Launcher,
    to_create: Value,
    source: Value,
    // What the SDK sends, in the order of `Operation::ALL`.
    requests: Vec<Request>,
}

impl Bench<'_> {
    /// Builds the programs, and has them send the same.
    fn prepare(options: &Options) -> Result<Bench<'_>> {
        programs::build()?;
        workspace::build(&["--package", "omise-bench", "--bin", "bare-server"])?;
        let source = example("PromptpaySource")?;
        let folder = TempDir::new().context("no temporary folder")?;
        let launcher = Launcher::find();
        let mut bench = Bench {
            options,
            server: bare(&launcher, folder.path(), &made_answer(&source.to_string()))?,
            _folder: folder,
            launcher,
            to_create: example("PromptpayRequest")?,
            source,
            requests: Vec::new(),
        };
        bench.requests = bench.sent(Side::Ours)?;
        let bare = bench.sent(Side::Bare)?;
        ensure!(
            bare == bench.requests,
            "the programs send different requests: {bare:?} for {:?}",
            bench.requests
        );
        Ok(bench)
    }

    /// What a program sends for each operation.
    fn sent(&self, side: Side) -> Result<Vec<Request>> {
        let service = self.service()?;
        let mut caller = self.start(side, Build::Release, service.url())?;
        for operation in Operation::ALL {
            caller.call(operation, 1)?;
        }
        Ok(service.requests())
    }

    /// A service in this process that counts.
    fn service(&self) -> Result<Service> {
        Service::start(&made_answer(&self.source.to_string()).to_bytes())
    }

    /// The stripped programs.
    fn sizes(&self) -> Result<Vec<Row>> {
        let size = |side, build| -> Result<f64> {
            let program = programs::program(side, build)?;
            let metadata = std::fs::metadata(&program)
                .with_context(|| format!("cannot read {}", program.display()))?;
            Ok(metadata.len() as f64 / 1e6)
        };
        let row = |name: &str, build, limit| -> Result<Row> {
            Ok(Row {
                name: name.to_owned(),
                ours: size(self.measured(), build)?,
                bare: Some(size(Side::Bare, build)?),
                limit,
            })
        };
        Ok(vec![
            row("program MB", Build::Release, Limit::More(0.75))?,
            row("program MB, for size", Build::Small, Limit::None)?,
        ])
    }

    /// What is linked into the programs, themselves not counted.
    fn crates(&self) -> Result<Row> {
        Ok(Row {
            name: "crates".to_owned(),
            ours: programs::crates(self.measured())? as f64,
            bare: Some(programs::crates(Side::Bare)? as f64),
            limit: Limit::InAll(100.0),
        })
    }

    /// How many connections a thousand calls take, one after the other.
    fn connections(&self) -> Result<Row> {
        let connections = |side| -> Result<f64> {
            let service = self.service()?;
            let mut caller = self.start(side, Build::Release, service.url())?;
            for operation in Operation::ALL {
                caller.call(operation, 500)?;
            }
            ensure!(service.requests().len() == 1_000, "not every call was sent");
            Ok(service.connections() as f64)
        };
        Ok(Row {
            name: "connections, 1,000 calls".to_owned(),
            ours: connections(self.measured())?,
            bare: Some(connections(Side::Bare)?),
            limit: Limit::InAll(1.0),
        })
    }

    /// How often a call allocates; what grows counts each time.
    fn allocations(&self) -> Result<Vec<Row>> {
        let url = &self.server.url();
        let mut rows = Vec::new();
        for operation in Operation::ALL {
            let count = |side, url: &str| -> Result<f64> {
                let mut caller = self.start(side, Build::Counted, url)?;
                caller.call(operation, self.options.calls)?;
                let allocations = caller.call(operation, self.options.calls)?;
                Ok(allocations as f64 / f64::from(self.options.calls))
            };
            let cost = Cost {
                ours: count(self.measured(), url)?,
                bare: count(Side::Bare, url)?,
                in_process: count(Side::Ours, IN_PROCESS)?,
            };
            rows.extend(cost.rows("allocations", operation, Limit::More(25.0)));
        }
        Ok(rows)
    }

    /// The CPU time of a call, in microseconds.
    fn cpu_times(&self) -> Result<Vec<Row>> {
        let url = &self.server.url();
        let mut cheapest = Operation::ALL.map(|_| Cost::INFINITE);
        for round in 1..=self.options.rounds {
            let bare = self.round(Side::Bare, url)?;
            let ours = self.round(self.measured(), url)?;
            let in_process = self.round(Side::Ours, IN_PROCESS)?;
            for (index, operation) in Operation::ALL.into_iter().enumerate() {
                let cost = Cost {
                    ours: ours[index],
                    bare: bare[index],
                    in_process: in_process[index],
                };
                print(&format!(
                    "{}: round {round}: bare {:.2} us, ours {:.2} us",
                    operation.name(),
                    cost.bare,
                    cost.ours
                ));
                cheapest[index] = cheapest[index].min(cost);
            }
        }
        let rows = Operation::ALL.into_iter().zip(cheapest);
        let rows =
            rows.flat_map(|(operation, cost)| cost.rows("CPU us", operation, Limit::More(10.0)));
        Ok(rows.collect())
    }

    /// What the operations cost in a process of their own, in the order of `Operation::ALL`.
    fn round(&self, side: Side, url: &str) -> Result<Vec<f64>> {
        let mut caller = self.start(side, Build::Release, url)?;
        let operations = Operation::ALL.iter();
        let costs = operations.map(|&operation| {
            caller.call(operation, self.options.calls / 10)?;
            let before = caller.0.cpu()?;
            caller.call(operation, self.options.calls)?;
            let spent = caller.0.cpu()?.since(&before);
            Ok(spent.as_secs_f64() * 1e6 / f64::from(self.options.calls))
        });
        costs.collect()
    }

    /// The side that is measured against the bare one.
    fn measured(&self) -> Side {
        if self.options.control {
            Side::Bare
        } else {
            Side::Ours
        }
    }

    fn start(&self, side: Side, build: Build, url: &str) -> Result<Caller> {
        let mut command = self.launcher.load(&programs::program(side, build)?);
        command.arg(url);
        match side {
            Side::Ours => {
                command.args([PUBLIC_KEY, SECRET_KEY]);
                let parameters = ["amount", "currency", "type"];
                command.args(parameters.map(|name| text(&self.to_create[name])));
                command.args([text(&self.source["id"]), self.source.to_string()]);
            }
            Side::Bare => {
                command.args(self.requests.iter().map(Request::text));
            }
        }
        let mut process = Process::start(command)?;
        process.ready()?;
        Ok(Caller(process))
    }
}

/// What a call costs.
#[derive(Clone, Copy)]
struct Cost {
    ours: f64,
    bare: f64,
    // By the SDK, with an answer that is there at once.
    in_process: f64,
}

impl Cost {
    const INFINITE: Cost = Cost {
        ours: f64::INFINITY,
        bare: f64::INFINITY,
        in_process: f64::INFINITY,
    };

    fn min(self, other: Cost) -> Cost {
        Cost {
            ours: self.ours.min(other.ours),
            bare: self.bare.min(other.bare),
            in_process: self.in_process.min(other.in_process),
        }
    }

    fn rows(self, what: &str, operation: Operation, limit: Limit) -> [Row; 2] {
        let beside_bare = Row {
            name: format!("{what}, {}", operation.name()),
            ours: self.ours,
            bare: Some(self.bare),
            limit,
        };
        let alone = Row {
            name: "  in process".to_owned(),
            ours: self.in_process,
            bare: None,
            limit: Limit::None,
        };
        [beside_bare, alone]
    }
}

/// A program that makes calls.
struct Caller(Process);

impl Caller {
    /// Makes calls and returns how often the program allocated, if it counts that.
    fn call(&mut self, operation: Operation, count: u32) -> Result<u64> {
        const TO_ANSWER: Duration = Duration::from_secs(600);
        let order = format!("{} {count}", operation.name());
        let answer = self.0.ask(&order, TO_ANSWER)?;
        answer
            .first()
            .copied()
            .context("it answered without a number")
    }
}

/// A parameter as a command line has it.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
