//! `cargo xtask ci`: everything that a change has to pass, in the order of the CI.

use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;

use crate::failure::Failure;
use crate::{emit, lint, say, tidy, workspace};

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
    for step in STEPS {
        if options.no_test && step.is_test {
            continue;
        }
        step.run()?;
    }
    say::line(&format!("ci: all passed in {}", seconds(started)));
    Ok(())
}

struct Step {
    name: &'static str,
    what: What,
    is_test: bool,
}

enum What {
    Cargo(Cargo),
    // A task names what mends it itself.
    Task(fn() -> Result<()>),
}

struct Cargo {
    arguments: &'static [&'static str],
    environment: &'static [(&'static str, &'static str)],
    mend: &'static str,
}

const STEPS: [Step; 7] = [
    Step {
        name: "cargo fmt --all --check",
        what: What::Cargo(Cargo {
            arguments: &["fmt", "--all", "--check"],
            environment: &[],
            mend: "cargo fmt --all",
        }),
        is_test: false,
    },
    Step {
        name: "cargo clippy --workspace --all-targets --all-features -- -D warnings",
        what: What::Cargo(Cargo {
            arguments: &[
                "clippy",
                "--workspace",
                "--all-targets",
                "--all-features",
                "--",
                "-D",
                "warnings",
            ],
            environment: &[],
            mend: "edit what is named above (some of it by `cargo clippy --workspace \
                   --all-targets --all-features --fix`), then run `cargo xtask ci`",
        }),
        is_test: false,
    },
    Step {
        name: "RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps",
        what: What::Cargo(Cargo {
            arguments: &["doc", "--workspace", "--no-deps"],
            environment: &[("RUSTDOCFLAGS", "-Dwarnings")],
            mend: "edit what is named above, then run `RUSTDOCFLAGS=-Dwarnings cargo doc \
                   --workspace --no-deps`",
        }),
        is_test: false,
    },
    Step {
        name: "cargo xtask lint",
        what: What::Task(lint::run),
        is_test: false,
    },
    Step {
        name: "cargo xtask tidy",
        what: What::Task(tidy::run),
        is_test: false,
    },
    Step {
        name: "cargo xtask emit --check",
        what: What::Task(emit_check),
        is_test: false,
    },
    Step {
        name: "cargo test --workspace",
        what: What::Cargo(Cargo {
            arguments: &["test", "--workspace"],
            environment: &[],
            mend: "edit what is named above, then run `cargo test --workspace`",
        }),
        is_test: true,
    },
];

fn emit_check() -> Result<()> {
    emit::check(&workspace::spec()?)
}

impl Step {
    fn run(&self) -> Result<()> {
        say::line(&format!("ci: {}", self.name));
        let started = Instant::now();
        let outcome = match &self.what {
            What::Task(task) => task(),
            What::Cargo(cargo) => cargo.run(self.name),
        };
        let word = if outcome.is_ok() { "passed" } else { "FAILED" };
        say::line(&format!("ci: {word} in {}", seconds(started)));
        outcome
    }
}

impl Cargo {
    fn run(&self, name: &str) -> Result<()> {
        let status = workspace::cargo()
            .args(self.arguments)
            .envs(self.environment.iter().copied())
            .status()
            .with_context(|| format!("cannot run {name}"))?;
        if status.success() {
            return Ok(());
        }
        Err(Failure::failed(format!("{name} failed"), self.mend).into())
    }
}

fn seconds(started: Instant) -> String {
    format!("{:.1} s", started.elapsed().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cargo_step_runs_what_it_is_called_and_names_what_mends_it() {
        for step in &STEPS {
            if let What::Cargo(cargo) = &step.what {
                let command = format!("cargo {}", cargo.arguments.join(" "));
                assert!(step.name.ends_with(&command), "{}", step.name);
                assert!(cargo.mend.contains("cargo "), "{}", step.name);
            }
        }
    }

    #[test]
    fn only_the_last_step_is_the_one_that_can_be_left_out() {
        let tests: Vec<bool> = STEPS.iter().map(|step| step.is_test).collect();
        assert_eq!(tests, [false, false, false, false, false, false, true]);
    }
}
