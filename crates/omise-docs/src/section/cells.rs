//! What the tables of currencies and payment methods both show.

use maud::{Markup, html};
use omise_contract::{Spec, readable_amount};

use super::codes;
use crate::both::{COMMA, STOP, Words};
use crate::markdown::is_harmless;

/// An amount as people write it, without the currency, and as it is sent.
pub(super) fn amount(spec: &Spec, currency: &str, smallest_units: i64) -> Markup {
    let amount = readable_amount(spec, currency, smallest_units);
    let amount = amount.split(' ').next().unwrap_or_default();
    html! {
        td.number {
            (amount)
            br;
            code { (smallest_units) }
        }
    }
}

/// How something is known.
pub(super) fn evidence(marks: &[String]) -> Markup {
    let words = |mark: &str| match mark {
        "documented" => Words("documentation", "ドキュメント"),
        "schema" => Words("the service's own schema", "サービスのスキーマ"),
        "fixture" => Words("a recorded answer", "記録されたレスポンス"),
        "sdk" => Words("official clients", "公式クライアント"),
        "inferred" => Words("inference", "推定"),
        _ => Words("an unofficial source", "非公式の情報"),
    };
    html! {
        @for (index, mark) in marks.iter().enumerate() {
            @if index > 0 { (COMMA) }
            (words(mark))
        }
        (STOP)
    }
}

/// The members that are a default of this project.
pub(super) fn ours(members: &[String]) -> Markup {
    html! {
        @if !members.is_empty() {
            (Words("Ours:", "本プロジェクトの仮定：")) " " (codes(members)) (STOP)
        }
    }
}

/// A link to a page of the documentation, which stands beside that of the API.
pub(super) fn see(spec: &Spec, page: &str) -> Markup {
    let docs = spec.document().external_docs.as_ref();
    let base = docs.and_then(|docs| Some(docs.url.rsplit_once('/')?.0));
    html! {
        @if let Some(base) = base.filter(|base| is_harmless(base)) {
            a href={ (base) "/" (page) } rel="noreferrer" { (page) }
        }
    }
}
