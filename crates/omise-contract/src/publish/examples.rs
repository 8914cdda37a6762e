//! The examples of the document, for what is made of them.

use crate::Spec;
use crate::document::Method;
use crate::tree::Node;
use anyhow::{Context, Result};

use super::operations::{Operations, Place};

const REFERENCE: &str = "#/components/examples/";

/// A request that the document shows.
pub(super) struct Example {
    /// Its name among the examples of the operation.
    pub(super) name: String,
    /// What it shows.
    pub(super) summary: String,
    /// The payment method.
    pub(super) source_type: String,
    /// How the payer completes the payment.
    pub(super) flow: String,
    /// The request.
    pub(super) value: Node,
}

/// The references to the examples of an operation's body of JSON.
///
/// # Errors
///
/// If it has none.
pub(super) fn references(document: &Node, path: &str, method: Method) -> Result<Node> {
    let body = ["requestBody", "content", "application/json", "examples"];
    let method = method.as_str().to_lowercase();
    let names = [&["paths", path, &method], &body[..]].concat();
    let examples = document.at(&names);
    Ok(examples
        .with_context(|| format!("{path} has no examples"))?
        .clone())
}

/// Every request for a new source that the document shows.
///
/// # Errors
///
/// If an example leads nowhere, or is of no payment method.
pub(super) fn of_new_sources(document: &Node, spec: &Spec) -> Result<Vec<Example>> {
    let mut examples = Vec::new();
    let Place { path, method, .. } = Operations::of(spec)?.create;
    for (name, reference) in references(document, path, method)?.members() {
        let component = reference.get("$ref").and_then(Node::text);
        let component = component.and_then(|reference| reference.strip_prefix(REFERENCE));
        let example = component
            .and_then(|component| document.at(&["components", "examples", component]))
            .with_context(|| format!("the example {name} leads nowhere"))?;
        let summary = example.get("summary").and_then(Node::text);
        let value = example.get("value").cloned().unwrap_or(Node::Null);
        let source_type = value.get("type").and_then(Node::text).unwrap_or_default();
        let mut rows = spec.payment_methods();
        let (source_type, row) = rows
            .find(|(key, _)| *key == source_type)
            .with_context(|| format!("the example {name} is of no payment method"))?;
        examples.push(Example {
            name: name.clone(),
            summary: summary.unwrap_or(name).to_owned(),
            source_type: source_type.clone(),
            flow: row.flow.clone(),
            value,
        });
    }
    Ok(examples)
}

/// The examples by flow, flows in the order in which they first appear.
pub(super) fn by_flow(examples: Vec<Example>) -> Vec<(String, Vec<Example>)> {
    let mut flows: Vec<(String, Vec<Example>)> = Vec::new();
    for example in examples {
        match flows.iter_mut().find(|(flow, _)| *flow == example.flow) {
            Some((_, of_it)) => of_it.push(example),
            None => flows.push((example.flow.clone(), vec![example])),
        }
    }
    flows
}
