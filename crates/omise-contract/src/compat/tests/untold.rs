//! What a witness shows and no change says.

use super::super::change::Change;
use super::super::witness::{Findings, Witness};
use super::super::{compare, untold};
use super::DOCUMENT;
use crate::document::Document;

#[test]
fn a_request_that_is_refused_without_a_change_that_says_so_is_breaking() {
    let witness = Witness {
        method: "promptpay".to_owned(),
        country: None,
        request: serde_json::json!({}),
    };
    let findings = Findings {
        witnesses: vec![witness],
        undecided: vec!["econtext".to_owned()],
    };
    let lines = |changes: &[Change]| {
        let untold = untold(changes, &findings);
        untold.map(|change| change.marked()).collect::<Vec<_>>()
    };
    let first = "[breaking] `promptpay` refuses a request that it accepted";
    let second = "[breaking] `econtext` may refuse a request that it accepted";
    assert_eq!(lines(&[]), [first, second]);
    // What explains one payment method does not explain another.
    let changes = compare(&DOCUMENT, &with_row_changed("promptpay")).changes;
    assert_eq!(lines(&changes), [second]);
}

fn with_row_changed(method: &str) -> Document {
    let mut document = DOCUMENT.clone();
    let schemas = document.components.schemas.values_mut();
    let mut tables = schemas.filter_map(|schema| schema.payment_methods.as_mut());
    let row = tables.find_map(|rows| rows.get_mut(method));
    row.expect("it has a row").required.push("email".to_owned());
    document
}
