use std::fmt;

/// Every reason why a request is refused, in the order in which the API reports them.
///
/// `Display` joins them as the API does: "a and b", "a, b, and c". It lists the first 20 and counts the
/// rest.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rejection {
    reasons: Vec<Reason>,
}

impl Rejection {
    pub(crate) fn new(reasons: Vec<Reason>) -> Rejection {
        debug_assert!(
            !reasons.is_empty(),
            "a request is never refused without a reason"
        );
        Rejection { reasons }
    }

    /// The reasons; at least one.
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }
}

/// How many reasons a message lists. A long list of items could have thousands, and the answer would be
/// many times as large as the request.
const LISTED_MAX: usize = 20;

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed = &self.reasons[..self.reasons.len().min(LISTED_MAX)];
        let more = self.reasons.len() - listed.len();
        let mut parts: Vec<String> = listed.iter().map(Reason::to_string).collect();
        if more > 0 {
            parts.push(format!("{more} more reasons"));
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
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reason {
    /// The parameter, in the bracket form of a form body: `amount`, `items[0][sku]`.
    pub parameter: String,
    /// The rule.
    pub rule: Rule,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.parameter, self.rule)
    }
}

/// A rule that a value breaks.
///
/// The texts up to [`Rule::Digits`] are the API's own; the others are ours, in the same style.
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
    /// It is no e-mail address.
    Email,
    /// It is not made of digits only, at least and at most so many.
    Digits(u32, u32),
    /// It is a number but not a whole one.
    Integer,
    /// It is of another kind than the parameter.
    Kind(&'static str),
    /// It is none of these.
    OneOf(Vec<String>),
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
        }
    }
}
