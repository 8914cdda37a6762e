//! The official clients for PHP, Go, Java, iOS and Android: what they send, byte for byte, and what
//! their decoders make of the answers.
//!
//! The requests stand in `clients/replays`, the needs of the decoders in `decoders`. Each client
//! keeps one connection, as it would.

mod decoders;

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use omise_tests::process::{PUBLIC_KEY, SECRET_KEY, ServeProcess};
use omise_tests::raw_http::{Answer, Connection};
use serde_json::{Value, json};

use decoders::{Decoder, Read, Reason, android, go, ios, java, php, reasons};

const SERVER: &str = env!("CARGO_BIN_EXE_omise-under-test");
const REPLAYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/clients/replays");

const UNKNOWN_KEY: (u16, &str, &str) = (401, "authentication_failure", "authentication failed");
const UNKNOWN_TYPE: (u16, &str, &str) = (400, "bad_request", "type is currently not supported");
const ABSENT: (u16, &str, &str) = (
    404,
    "not_found",
    "source src_test_0000000000000000000 was not found",
);

#[test]
fn the_php_client_is_served() {
    let mut client = Client::of("php", php);
    client.creates(
        "create",
        &json!({"amount": 100_000, "currency": "THB", "flow": "offline"}),
    );
    client.retrieves("retrieve");
    client.creates(
        "create_installment",
        &json!({"amount": 500_000, "installment_term": 6, "zero_interest_installments": true}),
    );
    client.creates(
        "create_econtext",
        &json!({"name": "ヤマダタロウ", "email": "taro@example.com", "phone_number": "09012345678"}),
    );
    let atome = client.creates("create_atome", &json!({"phone_number": "+66812345678"}));
    assert_eq!(atome["shipping"]["street1"], "1448/4 Praditmanutham Road");
    assert_eq!(atome["items"][0]["name"], "Running Shoes");
    assert_eq!(atome["items"][0]["quantity"], 2);
    assert_eq!(atome["items"][1]["amount"], 50_000);
    client.fails("unknown_key", UNKNOWN_KEY);
    let too_small = "amount must be at least 2000";
    client.fails("amount_too_small", (400, "bad_request", too_small));
    client.fails("unknown_type", UNKNOWN_TYPE);
    client.fails("absent", ABSENT);
    client.has_sent_everything();
}

#[test]
fn the_go_client_is_served() {
    let mut client = Client::of("go", go);
    // Its blank addresses are none.
    client.creates(
        "create",
        &json!({"amount": 100_000, "currency": "THB", "billing": null, "shipping": null}),
    );
    client.retrieves("retrieve");
    client.creates(
        "create_installment",
        &json!({"installment_term": 6, "zero_interest_installments": true}),
    );
    client.fails("unknown_key", UNKNOWN_KEY);
    let too_small = "amount must be at least 2000";
    client.fails("amount_unset", (400, "bad_request", too_small));
    client.fails("absent", ABSENT);
    client.has_sent_everything();
}

#[test]
fn the_java_client_is_served() {
    let mut client = Client::of("java", java);
    // What it does not set it sends as null, zero or false.
    client.creates(
        "create",
        &json!({
            "type": "alipay",
            "bank": null,
            "installment_term": null,
            "zero_interest_installments": null,
            "items": [],
        }),
    );
    client.retrieves("retrieve");
    client.creates(
        "create_installment",
        &json!({"installment_term": 6, "zero_interest_installments": true}),
    );
    client.creates(
        "create_fpx",
        &json!({"bank": "uob", "platform_type": "ANDROID"}),
    );
    client.fails("unknown_key", UNKNOWN_KEY);
    client.fails("unknown_type", UNKNOWN_TYPE);
    client.fails("nothing_set", (400, "bad_request", ""));
    client.fails("absent", ABSENT);
    client.has_sent_everything();
}

#[test]
fn the_ios_client_is_served() {
    let mut client = Client::of("ios", ios);
    client.creates(
        "create",
        &json!({"platform_type": "IOS", "flow": "offline"}),
    );
    client.creates(
        "create_econtext",
        &json!({"name": "ヤマダタロウ", "currency": "JPY"}),
    );
    client.creates("create_truemoney", &json!({"phone_number": "0812345678"}));
    client.creates("create_fpx", &json!({"bank": "uob"}));
    client.creates("create_installment", &json!({"installment_term": 6}));
    client.creates(
        "create_barcode",
        &json!({"barcode": "1234567890", "store_id": "store_1"}),
    );
    let atome = client.creates("create_atome", &json!({"name": "Taro"}));
    assert_eq!(atome["billing"]["city"], "Bangkok", "{atome}");
    client.fails("unknown_key", UNKNOWN_KEY);
    client.tells("unknown_type", &[Reason::TypeIsNotSupported]);
    client.tells("everything_wrong", &EVERY_REASON);
    client.tells("name_too_long", &[Reason::NameIsTooLong(10)]);
    client.tells("amount_too_great", &[Reason::AmountAbove(50_000)]);
    client.has_sent_everything();
}

#[test]
fn the_android_client_is_served() {
    let mut client = Client::of("android", android);
    client.creates(
        "create",
        &json!({"platform_type": "ANDROID", "installment_term": null}),
    );
    client.retrieves("retrieve");
    client.creates(
        "create_installment",
        &json!({"installment_term": 6, "zero_interest_installments": true}),
    );
    let atome = client.creates("create_atome", &json!({"platform_type": "ANDROID"}));
    // It sends these as texts.
    assert_eq!(atome["items"][0]["amount"], 100_000, "{atome}");
    assert_eq!(atome["items"][0]["quantity"], 2, "{atome}");
    client.fails("unknown_key", UNKNOWN_KEY);
    client.tells("unknown_type", &[Reason::TypeIsNotSupported]);
    client.tells("everything_wrong", &EVERY_REASON);
    client.has_sent_everything();
}

/// What a phone tells of a konbini payment in which all is wrong.
const EVERY_REASON: [Reason; 5] = [
    Reason::AmountBelow(150),
    Reason::CurrencyIsAnother,
    Reason::NameIsBlank,
    Reason::Email,
    Reason::Phone,
];

#[test]
fn a_decoder_refuses_what_would_break_its_client() {
    let source = source();
    let decoders: [(&str, Decoder); 5] = [
        ("php", php),
        ("go", go),
        ("java", java),
        ("ios", ios),
        ("android", android),
    ];
    for (name, decoder) in decoders {
        check_read(name, decoder, &source);
        // What comes later breaks none of them.
        let later = changed(&source, "/loyalty_points", json!({"earned": 1}));
        check_read(name, decoder, &later);
    }
    for spoil in SPOILS {
        let Spoil(name, decoder, status, place, value) = spoil;
        let spoilt = changed(&source, place, serde_json::from_str(value).expect("JSON"));
        let read = decoder(status, spoilt.to_string().as_bytes());
        assert!(
            !matches!(read, Ok(Read::Source)),
            "{name} takes {value} at {place} with {status}"
        );
    }
}

#[test]
fn a_decoder_refuses_an_error_that_says_nothing() {
    let error = json!({"object": "error", "location": "here", "code": "c", "message": "m"});
    for (name, decoder, needs) in [
        ("php", php as Decoder, &["code", "message"][..]),
        ("go", go, &["code", "message"]),
        ("java", java, &["object", "code", "message"]),
        ("ios", ios, &["location", "code", "message"]),
        ("android", android, &["code", "message"]),
    ] {
        let read = decoder(400, error.to_string().as_bytes());
        assert!(matches!(read, Ok(Read::Error { .. })), "{name}: {read:?}");
        assert!(decoder(400, b"<html>").is_err(), "{name}");
        for need in needs {
            let mut spoilt = error.clone();
            spoilt.as_object_mut().expect("an object").remove(*need);
            let read = decoder(400, spoilt.to_string().as_bytes());
            assert!(read.is_err(), "{name} does without {need}: {read:?}");
        }
    }
}

#[test]
fn the_words_of_a_message_are_told_apart() {
    assert_eq!(
        reasons("amount must be at least 20"),
        [Reason::AmountBelow(20)]
    );
    // A message in other words is no reason that a phone has a text for.
    for message in ["amount must be 20 or more", "name is too long (maximum 10)"] {
        assert_eq!(reasons(message), [Reason::Other(message.to_owned())]);
    }
    let joined = reasons("email is in invalid format, and phone_number is wrong");
    assert_eq!(joined, [Reason::Email, Reason::Phone]);
}

/// A client, its decoder, the status of the answer, and what stands where in its body.
struct Spoil(&'static str, Decoder, u16, &'static str, &'static str);

// `null` takes the member away from a client that does not tell the two apart.
const SPOILS: [Spoil; 25] = [
    Spoil("php", php, 200, "/object", "null"),
    Spoil("go", go, 201, "/object", "\"source\""),
    Spoil("go", go, 200, "/amount", "\"1500\""),
    Spoil("go", go, 200, "/livemode", "0"),
    Spoil("go", go, 200, "/created_at", "\"yesterday\""),
    Spoil("go", go, 200, "/items", "{}"),
    Spoil("java", java, 201, "/object", "\"source\""),
    Spoil("java", java, 200, "/object", "null"),
    Spoil("java", java, 200, "/flow", "\"teleport\""),
    Spoil("java", java, 200, "/charge_status", "\"lost\""),
    Spoil("java", java, 200, "/scannable_code", "{\"type\": \"qr\"}"),
    Spoil("java", java, 200, "/installment_term", "\"six\""),
    Spoil("ios", ios, 200, "/id", "null"),
    Spoil("ios", ios, 200, "/livemode", "null"),
    Spoil("ios", ios, 200, "/amount", "null"),
    Spoil("ios", ios, 200, "/currency", "null"),
    Spoil("ios", ios, 200, "/flow", "null"),
    Spoil("ios", ios, 200, "/type", "null"),
    Spoil("ios", ios, 200, "/name", "null"),
    Spoil("ios", ios, 200, "/email", "null"),
    Spoil("ios", ios, 200, "/phone_number", "null"),
    Spoil("android", android, 400, "/object", "\"source\""),
    Spoil("android", android, 200, "/amount", "\"1500\""),
    Spoil(
        "android",
        android,
        200,
        "/scannable_code",
        "{\"object\": \"barcode\", \"image\": {}}",
    ),
    Spoil(
        "android",
        android,
        200,
        "/references",
        "{\"expires_at\": 1}",
    ),
];

/// A source that the server gave to one of them.
fn source() -> Value {
    Client::of("ios", ios).creates("create_econtext", &json!({"type": "econtext"}))
}

fn changed(source: &Value, place: &str, value: Value) -> Value {
    let mut changed = source.clone();
    changed[place.trim_start_matches('/')] = value;
    changed
}

fn check_read(name: &str, decoder: Decoder, source: &Value) {
    let read = decoder(200, source.to_string().as_bytes());
    assert!(matches!(read, Ok(Read::Source)), "{name}: {read:?}");
}

/// A client with its connection to a server of its own.
struct Client {
    name: &'static str,
    decoder: Decoder,
    connection: Connection,
    sent: Vec<String>,
    created: Value,
    // Ends with the client.
    _server: ServeProcess,
}

impl Client {
    fn of(name: &'static str, decoder: Decoder) -> Client {
        let server = ServeProcess::in_memory(Path::new(SERVER)).expect("the server starts");
        let connection = Connection::open(server.address()).expect("it listens");
        Client {
            name,
            decoder,
            connection,
            sent: Vec::new(),
            created: Value::Null,
            _server: server,
        }
    }

    /// Sends a creation, and checks what comes back.
    fn creates(&mut self, request: &str, attributes: &Value) -> Value {
        let answer = self.answer(request);
        self.check_source(request, &answer);
        let source: Value = serde_json::from_slice(&answer.body).expect("JSON");
        for (attribute, value) in attributes.as_object().expect("an object") {
            assert_eq!(
                &source[attribute], value,
                "{}/{request}: {attribute}",
                self.name
            );
        }
        self.created = source.clone();
        source
    }

    /// Sends for what it created last, and checks that it gets the same.
    fn retrieves(&mut self, request: &str) {
        let answer = self.answer(request);
        self.check_source(request, &answer);
        let source: Value = serde_json::from_slice(&answer.body).expect("JSON");
        assert_eq!(source, self.created, "{}/{request}", self.name);
    }

    fn check_source(&self, request: &str, answer: &Answer) {
        let read = (self.decoder)(answer.status, &answer.body);
        let (name, body) = (self.name, String::from_utf8_lossy(&answer.body));
        assert_eq!(answer.status, 200, "{name}/{request}: {body}");
        assert!(
            matches!(read, Ok(Read::Source)),
            "{name}/{request}: {read:?}: {body}"
        );
        assert_eq!(
            answer.header("omise-version"),
            Some("2019-05-29"),
            "{name}/{request}"
        );
    }

    /// Sends what is refused, and checks what the caller is told.
    fn fails(&mut self, request: &str, (status, code, message): (u16, &str, &str)) {
        let (found, told) = self.error(request);
        assert_eq!(
            (found.status, told.0.as_str()),
            (status, code),
            "{}/{request}",
            self.name
        );
        assert!(
            told.1.contains(message),
            "{}/{request}: {}",
            self.name,
            told.1
        );
    }

    /// Sends a bad request, and checks which reasons a phone reads out of its message.
    fn tells(&mut self, request: &str, expected: &[Reason]) {
        let (answer, (code, message)) = self.error(request);
        assert_eq!(
            (answer.status, code.as_str()),
            (400, "bad_request"),
            "{request}"
        );
        assert_eq!(
            reasons(&message),
            expected,
            "{}/{request}: {message}",
            self.name
        );
    }

    fn error(&mut self, request: &str) -> (Answer, (String, String)) {
        let answer = self.answer(request);
        match (self.decoder)(answer.status, &answer.body) {
            Ok(Read::Error { code, message }) => (answer, (code, message)),
            read => panic!("{}/{request} is no error: {read:?}", self.name),
        }
    }

    fn answer(&mut self, request: &str) -> Answer {
        self.sent.push(request.to_owned());
        let answer = self.bytes(request).and_then(|bytes| {
            let answer = self.connection.exchange(&bytes)?;
            let kind = answer.header("content-type").unwrap_or_default();
            ensure!(kind.starts_with("application/json"), "it is {kind}");
            Ok(answer)
        });
        answer.unwrap_or_else(|error| panic!("{}/{request}: {error:#}", self.name))
    }

    /// The bytes of a request, from its file.
    fn bytes(&self, request: &str) -> anyhow::Result<Vec<u8>> {
        let file = Path::new(REPLAYS)
            .join(self.name)
            .join(format!("{request}.http"));
        let text = fs::read_to_string(&file).with_context(|| format!("{}", file.display()))?;
        let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
        let body = body.trim_end_matches('\n');
        let id = self.created["id"].as_str().unwrap_or_default();
        let head = head.trim_end_matches('\n').replace('\n', "\r\n");
        let head = head
            .replace("{id}", id)
            .replace("{length}", &body.len().to_string());
        let (before, rest) = head.split_once("{base64 ").context("no key in it")?;
        let (key, after) = rest.split_once('}').context("no end of the key")?;
        let key = key
            .replace("public", PUBLIC_KEY)
            .replace("secret", SECRET_KEY);
        let key = STANDARD.encode(key.replace("stranger", "pkey_test_nobody"));
        Ok(format!("{before}{key}{after}\r\n\r\n{body}").into_bytes())
    }

    /// No request of the client stands in a file for nothing.
    fn has_sent_everything(mut self) {
        let folder = Path::new(REPLAYS).join(self.name);
        let files = fs::read_dir(folder).expect("there is a folder");
        let names = files.map(|file| file.expect("a file").path());
        let names = names.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()));
        let mut names: Vec<String> = names.collect();
        names.sort();
        self.sent.sort();
        assert_eq!(self.sent, names);
    }
}
