//! The call for Python's standard library.

use super::{Creation, Retrieval};
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

pub(super) fn write(creation: &Creation<'_>) -> String {
    let Creation {
        server,
        path,
        method,
        ..
    } = creation;
    let key = creation.key_variable();
    let body = creation.body(&PYTHON, 0);
    format!(
        r#"import base64
import json
import os
import urllib.error
import urllib.request

key = os.environ["{key}"]
url = os.environ.get("OMISE_API_URL", "{server}")

body = {body}
request = urllib.request.Request(
    url + "{path}",
    method="{method}",
    data=json.dumps(body).encode(),
    headers={{
        "Authorization": "Basic " + base64.b64encode(f"{{key}}:".encode()).decode(),
        "Content-Type": "application/json",
    }},
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

pub(super) fn retrieve(retrieval: &Retrieval<'_>) -> String {
    let Retrieval {
        server,
        path,
        method,
        ..
    } = retrieval;
    let key = retrieval.key_variable();
    format!(
        r#"import base64
import json
import os
import sys
import urllib.error
import urllib.request

key = os.environ["{key}"]
url = os.environ.get("OMISE_API_URL", "{server}")

request = urllib.request.Request(
    url + "{path}" + sys.argv[1],
    method="{method}",
    headers={{
        "Authorization": "Basic " + base64.b64encode(f"{{key}}:".encode()).decode(),
    }},
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
