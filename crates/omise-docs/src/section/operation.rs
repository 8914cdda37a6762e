//! An operation: its parameters, what it answers, and when to send it again.

use heck::ToKebabCase;
use maud::{Markup, html};
use omise_contract::Spec;
use omise_contract::document::{
    MaybeReference, Method, Operation, Parameter, Repeatable, Response, RetryPolicy, Schema,
};

use super::about::documentation;
use super::programs::{Place, Program, programs};
use super::{Section, codes, heading, try_it};
use crate::both::{Both, STOP, Words};
use crate::call::OperationCall;
use crate::field::{self, Remarks, fields};

/// One section for each operation.
pub(crate) fn sections(document: Both<'_, Spec>, calls: &[OperationCall]) -> Vec<Section> {
    let operations = document.en.operations().zip(document.ja.operations());
    operations
        .map(|((path, method, en), (_, _, ja))| {
            section(document, path, method, Both { en, ja }, calls)
        })
        .collect()
}

/// Where an operation is found on the page.
pub(crate) fn id(operation: &Operation) -> String {
    operation.operation_id.to_kebab_case()
}

/// The answer of an operation with a status, wherever it is written.
pub(crate) fn response<'a>(
    document: Both<'a, Spec>,
    operation: Both<'a, Operation>,
    status: &str,
) -> Option<Both<'a, Response>> {
    let find = |spec: &'a Spec, operation: &'a Operation| match operation.responses.get(status)? {
        MaybeReference::Here(response) => Some(response),
        MaybeReference::Reference(reference) => {
            let named = &spec.document().components.responses;
            named.get(reference.name())
        }
    };
    let en = find(document.en, operation.en)?;
    let ja = find(document.ja, operation.ja).unwrap_or(en);
    Some(Both { en, ja })
}

fn section(
    document: Both<'_, Spec>,
    path: &str,
    method: Method,
    operation: Both<'_, Operation>,
    calls: &[OperationCall],
) -> Section {
    let of_this = calls
        .iter()
        .filter(|call| call.operation == operation.en.operation_id);
    let id = id(operation.en);
    let keys = document.en.security(operation.en).iter();
    let keys: Vec<&String> = keys.flat_map(|one| one.keys()).collect();
    let content = html! {
        p.route { span.method { (method.as_str()) } " " code { (path) } }
        (operation.map(|operation| &operation.description).blocks())
        p.small {
            (Words("Keys:", "キー："))
            @for key in keys { " " a href={ "#key-" (key) } { code { (key) } } }
            " · " (documentation(&operation.en.external_docs))
        }
        (programs(&operation.en.summary, of_this.map(|call| Program {
            language: call.language,
            text: &call.text,
            argument: if call.takes_id { " src_test_..." } else { "" },
            place: Place::Operation(&id),
        })))
        (try_it::form(document, &id, path, method, operation.en))
        (parameters(document, &id, operation.en))
        (request_body(document, &id, operation))
        (answers(document, &id, operation))
        (again(&id, &operation.en.retry))
    };
    Section {
        title: operation.map(|operation| &operation.summary).inline(),
        content,
        id,
    }
}

/// Parameters of the path and of the head.
fn parameters(document: Both<'_, Spec>, id: &str, operation: &Operation) -> Markup {
    let named = document.map(|spec| &spec.document().components.parameters);
    let of_operation = operation.parameters.iter();
    let parameters = of_operation.filter_map(|one| named.find(|all| all.get(one.name())));
    html! {
        (heading(&format!("{id}-head"), &html! {
            (Words("Path and headers", "パスとヘッダー"))
        }))
        ul.fields { @for parameter in parameters { (parameter_item(id, parameter)) } }
    }
}

fn parameter_item(id: &str, parameter: Both<'_, Parameter>) -> Markup {
    let Parameter {
        name,
        location,
        required,
        example,
        ..
    } = parameter.en;
    let id = format!("{id}-head-{name}");
    html! {
        li.field id=(id) {
            p.head {
                a.name href={ "#" (id) } { code { (name) } }
                " " span.type { (location) }
                @if *required { (field::required_badge()) }
            }
            (parameter.map(|parameter| &parameter.description).blocks())
            p.small { (Words("Example", "例")) " " code { (example.as_str().unwrap_or_default()) } }
        }
    }
}

fn request_body(document: Both<'_, Spec>, id: &str, operation: Both<'_, Operation>) -> Markup {
    let Some(body) = operation.find(|operation| operation.request_body.as_ref()) else {
        return html! {};
    };
    let media = body.en.content.values();
    let mut schemas = media.filter_map(|media| document.schema(media.schema.name()));
    let Some(schema) = schemas.next() else {
        return html! {};
    };
    html! {
        (heading(&format!("{id}-parameters"), &html! { (Words("Parameters", "パラメータ")) }))
        @if let Some(description) = schema.find(|schema| schema.description.as_ref()) {
            (description.blocks())
        }
        (fields(document, id, schema, &Request { schema: schema.en }))
    }
}

/// Remarks on the parameters of a new source.
struct Request<'a> {
    schema: &'a Schema,
}

impl Remarks for Request<'_> {
    fn badges(&self, name: &str, schema: &Schema) -> Markup {
        let is_named = |names: &[String]| names.iter().any(|one| one == name);
        html! {
            @if is_named(&self.schema.required) {
                (field::required_badge())
            }
            (field::sensitive_badge(schema))
        }
    }
}

/// What it answers: its success with the headers, and its failures with those that they add.
fn answers(document: Both<'_, Spec>, id: &str, operation: Both<'_, Operation>) -> Markup {
    let statuses = operation.en.responses.keys();
    let answers = statuses.filter_map(|status| {
        let response = response(document, operation, status)?;
        Some((status, response))
    });
    let headers = document.map(|spec| &spec.document().components.headers);
    let success = operation
        .en
        .success()
        .and_then(|status| response(document, operation, status));
    let is_told = |status: &str, name: &String| {
        let of_success = success.map(|response| &response.en.headers);
        !status.starts_with('2') && of_success.is_some_and(|all| all.contains_key(name))
    };
    html! {
        (heading(&format!("{id}-answers"), &html! { (Words("Answers", "レスポンス")) }))
        dl.answers {
            @for (status, response) in answers {
                @let is_success = status.starts_with('2');
                @let target = if is_success { "source".to_owned() } else { format!("error-{status}") };
                dt { a href={ "#" (target) } { code { (status) } } }
                dd {
                    (response.map(|response| &response.description).inline())
                    @for (name, reference) in &response.en.headers {
                        @if !is_told(status, name)
                            && let Some(header) = headers.find(|all| all.get(reference.name())) {
                            p.small {
                                code { (name) } " "
                                (header.map(|header| &header.description).inline())
                            }
                        }
                    }
                }
            }
        }
    }
}

/// When a client may send it again, in words.
fn again(id: &str, retry: &RetryPolicy) -> Markup {
    let statuses: Vec<String> = retry.statuses.iter().map(u16::to_string).collect();
    let RetryPolicy {
        attempts,
        base_delay_ms,
        max_delay_ms,
        max_retry_after_ms,
        ..
    } = retry;
    html! {
        (heading(&format!("{id}-again"), &html! {
            (Words("Sending it again", "再送できる場合"))
        }))
        p {
            @match retry.repeatable {
                Repeatable::Always => (Words(
                    "It changes nothing, so it may be sent again after",
                    "何も変更しない操作のため、次の場合に再送できます：",
                )),
                Repeatable::WithIdempotencyKey => (Words(
                    "Only if the service honours idempotency keys and the request has one may it \
                     be sent again after",
                    "サービスが冪等キーに対応し、リクエストに冪等キーを付けた場合に限り、次の場合に\
                     再送できます：",
                )),
            }
            " " (codes(&statuses)) " "
            (Words(
                "or a broken connection. A request of which no byte was sent may always be sent.",
                "または接続の切断。1 バイトも送信していないリクエストは、いつでも再送できます。",
            ))
        }
        p.small {
            (Words("Attempts in all:", "合計試行回数：")) " " (attempts) (STOP)
            (Words(
                "The wait before the next is random, up to",
                "次の試行までの待ち時間はランダムで、最初の上限は",
            ))
            " " (base_delay_ms) " ms"
            (Words(", twice as long each time, at most", "、以後は試行ごとに 2 倍、最大")) " "
            (max_delay_ms) " ms" (STOP)
            (Words("A Retry-After is followed up to", "Retry-After に従う待ち時間は最大")) " "
            (max_retry_after_ms) " ms" (STOP)
            (Words("(Ours)", "（本プロジェクトの仮定）"))
        }
    }
}
