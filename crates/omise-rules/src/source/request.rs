use std::fmt;

use omise_types::{
    CreateSourceRequest, Currency, Member, Parameter, PaymentMethod, Shape, SourceType,
};
use serde_json::{Map, Number, Value};

use crate::rejection::{Reasons, Rule};

/// A request as it was read: each parameter of its payment method in the shape that it should have,
/// absent, or with the reason why it cannot be read.
///
/// Reading makes the API's coercions. `null`, blank text, an empty list and an object without
/// anything in it mean "not given", and so does a zero, but only for a parameter itself and not for
/// `amount`: the `quantity` of an item that is 0 is a quantity. Digits in a text are a number, and
/// decimals of a count may be zeros, but not those of an amount. `1`, `0`, `true` and `false` as
/// text or number are booleans, and a whole number where a text belongs is its digits. Parameters
/// that the payment method does not take, and unknown ones, are not looked at.
///
/// `Debug` shows which parameters were given, and not their values, which may be the payer's.
///
/// # Example
///
/// ```
/// use omise_rules::{Account, Draft};
///
/// let draft = Draft::read(serde_json::json!({
///     "amount": "400000",
///     "currency": "thb",
///     "type": "installment_bay",
///     "installment_term": "6",
///     "zero_interest_installments": 1,
///     "bank": "not a parameter of this payment method",
/// }));
/// let request = draft.check(&Account::default())?.request;
/// assert_eq!(request.installment_term, Some(6));
/// assert_eq!(request.zero_interest_installments, Some(true));
/// assert_eq!(request.bank, None);
/// # Ok::<(), omise_rules::Rejection>(())
/// ```
#[derive(Clone)]
pub struct Draft {
    pub(super) method: Option<&'static PaymentMethod>,
    pub(super) amount: Result<i64, Rule>,
    pub(super) currency: Option<Currency>,
    // The parameters beside amount, currency and type, clean and under their names.
    pub(super) given: Map<String, Value>,
    pub(super) unreadable: Vec<(Parameter, Reasons)>,
    // Those that are longer than is assumed.
    pub(super) unbounded: Vec<(Parameter, Reasons)>,
}

impl Draft {
    /// Reads a request out of a JSON object. Anything else is a request without parameters.
    pub fn read(request: Value) -> Draft {
        let mut request = match request {
            Value::Object(request) => request,
            _ => Map::new(),
        };
        let source_type = match request.remove(Parameter::Type.name()) {
            Some(Value::String(text)) => Some(SourceType::from(text)),
            _ => None,
        };
        let currency = match request.remove(Parameter::Currency.name()) {
            Some(Value::String(text)) => text.parse().ok(),
            _ => None,
        };
        let amount = request.remove(Parameter::Amount.name()).unwrap_or_default();
        let mut draft = Draft {
            method: source_type.and_then(|source_type| source_type.payment_method()),
            amount: integer(&amount),
            currency,
            given: Map::new(),
            unreadable: Vec::new(),
            unbounded: Vec::new(),
        };
        draft.read_parameters(request);
        draft
    }

    /// Reads a request that is one already.
    ///
    /// ```
    /// use omise_types::money::Thb;
    /// use omise_types::payment_methods::Promptpay;
    /// use omise_rules::{Account, Draft};
    ///
    /// let request = Promptpay::new(Thb::new(1)).into();
    /// let rejection = Draft::of(&request).verify(&Account::default()).unwrap_err();
    /// assert_eq!(rejection.to_string(), "amount must be at least 2000");
    /// ```
    pub fn of(request: &CreateSourceRequest) -> Draft {
        let CreateSourceRequest {
            amount,
            currency,
            type_,
            ..
        } = request;
        // Most requests have nothing beside these three, so no JSON has to be made of them.
        if *request == CreateSourceRequest::new(*amount, *currency, type_.clone()) {
            return Draft {
                method: type_.payment_method(),
                amount: Ok(amount.get()),
                currency: Some(*currency),
                given: Map::new(),
                unreadable: Vec::new(),
                unbounded: Vec::new(),
            };
        }
        // Every value of a request is one of JSON too.
        Draft::read(serde_json::to_value(request).unwrap_or_default())
    }

    fn read_parameters(&mut self, mut request: Map<String, Value>) {
        let Some(method) = self.method else {
            return;
        };
        // Most requests have nothing beside amount, currency and type.
        if request.is_empty() {
            return;
        }
        for &parameter in Parameter::ALL {
            if !method.takes(parameter) {
                continue;
            }
            let Some(value) = request.remove(parameter.name()) else {
                continue;
            };
            // An alias only fills in for the parameter that it names, which was read before it.
            let name = parameter.alias_of().unwrap_or(parameter).name();
            if self.given.contains_key(name) {
                continue;
            }
            let mut found = Found::default();
            let path = Path::Parameter(parameter.name());
            let value = match (parameter.shape(), &value) {
                (Shape::Count { .. }, value) if count(value) == Ok(0) => None,
                (shape, _) => read(value, shape, &path, &mut found),
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
    }
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft")
            .field("method", &self.method.map(|method| &method.source_type))
            .field("amount", &self.amount)
            .field("currency", &self.currency)
            .field("given", &self.given.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
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
fn integer(value: &Value) -> Result<i64, Rule> {
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
    use serde_json::json;

    use super::*;

    /// Reads one parameter, in a request for a payment method that takes it.
    fn read_one(parameter: Parameter, value: Value) -> Draft {
        let mut methods = PaymentMethod::all().iter();
        let method = methods
            .find(|method| method.takes(parameter))
            .expect("every parameter is taken by some payment method");
        Draft::read(json!({"type": method.source_type, parameter.name(): value}))
    }

    #[track_caller]
    fn check_amount(sent: Value, expected: Result<i64, Rule>) {
        assert_eq!(
            Draft::read(json!({"amount": sent})).amount,
            expected,
            "{sent}"
        );
    }

    #[track_caller]
    fn check_read(parameter: Parameter, sent: Value, expected: Value) {
        let draft = read_one(parameter, sent);
        assert_eq!(
            Value::Object(draft.given),
            json!({parameter.name(): expected})
        );
        assert_eq!(draft.unreadable, []);
    }

    #[track_caller]
    fn check_not_given(parameter: Parameter, sent: Value) {
        let draft = read_one(parameter, sent);
        assert_eq!(Value::Object(draft.given), json!({}));
        assert_eq!(draft.unreadable, []);
    }

    #[track_caller]
    fn check_unreadable(parameter: Parameter, sent: Value, expected: &[&str]) {
        let draft = read_one(parameter, sent);
        let of_parameters = draft.unreadable.iter();
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
        let draft = read_one(Parameter::Items, items);
        let [(_, reasons)] = draft.unreadable.as_slice() else {
            panic!("the items alone are wrong");
        };
        assert_eq!(reasons.listed().len(), 20);
        assert_eq!(reasons.more(), 4 * 21_000 - 20);
    }

    #[track_caller]
    fn check_phone_number(sent: Value, expected: Value) {
        let mut request = json!({"type": "truemoney"});
        let members = request.as_object_mut().expect("it was written as one");
        members.extend(sent.as_object().expect("parameters").clone());
        let draft = Draft::read(request);
        assert_eq!(Value::Object(draft.given), expected);
        assert_eq!(draft.unreadable, []);
    }

    #[test]
    fn anything_but_an_object_is_a_request_without_parameters() {
        for request in [
            json!(null),
            json!(1),
            json!("amount"),
            json!([{"amount": 1}]),
        ] {
            let draft = Draft::read(request);
            assert!(draft.method.is_none() && draft.currency.is_none());
            assert_eq!(draft.amount, Err(Rule::Number));
        }
    }

    #[test]
    fn null_means_not_given() {
        for &parameter in Parameter::ALL {
            let draft = read_one(parameter, Value::Null);
            assert!(
                draft.given.is_empty() && draft.unreadable.is_empty(),
                "{parameter:?}"
            );
        }
    }

    #[test]
    fn blank_text_means_not_given() {
        check_not_given(Parameter::Name, json!(""));
        check_not_given(Parameter::Name, json!(" \t\u{3000}"));
        check_not_given(Parameter::InstallmentTerm, json!(" "));
        check_not_given(Parameter::ZeroInterestInstallments, json!(""));
    }

    #[test]
    fn an_empty_list_means_not_given() {
        check_not_given(Parameter::Items, json!([]));
    }

    #[test]
    fn an_empty_object_means_not_given() {
        check_not_given(Parameter::Shipping, json!({}));
        check_not_given(Parameter::Items, json!({}));
    }

    #[test]
    fn an_object_of_blanks_means_not_given() {
        let sent = json!({"city": "", "state": null, "street1": {"lines": [], "unit": " "}});
        check_not_given(Parameter::Shipping, sent);
    }

    #[test]
    fn a_zero_for_a_parameter_means_not_given() {
        check_not_given(Parameter::InstallmentTerm, json!(0));
        check_not_given(Parameter::InstallmentTerm, json!("0"));
    }

    #[test]
    fn a_zero_for_the_amount_is_an_amount() {
        check_amount(json!(0), Ok(0));
        check_amount(json!("0"), Ok(0));
    }

    #[test]
    fn a_zero_inside_of_a_parameter_is_a_number() {
        let item = json!({"sku": "a", "name": "b", "amount": 0, "quantity": "0"});
        let expected = [
            "items[0][amount] must be at least 1",
            "items[0][quantity] must be at least 1",
        ];
        check_unreadable(Parameter::Items, json!([item]), &expected);
    }

    #[test]
    fn a_zero_for_a_boolean_is_false() {
        check_read(Parameter::ZeroInterestInstallments, json!(0), json!(false));
    }

    #[test]
    fn a_zero_for_a_text_is_a_text() {
        check_read(Parameter::Name, json!(0), json!("0"));
    }

    #[test]
    fn digits_in_a_text_are_a_number() {
        check_amount(json!("0150"), Ok(150));
        check_amount(json!("-150"), Ok(-150));
        check_read(Parameter::InstallmentTerm, json!("6"), json!(6));
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
            check_read(Parameter::InstallmentTerm, six, json!(6));
        }
        check_not_given(Parameter::InstallmentTerm, json!(0.0));
        check_not_given(Parameter::InstallmentTerm, json!("0.00"));
    }

    #[test]
    fn a_count_may_not_have_other_decimals() {
        for broken in [json!(6.5), json!("6.50")] {
            let expected = ["installment_term must be an integer"];
            check_unreadable(Parameter::InstallmentTerm, broken, &expected);
        }
        for text in ["6.", ".0", "-.0", "six.0"] {
            let expected = ["installment_term is not a number"];
            check_unreadable(Parameter::InstallmentTerm, json!(text), &expected);
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
            check_unreadable(Parameter::InstallmentTerm, beyond, &expected);
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
            let draft = read_one(Parameter::Items, items);
            assert_eq!(draft.unreadable.len(), 1, "{amount}");
        }
    }

    #[test]
    fn booleans_are_read_from_texts_and_numbers() {
        for yes in [json!(true), json!(1), json!("1"), json!("True")] {
            check_read(Parameter::ZeroInterestInstallments, yes, json!(true));
        }
        for no in [json!(false), json!(0), json!("0"), json!("FALSE")] {
            check_read(Parameter::ZeroInterestInstallments, no, json!(false));
        }
    }

    #[test]
    fn anything_else_is_no_boolean() {
        for neither in [json!(2), json!(-1), json!(1.0), json!("yes"), json!([true])] {
            let expected = ["zero_interest_installments is invalid (must be true or false)"];
            check_unreadable(Parameter::ZeroInterestInstallments, neither, &expected);
        }
    }

    #[test]
    fn a_number_where_a_text_belongs_is_its_digits() {
        check_read(Parameter::Barcode, json!(1234567890), json!("1234567890"));
        check_read(
            Parameter::Barcode,
            json!(u64::MAX),
            json!("18446744073709551615"),
        );
    }

    #[test]
    fn a_text_is_kept_as_it_was_sent() {
        check_read(
            Parameter::Name,
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
            check_unreadable(Parameter::Name, neither, &expected);
        }
    }

    #[test]
    fn one_of_a_few_texts_is_read_in_any_case() {
        check_read(Parameter::PlatformType, json!("Android"), json!("ANDROID"));
    }

    #[test]
    fn anything_else_is_none_of_a_few_texts() {
        for neither in [json!("PHONE"), json!(1), json!(["WEB"])] {
            let expected = ["platform_type is invalid (must be one of WEB IOS ANDROID)"];
            check_unreadable(Parameter::PlatformType, neither, &expected);
        }
    }

    #[test]
    fn the_currency_is_read_in_any_case() {
        let draft = Draft::read(json!({"currency": "tHb"}));
        assert_eq!(draft.currency, "THB".parse().ok());
    }

    #[test]
    fn mobile_number_is_another_name_of_phone_number() {
        let sent = json!({"mobile_number": "0812345678"});
        check_phone_number(sent, json!({"phone_number": "0812345678"}));
    }

    #[test]
    fn phone_number_counts_when_both_are_sent() {
        let sent = json!({"mobile_number": "0800000000", "phone_number": "0812345678"});
        check_phone_number(sent, json!({"phone_number": "0812345678"}));
    }

    #[test]
    fn mobile_number_is_not_looked_at_when_phone_number_counts() {
        let sent = json!({"mobile_number": true, "phone_number": "0812345678"});
        check_phone_number(sent, json!({"phone_number": "0812345678"}));
    }

    #[test]
    fn mobile_number_counts_when_phone_number_is_blank() {
        let sent = json!({"phone_number": "", "mobile_number": "0812345678"});
        check_phone_number(sent, json!({"phone_number": "0812345678"}));
    }

    #[test]
    fn a_parameter_that_the_payment_method_does_not_take_is_not_looked_at() {
        let request = json!({"type": "promptpay", "barcode": ["not a text"], "unknown": 1});
        let draft = Draft::read(request);
        assert!(draft.given.is_empty() && draft.unreadable.is_empty());
    }

    #[test]
    fn members_that_an_object_does_not_have_are_left_out() {
        let sent = json!({"city": "Bangkok", "planet": "Earth"});
        check_read(Parameter::Billing, sent, json!({"city": "Bangkok"}));
    }

    #[test]
    fn an_object_of_members_that_it_does_not_have_means_not_given() {
        check_not_given(Parameter::Billing, json!({"planet": "Earth"}));
    }

    #[test]
    fn every_required_member_is_asked_for() {
        let expected = [
            "shipping[country] cannot be blank",
            "shipping[postal_code] cannot be blank",
            "shipping[street1] is invalid (must be a string)",
        ];
        let sent = json!({"city": "Bangkok", "country": " ", "state": null, "street1": true});
        check_unreadable(Parameter::Shipping, sent, &expected);
    }

    #[test]
    fn anything_else_is_no_object() {
        for neither in [json!("Bangkok"), json!(1), json!(["Bangkok"])] {
            let expected = ["billing is invalid (must be an object)"];
            check_unreadable(Parameter::Billing, neither, &expected);
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
        check_unreadable(Parameter::Items, json!([item, {}, null, 1]), &expected);
    }

    #[test]
    fn an_object_with_numbered_members_is_a_list() {
        let item = |sku: &str| json!({"sku": sku, "name": "b", "amount": 1, "quantity": 1});
        let numbered = json!({"10": item("c"), "2": item("b"), "0": item("a")});
        let expected = json!([item("a"), item("b"), item("c")]);
        check_read(Parameter::Items, numbered, expected);
    }

    #[test]
    fn an_element_keeps_the_number_by_which_it_was_sent() {
        let item = json!({"sku": "a", "name": "b", "amount": 1, "quantity": 1});
        let expected = ["items[7] cannot be blank"];
        check_unreadable(Parameter::Items, json!({"2": item, "7": ""}), &expected);
    }

    #[test]
    fn anything_else_is_no_list() {
        for neither in [json!("shirt"), json!(1), json!({"0": 1, "first": 1})] {
            let expected = ["items is invalid (must be a list)"];
            check_unreadable(Parameter::Items, neither, &expected);
        }
    }

    #[test]
    fn debug_names_what_was_given_and_shows_no_value() {
        let draft = Draft::read(json!({
            "amount": 150,
            "currency": "JPY",
            "type": "econtext",
            "name": "canary",
            "email": "canary@example.com",
            "phone_number": ["canary"],
            "ip": "canary",
            "billing": {"city": "canary"},
        }));
        assert_eq!(
            format!("{draft:?}"),
            "Draft { method: Some(Econtext), amount: Ok(150), currency: Some(JPY), \
             given: [\"billing\", \"email\", \"ip\", \"name\"], .. }",
        );
    }
}
