//! The call for a shell: a form, or JSON where a parameter has parts.

use serde_json::Value;

use super::{Body, Program};
use crate::value::{JSON, in_order};

pub(super) fn write(program: &Program<'_>) -> String {
    let Program { server, path, .. } = program;
    let key = program.key_variable();
    let id = program.either("", "$1");
    let head = format!("curl \"${{OMISE_API_URL:-{server}}}{path}{id}\" \\\n  -u \"${key}:\"");
    let Some(body) = &program.body else {
        return format!("{head}\n");
    };
    match form(body) {
        Some(fields) => format!("{head} \\\n  {}\n", fields.join(" \\\n  ")),
        None => {
            let json = quote(&program.body(&JSON, 0).unwrap_or_default());
            format!("{head} \\\n  -H 'Content-Type: application/json' \\\n  -d {json}\n")
        }
    }
}

/// The fields of a form, if no parameter has parts.
fn form(body: &Body<'_>) -> Option<Vec<String>> {
    let members = in_order(Some(body.schema), body.request.as_object()?);
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
