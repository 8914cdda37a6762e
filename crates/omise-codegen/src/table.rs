//! The tables of payment methods and currencies as Rust.

use proc_macro2::TokenStream;
use quote::quote;

use crate::names::variant;
use crate::parameter::of_methods;
use omise_contract::document::{ConstraintRow, Format, LimitsRow, MethodRow};
use omise_contract::{Spec, installment_minimum, limits, limits_are_assumed};

/// Emits the table of payment methods.
pub(crate) fn payment_methods(spec: &Spec) -> TokenStream {
    let rows = spec.payment_methods().map(|(key, row)| {
        let source_type = variant(key);
        let MethodRow { label, see, .. } = row;
        let flow = variant(&row.flow);
        let flow_by_country = row.flow_by_country.iter().map(|(country, flow)| {
            let flow = variant(flow);
            quote!((crate::Country::literal(#country), crate::Flow::#flow))
        });
        let countries = &row.countries;
        let currencies = row.currencies.iter().map(|currency| {
            let LimitsRow { min, max } = limits(spec, row, currency);
            let is_assumed = limits_are_assumed(spec, row, currency);
            quote!((
                crate::Currency::literal(#currency),
                crate::Limits {
                    min: crate::Amount::literal(#min),
                    max: crate::Amount::literal(#max),
                    is_assumed: #is_assumed,
                },
            ))
        });
        let required = row.required.iter().map(|name| of_methods(spec, name));
        let optional = row.optional.iter().map(|name| of_methods(spec, name));
        let banks = &row.banks;
        let installment_terms = row.installment_terms.iter().map(|months| {
            let min = installment_minimum(spec, row, *months);
            quote!(crate::InstallmentTerm { months: #months, min: crate::Amount::literal(#min) })
        });
        let interest_is_merchants = row.installment_interest.is_some();
        let constraints = row.constraints.iter().map(|(name, constraint)| {
            let parameter = of_methods(spec, name);
            let constraint = constraint_tokens(*constraint);
            quote!((&#parameter, #constraint))
        });
        let charge_expiry_hours = row.charge_expiry_hours;
        let discontinued = option(row.discontinued.as_deref());
        let (evidence, ours) = (&row.evidence, &row.ours);
        let evidence_by_country = row.evidence_by_country.iter().map(|(country, evidence)| {
            quote!((crate::Country::literal(#country), &[#(#evidence),*] as &[&str]))
        });
        let note = option(row.note.as_deref());
        quote! {
            crate::PaymentMethod {
                source_type: crate::SourceType::#source_type,
                label: #label,
                flow: crate::Flow::#flow,
                flow_by_country: &[#(#flow_by_country),*],
                countries: &[#(crate::Country::literal(#countries)),*],
                currencies: &[#(#currencies),*],
                required: &[#(&#required),*],
                optional: &[#(&#optional),*],
                banks: &[#(#banks),*],
                installment_terms: &[#(#installment_terms),*],
                interest_is_merchants: #interest_is_merchants,
                constraints: &[#(#constraints),*],
                charge_expiry_hours: #charge_expiry_hours,
                discontinued: #discontinued,
                evidence: &[#(#evidence),*],
                evidence_by_country: &[#(#evidence_by_country),*],
                ours: &[#(#ours),*],
                see: #see,
                note: #note,
            }
        }
    });
    quote! {
        pub(crate) static PAYMENT_METHODS: &[crate::PaymentMethod] = &[#(#rows),*];
    }
}

/// Emits the table of currencies.
pub(crate) fn currencies(spec: &Spec) -> TokenStream {
    let rows = spec.currencies().map(|(code, row)| {
        let (country, decimals) = (&row.country, row.decimals);
        quote! {
            crate::CurrencyTerms {
                currency: crate::Currency::literal(#code),
                country: crate::Country::literal(#country),
                decimals: #decimals,
            }
        }
    });
    quote! {
        pub(crate) static CURRENCIES: &[crate::CurrencyTerms] = &[#(#rows),*];
    }
}

/// The documentation of a payment method's variant.
pub(crate) fn row_doc(spec: &Spec, key: &str, row: &MethodRow) -> String {
    let mut doc = format!("`{key}`: {}.\n\n", row.label);
    let amounts = row.currencies.iter().map(|currency| {
        let LimitsRow { min, max } = limits(spec, row, currency);
        format!("{min} to {max} {currency}")
    });
    let amounts: Vec<String> = amounts.collect();
    doc += &format!("Flow `{}`; {}", row.flow, amounts.join(", "));
    for (list, names) in [("requires", &row.required), ("takes", &row.optional)] {
        if !names.is_empty() {
            doc += &format!("; {list} `{}`", names.join("`, `"));
        }
    }
    doc += ".";
    if let Some(date) = &row.discontinued {
        doc += &format!(" Discontinued ({date}).");
    }
    if let Some(note) = &row.note {
        doc += &format!("\n\n{note}");
    }
    doc
}

fn constraint_tokens(constraint: ConstraintRow) -> TokenStream {
    match constraint {
        ConstraintRow::MaxLength(most) => quote!(crate::Constraint::MaxLength(#most)),
        ConstraintRow::Digits(least, most) => quote!(crate::Constraint::Digits(#least, #most)),
        ConstraintRow::Format(Format::Email) => quote!(crate::Constraint::Email),
    }
}

fn option(text: Option<&str>) -> TokenStream {
    match text {
        Some(text) => quote!(Some(#text)),
        None => quote!(None),
    }
}
