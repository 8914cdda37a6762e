//! Every row of the table: created with the smallest request that it allows, and refused for
//! everything that it says.

use std::path::Path;
use std::process::Command;

use omise_client::Client;
use omise_tests::process::{PUBLIC_KEY, SECRET_KEY, ServeProcess, authorization};
use omise_tests::raw_http::{self, Connection};
use omise_tests::redact;
use omise_tests::smallest::{form, smallest, wrong_currency};
use omise_types::{CreateSourceRequest, PaymentMethod, PublicKey, SecretKey};
use serde_json::{Map, Value};

const SERVER: &str = env!("CARGO_BIN_EXE_omise-under-test");

/// By the SDK as JSON, by curl as JSON and by curl as a form: three times the same source.
#[test]
fn every_payment_method_is_created_with_the_smallest_request_that_its_row_allows() {
    let server = ServeProcess::in_memory(Path::new(SERVER)).expect("the server starts");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let client = Client::builder()
        .base_url(server.url())
        .public_key(PublicKey::new(PUBLIC_KEY).expect("a key"))
        .secret_key(SecretKey::new(SECRET_KEY).expect("a key"))
        .build()
        .expect("a client");

    for method in PaymentMethod::all() {
        let parameters = smallest(method);
        let request: CreateSourceRequest =
            serde_json::from_value(Value::Object(parameters.clone())).expect("a request");
        let (created, retrieved) = runtime.block_on(async {
            let created = client.create_source(&request).await.expect("it is created");
            let retrieved = client
                .retrieve_source(&created.id)
                .await
                .expect("it is retrieved");
            (created, retrieved)
        });
        assert_eq!(created.raw(), retrieved.raw(), "{}", method.source_type);
        assert_eq!(created.flow, method.flow, "{}", method.source_type);

        let body = String::from_utf8(created.raw().to_vec()).expect("UTF-8");
        let json = serde_json::to_string(&parameters).expect("JSON");
        let form = form(&parameters);
        let by_json = curl(&server, &json, &["-H", "content-type: application/json"]);
        let by_form = curl(&server, &form, &[]);
        // All three were made from this machine with the public key; only id and times differ.
        assert_eq!(without_identity(&body), without_identity(&by_json));
        assert_eq!(without_identity(&body), without_identity(&by_form));

        let refusals = refusals(&server, method, &parameters);
        let text = format!("JSON  {json}\nFORM  {form}\n\n{body}\n{refusals}");
        insta::with_settings!({
            filters => redact::filters(),
            omit_expression => true,
            prepend_module_to_snapshot => false,
        }, {
            insta::assert_snapshot!(format!("payment_method__{}", method.source_type), text);
        });
    }
}

fn curl(server: &ServeProcess, body: &str, more: &[&str]) -> String {
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--fail-with-body", "--user"])
        .arg(format!("{PUBLIC_KEY}:"))
        .args(more)
        .args(["--data-raw", body, &format!("{}/sources", server.url())])
        .output()
        .expect("curl runs");
    assert!(output.status.success(), "curl: {output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn without_identity(source: &str) -> Value {
    let mut source: Map<String, Value> = serde_json::from_str(source).expect("a JSON object");
    for name in ["id", "location", "created_at"] {
        assert!(source.remove(name).is_some(), "{name}");
    }
    Value::Object(source)
}

/// A line for each request that the row refuses: what was wrong with it and the API's message.
fn refusals(server: &ServeProcess, method: &PaymentMethod, good: &Map<String, Value>) -> String {
    let mut bad = Vec::new();
    for name in good.keys() {
        let mut without = good.clone();
        without.remove(name);
        bad.push((format!("without {name}"), name.as_str(), without));
    }
    let mut with = |what: String, name: &'static str, value: Value| {
        let mut changed = good.clone();
        changed.insert(name.to_owned(), value);
        bad.push((what, name, changed));
    };
    let currency = wrong_currency(method);
    with(
        format!("in {currency}"),
        "currency",
        Value::from(currency.as_str()),
    );
    let least = good["amount"].as_i64().expect("an amount");
    let greatest = method.currencies[0].1.max.get();
    for amount in [least - 1, greatest + 1] {
        with(format!("amount {amount}"), "amount", Value::from(amount));
    }

    let mut connection = Connection::open(server.address()).expect("a connection");
    let mut lines = String::new();
    for (what, name, request) in bad {
        let body = Value::Object(request).to_string();
        let headers = [
            ("host", "localhost"),
            ("authorization", &authorization(SECRET_KEY)),
            ("content-type", "application/json"),
        ];
        let request = raw_http::request("POST", "/sources", &headers, body.as_bytes());
        let answer = connection.exchange(&request).expect("an answer");
        let error: Value = serde_json::from_slice(&answer.body).expect("a JSON body");
        let message = error["message"].as_str().expect("a message");
        let place = format!("{} {what}: {message}", method.source_type);
        assert_eq!(answer.status, 400, "{place}");
        assert_eq!(error["code"], "bad_request", "{place}");
        assert!(message.contains(name), "{place}");
        lines.push_str(&format!("{what}: {message}\n"));
    }
    lines
}
