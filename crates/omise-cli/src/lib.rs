//! The `omise` command: create and retrieve sources, list payment methods, serve the API.
//!
//! A library so that tests can build the same program; `main.rs` is one line.

mod backup;
mod conformance;
mod contract;
mod create;
mod endpoint;
mod exit;
mod flags;
mod hints;
mod in_process;
mod keys;
mod keys_file;
mod log;
mod methods;
mod print;
mod retrieve;
mod screen;
mod serve;
mod signals;
mod suggest;
mod values;

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
    /// Copy the store to a file, also while `omise serve` has it
    Backup(backup::Backup),
    /// Print the completions of a shell
    ///
    /// For bash put `source <(omise completions bash)` into ~/.bashrc, for zsh `source <(omise
    /// completions zsh)` into ~/.zshrc behind `compinit`; for fish write them to
    /// ~/.config/fish/completions/omise.fish.
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Subcommand)]
enum Source {
    /// Create a source and print it, with what to do next
    #[command(next_line_help = true)]
    Create(create::Create),
    /// Retrieve a source by its id and print it
    Retrieve(retrieve::Retrieve),
}

/// Runs the command and gives its exit code; `--help` lists the codes.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    // Before clap has read the command line, as what it refuses is to be JSON too.
    let is_json = arguments.iter().any(|argument| argument == "--json");
    let outcome = match command().try_get_matches_from(arguments) {
        Ok(matches) => Omise::from_arg_matches(&matches).map_err(Failure::from),
        Err(error) => Err(Failure::from(error)),
    };
    match outcome.and_then(|omise| execute(omise.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(is_json),
    }
}

/// The command line, as it fits this terminal and this environment.
fn command() -> clap::Command {
    // Help beside a flag becomes a column of one word a line.
    const NARROW: usize = 80;
    let is_narrow = screen::stdout_width().is_some_and(|width| width < NARROW);
    with_environment(Omise::command()).next_line_help(is_narrow)
}

/// A variable that is empty is one that is not set, as in `OMISE_API_URL=` of a compose file.
fn with_environment(command: clap::Command) -> clap::Command {
    let command = command.mut_args(|argument| {
        let is_empty = |name| std::env::var_os(name).is_some_and(|value| value.is_empty());
        match argument.get_env() {
            Some(name) if is_empty(name) => argument.env(None),
            _ => argument,
        }
    });
    command.mut_subcommands(with_environment)
}

fn execute(command: Command) -> Result<(), Failure> {
    match command {
        Command::Source(Source::Create(create)) => create.run(),
        Command::Source(Source::Retrieve(retrieve)) => retrieve.run(),
        Command::Methods(methods) => methods.run(),
        Command::Conformance(conformance) => conformance.run(),
        Command::Serve(serve) => serve.run(),
        Command::Backup(backup) => backup.run(),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Omise::command(), "omise", &mut script);
            print::bytes(&script)
        }
    }
}
