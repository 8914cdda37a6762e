//! Requests that a payment method allows, put together from its row.

use omise_types::{Operation, Parameter, PaymentMethod};
use serde_json::{Map, Value};

pub use omise_conformance::table::{smallest, wrong_currency};

/// Everything that a payment method takes, in its row's first currency.
pub fn whole(method: &PaymentMethod) -> Map<String, Value> {
    let mut request = smallest(method);
    for parameter in Operation::CreateSource.parameters() {
        let is_list = matches!(
            parameter.name,
            Parameter::BANK | Parameter::INSTALLMENT_TERM
        );
        if method.takes(parameter) && !is_list {
            let example = serde_json::from_str(parameter.example).expect("examples are JSON");
            request.entry(parameter.name).or_insert(example);
        }
    }
    request
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
