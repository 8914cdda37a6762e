//! An action of the translation.

use crate::tree::Node;

/// The digest of the English that an action translates. It stands in the overlay only.
pub(super) const DIGEST: &str = "x-omise-of";

/// An action, whatever it is.
#[derive(Clone, Copy)]
pub(super) struct Action<'a> {
    node: &'a Node,
}

impl<'a> Action<'a> {
    pub(super) fn new(node: &'a Node) -> Action<'a> {
        Action { node }
    }

    /// The `JSONPath` of what it changes; nothing if it has none.
    pub(super) fn target(self) -> &'a str {
        self.text("target")
    }

    /// The digest of what it translates; nothing if it has none.
    pub(super) fn digest(self) -> &'a str {
        self.text(DIGEST)
    }

    /// Where a text of it goes.
    pub(super) fn path(self, member: &str) -> String {
        format!("{}.{member}", self.target())
    }

    /// Its members.
    pub(super) fn members(self) -> impl Iterator<Item = &'a str> {
        self.node.members().map(|(name, _)| name.as_str())
    }

    /// What it sets, texts and others.
    pub(super) fn update(self) -> impl Iterator<Item = (&'a str, &'a Node)> {
        let update = self.node.get("update").into_iter();
        let members = update.flat_map(Node::members);
        members.map(|(name, member)| (name.as_str(), member))
    }

    /// The texts that it sets.
    pub(super) fn texts(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.update()
            .filter_map(|(name, member)| Some((name, member.text()?)))
    }

    fn text(self, member: &str) -> &'a str {
        self.node
            .get(member)
            .and_then(Node::text)
            .unwrap_or_default()
    }
}
