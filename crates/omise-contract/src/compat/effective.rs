//! The requests that a document allows, as schemas without references.
//!
//! The flat schema of the request says little; the row of a payment method says the rest. A cell is
//! one payment method in one currency and, for installments, over one term: within it every rule is
//! one of JSON Schema. It allows what a request that follows the document has and no more: a
//! parameter that the service would ignore is none that anybody relies on.

use crate::document::{ConstraintRow, Document, Format, MethodRow, Schema};
use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::methods;

/// What tells one cell from the others.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Cell {
    pub(crate) method: String,
    pub(crate) currency: String,
    pub(crate) months: Option<u32>,
}

/// The schema of every cell.
pub(crate) fn cells(document: &Document) -> IndexMap<Cell, Value> {
    let mut cells = IndexMap::new();
    for (method, row) in methods::of(document) {
        let requires_term = row.required.iter().any(|name| name == TERM);
        let without = (!requires_term).then_some(None);
        let terms = row.installment_terms.iter().map(|months| Some(*months));
        let terms: Vec<Option<u32>> = without.into_iter().chain(terms).collect();
        for currency in &row.currencies {
            for months in &terms {
                let cell = Cell {
                    method: method.clone(),
                    currency: currency.clone(),
                    months: *months,
                };
                let schema = request(document, row, &cell);
                cells.insert(cell, schema);
            }
        }
    }
    cells
}

/// The examples of the parameters, to make a request of.
pub(super) fn examples(document: &Document) -> Map<String, Value> {
    methods::parameters(document)
        .map(|(name, schema)| (name.clone(), example(document, schema, DEPTH)))
        .collect()
}

// The rules of these go beyond their shape.
const AMOUNT: &str = "amount";
const CURRENCY: &str = "currency";
const TYPE: &str = "type";
const BANK: &str = "bank";
const TERM: &str = "installment_term";

// A shape that holds itself ends somewhere.
const DEPTH: u32 = 8;

fn request(document: &Document, row: &MethodRow, cell: &Cell) -> Value {
    let mut properties = Map::new();
    let mut required: Vec<&str> = Vec::new();
    let base = methods::request(document);
    for (name, schema) in methods::parameters(document) {
        let is_required = row.required.contains(name)
            || base.is_some_and(|base| base.required.contains(name))
            || (name == TERM && cell.months.is_some());
        if !(is_required || takes(document, row, name, schema))
            || (name == TERM && cell.months.is_none())
        {
            continue;
        }
        if is_required {
            required.push(name);
        }
        let mut shape = shape(document, schema, DEPTH);
        restrict(document, row, cell, name, &mut shape);
        properties.insert(name.clone(), shape);
    }
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn takes(document: &Document, row: &MethodRow, name: &str, schema: &Schema) -> bool {
    let own = schema.alias_of.as_deref().unwrap_or(name);
    let names = row.required.iter().chain(&row.optional);
    let mut names = names.chain(methods::every_type(document));
    names.any(|known| known == own) || [AMOUNT, CURRENCY, TYPE].contains(&name)
}

/// Adds to the shape of a parameter what the row says of it.
fn restrict(document: &Document, row: &MethodRow, cell: &Cell, name: &str, shape: &mut Value) {
    match name {
        CURRENCY => shape["const"] = json!(cell.currency),
        TYPE => shape["const"] = json!(cell.method),
        TERM => shape["const"] = json!(cell.months),
        BANK if !row.banks.is_empty() => shape["enum"] = json!(row.banks),
        AMOUNT => {
            if let Some(limits) = methods::limits(document, row, &cell.currency) {
                let months = cell.months.unwrap_or(0);
                let monthly = row.installment_monthly_minimum.unwrap_or(0);
                let own = row.installment_minimums.get(&months.to_string());
                let shapes = shape["minimum"].as_i64().unwrap_or(i64::MIN);
                let least = [
                    shapes,
                    limits.min,
                    monthly * i64::from(months),
                    own.copied().unwrap_or(0),
                ];
                shape["minimum"] = json!(least.iter().max());
                shape["maximum"] = json!(limits.max);
            }
        }
        _ => {}
    }
    match row.constraints.get(name) {
        None => {}
        Some(ConstraintRow::MaxLength(most)) => shape["maxLength"] = json!(most),
        Some(ConstraintRow::Digits(least, most)) => {
            // The length is in the form already; said twice, it can be compared with others.
            shape["pattern"] = json!(format!("^[0-9]{{{least},{most}}}$"));
            shape["minLength"] = json!(least);
            shape["maxLength"] = json!(most);
        }
        Some(ConstraintRow::Format(Format::Email)) => shape["format"] = json!("email"),
    }
}

/// A shape of the document as JSON Schema, with what it points at in place.
fn shape(document: &Document, schema: &Schema, depth: u32) -> Value {
    let Some(depth) = depth.checked_sub(1) else {
        return Value::Bool(true);
    };
    if let Some(name) = schema.points_at() {
        let target = document.components.schemas.get(name);
        return target.map_or(Value::Bool(true), |target| shape(document, target, depth));
    }
    let mut shape = Map::new();
    let mut set = |keyword: &str, value: Value| shape.insert(keyword.to_owned(), value);
    if let Some(kind) = schema.kind {
        let mut kinds = vec![json!(kind.as_str())];
        kinds.extend(schema.nullable.then(|| json!("null")));
        set("type", Value::Array(kinds));
    }
    if let Some(values) = &schema.values {
        let mut values: Vec<Value> = values.iter().map(|value| json!(value)).collect();
        values.extend(schema.nullable.then_some(Value::Null));
        set("enum", Value::Array(values));
    }
    if let Some(minimum) = schema.minimum {
        set("minimum", json!(minimum));
    }
    if let Some(most) = schema.max_length {
        set("maxLength", json!(most));
    }
    if let Some(most) = schema.max_items {
        set("maxItems", json!(most));
    }
    if schema.format.as_deref() == Some("int32") {
        set("maximum", json!(i32::MAX));
    }
    if let Some(properties) = &schema.properties {
        let properties: Map<String, Value> = properties
            .iter()
            .map(|(name, property)| (name.clone(), self::shape(document, property, depth)))
            .collect();
        set("properties", Value::Object(properties));
        set("required", json!(schema.required));
        set("additionalProperties", json!(false));
    }
    if let Some(items) = &schema.items {
        set("items", self::shape(document, items, depth));
    }
    Value::Object(shape)
}

fn example(document: &Document, schema: &Schema, depth: u32) -> Value {
    let Some(depth) = depth.checked_sub(1) else {
        return Value::Null;
    };
    if let Some(example) = &schema.example {
        return example.clone();
    }
    if let Some(name) = schema.points_at() {
        let target = document.components.schemas.get(name);
        return target.map_or(Value::Null, |target| example(document, target, depth));
    }
    if let Some(items) = &schema.items {
        return json!([example(document, items, depth)]);
    }
    let properties = schema.properties.iter().flatten();
    let members =
        properties.map(|(name, property)| (name.clone(), example(document, property, depth)));
    Value::Object(members.collect())
}
