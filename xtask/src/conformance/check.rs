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

#[cfg(test)]
mod tests {
    use super::*;

    fn committed() -> Vec<(String, String)> {
        super::super::files().expect("the folder can be read")
    }

    /// The problems of the committed files after one text was put in the place of another in one.
    fn spoiled(file: &str, from: &str, to: &str) -> Vec<String> {
        let mut files = committed();
        let (_, text) = files
            .iter_mut()
            .find(|(name, _)| name == file)
            .expect("a file of the folder");
        assert!(text.contains(from), "{file} has no {from}");
        *text = text.replacen(from, to, 1);
        problems(&files).expect("the schema can be read")
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
    fn the_committed_cases_have_no_problem() {
        assert_eq!(
            problems(&committed()).expect("a schema"),
            Vec::<String>::new()
        );
        let (_, cases) = count(&committed());
        assert!(cases >= 200, "{cases} cases");
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
        check_told("ids.json", "\"1.0.0\"", "\"1.0.1\"", "the version must be");
    }

    #[test]
    fn what_is_ours_and_does_not_say_so_is_told() {
        let from = "\"evidence\": [\"ours\"]";
        let to = "\"evidence\": [\"inferred\"]";
        check_told("bodies.json", from, to, "needs an emulator");
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
}
