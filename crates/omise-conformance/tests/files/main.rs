//! The files of `openapi/conformance`: those of the table are what the table says, and what holds for
//! every case holds. That the cases are true is tested by running them.
//!
//! `INSTA_UPDATE=always cargo test -p omise-conformance --test files` writes those of the table.

mod check;

use std::fs;
use std::path::PathBuf;

use omise_conformance::table::{self, Known};
use omise_contract::{SOURCE_YAML, Spec};
use omise_types::{Currency, Limits};

const UPDATE: &str = "INSTA_UPDATE=always cargo test -p omise-conformance --test files";

/// Where the files are; a test that spoils a copy of them names the copy.
fn folder() -> PathBuf {
    std::env::var_os("CONFORMANCE_FOLDER")
        .map_or_else(|| omise_contract::path("conformance"), PathBuf::from)
}

fn spec() -> Spec {
    Spec::read(&SOURCE_YAML).expect("the build has read the same document")
}

/// The files of the folder with their names, and `case.schema.json` among them.
fn files() -> Vec<(String, String)> {
    let entries = fs::read_dir(folder()).expect("the folder can be listed");
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.expect("an entry");
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".json") {
            files.push((name, fs::read_to_string(entry.path()).expect("text")));
        }
    }
    files.sort();
    files
}

/// The files that follow from the table, each with its name.
fn generated() -> Vec<(String, String)> {
    let spec = spec();
    let is_documented = |currency: Currency, limits: Limits| {
        spec.currency(currency.as_str()).is_some_and(|row| {
            let are_general = (row.min, row.max) == (limits.min.get(), limits.max.get());
            are_general && row.evidence.iter().any(|word| word == "documented")
        })
    };
    let files = table::files(Known {
        message: &|text| spec.knows_message(text),
        general_limits: &is_documented,
    });
    let named = |(name, text)| (format!("{name}.json"), text);
    files.into_iter().map(named).collect()
}

#[test]
fn the_files_of_the_table_are_what_the_table_says() {
    let committed = files();
    for (name, text) in generated() {
        let path = folder().join(&name);
        if std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always") {
            fs::write(&path, &text).expect("it can be written");
            continue;
        }
        let is_there = committed
            .iter()
            .any(|known| *known == (name.clone(), text.clone()));
        assert!(
            is_there,
            "{name} is not what the table of payment methods says; run {UPDATE}"
        );
    }
}

#[test]
#[expect(
    clippy::print_stdout,
    reason = "how much is assumed is for whoever runs it"
)]
fn no_case_has_a_problem() {
    let problems = check::problems(&files(), &spec()).expect("the schema can be read");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    let count = check::count(&files());
    assert!(count.cases >= 800, "{} cases", count.cases);
    assert!(count.assumed_cases < count.assumed_claims);
    println!(
        "{} cases in {} files; {} claims are assumed, {} of them whole cases",
        count.cases, count.files, count.assumed_claims, count.assumed_cases
    );
}
