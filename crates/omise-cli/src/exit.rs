//! How the command ends: its exit codes, and what it says when it fails.

use std::io::Write;
use std::process::ExitCode;

use omise_types::Parameter;

/// The exit codes, as `--help` shows them.
pub(crate) const HELP: &str = "\
Exit codes:
  0  it worked
  1  it failed on this machine: the store, a file, the network
  2  the command line is wrong
  3  the API refused the request
  4  the API refused the key
  5  the API has no such source
  6  the API failed, or answered what cannot be read
  7  a conformance case failed";

/// Why the command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line is wrong, or help was asked for; clap says it all.
    Usage(clap::Error),
    /// The call to the API failed.
    Call(omise_client::Error),
    /// A conformance case failed; the report says which.
    NotConforming,
    /// Something on this machine failed.
    Local(anyhow::Error),
}

impl Failure {
    /// What was given on the command line, or in a file that it names, is wrong.
    pub(crate) fn usage(text: &str) -> Failure {
        let kind = clap::error::ErrorKind::ValueValidation;
        Failure::Usage(clap::Error::raw(kind, format!("{text}\n")))
    }
}

impl From<clap::Error> for Failure {
    fn from(error: clap::Error) -> Failure {
        Failure::Usage(error)
    }
}

impl From<omise_client::Error> for Failure {
    fn from(error: omise_client::Error) -> Failure {
        Failure::Call(error)
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Failure {
        Failure::Local(error)
    }
}

impl Failure {
    /// Says on stderr what went wrong and gives the exit code.
    pub(crate) fn report(self) -> ExitCode {
        match self {
            Failure::Usage(error) => {
                // Help goes to stdout with code 0, the rest to stderr with code 2: clap knows
                // which.
                let _ = error.print();
                ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
            }
            Failure::Call(error) => {
                say(&format!("error: {}", chain(&error)));
                if let Some(flags) = error.message().and_then(flags_in) {
                    say(&format!("flags: {flags}"));
                }
                ExitCode::from(code(&error))
            }
            Failure::NotConforming => ExitCode::from(7),
            Failure::Local(error) => {
                say(&format!("error: {error:#}"));
                ExitCode::from(1)
            }
        }
    }
}

fn code(error: &omise_client::Error) -> u8 {
    if error.is_configuration() {
        2
    } else if error.is_authentication() {
        4
    } else if error.is_not_found() {
        5
    } else if error.is_rejected() || error.is_rate_limited() {
        3
    } else if error.status().is_some() {
        6
    } else {
        1
    }
}

// The API speaks of parameters; the person at the terminal set flags.
fn flags_in(message: &str) -> Option<String> {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let words: Vec<&str> = message.split(|character| !is_part(character)).collect();
    let named = Parameter::ALL
        .iter()
        .filter(|parameter| words.contains(&parameter.name()));
    let flags: Vec<String> = named
        .map(|parameter| crate::flags::flag(*parameter))
        .collect();
    (!flags.is_empty()).then(|| flags.join(" "))
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let next = error.to_string();
        // Some errors repeat their source; saying it once is enough.
        if !text.ends_with(&next) {
            text = format!("{text}: {next}");
        }
        source = error.source();
    }
    text
}

/// Writes a line to stderr. That nobody reads it is no reason to fail.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
