//! Speaking to whoever runs a task. A closed pipe is not an error.

use std::io::Write;

/// Writes a line to stdout.
pub(crate) fn line(text: &str) {
    let mut stdout = std::io::stdout();
    let _ = writeln!(stdout, "{text}");
    // Several processes write to one terminal in `ci`; their lines must not overtake each other.
    let _ = stdout.flush();
}

/// Writes a line to stderr.
pub(crate) fn error(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
