//! Limits of amounts, as a row of the table and its currency have them.

use crate::document::{LimitsRow, MethodRow};
use crate::spec::Spec;

/// The limits of an amount: the row's own or the currency's.
pub fn limits(spec: &Spec, row: &MethodRow, currency: &str) -> LimitsRow {
    row.amount.get(currency).copied().unwrap_or_else(|| {
        let general = spec
            .currency(currency)
            .expect("checked: a row's currencies are in the table");
        LimitsRow {
            min: general.min,
            max: general.max,
        }
    })
}

/// Whether the limits of an amount are a default of this project.
pub fn limits_are_assumed(spec: &Spec, row: &MethodRow, currency: &str) -> bool {
    let is_limit = |member: &String| member == "min" || member == "max";
    let general = spec.currency(currency).map(|general| &general.ours);
    let is_general = !row.amount.contains_key(currency);
    row.ours.iter().any(|member| member == "amount")
        || is_general && general.is_some_and(|ours| ours.iter().any(is_limit))
}

/// The least amount for a number of monthly payments, all of them together.
pub fn installment_minimum(spec: &Spec, row: &MethodRow, months: u32) -> i64 {
    let currencies = row.currencies.iter();
    let least = currencies
        .map(|currency| limits(spec, row, currency).min)
        .min()
        .expect("checked: a row has currencies");
    let monthly = row.installment_monthly_minimum.unwrap_or(0) * i64::from(months);
    let own = row.installment_minimums.get(&months.to_string());
    least.max(monthly).max(own.copied().unwrap_or(0))
}
