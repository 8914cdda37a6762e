//! The call for TypeScript, on any runtime that has `fetch` and `process`.
//!
//! Nothing in it needs a type to be written down, so it is JavaScript as well.

use super::{Creation, Retrieval};
use crate::value::{Style, json_text};

const TYPESCRIPT: Style = Style {
    indent: "  ",
    object: ["{", "}"],
    name: |name| format!("{name}: "),
    text: json_text,
    words: ["true", "false", "null"],
    has_last_comma: true,
};

pub(super) fn write(creation: &Creation<'_>) -> String {
    let Creation {
        server,
        path,
        method,
        ..
    } = creation;
    let key = creation.key_variable();
    let body = creation.body(&TYPESCRIPT, 1);
    format!(
        r#"const key = process.env.{key};
if (!key) throw new Error("{key} is not set");
const url = process.env.OMISE_API_URL ?? "{server}";

const answer = await fetch(`${{url}}{path}`, {{
  method: "{method}",
  headers: {{
    Authorization: `Basic ${{btoa(`${{key}}:`)}}`,
    "Content-Type": "application/json",
  }},
  body: JSON.stringify({body}),
}});
const source = await answer.json();
if (!answer.ok) throw new Error(source.message);
console.log(source.id, source.flow);
"#
    )
}

pub(super) fn retrieve(retrieval: &Retrieval<'_>) -> String {
    let Retrieval {
        server,
        path,
        method,
        ..
    } = retrieval;
    let key = retrieval.key_variable();
    format!(
        r#"const key = process.env.{key};
if (!key) throw new Error("{key} is not set");
const url = process.env.OMISE_API_URL ?? "{server}";
const id = process.argv[2];

const answer = await fetch(`${{url}}{path}${{id}}`, {{
  method: "{method}",
  headers: {{ Authorization: `Basic ${{btoa(`${{key}}:`)}}` }},
}});
const source = await answer.json();
if (!answer.ok) throw new Error(source.message);
console.log(source.id, source.flow);
"#
    )
}
