//! The order of members: what a reader wants first stands first.

use crate::Problem;

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

const OPERATION: [&str; 11] = [
    "operationId",
    "tags",
    "summary",
    "description",
    "externalDocs",
    "security",
    "x-omise-effect",
    "x-omise-retry",
    "parameters",
    "requestBody",
    "responses",
];

// A named schema says what it is before what it may hold.
const SCHEMA: [&str; 17] = [
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
    "x-omise-every-type",
    "properties",
    "items",
    "example",
    "x-omise-currencies",
    "x-omise-payment-methods",
];

// A property is usually one line of each, its shape first.
const PROPERTY: [&str; 20] = [
    "$ref",
    "type",
    "format",
    "title",
    "enum",
    "minimum",
    "maxLength",
    "maxItems",
    "nullable",
    "description",
    "x-extensible-enum",
    "x-omise-alias-of",
    "x-omise-id",
    "x-omise-sensitive",
    "required",
    "properties",
    "items",
    "example",
    "x-omise-currencies",
    "x-omise-messages",
];

const INFO: [&str; 5] = ["title", "version", "description", "contact", "license"];

const REQUEST_BODY: [&str; 3] = ["description", "required", "content"];

const RESPONSE: [&str; 4] = ["description", "headers", "content", "links"];

// What is named in each section of the components. Schemas have an order of their own.
const NAMED: [(&str, &[&str]); 5] = [
    (
        "parameters",
        &[
            "name",
            "in",
            "required",
            "description",
            "schema",
            "example",
            "x-omise-versions",
        ],
    ),
    ("headers", &["description", "schema", "example"]),
    ("responses", &RESPONSE),
    ("examples", &["summary", "value"]),
    ("securitySchemes", &["type", "scheme", "description"]),
];

// A row of a table: what it is, what it takes, how it is known.
const ROW: [&str; 25] = [
    "label",
    "flow",
    "flow_by_country",
    "country",
    "countries",
    "currencies",
    "decimals",
    "min",
    "max",
    "amount",
    "required",
    "optional",
    "banks",
    "installment_terms",
    "installment_monthly_minimum",
    "installment_minimums",
    "installment_interest",
    "constraints",
    "charge_expiry_hours",
    "discontinued",
    "evidence",
    "evidence_by_country",
    "ours",
    "see",
    "note",
];

/// The document: `openapi` first, `components` last.
pub(super) fn sections_are_in_order(document: &Document<'_>) -> Vec<Problem> {
    let info = document.root.get("info");
    in_order(&document.root, "", &DOCUMENT)
        .into_iter()
        .chain(info.and_then(|info| in_order(info, "info", &INFO)))
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

/// What is named in the components: what it is before what it looks like.
pub(super) fn what_is_named_is_in_order(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (section, order) in NAMED {
        let named = document.root.at(&["components", section]).into_iter();
        for (name, node) in named.flat_map(Node::members) {
            let place = format!("components.{section}.{name}");
            problems.extend(in_order(node, &place, order));
        }
    }
    problems
}

/// A row of a table: what it is first, how it is known last.
pub(super) fn rows_are_in_order(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (schema, table) in [
        ("Currency", "x-omise-currencies"),
        ("SourceType", "x-omise-payment-methods"),
    ] {
        let rows = document.root.at(&["components", "schemas", schema, table]);
        for (key, row) in rows.into_iter().flat_map(Node::members) {
            let place = format!("components.schemas.{schema}.{table}.{key}");
            problems.extend(in_order(row, &place, &ROW));
        }
    }
    problems
}

/// An operation: its name first, its answers last.
pub(super) fn operations_are_in_order(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let paths = document.root.get("paths").into_iter();
    for (path, methods) in paths.flat_map(Node::members) {
        for (method, operation) in methods.members() {
            let place = format!("paths.{path}.{method}");
            problems.extend(in_order(operation, &place, &OPERATION));
            if let Some(body) = operation.get("requestBody") {
                problems.extend(in_order(
                    body,
                    &format!("{place}.requestBody"),
                    &REQUEST_BODY,
                ));
            }
            let responses = operation.get("responses").into_iter();
            for (status, response) in responses.flat_map(Node::members) {
                let place = format!("{place}.responses.{status}");
                problems.extend(in_order(response, &place, &RESPONSE));
            }
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
