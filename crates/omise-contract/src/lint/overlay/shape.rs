//! What the overlay changes: every text, once, in order, and nothing else.

use crate::Problem;

use super::super::problem;
use super::Pair;
use super::action::{Action, DIGEST};

/// It says which document it is for, and which version of that.
pub(super) fn the_head_fits(pair: &Pair) -> Vec<Problem> {
    let version = pair.source.at(&["info", "version"]);
    let version = version
        .and_then(|version| version.text())
        .unwrap_or_default();
    let expected = [
        (["overlay"].as_slice(), "1.0.0"),
        (["extends"].as_slice(), "source.yaml"),
        (["info", "version"].as_slice(), version),
    ];
    let wrong = expected.iter().filter(|(path, expected)| {
        pair.overlay.at(path).and_then(|member| member.text()) != Some(expected)
    });
    wrong
        .map(|(path, expected)| problem(path.join("."), format!("must be `{expected}`")))
        .collect()
}

/// Whoever applies the overlay changes one place with each action.
pub(super) fn targets_meet_one_node(pair: &Pair) -> Vec<Problem> {
    let met = match &pair.met {
        Ok(met) => met,
        Err(error) => return vec![problem("", format!("cannot be applied: {error}"))],
    };
    let actions = pair.actions().zip(met);
    let wrong = actions.filter(|(_, met)| **met != 1);
    wrong
        .map(|(action, met)| {
            let message = format!("must meet one node of the document, not {met}");
            problem(action.target(), message)
        })
        .collect()
}

/// An action replaces texts by texts.
pub(super) fn actions_translate(pair: &Pair) -> Vec<Problem> {
    let mut problems = Vec::new();
    for action in pair.actions() {
        let known = ["target", DIGEST, "update"];
        for member in action.members().filter(|member| !known.contains(member)) {
            let message = format!("must go: an action has {} only", known.join(", "));
            problems.push(problem(action.path(member), message));
        }
        let Some(words) = pair.english.get(action.target()) else {
            problems.push(problem(
                action.target(),
                "must go, or be written as `$.components.schemas.Item` is: it is not the path of a \
                 node that has words for people",
            ));
            continue;
        };
        for (member, value) in action.update() {
            if words.text(member).is_none() || value.text().is_none() {
                let message = "must go: the document has no such text";
                problems.push(problem(action.path(member), message));
            }
        }
    }
    problems
}

/// No text is forgotten, and none is said twice.
pub(super) fn everything_is_there(pair: &Pair) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (target, words) in &pair.english {
        let actions: Vec<Action<'_>> = pair
            .actions()
            .filter(|action| action.target() == target)
            .collect();
        if actions.len() > 1 {
            problems.push(problem(
                target,
                "must be the target of one action, not more",
            ));
        }
        for member in words.required() {
            let is_translated = actions
                .iter()
                .any(|action| action.texts().any(|(name, _)| name == member));
            if !is_translated {
                let digest = words.digest(words.required());
                problems.push(problem(
                    format!("{target}.{member}"),
                    format!(
                        "is not translated: set it in the action of that target, with {DIGEST} \
                         \"{digest}\" when all that is missing there is set"
                    ),
                ));
            }
        }
    }
    problems
}

/// Whoever changes the document finds the translation where he looks for it.
pub(super) fn actions_are_in_order(pair: &Pair) -> Vec<Problem> {
    let targets = pair.actions().map(Action::target);
    let places: Vec<(usize, &str)> = targets
        .filter_map(|target| Some((pair.english.get_index_of(target)?, target)))
        .collect();
    let wrong = places.windows(2).filter(|pair| pair[0].0 > pair[1].0);
    wrong
        .map(|pair| {
            let message = format!("must stand before `{}`, as in the document", pair[0].1);
            problem(pair[1].1, message)
        })
        .collect()
}

/// A translation was made of the text that stands in the document now.
pub(super) fn digests_are_current(pair: &Pair) -> Vec<Problem> {
    let mut problems = Vec::new();
    for action in pair.actions() {
        let Some(words) = pair.english.get(action.target()) else {
            continue;
        };
        // A text that is still to be translated counts, so that it is told once, as missing.
        let required: Vec<&str> = words.required().collect();
        let translated: Vec<&str> = action.texts().map(|(member, _)| member).collect();
        let members = words
            .members()
            .filter(|member| required.contains(member) || translated.contains(member));
        let digest = words.digest(members);
        if action.digest() != digest {
            problems.push(problem(
                action.target(),
                format!(
                    "has not the digest of the English that stands there now: compare the two \
                     texts, then set {DIGEST} \"{digest}\""
                ),
            ));
        }
    }
    problems
}
