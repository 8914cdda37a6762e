//! The bundle of this document, used as others would.

use jsonschema::Validator;
use omise_conformance::table::{smallest, wrong_currency};
use omise_contract::publish::Bundle;
use omise_contract::tree::Node;
use omise_contract::{SOURCE_YAML, Spec};
use omise_types::{Parameter, PaymentMethod};
use serde_json::{Value, json};

fn bundle() -> Bundle {
    Bundle::of(&SOURCE_YAML, "overlay: 1.0.0\n", "# Changelog\n")
        .expect("the document can be published")
}

fn file(bundle: &Bundle, ending: &str) -> String {
    let name = format!("source-{}.{ending}", bundle.version);
    let bytes = bundle.files.get(&name).expect("it is published");
    String::from_utf8(bytes.clone()).expect("it is text")
}

#[test]
fn the_document_is_published_byte_for_byte_and_as_the_same_json() {
    let bundle = bundle();
    assert_eq!(file(&bundle, "yaml"), *SOURCE_YAML);
    let json: Node = serde_json::from_str(&file(&bundle, "json")).expect("it is JSON");
    assert_eq!(json, Node::read(&SOURCE_YAML).expect("it is YAML"));
}

#[test]
fn a_bundle_is_the_same_bytes_every_time_with_plain_ends_of_lines() {
    let (one, other) = (bundle(), bundle());
    assert!(one.files == other.files);
    for (name, bytes) in &one.files {
        assert!(bytes.ends_with(b"\n"), "{name} ends within a line");
        assert!(
            !bytes.contains(&b'\r'),
            "{name} has ends of lines of Windows"
        );
    }
}

/// What of the strict view takes a request: the payment methods by their schemas.
struct Strict(Vec<(String, Validator)>);

impl Strict {
    fn of(bundle: &Bundle) -> Strict {
        let view: Value = Node::read(&file(bundle, "strict.yaml"))
            .expect("it is YAML")
            .to_value();
        let request = &view["components"]["schemas"]["SourceParameters"];
        let mapping = request["discriminator"]["mapping"].as_object();
        let mapping = mapping.expect("it tells them apart");
        assert_eq!(
            request["oneOf"].as_array().map(Vec::len),
            Some(mapping.len())
        );
        let schemas = mapping.iter().map(|(key, reference)| {
            let schema = json!({"$ref": reference, "components": view["components"]});
            let options = jsonschema::draft202012::options();
            let validator = options.build(&schema).expect("it is a schema");
            (key.clone(), validator)
        });
        Strict(schemas.collect())
    }

    fn takers(&self, request: &Value) -> Vec<&str> {
        let takers = self.0.iter().filter(|(_, schema)| schema.is_valid(request));
        takers.map(|(key, _)| key.as_str()).collect()
    }
}

#[test]
fn every_payment_method_has_one_schema_that_takes_its_smallest_request_alone() {
    let strict = Strict::of(&bundle());
    for method in PaymentMethod::all() {
        let request = Value::Object(smallest(method));
        assert_eq!(strict.takers(&request), [method.source_type.as_str()]);
    }
    assert_eq!(strict.0.len(), PaymentMethod::all().len());
}

#[test]
fn what_the_rules_refuse_for_what_is_missing_or_out_of_range_no_schema_takes() {
    let strict = Strict::of(&bundle());
    let mut refused = 0;
    for method in PaymentMethod::all() {
        let smallest = smallest(method);
        let always = [Parameter::AMOUNT, Parameter::CURRENCY, Parameter::TYPE];
        let required = method.required.iter().map(|parameter| parameter.name);
        for parameter in always.into_iter().chain(required) {
            let mut request = smallest.clone();
            request.remove(parameter);
            assert!(
                strict.takers(&request.into()).is_empty(),
                "{parameter:?} of {method:?}"
            );
            refused += 1;
        }
        let most = method.currencies[0].1.max.get();
        for amount in [smallest["amount"].as_i64().expect("a number") - 1, most + 1] {
            let mut request = smallest.clone();
            request.insert("amount".to_owned(), amount.into());
            assert!(
                strict.takers(&request.into()).is_empty(),
                "{amount} of {method:?}"
            );
            refused += 1;
        }
        let mut request = smallest.clone();
        let currency = wrong_currency(method);
        request.insert("currency".to_owned(), currency.as_str().into());
        assert!(
            strict.takers(&request.into()).is_empty(),
            "{currency:?} of {method:?}"
        );
        refused += 1;
    }
    assert!(refused > 5 * 70, "{refused} refusals");
}

#[test]
fn the_examples_of_the_document_are_taken_by_the_strict_view() {
    let strict = Strict::of(&bundle());
    let spec = Spec::read(&SOURCE_YAML).expect("the document is in order");
    let examples = &spec.document().components.examples;
    let requests = examples.iter().filter(|(_, example)| {
        example.value.get("type").is_some() && example.value.get("object").is_none()
    });
    for (name, example) in requests {
        assert_eq!(
            strict.takers(&example.value),
            [example.value["type"].as_str().unwrap()],
            "{name}"
        );
    }
}

#[test]
fn the_strict_view_takes_no_blank_for_what_is_required_and_no_control_characters() {
    let strict = Strict::of(&bundle());
    let atome = PaymentMethod::all()
        .iter()
        .find(|method| method.source_type.as_str() == "atome");
    let smallest = Value::Object(smallest(atome.expect("it is in the table")));
    assert_eq!(strict.takers(&smallest), ["atome"]);
    for place in ["/phone_number", "/shipping/city", "/items/0/sku"] {
        let mut request = smallest.clone();
        for text in [" ", "a\u{7f}"] {
            *request.pointer_mut(place).expect("it is required") = text.into();
            assert!(strict.takers(&request).is_empty(), "{place}");
        }
    }
    let mut request = smallest.clone();
    for (text, takers) in [("a\tb\n", 1), ("", 1), ("a\u{0}", 0)] {
        request["promotion_code"] = text.into();
        assert_eq!(strict.takers(&request).len(), takers, "{text:?}");
    }
}

#[test]
fn the_strict_view_takes_the_version_that_is_described_alone() {
    let view = Node::read(&file(&bundle(), "strict.yaml")).expect("it is YAML");
    let versions = view.at(&["components", "parameters", "OmiseVersion", "schema", "enum"]);
    let versions = versions.map(Node::to_value);
    assert_eq!(versions, Some(json!([omise_types::API_VERSION])));
}
