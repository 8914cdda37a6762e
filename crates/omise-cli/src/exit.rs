//! How the command ends: its exit codes, and what it says when it fails.

use std::io::Write;
use std::process::ExitCode;

use clap::error::ErrorKind;
use omise_types::Operation;
use serde_json::{Value, json};

use crate::screen::{self, printable};

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
  7  a conformance case failed

With --json an error is printed as JSON too, on stderr.";

/// The names of the exit codes in an error that is printed as JSON.
const KINDS: [&str; 8] = [
    "none",
    "local",
    "usage",
    "refused",
    "key_refused",
    "not_found",
    "api_failed",
    "not_conforming",
];

/// Why the command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// clap refused the command line, or help was asked for; clap words it all.
    Clap(clap::Error),
    /// What was given on the command line, or in a file that it names, is wrong.
    Usage {
        /// What is wrong.
        message: String,
        /// What to do, a sentence each.
        hints: Vec<String>,
    },
    /// The call to the API failed.
    Call {
        /// How.
        error: omise_client::Error,
        /// What to do, a sentence each.
        hints: Vec<String>,
    },
    /// A conformance case failed; the report says which.
    NotConforming,
    /// Something on this machine failed.
    Local(anyhow::Error),
}

impl Failure {
    /// What was given on the command line, or in a file that it names, is wrong.
    pub(crate) fn usage(message: &str) -> Failure {
        Failure::Usage {
            message: message.to_owned(),
            hints: Vec::new(),
        }
    }

    /// Says beside what is wrong what to do about it.
    pub(crate) fn with_hints(self, more: impl IntoIterator<Item = String>) -> Failure {
        match self {
            Failure::Usage { message, mut hints } => {
                hints.extend(more);
                Failure::Usage { message, hints }
            }
            Failure::Call { error, mut hints } => {
                hints.extend(more);
                Failure::Call { error, hints }
            }
            other => other,
        }
    }
}

impl From<clap::Error> for Failure {
    fn from(error: clap::Error) -> Failure {
        Failure::Clap(error)
    }
}

impl From<omise_client::Error> for Failure {
    fn from(error: omise_client::Error) -> Failure {
        Failure::Call {
            error,
            hints: Vec::new(),
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Failure {
        Failure::Local(error)
    }
}

impl Failure {
    /// Prints on stderr what went wrong, as JSON if that is wanted, and gives the exit code.
    pub(crate) fn report(self, is_json: bool) -> ExitCode {
        let code = self.code();
        match self {
            // Help and the version go to stdout, with code 0.
            Failure::Clap(error) if !is_json || code == 0 => {
                let _ = error.print();
            }
            // The report is on stdout.
            Failure::NotConforming => {}
            failure if is_json => say(&failure.as_json(code).to_string()),
            failure => failure.say_for_people(),
        }
        ExitCode::from(code)
    }

    fn code(&self) -> u8 {
        match self {
            Failure::Clap(error) => u8::try_from(error.exit_code()).unwrap_or(2),
            Failure::Usage { .. } => 2,
            Failure::Call { error, .. } => code(error),
            Failure::NotConforming => 7,
            Failure::Local(_) => 1,
        }
    }

    fn say_for_people(&self) {
        say_wrapped("error: ", &self.message());
        let flags = self.flags();
        if !flags.is_empty() {
            say_wrapped("flags: ", &flags.join(" "));
        }
        for hint in self.hints() {
            say_wrapped("hint: ", &hint);
        }
    }

    fn as_json(&self, code: u8) -> Value {
        let mut error = json!({
            "kind": KINDS[usize::from(code)],
            "message": self.message(),
            "hints": self.hints(),
            "exit_code": code,
        });
        if let Failure::Call { error: call, .. } = self {
            error["flags"] = json!(self.flags());
            error["operation"] = json!(call.operation().map(|operation| operation.id()));
            error["status"] = json!(call.status());
            error["code"] = json!(call.code());
            error["api_message"] = json!(call.message());
            error["request_id"] = json!(call.request_id());
        }
        json!({ "error": error })
    }

    fn message(&self) -> String {
        match self {
            Failure::Clap(error) => clap_says(error).0,
            Failure::Usage { message, .. } => message.clone(),
            Failure::Call { error, .. } => chain(error),
            Failure::NotConforming => "a conformance case failed".to_owned(),
            Failure::Local(error) => format!("{error:#}"),
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Failure::Clap(error) => clap_says(error).1,
            Failure::Usage { hints, .. } | Failure::Call { hints, .. } => hints.clone(),
            Failure::NotConforming | Failure::Local(_) => Vec::new(),
        }
    }

    /// The flags of the parameters that the API speaks of.
    fn flags(&self) -> Vec<String> {
        match self {
            Failure::Call { error, .. } => error.message().map(flags_in).unwrap_or_default(),
            _ => Vec::new(),
        }
    }
}

/// The text of clap and its tips, without the usage that it shows below them.
fn clap_says(error: &clap::Error) -> (String, Vec<String>) {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let message = "a command is missing; --help lists the commands";
        return (message.to_owned(), Vec::new());
    }
    let text = error.render().to_string();
    let one_line = |part: &str| part.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut parts = text.split("\n\n").map(one_line);
    let message = parts.next().unwrap_or_default();
    let message = message
        .strip_prefix("error: ")
        .unwrap_or(&message)
        .to_owned();
    let tips = parts.filter_map(|part| part.strip_prefix("tip: ").map(str::to_owned));
    (message, tips.collect())
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
fn flags_in(message: &str) -> Vec<String> {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let words: Vec<&str> = message.split(|character| !is_part(character)).collect();
    let parameters = Operation::CreateSource.parameters().iter();
    let named = parameters.filter(|parameter| words.contains(&parameter.name));
    named.map(crate::flags::flag).collect()
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

/// Writes a text to stderr, broken between words where the terminal ends.
fn say_wrapped(name: &str, text: &str) {
    let width = screen::stderr_width();
    const INDENT: &str = "  ";
    for (number, line) in text.split('\n').enumerate() {
        let first = if number == 0 { name } else { INDENT };
        say(&screen::wrap(&printable(line), width, first, INDENT));
    }
}

/// Writes a line to stderr. That nobody reads it is no reason to fail.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
