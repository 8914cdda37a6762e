//! What is required, what is taken, and in which form.

use omise_rules::Rule;
use omise_types::{Constraint, Operation, Parameter};
use serde_json::{Map, Value};

use super::row::{Claim, Row};
use crate::Case;

pub(super) fn cases(row: &Row<'_>) -> Vec<Case> {
    let mut cases = Vec::new();
    for parameter in row.method.required {
        cases.push(missing(row, parameter.name));
    }
    cases.extend(aliases(row));
    cases.extend(optional(row));
    cases.extend(banks(row));
    for &(parameter, constraint) in row.method.constraints {
        cases.extend(constrained(row, parameter, constraint));
    }
    cases
}

/// The parameters that every payment method takes, shown by one.
pub(super) fn of_every_type(row: &Row<'_>) -> Vec<Case> {
    let parameters = Operation::CreateSource.parameters().iter();
    parameters
        .filter(|parameter| parameter.is_common && parameter.alias_of.is_none())
        .map(|parameter| {
            let mut request = row.smallest();
            request.insert(parameter.name.to_owned(), example(parameter));
            row.accepted(
                format!("every-{}", parameter.name),
                format!("{} repeats {}", row.method.label, parameter.name),
                Claim::OfTheRow,
                request,
                Map::new(),
            )
        })
        .collect()
}

fn missing(row: &Row<'_>, name: &str) -> Case {
    let mut request = row.smallest();
    request.remove(name);
    let constraint = constraint(row, name);
    // What is recorded asks for the form of what is missing.
    let rule = match constraint {
        Some(Constraint::Email) => Rule::Email,
        Some(Constraint::Digits(least, most)) => Rule::Digits(least, most),
        _ => Rule::NotBlank,
    };
    row.refused(
        format!("missing-{}-{name}", row.method.source_type),
        format!("{} is refused without {name}", row.method.label),
        row.claim(&["required"]),
        request,
        (name, rule),
    )
}

fn constraint(row: &Row<'_>, name: &str) -> Option<Constraint> {
    let mut constraints = row.method.constraints.iter();
    let found = constraints.find(|(of, _)| of.name == name);
    found.map(|(_, constraint)| *constraint)
}

fn aliases(row: &Row<'_>) -> Vec<Case> {
    let mut cases = Vec::new();
    for alias in Operation::CreateSource.parameters() {
        let Some(parameter) = alias.alias_of.filter(|of| row.method.requires(of)) else {
            continue;
        };
        let mut request = row.smallest();
        let value = request.remove(parameter).unwrap_or_default();
        request.insert(alias.name.to_owned(), value.clone());
        let attributes = Map::from_iter([(parameter.to_owned(), value)]);
        cases.push(row.accepted(
            format!("alias-{}-{}", row.method.source_type, alias.name),
            format!(
                "{} takes {} for {} and answers with both",
                row.method.label, alias.name, parameter
            ),
            Claim::OfTheRow,
            request,
            attributes,
        ));
    }
    cases
}

fn optional(row: &Row<'_>) -> Option<Case> {
    if row.method.optional.is_empty() {
        return None;
    }
    let mut request = row.smallest();
    for parameter in row.method.optional {
        let value = match parameter.name {
            // No answer says that the customer bears the interest.
            Parameter::ZERO_INTEREST_INSTALLMENTS if row.method.interest_is_merchants => {
                true.into()
            }
            _ => example(parameter),
        };
        request.insert(parameter.name.to_owned(), value);
    }
    let names: Vec<&str> = row.method.optional.iter().map(|one| one.name).collect();
    Some(row.accepted(
        format!("optional-{}", row.method.source_type),
        format!("{} repeats {}", row.method.label, names.join(" and ")),
        Claim::OfTheRow,
        request,
        Map::new(),
    ))
}

fn banks(row: &Row<'_>) -> Vec<Case> {
    let method = row.method;
    let mut cases = Vec::new();
    let name = Parameter::BANK;
    for &bank in method.banks {
        let mut request = row.smallest();
        // That one is created already.
        if request[name] != bank {
            request.insert(name.to_owned(), Value::from(bank));
            let id = format!("bank-{}-{bank}", method.source_type);
            let title = format!("{} takes the bank {bank}", method.label);
            cases.push(row.accepted(id, title, Claim::OfTheRow, request, Map::new()));
        }
    }
    if !method.banks.is_empty() {
        let mut request = row.smallest();
        request.insert(name.to_owned(), Value::from("a bank of the moon"));
        let banks = method.banks.iter().map(ToString::to_string).collect();
        cases.push(row.refused(
            format!("bank-{}-unknown", method.source_type),
            format!(
                "{} is refused with a bank that it does not have",
                method.label
            ),
            Claim::Assumed,
            request,
            (Parameter::BANK, Rule::OneOf(banks)),
        ));
    }
    cases
}

/// What is just within and what is just beyond.
fn constrained(row: &Row<'_>, parameter: &Parameter, constraint: Constraint) -> Vec<Case> {
    let digits = |number: u32| "0".repeat(number as usize);
    let (good, bad, rule) = match constraint {
        Constraint::MaxLength(most) => (
            // Letters that are not ASCII: characters count, and not bytes.
            vec![("longest", "ア".repeat(most as usize))],
            vec![("too-long", "ア".repeat(most as usize + 1))],
            Rule::MaxLength(most),
        ),
        Constraint::Digits(least, most) => (
            vec![("shortest", digits(least)), ("longest", digits(most))],
            vec![
                ("too-short", digits(least - 1)),
                ("too-long", digits(most + 1)),
                ("letters", "a".repeat(least as usize)),
            ],
            Rule::Digits(least, most),
        ),
        Constraint::Email => (
            vec![("plus", "a.b+c@mail.example.com".to_owned())],
            vec![("no-at", "mail.example.com".to_owned())],
            Rule::Email,
        ),
    };
    let with = |value: String| {
        let mut request = row.smallest();
        request.insert(parameter.name.to_owned(), Value::from(value));
        request
    };
    let (label, name) = (row.method.label, parameter.name);
    let id = |what: &str| format!("form-{}-{name}-{what}", row.method.source_type);
    let mut cases = Vec::new();
    for (what, value) in good {
        let title = format!("{label} takes the {name} `{value}`");
        cases.push(row.accepted(
            id(what),
            title,
            row.claim(&["constraints"]),
            with(value),
            Map::new(),
        ));
    }
    for (what, value) in bad {
        let title = format!("{label} is refused with the {name} `{value}`");
        let reason = (name, rule.clone());
        cases.push(row.refused(
            id(what),
            title,
            row.claim(&["constraints"]),
            with(value),
            reason,
        ));
    }
    cases
}

fn example(parameter: &Parameter) -> Value {
    serde_json::from_str(parameter.example).expect("examples are JSON")
}
