//! Older editions of the document, in the words of today's.
//!
//! Version 0.1.0 writes a parameter that every payment method takes, a reference with a description
//! and the versions of the API in other ways than 0.2.0.

use crate::document::Document;
use crate::tree::Node;

const EVERY_TYPE: &str = "x-omise-every-type";
const VERSIONS: &str = "x-omise-versions";

/// Reads an edition, or says why it cannot be read.
pub fn read(yaml: &str) -> Result<Document, String> {
    let mut document = Node::read(yaml).map_err(|problem| problem.message)?;
    rewrite(&mut document);
    serde_json::to_string(&document)
        .and_then(|json| serde_json::from_str(&json))
        .map_err(|error| error.to_string())
}

fn rewrite(node: &mut Node) {
    if let Some([target]) = node.get("allOf").map(Node::elements) {
        *node = target.clone();
    }
    let of_every_type: Vec<Node> = node
        .get("properties")
        .into_iter()
        .flat_map(Node::members)
        .filter(|(_, property)| property.get(EVERY_TYPE) == Some(&Node::Bool(true)))
        .map(|(name, _)| Node::Text(name.clone()))
        .collect();
    match node {
        Node::List(elements) => elements.iter_mut().for_each(rewrite),
        Node::Map(members) => {
            members.retain(|name, value| name != EVERY_TYPE || *value != Node::Bool(true));
            if !of_every_type.is_empty() {
                members.insert(EVERY_TYPE.to_owned(), Node::List(of_every_type));
            }
            if let Some(versions @ Node::Map(_)) = members.get_mut(VERSIONS) {
                *versions = Node::List(versions.members().map(version).collect());
            }
            members.values_mut().for_each(rewrite);
        }
        Node::Null | Node::Bool(_) | Node::Number(_) | Node::Text(_) => {}
    }
}

fn version((version, word): (&String, &Node)) -> Node {
    let sources = match word.text() {
        Some("without_sources") => Node::Text("none".to_owned()),
        _ => word.clone(),
    };
    let members = [
        ("version".to_owned(), Node::Text(version.clone())),
        ("sources".to_owned(), sources),
    ];
    Node::Map(members.into_iter().collect())
}
