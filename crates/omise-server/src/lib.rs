#![doc = include_str!("../README.md")]

mod accounts;
mod api;
mod host;
mod listen;
mod listener;
mod open_files;

// The steps of a request, in the order in which it meets them.
mod accept;
mod basic;
mod body;
mod cors;
mod create_source;
mod failure;
mod own_paths;
mod retrieve_source;
mod route;
mod version;

// What the steps are made of.
mod activity;
mod form;
mod headers;
mod json;
mod refused;
mod request_body;
mod request_id;
mod run_to_end;
mod slots;
mod strict;
mod unreadable;

pub use accounts::{AccountKeys, Accounts, DuplicateKey};
pub use api::{Api, Options, Pages};
pub use body::BODY_BYTES_MAX;
pub use cors::{Cors, Origin, OriginError};
pub use failure::Refusal;
pub use host::{Host, SystemHost};
pub use listen::{Drained, Limits, Peer, listen};
pub use listener::Listener;
pub use open_files::connections_within_open_files;
pub use request_body::RequestBody;
