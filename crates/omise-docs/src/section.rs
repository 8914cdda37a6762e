//! The sections of the page, in reading order.

pub(crate) mod about;
mod cells;
pub(crate) mod clients;
pub(crate) mod currencies;
pub(crate) mod errors;
pub(crate) mod examples;
pub(crate) mod keys;
pub(crate) mod more;
pub(crate) mod operation;
pub(crate) mod payment_methods;
mod programs;
pub(crate) mod source;
mod try_it;
pub(crate) mod versions;

use maud::{Markup, html};

use crate::both::Words;

/// A section of the page: where it is found, what it is called and what it says.
pub(crate) struct Section {
    pub(crate) id: String,
    pub(crate) title: Markup,
    pub(crate) content: Markup,
}

impl Section {
    fn new(id: &str, title: Words, content: Markup) -> Section {
        Section {
            id: id.to_owned(),
            title: html! { (title) },
            content,
        }
    }
}

/// A heading that can be linked to.
fn heading(id: &str, title: &Markup) -> Markup {
    html! { h3 id=(id) { a href={ "#" (id) } { (title) } } }
}

/// Codes with commas between them.
fn codes<'a>(codes: impl IntoIterator<Item = &'a String>) -> Markup {
    html! {
        @for (index, code) in codes.into_iter().enumerate() {
            @if index > 0 { ", " }
            code { (code) }
        }
    }
}
