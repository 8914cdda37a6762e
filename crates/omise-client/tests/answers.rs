//! Answers in which something has an unexpected type.

#[allow(
    dead_code,
    reason = "it serves every test, and this one uses a part of it"
)]
mod support;

use std::error::Error as _;

use omise_client::omise_types::DecodeError;
use omise_client::{Client, CreateSourceRequest, Error, Response, Source, SourceType};
use serde_json::{Value, json};
use support::{SOURCE, Scripted, public};

fn request() -> CreateSourceRequest {
    let amount = omise_client::Amount::new(10_000).unwrap();
    CreateSourceRequest::new(amount, "THB".parse().unwrap(), SourceType::Promptpay)
}

/// The least that a source has, with these attributes beside or instead of its own.
fn source(attributes: Value) -> String {
    let mut source: Value = serde_json::from_str(SOURCE).unwrap();
    let members = source.as_object_mut().unwrap();
    members.extend(attributes.as_object().unwrap().clone());
    source.to_string()
}

async fn create(answer: &str) -> Result<Response<Source>, Error> {
    let service = Scripted::answering(200, answer.to_owned());
    service.client().create_source(request()).await
}

async fn create_strictly(answer: &str) -> Result<Response<Source>, Error> {
    let client = Client::builder()
        .public_key(public())
        .transport(Scripted::answering(200, answer.to_owned()))
        .strict();
    client.build().unwrap().create_source(request()).await
}

/// The creation is not lost, and the strict mode refuses it by the name of the attribute.
async fn check_tolerated(attributes: Value, unread: &[&str]) -> Response<Source> {
    let answer = source(attributes);
    let created = create(&answer).await.unwrap();
    assert_eq!(created.unread(), unread);
    assert_eq!(created.raw(), answer.as_bytes());
    assert_eq!(created.amount.get(), 10_000);

    let error = create_strictly(&answer).await.unwrap_err();
    check_names_the_attribute(&error);
    created
}

async fn check_refused(answer: &str, path: &str) {
    for result in [create(answer).await, create_strictly(answer).await] {
        let error = result.unwrap_err();
        check_names_the_attribute(&error);
        let cause = error.source().unwrap().downcast_ref::<DecodeError>();
        assert_eq!(cause.unwrap().path().as_deref(), Some(path), "{answer}");
    }
}

/// The error has the path of an attribute, and nothing of its value.
fn check_names_the_attribute(error: &Error) {
    assert!(error.is_unreadable(), "{error}");
    assert!(error.may_have_taken_effect());
    let cause = error.source().unwrap();
    let path = cause.downcast_ref::<DecodeError>().unwrap().path().unwrap();
    let shown = format!("{error} {error:?} {cause} {cause:?}");
    assert!(shown.contains(&path), "{shown}");
    assert!(!shown.contains("canary"), "{shown}");
}

#[tokio::test]
async fn an_optional_attribute_of_an_unexpected_type_reads_as_absent() {
    let created = check_tolerated(json!({"name": ["canary"]}), &["name"]).await;
    assert_eq!(created.name, None);
    let raw: Value = created.attribute("name").unwrap();
    assert_eq!(raw, json!(["canary"]));

    for wrong in [json!(7), json!("canary"), json!([1]), json!(true)] {
        check_tolerated(json!({"references": wrong}), &["references"]).await;
    }
    check_tolerated(json!({"items": {"sku": "canary"}}), &["items"]).await;
    check_tolerated(json!({"installment_term": 1.5}), &["installment_term"]).await;
    check_tolerated(json!({"platform_type": 7}), &["platform_type"]).await;
}

#[tokio::test]
async fn only_the_smallest_part_reads_as_absent() {
    let references = json!({"expires_at": "canary", "payment_code": "12345"});
    let unread = ["references.expires_at"];
    let created = check_tolerated(json!({"references": references}), &unread).await;
    let references = created.references.as_ref().unwrap();
    assert_eq!(references.expires_at, None);
    assert_eq!(references.payment_code.as_deref(), Some("12345"));
}

#[tokio::test]
async fn several_attributes_read_as_absent_together() {
    let attributes = json!({"name": 1, "email": [], "scannable_code": {"image": "canary"}});
    let created = check_tolerated(attributes, &["email", "name", "scannable_code.image"]).await;
    assert!(created.scannable_code.is_some());
}

#[tokio::test]
async fn amounts_currency_ids_and_statuses_are_strict_always() {
    for (attributes, path) in [
        (json!({"amount": "canary"}), "amount"),
        (json!({"amount": 1.5}), "amount"),
        (json!({"amount": null}), "amount"),
        (json!({"currency": 7}), "currency"),
        (json!({"currency": "canary"}), "currency"),
        (json!({"id": "canary"}), "id"),
        (json!({"type": 7}), "type"),
        (json!({"flow": null}), "flow"),
        (json!({"created_at": "canary"}), "created_at"),
        (json!({"charge_status": 7}), "charge_status"),
        (json!({"receipt_amount": "canary"}), "receipt_amount"),
    ] {
        check_refused(&source(attributes), path).await;
    }
    let without_an_id = SOURCE.replacen("\"id\"", "\"di\"", 1);
    check_refused(&without_an_id, "id").await;
}

#[tokio::test]
async fn an_amount_that_is_there_twice_is_refused() {
    let twice = SOURCE.replacen('{', "{\"amount\":1,", 1);
    check_refused(&twice, "amount").await;
    // Also where another attribute is read tolerantly.
    let twice = SOURCE.replacen('{', "{\"name\":7,\"amount\":1,", 1);
    assert!(create(&twice).await.unwrap_err().is_unreadable());
}

#[tokio::test]
async fn an_answer_as_it_should_be_leaves_nothing_unread() {
    let created = create(SOURCE).await.unwrap();
    assert!(created.unread().is_empty());
    create_strictly(SOURCE).await.unwrap();
}
