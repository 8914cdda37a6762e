//! 100,000 generated answers: none is refused, and none means something else once it was read and
//! written.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use http::Response;
use omise_client::{Client, CreateSourceRequest, SecretKey, Source};
use omise_contract::{SOURCE_YAML, Spec};
use omise_testing::TestService;
use omise_tests::generated_answer::{Answer, Answers};
use omise_tests::random::{Random, say};
use omise_tests::scripted::Scripted;
use omise_tests::smallest::{smallest, whole};
use omise_types::{Flow, PaymentMethod};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use tokio::runtime::Runtime;

/// So many are read by the type that the client reads with, each thread its part.
const ANSWERS: usize = 100_000;
const THREADS: usize = 4;

/// One of so many comes to a client too.
const ONE_TO_A_CLIENT: usize = 20;

#[test]
fn no_answer_is_refused_and_none_is_changed_in_meaning() {
    let mut random = Random::new("generated answers");
    let beginnings = beginnings();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            let answers = answers(random.fork(), &beginnings);
            scope.spawn(|| check_answers(answers));
        }
    });
    let to_a_client = ANSWERS / ONE_TO_A_CLIENT;
    say(&format!(
        "{ANSWERS} answers were read, {to_a_client} of them by a client"
    ));
}

fn check_answers(mut answers: Answers) {
    let service = Scripted::new(|_| Ok(Response::default()));
    let client = client(&service);
    let id = "src_test_5g5in1we65199wlsyji".parse().expect("an id");
    for number in 0..ANSWERS / THREADS {
        let answer = answers.make();
        if let Err(problem) = check(&answer, read) {
            panic!("answer {number} is {problem:?}:\n{}", answer.text);
        }
        if number % ONE_TO_A_CLIENT == 0 {
            let body = Bytes::from(answer.text.clone());
            service.tell(move |_| Ok(Response::new(body.clone())));
            let source = runtime().block_on(client.retrieve_source(&id).send());
            let source = source.unwrap_or_else(|error| panic!("{error:?}:\n{}", answer.text));
            check_response(&source, &answer);
        }
    }
    assert_eq!(answers.never_tried(), [""; 0]);
}

/// Whoever looks for a fault must be able to find one.
#[test]
fn a_reader_that_forgets_an_attribute_is_noticed() {
    let answers = some_answers("answers to a reader that forgets");
    let is_noticed = |reader: &dyn Fn(&str) -> Result<Value, serde_json::Error>| {
        answers
            .iter()
            .any(|answer| matches!(check(answer, reader), Err(Problem::Changed(_))))
    };
    assert!(!is_noticed(&read));
    let attributes: Vec<&String> = answers
        .iter()
        .flat_map(|answer| answer.meant.as_object())
        .flat_map(Map::keys)
        .collect();
    let attributes: BTreeSet<&String> = attributes.into_iter().collect();
    assert_eq!(attributes.len(), 35);
    for attribute in attributes {
        let forgetful = |text: &str| {
            let mut source = read(text)?;
            source
                .as_object_mut()
                .and_then(|source| source.remove(attribute));
            Ok(source)
        };
        assert!(is_noticed(&forgetful), "{attribute}");
    }
}

#[test]
fn a_reader_that_takes_no_later_value_is_noticed() {
    let reader_of_yesterday = |text: &str| {
        let source = read(text)?;
        let is_known = Flow::KNOWN
            .iter()
            .any(|flow| source["flow"] == flow.as_str());
        is_known
            .then_some(source)
            .ok_or_else(|| serde::de::Error::custom("what flow is this?"))
    };
    let answers = some_answers("answers to a reader of yesterday");
    let mut outcomes = answers
        .iter()
        .map(|answer| check(answer, reader_of_yesterday));
    assert!(outcomes.any(|outcome| matches!(outcome, Err(Problem::Refused(_)))));
}

/// The value is what was meant, and the rest of the answer is there too.
#[track_caller]
fn check_response(source: &omise_client::Response<Source>, answer: &Answer) {
    assert_eq!(json!(**source), answer.meant);
    assert_eq!(source.raw(), &answer.text);
    for (name, text) in &answer.unknown {
        let found: Option<Box<RawValue>> = source.attribute(name);
        let expected = (text != "null").then_some(text.as_str());
        assert_eq!(
            found.as_deref().map(RawValue::get),
            expected,
            "{name} of {}",
            answer.text
        );
    }
}

/// Why an answer does not pass.
#[derive(Debug)]
#[expect(dead_code, reason = "`Debug` shows what they hold")]
enum Problem {
    Refused(serde_json::Error),
    /// What was written and what was meant, where they differ.
    Changed(BTreeMap<String, [Value; 2]>),
}

fn check(
    answer: &Answer,
    read: impl Fn(&str) -> Result<Value, serde_json::Error>,
) -> Result<(), Problem> {
    let written = read(&answer.text).map_err(Problem::Refused)?;
    if written == answer.meant {
        return Ok(());
    }
    let meant = &answer.meant;
    let mut changed = BTreeMap::new();
    for name in [&written, meant]
        .into_iter()
        .filter_map(Value::as_object)
        .flat_map(Map::keys)
    {
        changed.insert(name.clone(), [written[name].clone(), meant[name].clone()]);
    }
    changed.retain(|_, [written, meant]| written != meant);
    Err(Problem::Changed(changed))
}

fn read(text: &str) -> Result<Value, serde_json::Error> {
    let source: Source = serde_json::from_slice(text.as_bytes())?;
    serde_json::to_value(source)
}

fn some_answers(what: &str) -> Vec<Answer> {
    let mut answers = answers(Random::new(what), &beginnings());
    (0..1_000).map(|_| answers.make()).collect()
}

fn answers(random: Random, beginnings: &[Value]) -> Answers {
    let spec = Spec::read(&SOURCE_YAML).expect("the specification is in order");
    Answers::new(random, &spec, beginnings)
}

/// Sources of every payment method: recorded ones, those of the specification, and what the server
/// makes of the smallest and of the largest request.
fn beginnings() -> Vec<Value> {
    let recorded = include_str!("fixtures/sources.json");
    let recorded: Vec<Value> = serde_json::from_str(recorded).expect("JSON");
    let recorded = recorded
        .into_iter()
        .map(|mut recorded| recorded["source"].take());
    let mut sources: Vec<Value> = recorded.collect();

    let spec = Spec::read(&SOURCE_YAML).expect("the specification is in order");
    let examples = spec.document().components.examples.values();
    let examples = examples.map(|example| example.value.clone());
    sources.extend(examples.filter(|example| example["object"] == "source"));
    assert!(sources.len() > 15 + 19, "{}", sources.len());

    let client = TestService::start().client();
    for method in PaymentMethod::all() {
        for request in [smallest(method), whole(method)] {
            let request: CreateSourceRequest =
                serde_json::from_value(Value::Object(request)).expect("a request");
            let source = runtime().block_on(client.create_source(request).send());
            let source = source.expect("it is created");
            sources.push(serde_json::from_slice(source.raw()).expect("JSON"));
        }
    }
    sources
}

fn runtime() -> Runtime {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time().build().expect("a runtime")
}

fn client(service: &Scripted) -> Client {
    let key = SecretKey::new("skey_test_5xuy4w91xqz7d1w9u0t").expect("a key");
    let client = Client::builder().secret_key(key).transport(service.clone());
    client.build().expect("a client")
}
