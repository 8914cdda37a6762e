//! How the file is written: what a reader of YAML does not see and a reader of diffs does.

use omise_codegen::Problem;

use super::problem;

/// A rule over one line. It gives what is wrong, if anything is.
pub(super) type Rule = fn(&str) -> Option<String>;

/// The rules over one line.
pub(super) const RULES: [Rule; 6] = [
    no_tabs,
    no_trailing_blanks,
    indented_by_two,
    within_100_columns,
    no_anchors,
    status_codes_are_quoted,
];

const COLUMNS: usize = 100;

/// Every problem of the lines, each under the number of its line.
pub(super) fn check(text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, line) in text.split('\n').enumerate() {
        for rule in RULES {
            if let Some(message) = rule(line) {
                problems.push(problem(format!("line {}", index + 1), message));
            }
        }
    }
    if !text.ends_with('\n') || text.ends_with("\n\n") {
        let last = text.lines().count();
        problems.push(problem(
            format!("line {last}"),
            "the file must end with one line break",
        ));
    }
    problems
}

fn no_tabs(line: &str) -> Option<String> {
    line.contains('\t').then(|| "has a tab".to_owned())
}

fn no_trailing_blanks(line: &str) -> Option<String> {
    // A carriage return counts as one.
    let is_trimmed = line.trim_end().len() == line.len();
    (!is_trimmed).then(|| "ends with a blank".to_owned())
}

fn indented_by_two(line: &str) -> Option<String> {
    let depth = line.len() - line.trim_start_matches(' ').len();
    (depth % 2 == 1).then(|| format!("is indented by {depth}, not by a multiple of two"))
}

fn within_100_columns(line: &str) -> Option<String> {
    let columns = line.chars().count();
    // A single token, such as a long address, cannot be folded.
    let (_, value) = key_and_value(line);
    let can_be_folded = value.contains(' ');
    (columns > COLUMNS && can_be_folded)
        .then(|| format!("has {columns} columns, more than {COLUMNS}"))
}

fn no_anchors(line: &str) -> Option<String> {
    let (key, value) = key_and_value(line);
    let is_anchor = |text: &str| {
        let mut characters = text.chars();
        matches!(characters.next(), Some('&' | '*'))
            && characters.next().is_some_and(char::is_alphanumeric)
    };
    (key == "<<" || is_anchor(value)).then(|| "has an anchor or an alias".to_owned())
}

fn status_codes_are_quoted(line: &str) -> Option<String> {
    let (key, _) = key_and_value(line);
    let is_number = key.len() == 3 && key.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("`{key}` as a key must be quoted"))
}

/// What stands before and behind the colon of a line, or nothing and the line where there is none.
fn key_and_value(line: &str) -> (&str, &str) {
    let line = line.trim();
    let line = line.strip_prefix("- ").unwrap_or(line);
    match line.split_once(": ") {
        // A colon in the middle of prose ends no key.
        Some((key, value)) if !key.contains(' ') => (key, value),
        _ => match line.strip_suffix(':') {
            Some(key) if !key.contains(' ') => (key, ""),
            _ => ("", line),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_line(line: &str) -> Vec<String> {
        RULES.iter().filter_map(|rule| rule(line)).collect()
    }

    #[test]
    fn a_clean_line_has_no_problem() {
        for line in [
            "",
            "  type: string",
            "  - $ref: \"#/components/schemas/Flow\"",
            "  \"200\":",
            "    **Amounts** are integers: `10000` in `THB` is 100.00 baht.",
            "    A & B are * signs",
        ] {
            assert_eq!(check_line(line), Vec::<String>::new(), "{line}");
        }
    }

    #[test]
    fn a_long_line_of_one_token_has_no_problem() {
        let line = format!("  example: https://example.com/{}", "a".repeat(100));
        assert_eq!(check_line(&line), Vec::<String>::new());
    }

    #[test]
    fn a_long_line_of_prose_has_one() {
        let line = format!("  description: {}", "ab ".repeat(40));
        assert!(check_line(line.trim_end())[0].contains("columns"));
    }

    #[test]
    fn columns_are_characters_not_bytes() {
        let line = format!("  description: ヤ {}", "マ".repeat(60));
        assert_eq!(check_line(&line), Vec::<String>::new());
    }

    #[test]
    fn an_anchor_an_alias_and_a_merge_have_one() {
        for line in ["  a: &name", "  a: *name", "  - *name", "  <<: *name"] {
            assert!(check_line(line)[0].contains("anchor"), "{line}");
        }
    }

    #[test]
    fn the_end_of_the_file_is_one_line_break() {
        assert_eq!(check("a: b\n"), vec![]);
        assert_eq!(check("a: b").len(), 1);
        assert_eq!(check("a: b\n\n").len(), 1);
    }
}
