//! The cases that follow from the table of payment methods, as files.
//!
//! They are committed, so that runners of other languages need nothing but the files;
//! `cargo xtask conformance` writes them. What they expect is taken from the table and not from the
//! rules of the server, or they could not tell a mistake of it.
//!
//! # Example
//!
//! ```
//! use omise_conformance::{CaseFile, table};
//!
//! let known = table::Known { message: &|_| false, general_limits: &|_, _| true };
//! for (name, text) in table::files(known) {
//!     let file: CaseFile = serde_json::from_str(&text)?;
//!     assert_eq!(file.generated_by.as_deref(), Some("cargo xtask conformance"), "{name}");
//! }
//! # Ok::<(), serde_json::Error>(())
//! ```

mod creations;
mod installments;
mod limits;
mod parameters;
mod row;
mod smallest;
mod write;

use std::fmt;

use omise_types::{Currency, Limits, PaymentMethod};

pub use smallest::{smallest, wrong_currency};

use crate::{Case, CaseFile};
use row::Row;

/// The version of the suite: the README of the cases says when which part of it changes.
pub const VERSION: &str = "2.0.0";

/// What the document says of how something is known, beside the table of payment methods.
///
/// [`files`] takes it; this module's example has one that knows nothing of messages.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// Whether a message of an error was recorded or is documented, word by word.
    pub message: &'a dyn Fn(&str) -> bool,
    /// Whether limits are the general ones of a currency, and documented.
    pub general_limits: &'a dyn Fn(Currency, Limits) -> bool,
}

impl fmt::Debug for Known<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Known").finish_non_exhaustive()
    }
}

/// Every generated file by its name, without `.json`.
pub fn files(known: Known<'_>) -> Vec<(&'static str, String)> {
    let mut rows = Vec::new();
    for method in PaymentMethod::all() {
        for &(currency, limits) in method.currencies {
            rows.push(Row {
                method,
                currency,
                limits,
                known,
            });
        }
    }
    let first = || rows.iter().filter(|row| row.is_first());
    let of_rows = |cases: fn(&Row<'_>) -> Vec<Case>| rows.iter().flat_map(cases).collect();
    let of_first = |cases: fn(&Row<'_>) -> Vec<Case>| first().flat_map(cases).collect();
    vec![
        file(
            "table-creations",
            "Every payment method in every currency that it takes",
            of_rows(creations::cases),
        ),
        file(
            "table-currencies",
            "Every payment method in a currency that it does not take",
            of_first(creations::wrong_currency),
        ),
        file(
            "table-limits",
            "The limits of an amount, of every payment method in every currency",
            of_rows(limits::cases),
        ),
        file(
            "table-parameters",
            "The parameters that payment methods require and take",
            first()
                .next()
                .map(parameters::of_every_type)
                .into_iter()
                .flatten()
                .chain(first().flat_map(parameters::cases))
                .collect(),
        ),
        file(
            "table-installments",
            "The terms of installments",
            of_first(installments::cases),
        ),
    ]
}

fn file(name: &'static str, title: &str, cases: Vec<Case>) -> (&'static str, String) {
    let file = CaseFile {
        schema: "case.schema.json".to_owned(),
        version: VERSION.to_owned(),
        title: title.to_owned(),
        generated_by: Some("cargo xtask conformance".to_owned()),
        cases,
    };
    (name, write::file(&file))
}
