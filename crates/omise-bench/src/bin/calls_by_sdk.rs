//! Creates and retrieves sources by the SDK.

use bytes::Bytes;
use omise_bench::calls;
use omise_client::{
    Amount, Client, CreateSourceRequest, Currency, PublicKey, SecretKey, SourceId, SourceType,
    Transport, TransportFuture,
};

fn main() -> calls::Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [
        url,
        public_key,
        secret_key,
        amount,
        currency,
        type_,
        id,
        answer,
    ] = arguments.as_slice()
    else {
        return Err("expected URL PUBLIC_KEY SECRET_KEY AMOUNT CURRENCY TYPE ID ANSWER".into());
    };
    let builder = Client::builder()
        .public_key(PublicKey::new(public_key)?)
        .secret_key(SecretKey::new(secret_key)?);
    let client = match url.as_str() {
        "in-process" => builder
            .transport(InProcess(answer.clone().into()))
            .build()?,
        url => builder.base_url(url).build()?,
    };
    let amount = Amount::new(amount.parse()?)?;
    let currency = Currency::new(currency)?;
    let type_ = SourceType::from(type_.as_str());
    let id: SourceId = id.parse()?;

    calls::run(async |operation| {
        let source = match operation {
            "create" => {
                let request = CreateSourceRequest::new(amount, currency, type_.clone());
                client.create_source(request).await?
            }
            "retrieve" => client.retrieve_source(&id).await?,
            _ => return Err("create or retrieve".into()),
        };
        if source.id != id {
            return Err("another source than the service has".into());
        }
        Ok(())
    })
}

/// Answers at once, so that what the SDK itself costs is seen alone.
struct InProcess(Bytes);

impl Transport for InProcess {
    fn send(&self, _: http::Request<Bytes>) -> TransportFuture<'_> {
        let answer = http::Response::new(self.0.clone());
        Box::pin(async move { Ok(answer) })
    }
}
