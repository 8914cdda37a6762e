//! A random request for a payment method: right as a rule, with something missing or wrong here and
//! there.

use omise_types::{CurrencyTerms, Operation, Parameter, PaymentMethod, Shape};
use serde_json::{Map, Value, json};

use crate::random::Random;

/// The parameters of a new source, as a service may be sent them.
pub fn random_request(random: &mut Random, method: &PaymentMethod) -> Map<String, Value> {
    // Half of the requests have no more wrong with them than a program in Rust can send.
    let junk = random.pick(&[0, 4]);
    let mut request = Map::new();
    for parameter in Operation::CreateSource.parameters() {
        let percent = if method.requires(parameter.name) {
            97
        } else {
            15
        };
        if random.chance(percent) {
            let value = if random.chance(junk) {
                random.junk(3)
            } else {
                right(random, junk, parameter, method)
            };
            request.insert(parameter.name.to_owned(), value);
        }
    }
    request
}

fn right(random: &mut Random, junk: u32, parameter: &Parameter, method: &PaymentMethod) -> Value {
    let value = match parameter.name {
        Parameter::AMOUNT => {
            let (_, limits) = random.pick(method.currencies);
            let (min, max) = (limits.min.get(), limits.max.get());
            let within = random.0.i64(min..=max);
            let at_the_ends = random.pick(&[min - 1, min, max, max + 1]);
            json!(if random.chance(80) {
                within
            } else {
                at_the_ends
            })
        }
        Parameter::CURRENCY if random.chance(95) => json!(random.pick(method.currencies).0),
        Parameter::CURRENCY => {
            let terms = random.pick(CurrencyTerms::all());
            json!(random.pick(&[terms.currency.as_str(), "thb", "XTS"]))
        }
        Parameter::TYPE => json!(method.source_type),
        Parameter::NAME => json!("Taro"),
        Parameter::BANK if !method.banks.is_empty() => json!(random.pick(method.banks)),
        Parameter::INSTALLMENT_TERM if !method.installment_terms.is_empty() => {
            json!(random.pick(method.installment_terms).months)
        }
        _ if random.chance(90) => {
            serde_json::from_str(parameter.example).expect("an example is JSON")
        }
        _ => of_shape(random, junk, &parameter.shape),
    };
    match value {
        // Forms send numbers as digits.
        Value::Number(number) if random.chance(30) => Value::String(number.to_string()),
        value => value,
    }
}

fn of_shape(random: &mut Random, junk: u32, shape: &Shape) -> Value {
    if random.chance(2 * junk) {
        return random.junk(2);
    }
    match shape {
        Shape::Amount { .. } | Shape::Count { .. } => json!(random.0.u32(0..100)),
        Shape::Boolean => json!(random.0.bool()),
        Shape::Text { .. } => json!(random.text()),
        Shape::OneOf(values) => json!(random.pick(values)),
        Shape::Object(members) => members
            .iter()
            .map(|member| {
                (
                    member.name.to_owned(),
                    of_shape(random, junk, &member.shape),
                )
            })
            .collect(),
        Shape::Array { element, .. } => (0..random.0.u32(0..4))
            .map(|_| of_shape(random, junk, element))
            .collect(),
    }
}
