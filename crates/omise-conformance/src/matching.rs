//! Whether a value is what a case expects.

use std::fmt;

use regex_lite::Regex;
use serde_json::{Map, Value};

use crate::Json;
use crate::template::Names;

/// One place of an answer that is not as expected.
///
/// # Example
///
/// ```
/// use omise_conformance::{Exchange, Keys, Suite};
///
/// let keys = Keys { public: "pkey_test_1".to_owned(), secret: "skey_test_1".to_owned() };
/// let suite = Suite::embedded();
/// let case = suite.case("key-missing").expect("a case of the suite");
/// let answer = http::Response::builder().status(403).body(bytes::Bytes::new())?;
/// let mismatches = Exchange::new(&keys).judge(&case.step, &answer).unwrap_err();
/// assert_eq!(mismatches[0].to_string(), "status: expected 401, saw 403");
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mismatch {
    /// Where: `status`, `headers.allow`, `body.items[0].sku`.
    pub place: String,
    /// What was expected, in words or as JSON.
    pub expected: String,
    /// What was seen.
    pub seen: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mismatch {
            place,
            expected,
            seen,
        } = self;
        write!(f, "{place}: expected {expected}, saw {seen}")
    }
}

/// Compares, and adds what is not as expected.
pub(crate) struct Matching<'a> {
    pub(crate) names: &'a Names,
    pub(crate) mismatches: Vec<Mismatch>,
}

impl Matching<'_> {
    /// Adds a mismatch if there is one; `seen` is nothing where nothing is.
    pub(crate) fn check(&mut self, place: &str, expected: &Value, seen: Option<&Json>) {
        if let Some(members) = expected.as_object()
            && members.contains_key("$absent")
        {
            if seen.is_some() {
                self.differs(place, "nothing", seen);
            }
            return;
        }
        if let Some(assumed) = expected.get("$assumed") {
            return self.check(place, assumed, seen);
        }
        let Some(value) = seen else {
            return self.differs(place, told(expected), None);
        };
        match expected {
            Value::Object(members) => self.check_object(place, members, value),
            Value::Array(elements) => match value {
                Json::List(list) if list.len() == elements.len() => {
                    for (index, (expected, seen)) in elements.iter().zip(list).enumerate() {
                        self.check(&format!("{place}[{index}]"), expected, Some(seen));
                    }
                }
                _ => self.differs(place, format!("{} elements", elements.len()), seen),
            },
            Value::String(text) => {
                let text = self.names.fill(text);
                if *value != Json::Text(text.clone()) {
                    self.differs(place, told(&Value::from(text)), seen);
                }
            }
            literal => {
                if *value != as_json(literal) {
                    self.differs(place, told(literal), seen);
                }
            }
        }
    }

    fn check_object(&mut self, place: &str, members: &Map<String, Value>, value: &Json) {
        if let Some(pattern) = members.get("$match").and_then(Value::as_str) {
            // The schema of the cases cannot tell a pattern that is none; a test does.
            let matches = Regex::new(pattern).is_ok_and(|pattern| match value {
                Json::Text(text) => pattern.is_match(text),
                _ => false,
            });
            if !matches {
                self.differs(place, format!("a text like {pattern}"), Some(value));
            }
            return;
        }
        if let Some(name) = members.get("$captured").and_then(Value::as_str) {
            match self.names.get(name) {
                Some(captured) if captured == value => {}
                Some(captured) => self.differs(place, captured.to_string(), Some(value)),
                None => self.differs(place, format!("what was remembered as {name}"), Some(value)),
            }
            return;
        }
        let Json::Object(object) = value else {
            return self.differs(place, "an object", Some(value));
        };
        if let Some(expected) = members.get("$keys").and_then(Value::as_array)
            && !expected.iter().eq(object.keys().map(String::as_str))
        {
            let keys = object.keys().cloned().map(Json::Text).collect();
            let expected = Value::Array(expected.clone());
            self.differs(
                &format!("{place} keys"),
                told(&expected),
                Some(&Json::List(keys)),
            );
        }
        for (name, expected) in members.iter().filter(|(name, _)| *name != "$keys") {
            self.check(&format!("{place}.{name}"), expected, object.get(name));
        }
    }

    pub(crate) fn differs(
        &mut self,
        place: &str,
        expected: impl Into<String>,
        seen: Option<&Json>,
    ) {
        self.mismatches.push(Mismatch {
            place: place.to_owned(),
            expected: expected.into(),
            seen: seen.map_or_else(|| "nothing".to_owned(), Json::to_string),
        });
    }
}

fn told(expected: &Value) -> String {
    as_json(expected).to_string()
}

fn as_json(value: &Value) -> Json {
    serde_json::from_value(value.clone()).expect("every value of JSON is one")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Keys;

    fn mismatches(expected: &Value, seen: &str) -> Vec<String> {
        let mut names = Names::new(&Keys {
            public: String::new(),
            secret: String::new(),
        });
        names.insert("id", Json::Text("src_1".to_owned()));
        names.insert(
            "all",
            serde_json::from_str(r#"{"a": 1, "b": [2]}"#).expect("JSON"),
        );
        let mut matching = Matching {
            names: &names,
            mismatches: Vec::new(),
        };
        let seen: Json = serde_json::from_str(seen).expect("JSON");
        matching.check("body", expected, Some(&seen));
        matching
            .mismatches
            .iter()
            .map(Mismatch::to_string)
            .collect()
    }

    #[track_caller]
    fn check_same(expected: Value, seen: &str) {
        assert_eq!(mismatches(&expected, seen), Vec::<String>::new());
    }

    #[track_caller]
    fn check_other(expected: Value, seen: &str, told: &str) {
        assert_eq!(mismatches(&expected, seen), [told]);
    }

    #[test]
    fn a_literal_is_itself_and_of_its_kind() {
        check_same(json!(1), "1");
        check_same(json!(null), "null");
        check_other(json!(1), "\"1\"", "body: expected 1, saw \"1\"");
        check_other(json!(1), "1.0", "body: expected 1, saw 1.0");
        check_other(json!(true), "1", "body: expected true, saw 1");
    }

    #[test]
    fn a_text_may_have_a_name_in_braces() {
        check_same(json!("/sources/{id}"), "\"/sources/src_1\"");
        check_other(
            json!("{id}"),
            "\"src_2\"",
            "body: expected \"src_1\", saw \"src_2\"",
        );
    }

    #[test]
    fn an_object_has_at_least_the_members() {
        check_same(json!({"a": 1}), r#"{"a": 1, "b": 2}"#);
        check_other(
            json!({"c": 1}),
            r#"{"a": 1}"#,
            "body.c: expected 1, saw nothing",
        );
        check_other(json!({}), "[]", "body: expected an object, saw []");
    }

    #[test]
    fn keys_are_all_keys_in_their_order() {
        check_same(json!({"$keys": ["b", "a"]}), r#"{"b": 1, "a": 2}"#);
        check_other(
            json!({"$keys": ["a", "b"]}),
            r#"{"b": 1, "a": 2}"#,
            r#"body keys: expected ["a", "b"], saw ["b", "a"]"#,
        );
        check_other(
            json!({"$keys": ["a"]}),
            r#"{"a": 1, "b": 2}"#,
            r#"body keys: expected ["a"], saw ["a", "b"]"#,
        );
    }

    #[test]
    fn a_list_is_as_long_and_its_elements_match() {
        check_same(json!([{"a": 1}]), r#"[{"a": 1, "b": 2}]"#);
        check_other(json!([]), "[1]", "body: expected 0 elements, saw [1]");
        check_other(json!([1, 2]), "[1, 3]", "body[1]: expected 2, saw 3");
    }

    #[test]
    fn a_pattern_is_found_in_a_text_only() {
        check_same(json!({"$match": "^src_[0-9a-z]{1,}$"}), "\"src_1\"");
        check_other(
            json!({"$match": "[0-9]"}),
            "1",
            "body: expected a text like [0-9], saw 1",
        );
    }

    #[test]
    fn what_was_remembered_is_the_same_value() {
        check_same(json!({"$captured": "all"}), r#"{"b": [2], "a": 1}"#);
        check_other(
            json!({"$captured": "all"}),
            r#"{"a": 1}"#,
            r#"body: expected {"a": 1, "b": [2]}, saw {"a": 1}"#,
        );
        check_other(
            json!({"$captured": "nobody"}),
            "1",
            "body: expected what was remembered as nobody, saw 1",
        );
    }

    #[test]
    fn absent_is_not_there() {
        check_same(json!({"b": {"$absent": true}}), r#"{"a": 1}"#);
        check_other(
            json!({"a": {"$absent": true}}),
            r#"{"a": null}"#,
            "body.a: expected nothing, saw null",
        );
    }
}
