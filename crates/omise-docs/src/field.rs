//! A parameter or an attribute: its name, its type, what it means, an example.

use maud::{Markup, html};
use omise_contract::Spec;
use omise_contract::document::{Kind, Schema};
use serde_json::Value;

use crate::both::{Both, Words};
use crate::value::{self, JSON};

/// More values than this are not listed beside the name.
const VALUES_MAX: usize = 12;

/// What is said of a member beside what its schema says.
pub(crate) trait Remarks {
    /// Words behind the type, such as that it is required.
    fn badges(&self, name: &str, schema: &Schema) -> Markup;
}

/// The members of a shape, each with its own members.
pub(crate) fn fields(
    document: Both<'_, Spec>,
    place: &str,
    schema: Both<'_, Schema>,
    remarks: &dyn Remarks,
) -> Markup {
    let names = schema
        .en
        .properties
        .iter()
        .flat_map(|members| members.keys());
    let members = names.filter_map(|name| {
        let member = schema.find(|schema| schema.properties.as_ref()?.get(name))?;
        Some((name, member))
    });
    html! {
        ul.fields {
            @for (name, member) in members {
                (field(document, place, name, member, remarks))
            }
        }
    }
}

fn field(
    document: Both<'_, Spec>,
    place: &str,
    name: &str,
    member: Both<'_, Schema>,
    remarks: &dyn Remarks,
) -> Markup {
    let meant = document.resolve(member);
    let id = format!("{place}-{name}");
    html! {
        li.field id=(id) {
            p.head {
                a.name href={ "#" (id) } { code { (name) } }
                " " span.type { (kind(document.en, meant.en)) }
                (remarks.badges(name, member.en))
            }
            @if let Some(description) = document.description(member) { (description.blocks()) }
            (values(meant.en))
            @if let Some(example) = &meant.en.example { (example_line(example)) }
            @if let Some(inner) = inner(document, meant) {
                details.inner {
                    summary { (Words("Members of", "メンバー：")) " " code { (name) } }
                    (fields(document, &id, inner, &Members(inner.en)))
                }
            }
        }
    }
}

/// Remarks on the members of an object within another one.
struct Members<'a>(&'a Schema);

impl Remarks for Members<'_> {
    fn badges(&self, name: &str, schema: &Schema) -> Markup {
        html! {
            @if self.0.required.iter().any(|required| required == name) { (required_badge()) }
            (nullable_badge(schema))
            (sensitive_badge(schema))
        }
    }
}

/// The mark of what must be given.
pub(crate) fn required_badge() -> Markup {
    html! { " " span.badge.must { (Words("required", "必須")) } }
}

/// The mark of what may be null.
pub(crate) fn nullable_badge(schema: &Schema) -> Markup {
    html! { @if schema.nullable { " " span.badge { (Words("or null", "null 可")) } } }
}

/// The mark of what is kept out of logs.
pub(crate) fn sensitive_badge(schema: &Schema) -> Markup {
    html! {
        @if schema.sensitive == Some(true) {
            " " span.badge.sensitive { (Words("sensitive", "秘匿対象")) }
        }
    }
}

/// The type as the document has it.
fn kind(spec: &Spec, schema: &Schema) -> Markup {
    let name = |schema: &Schema| match schema.kind {
        Some(Kind::Object) => "object",
        Some(Kind::Array) => "array",
        Some(Kind::String) => "string",
        Some(Kind::Integer) => "integer",
        Some(Kind::Number) => "number",
        Some(Kind::Boolean) => "boolean",
        None => "any",
    };
    let items = schema.items.as_deref().map(|items| spec.resolve(items));
    html! {
        (name(schema))
        @if let Some(format) = &schema.format { " · " (format) }
        @if let Some(items) = items { " · " (name(items)) }
        @if let Some(minimum) = schema.minimum { " · ≥ " (minimum) }
        @if let Some(most) = schema.max_length.or(schema.max_items) { " · ≤ " (most) }
    }
}

fn values(schema: &Schema) -> Markup {
    let (values, words) = match (&schema.values, &schema.extensible_enum) {
        (Some(values), _) => (values, Words("One of", "次のいずれか：")),
        (None, Some(values)) => (
            values,
            Words(
                "Known today, more may come:",
                "既知の値（今後増えることがあります）：",
            ),
        ),
        (None, None) => return html! {},
    };
    html! {
        p.small {
            (words) " "
            @if values.len() > VALUES_MAX {
                a href="#payment-methods" { (Words("the payment methods below", "下記の決済方法")) }
            } @else {
                @for (index, value) in values.iter().enumerate() {
                    @if index > 0 { ", " }
                    code { (value) }
                }
            }
        }
    }
}

fn example_line(example: &Value) -> Markup {
    let text = match example {
        Value::String(text) => value::json_text(text),
        other => other.to_string(),
    };
    html! { p.small { (Words("Example", "例")) " " code { (text) } } }
}

/// The shape of an object, or of the elements of a list, that is written out below a member.
fn inner<'a>(document: Both<'a, Spec>, schema: Both<'a, Schema>) -> Option<Both<'a, Schema>> {
    let items = schema.find(|schema| schema.items.as_deref());
    let inner = items.map_or(schema, |items| document.resolve(items));
    inner.en.properties.as_ref().map(|_| inner)
}

/// A body as it is sent or answered, with a button that copies it.
pub(crate) fn body(spec: &Spec, schema: &str, value: &Value) -> Markup {
    let text = value::write(spec, spec.schemas().get(schema), value, &JSON, 0);
    html! {
        div.code {
            (copy_button())
            pre tabindex="0" { code.json { (text) } }
        }
    }
}

/// The button that copies what stands beside it.
pub(crate) fn copy_button() -> Markup {
    html! {
        button.copy type="button" {
            span.before { (Words("Copy", "コピー")) }
            span.after role="status" { (Words("Copied", "コピーしました")) }
        }
    }
}
