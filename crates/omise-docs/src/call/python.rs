//! The call for Python's standard library.

use super::Program;
use crate::value::{Style, json_text};

/// A text of JSON is one of Python, too.
const PYTHON: Style = Style {
    indent: "    ",
    object: ["{", "}"],
    name: |name| format!("{}: ", json_text(name)),
    text: json_text,
    words: ["True", "False", "None"],
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
    let body = program.body(&PYTHON, 0);
    let body = body.map(|body| format!("body = {body}\n"));
    let body = body.unwrap_or_default();
    let import = program.either("", "import sys\n");
    let id = program.either("", " + sys.argv[1]");
    let data = program.either("    data=json.dumps(body).encode(),\n", "");
    let content_type = program.either("        \"Content-Type\": \"application/json\",\n", "");
    format!(
        r#"import base64
import json
import os
{import}import urllib.error
import urllib.request

key = os.environ["{key}"]
url = os.environ.get("OMISE_API_URL", "{server}")

{body}request = urllib.request.Request(
    url + "{path}"{id},
    method="{method}",
{data}    headers={{
        "Authorization": "Basic " + base64.b64encode(f"{{key}}:".encode()).decode(),
{content_type}    }},
)
try:
    with urllib.request.urlopen(request) as answer:
        source = json.load(answer)
except urllib.error.HTTPError as refused:
    raise SystemExit(json.load(refused)["message"])
print(source["id"], source["flow"])
"#
    )
}
