//! What is written for people.

use crate::Problem;
use crate::document::MethodRow;

use super::{Document, problem};

/// Summaries are a line in a list: a capital, no full stop.
pub(super) fn summaries_are_in_sentence_case_without_a_full_stop(
    document: &Document<'_>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    document.root.visit("", &mut |path, node| {
        let Some(text) = node.text().filter(|_| path.ends_with(".summary")) else {
            return;
        };
        if text.ends_with('.') {
            problems.push(problem(path, "ends with a full stop"));
        }
        if !is_sentence_case(text) {
            problems.push(problem(path, "is not in sentence case"));
        }
    });
    problems
}

/// Descriptions are sentences; they become doc comments and pages of documentation.
pub(super) fn descriptions_end_with_a_full_stop(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    document.root.visit("", &mut |path, node| {
        let Some(text) = node.text() else {
            return;
        };
        // A `note` of a table row is rendered with the row's description.
        let is_prose = path.ends_with(".description")
            || (path.contains(".x-omise-") && path.ends_with(".note"));
        if is_prose && !text.trim_end().ends_with('.') {
            problems.push(problem(path, "does not end with a full stop"));
        }
        if is_prose && text.trim_start().starts_with(char::is_lowercase) {
            problems.push(problem(path, "does not begin with a capital"));
        }
    });
    problems
}

/// The API itself speaks so; a reader tells a word of the wire from one of English.
pub(super) fn words_of_the_wire_are_in_backticks(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    document.each_text(|path, text| {
        let prose = outside_of_code(text);
        let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let mut words = prose.split(|letter| !is_word(letter));
        let of_the_wire = |word: &&str| word.trim_matches('_').contains('_');
        if let Some(word) = words.find(of_the_wire) {
            problems.push(problem(path, format!("`{word}` is not in backticks")));
        }
    });
    problems
}

/// rustdoc, Redoc and others render a description; each knows `CommonMark`, none the same HTML.
pub(super) fn descriptions_are_plain_commonmark(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    document.each_text(|path, text| {
        if text.matches('`').count() % 2 == 1 {
            problems.push(problem(path, "has a backtick that is not closed"));
        }
        let prose = outside_of_code(text);
        let mut behind_brackets = prose.split('<').skip(1);
        let is_tag =
            |tag: &str| tag.starts_with(|first: char| first.is_alphabetic() || first == '/');
        if behind_brackets.any(is_tag) {
            problems.push(problem(path, "has HTML in it"));
        }
    });
    problems
}

/// One language in the document; others are overlays beside it.
pub(super) fn descriptions_are_english(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    document.each_text(|path, text| {
        let prose = outside_of_code(text);
        // Latin letters with accents are in names of people and banks.
        let is_foreign = |letter: &char| letter.is_alphabetic() && *letter > '\u{24f}';
        if let Some(letter) = prose.chars().find(is_foreign) {
            problems.push(problem(
                path,
                format!("has `{letter}` in it, which is not English"),
            ));
        }
    });
    problems
}

/// The document is read by teams of ten languages.
pub(super) fn descriptions_speak_of_no_implementation(document: &Document<'_>) -> Vec<Problem> {
    const OURS: [&str; 4] = ["Rust", "rustdoc", "progenitor", "crate"];
    let mut problems = Vec::new();
    document.each_text(|path, text| {
        let mut words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
        if let Some(word) = words.find(|word| OURS.contains(word)) {
            problems.push(problem(path, format!("speaks of `{word}`")));
        }
    });
    problems
}

/// The first sentence is all that a list or a tooltip shows.
pub(super) fn first_sentences_stand_alone(document: &Document<'_>) -> Vec<Problem> {
    const LEANING: [&str; 8] = [
        "It", "They", "This", "These", "That", "Those", "Also", "Then",
    ];
    let mut problems = Vec::new();
    document.each_text(|path, text| {
        let first = text.split_whitespace().next().unwrap_or_default();
        if LEANING.contains(&first) {
            problems.push(problem(path, format!("begins with `{first}`")));
        }
    });
    problems
}

/// A bare integer says nothing of the decimals of its currency.
pub(super) fn amounts_name_their_unit(document: &Document<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    document.each_property(|path, _, property, _| {
        let description = property.description.as_deref().unwrap_or_default();
        let is_amount = property.format.as_deref() == Some("int64");
        if is_amount && !description.contains("smallest unit") {
            let place = format!("{path}.description");
            problems.push(problem(place, "does not say in which unit"));
        }
    });
    problems
}

/// Who reads a parameter has to know whether it counts, and does not read the table for it. The
/// table is where it is said; this sentence is held to it.
pub(super) fn parameters_say_which_payment_methods_take_them(
    document: &Document<'_>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, parameter) in document.spec.parameters() {
        let Some(sentence) = taken_by(document, name) else {
            continue;
        };
        let description = document.spec.description(parameter);
        if !description.is_some_and(|description| description.ends_with(&sentence)) {
            let place = format!("components.schemas.SourceParameters.properties.{name}");
            problems.push(problem(place, format!("does not end with \"{sentence}\"")));
        }
    }
    problems
}

/// Which payment methods require a parameter, and for which it is optional. Nothing for those that
/// every source has, and for another name of a parameter.
fn taken_by(document: &Document<'_>, name: &str) -> Option<String> {
    if document.spec.every_type().iter().any(|known| known == name) {
        return Some("Every payment method takes it.".to_owned());
    }
    let methods = |words: &str, names: fn(&MethodRow) -> &[String]| {
        let rows = document.spec.payment_methods();
        let rows = rows.filter(|(_, row)| names(row).iter().any(|known| known == name));
        let keys: Vec<String> = rows.map(|(key, _)| format!("`{key}`")).collect();
        (!keys.is_empty()).then(|| format!("{words} {}.", keys.join(", ")))
    };
    let required = methods("Required by", |row| &row.required);
    let optional = methods("Optional for", |row| &row.optional);
    let sentences: Vec<String> = required.into_iter().chain(optional).collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// Which payment methods take a parameter is said in the table; a list of them would grow old.
pub(super) fn descriptions_list_no_payment_methods(document: &Document<'_>) -> Vec<Problem> {
    let parameters = document.spec.parameters();
    let of_the_table: Vec<String> = parameters
        .filter_map(|(name, _)| taken_by(document, name))
        .collect();
    let mut problems = Vec::new();
    document.each_text(|path, text| {
        let ends = of_the_table.iter();
        let text = ends.fold(text, |text, end| text.strip_suffix(end).unwrap_or(text));
        let codes = text.split('`').skip(1).step_by(2);
        let mut named: Vec<&str> = codes
            .filter(|code| document.spec.payment_methods().any(|(key, _)| key == code))
            .collect();
        named.sort_unstable();
        named.dedup();
        if named.len() > 2 {
            problems.push(problem(
                path,
                format!("names {} payment methods", named.len()),
            ));
        }
    });
    problems
}

/// A second media type breaks generators, so forms have no other place than the prose.
pub(super) fn forms_are_described(document: &Document<'_>) -> Vec<Problem> {
    let description = &document.spec.document().info.description;
    if description.contains("`application/x-www-form-urlencoded`") {
        return Vec::new();
    }
    vec![problem("info.description", "does not tell of form bodies")]
}

/// Whoever generates from the document has to know whether they may, and whom to ask.
pub(super) fn the_licence_and_the_keeper_are_named(document: &Document<'_>) -> Vec<Problem> {
    let info = &document.spec.document().info;
    let members = [
        ("license", "name", &info.license),
        ("license", "url", &info.license),
        ("contact", "name", &info.contact),
    ];
    members
        .into_iter()
        .filter(|(_, member, node)| node[*member].as_str().is_none_or(str::is_empty))
        .map(|(section, member, _)| problem(format!("info.{section}.{member}"), "is missing"))
        .collect()
}

/// `info.version` is the version of the document, not of the API.
pub(super) fn the_version_is_semver(document: &Document<'_>) -> Vec<Problem> {
    if is_semver(&document.spec.document().info.version) {
        return Vec::new();
    }
    vec![problem("info.version", "is no semantic version")]
}

impl Document<'_> {
    /// Visits every summary, description and note.
    fn each_text(&self, mut see: impl FnMut(&str, &str)) {
        self.root.visit("", &mut |path, node| {
            let name = path.rsplit_once('.').map_or(path, |(_, name)| name);
            // An attribute of the API may have such a name; its schema is no text.
            let is_text = matches!(name, "summary" | "description" | "note");
            if let Some(text) = node.text().filter(|_| is_text) {
                see(path, text);
            }
        });
    }
}

/// A text without what stands in backticks.
fn outside_of_code(text: &str) -> String {
    let prose: Vec<&str> = text.split('`').step_by(2).collect();
    prose.join(" ")
}

/// Whether only the first word, names and acronyms have a capital.
///
/// A name cannot be told from a word, so this refuses what is certainly wrong: a small first
/// letter, or a capital on every word where there are three or more long ones.
fn is_sentence_case(text: &str) -> bool {
    let mut words = text.split_whitespace().filter(|word| word.len() > 3);
    let starts_small = text.starts_with(char::is_lowercase);
    let is_title_case =
        words.clone().count() > 2 && words.all(|word| word.starts_with(char::is_uppercase));
    !starts_small && !is_title_case
}

fn is_semver(version: &str) -> bool {
    let (core, pre_release) = match version.split_once('-') {
        Some((core, pre_release)) => (core, Some(pre_release)),
        None => (version, None),
    };
    let numbers: Vec<&str> = core.split('.').collect();
    let is_number = |text: &&str| {
        let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_digits && (text.len() == 1 || !text.starts_with('0'))
    };
    let is_label = |text: &str| {
        let mut labels = text.split('.');
        labels.all(|label| {
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            !label.is_empty() && label.bytes().all(is_plain)
        })
    };
    numbers.len() == 3 && numbers.iter().all(is_number) && pre_release.is_none_or(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn semantic_versions_are_told_from_others() {
        for version in ["0.1.0", "1.20.3", "1.0.0-rc.1"] {
            assert!(is_semver(version), "{version}");
        }
        for version in [
            "1",
            "1.0",
            "v1.0.0",
            "01.0.0",
            "1.0.0-",
            "1.0.x",
            "2019-05-29",
        ] {
            assert!(!is_semver(version), "{version}");
        }
    }

    #[test]
    fn sentence_case_is_told_from_title_case() {
        for text in [
            "Create a source",
            "PayNow QR code",
            "Maybank",
            "GrabPay Promotion",
        ] {
            assert!(is_sentence_case(text), "{text}");
        }
        for text in ["create a source", "Create Another Source"] {
            assert!(!is_sentence_case(text), "{text}");
        }
    }
}
