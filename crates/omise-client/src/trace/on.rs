use bytes::Bytes;
use http::Uri;
use omise_types::Operation;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::error::Error;
use crate::headers::request_id;
use crate::redact::shown_request_id;
use crate::response::Response;
use crate::transport::TransportError;

/// Runs a call in a span of its own.
pub(crate) async fn call<T>(
    operation: Operation,
    call: impl Future<Output = Result<Response<T>, Error>>,
) -> Result<Response<T>, Error> {
    let span = tracing::info_span!(
        "call",
        otel.name = operation.id(),
        otel.kind = "internal",
        otel.status_code = Empty,
        omise.operation = operation.id(),
        omise.attempts = Empty,
        error.r#type = Empty,
    );
    let result = call.instrument(span.clone()).await;
    match &result {
        Ok(response) => {
            span.record("omise.attempts", response.attempts());
        }
        Err(error) => {
            span.record("omise.attempts", error.attempts());
            failed(&span, error.kind_name());
        }
    }
    result
}

/// The span of an attempt.
///
/// Its fields hold nothing of the payer: the URL has at most the id of the source, and headers and
/// bodies are left out.
pub(crate) struct Attempt(Span);

impl Attempt {
    pub(crate) fn new(operation: Operation, uri: &Uri, attempt: u32) -> Attempt {
        let usual_port = match uri.scheme_str() {
            Some("http") => 80,
            _ => 443,
        };
        let span = tracing::info_span!(
            "attempt",
            otel.name = format_args!("{} {}", operation.method(), operation.path()),
            otel.kind = "client",
            otel.status_code = Empty,
            http.request.method = operation.method(),
            http.request.resend_count = Empty,
            http.response.status_code = Empty,
            server.address = uri.host().unwrap_or_default(),
            server.port = uri.port_u16().unwrap_or(usual_port),
            url.full = %uri,
            url.template = operation.path(),
            omise.request_id = Empty,
            error.r#type = Empty,
        );
        if attempt > 1 {
            span.record("http.request.resend_count", attempt - 1);
        }
        Attempt(span)
    }

    pub(crate) fn run<F: Future>(&self, sending: F) -> impl Future<Output = F::Output> {
        sending.instrument(self.0.clone())
    }

    pub(crate) fn end(self, result: &Result<http::Response<Bytes>, TransportError>) {
        let span = self.0;
        match result {
            Ok(answer) => {
                let status = answer.status();
                span.record("http.response.status_code", status.as_u16());
                if let Some(id) = request_id(answer.headers()) {
                    span.record("omise.request_id", shown_request_id(id));
                }
                if !status.is_success() {
                    failed(&span, status.as_str());
                }
            }
            Err(failure) => {
                if let Some(head) = failure.head() {
                    span.record("http.response.status_code", head.status.as_u16());
                }
                failed(&span, failure.kind_name());
            }
        }
    }
}

fn failed(span: &Span, kind: &str) {
    span.record("error.type", kind);
    span.record("otel.status_code", "ERROR");
}
