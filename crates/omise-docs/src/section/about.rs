//! What the API is and where it is served.

use maud::{Markup, html};
use omise_contract::Spec;
use omise_contract::document::ExternalDocs;
use omise_contract::publish::ENDINGS;

use super::Section;
use crate::both::{Both, STOP, Words};
use crate::markdown::is_harmless;

/// What each of [`ENDINGS`] is.
const WORDS: [Words; ENDINGS.len()] = [
    Words("The document, OpenAPI 3.0", "本仕様書（OpenAPI 3.0）"),
    Words("The same as JSON", "同じ内容の JSON"),
    Words(
        "Its texts in Japanese, an OpenAPI Overlay",
        "日本語の説明文（OpenAPI Overlay）",
    ),
    Words(
        "The strict view: a request schema for each payment method",
        "決済方法ごとにリクエストのスキーマを定義した厳密版",
    ),
    Words("The same in OpenAPI 3.1", "同じ内容の OpenAPI 3.1 版"),
    Words(
        "Form bodies beside JSON, an OpenAPI Overlay",
        "フォーム形式のボディを追加する OpenAPI Overlay",
    ),
    Words(
        "The examples as a Postman collection",
        "リクエスト例の Postman コレクション",
    ),
    Words(
        "Workflows of calls that follow each other, in Arazzo",
        "一連の呼び出しを定義したワークフロー（Arazzo）",
    ),
];

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
            @for (ending, words) in ENDINGS.into_iter().zip(WORDS) {
                li { a href={ (folder) "source." (ending) } { "source." (ending) } " " (words) }
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
