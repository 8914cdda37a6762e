//! What is not shown: which shapes hold a sensitive text, and the names of the attributes that are.
//!
//! The document says it of every text, in `x-omise-sensitive`; an object or a list holds what its
//! members are.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use proc_macro2::TokenStream;
use quote::quote;

use crate::document::{Kind, Schema};
use crate::spec::Spec;

/// Emits the names of the sensitive attributes.
pub(crate) fn attributes(spec: &Spec) -> TokenStream {
    let mut names = BTreeSet::new();
    for schema in spec.schemas().values() {
        collect(spec, schema, &mut names);
    }
    quote! {
        /// The names of the attributes and parameters that are sensitive in some object, sorted.
        ///
        /// With them a body of JSON can be masked that is read as no type: the value of a member
        /// of such a name is not shown, wherever it stands. That hides too much rather than too
        /// little, as a name such as `name` is the payer's in one object and an item's in another.
        pub const SENSITIVE_ATTRIBUTES: &[&str] = &[#(#names),*];
    }
}

fn collect<'a>(spec: &Spec, schema: &'a Schema, names: &mut BTreeSet<&'a String>) {
    for (name, property) in schema.properties.iter().flatten() {
        if is_sensitive_text(spec, element(spec, property)) {
            names.insert(name);
        }
        collect(spec, property, names);
    }
    if let Some(items) = &schema.items {
        collect(spec, items, names);
    }
}

/// Whether a value of this shape is a sensitive text or holds one.
pub(crate) fn holds(spec: &Spec, schema: &Schema) -> bool {
    let schema = element(spec, schema);
    let mut members = schema.properties.iter().flat_map(IndexMap::values);
    is_sensitive_text(spec, schema) || members.any(|member| holds(spec, member))
}

/// Whether the shape is that of a sensitive text.
pub(crate) fn is_sensitive_text(spec: &Spec, schema: &Schema) -> bool {
    let schema = spec.resolve(schema);
    schema.kind == Some(Kind::String) && schema.sensitive == Some(true)
}

/// The shape itself or, of a list, that of its elements.
pub(crate) fn element<'a>(spec: &'a Spec, schema: &'a Schema) -> &'a Schema {
    let schema = spec.resolve(schema);
    match &schema.items {
        Some(items) => element(spec, items),
        None => schema,
    }
}
