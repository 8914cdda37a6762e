//! The currencies with their general limits.

use maud::{Markup, html};
use omise_contract::Spec;

use super::Section;
use super::cells::{amount, evidence, ours, see};
use crate::both::{Both, Words};

pub(crate) fn section(document: Both<'_, Spec>) -> Section {
    let content = html! {
        @if let Some(schema) = document.schema("Currency") {
            @if let Some(description) = schema.find(|schema| schema.description.as_ref()) {
                (description.blocks())
            }
        }
        div.wide tabindex="0" {
            table {
                thead {
                    tr {
                        th scope="col" { (Words("Currency", "通貨")) }
                        th scope="col" { (Words("Country", "国")) }
                        th.number scope="col" { (Words("Least", "下限")) }
                        th.number scope="col" { (Words("Most", "上限")) }
                        th scope="col" { (Words("Known from", "根拠")) }
                    }
                }
                tbody { @for (code, _) in document.en.currencies() { (row(document.en, code)) } }
            }
        }
    };
    Section::new("currencies", Words("Currencies", "通貨"), content)
}

fn row(spec: &Spec, code: &str) -> Markup {
    let Some(currency) = spec.currency(code) else {
        return html! {};
    };
    html! {
        tr id={ "currency-" (code) } {
            th scope="row" { code { (code) } " " span.small data-currency=(code) {} }
            td { span data-region=(currency.country) { (currency.country) } }
            (amount(spec, code, currency.min))
            (amount(spec, code, currency.max))
            td.small {
                (evidence(&currency.evidence)) " "
                (ours(&currency.ours)) " "
                (see(spec, &currency.see))
            }
        }
    }
}
