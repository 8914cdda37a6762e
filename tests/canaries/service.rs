//! A service that repeats what it was sent, or tells what it has stored, in every way that there
//! is.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use omise_tests::canary::{self, COOKIE};
use serde_json::{Value, json};

/// How a service may write a text that it was sent.
pub(crate) type Spelling = fn(&str) -> String;

pub(crate) const SPELLINGS: [(&str, Spelling); 5] = [
    ("as it is", str::to_owned),
    ("in upper case", str::to_uppercase),
    ("as in a URL", in_a_url),
    ("as in HTML", in_html),
    ("as in JSON", in_json),
];

/// Where it may write such texts: in the headers and the body of its answer.
pub(crate) type Place = fn(&[String], &mut HeaderMap) -> Vec<u8>;

pub(crate) const PLACES: [(&str, Place); 13] = [
    ("a page", |texts, _| page(texts).into()),
    ("a page that is no UTF-8", |texts, _| {
        [b"\xff", page(texts).as_bytes(), b"\xff"].concat()
    }),
    ("a large page", |texts, _| {
        (page(texts) + &" ".repeat(70_000)).into()
    }),
    ("a message", |texts, _| {
        error(json!({"message": texts.join(", ")}))
    }),
    ("JSON in a message", |texts, _| {
        error(json!({"message": json!(texts).to_string()}))
    }),
    ("a message by numbers", |texts, _| {
        let text = texts.join(", ");
        let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
        format!("{{\"message\": \"{}\"}}", units.collect::<String>()).into()
    }),
    ("a code", |texts, _| {
        error(json!({"code": texts.join(" "), "location": texts.join(" ")}))
    }),
    ("attributes", |texts, _| {
        error(json!({"params": texts, "errors": [{"value": texts}]}))
    }),
    ("names of attributes", |texts, _| {
        let named = texts.iter().map(|text| (text.clone(), json!([1])));
        error(json!({"errors": named.collect::<Value>()}))
    }),
    ("numbers", |texts, _| {
        let numbers: Vec<u64> = texts.iter().filter_map(|text| text.parse().ok()).collect();
        error(json!({"params": numbers, "given": {"value": numbers}}))
    }),
    ("JSON that is cut", |texts, _| {
        let mut body = error(json!({"message": texts.join(", "), "params": texts}));
        body.truncate(body.len() - 2);
        body
    }),
    ("a text of JSON", |texts, _| {
        json!(texts.join(", ")).to_string().into()
    }),
    ("headers", |texts, headers| {
        let text = texts
            .iter()
            .filter(|text| text.is_ascii())
            .cloned()
            .collect::<Vec<_>>()
            .join(" ");
        for name in [
            "x-request-id",
            "location",
            "retry-after",
            "server",
            "content-type",
            "date",
        ] {
            let value = HeaderValue::from_str(&text).expect("ASCII");
            headers.insert(name, value);
        }
        Vec::new()
    }),
];

/// What a request carries that nobody is to see.
pub(crate) fn carried(request: &Request<Bytes>) -> Vec<String> {
    let header = |name: &str| Some(request.headers().get(name)?.to_str().ok()?.to_owned());
    let authorization = header("authorization").expect("every request has a key");
    let encoded = authorization
        .strip_prefix("Basic ")
        .expect("basic authentication");
    let key = STANDARD.decode(encoded).expect("it is encoded");
    let mut texts = vec![
        encoded.to_owned(),
        String::from_utf8(key).expect("a key is ASCII"),
    ];
    texts.extend(header("idempotency-key"));
    if let Ok(Value::Object(parameters)) = serde_json::from_slice(request.body()) {
        texts.extend(canary::canaries(&parameters));
    }
    texts
}

/// The same, as a service may write it.
pub(crate) fn repeated(request: &Request<Bytes>, spell: Spelling) -> Vec<String> {
    let texts = carried(request);
    texts.iter().map(|text| spell(text)).collect()
}

pub(crate) fn answer(status: u16, texts: &[String], write: Place) -> Response<Bytes> {
    let mut headers = HeaderMap::new();
    headers.insert(
        "x-request-id",
        HeaderValue::from_static("1c2b5e0e-6a0c-4f0b-9a5e-2f3f9a1f7f10"),
    );
    headers.insert("set-cookie", HeaderValue::from_static(COOKIE));
    let body = write(texts, &mut headers);
    let mut answer = Response::new(Bytes::from(body));
    *answer.status_mut() = StatusCode::from_u16(status).expect("a status");
    *answer.headers_mut() = headers;
    answer
}

pub(crate) fn on_the_wire(status: u16, texts: &[String], write: Place) -> Vec<u8> {
    let (head, body) = answer(status, texts, write).into_parts();
    let reason = texts
        .join(" ")
        .replace(|c: char| !c.is_ascii_graphic(), " ");
    let mut wire = format!("HTTP/1.1 {status} {reason}\r\n").into_bytes();
    for (name, value) in &head.headers {
        wire.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    let length = body.len();
    wire.extend(format!("content-length: {length}\r\nconnection: close\r\n\r\n").into_bytes());
    wire.extend(body);
    wire
}

/// A request as it came from a socket.
pub(crate) fn parsed(bytes: &[u8]) -> Request<Bytes> {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
    let mut request = Request::new(Bytes::from(body.to_owned()));
    for (name, value) in head.lines().filter_map(|line| line.split_once(": ")) {
        let name: HeaderName = name.parse().expect("a name");
        request
            .headers_mut()
            .insert(name, value.parse().expect("a value"));
    }
    request
}

/// Bodies with everything that a source says of the payer, hardly one of which is a source.
pub(crate) fn disguised_sources() -> Vec<Vec<u8>> {
    let source = Value::Object(canary::object("Source"));
    let whole = source.to_string();
    let with = |name: &str, value: Value| {
        let mut source = source.clone();
        source[name] = value;
        source.to_string().into_bytes()
    };
    let mut bodies = vec![
        whole.clone().into(),
        with("amount", json!("many")),
        with("email", json!({"address": "qcanary"})),
        with("phone_number", json!(998877661)),
        with("billing", json!("qcanary street")),
        with(
            "items",
            json!([{"name": "qcanary"}, {"name": {"first": "qcanary"}}, 1]),
        ),
        with("references", json!(["qcanary"])),
        with("scannable_code", json!([{"raw_data": ["qcanary"]}])),
        with(
            "mood",
            json!([["qcanary"], {"deep": {"deeper": "qcanary"}}]),
        ),
        json!([source]).to_string().into(),
        json!({"data": [source]}).to_string().into(),
        json!({"object": "error", "message": "no", "source": source})
            .to_string()
            .into(),
        format!("<html><pre>{whole}</pre>").into(),
        format!("<p>Name: qcanary</p><p>Cookie: {COOKIE}</p>").into(),
        format!("source: {whole}").into(),
        whole.replace('"', "'").into(),
        whole.replace('"', "&quot;").into(),
        whole.replace('"', "").into(),
    ];
    for length in [1, whole.len() / 3, whole.len() / 2, whole.len() - 1] {
        bodies.push(whole.as_bytes()[..length].to_vec());
        bodies.push(whole.as_bytes()[length..].to_vec());
    }
    bodies
}

fn page(texts: &[String]) -> String {
    format!(
        "<!DOCTYPE html><html><p>{}</p></html>",
        texts.join("</p><p>")
    )
}

/// An error object with some members changed.
fn error(members: Value) -> Vec<u8> {
    let mut error = json!({
        "object": "error",
        "location": "https://www.omise.co/api-errors#bad-request",
        "code": "bad_request",
        "message": "no",
    });
    if let (Value::Object(error), Value::Object(members)) = (&mut error, members) {
        error.extend(members);
    }
    error.to_string().into()
}

fn in_a_url(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let escaped = text.bytes().map(|byte| match byte {
        b' ' => "+".to_owned(),
        byte if is_plain(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02x}"),
    });
    escaped.collect()
}

fn in_html(text: &str) -> String {
    let escaped = text.chars().map(|character| match character {
        '&' => "&amp;".to_owned(),
        '"' => "&quot;".to_owned(),
        '\'' => "&#39;".to_owned(),
        '@' => "&#x40;".to_owned(),
        character => character.to_string(),
    });
    escaped.collect()
}

/// As encoders do that write ASCII alone.
fn in_json(text: &str) -> String {
    let escaped = text.encode_utf16().map(|unit| match u8::try_from(unit) {
        Ok(b'"') => "\\\"".to_owned(),
        Ok(byte) if byte.is_ascii() => char::from(byte).to_string(),
        _ => format!("\\u{unit:04x}"),
    });
    escaped.collect()
}
