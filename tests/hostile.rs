//! Requests made to break the server, kept as data in `cases/hostile.json` and sent byte by byte.
//!
//! # A case
//!
//! The file is one object: a category, then its cases. In a case, everything but `name` and
//! `status` may be left out:
//!
//! - `method`, `path`: `POST /sources` unless given.
//! - `headers`: added, or put in the place of the default of the same name; `without` leaves
//!   defaults out. The defaults are a host, the secret key, `connection: close` and the content
//!   type of the body.
//! - `json`: sent exactly as it is spelled there. `form`: sent form-encoded. `body`: text that is
//!   not JSON. `body_base64`: bytes that are not text.
//! - `chunked`: the body goes in chunks, without a length. `half_close`: afterwards the client says
//!   that it sends no more.
//! - `raw`: the whole request, for what the fields above cannot say.
//! - `generate`: something large, put `into` the body, path, headers or raw request: `before`,
//!   `repeat` so many `times` (`{n}` counts), `middle`, `close` as many times, `after`.
//! - In header values and raw requests, `${secret_key}`, `${public_key}`, `${authorization}` (the
//!   secret key's), `${base64:TEXT}` and `${byte:FF}` stand for what they name.
//! - `status`: the expected one, or a list where several are right. `code` goes with the status
//!   unless given. `message_contains`: one text or a list. `message_chars_max`: an upper bound.
//!   `allow`: a method that a 405 names. `may_close`: closing without an answer is right too.
//!
//! A case whose `status` is, or may be, 200 says that something odd is to be accepted.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::net::{Shutdown, SocketAddr};
use std::path::Path;
use std::thread;

use anyhow::{Context, anyhow, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use omise_tests::process::{PUBLIC_KEY, SECRET_KEY, ServeProcess, authorization};
use omise_tests::raw_http::{Answer, Body, Connection, preview, request};
use serde::Deserialize;
use serde_json::value::RawValue;

const SERVER: &str = env!("CARGO_BIN_EXE_omise-under-test");
const CORPUS: &str = include_str!("cases/hostile.json");

#[test]
fn every_hostile_request_gets_the_refusal_it_deserves() {
    let mut server = ServeProcess::in_memory(Path::new(SERVER)).expect("the server starts");
    let mut failures = Vec::new();
    for (category, cases) in corpus() {
        for case in cases {
            if let Err(error) = check_case(server.address(), &case) {
                failures.push(format!("{category}: {}: {error:#}", case.name));
            }
            // A refusal that leaves the server unable to do its work is no refusal.
            if let Err(error) = check_good_request(server.address()) {
                failures.push(format!(
                    "{category}: {}: the next good request: {error:#}",
                    case.name
                ));
                server =
                    ServeProcess::in_memory(Path::new(SERVER)).expect("the server starts again");
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} failures; server's stderr ends: {}\n{}",
        failures.len(),
        last_lines(&server.stderr()),
        failures.join("\n")
    );
}

#[test]
fn the_corpus_has_two_hundred_different_refusals() {
    let cases: Vec<Case> = corpus().into_values().flatten().collect();
    let mut names = HashSet::new();
    let mut requests = HashSet::new();
    for case in &cases {
        assert!(
            names.insert(&case.name),
            "two cases are named {}",
            case.name
        );
        let bytes = case.bytes().expect("a case can be written");
        assert!(
            requests.insert((bytes, case.half_close)),
            "{} is sent by another case too",
            case.name
        );
    }
    let refusals = cases.iter().filter(|case| !case.status.allows(200)).count();
    assert!(refusals >= 200, "{refusals} refusals");
}

/// One entry of the corpus; the comment at the top of this file says what each field means.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default = "default_method")]
    method: String,
    #[serde(default = "default_path")]
    path: String,
    #[serde(default)]
    headers: Vec<(String, String)>,
    #[serde(default)]
    without: Vec<String>,
    json: Option<Box<RawValue>>,
    form: Option<String>,
    body: Option<String>,
    body_base64: Option<String>,
    raw: Option<String>,
    generate: Option<Generator>,
    #[serde(default)]
    chunked: bool,
    #[serde(default)]
    half_close: bool,
    status: OneOrMany<u16>,
    code: Option<String>,
    #[serde(default)]
    message_contains: OneOrMany<String>,
    message_chars_max: Option<usize>,
    allow: Option<String>,
    #[serde(default)]
    may_close: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Generator {
    into: Target,
    #[serde(default)]
    before: String,
    repeat: String,
    times: usize,
    #[serde(default)]
    middle: String,
    #[serde(default)]
    close: String,
    #[serde(default)]
    after: String,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Target {
    Body,
    Path,
    Headers,
    Raw,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        OneOrMany::Many(Vec::new())
    }
}

impl<T: PartialEq> OneOrMany<T> {
    fn as_slice(&self) -> &[T] {
        match self {
            OneOrMany::One(value) => std::slice::from_ref(value),
            OneOrMany::Many(values) => values,
        }
    }

    fn allows(&self, value: T) -> bool {
        self.as_slice().contains(&value)
    }
}

impl<T: fmt::Debug + PartialEq> fmt::Display for OneOrMany<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.as_slice())
    }
}

impl Generator {
    fn text(&self) -> String {
        let mut text = self.before.clone();
        for n in 0..self.times {
            text.push_str(&self.repeat.replace("{n}", &n.to_string()));
        }
        text.push_str(&self.middle);
        text.push_str(&self.close.repeat(self.times));
        text.push_str(&self.after);
        text
    }
}

impl Case {
    /// The whole request as it goes over the wire.
    fn bytes(&self) -> anyhow::Result<Vec<u8>> {
        if let Some(raw) = self.generated(Target::Raw).as_ref().or(self.raw.as_ref()) {
            return substitute(raw);
        }
        let path = self
            .generated(Target::Path)
            .unwrap_or_else(|| self.path.clone());
        let body = self.body_bytes()?;
        let mut bytes = format!("{} {path} HTTP/1.1\r\n", self.method).into_bytes();
        for (name, value) in self.all_headers(body.is_some()) {
            bytes.extend_from_slice(format!("{name}: ").as_bytes());
            bytes.extend_from_slice(&substitute(&value)?);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(
            self.generated(Target::Headers)
                .unwrap_or_default()
                .as_bytes(),
        );
        match body {
            None => bytes.extend_from_slice(b"\r\n"),
            Some(body) if self.chunked => {
                bytes.extend_from_slice(b"transfer-encoding: chunked\r\n\r\n");
                for chunk in body.chunks(8_192) {
                    bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                    bytes.extend_from_slice(chunk);
                    bytes.extend_from_slice(b"\r\n");
                }
                bytes.extend_from_slice(b"0\r\n\r\n");
            }
            Some(body) => {
                bytes.extend_from_slice(
                    format!("content-length: {}\r\n\r\n", body.len()).as_bytes(),
                );
                bytes.extend_from_slice(&body);
            }
        }
        Ok(bytes)
    }

    fn generated(&self, into: Target) -> Option<String> {
        self.generate
            .as_ref()
            .filter(|generator| generator.into == into)
            .map(Generator::text)
    }

    fn body_bytes(&self) -> anyhow::Result<Option<Vec<u8>>> {
        let text = self.generated(Target::Body);
        let text = text.as_deref().or(self.json.as_deref().map(RawValue::get));
        let text = text.or(self.form.as_deref()).or(self.body.as_deref());
        match (text, &self.body_base64) {
            (Some(text), _) => Ok(Some(text.as_bytes().to_vec())),
            (None, Some(base64)) => Ok(Some(STANDARD.decode(base64).context("body_base64")?)),
            (None, None) => Ok(None),
        }
    }

    fn all_headers(&self, has_body: bool) -> Vec<(String, String)> {
        let content_type = match (&self.form, has_body) {
            (Some(_), _) => Some("application/x-www-form-urlencoded"),
            (None, true) => Some("application/json"),
            (None, false) => None,
        };
        let defaults = [
            ("host", Some("api.omise.co")),
            ("authorization", Some("${authorization}")),
            ("connection", Some("close")),
            ("content-type", content_type),
        ];
        let is_given = |name: &str| {
            self.headers
                .iter()
                .any(|(given, _)| given.eq_ignore_ascii_case(name))
                || self.without.iter().any(|left_out| left_out == name)
        };
        defaults
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
            .filter(|(name, _)| !is_given(name))
            .chain(self.headers.iter().cloned())
            .collect()
    }

    /// HEAD is the one method whose answers have no body.
    fn answer_body(&self) -> Body {
        if self.method == "HEAD"
            || self
                .raw
                .as_ref()
                .is_some_and(|raw| raw.starts_with("HEAD "))
        {
            Body::LeftOut
        } else {
            Body::Follows
        }
    }

    fn expected_code(&self, status: u16) -> &str {
        match (&self.code, status) {
            (Some(code), _) => code,
            (None, 401) => "authentication_failure",
            (None, 404) => "not_found",
            (None, _) => "bad_request",
        }
    }
}

fn check_case(address: SocketAddr, case: &Case) -> anyhow::Result<()> {
    let Some(answer) = exchange(address, case)? else {
        ensure!(
            case.may_close,
            "the server closed the connection without an answer"
        );
        return Ok(());
    };
    check_answer(case, &answer).map_err(|error| {
        anyhow!(
            "{error:#}; the answer: {} {}",
            answer.status,
            preview(&answer.body)
        )
    })
}

fn check_answer(case: &Case, answer: &Answer) -> anyhow::Result<()> {
    ensure!(
        case.status.allows(answer.status),
        "status {}, expected {}",
        answer.status,
        case.status
    );
    check_headers(answer)?;
    if answer.status == 405 {
        let allow = answer
            .header("allow")
            .context("a 405 without an allow header")?;
        let expected = case.allow.as_deref().unwrap_or_default();
        ensure!(
            allow.contains(expected),
            "allow is {allow:?} without {expected}"
        );
    }
    if case.answer_body() == Body::LeftOut {
        return Ok(());
    }
    if answer.status < 400 {
        let source: serde_json::Value = serde_json::from_slice(&answer.body).context("not JSON")?;
        ensure!(
            source["object"] == "source",
            "accepted, but not with a source"
        );
        return Ok(());
    }
    check_error_object(case, answer)
}

/// What every answer has, whatever it says.
fn check_headers(answer: &Answer) -> anyhow::Result<()> {
    let content_type = answer
        .header("content-type")
        .context("no single content-type")?;
    ensure!(
        content_type == "application/json; charset=utf-8",
        "content-type is {content_type:?}"
    );
    let request_id = answer
        .header("x-request-id")
        .context("no single x-request-id")?;
    ensure!(!request_id.is_empty(), "x-request-id is empty");
    let length = answer
        .header("content-length")
        .context("no single content-length")?;
    ensure!(
        length.parse().is_ok_and(|length: usize| length > 0),
        "content-length is {length:?}"
    );
    // Several cases try to smuggle this header into the answer through a value that is echoed.
    ensure!(
        answer.headers.iter().all(|(name, _)| name != "x-evil"),
        "the request wrote a header of the answer"
    );
    Ok(())
}

fn check_error_object(case: &Case, answer: &Answer) -> anyhow::Result<()> {
    let error: ErrorObject = serde_json::from_slice(&answer.body).context("not an error object")?;
    ensure!(error.object == "error", "object is {:?}", error.object);
    let code = case.expected_code(answer.status);
    ensure!(
        error.code == code,
        "code is {:?}, expected {code:?}",
        error.code
    );
    let location = format!("https://www.omise.co/api-errors#{}", code.replace('_', "-"));
    ensure!(
        error.location == location,
        "location is {:?}",
        error.location
    );
    ensure!(!error.message.is_empty(), "the message is empty");
    for part in case.message_contains.as_slice() {
        ensure!(
            error.message.contains(part),
            "message is {:?} without {part:?}",
            error.message
        );
    }
    let length_max = case.message_chars_max.unwrap_or(1_000);
    ensure!(
        error.message.chars().count() <= length_max,
        "the message is longer than {length_max} characters"
    );

    let keys = top_level_keys(&answer.body)?;
    ensure!(
        keys == ["object", "location", "code", "message"],
        "the keys are {keys:?}"
    );
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ErrorObject {
    object: String,
    location: String,
    code: String,
    message: String,
}

/// The keys of a JSON object in the order in which they are written, which a map would not keep.
fn top_level_keys(body: &[u8]) -> anyhow::Result<Vec<String>> {
    struct Keys(Vec<String>);

    impl<'de> Deserialize<'de> for Keys {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Keys, D::Error> {
            deserializer.deserialize_map(KeyVisitor)
        }
    }

    struct KeyVisitor;

    impl<'de> serde::de::Visitor<'de> for KeyVisitor {
        type Value = Keys;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("an object")
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
            let mut keys = Vec::new();
            while let Some((key, serde::de::IgnoredAny)) = map.next_entry()? {
                keys.push(key);
            }
            Ok(Keys(keys))
        }
    }

    let Keys(keys) = serde_json::from_slice(body)?;
    Ok(keys)
}

/// Sends the case on one thread and reads on another, because a server may well refuse a request
/// before it has all of it.
fn exchange(address: SocketAddr, case: &Case) -> anyhow::Result<Option<Answer>> {
    let bytes = case.bytes()?;
    let mut connection = Connection::open(address)?;
    let mut writer = connection.writer()?;
    thread::scope(|scope| {
        scope.spawn(move || {
            // A refused request cannot always be written to its end; the answer is what counts.
            let _ = std::io::Write::write_all(&mut writer, &bytes);
            if case.half_close {
                let _ = writer.shutdown(Shutdown::Write);
            }
        });
        let answer = connection.receive(case.answer_body());
        let excess = connection.close()?;
        let answer = answer?;
        if answer.is_some() && !excess.is_empty() {
            bail!(
                "{} bytes after the answer: {}",
                excess.len(),
                preview(&excess)
            );
        }
        Ok(answer)
    })
}

fn check_good_request(address: SocketAddr) -> anyhow::Result<()> {
    let headers = [
        ("host", "localhost"),
        ("authorization", &authorization(SECRET_KEY)),
        ("content-type", "application/json"),
        ("connection", "close"),
    ];
    let body = br#"{"amount":10000,"currency":"THB","type":"promptpay"}"#;
    let mut connection = Connection::open(address)?;
    let answer = connection.exchange(&request("POST", "/sources", &headers, body))?;
    ensure!(
        answer.status == 200,
        "{} {}",
        answer.status,
        preview(&answer.body)
    );
    Ok(())
}

/// Replaces the `${...}` of a header value or a raw request.
fn substitute(text: &str) -> anyhow::Result<Vec<u8>> {
    let text = text
        .replace("${secret_key}", SECRET_KEY)
        .replace("${public_key}", PUBLIC_KEY)
        .replace("${authorization}", &authorization(SECRET_KEY));
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((literal, tail)) = rest.split_once("${") {
        bytes.extend_from_slice(literal.as_bytes());
        let (token, after) = tail.split_once('}').context("`${` without `}`")?;
        match token.split_once(':') {
            Some(("base64", plain)) => bytes.extend_from_slice(STANDARD.encode(plain).as_bytes()),
            Some(("byte", hex)) => bytes.push(u8::from_str_radix(hex, 16).context(hex.to_owned())?),
            _ => bail!("unknown `${{{token}}}`"),
        }
        rest = after;
    }
    bytes.extend_from_slice(rest.as_bytes());
    Ok(bytes)
}

fn corpus() -> BTreeMap<String, Vec<Case>> {
    serde_json::from_str(CORPUS).expect("cases/hostile.json can be read")
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(5)..].join("\n")
}

fn default_method() -> String {
    "POST".to_owned()
}

fn default_path() -> String {
    "/sources".to_owned()
}
