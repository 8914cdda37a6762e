//! What the server costs, and what the SDK costs, each against a bare program that does the same
//! without them: `cargo run --release -p omise-bench -- server|sdk`.

mod bare;
mod cpu;
mod disk;
mod exchange;
mod load;
mod process;
mod report;
mod sdk;
mod server;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// What to measure.
#[derive(Debug, Parser)]
struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The CPU time per request of the server against a bare hyper server
    Server(server::Options),
    /// The size and the cost per call of the SDK against bare reqwest
    Sdk(sdk::Options),
    #[command(hide = true)]
    Bare(bare::Options),
    #[command(hide = true)]
    Load(load::Options),
}

/// Measures, prints a table and fails where a limit is missed.
fn main() -> Result<ExitCode> {
    match Options::parse().what {
        What::Server(options) => server::run(&options),
        What::Sdk(options) => sdk::run(&options),
        What::Bare(options) => bare::run(&options),
        What::Load(options) => load::run(&options),
    }?;
    Ok(ExitCode::SUCCESS)
}
