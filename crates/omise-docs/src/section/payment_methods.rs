//! The table of payment methods: a row for each, which opens to all that is known of it and to the
//! call that creates such a source.

use maud::{Markup, html};
use omise_contract::document::{ConstraintRow, Format, MethodRow};
use omise_contract::{Spec, installment_minimum, limits, readable_amount};

use super::cells::{amount, evidence, see};
use super::programs::{Place, Program, languages, programs};
use super::{Section, codes};
use crate::both::{Both, COMMA, Words};
use crate::call::{Call, key_variable};

pub(crate) fn section(document: Both<'_, Spec>, calls: &[Call]) -> Section {
    let rows: Vec<(&String, Both<'_, MethodRow>)> = rows(document).collect();
    let content = html! {
        p {
            (Words(
                "A row opens to what the payment method requires and allows, and to a program \
                 that creates such a source. Amounts are shown as people write them.",
                "行を開くと、その決済方法の必須・任意パラメータと、ソースを作成するプログラムが\
                 表示されます。金額は通常の表記です。",
            ))
        }
        @if let (Ok(key), Ok(server)) = (key_variable(document.en), crate::server(document.en)) {
            p {
                (Words("The programs read the key from", "プログラムは、キーを環境変数"))
                " " code { (key) } " "
                (Words("and call", "から読み取り、"))
                " " code data-server { (server) }
                (Words(
                    " unless `OMISE_API_URL` says otherwise. `omise serve` prints the keys of its \
                     test account.",
                    "に接続します。接続先は `OMISE_API_URL` で変更できます。\
                     テストアカウントのキーは `omise serve` が表示します。",
                ))
            }
        }
        (filter(&rows))
        div.columns aria-hidden="true" {
            span { (Words("Payment method", "決済方法")) }
            span { (Words("Flow", "フロー")) }
            span { (Words("Countries", "国")) }
            span { (Words("Amount", "金額")) }
            span { (Words("Requires", "必須")) }
        }
        div #methods {
            @for (key, row) in &rows { (method(document, key, *row, calls)) }
        }
        p #none hidden {
            (Words("No payment method matches.", "条件に合う決済方法はありません。"))
        }
        template #languages { (languages()) }
    };
    Section::new(
        "payment-methods",
        Words("Payment methods", "決済方法"),
        content,
    )
}

fn rows<'a>(document: Both<'a, Spec>) -> impl Iterator<Item = (&'a String, Both<'a, MethodRow>)> {
    let rows = document
        .en
        .payment_methods()
        .zip(document.ja.payment_methods());
    rows.map(|((key, en), (_, ja))| (key, Both { en, ja }))
}

/// The controls above the table. Without a script they would do nothing, so it shows them.
fn filter(rows: &[(&String, Both<'_, MethodRow>)]) -> Markup {
    let of = |values: fn(&MethodRow) -> Vec<&String>| {
        let mut all: Vec<&String> = rows.iter().flat_map(|(_, row)| values(row.en)).collect();
        all.sort();
        all.dedup();
        all
    };
    html! {
        form #filter role="search" hidden {
            label {
                (Words("Search", "検索"))
                input name="text" type="search" autocomplete="off" spellcheck="false";
            }
            label {
                (Words("Country", "国"))
                select name="country" {
                    (any())
                    @for country in of(|row| row.countries.iter().collect()) {
                        option value=(country) data-region=(country) { (country) }
                    }
                }
            }
            label {
                (Words("Currency", "通貨"))
                select name="currency" {
                    (any())
                    @for currency in of(|row| row.currencies.iter().collect()) {
                        option value=(currency) { (currency) }
                    }
                }
            }
            label {
                (Words("Flow", "フロー"))
                select name="flow" {
                    (any())
                    @for flow in of(|row| std::iter::once(&row.flow).collect()) {
                        option value=(flow) { (flow) }
                    }
                }
            }
            label.check {
                input name="discontinued" type="checkbox";
                (Words("Show discontinued", "提供終了も表示"))
            }
            p.count role="status" {
                span #shown { (count(rows.len(), rows.len())) }
                span #hidden-discontinued hidden {
                    " " (discontinued_are_hidden())
                }
            }
        }
    }
}

/// How many rows are shown. The script writes the first number again.
fn count(shown: usize, all: usize) -> Markup {
    html! {
        span lang="en" { b { (shown) } " of " (all) " payment methods." }
        span lang="ja" { (all) " 件中 " b { (shown) } " 件を表示。" }
    }
}

/// How many rows match and are hidden. The script writes the number and shows the verb that fits.
fn discontinued_are_hidden() -> Markup {
    html! {
        span lang="en" {
            b {} " discontinued "
            span data-plural="one" { "is" } span data-plural="other" { "are" }
            " hidden."
        }
        span lang="ja" { "提供終了の決済方法 " b {} " 件は表示していません。" }
    }
}

fn any() -> Markup {
    html! { option value="" data-en="All" data-ja="すべて" { "All" } }
}

fn method(document: Both<'_, Spec>, key: &str, row: Both<'_, MethodRow>, calls: &[Call]) -> Markup {
    let MethodRow {
        label,
        flow,
        flow_by_country,
        countries,
        currencies,
        required,
        discontinued,
        ..
    } = row.en;
    let flow_in = flow_by_country.iter();
    let flow_in: Vec<String> = flow_in
        .map(|(country, flow)| format!("{country}:{flow}"))
        .collect();
    html! {
        details.method id=(key)
            data-countries=(countries.join(" ")) data-currencies=(currencies.join(" "))
            data-flow=(flow) data-flow-in=(flow_in.join(" ")) data-gone[discontinued.is_some()]
        {
            summary {
                span.what {
                    span.label data-search={ (row.en.label) " " (row.ja.label) " " (key) } {
                        (row.map(|row| &row.label).inline())
                    }
                    @if discontinued.is_some() {
                        " " span.badge.gone { (Words("discontinued", "提供終了")) }
                    }
                    " " code { (key) }
                }
                span.flow { code { (flow) } }
                span.countries { (countries.join(", ")) }
                span.amounts {
                    @for currency in currencies { span { (range(document.en, row.en, currency)) } }
                }
                span.needs { (codes(required)) }
            }
            div.open {
                div.facts-of { (facts(document, row)) }
                (creations(key, label, calls))
            }
        }
    }
}

/// The limits as people write them, the currency once: `20.00 – 150,000.00 THB`.
fn range(spec: &Spec, row: &MethodRow, currency: &str) -> Markup {
    let limits = limits(spec, row, currency);
    let least = readable_amount(spec, currency, limits.min);
    let least = least.split(' ').next().unwrap_or_default();
    html! { (least) " – " (readable_amount(spec, currency, limits.max)) }
}

/// All that the row says.
fn facts(document: Both<'_, Spec>, row: Both<'_, MethodRow>) -> Markup {
    let MethodRow {
        flow,
        flow_by_country,
        countries,
        banks,
        installment_interest,
        charge_expiry_hours,
        discontinued,
        ..
    } = row.en;
    html! {
        @if let Some(note) = row.find(|row| row.note.as_ref()) { (note.blocks()) }
        dl.facts {
            @if let Some(date) = discontinued {
                dt { (Words("Discontinued", "提供終了")) }
                dd {
                    @if date == "unknown" { (Words("at an unknown time", "時期不明")) }
                    @else { (date) }
                }
            }
            dt { (Words("Flow", "フロー")) }
            dd {
                a href="#source-flow" { code { (flow) } }
                @for (country, flow) in flow_by_country {
                    (COMMA) span data-region=(country) { (country) } " " code { (flow) }
                }
            }
            dt { (Words("Countries", "国")) }
            dd {
                @for (index, country) in countries.iter().enumerate() {
                    @if index > 0 { (COMMA) }
                    span data-region=(country) { (country) }
                }
            }
            dt { (Words("Amount", "金額")) }
            dd { (amounts(document.en, row.en)) }
            (parameters(document, row.en))
            @if !banks.is_empty() {
                dt { (Words("Banks", "銀行コード")) }
                dd { (codes(banks)) }
            }
            (terms(document.en, row.en))
            @if let Some(who) = installment_interest {
                dt { (Words("Interest", "利子")) }
                dd { (Words("always borne by:", "常に負担するのは：")) " " code { (who) } }
            }
            dt { (Words("A charge stays pending", "課金の有効期間")) }
            dd { (charge_expiry_hours) " " (Words("hours", "時間")) }
            (provenance(document.en, row.en))
        }
    }
}

fn amounts(spec: &Spec, row: &MethodRow) -> Markup {
    html! {
        table {
            thead {
                tr {
                    th scope="col" { (Words("Currency", "通貨")) }
                    th.number scope="col" { (Words("Least", "下限")) }
                    th.number scope="col" { (Words("Most", "上限")) }
                }
            }
            tbody {
                @for currency in &row.currencies {
                    @let limits = limits(spec, row, currency);
                    tr {
                        th scope="row" {
                            a href={ "#currency-" (currency) } { code { (currency) } }
                        }
                        (amount(spec, currency, limits.min))
                        (amount(spec, currency, limits.max))
                    }
                }
            }
        }
    }
}

/// What it requires and what it takes, each with its meaning and its form.
fn parameters(document: Both<'_, Spec>, row: &MethodRow) -> Markup {
    html! {
        @for (words, names) in [
            (Words("Required", "必須"), &row.required),
            (Words("Optional", "任意"), &row.optional),
        ] {
            @if !names.is_empty() {
                dt { (words) }
                dd {
                    ul.parameters {
                        @for name in names { li { (parameter(document, row, name)) } }
                    }
                }
            }
        }
        dt { (Words("Also taken", "共通の任意項目")) }
        dd {
            @for (index, name) in document.en.every_type().iter().enumerate() {
                @if index > 0 { ", " }
                (parameter_link(document.en, name))
            }
        }
    }
}

fn parameter(document: Both<'_, Spec>, row: &MethodRow, name: &str) -> Markup {
    let request = document.schema("SourceParameters");
    let schema =
        request.and_then(|request| request.find(|request| request.properties.as_ref()?.get(name)));
    let description = schema.and_then(|schema| document.description(schema));
    html! {
        (parameter_link(document.en, name))
        @if let Some(constraint) = row.constraints.get(name) { " " (form(*constraint)) }
        @if let Some(description) = description { " " (description.inline()) }
    }
}

/// A link to a parameter where it is described.
fn parameter_link(spec: &Spec, name: &str) -> Markup {
    let mut operations = spec.operations();
    let of_body = operations.find(|(_, _, operation)| operation.request_body.is_some());
    let place = of_body.map(|(_, _, operation)| super::operation::id(operation));
    html! { a href={ "#" (place.unwrap_or_default()) "-" (name) } { code { (name) } } }
}

fn form(constraint: ConstraintRow) -> Markup {
    html! {
        span.badge {
            @match constraint {
                ConstraintRow::MaxLength(most) => {
                    (Words("characters at most:", "最大文字数：")) " " (most)
                }
                ConstraintRow::Digits(least, most) => {
                    (Words("digits:", "数字の桁数：")) " " (least) "–" (most)
                }
                ConstraintRow::Format(Format::Email) => {
                    (Words("an e-mail address", "メールアドレス"))
                }
            }
        }
    }
}

/// The numbers of monthly payments, each with the least amount that it takes.
fn terms(spec: &Spec, row: &MethodRow) -> Markup {
    let Some(currency) = row
        .currencies
        .first()
        .filter(|_| !row.installment_terms.is_empty())
    else {
        return html! {};
    };
    html! {
        dt { (Words("Installment terms", "分割回数")) }
        dd {
            @if let Some(monthly) = row.installment_monthly_minimum {
                p {
                    (Words("A monthly payment of at least", "月々の最低支払額："))
                    " " (readable_amount(spec, currency, monthly)) ":"
                }
            }
            ul.terms {
                @for months in &row.installment_terms {
                    li {
                        b { (months) } " " (Words("months, from", "か月、下限")) " "
                        (readable_amount(spec, currency, installment_minimum(spec, row, *months)))
                    }
                }
            }
        }
    }
}

fn provenance(spec: &Spec, row: &MethodRow) -> Markup {
    html! {
        dt { (Words("Known from", "根拠")) }
        dd { (evidence(&row.evidence)) " " (see(spec, &row.see)) }
        @if !row.ours.is_empty() {
            dt { (Words("Ours", "本プロジェクトの仮定")) }
            dd { (codes(&row.ours)) }
        }
    }
}

/// The programs that create such a source.
fn creations<'a>(key: &'a str, label: &str, calls: &'a [Call]) -> Markup {
    let calls = calls.iter().filter(|call| call.source_type == key);
    programs(
        label,
        calls.map(|call| Program {
            language: call.language,
            text: &call.text,
            argument: "",
            place: Place::PaymentMethod(key),
        }),
    )
}
