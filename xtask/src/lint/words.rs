//! What is written for people.

use omise_codegen::Problem;

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
            problems.push(problem(path, "must not end with a full stop"));
        }
        if !is_sentence_case(text) {
            problems.push(problem(path, "must be in sentence case"));
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
            problems.push(problem(path, "must end with a full stop"));
        }
        if is_prose && text.trim_start().starts_with(char::is_lowercase) {
            problems.push(problem(path, "must begin with a capital"));
        }
    });
    problems
}

/// `info.version` is the version of the document, not of the API.
pub(super) fn the_version_is_semver(document: &Document<'_>) -> Vec<Problem> {
    if is_semver(&document.spec.document().info.version) {
        return Vec::new();
    }
    vec![problem(
        "info.version",
        "must be a semantic version, as 1.2.3",
    )]
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
