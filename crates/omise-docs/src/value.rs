//! Values as a language writes them, members in the order of the document.
//!
//! The values of a [`Spec`] forget the order in which their members stand; the shape that they have
//! knows it, and it is the order of the wire.

use omise_contract::Spec;
use omise_contract::document::Schema;
use serde_json::{Map, Value};

/// How a language writes values.
pub(crate) struct Style {
    /// One step of indentation.
    pub(crate) indent: &'static str,
    /// What stands around the members of an object.
    pub(crate) object: [&'static str; 2],
    /// The name of a member and all that stands before its value.
    pub(crate) name: fn(&str) -> String,
    /// A text.
    pub(crate) text: fn(&str) -> String,
    /// `true`, `false` and `null`.
    pub(crate) words: [&'static str; 3],
    /// Whether a comma may stand behind the last one, and then does.
    pub(crate) has_last_comma: bool,
}

/// JSON, as the API answers it.
pub(crate) const JSON: Style = Style {
    indent: "  ",
    object: ["{", "}"],
    name: |name| format!("{}: ", json_text(name)),
    text: json_text,
    words: ["true", "false", "null"],
    has_last_comma: false,
};

/// A text in JSON.
pub(crate) fn json_text(text: &str) -> String {
    Value::from(text).to_string()
}

/// Writes a value on as many lines as it takes. `level` is how deep the line stands that it begins
/// on.
pub(crate) fn write(
    spec: &Spec,
    schema: Option<&Schema>,
    value: &Value,
    style: &Style,
    level: usize,
) -> String {
    let schema = schema.map(|schema| spec.resolve(schema));
    match value {
        Value::Object(object) => {
            let members = in_order(schema, object);
            let members = members.into_iter().map(|(name, schema, value)| {
                let value = write(spec, schema, value, style, level + 1);
                format!("{}{value}", (style.name)(name))
            });
            on_lines(style, style.object, level, members.collect())
        }
        Value::Array(elements) => {
            let items = schema.and_then(|schema| schema.items.as_deref());
            let elements = elements.iter();
            let elements = elements.map(|element| write(spec, items, element, style, level + 1));
            on_lines(style, ["[", "]"], level, elements.collect())
        }
        Value::String(text) => (style.text)(text),
        Value::Bool(true) => style.words[0].to_owned(),
        Value::Bool(false) => style.words[1].to_owned(),
        Value::Null => style.words[2].to_owned(),
        Value::Number(number) => number.to_string(),
    }
}

/// The members of an object, first those of the shape and in its order.
pub(crate) fn in_order<'a>(
    schema: Option<&'a Schema>,
    object: &'a Map<String, Value>,
) -> Vec<(&'a str, Option<&'a Schema>, &'a Value)> {
    let properties = schema.and_then(|schema| schema.properties.as_ref());
    let known = properties.into_iter().flatten();
    let known = known.filter_map(|(name, schema)| {
        let value = object.get(name)?;
        Some((name.as_str(), Some(schema), value))
    });
    let is_unknown = |name: &String| !properties.is_some_and(|known| known.contains_key(name));
    let unknown = object.iter().filter(|(name, _)| is_unknown(name));
    let unknown = unknown.map(|(name, value)| (name.as_str(), None, value));
    known.chain(unknown).collect()
}

fn on_lines(style: &Style, [open, close]: [&str; 2], level: usize, parts: Vec<String>) -> String {
    if parts.is_empty() {
        return format!("{open}{close}");
    }
    let outer = style.indent.repeat(level);
    let inner = format!("{outer}{}", style.indent);
    let last = if style.has_last_comma { "," } else { "" };
    let parts = parts.join(&format!(",\n{inner}"));
    format!("{open}\n{inner}{parts}{last}\n{outer}{close}")
}

#[cfg(test)]
mod tests {
    use omise_contract::SOURCE_YAML;
    use serde_json::json;

    use super::*;

    #[test]
    fn members_stand_in_the_order_of_the_document_and_unknown_ones_last() {
        let spec = Spec::read(&SOURCE_YAML).expect("the specification is in order");
        let value = json!({
            "a_later_one": null,
            "items": [{"name": "Shoes", "sku": "A-1"}],
            "amount": 1,
        });
        let schema = spec.schemas().get("SourceParameters");
        assert_eq!(
            write(&spec, schema, &value, &JSON, 0),
            "{\n  \"amount\": 1,\n  \"items\": [\n    {\n      \"sku\": \"A-1\",\n      \
             \"name\": \"Shoes\"\n    }\n  ],\n  \"a_later_one\": null\n}"
        );
    }
}
