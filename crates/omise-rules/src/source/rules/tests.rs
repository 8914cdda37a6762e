//! What the rules refuse and let pass.

use omise_types::money::Thb;
use omise_types::payment_methods::InstallmentBay;
use omise_types::{CurrencyTerms, SourceType};
use serde_json::json;

use super::*;
use crate::rejection::Reason;

const EVERYWHERE: Account = Account {
    country: None,
    current_only: false,
    currencies: Vec::new(),
};

fn reasons(request: Value, account: &Account) -> Vec<Reason> {
    match Draft::read(request).check(account) {
        Ok(_) => Vec::new(),
        Err(rejection) => rejection.reasons().to_vec(),
    }
}

#[track_caller]
fn check_accepted(request: Value) {
    assert_eq!(reasons(request, &EVERYWHERE), []);
}

#[track_caller]
fn check_refused(request: Value, expected: &str) {
    check_refused_by(&EVERYWHERE, request, expected);
}

#[track_caller]
fn check_refused_by(account: &Account, request: Value, expected: &str) {
    let rejection = Draft::read(request).check(account).expect_err(expected);
    assert_eq!(rejection.to_string(), expected);
}

/// Checks what is said of the amount of a request that may be refused for other reasons too.
#[track_caller]
fn check_rule_of_amount(mut request: Value, amount: i64, expected: Option<Rule>) {
    request["amount"] = amount.into();
    let of_amount = reasons(request.clone(), &EVERYWHERE)
        .into_iter()
        .filter(|reason| reason.parameter == "amount")
        .map(|reason| reason.rule);
    assert_eq!(
        of_amount.collect::<Vec<_>>(),
        Vec::from_iter(expected),
        "{request}"
    );
}

#[track_caller]
fn check_email(text: &str, expected: bool) {
    assert_eq!(is_email(text), expected, "{text:?}");
}

#[test]
fn an_email_has_a_local_part_and_a_domain_with_a_point() {
    for text in [
        "taro@example.com",
        "a@b.c",
        "taro.yamada+shop@mail.example.co.jp",
        "\u{592a}\u{90ce}@\u{4f8b}.jp",
        "!#$%&'*/=?^_`{|}~-@example.com",
    ] {
        check_email(text, true);
    }
}

#[test]
fn anything_else_is_no_email() {
    for text in [
        "",
        "@",
        "taro",
        "taro@",
        "@example.com",
        "taro@example",
        "taro@.com",
        "taro@example.",
        "taro@example..com",
        "taro@home@example.com",
        "taro yamada@example.com",
        "taro@example.com ",
        "taro@example.com\n",
        "taro\0@example.com",
    ] {
        check_email(text, false);
    }
}

#[test]
fn an_email_has_254_characters_at_most() {
    let of_length = |length: usize| format!("{:a>length$}", "@example.com");
    check_email(&of_length(254), true);
    check_email(&of_length(255), false);
    check_email(&format!("\u{592a}{}", of_length(253)), true);
}

#[test]
fn both_limits_of_every_row_are_amounts_that_it_takes() {
    for method in PaymentMethod::all() {
        for (currency, Limits { min, max, .. }) in method.currencies {
            let (min, max) = (min.get(), max.get());
            let request = json!({"type": method.source_type, "currency": currency});
            check_rule_of_amount(request.clone(), min - 1, Some(Rule::AtLeast(min)));
            check_rule_of_amount(request.clone(), min, None);
            check_rule_of_amount(request.clone(), max, None);
            check_rule_of_amount(request, max + 1, Some(Rule::AtMost(max)));
        }
    }
}

#[test]
fn limits_that_are_assumed_refuse_nothing_that_is_only_verified() {
    let mut assumed = 0;
    for method in PaymentMethod::all() {
        for (currency, limits) in method.currencies {
            for (amount, is_refused) in [
                (limits.min.get() - 1, limits.min.get() > 1),
                (limits.max.get() + 1, true),
            ] {
                let request = json!({
                    "type": method.source_type,
                    "currency": currency,
                    "amount": amount.max(1),
                });
                let Err(rejection) = Draft::read(request.clone()).verify(&EVERYWHERE) else {
                    assert!(limits.is_assumed || !is_refused, "{request}");
                    continue;
                };
                let of_amount = rejection.reasons().iter();
                let of_amount = of_amount.filter(|reason| reason.parameter == "amount");
                let expected = usize::from(is_refused && !limits.is_assumed);
                assert_eq!(of_amount.count(), expected, "{request}");
            }
            assumed += usize::from(limits.is_assumed);
        }
    }
    assert!(assumed > 10, "{assumed}");
}

#[test]
fn a_currency_or_a_format_that_is_assumed_refuses_nothing_that_is_only_verified() {
    let mut assumed = 0;
    for method in PaymentMethod::all() {
        let (currency, limits) = method.currencies[0];
        let mut request = json!({
            "type": method.source_type,
            "currency": currency,
            "amount": limits.max,
        });
        for parameter in method.required {
            let example = serde_json::from_str(parameter.example);
            request[parameter.name] = example.expect("an example is JSON");
        }
        let mut check = |member: &str, broken: Value, parameter: &str| {
            let refuses = |verdict: Result<(), Rejection>| {
                let Err(rejection) = verdict else {
                    return false;
                };
                let mut reasons = rejection.reasons().iter();
                reasons.any(|reason| reason.parameter == parameter)
            };
            let draft = Draft::read(broken);
            assert_eq!(
                refuses(draft.verify(&EVERYWHERE)),
                !method.assumes(member),
                "{parameter} of {}",
                method.source_type
            );
            assert!(refuses(draft.check(&EVERYWHERE).map(|_| ())), "{parameter}");
            assumed += usize::from(method.assumes(member));
        };
        let mut all = CurrencyTerms::all().iter().map(|terms| terms.currency);
        let other = all.find(|other| method.limits(*other).is_none());
        let mut broken = request.clone();
        broken["currency"] = json!(other.expect("no method takes every currency"));
        check("currencies", broken, "currency");
        for (parameter, _) in method.constraints {
            let mut broken = request.clone();
            broken[parameter.name] = json!("\u{30e4}".repeat(255));
            check("constraints", broken, parameter.name);
        }
    }
    assert!(assumed > 2, "{assumed}");
}

#[test]
fn an_amount_that_is_none_is_refused_whatever_the_limits() {
    for amount in [0, -1, i64::MIN] {
        let request = json!({"amount": amount, "currency": "THB", "type": "bkash"});
        let rejection = Draft::read(request)
            .verify(&EVERYWHERE)
            .expect_err("nothing");
        assert_eq!(rejection.to_string(), "amount must be at least 1");
    }
}

/// Checks a request beyond an assumed bound: the server refuses it, the SDK sends it.
#[track_caller]
fn check_unbounded(parameters: Value, expected: &str) {
    let mut request = json!({"amount": 2000, "currency": "THB", "type": "promptpay"});
    let members = request.as_object_mut().expect("it was written as one");
    members.extend(parameters.as_object().expect("parameters").clone());
    assert!(Draft::read(request.clone()).verify(&EVERYWHERE).is_ok());
    check_refused(request, expected);
}

#[test]
fn a_text_has_at_most_255_characters() {
    let longest = "\u{30e4}".repeat(255);
    check_accepted(json!({
        "amount": 2000,
        "currency": "THB",
        "type": "promptpay",
        "promotion_code": longest,
    }));
    check_unbounded(
        json!({
            "promotion_code": format!("{longest}x"),
            "billing": {"city": format!("{longest}x")},
        }),
        "promotion_code is too long (maximum is 255 characters) \
         and billing[city] is too long (maximum is 255 characters)",
    );
}

#[test]
fn a_text_has_no_control_characters_but_tabs_and_line_breaks() {
    check_accepted(json!({
        "amount": 2000,
        "currency": "THB",
        "type": "promptpay",
        "billing": {"street1": "1448/4\tRoad\r\nFloor 3"},
    }));
    for character in ['\0', '\u{1}', '\u{b}', '\u{1f}', '\u{7f}', '\u{9f}'] {
        check_unbounded(
            json!({"supplier_id": format!("a{character}b")}),
            "supplier_id is invalid (has control characters)",
        );
    }
}

#[test]
fn a_list_has_at_most_100_elements() {
    let item = json!({"sku": "a", "name": "b", "amount": 1, "quantity": 1});
    let atome = |items: usize| {
        json!({
            "amount": 2000,
            "currency": "THB",
            "type": "atome",
            "phone_number": "0812345678",
            "shipping": {"city": "a", "country": "TH", "postal_code": "1", "street1": "b"},
            "items": vec![item.clone(); items],
        })
    };
    check_accepted(atome(100));
    check_refused(atome(101), "items has too many elements (maximum is 100)");
    assert!(Draft::read(atome(101)).verify(&EVERYWHERE).is_ok());
}

#[test]
fn a_rule_of_the_payment_method_says_it_instead_of_a_bound() {
    check_refused(
        econtext(&"x".repeat(300)),
        "name is too long (maximum is 10 characters)",
    );
}

#[test]
fn a_long_installment_term_has_a_higher_minimum() {
    for method in PaymentMethod::all() {
        for term in method.installment_terms {
            let (currency, limits) = method.currencies[0];
            let min = limits.min.max(term.min).get();
            let request = json!({
                "type": method.source_type,
                "currency": currency,
                "installment_term": term.months,
            });
            check_rule_of_amount(request.clone(), min - 1, Some(Rule::AtLeast(min)));
            check_rule_of_amount(request, min, None);
        }
    }
}

#[test]
fn a_term_that_the_payment_method_lacks_is_refused() {
    let request = json!({
        "amount": 1_000_000,
        "currency": "THB",
        "type": "installment_bay",
        "installment_term": 5,
    });
    check_refused(
        request,
        "installment_term is invalid (must be one of 3 4 6 9 10)",
    );
}

#[test]
fn a_term_that_the_wire_cannot_say_is_refused() {
    let request = InstallmentBay::new(Thb::new(400_000), u32::MAX);
    let request = CreateSourceRequest::from(request);
    let [reason] = reasons(serde_json::to_value(&request).expect("JSON"), &EVERYWHERE)
        .try_into()
        .expect("one reason");
    assert_eq!(reason.parameter, Parameter::INSTALLMENT_TERM);
}

#[test]
fn a_bank_is_taken_in_any_case() {
    let fpx = SourceType::Fpx.payment_method().expect("a row for fpx");
    let bank = fpx.banks[0].to_ascii_uppercase();
    let request = json!({"amount": 10_000, "currency": "MYR", "type": "fpx", "bank": bank});
    let checked = Draft::read(request)
        .check(&EVERYWHERE)
        .expect("all is right");
    assert_eq!(checked.request.bank.as_deref(), Some(fpx.banks[0]));
}

#[test]
fn a_bank_that_the_payment_method_lacks_is_refused() {
    let request = json!({"amount": 10_000, "currency": "MYR", "type": "fpx", "bank": "x"});
    let [reason] = reasons(request, &EVERYWHERE)
        .try_into()
        .expect("one reason");
    assert_eq!(reason.parameter, "bank");
    assert!(matches!(reason.rule, Rule::OneOf(banks) if banks.len() > 1));
}

#[test]
fn the_only_currency_of_a_payment_method_is_named() {
    let request = json!({"amount": 2000, "currency": "JPY", "type": "promptpay"});
    check_refused(request, "currency must be THB");
}

#[test]
fn another_currency_than_one_of_several_is_not_supported() {
    let request = json!({"amount": 10_000, "currency": "JPY", "type": "alipay_hk"});
    check_refused(request, "currency is currently not supported");
}

#[test]
fn a_currency_that_the_table_lacks_is_not_supported() {
    for currency in [json!("XTS"), json!("baht"), json!(1), json!(null)] {
        let request = json!({"amount": 2000, "currency": currency, "type": "promptpay"});
        check_refused(request, "currency is currently not supported");
    }
}

#[test]
fn a_payment_method_that_the_account_lacks_is_not_supported() {
    let japanese = Account {
        country: "JP".parse().ok(),
        ..EVERYWHERE
    };
    for source_type in [
        json!("promptpay"),
        json!("pay_by_thought"),
        json!(1),
        json!(null),
    ] {
        let request = json!({"amount": 2000, "currency": "JPY", "type": source_type});
        check_refused_by(&japanese, request, "type is currently not supported");
    }
}

#[test]
fn a_request_without_parameters_lacks_the_three_that_make_one() {
    check_refused(
        json!({}),
        "currency is currently not supported, amount is not a number, \
         and type is currently not supported",
    );
}

/// The message is recorded in the sources of the Android and iOS SDKs.
#[test]
fn reasons_come_in_the_order_in_which_the_api_gives_them() {
    let request = json!({
        "amount": 149,
        "currency": "THB",
        "type": "econtext",
        "phone_number": "12",
        "email": "taro",
        "name": " ",
    });
    check_refused(
        request,
        "amount must be at least 150, currency must be JPY, name cannot be blank, \
         email is in invalid format, and phone_number must contain 10-11 digit characters",
    );
}

#[test]
fn a_currency_that_is_none_comes_before_an_amount_that_is_none() {
    let request = json!({"amount": "many", "currency": "XTS", "type": "promptpay"});
    check_refused(
        request,
        "currency is currently not supported and amount is not a number",
    );
}

#[test]
fn a_format_is_asked_of_what_is_missing() {
    check_refused(
        json!({"amount": 150, "currency": "JPY", "type": "econtext"}),
        "name cannot be blank, email is in invalid format, \
         and phone_number must contain 10-11 digit characters",
    );
}

#[test]
fn a_missing_parameter_without_a_format_cannot_be_blank() {
    check_refused(
        json!({"amount": 2000, "currency": "THB", "type": "truemoney"}),
        "phone_number cannot be blank",
    );
}

#[test]
fn a_format_is_asked_of_an_optional_parameter_only_if_it_is_given() {
    let item = json!({"sku": "a", "name": "b", "amount": 1, "quantity": 1});
    let mut request = json!({
        "amount": 2000,
        "currency": "THB",
        "type": "atome",
        "phone_number": "0812345678",
        "shipping": {
            "city": "Bangkok",
            "country": "TH",
            "postal_code": "10240",
            "state": "Bangkok",
            "street1": "1448/4 Praditmanutham Road",
        },
        "items": [item],
    });
    check_accepted(request.clone());
    request["email"] = json!("taro");
    check_refused(request, "email is in invalid format");
}

fn econtext(name: &str) -> Value {
    json!({
        "amount": 150,
        "currency": "JPY",
        "type": "econtext",
        "name": name,
        "email": "taro@example.com",
        "phone_number": "0312345678",
    })
}

#[test]
fn a_name_is_measured_in_characters() {
    let ten = "\u{30e4}".repeat(10);
    check_accepted(econtext(&ten));
    check_refused(
        econtext(&format!("{ten}x")),
        "name is too long (maximum is 10 characters)",
    );
}

#[test]
fn what_cannot_be_read_is_not_held_against_its_format_too() {
    let request = json!({
        "amount": 150,
        "currency": "JPY",
        "type": "econtext",
        "name": "Taro",
        "email": true,
        "phone_number": "0312345678",
    });
    check_refused(request, "email is invalid (must be a string)");
}
