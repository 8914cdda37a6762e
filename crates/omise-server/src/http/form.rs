//! Reads a form request body.

use std::borrow::Cow;

use percent_encoding::percent_decode;
use serde_json::Value;
use serde_json::map::{Entry, Map};

use crate::http::unreadable::{DEPTH_MAX, Unreadable, truncated_for_message};

/// How many pairs a form may have: as many as Rack reads unless it is told otherwise.
const PAIRS_MAX: usize = 4_096;

/// Reads an `application/x-www-form-urlencoded` body into a JSON object, nesting as Rack does.
///
/// `billing[city]=X` is a member of an object and `tags[]=a` adds to a list. `items[][sku]=a` is a
/// member of the last object of a list, or of a new one if the last has that member already. A
/// number is a name like any other: `items[0][sku]=a` makes an object with the member `0`. All
/// values are text; a name without `=` is null.
///
/// Unlike Rack, which keeps the last of two values of the same name, this refuses them: where
/// the name is `amount` that is a guess about money.
///
/// # Errors
///
/// If a name or a value is not UTF-8 once decoded, a parameter is given twice or in two shapes,
/// there are more than 4,096 pairs, or names nest deeper than 16.
pub(crate) fn read(body: &[u8]) -> Result<Value, Unreadable> {
    let mut form = Map::new();
    let pairs = body.split(|byte| *byte == b'&');
    for (position, pair) in pairs.filter(|pair| !pair.is_empty()).enumerate() {
        if position == PAIRS_MAX {
            return Err(Unreadable::TooMany { maximum: PAIRS_MAX });
        }
        let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
            Some(equals) => (&pair[..equals], Some(&pair[equals + 1..])),
            None => (pair, None),
        };
        let name = decode(name).ok_or(Unreadable::NotUtf8 { parameter: None })?;
        let value = match value.map(decode) {
            Some(Some(value)) => Value::String(value),
            Some(None) => {
                let parameter = Some(truncated_for_message(name));
                return Err(Unreadable::NotUtf8 { parameter });
            }
            None => Value::Null,
        };
        let (member, steps) = parse(&name)?;
        if member.is_empty() {
            continue;
        }
        put_member(&mut form, member, &steps, value).map_err(|clash| clash.of(name.clone()))?;
    }
    Ok(Value::Object(form))
}

/// One pair of brackets in a name.
#[derive(Clone, Copy)]
enum Step<'a> {
    /// `[city]`, the member of an object.
    Member(&'a str),
    /// `[]`, an element of a list.
    Element,
}

/// Splits `items[][sku]` into `items` and its brackets.
///
/// A name whose brackets do not match up is an ordinary name, brackets and all; no parameter has
/// such a name, so it ends up ignored as Rack's reading of it would.
fn parse(name: &str) -> Result<(&str, Vec<Step<'_>>), Unreadable> {
    let Some(opening) = name.find('[').filter(|opening| *opening > 0) else {
        return Ok((name, Vec::new()));
    };
    let (member, mut rest) = name.split_at(opening);
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let Some((inner, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'))
        else {
            return Ok((name, Vec::new()));
        };
        if steps.len() + 1 == DEPTH_MAX {
            return Err(Unreadable::TooDeep { maximum: DEPTH_MAX });
        }
        steps.push(match inner {
            "" => Step::Element,
            member => Step::Member(member),
        });
        rest = after;
    }
    Ok((member, steps))
}

/// Percent-decodes a name or a value, in which `+` is a blank.
fn decode(encoded: &[u8]) -> Option<String> {
    let mut encoded = Cow::Borrowed(encoded);
    if encoded.contains(&b'+') {
        for byte in encoded.to_mut().iter_mut().filter(|byte| **byte == b'+') {
            *byte = b' ';
        }
    }
    let text = percent_decode(&encoded).decode_utf8().ok()?;
    Some(text.into_owned())
}

/// Why a value cannot go where its name says.
enum Clash {
    Twice,
    Conflict,
}

impl Clash {
    fn of(self, parameter: String) -> Unreadable {
        let parameter = truncated_for_message(parameter);
        match self {
            Self::Twice => Unreadable::Twice { parameter },
            Self::Conflict => Unreadable::Conflict { parameter },
        }
    }
}

fn put_member(
    members: &mut Map<String, Value>,
    name: &str,
    steps: &[Step<'_>],
    value: Value,
) -> Result<(), Clash> {
    let slot = members.entry(name);
    let Some((step, inner)) = steps.split_first() else {
        return match slot {
            Entry::Vacant(free) => {
                free.insert(value);
                Ok(())
            }
            Entry::Occupied(taken) => match taken.get() {
                Value::Object(_) | Value::Array(_) => Err(Clash::Conflict),
                _ => Err(Clash::Twice),
            },
        };
    };
    match step {
        Step::Member(name) => match slot.or_insert_with(|| Value::Object(Map::new())) {
            Value::Object(members) => put_member(members, name, inner, value),
            _ => Err(Clash::Conflict),
        },
        Step::Element => match slot.or_insert_with(|| Value::Array(Vec::new())) {
            Value::Array(elements) => put_element(elements, inner, value),
            _ => Err(Clash::Conflict),
        },
    }
}

fn put_element(elements: &mut Vec<Value>, steps: &[Step<'_>], value: Value) -> Result<(), Clash> {
    match steps {
        [] => elements.push(value),
        [Step::Element, inner @ ..] => {
            let mut list = Vec::new();
            put_element(&mut list, inner, value)?;
            elements.push(Value::Array(list));
        }
        [Step::Member(name), inner @ ..] => match elements.last_mut() {
            Some(Value::Object(last)) if !has(last, name, inner) => {
                put_member(last, name, inner, value)?;
            }
            _ => {
                let mut members = Map::new();
                put_member(&mut members, name, inner, value)?;
                elements.push(Value::Object(members));
            }
        },
    }
    Ok(())
}

/// Whether an object has the member that a name leads to. A list within always takes one more, so
/// it never counts.
fn has(members: &Map<String, Value>, name: &str, steps: &[Step<'_>]) -> bool {
    match (members.get(name), steps) {
        (Some(_), []) => true,
        (Some(Value::Object(inside)), [Step::Member(name), inner @ ..]) => has(inside, name, inner),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check_read(body: &str, expected: Value) {
        assert_eq!(read(body.as_bytes()), Ok(expected));
    }

    #[track_caller]
    fn check_refused(body: impl AsRef<[u8]>, text: &str) {
        assert_eq!(read(body.as_ref()).unwrap_err().to_string(), text);
    }

    #[test]
    fn an_empty_body_is_an_empty_object() {
        check_read("", json!({}));
        check_read("&&", json!({}));
    }

    #[test]
    fn values_are_text() {
        check_read(
            "amount=150000&currency=THB&type=barcode_alipay&zero=0&empty=",
            json!({"amount": "150000", "currency": "THB", "type": "barcode_alipay", "zero": "0", "empty": ""}),
        );
    }

    #[test]
    fn a_name_without_a_value_is_null() {
        check_read(
            "a&tags[]&b[c]",
            json!({"a": null, "tags": [null], "b": {"c": null}}),
        );
    }

    #[test]
    fn names_and_values_are_percent_decoded() {
        check_read(
            "name=Somchai+Jaidee&email=a%2Bb%40example.com&billing%5Bcity%5D=%E0%B8%81&x=a=b&y=100%",
            json!({"name": "Somchai Jaidee", "email": "a+b@example.com", "billing": {"city": "ก"}, "x": "a=b", "y": "100%"}),
        );
    }

    #[test]
    fn bytes_that_are_not_utf8_are_refused() {
        check_refused("name=%FF", "name is not valid UTF-8");
        check_refused("%C3=1", "body is not valid UTF-8");
        check_refused(b"name=\xff", "name is not valid UTF-8");
        check_read("name=%EF%BF%BD", json!({"name": "\u{fffd}"}));
    }

    #[test]
    fn brackets_nest() {
        check_read(
            "billing[city]=X&billing[country]=TH&a[b][c]=1&a[b][d]=2",
            json!({"billing": {"city": "X", "country": "TH"}, "a": {"b": {"c": "1", "d": "2"}}}),
        );
    }

    #[test]
    fn empty_brackets_make_a_list() {
        check_read(
            "tags[]=a&tags[]=b&tags[]=a",
            json!({"tags": ["a", "b", "a"]}),
        );
        check_read("a[][]=1&a[][]=2", json!({"a": [["1"], ["2"]]}));
    }

    #[test]
    fn a_member_that_the_last_element_has_starts_the_next() {
        check_read(
            "items[][sku]=a&items[][name]=b&items[][sku]=c&items[][name]=d",
            json!({"items": [{"sku": "a", "name": "b"}, {"sku": "c", "name": "d"}]}),
        );
        check_read(
            "items[][x][y]=1&items[][x][z]=2&items[][x][y]=3",
            json!({"items": [{"x": {"y": "1", "z": "2"}}, {"x": {"y": "3"}}]}),
        );
        check_read(
            "items[][tags][]=1&items[][tags][]=2&items[][sku]=a",
            json!({"items": [{"tags": ["1", "2"], "sku": "a"}]}),
        );
    }

    #[test]
    fn a_number_in_brackets_is_a_name() {
        check_read(
            "items[0][sku]=a&items[0][name]=b&items[1][sku]=c",
            json!({"items": {"0": {"sku": "a", "name": "b"}, "1": {"sku": "c"}}}),
        );
    }

    #[test]
    fn brackets_that_do_not_match_are_part_of_the_name() {
        check_read(
            "a[b=1&c]d=2&[e]=3&f[g]h=4&=5",
            json!({"a[b": "1", "c]d": "2", "[e]": "3", "f[g]h": "4"}),
        );
    }

    #[test]
    fn the_same_parameter_twice_is_refused() {
        check_refused("amount=1&amount=1", "amount is given more than once");
        check_refused("a&a", "a is given more than once");
        check_refused(
            "billing[city]=a&billing%5Bcity%5D=b",
            "billing[city] is given more than once",
        );
    }

    #[test]
    fn a_parameter_in_two_shapes_is_refused() {
        check_refused("a=1&a[b]=2", "a[b] conflicts with another parameter");
        check_refused("a&a[b]=2", "a[b] conflicts with another parameter");
        check_refused("a[b]=2&a=1", "a conflicts with another parameter");
        check_refused("a[]=1&a[b]=2", "a[b] conflicts with another parameter");
        check_refused("a[b]=1&a[]=2", "a[] conflicts with another parameter");
        check_refused(
            "i[][a]=1&i[][a][b]=2",
            "i[][a][b] conflicts with another parameter",
        );
    }

    #[test]
    fn sixteen_levels_are_read_and_seventeen_are_not() {
        let nested = |levels: usize| format!("a{}=1", "[a]".repeat(levels - 1));
        assert!(read(nested(16).as_bytes()).is_ok());
        check_refused(nested(17), "body is nested deeper than 16 levels");
        check_refused(
            format!("a{}=1", "[]".repeat(30_000)),
            "body is nested deeper than 16 levels",
        );
    }

    #[test]
    fn as_many_pairs_are_read_as_rack_reads_and_one_more_is_not() {
        let body = "items[][a]=1&".repeat(4_096);
        let items = read(body.as_bytes()).unwrap();
        assert_eq!(items["items"].as_array().map(Vec::len), Some(4_096));
        check_refused(body + "b=1", "body has more than 4096 parameters");
    }

    #[test]
    fn large_bodies_take_no_time_to_speak_of() {
        let started = Instant::now();
        check_refused(
            "items[][a]=1&".repeat(5_041),
            "body has more than 4096 parameters",
        );
        assert!(read(format!("a{}=1", "[".repeat(65_000)).as_bytes()).is_ok());
        assert!(read("&".repeat(65_000).as_bytes()).is_ok());
        assert!(started.elapsed() < Duration::from_secs(20));
    }
}
