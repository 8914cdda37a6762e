//! `cargo xtask api`: the public API of the crates that leave the workspace, as snapshots.
//!
//! What a user of the SDK can name is a promise. A change of it is seen in the diff of a snapshot,
//! and a type of a crate that is to stay replaceable is not in it at all.

mod foreign;
mod listing;
pub(crate) mod rustdoc;

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::failure::Failure;
use crate::{say, workspace};

/// What `api` does beside rewriting the snapshots.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Only compare; exit with 2 if a snapshot is out of date
    #[arg(long)]
    check: bool,
}

/// The crates whose API is a promise.
const CRATES: [&str; 2] = ["omise-types", "omise-client"];

const FIRST_LINE: &str = "# Written by `cargo xtask api`.";

/// Rewrites the snapshots or compares them, and looks at what they name.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.check {
        return check();
    }
    let apis = Api::read_all()?;
    for api in &apis {
        let path = api.snapshot();
        std::fs::write(&path, api.text())
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    say::line("api: the snapshots are written; `git diff xtask/tests/snapshots` has what changed");
    nothing_foreign_is_named(&apis)
}

/// Compares the snapshots with what would be written, and looks at what is named.
pub(crate) fn check() -> Result<()> {
    let apis = Api::read_all()?;
    let mut differences = Vec::new();
    for api in &apis {
        let snapshot = std::fs::read_to_string(api.snapshot()).unwrap_or_default();
        differences.extend(api.differences(&snapshot));
    }
    if !differences.is_empty() {
        say::error(&differences.join("\n"));
    }
    nothing_foreign_is_named(&apis)?;
    if !differences.is_empty() {
        let what = "a snapshot of the public API is out of date";
        return Err(Failure::out_of_date(what, "cargo xtask api").into());
    }
    let items: usize = apis.iter().map(|api| api.lines.len()).sum();
    say::line(&format!("api: {items} public items, as in the snapshots"));
    Ok(())
}

fn nothing_foreign_is_named(apis: &[Api]) -> Result<()> {
    let lines: Vec<&str> = apis.iter().flat_map(Api::lines).collect();
    let problems = foreign::problems(&lines);
    if problems.is_empty() {
        return Ok(());
    }
    let mend = "give the item a type of the crate's own, then run `cargo xtask api`";
    Err(Failure::failed(problems.join("\n"), mend).into())
}

/// All that a user of a crate can name.
struct Api {
    of: &'static str,
    lines: Vec<String>,
}

impl Api {
    fn read_all() -> Result<Vec<Api>> {
        let apis = CRATES.iter().map(|of| {
            let lines = listing::lines(&rustdoc::json(of)?)?;
            Ok(Api { of, lines })
        });
        apis.collect()
    }

    fn lines(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(String::as_str)
    }

    fn snapshot(&self) -> PathBuf {
        let folder = workspace::root().join("xtask/tests/snapshots");
        folder.join(format!("api__{}.txt", self.of))
    }

    fn text(&self) -> String {
        format!("{FIRST_LINE}\n{}\n", self.lines.join("\n"))
    }

    /// What a snapshot has and the crate has not, and the other way round.
    fn differences(&self, snapshot: &str) -> Vec<String> {
        let of = self.of;
        let old: BTreeSet<&str> = snapshot.lines().skip(1).collect();
        let new: BTreeSet<&str> = self.lines().collect();
        let gone = old
            .difference(&new)
            .map(|line| format!("{of}: gone: {line}"));
        let added = new
            .difference(&old)
            .map(|line| format!("{of}: new: {line}"));
        let mut differences: Vec<String> = gone.chain(added).collect();
        if differences.is_empty() && snapshot != self.text() {
            differences.push(format!("{of}: the snapshot has the same lines otherwise"));
        }
        differences
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api() -> Api {
        Api {
            of: "a",
            lines: vec!["pub fn a::f()".to_owned(), "pub fn a::g()".to_owned()],
        }
    }

    #[test]
    fn a_snapshot_that_is_up_to_date_has_no_difference() {
        assert_eq!(api().differences(&api().text()), Vec::<String>::new());
    }

    #[test]
    fn a_changed_item_is_told_with_its_name_before_and_after() {
        let snapshot = api().text().replace("a::g()", "a::g(u8)");
        assert_eq!(
            api().differences(&snapshot),
            ["a: gone: pub fn a::g(u8)", "a: new: pub fn a::g()"]
        );
    }

    #[test]
    fn a_snapshot_that_is_missing_or_in_another_order_is_told() {
        assert_eq!(api().differences("").len(), 2);
        let other = format!("{FIRST_LINE}\npub fn a::g()\npub fn a::f()\n");
        assert_eq!(
            api().differences(&other),
            ["a: the snapshot has the same lines otherwise"]
        );
    }
}
