use std::fmt;

/// Every reason why a request is refused, in the order in which the API reports them.
///
/// `Display` joins them as the API does: "a and b", "a, b, and c". It lists the first 20 and counts
/// the rest.
///
/// # Example
///
/// ```
/// use omise_rules::{Account, Draft};
///
/// let request = serde_json::json!({"amount": 1, "currency": "JPY", "type": "promptpay"});
/// let rejection = Draft::read(request).check(&Account::default()).expect_err("far too little");
/// assert_eq!(rejection.to_string(), "amount must be at least 2000 and currency must be THB");
/// assert_eq!(rejection.reasons().len(), 2);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rejection {
    reasons: Reasons,
}

impl Rejection {
    pub(crate) fn new(reasons: Reasons) -> Rejection {
        debug_assert!(
            !reasons.is_empty(),
            "a request is never refused without a reason"
        );
        Rejection { reasons }
    }

    /// The first 20 reasons; at least one.
    pub fn reasons(&self) -> &[Reason] {
        self.reasons.listed()
    }

    /// How many reasons there are beyond those of [`reasons`](Rejection::reasons).
    pub fn more(&self) -> usize {
        self.reasons.more()
    }
}

/// How many reasons are listed. A long list of items could have thousands, and the answer would be
/// many times as large as the request.
const LISTED_MAX: usize = 20;

/// The first reasons, and how many follow them. A reason that is only counted costs no allocation.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Reasons {
    listed: Vec<Reason>,
    more: usize,
}

impl Reasons {
    /// Adds a reason. The parameter is written and the rule is made only if the reason is listed.
    pub(crate) fn add_with(&mut self, parameter: impl fmt::Display, rule: impl FnOnce() -> Rule) {
        if self.listed.len() < LISTED_MAX {
            self.listed.push(Reason::new(parameter.to_string(), rule()));
        } else {
            self.more += 1;
        }
    }

    pub(crate) fn add(&mut self, parameter: impl fmt::Display, rule: Rule) {
        self.add_with(parameter, || rule);
    }

    /// Adds all reasons of another list.
    pub(crate) fn extend(&mut self, other: &Reasons) {
        for reason in &other.listed {
            self.add_with(&reason.parameter, || reason.rule.clone());
        }
        self.more += other.more;
    }

    pub(crate) fn listed(&self) -> &[Reason] {
        &self.listed
    }

    pub(crate) fn more(&self) -> usize {
        self.more
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Reasons { listed, more } = &self.reasons;
        let mut parts: Vec<String> = listed.iter().map(Reason::to_string).collect();
        if *more > 0 {
            parts.push(format!("{more} more"));
        }
        match parts.as_slice() {
            [] => Ok(()),
            [one] => f.write_str(one),
            [one, other] => write!(f, "{one} and {other}"),
            [first @ .., last] => write!(f, "{}, and {last}", first.join(", ")),
        }
    }
}

impl std::error::Error for Rejection {}

/// One reason: a parameter and the rule that it breaks.
///
/// It never holds the value that was sent: that may say something of the payer.
///
/// # Example
///
/// ```
/// use omise_rules::{Account, Draft, Rule};
///
/// let request = serde_json::json!({"amount": 2000, "currency": "THB", "type": "truemoney"});
/// let rejection = Draft::read(request).check(&Account::default()).expect_err("whose wallet?");
/// let [reason] = rejection.reasons() else {
///     panic!("all else is right");
/// };
/// assert_eq!(reason.parameter, "phone_number");
/// assert_eq!(reason.rule, Rule::NotBlank);
/// assert_eq!(reason.to_string(), "phone_number cannot be blank");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reason {
    /// The parameter, in the bracket form of a form body: `amount`, `items[0][sku]`.
    pub parameter: String,
    /// The rule.
    pub rule: Rule,
}

impl Reason {
    pub(crate) fn new(parameter: impl Into<String>, rule: Rule) -> Reason {
        Reason {
            parameter: parameter.into(),
            rule,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.parameter, self.rule)
    }
}

/// A rule that a value breaks.
///
/// The texts up to [`Rule::Digits`] are the API's own; the others are ours, in the same style.
///
/// # Example
///
/// ```
/// use omise_rules::Rule;
///
/// assert_eq!(Rule::Digits(10, 11).to_string(), "must contain 10-11 digit characters");
/// assert_eq!(Rule::AtMost(49_999).to_string(), "must be less than 50000");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Rule {
    /// It is missing where it is required, or blank.
    NotBlank,
    /// It is not a number.
    Number,
    /// It is a currency or payment method that cannot be used.
    Supported,
    /// It must be exactly this.
    MustBe(String),
    /// It is less than this.
    AtLeast(i64),
    /// It is greater than this, the greatest value allowed. The API's message prints one more.
    AtMost(i64),
    /// It is longer than so many characters.
    MaxLength(u32),
    /// It is not an e-mail address.
    Email,
    /// It is not made of digits only, at least and at most so many.
    Digits(u32, u32),
    /// It is a number but not a whole one.
    Integer,
    /// It is of another kind than the parameter.
    Kind(&'static str),
    /// It is not one of these.
    OneOf(Vec<String>),
    /// It has control characters.
    NoControlCharacters,
    /// It is a list of more than so many elements.
    MaxItems(u32),
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::NotBlank => f.write_str("cannot be blank"),
            Rule::Number => f.write_str("is not a number"),
            Rule::Supported => f.write_str("is currently not supported"),
            Rule::MustBe(value) => write!(f, "must be {value}"),
            Rule::AtLeast(min) => write!(f, "must be at least {min}"),
            Rule::AtMost(max) => write!(f, "must be less than {}", i128::from(*max) + 1),
            Rule::MaxLength(characters) => {
                write!(f, "is too long (maximum is {characters} characters)")
            }
            Rule::Email => f.write_str("is in invalid format"),
            Rule::Digits(least, most) if least == most => {
                write!(f, "must contain {least} digit characters")
            }
            Rule::Digits(least, most) => write!(f, "must contain {least}-{most} digit characters"),
            Rule::Integer => f.write_str("must be an integer"),
            Rule::Kind(kind) => write!(f, "is invalid (must be {kind})"),
            // No commas in here: clients split the joined message at them.
            Rule::OneOf(values) => write!(f, "is invalid (must be one of {})", values.join(" ")),
            Rule::NoControlCharacters => f.write_str("is invalid (has control characters)"),
            Rule::MaxItems(max) => write!(f, "has too many elements (maximum is {max})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blank(number: usize) -> Rejection {
        let mut reasons = Reasons::default();
        for number in 1..=number {
            reasons.add(format!("p{number}"), Rule::NotBlank);
        }
        Rejection::new(reasons)
    }

    #[track_caller]
    fn check_message(reasons: usize, expected: &str) {
        assert_eq!(blank(reasons).to_string(), expected);
    }

    #[track_caller]
    fn check_text(rule: Rule, expected: &str) {
        assert_eq!(rule.to_string(), expected);
    }

    #[test]
    fn one_reason_stands_alone() {
        check_message(1, "p1 cannot be blank");
    }

    #[test]
    fn two_reasons_are_joined_by_and() {
        check_message(2, "p1 cannot be blank and p2 cannot be blank");
    }

    #[test]
    fn three_reasons_are_a_list() {
        check_message(
            3,
            "p1 cannot be blank, p2 cannot be blank, and p3 cannot be blank",
        );
    }

    #[test]
    fn twenty_reasons_are_all_listed() {
        let message = blank(20).to_string();
        assert_eq!(message.matches("cannot be blank").count(), 20);
        assert!(message.ends_with(", and p20 cannot be blank"), "{message}");
    }

    #[test]
    fn reasons_beyond_twenty_are_counted() {
        let message = blank(25).to_string();
        assert_eq!(message.matches("cannot be blank").count(), 20);
        assert!(
            message.ends_with(", p20 cannot be blank, and 5 more"),
            "{message}"
        );
        assert_eq!(blank(25).reasons().len(), 20);
        assert_eq!(blank(25).more(), 5);
    }

    #[test]
    fn a_reason_that_is_only_counted_is_not_written() {
        let mut reasons = blank(20).reasons;
        let parameter = fmt::from_fn(|_| panic!("the parameter is written"));
        reasons.add_with(&parameter, || panic!("the rule is made"));
        assert_eq!(reasons.more, 1);
    }

    #[test]
    fn lists_of_reasons_are_joined_in_their_order_and_counted() {
        let mut reasons = blank(15).reasons;
        reasons.extend(&blank(25).reasons);
        assert_eq!((reasons.listed.len(), reasons.more), (20, 20));
        assert_eq!(reasons.listed[15].parameter, "p1");
    }

    #[test]
    fn a_greatest_value_is_printed_one_higher_without_overflow() {
        check_text(
            Rule::AtMost(i64::MAX),
            "must be less than 9223372036854775808",
        );
    }

    #[test]
    fn a_number_of_digits_is_one_number_where_it_can_be() {
        check_text(Rule::Digits(8, 8), "must contain 8 digit characters");
        check_text(Rule::Digits(8, 9), "must contain 8-9 digit characters");
    }

    #[test]
    fn no_rule_has_a_comma_in_its_text() {
        let values = ["a".to_owned(), "b".to_owned()];
        check_text(
            Rule::OneOf(values.into()),
            "is invalid (must be one of a b)",
        );
    }
}
