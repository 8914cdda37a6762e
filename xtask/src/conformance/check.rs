//! What holds for every case, beside being true.

use std::collections::BTreeMap;

use anyhow::{Context, Result, anyhow};
use omise_conformance::{Case, CaseFile, table};
use serde_json::Value;

const SCHEMA: &str = "case.schema.json";

/// How many files and cases there are.
pub(super) fn count(files: &[(String, String)]) -> (usize, usize) {
    let files: Vec<CaseFile> = read(files).filter_map(|(_, file)| file.ok()).collect();
    (files.len(), files.iter().map(|file| file.cases.len()).sum())
}

/// Every problem of the files, each with its file and case.
pub(super) fn problems(files: &[(String, String)]) -> Result<Vec<String>> {
    let schema = files.iter().find(|(name, _)| name == SCHEMA);
    let (_, schema) = schema.with_context(|| format!("{SCHEMA} is missing"))?;
    let schema: Value = serde_json::from_str(schema).context(SCHEMA)?;
    let validator = jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&schema)
        .map_err(|error| anyhow!("{SCHEMA}: {error}"))?;

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
            problems.extend(of_case(case).map(|problem| format!("{place}: {problem}")));
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

fn of_case(case: &Case) -> impl Iterator<Item = String> {
    let mut problems = Vec::new();
    let is = |list: &[String], word: &str| list.iter().any(|one| one == word);
    if is(&case.evidence, "ours") != is(&case.needs, "emulator") {
        problems.push("what is ours needs an emulator, and nothing else does".to_owned());
    }
    if case.title.ends_with('.') {
        problems.push("the title must not end with a full stop".to_owned());
    }
    if case.step.answer.body.is_none() && case.step.answer.headers.is_empty() {
        problems.push("nothing but the status is compared".to_owned());
    }
    problems.extend(unknown_names(case));
    problems.into_iter()
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
