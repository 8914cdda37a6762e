#![doc = include_str!("../README.md")]

mod accounts;
mod api;
mod call;
mod environment;
mod failure;
mod http;
mod mint;
mod operations;
mod own_paths;
mod route;
mod trace;

// Resources, in the order of a payment.
mod sources;

pub use accounts::{AccountKeys, Accounts, DuplicateKey};
pub use api::{Api, Options, Pages};
pub use environment::{Environment, SystemEnvironment};
pub use failure::Refusal;

pub use crate::http::cors::{Cors, Origin, OriginError};
pub use crate::http::limits::{Limits, Peer};
pub use crate::http::listen::{Drained, listen};
pub use crate::http::listener::Listener;
pub use crate::http::open_files::connections_within_open_files;
pub use crate::http::request_body::RequestBody;
pub use crate::http::sizes::BODY_BYTES_MAX;
