//! Where teams of other languages go from here.

use maud::html;

use super::Section;
use crate::both::Words;

pub(crate) fn section() -> Section {
    let content = html! {
        dl.facts {
            dt { code { "openapi/generators.md" } }
            dd {
                (Words(
                    "The generators that accept this document, with their versions and options.",
                    "本仕様書に対応しているコードジェネレーターと、そのバージョンおよびオプション。",
                ))
            }
            dt { code { "openapi/conformance" } }
            dd {
                (Words(
                    "Requests and the answers that they must get, as JSON, with runners to copy. \
                     `omise conformance` runs them against any endpoint.",
                    "リクエストと期待されるレスポンスを記載した JSON と、コピーして使えるランナー。\
                     `omise conformance` で任意のエンドポイントを検証できます。",
                ))
            }
            dt { code { "openapi/published" } }
            dd {
                (Words(
                    "Published versions of the document, which never change, in the forms that \
                     tools want.",
                    "公開済みのバージョン（以後変更されません）と、ツール向けの各形式。",
                ))
            }
            dt { code { "omise serve" } }
            dd {
                (Words(
                    "The server that answers as this page says. It needs no account and no \
                     network.",
                    "このページの記載どおりにレスポンスを返すサーバー。アカウントもネットワークも不要です。",
                ))
            }
        }
    };
    Section::new(
        "more",
        Words("For other languages", "他の言語での利用"),
        content,
    )
}
