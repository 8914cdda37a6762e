use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use omise_rules::Rejection;
use omise_types::{DecodeError, ErrorCode, KeyRole, Operation, SourceType};

use crate::answer::Answer;
use crate::headers::{request_id, retry_after};
use crate::redact::{READ_MAX_BYTES, Secrets, one_line};
use crate::transport::TransportError;

/// Why a client could not be made or a call had no success.
///
/// Exactly one of the predicates from [`is_rejected`](Error::is_rejected) to
/// [`is_configuration`](Error::is_configuration) holds; each says what usually causes it, whether
/// the request may have taken effect, and what to try. A status of 400 or above decides, whatever
/// became of the body; below that, what went wrong does.
///
/// `Display` is one line with the operation, the status, the API's code and message, the request id
/// and the number of attempts, as far as there is something to say; the rest is in
/// [`source`](std::error::Error::source). Neither `Display` nor `Debug` shows a key or what says
/// something of the payer, even if the service quotes it: what the request carried is masked.
///
/// # Example
///
/// ```
/// use omise_client::money::Thb;
/// use omise_client::payment_methods::Promptpay;
/// use omise_client::{Client, Source};
/// use omise_testing::{Fault, TestService};
///
/// /// Creates a source, or says what the person at the till is to do.
/// async fn create(client: &Client, amount: Thb) -> Result<Source, String> {
///     match client.create_source(Promptpay::new(amount)).await {
///         Ok(source) => Ok(source.into_inner()),
///         Err(error) if error.is_rejected() => {
///             Err(format!("change the order: {}", error.message().unwrap_or("refused")))
///         }
///         Err(error) if error.is_retryable() => Err("try once more".to_owned()),
///         Err(error) => Err(format!("call the help desk and say: {error}")),
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let service = TestService::start();
/// let client = service.client();
/// let advice = create(&client, Thb::new(1)).await.unwrap_err();
/// assert_eq!(advice, "change the order: amount must be at least 2000");
///
/// service.inject(Fault::status(429));
/// let advice = create(&client, Thb::new(10_000)).await.unwrap_err();
/// assert_eq!(advice, "try once more");
/// # Ok(())
/// # }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    /// What is wrong with the client or its use, or why there is no connection.
    problem: Option<String>,
    suggestion: Option<&'static SourceType>,
    operation: Option<Operation>,
    status: Option<u16>,
    code: Option<ErrorCode>,
    message: Option<String>,
    request_id: Option<String>,
    raw_body: Option<Bytes>,
    redacted_body: Option<String>,
    retry_after: Option<Duration>,
    attempts: u32,
    is_repeatable: bool,
    may_have_effect: bool,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What an [`Error`] is, to be matched on: one kind for each of its predicates, whose documentation
/// says what causes it and what to try.
///
/// # Example
///
/// ```
/// use omise_client::{Client, ErrorKind};
///
/// let error = Client::builder().build().unwrap_err();
/// let advice = match error.kind() {
///     ErrorKind::Configuration => "set a key",
///     ErrorKind::Rejected => "change the order",
///     _ => "call the help desk",
/// };
/// assert_eq!(advice, "set a key");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// [`Error::is_authentication`].
    Authentication,
    /// [`Error::is_configuration`].
    Configuration,
    /// [`Error::is_connect`].
    Connect,
    /// [`Error::is_interrupted`].
    Interrupted,
    /// [`Error::is_not_found`].
    NotFound,
    /// [`Error::is_rate_limited`].
    RateLimited,
    /// [`Error::is_rejected`].
    Rejected,
    /// [`Error::is_server_error`].
    ServerError,
    /// [`Error::is_timeout`].
    Timeout,
    /// [`Error::is_unreadable`].
    Unreadable,
}

impl Error {
    /// What it is: the predicate that holds, to be matched on.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

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

    /// How often the request was sent: 0 if it was refused here, before anything was sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the service asks to wait, from `Retry-After` of the last answer.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The body of the answer, fit for a log: one line of at most 2 KiB.
    ///
    /// Of JSON it has the names of the attributes, and the texts of an error object without keys
    /// and without what the request said of the payer. Of anything else, such as a page of a
    /// gateway, it has the size.
    pub fn redacted_body(&self) -> Option<&str> {
        self.0.redacted_body.as_deref()
    }

    /// Whether the same call may be made again without harm, and with hope.
    ///
    /// So it is if nothing was sent, if the service did not wait for the whole request (408), if
    /// there were too many requests, and, after a time-out, a broken connection or a failure of the
    /// service, for an operation without an effect and for one with an idempotency key that the
    /// service honours. The client has already made its own attempts.
    pub fn is_retryable(&self) -> bool {
        match self.0.kind {
            ErrorKind::Connect | ErrorKind::RateLimited => true,
            ErrorKind::Timeout if self.0.status == Some(408) => true,
            ErrorKind::Timeout | ErrorKind::Interrupted | ErrorKind::ServerError => {
                self.0.is_repeatable
            }
            _ => false,
        }
    }

    /// Whether the operation may have changed something that the caller does not know of.
    ///
    /// Only an operation that [has an effect](Operation::has_effect) may have done so. What that
    /// means for money is said at the method of [`Client`](crate::Client) that was called.
    pub fn may_have_taken_effect(&self) -> bool {
        self.0.may_have_effect
    }

    /// The body of the answer as it came, if it came whole.
    ///
    /// It may say something of the payer, so neither `Debug` nor `Display` shows it and it does not
    /// belong into a log; [`redacted_body`](Error::redacted_body) does.
    pub fn raw_body(&self) -> Option<&[u8]> {
        self.0.raw_body.as_deref()
    }

    /// The payment method that was likely meant, if the request was refused and names one that this
    /// version does not know.
    ///
    /// # Example
    ///
    /// ```
    /// use omise_client::{Amount, CreateSourceRequest, SourceType};
    /// use omise_testing::TestService;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mistyped = SourceType::from("prompt_pay");
    /// let request = CreateSourceRequest::new(Amount::new(10_000)?, "THB".parse()?, mistyped);
    /// let error = TestService::start().client().create_source(request).await.unwrap_err();
    /// assert_eq!(error.suggestion(), Some(&SourceType::Promptpay));
    /// # Ok(())
    /// # }
    /// ```
    pub fn suggestion(&self) -> Option<&'static SourceType> {
        self.0.suggestion
    }

    /// Whether the request was refused: by the rules of the table, before anything was sent, or by
    /// the service with any 4xx that has no predicate of its own, mostly 400.
    /// [`suggestion`](Error::suggestion) has the payment method that a mistyped one is likely to
    /// mean.
    ///
    /// **Cause:** a parameter is missing or wrong, or the account does not have the payment method;
    /// [`message`](Error::message) names every reason. Refused here, there is no
    /// [`status`](Error::status) and [`source`](std::error::Error::source) is a
    /// [`Rejection`](crate::Rejection); refused by the API, [`code`](Error::code) is mostly
    /// `bad_request`. With a status and without a code, something on the way refused it.
    /// **Effect:** none.
    /// **Try:** another request; the same one is refused again. With the code `backend_error` the
    /// provider of the payment method failed, and the same one may pass later.
    pub fn is_rejected(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Rejected)
    }

    /// Whether the key was refused: 401 or 403.
    ///
    /// **Cause:** the key is unknown, expired, rotated or of the wrong kind (401,
    /// `authentication_failure` or `key_expired_error`), or the account is locked or may not do
    /// this (403, `locked_account_error` or `not_authorized`). **Effect:** none. **Try:** the key
    /// and the account in the dashboard; no request passes with this key.
    pub fn is_authentication(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Authentication)
    }

    /// Whether what was asked for is not there: 404.
    ///
    /// **Cause:** the source belongs to another account or to the other mode than the key
    /// (`not_found`), the base URL leads elsewhere (no code), or the service has no sources in this
    /// API version (`service_not_found`). **Effect:** none. **Try:** the id, whether id and key are
    /// both test or both live, and the base URL.
    pub fn is_not_found(&self) -> bool {
        matches!(self.0.kind, ErrorKind::NotFound)
    }

    /// Whether there were too many requests: 429.
    ///
    /// **Cause:** more requests in a short time than the service takes. **Effect:** none. **Try:**
    /// the same request after [`retry_after`](Error::retry_after), or after a pause of seconds that
    /// grows each time.
    pub fn is_rate_limited(&self) -> bool {
        matches!(self.0.kind, ErrorKind::RateLimited)
    }

    /// Whether the answer did not come in time, or the request did not: 408.
    ///
    /// **Cause:** a slow network or service, or a time-out that is too short. **Effect:** an
    /// operation that [has an effect](Operation::has_effect) may have had it; what it made is then
    /// unknown to the caller. With the status 408 none, as the service did not get the whole
    /// request. **Try:** the same request again where
    /// [`is_retryable`](Error::is_retryable) says so; otherwise do what the documentation of the
    /// method says, as only it knows whether money could be moved twice.
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Timeout)
    }

    /// Whether there was no connection, so that not one byte of the request was sent.
    ///
    /// **Cause:** no network, a name that cannot be resolved, a service that does not listen, a TLS
    /// certificate that is not trusted, or ten seconds without a connection. **Effect:** none of
    /// this attempt; if an earlier one was sent, which for an operation with an effect takes an
    /// idempotency key, [`may_have_taken_effect`](Error::may_have_taken_effect) says so. **Try:**
    /// the same request again, whatever the operation; then the base URL and the network.
    pub fn is_connect(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Connect)
    }

    /// Whether the connection broke, or the transport failed in another way, before the answer was
    /// there.
    ///
    /// **Cause:** a service or proxy that restarts or closes the connection half-way. **Effect:**
    /// as with [`is_timeout`](Error::is_timeout). **Try:** as there.
    pub fn is_interrupted(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Interrupted)
    }

    /// Whether the service failed: 5xx.
    ///
    /// **Cause:** a failure in the service (`internal_error`), or a gateway before it that cannot
    /// reach it (502, 503 or 504, mostly HTML and without a code). **Effect:** as with
    /// [`is_timeout`](Error::is_timeout). **Try:** as there, after a pause.
    pub fn is_server_error(&self) -> bool {
        matches!(self.0.kind, ErrorKind::ServerError)
    }

    /// Whether there was an answer below 400 that is not the one that the API describes.
    ///
    /// **Cause:** a success whose body is not what the operation answers with or is larger than the
    /// transport reads, or a redirect, which is never followed: a proxy, a login page, or a base
    /// URL that leads to another service. [`source`](std::error::Error::source) names the attribute
    /// that cannot be read. **Effect:** as with [`is_timeout`](Error::is_timeout). **Try:** the
    /// base URL, with a look at [`status`](Error::status) and [`raw_body`](Error::raw_body); then a
    /// newer version of this crate.
    pub fn is_unreadable(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Unreadable)
    }

    /// Whether the client is set up or used wrongly.
    ///
    /// **Cause:** no key or none that the operation takes, keys of two modes, an id of the other
    /// mode than the key, a base URL that is not a URL or would send keys in the clear, or no tokio
    /// runtime; `Display` names it. **Effect:** none, nothing was sent. **Try:** what `Display`
    /// says.
    pub fn is_configuration(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Configuration)
    }

    #[cfg(feature = "tracing")]
    pub(crate) fn kind_name(&self) -> &'static str {
        self.0.kind.name()
    }

    pub(crate) fn configuration(problem: impl Into<String>) -> Error {
        Error::new(ErrorKind::Configuration, None).because(problem)
    }

    pub(crate) fn caused_by(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
        self.0.source = Some(cause.into());
        self
    }

    /// The client has no key of a kind that the operation takes.
    pub(crate) fn no_key(operation: Operation, has: KeyRole) -> Error {
        let name = |role| match role {
            KeyRole::Public => "public",
            _ => "secret",
        };
        let takes: Vec<_> = operation.key_roles().iter().copied().map(name).collect();
        let takes = takes.join(" or ");
        let problem = format!(
            "it takes a {takes} key and the client has a {} key",
            name(has)
        );
        Error::misuse(operation, problem)
    }

    /// What the caller asks for cannot be right, or cannot be done.
    pub(crate) fn misuse(operation: Operation, problem: impl Into<String>) -> Error {
        Error::new(ErrorKind::Configuration, Some(operation)).because(problem)
    }

    /// The request breaks rules of the table. Nothing of it was sent.
    pub(crate) fn refused(operation: Operation, rejection: Rejection) -> Error {
        let mut error = Error::new(ErrorKind::Rejected, Some(operation));
        // A rejection names parameters and rules, never what was given.
        error.0.message = Some(rejection.to_string());
        error.caused_by(rejection)
    }

    /// The payment method is a known one in another spelling. Nothing was sent.
    pub(crate) fn misspelled(operation: Operation, meant: &'static SourceType) -> Error {
        let mut error = Error::new(ErrorKind::Rejected, Some(operation));
        error.0.message = Some("type is not a known payment method".to_owned());
        error.0.suggestion = Some(meant);
        error
    }

    /// Adds the payment method that was likely meant, if the request was refused.
    pub(crate) fn suggesting(mut self, meant: Option<&'static SourceType>) -> Error {
        if self.is_rejected() {
            self.0.suggestion = meant;
        }
        self
    }

    fn because(mut self, problem: impl Into<String>) -> Error {
        self.0.problem = Some(problem.into());
        self
    }

    /// Adds what is known of the whole call.
    pub(crate) fn after(
        mut self,
        attempts: u32,
        is_repeatable: bool,
        may_have_effect: bool,
    ) -> Error {
        let has_effect = self.0.operation.is_some_and(Operation::has_effect);
        self.0.attempts = attempts;
        self.0.is_repeatable = is_repeatable;
        self.0.may_have_effect = has_effect && may_have_effect;
        self
    }

    /// The call ended without a word, in the midst of whatever it did.
    #[cfg(all(feature = "blocking", not(target_family = "wasm")))]
    pub(crate) fn lost(operation: Operation) -> Error {
        let error = Error::new(ErrorKind::Interrupted, Some(operation));
        error
            .caused_by("the transport panicked")
            .after(1, false, true)
    }

    /// There was no whole answer.
    pub(crate) fn unanswered(
        operation: Operation,
        failure: TransportError,
        secrets: &Secrets,
    ) -> Error {
        let head = failure.head().cloned();
        let by_status = head
            .as_ref()
            .and_then(|head| ErrorKind::of_status(head.status));
        let kind = by_status.unwrap_or(if failure.is_connect() {
            ErrorKind::Connect
        } else if failure.is_timeout() {
            ErrorKind::Timeout
        } else if failure.is_too_large() {
            ErrorKind::Unreadable
        } else {
            ErrorKind::Interrupted
        });
        let cause = failure.root_cause();
        let mut error = Error::new(kind, Some(operation)).caused_by(failure);
        if kind == ErrorKind::Connect {
            error = error.because(secrets.redact(&cause));
        }
        if let Some(head) = head {
            error.0.status = Some(head.status.as_u16());
            error.0.request_id = head.request_id.map(|id| secrets.redact(&id));
            error.0.retry_after = head.retry_after;
        }
        error
    }

    /// There was an answer, but not the one that was hoped for.
    pub(crate) fn answered(
        operation: Operation,
        answer: Answer,
        decode: Option<DecodeError>,
        secrets: &Secrets,
    ) -> Error {
        let status = answer.head.status;
        let by_status = ErrorKind::of_status(status);
        let is_failure = by_status.is_some();
        let mut error = Error::new(by_status.unwrap_or(ErrorKind::Unreadable), Some(operation));
        error.0.status = Some(status.as_u16());
        let id = request_id(&answer.head.headers);
        error.0.request_id = id.map(|id| secrets.redact(id));
        error.0.retry_after = retry_after(&answer.head.headers);
        error.0.redacted_body = Some(secrets.redact_body(&answer.body));
        if is_failure {
            let (code, message) = code_and_message(&answer.body);
            error.0.code = code.map(|code| ErrorCode::from(secrets.redact(&code)));
            error.0.message = message.map(|message| secrets.redact(&message));
        } else if let Some(decode) = decode {
            error = error.caused_by(decode);
        }
        error.0.raw_body = Some(answer.body);
        error
    }

    fn new(kind: ErrorKind, operation: Option<Operation>) -> Error {
        Error(Box::new(Inner {
            kind,
            problem: None,
            suggestion: None,
            operation,
            status: None,
            code: None,
            message: None,
            request_id: None,
            raw_body: None,
            redacted_body: None,
            retry_after: None,
            attempts: 0,
            is_repeatable: false,
            may_have_effect: false,
            source: None,
        }))
    }
}

impl ErrorKind {
    #[cfg(feature = "tracing")]
    fn name(&self) -> &'static str {
        match self {
            ErrorKind::Configuration => "configuration",
            ErrorKind::Connect => "connect",
            ErrorKind::Timeout => "timeout",
            ErrorKind::Interrupted => "interrupted",
            ErrorKind::Unreadable => "unreadable",
            ErrorKind::Rejected => "rejected",
            ErrorKind::Authentication => "authentication",
            ErrorKind::NotFound => "not_found",
            ErrorKind::RateLimited => "rate_limited",
            ErrorKind::ServerError => "server_error",
        }
    }

    /// What a status of 400 or above means.
    fn of_status(status: http::StatusCode) -> Option<ErrorKind> {
        match status.as_u16() {
            401 | 403 => Some(ErrorKind::Authentication),
            404 => Some(ErrorKind::NotFound),
            408 => Some(ErrorKind::Timeout),
            429 => Some(ErrorKind::RateLimited),
            400..=499 => Some(ErrorKind::Rejected),
            500.. => Some(ErrorKind::ServerError),
            _ => None,
        }
    }
}

/// Reads the code and the message of an error object, as far as the body has them.
fn code_and_message(body: &[u8]) -> (Option<String>, Option<String>) {
    if body.len() > READ_MAX_BYTES {
        return (None, None);
    }
    let body: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name: &str| Some(body.get(name)?.as_str()?.to_owned());
    (text("code"), text("message"))
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        match inner.operation {
            Some(operation) => write!(f, "{}: ", operation.id())?,
            None => f.write_str("the client cannot be made: ")?,
        }
        match inner.kind {
            ErrorKind::Configuration => {
                f.write_str(inner.problem.as_deref().unwrap_or_default())?
            }
            ErrorKind::Connect => f.write_str("could not connect")?,
            ErrorKind::Timeout => f.write_str("timed out")?,
            ErrorKind::Interrupted => f.write_str("the connection was interrupted")?,
            ErrorKind::Unreadable => f.write_str("the answer cannot be read")?,
            ErrorKind::Authentication => f.write_str("the key was refused")?,
            ErrorKind::NotFound => f.write_str("not found")?,
            ErrorKind::RateLimited => f.write_str("too many requests")?,
            ErrorKind::Rejected => f.write_str("the request was refused")?,
            ErrorKind::ServerError => f.write_str("the service failed")?,
        }
        if let Some(status) = inner.status {
            write!(f, ", status {status}")?;
        }
        if let Some(code) = &inner.code {
            write!(f, ", {}", OneLine::code(code))?;
        }
        if let Some(message) = &inner.message {
            write!(f, ": {}", OneLine::message(message))?;
        }
        if let Some(request_id) = &inner.request_id {
            write!(f, " (request {})", OneLine::request_id(request_id))?;
        }
        if inner.attempts > 1 {
            write!(f, " after {} attempts", inner.attempts)?;
        }
        match (&inner.problem, inner.suggestion) {
            (Some(cause), _) if inner.kind == ErrorKind::Connect => {
                write!(f, ": {}", OneLine::cause(cause))
            }
            (_, Some(meant)) => write!(f, "; did you mean `{meant}`?"),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("problem", &inner.problem.as_deref().map(OneLine::cause))
            .field("suggestion", &inner.suggestion)
            .field("operation", &inner.operation)
            .field("status", &inner.status)
            .field("code", &inner.code.as_ref().map(OneLine::code))
            .field("message", &inner.message.as_deref().map(OneLine::message))
            .field(
                "request_id",
                &inner.request_id.as_deref().map(OneLine::request_id),
            )
            .field("redacted_body", &inner.redacted_body)
            .field("retry_after", &inner.retry_after)
            .field("attempts", &inner.attempts)
            .field("may_have_taken_effect", &inner.may_have_effect)
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

/// A text of the service, fit for one line of a log: all together stay below 700 characters.
struct OneLine<'a> {
    text: &'a str,
    max_bytes: usize,
}

impl<'a> OneLine<'a> {
    fn code(code: &'a ErrorCode) -> OneLine<'a> {
        OneLine {
            text: code.as_str(),
            max_bytes: 60,
        }
    }

    fn message(text: &'a str) -> OneLine<'a> {
        OneLine {
            text,
            max_bytes: 450,
        }
    }

    fn cause(text: &'a str) -> OneLine<'a> {
        OneLine {
            text,
            max_bytes: 300,
        }
    }

    fn request_id(text: &'a str) -> OneLine<'a> {
        OneLine {
            text,
            max_bytes: 64,
        }
    }
}

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&one_line(self.text, self.max_bytes))
    }
}

impl fmt::Debug for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, body: &'static str) -> Error {
        let answer = http::Response::builder()
            .status(status)
            .header("x-request-id", "1c2b")
            .body(Bytes::from_static(body.as_bytes()));
        let (head, body) = answer.expect("a valid answer").into_parts();
        let secrets = Secrets::new(&http::HeaderValue::from_static("Basic a2V5"));
        Error::answered(
            Operation::CreateSource,
            Answer { head, body },
            None,
            &secrets,
        )
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
        let shown = |length| OneLine::message(&"x".repeat(length)).to_string().len();
        assert_eq!((shown(450), shown(451)), (450, 453));
    }
}
