//! Proof that nothing of the document can change unseen: every value of it is changed and removed,
//! every name of it is spelled otherwise and every list is put into another order.

use crate::SOURCE_YAML;
use crate::document::Document;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::differences::compare;
use super::in_parallel;

#[test]
fn no_change_of_the_document_is_unseen() {
    let tree: Value = serde_saphyr::from_str(&SOURCE_YAML).expect("the document is YAML");
    let outcomes = in_parallel(&parts(&tree), Part::outcomes)
        .into_iter()
        .flatten();
    let (mut seen, mut failures) = (0, Vec::new());
    for (pointer, outcome) in outcomes {
        match outcome {
            Outcome::Seen => seen += 1,
            Outcome::Refused | Outcome::None => {}
            Outcome::Failed(reason) => failures.push(format!("{pointer}: {reason}")),
        }
    }
    assert!(seen > 5000, "only {seen} changes were seen");
    assert!(
        failures.is_empty(),
        "{} of {seen}: {failures:#?}",
        failures.len()
    );
}

/// A document with a part of what the whole one has. All of them together have all of it; each is
/// small, so that it can be read thousands of times.
struct Part {
    tree: Value,
    // What is changed; the rest stands there because the comparison needs it.
    pointers: Vec<String>,
}

const METHODS: &str = "/components/schemas/SourceType/x-omise-payment-methods";

fn parts(tree: &Value) -> Vec<Part> {
    let mut empty = tree.clone();
    empty["paths"] = json!({});
    for (_, section) in empty["components"].as_object_mut().into_iter().flatten() {
        *section = json!({});
    }
    let mut operations = tree.clone();
    for section in ["schemas", "examples"] {
        operations["components"][section] = json!({});
    }
    let mut parts = vec![Part::new(operations, "")];
    for section in ["schemas", "examples"] {
        for (name, component) in tree["components"][section]
            .as_object()
            .into_iter()
            .flatten()
        {
            let mut part = empty.clone();
            part["components"][section][name] = component.clone();
            if let Some(table) = part.pointer_mut(METHODS) {
                *table = json!({});
            }
            parts.push(Part::new(part, &format!("/components/{section}/{name}")));
        }
    }
    // A row is read with the currencies and the parameters.
    empty["components"]["schemas"] = tree["components"]["schemas"].clone();
    let rows = tree.pointer(METHODS).and_then(Value::as_object);
    for (method, row) in rows.into_iter().flatten() {
        let mut part = empty.clone();
        let schemas = part["components"]["schemas"].as_object_mut();
        let needed = ["SourceType", "Currency", "SourceParameters"];
        schemas
            .into_iter()
            .for_each(|schemas| schemas.retain(|name, _| needed.contains(&name.as_str())));
        *part.pointer_mut(METHODS).expect("it is there") = json!({ method: row });
        parts.push(Part::new(part, &format!("{METHODS}/{method}")));
    }
    parts
}

impl Part {
    fn new(tree: Value, below: &str) -> Part {
        let mut pointers = Vec::new();
        let place = tree.pointer(below).expect("the pointer leads somewhere");
        collect(place, below, &mut pointers);
        Part { tree, pointers }
    }

    fn outcomes(&self) -> Vec<(String, Outcome)> {
        let base = Document::deserialize(&self.tree).expect("the part is a document");
        let mut tree = self.tree.clone();
        let mut outcomes = Vec::new();
        for pointer in &self.pointers {
            for mutation in [remove, change, rename, reorder] {
                outcomes.push((
                    pointer.clone(),
                    outcome(&base, &mut tree, pointer, mutation),
                ));
            }
        }
        outcomes
    }
}

enum Outcome {
    /// The change was seen.
    Seen,
    /// It makes something that is no document.
    Refused,
    /// There is nothing to change here, or the change says the same as before.
    None,
    Failed(String),
}

type Mutation = fn(parent: &mut Value, key: &str) -> bool;

/// Applies a mutation to what a pointer leads to, holds the result against the document, and takes
/// the mutation back.
fn outcome(base: &Document, tree: &mut Value, pointer: &str, mutation: Mutation) -> Outcome {
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer has a slash");
    let key = key.replace("~1", "/").replace("~0", "~");
    let place = tree
        .pointer_mut(parent)
        .expect("the pointer leads somewhere");
    let before = place.clone();
    if !mutation(place, &key) {
        return Outcome::None;
    }
    let mutated = Document::deserialize(&*tree);
    *tree.pointer_mut(parent).expect("it is still there") = before;
    match mutated {
        Err(_) => Outcome::Refused,
        Ok(mutated) => judge(pointer, base, &mutated),
    }
}

fn judge(pointer: &str, base: &Document, mutated: &Document) -> Outcome {
    let changes = compare(base, mutated);
    if changes
        .iter()
        .any(|change| change.line.contains("has no class"))
    {
        return Outcome::Failed("has no class".to_owned());
    }
    // The version says how great the changes are and is none of them.
    let is_version = pointer == "/info/version";
    let text = |document: &Document| serde_json::to_string(document).expect("it is JSON");
    match (changes.is_empty(), is_version) {
        (true, true) => Outcome::None,
        (false, true) => Outcome::Failed("is told".to_owned()),
        (true, false) if text(base) == text(mutated) => Outcome::None,
        (true, false) => Outcome::Failed("is not told".to_owned()),
        (false, false) => Outcome::Seen,
    }
}

/// Pointers to all values but those inside of examples, which are compared whole.
fn collect(value: &Value, pointer: &str, pointers: &mut Vec<String>) {
    if !pointer.is_empty() {
        pointers.push(pointer.to_owned());
    }
    let is_example = pointer.ends_with("/example")
        || (pointer.starts_with("/components/examples/") && pointer.ends_with("/value"));
    if is_example {
        return;
    }
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                collect(member, &format!("{pointer}/{name}"), pointers);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                collect(element, &format!("{pointer}/{index}"), pointers);
            }
        }
        _ => {}
    }
}

fn remove(parent: &mut Value, key: &str) -> bool {
    match parent {
        Value::Object(members) => members.remove(key).is_some(),
        Value::Array(elements) => {
            elements.remove(index(key));
            true
        }
        _ => false,
    }
}

fn change(parent: &mut Value, key: &str) -> bool {
    let value = match parent {
        Value::Object(members) => members.get_mut(key),
        Value::Array(elements) => elements.get_mut(index(key)),
        _ => None,
    };
    let Some(value) = value else {
        return false;
    };
    *value = match &*value {
        Value::String(text) => json!(format!("{text}x")),
        Value::Number(number) => json!(number.as_i64().map(|number| number + 1)),
        Value::Bool(bool) => json!(!bool),
        Value::Null => json!("x"),
        Value::Array(_) | Value::Object(_) => return false,
    };
    true
}

fn rename(parent: &mut Value, key: &str) -> bool {
    let Some(members) = parent.as_object_mut() else {
        return false;
    };
    let member = members.remove(key).expect("the pointer leads to it");
    members.insert(format!("{key}x"), member);
    true
}

/// Swaps an element and the next one.
fn reorder(parent: &mut Value, key: &str) -> bool {
    let Some(elements) = parent.as_array_mut() else {
        return false;
    };
    let index = index(key);
    let differs = elements
        .get(index + 1)
        .is_some_and(|next| *next != elements[index]);
    if differs {
        elements.swap(index, index + 1);
    }
    differs
}

fn index(key: &str) -> usize {
    key.parse().expect("the pointer is into a list")
}
