//! progenitor's settings, in the one place that knows progenitor.

use std::panic::{self, AssertUnwindSafe};

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle, TypeImpl};

use crate::view::{ALIASES, View};
use omise_contract::{NEWTYPES, Problems};

/// Where the types that progenitor does not emit itself are found.
pub(crate) enum Types<'a> {
    /// In the crate that the emitted code becomes part of: the newtypes and open enums only.
    Here,
    /// In another crate, all of them.
    In(&'a str),
}

/// Runs progenitor over the view of a document and answers with everything that it emits.
///
/// # Errors
///
/// What progenitor found wrong. It panics on some documents; that too becomes an error here.
pub(crate) fn run(view: &View, types: Types<'_>) -> Result<TokenStream, Problems> {
    let document = serde_json::to_value(&view.document)
        .and_then(serde_json::from_value::<OpenAPI>)
        .map_err(|error| Problems::one("", format!("progenitor cannot read it: {error}")))?;

    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_tag(TagStyle::Merged)
        .with_hooks(HooksMode::Expected)
        .with_map_type("::std::collections::BTreeMap")
        .with_derive("PartialEq");
    let by_hand = NEWTYPES
        .iter()
        .copied()
        .chain(view.ids.iter().map(String::as_str));
    let open_enums = view.open_enums.keys().map(String::as_str);
    for name in by_hand.chain(open_enums) {
        replace(&mut settings, name, name, &types);
    }
    for (alias, rust_name) in ALIASES {
        replace(&mut settings, alias, rust_name, &types);
    }
    if let Types::In(_) = types {
        for name in view.objects.keys() {
            replace(&mut settings, name, name, &types);
        }
    }

    let generate = AssertUnwindSafe(|| Generator::new(&settings).generate_tokens(&document));
    match panic::catch_unwind(generate) {
        Ok(Ok(tokens)) => Ok(tokens),
        Ok(Err(error)) => Err(Problems::one("", format!("progenitor refuses it: {error}"))),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            let text = text.unwrap_or("no message");
            Err(Problems::one(
                "paths",
                format!("progenitor stopped at it: {text}"),
            ))
        }
    }
}

fn replace(settings: &mut GenerationSettings, name: &str, rust_name: &str, types: &Types<'_>) {
    let path = match types {
        Types::Here => format!("crate::{rust_name}"),
        Types::In(crate_name) => format!("::{crate_name}::{rust_name}"),
    };
    let implements = [TypeImpl::Display, TypeImpl::FromStr].into_iter();
    settings.with_replacement(name, path, implements);
}
