//! Turns `openapi/source.yaml` into Rust.
//!
//! Used at build time only: by the `build.rs` of `omise-types` and `omise-client`, and by `xtask`,
//! which shows the same text as snapshots. Nothing at run time depends on it.
//!
//! [`Spec`] is the document, read and checked; [`types()`], [`tables()`], [`payment_methods()`]
//! and [`client()`] are what is emitted from it.

mod argument;
mod call;
mod constructor;
mod details;
mod echo;
mod generator;
mod id;
mod money;
mod names;
mod open_enum;
mod operation;
mod parameter;
mod payment_methods;
mod provenance;
mod sensitive;
mod table;
mod types;
mod view;

use omise_contract::{Problems, Spec};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Item;

pub use constructor::{Constructor, Names, constructors};
/// The whole of a `build.rs`: writes what is emitted into files of `OUT_DIR`.
pub use omise_contract::{build, build_all};

/// Emits the wire types: structs and open enums.
///
/// # Errors
///
/// Whatever keeps progenitor from emitting them.
pub fn types(spec: &Spec) -> Result<String, Problems> {
    let view = view::view(spec)?;
    let structs = types::emit(spec, &view)?;
    let open_enums = open_enum::emit(spec, &view);
    let echo = echo::emit(spec, &view, &structs)?;
    let ids = id::emit(spec);
    let emitted = quote!(#structs #open_enums);
    let export = export(spec, parse(emitted.clone())?);
    print(quote!(#ids #emitted #echo #export))
}

/// Emits a macro that exports every type by its name. A glob would give way, without a word, to what
/// is written by hand under the same name; this does not compile.
fn export(spec: &Spec, emitted: syn::File) -> TokenStream {
    let ids = spec.ids().map(|(name, _)| format_ident!("{name}"));
    let types = emitted.items.into_iter().filter_map(|item| match item {
        Item::Struct(item) => Some(item.ident),
        Item::Enum(item) => Some(item.ident),
        _ => None,
    });
    let names = ids.chain(types);
    quote! {
        macro_rules! export_types {
            () => { pub use crate::generated::types::{#(#names),*}; };
        }
        pub(crate) use export_types;
    }
}

/// Emits the tables: payment methods, currencies, parameters of a new source, operations, versions.
///
/// # Errors
///
/// If what is emitted is not valid Rust. It would be a mistake of this crate, not of the document:
/// [`Spec::read`] refuses what cannot be a name in Rust.
pub fn tables(spec: &Spec) -> Result<String, Problems> {
    let payment_methods = table::payment_methods(spec);
    let currencies = table::currencies(spec);
    let parameters = parameter::parameters(spec);
    let operations = operation::operations(spec);
    let versions = operation::versions(spec);
    print(quote! {
        #versions
        #operations
        #parameters
        #currencies
        #payment_methods
    })
}

/// Emits what is typed by payment method: amounts of money, new sources, and the view of a source.
///
/// # Errors
///
/// For a parameter or an example that has no type in Rust, and for two banks of one name.
pub fn payment_methods(spec: &Spec) -> Result<String, Problems> {
    let money = money::emit(spec);
    let requests = payment_methods::emit(spec)?;
    let details = details::emit(spec)?;
    print(quote! {
        pub(crate) mod money { #money }
        pub(crate) mod requests { use super::money::*; #requests }
        #details
    })
}

/// Emits requests of every typed constructor, for tests.
///
/// # Errors
///
/// As [`payment_methods()`].
pub fn typed_requests(spec: &Spec) -> Result<String, Problems> {
    print(constructor::requests(spec)?)
}

/// Emits the operations of the client and a call for each. They use the types of `omise-types`.
///
/// # Errors
///
/// Whatever keeps progenitor from emitting them.
pub fn client(spec: &Spec) -> Result<String, Problems> {
    let view = view::view(spec)?;
    let tokens = generator::run(&view, generator::Types::In("omise_types"))?;
    let mut file = parse(tokens)?;
    // All types come from omise-types; what is left of the module is a helper that nothing uses.
    file.items.retain(|item| match item {
        Item::Mod(module) => module.ident != "types" && module.ident != "prelude",
        _ => true,
    });
    let calls: syn::File = parse(call::calls(spec, &file)?)?;
    file.items.extend(calls.items);
    Ok(prettyplease::unparse(&file))
}

fn print(tokens: TokenStream) -> Result<String, Problems> {
    Ok(prettyplease::unparse(&parse(tokens)?))
}

fn parse(tokens: TokenStream) -> Result<syn::File, Problems> {
    syn::parse2(tokens)
        .map_err(|error| Problems::one("", format!("what is emitted is not valid Rust: {error}")))
}

#[cfg(test)]
mod tests {
    use omise_contract::SOURCE_YAML;

    use super::*;

    /// The object of an account, say, must not give way to what is called so by hand.
    #[test]
    fn every_type_is_exported_by_its_name() {
        let spec = Spec::read(&SOURCE_YAML).expect("a sound document");
        let emitted = types(&spec).expect("types");
        let (types, export) = emitted.split_once("macro_rules! export_types").expect("it");
        let names = types.lines().filter_map(|line| {
            let line = line
                .strip_prefix("pub struct ")
                .or(line.strip_prefix("pub enum "))?;
            line.split([' ', '(']).next()
        });
        let names: Vec<&str> = names.collect();
        assert!(names.len() > 20, "{names:?}");
        for name in names {
            assert!(export.contains(name), "{name}");
        }
        assert!(!export.contains('*'));
    }
}
