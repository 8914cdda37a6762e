//! The call for TypeScript, on any runtime that has `fetch` and `process`.
//!
//! Nothing in it needs a type to be written down, so it is JavaScript as well.

use super::Program;
use crate::value::{Style, json_text};

const TYPESCRIPT: Style = Style {
    indent: "  ",
    object: ["{", "}"],
    name: |name| format!("{name}: "),
    text: json_text,
    words: ["true", "false", "null"],
    has_last_comma: true,
};

pub(super) fn write(program: &Program<'_>) -> String {
    let Program {
        server,
        path,
        method,
        ..
    } = program;
    let key = program.key_variable();
    let id = program.either("", "const id = process.argv[2];\n");
    let in_path = program.either("", "${id}");
    let basic = "Authorization: `Basic ${btoa(`${key}:`)}`";
    let rest = match program.body(&TYPESCRIPT, 1) {
        Some(body) => format!(
            "headers: {{\n    {basic},\n    \"Content-Type\": \"application/json\",\n  }},\n  \
             body: JSON.stringify({body}),"
        ),
        None => format!("headers: {{ {basic} }},"),
    };
    format!(
        r#"const key = process.env.{key};
if (!key) throw new Error("{key} is not set");
const url = process.env.OMISE_API_URL ?? "{server}";
{id}
const answer = await fetch(`${{url}}{path}{in_path}`, {{
  method: "{method}",
  {rest}
}});
const source = await answer.json();
if (!answer.ok) throw new Error(source.message);
console.log(source.id, source.flow);
"#
    )
}
