//! Why a request body could not be read.

use std::{error, fmt};

/// How many objects and lists a body may hold inside one another, the outermost included.
pub(crate) const DEPTH_MAX: usize = 16;

/// Why a request body, JSON or form, could not be read.
///
/// Its text may be shown to the client and logged: it names parameters, and never repeats a value,
/// because values are payer data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// The body, or a percent-encoded part of it, is not UTF-8.
    NotUtf8 {
        /// The parameter of a form whose value it is, where that can be told.
        parameter: Option<String>,
    },
    /// The body is not one JSON value.
    Syntax {
        /// The line at which the reader gave up, counted from one.
        line: usize,
        /// The byte of that line, counted from one; zero where the line is empty.
        column: usize,
    },
    /// A parameter is given more than once, and nothing says which of them is meant.
    Twice {
        /// The parameter in bracket form, such as `billing[city]`.
        parameter: String,
    },
    /// A parameter of a form is given in two shapes, such as `billing=x&billing[city]=y`.
    Conflict {
        /// The later of the two in bracket form.
        parameter: String,
    },
    /// Objects and lists are nested too deeply.
    TooDeep {
        /// How many may be inside one another.
        maximum: usize,
    },
    /// A form has too many pairs.
    TooMany {
        /// How many there may be.
        maximum: usize,
    },
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 { parameter } => {
                write!(
                    f,
                    "{} is not valid UTF-8",
                    parameter.as_deref().unwrap_or("body")
                )
            }
            Self::Syntax { line, column } => {
                write!(f, "body is not valid JSON (line {line} column {column})")
            }
            Self::Twice { parameter } => write!(f, "{parameter} is given more than once"),
            Self::Conflict { parameter } => {
                write!(f, "{parameter} conflicts with another parameter")
            }
            Self::TooDeep { maximum } => {
                write!(f, "body is nested deeper than {maximum} levels")
            }
            Self::TooMany { maximum } => write!(f, "body has more than {maximum} parameters"),
        }
    }
}

impl error::Error for Unreadable {}

/// The name of a parameter as an error tells it.
///
/// The client chose the name, so a long one is cut: no answer or log line grows with what was sent.
pub(crate) fn truncated_for_message(mut parameter: String) -> String {
    const TOLD_BYTES_MAX: usize = 100;
    if parameter.len() > TOLD_BYTES_MAX {
        parameter.truncate(parameter.floor_char_boundary(TOLD_BYTES_MAX));
        parameter.push_str("...");
    }
    parameter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_between_characters() {
        assert_eq!(truncated_for_message("amount".to_owned()), "amount");
        assert_eq!(
            truncated_for_message("ก".repeat(1000)),
            format!("{}...", "ก".repeat(33))
        );
    }
}
