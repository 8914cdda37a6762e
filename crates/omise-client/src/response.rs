use std::fmt;
use std::ops::Deref;

use bytes::Bytes;

use crate::call::Answer;
use crate::transport;

/// An answer: its value, and the bytes that it was read from.
///
/// It is used like the value that it holds. The bytes have what the types of this version do not
/// know. They may say something of the payer, so `Debug` shows only how many there are.
///
/// # Example
///
/// ```
/// # use bytes::Bytes;
/// # use omise_client::{Client, SecretKey, Transport, TransportFuture};
/// # struct Service;
/// # impl Transport for Service {
/// #     fn send(&self, _: http::Request<Bytes>) -> TransportFuture<'_> {
/// #         let source = r#"{"object": "source", "id": "src_test_5g5in1we65199wlsyji",
/// #             "livemode": false, "location": "/sources/src_test_5g5in1we65199wlsyji",
/// #             "amount": 10000, "currency": "THB", "created_at": "2019-12-31T12:59:59Z",
/// #             "flow": "offline", "type": "promptpay", "mood": "good"}"#;
/// #         let answer = http::Response::new(Bytes::from_static(source.as_bytes()));
/// #         Box::pin(async move { Ok(answer) })
/// #     }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let client = Client::builder()
/// #     .secret_key(SecretKey::new("skey_test_5xpjm0wjg3y2dxlmd2w")?)
/// #     .transport(Service)
/// #     .build()?;
/// let source = client.retrieve_source(&"src_test_5g5in1we65199wlsyji".parse()?).await?;
/// assert_eq!(source.amount.in_currency(source.currency), "100.00");
///
/// // An attribute that is newer than this version is in the bytes only.
/// let all: serde_json::Value = serde_json::from_slice(source.raw())?;
/// assert_eq!(all["mood"], "good");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Response<T> {
    value: T,
    status: u16,
    request_id: Option<String>,
    raw: Bytes,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, answer: Answer) -> Response<T> {
        Response {
            value,
            status: answer.head.status.as_u16(),
            request_id: transport::request_id(&answer.head.headers),
            raw: answer.body,
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

    /// The service's name for this request, from `X-Request-Id`. Its support asks for it.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The HTTP status: 200, the only one that is a success.
    pub fn status(&self) -> u16 {
        self.status
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
            .field("request_id", &self.request_id)
            .field("raw", &format_args!("[{} bytes]", self.raw.len()))
            .finish()
    }
}
