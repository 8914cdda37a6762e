//! A document as a plain tree that keeps the order of its members.

use std::fmt;

use indexmap::IndexMap;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::{Number, Value};

use crate::problem::Problem;

/// A value of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order in which it is written.
    Map(IndexMap<String, Node>),
}

impl Node {
    /// Reads a document.
    ///
    /// # Errors
    ///
    /// The text is no YAML, or a map of it has a key that is no text.
    pub fn read(yaml: &str) -> Result<Node, Problem> {
        serde_saphyr::from_str(yaml).map_err(|error| {
            let text = error.to_string();
            Problem {
                path: String::new(),
                message: text.lines().next().unwrap_or_default().to_owned(),
            }
        })
    }

    /// The member of that name, if this is a map that has it.
    pub fn get(&self, name: &str) -> Option<&Node> {
        match self {
            Node::Map(members) => members.get(name),
            _ => None,
        }
    }

    /// The value at the end of several names.
    pub fn at(&self, names: &[&str]) -> Option<&Node> {
        names.iter().try_fold(self, |node, name| node.get(name))
    }

    /// The members; none if this is no map.
    pub fn members(&self) -> impl Iterator<Item = (&String, &Node)> {
        match self {
            Node::Map(members) => Some(members),
            _ => None,
        }
        .into_iter()
        .flatten()
    }

    /// The elements; none if this is no list.
    pub fn elements(&self) -> &[Node] {
        match self {
            Node::List(elements) => elements,
            _ => &[],
        }
    }

    /// The text, if this is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Visits this value and all below it with their paths. Examples are left out: what stands in
    /// them are words of the API, not of the document.
    pub fn visit<'a>(&'a self, path: &str, see: &mut impl FnMut(&str, &'a Node)) {
        see(path, self);
        match self {
            Node::List(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    element.visit(&format!("{path}[{index}]"), see);
                }
            }
            Node::Map(members) => {
                for (name, member) in members {
                    let place = join(path, name);
                    let is_example = name == "example"
                        || (name == "value" && path.starts_with("components.examples."));
                    if !is_example {
                        member.visit(&place, see);
                    }
                }
            }
            Node::Null | Node::Bool(_) | Node::Number(_) | Node::Text(_) => {}
        }
    }

    /// The same without the order of the members.
    pub fn to_value(&self) -> Value {
        match self {
            Node::Null => Value::Null,
            Node::Bool(value) => Value::from(*value),
            Node::Number(number) => Value::from(number.clone()),
            Node::Text(text) => Value::from(text.as_str()),
            Node::List(elements) => elements.iter().map(Node::to_value).collect(),
            Node::Map(members) => {
                let members = members.iter();
                Value::Object(
                    members
                        .map(|(name, node)| (name.clone(), node.to_value()))
                        .collect(),
                )
            }
        }
    }
}

/// The path of a member.
pub fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

impl From<Value> for Node {
    fn from(value: Value) -> Node {
        match value {
            Value::Null => Node::Null,
            Value::Bool(value) => Node::Bool(value),
            Value::Number(number) => Node::Number(number),
            Value::String(text) => Node::Text(text),
            Value::Array(elements) => Node::List(elements.into_iter().map(Node::from).collect()),
            Value::Object(members) => Node::Map(
                members
                    .into_iter()
                    .map(|(name, value)| (name, Node::from(value)))
                    .collect(),
            ),
        }
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Node::Null => serializer.serialize_unit(),
            Node::Bool(value) => serializer.serialize_bool(*value),
            Node::Number(number) => number.serialize(serializer),
            Node::Text(text) => serializer.serialize_str(text),
            Node::List(elements) => elements.serialize(serializer),
            Node::Map(members) => members.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of YAML or JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Number(number.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Node, E> {
        let number = Number::from_f64(number);
        number
            .map(Node::Number)
            .ok_or_else(|| E::custom("a number must be finite"))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Node, E> {
        Ok(Node::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element()? {
            list.push(element);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Node, A::Error> {
        let mut map = IndexMap::new();
        while let Some((name, member)) = members.next_entry()? {
            map.insert(name, member);
        }
        Ok(Node::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SOURCE_YAML;

    #[test]
    fn the_document_comes_back_from_json_in_its_own_order() {
        let document = Node::read(&SOURCE_YAML).expect("it is YAML");
        let json = serde_json::to_string(&document).expect("it is JSON too");
        let again: Node = serde_json::from_str(&json).expect("it was just written");
        assert_eq!(again, document);
        let sections: Vec<&String> = again.members().map(|(name, _)| name).collect();
        assert_eq!(sections[..3], ["openapi", "info", "externalDocs"]);
    }

    #[test]
    fn the_value_is_what_the_yaml_says() {
        let value: Value = serde_saphyr::from_str(&SOURCE_YAML).expect("it is YAML");
        let document = Node::read(&SOURCE_YAML).expect("it is YAML");
        assert_eq!(document.to_value(), value);
        assert_eq!(Node::from(value).to_value(), document.to_value());
    }
}
