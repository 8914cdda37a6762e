//! What the server costs, and what the SDK costs, each against a bare program that does the same
//! without them: `cargo run --release -p omise-bench -- server|sdk`.

mod cpu;
mod disk;
mod process;
mod sdk;
mod server;
mod workspace;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Measures, prints a table and fails where a limit is missed.
#[derive(Debug, Parser)]
#[command(name = "omise-bench")]
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
}

fn main() -> Result<()> {
    match Options::parse().what {
        What::Server(options) => server::run(&options),
        What::Sdk(options) => sdk::run(&options),
    }
}
