//! The attempts of one call, and the response or error that they end in.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderValue, USER_AGENT};
use omise_types::{
    API_VERSION, Answer as Readable, DecodeError, Operation, ReadAnswer, read_answer,
    read_answer_strictly,
};

use crate::answer::Answer;
use crate::config::Config;
use crate::error::Error;
use crate::headers::{IDEMPOTENCY_KEY, OMISE_VERSION};
use crate::idempotency_key::IdempotencyKey;
use crate::redact::Secrets;
use crate::response::Response;
use crate::retry::Retry;
use crate::timer;
use crate::trace;
use crate::transport::TransportError;

/// What a caller may say of one call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub(crate) idempotency_key: Option<IdempotencyKey>,
    pub(crate) timeout: Option<Duration>,
}

/// The attempts of a call that is about to be made.
pub(crate) struct Attempts<'a> {
    config: &'a Config,
    operation: Operation,
    authorization: HeaderValue,
    options: Options,
}

/// What the attempts brought.
pub(crate) struct Outcome {
    attempts: u32,
    /// Whether an attempt may have had its effect without saying so.
    may_have_effect: bool,
    last: Result<Answer, TransportError>,
}

impl<'a> Attempts<'a> {
    /// Prepares a call, with the first key that the operation prefers.
    ///
    /// # Errors
    ///
    /// If the client has no key that the operation takes, or if there is nothing here that keeps
    /// time.
    pub(crate) fn new(
        config: &'a Config,
        operation: Operation,
        options: Options,
    ) -> Result<Attempts<'a>, Error> {
        if !timer::is_available() {
            return Err(Error::misuse(operation, "it needs a tokio runtime to wait"));
        }
        let credential = config.credential(operation)?;
        Ok(Attempts {
            config,
            operation,
            authorization: credential.authorization.clone(),
            options,
        })
    }

    /// Reads the answer that the attempts brought.
    ///
    /// # Errors
    ///
    /// If no answer arrived, or if it is not a success. The error shows none of the secrets, which
    /// are collected only then.
    pub(crate) fn read<T: Readable>(
        &self,
        outcome: Outcome,
        secrets: impl FnOnce(&mut Secrets),
    ) -> Result<Response<T>, Error> {
        let failed = match outcome.last {
            Ok(answer) if answer.head.status.is_success() => {
                match read(&answer.body, self.config.is_strict) {
                    Ok(read) => return Ok(Response::new(read, answer, outcome.attempts)),
                    Err(error) => Ok((answer, Some(error))),
                }
            }
            Ok(answer) => Ok((answer, None)),
            Err(failure) => Err(failure),
        };
        let mut hidden = Secrets::new(&self.authorization);
        if let Some(key) = &self.options.idempotency_key {
            hidden.add(key.as_str());
        }
        let headers = self.config.headers.values();
        for value in headers.filter(|value| value.is_sensitive()) {
            hidden.add(value.to_str().unwrap_or_default());
        }
        secrets(&mut hidden);
        let error = match failed {
            Ok((answer, decode)) => Error::answered(self.operation, answer, decode, &hidden),
            Err(failure) => Error::unanswered(self.operation, failure, &hidden),
        };
        let is_repeatable = self.retry().is_repeatable();
        Err(error.after(outcome.attempts, is_repeatable, outcome.may_have_effect))
    }

    /// Sends the request as often as it takes and may be.
    pub(crate) async fn send(&self, mut request: http::Request<Bytes>) -> Outcome {
        self.complete(request.headers_mut());
        let config = self.config;
        let retry = self.retry();
        let timeout = self.options.timeout.unwrap_or(config.timeout);
        let started = timer::Started::now();
        let mut may_have_effect = false;
        let mut attempts = 0;
        loop {
            attempts += 1;
            let left = timeout.saturating_sub(started.elapsed());
            let time = left.min(config.attempt_timeout);
            let span = trace::Attempt::new(self.operation, request.uri(), attempts);
            let transport_time = time - TRANSPORT_HEADSTART.min(time / 10);
            let sending = config
                .transport
                .send_within(request.clone(), transport_time);
            let sent = span.run(timer::within(time, sending)).await;
            let last = sent.unwrap_or_else(|| Err(TransportError::out_of_time(time)));
            span.end(&last);
            may_have_effect |= leaves_doubt(&last);

            let left = timeout.saturating_sub(started.elapsed());
            let wait = retry.wait(attempts, &last);
            // An attempt without time for it would only hide what the last one brought.
            let is_in_time = |wait: &Duration| *wait + ATTEMPT_MIN < left;
            if let Some(wait) = wait.filter(|wait| is_in_time(wait) && config.budget.take()) {
                timer::sleep(wait).await;
                continue;
            }
            let last = last.map(|answer| {
                let (head, body) = answer.into_parts();
                Answer { head, body }
            });
            if let Ok(answer) = &last
                && !retry.is_trouble(answer.head.status)
            {
                config.budget.give(attempts);
            }
            return Outcome {
                attempts,
                may_have_effect,
                last,
            };
        }
    }

    /// Adds the headers of every request, and the key of this one.
    fn complete(&self, headers: &mut HeaderMap) {
        // progenitor sends the version of the document, which means nothing to the service.
        headers.remove("api-version");
        headers.insert(OMISE_VERSION, HeaderValue::from_static(API_VERSION));
        headers.insert(AUTHORIZATION, self.authorization.clone());
        headers.insert(USER_AGENT, self.config.user_agent.clone());
        for (name, value) in &self.config.headers {
            headers.append(name, value.clone());
        }
        if let Some(key) = &self.options.idempotency_key {
            headers.insert(IDEMPOTENCY_KEY, key.to_header());
        }
    }

    fn retry(&self) -> Retry {
        let mut policy = self.operation.retry_policy();
        policy.attempts = self.config.attempts.unwrap_or(policy.attempts);
        let has_key = self.options.idempotency_key.is_some();
        Retry {
            policy,
            has_honoured_key: has_key && self.config.honours_idempotency_keys,
        }
    }
}

/// The transport gets a deadline that is this much shorter than the client's, so that its error,
/// which knows the status, wins.
const TRANSPORT_HEADSTART: Duration = Duration::from_millis(10);

/// An attempt that has less time is not worth it.
const ATTEMPT_MIN: Duration = Duration::from_millis(50);

fn read<T: Readable>(body: &[u8], is_strict: bool) -> Result<ReadAnswer<T>, DecodeError> {
    if is_strict {
        return read_answer_strictly::<T>(body).map(Into::into);
    }
    read_answer(body)
}

/// Whether the service may have carried out the request although no answer confirms it.
fn leaves_doubt(outcome: &Result<http::Response<Bytes>, TransportError>) -> bool {
    let refuses = |status: http::StatusCode| status.is_client_error();
    match outcome {
        Ok(answer) => !refuses(answer.status()),
        Err(failure) if failure.is_connect() => false,
        Err(failure) => !failure.head().is_some_and(|head| refuses(head.status)),
    }
}
