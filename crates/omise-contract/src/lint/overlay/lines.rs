//! How the file is written. A letter of Japanese is two columns wide.

use crate::Problem;
use unicode_width::UnicodeWidthStr;

use super::super::{problem, text};

/// How many rules there are over a line: those of the document and the one below.
pub(super) const RULES: usize = text::RULES.len() + 1;

const COLUMNS: usize = 100;

/// Every problem of the lines, each under the number of its line.
pub(super) fn check(overlay: &str) -> Vec<Problem> {
    let mut problems = text::check(overlay);
    for (index, line) in overlay.lines().enumerate() {
        let columns = line.width();
        // A path cannot be folded.
        let can_be_folded = !line.trim_start().starts_with("- target: ");
        if columns > COLUMNS && can_be_folded {
            let message = format!("has {columns} columns, more than {COLUMNS}: end it with `\\`");
            problems.push(problem(format!("line {}", index + 1), message));
        }
    }
    problems
}
