//! The parameters of a new source as Rust.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

use crate::open_enum::variant;
use crate::sensitive;
use omise_contract::Spec;
use omise_contract::document::{Kind, Schema};

/// Emits the parameters of a new source.
pub(crate) fn parameters(spec: &Spec) -> TokenStream {
    let (names, schemas): (Vec<&String>, Vec<&Schema>) = spec.parameters().unzip();
    let variants: Vec<Ident> = names.iter().map(|name| variant(name)).collect();
    let descriptions: Vec<String> = schemas
        .iter()
        .map(|schema| spec.description(schema).cloned().unwrap_or_default())
        .collect();
    let shapes = schemas.iter().map(|schema| shape(spec, schema));
    let all = || schemas.iter().zip(&variants);
    let of_every_type = names
        .iter()
        .zip(&variants)
        .filter(|(name, _)| spec.every_type().contains(name));
    let every_type = of_every_type.map(|(_, variant)| variant);
    let sensitive =
        all().filter_map(|(schema, variant)| sensitive::holds(spec, schema).then_some(variant));
    let aliases = all().filter_map(|(schema, alias)| {
        let name = variant(schema.alias_of.as_deref()?);
        Some(quote!(Parameter::#alias => Some(Parameter::#name),))
    });
    let examples = schemas
        .iter()
        .map(|schema| spec.example(schema).to_string());
    quote! {
        /// A parameter of a new source, in the order in which reasons for a refusal are reported.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum Parameter {
            #(#[doc = #descriptions] #variants,)*
        }

        impl Parameter {
            /// Every parameter.
            pub const ALL: &'static [Parameter] = &[#(Parameter::#variants),*];

            /// The parameters that every payment method takes if they are sent.
            pub const EVERY_TYPE: &'static [Parameter] = &[#(Parameter::#every_type),*];

            /// The name as it stands on the wire.
            pub const fn name(self) -> &'static str {
                match self {
                    #(Parameter::#variants => #names,)*
                }
            }

            /// What it is, as the specification says it.
            pub const fn description(self) -> &'static str {
                match self {
                    #(Parameter::#variants => #descriptions,)*
                }
            }

            /// The shape of its value.
            pub const fn shape(self) -> &'static crate::Shape {
                match self {
                    #(Parameter::#variants => &#shapes,)*
                }
            }

            /// The parameter that this one is only another name of.
            pub const fn alias_of(self) -> Option<Parameter> {
                match self {
                    #(#aliases)*
                    _ => None,
                }
            }

            /// Whether its value, or a part of it, is sensitive and kept out of `Debug`, errors and
            /// logs.
            pub const fn is_sensitive(self) -> bool {
                matches!(self, #(Parameter::#sensitive)|*)
            }

            /// A value that it may have, as JSON.
            pub const fn example(self) -> &'static str {
                match self {
                    #(Parameter::#variants => #examples,)*
                }
            }
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
