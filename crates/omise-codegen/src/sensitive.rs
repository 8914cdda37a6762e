//! What is not shown: which shapes hold a sensitive text.
//!
//! The document says it of every text, in `x-omise-sensitive`; an object or a list holds what its
//! members are.

use indexmap::IndexMap;

use omise_contract::Spec;
use omise_contract::document::{Kind, Schema};

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
