//! One call: what the generated client needs to make it, and what became of it.
//!
//! A generated client is made for each call, with a [`Call`] inside. progenitor has room for the
//! answer's value or a `reqwest::Error`, which nobody else can make; so [`Call`] keeps what the
//! attempts brought, and that alone decides what the caller is told.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue, USER_AGENT};
use http::response::Parts;
use omise_types::{API_VERSION, ErrorBody, Operation};
use progenitor_client::{ClientHooks, ClientInfo, OperationInfo, ResponseValue};
use serde::de::DeserializeOwned;

use crate::client::Client;
use crate::error::Error;
use crate::generated;
use crate::idempotency_key::IdempotencyKey;
use crate::redact::Secrets;
use crate::response::Response;
use crate::retry::Retry;
use crate::timer;
use crate::trace;
use crate::transport::{AttemptTimeout, TransportError};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const OMISE_VERSION: HeaderName = HeaderName::from_static("omise-version");

/// The state of one call.
#[derive(Clone)]
pub(crate) struct Call(Arc<State>);

struct State {
    client: Client,
    operation: Operation,
    authorization: HeaderValue,
    options: Options,
    outcome: Mutex<Option<Outcome>>,
}

/// What a caller may say of one call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub(crate) idempotency_key: Option<IdempotencyKey>,
    pub(crate) timeout: Option<Duration>,
}

/// What the attempts brought.
struct Outcome {
    attempts: u32,
    /// Whether an attempt may have had its effect without saying so.
    may_have_effect: bool,
    last: Result<Answer, TransportError>,
}

/// An answer as it came.
pub(crate) struct Answer {
    pub(crate) head: Parts,
    pub(crate) body: Bytes,
}

impl Call {
    /// Prepares a call, with the first key that the operation prefers.
    ///
    /// # Errors
    ///
    /// If the client has no key that the operation takes, or if there is nothing here that keeps
    /// time.
    pub(crate) fn new(
        client: &Client,
        operation: Operation,
        options: Options,
    ) -> Result<Call, Error> {
        if !timer::is_there() {
            return Err(Error::misuse(operation, "it needs a tokio runtime to wait"));
        }
        let credential = client.credential(operation)?;
        Ok(Call(Arc::new(State {
            client: client.clone(),
            operation,
            authorization: credential.authorization.clone(),
            options,
            outcome: Mutex::new(None),
        })))
    }

    /// The generated operations, for this call.
    pub(crate) fn operations(&self) -> generated::Client {
        let client = self.0.client.inner();
        generated::Client::new_with_client(&client.base_url, client.requests.clone(), self.clone())
    }

    /// What the caller is told, from what was captured and what the generated client read in it.
    ///
    /// # Errors
    ///
    /// If there is no answer, or it is not the one that was hoped for.
    pub(crate) fn finish<T: DeserializeOwned>(
        &self,
        read: Result<ResponseValue<T>, progenitor_client::Error<ErrorBody>>,
        secrets: impl FnOnce(&mut Secrets),
    ) -> Result<Response<T>, Error> {
        let operation = self.0.operation;
        let Some(outcome) = self.take() else {
            return Err(Error::misuse(
                operation,
                "the request cannot be built; the base URL may be too long",
            ));
        };
        #[cfg(target_family = "wasm")]
        let read = read.or_else(|_| read_here(&outcome.last));
        let (answer, failure) = match (outcome.last, read) {
            (Ok(answer), Ok(value)) => {
                self.0.client.inner().budget.give(outcome.attempts);
                return Ok(Response::new(value.into_inner(), answer, outcome.attempts));
            }
            (Ok(answer), Err(failure)) => (Ok(answer), Some(failure)),
            (Err(failure), _) => (Err(failure), None),
        };
        let mut hidden = Secrets::new(&self.0.authorization);
        if let Some(key) = &self.0.options.idempotency_key {
            hidden.add(key.as_str());
        }
        secrets(&mut hidden);
        let error = match answer {
            Ok(answer) => {
                let decode = match &failure {
                    Some(progenitor_client::Error::InvalidResponsePayload(_, error)) => Some(error),
                    _ => None,
                };
                Error::answered(operation, answer, decode, &hidden)
            }
            Err(failure) => Error::unanswered(operation, failure, &hidden),
        };
        let is_repeatable = self.retry().is_repeatable();
        Err(error.after(outcome.attempts, is_repeatable, outcome.may_have_effect))
    }

    /// Sends the request as often as it takes and may be.
    async fn send(&self, request: http::Request<Bytes>) -> Outcome {
        let client = self.0.client.inner();
        let retry = self.retry();
        let timeout = self.0.options.timeout.unwrap_or(client.timeout);
        let started = timer::Started::now();
        let mut may_have_effect = false;
        for attempt in 1.. {
            let left = timeout.saturating_sub(started.elapsed());
            let time = left.min(client.attempt_timeout);
            let mut sent = request.clone();
            sent.extensions_mut().insert(AttemptTimeout::within(time));
            let sending = client.transport.send(sent);
            let sending = async {
                let sent = timer::within(time, sending).await;
                sent.unwrap_or_else(|| Err(TransportError::out_of_time(time)))
            };
            let last = trace::attempt(self.0.operation, &request, attempt, sending).await;
            may_have_effect |= leaves_doubt(&last);

            let left = timeout.saturating_sub(started.elapsed());
            let wait = retry.wait(attempt, &last);
            match wait.filter(|wait| *wait < left && client.budget.take()) {
                Some(wait) => timer::sleep(wait).await,
                None => {
                    let last = last.map(|answer| {
                        let (head, body) = answer.into_parts();
                        Answer { head, body }
                    });
                    return Outcome {
                        attempts: attempt,
                        may_have_effect,
                        last,
                    };
                }
            }
        }
        unreachable!("a policy counts its attempts")
    }

    fn retry(&self) -> Retry {
        let client = self.0.client.inner();
        let mut policy = self.0.operation.retry_policy();
        policy.attempts = client.attempts.unwrap_or(policy.attempts);
        let has_key = self.0.options.idempotency_key.is_some();
        Retry {
            policy,
            has_honoured_key: has_key && client.honours_idempotency_keys,
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

/// Whether the service may have done what was asked for, though nothing says so.
fn leaves_doubt(outcome: &Result<http::Response<Bytes>, TransportError>) -> bool {
    let refuses = |status: http::StatusCode| status.is_client_error();
    match outcome {
        Ok(answer) => !refuses(answer.status()),
        Err(failure) if failure.is_connect() => false,
        Err(failure) => !failure.head().is_some_and(|head| refuses(head.status)),
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
        headers.insert(OMISE_VERSION, HeaderValue::from_static(API_VERSION));
        headers.insert(AUTHORIZATION, call.authorization.clone());
        headers.insert(USER_AGENT, call.client.inner().user_agent.clone());
        if let Some(key) = &call.options.idempotency_key {
            headers.insert(IDEMPOTENCY_KEY, key.to_header());
        }
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
        let outcome = call.send(request).await;
        let response = for_progenitor(&outcome);
        call.put(outcome);
        response
    }
}

/// The answer that progenitor reads. For a failure it is one that leads nowhere.
#[cfg(not(target_family = "wasm"))]
fn for_progenitor(outcome: &Outcome) -> reqwest::Result<reqwest::Response> {
    let (status, body) = match &outcome.last {
        Ok(answer) => (answer.head.status, answer.body.clone()),
        Err(_) => (http::StatusCode::GATEWAY_TIMEOUT, Bytes::new()),
    };
    let mut response = http::Response::new(body);
    *response.status_mut() = status;
    Ok(response.into())
}

/// Nothing but a browser makes a response here. So progenitor gets none, and `read_here` reads it.
#[cfg(target_family = "wasm")]
fn for_progenitor(_: &Outcome) -> reqwest::Result<reqwest::Response> {
    // The relative URL of an empty request is an error, the only one that can be made.
    let error = reqwest::Request::try_from(http::Request::new(Bytes::new())).err();
    Err(error.expect("reqwest takes absolute URLs only"))
}

/// What progenitor would read in an answer.
#[cfg(target_family = "wasm")]
fn read_here<T: DeserializeOwned>(
    last: &Result<Answer, TransportError>,
) -> Result<ResponseValue<T>, progenitor_client::Error<ErrorBody>> {
    use progenitor_client::Error::{Custom, InvalidResponsePayload};
    match last {
        Ok(Answer { head, body }) if head.status == http::StatusCode::OK => {
            let value = serde_json::from_slice(body);
            let value = value.map_err(|error| InvalidResponsePayload(body.clone(), error))?;
            Ok(ResponseValue::new(value, head.status, head.headers.clone()))
        }
        _ => Err(Custom(String::new())),
    }
}
