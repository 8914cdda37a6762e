//! One call: what the generated client needs to make it, and what became of it.
//!
//! A generated client is made for each call, with a [`Call`] inside. progenitor has room for the
//! answer's value or a `reqwest::Error`, which nobody else can make; so [`Call`] keeps what the
//! transport brought, and that alone decides what the caller is told.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderValue, USER_AGENT};
use http::response::Parts;
use omise_types::{ErrorBody, Operation};
use progenitor_client::{ClientHooks, ClientInfo, OperationInfo, ResponseValue};

use crate::error::Error;
use crate::generated;
use crate::response::Response;
use crate::transport::{Transport, TransportError};

/// The state of one call.
#[derive(Clone)]
pub(crate) struct Call(Arc<State>);

struct State {
    operation: Operation,
    transport: Arc<dyn Transport>,
    authorization: HeaderValue,
    user_agent: HeaderValue,
    outcome: Mutex<Option<Outcome>>,
}

/// What the transport brought.
type Outcome = Result<Answer, TransportError>;

/// An answer as it came.
pub(crate) struct Answer {
    pub(crate) head: Parts,
    pub(crate) body: Bytes,
}

impl Call {
    pub(crate) fn new(
        operation: Operation,
        transport: Arc<dyn Transport>,
        authorization: HeaderValue,
        user_agent: HeaderValue,
    ) -> Call {
        Call(Arc::new(State {
            operation,
            transport,
            authorization,
            user_agent,
            outcome: Mutex::new(None),
        }))
    }

    /// What the caller is told, from what was captured and what the generated client read in it.
    ///
    /// # Errors
    ///
    /// If there is no answer, or it is not the one that was hoped for.
    pub(crate) fn finish<T>(
        &self,
        read: Result<ResponseValue<T>, progenitor_client::Error<ErrorBody>>,
    ) -> Result<Response<T>, Error> {
        let operation = self.0.operation;
        match (self.take(), read) {
            (Some(Ok(answer)), Ok(value)) => Ok(Response::new(value.into_inner(), answer)),
            (Some(Ok(answer)), Err(failure)) => {
                let decode = match failure {
                    progenitor_client::Error::InvalidResponsePayload(_, error) => Some(error),
                    _ => None,
                };
                Err(Error::answered(operation, answer, decode.as_ref()))
            }
            (Some(Err(failure)), _) => Err(Error::unanswered(operation, failure)),
            (None, _) => Err(Error::unsent(operation)),
        }
    }

    fn put(&self, outcome: Outcome) {
        *self.cell() = Some(outcome);
    }

    fn take(&self) -> Option<Outcome> {
        self.cell().take()
    }

    fn cell(&self) -> std::sync::MutexGuard<'_, Option<Outcome>> {
        let cell = self.0.outcome.lock();
        cell.unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Call").field(&self.0.operation).finish()
    }
}

impl ClientHooks<Call> for generated::Client {
    async fn pre<E>(
        &self,
        request: &mut reqwest::Request,
        _info: &OperationInfo,
    ) -> Result<(), progenitor_client::Error<E>> {
        let call = &self.inner().0;
        let headers = request.headers_mut();
        // progenitor sends the version of the document, which means nothing to the service.
        headers.remove("api-version");
        headers.insert(AUTHORIZATION, call.authorization.clone());
        headers.insert(USER_AGENT, call.user_agent.clone());
        Ok(())
    }

    async fn exec(
        &self,
        request: reqwest::Request,
        _info: &OperationInfo,
    ) -> reqwest::Result<reqwest::Response> {
        let call = self.inner();
        let request = http::Request::<reqwest::Body>::try_from(request)?;
        let request = request.map(|body| match body.as_bytes() {
            Some(bytes) => Bytes::copy_from_slice(bytes),
            None => Bytes::new(),
        });
        let outcome = call.0.transport.send(request).await.map(|answer| {
            let (head, body) = answer.into_parts();
            Answer { head, body }
        });
        let response = for_progenitor(&outcome);
        call.put(outcome);
        Ok(response)
    }
}

/// The answer that progenitor reads. For a failure it is one that leads nowhere.
fn for_progenitor(outcome: &Outcome) -> reqwest::Response {
    let (status, body) = match outcome {
        Ok(answer) => (answer.head.status, answer.body.clone()),
        Err(_) => (http::StatusCode::GATEWAY_TIMEOUT, Bytes::new()),
    };
    let mut response = http::Response::new(body);
    *response.status_mut() = status;
    response.into()
}
