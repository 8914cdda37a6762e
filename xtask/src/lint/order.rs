//! The order of members: what a reader wants first stands first.

use omise_codegen::Problem;

use super::node::Node;
use super::{Document, problem};

const DOCUMENT: [&str; 8] = [
    "openapi",
    "info",
    "externalDocs",
    "servers",
    "tags",
    "security",
    "paths",
    "components",
];

const COMPONENTS: [&str; 6] = [
    "parameters",
    "headers",
    "responses",
    "schemas",
    "examples",
    "securitySchemes",
];

const OPERATION: [&str; 9] = [
    "operationId",
    "tags",
    "summary",
    "description",
    "externalDocs",
    "security",
    "parameters",
    "requestBody",
    "responses",
];

// A named schema says what it is before what it may hold.
const SCHEMA: [&str; 16] = [
    "$ref",
    "type",
    "format",
    "title",
    "minimum",
    "nullable",
    "description",
    "enum",
    "x-extensible-enum",
    "x-omise-sensitive",
    "required",
    "properties",
    "items",
    "example",
    "x-omise-currencies",
    "x-omise-payment-methods",
];

// A property is usually one line of each, its shape first.
const PROPERTY: [&str; 18] = [
    "$ref",
    "allOf",
    "type",
    "format",
    "title",
    "enum",
    "minimum",
    "nullable",
    "description",
    "x-extensible-enum",
    "x-omise-every-type",
    "x-omise-alias-of",
    "x-omise-sensitive",
    "required",
    "properties",
    "items",
    "example",
    "x-omise-currencies",
];

/// The document: `openapi` first, `components` last.
pub(super) fn sections_are_in_order(document: &Document<'_>) -> Vec<Problem> {
    in_order(&document.root, "", &DOCUMENT)
        .into_iter()
        .collect()
}

/// The components: parameters before schemas before examples.
pub(super) fn components_are_in_order(document: &Document<'_>) -> Vec<Problem> {
    let components = document.root.get("components");
    components
        .and_then(|components| in_order(components, "components", &COMPONENTS))
        .into_iter()
        .collect()
}

/// An operation: its name first, its answers last.
pub(super) fn operations_are_in_order(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let paths = document.root.get("paths").into_iter();
    for (path, methods) in paths.flat_map(Node::members) {
        for (method, operation) in methods.members() {
            let place = format!("paths.{path}.{method}");
            problems.extend(in_order(operation, &place, &OPERATION));
        }
    }
    problems
}

/// A schema and its properties: type, constraints, description, members, example.
pub(super) fn schemas_are_in_order(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let schemas = document.root.at(&["components", "schemas"]).into_iter();
    for (name, schema) in schemas.flat_map(Node::members) {
        let place = format!("components.schemas.{name}");
        problems.extend(in_order(schema, &place, &SCHEMA));
        below(schema, &place, &mut problems);
    }
    problems
}

fn below(schema: &Node, place: &str, problems: &mut Vec<Problem>) {
    let properties = schema.get("properties").into_iter();
    let properties = properties
        .flat_map(Node::members)
        .map(|(name, property)| (format!("{place}.properties.{name}"), property));
    let items = schema
        .get("items")
        .map(|items| (format!("{place}.items"), items));
    for (place, property) in properties.chain(items) {
        problems.extend(in_order(property, &place, &PROPERTY));
        below(property, &place, problems);
    }
}

/// The first member that stands behind one that it should stand before.
fn in_order(node: &Node, place: &str, order: &[&str]) -> Option<Problem> {
    let known = node
        .members()
        .filter_map(|(name, _)| order.iter().position(|known| known == name));
    let known: Vec<usize> = known.collect();
    let wrong = known.windows(2).find(|pair| pair[0] > pair[1])?;
    Some(problem(
        place,
        format!(
            "`{}` must stand before `{}`",
            order[wrong[1]], order[wrong[0]]
        ),
    ))
}
