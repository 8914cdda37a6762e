use std::fmt;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Number;

/// A JSON value that keeps the order of members, because the order is a behaviour too.
///
/// # Example
///
/// ```
/// use omise_conformance::Json;
///
/// let Json::Object(members) = serde_json::from_str(r#"{"object": "source", "id": "src_1"}"#)?
/// else {
///     panic!("it is an object");
/// };
/// assert_eq!(members.keys().collect::<Vec<_>>(), ["object", "id"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(untagged)]
pub enum Json {
    /// Null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object. Two are equal if their members are, whatever the order.
    Object(IndexMap<String, Json>),
}

impl Json {
    /// The member of that name, if this is an object that has it.
    pub fn get(&self, name: &str) -> Option<&Json> {
        match self {
            Json::Object(members) => members.get(name),
            _ => None,
        }
    }
}

/// As JSON on one line.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(value) => write!(f, "{value}"),
            Json::Number(number) => write!(f, "{number}"),
            Json::Text(text) => write!(f, "{}", serde_json::Value::from(text.as_str())),
            Json::List(elements) => {
                f.write_str("[")?;
                for (index, element) in elements.iter().enumerate() {
                    write!(f, "{}{element}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            Json::Object(members) => {
                f.write_str("{")?;
                for (index, (name, member)) in members.iter().enumerate() {
                    let name = serde_json::Value::from(name.as_str());
                    write!(f, "{}{name}: {member}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str("}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_shown_as_it_was_read() {
        let text = r#"{"b": [null, true, 1, 1.5, "a\"b"], "a": {}}"#;
        let json: Json = serde_json::from_str(text).expect("JSON");
        assert_eq!(json.to_string(), text);
    }

    #[test]
    fn an_integer_with_decimals_is_another_number() {
        let read = |text: &str| serde_json::from_str::<Json>(text).expect("JSON");
        assert_ne!(read("1"), read("1.0"));
        assert_ne!(read("1"), read("\"1\""));
    }
}
