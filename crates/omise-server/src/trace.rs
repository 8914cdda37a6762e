//! The line that a request leaves in the log.

use std::time::Instant;

use http::StatusCode;
use omise_types::Operation;

use crate::failure::Failure;
use crate::http::request_id::RequestId;

/// What the log says of a request beside its outcome.
#[derive(Clone, Copy)]
pub(crate) struct Trace {
    pub(crate) request_id: RequestId,
    started: Instant,
}

impl Trace {
    pub(crate) fn begin() -> Trace {
        Trace {
            request_id: RequestId::new(),
            started: Instant::now(),
        }
    }

    /// Logs how a request was answered.
    pub(crate) fn log(&self, operation: Option<Operation>, outcome: Result<StatusCode, &Failure>) {
        self.log_line(operation, outcome, false);
    }

    /// Logs an operation that ended after its client had gone, so that its answer was not sent.
    pub(crate) fn log_client_gone(&self, operation: Operation, failure: Option<&Failure>) {
        let outcome = failure.map_or(Ok(StatusCode::OK), Err);
        self.log_line(Some(operation), outcome, true);
    }

    // Allow-listed fields only: no path, no key, nothing of a body. A failure of ours is told where
    // the request's id is known, so that what a client reports can be found.
    fn log_line(
        &self,
        operation: Option<Operation>,
        outcome: Result<StatusCode, &Failure>,
        client_gone: bool,
    ) {
        let request_id = self.request_id.as_str();
        let operation = operation.map_or("none", Operation::id);
        let (status, code) = match outcome {
            Ok(status) => (status, None),
            Err(failure) => {
                let (status, code) = failure.status();
                (status, Some(code))
            }
        };
        let status = status.as_u16();
        let code = code.as_ref().map(|code| code.as_str());
        let duration_us = self.started.elapsed().as_micros();
        let client_gone = client_gone.then_some(true);
        match outcome.err().and_then(Failure::cause) {
            Some(cause) => {
                tracing::error!(
                    request_id,
                    operation,
                    status,
                    code,
                    duration_us,
                    client_gone,
                    cause,
                    "request failed"
                );
            }
            None => tracing::debug!(
                request_id,
                operation,
                status,
                code,
                duration_us,
                client_gone,
                "request"
            ),
        }
    }
}
