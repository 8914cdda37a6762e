//! What a call is: an operation with what it sends. omise-codegen emits one for each operation.

use std::fmt;

use bytes::Bytes;
use omise_types::Operation;
use progenitor_client::{ClientHooks, OperationInfo};

use crate::capture::hold;
use crate::check::Request;

pub use emitted::*;

/// The generated client and the calls. `cargo xtask emit` shows them.
#[allow(
    clippy::all,
    clippy::doc_markdown,
    clippy::str_to_string,
    clippy::too_long_first_doc_paragraph,
    clippy::uninlined_format_args,
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "the code is progenitor's, the descriptions are the specification's"
)]
mod emitted {
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

/// An operation with what it sends, such as [`CreateSource`](crate::CreateSource).
///
/// A method of [`Client`](crate::Client) makes one, and [`Pending`](crate::Pending) sends it. There
/// is one type for each operation of the API, and only this crate implements the trait.
///
/// # Example
///
/// ```
/// use omise_client::{Call, CreateSource, Operation, RetrieveSource};
///
/// assert_eq!(CreateSource::OPERATION, Operation::CreateSource);
/// assert_eq!(RetrieveSource::OPERATION.method(), "GET");
/// ```
pub trait Call: Build {
    /// The operation.
    const OPERATION: Operation;

    /// What the operation answers with.
    type Answer: omise_types::Answer + Send + 'static;
}

/// A call that takes an idempotency key: one that may not be repeated without it.
///
/// [`Pending::idempotency_key`](crate::Pending::idempotency_key) shows how it is used.
pub trait Keyed: Call {}

/// What is emitted of a call and is not for users.
pub trait Build: Clone + fmt::Debug + Send + Sync + 'static {
    /// The request that the generated client builds, or `None` if it cannot be built.
    fn build(&self, client: &Client) -> Option<http::Request<Bytes>>;

    /// The body, if there is one.
    fn request(&self) -> Option<&dyn Request> {
        None
    }

    /// Visits every text of the request that is sensitive.
    fn each_sensitive(&self, _visit: &mut dyn FnMut(&str)) {}

    /// Visits every id in the path, with the name of its object and whether it is of live mode.
    fn each_id(&self, _visit: &mut dyn FnMut(&'static str, bool)) {}
}

impl ClientHooks for Client {
    async fn pre<E>(
        &self,
        request: &mut reqwest::Request,
        _info: &OperationInfo,
    ) -> Result<(), progenitor_client::Error<E>> {
        hold(request);
        // Ends the operation before anything is sent.
        Err(progenitor_client::Error::Custom(String::new()))
    }
}
