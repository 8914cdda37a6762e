//! The twin in OpenAPI 3.1: the same contract for programs that read 3.1 better.
//!
//! What changes is how a schema says things: `nullable` is a type of its own, an example is one of
//! `examples`, and a single value is a `const`.

use crate::tree::Node;
use anyhow::{Result, bail};
use indexmap::IndexMap;

use super::nodes::{list, members_at, text};

/// The document as OpenAPI 3.1.
///
/// # Errors
///
/// If a schema may be null and has no type.
pub(super) fn of(document: &Node) -> Result<Node> {
    let mut twin = document.clone();
    members_at(&mut twin, &[])?.insert("openapi".to_owned(), text("3.1.1"));
    license(members_at(&mut twin, &["info", "license"])?);
    let components = ["parameters", "headers"];
    for section in components {
        for (_, component) in members_at(&mut twin, &["components", section])? {
            if let Node::Map(members) = component
                && let Some(own) = members.get_mut("schema")
            {
                *own = schema(own)?;
            }
        }
    }
    for (_, component) in members_at(&mut twin, &["components", "schemas"])? {
        *component = schema(component)?;
    }
    Ok(twin)
}

/// 3.1 has the licence's identifier, in place of where its text is found.
fn license(members: &mut IndexMap<String, Node>) {
    if let Some(name) = members.get("name").cloned() {
        members.shift_remove("url");
        members.insert("identifier".to_owned(), name);
    }
}

/// A schema in the words of JSON Schema 2020-12.
fn schema(old: &Node) -> Result<Node> {
    let is_nullable = old.get("nullable") == Some(&Node::Bool(true));
    let mut new = IndexMap::new();
    for (word, value) in old.members() {
        let (word, value) = match word.as_str() {
            "nullable" => continue,
            "type" if is_nullable => ("type", list([value.clone(), text("null")])),
            "enum" => values(value, is_nullable),
            "example" => ("examples", list([value.clone()])),
            "items" => ("items", schema(value)?),
            "properties" => (word.as_str(), properties(value)?),
            word => (word, value.clone()),
        };
        new.insert(word.to_owned(), value);
    }
    if is_nullable && !new.contains_key("type") {
        bail!(
            "a schema is nullable without a type: {}",
            serde_json::to_string(old)?
        );
    }
    Ok(Node::Map(new))
}

fn properties(old: &Node) -> Result<Node> {
    let mut new = IndexMap::new();
    for (name, property) in old.members() {
        new.insert(name.clone(), schema(property)?);
    }
    Ok(Node::Map(new))
}

fn values(old: &Node, is_nullable: bool) -> (&'static str, Node) {
    match old.elements() {
        [only] if !is_nullable => ("const", only.clone()),
        all if is_nullable => ("enum", list(all.iter().cloned().chain([Node::Null]))),
        _ => ("enum", old.clone()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::nodes::map;
    use super::*;

    fn turned(old: serde_json::Value) -> serde_json::Value {
        schema(&Node::from(old)).expect("it has a twin").to_value()
    }

    #[test]
    fn a_nullable_schema_has_null_among_its_types_and_values() {
        assert_eq!(
            turned(json!({"type": "string", "nullable": true, "enum": ["a"]})),
            json!({"type": ["string", "null"], "enum": ["a", null]})
        );
    }

    #[test]
    fn an_example_is_one_of_the_examples_at_every_depth() {
        assert_eq!(
            turned(json!({"type": "array", "items": {"properties": {"example": {"example": 1}}}})),
            json!({"type": "array", "items": {"properties": {"example": {"examples": [1]}}}})
        );
    }

    #[test]
    fn what_is_nullable_without_a_type_is_refused() {
        assert!(schema(&map([("nullable", Node::Bool(true))])).is_err());
    }
}
