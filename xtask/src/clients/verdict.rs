//! What a driver has to say, and what it means if it says something else.

use anyhow::Result;
use omise_contract::Spec;
use serde_json::Value;

use super::answers::{self, Answers};

/// One thing that a client was tried for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// It can.
    Yes,
    /// It cannot; the text says what it did.
    No(String),
    /// Nobody knows: there is nothing here to run it.
    NotRun,
}

/// The names of what a driver says, and what they are called in the table.
pub(super) const CHECKS: [(&str, &str); 11] = [
    ("known", "known"),
    ("future_type", "future type"),
    ("future_flow", "future flow"),
    ("new_attribute", "new attribute"),
    ("trimmed", "trimmed"),
    ("future_code", "future code"),
    ("created", "create"),
    ("retrieved", "retrieve"),
    ("absent", "not found"),
    ("keyless", "no key"),
    ("refused", "refused"),
];

/// What a driver should say.
pub(super) struct Expectations {
    // In the order of CHECKS, but for the source that is created and retrieved.
    outcomes: Vec<(&'static str, Value)>,
    created: Value,
}

impl Expectations {
    /// Takes them from the examples of the document.
    pub(super) fn of_document(spec: &Spec, answers: &Answers) -> Result<Expectations> {
        let mut outcomes = Vec::new();
        for answer in answers.iter() {
            outcomes.push((answer.case, answer.outcome()?));
        }
        for (name, status, example) in [
            ("absent", 404, "NotFound"),
            ("keyless", 401, "AuthenticationFailure"),
            ("refused", 400, "BadRequest"),
        ] {
            let body = answers::example(spec, example)?;
            outcomes.push((name, answers::error(status, &body)));
        }
        let created = answers::source(&answers::example(spec, "PromptpaySource")?)?;
        Ok(Expectations { outcomes, created })
    }

    /// Judges what a driver printed, a cell for each of [`CHECKS`].
    pub(super) fn judge(&self, printed: &str) -> Vec<Cell> {
        let outcomes: Value = match serde_json::from_str(printed) {
            Ok(outcomes) => outcomes,
            Err(error) => {
                let reason = format!("the driver printed no JSON ({error}): {printed}");
                return vec![Cell::No(reason); CHECKS.len()];
            }
        };
        CHECKS
            .iter()
            .map(|(name, _)| match self.mistake(name, &outcomes) {
                None => Cell::Yes,
                Some(mistake) => Cell::No(mistake),
            })
            .collect()
    }

    fn mistake(&self, name: &str, outcomes: &Value) -> Option<String> {
        let outcome = &outcomes[name];
        let expected = match name {
            "created" => &self.as_created(outcome),
            "retrieved" => &outcomes["created"],
            _ => match self.of(name) {
                Some(expected) => expected,
                None => return Some("nobody knows what it should have said".to_owned()),
            },
        };
        // What was neither created nor retrieved is not the same.
        let is_right = outcome.is_object()
            && same(outcome, expected)
            && (name != "created" || has_test_id(outcome));
        (!is_right).then(|| format!("it said {outcome} and not {expected}"))
    }

    fn of(&self, name: &str) -> Option<&Value> {
        let mut outcomes = self.outcomes.iter();
        outcomes
            .find(|(known, _)| *known == name)
            .map(|(_, outcome)| outcome)
    }

    /// The example, with what differs from one creation to the next.
    fn as_created(&self, outcome: &Value) -> Value {
        let mut expected = self.created.clone();
        for name in ["id", "created"] {
            expected["source"][name] = outcome["source"][name].clone();
        }
        expected
    }
}

/// Whether two outcomes are the same: an attribute that is null may be left out, and a number is
/// the same number with a fraction of nothing.
fn same(outcome: &Value, expected: &Value) -> bool {
    match (outcome, expected) {
        (Value::Object(outcome), Value::Object(expected)) => {
            let names = outcome.keys().chain(expected.keys());
            let of = |members: &serde_json::Map<String, Value>, name: &String| {
                members.get(name).cloned().unwrap_or_default()
            };
            !expected.is_empty()
                && names
                    .into_iter()
                    .all(|name| same(&of(outcome, name), &of(expected, name)))
        }
        (Value::Number(outcome), Value::Number(expected)) => outcome.as_f64() == expected.as_f64(),
        _ => outcome == expected,
    }
}

fn has_test_id(outcome: &Value) -> bool {
    let source = &outcome["source"];
    let id = source["id"].as_str().unwrap_or_default();
    id.starts_with("src_test_") && source["created"].is_number()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::workspace;

    fn expectations() -> Expectations {
        let spec = workspace::spec().expect("the document is sound");
        let answers = Answers::of_document(&spec).expect("the examples are there");
        Expectations::of_document(&spec, &answers).expect("the examples are there")
    }

    /// What a driver says if all is well.
    fn outcomes(expectations: &Expectations) -> Value {
        let mut created = expectations.created.clone();
        created["source"]["id"] = json!("src_test_1");
        let mut outcomes = json!({"created": created, "retrieved": created});
        for (name, outcome) in &expectations.outcomes {
            outcomes[name] = outcome.clone();
        }
        outcomes
    }

    fn wrong(outcomes: &Value) -> Vec<&'static str> {
        let cells = expectations().judge(&outcomes.to_string());
        let cells = CHECKS.iter().zip(cells);
        let wrong = cells.filter(|(_, cell)| *cell != Cell::Yes);
        wrong.map(|((name, _), _)| *name).collect()
    }

    #[test]
    fn a_driver_that_says_what_was_answered_is_right() {
        assert_eq!(wrong(&outcomes(&expectations())), Vec::<&str>::new());
    }

    #[test]
    fn a_value_that_comes_back_wrapped_is_wrong() {
        let mut outcomes = outcomes(&expectations());
        outcomes["future_type"]["source"]["type"] = json!({"value": "payment_method_of_tomorrow"});
        outcomes["future_flow"]["source"]["flow"] = json!("unknown");
        assert_eq!(wrong(&outcomes), ["future_type", "future_flow"]);
    }

    #[test]
    fn a_code_or_message_that_cannot_be_reached_is_wrong() {
        let mut outcomes = outcomes(&expectations());
        outcomes["future_code"]["error"]["code"] = Value::Null;
        outcomes["absent"]["error"]["message"] = json!("HTTP 404");
        outcomes["keyless"]["error"]["status"] = json!(500);
        outcomes["refused"] = json!({"failure": "no"});
        let expected = ["future_code", "absent", "keyless", "refused"];
        assert_eq!(wrong(&outcomes), expected);
    }

    #[test]
    fn another_source_than_was_created_is_wrong() {
        let mut outcomes = outcomes(&expectations());
        outcomes["retrieved"]["source"]["id"] = json!("src_test_2");
        assert_eq!(wrong(&outcomes), ["retrieved"]);
        outcomes["created"]["source"]["amount"] = json!(1);
        assert_eq!(wrong(&outcomes), ["created", "retrieved"]);
    }

    #[test]
    fn a_driver_that_says_nothing_is_wrong_in_everything() {
        assert_eq!(wrong(&json!({})).len(), CHECKS.len());
        let cells = expectations().judge("oh");
        assert!(cells.iter().all(|cell| matches!(cell, Cell::No(_))));
    }

    #[test]
    fn null_may_be_left_out_and_a_whole_number_may_have_a_fraction() {
        assert!(same(&json!({"a": 1.0}), &json!({"a": 1, "b": null})));
        assert!(!same(&json!({"a": 1}), &json!({"a": 1, "b": ""})));
        assert!(!same(&json!({"a": "1"}), &json!({"a": 1})));
    }
}
