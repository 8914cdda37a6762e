//! New sources typed by payment method: what each says on the wire, by which rules it is held, and
//! what the service makes of it.

use omise_rules::{Account, Draft};
use omise_testing::TestService;
use omise_tests::smallest::smallest;
use omise_types::{CreateSourceRequest, NextStep, Operation, Parameter, PaymentMethod, SourceType};
use serde_json::Value;

include!(concat!(env!("OUT_DIR"), "/typed_requests.rs"));

fn current() -> impl Iterator<Item = &'static PaymentMethod> {
    let all = PaymentMethod::all().iter();
    all.filter(|method| method.discontinued.is_none())
}

fn json(request: &CreateSourceRequest) -> Value {
    serde_json::to_value(request).expect("a request is JSON")
}

#[test]
fn every_current_payment_method_has_a_type_and_no_other() {
    let types = typed_requests().into_iter().map(|[shown, _]| shown.type_);
    let rows = current().map(|method| method.source_type.clone());
    assert_eq!(types.collect::<Vec<SourceType>>(), rows.collect::<Vec<_>>());
}

#[test]
fn a_typed_request_says_on_the_wire_what_it_was_given() {
    let requests = typed_requests();
    let lines = requests
        .iter()
        .map(|[shown, _]| serde_json::to_string(shown));
    let lines: Result<Vec<String>, _> = lines.collect();
    let text = lines.expect("a request is JSON").join("\n");
    insta::assert_snapshot!("every_typed_request", text);
}

#[test]
fn a_typed_request_breaks_no_rule_and_nothing_of_it_is_ignored() {
    for request in typed_requests().into_iter().flatten() {
        let draft = Draft::read(json(&request));
        let accepted = draft.check(&Account::default()).expect("it breaks no rule");
        assert_eq!(accepted.request, request);
    }
}

#[test]
fn a_typed_request_can_have_all_that_its_payment_method_takes_and_each_in_its_place() {
    for [_, everything] in typed_requests() {
        let method = everything.type_.payment_method().expect("a row");
        let request = json(&everything);
        let given = request.as_object().expect("an object");
        for parameter in Operation::CreateSource.parameters() {
            let name = parameter.name;
            let claim = format!("{} {name}", method.source_type);
            let is_taken = method.takes(parameter) && parameter.alias_of.is_none();
            assert_eq!(given.contains_key(name), is_taken, "{claim}");
            if is_taken && !is_of_row(name) {
                let example: Value = serde_json::from_str(parameter.example).expect("JSON");
                assert_eq!(given[name], example, "{claim}");
            }
        }
    }
}

/// Whether its value depends on the payment method.
fn is_of_row(name: &str) -> bool {
    matches!(
        name,
        Parameter::AMOUNT
            | Parameter::CURRENCY
            | Parameter::TYPE
            | Parameter::BANK
            | Parameter::INSTALLMENT_TERM
    )
}

/// The same rules as those of `compile_fail.rs`, where no type holds them.
#[test]
fn a_raw_request_without_a_required_parameter_is_refused_with_its_name() {
    let mut rules = 0;
    for method in PaymentMethod::all() {
        for parameter in method.required {
            let mut request = smallest(method);
            request.remove(parameter.name).expect("it is required");
            let draft = Draft::read(Value::Object(request));
            let claim = format!("{} requires {}", method.source_type, parameter.name);
            let rejection = draft.check(&Account::default()).expect_err(&claim);
            let [reason] = rejection.reasons() else {
                panic!("{claim}: {rejection}");
            };
            assert_eq!(reason.parameter, parameter.name);
            rules += 1;
        }
    }
    assert!(rules >= 28, "{rules}");
}

#[tokio::test]
async fn the_service_makes_a_source_of_every_typed_request_and_loses_nothing_of_it() {
    let service = TestService::start();
    let client = service.client();
    for request in typed_requests().into_iter().flatten() {
        let source = client.create_source(&request).await.expect("it is created");
        let source = client
            .retrieve_source(&source.id)
            .await
            .expect("it is there");
        let mut sent = json(&request);
        let method = request.type_.payment_method().expect("it has a row");
        if method.interest_is_merchants && sent.get("zero_interest_installments").is_some() {
            sent["zero_interest_installments"] = true.into();
        }
        check_holds(&sent, &serde_json::to_value(&*source).expect("JSON"));
        assert_eq!(source.next_step(), NextStep::Charge);
        let details = format!("{:?}", source.payment_method());
        let name = format!("{:?}", source.type_);
        assert_eq!(details.split(' ').next(), Some(name.as_str()));
    }
}

/// What the request says the source says too; it says more.
#[track_caller]
fn check_holds(request: &Value, source: &Value) {
    match (request, source) {
        (Value::Object(request), Value::Object(source)) => {
            for (name, value) in request {
                check_holds(value, &source[name]);
            }
        }
        (Value::Array(request), Value::Array(source)) => {
            assert_eq!(request.len(), source.len());
            for (request, source) in request.iter().zip(source) {
                check_holds(request, source);
            }
        }
        (request, source) => assert_eq!(request, source),
    }
}
