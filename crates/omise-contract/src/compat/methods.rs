//! The table of payment methods: what each of them takes, requires and gives.

use std::sync::LazyLock;

use crate::document::{ConstraintRow, CurrencyRow, Document, Format, LimitsRow, MethodRow, Schema};
use indexmap::IndexMap;

use super::change::{Changes, Class, NOTES, ORDER, REWORDED, SPELLING};
use super::currencies::{self, Limit};
use super::diff::{Lists, lists, maps};
use super::reach::Reach;

/// The member that holds the table.
pub(super) const TABLE: &str = "x-omise-payment-methods";

/// The table of a document; empty if it has none.
pub(super) fn of(document: &Document) -> &IndexMap<String, MethodRow> {
    static NONE: LazyLock<IndexMap<String, MethodRow>> = LazyLock::new(IndexMap::new);
    let mut tables = document.components.schemas.values();
    let table = tables.find_map(|schema| schema.payment_methods.as_ref());
    table.unwrap_or(&NONE)
}

/// The schema of a new source's parameters; version 0.1.0 has it under another name.
pub(super) fn request(document: &Document) -> Option<&Schema> {
    let schemas = &document.components.schemas;
    let request = schemas.get("SourceParameters");
    request.or_else(|| schemas.get("CreateSourceRequest"))
}

/// The parameters of a new source, as a document writes them.
pub(super) fn parameters(document: &Document) -> impl Iterator<Item = (&String, &Schema)> {
    request(document)
        .and_then(|schema| schema.properties.as_ref())
        .into_iter()
        .flatten()
}

/// The parameters that every payment method takes.
pub(super) fn every_type(document: &Document) -> &[String] {
    request(document).map_or(&[], |schema| &schema.every_type)
}

/// The limits of an amount of a payment method: its own, or those of the currency.
pub(super) fn limits(document: &Document, row: &MethodRow, currency: &str) -> Option<LimitsRow> {
    if let Some(own) = row.amount.get(currency) {
        return Some(*own);
    }
    let general = currency_row(document, currency)?;
    Some(LimitsRow {
        min: general.min,
        max: general.max,
    })
}

/// The country whose accounts have the currency.
pub(super) fn country<'a>(document: &'a Document, currency: &str) -> Option<&'a String> {
    currency_row(document, currency).map(|row| &row.country)
}

fn currency_row<'a>(document: &'a Document, currency: &str) -> Option<&'a CurrencyRow> {
    let mut tables = document.components.schemas.values();
    let table = tables.find_map(|schema| schema.currencies.as_ref())?;
    table.get(currency)
}

pub(super) fn gone(method: &str) -> String {
    format!("`{method}` is no longer a payment method")
}

pub(super) fn come(method: &str) -> String {
    format!("`{method}` is a new payment method")
}

/// Compares two editions of the table.
pub(super) fn compare(
    changes: &mut Changes,
    reach: &Reach<'_>,
    path: &str,
    old: &IndexMap<String, MethodRow>,
    new: &IndexMap<String, MethodRow>,
) {
    let rows = maps(old, new);
    for (method, _) in rows.gone {
        let path = format!("{path}.{method}");
        changes.add(Class::BreakingRequests, path, gone(method));
    }
    for (method, _) in rows.come {
        changes.add(Class::Safe, format!("{path}.{method}"), come(method));
    }
    if rows.moved {
        changes.words(path, ORDER, "the payment methods");
    }
    for (method, before, after) in rows.kept {
        let mut comparison = Comparison {
            changes: &mut *changes,
            reach,
            path: format!("{path}.{method}"),
            method,
            old: before,
            new: after,
        };
        comparison.row();
    }
}

/// What a payment method does with a parameter.
#[derive(Clone, Copy, PartialEq)]
enum Relation {
    Ignores,
    Takes,
    Requires,
}

struct Comparison<'a, 'r> {
    changes: &'a mut Changes,
    reach: &'a Reach<'r>,
    path: String,
    method: &'a str,
    old: &'a MethodRow,
    new: &'a MethodRow,
}

impl Comparison<'_, '_> {
    fn row(&mut self) {
        let new = self.new;
        let MethodRow {
            label,
            flow,
            flow_by_country,
            countries,
            currencies,
            amount,
            required,
            optional,
            banks,
            installment_terms,
            installment_monthly_minimum,
            installment_minimums,
            installment_interest,
            constraints,
            charge_expiry_hours,
            discontinued,
            evidence,
            evidence_by_country,
            ours,
            see,
            note,
        } = self.old;
        self.flow(flow, flow_by_country);
        self.list("countries", countries, &new.countries, |country| {
            format!("accounts of {country}")
        });
        self.list("currencies", currencies, &new.currencies, Clone::clone);
        self.amounts(amount);
        self.parameters(required, optional);
        // The values of a parameter that comes or goes are told with the parameter.
        if self.takes_before_and_after("bank") {
            let words = |bank: &String| format!("the bank `{bank}`");
            self.list("banks", banks, &new.banks, words);
        }
        if self.takes_before_and_after("installment_term") {
            let words = |months: &u32| format!("{months} monthly payments");
            self.list(
                "installment_terms",
                installment_terms,
                &new.installment_terms,
                words,
            );
        }
        self.monthly_minimum(
            *installment_monthly_minimum,
            new.installment_monthly_minimum,
        );
        self.minimums(installment_minimums, &new.installment_minimums);
        self.interest(
            installment_interest.as_ref(),
            new.installment_interest.as_ref(),
        );
        self.constraints(constraints, &new.constraints);
        self.expiry(*charge_expiry_hours, new.charge_expiry_hours);
        self.discontinued(discontinued.as_ref(), new.discontinued.as_ref());
        self.note("label", REWORDED, *label != new.label);
        self.note("evidence", NOTES, *evidence != new.evidence);
        self.note(
            "evidence_by_country",
            NOTES,
            *evidence_by_country != new.evidence_by_country,
        );
        self.note("ours", NOTES, *ours != new.ours);
        self.note("see", NOTES, *see != new.see);
        self.note("note", NOTES, *note != new.note);
    }

    fn flow(&mut self, flow: &String, by_country: &IndexMap<String, String>) {
        let new = self.new;
        if *flow != new.flow {
            let line = format!(
                "`{}` has the flow `{}`, was `{flow}`",
                self.method, new.flow
            );
            self.add(Class::BreakingResponses, "flow", line);
        }
        let mut is_told = *flow != new.flow;
        let countries = by_country.keys().chain(new.flow_by_country.keys());
        for country in countries {
            let before = by_country.get(country).unwrap_or(flow);
            let after = new.flow_by_country.get(country).unwrap_or(&new.flow);
            let is_where_it_was = self.old.countries.contains(country);
            if before != after && is_where_it_was {
                is_told = true;
                let line = format!(
                    "`{}` has the flow `{after}` for accounts of {country}, was `{before}`",
                    self.method
                );
                self.add(Class::BreakingResponses, "flow_by_country", line);
            }
        }
        if !is_told {
            self.spelling_if_changed("flow_by_country", by_country, &new.flow_by_country);
        }
    }

    /// Compares a list of what may be asked for.
    fn list<T: PartialEq>(
        &mut self,
        member: &str,
        old: &[T],
        new: &[T],
        words: impl Fn(&T) -> String,
    ) {
        let Lists { gone, come, moved } = lists(old, new);
        for value in gone {
            let line = format!("`{}` no longer takes {}", self.method, words(value));
            self.add(Class::BreakingRequests, member, line);
        }
        for value in come {
            let line = format!("`{}` now takes {}", self.method, words(value));
            self.add(Class::Safe, member, line);
        }
        if moved {
            self.note(member, ORDER, true);
        }
    }

    // Where a method has no limits of its own, before and after, the table of currencies tells.
    fn amounts(&mut self, own: &IndexMap<String, LimitsRow>) {
        let amounts = maps(own, &self.new.amount);
        let of_one = amounts
            .gone
            .iter()
            .chain(&amounts.come)
            .map(|(key, _)| *key);
        let of_both = amounts.kept.iter().map(|(key, ..)| *key);
        for currency in of_one.chain(of_both) {
            let stays =
                self.old.currencies.contains(currency) && self.new.currencies.contains(currency);
            let before = limits(self.reach.old, self.old, currency);
            let after = limits(self.reach.new, self.new, currency);
            let (Some(before), Some(after)) = (before, after) else {
                continue;
            };
            let path = format!("{}.amount.{currency}", self.path);
            let LimitsRow { min, max } = before;
            if stays && (min, max) != (after.min, after.max) {
                let subject = format!("an amount of `{}`", self.method);
                let ends = [(Limit::Min, min, after.min), (Limit::Max, max, after.max)];
                for (end, before, after) in ends {
                    let changes = &mut *self.changes;
                    currencies::limit(changes, &path, &subject, currency, end, before, after);
                }
            } else if stays && own.contains_key(currency) != self.new.amount.contains_key(currency)
            {
                self.note("amount", SPELLING, true);
            }
        }
        self.note("amount", ORDER, amounts.moved);
    }

    fn parameters(&mut self, required: &[String], optional: &[String]) {
        let new = self.new;
        let mut names: Vec<&String> = Vec::new();
        let all = [required, optional, &new.required, &new.optional];
        for name in all.into_iter().flatten() {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        for name in names {
            let before = relation(self.reach.old, self.old, name);
            let after = relation(self.reach.new, new, name);
            let (class, member, words) = match (before, after) {
                (Relation::Ignores, Relation::Ignores)
                | (Relation::Takes, Relation::Takes)
                | (Relation::Requires, Relation::Requires) => continue,
                (_, Relation::Requires) => (Class::BreakingRequests, "required", "now requires"),
                (_, Relation::Ignores) => (Class::BreakingRequests, "optional", "no longer takes"),
                (Relation::Ignores, Relation::Takes) => (Class::Safe, "optional", "now takes"),
                (Relation::Requires, Relation::Takes) => {
                    (Class::Safe, "required", "no longer requires")
                }
            };
            self.add(class, member, format!("`{}` {words} `{name}`", self.method));
        }
        for (member, old, new) in [
            ("required", required, &new.required),
            ("optional", optional, &new.optional),
        ] {
            let Lists { gone, come, moved } = lists(old, new);
            self.note(member, ORDER, moved);
            let is_told = |name: &&String| {
                relation(self.reach.old, self.old, name) != relation(self.reach.new, self.new, name)
            };
            let is_spelling = !gone.iter().chain(&come).all(is_told);
            self.note(member, SPELLING, is_spelling);
        }
    }

    fn monthly_minimum(&mut self, old: Option<i64>, new: Option<i64>) {
        let what = format!("a monthly payment of `{}`", self.method);
        self.least("installment_monthly_minimum", &what, old, new);
    }

    fn minimums(&mut self, old: &IndexMap<String, i64>, new: &IndexMap<String, i64>) {
        let minimums = maps(old, new);
        let gone = minimums
            .gone
            .iter()
            .map(|(key, min)| (*key, Some(**min), None));
        let come = minimums
            .come
            .iter()
            .map(|(key, min)| (*key, None, Some(**min)));
        let kept = minimums.kept.iter();
        let kept = kept.map(|(key, before, after)| (*key, Some(**before), Some(**after)));
        for (months, before, after) in gone.chain(come).chain(kept) {
            // The minimum of a term that comes or goes is told with the term.
            let has = |row: &MethodRow| {
                let mut terms = row.installment_terms.iter();
                terms.any(|term| term.to_string() == *months)
            };
            if has(self.old) && has(self.new) {
                let what = format!("an amount of `{}` over {months} months", self.method);
                self.least("installment_minimums", &what, before, after);
            }
        }
        self.note("installment_minimums", ORDER, minimums.moved);
    }

    fn least(&mut self, member: &str, what: &str, old: Option<i64>, new: Option<i64>) {
        let (class, line) = match (old, new) {
            (None, None) => return,
            (None, Some(new)) => {
                let line = format!("{what} is at least {new}");
                (Class::BreakingRequests, line)
            }
            (Some(old), None) => (Class::Safe, format!("{what} is no longer at least {old}")),
            (Some(old), Some(new)) if old == new => return,
            (Some(old), Some(new)) => {
                let class = if new > old {
                    Class::BreakingRequests
                } else {
                    Class::Safe
                };
                (class, format!("{what} is at least {new}, was {old}"))
            }
        };
        self.add(class, member, line);
    }

    fn interest(&mut self, old: Option<&String>, new: Option<&String>) {
        if old == new {
            return;
        }
        let line = match new {
            Some(who) => format!(
                "the {who} bears the interest of `{}`, whatever a request says",
                self.method
            ),
            None => format!(
                "the interest of `{}` is borne by whom a request says",
                self.method
            ),
        };
        // It is what an answer's `absorption_type` says.
        self.add(Class::BreakingResponses, "installment_interest", line);
    }

    fn constraints(
        &mut self,
        old: &IndexMap<String, ConstraintRow>,
        new: &IndexMap<String, ConstraintRow>,
    ) {
        let constraints = maps(old, new);
        let gone = constraints
            .gone
            .iter()
            .map(|(key, row)| (*key, Some(**row), None));
        let come = constraints
            .come
            .iter()
            .map(|(key, row)| (*key, None, Some(**row)));
        let kept = constraints.kept.iter();
        let kept = kept.map(|(key, before, after)| (*key, Some(**before), Some(**after)));
        for (name, before, after) in gone.chain(come).chain(kept) {
            // What is asked of a parameter that comes or goes is told with the parameter.
            if self.takes_before_and_after(name) {
                self.constraint(name, before, after);
            }
        }
        self.note("constraints", ORDER, constraints.moved);
    }

    fn constraint(&mut self, name: &str, old: Option<ConstraintRow>, new: Option<ConstraintRow>) {
        let what = format!("the `{name}` for `{}`", self.method);
        let (class, line) = match (old, new) {
            (None, None) => return,
            (Some(old), None) => {
                let line = format!("{what} is any text, was {}", words_of(old));
                (Class::Safe, line)
            }
            (None, Some(new)) => {
                let line = format!("{what} is now {}", words_of(new));
                (Class::BreakingRequests, line)
            }
            (Some(old), Some(new)) => {
                if words_of(old) == words_of(new) {
                    return;
                }
                let class = if allows_all_of(new, old) {
                    Class::Safe
                } else {
                    Class::BreakingRequests
                };
                let line = format!("{what} is {}, was {}", words_of(new), words_of(old));
                (class, line)
            }
        };
        self.add(class, &format!("constraints.{name}"), line);
    }

    fn expiry(&mut self, old: u32, new: u32) {
        if old == new {
            return;
        }
        // Who tells the payer how long there is time must know.
        let class = if new < old {
            Class::BreakingResponses
        } else {
            Class::Safe
        };
        let line = format!(
            "a charge of `{}` stays pending for {new} hours, was {old}",
            self.method
        );
        self.add(class, "charge_expiry_hours", line);
    }

    fn discontinued(&mut self, old: Option<&String>, new: Option<&String>) {
        match (old, new) {
            (None, None) => {}
            // A service may refuse it.
            (None, Some(when)) => {
                let line = format!("`{}` is discontinued ({when})", self.method);
                self.add(Class::BreakingRequests, "discontinued", line);
            }
            (Some(_), None) => {
                let line = format!("`{}` is no longer discontinued", self.method);
                self.add(Class::Safe, "discontinued", line);
            }
            (Some(old), Some(new)) => self.note("discontinued", NOTES, old != new),
        }
    }

    fn takes_before_and_after(&self, parameter: &str) -> bool {
        relation(self.reach.old, self.old, parameter) != Relation::Ignores
            && relation(self.reach.new, self.new, parameter) != Relation::Ignores
    }

    fn spelling_if_changed<T: serde::Serialize>(&mut self, member: &str, old: &T, new: &T) {
        self.note(member, SPELLING, !super::change::same(old, new));
    }

    fn note(&mut self, member: &str, topic: &'static str, differs: bool) {
        if differs {
            let name = format!("`{}` (`{member}`)", self.method);
            self.changes
                .words(format!("{}.{member}", self.path), topic, &name);
        }
    }

    fn add(&mut self, class: Class, member: &str, line: String) {
        self.changes
            .add(class, format!("{}.{member}", self.path), line);
    }
}

fn relation(document: &Document, row: &MethodRow, parameter: &str) -> Relation {
    let is_named = |names: &[String]| names.iter().any(|name| name == parameter);
    if is_named(&row.required) {
        Relation::Requires
    } else if is_named(&row.optional) || is_named(every_type(document)) {
        Relation::Takes
    } else {
        Relation::Ignores
    }
}

fn words_of(constraint: ConstraintRow) -> String {
    match constraint {
        ConstraintRow::MaxLength(most) => format!("at most {most} characters"),
        ConstraintRow::Digits(least, most) if least == most => format!("{least} digits"),
        ConstraintRow::Digits(least, most) => format!("{least} to {most} digits"),
        ConstraintRow::Format(Format::Email) => "an e-mail address".to_owned(),
    }
}

/// Whether the first lets everything through that the second does.
fn allows_all_of(wide: ConstraintRow, narrow: ConstraintRow) -> bool {
    match (wide, narrow) {
        (ConstraintRow::MaxLength(wide), ConstraintRow::MaxLength(narrow))
        | (ConstraintRow::MaxLength(wide), ConstraintRow::Digits(_, narrow)) => wide >= narrow,
        (ConstraintRow::Digits(least, most), ConstraintRow::Digits(from, to)) => {
            least <= from && most >= to
        }
        (ConstraintRow::Format(Format::Email), ConstraintRow::Format(Format::Email)) => true,
        (ConstraintRow::MaxLength(_), ConstraintRow::Format(_))
        | (ConstraintRow::Digits(..), _)
        | (ConstraintRow::Format(_), _) => false,
    }
}
