//! The call for a shell: a form, or JSON where a parameter has parts.

use serde_json::Value;

use super::{Creation, Retrieval};
use crate::value::{JSON, in_order};

pub(super) fn write(creation: &Creation<'_>) -> String {
    let Creation { server, path, .. } = creation;
    let key = creation.key_variable();
    let head = format!("curl \"${{OMISE_API_URL:-{server}}}{path}\" \\\n  -u \"${key}:\" \\\n");
    match form(creation) {
        Some(fields) => format!("{head}  {}\n", fields.join(" \\\n  ")),
        None => {
            let body = quote(&creation.body(&JSON, 0));
            format!("{head}  -H 'Content-Type: application/json' \\\n  -d {body}\n")
        }
    }
}

pub(super) fn retrieve(retrieval: &Retrieval<'_>) -> String {
    let Retrieval { server, path, .. } = retrieval;
    let key = retrieval.key_variable();
    format!("curl \"${{OMISE_API_URL:-{server}}}{path}$1\" \\\n  -u \"${key}:\"\n")
}

/// The fields of a form, if no parameter has parts.
fn form(creation: &Creation<'_>) -> Option<Vec<String>> {
    let members = in_order(Some(creation.schema), creation.request.as_object()?);
    let fields = members.into_iter().map(|(name, _, value)| {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        Some(if text.bytes().all(is_plain) {
            format!("-d {name}={text}")
        } else {
            format!("--data-urlencode {}", quote(&format!("{name}={text}")))
        })
    });
    fields.collect()
}

fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
