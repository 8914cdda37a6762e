//! Recorded answers of the API, and answers of the future, read by the SDK's types.

use omise_types::{ChargeStatus, ErrorBody, ErrorCode, Flow, Source, SourceType};
use serde_json::{Map, Value, json};

/// The keys of a source in API version 2019-05-29, in the order of the wire.
const KEYS: [&str; 35] = [
    "object",
    "id",
    "livemode",
    "location",
    "amount",
    "barcode",
    "bank",
    "created_at",
    "currency",
    "email",
    "flow",
    "installment_term",
    "ip",
    "absorption_type",
    "name",
    "mobile_number",
    "phone_number",
    "platform_type",
    "scannable_code",
    "qr_settings",
    "billing",
    "shipping",
    "items",
    "references",
    "provider_references",
    "store_id",
    "store_name",
    "terminal_id",
    "type",
    "zero_interest_installments",
    "charge_status",
    "receipt_amount",
    "discounts",
    "promotion_code",
    "supplier_id",
];

fn recorded() -> Vec<(String, Value)> {
    let text = include_str!("fixtures/sources.json");
    let all: Vec<Value> = serde_json::from_str(text).expect("the fixtures are JSON");
    let named = all.into_iter().map(|mut one| {
        let from = one["from"]
            .as_str()
            .expect("a fixture says where it is from")
            .to_owned();
        (from, one["source"].take())
    });
    named.collect()
}

#[test]
fn every_recorded_source_is_read_and_nothing_of_it_is_lost() {
    let recorded = recorded();
    assert_eq!(recorded.len(), 15);
    for (from, before) in recorded {
        let source: Source = serde_json::from_value(before.clone())
            .unwrap_or_else(|error| panic!("{from}: {error}"));
        let after = serde_json::to_value(&source).expect("it is written");
        check_kept(&from, &before, &after);
    }
}

// What is not null is found again; what is added is null, or an empty list.
fn check_kept(place: &str, before: &Value, after: &Value) {
    match (before, after) {
        (Value::Null, after) => assert!(after.is_null() || *after == json!([]), "{place}: {after}"),
        (Value::Object(before), Value::Object(after)) => {
            for (name, value) in before {
                let place = format!("{place} {name}");
                check_kept(&place, value, after.get(name).unwrap_or(&Value::Null));
            }
            for (name, value) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
                assert!(
                    value.is_null() || *value == json!([]),
                    "{place} {name}: {value}"
                );
            }
        }
        (Value::Array(before), Value::Array(after)) => {
            assert_eq!(before.len(), after.len(), "{place}");
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                check_kept(&format!("{place} [{index}]"), before, after);
            }
        }
        (before, after) => assert_eq!(before, after, "{place}"),
    }
}

#[test]
fn every_recorded_source_is_written_with_all_35_keys_in_the_order_of_the_wire() {
    for (from, before) in recorded() {
        let source: Source = serde_json::from_value(before).expect("it is read");
        let text = serde_json::to_string_pretty(&source).expect("it is written");
        let is_own = |line: &&str| line.starts_with("  \"");
        let keys = text
            .lines()
            .filter(is_own)
            .map(|line| line.split('"').nth(1).unwrap_or_default());
        assert_eq!(keys.collect::<Vec<_>>(), KEYS, "{from}");
    }
}

fn minimal() -> Map<String, Value> {
    let value = json!({
        "object": "source",
        "id": "src_test_5g5in1we65199wlsyji",
        "livemode": false,
        "location": "/sources/src_test_5g5in1we65199wlsyji",
        "amount": 10000,
        "created_at": "2019-12-31T12:59:59Z",
        "currency": "THB",
        "flow": "offline",
        "type": "promptpay",
    });
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

fn read(object: Map<String, Value>) -> Source {
    serde_json::from_value(Value::Object(object)).expect("it is read")
}

#[test]
fn a_source_with_nothing_but_what_is_always_there_is_read() {
    let source = read(minimal());
    assert_eq!(source.type_, SourceType::Promptpay);
    assert_eq!(source.charge_status, None);
    assert!(source.items.is_empty());
}

#[test]
fn a_value_that_came_later_is_kept() {
    for name in [
        "type",
        "flow",
        "charge_status",
        "platform_type",
        "absorption_type",
    ] {
        let mut object = minimal();
        object.insert(name.to_owned(), "something_new".into());
        let source = read(object);
        let written = serde_json::to_value(&source).expect("it is written");
        assert_eq!(written[name], "something_new", "{name}");
    }
    assert!(matches!(
        SourceType::from("something_new"),
        SourceType::Other(_)
    ));
    assert!(matches!(Flow::from("something_new"), Flow::Other(_)));
    assert_eq!(ChargeStatus::from("unknown"), ChargeStatus::Unknown);

    let error: ErrorBody = serde_json::from_value(json!({
        "object": "error",
        "location": "https://www.omise.co/api-errors#something-new",
        "code": "something_new",
        "message": "something new",
    }))
    .expect("it is read");
    assert_eq!(error.code.as_str(), "something_new");
    assert!(!ErrorCode::KNOWN.contains(&error.code));
}

#[test]
fn an_attribute_that_came_later_is_no_obstacle() {
    let mut object = minimal();
    object.insert("something_new".to_owned(), json!({"with": ["a", "shape"]}));
    assert_eq!(read(object), read(minimal()));
}

#[test]
fn a_missing_or_null_optional_attribute_reads_as_absent() {
    let full: Map<String, Value> = serde_json::to_value(read(minimal()))
        .ok()
        .and_then(|value| value.as_object().cloned())
        .expect("an object");
    let required = minimal();
    for name in full.keys().filter(|name| !required.contains_key(*name)) {
        let mut without = full.clone();
        without.remove(name);
        let mut with_null = full.clone();
        with_null.insert(name.clone(), Value::Null);
        assert_eq!(read(without), read(with_null), "{name}");
    }
}

#[test]
fn older_spellings_of_a_time_and_a_term_are_read() {
    let mut object = minimal();
    object.insert("created_at".to_owned(), "2022-12-21 09:14:45 UTC".into());
    object.insert("installment_term".to_owned(), "4".into());
    let source = read(object);
    assert_eq!(source.created_at.to_string(), "2022-12-21T09:14:45Z");
    assert_eq!(source.installment_term, Some(4));
}

#[test]
fn what_says_something_of_the_payer_is_not_shown_by_debug() {
    let mut object = minimal();
    for name in [
        "barcode",
        "email",
        "name",
        "phone_number",
        "mobile_number",
        "ip",
    ] {
        object.insert(name.to_owned(), format!("canary-{name}").into());
    }
    let address = json!({"city": "canary-city", "street1": "canary-street"});
    object.insert("billing".to_owned(), address.clone());
    object.insert("shipping".to_owned(), address);
    object.insert(
        "references".to_owned(),
        json!({"payment_code": "canary-code"}),
    );
    object.insert(
        "provider_references".to_owned(),
        json!({"buyer_name": "canary-buyer"}),
    );
    let shown = format!("{:?}", read(object));
    assert!(!shown.contains("canary"), "{shown}");
    assert!(shown.contains("email: Some([redacted])"), "{shown}");
}

#[test]
fn the_wire_types_have_a_json_schema() {
    let schema = schemars::schema_for!(Source);
    let schema = schema.as_value();
    let properties = schema["properties"].as_object().expect("an object");
    assert!(KEYS.iter().all(|key| properties.contains_key(*key)));
    assert_eq!(schema["required"].as_array().map(Vec::len), Some(9));
    let values = &schema["$defs"]["SourceType"]["x-extensible-enum"];
    assert_eq!(
        values.as_array().map(Vec::len),
        Some(SourceType::KNOWN.len())
    );
}

#[test]
fn an_address_shown_alone_is_not_shown_either() {
    let mut object = minimal();
    let address = json!({"city": "canary-city", "street1": "canary-street"});
    object.insert("billing".to_owned(), address.clone());
    object.insert("shipping".to_owned(), address);
    let source = read(object);
    let shown = format!("{:?} {:?}", source.billing, source.shipping);
    assert!(!shown.contains("canary"), "{shown}");
}
