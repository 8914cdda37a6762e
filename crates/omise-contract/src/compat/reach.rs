//! Which components are used by requests, which by answers, and which only changed their name.

use std::collections::HashMap;

use crate::document::{Document, MaybeReference, MediaType, Operation, Response, Schema};
use indexmap::IndexMap;
use serde::Serialize;

/// Where a shape is used. Whoever sends fears what a reader does not mind, and the other way round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(super) struct Uses {
    requests: bool,
    responses: bool,
}

impl Uses {
    pub(super) const REQUESTS: Uses = Uses {
        requests: true,
        responses: false,
    };
    pub(super) const RESPONSES: Uses = Uses {
        requests: false,
        responses: true,
    };
    const BOTH: Uses = Uses {
        requests: true,
        responses: true,
    };

    fn add(&mut self, other: Uses) {
        self.requests |= other.requests;
        self.responses |= other.responses;
    }
}

/// Two documents, and what is known of both together.
pub(super) struct Reach {
    uses: HashMap<String, Uses>,
    // The old names of schemas by the new ones.
    renamed: HashMap<String, String>,
}

impl Reach {
    pub(super) fn new(old: &Document, new: &Document) -> Reach {
        let mut uses: HashMap<String, Uses> = HashMap::new();
        for walk in [Walk::through(old), Walk::through(new)] {
            for (name, of_document) in walk.uses {
                uses.entry(name).or_default().add(of_document);
            }
        }
        Reach {
            uses,
            renamed: renamed(old, new),
        }
    }

    /// Where a named shape is used. One that nothing uses may be used by anybody who generates
    /// code from the document.
    pub(super) fn uses(&self, schema: &str) -> Uses {
        self.uses.get(schema).copied().unwrap_or(Uses::BOTH)
    }

    /// The name that a schema had before.
    pub(super) fn former_name<'n>(&'n self, name: &'n str) -> &'n str {
        self.renamed.get(name).map_or(name, String::as_str)
    }
}

/// New names of schemas that are word for word what another name was.
fn renamed(old: &Document, new: &Document) -> HashMap<String, String> {
    let (old, new) = (&old.components.schemas, &new.components.schemas);
    let mut renamed: HashMap<String, String> = HashMap::new();
    for (former, schema) in old.iter().filter(|(name, _)| !new.contains_key(*name)) {
        let found = new.iter().find(|(name, candidate)| {
            !old.contains_key(*name) && !renamed.contains_key(*name) && same(schema, candidate)
        });
        if let Some((name, _)) = found {
            renamed.insert(name.clone(), former.clone());
        }
    }
    renamed
}

/// A way through one document, from its operations on.
struct Walk<'a> {
    document: &'a Document,
    uses: HashMap<String, Uses>,
}

impl<'a> Walk<'a> {
    fn through(document: &'a Document) -> Walk<'a> {
        let mut walk = Walk {
            document,
            uses: HashMap::new(),
        };
        for operation in document.paths.values().flat_map(IndexMap::values) {
            walk.operation(operation);
        }
        walk
    }

    fn operation(&mut self, operation: &'a Operation) {
        for reference in &operation.parameters {
            let name = reference.name();
            if let Some(parameter) = self.document.components.parameters.get(name) {
                self.schema(&parameter.schema, Uses::REQUESTS);
            }
        }
        if let Some(body) = &operation.request_body {
            self.content(&body.content, Uses::REQUESTS);
        }
        for response in operation.responses.values() {
            match response {
                MaybeReference::Here(response) => self.response(response),
                MaybeReference::Reference(reference) => {
                    let name = reference.name();
                    if let Some(response) = self.document.components.responses.get(name) {
                        self.response(response);
                    }
                }
            }
        }
    }

    fn response(&mut self, response: &'a Response) {
        for reference in response.headers.values() {
            let name = reference.name();
            if let Some(header) = self.document.components.headers.get(name) {
                self.schema(&header.schema, Uses::RESPONSES);
            }
        }
        self.content(&response.content, Uses::RESPONSES);
    }

    fn content(&mut self, content: &'a IndexMap<String, MediaType>, uses: Uses) {
        for media in content.values() {
            self.named(media.schema.name(), uses);
        }
    }

    fn schema(&mut self, schema: &'a Schema, uses: Uses) {
        if let Some(name) = schema.points_at() {
            self.named(name, uses);
        }
        let members = schema.properties.iter().flat_map(IndexMap::values);
        for below in members.chain(schema.items.as_deref()) {
            self.schema(below, uses);
        }
    }

    fn named(&mut self, name: &'a str, uses: Uses) {
        let known = self.uses.entry(name.to_owned()).or_default();
        let before = *known;
        known.add(uses);
        let is_new = *known != before;
        if let Some(schema) = self.document.components.schemas.get(name)
            && is_new
        {
            self.schema(schema, uses);
        }
    }
}

/// Whether two shapes are written the same, order included.
fn same(old: &Schema, new: &Schema) -> bool {
    let text = |schema: &Schema| serde_json::to_string(schema).expect("a shape is JSON");
    text(old) == text(new)
}
