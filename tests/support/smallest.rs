//! The smallest request that a payment method allows, put together from its row.

use omise_types::{Currency, Parameter, PaymentMethod, Shape};
use serde_json::{Map, Value};

/// What is required and nothing else, with the least amount in the row's first currency.
///
/// The values are the specification's own examples; a bank or a term that the row does not have is
/// replaced by the first that it has.
pub fn smallest(method: &PaymentMethod) -> Map<String, Value> {
    let (currency, limits) = method.currencies[0];
    let mut request = Map::new();
    let mut least = limits.min;
    for &parameter in method.required {
        let example = serde_json::from_str(parameter.example()).expect("examples are JSON");
        let example = required_members(example, parameter.shape());
        let value = match parameter {
            Parameter::Bank if !method.banks.iter().any(|bank| example == **bank) => {
                Value::from(method.banks[0])
            }
            Parameter::InstallmentTerm => {
                let mut terms = method.installment_terms.iter();
                let term = terms.find(|term| example == term.months);
                let term = term.unwrap_or(&method.installment_terms[0]);
                least = least.max(term.min);
                Value::from(term.months)
            }
            _ => example,
        };
        request.insert(parameter.name().to_owned(), value);
    }
    request.insert("amount".to_owned(), Value::from(least.get()));
    request.insert("currency".to_owned(), Value::from(currency.as_str()));
    request.insert("type".to_owned(), Value::from(method.source_type.as_str()));
    request
}

/// Everything that a payment method takes, in its row's first currency.
pub fn whole(method: &PaymentMethod) -> Map<String, Value> {
    let mut request = smallest(method);
    for &parameter in Parameter::ALL {
        let is_list = matches!(parameter, Parameter::Bank | Parameter::InstallmentTerm);
        if method.takes(parameter) && !is_list {
            let example = serde_json::from_str(parameter.example()).expect("examples are JSON");
            request.entry(parameter.name()).or_insert(example);
        }
    }
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
        (Shape::Array(element), Value::Array(values)) => values
            .into_iter()
            .map(|value| required_members(value, element))
            .collect(),
        (_, example) => example,
    }
}

/// A currency that the row does not take, one of the specification where there is one.
pub fn wrong_currency(method: &PaymentMethod) -> Currency {
    let all = omise_types::CurrencyTerms::all()
        .iter()
        .map(|terms| terms.currency);
    let mut others = all.filter(|currency| method.limits(*currency).is_none());
    others
        .next()
        .expect("no payment method takes every currency")
}

/// A request as a form, nested parameters in Rack's brackets.
pub fn form(request: &Map<String, Value>) -> String {
    let mut pairs = Vec::new();
    for (name, value) in request {
        push(name.clone(), value, &mut pairs);
    }
    pairs.join("&")
}

fn push(name: String, value: &Value, pairs: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (member, value) in members {
                push(format!("{name}[{member}]"), value, pairs);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                push(format!("{name}[]"), element, pairs);
            }
        }
        Value::String(text) => pairs.push(format!("{}={}", escape(&name), escape(text))),
        other => pairs.push(format!("{}={other}", escape(&name))),
    }
}

fn escape(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b' ' => escaped.push('+'),
            byte if is_plain(byte) => escaped.push(char::from(byte)),
            byte => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}
