//! What the command prints: for people on a terminal, as the API's own JSON everywhere else.

use std::io::{ErrorKind, IsTerminal, Write};

use anyhow::Context;
use clap::Args;
use omise_client::Response;
use omise_types::{Amount, Currency, Parameter, Source};
use serde_json::Value;

use crate::exit::Failure;

/// How to print.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Format {
    /// Print JSON, a source exactly as the API answers it; what a pipe or file gets anyway
    #[arg(long, conflicts_with = "text")]
    json: bool,
    /// Print for people, even into a pipe or file
    #[arg(long)]
    text: bool,
}

impl Format {
    /// Whether JSON is to be printed.
    pub(crate) fn is_json(self) -> bool {
        self.json || (!self.text && !std::io::stdout().is_terminal())
    }
}

/// Prints a source.
pub(crate) fn source(source: &Response<Source>, format: Format) -> Result<(), Failure> {
    if format.is_json() {
        let mut raw = source.raw().to_vec();
        if !raw.ends_with(b"\n") {
            raw.push(b'\n');
        }
        return bytes(&raw);
    }
    let label = source
        .type_
        .payment_method()
        .map_or("", |method| method.label);
    let mut text = format!("{}\n", source.id);
    let mut line = |name: &str, value: &str| text.push_str(&format!("  {name:<28}{value}\n"));
    line("type", &format!("{} ({label})", source.type_));
    line("amount", &amount(source.amount, source.currency));
    line("flow", source.flow.as_str());
    let Value::Object(mut rest) =
        serde_json::to_value(&**source).context("cannot write the source")?
    else {
        return bytes(text.as_bytes());
    };
    for said in ["object", "id", "type", "amount", "currency", "flow"] {
        rest.remove(said);
    }
    // First what every source has, then the parameters in the order of the specification, then the
    // rest.
    let first = ["charge_status", "created_at", "livemode", "location"].into_iter();
    let first = first.chain(Parameter::ALL.iter().map(|parameter| parameter.name()));
    let first: Vec<_> = first.filter_map(|name| rest.remove_entry(name)).collect();
    for (name, value) in first.into_iter().chain(rest) {
        let is_empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        if !is_empty {
            let value = without_nulls(value);
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), ToOwned::to_owned);
            line(&name, &printable(&value));
        }
    }
    bytes(text.as_bytes())
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let given = members.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(
                given
                    .map(|(name, value)| (name, without_nulls(value)))
                    .collect(),
            )
        }
        Value::Array(values) => values.into_iter().map(without_nulls).collect(),
        value => value,
    }
}

/// An amount as people write it, beside the number of smallest units.
pub(crate) fn amount(amount: Amount, currency: Currency) -> String {
    format!("{} {currency} ({amount})", amount.in_currency(currency))
}

/// Prints bytes. A reader that has gone away is no error.
pub(crate) fn bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(anyhow::Error::from(error)
            .context("cannot write to stdout")
            .into()),
        _ => Ok(()),
    }
}

/// Several lines of which parts came from elsewhere.
pub(crate) fn printable_lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(printable).collect();
    lines.join("\n")
}

// Control characters of a text that came from elsewhere could change what the terminal shows.
fn printable(text: &str) -> String {
    text.chars()
        .map(|character| {
            if character.is_control() {
                '?'
            } else {
                character
            }
        })
        .collect()
}
