//! `omise methods`: the table of payment methods.

use std::fmt::Write;

use clap::Args;
use omise_types::{Constraint, Country, Currency, Flow, Parameter, PaymentMethod, SourceType};
use serde_json::{Value, json};

use crate::exit::{Failure, say};
use crate::flags;
use crate::print::{self, Format};

/// The arguments.
#[derive(Args, Debug)]
pub(crate) struct Methods {
    /// Show all that is known of one payment method
    #[arg(value_name = "TYPE", conflicts_with_all = ["country", "currency", "flow", "current_only"])]
    source_type: Option<String>,
    /// Only those of accounts in this country, such as TH
    #[arg(long)]
    country: Option<Country>,
    /// Only those that take this currency, such as THB
    #[arg(long)]
    currency: Option<Currency>,
    /// Only those with this flow
    #[arg(long, value_parser = flow, value_name = flow_names())]
    flow: Option<Flow>,
    /// Leave out discontinued ones
    #[arg(long)]
    current_only: bool,
    #[command(flatten)]
    format: Format,
}

fn flow(text: &str) -> Result<Flow, String> {
    let known = Flow::KNOWN.iter().find(|flow| flow.as_str() == text);
    known
        .cloned()
        .ok_or_else(|| format!("it must be one of {}", flow_names()))
}

fn flow_names() -> String {
    let names: Vec<&str> = Flow::KNOWN.iter().map(Flow::as_str).collect();
    names.join("|")
}

impl Methods {
    /// Prints the methods that are asked for.
    pub(crate) fn run(self) -> Result<(), Failure> {
        if let Some(name) = &self.source_type {
            let method = payment_method(name).map_err(|similar| {
                let hint = match similar.as_slice() {
                    [] => "`omise methods` lists them".to_owned(),
                    names => format!("there is {}", names.join(", ")),
                };
                Failure::usage(&format!("TYPE: `{name}` is not a payment method; {hint}"))
            })?;
            return if self.format.is_json() {
                print_json(&as_json(method))
            } else {
                print::bytes(one(method).as_bytes())
            };
        }
        let methods: Vec<_> = PaymentMethod::all()
            .iter()
            .filter(|method| self.wants(method))
            .collect();
        if methods.is_empty() {
            say("no payment method fits");
        }
        if self.format.is_json() {
            print_json(&methods.iter().map(|method| as_json(method)).collect())
        } else {
            print::bytes(list(&methods).as_bytes())
        }
    }

    fn wants(&self, method: &PaymentMethod) -> bool {
        let of_country = self
            .country
            .is_none_or(|country| method.countries.contains(&country));
        let of_currency = self
            .currency
            .is_none_or(|currency| method.limits(currency).is_some());
        let of_flow = self.flow.as_ref().is_none_or(|flow| match self.country {
            Some(country) => method.flow_in(country) == flow,
            None => method.flow == *flow,
        });
        let is_current = !self.current_only || method.discontinued.is_none();
        of_country && of_currency && of_flow && is_current
    }
}

/// The payment method that is meant, or the names that look like it.
fn payment_method(name: &str) -> Result<&'static PaymentMethod, Vec<&'static str>> {
    SourceType::from(name).payment_method().ok_or_else(|| {
        let names = PaymentMethod::all()
            .iter()
            .map(|method| method.source_type.as_str());
        names
            .filter(|known| known.contains(name) || name.contains(known))
            .collect()
    })
}

fn list(methods: &[&PaymentMethod]) -> String {
    let mut text = String::new();
    for method in methods {
        let currencies: Vec<String> = method
            .currencies
            .iter()
            .map(|(currency, _)| currency.to_string())
            .collect();
        let mut notes: Vec<String> = method
            .required
            .iter()
            .map(|one| flags::flag(*one))
            .collect();
        if let Some(date) = method.discontinued {
            notes.push(format!("(discontinued {date})"));
        }
        let line = format!(
            "{:<33} {:<12} {:<15} {}",
            method.source_type,
            method.flow,
            currencies.join(" "),
            notes.join(" "),
        );
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn one(method: &PaymentMethod) -> String {
    let mut text = format!("{}: {}\n", method.source_type, method.label);
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "  {name:<20}{value}");
        }
    };
    line("flow", method.flow.to_string());
    for (country, flow) in method.flow_by_country {
        line("", format!("{flow} in {country}"));
    }
    line("countries", join(method.countries, " "));
    for (currency, limits) in method.currencies {
        let (min, max) = (
            print::amount(limits.min, *currency),
            print::amount(limits.max, *currency),
        );
        line("amount", format!("{min} to {max}"));
    }
    line("required", flags_of(method.required));
    line("optional", flags_of(method.optional));
    line("optional everywhere", flags_of(Parameter::EVERY_TYPE));
    for (parameter, constraint) in method.constraints {
        line(
            "format",
            format!("{} {}", flags::flag(*parameter), format_of(*constraint)),
        );
    }
    line("banks", method.banks.join(" "));
    if let [(currency, _)] = method.currencies {
        for term in method.installment_terms {
            let min = print::amount(term.min, *currency);
            line(
                "installment term",
                format!("{:>2} months, from {min}", term.months),
            );
        }
    }
    line(
        "charge expires",
        format!("after {} hours", method.charge_expiry_hours),
    );
    line(
        "discontinued",
        method.discontinued.unwrap_or_default().to_owned(),
    );
    line("known from", method.evidence.join(" "));
    line("our own defaults", method.ours.join(" "));
    line("note", method.note.unwrap_or_default().to_owned());
    line("see", format!("https://docs.omise.co/{}", method.see));
    text
}

fn join<T: ToString>(values: &[T], separator: &str) -> String {
    values
        .iter()
        .map(T::to_string)
        .collect::<Vec<_>>()
        .join(separator)
}

fn flags_of(parameters: &[Parameter]) -> String {
    parameters
        .iter()
        .map(|one| flags::flag(*one))
        .collect::<Vec<_>>()
        .join(" ")
}

fn format_of(constraint: Constraint) -> String {
    match constraint {
        Constraint::MaxLength(characters) => format!("has at most {characters} characters"),
        Constraint::Digits(least, most) => format!("has {least} to {most} digits and nothing else"),
        Constraint::Email => "is an e-mail address".to_owned(),
    }
}

fn as_json(method: &PaymentMethod) -> Value {
    let names = |parameters: &[Parameter]| -> Value {
        parameters
            .iter()
            .map(|parameter| parameter.name())
            .collect()
    };
    let amounts = method.currencies.iter().map(|(currency, limits)| {
        let limits = json!({"min": limits.min, "max": limits.max});
        (currency.to_string(), limits)
    });
    let terms = method.installment_terms.iter();
    let terms = terms.map(|term| json!({"months": term.months, "min": term.min}));
    let constraints = method.constraints.iter();
    let constraints = constraints.map(|(parameter, constraint)| {
        let constraint = match constraint {
            Constraint::MaxLength(characters) => json!({"max_length": characters}),
            Constraint::Digits(least, most) => json!({"digits": [least, most]}),
            Constraint::Email => json!({"format": "email"}),
        };
        (parameter.name().to_owned(), constraint)
    });
    let flows = method.flow_by_country.iter();
    let flows = flows.map(|(country, flow)| (country.to_string(), json!(flow)));
    json!({
        "type": method.source_type,
        "label": method.label,
        "flow": method.flow,
        "flow_by_country": Value::Object(flows.collect()),
        "countries": method.countries,
        "amount": Value::Object(amounts.collect()),
        "required": names(method.required),
        "optional": names(method.optional),
        "banks": method.banks,
        "installment_terms": terms.collect::<Vec<_>>(),
        "installment_interest": method.interest_is_merchants.then_some("merchant"),
        "constraints": Value::Object(constraints.collect()),
        "charge_expiry_hours": method.charge_expiry_hours,
        "discontinued": method.discontinued,
        "evidence": method.evidence,
        "ours": method.ours,
        "see": method.see,
        "note": method.note,
    })
}

fn print_json(value: &Value) -> Result<(), Failure> {
    print::bytes(format!("{value:#}\n").as_bytes())
}
