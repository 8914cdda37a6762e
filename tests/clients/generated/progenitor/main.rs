//! Uses the client that progenitor writes, in the middle of this program.

use std::future::Future;

use base64::Engine;
use self::client::types::{ErrorBody, Source, SourceType};
use self::client::{Client, Error, ResponseValue};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use serde_json::{Value, json};

// call
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
// end

async fn create(url: &str, key: &str, amount: u64) -> Value {
    // call
    let api = client(url, key);
    let (currency, type_) = ("THB".to_owned(), SourceType::Promptpay);
    let request = api.create_source();
    let request = request.body_map(|body| body.amount(amount).currency(currency).type_(type_));
    let source = request.send();
    // end
    outcome(source).await
}

async fn retrieve(url: &str, key: &str, id: &str) -> Value {
    outcome(client(url, key).retrieve_source().id(id.to_owned()).send()).await
}

async fn outcome(
    call: impl Future<Output = Result<ResponseValue<Source>, Error<ErrorBody>>>,
) -> Value {
    let source = match call.await {
        Ok(source) => source.into_inner(),
        Err(Error::ErrorResponse(error)) => {
            let status = error.status().as_u16();
            return json!({"error": {
                "status": status, "code": error.code, "message": error.message,
            }});
        }
        Err(error) => return json!({ "failure": error.to_string() }),
    };
    let image = source.scannable_code.and_then(|code| code.image);
    json!({"source": {
        "id": source.id,
        "type": source.type_,
        "flow": source.flow,
        "amount": source.amount,
        "currency": source.currency,
        "created": source.created_at.timestamp(),
        "status": source.charge_status,
        "code": image.and_then(|image| image.download_uri),
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
