//! One call of an operation, and what all operations work with.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use http::request::Parts;
use omise_store::Store;
use omise_types::Operation;

use crate::accounts::Credential;
use crate::failure::Failure;
use crate::http::run_to_end::RunToEnd;
use crate::mint::Mint;
use crate::route::Parameters;
use crate::trace::Trace;

/// Where objects are kept, and what new ones begin with.
pub(crate) struct Backend {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) mint: Mint,
}

/// A request of which the operation is known, and whose key may call it.
pub(crate) struct Call<'a> {
    pub(crate) operation: Operation,
    pub(crate) parameters: Parameters<'a>,
    pub(crate) credential: &'a Credential,
    pub(crate) head: &'a Parts,
    pub(crate) trace: Trace,
}

/// The bytes of a successful answer.
pub(crate) struct Answer(pub(crate) Bytes);

impl Call<'_> {
    /// Does work that has an effect. It goes on to its end when the client has gone away, and then
    /// the log says so.
    pub(crate) async fn to_end(
        &self,
        work: impl Future<Output = Result<Answer, Failure>> + Send + 'static,
    ) -> Result<Answer, Failure> {
        let (trace, operation) = (self.trace, self.operation);
        let nobody_waits = move |outcome: Result<Answer, Failure>| {
            trace.log_client_gone(operation, outcome.as_ref().err());
        };
        RunToEnd::new(guard(work), nobody_waits).await
    }
}

// A panic is a mistake of ours, and still the client gets an answer. Nothing that is shared is left
// half-changed by one: what a request writes, it writes in one transaction.
pub(crate) async fn guard<T>(
    outcome: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let mut outcome = pin!(outcome);
    poll_fn(|context| {
        let poll = AssertUnwindSafe(|| outcome.as_mut().poll(context));
        catch_unwind(poll).unwrap_or(Poll::Ready(Err(Failure::Internal("a panic"))))
    })
    .await
}
