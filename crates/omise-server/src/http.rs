//! HTTP, whatever the API: connections and their limits, and the steps of a request that have
//! nothing to do with an operation.

// Connections.
mod activity;
mod connection;
pub(crate) mod limits;
pub(crate) mod listen;
pub(crate) mod listener;
pub(crate) mod open_files;
mod refused;
pub(crate) mod request_body;
mod slots;

// The steps of a request, in the order in which it meets them.
pub(crate) mod accept;
pub(crate) mod basic;
pub(crate) mod body;
pub(crate) mod cors;
pub(crate) mod run_to_end;
pub(crate) mod strict;
pub(crate) mod version;

// What the steps are made of.
mod form;
pub(crate) mod headers;
mod json;
pub(crate) mod request_id;
pub(crate) mod sizes;
pub(crate) mod unreadable;
pub(crate) mod write;
