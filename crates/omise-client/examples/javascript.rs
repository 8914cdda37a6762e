//! The client inside of JavaScript: what a page, a worker or Node calls.
//!
//! ```sh
//! cargo build -p omise-client --example javascript --target wasm32-unknown-unknown
//! wasm-bindgen --target web --out-dir pkg \
//!     target/wasm32-unknown-unknown/debug/examples/javascript.wasm
//! ```
//!
//! ```js
//! import init, { Omise } from "./pkg/javascript.js";
//! await init();
//! const omise = new Omise("https://api.omise.co", "pkey_test_...", 20000);
//! const source = JSON.parse(await omise.create(10000));
//! ```
#![cfg(target_family = "wasm")]

use std::time::Duration;

use omise_client::money::Thb;
use omise_client::payment_methods::Promptpay;
use omise_client::{Client, PublicKey};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// A client with a public key, the only kind that belongs into a page.
#[wasm_bindgen]
pub struct Omise(Client);

#[wasm_bindgen]
impl Omise {
    /// Makes a client whose calls end after so many milliseconds.
    #[wasm_bindgen(constructor)]
    pub fn new(base_url: &str, public_key: &str, timeout_ms: u32) -> Result<Omise, JsError> {
        let client = Client::builder()
            .base_url(base_url)
            .public_key(PublicKey::new(public_key)?)
            .timeout(Duration::from_millis(timeout_ms.into()));
        Ok(Omise(client.build()?))
    }

    /// Creates a source of so many satang and answers with it as the service wrote it.
    pub async fn create(&self, satang: u32) -> Result<String, JsError> {
        let request = Promptpay::new(Thb::new(satang));
        let source = self.0.create_source(request).await?;
        Ok(String::from_utf8_lossy(source.raw()).into_owned())
    }

    /// Retrieves a source and answers with it as the service wrote it.
    pub async fn retrieve(&self, id: &str) -> Result<String, JsError> {
        let source = self.0.retrieve_source(&id.parse()?).await?;
        Ok(String::from_utf8_lossy(source.raw()).into_owned())
    }
}
