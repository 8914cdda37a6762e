use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};
use omise_types::{ErrorBody, ErrorCode};

/// What goes wrong with one request; [`TestService::inject`](crate::TestService::inject) takes it.
///
/// Those without an answer differ in what has happened at the service. `Debug` shows no body.
///
/// # Example
///
/// ```
/// use omise_client::money::Thb;
/// use omise_client::payment_methods::Promptpay;
/// use omise_testing::{Fault, TestService};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let service = TestService::start();
/// let client = service.client();
///
/// service.inject(Fault::Timeout);
/// let error = client.create_source(Promptpay::new(Thb::new(10_000))).await.unwrap_err();
/// assert!(error.is_timeout());
/// assert_eq!(service.sources().len(), 1, "the service has a source that nobody knows of");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub enum Fault {
    /// There is no connection: nothing arrives, so nothing takes effect and nothing is recorded.
    NotConnected,
    /// The kept connection is closed just as the request is sent: nothing arrives, so nothing takes
    /// effect and nothing is recorded, but the client cannot know that.
    ConnectionClosed,
    /// The request arrives and takes effect, and the answer comes after this time.
    ///
    /// A paused clock of tokio passes it at once. It needs a tokio runtime.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use omise_client::money::Thb;
    /// use omise_client::payment_methods::Promptpay;
    /// use omise_testing::{Fault, TestService};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let service = TestService::start();
    /// service.inject(Fault::Delayed(Duration::from_secs(20)));
    ///
    /// let creation = service.client().create_source(Promptpay::new(Thb::new(10_000)));
    /// let error = creation.timeout(Duration::from_secs(5)).await.unwrap_err();
    /// assert!(error.is_timeout());
    /// # }
    /// ```
    Delayed(Duration),
    /// The request arrives and takes effect, and the answer does not come in time.
    Timeout,
    /// The request arrives and takes effect, and the answer breaks off behind its headers.
    Interrupted,
    /// The request arrives and has no effect, and this is the answer to it.
    Answer(Response<Bytes>),
}

impl Fault {
    /// An answer with this status and no effect.
    ///
    /// For a status of which the API is known to have an error object, the body is that object with
    /// the code that is usual for the status. Any other from 400 on comes from something in front
    /// of the API, such as a gateway, and has a page of HTML; one below 400 has no body.
    ///
    /// # Panics
    ///
    /// If the status is not within 100 to 999.
    ///
    /// # Example
    ///
    /// ```
    /// use omise_client::{Error, ErrorCode};
    /// use omise_testing::{Fault, TestService};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let service = TestService::start();
    /// service.inject(Fault::status(401));
    ///
    /// let id = "src_test_5g5in1we65199wlsyji".parse()?;
    /// let error = service.client().retrieve_source(&id).await.unwrap_err();
    /// assert!(error.is_authentication());
    /// assert_eq!(error.code(), Some(&ErrorCode::AuthenticationFailure));
    /// # Ok(())
    /// # }
    /// ```
    pub fn status(status: u16) -> Fault {
        let status = valid(status);
        if let Some(code) = usual_code(status) {
            let message = code.as_str().replace('_', " ");
            return Fault::object(status, code, message);
        }
        let mut answer = Response::new(Bytes::new());
        *answer.status_mut() = status;
        if status.is_client_error() || status.is_server_error() {
            *answer.body_mut() = format!("<html><h1>{status}</h1></html>\n").into();
            let html = HeaderValue::from_static("text/html");
            answer.headers_mut().insert(CONTENT_TYPE, html);
        }
        Fault::Answer(answer)
    }

    /// The API's error object as the answer, with no effect.
    ///
    /// # Panics
    ///
    /// If the status is not within 100 to 999.
    ///
    /// # Example
    ///
    /// ```
    /// use omise_client::ErrorCode;
    /// use omise_testing::{Fault, TestService};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let service = TestService::start();
    /// service.inject(Fault::error(403, ErrorCode::LockedAccountError, "account is locked"));
    ///
    /// let id = "src_test_5g5in1we65199wlsyji".parse()?;
    /// let error = service.client().retrieve_source(&id).await.unwrap_err();
    /// assert_eq!(error.message(), Some("account is locked"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn error(status: u16, code: ErrorCode, message: impl Into<String>) -> Fault {
        Fault::object(valid(status), code, message.into())
    }

    /// An answer with the status 429 that says in how many seconds to try again, and no effect.
    ///
    /// # Example
    ///
    /// ```
    /// use omise_client::money::Thb;
    /// use omise_client::payment_methods::Promptpay;
    /// use omise_testing::{Fault, TestService};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let service = TestService::start();
    /// service.inject(Fault::rate_limited(30));
    ///
    /// let refused = service.client().create_source(Promptpay::new(Thb::new(10_000))).await;
    /// assert!(refused.unwrap_err().is_rate_limited());
    /// # }
    /// ```
    pub fn rate_limited(retry_after_seconds: u64) -> Fault {
        let mut fault = Fault::status(429);
        if let Fault::Answer(answer) = &mut fault {
            let headers = answer.headers_mut();
            headers.insert(RETRY_AFTER, retry_after_seconds.into());
        }
        fault
    }

    pub(crate) fn into_answer(self) -> Option<Response<Bytes>> {
        match self {
            Fault::Answer(answer) => Some(answer),
            _ => None,
        }
    }

    fn object(status: StatusCode, code: ErrorCode, message: String) -> Fault {
        let page = code.as_str().replace('_', "-");
        let location = format!("https://www.omise.co/api-errors#{page}");
        let body = serde_json::to_vec(&ErrorBody::new(location, code, message));
        let body = body.expect("writing strings to memory cannot fail");
        let mut answer = Response::new(Bytes::from(body));
        *answer.status_mut() = status;
        let headers = answer.headers_mut();
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        headers.insert(CONTENT_TYPE, json);
        // Real answers have one, and a caller's log may want it.
        let request_id = HeaderName::from_static("x-request-id");
        headers.insert(request_id, HeaderValue::from_static(REQUEST_ID));
        Fault::Answer(answer)
    }
}

/// The same for every fault, so that a text with it is the same in every run.
const REQUEST_ID: &str = "00000000-0000-4000-8000-000000000000";

#[track_caller]
fn valid(status: u16) -> StatusCode {
    StatusCode::from_u16(status).expect("a status of HTTP is within 100 to 999")
}

/// The code that the API's answers with this status mostly have.
fn usual_code(status: StatusCode) -> Option<ErrorCode> {
    match status.as_u16() {
        400 | 405 | 406 | 408 | 413 | 415 => Some(ErrorCode::BadRequest),
        401 => Some(ErrorCode::AuthenticationFailure),
        403 => Some(ErrorCode::NotAuthorized),
        404 => Some(ErrorCode::NotFound),
        429 => Some(ErrorCode::TooManyRequests),
        500 | 503 => Some(ErrorCode::InternalError),
        _ => None,
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::NotConnected => f.write_str("NotConnected"),
            Fault::ConnectionClosed => f.write_str("ConnectionClosed"),
            Fault::Delayed(time) => write!(f, "Delayed({time:?})"),
            Fault::Timeout => f.write_str("Timeout"),
            Fault::Interrupted => f.write_str("Interrupted"),
            Fault::Answer(answer) => write!(f, "Answer({})", answer.status()),
        }
    }
}

/// The cause of the transport errors that a test asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Injected;

impl fmt::Display for Injected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fault that the test injected")
    }
}

impl std::error::Error for Injected {}
