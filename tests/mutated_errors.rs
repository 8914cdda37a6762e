//! 1,000 mutated error answers: whatever became of the body and the headers, the status is kept.

use bytes::Bytes;
use http::{HeaderValue, Response};
use omise_client::money::Thb;
use omise_client::payment_methods::Promptpay;
use omise_client::{Client, ClientBuilder, Error, HttpTransport, SecretKey, SourceId};
use omise_contract::{SOURCE_YAML, Spec};
use omise_tests::kinds::{chain, kind, kind_of_status};
use omise_tests::random::{Random, say};
use omise_tests::scripted::{Scripted, ScriptedServer};
use serde_json::{Value, json};

const ANSWERS: usize = 1_000;

/// So many of them are also put on a socket.
const ON_A_SOCKET: usize = 200;

#[tokio::test]
async fn the_status_is_kept_whatever_becomes_of_the_rest() {
    let mut mutations = Mutations::new(Random::new("mutated error answers"));
    let service = Scripted::new(|_| Ok(Response::default()));
    let client = client(Client::builder().transport(service.clone()));
    let mut kept = 0;
    for number in 0..ANSWERS {
        let answer = mutations.answer(number);
        let scripted = answer.clone();
        service.tell(move |_| Ok(scripted.response()));
        for error in both_operations(&client).await {
            check_error(&error, &answer, kind_of_status(answer.status));
            assert_eq!(error.raw_body(), Some(&*answer.body), "{}", answer.what);
            kept += usize::from(error.status() == Some(answer.status));
        }
    }
    assert_eq!(kept, 2 * ANSWERS);
    say(&format!(
        "the status of {ANSWERS} answers was kept, in {kept} errors"
    ));
}

#[tokio::test]
async fn the_status_is_kept_on_a_socket_too() {
    let mut mutations = Mutations::new(Random::new("mutated error answers on a socket"));
    let server = ScriptedServer::start().expect("a server");
    let client = client(Client::builder().base_url(server.url()));
    for number in 0..ON_A_SOCKET {
        let mut answer = mutations.answer(number);
        if matches!(answer.status, ..200 | 204 | 304) {
            // On the wire they have no body, or are no answer yet.
            answer.status = 418;
        }
        let framing = FRAMINGS[number % FRAMINGS.len()];
        let is_too_large = answer.body.len() > HttpTransport::ANSWER_MAX_BYTES;
        let is_whole = !matches!(framing, Framing::CutLength | Framing::CutChunk) && !is_too_large;
        let kind = match answer.status {
            ..400 if is_whole || is_too_large => "unreadable",
            ..400 => "interrupted",
            status => kind_of_status(status),
        };
        let wire = answer.wire(framing);
        server.tell(move |_| wire.clone());
        for error in both_operations(&client).await {
            check_error(&error, &answer, kind);
            let body = is_whole.then_some(&*answer.body);
            assert_eq!(error.raw_body(), body, "{} {framing:?}", answer.what);
        }
        assert_eq!(
            server.received(),
            2 * (number + 1),
            "nothing follows a redirect"
        );
    }
    say(&format!(
        "the status of {ON_A_SOCKET} answers was kept on a socket"
    ));
}

#[track_caller]
fn check_error(error: &Error, answer: &Mutated, expected_kind: &str) {
    let Mutated { status, what, .. } = answer;
    assert_eq!(error.status(), Some(*status), "{what}: {error:?}");
    assert_eq!(kind(error), expected_kind, "{status} {what}");
    let line = error.to_string();
    assert!(
        line.contains(&format!("status {status}")),
        "{status} {what}: {line}"
    );
    assert!(line.chars().count() < 700, "{status} {what}: {line}");
    for error in chain(error) {
        for text in [error.to_string(), format!("{error:?}")] {
            assert!(
                !text.contains(|c: char| c.is_control() || "\u{2028}\u{202e}".contains(c)),
                "{status} {what}: {text:?}"
            );
        }
    }
    assert!(
        error.redacted_body().is_none_or(|body| body.len() < 2_100),
        "{what}"
    );
}

async fn both_operations(client: &Client) -> [Error; 2] {
    let id: SourceId = "src_test_5g5in1we65199wlsyji".parse().expect("an id");
    let created = client.create_source(Promptpay::new(Thb::new(10_000))).await;
    let retrieved = client.retrieve_source(&id).await;
    [created, retrieved].map(|outcome| outcome.expect_err("no answer here is a source"))
}

/// A client that sends everything once.
fn client(builder: ClientBuilder) -> Client {
    let key = SecretKey::new("skey_test_5xuy4w91xqz7d1w9u0t").expect("a key");
    builder
        .secret_key(key)
        .max_attempts(1)
        .build()
        .expect("a client")
}

/// An answer that something went wrong with.
#[derive(Clone)]
struct Mutated {
    what: String,
    status: u16,
    headers: Vec<(&'static str, Vec<u8>)>,
    body: Vec<u8>,
}

impl Mutated {
    fn response(&self) -> Response<Bytes> {
        let mut response = Response::builder().status(self.status);
        for (name, value) in &self.headers {
            let value = HeaderValue::from_bytes(value).expect("bytes that a header may have");
            response = response.header(*name, value);
        }
        response
            .body(Bytes::from(self.body.clone()))
            .expect("an answer")
    }

    fn wire(&self, framing: Framing) -> Vec<u8> {
        let mut wire =
            format!("HTTP/1.1 {} Whatever\r\nconnection: close\r\n", self.status).into_bytes();
        for (name, value) in &self.headers {
            wire.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        let length = self.body.len();
        let (header, before, after) = match framing {
            Framing::Length => (format!("content-length: {length}"), String::new(), ""),
            Framing::Close => ("server: scripted".to_owned(), String::new(), ""),
            Framing::Chunk if length == 0 => (CHUNKED.to_owned(), String::new(), "0\r\n\r\n"),
            Framing::Chunk => (
                CHUNKED.to_owned(),
                format!("{length:x}\r\n"),
                "\r\n0\r\n\r\n",
            ),
            Framing::CutLength => (format!("content-length: {}", length + 1), String::new(), ""),
            Framing::CutChunk => (CHUNKED.to_owned(), format!("{:x}\r\n", length + 1), ""),
        };
        wire.extend(format!("{header}\r\n\r\n{before}").into_bytes());
        wire.extend(&self.body);
        wire.extend(after.as_bytes());
        wire
    }
}

const CHUNKED: &str = "transfer-encoding: chunked";

/// How a body is put on the wire; the last two break off before its end.
#[derive(Clone, Copy, Debug)]
enum Framing {
    Length,
    Chunk,
    Close,
    CutLength,
    CutChunk,
}

const FRAMINGS: [Framing; 5] = [
    Framing::Length,
    Framing::Chunk,
    Framing::Close,
    Framing::CutLength,
    Framing::CutChunk,
];

/// Makes answers with which something is wrong.
struct Mutations {
    random: Random,
    errors: Vec<Value>,
}

type Mutation = fn(&mut Mutations, &mut Mutated);

/// What goes wrong. Each is made in turn, and sometimes a second one on top.
const MUTATIONS: [(&str, Mutation); 16] = [
    ("as it should be", |_, _| {}),
    ("cut", Mutations::cut),
    ("empty", |_, answer| answer.body.clear()),
    ("with another status", |mutations, answer| {
        answer.status = mutations.any_status()
    }),
    ("a page", Mutations::page),
    ("a redirect", Mutations::redirect),
    ("mistyped", Mutations::mistyped),
    ("with long texts", Mutations::long_texts),
    ("twice the same member", Mutations::twice),
    ("deeply nested", Mutations::deep),
    ("huge", Mutations::huge),
    ("of a wrong media type", Mutations::media_type),
    ("compressed", Mutations::compressed),
    ("with headers twice", Mutations::headers_twice),
    ("with headers that are no text", Mutations::headers_of_bytes),
    ("no UTF-8", Mutations::not_utf8),
];

impl Mutations {
    fn new(random: Random) -> Mutations {
        let spec = Spec::read(&SOURCE_YAML).expect("the specification is in order");
        let examples = spec.document().components.examples.values();
        let examples = examples.map(|example| example.value.clone());
        let errors: Vec<Value> = examples
            .filter(|example| example["object"] == "error")
            .collect();
        assert!(errors.len() > 10, "{}", errors.len());
        Mutations { random, errors }
    }

    fn answer(&mut self, number: usize) -> Mutated {
        let status = self
            .random
            .pick(&[400, 401, 403, 404, 406, 408, 413, 415, 429, 500, 503]);
        let mut answer = Mutated {
            what: String::new(),
            status,
            headers: vec![
                ("content-type", b"application/json; charset=utf-8".to_vec()),
                (
                    "x-request-id",
                    b"1c2b5e0e-6a0c-4f0b-9a5e-2f3f9a1f7f10".to_vec(),
                ),
            ],
            body: self
                .random
                .pick(&self.errors.clone())
                .to_string()
                .into_bytes(),
        };
        let mut mutate = |mutations: &mut Mutations, (name, mutation): (&str, Mutation)| {
            mutation(mutations, &mut answer);
            answer.what = format!("{} {name}", answer.what);
        };
        mutate(self, MUTATIONS[number % MUTATIONS.len()]);
        if self.random.chance(30) {
            let second = self.random.pick(&MUTATIONS);
            mutate(self, second);
        }
        answer
    }

    fn any_status(&mut self) -> u16 {
        self.random.0.u16(100..1000)
    }

    /// At the ends, before the last byte, in the midst of a character, or anywhere.
    fn cut(&mut self, answer: &mut Mutated) {
        let length = answer.body.len();
        answer.body.extend("ヤ".as_bytes());
        let anywhere = self.random.0.usize(0..=length);
        let at = self
            .random
            .pick(&[0, 1, 2, length.saturating_sub(1), length + 1, anywhere]);
        answer.body.truncate(at);
    }

    fn page(&mut self, answer: &mut Mutated) {
        const PAGES: [&str; 5] = [
            "<!DOCTYPE html>\n<title>502 Bad Gateway</title>\n<h1>502</h1>\r\n",
            "<html><body>\u{1b}[31mred\u{7}</body></html>",
            "upstream connect error or disconnect/reset before headers",
            "Forbidden",
            " \r\n\t ",
        ];
        answer.body = self.random.pick(&PAGES).into();
        self.media_type(answer);
    }

    fn redirect(&mut self, answer: &mut Mutated) {
        const PLACES: [&str; 5] = [
            "/sources",
            "https://example.com/login",
            "//example.com",
            "",
            "javascript:alert(1)",
        ];
        answer.status = self.random.pick(&[300, 301, 302, 303, 305, 307, 308, 399]);
        let place = self.random.pick(&PLACES);
        answer.headers.push(("location", place.into()));
    }

    fn mistyped(&mut self, answer: &mut Mutated) {
        let mut error = self.random.pick(&self.errors.clone());
        let members = error.as_object_mut().expect("an error is an object");
        for value in members.values_mut() {
            if self.random.chance(60) {
                *value = self.random.junk(3);
            }
        }
        if self.random.chance(20) {
            members.clear();
        }
        let body = if self.random.chance(20) {
            self.random.junk(3)
        } else {
            error
        };
        answer.body = body.to_string().into();
    }

    fn long_texts(&mut self, answer: &mut Mutated) {
        let length = self.random.pick(&[100, 499, 500, 501, 5_000, 30_000]);
        let text = self
            .random
            .pick(&["x", "ヤ", "\n", "\u{2028}\u{202e}", "\\"])
            .repeat(length);
        answer.body = json!({"code": text, "message": text, "object": "error"})
            .to_string()
            .into();
        let id = "y".repeat(length);
        answer.headers.push(("x-request-id", id.clone().into()));
        answer
            .headers
            .retain(|(name, value)| *name != "x-request-id" || *value == *id.as_bytes());
    }

    fn twice(&mut self, answer: &mut Mutated) {
        const BODIES: [&str; 4] = [
            r#"{"code":"not_found","code":"bad_request","message":"a","message":"b"}"#,
            r#"{"code":"not_found","message":"gone"}{"code":"bad_request"}"#,
            "\u{feff}{\"code\":\"not_found\",\"message\":\"gone\"}",
            r#"[{"code":"not_found","message":"gone"}]"#,
        ];
        answer.body = self.random.pick(&BODIES).into();
    }

    fn deep(&mut self, answer: &mut Mutated) {
        let levels = self.random.pick(&[127, 128, 129, 20_000]);
        let open = self.random.pick(&["[", r#"{"message":"#]).repeat(levels);
        answer.body = open.into();
    }

    fn huge(&mut self, answer: &mut Mutated) {
        let length = self
            .random
            .pick(&[64 * 1024, 64 * 1024 + 1, 1024 * 1024 + 1]);
        let filler = self.random.pick(&["x", " ", "\0"]).repeat(length);
        answer.body = self
            .random
            .pick(&[filler.clone(), json!({"message": filler}).to_string()])
            .into();
    }

    fn media_type(&mut self, answer: &mut Mutated) {
        const TYPES: [&str; 6] = [
            "text/html",
            "text/plain; charset=shift_jis",
            "image/png",
            "",
            ";",
            "application/json",
        ];
        let media_type = self.random.pick(&TYPES);
        answer.headers.retain(|(name, _)| *name != "content-type");
        answer.headers.push(("content-type", media_type.into()));
    }

    fn compressed(&mut self, answer: &mut Mutated) {
        let encoding = self
            .random
            .pick(&["gzip", "br", "deflate", "zstd", "identity", "x"]);
        answer.headers.push(("content-encoding", encoding.into()));
        answer.body = b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec();
        let length = self.random.0.usize(0..500);
        answer
            .body
            .extend((0..length).map(|_| self.random.0.u8(..)));
    }

    fn headers_twice(&mut self, answer: &mut Mutated) {
        const AGAIN: [(&str, &str); 6] = [
            ("x-request-id", "second"),
            ("content-type", "text/html"),
            ("retry-after", "5"),
            ("retry-after", "-1"),
            ("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT"),
            ("set-cookie", "a=b"),
        ];
        for _ in 0..4 {
            let (name, value) = self.random.pick(&AGAIN);
            answer.headers.push((name, value.into()));
        }
    }

    fn headers_of_bytes(&mut self, answer: &mut Mutated) {
        let value: Vec<u8> = (0..40).map(|_| self.random.0.u8(0x80..)).collect();
        for name in [
            "x-request-id",
            "content-type",
            "retry-after",
            "location",
            "date",
        ] {
            answer.headers.retain(|(known, _)| *known != name);
            answer.headers.push((name, value.clone()));
        }
    }

    fn not_utf8(&mut self, answer: &mut Mutated) {
        for _ in 0..self.random.0.u32(1..10) {
            let at = self.random.0.usize(0..=answer.body.len());
            answer.body.insert(at, self.random.0.u8(0x80..));
        }
    }
}
