//! The form overlay: what adds the form beside JSON.

use crate::Spec;
use crate::document::{Kind, Schema};
use crate::tree::Node;
use anyhow::Result;
use indexmap::IndexMap;

use super::examples;
use super::nodes::{list, map, text};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

const LISTS: &str = "An object is written as `billing[city]=Tokyo`. A list of objects is written as \
    `items[][sku]=A-1`, a repeated member starting the next one; OpenAPI cannot say this, so write \
    it by hand or send JSON.";

/// The overlay that gives every operation with a body of JSON a body as a form.
///
/// `extends` is the address of the document, seen from the overlay.
///
/// # Errors
///
/// If an operation that takes a body shows no example of it.
pub(super) fn overlay(document: &Node, spec: &Spec, extends: &str) -> Result<Node> {
    let version = &spec.document().info.version;
    let mut actions = Vec::new();
    for (path, method, operation) in spec.operations() {
        let body = operation.request_body.as_ref();
        let Some(body) = body.and_then(|body| body.content.get(JSON)) else {
            continue;
        };
        let request = spec.schemas().get(body.schema.name());
        let media_type = map([
            ("schema", map([("$ref", text(&body.schema.reference))])),
            ("encoding", encoding(request, spec)),
            ("examples", examples::references(document, path, method)?),
        ]);
        let method = method.as_str().to_lowercase();
        let target = format!("$.paths['{path}'].{method}.requestBody.content");
        actions.push(map([
            ("target", text(&target)),
            ("description", text(LISTS)),
            ("update", map([(FORM, media_type)])),
        ]));
    }
    Ok(map([
        ("overlay", text("1.0.0")),
        (
            "info",
            map([
                ("title", text("Source API, requests as forms too")),
                ("version", text(version)),
            ]),
        ),
        ("extends", text(extends)),
        ("actions", list(actions)),
    ]))
}

/// How the parameters that are objects are written: `billing[city]`.
///
/// OpenAPI has no word for a list of objects, which is written as `items[][sku]`; the overlay says
/// so in words.
fn encoding(request: Option<&Schema>, spec: &Spec) -> Node {
    let properties = request.and_then(|schema| schema.properties.as_ref());
    let mut encoding = IndexMap::new();
    for (name, schema) in properties.into_iter().flatten() {
        let is_nested = spec.resolve(schema).kind == Some(Kind::Object);
        if is_nested {
            let style = map([("style", text("deepObject")), ("explode", Node::Bool(true))]);
            encoding.insert(name.clone(), style);
        }
    }
    Node::Map(encoding)
}
