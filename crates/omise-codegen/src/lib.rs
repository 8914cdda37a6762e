//! Turns `openapi/source.yaml` into Rust.
//!
//! Used at build time only: by the `build.rs` of `omise-types` and `omise-client`, and by `xtask`,
//! which shows the same text as snapshots. Nothing at run time depends on it.
//!
//! [`Spec::read`] reads and checks the document; [`types()`], [`tables()`], [`payment_methods()`]
//! and [`client()`] are what is emitted from it.

pub mod document;
pub mod overlay;
pub mod tree;

mod check;
mod constructor;
mod details;
mod generator;
mod money;
mod open_enum;
mod operation;
mod parameter;
mod payment_methods;
mod rule;
mod sensitive;
mod spec;
mod table;
mod types;
mod view;

use proc_macro2::TokenStream;
use quote::quote;
use syn::Item;

pub use constructor::{Constructor, Names, constructors, example_request};
pub use money::for_people;
pub use rule::{RULES, Rule};
pub use spec::{Problem, Problems, Spec};
pub use table::{installment_minimum, limits};

/// The specification of this workspace, as it was when this crate was built.
///
/// It is compiled in, so that a change of the file makes cargo rebuild all that follows from it.
pub use omise_openapi::SOURCE_YAML;

/// Emits the wire types: structs and open enums.
///
/// # Errors
///
/// Whatever keeps progenitor from emitting them.
pub fn types(spec: &Spec) -> Result<String, Problems> {
    let view = view::view(spec)?;
    let structs = types::emit(spec, &view)?;
    let open_enums = open_enum::emit(spec, &view);
    print(quote!(#structs #open_enums))
}

/// Emits the tables: payment methods, currencies, parameters of a new source, operations, versions.
///
/// # Errors
///
/// That what is emitted is no Rust. It would be a mistake of this crate, not of the document:
/// [`Spec::read`] refuses what gives no name in Rust.
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

/// Emits the operations of the client. They use the types of `omise-types`.
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
    Ok(prettyplease::unparse(&file))
}

/// Writes what is emitted into a file of `OUT_DIR`; the whole of a `build.rs`.
///
/// On an error it prints every problem with its path in the document and ends the build.
pub fn build<T: AsRef<[u8]>>(file_name: &str, emit: impl FnOnce(&Spec) -> Result<T, Problems>) {
    build_all(|spec| Ok([(file_name.to_owned(), emit(spec)?)]));
}

/// Writes all files that are emitted into `OUT_DIR`, each by its name, as [`build`] does one.
pub fn build_all<T: AsRef<[u8]>, Files: IntoIterator<Item = (String, T)>>(
    emit: impl FnOnce(&Spec) -> Result<Files, Problems>,
) {
    // The document is compiled in: only another program than this one would emit something else.
    say("cargo::rerun-if-changed=build.rs");
    let emitted = Spec::read(SOURCE_YAML).and_then(|spec| emit(&spec));
    let problem = match emitted.map(write_all) {
        Ok(Ok(())) => return,
        Ok(Err(problem)) => problem,
        Err(problems) => problems.to_string(),
    };
    for line in problem.lines() {
        // `cargo::error` fails the build with this text, where a panic would bury it.
        say(&format!("cargo::error={line}"));
    }
    std::process::exit(1);
}

fn write_all<T: AsRef<[u8]>>(files: impl IntoIterator<Item = (String, T)>) -> Result<(), String> {
    let out_dir = std::env::var_os("OUT_DIR").expect("cargo sets it for a build script");
    for (name, bytes) in files {
        let path = std::path::Path::new(&out_dir).join(name);
        std::fs::write(&path, bytes)
            .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    Ok(())
}

#[expect(
    clippy::print_stdout,
    reason = "a build script speaks to cargo on stdout"
)]
fn say(line: &str) {
    println!("{line}");
}

fn print(tokens: TokenStream) -> Result<String, Problems> {
    Ok(prettyplease::unparse(&parse(tokens)?))
}

fn parse(tokens: TokenStream) -> Result<syn::File, Problems> {
    syn::parse2(tokens)
        .map_err(|error| Problems::one("", format!("what is emitted is no Rust: {error}")))
}
