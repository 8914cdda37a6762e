//! The tasks of this repository: `cargo xtask <task>`, and `cargo xtask --help` for the list.
//!
//! The exit code is 0 when all is well, 1 when something failed, and 2 when something is out of
//! date or the command line is wrong. Every failure names the command that fixes it.

mod compat;
mod dist;
mod docs;
mod emit;
mod failure;
mod lint;
mod publish;
mod say;
mod tidy;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;

/// The tasks of this repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    // Where the repository is, for a test that spoils a copy of it.
    #[arg(long, hide = true, value_name = "DIR")]
    root: Option<PathBuf>,
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Check openapi/source.yaml: its style, its examples and what they claim
    Lint,
    /// Rewrite the snapshots of the Rust that the specification turns into
    Emit(emit::Options),
    /// Compare openapi/source.yaml with what was published: what breaks, and whether that is said
    Compat(compat::Options),
    /// Publish the version that openapi/source.yaml has: once, with sums, never changed again
    Publish(publish::Options),
    /// Check the repository: who depends on whom, where facts stand, what no linter checks
    Tidy,
    /// Write packages of the SDK that need nothing of this workspace
    Dist(dist::Options),
    /// Write the documentation page that `omise serve` has at /docs
    Docs(docs::Options),
}

fn main() -> ExitCode {
    let Arguments { root, task } = Arguments::parse();
    if let Some(root) = root {
        workspace::set_root(root);
    }
    let outcome = match task {
        Task::Lint => lint::run(),
        Task::Emit(options) => emit::run(&options),
        Task::Compat(options) => compat::run(&options),
        Task::Publish(options) => publish::run(&options),
        Task::Tidy => tidy::run(),
        Task::Dist(options) => dist::run(&options),
        Task::Docs(options) => docs::run(&options),
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
        for task in Arguments::command().get_subcommands() {
            let told = task.get_about().map(ToString::to_string);
            let told = told.unwrap_or_default();
            let is_line = told.len() > 10 && !told.contains('\n');
            assert!(
                task.is_hide_set() || is_line,
                "{}: {told:?}",
                task.get_name()
            );
        }
    }
}
