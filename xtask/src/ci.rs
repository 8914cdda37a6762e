//! `cargo xtask ci`: everything that a change has to pass, in the order of the CI.

use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;

use crate::failure::Failure;
use crate::{
    api, clients, compat, conformance, dist, emit, features, lint, linters, msrv, publish, say,
    tidy, workspace,
};

/// What `ci` leaves out.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Leave out `cargo test`; `.ci/run` runs it itself, as README words it
    #[arg(long)]
    no_test: bool,
}

/// Runs the steps one after the other and stops at the first that fails.
pub(crate) fn run(options: &Options) -> Result<()> {
    let started = Instant::now();
    for step in &STEPS {
        step.run()?;
    }
    if !options.no_test {
        TEST.run()?;
    }
    say::line(&format!("ci: all passed in {}", seconds(started)));
    Ok(())
}

enum Step {
    Cargo {
        environment: &'static [(&'static str, &'static str)],
        // Separated by blanks; none has a blank in it.
        arguments: &'static str,
        mend: &'static str,
    },
    // A task of this program, by its name. It names what mends it itself.
    Task(&'static str, fn() -> Result<()>),
}

const STEPS: [Step; 16] = [
    Step::Cargo {
        environment: &[],
        arguments: "fmt --all --check",
        mend: "cargo fmt --all",
    },
    Step::Cargo {
        environment: &[],
        arguments: "clippy --workspace --all-targets --all-features -- -D warnings",
        mend: "edit what is named above (some of it by `cargo clippy --workspace --all-targets \
               --all-features --fix`), then run `cargo xtask ci`",
    },
    Step::Cargo {
        environment: &[("RUSTDOCFLAGS", "-Dwarnings")],
        arguments: "doc --workspace --no-deps",
        mend: "edit what is named above, then run `cargo xtask ci`",
    },
    Step::Task("lint", lint::run),
    Step::Task("linters", linters::check),
    Step::Task("tidy", tidy::run),
    Step::Task("emit --check", emit::check),
    Step::Task("api --check", api::check),
    Step::Task("compat", compat::check),
    Step::Task("conformance --check", conformance::check),
    Step::Task("publish --check", publish::check),
    Step::Task("features", features::run),
    Step::Task("msrv", msrv::run),
    Step::Task("dist", dist::check),
    Step::Cargo {
        environment: &[],
        arguments: "test --package omise-tests --test packages",
        mend: "edit what is named above: a crate has only the files of its own folder when it is \
               vendored",
    },
    Step::Task("clients --quick --check", clients::check),
];

const TEST: Step = Step::Cargo {
    environment: &[],
    arguments: "test --workspace",
    mend: "edit what is named above, then run `cargo test --workspace`",
};

impl Step {
    fn run(&self) -> Result<()> {
        say::line(&format!("ci: {}", self.command()));
        let started = Instant::now();
        let outcome = self.outcome();
        let word = if outcome.is_ok() { "passed" } else { "FAILED" };
        say::line(&format!("ci: {word} in {}", seconds(started)));
        outcome
    }

    fn outcome(&self) -> Result<()> {
        match self {
            Step::Task(_, task) => task(),
            Step::Cargo {
                environment,
                arguments,
                mend,
            } => {
                let status = workspace::cargo()
                    .envs(environment.iter().copied())
                    .args(arguments.split(' '))
                    .status()
                    .context("cannot run cargo")?;
                if status.success() {
                    return Ok(());
                }
                Err(Failure::failed(format!("{} failed", self.command()), *mend).into())
            }
        }
    }

    /// What one types to run this step alone.
    fn command(&self) -> String {
        match self {
            Step::Task(name, _) => format!("cargo xtask {name}"),
            Step::Cargo {
                environment,
                arguments,
                ..
            } => {
                let environment = environment.iter();
                let environment = environment.map(|(name, value)| format!("{name}={value} "));
                format!("{}cargo {arguments}", environment.collect::<String>())
            }
        }
    }
}

fn seconds(started: Instant) -> String {
    format!("{:.1} s", started.elapsed().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_told_as_one_types_it() {
        let commands: Vec<String> = STEPS.iter().map(Step::command).collect();
        assert_eq!(commands[0], "cargo fmt --all --check");
        assert_eq!(
            commands[2],
            "RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps"
        );
        assert_eq!(commands[6], "cargo xtask emit --check");
    }
}
