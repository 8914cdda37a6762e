//! The values that a flag has, for the completions of shells.

use std::ffi::OsStr;
use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command};
use omise_types::{Country, Currency, CurrencyTerms, Flow, PaymentMethod};

use crate::suggest;

/// Reads a value as `parser` does, and offers known ones to the completions.
///
/// Others than the known ones are not refused: the API may know newer ones than this command.
#[derive(Clone)]
pub(crate) struct Offering<P> {
    parser: P,
    // Few runs of the command need them.
    values: Arc<dyn Fn() -> Vec<PossibleValue> + Send + Sync>,
}

impl<P: TypedValueParser> TypedValueParser for Offering<P> {
    type Value = P::Value;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<P::Value, clap::Error> {
        self.parser.parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.values)().into_iter()))
    }
}

/// Offers values to the completions of what `parser` reads.
pub(crate) fn offering<P: TypedValueParser>(
    parser: P,
    values: impl Fn() -> Vec<PossibleValue> + Send + Sync + 'static,
) -> Offering<P> {
    Offering {
        parser,
        values: Arc::new(values),
    }
}

/// Any text, with some that are offered.
pub(crate) fn text(values: fn() -> Vec<PossibleValue>) -> Offering<StringValueParser> {
    offering(StringValueParser::new(), values)
}

/// Values without a text beside them.
pub(crate) fn plain<T: Into<PossibleValue>>(
    values: impl IntoIterator<Item = T>,
) -> Vec<PossibleValue> {
    values.into_iter().map(Into::into).collect()
}

/// A country.
pub(crate) fn country() -> impl TypedValueParser<Value = Country> {
    let parser = StringValueParser::new().try_map(|text| {
        let known = countries();
        code::<Country>(&text, "a country is two letters, such as TH", &known)
    });
    offering(parser, || plain(countries()))
}

/// A currency.
pub(crate) fn currency() -> impl TypedValueParser<Value = Currency> {
    let parser = StringValueParser::new().try_map(|text| {
        let known = currencies();
        code::<Currency>(&text, "a currency is three letters, such as THB", &known)
    });
    offering(parser, || plain(currencies()))
}

/// A flow.
pub(crate) fn flow() -> impl TypedValueParser<Value = Flow> {
    let parser = StringValueParser::new().try_map(|text| {
        let known = Flow::KNOWN.iter().find(|flow| flow.as_str() == text);
        known.cloned().ok_or_else(|| {
            let names: Vec<&str> = Flow::KNOWN.iter().map(Flow::as_str).collect();
            one_of(&text, &names)
        })
    });
    offering(parser, || plain(Flow::KNOWN.iter().map(Flow::as_str)))
}

/// The payment methods, each with its name for people.
pub(crate) fn payment_methods() -> Vec<PossibleValue> {
    let methods = PaymentMethod::all().iter();
    methods
        .map(|method| PossibleValue::new(method.source_type.as_str()).help(method.label))
        .collect()
}

/// The currencies of the specification.
pub(crate) fn currencies() -> Vec<String> {
    let terms = CurrencyTerms::all().iter();
    terms.map(|terms| terms.currency.to_string()).collect()
}

/// What some payment method takes as one of its values, such as the banks.
pub(crate) fn of_methods<T: Display>(
    values: impl Fn(&'static PaymentMethod) -> Vec<T>,
) -> Vec<String> {
    let mut all = Vec::new();
    for value in PaymentMethod::all().iter().flat_map(values) {
        let value = value.to_string();
        if !all.contains(&value) {
            all.push(value);
        }
    }
    all
}

/// Says which values there are, and which of them may have been meant.
pub(crate) fn one_of(given: &str, known: &[&str]) -> String {
    let suggestions = suggest::similar(given, known.iter().copied());
    let names = known.join(", ");
    match suggest::did_you_mean(&suggestions) {
        Some(question) => format!("it must be one of {names}; {question}"),
        None => format!("it must be one of {names}"),
    }
}

fn countries() -> Vec<String> {
    of_methods(|method| method.countries.to_vec())
}

fn code<T: FromStr>(text: &str, rule: &str, known: &[String]) -> Result<T, String> {
    text.trim().parse().map_err(|_| {
        let suggestions = suggest::similar(text, known.iter().map(String::as_str));
        match suggest::did_you_mean(&suggestions) {
            Some(question) => format!("{rule}; {question}"),
            None => rule.to_owned(),
        }
    })
}
