//! Every failure: by status, what it means, what to do, and the bodies that it comes with.

use maud::{Markup, html};
use omise_contract::Spec;
use omise_contract::document::{Example, Operation, Response};

use super::operation::response;
use super::{Section, heading};
use crate::both::{Both, STOP, Words};
use crate::field::{Remarks, body, fields, sensitive_badge};

pub(crate) fn section(document: Both<'_, Spec>) -> Section {
    let content = html! {
        @if let Some(schema) = document.schema("ErrorBody") {
            @if let Some(description) = schema.find(|schema| schema.description.as_ref()) {
                (description.blocks())
            }
            (fields(document, "error", schema, &Attributes))
        }
        @for status in statuses(document.en) { (failure(document, &status)) }
        (codes(document))
    };
    Section::new("errors", Words("Errors", "エラー"), content)
}

struct Attributes;

impl Remarks for Attributes {
    fn badges(&self, _name: &str, schema: &omise_contract::document::Schema) -> Markup {
        sensitive_badge(schema)
    }
}

/// The statuses of failures, smallest first.
fn statuses(spec: &Spec) -> Vec<String> {
    let operations = spec.operations();
    let statuses = operations.flat_map(|(_, _, operation)| operation.responses.keys());
    let mut statuses: Vec<String> = statuses.cloned().collect();
    statuses.retain(|status| !status.starts_with('2'));
    statuses.sort();
    statuses.dedup();
    statuses
}

/// An operation and the answer with a status that it may give.
type Answer<'a> = (Both<'a, Operation>, Both<'a, Response>);

fn answers<'a>(document: Both<'a, Spec>, status: &str) -> Vec<Answer<'a>> {
    let operations = document.en.operations().zip(document.ja.operations());
    let operations = operations.map(|((_, _, en), (_, _, ja))| Both { en, ja });
    operations
        .filter_map(|operation| Some((operation, response(document, operation, status)?)))
        .collect()
}

fn failure(document: Both<'_, Spec>, status: &str) -> Markup {
    let answers = answers(document, status);
    let mut examples: Vec<&String> = Vec::new();
    for (_, response) in &answers {
        let new = examples_of(response.en).filter(|name| !examples.contains(name));
        examples.extend(new.collect::<Vec<_>>());
    }
    html! {
        (heading(&format!("error-{status}"), &html! {
            (status)
            @for code in &codes_of(document, &examples) { " " code { (code) } }
        }))
        @for (response, operations) in by_response(&answers) {
            p {
                (response.map(|response| &response.description).inline())
                span.small {
                    " — "
                    @for (index, operation) in operations.into_iter().enumerate() {
                        @if index > 0 { ", " }
                        a href={ "#" (super::operation::id(operation.en)) } {
                            (operation.map(|operation| &operation.summary).inline())
                        }
                    }
                }
            }
        }
        p.advice { b { (Words("What to do:", "対処：")) } " " (advice(&answers, status)) }
        @for name in examples { (example(document, name)) }
    }
}

/// The answers, each with the operations that give it.
fn by_response<'a>(answers: &[Answer<'a>]) -> Vec<(Both<'a, Response>, Vec<Both<'a, Operation>>)> {
    let mut grouped: Vec<(Both<'a, Response>, Vec<Both<'a, Operation>>)> = Vec::new();
    for (operation, response) in answers {
        let mut known = grouped.iter_mut();
        match known.find(|(one, _)| std::ptr::eq(one.en, response.en)) {
            Some((_, operations)) => operations.push(*operation),
            None => grouped.push((*response, vec![*operation])),
        }
    }
    grouped
}

fn examples_of(response: &Response) -> impl Iterator<Item = &String> {
    let media = response.content.values();
    let references = media.flat_map(|media| media.examples.values());
    references.map(|reference| &reference.reference)
}

/// What a status asks of whoever gets it. When it may be sent again, the document says.
fn advice(answers: &[Answer<'_>], status: &str) -> Markup {
    let number: u16 = status.parse().unwrap_or_default();
    let again: Vec<Both<'_, Operation>> = answers
        .iter()
        .map(|(operation, _)| *operation)
        .filter(|operation| operation.en.retry.statuses.contains(&number))
        .collect();
    html! {
        @if !again.is_empty() {
            (Words(
                "Wait, then send it again within these bounds:",
                "時間をおいて、次の範囲で再送してください：",
            ))
            @for operation in again {
                " " a href={ "#" (super::operation::id(operation.en)) "-again" } {
                    (operation.map(|operation| &operation.summary).inline())
                } (STOP)
            }
        } @else if matches!(number, 401 | 403) {
            (Words(
                "Check the key and the account that it belongs to. Sent again unchanged, it fails \
                 again.",
                "キーとアカウントを確認してください。同じ内容で再送してもエラーになります。",
            ))
        } @else if number < 500 {
            (Words(
                "Change the request as the message says. Sent again unchanged, it fails again.",
                "メッセージに従ってリクエストを修正してください。同じ内容で再送してもエラーになります。",
            ))
        } @else {
            (Words(
                "Do not repeat a creation blindly: it may have taken effect. Keep the X-Request-Id \
                 for whoever runs the service.",
                "ソースが作成されている可能性があるため、確認せずに再送しないでください。X-Request-Id を\
                 控えて、サービスの運用者に連絡してください。",
            ))
        }
    }
}

fn example(document: Both<'_, Spec>, reference: &str) -> Markup {
    let Some(example) = named(document, reference) else {
        return html! {};
    };
    html! {
        details.example {
            summary {
                code { (text(example.en, "code")) } " "
                (example.map(|example| &example.summary).inline())
            }
            p.small { code { (text(example.en, "message")) } }
            (body(document.en, "ErrorBody", &example.en.value))
        }
    }
}

fn named<'a>(document: Both<'a, Spec>, reference: &str) -> Option<Both<'a, Example>> {
    let examples = document.map(|spec| &spec.document().components.examples);
    let (_, name) = reference.rsplit_once('/')?;
    examples.find(|all| all.get(name))
}

/// The codes of examples, each once.
fn codes_of<'a>(document: Both<'a, Spec>, examples: &[&String]) -> Vec<&'a str> {
    let examples = examples.iter().filter_map(|name| named(document, name));
    let mut codes = Vec::new();
    for code in examples.map(|example| text(example.en, "code")) {
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

fn text<'a>(example: &'a Example, member: &str) -> &'a str {
    example.value[member].as_str().unwrap_or_default()
}

/// Every code, with the statuses that the document shows it with.
fn codes(document: Both<'_, Spec>) -> Markup {
    let Some(schema) = document.schema("ErrorCode") else {
        return html! {};
    };
    let known = schema.en.extensible_enum.iter().flatten();
    html! {
        (heading("error-codes", &html! { (Words("Codes", "エラーコード")) }))
        @if let Some(description) = schema.find(|schema| schema.description.as_ref()) {
            (description.blocks())
        }
        dl.answers {
            @for code in known {
                @let statuses = statuses_of(document, code);
                dt id={ "code-" (code) } { code { (code) } }
                dd {
                    @for status in &statuses {
                        a href={ "#error-" (status) } { code { (status) } } " "
                    }
                    @if statuses.is_empty() {
                        (Words(
                            "Known; the document has no answer with it.",
                            "既知のコードですが、本仕様書に例はありません。",
                        ))
                    }
                    @for example in examples_with(document, code) {
                        span.meaning { (example.map(|example| &example.summary).inline()) (STOP) }
                    }
                }
            }
        }
    }
}

fn statuses_of(document: Both<'_, Spec>, code: &str) -> Vec<String> {
    let mut found = statuses(document.en);
    found.retain(|status| {
        let answers = answers(document, status);
        let mut references = answers
            .iter()
            .flat_map(|(_, response)| examples_of(response.en));
        references.any(|reference| {
            named(document, reference).is_some_and(|example| text(example.en, "code") == code)
        })
    });
    found
}

fn examples_with<'a>(document: Both<'a, Spec>, code: &str) -> Vec<Both<'a, Example>> {
    let examples = document.map(|spec| &spec.document().components.examples);
    let names = examples.en.keys();
    names
        .filter_map(|name| examples.find(|all| all.get(name)))
        .filter(|example| text(example.en, "code") == code)
        .collect()
}
