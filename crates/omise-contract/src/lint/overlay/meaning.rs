//! What a translation says, as far as a program can tell.

use std::collections::BTreeSet;

use crate::Problem;
use pulldown_cmark::{Event, Parser, Tag};

use super::super::problem;
use super::Pair;

/// What marks a default of this project, in the two languages.
const OURS: [&str; 2] = ["(Ours)", "（本プロジェクトの仮定）"];

/// It is in Japanese.
pub(super) fn is_japanese(pair: &Pair) -> Vec<Problem> {
    let wrong = pair
        .translations()
        .filter(|(_, _, japanese)| !japanese.chars().any(is_japanese_letter));
    wrong
        .map(|(path, _, _)| problem(path, "must be in Japanese"))
        .collect()
}

/// A description is made of sentences, a summary and a label are lines of a list.
pub(super) fn ends_as_it_should(pair: &Pair) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, _, japanese) in pair.translations() {
        let is_prose = path.ends_with(".description") || path.ends_with(".note");
        match (is_prose, japanese.ends_with('。')) {
            (true, false) => problems.push(problem(path, "must end with `。`")),
            (false, true) => problems.push(problem(path, "must not end with `。`")),
            _ => {}
        }
    }
    problems
}

/// The Markdown of the two is the same: code, what is bold, paragraphs.
pub(super) fn marks_are_kept(pair: &Pair) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, english, japanese) in pair.translations() {
        let (original, translated) = (Marks::of(english), Marks::of(japanese));
        for code in original.code.difference(&translated.code) {
            problems.push(problem(
                &path,
                format!("must have `{code}`, as the English has"),
            ));
        }
        for code in translated.code.difference(&original.code) {
            problems.push(problem(
                &path,
                format!("has `{code}`, which the English has not"),
            ));
        }
        for (name, there, here) in [
            ("bold words", original.bold, translated.bold),
            ("paragraphs", original.paragraphs, translated.paragraphs),
        ] {
            if there != here {
                let message = format!("must have {there} {name}, as the English has, not {here}");
                problems.push(problem(&path, message));
            }
        }
    }
    problems
}

/// A number of the English is one of the Japanese.
pub(super) fn numbers_are_kept(pair: &Pair) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, english, japanese) in pair.translations() {
        let translated = numbers(japanese);
        for number in numbers(english).difference(&translated) {
            problems.push(problem(&path, format!("must have the number {number}")));
        }
    }
    problems
}

/// What is a default of this project is marked so in both.
pub(super) fn ours_is_kept(pair: &Pair) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, english, japanese) in pair.translations() {
        let [there, here] =
            [english.matches(OURS[0]), japanese.matches(OURS[1])].map(Iterator::count);
        if there != here {
            let message = format!(
                "must say {} as often as the English says {}: {there}, not {here}",
                OURS[1], OURS[0]
            );
            problems.push(problem(path, message));
        }
    }
    problems
}

/// What a text marks.
struct Marks {
    code: BTreeSet<String>,
    bold: usize,
    paragraphs: usize,
}

impl Marks {
    fn of(markdown: &str) -> Marks {
        let mut marks = Marks {
            code: BTreeSet::new(),
            bold: 0,
            paragraphs: 0,
        };
        for event in Parser::new(markdown) {
            match event {
                Event::Code(code) => {
                    marks.code.insert(code.into_string());
                }
                Event::Start(Tag::Strong) => marks.bold += 1,
                Event::Start(Tag::Paragraph) => marks.paragraphs += 1,
                _ => {}
            }
        }
        marks
    }
}

fn numbers(text: &str) -> BTreeSet<&str> {
    text.split(|letter: char| !letter.is_ascii_digit() && letter != ',' && letter != '.')
        .map(|number| number.trim_matches([',', '.']))
        .filter(|number| !number.is_empty())
        .collect()
}

fn is_japanese_letter(letter: char) -> bool {
    matches!(letter, '\u{3041}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bold_words_that_japanese_punctuation_keeps_from_being_bold_are_not_counted() {
        assert_eq!(Marks::of("**注意。** これは").bold, 1);
        assert_eq!(Marks::of("**注意。**これは").bold, 0);
    }

    #[test]
    fn numbers_are_told_from_the_marks_around_them() {
        let text = "65,536 bytes, 100.00 baht in 2020-07, ISO 3166-1. And 7.";
        let expected = BTreeSet::from(["65,536", "100.00", "2020", "07", "3166", "1", "7"]);
        assert_eq!(numbers(text), expected);
    }
}
