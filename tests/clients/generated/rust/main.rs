//! Calls by the client that openapi-generator writes for Rust.

use base64::Engine;
use openapi::apis::configuration::Configuration;
use openapi::apis::sources_api::{self, CreateSourceError};
use openapi::apis::{Error, ResponseContent};
use openapi::models::{ErrorBody, Source, SourceParameters, SourceType};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use serde::Serialize;
use serde_json::{Value, json};

fn configuration(url: &str, key: &str) -> Configuration {
    let mut headers = HeaderMap::new();
    if !key.is_empty() {
        let token = base64::prelude::BASE64_STANDARD.encode(format!("{key}:"));
        let basic = HeaderValue::from_str(&format!("Basic {token}")).expect("base64 is ASCII");
        headers.insert(AUTHORIZATION, basic);
    }
    let http = reqwest::Client::builder().default_headers(headers);
    // Its own `basic_auth` is sent twice, once for each kind of key.
    Configuration {
        base_path: url.to_owned(),
        client: http.build().expect("the settings are sound"),
        ..Configuration::new()
    }
}

/// The call of generators.md: it is compiled, and not run.
#[allow(dead_code)]
async fn example(url: &str, key: &str) -> Result<Source, Error<CreateSourceError>> {
    let request = SourceParameters::new(10_000, "THB".to_owned(), SourceType::Promptpay);
    sources_api::create_source(&configuration(url, key), request, None, None).await
}

async fn answer(call: &Value) -> Value {
    let text = |pointer: &str| call.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let body = &call["arguments"]["body"];
    let api = configuration(text("/url"), text("/key"));
    let id = text("/arguments/path/id");
    // Rust cannot look up a function by its name: a new operation takes a line.
    match text("/operation") {
        "createSource" => match serde_json::from_value(body.clone()) {
            Ok(body) => read(sources_api::create_source(&api, body, None, None).await),
            Err(error) => json!({ "failure": error.to_string() }),
        },
        "retrieveSource" => read(sources_api::retrieve_source(&api, id, None).await),
        other => json!({ "failure": format!("no line for {other}") }),
    }
}

fn read<T: Serialize, E>(answered: Result<T, Error<E>>) -> Value {
    match answered {
        Ok(value) => json!({ "value": value }),
        Err(Error::ResponseError(ResponseContent { status, content, .. })) => {
            // Its own error has a variant for each status, all of one type, and none for a new one.
            match serde_json::from_str::<ErrorBody>(&content) {
                Ok(error) => json!({ "status": status.as_u16(), "error": error }),
                Err(error) => json!({ "failure": error.to_string() }),
            }
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
