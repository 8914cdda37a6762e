//! The smallest request that a payment method allows, put together from its row.

use omise_types::{Currency, CurrencyTerms, Parameter, PaymentMethod, Shape};
use serde_json::{Map, Value};

/// What is required and nothing else, with the least amount in the row's first currency.
///
/// The values are the specification's own examples; a bank or a term that the row does not have is
/// replaced by the first that it has.
///
/// # Example
///
/// ```
/// use omise_conformance::table::smallest;
/// use omise_rules::{Account, Draft};
/// use omise_types::PaymentMethod;
///
/// for method in PaymentMethod::all() {
///     let request = smallest(method).into();
///     assert!(Draft::read(request).verify(&Account::default()).is_ok(), "{}", method.label);
/// }
/// ```
pub fn smallest(method: &PaymentMethod) -> Map<String, Value> {
    smallest_in(method, method.currencies[0].0)
}

/// The same, in a currency that the payment method takes.
pub(super) fn smallest_in(method: &PaymentMethod, currency: Currency) -> Map<String, Value> {
    let limits = method.limits(currency).unwrap_or(method.currencies[0].1);
    let mut request = Map::new();
    let mut least = limits.min;
    for parameter in method.required {
        let example = serde_json::from_str(parameter.example).expect("examples are JSON");
        let example = required_members(example, &parameter.shape);
        let value = match parameter.name {
            Parameter::BANK if !method.banks.iter().any(|bank| example == **bank) => {
                Value::from(method.banks[0])
            }
            Parameter::INSTALLMENT_TERM => {
                let mut terms = method.installment_terms.iter();
                let term = terms.find(|term| example == term.months);
                let term = term.unwrap_or(&method.installment_terms[0]);
                least = least.max(term.min);
                Value::from(term.months)
            }
            _ => example,
        };
        request.insert(parameter.name.to_owned(), value);
    }
    request.insert("amount".to_owned(), Value::from(least.get()));
    request.insert("currency".to_owned(), Value::from(currency.as_str()));
    request.insert("type".to_owned(), Value::from(method.source_type.as_str()));
    request
}

// The example of an object has all its members.
fn required_members(example: Value, shape: &Shape) -> Value {
    match (shape, example) {
        (Shape::Object(members), Value::Object(mut object)) => {
            object.retain(|name, _| {
                let mut required = members.iter().filter(|member| member.is_required);
                required.any(|member| member.name == name)
            });
            Value::Object(object)
        }
        (Shape::Array { element, .. }, Value::Array(values)) => values
            .into_iter()
            .map(|value| required_members(value, element))
            .collect(),
        (_, example) => example,
    }
}

/// A currency that the row does not take.
///
/// # Example
///
/// ```
/// use omise_conformance::table::wrong_currency;
/// use omise_types::PaymentMethod;
///
/// for method in PaymentMethod::all() {
///     assert!(method.limits(wrong_currency(method)).is_none());
/// }
/// ```
pub fn wrong_currency(method: &PaymentMethod) -> Currency {
    let all = CurrencyTerms::all().iter().map(|terms| terms.currency);
    let mut others = all.filter(|currency| method.limits(*currency).is_none());
    others
        .next()
        .expect("no payment method takes every currency")
}
