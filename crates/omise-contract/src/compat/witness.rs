//! A request that was accepted and is no more: the proof that a change breaks.
//!
//! What the old edition of a cell allows and the new one does not is computed as a schema
//! ([`jsonschema::canonical`]); a request is made of it and held against both editions by the
//! validator. Nothing is printed that was not seen to be accepted by the one and refused by the
//! other. Whether an account has a payment method no schema says: that the table says.

use crate::document::Document;
use indexmap::IndexMap;
use jsonschema::Validator;
use jsonschema::canonical::{self, CanonicalSchema, Satisfiability};
use serde_json::{Map, Value};

use super::effective::{self, Cell};
use super::methods;
use super::sample::{near, usual_request, variants};

/// What the schemas of the requests say of a change.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) witnesses: Vec<Witness>,
    /// Payment methods of which some request may be refused now, though none could be made.
    pub(super) undecided: Vec<String>,
}

/// A request that was accepted and is no more.
#[derive(Debug)]
pub(super) struct Witness {
    pub(super) method: String,
    /// The country of the account that sends it, where that decides.
    pub(super) country: Option<String>,
    pub(super) request: Value,
}

/// Finds a request for every payment method of which one is refused now.
pub(super) fn find(old: &Document, new: &Document) -> Findings {
    let (before, after) = (effective::cells(old), effective::cells(new));
    let examples = effective::examples(old);
    let mut findings = Findings::default();
    for (cell, accepted) in &before {
        let is_found = |witness: &Witness| witness.method == cell.method;
        if after.get(cell) == Some(accepted) || findings.witnesses.iter().any(is_found) {
            continue;
        }
        let now = after.get(cell).unwrap_or(&Value::Bool(false));
        match refused_now(accepted, now, &examples) {
            Outcome::Nothing => {}
            Outcome::Request(request) => findings.witnesses.push(Witness {
                method: cell.method.clone(),
                country: None,
                request,
            }),
            Outcome::Unknown => findings.undecided.push(cell.method.clone()),
        }
    }
    let found: Vec<String> = findings
        .witnesses
        .iter()
        .map(|one| one.method.clone())
        .collect();
    findings.undecided.retain(|method| !found.contains(method));
    findings.undecided.dedup();
    let by_country = lost_countries(old, new, &before, &examples);
    let others = by_country
        .into_iter()
        .filter(|witness| !found.contains(&witness.method));
    findings.witnesses.extend(others.collect::<Vec<_>>());
    findings
}

enum Outcome {
    Nothing,
    Request(Value),
    Unknown,
}

fn refused_now(accepted: &Value, now: &Value, examples: &Map<String, Value>) -> Outcome {
    let difference = canonicalize(accepted)
        .zip(canonicalize(now))
        .and_then(|(accepted, now)| accepted.subtract(&now).ok());
    let satisfiability = difference.as_ref().map(CanonicalSchema::satisfiability);
    if satisfiability == Some(Satisfiability::No) {
        return Outcome::Nothing;
    }
    let (Some(accepts), Some(takes)) = (validator(accepted), validator(now)) else {
        return Outcome::Unknown;
    };
    let usual = usual_request(accepted, examples);
    let from_difference = difference
        .iter()
        .flat_map(|difference| near(Some(&usual), &difference.to_json_schema()));
    let mut candidates = from_difference.chain(variants(accepted, &usual, examples));
    let request = candidates.find(|one| accepts.is_valid(one) && !takes.is_valid(one));
    request.map_or(Outcome::Unknown, Outcome::Request)
}

fn canonicalize(schema: &Value) -> Option<CanonicalSchema> {
    canonical::options()
        .should_validate_formats(true)
        .canonicalize(schema)
        .ok()
}

fn validator(schema: &Value) -> Option<Validator> {
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(schema)
        .ok()
}

/// Requests of accounts of a country that no longer has the payment method.
fn lost_countries(
    old: &Document,
    new: &Document,
    cells: &IndexMap<Cell, Value>,
    examples: &Map<String, Value>,
) -> Vec<Witness> {
    let mut witnesses = Vec::new();
    for (method, before) in methods::of(old) {
        let Some(after) = methods::of(new).get(method) else {
            continue;
        };
        let is_gone = |country: &&String| !after.countries.contains(country);
        for country in before.countries.iter().filter(is_gone) {
            let mut cells = cells.iter().filter(|(cell, _)| cell.method == *method);
            let usable = cells.find(|(cell, _)| {
                let home = methods::country(old, &cell.currency);
                // A currency of no country that has the method is foreign to every account.
                home.is_none_or(|home| home == country || !before.countries.contains(home))
            });
            if let Some((_, schema)) = usable {
                witnesses.push(Witness {
                    method: method.clone(),
                    country: Some(country.clone()),
                    request: usual_request(schema, examples),
                });
                break;
            }
        }
    }
    witnesses
}
