//! Text that fits the width of the terminal.

use std::io::{stderr, stdout};

use textwrap::{Options, WordSeparator, WordSplitter};

/// The least width that a value needs beside its name.
const VALUE_MIN: usize = 30;

/// The width of what stdout writes to; `None` for a file or a pipe, whose lines stay whole.
pub(crate) fn stdout_width() -> Option<usize> {
    width(terminal_size::terminal_size_of(stdout()))
}

/// The width of what stderr writes to.
pub(crate) fn stderr_width() -> Option<usize> {
    width(terminal_size::terminal_size_of(stderr()))
}

// COLUMNS is what clap uses too where there is no terminal.
fn width(terminal: Option<(terminal_size::Width, terminal_size::Height)>) -> Option<usize> {
    let of_environment = || std::env::var("COLUMNS").ok()?.parse().ok();
    let width = terminal.map(|(width, _)| usize::from(width.0));
    width.or_else(of_environment).filter(|width| *width > 0)
}

/// Breaks lines between words. A word is never cut: it may be an id that is copied.
pub(crate) fn wrap(text: &str, width: Option<usize>, first: &str, rest: &str) -> String {
    if text.is_empty() {
        return first.trim_end().to_owned();
    }
    let options = Options::new(width.unwrap_or(usize::MAX))
        .initial_indent(first)
        .subsequent_indent(rest)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation);
    let lines = textwrap::wrap(text, options);
    let lines = lines.iter().map(|line| line.trim_end());
    lines.collect::<Vec<_>>().join("\n")
}

/// Names and their values, indented: side by side, or in a narrow terminal one below the other.
pub(crate) fn rows(rows: &[(String, String)], width: Option<usize>) -> String {
    const INDENT: &str = "  ";
    let names = rows.iter().map(|(name, _)| name.len());
    let column = INDENT.len() + names.max().unwrap_or_default() + 2;
    let is_wide = width.is_none_or(|width| width >= column + VALUE_MIN);
    let mut text = String::new();
    for (name, value) in rows {
        if is_wide {
            let first = format!("{INDENT}{name:<rest$}", rest = column - INDENT.len());
            text.push_str(&wrap(value, width, &first, &" ".repeat(column)));
        } else {
            let depth = name.len() - name.trim_start().len();
            let below = " ".repeat(2 * INDENT.len() + depth);
            let lines = [
                format!("{INDENT}{name}"),
                wrap(value, width, &below, &below),
            ];
            let lines = lines.iter().map(|line| line.trim_end());
            let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
            text.push_str(&lines.join("\n"));
        }
        text.push('\n');
    }
    text
}

/// Several lines of which parts came from elsewhere.
pub(crate) fn printable_lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(printable).collect();
    lines.join("\n")
}

/// A text that came from elsewhere, without the control characters that could change what the
/// terminal shows.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|character| {
            if character.is_control() {
                '?'
            } else {
                character
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn a_value_stands_below_its_name_where_there_is_no_room_beside_it() {
        let pairs = [
            pair("amount", "100.00 THB (10000)"),
            pair("location", "/sources/src_test_0000000000000000000"),
            pair("item 1", ""),
            pair("  name", "Shoes of a very long name, and of leather"),
        ];
        let wide = "  amount    100.00 THB (10000)\n  \
                    location  /sources/src_test_0000000000000000000\n  \
                    item 1\n    \
                    name    Shoes of a very long name, and of leather\n";
        assert_eq!(rows(&pairs, None), wide);
        assert_eq!(rows(&pairs, Some(80)), wide);
        let narrow = "  amount\n    100.00 THB (10000)\n  \
                      location\n    /sources/src_test_0000000000000000000\n  \
                      item 1\n    \
                      name\n      Shoes of a very long name, and of\n      leather\n";
        assert_eq!(rows(&pairs, Some(40)), narrow);
    }
}
