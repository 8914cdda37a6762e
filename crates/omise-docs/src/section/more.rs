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
                    "この文書を受け付けるジェネレーターと、そのバージョンとオプション。",
                ))
            }
            dt { code { "openapi/conformance" } }
            dd {
                (Words(
                    "Requests and the answers that they must get, as JSON, with runners to copy. \
                     `omise conformance` runs them against any endpoint.",
                    "リクエストと期待されるレスポンスの JSON と、コピーして使えるランナー。\
                     `omise conformance` で任意のエンドポイントに対して実行できます。",
                ))
            }
            dt { code { "openapi/published" } }
            dd {
                (Words(
                    "Published versions of the document, which never change, in the forms that \
                     tools want.",
                    "公開済みで以後変わらない各バージョンと、ツール向けの派生形式。",
                ))
            }
            dt { code { "omise serve" } }
            dd {
                (Words(
                    "The server that answers as this page says. It needs no account and no \
                     network.",
                    "このページの通りにレスポンスするサーバー。アカウントもネットワークも不要です。",
                ))
            }
        }
    };
    Section::new(
        "more",
        Words("For other languages", "他の言語から使う"),
        content,
    )
}
