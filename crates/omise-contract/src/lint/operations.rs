//! Operations, and that nothing stands in the components which no operation uses.

use std::collections::HashSet;

use crate::Problem;
use crate::document::{MaybeReference, Response};

use super::node::Node;
use super::{Document, problem};

/// A client has to expect these from every operation, so every operation says them.
pub(super) fn the_usual_statuses_are_listed(document: &Document<'_>) -> Vec<Problem> {
    const USUAL: [&str; 11] = [
        "200", "400", "401", "403", "404", "405", "406", "408", "429", "500", "503",
    ];
    let mut problems = Vec::new();
    for (path, operation) in document.operations() {
        for status in USUAL {
            if !operation.responses.contains_key(status) {
                problems.push(problem(
                    format!("{path}.responses"),
                    format!("`{status}` is missing"),
                ));
            }
        }
    }
    problems
}

/// After what a client sends a request again, it must know what it was told. 502 and 504 come from
/// a gateway before the service, which knows nothing of the document.
pub(super) fn retried_statuses_are_listed(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, operation) in document.operations() {
        let statuses = operation.retry.statuses.iter();
        for status in statuses.filter(|status| !matches!(status, 502 | 504)) {
            if !operation.responses.contains_key(&status.to_string()) {
                let place = format!("{path}.responses");
                problems.push(problem(place, format!("`{status}` is retried and missing")));
            }
        }
    }
    problems
}

/// The id of a request is what a service can be asked about, whatever it answered.
pub(super) fn answers_have_a_request_id(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut check = |place: String, response: &Response| {
        if !response.headers.contains_key("X-Request-Id") {
            problems.push(problem(place, "has no `X-Request-Id`"));
        }
    };
    for (name, response) in &document.spec.document().components.responses {
        check(format!("components.responses.{name}.headers"), response);
    }
    for (path, operation) in document.operations() {
        for (status, response) in &operation.responses {
            if let MaybeReference::Here(response) = response {
                check(format!("{path}.responses.{status}.headers"), response);
            }
        }
    }
    problems
}

/// A link is followed by programs: it must lead to an operation, with parameters that it has.
pub(super) fn links_lead_to_operations(document: &Document<'_>) -> Vec<Problem> {
    let parameters = &document.spec.document().components.parameters;
    let mut problems = Vec::new();
    for (path, operation) in document.operations() {
        for (status, response) in &operation.responses {
            let MaybeReference::Here(response) = response else {
                continue;
            };
            for (name, link) in &response.links {
                let place = format!("{path}.responses.{status}.links.{name}");
                let mut operations = document.operations();
                let target = operations.find(|(_, one)| one.operation_id == link.operation_id);
                let Some((_, target)) = target else {
                    let what = format!("leads to `{}`, which is no operation", link.operation_id);
                    problems.push(problem(place, what));
                    continue;
                };
                let has = |name: &str| {
                    let mut of_target = target.parameters.iter();
                    of_target.any(|one| parameters[one.name()].name == name)
                };
                for parameter in link.parameters.keys().filter(|parameter| !has(parameter)) {
                    let what = format!("`{parameter}` is no parameter of `{}`", link.operation_id);
                    problems.push(problem(&place, what));
                }
            }
        }
    }
    problems
}

/// One failure is one response, whichever operation gives it.
pub(super) fn failures_are_shared(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, operation) in document.operations() {
        for (status, response) in &operation.responses {
            if status != "200" && matches!(response, MaybeReference::Here(_)) {
                let place = format!("{path}.responses.{status}");
                problems.push(problem(place, "is written in place"));
            }
        }
    }
    problems
}

/// The secret key may do everything, and any one key is enough.
pub(super) fn one_key_is_enough(document: &Document<'_>) -> Vec<Problem> {
    let everywhere = &document.spec.document().security;
    let mut problems = Vec::new();
    for (path, operation) in document.operations() {
        let keys = operation.security.as_ref().unwrap_or(everywhere);
        let place = format!("{path}.security");
        if keys.iter().any(|key| key.len() != 1) {
            problems.push(problem(&place, "asks for two keys at once, or for none"));
        }
        if !keys.iter().any(|key| key.contains_key("secretKey")) {
            problems.push(problem(&place, "does not take the secret key"));
        }
        if keys
            .iter()
            .flat_map(|key| key.values())
            .any(|scopes| !scopes.is_empty())
        {
            problems.push(problem(
                &place,
                "asks for scopes, which Basic does not have",
            ));
        }
    }
    problems
}

/// In a list of operations, the verb of the operationId is what a reader looks for.
pub(super) fn summaries_begin_with_the_verb(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, operation) in document.operations() {
        let id = operation.operation_id.as_str();
        let verb = id.split(|letter: char| !letter.is_ascii_lowercase());
        let verb = verb.into_iter().next().unwrap_or_default();
        let first = operation.summary.split(' ').next().unwrap_or_default();
        if first.to_lowercase() != verb {
            problems.push(problem(
                format!("{path}.summary"),
                format!("begins with `{first}`, not with the verb of `{id}`"),
            ));
        }
    }
    problems
}

/// The operationId is the name of a method in every language; it never changes.
pub(super) fn operation_ids_are_camel_case_and_unique(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut seen = HashSet::new();
    for (path, operation) in document.operations() {
        let id = &operation.operation_id;
        let is_camel_case = id.starts_with(|first: char| first.is_ascii_lowercase())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let place = format!("{path}.operationId");
        if !is_camel_case {
            problems.push(problem(&place, format!("`{id}` is not camel case")));
        }
        if !seen.insert(id) {
            problems.push(problem(&place, format!("`{id}` is taken")));
        }
    }
    problems
}

/// Generators make one class of each tag.
pub(super) fn tags_are_declared(document: &Document<'_>) -> Vec<Problem> {
    let declared = &document.spec.document().tags;
    let mut problems = Vec::new();
    for (path, operation) in document.operations() {
        let place = format!("{path}.tags");
        if operation.tags.len() != 1 {
            problems.push(problem(&place, "is not exactly one tag"));
        }
        for tag in &operation.tags {
            if !declared.iter().any(|declared| declared.name == *tag) {
                problems.push(problem(&place, format!("`{tag}` is not one of tags")));
            }
        }
    }
    problems
}

/// Whatever no operation leads to is forgotten, or a reference to it is.
pub(super) fn components_are_used(document: &Document<'_>) -> Vec<Problem> {
    let mut used: HashSet<&str> = HashSet::new();
    let mut to_follow: Vec<&Node> = document.root.get("paths").into_iter().collect();
    while let Some(node) = to_follow.pop() {
        node.visit("", &mut |path, node| {
            let Some(target) = node.text().filter(|_| path.ends_with("$ref")) else {
                return;
            };
            let Some(name) = target.strip_prefix("#/") else {
                return;
            };
            if used.insert(name) {
                let names: Vec<&str> = name.split('/').collect();
                to_follow.extend(document.root.at(&names));
            }
        });
    }

    let mut problems = Vec::new();
    let components = document.root.get("components").into_iter();
    for (section, named) in components.flat_map(Node::members) {
        // Security schemes are named, not referred to.
        if section == "securitySchemes" {
            problems.extend(unused_keys(document, named));
            continue;
        }
        for (name, _) in named.members() {
            if !used.contains(format!("components/{section}/{name}").as_str()) {
                let place = format!("components.{section}.{name}");
                problems.push(problem(place, "is not used"));
            }
        }
    }
    problems
}

fn unused_keys(document: &Document<'_>, schemes: &Node) -> Vec<Problem> {
    let everywhere = document.spec.document().security.iter();
    let operations = document.operations();
    let somewhere = operations.flat_map(|(_, operation)| operation.security.iter().flatten());
    let used: HashSet<&String> = everywhere
        .chain(somewhere)
        .flat_map(|requirement| requirement.keys())
        .collect();
    let unused = schemes.members().filter(|(name, _)| !used.contains(name));
    unused
        .map(|(name, _)| problem(format!("components.securitySchemes.{name}"), "is not used"))
        .collect()
}
