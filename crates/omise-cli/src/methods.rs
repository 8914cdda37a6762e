//! `omise methods`: the table of payment methods.

use clap::Args;
use omise_types::{
    Constraint, Country, Currency, Flow, Operation, Parameter, PaymentMethod, SourceType,
};
use serde_json::{Value, json};

use crate::exit::{Failure, say};
use crate::print::{self, Format};
use crate::{flags, hints, screen, suggest, values};

/// The arguments.
#[derive(Args, Debug)]
pub(crate) struct Methods {
    /// Show all that is known of one payment method
    #[arg(
        value_name = "TYPE",
        value_parser = values::text(values::payment_methods),
        hide_possible_values = true,
        conflicts_with_all = ["country", "currency", "flow", "current_only"]
    )]
    source_type: Option<String>,
    /// Only those of accounts in this country, such as TH
    #[arg(long, value_name = "CODE", value_parser = values::country(), hide_possible_values = true)]
    country: Option<Country>,
    /// Only those that take this currency, such as THB
    #[arg(long, value_name = "CODE", value_parser = values::currency(), hide_possible_values = true)]
    currency: Option<Currency>,
    /// Only those with this flow
    #[arg(long, value_parser = values::flow())]
    flow: Option<Flow>,
    /// Leave out discontinued ones
    #[arg(long)]
    current_only: bool,
    #[command(flatten)]
    format: Format,
}

impl Methods {
    /// Prints the methods that are asked for.
    pub(crate) fn run(self) -> Result<(), Failure> {
        if let Some(name) = &self.source_type {
            let method = SourceType::from(name.trim()).payment_method();
            let method = method.ok_or_else(|| {
                let similar = suggest::payment_methods(name);
                let hint = suggest::did_you_mean(&similar)
                    .unwrap_or_else(|| "`omise methods` lists them".to_owned());
                Failure::usage(&format!("`{name}` is not a payment method")).with_hints([hint])
            })?;
            return if self.format.is_json() {
                print_json(&as_json(method))
            } else {
                print::bytes(one(method, screen::stdout_width()).as_bytes())
            };
        }
        let methods: Vec<_> = PaymentMethod::all()
            .iter()
            .filter(|method| self.wants(method))
            .collect();
        if methods.is_empty() {
            say("no payment method has all that was asked for");
        }
        if self.format.is_json() {
            print_json(&methods.iter().map(|method| as_json(method)).collect())
        } else {
            print::bytes(list(&methods, screen::stdout_width()).as_bytes())
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

/// A table; in a narrow terminal a few lines for each payment method.
fn list(methods: &[&PaymentMethod], width: Option<usize>) -> String {
    // So that most rows stay in one line.
    const WIDE: usize = 78;
    let header = ["TYPE", "FLOW", "CURRENCIES", "NEEDS"].map(str::to_owned);
    let rows = methods.iter().map(|method| {
        let mut needs = flags_of(method.required);
        if let Some(date) = method.discontinued {
            needs = format!("{needs} (discontinued {date})");
        }
        let currencies = method.currencies.iter().map(|(currency, _)| currency);
        [
            method.source_type.to_string(),
            method.flow.to_string(),
            print::join(currencies, " "),
            needs.trim().to_owned(),
        ]
    });
    let rows: Vec<[String; 4]> = rows.collect();
    let mut text = String::new();
    if width.is_some_and(|width| width < WIDE) {
        for [source_type, flow, currencies, needs] in &rows {
            let line = format!("{flow}, {currencies}");
            text.push_str(&format!("{source_type}\n"));
            for line in [line.as_str(), needs] {
                if !line.is_empty() {
                    text.push_str(&screen::wrap(line, width, "  ", "  "));
                    text.push('\n');
                }
            }
        }
        return text;
    }
    let rows = || std::iter::once(&header).chain(&rows);
    let [first, second, third] = [0, 1, 2].map(|column| {
        rows()
            .map(|row| row[column].len())
            .max()
            .unwrap_or_default()
            + 2
    });
    for [source_type, flow, currencies, needs] in rows() {
        let line = format!("{source_type:<first$}{flow:<second$}{currencies:<third$}");
        if width.is_none_or(|width| line.len() + needs.len() <= width) {
            text.push_str(format!("{line}{needs}").trim_end());
        } else {
            let needs = screen::wrap(needs, width, "    ", "    ");
            text.push_str(&format!("{}\n{needs}", line.trim_end()));
        }
        text.push('\n');
    }
    text
}

fn one(method: &PaymentMethod, width: Option<usize>) -> String {
    let mut rows = Vec::new();
    let mut previous = String::new();
    let mut row = |name: &str, value: String| {
        // A name stands before the first of its values only.
        let is_first = std::mem::replace(&mut previous, name.to_owned()) != name;
        let name = if is_first { name } else { "" };
        if !value.is_empty() {
            rows.push((name.to_owned(), value));
        }
    };
    row("flow", method.flow.to_string());
    for (country, flow) in method.flow_by_country {
        row("flow", format!("{flow} in {country}"));
    }
    row("countries", print::join(method.countries, " "));
    for (currency, limits) in method.currencies {
        let (min, max) = (
            print::amount(limits.min, *currency),
            print::amount(limits.max, *currency),
        );
        row("amount", format!("{min} to {max}"));
    }
    row("required", flags_of(method.required));
    row("optional", flags_of(method.optional));
    let parameters = Operation::CreateSource.parameters().iter();
    let common: Vec<_> = parameters
        .filter(|one| one.is_common && one.alias_of.is_none())
        .collect();
    row("optional everywhere", flags_of(&common));
    for (parameter, constraint) in method.constraints {
        let (flag, format) = (flags::flag(parameter), hints::format_of(*constraint));
        row("format", format!("{flag} {format}"));
    }
    row("banks", method.banks.join(" "));
    if let [(currency, _)] = method.currencies {
        for term in method.installment_terms {
            let min = print::amount(term.min, *currency);
            row(
                "installment term",
                format!("{:>2} months, from {min}", term.months),
            );
        }
    }
    row(
        "charge expires",
        format!("after {} hours", method.charge_expiry_hours),
    );
    row(
        "discontinued",
        method.discontinued.unwrap_or_default().to_owned(),
    );
    row("evidence", method.evidence.join(" "));
    row("assumed", method.ours.join(" "));
    row("note", method.note.unwrap_or_default().replace('`', ""));
    row("see", format!("https://docs.omise.co/{}", method.see));
    let title = format!("{}: {}", method.source_type, method.label);
    format!("{title}\n{}", screen::rows(&rows, width))
}

fn flags_of(parameters: &[&Parameter]) -> String {
    print::join(parameters.iter().map(|one| flags::flag(one)), " ")
}

fn as_json(method: &PaymentMethod) -> Value {
    let names = |parameters: &[&Parameter]| -> Value {
        parameters.iter().map(|parameter| parameter.name).collect()
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
        (parameter.name.to_owned(), constraint)
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
