//! The ids of the API's objects as Rust.

use heck::ToSnakeCase;
use omise_contract::Spec;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// Emits a type for each id of the document.
pub(crate) fn emit(spec: &Spec) -> TokenStream {
    let ids = spec.ids().map(|(name, prefix)| {
        let object = name.trim_end_matches("Id").to_snake_case();
        let name = format_ident!("{name}");
        quote!(crate::id::object_id!(#name, #object, #prefix);)
    });
    ids.collect()
}
