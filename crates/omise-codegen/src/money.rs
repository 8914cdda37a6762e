//! Amounts that know their currency, and the sets of them that payment methods take.

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::Ident;

use crate::names::variant;
use crate::provenance::provenance;
use omise_contract::document::{CurrencyRow, MethodRow};
use omise_contract::{Spec, in_threes, readable_amount};

/// Emits a type for each currency, and says which of them are in each set.
pub(crate) fn emit(spec: &Spec) -> TokenStream {
    let amounts = spec.currencies().map(|(code, row)| {
        let name = variant(code);
        let doc = doc(spec, code, row);
        quote! {
            #[doc = #doc]
            #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
            pub struct #name(crate::Amount);

            crate::money::money!(#name, #code);
        }
    });
    let methods = spec.payment_methods();
    let sets: BTreeSet<Vec<Ident>> = methods
        .map(|(_, row)| types(spec, row))
        .filter(|types| types.len() > 1)
        .collect();
    let sets = sets.iter();
    quote! {
        #(#amounts)*
        #(crate::money::one_of!((#(#sets),*) => #(#sets)*);)*
    }
}

/// The type of a payment method's amount: `Thb`, or one of several.
pub(crate) fn amount(spec: &Spec, row: &MethodRow) -> TokenStream {
    match types(spec, row).as_slice() {
        [only] => quote!(#only),
        several => quote!(impl crate::money::OneOf<(#(#several),*)>),
    }
}

/// An amount as Rust: `Thb::new(10_000)`.
pub(crate) fn expression(currency: &str, smallest_units: i64) -> TokenStream {
    let name = variant(currency);
    let number = number(smallest_units);
    quote!(#name::new(#number))
}

/// A number as Rust, with a mark before each three digits: `10_000`.
pub(crate) fn number(number: i64) -> Literal {
    let digits = in_threes(number, '_');
    digits.parse().expect("digits with underscores are one")
}

// In the order of the table of currencies, so that methods that take the same ones share a set.
fn types(spec: &Spec, row: &MethodRow) -> Vec<Ident> {
    let currencies = spec.currencies();
    currencies
        .filter(|(code, _)| row.currencies.contains(code))
        .map(|(code, _)| variant(code))
        .collect()
}

fn doc(spec: &Spec, code: &str, row: &CurrencyRow) -> String {
    let name = variant(code);
    let example = readable_amount(spec, code, 10_000);
    // `Display` leaves the commas to those who know the reader.
    let shown = example.replace(',', "");
    let [min, max] = [row.min, row.max].map(|limit| readable_amount(spec, code, limit));
    let provenance = provenance(&row.evidence, &row.ours, &row.see);
    format!(
        "An amount in `{code}`, in its smallest unit: `{name}::new(10_000)` is {example}.\n\n\
         Where a payment method has no limits of its own, an amount is {min} to {max}.\n\n\
         Known from: {provenance}.\n\n\
         # Example\n\n\
         ```\n\
         use omise_types::money::{name};\n\n\
         assert_eq!({name}::new(10_000).to_string(), \"{shown}\");\n\
         ```"
    )
}
