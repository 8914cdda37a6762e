use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use omise_types::ReadAnswer;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::answer::Answer;
use crate::headers::request_id;
use crate::redact::shown_request_id;

/// An answer: its value, and all that it was read from.
///
/// It is used like the value that it holds. The bytes have what the types of this version do not
/// know. They may say something of the payer, so `Debug` shows only how many there are.
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
/// service.inject(Fault::Answer(http::Response::new(bytes::Bytes::from_static(
///     br#"{"object": "source", "id": "src_test_5g5in1we65199wlsyji", "livemode": false,
///         "location": "/sources/src_test_5g5in1we65199wlsyji", "amount": 10000,
///         "currency": "THB", "created_at": "2019-12-31T12:59:59Z", "flow": "offline",
///         "type": "promptpay", "mood": "good"}"#,
/// ))));
/// let source = service.client().create_source(Promptpay::new(Thb::new(10_000))).await?;
/// assert_eq!(source.amount.in_currency(source.currency), "100.00");
/// assert_eq!(source.status(), 200);
///
/// // An attribute that is newer than this version.
/// assert_eq!(source.attribute::<String>("mood").as_deref(), Some("good"));
/// assert!(source.raw().ends_with(br#""mood": "good"}"#));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Response<T> {
    value: T,
    unread: Vec<String>,
    status: StatusCode,
    headers: HeaderMap,
    raw: Bytes,
    attempts: u32,
}

impl<T> Response<T> {
    pub(crate) fn new(read: ReadAnswer<T>, answer: Answer, attempts: u32) -> Response<T> {
        Response {
            value: read.value,
            unread: read.unread,
            status: answer.head.status,
            headers: answer.head.headers,
            raw: answer.body,
            attempts,
        }
    }

    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The body as it came, every byte of it. It may say something of the payer.
    pub fn raw(&self) -> &Bytes {
        &self.raw
    }

    /// Reads an attribute by its name, such as one that is newer than this version.
    ///
    /// `None` if the answer does not have it or it is null, or if it is of another type.
    pub fn attribute<V: DeserializeOwned>(&self, name: &str) -> Option<V> {
        // Raw values: another attribute may be nested deeper than is read.
        let answer: BTreeMap<String, &RawValue> = serde_json::from_slice(&self.raw).ok()?;
        serde_json::from_str::<Option<V>>(answer.get(name)?.get()).ok()?
    }

    /// The attributes that are absent in the value because their type was not the expected one,
    /// each as a path such as `references.expires_at`; mostly there are none.
    ///
    /// [`raw`](Response::raw) and [`attribute`](Response::attribute) still have them.
    /// [`ClientBuilder::strict`](crate::ClientBuilder::strict) refuses such an answer instead.
    pub fn unread(&self) -> &[String] {
        &self.unread
    }

    /// The HTTP status: 200, or another one that is a success.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The headers as they came.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The service's name for this request, from `X-Request-Id`. Its support asks for it.
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }

    /// How often the request was sent, at least once.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("value", &self.value)
            .field("status", &self.status)
            .field("request_id", &self.request_id().map(shown_request_id))
            .field("attempts", &self.attempts)
            .field("unread", &self.unread)
            .field("raw", &format_args!("[{} bytes]", self.raw.len()))
            .finish()
    }
}
