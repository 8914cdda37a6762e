//! `cargo xtask emit`: the snapshots of all that the specification turns into.
//!
//! The emitted Rust lives in `OUT_DIR` and is not committed; these snapshots are how a reviewer sees
//! it. They are written here exactly as insta would write them, so that `xtask/tests/emitted.rs`
//! compares them like any other snapshot.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use omise_codegen::{Problems, Spec};

use crate::failure::Failure;
use crate::{say, workspace};

/// What `emit` does beside rewriting the snapshots.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Only compare; exit with 2 if a snapshot is out of date
    #[arg(long, conflicts_with = "show")]
    check: bool,
    /// Only print what is emitted
    #[arg(long, value_name = "WHAT")]
    show: Option<Emitted>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Emitted {
    /// The wire types
    Types,
    /// The tables of payment methods, currencies, parameters and operations
    Tables,
    /// The operations of the client
    Client,
}

/// Rewrites the snapshots, compares them or prints one.
pub(crate) fn run(options: &Options) -> Result<()> {
    let spec = workspace::spec()?;
    if let Some(emitted) = options.show {
        say::line(emitted.rust(&spec)?.trim_end());
        return Ok(());
    }
    if options.check {
        return check(&spec);
    }
    for emitted in Emitted::ALL {
        let path = emitted.path();
        let snapshot = emitted.snapshot(&spec)?;
        let is_current = std::fs::read_to_string(&path).is_ok_and(|found| found == snapshot);
        if !is_current {
            let folder = path.parent().expect("a snapshot is in a folder");
            std::fs::create_dir_all(folder)
                .and_then(|()| std::fs::write(&path, snapshot))
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        let state = if is_current { "unchanged" } else { "written" };
        say::line(&format!("emit: {} {state}", emitted.file()));
    }
    Ok(())
}

/// Compares the snapshots with what would be written.
pub(crate) fn check(spec: &Spec) -> Result<()> {
    let mut old = Vec::new();
    for emitted in Emitted::ALL {
        let found = std::fs::read_to_string(emitted.path()).unwrap_or_default();
        let expected = emitted.snapshot(spec)?;
        if let Some(difference) = first_difference(&found, &expected) {
            old.push(format!("{} is out of date, {difference}", emitted.file()));
        }
    }
    if old.is_empty() {
        say::line("emit: all snapshots are up to date");
        return Ok(());
    }
    Err(Failure::out_of_date(old.join("\n"), "cargo xtask emit").into())
}

impl Emitted {
    const ALL: [Emitted; 3] = [Emitted::Types, Emitted::Tables, Emitted::Client];

    fn name(self) -> &'static str {
        match self {
            Emitted::Types => "types",
            Emitted::Tables => "tables",
            Emitted::Client => "client",
        }
    }

    fn rust(self, spec: &Spec) -> Result<String, Problems> {
        match self {
            Emitted::Types => omise_codegen::types(spec),
            Emitted::Tables => omise_codegen::tables(spec),
            Emitted::Client => omise_codegen::client(spec),
        }
    }

    // The header is what insta writes for the settings of `xtask/tests/emitted.rs`.
    fn snapshot(self, spec: &Spec) -> Result<String, Problems> {
        let rust = self.rust(spec)?;
        let rust = rust.trim_end();
        Ok(format!(
            "---\nsource: xtask/tests/emitted.rs\ndescription: \"Written by `cargo xtask emit`.\"\n---\n{rust}\n"
        ))
    }

    fn file(self) -> String {
        format!("xtask/tests/snapshots/emitted__{}.snap", self.name())
    }

    fn path(self) -> PathBuf {
        workspace::root().join(self.file())
    }
}

/// Where two texts differ, in words.
fn first_difference(found: &str, expected: &str) -> Option<String> {
    if found == expected {
        return None;
    }
    if found.is_empty() {
        return Some("as it is missing".to_owned());
    }
    let pairs = found.lines().zip(expected.lines());
    let same = pairs.take_while(|(found, expected)| found == expected);
    let index = same.count();
    let line = |text: &str| text.lines().nth(index).unwrap_or("(the end)").to_owned();
    Some(format!(
        "from line {} on:\n  - {}\n  + {}",
        index + 1,
        line(found),
        line(expected)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_no_difference() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
    }

    #[test]
    fn a_difference_is_told_with_its_line() {
        let difference = first_difference("a\nb\n", "a\nc\n");
        assert_eq!(difference.as_deref(), Some("from line 2 on:\n  - b\n  + c"));
    }

    #[test]
    fn a_text_that_only_ends_early_differs() {
        let difference = first_difference("a\n", "a\nb\n");
        assert_eq!(
            difference.as_deref(),
            Some("from line 2 on:\n  - (the end)\n  + b")
        );
    }

    #[test]
    fn a_missing_snapshot_is_out_of_date() {
        assert!(first_difference("", "a\n").is_some());
    }
}
