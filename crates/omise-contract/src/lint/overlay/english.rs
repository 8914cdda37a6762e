//! What of the document is written for people.

use crate::tree::Node;
use indexmap::IndexMap;
use sha2::{Digest, Sha256};

/// The members whose text is to be translated. `label` is one only if it is more than a name.
pub(super) const MEMBERS: [&str; 4] = ["summary", "description", "label", "note"];

/// The texts of one node.
#[derive(Debug)]
pub(super) struct Words {
    texts: IndexMap<String, String>,
}

impl Words {
    /// The text of a member.
    pub(super) fn text(&self, member: &str) -> Option<&str> {
        self.texts.get(member).map(String::as_str)
    }

    /// The members that have a text.
    pub(super) fn members(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// The members that must be translated.
    pub(super) fn required(&self) -> impl Iterator<Item = &str> {
        let is_required =
            |(member, text): &(&String, &String)| *member != "label" || has_a_common_word(text);
        let required = self.texts.iter().filter(is_required);
        required.map(|(member, _)| member.as_str())
    }

    /// The digest of some of the texts: eight digits tell whether one was changed.
    pub(super) fn digest<'a>(&self, members: impl IntoIterator<Item = &'a str>) -> String {
        let texts: Vec<&str> = members
            .into_iter()
            .filter_map(|member| self.text(member))
            .collect();
        let digest = Sha256::digest(texts.join("\n"));
        digest[..4]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// The texts of every node that has some, by the `JSONPath` of the node, in the document's order.
pub(super) fn words(document: &Node) -> IndexMap<String, Words> {
    let mut found = IndexMap::new();
    collect(document, "$", &mut found);
    found
}

fn collect(node: &Node, path: &str, found: &mut IndexMap<String, Words>) {
    if let Node::List(elements) = node {
        for (index, element) in elements.iter().enumerate() {
            collect(element, &format!("{path}[{index}]"), found);
        }
        return;
    }
    let texts: IndexMap<String, String> = node
        .members()
        .filter(|(name, _)| MEMBERS.contains(&name.as_str()))
        .filter_map(|(name, member)| Some((name.clone(), member.text()?.to_owned())))
        .collect();
    if !texts.is_empty() {
        found.insert(path.to_owned(), Words { texts });
    }
    // What stands in examples are words of the API, not of the document.
    let is_example = |name: &str| {
        name == "example" || (name == "value" && path.starts_with("$.components.examples."))
    };
    for (name, member) in node.members().filter(|(name, _)| !is_example(name)) {
        collect(member, &join(path, name), found);
    }
}

/// The `JSONPath` of a member, in the short form where its name allows that.
fn join(path: &str, name: &str) -> String {
    let is_short = !name.starts_with(|first: char| first.is_ascii_digit())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_short {
        format!("{path}.{name}")
    } else {
        let name = name.replace('\\', r"\\").replace('\'', r"\'");
        format!("{path}['{name}']")
    }
}

/// Whether there is a word in small letters, as in "Krungsri installments" and not in "KakaoPay":
/// names are the same in every language.
fn has_a_common_word(label: &str) -> bool {
    label
        .split(|letter: char| !letter.is_alphanumeric())
        .any(|word| word.len() > 2 && word.chars().all(char::is_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_of_names_only_is_told_from_others() {
        for label in [
            "bKash",
            "Touch 'n Go",
            "K PLUS (Kasikorn Bank)",
            "PayNow QR",
        ] {
            assert!(!has_a_common_word(label), "{label}");
        }
        for label in ["Alipay (online)", "Lotus's bill payment", "ShopeePay app"] {
            assert!(has_a_common_word(label), "{label}");
        }
    }

    #[test]
    fn a_name_that_is_no_identifier_is_quoted() {
        assert_eq!(join("$", "info"), "$.info");
        assert_eq!(join("$.paths", "/sources"), "$.paths['/sources']");
        assert_eq!(join("$.responses", "200"), "$.responses['200']");
        assert_eq!(join("$", "it's"), r"$['it\'s']");
    }

    #[test]
    fn the_words_of_an_example_are_not_the_documents() {
        let document = "components: { examples: { A: { summary: a, value: { summary: b } } } }";
        let document = Node::read(document).expect("it is YAML");
        let paths: Vec<String> = words(&document).into_keys().collect();
        assert_eq!(paths, ["$.components.examples.A"]);
    }
}
