//! Proof that the lint can fail: the document with one thing spoilt, and what is told of it.
//!
//! The spoils stand in `spoils.yaml`, under the rule that each breaks. A rule without a spoil fails
//! a test, as does a spoil of which the rule says nothing.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;
use std::thread;

use crate::{Problem, Rule, SOURCE_YAML};
use indexmap::IndexMap;
use serde::Deserialize;

use super::{RULES, lint, text};

const README: &str = include_str!("../../../../openapi/README.md");
const SPOILS: &str = include_str!("spoils.yaml");

/// One thing that is changed for the worse.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Spoil {
    // What is wrong after it.
    what: String,
    // Where in the document: the names of members, joined by points. The whole, if it is left out.
    #[serde(default)]
    at: String,
    // The text to replace. It must be there exactly once.
    #[serde(default)]
    find: String,
    // What stands in its place; nothing, if it is left out.
    #[serde(default)]
    write: String,
    // The member above which this one is moved, if nothing is replaced.
    above: Option<String>,
    // How a problem begins that must be told: its path, and perhaps what is wrong.
    told: String,
    // Whether it is not the document that is changed but what explains it.
    #[serde(default)]
    readme: bool,
}

#[test]
fn the_document_has_no_problem() {
    let problems = lint(&SOURCE_YAML, README).err().unwrap_or_default();
    assert!(problems.is_empty(), "{}", told(&problems).join("\n"));
}

#[test]
fn every_rule_has_a_spoil_and_every_spoil_a_rule() {
    let rules: BTreeSet<&str> = every_rule().map(|rule| rule.name).collect();
    let spoils = spoils();
    let spoilt: BTreeSet<&str> = spoils.keys().map(String::as_str).collect();
    let missing: Vec<&&str> = rules.symmetric_difference(&spoilt).collect();
    assert!(missing.is_empty(), "in one of the two only: {missing:?}");
    assert!(spoils.values().all(|spoils| !spoils.is_empty()));
}

#[test]
fn no_two_rules_have_one_name_and_each_says_what_to_do() {
    let names: HashSet<&str> = every_rule().map(|rule| rule.name).collect();
    assert_eq!(names.len(), every_rule().count());
    for rule in every_rule() {
        let begins_small = rule
            .mend
            .starts_with(|first: char| first.is_ascii_lowercase());
        assert!(begins_small && !rule.mend.ends_with('.'), "{rule:?}");
    }
}

#[test]
fn every_spoil_is_told_by_its_rule_with_its_path_and_what_mends_it() {
    let spoils = spoils();
    let spoils: Vec<(&Rule, &Spoil)> = every_rule()
        .flat_map(|rule| {
            let spoils = spoils.get(rule.name).into_iter().flatten();
            spoils.map(move |spoil| (rule, spoil))
        })
        .collect();
    let check = |spoils: &[(&Rule, &Spoil)]| -> Vec<String> {
        let failures = spoils
            .iter()
            .filter_map(|(rule, spoil)| spoil.failure(rule));
        failures.collect()
    };
    // They share nothing, and there are many.
    let (left, right) = spoils.split_at(spoils.len() / 2);
    let failures = thread::scope(|scope| {
        let left = scope.spawn(|| check(left));
        let right = check(right);
        [left.join().expect("no check panics"), right].concat()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_request_without_its_source_and_a_source_without_its_request_are_told() {
    let changed = SOURCE_YAML.replace("PaynowSource", "PaymaybeSource");
    let changed = changed.replace("              Paynow:\n", "              Paymaybe:\n");
    let problems = lint(&changed, README).expect_err("the pair is broken");
    let told = told(&problems);
    for expected in [
        "components.examples.PaynowRequest: has no `PaynowSource`",
        "components.examples.PaymaybeSource: has no `PaymaybeRequest`",
    ] {
        assert!(
            told.iter().any(|told| told.starts_with(expected)),
            "{expected} is not among:\n{}",
            told.join("\n")
        );
    }
}

#[test]
fn a_key_that_no_operation_takes_is_told() {
    let changed = SOURCE_YAML.replace("        - publicKey: []\n", "");
    let problems = lint(&changed, README).expect_err("nobody takes the key");
    let expected = "components.securitySchemes.publicKey: is not used; ";
    assert!(
        told(&problems)
            .iter()
            .any(|told| told.starts_with(expected)),
        "{problems:?}"
    );
}

#[test]
fn a_spoil_that_finds_its_text_not_exactly_once_fails() {
    let spoil = |at: &str, find: &str| Spoil {
        what: "a test".to_owned(),
        at: at.to_owned(),
        find: find.to_owned(),
        write: String::new(),
        above: None,
        told: String::new(),
        readme: false,
    };
    let flow = "components.schemas.Flow";
    assert!(spoil(flow, "      type: string\n").spoilt().is_ok());
    for (at, find) in [
        (flow, "redirect"),
        (flow, "teleport"),
        ("components.schemas.Flaw", "a"),
    ] {
        assert!(spoil(at, find).spoilt().is_err(), "{at}: {find}");
    }
}

impl Spoil {
    /// What is not as it should be, if anything is not.
    fn failure(&self, rule: &Rule) -> Option<String> {
        let what = &self.what;
        let (document, readme) = match self.spoilt() {
            Ok(spoilt) => spoilt,
            Err(reason) => return Some(format!("{what}: {reason}")),
        };
        let problems = lint(&document, &readme).err().unwrap_or_default();
        let told = told(&problems);
        let ending = format!("; {} [{}]", rule.mend, rule.name);
        if told
            .iter()
            .any(|told| told.starts_with(&self.told) && told.ends_with(&ending))
        {
            return None;
        }
        Some(format!(
            "{what}: `{} ... {ending}` is not among what is told:\n  {}",
            self.told,
            told.join("\n  ")
        ))
    }

    /// The document and what explains it, one of them spoilt.
    fn spoilt(&self) -> Result<(String, String), String> {
        if self.readme {
            return Ok((SOURCE_YAML.to_owned(), self.replaced(README)?));
        }
        let document = match &self.above {
            None => self.replaced(&SOURCE_YAML)?,
            Some(above) => {
                let (moved, above) = (block(&SOURCE_YAML, &self.at)?, block(&SOURCE_YAML, above)?);
                let rest = &SOURCE_YAML[above.start..moved.start];
                let (before, after) = (&SOURCE_YAML[..above.start], &SOURCE_YAML[moved.end..]);
                format!("{before}{}{rest}{after}", &SOURCE_YAML[moved])
            }
        };
        Ok((document, README.to_owned()))
    }

    fn replaced(&self, whole: &str) -> Result<String, String> {
        let range = block(whole, &self.at)?;
        let place = &whole[range.clone()];
        let times = place.matches(&self.find).count();
        if times != 1 {
            return Err(format!("`{}` is {times} times in `{}`", self.find, self.at));
        }
        let changed = place.replacen(&self.find, &self.write, 1);
        Ok(format!(
            "{}{changed}{}",
            &whole[..range.start],
            &whole[range.end..]
        ))
    }
}

/// Where the member of that path stands, from its name to the last line below it.
fn block(text: &str, path: &str) -> Result<Range<usize>, String> {
    let mut range = 0..text.len();
    for name in path.split('.').filter(|name| !name.is_empty()) {
        range = member(text, &range, name).ok_or_else(|| format!("there is no `{path}`"))?;
    }
    Ok(range)
}

fn member(text: &str, range: &Range<usize>, name: &str) -> Option<Range<usize>> {
    let depth = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let is_named = |line: &str| {
        let key = line.trim_start().trim_start_matches('"');
        let rest = key.strip_prefix(name).unwrap_or_default();
        rest.starts_with(':') || rest.starts_with("\":")
    };
    let mut offset = range.start;
    let mut members = None;
    let mut start = None;
    for (index, line) in text[range.clone()].split_inclusive('\n').enumerate() {
        let is_content = !line.trim().is_empty() && !line.trim_start().starts_with('#');
        // The first line of a block is its own name; the whole document has none.
        let is_inside = index > 0 || range.start == 0;
        if is_content && is_inside {
            let depth_of_members = *members.get_or_insert(depth(line));
            match start {
                Some(start) if depth(line) <= depth_of_members => return Some(start..offset),
                None if depth(line) == depth_of_members && is_named(line) => start = Some(offset),
                _ => {}
            }
        }
        offset += line.len();
    }
    start.map(|start| start..range.end)
}

fn spoils() -> IndexMap<String, Vec<Spoil>> {
    serde_saphyr::from_str(SPOILS).expect("spoils.yaml is a map of lists of spoils")
}

fn every_rule() -> impl Iterator<Item = &'static Rule> {
    let own = RULES.iter().map(|(rule, _)| rule);
    let of_lines = text::RULES.iter().map(|(rule, _)| rule);
    crate::RULES.iter().chain(of_lines).chain(own)
}

fn told(problems: &[Problem]) -> Vec<String> {
    let told = problems
        .iter()
        .map(|problem| format!("{}: {}", problem.path, problem.message));
    told.collect()
}
