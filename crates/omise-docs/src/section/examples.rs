//! Requests of the document with the sources that answer them.

use std::collections::BTreeSet;

use heck::ToKebabCase;
use maud::{Markup, html};
use omise_contract::Spec;
use omise_contract::document::{Example, Operation, Reference};

use super::Section;
use super::operation::response;
use crate::both::{Both, Words};
use crate::field::body;

pub(crate) fn section(document: Both<'_, Spec>) -> Section {
    let operations = document.en.operations().zip(document.ja.operations());
    let operations = operations.map(|((_, _, en), (_, _, ja))| Both { en, ja });
    let mut shown = BTreeSet::new();
    let content = html! {
        @for operation in operations {
            @for (name, source) in answered(document, operation) {
                @if shown.insert(source.name()) {
                    (pair(document, name, request(operation.en, name), source))
                }
            }
        }
    };
    Section::new("examples", Words("Examples", "例"), content)
}

/// The whole bodies of an operation's success, by name.
fn answered<'a>(
    document: Both<'a, Spec>,
    operation: Both<'a, Operation>,
) -> Vec<(&'a String, &'a Reference)> {
    let success = operation.en.success();
    let success = success.and_then(|status| response(document, operation, status));
    let media = success
        .into_iter()
        .flat_map(|success| success.en.content.values());
    media.flat_map(|media| &media.examples).collect()
}

/// The request of the same name.
fn request<'a>(operation: &'a Operation, name: &str) -> Option<&'a Reference> {
    let body = operation.request_body.as_ref()?;
    let mut media = body.content.values();
    media.find_map(|media| media.examples.get(name))
}

fn pair(
    document: Both<'_, Spec>,
    name: &str,
    request: Option<&Reference>,
    source: &Reference,
) -> Markup {
    let request = request.and_then(|request| named(document, request));
    let Some(source) = named(document, source) else {
        return html! {};
    };
    let title = request.unwrap_or(source).map(|example| &example.summary);
    html! {
        details.example id={ "example-" (name.to_kebab_case()) } {
            summary { (title.inline()) }
            @if let Some(request) = request {
                h4 { (Words("Request", "リクエスト")) }
                (body(document.en, "SourceParameters", &request.en.value))
            }
            h4 { (Words("Answer", "レスポンス")) }
            p.small { (source.map(|example| &example.summary).inline()) }
            (body(document.en, "Source", &source.en.value))
        }
    }
}

fn named<'a>(document: Both<'a, Spec>, reference: &Reference) -> Option<Both<'a, Example>> {
    let examples = document.map(|spec| &spec.document().components.examples);
    examples.find(|all| all.get(reference.name()))
}
