//! What generation relies on, beyond the shape of the document.
//!
//! Style and examples are checked by `cargo xtask lint`; here stands only what would otherwise make
//! the generator panic or write Rust that says something else than the document.

mod operations;
mod schemas;
mod tables;

use std::collections::HashSet;

use heck::ToUpperCamelCase;

use crate::problem::Problem;
use crate::rule::Rule;
use crate::rule::all as rule;
use crate::spec::Spec;

/// The security scheme of keys that may be in the payer's hands.
pub const PUBLIC_KEY: &str = "publicKey";

/// The security scheme of keys that stay with the merchant.
pub const SECRET_KEY: &str = "secretKey";

/// Schemas that stand for types of `omise-types` that are written by hand.
pub const NEWTYPES: [&str; 3] = ["Amount", "Currency", "Timestamp"];

/// Every problem of the document.
pub(crate) fn check(spec: &Spec) -> Vec<Problem> {
    let mut check = Check {
        spec,
        problems: Vec::new(),
    };
    check.operations();
    check.security_schemes();
    check.schemas();
    check.parameters();
    check.currencies();
    check.payment_methods();
    check.messages();
    check.versions();
    check.problems
}

struct Check<'a> {
    spec: &'a Spec,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn problem(&mut self, rule: Rule, path: impl Into<String>, what: impl AsRef<str>) {
        self.problems.push(rule.broken(path, what));
    }

    /// Checks what becomes the variants of one enum in Rust.
    fn variants<'v>(&mut self, place: &str, values: impl IntoIterator<Item = &'v String>) {
        // The variant that keeps a value which came later.
        let mut taken = HashSet::from(["Other".to_owned()]);
        for value in values {
            let variant = value.to_upper_camel_case();
            self.rust_name(place, &variant);
            if !taken.insert(variant) {
                self.problem(
                    rule::names_differ_in_rust,
                    place,
                    format!("`{value}` has the name in Rust of another"),
                );
            }
        }
    }

    fn rust_name(&mut self, place: &str, name: &str) {
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        // Types and variants begin with a capital, which lint holds; `Self` is a keyword that does.
        let is_name = !name.is_empty()
            && !name.starts_with(|first: char| first.is_ascii_digit())
            && name.chars().all(is_part)
            && name != "Self";
        if !is_name {
            self.problem(
                rule::names_are_names_in_rust,
                place,
                format!("`{name}` is no name in Rust"),
            );
        }
    }
}
