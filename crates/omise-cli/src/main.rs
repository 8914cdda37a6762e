//! The `omise` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    omise_cli::run(std::env::args_os())
}
