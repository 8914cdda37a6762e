//! The wire types: what progenitor emits, made to read tolerantly, write completely and keep quiet
//! about the payer.

use std::collections::HashSet;

use indexmap::IndexMap;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, Field, Fields, Ident, Item, ItemStruct, parse_quote};

use crate::document::{Kind, Schema};
use crate::generator::{self, Types};
use crate::spec::{Problems, Spec};
use crate::view::View;

/// Emits the structs of the document.
pub(crate) fn emit(spec: &Spec, view: &View) -> Result<TokenStream, Problems> {
    let requests = reachable_from_requests(spec);
    let mut emitted = HashSet::new();
    let mut tokens = TokenStream::new();
    for item in structs(generator::run(view, Types::Here)?)? {
        let name = item.ident.to_string();
        let Some(schema) = view.objects.get(&name) else {
            return Err(Problems::one(
                "components.schemas",
                format!("progenitor emits `{name}`, which is no object of the document"),
            ));
        };
        tokens.extend(improve(item, schema, requests.contains(&name)));
        emitted.insert(name);
    }
    // A type that silently went missing would be found only by whoever needs it.
    match view.objects.keys().find(|name| !emitted.contains(*name)) {
        None => Ok(tokens),
        Some(name) => Err(Problems::one(
            format!("components.schemas.{name}"),
            "progenitor emits nothing for it",
        )),
    }
}

fn structs(tokens: TokenStream) -> Result<Vec<ItemStruct>, Problems> {
    let file: syn::File = syn::parse2(tokens)
        .map_err(|error| Problems::one("", format!("progenitor emits no Rust: {error}")))?;
    let types = file.items.into_iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content,
        _ => None,
    });
    let (_, items) = types.unwrap_or_default();
    Ok(items
        .into_iter()
        .filter_map(|item| match item {
            Item::Struct(item) => Some(item),
            _ => None,
        })
        .collect())
}

// Requests are written without what was not given; answers are written with every attribute.
fn reachable_from_requests(spec: &Spec) -> HashSet<String> {
    let paths = spec.document().paths.values().flat_map(IndexMap::values);
    let bodies = paths.filter_map(|operation| operation.request_body.as_ref());
    let schemas = bodies.flat_map(|body| body.content.values());
    let mut found = HashSet::new();
    for media in schemas {
        let name = media
            .schema
            .reference
            .rsplit('/')
            .next()
            .unwrap_or_default();
        visit(spec, name, &mut found);
    }
    found
}

fn visit(spec: &Spec, name: &str, found: &mut HashSet<String>) {
    let Some(schema) = spec.schemas().get(name) else {
        return;
    };
    if schema.kind == Some(Kind::Object) && found.insert(name.to_owned()) {
        for property in schema.properties.iter().flat_map(IndexMap::values) {
            let element = property.items.as_deref().unwrap_or(property);
            if let Some(name) = element.points_at() {
                visit(spec, name, found);
            }
        }
    }
}

fn improve(mut item: ItemStruct, schema: &Schema, is_request: bool) -> TokenStream {
    let empty = IndexMap::new();
    let properties = schema.properties.as_ref().unwrap_or(&empty);
    let Fields::Named(named) = &mut item.fields else {
        return quote!(#item);
    };
    let mut fields: Vec<Field> = std::mem::take(&mut named.named).into_iter().collect();
    // progenitor sorts by name; the wire has an order of its own.
    fields.sort_by_key(|field| properties.get_index_of(&wire_name(field)));
    for field in &mut fields {
        let wire_name = wire_name(field);
        let is_required = schema.required.contains(&wire_name);
        if let Some(property) = properties.get(&wire_name) {
            field
                .attrs
                .retain(|attribute| !attribute.path().is_ident("serde"));
            field
                .attrs
                .extend(serde(field, &wire_name, property, is_required, is_request));
        }
    }
    let debug = debug(&item.ident, &fields, properties);
    let constructor = constructor(&item.ident, &fields, schema);
    named.named = fields.into_iter().collect();

    item.attrs
        .retain(|attribute| !attribute.path().is_ident("derive"));
    let default = schema.required.is_empty().then(|| quote!(Default,));
    item.attrs.push(parse_quote! {
        #[derive(Clone, #default PartialEq, ::serde::Deserialize, ::serde::Serialize)]
    });
    item.attrs.push(parse_quote! {
        #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    });
    item.attrs.push(parse_quote!(#[non_exhaustive]));
    quote! {
        #item
        #constructor
        #debug
    }
}

fn serde(
    field: &Field,
    wire_name: &str,
    property: &Schema,
    is_required: bool,
    is_request: bool,
) -> Vec<Attribute> {
    let mut attributes = Vec::new();
    if field_name(field) != wire_name {
        attributes.push(parse_quote!(#[serde(rename = #wire_name)]));
    }
    if is_required {
        return attributes;
    }
    if property.kind == Some(Kind::Array) {
        attributes.push(parse_quote! {
            #[serde(default, deserialize_with = "crate::reading::null_as_empty")]
        });
        if is_request {
            attributes.push(parse_quote!(#[serde(skip_serializing_if = "Vec::is_empty")]));
        }
        return attributes;
    }
    if property.kind == Some(Kind::Integer) && property.format.as_deref() == Some("int32") {
        attributes.push(parse_quote! {
            #[serde(default, deserialize_with = "crate::reading::number_or_digits")]
        });
    }
    if !property.nullable {
        attributes.push(parse_quote!(#[serde(skip_serializing_if = "Option::is_none")]));
    }
    attributes
}

// What says something of the payer is shown as present or absent, never as itself.
fn debug(name: &Ident, fields: &[Field], properties: &IndexMap<String, Schema>) -> TokenStream {
    let shown = fields.iter().map(|field| {
        let ident = &field.ident;
        let label = field_name(field);
        let secret = properties
            .get(&wire_name(field))
            .is_some_and(|property| property.payer_data);
        if secret && is_option(field) {
            quote!(.field(#label, &self.#ident.as_ref().map(|_| crate::Redacted)))
        } else if secret {
            quote!(.field(#label, &crate::Redacted))
        } else {
            quote!(.field(#label, &self.#ident))
        }
    });
    let label = name.to_string();
    quote! {
        impl ::std::fmt::Debug for #name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(#label)#(#shown)*.finish()
            }
        }
    }
}

fn constructor(name: &Ident, fields: &[Field], schema: &Schema) -> Option<TokenStream> {
    let mut arguments = Vec::new();
    let mut members = Vec::new();
    for field in fields {
        let (ident, ty) = (&field.ident, &field.ty);
        let wire_name = wire_name(field);
        let property = schema
            .properties
            .as_ref()
            .and_then(|all| all.get(&wire_name));
        let only_value = property.and_then(|property| match property.values.as_deref() {
            Some([only]) => Some(only),
            _ => None,
        });
        if let Some(only) = only_value {
            members.push(quote!(#ident: #only.to_owned()));
        } else if schema.required.contains(&wire_name) {
            arguments.push(quote!(#ident: #ty));
            members.push(quote!(#ident));
        } else {
            members.push(quote!(#ident: Default::default()));
        }
    }
    if arguments.is_empty() {
        return None;
    }
    let doc = format!("A `{name}` with what is always there and nothing else.");
    Some(quote! {
        impl #name {
            #[doc = #doc]
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#members),* }
            }
        }
    })
}

fn field_name(field: &Field) -> String {
    field
        .ident
        .as_ref()
        .map(Ident::to_string)
        .unwrap_or_default()
}

// progenitor puts an underscore behind a name that is a keyword of Rust.
fn wire_name(field: &Field) -> String {
    field_name(field).trim_end_matches('_').to_owned()
}

fn is_option(field: &Field) -> bool {
    match &field.ty {
        syn::Type::Path(path) => {
            let last = path.path.segments.last();
            last.is_some_and(|segment| segment.ident == format_ident!("Option"))
        }
        _ => false,
    }
}
