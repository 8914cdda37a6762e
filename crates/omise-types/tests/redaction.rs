//! What the document calls sensitive, in every emitted struct: not shown, and visited.
//!
//! The values are made from the document: each sensitive text is a canary, all else an example.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::LazyLock;

use omise_contract::document::{Kind, Schema};
use omise_contract::{SOURCE_YAML, Spec};
use omise_types::{
    Barcode, Billing, BillingRequest, CreateSourceRequest, Document, ErrorBody, Item, ItemRequest,
    ProviderReferences, QrSettings, QrSettingsRequest, References, Shipping, ShippingRequest,
    Source,
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

type Shown = fn(&Value) -> [String; 2];

type Visited = fn(&Value) -> Vec<String>;

/// Every emitted struct, and how one that is read from JSON is shown.
const SHOWN: [(&str, Shown); 15] = [
    ("Barcode", shown::<Barcode>),
    ("Billing", shown::<Billing>),
    ("BillingRequest", shown::<BillingRequest>),
    ("CreateSourceRequest", shown::<CreateSourceRequest>),
    ("Document", shown::<Document>),
    ("ErrorBody", shown::<ErrorBody>),
    ("Item", shown::<Item>),
    ("ItemRequest", shown::<ItemRequest>),
    ("ProviderReferences", shown::<ProviderReferences>),
    ("QrSettings", shown::<QrSettings>),
    ("QrSettingsRequest", shown::<QrSettingsRequest>),
    ("References", shown::<References>),
    ("Shipping", shown::<Shipping>),
    ("ShippingRequest", shown::<ShippingRequest>),
    ("Source", shown::<Source>),
];

/// Every emitted struct that holds a sensitive text, and what is visited in one.
const VISITED: [(&str, Visited); 10] = [
    ("Barcode", |json| visited(json, Barcode::each_sensitive)),
    ("Billing", |json| visited(json, Billing::each_sensitive)),
    ("BillingRequest", |json| {
        visited(json, BillingRequest::each_sensitive)
    }),
    ("CreateSourceRequest", |json| {
        visited(json, CreateSourceRequest::each_sensitive)
    }),
    ("Document", |json| visited(json, Document::each_sensitive)),
    ("ProviderReferences", |json| {
        visited(json, ProviderReferences::each_sensitive)
    }),
    ("References", |json| {
        visited(json, References::each_sensitive)
    }),
    ("Shipping", |json| visited(json, Shipping::each_sensitive)),
    ("ShippingRequest", |json| {
        visited(json, ShippingRequest::each_sensitive)
    }),
    ("Source", |json| visited(json, Source::each_sensitive)),
];

#[test]
fn every_struct_is_looked_at() {
    let names: Vec<&str> = OBJECTS.keys().copied().collect();
    assert_eq!(names, SHOWN.map(|(name, _)| name));
}

#[test]
fn debug_shows_nothing_sensitive() {
    for (name, shown) in SHOWN {
        let made = make(name);
        for text in shown(&made.json) {
            assert!(!text.contains("canary"), "{text}");
            let hidden = text.matches("[redacted]").count();
            assert_eq!(hidden, made.canaries.len() + made.undescribed, "{text}");
        }
    }
}

#[test]
fn every_sensitive_text_is_visited_in_the_order_of_the_wire() {
    for (name, visited) in VISITED {
        let made = make(name);
        assert_eq!(visited(&made.json), made.canaries);
    }
    let names = OBJECTS.keys().copied();
    let with_canaries: Vec<&str> = names
        .filter(|name| !make(name).canaries.is_empty())
        .collect();
    assert_eq!(with_canaries, VISITED.map(|(name, _)| name));
}

fn shown<T: DeserializeOwned + Debug>(json: &Value) -> [String; 2] {
    let value: T = read(json);
    [format!("{value:?}"), format!("{value:#?}")]
}

fn visited<T: DeserializeOwned>(
    json: &Value,
    each_sensitive: for<'a> fn(&'a T, &mut dyn FnMut(&'a str)),
) -> Vec<String> {
    let value: T = read(json);
    let mut texts = Vec::new();
    each_sensitive(&value, &mut |text| texts.push(text.to_owned()));
    texts
}

fn read<T: DeserializeOwned>(json: &Value) -> T {
    serde_json::from_value(json.clone()).expect("it has the shape of the document")
}

/// An object in which all that is sensitive is a canary.
#[derive(Default)]
struct Made {
    json: Value,
    // Each is `canary`, the struct's name, and the names of members that lead to it.
    canaries: Vec<String>,
    // The number of values whose shape the document does not say.
    undescribed: usize,
}

fn make(name: &str) -> Made {
    let mut made = Made::default();
    made.json = made.value(OBJECTS[name], &format!("canary {name}"));
    made
}

impl Made {
    fn value(&mut self, schema: &Schema, way: &str) -> Value {
        let named = schema.points_at();
        let schema = named.map_or(schema, |name| &SPEC.schemas()[name]);
        match schema.kind {
            Some(Kind::Object) if schema.is_any_object() => {
                self.undescribed += 1;
                json!({ "canary": way })
            }
            Some(Kind::Object) => {
                let mut members = Map::new();
                for (name, property) in schema.properties.iter().flatten() {
                    let value = self.value(property, &format!("{way} {name}"));
                    members.insert(name.clone(), value);
                }
                Value::Object(members)
            }
            Some(Kind::Array) => {
                let items = schema.items.as_deref().expect("a list has elements");
                json!([self.value(items, way)])
            }
            Some(Kind::String) if schema.sensitive == Some(true) => {
                self.canaries.push(way.to_owned());
                json!(way)
            }
            _ => schema.example.clone().expect("a scalar has an example"),
        }
    }
}

static SPEC: LazyLock<Spec> =
    LazyLock::new(|| Spec::read(&SOURCE_YAML).expect("the build has read the same document"));

/// Every object of the document by the name of its struct.
static OBJECTS: LazyLock<BTreeMap<&str, &Schema>> = LazyLock::new(|| {
    let mut found = BTreeMap::new();
    for (name, schema) in SPEC.schemas() {
        // The body of a request has the name of its operation in Rust.
        let name = match name.as_str() {
            "SourceParameters" => "CreateSourceRequest",
            name => name,
        };
        collect(name, schema, &mut found);
    }
    found
});

fn collect<'a>(name: &'a str, schema: &'a Schema, found: &mut BTreeMap<&'a str, &'a Schema>) {
    if schema.properties.is_some() {
        found.insert(name, schema);
    }
    let properties = schema
        .properties
        .iter()
        .flat_map(|members| members.values());
    for member in properties.chain(schema.items.as_deref()) {
        collect(member.title.as_deref().unwrap_or_default(), member, found);
    }
}
