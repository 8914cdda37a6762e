//! Canaries: texts that must not be found in what anybody logs, and where they were looked for.
//!
//! Each stands for what is secret or says something of the payer: the keys, and every text that the
//! specification calls sensitive. All of them have a part that no encoding of texts changes, so
//! that one which was only dressed up is found as well.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use omise_contract::document::{Kind, Schema};
use omise_contract::{SOURCE_YAML, Spec};
use serde_json::{Map, Value, json};

use crate::random::say;

/// The public key.
pub const PUBLIC_KEY: &str = "pkey_test_qcanarypublic";
/// The secret key.
pub const SECRET_KEY: &str = "skey_test_qcanarysecret";
/// The key that names a creation.
pub const IDEMPOTENCY_KEY: &str = "order-qcanary-idempotency";
/// What a service wants to have stored.
pub const COOKIE: &str = "session=qcanary-cookie";

/// What the canaries have in common: those of letters, of digits, and the address.
const COMMON: [&str; 3] = ["qcanary", "99887766", "99.88.77.66"];

/// Every text that must not be found, by a common part or, encoded as it is, by itself.
static NEEDLES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let encoded = [PUBLIC_KEY, SECRET_KEY].map(encoded);
    let common = COMMON.map(str::to_owned);
    common
        .into_iter()
        .chain(encoded)
        .map(|needle| needle.to_lowercase())
        .collect()
});

/// A key as the header `Authorization` has it, behind `Basic`.
pub fn encoded(key: &str) -> String {
    STANDARD.encode(format!("{key}:"))
}

/// Looks for canaries, and counts the texts in which it did.
#[derive(Debug, Default)]
pub struct Search {
    texts: usize,
    bytes: usize,
    found: BTreeMap<String, String>,
}

impl Search {
    /// Looks through a text, which is named by where it is from.
    pub fn through(&mut self, place: &str, text: &str) {
        self.texts += 1;
        self.bytes += text.len();
        if let Some(found) = find(text) {
            self.found.entry(place.to_owned()).or_insert(found);
        }
    }

    /// Prints how much was looked through.
    ///
    /// # Panics
    ///
    /// If there was a canary.
    #[track_caller]
    pub fn finish(self, what: &str) {
        let Search {
            texts,
            bytes,
            found,
        } = self;
        say(&format!(
            "{what}: {texts} texts, {bytes} bytes, {} canaries",
            found.len()
        ));
        let places = found.iter().take(20);
        let places: Vec<String> = places
            .map(|(place, found)| format!("{place}: ...{found}..."))
            .collect();
        assert!(found.is_empty(), "{}", places.join("\n\n"));
    }
}

/// The surroundings of a canary in the text.
pub fn find(text: &str) -> Option<String> {
    // Letters of ASCII alone, so that a place is the same in both.
    let small = text.to_ascii_lowercase();
    let at = NEEDLES.iter().find_map(|needle| small.find(needle))?;
    let from = text.floor_char_boundary(at.saturating_sub(100));
    let to = text.ceil_char_boundary((at + 60).min(text.len()));
    Some(text[from..to].to_owned())
}

/// An object of the specification in which every sensitive text is a canary and all else is an
/// example: `SourceParameters` or `Source`.
pub fn object(name: &str) -> Map<String, Value> {
    static SPEC: LazyLock<Spec> =
        LazyLock::new(|| Spec::read(&SOURCE_YAML).expect("the specification is in order"));
    match value(&SPEC, &SPEC.schemas()[name], "") {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// The canaries in an object, each once.
pub fn canaries(object: &Map<String, Value>) -> Vec<String> {
    let mut found = Vec::new();
    collect(&Value::Object(object.clone()), &mut found);
    found.sort();
    found.dedup();
    found
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if find(text).is_some() => found.push(text.clone()),
        Value::Object(members) => members.values().for_each(|value| collect(value, found)),
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        _ => {}
    }
}

fn value(spec: &Spec, schema: &Schema, path: &str) -> Value {
    let schema = schema
        .points_at()
        .map_or(schema, |name| &spec.schemas()[name]);
    match schema.kind {
        Some(Kind::Object) if schema.is_any_object() => json!({"note": format!("qcanary{path}")}),
        Some(Kind::Object) => {
            let members = schema.properties.iter().flatten();
            let members = members.map(|(name, schema)| {
                let path = format!("{path} {name}");
                (name.clone(), value(spec, schema, &path))
            });
            Value::Object(members.collect())
        }
        Some(Kind::Array) => {
            let items = schema.items.as_deref().expect("a list has elements");
            json!([value(spec, items, path)])
        }
        Some(Kind::String) if schema.sensitive == Some(true) => json!(text(path)),
        _ => schema.example.clone().expect("a scalar has an example"),
    }
}

/// A canary that looks like what it stands for.
fn text(path: &str) -> String {
    match path.trim_start() {
        "name" => "José O'Qcanary & \"Søn\"".to_owned(),
        "email" => "jose+qcanary@example.com".to_owned(),
        "phone_number" => "0998877661".to_owned(),
        "mobile_number" => "0998877662".to_owned(),
        "barcode" => "99887766123456".to_owned(),
        "ip" => "99.88.77.66".to_owned(),
        _ => format!("qcanary{path}"),
    }
}
