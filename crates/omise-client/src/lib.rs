#![doc = include_str!("../README.md")]

mod call;
mod client;
mod error;
mod generated;
mod http;
mod response;
mod transport;

pub use client::{Client, ClientBuilder};
pub use error::Error;
pub use http::HttpTransport;
pub use response::Response;
pub use transport::{Transport, TransportError, TransportFuture};

pub use omise_types;
pub use omise_types::{
    API_VERSION, Amount, ChargeStatus, CreateSourceRequest, Currency, ErrorCode, Flow, KeyError,
    Operation, PublicKey, SecretKey, Source, SourceId, SourceType,
};
