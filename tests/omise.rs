//! The `omise` command, built for the tests.

use std::process::ExitCode;

fn main() -> ExitCode {
    omise_cli::run(std::env::args_os())
}
