//! A source is created, in each currency; in another one it is not.

use omise_rules::Rule;
use omise_types::Parameter;
use serde_json::{Map, Value, json};

use super::row::{Claim, Row};
use super::smallest;
use crate::Case;

pub(super) fn cases(row: &Row<'_>) -> Vec<Case> {
    let attributes = Map::from_iter([("flow".to_owned(), json!(row.flow()))]);
    let title = format!(
        "{} is created in {} with what it requires and the least amount; its flow is {}",
        row.method.label,
        row.currency,
        row.flow()
    );
    let members = ["countries", "currencies", "flow", "flow_by_country"];
    let known = match row.claim_of_limits() {
        Claim::Assumed => Claim::Assumed,
        _ => row.claim(&members),
    };
    vec![row.accepted(row.id("creation"), title, known, row.smallest(), attributes)]
}

pub(super) fn wrong_currency(row: &Row<'_>) -> Vec<Case> {
    let wrong = smallest::wrong_currency(row.method);
    let rule = match row.method.currencies {
        [(only, _)] => Rule::MustBe(only.to_string()),
        _ => Rule::Supported,
    };
    let mut request = row.smallest();
    request.insert("currency".to_owned(), Value::from(wrong.as_str()));
    let mut case = row.refused(
        format!("currency-{}", row.method.source_type),
        format!("{} is refused in {wrong}", row.method.label),
        row.claim(&["countries", "currencies"]),
        request,
        (Parameter::CURRENCY, rule),
    );
    // An account of one country is told of the currency that it has there.
    if row.method.currencies.len() > 1 {
        case.needs[0] = "every_country".to_owned();
    }
    vec![case]
}
