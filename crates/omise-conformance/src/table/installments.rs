//! The terms of installments, each with its least amount.

use omise_rules::Rule;
use omise_types::Parameter;
use serde_json::{Map, Value};

use super::row::{Claim, Row};
use crate::Case;

pub(super) fn cases(row: &Row<'_>) -> Vec<Case> {
    let method = row.method;
    let name = Parameter::INSTALLMENT_TERM;
    let with = |months: u32, amount: i64| {
        let mut request = row.smallest();
        request.insert(name.to_owned(), Value::from(months));
        request.insert("amount".to_owned(), Value::from(amount));
        request
    };
    let mut cases = Vec::new();
    for term in method.installment_terms {
        let months = term.months;
        let least = term.min.max(row.limits.min).get();
        if row.smallest()[name] != months {
            cases.push(row.accepted(
                format!("term-{}-{months}", method.source_type),
                format!("{} takes {months} months at {least}", method.label),
                match row.claim(&["installment_minimums"]) {
                    Claim::Assumed => Claim::Assumed,
                    _ => row.claim_of_limits(),
                },
                with(months, least),
                Map::new(),
            ));
        }
        if term.min > row.limits.min {
            cases.push(row.refused(
                format!("term-{}-{months}-below", method.source_type),
                format!(
                    "{} is refused for {months} months below {least}",
                    method.label
                ),
                Claim::Assumed,
                with(months, least - 1),
                (Parameter::AMOUNT, Rule::AtLeast(least)),
            ));
        }
    }
    let known: Vec<u32> = method
        .installment_terms
        .iter()
        .map(|term| term.months)
        .collect();
    if let Some(unknown) = (1..)
        .find(|months| !known.contains(months))
        .filter(|_| !known.is_empty())
    {
        let terms = known.iter().map(ToString::to_string).collect();
        cases.push(row.refused(
            format!("term-{}-unknown", method.source_type),
            format!("{} is refused for {unknown} months", method.label),
            Claim::Assumed,
            with(unknown, row.limits.max.get()),
            (Parameter::INSTALLMENT_TERM, Rule::OneOf(terms)),
        ));
    }
    cases
}
