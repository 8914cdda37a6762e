use std::error::Error as StdError;
use std::fmt::{self, Write as _};

use bytes::Bytes;
use omise_types::{ErrorCode, KeyRole, Operation};
use serde_json::error::Category;

use crate::call::Answer;
use crate::transport::{self, TransportError};

/// Why a client could not be made or a call had no success.
///
/// Exactly one of the predicates holds; each says what usually causes it, whether the request may
/// have taken effect, and what to try. A status of 400 or above decides, whatever became of the
/// body; below that, what went wrong does.
///
/// `Display` is one line with the operation, the status, the API's code and message and the request
/// id, as far as they are known; the rest is in [`source`](std::error::Error::source). Neither
/// `Display` nor `Debug` shows a body or a key.
///
/// # Example
///
/// ```
/// # use bytes::Bytes;
/// # use omise_client::{Amount, PublicKey, SourceType, Transport, TransportFuture};
/// # struct Service;
/// # impl Transport for Service {
/// #     fn send(&self, _: http::Request<Bytes>) -> TransportFuture<'_> {
/// #         let body = r#"{"object": "error",
/// #             "location": "https://www.omise.co/api-errors#bad-request",
/// #             "code": "bad_request", "message": "amount must be at least 2000"}"#;
/// #         let mut answer = http::Response::new(Bytes::from_static(body.as_bytes()));
/// #         *answer.status_mut() = http::StatusCode::BAD_REQUEST;
/// #         Box::pin(async move { Ok(answer) })
/// #     }
/// # }
/// use omise_client::{Client, CreateSourceRequest, Source};
///
/// /// Creates a source, or says what the person at the till is to do.
/// async fn create(client: &Client, request: &CreateSourceRequest) -> Result<Source, String> {
///     match client.create_source(request).await {
///         Ok(source) => Ok(source.into_inner()),
///         Err(error) if error.is_rejected() => {
///             Err(format!("change the order: {}", error.message().unwrap_or("refused")))
///         }
///         Err(error) if error.is_connect() || error.is_rate_limited() => {
///             Err("try once more".to_owned())
///         }
///         Err(error) => Err(format!("call the help desk and say: {error}")),
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let client = Client::builder()
/// #     .public_key(PublicKey::new("pkey_test_5xpjm0wjg3y2dxlmd2w")?)
/// #     .transport(Service)
/// #     .build()?;
/// let request = CreateSourceRequest::new(Amount::new(1)?, "THB".parse()?, SourceType::Promptpay);
/// let advice = create(&client, &request).await.unwrap_err();
/// assert_eq!(advice, "change the order: amount must be at least 2000");
/// # Ok(())
/// # }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    operation: Option<Operation>,
    status: Option<u16>,
    code: Option<ErrorCode>,
    message: Option<String>,
    request_id: Option<String>,
    raw_body: Option<Bytes>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

#[derive(Debug)]
enum Kind {
    Configuration(String),
    Connect,
    Timeout,
    Interrupted,
    Unreadable,
    Rejected,
    Authentication,
    NotFound,
    RateLimited,
    ServerError,
}

impl Error {
    /// The operation that failed, or `None` if it was the making of the client.
    pub fn operation(&self) -> Option<Operation> {
        self.0.operation
    }

    /// The HTTP status of the answer, if one came, whatever its body was.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The API's code, such as `bad_request`. Without one it was not the API that answered, or it
    /// answered without a body.
    pub fn code(&self) -> Option<&ErrorCode> {
        self.0.code.as_ref()
    }

    /// The API's message, such as `amount is not a number`. For people, not for programs; it is in
    /// English and its wording changes.
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// The service's name for the request, from `X-Request-Id`. Its support asks for it.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The body of the answer as it came, if it came whole.
    ///
    /// It may say something of the payer, so neither `Debug` nor `Display` shows it and it does not
    /// belong into a log.
    pub fn raw_body(&self) -> Option<&[u8]> {
        self.0.raw_body.as_deref()
    }

    /// Whether the request was refused: any 4xx that has no predicate of its own, mostly 400.
    ///
    /// **Cause:** a parameter is missing or wrong, or the account does not have the payment method;
    /// [`code`](Error::code) is mostly `bad_request` and [`message`](Error::message) names every
    /// reason. Without a code, something on the way to the API refused it. **Effect:** none.
    /// **Try:** another request; the same one is refused again. With the code `backend_error` the
    /// provider of the payment method failed, and the same one may pass later.
    pub fn is_rejected(&self) -> bool {
        matches!(self.0.kind, Kind::Rejected)
    }

    /// Whether the key was refused: 401 or 403.
    ///
    /// **Cause:** the key is unknown, expired, rotated or of the wrong kind (401,
    /// `authentication_failure` or `key_expired_error`), or the account is locked or may not do
    /// this (403, `locked_account_error` or `not_authorized`). **Effect:** none. **Try:** the key
    /// and the account in the dashboard; no request passes with this key.
    pub fn is_authentication(&self) -> bool {
        matches!(self.0.kind, Kind::Authentication)
    }

    /// Whether what was asked for is not there: 404.
    ///
    /// **Cause:** the source belongs to another account or to the other mode than the key
    /// (`not_found`), the base URL leads elsewhere (no code), or the service has no sources in this
    /// API version (`service_not_found`). **Effect:** none. **Try:** the id, whether id and key are
    /// both test or both live, and the base URL.
    pub fn is_not_found(&self) -> bool {
        matches!(self.0.kind, Kind::NotFound)
    }

    /// Whether there were too many requests: 429.
    ///
    /// **Cause:** more requests in a short time than the service takes. **Effect:** none. **Try:**
    /// the same request after a pause of seconds, longer each time.
    pub fn is_rate_limited(&self) -> bool {
        matches!(self.0.kind, Kind::RateLimited)
    }

    /// Whether the answer did not come in time.
    ///
    /// **Cause:** a slow network or service, or a time-out that is too short. **Effect:** a
    /// creation may have taken effect; the source that it made is then unknown to the caller, which
    /// costs nothing, as a source holds no money until it is charged. **Try:** retrieving again at
    /// once; a creation again if a second, unused source does no harm.
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::Timeout)
    }

    /// Whether there was no connection, so that not one byte of the request was sent.
    ///
    /// **Cause:** no network, a name that cannot be resolved, a service that does not listen, a TLS
    /// certificate that is not trusted, or ten seconds without a connection. **Effect:** none.
    /// **Try:** the same request again, a creation too; then the base URL and the network.
    pub fn is_connect(&self) -> bool {
        matches!(self.0.kind, Kind::Connect)
    }

    /// Whether the connection broke, or the transport failed in another way, before the answer was
    /// there.
    ///
    /// **Cause:** a service or proxy that restarts or closes the connection half-way. **Effect:** a
    /// creation may have taken effect, as with [`is_timeout`](Error::is_timeout). **Try:** as
    /// there.
    pub fn is_interrupted(&self) -> bool {
        matches!(self.0.kind, Kind::Interrupted)
    }

    /// Whether the service failed: 5xx.
    ///
    /// **Cause:** a failure in the service (`internal_error`), or a gateway before it that cannot
    /// reach it (502, 503 or 504, mostly HTML and without a code). **Effect:** a creation may have
    /// taken effect, as with [`is_timeout`](Error::is_timeout). **Try:** as there, after a pause.
    pub fn is_server_error(&self) -> bool {
        matches!(self.0.kind, Kind::ServerError)
    }

    /// Whether there was an answer below 400 that is not the one that the API describes.
    ///
    /// **Cause:** a 200 whose body is no source or is larger than the transport reads, a success
    /// other than 200, or a redirect, which is never followed: a proxy, a login page, or a base URL
    /// that leads to another service. **Effect:** a creation may have taken effect. **Try:** the
    /// base URL, with a look at [`status`](Error::status) and [`raw_body`](Error::raw_body); then a
    /// newer version of this crate.
    pub fn is_unreadable(&self) -> bool {
        matches!(self.0.kind, Kind::Unreadable)
    }

    /// Whether the client is set up wrongly.
    ///
    /// **Cause:** no key, keys of two modes, a base URL that is none or would send keys in the
    /// clear; `Display` names it. **Effect:** none, nothing was sent. **Try:** what `Display` says.
    pub fn is_configuration(&self) -> bool {
        matches!(self.0.kind, Kind::Configuration(_))
    }

    pub(crate) fn configuration(problem: impl Into<String>) -> Error {
        Error::new(Kind::Configuration(problem.into()), None)
    }

    pub(crate) fn caused_by(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
        self.0.source = Some(cause.into());
        self
    }

    /// There is no key of a kind that the operation takes.
    pub(crate) fn no_key(operation: Operation) -> Error {
        let takes = match operation.key_roles() {
            [KeyRole::Public] => "a public key",
            [KeyRole::Secret] => "a secret key",
            _ => "a key",
        };
        let problem = format!("it takes {takes} and the client has none");
        Error::new(Kind::Configuration(problem), Some(operation))
    }

    /// The request could not even be put together.
    pub(crate) fn unsent(operation: Operation) -> Error {
        let problem = "the request cannot be built; the base URL may be too long".to_owned();
        Error::new(Kind::Configuration(problem), Some(operation))
    }

    /// There was no whole answer.
    pub(crate) fn unanswered(operation: Operation, failure: TransportError) -> Error {
        let head = failure.head().cloned();
        let by_status = head.as_ref().and_then(|head| Kind::of_status(head.status));
        let kind = by_status.unwrap_or(if failure.is_connect() {
            Kind::Connect
        } else if failure.is_timeout() {
            Kind::Timeout
        } else if failure.is_too_large() {
            Kind::Unreadable
        } else {
            Kind::Interrupted
        });
        let mut error = Error::new(kind, Some(operation)).caused_by(failure);
        if let Some(head) = head {
            error.0.status = Some(head.status.as_u16());
            error.0.request_id = head.request_id;
        }
        error
    }

    /// There was an answer, but not the one that was hoped for.
    pub(crate) fn answered(
        operation: Operation,
        answer: Answer,
        decode: Option<&serde_json::Error>,
    ) -> Error {
        let status = answer.head.status;
        let by_status = Kind::of_status(status);
        let is_failure = by_status.is_some();
        let mut error = Error::new(by_status.unwrap_or(Kind::Unreadable), Some(operation));
        error.0.status = Some(status.as_u16());
        error.0.request_id = transport::request_id(&answer.head.headers);
        if is_failure {
            let (code, message) = code_and_message(&answer.body);
            error.0.code = code;
            error.0.message = message;
        } else if let Some(decode) = decode {
            error = error.caused_by(DecodeError::new(decode));
        }
        error.0.raw_body = Some(answer.body);
        error
    }

    fn new(kind: Kind, operation: Option<Operation>) -> Error {
        Error(Box::new(Inner {
            kind,
            operation,
            status: None,
            code: None,
            message: None,
            request_id: None,
            raw_body: None,
            source: None,
        }))
    }
}

impl Kind {
    /// What a status of 400 or above means.
    fn of_status(status: http::StatusCode) -> Option<Kind> {
        match status.as_u16() {
            401 | 403 => Some(Kind::Authentication),
            404 => Some(Kind::NotFound),
            429 => Some(Kind::RateLimited),
            400..=499 => Some(Kind::Rejected),
            500.. => Some(Kind::ServerError),
            _ => None,
        }
    }
}

/// Reads the code and the message of an error object, as far as the body has them.
fn code_and_message(body: &[u8]) -> (Option<ErrorCode>, Option<String>) {
    let body: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(|value| value.as_str());
    (
        text("code").map(ErrorCode::from),
        text("message").map(str::to_owned),
    )
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        match inner.operation {
            Some(operation) => write!(f, "{}: ", operation.id())?,
            None => f.write_str("the client cannot be made: ")?,
        }
        match &inner.kind {
            Kind::Configuration(problem) => f.write_str(problem)?,
            Kind::Connect => f.write_str("could not connect")?,
            Kind::Timeout => f.write_str("timed out")?,
            Kind::Interrupted => f.write_str("broke off")?,
            Kind::Unreadable => f.write_str("the answer cannot be read")?,
            Kind::Authentication => f.write_str("the key was refused")?,
            Kind::NotFound => f.write_str("not found")?,
            Kind::RateLimited => f.write_str("too many requests")?,
            Kind::Rejected => f.write_str("the request was refused")?,
            Kind::ServerError => f.write_str("the service failed")?,
        }
        if let Some(status) = inner.status {
            write!(f, ", status {status}")?;
        }
        if let Some(code) = &inner.code {
            write!(f, ", {}", OneLine(code.as_str()))?;
        }
        if let Some(message) = &inner.message {
            write!(f, ": {}", OneLine(message))?;
        }
        if let Some(request_id) = &inner.request_id {
            write!(f, " (request {})", OneLine(request_id))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let length = inner.raw_body.as_ref().map(Bytes::len);
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("operation", &inner.operation)
            .field("status", &inner.status)
            .field(
                "code",
                &inner.code.as_ref().map(|code| OneLine(code.as_str())),
            )
            .field("message", &inner.message.as_deref().map(OneLine))
            .field("request_id", &inner.request_id.as_deref().map(OneLine))
            .field("raw_body_bytes", &length)
            .field("source", &inner.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source: &(dyn StdError + 'static) = self.0.source.as_deref()?;
        Some(source)
    }
}

/// A text of the service, fit for one line of a log: no control characters, no keys, not endless.
struct OneLine<'a>(&'a str);

impl OneLine<'_> {
    const MAX_CHARS: usize = 500;
}

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        for _ in 0..OneLine::MAX_CHARS {
            if rest.starts_with("pkey_") || rest.starts_with("skey_") {
                f.write_str("[redacted]")?;
                rest = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
                continue;
            }
            let mut chars = rest.chars();
            match chars.next() {
                Some(c) if c.is_control() => f.write_char(' ')?,
                Some(c) => f.write_char(c)?,
                None => return Ok(()),
            }
            rest = chars.as_str();
        }
        f.write_str(if rest.is_empty() { "" } else { "..." })
    }
}

impl fmt::Debug for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// Where a body stops being what was expected.
///
/// serde's own messages quote the value that they did not expect, which may be the payer's name; so
/// only the place is kept.
#[derive(Debug)]
struct DecodeError {
    problem: &'static str,
    line: usize,
    column: usize,
}

impl DecodeError {
    fn new(error: &serde_json::Error) -> DecodeError {
        let problem = match error.classify() {
            Category::Syntax => "the body is no JSON",
            Category::Eof => "the body ends too early",
            Category::Data => "the body is JSON of another shape",
            Category::Io => "the body cannot be read",
        };
        DecodeError {
            problem,
            line: error.line(),
            column: error.column(),
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DecodeError {
            problem,
            line,
            column,
        } = self;
        write!(f, "{problem} at line {line} column {column}")
    }
}

impl StdError for DecodeError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, body: &'static str) -> Error {
        let answer = http::Response::builder()
            .status(status)
            .header("x-request-id", "1c2b")
            .body(Bytes::from_static(body.as_bytes()));
        let (head, body) = answer.expect("a valid answer").into_parts();
        Error::answered(Operation::CreateSource, Answer { head, body }, None)
    }

    #[test]
    fn an_error_is_small() {
        assert_eq!(size_of::<Error>(), 8);
    }

    #[test]
    fn a_refusal_is_told_in_one_line() {
        let error = answered(
            400,
            r#"{"object": "error", "code": "bad_request", "message": "amount is\nnot a number"}"#,
        );
        assert_eq!(
            error.to_string(),
            "createSource: the request was refused, status 400, bad_request: \
             amount is not a number (request 1c2b)"
        );
        assert_eq!(error.message(), Some("amount is\nnot a number"));
    }

    #[test]
    fn a_key_in_a_message_is_not_shown() {
        let error = answered(
            401,
            r#"{"code": "authentication_failure", "message": "no account has skey_test_abc123, sorry"}"#,
        );
        assert!(!error.to_string().contains("abc123"));
        assert!(!format!("{error:?}").contains("abc123"));
        assert!(
            error
                .to_string()
                .contains("no account has [redacted], sorry")
        );
    }

    #[test]
    fn a_long_message_is_cut() {
        assert_eq!(OneLine(&"x".repeat(500)).to_string().len(), 500);
        assert_eq!(OneLine(&"x".repeat(501)).to_string().len(), 503);
    }
}
