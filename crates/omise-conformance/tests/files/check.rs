//! What holds for every case, beside being true.

use std::collections::BTreeMap;

use omise_conformance::{Case, CaseFile, table};
use omise_contract::Spec;
use serde_json::Value;

const SCHEMA: &str = "case.schema.json";

/// How much there is of what.
pub(super) struct Count {
    pub(super) files: usize,
    pub(super) cases: usize,
    /// What is claimed that is assumed.
    pub(super) assumed_claims: usize,
    /// The cases of which everything is assumed.
    pub(super) assumed_cases: usize,
}

pub(super) fn count(files: &[(String, String)]) -> Count {
    let files: Vec<CaseFile> = read(files).filter_map(|(_, file)| file.ok()).collect();
    let cases = || files.iter().flat_map(|file| &file.cases);
    Count {
        files: files.len(),
        cases: cases().count(),
        assumed_claims: cases().map(Case::assumed_claims).sum(),
        assumed_cases: cases().filter(|case| !case.is_known()).count(),
    }
}

/// Every problem of the files, each with its file and case.
pub(super) fn problems(files: &[(String, String)], spec: &Spec) -> Result<Vec<String>, String> {
    let schema = files.iter().find(|(name, _)| name == SCHEMA);
    let (_, schema) = schema.ok_or_else(|| format!("{SCHEMA} is missing"))?;
    let schema: Value =
        serde_json::from_str(schema).map_err(|error| format!("{SCHEMA}: {error}"))?;
    let validator = jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&schema)
        .map_err(|error| format!("{SCHEMA}: {error}"))?;

    let mut problems = Vec::new();
    let mut ids = BTreeMap::new();
    let mut requests = BTreeMap::new();
    for (name, text) in files.iter().filter(|(name, _)| name != SCHEMA) {
        let value: Value = match serde_json::from_str(text) {
            Ok(value) => value,
            Err(error) => {
                problems.push(format!("{name}: {error}"));
                continue;
            }
        };
        for error in validator.iter_errors(&value) {
            problems.push(format!("{name}: {}: {error}", error.instance_path()));
        }
        let file: CaseFile = match serde_json::from_value(value) {
            Ok(file) => file,
            Err(error) => {
                problems.push(format!("{name}: {error}"));
                continue;
            }
        };
        if file.version != table::VERSION {
            problems.push(format!("{name}: the version must be {}", table::VERSION));
        }
        for case in &file.cases {
            let place = format!("{name}: {}", case.id);
            if let Some(other) = ids.insert(case.id.clone(), name) {
                problems.push(format!("{place}: is the id of a case of {other} too"));
            }
            if let Some(other) = requests.insert(said(case), case.id.clone()) {
                problems.push(format!("{place}: says what {other} says"));
            }
            let of_case = of_case(case, spec).into_iter();
            problems.extend(of_case.map(|problem| format!("{place}: {problem}")));
        }
    }
    Ok(problems)
}

fn read(
    files: &[(String, String)],
) -> impl Iterator<Item = (&str, Result<CaseFile, serde_json::Error>)> {
    let files = files.iter().filter(|(name, _)| name != SCHEMA);
    files.map(|(name, text)| (name.as_str(), serde_json::from_str(text)))
}

/// What a case does and expects, without its name.
fn said(case: &Case) -> String {
    let said = serde_json::json!([case.given, case.step]);
    said.to_string()
}

fn of_case(case: &Case, spec: &Spec) -> Vec<String> {
    let mut problems = Vec::new();
    if case.is_known() == case.needs.iter().any(|need| need == "emulator") {
        problems.push(
            "what is neither recorded nor documented needs an emulator, and nothing else does"
                .to_owned(),
        );
    }
    problems.extend(assumed_texts(case, spec));
    if case.title.ends_with('.') {
        problems.push("the title must not end with a full stop".to_owned());
    }
    if case.step.answer.body.is_none() && case.step.answer.headers.is_empty() {
        problems.push("nothing but the status is compared".to_owned());
    }
    problems.extend(unknown_names(case));
    problems
}

/// Words that a case compares although it is not known that they are the service's.
fn assumed_texts(case: &Case, spec: &Spec) -> Vec<String> {
    let mut problems = Vec::new();
    for step in case.steps() {
        let body = step.answer.body.as_ref();
        let message = body.and_then(|body| body.get("message"));
        let is_known = match message {
            None => true,
            Some(Value::String(text)) => spec.knows_message(text),
            // Any text at all.
            Some(message) => message["$match"] == "." || message.get("$assumed").is_some(),
        };
        if case.is_known() && !is_known {
            problems.push(format!(
                "the message {} is not known; write it as {{\"$assumed\": ...}}, or in \
                 x-omise-messages how it is known",
                message.unwrap_or(&Value::Null)
            ));
        }
        let text = message.map(|message| message.get("$assumed").unwrap_or(message));
        if let Some((text, code)) = text
            .and_then(Value::as_str)
            .zip(body.and_then(|body| body["code"].as_str()))
            && !spec.has_message(text, code)
        {
            problems.push(format!(
                "x-omise-messages has no template for `{text}` with {code}"
            ));
        }
        let values = step.answer.headers.values().chain(body);
        if values.clone().any(lists_assumed) {
            problems.push("an element of a list cannot be assumed".to_owned());
        }
        if !case.is_known() && case.assumed_in_answers() > 0 {
            problems.push("all of it is assumed; write the values without `$assumed`".to_owned());
        }
    }
    problems
}

fn lists_assumed(matcher: &Value) -> bool {
    match matcher {
        Value::Array(elements) => elements
            .iter()
            .any(|element| element.get("$assumed").is_some() || lists_assumed(element)),
        Value::Object(members) => members.values().any(lists_assumed),
        _ => false,
    }
}

/// The names in braces that nothing has captured before.
fn unknown_names(case: &Case) -> Vec<String> {
    let mut known = vec!["public_key".to_owned(), "secret_key".to_owned()];
    let mut problems = Vec::new();
    for step in case.steps() {
        let mut texts = vec![step.request.path.clone()];
        texts.extend(step.request.headers.values().cloned());
        let mut look = |texts: &[String], known: &[String]| {
            for name in texts.iter().flat_map(|text| names(text)) {
                if !known.contains(&name) {
                    problems.push(format!("nothing was captured as `{name}`"));
                }
            }
        };
        look(&texts, &known);
        known.extend(step.capture.keys().cloned());
        let mut expected = Vec::new();
        if let Some(body) = &step.answer.body {
            texts_of(body, &mut expected);
        }
        step.answer
            .headers
            .values()
            .for_each(|header| texts_of(header, &mut expected));
        look(&expected, &known);
    }
    problems
}

/// The words in braces; a number of repetitions in a pattern is none.
fn names(text: &str) -> Vec<String> {
    let parts = text.split('{').skip(1);
    let words = parts.filter_map(|part| part.split_once('}').map(|(word, _)| word));
    let is_name = |word: &&str| {
        word.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    words.filter(is_name).map(str::to_owned).collect()
}

/// The texts that are filled in: not patterns and keys.
fn texts_of(matcher: &Value, texts: &mut Vec<String>) {
    match matcher {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(elements) => elements.iter().for_each(|element| texts_of(element, texts)),
        Value::Object(members) => {
            if let Some(Value::String(name)) = members.get("$captured") {
                texts.push(format!("{{{name}}}"));
            }
            for (name, member) in members {
                if !name.starts_with('$') {
                    texts_of(member, texts);
                }
            }
        }
        _ => {}
    }
}

/// The problems of the committed files after one text was put in the place of another in one.
fn spoiled(file: &str, from: &str, to: &str) -> Vec<String> {
    let mut files = super::files();
    let (_, text) = files
        .iter_mut()
        .find(|(name, _)| name == file)
        .expect("a file of the folder");
    assert!(text.contains(from), "{file} has no {from}");
    *text = text.replacen(from, to, 1);
    let spec = super::spec();
    problems(&files, &spec).expect("the schema can be read")
}

#[track_caller]
fn check_told(file: &str, from: &str, to: &str, told: &str) {
    let problems = spoiled(file, from, to);
    assert!(
        problems.iter().any(|problem| problem.contains(told)),
        "{problems:#?}"
    );
}

#[test]
fn a_member_that_no_runner_knows_is_told() {
    check_told(
        "keys.json",
        "\"key\": \"public\"",
        "\"kee\": \"public\"",
        "kee",
    );
    check_told("ids.json", "\"$captured\"", "\"$capture\"", "/cases/");
    check_told(
        "keys.json",
        "\"title\": \"A key",
        "\"titel\": \"A key",
        "titel",
    );
}

#[test]
fn an_expression_that_is_none_is_told() {
    check_told(
        "sources.json",
        "{\"$match\": \"^src",
        "{\"$match\": \"(^src",
        "/cases/",
    );
}

#[test]
fn an_id_or_a_case_that_is_there_twice_is_told() {
    let (from, to) = ("\"id\": \"key-missing\"", "\"id\": \"error-400\"");
    check_told("keys.json", from, to, "is the id of a case of");
    let (from, to) = (
        "\"/sources/src_test_\", \"key\"",
        "\"/sources/%FF\", \"key\"",
    );
    check_told("ids.json", from, to, "says what");
}

#[test]
fn another_version_is_told() {
    check_told("ids.json", "\"2.0.0\"", "\"2.0.1\"", "the version must be");
}

#[test]
fn what_is_not_known_and_does_not_say_so_is_told() {
    let from = "\"evidence\": [\"ours\"]";
    let to = "\"evidence\": [\"documented\"]";
    check_told("bodies.json", from, to, "needs an emulator");
    let from = "\"evidence\": [\"documented\"]";
    let to = "\"evidence\": [\"inferred\"]";
    check_told("keys.json", from, to, "needs an emulator");
}

#[test]
fn words_that_nobody_recorded_are_told() {
    for (file, from, to) in [
        (
            "refusals.json",
            "{\"$assumed\": \"amount must be at least 2000\"}",
            "\"amount must be at least 2000\"",
        ),
        (
            "table-limits.json",
            "{\"$assumed\": \"amount must be less than 15000001\"}",
            "\"amount must be less than 15000001\"",
        ),
    ] {
        check_told(file, from, to, "is not known");
    }
}

#[test]
fn a_value_that_is_assumed_in_a_case_that_is_assumed_whole_is_told() {
    let from = "\"message\": \"amount must be an integer\"";
    let to = "\"message\": {\"$assumed\": \"amount must be an integer\"}";
    check_told("refusals.json", from, to, "all of it is assumed");
}

#[test]
fn a_name_that_nothing_has_captured_is_told() {
    check_told(
        "ids.json",
        "/sources/{id}",
        "/sources/{di}",
        "captured as `di`",
    );
    check_told(
        "ids.json",
        "{\"$captured\": \"source\"}",
        "{\"$captured\": \"sauce\"}",
        "`sauce`",
    );
}

#[test]
fn a_case_that_compares_nothing_is_told() {
    let body = ", \"body\": {\"object\": \"source\"}";
    check_told("keys.json", body, "", "nothing but the status");
}
