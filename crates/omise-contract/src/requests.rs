//! Requests of a payment method, put together from the examples of the document.

use serde_json::{Map, Value};

use crate::document::MethodRow;
use crate::limits::{installment_minimum, limits};
use crate::spec::Spec;

/// The first request of the document for a payment method, or the smallest one that there is with
/// the examples of its parameters.
pub fn example_request(spec: &Spec, key: &str, row: &MethodRow) -> Map<String, Value> {
    let operations = spec.operations();
    let bodies = operations.filter_map(|(_, _, operation)| operation.request_body.as_ref());
    let media = bodies.flat_map(|body| body.content.values());
    let named = &spec.document().components.examples;
    let mut requests = media
        .flat_map(|media| media.examples.values())
        .filter_map(|reference| named.get(reference.name())?.value.as_object());
    match requests.find(|request| request["type"] == key) {
        Some(request) => request.clone(),
        None => {
            let mut request = of_parameters(spec, row, |name| row.required.contains(name));
            request.insert("type".to_owned(), Value::from(key));
            request
        }
    }
}

/// A request with all that a payment method takes.
pub fn whole_request(spec: &Spec, row: &MethodRow) -> Map<String, Value> {
    of_parameters(spec, row, |name| {
        let mut lists = [&row.required, &row.optional].into_iter();
        lists.any(|names| names.contains(name)) || spec.every_type().contains(name)
    })
}

/// The least amount in the row's first currency, with the examples of parameters.
fn of_parameters(
    spec: &Spec,
    row: &MethodRow,
    is_given: impl Fn(&String) -> bool,
) -> Map<String, Value> {
    let currency = &row.currencies[0];
    let mut amount = limits(spec, row, currency).min;
    let mut request = Map::new();
    for (name, schema) in spec.parameters() {
        if !is_given(name) {
            continue;
        }
        let mut value = spec.example(schema);
        if name == "bank" && !row.banks.iter().any(|bank| value == **bank) {
            value = Value::from(row.banks[0].as_str());
        }
        if name == "installment_term" {
            let mut terms = row.installment_terms.iter().copied();
            let months = terms.find(|months| value == *months);
            let months = months.unwrap_or(row.installment_terms[0]);
            amount = installment_minimum(spec, row, months);
            value = Value::from(months);
        }
        request.insert(name.clone(), value);
    }
    request.insert("amount".to_owned(), Value::from(amount));
    request.insert("currency".to_owned(), Value::from(currency.as_str()));
    request
}
