use std::sync::Arc;

use omise_rules::Account;
use omise_server::{AccountKeys, Accounts, Api, Environment, SystemEnvironment};
use omise_store::MemoryStore;
use omise_types::{Country, PublicKey, SecretKey, Timestamp};

use crate::service::TestService;

/// Makes a [`TestService`] whose account is not the one of every country.
///
/// # Example
///
/// ```
/// use omise_client::money::{Jpy, Thb};
/// use omise_client::omise_types::Country;
/// use omise_client::payment_methods::{Paypay, Promptpay};
/// use omise_testing::TestService;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let service = TestService::builder()
///     .country(Country::new("JP")?)
///     .frozen_at("2026-01-31T12:00:00Z".parse()?)
///     .start();
/// let client = service.client();
///
/// let refused = client.create_source(Promptpay::new(Thb::new(10_000))).await;
/// assert!(refused.unwrap_err().is_rejected());
///
/// let source = client.create_source(Paypay::new(Jpy::new(1_000))).await?;
/// assert_eq!(source.created_at.to_string(), "2026-01-31T12:00:00Z");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct TestServiceBuilder {
    terms: Account,
    is_live: bool,
    frozen_at: Option<Timestamp>,
    honours_idempotency_keys: bool,
}

impl TestServiceBuilder {
    /// The country of the account: it has that country's payment methods and currency alone.
    pub fn country(mut self, country: Country) -> TestServiceBuilder {
        self.terms.country = Some(country);
        self
    }

    /// Whether discontinued payment methods are refused; they are not if nothing is said.
    pub fn current_only(mut self, current_only: bool) -> TestServiceBuilder {
        self.terms.current_only = current_only;
        self
    }

    /// Whether the keys are live keys, so that sources say `livemode: true`.
    ///
    /// Nothing leaves the process, and the keys open nothing but this service.
    pub fn live(mut self, is_live: bool) -> TestServiceBuilder {
        self.is_live = is_live;
        self
    }

    /// The time at which the service's clock stands; the machine's clock goes if nothing is said.
    ///
    /// Sources then have the same times and the same ids in every run, fit for a snapshot, and in
    /// every service that stands at the same time.
    pub fn frozen_at(mut self, time: Timestamp) -> TestServiceBuilder {
        self.frozen_at = Some(time);
        self
    }

    /// Honours `Idempotency-Key`: a creation with a key that has had an answer below 500 gets that
    /// answer again and creates nothing.
    ///
    /// Upstream documents no such header, so without this it means nothing, as at the server. How a
    /// key with another body is refused is assumed: 422 and `bad_request`.
    ///
    /// # Example
    ///
    /// ```
    /// use omise_client::IdempotencyKey;
    /// use omise_client::money::Thb;
    /// use omise_client::payment_methods::Promptpay;
    /// use omise_testing::{Fault, TestService};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let service = TestService::builder().honour_idempotency_keys().start();
    /// let client = service.client_builder().honours_idempotency_keys().build()?;
    ///
    /// // The first answer is lost, so the client sends the creation again.
    /// service.inject(Fault::Interrupted);
    /// let source = client
    ///     .create_source(Promptpay::new(Thb::new(10_000)))
    ///     .idempotency_key(IdempotencyKey::new("order-1042-payment-1")?)
    ///     .await?;
    /// assert_eq!(source.attempts(), 2);
    /// assert_eq!(service.sources().len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn honour_idempotency_keys(mut self) -> TestServiceBuilder {
        self.honours_idempotency_keys = true;
        self
    }

    /// Starts the service. There is nothing to stop: it ends with its last clone.
    pub fn start(self) -> TestService {
        let mode = if self.is_live { "" } else { "test_" };
        let public_key = PublicKey::new(&format!("pkey_{mode}{KEY}")).expect(KEY_FORM);
        let secret_key = SecretKey::new(&format!("skey_{mode}{KEY}")).expect(KEY_FORM);
        let account = AccountKeys {
            terms: self.terms,
            public_keys: vec![public_key.clone()],
            secret_keys: vec![secret_key.clone()],
            ..AccountKeys::new("test")
        };
        let accounts = Accounts::new([account]).expect("the two keys differ in their kind");
        let environment: Arc<dyn Environment> = match self.frozen_at {
            Some(time) => Arc::new(FrozenEnvironment(time)),
            None => Arc::new(SystemEnvironment),
        };
        let api = Api::new(accounts, Arc::new(MemoryStore::new()), environment);
        TestService::new(api, public_key, secret_key, self.honours_idempotency_keys)
    }
}

impl TestService {
    /// Starts a service with a test account that has every payment method and currency.
    pub fn start() -> TestService {
        TestService::builder().start()
    }

    /// Starts to make a service whose account is another one.
    pub fn builder() -> TestServiceBuilder {
        TestServiceBuilder::default()
    }
}

const KEY: &str = "opensnothingbutatest";
const KEY_FORM: &str = "the form of a key is known";

/// A clock that stands, and nothing random.
struct FrozenEnvironment(Timestamp);

impl Environment for FrozenEnvironment {
    fn unix_ms(&self) -> i64 {
        self.0.as_unix_ms()
    }

    fn random_below(&self, _bound: u64) -> u64 {
        0
    }
}
