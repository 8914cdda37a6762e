//! Names of the document as names in Rust.

use heck::{ToShoutySnakeCase, ToUpperCamelCase};
use quote::format_ident;
use syn::Ident;

/// The variant of a value.
pub(crate) fn variant(value: &str) -> Ident {
    format_ident!("{}", value.to_upper_camel_case())
}

/// The constant of a parameter's name: `PHONE_NUMBER`.
pub(crate) fn constant(name: &str) -> Ident {
    format_ident!("{}", name.to_shouty_snake_case())
}
