//! The Postman collection: the document's examples by flow, a retrieval and two refusals.

use super::examples::{self, Example};
use super::nodes::{list, map, text, texts};
use super::operations::{Operations, Place};
use crate::Spec;
use crate::tree::Node;
use anyhow::{Context, Result};

const SCHEMA: &str = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

/// The collection, in the form 2.1.
pub(super) fn collection(document: &Node, spec: &Spec, version: &str) -> Result<Node> {
    let base = spec.document().servers.first();
    let base = base.context("the document names a server")?.address();
    let Operations {
        create: creation,
        retrieve: retrieval,
    } = Operations::of(spec)?;
    let examples = examples::of_new_sources(document, spec)?;
    let first = examples.first().context("there are examples")?;
    let refused = [without_an_amount(creation, first)?, of_no_source(retrieval)];
    let refusals = folder("Refusals", refused);
    let mut folders = Vec::new();
    for (flow, examples) in examples::by_flow(examples) {
        let mut items = Vec::new();
        for example in &examples {
            items.push(create(creation, example)?);
        }
        // What was created last in this flow.
        items.push(retrieve(retrieval, &flow));
        folders.push(folder(&format!("Flow {flow}"), items));
    }
    folders.push(refusals);
    let description = "Made from the examples of the document. Set `secretKey` to a secret key; \
        `sourceId` is kept by the requests themselves.";
    Ok(map([
        (
            "info",
            map([
                ("name", text("Source API")),
                ("description", text(description)),
                ("version", text(version)),
                ("schema", text(SCHEMA)),
            ]),
        ),
        ("auth", basic("{{secretKey}}")),
        (
            "variable",
            list([
                variable("baseUrl", &base),
                variable("secretKey", ""),
                variable("sourceId", ""),
            ]),
        ),
        ("item", list(folders)),
    ]))
}

fn create(place: Place<'_>, example: &Example) -> Result<Node> {
    let kind = format!("source.type === {:?}", example.source_type);
    let flow = format!("source.flow === {:?}", example.flow);
    let tests = [
        "const source = pm.response.json();".to_owned(),
        status(200),
        test("it is of the type that was sent", &kind),
        test("it has the flow of its type", &flow),
        "pm.collectionVariables.set(\"sourceId\", source.id);".to_owned(),
    ];
    let id = format!("create-{}", example.name);
    Ok(item(
        &id,
        &example.summary,
        post(place, &example.value)?,
        tests,
    ))
}

fn retrieve(place: Place<'_>, flow: &str) -> Node {
    let tests = [
        "const source = pm.response.json();".to_owned(),
        status(200),
        test(
            "it is the one that was created",
            "source.id === pm.collectionVariables.get(\"sourceId\")",
        ),
    ];
    let id = format!("retrieve-{flow}");
    item(
        &id,
        "Retrieve the source created last",
        get(place, "{{sourceId}}"),
        tests,
    )
}

fn without_an_amount(place: Place<'_>, example: &Example) -> Result<Node> {
    let members = example.value.members();
    let members = members.filter(|(name, _)| *name != "amount");
    let members = members.map(|(name, member)| (name.clone(), member.clone()));
    let body = Node::Map(members.collect());
    let tests = refusal(400, "bad_request");
    Ok(item(
        "create-without-amount",
        "Create without an amount",
        post(place, &body)?,
        tests,
    ))
}

fn of_no_source(place: Place<'_>) -> Node {
    let request = get(place, "src_test_0000000000000000000");
    item(
        "retrieve-none",
        "Retrieve what does not exist",
        request,
        refusal(404, "not_found"),
    )
}

fn refusal(status_code: u16, code: &str) -> [String; 3] {
    [
        "const error = pm.response.json();".to_owned(),
        status(status_code),
        test("it says why", &format!("error.code === {code:?}")),
    ]
}

fn status(code: u16) -> String {
    test(
        &format!("the status is {code}"),
        &format!("pm.response.code === {code}"),
    )
}

fn test(claim: &str, condition: &str) -> String {
    format!("pm.test({claim:?}, () => pm.expect({condition}).to.be.true);")
}

fn folder(name: &str, items: impl IntoIterator<Item = Node>) -> Node {
    map([("name", text(name)), ("item", list(items))])
}

fn item(id: &str, name: &str, request: Node, tests: impl IntoIterator<Item = String>) -> Node {
    let script = map([("type", text("text/javascript")), ("exec", texts(tests))]);
    let event = map([("listen", text("test")), ("script", script)]);
    map([
        ("id", text(id)),
        ("name", text(name)),
        ("event", list([event])),
        ("request", request),
    ])
}

fn post(place: Place<'_>, body: &Node) -> Result<Node> {
    let body = serde_json::to_string_pretty(body)?;
    let content = map([
        ("key", text("Content-Type")),
        ("value", text("application/json")),
    ]);
    Ok(map([
        ("method", text(place.method.as_str())),
        ("header", list([content])),
        ("body", map([("mode", text("raw")), ("raw", text(&body))])),
        ("url", url(&place.parts(""))),
    ]))
}

fn get(place: Place<'_>, id: &str) -> Node {
    map([
        ("method", text(place.method.as_str())),
        ("header", list([])),
        ("url", url(&place.parts(id))),
    ])
}

fn url(path: &[String]) -> Node {
    map([
        ("raw", text(&format!("{{{{baseUrl}}}}/{}", path.join("/")))),
        ("host", texts(["{{baseUrl}}"])),
        ("path", texts(path)),
    ])
}

fn basic(user: &str) -> Node {
    let parameters = [("username", user), ("password", "")].map(|(key, value)| {
        map([
            ("key", text(key)),
            ("value", text(value)),
            ("type", text("string")),
        ])
    });
    map([("type", text("basic")), ("basic", list(parameters))])
}

fn variable(key: &str, value: &str) -> Node {
    map([("key", text(key)), ("value", text(value))])
}
