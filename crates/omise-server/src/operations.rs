//! Which file answers which operation.

use std::error::Error;
use std::sync::Arc;

use http_body::Body;
use omise_types::Operation;

use crate::call::{Answer, Backend, Call};
use crate::failure::Failure;
use crate::sources;

/// Answers a call.
pub(crate) async fn answer<B>(
    call: &Call<'_>,
    backend: &Arc<Backend>,
    body: B,
) -> Result<Answer, Failure>
where
    B: Body<Error: Into<Box<dyn Error + Send + Sync>>>,
{
    // An operation of the document without a line here does not compile. The last line is there
    // because users of `omise-types` must expect operations to be added.
    const { assert!(Operation::ALL.len() == 2) };
    match call.operation {
        Operation::CreateSource => sources::create(call, backend, body).await,
        Operation::RetrieveSource => sources::retrieve(call, backend).await,
        _ => Err(Failure::RouteNotFound),
    }
}
