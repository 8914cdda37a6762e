//! The parameters of requests as Rust: a table for each operation that takes a body.

use std::collections::BTreeMap;

use heck::ToShoutySnakeCase;
use omise_contract::Spec;
use omise_contract::document::{Kind, Operation, Schema};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use crate::names::{constant, variant};
use crate::sensitive;

/// Emits the tables, the names of all parameters, and which table each operation has.
pub(crate) fn parameters(spec: &Spec) -> TokenStream {
    let mut names = BTreeMap::new();
    let mut tables = Vec::new();
    let mut arms = Vec::new();
    for (_, _, operation) in spec.operations() {
        let variant = variant(&operation.operation_id);
        let Some(schema) = body(spec, operation) else {
            arms.push(quote!(Operation::#variant => &[]));
            continue;
        };
        let table = table_name(operation);
        let properties = schema.properties.iter().flatten();
        for (name, property) in properties.clone() {
            let description = spec.description(property).cloned().unwrap_or_default();
            names.entry(name).or_insert(description);
        }
        let rows: Vec<_> = properties
            .map(|(name, property)| row(spec, schema, name, property))
            .collect();
        let length = rows.len();
        tables.push(quote! {
            pub(crate) static #table: [crate::Parameter; #length] = [#(#rows),*];
        });
        arms.push(quote!(Operation::#variant => &parameters::#table));
    }
    let constants = names.iter().map(|(name, description)| {
        let constant = constant(name);
        quote! {
            #[doc = #description]
            pub const #constant: &'static str = #name;
        }
    });
    quote! {
        pub(crate) mod parameters {
            #(#tables)*
        }

        /// The names of the parameters on the wire.
        impl crate::Parameter {
            #(#constants)*
        }

        impl Operation {
            /// The parameters of its body, in the order in which reasons for a refusal are
            /// reported.
            pub fn parameters(self) -> &'static [crate::Parameter] {
                match self {
                    #(#arms,)*
                }
            }
        }
    }
}

/// A parameter of the payment methods, by its place in the table of the request that has them.
pub(crate) fn of_methods(spec: &Spec, name: &str) -> TokenStream {
    let mut operations = spec.operations();
    let table = operations.find_map(|(_, _, operation)| {
        let schema = body(spec, operation)?;
        let place = schema.properties.as_ref()?.get_index_of(name)?;
        let table = table_name(operation);
        Some(quote!(parameters::#table[#place]))
    });
    table.expect("checked: rows use known parameters")
}

/// The shape of an operation's body.
pub(crate) fn body<'a>(spec: &'a Spec, operation: &Operation) -> Option<&'a Schema> {
    let media = operation.request_body.as_ref()?.content.values().next()?;
    spec.schemas().get(media.schema.name())
}

fn table_name(operation: &Operation) -> Ident {
    format_ident!("{}", operation.operation_id.to_shouty_snake_case())
}

fn row(spec: &Spec, of: &Schema, name: &str, property: &Schema) -> TokenStream {
    let description = spec.description(property).cloned().unwrap_or_default();
    let shape = shape(spec, property);
    let is_common = [Some(name), property.alias_of.as_deref()]
        .into_iter()
        .flatten()
        .any(|name| of.every_type.iter().any(|common| common == name));
    let is_sensitive = sensitive::holds(spec, property);
    let alias_of = match &property.alias_of {
        Some(name) => quote!(Some(#name)),
        None => quote!(None),
    };
    let example = spec.example(property).to_string();
    quote! {
        crate::Parameter {
            name: #name,
            description: #description,
            shape: #shape,
            is_common: #is_common,
            is_sensitive: #is_sensitive,
            alias_of: #alias_of,
            example: #example,
        }
    }
}

fn shape(spec: &Spec, schema: &Schema) -> TokenStream {
    let schema = spec.resolve(schema);
    match schema.kind {
        Some(Kind::Integer) => {
            let min = schema.minimum.unwrap_or(0);
            match schema.format.as_deref() {
                Some("int32") => quote!(crate::Shape::Count { min: #min }),
                _ => quote!(crate::Shape::Amount { min: #min }),
            }
        }
        Some(Kind::Boolean) => quote!(crate::Shape::Boolean),
        Some(Kind::Array) => {
            let items = schema.items.as_deref();
            let element = shape(spec, items.expect("checked: an array has items"));
            let max_items = schema.max_items.unwrap_or(u32::MAX);
            quote!(crate::Shape::Array { element: &#element, max_items: #max_items })
        }
        Some(Kind::Object) => {
            let properties = schema.properties.iter().flatten();
            let members = properties.map(|(name, property)| {
                let required = schema.required.contains(name);
                let shape = shape(spec, property);
                quote!(crate::Member { name: #name, is_required: #required, shape: #shape })
            });
            quote!(crate::Shape::Object(&[#(#members),*]))
        }
        // The values of `type` are the table's, and the rules have a message of their own for it.
        _ => match &schema.values {
            Some(values) if schema.payment_methods.is_none() => {
                quote!(crate::Shape::OneOf(&[#(#values),*]))
            }
            _ => {
                let max_length = schema.max_length.unwrap_or(u32::MAX);
                quote!(crate::Shape::Text { max_length: #max_length })
            }
        },
    }
}
