//! What an answer repeats of the request that it answers: attributes and parameters of one name.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use omise_contract::document::Schema;
use omise_contract::{Problems, Spec};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Field, Fields, Ident, Item, Type};

use crate::call::in_brackets;
use crate::types::answers_of;
use crate::view::{View, request_name};

/// Emits `echo` for the answer of each operation that takes a body.
///
/// # Errors
///
/// If the emitted structs cannot be parsed.
pub(crate) fn emit(
    spec: &Spec,
    view: &View,
    structs: &TokenStream,
) -> Result<TokenStream, Problems> {
    let file: syn::File = syn::parse2(structs.clone())
        .map_err(|error| Problems::one("", format!("what is emitted is not Rust: {error}")))?;
    let structs = file.items.into_iter().filter_map(|item| match item {
        Item::Struct(item) => Some((item.ident.to_string(), item.fields)),
        _ => None,
    });
    let mut echo = Echo {
        view,
        structs: structs.collect(),
        pairs: BTreeSet::new(),
        tokens: TokenStream::new(),
    };
    for (_, _, operation) in spec.operations() {
        if operation.request_body.is_some() {
            for answer in answers_of(operation) {
                echo.pair(answer, &request_name(operation));
            }
        }
    }
    Ok(echo.tokens)
}

struct Echo<'a> {
    view: &'a View,
    structs: IndexMap<String, Fields>,
    /// The pairs that are emitted already.
    pairs: BTreeSet<(String, String)>,
    tokens: TokenStream,
}

impl Echo<'_> {
    /// Emits `echo` for an object of an answer and one of a request.
    fn pair(&mut self, answer: &str, request: &str) {
        let pair = (answer.to_owned(), request.to_owned());
        if !self.pairs.insert(pair) {
            return;
        }
        let (Some(to), Some(from)) = (self.fields(answer), self.fields(request)) else {
            return;
        };
        let aliases = self.aliases(request);
        let mut copies = Vec::new();
        for (name, (ident, ty)) in &to {
            if let Some(target) = aliases.get(name) {
                // Before what it names is moved.
                copies.insert(0, quote!(self.#ident = request.#target.clone();));
            } else if let Some((of_request, of_type)) = from.get(name)
                && let Some(value) = self.converted(of_type, ty, quote!(request.#of_request))
            {
                copies.push(quote!(self.#ident = #value;));
            }
        }
        let (answer, request) = (format_ident!("{answer}"), format_ident!("{request}"));
        self.tokens.extend(quote! {
            impl #answer {
                /// Takes over each attribute that has the name of a parameter.
                #[doc(hidden)] // For the server; it changes at any time.
                pub fn echo(&mut self, request: #request) {
                    #(#copies)*
                }
            }
        });
    }

    /// The fields of a struct by their names on the wire, which a raw name differs from.
    fn fields(&self, name: &str) -> Option<IndexMap<String, (Ident, Type)>> {
        let fields = self.structs.get(name)?.iter();
        let named = fields.filter_map(|Field { ident, ty, .. }| {
            let ident = ident.clone()?;
            let name = ident.to_string().trim_end_matches('_').to_owned();
            Some((name, (ident, ty.clone())))
        });
        Some(named.collect())
    }

    /// The parameters that are only other names, each with the field of what it names.
    fn aliases(&self, request: &str) -> IndexMap<String, Ident> {
        let schema = self.view.objects.get(request);
        let properties = schema.and_then(|schema| schema.properties.as_ref());
        let properties = properties.into_iter().flatten();
        properties
            .filter_map(|(name, property)| {
                Some((
                    name.clone(),
                    format_ident!("{}", property.alias_of.as_ref()?),
                ))
            })
            .collect()
    }

    /// A value of one type as one of another, or `None` if that needs more than the value.
    fn converted(&mut self, from: &Type, to: &Type, value: TokenStream) -> Option<TokenStream> {
        if from == to {
            return Some(value);
        }
        match (inside(from), inside(to)) {
            (Some(("Option", from)), Some(("Option", to))) => {
                let one = self.converted(from, to, quote!(one))?;
                Some(quote!(#value.map(|one| #one)))
            }
            (Some(("Vec", from)), Some(("Vec", to))) => {
                let one = self.converted(from, to, quote!(one))?;
                Some(quote!(#value.into_iter().map(|one| #one).collect()))
            }
            (None, Some(("Option", to))) => {
                let value = self.converted(from, to, value)?;
                Some(quote!(Some(#value)))
            }
            (None, None) => {
                let (from, to) = (name(from)?, name(to)?);
                let is_optional = |schema: &Schema| schema.required.is_empty();
                let is_known = self.structs.contains_key(&from);
                if !is_known || !self.view.objects.get(&to).is_some_and(is_optional) {
                    return None;
                }
                self.pair(&to, &from);
                let to = format_ident!("{to}");
                Some(quote!({
                    let mut made = #to::default();
                    made.echo(#value);
                    made
                }))
            }
            _ => None,
        }
    }
}

/// What an option or a list holds.
fn inside(ty: &Type) -> Option<(&'static str, &Type)> {
    let outer = name(ty)?;
    let outer = ["Option", "Vec"]
        .into_iter()
        .find(|known| *known == outer)?;
    Some((outer, in_brackets(ty)?))
}

/// The last part of a type's path.
fn name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}
