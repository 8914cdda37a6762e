//! Every failure, and the one place that turns it into a status and the API's error object.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use omise_rules::Rejection;
use omise_store::StoreError;
use omise_types::{API_VERSION, ErrorBody, ErrorCode};

use crate::http::sizes::{BODY_BYTES_MAX, BODY_PIECES_MAX};
use crate::http::unreadable::Unreadable;
use crate::http::write::{json_response, to_body};

/// Why a request is not answered with what it asked for.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The specification has no such path.
    RouteNotFound,
    /// The path does not have the method.
    MethodNotAllowed { allow: String },
    /// The key is missing, unknown or of the wrong kind.
    Unauthenticated,
    /// The client takes no JSON.
    NotAcceptable,
    /// The version of the API does not have the operation.
    VersionTooOld,
    /// The version of the API is unknown, or has objects of another shape.
    VersionNotSpoken,
    /// The body is neither JSON nor a form.
    UnsupportedMediaType,
    /// The body is larger than it may be.
    BodyTooLarge,
    /// The body comes in more pieces than are put together.
    BodyInTooManyPieces,
    /// The body is compressed, or encoded in another way.
    ContentEncoded,
    /// The body is transferred in another way than in chunks.
    TransferEncoded,
    /// A header that has one value is given more than once.
    HeaderTwice(HeaderName),
    /// HTTP/1.1 asks for a host, and there is none.
    HostMissing,
    /// The host is not one.
    HostInvalid,
    /// The body ended before it was whole.
    BodyCut,
    /// The body did not come in time.
    BodyTimeout,
    /// The body cannot be read.
    Unreadable(Unreadable),
    /// The body is JSON but not an object.
    BodyNotAnObject,
    /// The request breaks rules.
    Rejected(Rejection),
    /// The object would be larger than it may be.
    TooLarge {
        object: &'static str,
        bytes_max: usize,
    },
    /// The account has no such object in this mode.
    NotFound { object: &'static str, id: String },
    /// The store failed.
    Store(StoreError),
    /// The service failed in a way that is a mistake of ours.
    Internal(&'static str),
}

impl From<Unreadable> for Failure {
    fn from(unreadable: Unreadable) -> Failure {
        Failure::Unreadable(unreadable)
    }
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Failure {
        Failure::Rejected(rejection)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        Failure::Store(error)
    }
}

impl Failure {
    /// The status and the code, for the log and the answer.
    pub(crate) fn status(&self) -> (StatusCode, ErrorCode) {
        match self {
            Failure::RouteNotFound | Failure::NotFound { .. } => {
                (StatusCode::NOT_FOUND, ErrorCode::NotFound)
            }
            Failure::MethodNotAllowed { .. } => {
                (StatusCode::METHOD_NOT_ALLOWED, ErrorCode::BadRequest)
            }
            Failure::Unauthenticated => {
                (StatusCode::UNAUTHORIZED, ErrorCode::AuthenticationFailure)
            }
            Failure::NotAcceptable => (StatusCode::NOT_ACCEPTABLE, ErrorCode::BadRequest),
            Failure::VersionTooOld => (StatusCode::NOT_FOUND, ErrorCode::ServiceNotFound),
            Failure::UnsupportedMediaType | Failure::ContentEncoded => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorCode::BadRequest)
            }
            Failure::TransferEncoded => (StatusCode::NOT_IMPLEMENTED, ErrorCode::BadRequest),
            Failure::BodyTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::BadRequest),
            Failure::BodyTimeout => (StatusCode::REQUEST_TIMEOUT, ErrorCode::BadRequest),
            Failure::VersionNotSpoken
            | Failure::BodyInTooManyPieces
            | Failure::TooLarge { .. }
            | Failure::HeaderTwice(_)
            | Failure::HostMissing
            | Failure::HostInvalid
            | Failure::BodyCut
            | Failure::Unreadable(_)
            | Failure::BodyNotAnObject
            | Failure::Rejected(_) => (StatusCode::BAD_REQUEST, ErrorCode::BadRequest),
            Failure::Store(error) if error.is_unavailable() || error.is_outcome_unknown() => {
                (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::InternalError)
            }
            Failure::Store(_) | Failure::Internal(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::InternalError)
            }
        }
    }

    /// The answer.
    pub(crate) fn into_response(self) -> Response<Full<Bytes>> {
        let (status, code) = self.status();
        let message: Cow<'static, str> = match &self {
            Failure::RouteNotFound => "path was not found".into(),
            Failure::MethodNotAllowed { allow } => format!(
                "method is not allowed (allowed are {})",
                allow.replace(',', "")
            )
            .into(),
            Failure::Unauthenticated => "authentication failed".into(),
            Failure::NotAcceptable => "accept must allow application/json".into(),
            Failure::VersionTooOld => "service not found".into(),
            Failure::VersionNotSpoken => {
                format!("Omise-Version is currently not supported (must be {API_VERSION})").into()
            }
            Failure::UnsupportedMediaType => {
                "content-type must be application/json or application/x-www-form-urlencoded".into()
            }
            Failure::BodyTooLarge => body_too_large().into(),
            Failure::TooLarge { object, bytes_max } => {
                format!("{object} is too large (maximum is {bytes_max} bytes)").into()
            }
            Failure::BodyInTooManyPieces => {
                format!("body is sent in too many pieces (maximum is {BODY_PIECES_MAX})").into()
            }
            Failure::ContentEncoded => {
                "content-encoding is not supported (send the body as it is)".into()
            }
            Failure::TransferEncoded => "transfer-encoding must be chunked".into(),
            Failure::HeaderTwice(name) => format!("{name} is given more than once").into(),
            Failure::HostMissing => "host is missing".into(),
            Failure::HostInvalid => "host is invalid".into(),
            Failure::BodyCut => "body ended before it was complete".into(),
            Failure::BodyTimeout => "body did not arrive in time".into(),
            Failure::Unreadable(unreadable) => unreadable.to_string().into(),
            Failure::BodyNotAnObject => "body must be a JSON object".into(),
            Failure::Rejected(rejection) => rejection.to_string().into(),
            Failure::NotFound { object, id } => format!("{object} {id} was not found").into(),
            Failure::Store(error) if error.is_unavailable() => {
                "service is temporarily unavailable".into()
            }
            Failure::Store(error) if error.is_outcome_unknown() => {
                "service is temporarily unavailable (it is not known whether the request took \
                 effect)"
                    .into()
            }
            Failure::Store(_) | Failure::Internal(_) => "internal error".into(),
        };
        let mut response = json_response(status, error_body(code, &message));
        let headers = response.headers_mut();
        match &self {
            Failure::MethodNotAllowed { allow } => {
                let allow = HeaderValue::from_str(allow).expect("methods of HTTP are tokens");
                headers.insert(header::ALLOW, allow);
            }
            Failure::Unauthenticated => {
                let challenge = HeaderValue::from_static("Basic realm=\"Omise\"");
                headers.insert(header::WWW_AUTHENTICATE, challenge);
            }
            // Nothing was done, so the same request may be sent again.
            Failure::Store(error) if error.is_unavailable() => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            // RFC 9110, section 15.5.16: what a client may use instead.
            Failure::ContentEncoded => {
                let identity = HeaderValue::from_static("identity");
                headers.insert(header::ACCEPT_ENCODING, identity);
            }
            // What is left of the body is not read, or nobody knows where it ends; the connection
            // cannot be used again.
            Failure::BodyTooLarge
            | Failure::BodyInTooManyPieces
            | Failure::BodyCut
            | Failure::BodyTimeout
            | Failure::TransferEncoded
            | Failure::HeaderTwice(_)
            | Failure::HostMissing
            | Failure::HostInvalid => {
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response
    }

    /// What goes to the log beside the status, for failures that are not the client's.
    pub(crate) fn cause(&self) -> Option<String> {
        match self {
            Failure::Store(error) => Some(chain(error)),
            Failure::Internal(what) => Some((*what).to_owned()),
            _ => None,
        }
    }
}

/// The answer to a request that never became one: what hyper itself refuses.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub(crate) headers: &'static [(HeaderName, HeaderValue)],
    pub(crate) body: Bytes,
}

impl Refusal {
    /// An answer that a page of every origin may read.
    pub fn for_every_page(status: StatusCode) -> Refusal {
        static HEADERS: [(HeaderName, HeaderValue); 1] = [(
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static("*"),
        )];
        Refusal {
            headers: &HEADERS,
            ..Refusal::for_no_page(status)
        }
    }

    /// An answer that no page may read.
    pub fn for_no_page(status: StatusCode) -> Refusal {
        Refusal {
            headers: &[],
            body: refusal_body(status),
        }
    }
}

/// The error object for a request that never became one.
fn refusal_body(status: StatusCode) -> Bytes {
    let message = match status {
        StatusCode::URI_TOO_LONG => "path is too long",
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => "headers are too large",
        StatusCode::REQUEST_TIMEOUT => "request did not arrive in time",
        StatusCode::PAYLOAD_TOO_LARGE => {
            return error_body(ErrorCode::BadRequest, &body_too_large());
        }
        StatusCode::TOO_MANY_REQUESTS => {
            let message = "too many connections from this address";
            return error_body(ErrorCode::TooManyRequests, message);
        }
        StatusCode::INTERNAL_SERVER_ERROR => {
            return error_body(ErrorCode::InternalError, "internal error");
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            let message = "too many connections";
            return error_body(ErrorCode::InternalError, message);
        }
        _ => "request is not valid HTTP/1.1",
    };
    error_body(ErrorCode::BadRequest, message)
}

fn body_too_large() -> String {
    format!("body is too large (maximum is {BODY_BYTES_MAX} bytes)")
}

fn error_body(code: ErrorCode, message: &str) -> Bytes {
    let page = code.as_str().replace('_', "-");
    let location = format!("https://www.omise.co/api-errors#{page}");
    to_body(&ErrorBody::new(location, code, message.to_owned()))
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}
