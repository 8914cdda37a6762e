//! Calls by the client that progenitor writes, in the middle of this program.

use self::client::types::{ErrorBody, Source, SourceParameters, SourceType};
use self::client::{Client, Error, ResponseValue};
use base64::Engine;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use serde::Serialize;
use serde_json::{Value, json};

mod client {
    progenitor::generate_api!(spec = "source.yaml", interface = Builder);
}

fn client(url: &str, key: &str) -> Client {
    let mut headers = HeaderMap::new();
    if !key.is_empty() {
        let token = base64::prelude::BASE64_STANDARD.encode(format!("{key}:"));
        let basic = HeaderValue::from_str(&format!("Basic {token}")).expect("base64 is ASCII");
        headers.insert(AUTHORIZATION, basic);
    }
    let http = reqwest::Client::builder().default_headers(headers);
    Client::new_with_client(url, http.build().expect("the settings are sound"))
}

/// The call of generators.md: it is compiled, and not run.
#[allow(dead_code)]
async fn example(url: &str, key: &str) -> Result<ResponseValue<Source>, Error<ErrorBody>> {
    let (currency, type_) = ("THB".to_owned(), SourceType::Promptpay);
    let api = client(url, key);
    let request = api.create_source();
    let request = request.body_map(|body| body.amount(10_000u64).currency(currency).type_(type_));
    request.send().await
}

async fn answer(call: &Value) -> Value {
    let text = |pointer: &str| call.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let body = &call["arguments"]["body"];
    let api = client(text("/url"), text("/key"));
    let id = text("/arguments/path/id");
    // Rust cannot look up a function by its name: a new operation takes a line.
    match text("/operation") {
        "createSource" => match serde_json::from_value::<SourceParameters>(body.clone()) {
            Ok(body) => read(api.create_source().body(body).send().await),
            Err(error) => json!({ "failure": error.to_string() }),
        },
        "retrieveSource" => read(api.retrieve_source().id(id.to_owned()).send().await),
        other => json!({ "failure": format!("no line for {other}") }),
    }
}

fn read<T: Serialize>(answered: Result<ResponseValue<T>, Error<ErrorBody>>) -> Value {
    match answered {
        Ok(value) => json!({ "value": value.into_inner() }),
        Err(Error::ErrorResponse(error)) => {
            json!({ "status": error.status().as_u16(), "error": error.into_inner() })
        }
        Err(error) => json!({ "failure": error.to_string() }),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for line in std::io::stdin().lines() {
        let call = serde_json::from_str(&line.expect("stdin is UTF-8")).expect("a line is JSON");
        println!("{}", answer(&call).await);
    }
}
