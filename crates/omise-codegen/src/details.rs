//! The typed view of a source: a variant for each payment method of the table, with what a source
//! says of it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use crate::names::variant;
use omise_contract::document::{Kind, MethodRow, Schema};
use omise_contract::{Problems, Spec};

/// An attribute that the API answers beside a parameter, and does not take.
const ANSWERED_BESIDE: (&str, &str) = ("zero_interest_installments", "absorption_type");

/// Emits the enum and how it is read.
pub(crate) fn emit(spec: &Spec) -> Result<TokenStream, Problems> {
    let mut variants = TokenStream::new();
    let mut reads = TokenStream::new();
    let mut names = TokenStream::new();
    for (key, row) in spec.payment_methods() {
        let name = variant(key);
        let label = name.to_string();
        let doc = format!("`{key}`: {}.", row.label);
        let details = details(spec, row)?;
        if details.is_empty() {
            variants.extend(quote!(#[doc = #doc] #name,));
            reads.extend(quote!(crate::SourceType::#name => Self::#name,));
            names.extend(quote!(Self::#name => #label,));
            continue;
        }
        let idents: Vec<&Ident> = details.iter().map(|detail| &detail.ident).collect();
        let docs = details.iter().map(|detail| spec.description(detail.schema));
        let types = details.iter().map(|detail| &detail.ty);
        let values = details.iter().map(|detail| &detail.value);
        variants.extend(quote! {
            #[doc = #doc]
            #[non_exhaustive]
            #name {
                #(#[doc = #docs] #idents: #types,)*
            },
        });
        reads.extend(quote!(crate::SourceType::#name => Self::#name { #(#idents: #values),* },));
        names.extend(quote!(Self::#name { .. } => #label,));
    }
    Ok(quote! {
        /// What a source says of its payment method, read by
        /// [`Source::payment_method`](crate::Source::payment_method).
        ///
        /// A variant has the parameters that its payment method takes, beside those that every one
        /// takes; an answer that was cut may lack any of them. `Debug` names the payment method and
        /// shows nothing of the payer.
        #[derive(Clone, Copy, PartialEq)]
        #[non_exhaustive]
        pub enum PaymentMethodDetails<'a> {
            #variants
            /// A payment method that this version does not know.
            Other(&'a crate::OtherValue),
        }

        impl<'a> PaymentMethodDetails<'a> {
            pub(crate) fn read(source: &'a crate::Source) -> Self {
                match &source.type_ {
                    #reads
                    crate::SourceType::Other(value) => Self::Other(value),
                }
            }

            pub(crate) fn name(&self) -> &'static str {
                match self {
                    #names
                    Self::Other(_) => "Other",
                }
            }
        }
    })
}

struct Detail<'a> {
    ident: Ident,
    schema: &'a Schema,
    ty: TokenStream,
    value: TokenStream,
}

/// What a source says of a payment method, in the order of the parameters.
fn details<'a>(spec: &'a Spec, row: &MethodRow) -> Result<Vec<Detail<'a>>, Problems> {
    let (parameter, attribute) = ANSWERED_BESIDE;
    let mut details = Vec::new();
    for (name, _) in spec.parameters() {
        if row.required.contains(name) || row.optional.contains(name) {
            details.push(detail(spec, name)?);
            if name == parameter {
                details.push(detail(spec, attribute)?);
            }
        }
    }
    Ok(details)
}

fn detail<'a>(spec: &'a Spec, name: &str) -> Result<Detail<'a>, Problems> {
    let place = format!("components.schemas.Source.properties.{name}");
    let source = spec.schemas().get("Source");
    let properties = source.and_then(|source| source.properties.as_ref());
    let schema = properties.and_then(|properties| properties.get(name));
    let schema = schema.ok_or_else(|| {
        Problems::one(
            &place,
            "is missing; a payment method takes the parameter, so its sources have the attribute",
        )
    })?;
    let ident = format_ident!("{name}");
    let rust_name = |name: &str| format_ident!("{name}");
    let title = schema.title.as_deref().or(schema.points_at());
    let title = title.map(rust_name);
    let items = schema.items.as_deref().and_then(Schema::points_at);
    let items = items.map(rust_name);
    let (ty, value) = match (schema.kind, title, items) {
        (Some(Kind::String), None, _) => {
            let aliases = spec.parameters().filter(|(alias, of)| {
                of.alias_of.as_deref() == Some(name)
                    && properties.is_some_and(|properties| properties.contains_key(*alias))
            });
            let aliases = aliases.map(|(alias, _)| format_ident!("{alias}"));
            let value = quote!(source.#ident.as_deref() #(.or(source.#aliases.as_deref()))*);
            (quote!(Option<&'a str>), value)
        }
        (Some(Kind::Integer), ..) if schema.format.as_deref() == Some("int32") => {
            (quote!(Option<i32>), quote!(source.#ident))
        }
        (Some(Kind::Boolean), ..) => (quote!(Option<bool>), quote!(source.#ident)),
        (Some(Kind::Array), _, Some(items)) => {
            (quote!(&'a [crate::#items]), quote!(&source.#ident))
        }
        (_, Some(title), _) => (
            quote!(Option<&'a crate::#title>),
            quote!(source.#ident.as_ref()),
        ),
        _ => {
            let message = "has no type in the typed view of a source; give it a `title`";
            return Err(Problems::one(place, message));
        }
    };
    Ok(Detail {
        ident,
        schema,
        ty,
        value,
    })
}
