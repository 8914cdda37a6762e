//! `cargo xtask bench`: what the server costs, and what the SDK costs, each against a bare program
//! that does the same without them.

pub(crate) mod bare;
mod cpu;
mod disk;
mod exchange;
pub(crate) mod load;
pub(crate) mod process;
mod report;
mod sdk;
mod server;

use anyhow::Result;
use clap::{Args, Subcommand};

/// What to measure; the server if nothing is said.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
// The group of an `Options` is named after it, and within this one there is another.
#[group(skip)]
pub(crate) struct Options {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    server: server::Options,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The CPU time per request of the server against a bare hyper server
    Server(server::Options),
    /// The size and the cost per call of the SDK against bare reqwest
    Sdk(sdk::Options),
}

/// Measures, prints a table and fails where a limit is missed.
pub(crate) fn run(options: &Options) -> Result<()> {
    match &options.what {
        None => server::run(&options.server),
        Some(What::Server(options)) => server::run(options),
        Some(What::Sdk(options)) => sdk::run(options),
    }
}
