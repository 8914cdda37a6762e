//! What a call is: an operation with what it sends. omise-codegen emits one for each operation.

use std::fmt;

use bytes::Bytes;
use omise_types::Operation;

use crate::check::Request;

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
    fn build(&self, base_url: &str, client: &reqwest::Client) -> Option<http::Request<Bytes>>;

    /// The body, if there is one.
    fn request(&self) -> Option<&dyn Request> {
        None
    }

    /// Visits every text of the request that is sensitive.
    fn each_sensitive(&self, _visit: &mut dyn FnMut(&str)) {}

    /// Visits every id in the path, with the name of its object and whether it is of live mode.
    fn each_id(&self, _visit: &mut dyn FnMut(&'static str, bool)) {}
}
