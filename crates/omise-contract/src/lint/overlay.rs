//! The rules of `openapi/source.ja.yaml`: that it says in Japanese all that the document says to
//! people, no more and no less, and that it does so still when the document has changed.
//!
//! What a program can hold is held here: that nothing is missing or stale, and that the marks, the
//! numbers and the code of a text are those of the original. Whether it is good Japanese is for a
//! reader to say.

mod action;
mod english;
mod glossary;
mod lines;
mod meaning;
mod shape;
#[cfg(test)]
mod tests;

use crate::Problem;
use crate::overlay::{Overlay, OverlayError};
use crate::tree::Node;
use indexmap::IndexMap;

use self::action::Action;
use self::english::Words;
use super::problem;

/// The document and its translation, as the rules look at them.
struct Pair {
    source: Node,
    overlay: Node,
    // How many nodes the target of each action meets, as the overlay is applied.
    met: Result<Vec<usize>, OverlayError>,
    // What is to be translated, by its `JSONPath`, in the order of the document.
    english: IndexMap<String, Words>,
}

type Rule = fn(&Pair) -> Vec<Problem>;

const RULES: [(&str, Rule); 13] = [
    ("the head fits the document", shape::the_head_fits),
    ("targets meet one node", shape::targets_meet_one_node),
    ("actions translate and do no more", shape::actions_translate),
    ("everything is translated once", shape::everything_is_there),
    ("actions are in order", shape::actions_are_in_order),
    ("digests are current", shape::digests_are_current),
    ("translations are Japanese", meaning::is_japanese),
    ("sentences end as sentences", meaning::ends_as_it_should),
    ("marks are kept", meaning::marks_are_kept),
    ("numbers are kept", meaning::numbers_are_kept),
    ("what is ours is called so", meaning::ours_is_kept),
    ("the glossary agrees with itself", glossary::agrees),
    ("terms are those of the glossary", glossary::is_followed),
];

/// Checks the translation; gives a line that says what was checked.
///
/// # Errors
///
/// A line for every problem.
pub fn lint(source: &str, overlay: &str) -> Result<String, Vec<String>> {
    let mut problems = lines::check(overlay);
    match Pair::read(source, overlay) {
        Err(problem) => problems.push(problem),
        Ok(pair) => {
            problems.extend(RULES.iter().flat_map(|(_, rule)| rule(&pair)));
            if problems.is_empty() {
                return Ok(summary(&pair));
            }
        }
    }
    Err(problems.iter().map(told).collect())
}

fn summary(pair: &Pair) -> String {
    let translations: usize = pair.actions().map(|action| action.texts().count()).sum();
    format!(
        "lint: {translations} translations into Japanese in {} actions: no problem in {} rules",
        pair.actions().count(),
        RULES.len() + lines::RULES,
    )
}

impl Pair {
    fn read(source: &str, overlay: &str) -> Result<Pair, Problem> {
        let source = Node::read(source).map_err(|Problem { message, .. }| {
            let what = format!(
                "cannot be compared with {}: {message}",
                "openapi/source.yaml"
            );
            problem("", what)
        })?;
        let met = Overlay::read(overlay).and_then(|overlay| overlay.apply(&mut source.clone()));
        let overlay = Node::read(overlay)?;
        let english = english::words(&source);
        Ok(Pair {
            source,
            overlay,
            met,
            english,
        })
    }

    fn actions(&self) -> impl Iterator<Item = Action<'_>> {
        let actions = self.overlay.get("actions").map_or(&[][..], Node::elements);
        actions.iter().map(Action::new)
    }

    /// The translations that have an original, each with it and where it stands.
    fn translations(&self) -> impl Iterator<Item = (String, &str, &str)> {
        self.actions().flat_map(|action| {
            let words = self.english.get(action.target());
            action.texts().filter_map(move |(member, japanese)| {
                let english = words?.text(member)?;
                Some((action.path(member), english, japanese))
            })
        })
    }
}

/// How a problem of the translation is told: as one of the document, with the name of this file.
fn told(problem: &Problem) -> String {
    let Problem { path, message } = problem;
    let path = if path.is_empty() { "(document)" } else { path };
    format!("openapi/source.ja.yaml: {path}: {message}")
}
