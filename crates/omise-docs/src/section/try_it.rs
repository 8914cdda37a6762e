//! A form beside each operation that calls the server which the page comes from. It needs the
//! script, which shows it; a page that was opened as a file has no server and no form.

use maud::{Markup, html};
use omise_contract::document::{Method, Operation};
use omise_contract::{Spec, example_request};
use serde_json::Value;

use crate::both::{Both, Words};
use crate::call::first_type;
use crate::value::{self, JSON};

pub(super) fn form(
    document: Both<'_, Spec>,
    id: &str,
    path: &str,
    method: Method,
    operation: &Operation,
) -> Markup {
    let keys = document.en.security(operation).iter();
    let key = keys.flat_map(|one| one.keys()).next();
    let placeholder = match key.map(String::as_str) {
        Some("publicKey") => "pkey_test_...",
        _ => "skey_test_...",
    };
    html! {
        details.try hidden {
            summary { (Words("Try it on this server", "このサーバーで試す")) }
            form data-method=(method.as_str()) data-path=(path) {
                label {
                    (Words("Key", "キー"))
                    // Visible ASCII: the script cannot encode anything else.
                    input name="key" required pattern="\\s*[!-~]+\\s*" autocomplete="off"
                        spellcheck="false" placeholder=(placeholder);
                }
                @if operation.request_body.is_some() {
                    (examples(document, first_type(document.en, operation)))
                    label.body {
                        (Words("Body, JSON", "ボディ（JSON）"))
                        textarea name="body" rows="8" spellcheck="false" {}
                    }
                }
                @if path.contains("{id}") {
                    label {
                        code { "id" }
                        input name="id" required autocomplete="off" spellcheck="false"
                            placeholder="src_test_...";
                    }
                }
                button type="submit" { (Words("Send", "送信")) }
            }
            div.answer role="status" aria-label={ (id) } {
                p.small hidden { b.status {} " " span.request-id {} }
                pre tabindex="0" hidden { code.json {} }
            }
        }
    }
}

/// The payment methods, each with the body that creates such a source.
fn examples(document: Both<'_, Spec>, chosen: Option<&str>) -> Markup {
    let schema = document.schema("SourceParameters").map(|schema| schema.en);
    html! {
        label {
            (Words("Payment method", "決済方法"))
            select name="example" {
                @for (key, row) in document.en.payment_methods() {
                    @if row.discontinued.is_none() {
                        @let request = Value::Object(example_request(document.en, key, row));
                        @let body = value::write(document.en, schema, &request, &JSON, 0);
                        option value=(key) data-body=(body) selected[chosen == Some(key.as_str())] { (key) }
                    }
                }
            }
        }
    }
}
