//! A flag for each parameter of the specification; none is written by hand.

use std::num::IntErrorKind;
use std::str::FromStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command};
use omise_types::{Member, Parameter, PaymentMethod, Shape};
use serde_json::{Map, Value};

/// The flag of a parameter: `--phone-number`; `--item` for a list, which is given once per element.
pub(crate) fn flag(parameter: Parameter) -> String {
    format!("--{}", long(parameter))
}

/// The flags of all parameters.
pub(crate) fn arguments() -> Vec<Arg> {
    Parameter::ALL
        .iter()
        .map(|&parameter| argument(parameter))
        .collect()
}

/// The parameters that were given by flags, under their names.
pub(crate) fn given(matches: &ArgMatches) -> Map<String, Value> {
    let mut parameters = Map::new();
    for parameter in Parameter::ALL {
        let values = matches
            .get_many::<Value>(parameter.name())
            .into_iter()
            .flatten();
        let mut values: Vec<Value> = values.cloned().collect();
        let value = match parameter.shape() {
            Shape::Array(_) if !values.is_empty() => Value::Array(values),
            Shape::Array(_) => continue,
            _ => match values.pop() {
                Some(value) => value,
                None => continue,
            },
        };
        parameters.insert(parameter.name().to_owned(), value);
    }
    parameters
}

fn long(parameter: Parameter) -> String {
    let name = parameter.name().replace('_', "-");
    match parameter.shape() {
        Shape::Array(_) => name.strip_suffix('s').unwrap_or(&name).to_owned(),
        _ => name,
    }
}

fn argument(parameter: Parameter) -> Arg {
    let shape = *parameter.shape();
    let argument = Arg::new(parameter.name())
        .long(long(parameter))
        .help(help(parameter))
        .allow_hyphen_values(true)
        .help_heading("Parameters of the source");
    let argument = match parameter.shape() {
        Shape::Array(_) => argument.action(ArgAction::Append),
        _ => argument.action(ArgAction::Set),
    };
    match (parameter, shape) {
        (Parameter::Type, _) => argument.value_name("TYPE").value_parser(SourceTypeParser),
        (_, Shape::Boolean) => argument
            .value_name("true|false")
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_parser(parser(shape)),
        _ if parameter.is_sensitive() => argument
            .value_name(value_name(&shape))
            .value_parser(SensitiveParser(parameter)),
        _ => argument
            .value_name(value_name(&shape))
            .value_parser(parser(shape)),
    }
}

fn help(parameter: Parameter) -> String {
    // The first sentence stands alone; the rest speaks to readers of the specification.
    let description = parameter.description();
    let text = description.split(". ").next().unwrap_or_default();
    let text = text.replace('`', "");
    let text = text.trim_end_matches('.');
    match parameter.shape() {
        Shape::Array(_) => format!("{text}; may be repeated"),
        _ => text.to_owned(),
    }
}

fn value_name(shape: &Shape) -> String {
    match shape {
        Shape::Amount { .. } | Shape::Count { .. } => "NUMBER".to_owned(),
        Shape::Boolean => "true|false".to_owned(),
        Shape::Text => "TEXT".to_owned(),
        Shape::OneOf(values) => values.join("|"),
        Shape::Array(element) => value_name(element),
        Shape::Object(members) => {
            let required = members.iter().filter(|member| member.is_required);
            let optional = members.iter().filter(|member| !member.is_required);
            let required = required.map(|member| format!("{}=..,", member.name));
            let optional = optional.map(|member| format!("[{}=..,]", member.name));
            let all: String = required.chain(optional).collect();
            all.replace(",]", "]").trim_end_matches(',').to_owned()
        }
    }
}

fn parser(shape: Shape) -> impl TypedValueParser<Value = Value> {
    StringValueParser::new().try_map(move |text| read(&text, &shape))
}

/// Reads what says something of the payer. clap would show a value that it refuses.
#[derive(Clone, Debug)]
struct SensitiveParser(Parameter);

impl TypedValueParser for SensitiveParser {
    type Value = Value;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<Value, clap::Error> {
        let text = StringValueParser::new().parse_ref(command, argument, value)?;
        read(&text, self.0.shape()).map_err(|rule| {
            let text = format!("{}: {rule}\n", flag(self.0));
            clap::Error::raw(ErrorKind::ValueValidation, text)
        })
    }
}

// clap puts the flag's name before the rule that is said here.
fn read(text: &str, shape: &Shape) -> Result<Value, String> {
    match shape {
        Shape::Amount { .. } | Shape::Count { .. } => match i64::from_str(text) {
            Ok(number) => Ok(Value::from(number)),
            Err(error) if *error.kind() == IntErrorKind::PosOverflow => {
                Err("it is too large".to_owned())
            }
            Err(_) => Err("it must be a whole number".to_owned()),
        },
        Shape::Boolean => match text {
            "true" | "1" => Ok(Value::Bool(true)),
            "false" | "0" => Ok(Value::Bool(false)),
            _ => Err("it must be true or false".to_owned()),
        },
        Shape::Text => Ok(Value::from(text)),
        Shape::OneOf(values) => {
            let found = values.iter().find(|value| value.eq_ignore_ascii_case(text));
            let found = found.ok_or_else(|| format!("it must be one of {}", values.join(", ")))?;
            Ok(Value::from(*found))
        }
        Shape::Array(element) => read(text, element),
        Shape::Object(members) => read_object(text, members),
    }
}

fn read_object(text: &str, members: &[Member]) -> Result<Value, String> {
    if text.trim_start().starts_with('{') {
        let value = serde_json::from_str(text);
        return value.map_err(|error| format!("it is not a JSON object: {error}"));
    }
    let mut object = Map::new();
    for (name, value) in pairs(text)? {
        let member = members.iter().find(|member| member.name == name);
        let member = member.ok_or_else(|| {
            let names: Vec<&str> = members.iter().map(|member| member.name).collect();
            format!("`{name}` is none of its members {}", names.join(", "))
        })?;
        let value = read(value, &member.shape).map_err(|rule| format!("{name}: {rule}"))?;
        if object.insert(name.to_owned(), value).is_some() {
            return Err(format!("`{name}` is given twice"));
        }
    }
    Ok(Value::Object(object))
}

// A comma ends a value only where something like a name and `=` follow, so that an address may have
// commas.
fn pairs(text: &str) -> Result<Vec<(&str, &str)>, String> {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let begins_pair = |rest: &str| {
        let name = rest.split_once('=').map(|(name, _)| name.trim_start());
        name.is_some_and(|name| !name.is_empty() && name.chars().all(is_part))
    };
    let mut pieces = Vec::new();
    let mut start = 0;
    for (comma, _) in text.match_indices(',') {
        if begins_pair(&text[comma + 1..]) {
            pieces.push(&text[start..comma]);
            start = comma + 1;
        }
    }
    pieces.push(&text[start..]);
    pieces
        .into_iter()
        .map(|piece| {
            let pair = piece.trim_start().split_once('=');
            pair.ok_or_else(|| "a part of it is not name=value".to_owned())
        })
        .collect()
}

/// Takes any payment method, as there may be newer ones than this command, and offers those of the
/// table to the completions.
#[derive(Clone, Debug)]
struct SourceTypeParser;

impl TypedValueParser for SourceTypeParser {
    type Value = Value;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<Value, clap::Error> {
        let text = StringValueParser::new().parse_ref(command, argument, value)?;
        Ok(Value::from(text))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let values = PaymentMethod::all()
            .iter()
            .map(|method| PossibleValue::new(method.source_type.as_str()).help(method.label));
        Some(Box::new(values))
    }
}
