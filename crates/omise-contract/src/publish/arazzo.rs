//! The Arazzo workflows: create and retrieve a source in each flow, and two refusals.

use super::examples::{self, Example};
use super::nodes::{list, map, text, texts};
use super::operations::{Operations, Place};
use crate::Spec;
use crate::tree::Node;
use anyhow::{Context, Result};
use indexmap::IndexMap;

/// The workflows, over the document that lies beside them.
pub(super) fn workflows(document: &Node, spec: &Spec, version: &str, file: &str) -> Result<Node> {
    let flows = examples::by_flow(examples::of_new_sources(document, spec)?);
    let Operations { create, retrieve } = Operations::of(spec)?;
    let (_, first) = flows.first().context("there are no examples")?;
    let first = first.first().context("a flow has an example")?;
    let mut workflows: Vec<Node> = Vec::new();
    for (flow, examples) in &flows {
        let example = examples.first().context("a flow has an example")?;
        workflows.push(create_then_retrieve([create, retrieve], flow, example));
    }
    workflows.push(without_an_amount(create, first));
    workflows.push(of_no_source(retrieve, document)?);
    Ok(map([
        ("arazzo", text("1.0.1")),
        (
            "info",
            map([
                ("title", text("Source API, how its calls follow each other")),
                (
                    "summary",
                    text("Creates a source in each flow and retrieves it."),
                ),
                ("version", text(version)),
            ]),
        ),
        (
            "sourceDescriptions",
            list([map([
                ("name", text("source")),
                ("url", text(&format!("./{file}"))),
                ("type", text("openapi")),
            ])]),
        ),
        ("workflows", list(workflows)),
    ]))
}

fn create_then_retrieve(places: [Place<'_>; 2], flow: &str, example: &Example) -> Node {
    let [create, retrieve] = places.map(|place| text(place.id()));
    let kind = &example.source_type;
    // A filter of JSONPath would look into the members of the source, not at the source.
    let same = |condition: String| map([("condition", text(&condition))]);
    let create = map([
        ("stepId", text("create")),
        ("description", text(&example.summary)),
        ("operationId", create),
        ("parameters", list([authorization()])),
        ("requestBody", body(example.value.clone())),
        (
            "successCriteria",
            list([
                status(200),
                same(format!("$response.body#/type == '{kind}'")),
                same(format!("$response.body#/flow == '{flow}'")),
            ]),
        ),
        ("outputs", map([("id", text("$response.body#/id"))])),
    ]);
    let retrieve = map([
        ("stepId", text("retrieve")),
        (
            "description",
            text("What was created is what is retrieved."),
        ),
        ("operationId", retrieve),
        (
            "parameters",
            list([authorization(), in_path("$steps.create.outputs.id")]),
        ),
        (
            "successCriteria",
            list([
                status(200),
                map([(
                    "condition",
                    text("$response.body#/id == $steps.create.outputs.id"),
                )]),
            ]),
        ),
        ("outputs", map([("id", text("$response.body#/id"))])),
    ]);
    let id = format!("create-and-retrieve-{}", flow.replace('_', "-"));
    let summary = format!("Create and retrieve a source whose flow is {flow}");
    let outputs = map([("id", text("$steps.retrieve.outputs.id"))]);
    workflow(&id, &summary, vec![create, retrieve], Some(outputs))
}

fn without_an_amount(place: Place<'_>, example: &Example) -> Node {
    let members = example.value.members();
    let members = members.filter(|(name, _)| *name != "amount");
    let members = members.map(|(name, member)| (name.clone(), member.clone()));
    let step = map([
        ("stepId", text("create")),
        (
            "description",
            text("A source without an amount is refused."),
        ),
        ("operationId", text(place.id())),
        ("parameters", list([authorization()])),
        ("requestBody", body(Node::Map(members.collect()))),
        ("successCriteria", refusal(400, "bad_request")),
    ]);
    let summary = "Be refused for a parameter that is missing";
    workflow("refused-without-an-amount", summary, vec![step], None)
}

fn of_no_source(place: Place<'_>, document: &Node) -> Result<Node> {
    let id = document
        .at(&["components", "parameters", "SourceIdInPath", "example"])
        .and_then(Node::text)
        .context("the id in the path has an example")?;
    let step = map([
        ("stepId", text("retrieve")),
        (
            "description",
            text("A source that does not exist is not found."),
        ),
        ("operationId", text(place.id())),
        ("parameters", list([authorization(), in_path(id)])),
        ("successCriteria", refusal(404, "not_found")),
    ]);
    let summary = "Ask for a source that does not exist";
    Ok(workflow("not-found", summary, vec![step], None))
}

fn workflow(id: &str, summary: &str, steps: Vec<Node>, outputs: Option<Node>) -> Node {
    let credentials = map([
        ("type", text("string")),
        (
            "description",
            text("Base64 of a secret key and a colon: what HTTP Basic sends."),
        ),
    ]);
    let inputs = map([
        ("type", text("object")),
        ("required", texts(["credentials"])),
        ("properties", map([("credentials", credentials)])),
    ]);
    let mut workflow = IndexMap::from([
        ("workflowId".to_owned(), text(id)),
        ("summary".to_owned(), text(summary)),
        ("inputs".to_owned(), inputs),
        ("steps".to_owned(), list(steps)),
    ]);
    if let Some(outputs) = outputs {
        workflow.insert("outputs".to_owned(), outputs);
    }
    Node::Map(workflow)
}

fn authorization() -> Node {
    map([
        ("name", text("Authorization")),
        ("in", text("header")),
        ("value", text("Basic {$inputs.credentials}")),
    ])
}

fn in_path(id: &str) -> Node {
    map([
        ("name", text("id")),
        ("in", text("path")),
        ("value", text(id)),
    ])
}

fn body(payload: Node) -> Node {
    map([
        ("contentType", text("application/json")),
        ("payload", payload),
    ])
}

fn status(status: i64) -> Node {
    map([("condition", text(&format!("$statusCode == {status}")))])
}

fn refusal(status_code: i64, code: &str) -> Node {
    let condition = format!("$response.body#/code == '{code}'");
    list([status(status_code), map([("condition", text(&condition))])])
}
