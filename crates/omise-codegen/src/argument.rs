//! The parameters of a new source, as the constructors and setters of payment methods take them.

use omise_contract::document::{Kind, MethodRow, Schema};
use omise_contract::{Problems, Spec};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use crate::names::variant;

/// The payment methods that are not discontinued, with their wire values.
pub(crate) fn current(spec: &Spec) -> impl Iterator<Item = (&String, &MethodRow)> {
    let all = spec.payment_methods();
    all.filter(|(_, row)| row.discontinued.is_none())
}

/// The trait with the setters that every type has.
pub(crate) const COMMON_PARAMETERS: &str = "CommonParameters";

/// A parameter of a new source, as a constructor or a setter takes it.
pub(crate) struct Argument<'a> {
    /// Its name on the wire, and in Rust.
    pub(crate) name: &'a str,
    pub(crate) schema: &'a Schema,
    pub(crate) kind: ArgumentKind,
}

/// What an argument is in Rust.
pub(crate) enum ArgumentKind {
    /// Anything that becomes a `String`.
    Text,
    /// A bank, one of an open enum of the payment method.
    Bank(Ident),
    /// A number of things.
    Count,
    /// True or false.
    Boolean,
    /// A type of `omise-types`.
    Type(Ident),
    /// Any number of values of a type of `omise-types`.
    List(Ident),
}

impl Argument<'_> {
    pub(crate) fn ident(&self) -> Ident {
        format_ident!("{}", self.name)
    }

    pub(crate) fn parameter(&self) -> TokenStream {
        let ident = self.ident();
        let ty = match &self.kind {
            ArgumentKind::Text => quote!(impl Into<String>),
            ArgumentKind::Bank(name) => quote!(#name),
            ArgumentKind::Count => quote!(u32),
            ArgumentKind::Boolean => quote!(bool),
            ArgumentKind::Type(name) => quote!(crate::#name),
            ArgumentKind::List(name) => quote!(impl IntoIterator<Item = crate::#name>),
        };
        quote!(#ident: #ty)
    }

    pub(crate) fn value(&self) -> TokenStream {
        let ident = self.ident();
        match self.kind {
            ArgumentKind::Text => quote!(Some(#ident.into())),
            ArgumentKind::Bank(_) => quote!(Some(#ident.as_str().to_owned())),
            ArgumentKind::Count => quote!(Some(crate::payment_methods::count(#ident))),
            ArgumentKind::Boolean | ArgumentKind::Type(_) => quote!(Some(#ident)),
            ArgumentKind::List(_) => quote!(#ident.into_iter().collect()),
        }
    }

    pub(crate) fn setter(&self, spec: &Spec) -> TokenStream {
        let (ident, parameter, value) = (self.ident(), self.parameter(), self.value());
        let doc = spec.description(self.schema);
        quote! {
            #[doc = #doc]
            pub fn #ident(mut self, #parameter) -> Self {
                self.0.#ident = #value;
                self
            }
        }
    }
}

/// The arguments of the constructor behind the amount, in the order of the document.
pub(crate) fn required<'a>(
    spec: &'a Spec,
    key: &str,
    row: &MethodRow,
) -> Result<Vec<Argument<'a>>, Problems> {
    arguments(spec, key, &row.required)
}

/// What the payment method takes beside that and what every one takes, in the same order.
pub(crate) fn optional<'a>(
    spec: &'a Spec,
    key: &str,
    row: &MethodRow,
) -> Result<Vec<Argument<'a>>, Problems> {
    arguments(spec, key, &row.optional)
}

/// What every payment method takes, in the same order.
pub(crate) fn of_every_type(spec: &Spec) -> Result<Vec<Argument<'_>>, Problems> {
    arguments(spec, "", spec.every_type())
}

fn arguments<'a>(
    spec: &'a Spec,
    key: &str,
    names: &[String],
) -> Result<Vec<Argument<'a>>, Problems> {
    let parameters = spec.parameters();
    parameters
        .filter(|(name, _)| names.contains(name))
        .map(|(name, schema)| argument(spec, key, name, schema))
        .collect()
}

fn argument<'a>(
    spec: &'a Spec,
    key: &str,
    name: &'a str,
    schema: &'a Schema,
) -> Result<Argument<'a>, Problems> {
    let resolved = spec.resolve(schema);
    let has_name = |schema: &Schema| Some(format_ident!("{}", schema.points_at()?));
    let kind = match (resolved.kind, resolved.format.as_deref()) {
        (Some(Kind::String), _) if name == "bank" => Some(ArgumentKind::Bank(bank(key))),
        (Some(Kind::String), _) if resolved.values.is_none() => Some(ArgumentKind::Text),
        (Some(Kind::Integer), Some("int32")) => Some(ArgumentKind::Count),
        (Some(Kind::Integer), _) => Some(ArgumentKind::Type(format_ident!("Amount"))),
        (Some(Kind::Boolean), _) => Some(ArgumentKind::Boolean),
        (Some(Kind::Array), _) => {
            let items = resolved.items.as_deref();
            items.and_then(has_name).map(ArgumentKind::List)
        }
        _ => has_name(schema).map(ArgumentKind::Type),
    };
    let kind = kind.ok_or_else(|| {
        Problems::one(
            format!("components.schemas.SourceParameters.properties.{name}"),
            "has no type in the constructors of payment methods; point at one of \
             components.schemas",
        )
    })?;
    Ok(Argument { name, schema, kind })
}

/// The name of the enum of a payment method's banks.
pub(crate) fn bank(key: &str) -> Ident {
    format_ident!("{}Bank", variant(key))
}
