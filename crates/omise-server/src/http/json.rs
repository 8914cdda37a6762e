//! Reads a JSON request body.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::map::{Entry, Map};
use serde_json::{Number, Value};

use crate::http::unreadable::{DEPTH_MAX, Unreadable, truncated_for_message};

/// Reads a body that is exactly one JSON value.
///
/// `serde_json` alone keeps the last of two members of the same name. Where the member is an amount
/// that is a guess about money, so here it is an error.
///
/// # Errors
///
/// If the body is not UTF-8, is not one JSON value and nothing more, names a member twice in one
/// object at any depth, or nests objects and lists deeper than 16.
pub(crate) fn read(body: &[u8]) -> Result<Value, Unreadable> {
    let text = str::from_utf8(body).map_err(|_| Unreadable::NotUtf8 { parameter: None })?;
    let refusal = Cell::new(None);
    let top = Node {
        place: None,
        depth: 0,
        refusal: &refusal,
    };
    let mut reader = serde_json::Deserializer::from_str(text);
    top.deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value))
        .map_err(|error| {
            refusal.take().unwrap_or(Unreadable::Syntax {
                line: error.line(),
                column: error.column(),
            })
        })
}

/// One value of the body, yet to be read.
#[derive(Clone, Copy)]
struct Node<'a> {
    /// Where the value is; `None` for the outermost.
    place: Option<&'a Place<'a>>,
    /// How many objects and lists are around it.
    depth: usize,
    /// Our own reason for an error, as a `serde_json::Error` can carry only text.
    refusal: &'a Cell<Option<Unreadable>>,
}

impl Node<'_> {
    fn refuse<E: Error>(&self, reason: Unreadable) -> E {
        self.refusal.set(Some(reason));
        E::custom("refused")
    }

    /// The depth of what is inside this value, if it is an object or a list.
    fn depth_inside<E: Error>(&self) -> Result<usize, E> {
        if self.depth == DEPTH_MAX {
            return Err(self.refuse(Unreadable::TooDeep { maximum: DEPTH_MAX }));
        }
        Ok(self.depth + 1)
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(Number::from(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(Number::from(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let depth = self.depth_inside()?;
        let mut elements = Vec::new();
        loop {
            let place = Place {
                within: self.place,
                step: Step::Element(elements.len()),
            };
            let element = Node {
                place: Some(&place),
                depth,
                refusal: self.refusal,
            };
            let Some(value) = list.next_element_seed(element)? else {
                return Ok(Value::Array(elements));
            };
            elements.push(value);
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let depth = self.depth_inside()?;
        let mut members = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            match members.entry(name) {
                Entry::Vacant(free) => {
                    let place = Place {
                        within: self.place,
                        step: Step::Member(free.key()),
                    };
                    let member = Node {
                        place: Some(&place),
                        depth,
                        refusal: self.refusal,
                    };
                    let value = object.next_value_seed(member)?;
                    free.insert(value);
                }
                Entry::Occupied(taken) => {
                    let place = Place {
                        within: self.place,
                        step: Step::Member(taken.key()),
                    };
                    let parameter = truncated_for_message(place.to_string());
                    return Err(self.refuse(Unreadable::Twice { parameter }));
                }
            }
        }
        Ok(Value::Object(members))
    }
}

/// Where in the body a value is: a chain on the stack, which costs nothing until an error has to
/// tell it.
struct Place<'a> {
    within: Option<&'a Place<'a>>,
    step: Step<'a>,
}

enum Step<'a> {
    Member(&'a str),
    Element(usize),
}

/// Bracket form: `billing[city]`, `items[0][sku]`.
impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(within) = self.within {
            within.fmt(f)?;
        }
        match (self.within, &self.step) {
            (None, Step::Member(name)) => f.write_str(name),
            (Some(_), Step::Member(name)) => write!(f, "[{name}]"),
            (_, Step::Element(index)) => write!(f, "[{index}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check_refused(body: impl AsRef<[u8]>, text: &str) {
        assert_eq!(read(body.as_ref()).unwrap_err().to_string(), text);
    }

    #[test]
    fn what_serde_json_reads_is_read_alike() {
        for body in [
            r#"{"amount":150000,"currency":"THB","type":"barcode_alipay","barcode":"1234567890123456"}"#,
            r#" {"a":[1,-2,3.5,1e3,true,false,null,"\u0e01\n",{}],"b":{"c":[]}} "#,
            r#"[18446744073709551615,-9223372036854775808,18446744073709551616,-0,0.1]"#,
            "null",
            "17",
            r#""text""#,
        ] {
            let expected: Value = serde_json::from_str(body).unwrap();
            assert_eq!(read(body.as_bytes()), Ok(expected), "{body}");
        }
    }

    #[test]
    fn a_member_given_twice_is_named() {
        check_refused(
            r#"{"amount":1,"amount":1}"#,
            "amount is given more than once",
        );
        check_refused(
            r#"{"billing":{"city":"Bangkok","city":"Tokyo"}}"#,
            "billing[city] is given more than once",
        );
        check_refused(
            r#"{"items":[{"sku":"a"},{"sku":"b","name":"c","sku":"d"}]}"#,
            "items[1][sku] is given more than once",
        );
        check_refused(
            r#"{"amount":1,"\u0061mount":2}"#,
            "amount is given more than once",
        );
        check_refused(r#"[{"a":1,"a":[[[[["#, "[0][a] is given more than once");
    }

    #[test]
    fn the_same_member_in_two_objects_is_not_twice() {
        let body = r#"{"billing":{"city":"a"},"shipping":{"city":"a"},"items":[{"sku":"a"},{"sku":"a"}],"city":"a"}"#;
        assert!(read(body.as_bytes()).is_ok());
    }

    #[test]
    fn sixteen_levels_are_read_and_seventeen_are_not() {
        let nested = |levels| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(read(nested(16).as_bytes()).is_ok());
        check_refused(nested(17), "body is nested deeper than 16 levels");
        check_refused(
            format!("{}1{}", r#"{"a":"#.repeat(17), "}".repeat(17)),
            "body is nested deeper than 16 levels",
        );
    }

    #[test]
    fn a_million_brackets_do_not_overflow_the_stack() {
        check_refused(
            "[".repeat(1_000_000),
            "body is nested deeper than 16 levels",
        );
        check_refused(
            r#"{"a":"#.repeat(1_000_000),
            "body is nested deeper than 16 levels",
        );
    }

    #[test]
    fn anything_but_one_value_is_refused() {
        check_refused("", "body is not valid JSON (line 1 column 0)");
        check_refused("{} {}", "body is not valid JSON (line 1 column 4)");
        check_refused("{}x", "body is not valid JSON (line 1 column 3)");
        check_refused(
            r#"{"amount":150000"#,
            "body is not valid JSON (line 1 column 16)",
        );
        check_refused(
            "{\n\"amount\":,}",
            "body is not valid JSON (line 2 column 10)",
        );
        check_refused("\u{feff}{}", "body is not valid JSON (line 1 column 1)");
        check_refused("[1,]", "body is not valid JSON (line 1 column 4)");
        check_refused("amount=1", "body is not valid JSON (line 1 column 1)");
    }

    #[test]
    fn a_number_beyond_floating_point_is_refused() {
        check_refused("[1e400]", "body is not valid JSON (line 1 column 6)");
        assert_eq!(read(b"[1e-400]"), Ok(json!([0.0])));
    }

    #[test]
    fn text_that_is_not_unicode_is_refused() {
        check_refused(b"{\"a\":\"\xff\"}", "body is not valid UTF-8");
        check_refused(b"\xff", "body is not valid UTF-8");
        check_refused(r#"["\ud800"]"#, "body is not valid JSON (line 1 column 9)");
    }

    #[test]
    fn an_error_holds_no_value_of_the_body() {
        let body = r#"{"email":"payer@example.com","phone_number":+66}"#;
        let error = read(body.as_bytes()).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("payer"));
    }
}
