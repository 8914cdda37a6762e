//! The predicates of an error.

use std::error::Error as StdError;

use omise_client::Error;

type Predicate = fn(&Error) -> bool;

/// Every predicate that says what kind of error it is.
const KINDS: [(&str, Predicate); 10] = [
    ("authentication", Error::is_authentication),
    ("configuration", Error::is_configuration),
    ("connect", Error::is_connect),
    ("interrupted", Error::is_interrupted),
    ("not_found", Error::is_not_found),
    ("rate_limited", Error::is_rate_limited),
    ("rejected", Error::is_rejected),
    ("server_error", Error::is_server_error),
    ("timeout", Error::is_timeout),
    ("unreadable", Error::is_unreadable),
];

/// The kind of an error.
///
/// # Panics
///
/// If more than one predicate holds, or none.
#[track_caller]
pub fn kind(error: &Error) -> &'static str {
    let holding = KINDS.iter().filter(|(_, holds)| holds(error));
    let names: Vec<&str> = holding.map(|(name, _)| *name).collect();
    match names[..] {
        [name] => name,
        _ => panic!("not exactly one predicate holds but {names:?}: {error:?}"),
    }
}

/// The kind of an error with an answer that came whole.
pub fn kind_of_status(status: u16) -> &'static str {
    match status {
        ..400 => "unreadable",
        401 | 403 => "authentication",
        404 => "not_found",
        408 => "timeout",
        429 => "rate_limited",
        400..500 => "rejected",
        500.. => "server_error",
    }
}

/// An error and its causes.
pub fn chain(error: &Error) -> Vec<&dyn StdError> {
    let mut chain = Vec::new();
    let mut next: Option<&dyn StdError> = Some(error);
    while let Some(error) = next {
        chain.push(error);
        next = error.source();
    }
    chain
}
