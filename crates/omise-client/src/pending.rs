use std::future::IntoFuture;
use std::time::Duration;

use crate::attempts::{Attempts, Options};
use crate::call::{Call, CreateSource, Keyed};
use crate::client::Client;
use crate::error::Error;
use crate::idempotency_key::IdempotencyKey;
use crate::response::Response;
use crate::trace;
use crate::transport::BoxFuture;

/// A call that is not sent yet: it is when it is awaited.
///
/// The methods of [`Client`] make it.
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
///
/// let source = client.retrieve_source(&source.id).timeout(Duration::from_secs(5)).await?;
/// assert_eq!(source.amount.get(), 10_000);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "it is sent when it is awaited"]
pub struct Pending<C> {
    client: Client,
    call: C,
    options: Options,
    is_checked: bool,
}

impl<C: Call> Pending<C> {
    pub(crate) fn new(client: &Client, call: C) -> Pending<C> {
        Pending {
            client: client.clone(),
            call,
            options: Options::default(),
            is_checked: true,
        }
    }

    /// The time that this call may take, all attempts and waits together; otherwise the client's.
    pub fn timeout(mut self, timeout: Duration) -> Pending<C> {
        self.options.timeout = Some(timeout);
        self
    }

    /// Sends it; awaiting it does the same.
    ///
    /// # Errors
    ///
    /// As the method of [`Client`] that made it.
    pub async fn send(self) -> Result<Response<C::Answer>, Error> {
        trace::call(C::OPERATION, self.run()).await
    }

    async fn run(self) -> Result<Response<C::Answer>, Error> {
        let request = self.call.request();
        if let Some(request) = request.filter(|_| self.is_checked) {
            request.check(C::OPERATION)?;
        }
        let config = self.client.config();
        let attempts = Attempts::new(config, C::OPERATION, self.options.clone())?;
        self.check_ids()?;
        let request = self.call.build(&config.requests);
        let request = request.ok_or_else(|| {
            let problem = "the request cannot be built; the base URL may be too long";
            Error::misuse(C::OPERATION, problem)
        })?;

        let outcome = attempts.send(request).await;
        let result = attempts.read(outcome, |secrets| {
            self.call.each_sensitive(&mut |value| secrets.add(value));
        });
        result.map_err(|error: Error| {
            error.suggesting(self.call.request().and_then(|request| request.suggestion()))
        })
    }

    /// Checks that every id is of the mode of the keys. The service would only say that there is no
    /// such object.
    fn check_ids(&self) -> Result<(), Error> {
        let mut problem = None;
        self.call.each_id(&mut |object, is_live| {
            problem = match (is_live, self.client.config().is_live()) {
                (true, false) => Some(format!(
                    "the id is of a live {object} and the key a test key"
                )),
                (false, true) => Some(format!(
                    "the id is of a test {object} and the key a live key"
                )),
                _ => return,
            };
        });
        problem.map_or(Ok(()), |problem| Err(Error::misuse(C::OPERATION, problem)))
    }
}

impl<C: Keyed> Pending<C> {
    /// Names the call, so that it may be sent again if the service honours such keys.
    ///
    /// All attempts carry the same key.
    /// [`ClientBuilder::honours_idempotency_keys`](crate::ClientBuilder::honours_idempotency_keys)
    /// says that the service does; without that the key is sent and nothing else changes.
    pub fn idempotency_key(mut self, key: IdempotencyKey) -> Pending<C> {
        self.options.idempotency_key = Some(key);
        self
    }
}

impl Pending<CreateSource> {
    /// Sends the request even if it breaks a rule of the table, and lets the service decide.
    ///
    /// For an account whose contract has more than the table: another currency, higher limits, a
    /// bank that came later. A payment method that this version does not know is never held
    /// against the table; it is refused only if it is a known one in another spelling, such as
    /// `prompt_pay`.
    pub fn unchecked(mut self) -> Pending<CreateSource> {
        self.is_checked = false;
        self
    }
}

impl<C: Call> IntoFuture for Pending<C> {
    type Output = Result<Response<C::Answer>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
