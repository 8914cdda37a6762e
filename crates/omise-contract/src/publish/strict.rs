//! The strict view: a schema for each payment method, told apart by `type`.
//!
//! It is for whoever wants a request refused before it is sent. What it says of a payment method is
//! derived from its row; it refuses no request that is written as the document writes it and that
//! the rules take.

use crate::document::{ApiVersion, ConstraintRow, Format, MethodRow};
use crate::tree::Node;
use crate::{Spec, installment_minimum, limits};
use anyhow::{Context, Result};
use heck::ToUpperCamelCase;
use indexmap::IndexMap;

use super::nodes::{list, map, members_at, number, schema_reference, text, texts};

const REQUEST: &str = "SourceParameters";

/// The control characters that the rules refuse in a text, as a part of a class of characters.
const CONTROL: &str = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f";

const DESCRIPTION: &str = "This is the strict view of the document: a new source has a schema for \
    each payment method, told apart by `type`. It takes a request as the document writes it, not \
    in every way that the API reads: no digit strings for integers, no blank for what is not \
    given, no code in another case. Parameters that a payment method does not take are let \
    through, as the API ignores them. A payment method that came after this version is refused, \
    and so is an `Omise-Version` that the document does not describe.";

/// The document with a schema for each payment method.
///
/// # Errors
///
/// If the document has no schema of a new source.
pub(super) fn view(document: &Node, spec: &Spec) -> Result<Node> {
    let request = document
        .at(&["components", "schemas", REQUEST])
        .with_context(|| format!("there is no schema {REQUEST}"))?;
    let methods: Vec<(String, String, Node)> = spec
        .payment_methods()
        .map(|(key, row)| (key.clone(), schema_name(key), of(key, row, request, spec)))
        .collect();

    let mut strict = document.clone();
    let info = members_at(&mut strict, &["info"])?;
    if let Some(Node::Text(description)) = info.get_mut("description") {
        *description = format!("{DESCRIPTION}\n\n{description}");
    }
    one_version(
        members_at(&mut strict, &["components", "parameters"])?,
        spec,
    );
    let schemas = members_at(&mut strict, &["components", "schemas"])?;
    let properties = request.get("properties").into_iter();
    for (_, property) in properties.flat_map(Node::members) {
        narrow(schemas, property);
    }
    schemas.insert(REQUEST.to_owned(), union(request, &methods));
    for (_, name, schema) in methods {
        schemas.insert(name, schema);
    }
    Ok(strict)
}

/// Only the version that the document describes is answered as it says.
fn one_version(parameters: &mut IndexMap<String, Node>, spec: &Spec) {
    for (name, parameter) in &spec.document().components.parameters {
        let mut versions = parameter.versions.iter();
        let described = versions.find(|row| row.sources == ApiVersion::Described);
        if let Some(row) = described
            && let Some(Node::Map(members)) = parameters.get_mut(name)
            && let Some(Node::Map(schema)) = members.get_mut("schema")
        {
            schema.insert("enum".to_owned(), texts([&row.version]));
        }
    }
}

/// The pattern of a text: without control characters and, where it is required, not blank.
fn pattern(is_required: bool) -> Node {
    let any = format!("[^{CONTROL}]*");
    text(&if is_required {
        format!(r"^{any}[^\s{CONTROL}]{any}$")
    } else {
        format!("^{any}$")
    })
}

/// Gives the texts of a part of a request their patterns, and its numbers the most that the rules
/// take.
fn narrow(schemas: &mut IndexMap<String, Node>, property: &Node) {
    let part = property.get("items").unwrap_or(property);
    let name = part.get("$ref").and_then(Node::text);
    let name = name.and_then(|name| name.rsplit('/').next());
    let Some(Node::Map(schema)) = name.and_then(|name| schemas.get_mut(name)) else {
        return;
    };
    let required = schema.get("required").cloned().unwrap_or(Node::Null);
    let Some(Node::Map(properties)) = schema.get_mut("properties") else {
        return;
    };
    for (name, property) in properties {
        let Node::Map(property) = property else {
            continue;
        };
        let word = |member: &str| property.get(member).and_then(Node::text);
        let (keyword, value) = match (word("type"), word("format")) {
            (Some("string"), _) => {
                let is_required = required.elements().contains(&text(name));
                ("pattern", pattern(is_required))
            }
            (_, Some("int32")) => ("maximum", number(i32::MAX.into())),
            (_, Some("int64")) => ("maximum", number(i64::MAX - 1)),
            _ => continue,
        };
        property.insert(keyword.to_owned(), value);
    }
}

fn schema_name(key: &str) -> String {
    format!("{}Parameters", key.to_upper_camel_case())
}

fn union(request: &Node, methods: &[(String, String, Node)]) -> Node {
    let mapping = methods
        .iter()
        .map(|(key, name, _)| (key.clone(), text(&format!("#/components/schemas/{name}"))));
    let names = methods.iter().map(|(_, name, _)| name);
    let description = request.get("description").cloned();
    map([
        ("description", description.unwrap_or(Node::Null)),
        ("oneOf", list(names.map(|name| schema_reference(name)))),
        (
            "discriminator",
            map([
                ("propertyName", text("type")),
                ("mapping", Node::Map(mapping.collect())),
            ]),
        ),
    ])
}

/// The schema of one payment method.
fn of(key: &str, row: &MethodRow, request: &Node, spec: &Spec) -> Node {
    let cases = cases(row, spec);
    let mut properties = IndexMap::new();
    let mut required = Vec::new();
    // What demands one of several; all of them count.
    let mut choices = Vec::new();
    let declared = request
        .get("properties")
        .into_iter()
        .flat_map(Node::members);
    for (name, declared) in declared {
        let property = match name.as_str() {
            "amount" => Some(amount(declared, &cases)),
            "currency" => Some(one_of(texts(&row.currencies))),
            "type" => Some(one_of(texts([key]))),
            _ => parameter(name, row, declared, spec),
        };
        let Some(property) = property else { continue };
        properties.insert(name.clone(), property);
        let is_required = is_always_required(request, name) || row.required.contains(name);
        match alias(name, spec) {
            Some(alias) if is_required => choices.push(either(name, alias, row)),
            _ if is_required => required.push(name.clone()),
            _ => {}
        }
    }
    if cases.len() > 1 {
        choices.push(list(cases.iter().map(Case::schema)));
    }

    let label = &row.label;
    let mut schema = IndexMap::from([
        ("type".to_owned(), text("object")),
        (
            "description".to_owned(),
            text(&format!("The parameters of a new source: {label}.")),
        ),
        ("required".to_owned(), texts(required)),
        ("properties".to_owned(), Node::Map(properties)),
    ]);
    if !choices.is_empty() {
        let choices = choices.into_iter().map(|choice| map([("anyOf", choice)]));
        schema.insert("allOf".to_owned(), list(choices));
    }
    Node::Map(schema)
}

fn is_always_required(request: &Node, name: &str) -> bool {
    let required = request.get("required").map(Node::elements);
    required.is_some_and(|required| required.iter().any(|one| one.text() == Some(name)))
}

/// The other name of a parameter.
fn alias<'a>(name: &str, spec: &'a Spec) -> Option<&'a str> {
    let mut aliases = spec.parameters();
    aliases
        .find(|(_, schema)| schema.alias_of.as_deref() == Some(name))
        .map(|(alias, _)| alias.as_str())
}

/// A parameter under one name or the other. Where both are given the first counts, so only where it
/// stands alone has the other to be right.
fn either(name: &str, alias: &str, row: &MethodRow) -> Node {
    let constraint = Node::Map(constraint(name, row, true));
    list([
        map([
            ("required", texts([name])),
            ("properties", map([(name, map([]))])),
        ]),
        map([
            ("required", texts([alias])),
            ("properties", map([(alias, constraint)])),
        ]),
    ])
}

/// A text that is one of these values.
fn one_of(values: Node) -> Node {
    let example = values.elements().first().cloned();
    map([
        ("type", text("string")),
        ("enum", values),
        ("example", example.unwrap_or(Node::Null)),
    ])
}

/// A parameter as this payment method takes it; nothing if it does not.
fn parameter(name: &str, row: &MethodRow, declared: &Node, spec: &Spec) -> Option<Node> {
    let mut parameters = spec.parameters();
    let (_, schema) = parameters.find(|(known, _)| *known == name)?;
    let real = schema.alias_of.as_deref().unwrap_or(name);
    let is_required = row.required.iter().any(|known| known == real);
    let is_taken = [&row.required, &row.optional, spec.every_type()]
        .iter()
        .any(|names| names.iter().any(|known| known == real));
    if !is_taken {
        return None;
    }
    let Node::Map(mut property) = declared.clone() else {
        return None;
    };
    if is_text(declared) {
        property.insert("pattern".to_owned(), pattern(false));
    }
    if schema.alias_of.is_none() {
        property.extend(constraint(name, row, is_required && is_text(declared)));
        if is_required && declared.get("type").and_then(Node::text) == Some("array") {
            property.insert("minItems".to_owned(), number(1));
        }
    }
    if property.contains_key("enum") {
        property.shift_remove("pattern");
    }
    keep_the_example(&mut property);
    Some(Node::Map(property))
}

fn is_text(schema: &Node) -> bool {
    schema.get("type").and_then(Node::text) == Some("string")
}

/// What a row says of the value of a parameter.
fn constraint(name: &str, row: &MethodRow, is_required_text: bool) -> IndexMap<String, Node> {
    let mut schema = IndexMap::new();
    if is_required_text {
        schema.insert("pattern".to_owned(), pattern(true));
    }
    match row.constraints.get(name) {
        Some(ConstraintRow::MaxLength(most)) => {
            schema.insert("maxLength".to_owned(), number(i64::from(*most)));
        }
        Some(ConstraintRow::Digits(least, most)) => {
            let pattern = format!("^[0-9]{{{least},{most}}}$");
            schema.insert("pattern".to_owned(), text(&pattern));
        }
        // What the rules ask of an address, not what a library takes `format: email` for.
        Some(ConstraintRow::Format(Format::Email)) => {
            let word = r"[^\s\x00-\x1f\x7f-\x9f@";
            let pattern = format!(r"^{word}]+@{word}.]+(\.{word}.]+)+$");
            schema.insert("pattern".to_owned(), text(&pattern));
            schema.insert("maxLength".to_owned(), number(254));
        }
        None => {}
    }
    match name {
        "bank" if !row.banks.is_empty() => {
            schema.insert("enum".to_owned(), texts(&row.banks));
        }
        "installment_term" if !row.installment_terms.is_empty() => {
            let terms = row.installment_terms.iter();
            let terms = terms.map(|months| number(i64::from(*months)));
            schema.insert("enum".to_owned(), list(terms));
        }
        _ => {}
    }
    schema
}

/// An example must be one of the values; the first stands in where it is not.
fn keep_the_example(property: &mut IndexMap<String, Node>) {
    let Some(Node::List(values)) = property.get("enum").cloned() else {
        return;
    };
    if let (Some(example), Some(first)) = (property.get_mut("example"), values.first())
        && !values.contains(example)
    {
        *example = first.clone();
    }
}

/// Between which amounts a source can be, in some currencies and for some terms.
struct Case {
    currencies: Vec<String>,
    terms: Vec<u32>,
    min: i64,
    max: i64,
}

impl Case {
    fn schema(&self) -> Node {
        let mut properties = IndexMap::new();
        properties.insert(
            "currency".to_owned(),
            map([("enum", texts(&self.currencies))]),
        );
        if !self.terms.is_empty() {
            let terms = self.terms.iter().map(|months| number(i64::from(*months)));
            properties.insert("installment_term".to_owned(), map([("enum", list(terms))]));
        }
        let amount = map([("minimum", number(self.min)), ("maximum", number(self.max))]);
        properties.insert("amount".to_owned(), amount);
        map([("properties", Node::Map(properties))])
    }
}

/// The cases of a payment method that differ in their limits.
fn cases(row: &MethodRow, spec: &Spec) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for currency in &row.currencies {
        let limits = limits(spec, row, currency);
        let terms: Vec<Option<u32>> = match row.installment_terms.as_slice() {
            [] => vec![None],
            terms => terms.iter().copied().map(Some).collect(),
        };
        for term in terms {
            let least = term.map_or(limits.min, |months| installment_minimum(spec, row, months));
            let min = limits.min.max(least);
            let known = cases.iter_mut().find(|case| {
                let is_of_it = term.is_none() || case.currencies.contains(currency);
                is_of_it && case.min == min && case.max == limits.max
            });
            let case = match known {
                Some(case) => case,
                None => {
                    cases.push(Case {
                        currencies: vec![],
                        terms: vec![],
                        min,
                        max: limits.max,
                    });
                    cases.last_mut().expect("it was just pushed")
                }
            };
            if !case.currencies.contains(currency) {
                case.currencies.push(currency.clone());
            }
            case.terms.extend(term);
        }
    }
    cases
}

/// The amount between the widest limits.
fn amount(declared: &Node, cases: &[Case]) -> Node {
    let mut amount = map_members(declared);
    let min = cases.iter().map(|case| case.min).min().unwrap_or(1);
    let max = cases.iter().map(|case| case.max).max().unwrap_or(i64::MAX);
    amount.insert("minimum".to_owned(), number(min));
    amount.insert("maximum".to_owned(), number(max));
    amount.insert("example".to_owned(), number(min));
    Node::Map(amount)
}

fn map_members(node: &Node) -> IndexMap<String, Node> {
    let members = node.members();
    members
        .map(|(name, member)| (name.clone(), member.clone()))
        .collect()
}
