use omise_types::{Currency, Member, Parameter, PaymentMethod, Shape, SourceType};
use serde_json::{Map, Number, Value};

use crate::rejection::{Reason, Rule};

/// A request as it was read: each parameter of its payment method in the shape that it should have,
/// absent, or with the reason why it cannot be read.
///
/// Reading makes the API's coercions: `null`, blank text, an empty or blank object, an empty list and a
/// zero (but for `amount`) mean "not given"; digits in a text are a number; `1`, `0`, `true` and `false`
/// as text or number are booleans; a number where a text belongs is its digits. Parameters that the
/// payment method does not take, and unknown ones, are not looked at.
#[derive(Clone, Debug)]
pub struct Draft {
    pub(crate) method: Option<&'static PaymentMethod>,
    pub(crate) amount: Result<i64, Rule>,
    pub(crate) currency: Option<Currency>,
    // The parameters beside amount, currency and type, clean and under their names.
    pub(crate) given: Map<String, Value>,
    pub(crate) unreadable: Vec<(Parameter, Reason)>,
}

impl Draft {
    /// Reads a request out of a JSON object. Anything else is a request without parameters.
    pub fn read(request: Value) -> Draft {
        let mut request = match request {
            Value::Object(request) => request,
            _ => Map::new(),
        };
        let source_type = match request.remove(Parameter::Type.name()) {
            Some(Value::String(text)) => Some(SourceType::from(text)),
            _ => None,
        };
        let currency = match request.remove(Parameter::Currency.name()) {
            Some(Value::String(text)) => text.parse().ok(),
            _ => None,
        };
        let amount = request.remove(Parameter::Amount.name()).unwrap_or_default();
        let mut draft = Draft {
            method: source_type.and_then(|source_type| source_type.payment_method()),
            amount: integer(&amount),
            currency,
            given: Map::new(),
            unreadable: Vec::new(),
        };
        draft.read_parameters(request);
        draft
    }

    fn read_parameters(&mut self, mut request: Map<String, Value>) {
        let Some(method) = self.method else {
            return;
        };
        // Most requests have nothing beside amount, currency and type.
        if request.is_empty() {
            return;
        }
        for &parameter in Parameter::ALL {
            if !method.takes(parameter) {
                continue;
            }
            let Some(value) = request.remove(parameter.name()) else {
                continue;
            };
            let mut reasons = Vec::new();
            let path = parameter.name();
            let value = match (parameter.shape(), &value) {
                (Shape::Integer { .. }, value) if integer(value) == Ok(0) => None,
                (shape, _) => read(value, shape, path, &mut reasons),
            };
            let reasons = reasons.into_iter().map(|reason| (parameter, reason));
            self.unreadable.extend(reasons);
            if let Some(value) = value {
                // An alias only fills in for the parameter that it names, which was read before it.
                let name = parameter.alias_of().unwrap_or(parameter).name();
                self.given.entry(name).or_insert(value);
            }
        }
    }
}

/// Reads a value in a shape; `None` if it is not given or cannot be read, with the reasons added.
fn read(value: Value, shape: &Shape, path: &str, reasons: &mut Vec<Reason>) -> Option<Value> {
    let mut refuse = |rule| {
        reasons.push(Reason {
            parameter: path.to_owned(),
            rule,
        });
        None
    };
    if is_blank(&value) {
        return None;
    }
    match (shape, value) {
        (Shape::Integer { min, max }, value) => match integer(&value) {
            Ok(number) if number < *min => refuse(Rule::AtLeast(*min)),
            Ok(number) if number > *max => refuse(Rule::AtMost(*max)),
            Ok(number) => Some(Value::from(number)),
            Err(rule) => refuse(rule),
        },
        (Shape::Boolean, value) => match boolean(&value) {
            Some(value) => Some(Value::Bool(value)),
            None => refuse(Rule::Kind("true or false")),
        },
        (Shape::Text, Value::Number(number)) => Some(Value::String(number.to_string())),
        (Shape::Text, Value::String(text)) => Some(Value::String(text)),
        (Shape::Text, _) => refuse(Rule::Kind("a string")),
        (Shape::OneOf(values), Value::String(text)) => {
            let found = values
                .iter()
                .find(|value| value.eq_ignore_ascii_case(&text));
            match found {
                Some(value) => Some(Value::from(*value)),
                None => refuse(one_of(values)),
            }
        }
        (Shape::OneOf(values), _) => refuse(one_of(values)),
        (Shape::Object(members), Value::Object(object)) => {
            Some(read_members(object, members, path, reasons))
        }
        (Shape::Object(_), _) => refuse(Rule::Kind("an object")),
        (Shape::Array(element), Value::Array(values)) => {
            Some(read_elements(values, element, path, reasons))
        }
        (Shape::Array(element), Value::Object(object)) => match by_index(object) {
            Some(values) => Some(read_elements(values, element, path, reasons)),
            None => refuse(Rule::Kind("a list")),
        },
        (Shape::Array(_), _) => refuse(Rule::Kind("a list")),
    }
}

fn read_members(
    mut object: Map<String, Value>,
    members: &[Member],
    path: &str,
    reasons: &mut Vec<Reason>,
) -> Value {
    let mut clean = Map::new();
    for member in members {
        let path = format!("{path}[{}]", member.name);
        let value = object.remove(member.name).unwrap_or_default();
        if is_blank(&value) {
            if member.is_required {
                reasons.push(Reason {
                    parameter: path,
                    rule: Rule::NotBlank,
                });
            }
        } else if let Some(value) = read(value, &member.shape, &path, reasons) {
            clean.insert(member.name.to_owned(), value);
        }
    }
    Value::Object(clean)
}

fn read_elements(
    values: Vec<Value>,
    element: &Shape,
    path: &str,
    reasons: &mut Vec<Reason>,
) -> Value {
    let mut clean = Vec::with_capacity(values.len());
    for (index, value) in values.into_iter().enumerate() {
        let path = format!("{path}[{index}]");
        // A blank element is not left out: the list would be shorter than it was meant to be.
        let value = match (element, value) {
            (Shape::Object(members), Value::Object(object)) => {
                Some(read_members(object, members, &path, reasons))
            }
            (_, value) if is_blank(&value) => {
                reasons.push(Reason {
                    parameter: path,
                    rule: Rule::NotBlank,
                });
                None
            }
            (_, value) => read(value, element, &path, reasons),
        };
        clean.extend(value);
    }
    Value::Array(clean)
}

// Rack reads `items[0][sku]` as an object with the member `0`.
fn by_index(object: Map<String, Value>) -> Option<Vec<Value>> {
    let mut indexed = Vec::with_capacity(object.len());
    for (name, value) in object {
        let index: u32 = name.parse().ok()?;
        indexed.push((index, value));
    }
    indexed.sort_by_key(|(index, _)| *index);
    Some(indexed.into_iter().map(|(_, value)| value).collect())
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(_) | Value::Number(_) => false,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(members) => members.values().all(is_blank),
    }
}

fn one_of(values: &[&str]) -> Rule {
    Rule::OneOf(values.iter().map(|&value| value.to_owned()).collect())
}

/// A whole number, or digits in a text. What does not fit is the nearest that does: the limits of a
/// parameter, not of our integers, are what the message is to speak of.
fn integer(value: &Value) -> Result<i64, Rule> {
    match value {
        Value::Number(number) => whole(number),
        Value::String(text) => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(Rule::Number);
            }
            let beyond = if text.starts_with('-') {
                i64::MIN
            } else {
                i64::MAX
            };
            Ok(text.parse().unwrap_or(beyond))
        }
        _ => Err(Rule::Number),
    }
}

fn whole(number: &Number) -> Result<i64, Rule> {
    const BEYOND: f64 = 9_223_372_036_854_775_807.0;
    if let Some(number) = number.as_i64() {
        return Ok(number);
    }
    match number.as_f64() {
        Some(number) if number >= BEYOND => Ok(i64::MAX),
        Some(number) if number <= -BEYOND => Ok(i64::MIN),
        _ => Err(Rule::Integer),
    }
}

fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::Number(number) => match number.as_i64() {
            Some(1) => Some(true),
            Some(0) => Some(false),
            _ => None,
        },
        Value::String(text) => match text.as_str() {
            "1" | "true" => Some(true),
            "0" | "false" => Some(false),
            _ => None,
        },
        _ => None,
    }
}
