//! The document as a plain tree that keeps the order of members.

use std::fmt;

use indexmap::IndexMap;
use omise_codegen::Problem;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A value of the document.
#[derive(Debug)]
pub(super) enum Node {
    /// A text.
    Text(String),
    /// Null, a boolean or a number: nothing that a rule looks into.
    Other,
    /// A list.
    List(Vec<Node>),
    /// A map, in the order in which it is written.
    Map(IndexMap<String, Node>),
}

impl Node {
    /// Reads a document.
    pub(super) fn read(yaml: &str) -> Result<Node, Problem> {
        serde_saphyr::from_str(yaml).map_err(|error| {
            let text = error.to_string();
            super::problem("", text.lines().next().unwrap_or_default())
        })
    }

    /// The member of that name, if this is a map that has it.
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        match self {
            Node::Map(members) => members.get(name),
            _ => None,
        }
    }

    /// The value at the end of several names.
    pub(super) fn at(&self, names: &[&str]) -> Option<&Node> {
        names.iter().try_fold(self, |node, name| node.get(name))
    }

    /// The members; none if this is no map.
    pub(super) fn members(&self) -> impl Iterator<Item = (&String, &Node)> {
        match self {
            Node::Map(members) => Some(members),
            _ => None,
        }
        .into_iter()
        .flatten()
    }

    /// The text, if this is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Visits this value and all below it with their paths. Examples are left out: what stands in
    /// them are words of the API, not of the document.
    pub(super) fn visit<'a>(&'a self, path: &str, see: &mut impl FnMut(&str, &'a Node)) {
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
            Node::Text(_) | Node::Other => {}
        }
    }
}

/// The path of a member.
pub(super) fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
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
        f.write_str("a value of YAML")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Other)
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
