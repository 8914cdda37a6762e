//! Open enums: a variant for each value known today, and one that keeps a value that came later.
//!
//! progenitor's own string enums are closed. With them a new payment method on the other side would
//! make an old reader fail on a good answer.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use crate::names::variant;
use crate::table;
use crate::view::{OpenEnum, View};
use omise_contract::Spec;

/// Emits the open enums of the document.
pub(crate) fn emit(spec: &Spec, view: &View) -> TokenStream {
    view.open_enums
        .iter()
        .map(|(name, open_enum)| one(spec, name, open_enum))
        .collect()
}

/// Emits one.
pub(crate) fn one(spec: &Spec, name: &str, open_enum: &OpenEnum) -> TokenStream {
    let ident = format_ident!("{name}");
    let description = &open_enum.description;
    let values = &open_enum.values;
    let variants: Vec<Ident> = values.iter().map(|value| variant(value)).collect();
    let docs = values.iter().map(|value| {
        let row = spec.payment_methods().find(|(key, _)| *key == value);
        match row {
            Some((key, row)) if name == "SourceType" => table::row_doc(spec, key, row),
            _ => format!("`{value}`."),
        }
    });
    // `unknown` is a word of the API itself (a charge status), so the variant that keeps a value
    // this version does not know is called otherwise.
    quote! {
        #[doc = #description]
        #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum #ident {
            #(#[doc = #docs] #variants,)*
            /// A value that this version does not know, kept as it was read.
            Other(crate::OtherValue),
        }

        impl #ident {
            /// Every value known to this version, in the order of the specification.
            pub const KNOWN: &'static [#ident] = &[#(#ident::#variants),*];

            /// The value as it stands on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    #(#ident::#variants => #values,)*
                    #ident::Other(value) => value.as_str(),
                }
            }
        }

        impl From<&str> for #ident {
            fn from(value: &str) -> Self {
                match value {
                    #(#values => #ident::#variants,)*
                    other => #ident::Other(crate::OtherValue::new(other)),
                }
            }
        }

        impl From<String> for #ident {
            fn from(value: String) -> Self {
                Self::from(value.as_str())
            }
        }

        impl ::std::str::FromStr for #ident {
            type Err = ::std::convert::Infallible;

            fn from_str(value: &str) -> ::std::result::Result<Self, Self::Err> {
                Ok(Self::from(value))
            }
        }

        impl AsRef<str> for #ident {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::std::fmt::Display for #ident {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::serde::Serialize for #ident {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for #ident {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                crate::reading::text(deserializer, |value| Self::from(value))
            }
        }

        #[cfg(feature = "schemars")]
        impl ::schemars::JsonSchema for #ident {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                #name.into()
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!({
                    "type": "string",
                    "description": #description,
                    "x-extensible-enum": [#(#values),*],
                })
            }
        }
    }
}
