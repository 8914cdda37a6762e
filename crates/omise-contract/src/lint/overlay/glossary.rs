//! One Japanese term for each English one, from the head of the translation.

use crate::Problem;
use crate::glossary::{GLOSSARY, Glossary};

use super::super::problem;
use super::Pair;

/// No entry forbids what another one prescribes.
pub(super) fn agrees(pair: &Pair) -> Vec<Problem> {
    let glossary = match Glossary::of(&pair.overlay) {
        Ok(glossary) => glossary,
        Err(problems) => return problems.0,
    };
    let mut problems = Vec::new();
    for term in glossary.terms() {
        for misuse in glossary.misuses(&term.right) {
            let message = format!(
                "must not prescribe `{}`: {}.{} forbids `{}`",
                term.right, GLOSSARY, misuse.term.english, misuse.wrong
            );
            problems.push(problem(format!("{GLOSSARY}.{}", term.english), message));
        }
    }
    problems
}

/// No translation has a word that the glossary forbids.
pub(super) fn is_followed(pair: &Pair) -> Vec<Problem> {
    // A glossary that cannot be read is a problem of the rule above.
    let Ok(glossary) = Glossary::of(&pair.overlay) else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    for (path, _, japanese) in pair.translations() {
        for misuse in glossary.misuses(japanese) {
            problems.push(problem(&path, misuse.to_string()));
        }
    }
    problems
}
