//! The crates whose types a public API may name.

use std::collections::BTreeSet;

/// What is stable for years, and what a user has at hand in any case.
const ALLOWED: [&str; 10] = [
    "alloc",
    "bytes",
    "core",
    "http",
    "omise_client",
    "omise_rules",
    "omise_types",
    "serde",
    "serde_core",
    "std",
];

/// Items that may name one crate more.
struct Exception {
    name: &'static str,
    // What the lines of the items begin with.
    items: &'static str,
    because: &'static str,
}

const EXCEPTIONS: [Exception; 1] = [Exception {
    name: "schemars",
    items: "impl schemars::JsonSchema for omise_types::",
    because: "the feature of that name is for these implementations",
}];

/// What is hidden in omise-types and is therefore not to be found in the root of the SDK.
const NOT_IN_THE_SDK: [&str; 1] = ["Draft"];

/// Every item that names a crate that it may not name, and every exception that nothing needs.
pub(super) fn problems(items: &[&str]) -> Vec<String> {
    let mut problems = Vec::new();
    for item in items {
        for name in crates(item) {
            if !is_allowed(item, name) {
                problems.push(format!("names a type of {name}: {item}"));
            }
        }
        if let Some(problem) = exported(item) {
            problems.push(problem);
        }
    }
    for Exception {
        name,
        items: begin,
        because,
    } in &EXCEPTIONS
    {
        let is_needed = |item: &&str| item.starts_with(begin) && crates(item).contains(name);
        if !items.iter().any(is_needed) {
            problems.push(format!(
                "no `{begin}` names {name} any more ({because}); \
                 take the exception out of xtask/src/api/foreign.rs"
            ));
        }
    }
    problems
}

fn is_allowed(item: &str, name: &str) -> bool {
    let is_excepted =
        |exception: &Exception| exception.name == name && item.starts_with(exception.items);
    ALLOWED.contains(&name) || EXCEPTIONS.iter().any(is_excepted)
}

/// What is wrong with an item that the SDK exports again.
fn exported(item: &str) -> Option<String> {
    let (_, path) = item
        .strip_prefix("pub use omise_client::")?
        .split_once(" = ")?;
    let (of, name) = path.rsplit_once("::").unwrap_or((path, ""));
    if item.contains('*') {
        return Some(format!("exports more than it says: {item}"));
    }
    if of.starts_with("omise_types") && NOT_IN_THE_SDK.contains(&name) {
        return Some(format!("is not for users of the SDK: {item}"));
    }
    None
}

/// The crates that an item names. Paths are absolute, so a crate is what a path begins with.
fn crates(item: &str) -> BTreeSet<&str> {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let roots = item.match_indices("::").filter_map(|(end, _)| {
        let before = item[..end].trim_end_matches(is_part);
        let name = &item[before.len()..end];
        // A type parameter, `Self` or a variant begins with a capital letter.
        let is_crate = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_');
        (is_crate && !before.ends_with("::")).then_some(name)
    });
    // A crate that is exported whole stands without a path behind it.
    let whole = item.split_once(" = ").map(|(_, path)| path);
    let whole = whole.filter(|path| item.starts_with("pub use ") && path.chars().all(is_part));
    roots.chain(whole).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // What the exceptions are for.
    const EXCEPTED: [&str; 1] = ["impl schemars::JsonSchema for omise_types::Amount"];

    #[track_caller]
    fn check_problems(item: &str, expected: &[&str]) {
        let items: Vec<&str> = EXCEPTED.into_iter().chain([item]).collect();
        assert_eq!(problems(&items), expected);
    }

    #[test]
    fn what_is_allowed_is_not_told() {
        for item in [
            "pub fn omise_client::Response<T>::raw(&self) -> &bytes::bytes::Bytes",
            "impl<T> core::ops::deref::Deref for omise_client::Response<T>",
            "pub fn a(S) -> <S as serde_core::ser::Serializer>::Ok",
            "pub type omise_client::Response<T>::Target = T",
            "pub use omise_client::Amount = omise_types::amount::Amount",
            "pub use omise_client::omise_types = omise_types",
        ] {
            check_problems(item, &[]);
        }
    }

    #[test]
    fn a_type_that_leaks_is_told_with_its_crate_and_the_item() {
        check_problems(
            "pub fn omise_client::f(&self, reqwest::Client)",
            &["names a type of reqwest: pub fn omise_client::f(&self, reqwest::Client)"],
        );
        check_problems(
            "impl core::convert::From<progenitor_client::Error<()>> for omise_client::Error",
            &["names a type of progenitor_client: impl \
               core::convert::From<progenitor_client::Error<()>> for omise_client::Error"],
        );
        check_problems(
            "pub omise_types::Source::a: alloc::vec::Vec<serde_json::value::Value>",
            &["names a type of serde_json: pub omise_types::Source::a: \
               alloc::vec::Vec<serde_json::value::Value>"],
        );
    }

    #[test]
    fn a_type_that_leaks_by_being_exported_is_told() {
        check_problems(
            "pub use omise_client::Http = reqwest::Client",
            &["names a type of reqwest: pub use omise_client::Http = reqwest::Client"],
        );
        check_problems(
            "pub use omise_client::http = reqwest",
            &["names a type of reqwest: pub use omise_client::http = reqwest"],
        );
    }

    #[test]
    fn the_sdk_does_not_export_what_is_hidden() {
        let draft = "pub use omise_client::Draft = omise_types::draft::Draft";
        check_problems(
            draft,
            &[format!("is not for users of the SDK: {draft}").as_str()],
        );
        let all = "pub use omise_client::<<omise_types::*>> = omise_types";
        check_problems(all, &[format!("exports more than it says: {all}").as_str()]);
    }

    #[test]
    fn an_exception_that_nothing_needs_is_told() {
        assert_eq!(problems(&[]).len(), EXCEPTIONS.len());
    }
}
