#![doc = include_str!("../README.md")]

mod accounts;
mod api;
mod create_source;
mod failure;
mod host;
mod http;
mod own_paths;
mod retrieve_source;
mod route;

pub use accounts::{AccountKeys, Accounts, DuplicateKey};
pub use api::{Api, Options, Pages};
pub use failure::Refusal;
pub use host::{Host, SystemHost};

pub use crate::http::body::BODY_BYTES_MAX;
pub use crate::http::cors::{Cors, Origin, OriginError};
pub use crate::http::listen::{Drained, Limits, Peer, listen};
pub use crate::http::listener::Listener;
pub use crate::http::open_files::connections_within_open_files;
pub use crate::http::request_body::RequestBody;
