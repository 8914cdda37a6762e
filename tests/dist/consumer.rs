//! Creates a source and retrieves it, by the public API of the packages and nothing else.
//!
//! `tests/dist.rs` makes a program of this file.

use omise_client::omise_types::SPEC_SHA256;
use omise_client::{
    Amount, Client, CreateSourceRequest, Currency, PublicKey, SecretKey, Source, SourceType,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, public_key, secret_key, amount, currency, type_] = arguments.as_slice() else {
        return Err("give a URL, both keys, an amount, a currency and a type".into());
    };
    let client = Client::builder()
        .base_url(url.as_str())
        .public_key(PublicKey::new(public_key)?)
        .secret_key(SecretKey::new(secret_key)?)
        .build()?;

    let type_ = SourceType::from(type_.as_str());
    let amount = Amount::new(amount.parse()?)?;
    let request = CreateSourceRequest::new(amount, Currency::new(currency)?, type_);
    let created = client.create_source(&request).await?;
    let retrieved = client.retrieve_source(&created.id).await?;

    tell("created", &created);
    tell("retrieved", &retrieved);
    println!("specification {SPEC_SHA256}");
    Ok(())
}

fn tell(what: &str, source: &Source) {
    let Source {
        id,
        amount,
        currency,
        type_,
        ..
    } = source;
    println!("{what} {id} {} {currency} {type_}", amount.get());
}
