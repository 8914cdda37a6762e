//! What the API is and where it is served.

use maud::{Markup, html};
use omise_contract::Spec;
use omise_contract::document::ExternalDocs;

use super::Section;
use crate::both::{Both, STOP, Words};
use crate::markdown::is_harmless;
use crate::views::FILES;

pub(crate) fn section(document: Both<'_, Spec>, folder: &str) -> Section {
    let whole = document.map(Spec::document);
    let version = &whole.en.info.version;
    let tags = whole.en.tags.iter().zip(&whole.ja.tags);
    let servers = whole.en.servers.iter().zip(&whole.ja.servers);
    let content = html! {
        (whole.map(|document| &document.info.description).blocks())
        @for (en, ja) in tags {
            (Both { en, ja }.map(|tag| &tag.description).blocks())
        }
        dl.facts {
            @for (en, ja) in servers {
                dt {
                    @for (index, address) in en.addresses().iter().enumerate() {
                        @if index > 0 { ", " }
                        code { (address) }
                    }
                }
                dd { (Both { en, ja }.map(|server| &server.description).inline()) }
            }
        }
        h3 #downloads { a href="#downloads" { (Words("Downloads", "ダウンロード")) } }
        ul {
            @for (name, words) in FILES {
                li { a href={ (folder) (name) } { (name) } " " (words) }
            }
        }
        p {
            (Words(
                "This page is made of version",
                "このページは、OpenAPI 仕様書のバージョン",
            ))
            " " code { (version) } " "
            (Words("of the document", "から生成されています")) (STOP)
            @if let Some(docs) = &whole.en.external_docs { (documentation(docs)) (STOP) }
        }
    };
    Section::new("about", Words("The API", "API について"), content)
}

/// A link to where the service documents something itself.
pub(crate) fn documentation(docs: &ExternalDocs) -> Markup {
    let words = Words("The documentation of Omise", "Omise のドキュメント");
    html! {
        @if is_harmless(&docs.url) {
            a href=(docs.url) rel="noreferrer" { (words) }
        } @else {
            (words)
        }
    }
}
