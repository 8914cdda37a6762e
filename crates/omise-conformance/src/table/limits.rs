//! The least and the greatest amount.

use omise_rules::Rule;
use omise_types::{Amount, Parameter};
use serde_json::{Map, Value};

use super::row::Row;
use crate::Case;

/// That the least amount is allowed is said by the creations.
pub(super) fn cases(row: &Row<'_>) -> Vec<Case> {
    let label = row.method.label;
    let known = row.claim_of_limits();
    let least = row.smallest()["amount"].as_i64().unwrap_or_default();
    // Otherwise it is the term that asks for more, and a case of the terms says so.
    let is_of_the_row = least == row.limits.min.get();
    let greatest = row.limits.max.get();
    let mut cases = Vec::new();
    if is_of_the_row {
        cases.push(row.refused(
            row.id("below"),
            format!("{label} is refused below {}", told(row, row.limits.min)),
            known,
            with_amount(row, least - 1),
            (Parameter::AMOUNT, Rule::AtLeast(least)),
        ));
    }
    cases.push(row.accepted(
        row.id("greatest"),
        format!("{label} takes {}", told(row, row.limits.max)),
        known,
        with_amount(row, greatest),
        Map::new(),
    ));
    cases.push(row.refused(
        row.id("above"),
        format!("{label} is refused above {}", told(row, row.limits.max)),
        known,
        with_amount(row, greatest + 1),
        (Parameter::AMOUNT, Rule::AtMost(greatest)),
    ));
    cases
}

pub(super) fn with_amount(row: &Row<'_>, amount: i64) -> Map<String, Value> {
    let mut request = row.smallest();
    request.insert("amount".to_owned(), Value::from(amount));
    request
}

fn told(row: &Row<'_>, amount: Amount) -> String {
    format!("{} {}", amount.in_currency(row.currency), row.currency)
}
