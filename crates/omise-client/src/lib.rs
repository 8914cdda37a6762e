#![doc = include_str!("../README.md")]

mod answer;
mod attempts;
#[cfg(all(feature = "blocking", not(target_family = "wasm")))]
pub mod blocking;
mod call;
mod capture;
mod check;
mod client;
mod client_builder;
mod config;
mod error;
mod headers;
mod http;
mod idempotency_key;
mod pending;
mod redact;
mod response;
mod retry;
mod sources;
mod timer;
mod trace;
mod transport;

pub use call::{Call, CreateSource, Keyed, RetrieveSource};
pub use client::Client;
pub use client_builder::ClientBuilder;
pub use error::{Error, ErrorKind};
pub use http::HttpTransport;
#[cfg(not(target_family = "wasm"))]
pub use http::builder::HttpTransportBuilder;
pub use idempotency_key::{IdempotencyKey, IdempotencyKeyError};
pub use pending::Pending;
pub use response::Response;
pub use transport::{BoxFuture, Transport, TransportError, TransportFuture};

pub use omise_rules::{Reason, Rejection, Rule};
pub use omise_types;
pub use omise_types::{
    API_VERSION, Amount, ChargeStatus, Country, CreateSourceRequest, Currency, EmbeddedSource,
    ErrorCode, Flow, KeyError, NextStep, Operation, PaymentMethod, PublicKey, SecretKey, Source,
    SourceId, SourceType, money, payment_methods,
};
