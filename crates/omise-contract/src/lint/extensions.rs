//! Extensions: each is explained where other teams read, and none is explained that is gone.

use std::collections::HashSet;

use crate::Problem;

use super::node::{Node, join};
use super::{Document, problem};

// The table whose members have a table of their own in the README.
const METHODS: &str = "x-omise-payment-methods";

/// Every extension, and every member of its tables, has its line in `openapi/README.md`.
pub(super) fn extensions_are_explained(document: &Document<'_>) -> Vec<Problem> {
    let mut used = HashSet::new();
    let mut problems = Vec::new();
    document.root.visit("", &mut |path, node| {
        for (name, value) in node.members().filter(|(name, _)| name.starts_with("x-")) {
            // One of each is enough: they are alike.
            if used.insert(name.clone()) {
                problems.extend(explained(document.readme, &join(path, name), name, value));
            }
        }
    });
    let lines = document.readme.lines().filter_map(first_cell);
    let gone = lines.filter(|name| name.starts_with("x-") && !used.contains(*name));
    problems.extend(gone.map(|name| problem("", format!("does not use `{name}`"))));
    problems
}

fn explained(readme: &str, place: &str, name: &str, value: &Node) -> Vec<Problem> {
    let line = |name: &str| readme.lines().find(|line| first_cell(line) == Some(name));
    let Some(explanation) = line(name) else {
        return vec![problem(place, "is not explained in openapi/README.md")];
    };
    let mut words = words(value);
    words.sort_unstable();
    words.dedup();
    words
        .into_iter()
        .filter(|word| match name {
            METHODS => line(word).is_none(),
            _ => !explanation.contains(&format!("`{word}`")),
        })
        .map(|word| {
            let what = format!("`{word}` is not explained in openapi/README.md");
            problem(place, what)
        })
        .collect()
}

/// What the value of an extension says beside facts: the members of a row, the names of settings,
/// the words of a row in a list.
fn words(value: &Node) -> Vec<&str> {
    let mut words = Vec::new();
    for (key, member) in value.members() {
        let is_row = member.members().next().is_some();
        if is_row {
            words.extend(member.members().map(|(name, _)| name.as_str()));
        } else {
            words.push(key.as_str());
        }
    }
    for (name, member) in value.elements().iter().flat_map(Node::members) {
        words.push(name);
        // A date is a fact.
        let word = member.text().into_iter();
        words
            .extend(word.filter(|word| word.starts_with(|first: char| first.is_ascii_lowercase())));
    }
    words
}

/// The name in the first cell of a line of a table, if it is one.
fn first_cell(line: &str) -> Option<&str> {
    let (name, _) = line.strip_prefix("| `")?.split_once('`')?;
    Some(name)
}
