//! The table of currencies.

use crate::document::CurrencyRow;
use indexmap::IndexMap;

use super::change::{Changes, Class, NOTES, ORDER, Site, Uses};
use super::diff::maps;

/// Compares two editions of the table.
pub(super) fn compare(
    changes: &mut Changes,
    path: &str,
    old: &IndexMap<String, CurrencyRow>,
    new: &IndexMap<String, CurrencyRow>,
) {
    let rows = maps(old, new);
    for (code, _) in rows.gone {
        let line = format!("{code} is no longer a currency");
        changes.add(Class::BreakingRequests, format!("{path}.{code}"), line);
    }
    for (code, _) in rows.come {
        let line = format!("{code} is a new currency");
        changes.add(Class::Safe, format!("{path}.{code}"), line);
    }
    if rows.moved {
        changes.words(path, ORDER, "the currencies");
    }
    for (code, before, after) in rows.kept {
        row(changes, &format!("{path}.{code}"), code, before, after);
    }
}

fn row(changes: &mut Changes, path: &str, code: &str, old: &CurrencyRow, new: &CurrencyRow) {
    let CurrencyRow {
        country,
        decimals,
        min,
        max,
        evidence,
        ours,
        see,
    } = old;
    if *country != new.country {
        let line = format!(
            "{code} is the currency of accounts of {}, was of {country}",
            new.country
        );
        changes.add(Class::BreakingRequests, format!("{path}.country"), line);
    }
    if *decimals != new.decimals {
        let site = Site::new(format!("{path}.decimals"), code, Uses::BOTH);
        let line = format!(
            "{code} is written with {} decimals, was with {decimals}",
            new.decimals
        );
        changes.breaks(&site, line);
    }
    let subject = "an amount";
    limit(changes, path, subject, code, Limit::Min, *min, new.min);
    limit(changes, path, subject, code, Limit::Max, *max, new.max);
    let notes = [
        ("evidence", *evidence != new.evidence),
        ("ours", *ours != new.ours),
        ("see", *see != new.see),
    ];
    for (member, _) in notes.iter().filter(|(_, differs)| *differs) {
        let name = format!("{code} (`{member}`)");
        changes.words(format!("{path}.{member}"), NOTES, &name);
    }
}

/// An end of what an amount may be.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Limit {
    Min,
    Max,
}

/// Compares one end of the limits of an amount.
pub(super) fn limit(
    changes: &mut Changes,
    path: &str,
    subject: &str,
    currency: &str,
    limit: Limit,
    old: i64,
    new: i64,
) {
    let (member, words, is_narrower) = match limit {
        Limit::Min => ("min", "at least", new > old),
        Limit::Max => ("max", "at most", new < old),
    };
    if new == old {
        return;
    }
    let class = if is_narrower {
        Class::BreakingRequests
    } else {
        Class::Safe
    };
    let line = format!("{subject} is {words} {new} {currency}, was {old}");
    changes.add(class, format!("{path}.{member}"), line);
}
