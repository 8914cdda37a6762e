//! Proof that every kind of change is seen and rightly named.

use std::sync::LazyLock;

use crate::document::Document;
use crate::{SOURCE_YAML, Spec};
use serde::Deserialize;

use super::change::{Change, Class};
use super::version::Bump;
use super::{changelog, compare};

mod totality;
mod untold;

/// Does the same with every one of many things; reading a document takes its time.
fn in_parallel<T: Sync, R: Send>(all: &[T], one: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let part = all.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let one = &one;
        let parts: Vec<_> = all
            .chunks(part)
            .map(|part| scope.spawn(move || part.iter().map(one).collect::<Vec<R>>()))
            .collect();
        let results = parts
            .into_iter()
            .map(|part| part.join().expect("no test panics"));
        results.flatten().collect()
    })
}

static DOCUMENT: LazyLock<Document> = LazyLock::new(|| document(&SOURCE_YAML));

/// Single edits of the document, each with what must be said of it.
const MUTATIONS: &str = include_str!("mutations.yaml");

#[test]
fn every_mutation_is_given_its_class_line_and_step() {
    let mutations: Vec<Mutation> = serde_saphyr::from_str(MUTATIONS).expect("the list is right");
    assert!(mutations.len() >= 150, "{} are not enough", mutations.len());
    let failures: Vec<String> = in_parallel(&mutations, Mutation::failure)
        .into_iter()
        .flatten()
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {} are wrong:\n{}",
        failures.len(),
        mutations.len(),
        failures.join("\n")
    );
}

#[test]
fn an_edit_whose_text_is_not_there_exactly_once_fails_loudly() {
    let edit = |place: &str, find: &str| {
        let edit = Edit {
            place: place.to_owned(),
            action: Action::Replace {
                find: find.to_owned(),
                replace: "x".to_owned(),
            },
        };
        edit.apply(&SOURCE_YAML)
    };
    for (place, find) in [
        ("info", "no such text"),
        ("components.schemas.Source", "type: string"),
        ("components.schemas.NoSuchSchema", "type"),
    ] {
        assert!(edit(place, find).is_err(), "{place}, {find}");
    }
    assert!(edit("info", "title: Source API").is_ok());
}

#[test]
fn a_document_is_like_itself() {
    let comparison = compare(&DOCUMENT, &DOCUMENT);
    assert_eq!(comparison.changes, []);
    assert!(comparison.findings.witnesses.is_empty());
}

/// An edit of the document and what must be said of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutation {
    name: String,
    edits: Vec<Edit>,
    /// Whether the edited document is the old one: what was added by the edit is then removed.
    #[serde(default)]
    reverse: bool,
    /// Why omise-codegen does not accept the edited document, where it does not.
    refused: Option<String>,
    #[serde(default)]
    changes: Vec<Expected>,
    /// The payment methods of which a request is refused now; of many, the first.
    witness: Option<String>,
    bump: ExpectedBump,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Expected {
    Requests(String),
    Responses(String),
    Safe(String),
    Documentation(String),
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ExpectedBump {
    None,
    Patch,
    Minor,
    Major,
}

/// An edit of the text.
#[derive(Deserialize)]
struct Edit {
    /// The path of the block that it is in.
    #[serde(rename = "in")]
    place: String,
    #[serde(flatten)]
    action: Action,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Action {
    /// Replaces a text that stands in the block exactly once.
    Replace { find: String, replace: String },
    /// Removes the block.
    Remove { remove: bool },
}

impl Mutation {
    /// What is not as expected, if anything is not.
    fn failure(&self) -> Option<String> {
        self.check()
            .err()
            .map(|error| format!("{}: {error}", self.name))
    }

    fn check(&self) -> Result<(), String> {
        let mut text = SOURCE_YAML.to_owned();
        for edit in &self.edits {
            text = edit.apply(&text)?;
        }
        if text == *SOURCE_YAML {
            return Err("edits nothing".to_owned());
        }
        let edited = match (Spec::read(&text), &self.refused) {
            (Err(problems), None) => return Err(format!("is refused: {problems}")),
            (Ok(_), Some(_)) => return Err("is not refused".to_owned()),
            (Ok(spec), None) => spec.document().clone(),
            (Err(_), Some(_)) => document(&text),
        };
        let comparison = if self.reverse {
            compare(&edited, &DOCUMENT)
        } else {
            compare(&DOCUMENT, &edited)
        };
        self.check_changes(&comparison.changes)?;
        let bump = Bump::of(&comparison.changes);
        if bump != self.bump.into() {
            return Err(format!("asks for {bump} step"));
        }
        let findings = &comparison.findings;
        let witness = findings.witnesses.first().map(|witness| &witness.method);
        if witness != self.witness.as_ref() || !findings.undecided.is_empty() {
            return Err(format!("has other witnesses: {findings:?}"));
        }
        Ok(())
    }

    fn check_changes(&self, changes: &[Change]) -> Result<(), String> {
        let pair = |change: &Change| (change.class, change.line.clone());
        let mut told: Vec<(Class, String)> = changes.iter().map(pair).collect();
        let mut expected: Vec<(Class, String)> = self.changes.iter().map(Expected::pair).collect();
        told.sort();
        expected.sort();
        if told != expected {
            return Err(format!(
                "is told as\n    {told:#?}\n  not as\n    {expected:#?}"
            ));
        }
        let lines = changelog::lines(changes);
        let has_mark = |line: &&String| line.starts_with("[breaking] ");
        let breaks = changes.iter().any(|change| change.class.is_breaking());
        if breaks != lines.iter().any(|line| has_mark(&line))
            || lines.is_empty() != changes.is_empty()
        {
            return Err(format!("has wrong marks in the changelog: {lines:#?}"));
        }
        Ok(())
    }
}

impl Expected {
    fn pair(&self) -> (Class, String) {
        let (class, line) = match self {
            Expected::Requests(line) => (Class::BreakingRequests, line),
            Expected::Responses(line) => (Class::BreakingResponses, line),
            Expected::Safe(line) => (Class::Safe, line),
            Expected::Documentation(line) => (Class::Documentation, line),
        };
        (class, line.clone())
    }
}

impl From<ExpectedBump> for Bump {
    fn from(bump: ExpectedBump) -> Bump {
        match bump {
            ExpectedBump::None => Bump::None,
            ExpectedBump::Patch => Bump::Patch,
            ExpectedBump::Minor => Bump::Minor,
            ExpectedBump::Major => Bump::Major,
        }
    }
}

impl Edit {
    fn apply(&self, text: &str) -> Result<String, String> {
        let block = block(text, &self.place)?;
        let (before, rest) = text.split_at(block.start);
        let (inside, after) = rest.split_at(block.end - block.start);
        match &self.action {
            Action::Remove { remove: false } => Err("removes nothing".to_owned()),
            Action::Remove { remove: true } => Ok(format!("{before}{after}")),
            Action::Replace { find, replace } => match inside.matches(find).count() {
                1 => Ok(format!(
                    "{before}{}{after}",
                    inside.replacen(find, replace, 1)
                )),
                count => Err(format!("`{find}` stands {count} times in {}", self.place)),
            },
        }
    }
}

/// Where the block at a path begins and ends, its first line included; all of the text for `.`.
fn block(text: &str, place: &str) -> Result<std::ops::Range<usize>, String> {
    let mut block = 0..text.len();
    if place == "." {
        return Ok(block);
    }
    for (depth, key) in place.split('.').enumerate() {
        let indent = " ".repeat(2 * depth);
        let heads = [format!("{indent}{key}:"), format!("{indent}\"{key}\":")];
        let inside = &text[block.clone()];
        let mut at = block.start;
        let mut start = None;
        let mut end = block.end;
        for line in inside.split_inclusive('\n') {
            let depth_of_line = line.len() - line.trim_start().len();
            let is_head = heads.iter().any(|head| line.starts_with(head.as_str()));
            if start.is_none() && is_head {
                start = Some(at);
            } else if start.is_some() && !line.trim().is_empty() && depth_of_line <= 2 * depth {
                end = at;
                break;
            }
            at += line.len();
        }
        let start = start.ok_or_else(|| format!("{place}: there is no `{key}`"))?;
        block = start..end;
    }
    Ok(block)
}

fn document(yaml: &str) -> Document {
    serde_saphyr::from_str(yaml).expect("it has the shape of a document")
}
