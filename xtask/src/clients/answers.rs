//! What the service answers, and what it may answer one day; made from the document's examples.

use anyhow::{Context, Result};
use omise_contract::Spec;
use omise_types::Timestamp;
use serde_json::{Value, json};

/// The answers by the name of their case, which is also the id that a client asks for.
pub(super) struct Answers(Vec<Answer>);

/// An answer.
pub(super) struct Answer {
    pub(super) case: &'static str,
    pub(super) status: u16,
    pub(super) body: Value,
}

impl Answers {
    /// Makes every answer.
    pub(super) fn of_document(spec: &Spec) -> Result<Answers> {
        let known = charged_source(spec)?;
        let error = example(spec, "BadRequest")?;
        let source = |case, body| Answer {
            case,
            status: 200,
            body,
        };
        let future_error = with(&error, "code", json!("code_of_tomorrow"));
        Ok(Answers(vec![
            source("known", known.clone()),
            source(
                "future_type",
                with(&known, "type", json!("payment_method_of_tomorrow")),
            ),
            source(
                "future_flow",
                with(&known, "flow", json!("flow_of_tomorrow")),
            ),
            source(
                "new_attribute",
                with(&known, "attribute_of_tomorrow", json!({"a": [1, "b"]})),
            ),
            source("trimmed", trimmed(spec, &known)?),
            Answer {
                case: "future_code",
                status: 400,
                body: future_error,
            },
        ]))
    }

    /// The answer of a case.
    pub(super) fn of(&self, case: &str) -> Option<&Answer> {
        self.iter().find(|answer| answer.case == case)
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Answer> {
        self.0.iter()
    }
}

impl Answer {
    /// What a driver says that it has read.
    pub(super) fn outcome(&self) -> Result<Value> {
        if self.status == 200 {
            return source(&self.body);
        }
        Ok(error(self.status, &self.body))
    }
}

/// What a driver says of a source.
pub(super) fn source(source: &Value) -> Result<Value> {
    let created: Timestamp = source["created_at"].as_str().unwrap_or_default().parse()?;
    let mut seen = json!({
        "created": created.as_unix_ms() / 1000,
        "status": source["charge_status"],
        "code": source["scannable_code"]["image"]["download_uri"],
    });
    for name in ["id", "type", "flow", "amount", "currency"] {
        seen[name] = source[name].clone();
    }
    Ok(json!({ "source": seen }))
}

/// What a driver says of a failure.
pub(super) fn error(status: u16, error: &Value) -> Value {
    json!({"error": {"status": status, "code": error["code"], "message": error["message"]}})
}

/// The body of a named example of the document.
pub(super) fn example(spec: &Spec, name: &str) -> Result<Value> {
    let example = spec.document().components.examples.get(name);
    let example = example.with_context(|| format!("the document has no example {name}"))?;
    Ok(example.value.clone())
}

/// An example of a source with objects inside of objects.
fn charged_source(spec: &Spec) -> Result<Value> {
    let examples = spec.document().components.examples.values();
    let mut values = examples.map(|example| &example.value);
    let charged = values.find(|value| value["scannable_code"]["image"]["download_uri"].is_string());
    charged
        .cloned()
        .context("no example of the document has a code to scan")
}

fn with(value: &Value, name: &str, member: Value) -> Value {
    let mut value = value.clone();
    value[name] = member;
    value
}

/// What a source has in every version of the API.
fn trimmed(spec: &Spec, source: &Value) -> Result<Value> {
    let schema = spec.schemas().get("Source");
    let required = &schema.context("the document has no Source")?.required;
    let kept = required.iter();
    let kept = kept.map(|name| (name.clone(), source[name].clone()));
    Ok(Value::Object(kept.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    fn answers() -> Answers {
        let spec = workspace::spec().expect("the document is sound");
        Answers::of_document(&spec).expect("the document has the examples")
    }

    #[test]
    fn an_answer_of_tomorrow_differs_from_the_known_one_in_one_member() {
        let answers = answers();
        let known = &answers.of("known").expect("known").body;
        for case in ["future_type", "future_flow", "new_attribute"] {
            let body = &answers.of(case).expect(case).body;
            let members = body.as_object().expect("an object").iter();
            let different = members.filter(|(name, value)| known[name.as_str()] != **value);
            assert_eq!(different.count(), 1, "{case}: {body}");
        }
    }

    #[test]
    fn a_trimmed_answer_has_what_is_always_there_and_no_more() {
        let answers = answers();
        let body = &answers.of("trimmed").expect("trimmed").body;
        let names: Vec<&String> = body.as_object().expect("an object").keys().collect();
        assert!(body["id"].is_string() && body["created_at"].is_string());
        assert!(
            !names.iter().any(|name| *name == "charge_status"),
            "{names:?}"
        );
    }
}
