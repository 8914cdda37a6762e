use std::fmt;

use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderMap, HeaderValue};

/// A request that arrived at a [`TestService`](crate::TestService).
///
/// The key is not in it: the value of `authorization` is `[redacted]`. The body may say something
/// of the payer, so `Debug` shows only how many bytes it has, and of the headers the names.
///
/// # Example
///
/// ```
/// use omise_client::money::Thb;
/// use omise_client::payment_methods::Promptpay;
/// use omise_testing::TestService;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let service = TestService::start();
/// service.client().create_source(Promptpay::new(Thb::new(10_000))).await?;
///
/// let sent = &service.requests()[0];
/// assert_eq!(sent.method, "POST");
/// assert_eq!(sent.path, "/sources");
/// assert_eq!(sent.headers["content-type"], "application/json");
/// assert_eq!(sent.headers["authorization"], "[redacted]");
/// assert_eq!(sent.body, r#"{"amount":10000,"currency":"THB","type":"promptpay"}"#);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The method.
    pub method: http::Method,
    /// The path, such as `/sources`.
    pub path: String,
    /// The headers, with `[redacted]` for the value of `authorization`.
    pub headers: HeaderMap,
    /// The body, every byte of it.
    pub body: Bytes,
}

impl RecordedRequest {
    pub(crate) fn new(request: &http::Request<Bytes>) -> RecordedRequest {
        let mut headers = request.headers().clone();
        for (name, value) in headers.iter_mut() {
            if name == AUTHORIZATION {
                *value = HeaderValue::from_static("[redacted]");
            }
        }
        RecordedRequest {
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            headers,
            body: request.body().clone(),
        }
    }
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("body", &format_args!("[{} bytes]", self.body.len()))
            .finish()
    }
}
