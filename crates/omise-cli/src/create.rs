//! `omise source create`.

use std::fmt;
use std::io::Read;

use anyhow::Context;
use clap::{ArgMatches, Args, Command, FromArgMatches};
use omise_types::{CreateSourceRequest, Operation, Parameter};
use serde_json::{Map, Value};

use crate::endpoint::Endpoint;
use crate::exit::Failure;
use crate::print::{self, Format};
use crate::{flags, hints, suggest};

/// The arguments.
pub(crate) struct Create {
    fixed: Fixed,
    parameters: Map<String, Value>,
}

/// What was given may say something of the payer.
impl fmt::Debug for Create {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.parameters.keys().collect();
        f.debug_struct("Create")
            .field("fixed", &self.fixed)
            .field("parameters", &names)
            .finish()
    }
}

#[derive(Args, Debug)]
struct Fixed {
    /// Read parameters from a file with a JSON object, or from stdin with -; flags win over it
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    from: Option<String>,
    #[command(flatten)]
    endpoint: Endpoint,
    #[command(flatten)]
    format: Format,
}

// The flags of the parameters come from the specification, so they cannot be fields.
impl Args for Create {
    fn augment_args(command: Command) -> Command {
        Fixed::augment_args(command.args(flags::arguments()))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Create::augment_args(command)
    }
}

impl FromArgMatches for Create {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Create, clap::Error> {
        Ok(Create {
            fixed: Fixed::from_arg_matches(matches)?,
            parameters: flags::given(matches),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Create::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Create {
    /// Creates the source and prints it.
    pub(crate) fn run(self) -> Result<(), Failure> {
        let mut parameters = match &self.fixed.from {
            Some(from) => read(from)?,
            None => Map::new(),
        };
        parameters.extend(self.parameters);
        if let Some((message, hints)) = hints::missing(&parameters) {
            return Err(Failure::usage(&message).with_hints(hints));
        }
        let request = request(parameters.clone())?;
        let call =
            async |client: &omise_client::Client| client.create_source(&request).unchecked().await;
        match self.fixed.endpoint.call(call) {
            Ok(source) => print::source(&source, self.fixed.format, &self.fixed.endpoint),
            Err(Failure::Call { error, hints: more }) if error.is_rejected() => {
                // What the error suggests is not said again.
                let hints = match error.suggestion() {
                    Some(_) => Vec::new(),
                    None => hints::after_refusal(&parameters),
                };
                Err(Failure::Call { error, hints: more }.with_hints(hints))
            }
            Err(failure) => Err(failure),
        }
    }
}

fn read(from: &str) -> Result<Map<String, Value>, Failure> {
    let mut bytes = Vec::new();
    let read = if from == "-" {
        std::io::stdin().read_to_end(&mut bytes).map(|_| ())
    } else {
        std::fs::read(from).map(|read| bytes = read)
    };
    read.with_context(|| format!("--from: cannot read {from}"))?;
    let from = if from == "-" { "stdin" } else { from };
    let text = String::from_utf8(bytes).map_err(|_| {
        Failure::usage(&format!("--from: {from} is not UTF-8"))
            .with_hints(["save it as UTF-8; PowerShell: Out-File -Encoding utf8".to_owned()])
    })?;
    // Editors on Windows put a byte order mark before the text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    // The place and not what stands there: that may be the payer's.
    let parameters: Map<String, Value> = serde_json::from_str(text).map_err(|error| {
        let place = format!("line {} column {}", error.line(), error.column());
        Failure::usage(&format!("--from: {from} is not a JSON object ({place})"))
    })?;
    let known = Operation::CreateSource.parameters().iter();
    let names = known.map(|parameter| parameter.name);
    let mut names_given = parameters.keys();
    if let Some(unknown) = names_given.find(|name| !names.clone().any(|known| known == *name)) {
        let suggestions = suggest::similar(unknown, names);
        let failure = Failure::usage(&format!(
            "--from: {from} has an unknown parameter `{unknown}`"
        ));
        return Err(failure.with_hints(suggest::did_you_mean(&suggestions)));
    }
    Ok(parameters)
}

fn request(parameters: Map<String, Value>) -> Result<CreateSourceRequest, Failure> {
    serde_path_to_error::deserialize(Value::Object(parameters)).map_err(|error| {
        let path = error.path().to_string();
        let is_parameter = |known: &&Parameter| path.starts_with(known.name);
        // `item` for `items[0].name`: the name of the flag, and where in its value.
        let mut parameters = Operation::CreateSource.parameters().iter();
        let parameter = parameters.find(is_parameter);
        let flag = parameter.map_or_else(String::new, flags::flag);
        let problem = match parameter {
            // serde's words would show what was given.
            Some(parameter) if parameter.is_sensitive => "it must be of another type".to_owned(),
            _ => error.inner().to_string(),
        };
        // `--amount: amount` would say one thing twice.
        let is_whole = parameter.is_some_and(|parameter| parameter.name == path);
        let place = if is_whole {
            flag
        } else {
            format!("{flag}: {path}")
        };
        Failure::usage(&format!("{place}: {problem}"))
    })
}
