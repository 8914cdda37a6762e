//! A flag for each parameter of the specification; none is written by hand.

use std::num::IntErrorKind;
use std::str::FromStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser, ValueParser};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command};
use omise_types::{Member, Operation, Parameter, Shape};
use serde_json::{Map, Value};

use crate::{suggest, values};

/// The flag of a parameter: `--phone-number`; `--item` for a list, which is given once per element.
pub(crate) fn flag(parameter: &Parameter) -> String {
    format!("--{}", long(parameter))
}

/// The flags of all parameters.
pub(crate) fn arguments() -> Vec<Arg> {
    let parameters = Operation::CreateSource.parameters();
    parameters.iter().map(argument).collect()
}

/// The parameters that were given by flags, under their names.
pub(crate) fn given(matches: &ArgMatches) -> Map<String, Value> {
    let mut parameters = Map::new();
    for parameter in Operation::CreateSource.parameters() {
        let values = matches
            .get_many::<Value>(parameter.name)
            .into_iter()
            .flatten();
        let mut values: Vec<Value> = values.cloned().collect();
        let value = match parameter.shape {
            Shape::Array { .. } if !values.is_empty() => Value::Array(values),
            Shape::Array { .. } => continue,
            _ => match values.pop() {
                Some(value) => value,
                None => continue,
            },
        };
        parameters.insert(parameter.name.to_owned(), value);
    }
    parameters
}

fn long(parameter: &Parameter) -> String {
    let name = parameter.name.replace('_', "-");
    match parameter.shape {
        Shape::Array { .. } => name.strip_suffix('s').unwrap_or(&name).to_owned(),
        _ => name,
    }
}

fn argument(parameter: &'static Parameter) -> Arg {
    let shape = parameter.shape;
    let argument = Arg::new(parameter.name)
        .long(long(parameter))
        .help(help(parameter))
        .allow_hyphen_values(true)
        .hide_possible_values(true)
        .help_heading("Parameters of the source")
        .value_name(value_name(parameter))
        .value_parser(value_parser(parameter));
    match shape {
        Shape::Array { .. } => argument.action(ArgAction::Append),
        Shape::Boolean => argument
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true"),
        _ => argument,
    }
}

fn value_parser(parameter: &'static Parameter) -> ValueParser {
    if parameter.is_sensitive {
        return SensitiveParser(parameter).into();
    }
    let shape = parameter.shape;
    match (parameter.name, shape) {
        // There may be newer payment methods than this command: others are not refused.
        (Parameter::TYPE, _) => values::offering(as_text(), values::payment_methods).into(),
        (Parameter::CURRENCY, _) => values::currency()
            .map(|currency| Value::from(currency.as_str()))
            .into(),
        (Parameter::BANK, _) => values::offering(parser(shape), banks).into(),
        (Parameter::INSTALLMENT_TERM, _) => values::offering(parser(shape), terms).into(),
        (_, Shape::OneOf(names)) => {
            values::offering(parser(shape), move || values::plain(names.iter().copied())).into()
        }
        (_, Shape::Boolean) => {
            values::offering(parser(shape), || values::plain(["true", "false"])).into()
        }
        _ => parser(shape).into(),
    }
}

fn banks() -> Vec<PossibleValue> {
    values::plain(values::of_methods(|method| method.banks.to_vec()))
}

fn terms() -> Vec<PossibleValue> {
    values::plain(values::of_methods(|method| {
        let terms = method.installment_terms.iter();
        terms.map(|term| term.months).collect()
    }))
}

fn as_text() -> impl TypedValueParser<Value = Value> {
    StringValueParser::new().map(Value::from)
}

fn help(parameter: &Parameter) -> String {
    let mut text = first_sentence(parameter);
    if matches!(parameter.shape, Shape::Array { .. }) {
        text.push_str("; may be repeated");
    }
    if let Some(members) = members(parameter) {
        text = format!("{text}: {members}");
    }
    match parameter.name {
        Parameter::TYPE => text.push_str(" (`omise methods` lists them)"),
        Parameter::BANK | Parameter::INSTALLMENT_TERM => {
            text.push_str(" (`omise methods TYPE` lists them)");
        }
        Parameter::AMOUNT => text.push_str(": 10000 is 100.00 THB"),
        _ => {}
    }
    text
}

/// What a parameter is. The rest of its description speaks to readers of the specification.
pub(crate) fn first_sentence(parameter: &Parameter) -> String {
    let description = parameter.description;
    let text = description.split(". ").next().unwrap_or_default();
    let text = text.split("; ").next().unwrap_or_default();
    text.trim_end_matches('.').replace('`', "")
}

/// How the members of an object are given; `None` for a parameter that is no object.
pub(crate) fn members(parameter: &Parameter) -> Option<String> {
    let (Shape::Object(members)
    | Shape::Array {
        element: Shape::Object(members),
        ..
    }) = &parameter.shape
    else {
        return None;
    };
    let (required, optional): (Vec<&Member>, Vec<&Member>) =
        members.iter().partition(|member| member.is_required);
    let pairs = |members: &[&Member]| {
        let pairs: Vec<String> = members
            .iter()
            .map(|one| format!("{}=..", one.name))
            .collect();
        pairs.join(", ")
    };
    Some(match (required.as_slice(), optional.as_slice()) {
        ([], optional) => format!("optional {}", pairs(optional)),
        (required, []) => pairs(required),
        (required, optional) => format!("{}; optional {}", pairs(required), pairs(optional)),
    })
}

fn value_name(parameter: &Parameter) -> String {
    fn of_shape(shape: &Shape) -> String {
        match shape {
            Shape::Amount { .. } | Shape::Count { .. } => "NUMBER".to_owned(),
            Shape::Boolean => "true|false".to_owned(),
            Shape::Text { .. } => "TEXT".to_owned(),
            Shape::OneOf(values) => values.join("|"),
            Shape::Array { element, .. } => of_shape(element),
            Shape::Object(_) => "NAME=VALUE,...".to_owned(),
        }
    }
    match parameter.name {
        Parameter::TYPE => "TYPE".to_owned(),
        Parameter::CURRENCY | Parameter::BANK => "CODE".to_owned(),
        _ => of_shape(&parameter.shape),
    }
}

fn parser(shape: Shape) -> impl TypedValueParser<Value = Value> {
    StringValueParser::new().try_map(move |text| read(&text, &shape))
}

/// Reads what says something of the payer. clap would show a value that it refuses.
#[derive(Clone, Debug)]
struct SensitiveParser(&'static Parameter);

impl TypedValueParser for SensitiveParser {
    type Value = Value;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<Value, clap::Error> {
        let text = StringValueParser::new().parse_ref(command, argument, value)?;
        read(&text, &self.0.shape).map_err(|rule| {
            let text = format!("{}: {rule}\n", flag(self.0));
            clap::Error::raw(ErrorKind::ValueValidation, text)
        })
    }
}

// clap puts the flag's name before the rule that is said here.
fn read(text: &str, shape: &Shape) -> Result<Value, String> {
    match shape {
        Shape::Amount { .. } | Shape::Count { .. } => match (i64::from_str(text), shape) {
            (Ok(number), _) => Ok(Value::from(number)),
            (Err(error), _) if *error.kind() == IntErrorKind::PosOverflow => {
                Err("it is too large".to_owned())
            }
            (Err(_), Shape::Amount { .. }) => Err("it must be a whole number in the smallest \
                 unit of the currency: 10000 for 100.00 THB, 100 for 100 JPY"
                .to_owned()),
            (Err(_), _) => Err("it must be a whole number".to_owned()),
        },
        Shape::Boolean => match text {
            "true" | "1" => Ok(Value::Bool(true)),
            "false" | "0" => Ok(Value::Bool(false)),
            _ => Err("it must be true or false".to_owned()),
        },
        Shape::Text { .. } => Ok(Value::from(text)),
        Shape::OneOf(values) => {
            let found = values.iter().find(|value| value.eq_ignore_ascii_case(text));
            let found = found.ok_or_else(|| values::one_of(text, values))?;
            Ok(Value::from(*found))
        }
        Shape::Array { element, .. } => read(text, element),
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
            let suggestions = suggest::similar(name, names.iter().copied());
            let next = suggest::did_you_mean(&suggestions);
            let next = next.unwrap_or_else(|| format!("it has {}", names.join(", ")));
            format!("it has no member `{name}`; {next}")
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
            pair.ok_or_else(|| "it must be NAME=VALUE,NAME=VALUE or a JSON object".to_owned())
        })
        .collect()
}
