//! `omise source create`.

use std::io::Read;

use anyhow::Context;
use clap::{ArgMatches, Args, Command, FromArgMatches};
use omise_types::{CreateSourceRequest, Parameter};
use serde_json::{Map, Value};

use crate::endpoint::Endpoint;
use crate::exit::Failure;
use crate::flags;
use crate::print::{self, Format};

/// The arguments.
#[derive(Debug)]
pub(crate) struct Create {
    fixed: Fixed,
    parameters: Map<String, Value>,
}

#[derive(Args, Debug)]
struct Fixed {
    /// Read parameters from a file with a JSON object, or from stdin with `-`; flags win over it
    #[arg(long, value_name = "FILE")]
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
        let request = request(parameters)?;
        let call = async |client: &omise_client::Client| client.create_source(&request).await;
        print::source(&self.fixed.endpoint.call(call)?, self.fixed.format)
    }
}

fn read(from: &str) -> Result<Map<String, Value>, Failure> {
    let mut text = String::new();
    let read = if from == "-" {
        std::io::stdin().read_to_string(&mut text).map(|_| ())
    } else {
        std::fs::read_to_string(from).map(|read| text = read)
    };
    read.with_context(|| format!("--from: cannot read {from}"))?;
    let parameters: Map<String, Value> = serde_json::from_str(&text).map_err(|error| {
        Failure::usage(&format!("--from: {from} is not a JSON object: {error}"))
    })?;
    let is_known = |name: &&String| Parameter::ALL.iter().any(|known| known.name() == *name);
    if let Some(unknown) = parameters.keys().find(|name| !is_known(name)) {
        let text = format!("--from: {from} has `{unknown}`, which is no parameter");
        return Err(Failure::usage(&text));
    }
    Ok(parameters)
}

fn request(parameters: Map<String, Value>) -> Result<CreateSourceRequest, Failure> {
    let missing = [Parameter::Amount, Parameter::Currency, Parameter::Type];
    let missing = missing
        .into_iter()
        .filter(|parameter| !parameters.contains_key(parameter.name()));
    let missing: Vec<String> = missing.map(flags::flag).collect();
    if !missing.is_empty() {
        return Err(Failure::usage(&format!(
            "a source needs {}",
            missing.join(", ")
        )));
    }
    // One parameter at a time, so that the error can name it.
    for (name, value) in &parameters {
        check(name, value)?;
    }
    let request = serde_json::from_value(Value::Object(parameters));
    Ok(request.context("the parameters do not make a request")?)
}

fn check(name: &str, value: &Value) -> Result<(), Failure> {
    let mut one = Map::from_iter([
        (Parameter::Amount.name().to_owned(), Value::from(1)),
        (Parameter::Currency.name().to_owned(), Value::from("THB")),
        (Parameter::Type.name().to_owned(), Value::from("")),
    ]);
    one.insert(name.to_owned(), value.clone());
    if let Err(error) = serde_json::from_value::<CreateSourceRequest>(Value::Object(one)) {
        let parameter = Parameter::ALL
            .iter()
            .find(|parameter| parameter.name() == name);
        let flag = parameter.map_or_else(|| name.to_owned(), |&parameter| flags::flag(parameter));
        return Err(Failure::usage(&format!("{flag}: {error}")));
    }
    Ok(())
}
