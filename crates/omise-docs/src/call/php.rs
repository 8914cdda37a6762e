//! The call for PHP with its extension curl.

use super::Program;
use crate::value::Style;

const PHP: Style = Style {
    indent: "    ",
    object: ["[", "]"],
    name: |name| format!("{} => ", quote(name)),
    text: quote,
    words: ["true", "false", "null"],
    has_last_comma: true,
};

pub(super) fn write(program: &Program<'_>) -> String {
    let Program {
        server,
        path,
        method,
        success,
        ..
    } = program;
    let key = program.key_variable();
    let body = program.body(&PHP, 0);
    let body = body.map(|body| format!("$body = {body};\n"));
    let body = body.unwrap_or_default();
    let id = program.either("", " . $argv[1]");
    let fields = program.either(
        "    CURLOPT_HTTPHEADER => ['Content-Type: application/json'],\n    \
         CURLOPT_POSTFIELDS => json_encode($body),\n",
        "",
    );
    format!(
        r"<?php
$url = getenv('OMISE_API_URL') ?: '{server}';
{body}
$call = curl_init($url . '{path}'{id});
curl_setopt_array($call, [
    CURLOPT_CUSTOMREQUEST => '{method}',
    CURLOPT_USERPWD => getenv('{key}') . ':',
{fields}    CURLOPT_RETURNTRANSFER => true,
]);
$answer = curl_exec($call);
if ($answer === false) {{
    throw new RuntimeException(curl_error($call));
}}
$source = json_decode($answer, true);
if (curl_getinfo($call, CURLINFO_RESPONSE_CODE) !== {success}) {{
    throw new RuntimeException($source['message']);
}}
echo $source['id'], ' ', $source['flow'], PHP_EOL;
"
    )
}

fn quote(text: &str) -> String {
    let text = text.replace('\\', r"\\").replace('\'', r"\'");
    format!("'{text}'")
}
