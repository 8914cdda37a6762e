//! What a change of the document does to those who follow it.
//!
//! Every change from an older edition gets a class; the version must step as far as the classes
//! ask, and the changelog must have a line for each, marked if it breaks. What has no class is
//! breaking.

mod change;
mod changelog;
mod differences;
pub(crate) mod effective;
mod facts;
mod judgements;
mod methods;
mod older;
mod reach;
mod sample;
#[cfg(test)]
mod tests;
mod version;
mod witness;

use crate::document::Document;

pub use change::{Change, Class};
pub use changelog::{Changelog, lines, of_the_first};
pub use older::read;
pub use version::Bump;
use witness::Findings;

// A change of what all payment methods share needs no 70 proofs.
const SHOWN: usize = 5;

/// Two editions, compared.
#[derive(Debug)]
pub struct Comparison {
    /// Every change, what breaks first.
    pub changes: Vec<Change>,
    findings: Findings,
}

/// Compares two editions by their members, and their requests by their schemas.
pub fn compare(old: &Document, new: &Document) -> Comparison {
    let mut changes = differences::compare(old, new);
    let findings = witness::find(old, new);
    let untold: Vec<Change> = untold(&changes, &findings).collect();
    changes.extend(untold);
    changes.sort_by_key(|change| change.class);
    Comparison { changes, findings }
}

/// What the schemas of the requests say and the comparison of members does not.
fn untold<'a>(changes: &'a [Change], findings: &'a Findings) -> impl Iterator<Item = Change> {
    // A change of a row explains what its own method refuses; any other may explain every method.
    let is_told = |method: &String| {
        let mut breaking = changes
            .iter()
            .filter(|change| change.class == Class::BreakingRequests);
        breaking.any(|change| {
            let row = change.path.strip_prefix("payment methods.");
            row.is_none_or(|row| row.split('.').next() == Some(method))
        })
    };
    let found = findings.witnesses.iter().map(|witness| &witness.method);
    let found = found.map(|method| (method, "refuses a request that it accepted"));
    let undecided = findings.undecided.iter();
    let undecided = undecided.map(|method| (method, "may refuse a request that it accepted"));
    found
        .chain(undecided)
        .filter(move |(method, _)| !is_told(method))
        .map(|(method, words)| Change {
            path: "components.schemas.SourceParameters".to_owned(),
            class: Class::BreakingRequests,
            line: format!("`{method}` {words}"),
            topic: None,
        })
}

impl Comparison {
    /// Says what changed since an edition, one line each.
    pub fn report(&self, name: &str, mut print: impl FnMut(&str)) {
        if self.changes.is_empty() {
            print(&format!("compat: no change since {name}"));
            return;
        }
        print(&format!("compat: since {name}:"));
        for change in &self.changes {
            let Change { path, class, .. } = change;
            print(&format!("  {}\n      {class}; {path}", change.marked()));
        }
        let witnesses = &self.findings.witnesses;
        for witness in witnesses.iter().take(SHOWN) {
            let who = witness.country.as_ref();
            let who = who.map(|country| format!("of an account of {country} "));
            print(&format!(
                "  a request {}that was accepted and is refused now: {}",
                who.unwrap_or_default(),
                witness.request
            ));
        }
        if let Some(more @ 1..) = witnesses.len().checked_sub(SHOWN) {
            print(&format!("  and one of {more} more payment methods"));
        }
        for method in &self.findings.undecided {
            print(&format!(
                "  whether a request of `{method}` is refused now could not be decided"
            ));
        }
        print(&format!("compat: {}", summary(&self.changes)));
    }
}

fn summary(changes: &[Change]) -> String {
    let classes = [
        Class::BreakingRequests,
        Class::BreakingResponses,
        Class::Safe,
        Class::Documentation,
    ];
    let counts = classes.map(|class| {
        let count = changes
            .iter()
            .filter(|change| change.class == class)
            .count();
        format!("{count} {class}")
    });
    let bump = Bump::of(changes);
    format!(
        "{}; asks for {bump} step of info.version",
        counts.join(", ")
    )
}
