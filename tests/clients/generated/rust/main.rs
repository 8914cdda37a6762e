//! Uses the client that openapi-generator writes for Rust.

use std::future::Future;

use base64::Engine;
use openapi::apis::configuration::Configuration;
use openapi::apis::sources_api::{create_source, retrieve_source};
use openapi::apis::{Error, ResponseContent};
use openapi::models::{SourceParameters, ErrorBody, Source, SourceType};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use serde_json::{Value, json};

// call
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
// end

async fn create(url: &str, key: &str, amount: i64) -> Value {
    // call
    let api = configuration(url, key);
    let request = SourceParameters::new(amount, "THB".to_owned(), SourceType::Promptpay);
    let source = create_source(&api, request, None, None);
    // end
    outcome(source).await
}

async fn retrieve(url: &str, key: &str, id: &str) -> Value {
    outcome(retrieve_source(&configuration(url, key), id, None)).await
}

async fn outcome<E>(call: impl Future<Output = Result<Source, Error<E>>>) -> Value {
    let source = match call.await {
        Ok(source) => source,
        Err(Error::ResponseError(ResponseContent { status, content, .. })) => {
            // Its own error has a variant for each status, all of one type, and none for a new one.
            let Ok(body) = serde_json::from_str::<ErrorBody>(&content) else {
                return json!({ "failure": content });
            };
            let status = status.as_u16();
            return json!({"error": {"status": status, "code": body.code, "message": body.message}});
        }
        Err(error) => return json!({ "failure": error.to_string() }),
    };
    let code = source.scannable_code.flatten();
    let image = code.and_then(|code| code.image.flatten());
    json!({"source": {
        "id": source.id,
        "type": source.r#type,
        "flow": source.flow,
        "amount": source.amount,
        "currency": source.currency,
        "created": source.created_at.timestamp(),
        "status": source.charge_status.flatten(),
        "code": image.and_then(|image| image.download_uri.flatten()),
    }})
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [service, answers, public_key, secret_key, cases @ ..] = arguments.as_slice() else {
        panic!("SERVICE ANSWERS PUBLIC_KEY SECRET_KEY CASE...");
    };
    let created = create(service, public_key, 10000).await;
    let id = created["source"]["id"].as_str().unwrap_or_default().to_owned();
    let mut outcomes = json!({
        "created": created,
        "retrieved": retrieve(service, secret_key, &id).await,
        "absent": retrieve(service, secret_key, "src_test_5g5in1we65199wlsyji").await,
        "keyless": create(service, "", 10000).await,
        "refused": create(service, public_key, 1).await,
    });
    for name in cases {
        outcomes[name] = retrieve(answers, secret_key, name).await;
    }
    println!("{outcomes}");
}
