//! The SDK with a canary wherever it takes something: what the tests of it share.

use std::fmt::Debug;

use omise_client::{
    Client, ClientBuilder, CreateSourceRequest, Error, IdempotencyKey, PublicKey, Response,
    SecretKey, Source, SourceId,
};
use omise_tests::canary::{self, IDEMPOTENCY_KEY, PUBLIC_KEY, SECRET_KEY, Search};
use omise_tests::kinds::chain;
use serde_json::Value;

pub(crate) type Outcome = Result<Response<Source>, Error>;

/// A client with both keys that sends everything once.
pub(crate) fn client(builder: ClientBuilder) -> Client {
    let client = builder
        .public_key(public_key())
        .secret_key(secret_key())
        .max_attempts(1);
    client.build().expect("a client")
}

pub(crate) fn public_key() -> PublicKey {
    PublicKey::new(PUBLIC_KEY).expect("a key")
}

pub(crate) fn secret_key() -> SecretKey {
    SecretKey::new(SECRET_KEY).expect("a key")
}

pub(crate) fn idempotency_key() -> IdempotencyKey {
    IdempotencyKey::new(IDEMPOTENCY_KEY).expect("a key")
}

pub(crate) fn id() -> SourceId {
    "src_test_5g5in1we65199wlsyji".parse().expect("an id")
}

/// A request with everything that says something of the payer.
pub(crate) fn request() -> CreateSourceRequest {
    let parameters = Value::Object(canary::object("SourceParameters"));
    serde_json::from_value(parameters).expect("it has the shape of the specification")
}

pub(crate) async fn both_operations(client: &Client) -> [Outcome; 2] {
    let created = client.create_source(request()).unchecked();
    let created = created.idempotency_key(idempotency_key()).await;
    [created, client.retrieve_source(&id()).await]
}

/// Looks through all that an error says: itself, its causes, and what it tells.
pub(crate) fn search_error(search: &mut Search, place: &str, error: &Error) {
    for one in chain(error) {
        search.through(&format!("Display, {place}"), &one.to_string());
        search_debug(search, place, one);
    }
    let told = [
        error.message(),
        error.code().map(|code| code.as_str()),
        error.request_id(),
        error.redacted_body(),
    ];
    for text in told.into_iter().flatten() {
        search.through(&format!("what is told, {place}"), text);
    }
}

pub(crate) fn search_debug(search: &mut Search, place: &str, value: &(impl Debug + ?Sized)) {
    search.through(&format!("Debug, {place}"), &format!("{value:?}"));
    search.through(&format!("Debug in lines, {place}"), &format!("{value:#?}"));
}
