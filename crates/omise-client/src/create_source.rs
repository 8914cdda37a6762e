use std::future::IntoFuture;
use std::time::Duration;

use omise_types::{Account, CreateSourceRequest, Draft, Operation, Source};

use crate::call::{Call, Options};
use crate::client::Client;
use crate::error::Error;
use crate::idempotency_key::IdempotencyKey;
use crate::redact::Secrets;
use crate::request;
use crate::response::Response;
use crate::trace;
use crate::transport::BoxFuture;

/// A creation that is not sent yet: it is when it is awaited.
///
/// [`Client::create_source`] makes it.
///
/// # Example
///
/// ```
/// use std::time::Duration;
///
/// use omise_client::IdempotencyKey;
/// use omise_client::money::Thb;
/// use omise_client::payment_methods::Promptpay;
/// use omise_testing::TestService;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let client = TestService::start().client();
/// let source = client
///     .create_source(Promptpay::new(Thb::new(10_000)))
///     .idempotency_key(IdempotencyKey::new("order-1042-payment-1")?)
///     .timeout(Duration::from_secs(20))
///     .await?;
/// assert_eq!(source.attempts(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "it is sent when it is awaited"]
pub struct CreateSource {
    client: Client,
    request: CreateSourceRequest,
    options: Options,
    is_checked: bool,
}

impl CreateSource {
    pub(crate) fn new(client: &Client, request: CreateSourceRequest) -> CreateSource {
        CreateSource {
            client: client.clone(),
            request,
            options: Options::default(),
            is_checked: true,
        }
    }

    /// Names the creation, so that it may be sent again if the service honours such keys.
    ///
    /// All attempts carry the same key.
    /// [`ClientBuilder::honours_idempotency_keys`](crate::ClientBuilder::honours_idempotency_keys)
    /// says that the service does; without that the key is sent and nothing else changes.
    pub fn idempotency_key(mut self, key: IdempotencyKey) -> CreateSource {
        self.options.idempotency_key = Some(key);
        self
    }

    /// The time that this call may take, all attempts and waits together; otherwise the client's.
    pub fn timeout(mut self, timeout: Duration) -> CreateSource {
        self.options.timeout = Some(timeout);
        self
    }

    /// Sends the request even if it breaks a rule of the table, and lets the service decide.
    ///
    /// For an account whose contract has more than the table: another currency, higher limits, a
    /// bank that came later. A payment method that this version does not know is never held
    /// against the table; it is refused only if it is a known one in another spelling, such as
    /// `prompt_pay`.
    pub fn unchecked(mut self) -> CreateSource {
        self.is_checked = false;
        self
    }

    /// Sends it; awaiting it does the same.
    ///
    /// # Errors
    ///
    /// As [`Client::create_source`].
    pub async fn send(self) -> Result<Response<Source>, Error> {
        trace::call(Operation::CreateSource, self.run()).await
    }

    async fn run(self) -> Result<Response<Source>, Error> {
        let operation = Operation::CreateSource;
        if self.is_checked {
            check(&self.request)?;
        }
        let call = Call::new(&self.client, operation, self.options)?;
        let operations = request::operations(&self.client);
        // The call adds its headers itself, each marked as sensitive where it is.
        let create = || operations.create_source(None, None, &self.request);
        let build = || request::built(&operations, create());
        let secrets = |secrets: &mut Secrets| {
            self.request.each_sensitive(&mut |value| secrets.add(value));
        };
        let result = call.send(build, secrets).await;
        result.map_err(|error: Error| error.suggesting(self.request.type_.similar()))
    }
}

/// Holds the rules of the table against a request, as the server does.
fn check(request: &CreateSourceRequest) -> Result<(), Error> {
    if request.type_.payment_method().is_none() {
        // Another spelling is a mistake; a name that is only near may be a new payment method.
        return match request.type_.spells() {
            Some(meant) => Err(Error::misspelled(Operation::CreateSource, meant)),
            None => Ok(()),
        };
    }
    // What the account may do beyond the table, only the service knows.
    let verdict = Draft::of(request).verify(&Account::default());
    verdict.map_err(|rejection| Error::refused(Operation::CreateSource, rejection))
}

impl IntoFuture for CreateSource {
    type Output = Result<Response<Source>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
