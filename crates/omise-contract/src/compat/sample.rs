//! Values that a schema allows, as near as can be to what people send.

use serde_json::{Map, Value, json};

/// A request with what is required and nothing else.
pub(super) fn usual_request(schema: &Value, examples: &Map<String, Value>) -> Value {
    let mut request = Map::new();
    for name in names(schema, "required") {
        let found = near(examples.get(name), &schema["properties"][name]);
        if let Some(value) = found.into_iter().next() {
            request.insert(name.to_owned(), value);
        }
    }
    Value::Object(request)
}

/// Requests that differ from a usual one in one parameter.
pub(super) fn variants(schema: &Value, usual: &Value, examples: &Map<String, Value>) -> Vec<Value> {
    let mut variants = vec![usual.clone()];
    for (name, of_parameter) in schema["properties"].as_object().into_iter().flatten() {
        let mut without = usual.clone();
        if let Some(members) = without.as_object_mut() {
            members.remove(name);
        }
        let example = examples.get(name).cloned();
        let values = example.into_iter().chain(ends(of_parameter));
        variants.extend(values.map(|value| {
            let mut with = without.clone();
            with[name] = value;
            with
        }));
        variants.push(without);
    }
    variants
}

/// Values that a schema allows: the one given if it is among them, else others like it.
pub(super) fn near(value: Option<&Value>, schema: &Value) -> Vec<Value> {
    if *schema == Value::Bool(false) {
        return Vec::new();
    }
    let Ok(validator) = jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(schema)
    else {
        return Vec::new();
    };
    if let Some(value) = value.filter(|value| validator.is_valid(value)) {
        return vec![value.clone()];
    }
    let branches = ["anyOf", "oneOf"].map(|keyword| schema[keyword].as_array());
    let branches = branches.into_iter().flatten().flatten();
    let of_branches = branches.flat_map(|branch| near(value, branch));
    let candidates = of_branches
        .chain(objects(value, schema))
        .chain(lists(value, schema))
        .chain(ends(schema));
    candidates
        .filter(|value| validator.is_valid(value))
        .collect()
}

/// Objects that have what one must have and lack what one may not have: one with the first value
/// that each member may have, and others in which one member has another.
fn objects(value: Option<&Value>, schema: &Value) -> Vec<Value> {
    let properties = schema["properties"].as_object();
    let required: Vec<&str> = names(schema, "required").collect();
    if properties.is_none() && required.is_empty() {
        return Vec::new();
    }
    let mut object = value
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let mut others = Vec::new();
    for (name, property) in properties.into_iter().flatten() {
        let is_required = required.contains(&name.as_str());
        if !is_required && !object.contains_key(name) {
            continue;
        }
        let mut values = near(object.get(name), property).into_iter();
        match values.next() {
            Some(value) => object.insert(name.clone(), value),
            None => object.remove(name),
        };
        others.extend(values.map(|value| (name, value)));
    }
    let with = |(name, value): (&String, Value)| {
        let mut other = object.clone();
        other.insert(name.clone(), value);
        Value::Object(other)
    };
    let others: Vec<Value> = others.into_iter().map(with).collect();
    std::iter::once(Value::Object(object))
        .chain(others)
        .collect()
}

/// Lists of one element that are what one must be, or that have what one must have.
fn lists(value: Option<&Value>, schema: &Value) -> Vec<Value> {
    let first = value.and_then(|value| value.get(0));
    let of_elements = ["contains", "items"].map(|keyword| schema.get(keyword));
    let elements = of_elements.into_iter().flatten();
    let elements = elements.flat_map(|element| near(first, element));
    elements.map(|element| json!([element])).collect()
}

/// Values at the ends of what a schema allows, and just beyond.
fn ends(schema: &Value) -> Vec<Value> {
    let mut values = Vec::new();
    values.extend(schema.get("const").cloned());
    values.extend(schema["enum"].as_array().cloned().unwrap_or_default());
    for keyword in ["minimum", "maximum"] {
        if let Some(end) = schema[keyword].as_i64() {
            values.extend([end, end.saturating_sub(1), end.saturating_add(1)].map(Value::from));
        }
    }
    let bounds = ["minLength", "maxLength"].map(|keyword| count(schema, keyword));
    let bounds = bounds.into_iter().flatten();
    let lengths = bounds.flat_map(|length| [length, length + 1]);
    for length in lengths.chain(1..=LONGEST) {
        values.push(json!("a".repeat(length)));
        values.push(json!("1".repeat(length)));
    }
    values.extend([
        json!([]),
        json!(false),
        json!(true),
        json!(0),
        json!(1),
        json!(1.5),
        json!(null),
    ]);
    values.push(json!("a@example.com"));
    values
}

// No text of a form, such as digits, is asked to be longer.
const LONGEST: usize = 20;

fn count(schema: &Value, keyword: &str) -> Option<usize> {
    let count = schema[keyword].as_u64();
    count.and_then(|count| usize::try_from(count).ok())
}

fn names<'a>(schema: &'a Value, keyword: &str) -> impl Iterator<Item = &'a str> {
    let names = schema[keyword].as_array().into_iter().flatten();
    names.filter_map(Value::as_str)
}
