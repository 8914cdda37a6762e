//! The Japanese of each English term, which the translation prescribes in its head.

use std::fmt;

use crate::tree::Node;
use crate::{Problem, Problems};

/// The member of the overlay that holds the glossary.
pub const GLOSSARY: &str = "x-omise-glossary";

/// Which Japanese word stands for which English term.
#[derive(Clone, Debug)]
pub struct Glossary {
    terms: Vec<Term>,
}

/// A term of the glossary.
#[derive(Clone, Debug)]
pub struct Term {
    /// The English term.
    pub english: String,
    /// The Japanese for it.
    pub right: String,
    /// Other words for it, which are not to be used.
    pub wrong: Vec<String>,
}

/// A word in a text that the glossary forbids.
#[derive(Clone, Copy, Debug)]
pub struct Misuse<'a> {
    /// What to use instead.
    pub term: &'a Term,
    /// The word that must go.
    pub wrong: &'a str,
}

impl Glossary {
    /// Reads the glossary in the head of a translation.
    ///
    /// # Errors
    ///
    /// If the translation has none, or an entry is not of the form
    /// `payer: { use: 顧客, not: [支払者] }`.
    pub fn of(translation: &Node) -> Result<Glossary, Problems> {
        let entries = translation.get(GLOSSARY).map(Node::members);
        let terms = entries
            .into_iter()
            .flatten()
            .map(|(english, entry)| term(english, entry).ok_or_else(|| malformed(english)));
        let terms: Vec<Term> = terms.collect::<Result<_, _>>()?;
        if terms.is_empty() {
            return Err(Problems::one(GLOSSARY, "must have a term"));
        }
        Ok(Glossary { terms })
    }

    /// Its terms, in order.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Every forbidden word that a Japanese text has.
    pub fn misuses<'a>(&'a self, japanese: &'a str) -> impl Iterator<Item = Misuse<'a>> {
        self.terms.iter().flat_map(move |term| {
            let wrong = term.wrong.iter();
            let found = wrong.filter(|wrong| japanese.contains(wrong.as_str()));
            found.map(move |wrong| Misuse { term, wrong })
        })
    }
}

impl fmt::Display for Misuse<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Term { english, right, .. } = self.term;
        let wrong = self.wrong;
        write!(f, "has `{wrong}`: write `{right}` for \"{english}\"")
    }
}

fn term(english: &str, entry: &Node) -> Option<Term> {
    let wrong = entry.get("not")?.elements().iter();
    let wrong: Option<Vec<String>> = wrong.map(|word| word.text().map(str::to_owned)).collect();
    let term = Term {
        english: english.to_owned(),
        right: entry.get("use")?.text()?.to_owned(),
        wrong: wrong?,
    };
    (entry.members().count() == 2 && !term.wrong.is_empty()).then_some(term)
}

fn malformed(english: &str) -> Problems {
    Problems(vec![Problem {
        path: format!("{GLOSSARY}.{english}"),
        message: "must be written as `payer: { use: 顧客, not: [支払者] }` is".to_owned(),
    }])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(entries: &str) -> Result<Glossary, Problems> {
        let head = format!("{GLOSSARY}: {{ {entries} }}");
        Glossary::of(&Node::read(&head).expect("it is YAML"))
    }

    #[test]
    fn a_forbidden_word_is_named_with_what_to_write() {
        let glossary = read("payer: { use: 顧客, not: [支払者, 支払人] }").expect("it is one");
        let said: Vec<String> = glossary
            .misuses("支払者の氏名")
            .map(|misuse| misuse.to_string())
            .collect();
        assert_eq!(said, ["has `支払者`: write `顧客` for \"payer\""]);
        assert_eq!(glossary.misuses("顧客の氏名").count(), 0);
    }

    #[test]
    fn an_entry_of_another_form_and_no_entry_are_refused() {
        for entry in [
            "payer: 顧客",
            "payer: { use: 顧客 }",
            "payer: { use: 顧客, not: [] }",
            "payer: { use: 顧客, not: [[支払者]] }",
            "payer: { use: 顧客, not: [支払者], also: [客] }",
        ] {
            let problems = read(entry).expect_err("it is malformed");
            assert_eq!(problems.0[0].path, "x-omise-glossary.payer", "{entry}");
        }
        assert_eq!(read("").expect_err("it is empty").0[0].path, GLOSSARY);
    }
}
