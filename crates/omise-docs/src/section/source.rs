//! The attributes of a source, in the order of the wire.

use maud::{Markup, html};
use omise_contract::Spec;
use omise_contract::document::Schema;

use super::Section;
use crate::both::{Both, Words};
use crate::field::{self, Remarks, fields};

pub(crate) fn section(document: Both<'_, Spec>) -> Section {
    let content = html! {
        @if let Some(source) = document.schema("Source") {
            @if let Some(description) = source.find(|schema| schema.description.as_ref()) {
                (description.blocks())
            }
            (fields(document, "source", source, &Attributes(source.en)))
        }
    };
    Section::new("source", Words("The source", "ソースオブジェクト"), content)
}

/// Remarks on the attributes.
struct Attributes<'a>(&'a Schema);

impl Remarks for Attributes<'_> {
    fn badges(&self, name: &str, schema: &Schema) -> Markup {
        html! {
            @if self.0.required.iter().any(|required| required == name) {
                " " span.badge.must { (Words("always there", "常に存在")) }
            }
            (field::nullable_badge(schema))
            (field::sensitive_badge(schema))
        }
    }
}
