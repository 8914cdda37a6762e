//! The versions of the API.

use maud::html;
use omise_contract::Spec;
use omise_contract::document::ApiVersion;

use super::Section;
use crate::both::{Both, Words};

pub(crate) fn section(document: Both<'_, Spec>) -> Section {
    let parameters = document.map(|spec| &spec.document().components.parameters);
    let names = parameters.en.keys();
    let known = names.filter_map(|name| parameters.find(|all| all.get(name)));
    let content = html! {
        @for parameter in known {
            @if !parameter.en.versions.is_empty() {
                p { code { (parameter.en.name) } }
                (parameter.map(|parameter| &parameter.description).blocks())
                dl.answers {
                    @for row in &parameter.en.versions {
                        dt { code { (row.version) } }
                        dd { (words(row.sources)) }
                    }
                }
            }
        }
    };
    Section::new(
        "versions",
        Words("Versions of the API", "API バージョン"),
        content,
    )
}

fn words(version: ApiVersion) -> Words {
    match version {
        ApiVersion::Described => Words(
            "The one that is described here",
            "本仕様書が対象とするバージョン",
        ),
        ApiVersion::NotDescribed => Words(
            "Its sources have another shape, which is not described here",
            "ソースの形式が異なるため、本仕様書の対象外です",
        ),
        ApiVersion::WithoutSources => Words("It has no sources", "ソースに対応していません"),
    }
}
