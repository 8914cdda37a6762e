//! The tasks of this repository: `cargo xtask <task>`, and `cargo xtask --help` for the list.
//!
//! The exit code is 0 when all is well, 1 when something failed, and 2 when something is out of
//! date or the command line is wrong. Every failure names the command that mends it.

mod bench;
mod ci;
mod emit;
mod failure;
mod lint;
mod say;
mod tidy;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;

/// The tasks of this repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Check openapi/source.yaml: its style, its examples and what they claim
    Lint,
    /// Rewrite the snapshots of the Rust that the specification turns into
    Emit(emit::Options),
    /// Check the repository: who depends on whom, where facts stand, what no linter sees
    Tidy,
    /// Measure the CPU time per request of the server against a bare hyper server
    Bench(bench::Options),
    /// Run everything that a change has to pass, in the order of the CI
    Ci(ci::Options),
    #[command(hide = true)]
    BenchBare(bench::bare::Options),
    #[command(hide = true)]
    BenchLoad(bench::load::Options),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Lint => lint::run(),
        Task::Emit(options) => emit::run(&options),
        Task::Tidy => tidy::run(),
        Task::Bench(options) => bench::run(&options),
        Task::Ci(options) => ci::run(&options),
        Task::BenchBare(options) => bench::bare::run(&options),
        Task::BenchLoad(options) => bench::load::run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::error(&format!("{error:#}"));
            error
                .downcast_ref::<Failure>()
                .map_or(ExitCode::FAILURE, Failure::exit_code)
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Arguments;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn help_tells_every_task_in_one_line() {
        let help = Arguments::command().render_help().to_string();
        for task in ["lint", "emit", "tidy", "bench", "ci"] {
            let line = help
                .lines()
                .find(|line| line.trim_start().starts_with(&format!("{task} ")));
            assert!(
                line.is_some_and(|line| line.trim().len() > task.len() + 10),
                "{task} is not told in:\n{help}"
            );
        }
    }
}
