//! The `omise` command: create and retrieve sources, list payment methods, serve the API.
//!
//! A library so that tests can build the same program; `main.rs` is one line.

mod conformance;
mod create;
mod endpoint;
mod exit;
mod flags;
mod in_process;
mod keys;
mod methods;
mod print;
mod retrieve;
mod serve;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::exit::Failure;

// The server makes and drops many small things on two threads; the system's allocator costs it
// more.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Creates and retrieves payment sources, lists payment methods, and serves the Source API.
///
/// Without --url everything happens on this machine: the API runs inside the command, on a store in
/// a data directory, so that what one command creates the next one finds.
#[derive(Debug, Parser)]
#[command(name = "omise", version, after_help = exit::HELP, max_term_width = 100)]
struct Omise {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Create or retrieve a source
    #[command(subcommand, arg_required_else_help = true)]
    Source(Source),
    /// List the payment methods, or show what one of them requires
    Methods(methods::Methods),
    /// Run the conformance cases against an endpoint and say which of them it passes
    Conformance(conformance::Conformance),
    /// Serve the API until stopped
    Serve(serve::Serve),
    /// Print the completions of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Subcommand)]
enum Source {
    /// Create a source and print it
    Create(create::Create),
    /// Retrieve a source by its id and print it
    Retrieve(retrieve::Retrieve),
}

/// Runs the command and gives its exit code; `--help` lists the codes.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let outcome = match Omise::command().try_get_matches_from(arguments) {
        Ok(matches) => Omise::from_arg_matches(&matches).map_err(Failure::from),
        Err(error) => Err(Failure::from(error)),
    };
    match outcome.and_then(|omise| execute(omise.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn execute(command: Command) -> Result<(), Failure> {
    match command {
        Command::Source(Source::Create(create)) => create.run(),
        Command::Source(Source::Retrieve(retrieve)) => retrieve.run(),
        Command::Methods(methods) => methods.run(),
        Command::Conformance(conformance) => conformance.run(),
        Command::Serve(serve) => serve.run(),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Omise::command(), "omise", &mut script);
            print::bytes(&script)
        }
    }
}
