//! What the command prints: for people on a terminal, as the API's own JSON everywhere else.

use std::io::{ErrorKind, IsTerminal, Write};

use anyhow::Context;
use clap::Args;
use omise_client::Response;
use omise_types::{Amount, Currency, Flow, NextStep, Operation, Shape, Source};
use serde_json::Value;

use crate::endpoint::Endpoint;
use crate::exit::Failure;
use crate::screen::{self, printable};

/// How to print.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Format {
    /// Print JSON, errors too; a source as the API answers it, as a pipe or file gets it anyway
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

/// Prints a source, and for people what to do with it next.
pub(crate) fn source(
    source: &Response<Source>,
    format: Format,
    endpoint: &Endpoint,
) -> Result<(), Failure> {
    if format.is_json() {
        let mut raw = source.raw().to_vec();
        if !raw.ends_with(b"\n") {
            raw.push(b'\n');
        }
        return bytes(&raw);
    }
    let width = screen::stdout_width();
    let text = format!(
        "{}\n{}\n{}\n",
        source.id,
        screen::rows(&rows(source)?, width),
        next_step(source, endpoint, width)
    );
    bytes(text.as_bytes())
}

fn rows(source: &Source) -> Result<Vec<(String, String)>, Failure> {
    let method = source.type_.payment_method();
    let label = method.map_or("", |method| method.label);
    let row = |name: &str, value: String| (name.to_owned(), printable(&value));
    let mut rows = vec![
        row("type", format!("{} ({label})", source.type_)),
        row("amount", amount(source.amount, source.currency)),
        row("flow", source.flow.to_string()),
    ];
    let value = serde_json::to_value(source).context("cannot write the source")?;
    let Value::Object(mut rest) = value else {
        return Ok(rows);
    };
    for printed in ["object", "id", "type", "amount", "currency", "flow"] {
        rest.remove(printed);
    }
    // First what every source has, then the parameters in the order of the specification, then the
    // rest.
    for name in ["charge_status", "created_at", "livemode", "location"] {
        if let Some(value) = rest.remove(name) {
            add(&mut rows, name, &value, None, source.currency);
        }
    }
    for parameter in Operation::CreateSource.parameters() {
        if let Some(value) = rest.remove(parameter.name) {
            let shape = Some(&parameter.shape);
            add(&mut rows, parameter.name, &value, shape, source.currency);
        }
    }
    for (name, value) in &rest {
        add(&mut rows, name, value, None, source.currency);
    }
    Ok(rows)
}

/// Adds a row for a value, or for each member of an object and each element of a list. What has no
/// value is left out.
fn add(
    rows: &mut Vec<(String, String)>,
    name: &str,
    value: &Value,
    shape: Option<&'static Shape>,
    currency: Currency,
) {
    let indent = name.len() - name.trim_start().len();
    match value {
        Value::Null => {}
        Value::Object(members) => {
            let title = rows.len();
            for (member, value) in members {
                let shape = shape.and_then(|shape| shape_of(shape, member));
                let member = format!("{:indent$}  {member}", "");
                add(rows, &member, value, shape, currency);
            }
            if rows.len() > title {
                rows.insert(title, (name.to_owned(), String::new()));
            }
        }
        Value::Array(elements) => {
            let shape = match shape {
                Some(Shape::Array { element, .. }) => Some(*element),
                _ => None,
            };
            for (index, element) in elements.iter().enumerate() {
                let name = format!("{name} {}", index + 1);
                add(rows, &name, element, shape, currency);
            }
        }
        value => {
            let text = match (value, shape) {
                (Value::Number(number), Some(Shape::Amount { .. })) => number
                    .as_i64()
                    .and_then(|number| Amount::new(number).ok())
                    .map_or_else(|| number.to_string(), |one| amount(one, currency)),
                (Value::String(text), _) => text.clone(),
                _ => value.to_string(),
            };
            rows.push((printable(name), printable(&text)));
        }
    }
}

fn shape_of(shape: &'static Shape, member: &str) -> Option<&'static Shape> {
    let Shape::Object(members) = shape else {
        return None;
    };
    let mut members = members.iter();
    let found = members.find(|known| known.name == member);
    found.map(|member| &member.shape)
}

/// What to do with a source, and how to read it again.
fn next_step(source: &Source, endpoint: &Endpoint, width: Option<usize>) -> String {
    let step = match source.next_step() {
        NextStep::Charge if source.flow == Flow::Offline => {
            "create a charge of this source with the secret key (POST /charges)"
        }
        NextStep::Charge => {
            "create a charge of this source with the secret key (POST /charges), with a return_uri"
        }
        NextStep::VisitPage => "send the payer to the authorize_uri of the charge",
        NextStep::OpenApp => "open the authorize_uri of the charge on the payer's device",
        NextStep::ScanCode(_) => "show the payer the image of the scannable_code",
        NextStep::PayBill { .. } => "show the payer the barcode and the numbers of the references",
        NextStep::PayAtStore { .. } => "show the payer the payment_code",
        NextStep::Transfer { .. } => "show the payer the number of the virtual account",
        NextStep::Confirm => "wait until the payer has confirmed in their wallet",
        NextStep::ReadInstructions => "show the payer the authorize_uri of the charge",
        NextStep::Nothing => "nothing; it is paid",
        NextStep::StartOver => "create a new source; this one is used up",
        NextStep::Reversed => "nothing; the payment was reversed",
        _ => "read the charge; this command does not know its status",
    };
    let again = format!("omise source retrieve {}{}", source.id, endpoint.flags());
    let mut text = screen::wrap(step, width, "next: ", "      ");
    if matches!(source.next_step(), NextStep::Charge) && endpoint.is_local() {
        let note = "the API in this command has no charges yet; the real one has";
        text = format!(
            "{text}\n{}",
            screen::wrap(note, width, "      (", "       ") + ")"
        );
    }
    format!(
        "{text}\n{}",
        screen::wrap(&again, width, "read it again: ", "  ")
    )
}

/// An amount as people write it, beside the number of smallest units.
pub(crate) fn amount(amount: Amount, currency: Currency) -> String {
    format!("{} {currency} ({amount})", amount.in_currency(currency))
}

/// Values in one line.
pub(crate) fn join<T: ToString>(values: impl IntoIterator<Item = T>, separator: &str) -> String {
    let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    values.join(separator)
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
