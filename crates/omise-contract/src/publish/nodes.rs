//! Putting trees together.

use std::fmt::Write;

use crate::tree::Node;
use anyhow::{Context, Result, anyhow, ensure};
use indexmap::IndexMap;

/// A map of these members, in this order.
pub(super) fn map<const N: usize>(members: [(&str, Node); N]) -> Node {
    Node::Map(
        members
            .into_iter()
            .map(|(name, member)| (name.to_owned(), member))
            .collect(),
    )
}

/// A list.
pub(super) fn list(elements: impl IntoIterator<Item = Node>) -> Node {
    Node::List(elements.into_iter().collect())
}

/// A list of texts.
pub(super) fn texts<T: AsRef<str>>(elements: impl IntoIterator<Item = T>) -> Node {
    list(elements.into_iter().map(|element| text(element.as_ref())))
}

/// A text.
pub(super) fn text(text: &str) -> Node {
    Node::Text(text.to_owned())
}

/// A number.
pub(super) fn number(number: i64) -> Node {
    Node::Number(number.into())
}

/// A reference to a schema of the document.
pub(super) fn schema_reference(name: &str) -> Node {
    map([("$ref", text(&format!("#/components/schemas/{name}")))])
}

/// The members at the end of several names.
///
/// # Errors
///
/// If the document has no map there.
pub(super) fn members_at<'a>(
    document: &'a mut Node,
    names: &[&str],
) -> Result<&'a mut IndexMap<String, Node>> {
    let mut node = document;
    for name in names {
        node = match node {
            Node::Map(members) => members.get_mut(*name),
            _ => None,
        }
        .with_context(|| format!("the document has no {}", names.join(".")))?;
    }
    match node {
        Node::Map(members) => Ok(members),
        _ => Err(anyhow!("{} is no map", names.join("."))),
    }
}

/// The text of a YAML file that holds this, with a comment above.
///
/// # Errors
///
/// If a reader of YAML would read something else.
pub(super) fn yaml(comment: &str, node: &Node) -> Result<String> {
    let mut file = String::new();
    for line in comment.lines() {
        writeln!(file, "# {line}")?;
    }
    file.push_str(&serde_saphyr::to_string(node)?);
    let again = Node::read(&file).map_err(|problem| anyhow!("{}", problem.message))?;
    ensure!(again == *node, "what was written as YAML reads otherwise");
    Ok(file)
}

/// The text of a JSON file that holds this.
///
/// # Errors
///
/// If it cannot be written as JSON.
pub(super) fn json(node: &Node) -> Result<String> {
    let mut file = serde_json::to_string_pretty(node)?;
    file.push('\n');
    Ok(file)
}
