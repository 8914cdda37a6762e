//! How the file is written: what a reader of YAML does not see and a reader of diffs does.

use crate::{Problem, Rule};

use super::problem;

/// A rule over the lines of the file. It gives the number of a line and what is wrong there.
type Check = fn(&str) -> Vec<(usize, String)>;

macro_rules! rules {
    ($($name:ident: $mend:literal,)*) => {
        &[$((
            Rule { name: concat!("text::", stringify!($name)), mend: $mend },
            $name,
        )),*]
    };
}

/// The rules over the lines.
pub(super) const RULES: &[(Rule, Check)] = rules! {
    no_tabs: "write blanks",
    no_trailing_blanks: "take it away",
    indented_by_two: "indent each level by two blanks",
    within_100_columns: "fold it behind `>-`",
    no_anchors: "write it out, or make it a component",
    status_codes_are_quoted: "write it in quotes",
    what_looks_like_something_else_is_quoted: "write it in quotes",
    folded_prose_is_marked_alike: "write `>-`, or `|` if the line breaks matter",
    flow_maps_are_in_tables_only: "write a line for each member",
    blank_lines_part_what_is_named: "leave a line blank above it",
    the_file_ends_with_a_line_break: "end it with one line break",
};

const COLUMNS: usize = 100;

/// Every problem of the lines, each under the number of its line.
pub(super) fn check(text: &str) -> Vec<Problem> {
    let rules = RULES.iter();
    let problems = rules.flat_map(|(rule, check)| {
        let problems = check(text).into_iter();
        problems.map(|(line, what)| super::tell(rule, problem(format!("line {line}"), what)))
    });
    problems.collect()
}

fn no_tabs(text: &str) -> Vec<(usize, String)> {
    each_line(text, |line| {
        line.contains('\t').then(|| "has a tab".to_owned())
    })
}

fn no_trailing_blanks(text: &str) -> Vec<(usize, String)> {
    // A carriage return counts as one.
    each_line(text, |line| {
        let is_trimmed = line.trim_end().len() == line.len();
        (!is_trimmed).then(|| "ends with a blank".to_owned())
    })
}

fn indented_by_two(text: &str) -> Vec<(usize, String)> {
    each_line(text, |line| {
        let depth = depth(line);
        (depth % 2 == 1).then(|| format!("is indented by {depth}, not by a multiple of two"))
    })
}

fn within_100_columns(text: &str) -> Vec<(usize, String)> {
    each_line(text, |line| {
        let columns = line.chars().count();
        // A single token, such as a long address, cannot be folded.
        let (_, value) = key_and_value(line);
        let can_be_folded = value.contains(' ');
        (columns > COLUMNS && can_be_folded)
            .then(|| format!("has {columns} columns, more than {COLUMNS}"))
    })
}

fn no_anchors(text: &str) -> Vec<(usize, String)> {
    each_line(text, |line| {
        let (key, value) = key_and_value(line);
        let is_anchor = |text: &str| {
            let mut characters = text.chars();
            matches!(characters.next(), Some('&' | '*'))
                && characters.next().is_some_and(char::is_alphanumeric)
        };
        (key == "<<" || is_anchor(value)).then(|| "has an anchor or an alias".to_owned())
    })
}

fn status_codes_are_quoted(text: &str) -> Vec<(usize, String)> {
    each_line(text, |line| {
        let (key, _) = key_and_value(line);
        let is_number = key.len() == 3 && key.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| format!("`{key}` as a key is a number"))
    })
}

/// A reader of YAML 1.1 takes `no` for false, `010` for eight and a date for a time.
fn what_looks_like_something_else_is_quoted(text: &str) -> Vec<(usize, String)> {
    let lines = outside_of_prose(text).into_iter();
    lines
        .filter_map(|(number, line)| {
            let (key, value) = key_and_value(line);
            let values = value.trim_matches(['[', ']', '{', '}', ' ']);
            let mut words = values.split(", ").chain([key]).map(str::trim);
            let word = words.find(|word| looks_like_something_else(word))?;
            Some((
                number,
                format!("`{word}` is no text to every reader of YAML"),
            ))
        })
        .collect()
}

fn looks_like_something_else(word: &str) -> bool {
    const BOOLEANS: [&str; 7] = ["y", "n", "yes", "no", "on", "off", "~"];
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_pair = |at: char| {
        let pair = word.split_once(at);
        pair.is_some_and(|(left, right)| is_number(left) && is_number(right))
    };
    let is_padded = is_number(word) && word.len() > 1 && word.starts_with('0');
    let is_prefixed = ["0x", "0o", "0b"]
        .iter()
        .any(|prefix| word.starts_with(prefix));
    let mut parts = word.split('-');
    let is_date = word.matches('-').count() == 2
        && parts
            .next()
            .is_some_and(|year| year.len() == 4 && is_number(year))
        && parts.next().is_some_and(is_number);
    BOOLEANS.contains(&word.to_lowercase().as_str())
        || is_padded
        || is_prefixed
        || is_date
        || [':', '_', 'e', 'E'].into_iter().any(is_pair)
}

/// Of the nine ways to mark a block of text two are enough.
fn folded_prose_is_marked_alike(text: &str) -> Vec<(usize, String)> {
    each_line(text, |line| {
        let (key, value) = key_and_value(line);
        let mut rest = value.chars();
        let is_mark = matches!(rest.next(), Some('>' | '|'))
            && rest.all(|letter| matches!(letter, '+' | '-' | '1'..='9'));
        (!key.is_empty() && is_mark && !matches!(value, ">-" | "|"))
            .then(|| format!("marks its text with `{value}`"))
    })
}

/// A map on one line is for the figures of a table, where the eye compares rows.
fn flow_maps_are_in_tables_only(text: &str) -> Vec<(usize, String)> {
    let mut table = None;
    let mut problems = Vec::new();
    for (number, line) in outside_of_prose(text) {
        let (key, value) = key_and_value(line);
        let ends_a_block = !line.trim().is_empty();
        if ends_a_block && table.is_some_and(|above| depth(line) <= above) {
            table = None;
        }
        if key.starts_with("x-omise-") {
            table = Some(depth(line));
        }
        if table.is_none() && value.starts_with('{') && value != "{}" {
            problems.push((number, "has a map on one line".to_owned()));
        }
    }
    problems
}

/// An operation, a component and a row of a table begin behind a blank line, but the first.
fn blank_lines_part_what_is_named(text: &str) -> Vec<(usize, String)> {
    let mut problems = Vec::new();
    // The keys above a line, each with its depth.
    let mut above: Vec<(usize, &str)> = Vec::new();
    let mut is_parted = true;
    for (number, line) in outside_of_prose(text) {
        if line.trim().is_empty() {
            is_parted = true;
            continue;
        }
        // A comment belongs to what stands below it.
        if line.trim_start().starts_with('#') {
            continue;
        }
        let (key, value) = key_and_value(line);
        above.retain(|(other, _)| *other < depth(line));
        let parents: Vec<&str> = above.iter().map(|(_, key)| *key).collect();
        let is_named = match parents[..] {
            [] | ["paths" | "components"] | ["components", _] => true,
            ["components", "schemas", _, table] => table.starts_with("x-omise-"),
            _ => false,
        };
        let has_members = value.is_empty() && !key.is_empty();
        if is_named && has_members && !is_parted {
            problems.push((number, format!("`{key}` follows without a blank line")));
        }
        above.push((depth(line), key));
        // The first below its parent needs none.
        is_parted = has_members;
    }
    problems
}

fn the_file_ends_with_a_line_break(text: &str) -> Vec<(usize, String)> {
    if text.ends_with('\n') && !text.ends_with("\n\n") {
        return Vec::new();
    }
    let last = text.lines().count();
    vec![(
        last,
        "is not the last with exactly one line break".to_owned(),
    )]
}

fn each_line(text: &str, rule: impl Fn(&str) -> Option<String>) -> Vec<(usize, String)> {
    let lines = text.split('\n').enumerate();
    lines
        .filter_map(|(index, line)| rule(line).map(|what| (index + 1, what)))
        .collect()
}

/// The lines that are YAML, without those of the texts that are marked with `>-` or `|`.
fn outside_of_prose(text: &str) -> Vec<(usize, &str)> {
    let mut prose = None;
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let is_blank = line.trim().is_empty();
        if prose.is_some_and(|above| is_blank || depth(line) > above) {
            // A blank line behind a text parts what comes next, and in a text it does no harm.
            if is_blank {
                lines.push((index + 1, line));
            }
            continue;
        }
        let (_, value) = key_and_value(line);
        prose = value.starts_with(['>', '|']).then(|| depth(line));
        lines.push((index + 1, line));
    }
    lines
}

fn depth(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
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
        let problems = check(&format!("{line}\n"));
        problems
            .into_iter()
            .map(|problem| problem.message)
            .collect()
    }

    #[test]
    fn a_clean_line_has_no_problem() {
        for line in [
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
    fn what_looks_like_something_else_is_told_from_texts() {
        for word in [
            "010",
            "NO",
            "off",
            "~",
            "2019-05-29",
            "2019-5-2T0",
            "12:30",
            "1_000",
            "1e3",
            "0x1f",
        ] {
            assert!(looks_like_something_else(word), "{word}");
        }
        for word in [
            "0",
            "10",
            "TH",
            "note",
            "POS-01",
            "\"010\"",
            "1.5",
            "src_1",
            "a:1",
            "one-two-3",
        ] {
            assert!(!looks_like_something_else(word), "{word}");
        }
    }

    #[test]
    fn the_end_of_the_file_is_one_line_break() {
        assert_eq!(check("a: b\n"), vec![]);
        assert_eq!(check("a: b").len(), 1);
        assert_eq!(check("a: b\n\n").len(), 1);
    }
}
