//! The table of payment methods: what of it the comparison needs.

use std::sync::LazyLock;

use crate::document::{CurrencyRow, Document, LimitsRow, MethodRow, Schema};
use indexmap::IndexMap;

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
