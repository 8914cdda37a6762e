//! Sources: the methods of the clients.

use omise_types::{CreateSourceRequest, SourceId};

#[cfg(all(feature = "blocking", not(target_family = "wasm")))]
use crate::blocking;
use crate::call::{CreateSource, RetrieveSource};
use crate::client::Client;
use crate::pending::Pending;

impl Client {
    /// Creates a source: `POST /sources`. It is sent when the answer of this is awaited.
    ///
    /// Best pass one of the [`payment_methods`](omise_types::payment_methods), which take what the
    /// payment method requires and offer what it allows. A
    /// [`CreateSourceRequest`] is for what this version does not know, and for what is known at run
    /// time only. Either is held against the rules of the table before anything is sent, unless
    /// [`unchecked`](Pending::unchecked) says otherwise.
    ///
    /// # Errors
    ///
    /// - The request breaks a rule or the service refuses it, mostly
    ///   [`is_rejected`](crate::Error::is_rejected) with every reason in
    ///   [`message`](crate::Error::message).
    /// - There is no answer, or not the one that the API describes.
    ///
    /// Where [`may_have_taken_effect`](crate::Error::may_have_taken_effect) holds, there may be a
    /// source that the caller does not know of. It holds no money until it is charged, so it does
    /// no harm, and the source may be created again.
    ///
    /// # Example
    ///
    /// ```
    /// use omise_client::Flow;
    /// use omise_client::money::Jpy;
    /// use omise_client::payment_methods::Econtext;
    /// use omise_testing::TestService;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = TestService::start().client();
    /// let konbini = Econtext::new(Jpy::new(1_500), "ヤマダタロウ", "taro@example.com", "0312345678");
    /// let source = client.create_source(konbini).await?;
    /// assert_eq!(source.flow, Flow::Offline);
    /// # Ok(())
    /// # }
    /// ```
    pub fn create_source(&self, request: impl Into<CreateSourceRequest>) -> Pending<CreateSource> {
        let request = request.into();
        Pending::new(self, CreateSource { request })
    }

    /// Retrieves a source: `GET /sources/{id}`. It is sent when the answer of this is awaited.
    ///
    /// # Errors
    ///
    /// - The account has no such source in this mode:
    ///   [`is_not_found`](crate::Error::is_not_found).
    /// - The id is of the other mode than the key:
    ///   [`is_configuration`](crate::Error::is_configuration). Nothing is sent.
    /// - There is no answer, or not the one that the API describes.
    ///
    /// None of these has an effect.
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
    /// let client = TestService::start().client();
    /// let created = client.create_source(Promptpay::new(Thb::new(10_000))).await?;
    ///
    /// let source = client.retrieve_source(&created.id).await?;
    /// assert_eq!(source.created_at, created.created_at);
    /// # Ok(())
    /// # }
    /// ```
    pub fn retrieve_source(&self, id: &SourceId) -> Pending<RetrieveSource> {
        Pending::new(self, RetrieveSource { id: id.clone() })
    }
}

#[cfg(all(feature = "blocking", not(target_family = "wasm")))]
impl blocking::Client {
    /// Creates a source, as [`crate::Client::create_source`] does, when
    /// [`send`](blocking::Pending::send) is called.
    pub fn create_source(
        &self,
        request: impl Into<CreateSourceRequest>,
    ) -> blocking::Pending<CreateSource> {
        self.pending(self.client().create_source(request))
    }

    /// Retrieves a source, as [`crate::Client::retrieve_source`] does, when
    /// [`send`](blocking::Pending::send) is called.
    pub fn retrieve_source(&self, id: &SourceId) -> blocking::Pending<RetrieveSource> {
        self.pending(self.client().retrieve_source(id))
    }
}
