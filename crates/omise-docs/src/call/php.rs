//! The call for PHP with its extension curl.

use super::{Creation, Retrieval};
use crate::value::Style;

const PHP: Style = Style {
    indent: "    ",
    object: ["[", "]"],
    name: |name| format!("{} => ", quote(name)),
    text: quote,
    words: ["true", "false", "null"],
    has_last_comma: true,
};

pub(super) fn write(creation: &Creation<'_>) -> String {
    let Creation {
        server,
        path,
        method,
        success,
        ..
    } = creation;
    let key = creation.key_variable();
    let body = creation.body(&PHP, 0);
    format!(
        r"<?php
$url = getenv('OMISE_API_URL') ?: '{server}';
$body = {body};

$call = curl_init($url . '{path}');
curl_setopt_array($call, [
    CURLOPT_CUSTOMREQUEST => '{method}',
    CURLOPT_USERPWD => getenv('{key}') . ':',
    CURLOPT_HTTPHEADER => ['Content-Type: application/json'],
    CURLOPT_POSTFIELDS => json_encode($body),
    CURLOPT_RETURNTRANSFER => true,
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

pub(super) fn retrieve(retrieval: &Retrieval<'_>) -> String {
    let Retrieval {
        server,
        path,
        method,
        success,
        ..
    } = retrieval;
    let key = retrieval.key_variable();
    format!(
        r"<?php
$url = getenv('OMISE_API_URL') ?: '{server}';

$call = curl_init($url . '{path}' . $argv[1]);
curl_setopt_array($call, [
    CURLOPT_CUSTOMREQUEST => '{method}',
    CURLOPT_USERPWD => getenv('{key}') . ':',
    CURLOPT_RETURNTRANSFER => true,
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
