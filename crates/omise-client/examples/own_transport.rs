//! A transport of one's own: it plays back what a service once said, and sends nothing.
//!
//! ```sh
//! cargo run -p omise-client --example own_transport
//! ```
//!
//! It runs on every target, with the async client and the blocking one.

use std::collections::VecDeque;
use std::error::Error;
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use omise_client::money::Thb;
use omise_client::payment_methods::Promptpay;
use omise_client::{Client, PublicKey, Source, Transport, TransportError, TransportFuture};

/// Answers, of which each request takes the first that is left.
struct Recorded {
    answers: Mutex<VecDeque<http::Response<Bytes>>>,
}

impl Recorded {
    fn new(answers: impl IntoIterator<Item = http::Response<Bytes>>) -> Recorded {
        Recorded {
            answers: Mutex::new(answers.into_iter().collect()),
        }
    }
}

impl Transport for Recorded {
    fn send(&self, _request: http::Request<Bytes>) -> TransportFuture<'_> {
        let answers = self.answers.lock();
        let answer = answers.unwrap_or_else(PoisonError::into_inner).pop_front();
        // Without an answer nothing was sent, so that the client may send it again.
        let result = answer.ok_or_else(|| TransportError::connect("nothing more is recorded"));
        Box::pin(async { result })
    }
}

const RECORDED: &[u8] = br#"{
    "object": "source", "id": "src_test_5g5in1we65199wlsyji", "livemode": false,
    "location": "/sources/src_test_5g5in1we65199wlsyji", "amount": 10000, "currency": "THB",
    "created_at": "2019-12-31T12:59:59Z", "flow": "offline", "type": "promptpay"
}"#;

fn client() -> Result<Client, Box<dyn Error>> {
    let answer = http::Response::new(Bytes::from_static(RECORDED));
    let client = Client::builder()
        .public_key(PublicKey::new("pkey_test_5xpjm0wjg3y2dxlmd2w")?)
        .transport(Recorded::new([answer]));
    Ok(client.build()?)
}

fn show(source: &Source) -> Result<(), Box<dyn Error>> {
    let amount = source.amount.in_currency(source.currency);
    writeln!(
        std::io::stdout(),
        "{}: {amount} {}",
        source.id,
        source.currency
    )?;
    Ok(())
}

#[cfg(all(not(feature = "blocking"), not(target_family = "wasm")))]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let source = client()?
        .create_source(Promptpay::new(Thb::new(10_000)))
        .await?;
    show(&source)
}

#[cfg(all(feature = "blocking", not(target_family = "wasm")))]
fn main() -> Result<(), Box<dyn Error>> {
    let client = omise_client::blocking::Client::new(client()?)?;
    let source = client
        .create_source(Promptpay::new(Thb::new(10_000)))
        .send()?;
    show(&source)
}

#[cfg(target_family = "wasm")]
fn main() {
    wasm_bindgen_futures::spawn_local(async {
        let client = client().expect("its key is one");
        let source = client.create_source(Promptpay::new(Thb::new(10_000))).await;
        show(&source.expect("an answer is recorded")).expect("the console takes it");
    });
}
