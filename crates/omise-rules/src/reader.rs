//! Reads parameters out of JSON, in the shapes that the document gives them.
//!
//! Reading makes the API's coercions. `null`, blank text, an empty list and an object without
//! anything in it mean "not given", and so does a zero, but only for a count that is a parameter
//! itself: the `quantity` of an item that is 0 is a quantity. Digits in a text are a number, and
//! decimals of a count may be zeros, but not those of an amount. `1`, `0`, `true` and `false` as
//! text or number are booleans, and a whole number where a text belongs is its digits.

use std::fmt;

use omise_types::{Member, Parameter, Shape};
use serde_json::{Map, Number, Value};

use crate::rejection::{Reasons, Rule};

/// Parameters as they were read: each in the shape that it should have, absent, or with the reason
/// why it cannot be read.
#[derive(Clone, Default)]
pub(crate) struct Parameters {
    /// What was given, clean and under the names of the parameters.
    pub(crate) given: Map<String, Value>,
    /// What cannot be read.
    pub(crate) unreadable: Vec<(&'static Parameter, Reasons)>,
    /// What is longer than is assumed.
    pub(crate) unbounded: Vec<(&'static Parameter, Reasons)>,
}

impl Parameters {
    /// Reads the parameters of a table that are taken. Others, and unknown ones, are not looked at.
    pub(crate) fn read(
        table: &'static [Parameter],
        is_taken: impl Fn(&Parameter) -> bool,
        mut request: Map<String, Value>,
    ) -> Parameters {
        let mut parameters = Parameters::default();
        // Most requests have nothing beside what their resource reads itself.
        if request.is_empty() {
            return parameters;
        }
        for parameter in table.iter().filter(|parameter| is_taken(parameter)) {
            if let Some(value) = request.remove(parameter.name) {
                parameters.add(parameter, value);
            }
        }
        parameters
    }

    fn add(&mut self, parameter: &'static Parameter, value: Value) {
        // An alias only fills in for the parameter that it names, which was read before it.
        let name = parameter.alias_of.unwrap_or(parameter.name);
        if self.given.contains_key(name) {
            return;
        }
        let mut found = Found::default();
        let path = Path::Parameter(parameter.name);
        let value = match parameter.shape {
            Shape::Count { .. } if count(&value) == Ok(0) => None,
            _ => read(value, &parameter.shape, &path, &mut found),
        };
        if !found.unreadable.is_empty() {
            self.unreadable.push((parameter, found.unreadable));
        }
        if !found.unbounded.is_empty() {
            self.unbounded.push((parameter, found.unbounded));
        }
        if let Some(value) = value {
            self.given.insert(name.to_owned(), value);
        }
    }

    /// The reasons against a parameter, by whichever of its names it was sent.
    pub(crate) fn of<'a>(
        reasons: &'a [(&'static Parameter, Reasons)],
        name: &'a str,
    ) -> impl Iterator<Item = &'a Reasons> + Clone {
        let is_of =
            move |parameter: &Parameter| parameter.alias_of.unwrap_or(parameter.name) == name;
        let reasons = reasons
            .iter()
            .filter(move |(parameter, _)| is_of(parameter));
        reasons.map(|(_, reasons)| reasons)
    }
}

/// The place of a value in a request. It is written only where a reason names it: most of the
/// places of a long list are never named.
enum Path<'a> {
    Parameter(&'static str),
    Member(&'a Path<'a>, &'static str),
    Element(&'a Path<'a>, u32),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Parameter(name) => f.write_str(name),
            Path::Member(of, name) => write!(f, "{of}[{name}]"),
            Path::Element(of, index) => write!(f, "{of}[{index}]"),
        }
    }
}

/// The reasons to refuse a parameter.
#[derive(Default)]
struct Found {
    /// It cannot be read.
    unreadable: Reasons,
    /// It can be, and breaks a bound that is assumed.
    unbounded: Reasons,
}

/// Reads a value in a shape; `None` if it is not given or cannot be read, with the reasons added.
fn read(value: Value, shape: &Shape, path: &Path<'_>, found: &mut Found) -> Option<Value> {
    let mut refuse = |rule| {
        found.unreadable.add(path, rule);
        None
    };
    if is_blank(&value) {
        return None;
    }
    match (shape, value) {
        (Shape::Amount { min }, value) => match integer(&value) {
            Ok(number) if number < *min => refuse(Rule::AtLeast(*min)),
            // More than 64 bits hold was read as the most that they do.
            Ok(i64::MAX) => refuse(Rule::AtMost(i64::MAX - 1)),
            Ok(number) => Some(Value::from(number)),
            Err(rule) => refuse(rule),
        },
        (Shape::Count { min }, value) => match count(&value) {
            Ok(number) if number < *min => refuse(Rule::AtLeast(*min)),
            Ok(number) if number > COUNT_MAX => refuse(Rule::AtMost(COUNT_MAX)),
            Ok(number) => Some(Value::from(number)),
            Err(rule) => refuse(rule),
        },
        (Shape::Boolean, value) => match boolean(&value) {
            Some(value) => Some(Value::Bool(value)),
            None => refuse(Rule::Kind("true or false")),
        },
        // Beyond 64 bits the digits are lost already when JSON is read.
        (Shape::Text { .. }, Value::Number(number)) if number.is_i64() || number.is_u64() => {
            Some(Value::String(number.to_string()))
        }
        (Shape::Text { max_length }, Value::String(text)) => {
            if text.chars().nth(*max_length as usize).is_some() {
                found.unbounded.add(path, Rule::MaxLength(*max_length));
            } else if text.chars().any(is_refused) {
                found.unbounded.add(path, Rule::NoControlCharacters);
            }
            Some(Value::String(text))
        }
        (Shape::Text { .. }, _) => refuse(Rule::Kind("a string")),
        (Shape::OneOf(values), Value::String(text)) => {
            let known = values
                .iter()
                .find(|value| value.eq_ignore_ascii_case(&text));
            match known {
                Some(value) => Some(Value::from(*value)),
                None => {
                    found.unreadable.add_with(path, || one_of(values));
                    None
                }
            }
        }
        (Shape::OneOf(values), _) => {
            found.unreadable.add_with(path, || one_of(values));
            None
        }
        (Shape::Object(members), Value::Object(object)) => {
            let clean = read_members(object, members, path, found);
            // Nothing but unknown members says nothing.
            (!clean.is_empty()).then_some(Value::Object(clean))
        }
        (Shape::Object(_), _) => refuse(Rule::Kind("an object")),
        (Shape::Array { element, max_items }, value) => {
            let elements = match value {
                Value::Array(values) => Some((0..).zip(values).collect()),
                Value::Object(object) => by_index(object),
                _ => None,
            };
            let Some(elements) = elements else {
                return refuse(Rule::Kind("a list"));
            };
            if elements.len() > *max_items as usize {
                found.unbounded.add(path, Rule::MaxItems(*max_items));
            }
            Some(read_elements(elements, element, path, found))
        }
    }
}

fn read_members(
    mut object: Map<String, Value>,
    members: &[Member],
    path: &Path<'_>,
    found: &mut Found,
) -> Map<String, Value> {
    let mut clean = Map::new();
    for member in members {
        let path = Path::Member(path, member.name);
        let value = object.remove(member.name).unwrap_or_default();
        if is_blank(&value) {
            if member.is_required {
                found.unreadable.add(&path, Rule::NotBlank);
            }
        } else if let Some(value) = read(value, &member.shape, &path, found) {
            clean.insert(member.name.to_owned(), value);
        }
    }
    clean
}

fn read_elements(
    values: Vec<(u32, Value)>,
    element: &Shape,
    path: &Path<'_>,
    found: &mut Found,
) -> Value {
    let mut clean = Vec::with_capacity(values.len());
    for (index, value) in values {
        let path = Path::Element(path, index);
        // A blank element is not left out: the list would be shorter than it was meant to be.
        let value = match (element, value) {
            (Shape::Object(members), Value::Object(object)) => {
                Some(Value::Object(read_members(object, members, &path, found)))
            }
            (_, value) if is_blank(&value) => {
                found.unreadable.add(&path, Rule::NotBlank);
                None
            }
            (_, value) => read(value, element, &path, found),
        };
        clean.extend(value);
    }
    Value::Array(clean)
}

// Rack reads `items[0][sku]` as an object with the member `0`. The numbers are kept for the
// messages.
fn by_index(object: Map<String, Value>) -> Option<Vec<(u32, Value)>> {
    let mut indexed = Vec::with_capacity(object.len());
    for (name, value) in object {
        let index: u32 = name.parse().ok()?;
        indexed.push((index, value));
    }
    indexed.sort_by_key(|(index, _)| *index);
    Some(indexed)
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(_) | Value::Number(_) => false,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(members) => members.values().all(is_blank),
    }
}

/// Control characters have no place in a text, but for those that format it. Each takes one byte in
/// a request and six in a source.
fn is_refused(character: char) -> bool {
    character.is_control() && !matches!(character, '\t' | '\n' | '\r')
}

fn one_of(values: &[&str]) -> Rule {
    Rule::OneOf(values.iter().map(|&value| value.to_owned()).collect())
}

/// A whole number, or digits in a text. What does not fit is the nearest that does: the limits of a
/// parameter, not of our integers, are what the message is to speak of.
pub(crate) fn integer(value: &Value) -> Result<i64, Rule> {
    match value {
        Value::Number(number) => whole(number),
        Value::String(text) => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            match digits.split_once('.') {
                None if is_digits(digits) => {}
                Some((whole, decimals)) if is_digits(whole) && is_digits(decimals) => {
                    return Err(Rule::Integer);
                }
                _ => return Err(Rule::Number),
            }
            let beyond = if text.starts_with('-') {
                i64::MIN
            } else {
                i64::MAX
            };
            Ok(text.parse().unwrap_or(beyond))
        }
        _ => Err(Rule::Number),
    }
}

/// The greatest count: those of the document have 32 bits.
const COUNT_MAX: i64 = i32::MAX as i64;

/// A count may have decimals that are zero, as Magento sends a quantity. An amount may not: 100.00
/// would be one thing in baht and another in satang.
fn count(value: &Value) -> Result<i64, Rule> {
    match value {
        Value::String(text) => match text.split_once('.') {
            Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => {
                integer(&Value::from(whole))
            }
            _ => integer(value),
        },
        Value::Number(number) => match number.as_f64() {
            // Exact up to here, and far beyond the greatest count.
            Some(float) if float.fract() == 0.0 && float.abs() < 1e15 => Ok(float as i64),
            _ => whole(number),
        },
        _ => Err(Rule::Number),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn whole(number: &Number) -> Result<i64, Rule> {
    const BEYOND: f64 = 9_223_372_036_854_775_807.0;
    if let Some(number) = number.as_i64() {
        return Ok(number);
    }
    match number.as_f64() {
        Some(number) if number >= BEYOND => Ok(i64::MAX),
        Some(number) if number <= -BEYOND => Ok(i64::MIN),
        _ => Err(Rule::Integer),
    }
}

fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::Number(number) => match number.as_i64() {
            Some(1) => Some(true),
            Some(0) => Some(false),
            _ => None,
        },
        Value::String(text) if text == "1" || text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text == "0" || text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use omise_types::Operation;
    use serde_json::json;

    use super::*;

    /// Reads one parameter.
    fn read_one(name: &str, value: Value) -> Parameters {
        let request = Map::from_iter([(name.to_owned(), value)]);
        Parameters::read(Operation::CreateSource.parameters(), |_| true, request)
    }

    #[track_caller]
    fn check_amount(sent: Value, expected: Result<i64, Rule>) {
        assert_eq!(integer(&sent), expected, "{sent}");
    }

    #[track_caller]
    fn check_read(parameter: &str, sent: Value, expected: Value) {
        let read = read_one(parameter, sent);
        assert_eq!(Value::Object(read.given), json!({parameter: expected}));
        assert_eq!(read.unreadable, []);
    }

    #[track_caller]
    fn check_not_given(parameter: &str, sent: Value) {
        let read = read_one(parameter, sent);
        assert_eq!(Value::Object(read.given), json!({}));
        assert_eq!(read.unreadable, []);
    }

    #[track_caller]
    fn check_unreadable(parameter: &str, sent: Value, expected: &[&str]) {
        let read = read_one(parameter, sent);
        let of_parameters = read.unreadable.iter();
        let reasons: Vec<String> = of_parameters
            .flat_map(|(_, reasons)| reasons.listed())
            .map(ToString::to_string)
            .collect();
        assert_eq!(reasons, expected);
    }

    /// 63 kB of empty items break 84,000 rules.
    #[test]
    fn of_the_reasons_of_a_long_list_twenty_are_kept_and_the_rest_are_counted() {
        let items = Value::Array(vec![json!({}); 21_000]);
        let read = read_one(Parameter::ITEMS, items);
        let [(_, reasons)] = read.unreadable.as_slice() else {
            panic!("the items alone are wrong");
        };
        assert_eq!(reasons.listed().len(), 20);
        assert_eq!(reasons.more(), 4 * 21_000 - 20);
    }

    #[test]
    fn null_means_not_given() {
        for parameter in Operation::CreateSource.parameters() {
            let read = read_one(parameter.name, Value::Null);
            assert!(
                read.given.is_empty() && read.unreadable.is_empty(),
                "{parameter:?}"
            );
        }
    }

    #[test]
    fn blank_text_means_not_given() {
        check_not_given(Parameter::NAME, json!(""));
        check_not_given(Parameter::NAME, json!(" \t\u{3000}"));
        check_not_given(Parameter::INSTALLMENT_TERM, json!(" "));
        check_not_given(Parameter::ZERO_INTEREST_INSTALLMENTS, json!(""));
    }

    #[test]
    fn an_empty_list_means_not_given() {
        check_not_given(Parameter::ITEMS, json!([]));
    }

    #[test]
    fn an_empty_object_means_not_given() {
        check_not_given(Parameter::SHIPPING, json!({}));
        check_not_given(Parameter::ITEMS, json!({}));
    }

    #[test]
    fn an_object_of_blanks_means_not_given() {
        let sent = json!({"city": "", "state": null, "street1": {"lines": [], "unit": " "}});
        check_not_given(Parameter::SHIPPING, sent);
    }

    #[test]
    fn a_zero_for_a_parameter_means_not_given() {
        check_not_given(Parameter::INSTALLMENT_TERM, json!(0));
        check_not_given(Parameter::INSTALLMENT_TERM, json!("0"));
    }

    #[test]
    fn a_zero_inside_of_a_parameter_is_a_number() {
        let item = json!({"sku": "a", "name": "b", "amount": 0, "quantity": "0"});
        let expected = [
            "items[0][amount] must be at least 1",
            "items[0][quantity] must be at least 1",
        ];
        check_unreadable(Parameter::ITEMS, json!([item]), &expected);
    }

    #[test]
    fn a_zero_for_a_boolean_is_false() {
        check_read(
            Parameter::ZERO_INTEREST_INSTALLMENTS,
            json!(0),
            json!(false),
        );
    }

    #[test]
    fn a_zero_for_a_text_is_a_text() {
        check_read(Parameter::NAME, json!(0), json!("0"));
    }

    #[test]
    fn digits_in_a_text_are_a_number() {
        check_amount(json!("0150"), Ok(150));
        check_amount(json!("-150"), Ok(-150));
        check_read(Parameter::INSTALLMENT_TERM, json!("6"), json!(6));
    }

    #[test]
    fn other_texts_are_no_number() {
        for text in [
            "", " 1", "1 ", "+1", "-", "--1", "--1.5", ".5", "1.", "1.2.3", "1e3", "0x1", "1,000",
            "\u{ff11}",
        ] {
            check_amount(json!(text), Err(Rule::Number));
        }
    }

    #[test]
    fn other_values_are_no_number() {
        for value in [json!(null), json!(true), json!([1]), json!({"amount": 1})] {
            check_amount(value, Err(Rule::Number));
        }
    }

    #[test]
    fn an_amount_with_decimals_is_no_integer() {
        for value in [json!(150.5), json!(150.0), json!("-0.5"), json!("150.00")] {
            check_amount(value, Err(Rule::Integer));
        }
    }

    #[test]
    fn a_count_may_have_decimals_that_are_zero() {
        for six in [json!(6.0), json!("6.0"), json!("6.0000")] {
            check_read(Parameter::INSTALLMENT_TERM, six, json!(6));
        }
        check_not_given(Parameter::INSTALLMENT_TERM, json!(0.0));
        check_not_given(Parameter::INSTALLMENT_TERM, json!("0.00"));
    }

    #[test]
    fn a_count_may_not_have_other_decimals() {
        for broken in [json!(6.5), json!("6.50")] {
            let expected = ["installment_term must be an integer"];
            check_unreadable(Parameter::INSTALLMENT_TERM, broken, &expected);
        }
        for text in ["6.", ".0", "-.0", "six.0"] {
            let expected = ["installment_term is not a number"];
            check_unreadable(Parameter::INSTALLMENT_TERM, json!(text), &expected);
        }
    }

    #[test]
    fn a_number_beyond_64_bits_is_the_nearest_within() {
        check_amount(json!(u64::MAX), Ok(i64::MAX));
        check_amount(json!(1e300), Ok(i64::MAX));
        check_amount(json!(-1e300), Ok(i64::MIN));
        check_amount(json!("9223372036854775808"), Ok(i64::MAX));
        check_amount(json!("-9223372036854775809"), Ok(i64::MIN));
    }

    #[test]
    fn a_number_beyond_a_parameter_names_the_limit_of_the_parameter() {
        for beyond in [
            json!(2_147_483_648_u32),
            json!(u64::MAX),
            json!("9".repeat(40)),
        ] {
            let expected = ["installment_term must be less than 2147483648"];
            check_unreadable(Parameter::INSTALLMENT_TERM, beyond, &expected);
        }
    }

    #[test]
    fn an_amount_beyond_64_bits_is_refused_where_it_has_no_limit_too() {
        for amount in [
            json!(9_223_372_036_854_775_808_u64),
            json!("1e99"),
            json!(1e99),
        ] {
            let items = json!([{"sku": "A-1", "name": "Shoes", "amount": amount, "quantity": 1}]);
            let read = read_one(Parameter::ITEMS, items);
            assert_eq!(read.unreadable.len(), 1, "{amount}");
        }
    }

    #[test]
    fn booleans_are_read_from_texts_and_numbers() {
        for yes in [json!(true), json!(1), json!("1"), json!("True")] {
            check_read(Parameter::ZERO_INTEREST_INSTALLMENTS, yes, json!(true));
        }
        for no in [json!(false), json!(0), json!("0"), json!("FALSE")] {
            check_read(Parameter::ZERO_INTEREST_INSTALLMENTS, no, json!(false));
        }
    }

    #[test]
    fn anything_else_is_no_boolean() {
        for neither in [json!(2), json!(-1), json!(1.0), json!("yes"), json!([true])] {
            let expected = ["zero_interest_installments is invalid (must be true or false)"];
            check_unreadable(Parameter::ZERO_INTEREST_INSTALLMENTS, neither, &expected);
        }
    }

    #[test]
    fn a_number_where_a_text_belongs_is_its_digits() {
        check_read(Parameter::BARCODE, json!(1234567890), json!("1234567890"));
        check_read(
            Parameter::BARCODE,
            json!(u64::MAX),
            json!("18446744073709551615"),
        );
    }

    #[test]
    fn a_text_is_kept_as_it_was_sent() {
        check_read(
            Parameter::NAME,
            json!(" Yamada  Taro "),
            json!(" Yamada  Taro "),
        );
    }

    #[test]
    fn anything_else_is_no_text() {
        for neither in [
            json!(true),
            json!(1.5),
            json!(1e30),
            json!(["a"]),
            json!({"a": 1}),
        ] {
            let expected = ["name is invalid (must be a string)"];
            check_unreadable(Parameter::NAME, neither, &expected);
        }
    }

    #[test]
    fn one_of_a_few_texts_is_read_in_any_case() {
        check_read(Parameter::PLATFORM_TYPE, json!("Android"), json!("ANDROID"));
    }

    #[test]
    fn anything_else_is_none_of_a_few_texts() {
        for neither in [json!("PHONE"), json!(1), json!(["WEB"])] {
            let expected = ["platform_type is invalid (must be one of WEB IOS ANDROID)"];
            check_unreadable(Parameter::PLATFORM_TYPE, neither, &expected);
        }
    }

    #[test]
    fn members_that_an_object_does_not_have_are_left_out() {
        let sent = json!({"city": "Bangkok", "planet": "Earth"});
        check_read(Parameter::BILLING, sent, json!({"city": "Bangkok"}));
    }

    #[test]
    fn an_object_of_members_that_it_does_not_have_means_not_given() {
        check_not_given(Parameter::BILLING, json!({"planet": "Earth"}));
    }

    #[test]
    fn every_required_member_is_asked_for() {
        let expected = [
            "shipping[country] cannot be blank",
            "shipping[postal_code] cannot be blank",
            "shipping[street1] is invalid (must be a string)",
        ];
        let sent = json!({"city": "Bangkok", "country": " ", "state": null, "street1": true});
        check_unreadable(Parameter::SHIPPING, sent, &expected);
    }

    #[test]
    fn anything_else_is_no_object() {
        for neither in [json!("Bangkok"), json!(1), json!(["Bangkok"])] {
            let expected = ["billing is invalid (must be an object)"];
            check_unreadable(Parameter::BILLING, neither, &expected);
        }
    }

    #[test]
    fn every_required_member_of_every_element_is_asked_for() {
        let item = json!({"sku": "a", "name": "b", "amount": 1, "quantity": 1});
        let expected = [
            "items[1][sku] cannot be blank",
            "items[1][name] cannot be blank",
            "items[1][amount] cannot be blank",
            "items[1][quantity] cannot be blank",
            "items[2] cannot be blank",
            "items[3] is invalid (must be an object)",
        ];
        check_unreadable(Parameter::ITEMS, json!([item, {}, null, 1]), &expected);
    }

    #[test]
    fn an_object_with_numbered_members_is_a_list() {
        let item = |sku: &str| json!({"sku": sku, "name": "b", "amount": 1, "quantity": 1});
        let numbered = json!({"10": item("c"), "2": item("b"), "0": item("a")});
        let expected = json!([item("a"), item("b"), item("c")]);
        check_read(Parameter::ITEMS, numbered, expected);
    }

    #[test]
    fn an_element_keeps_the_number_by_which_it_was_sent() {
        let item = json!({"sku": "a", "name": "b", "amount": 1, "quantity": 1});
        let expected = ["items[7] cannot be blank"];
        check_unreadable(Parameter::ITEMS, json!({"2": item, "7": ""}), &expected);
    }

    #[test]
    fn anything_else_is_no_list() {
        for neither in [json!("shirt"), json!(1), json!({"0": 1, "first": 1})] {
            let expected = ["items is invalid (must be a list)"];
            check_unreadable(Parameter::ITEMS, neither, &expected);
        }
    }
}
