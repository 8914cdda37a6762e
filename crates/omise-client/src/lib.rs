#![doc = include_str!("../README.md")]

mod attribute;
#[cfg(all(feature = "blocking", not(target_family = "wasm")))]
pub mod blocking;
mod call;
mod client;
mod client_builder;
mod create_source;
mod error;
mod generated;
mod http;
mod idempotency_key;
mod redact;
mod request;
mod response;
mod retrieve_source;
mod retry;
mod timer;
mod trace;
mod transport;

pub use client::Client;
pub use client_builder::ClientBuilder;
pub use create_source::CreateSource;
pub use error::{Error, ErrorKind};
pub use http::HttpTransport;
#[cfg(not(target_family = "wasm"))]
pub use http::HttpTransportBuilder;
pub use idempotency_key::{IdempotencyKey, IdempotencyKeyError};
pub use response::Response;
pub use retrieve_source::RetrieveSource;
pub use transport::{BoxFuture, Transport, TransportError, TransportFuture};

pub use omise_types;
pub use omise_types::{
    API_VERSION, Amount, ChargeStatus, Country, CreateSourceRequest, Currency, EmbeddedSource,
    ErrorCode, Flow, KeyError, NextStep, Operation, PaymentMethod, PublicKey, SecretKey, Source,
    SourceId, SourceType, money, payment_methods,
};
