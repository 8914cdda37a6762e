use std::future::IntoFuture;
use std::time::Duration;

use omise_types::{Operation, Source, SourceId};

use crate::call::{Call, Options};
use crate::client::Client;
use crate::error::Error;
use crate::request;
use crate::response::Response;
use crate::trace;
use crate::transport::BoxFuture;

/// A retrieval that is not sent yet: it is when it is awaited.
///
/// [`Client::retrieve_source`] makes it.
///
/// # Example
///
/// ```
/// use std::time::Duration;
///
/// use omise_client::money::Thb;
/// use omise_client::payment_methods::Promptpay;
/// use omise_testing::TestService;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let client = TestService::start().client();
/// let created = client.create_source(Promptpay::new(Thb::new(10_000))).await?;
/// let source = client.retrieve_source(&created.id).timeout(Duration::from_secs(5)).await?;
/// assert_eq!(source.amount, created.amount);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "it is sent when it is awaited"]
pub struct RetrieveSource {
    client: Client,
    id: SourceId,
    options: Options,
}

impl RetrieveSource {
    pub(crate) fn new(client: &Client, id: SourceId) -> RetrieveSource {
        RetrieveSource {
            client: client.clone(),
            id,
            options: Options::default(),
        }
    }

    /// The time that this call may take, all attempts and waits together; otherwise the client's.
    pub fn timeout(mut self, timeout: Duration) -> RetrieveSource {
        self.options.timeout = Some(timeout);
        self
    }

    /// Sends it; awaiting it does the same.
    ///
    /// # Errors
    ///
    /// As [`Client::retrieve_source`].
    pub async fn send(self) -> Result<Response<Source>, Error> {
        trace::call(Operation::RetrieveSource, self.run()).await
    }

    async fn run(self) -> Result<Response<Source>, Error> {
        let operation = Operation::RetrieveSource;
        let call = Call::new(&self.client, operation, self.options)?;
        // The service would only say that there is no such source.
        match (self.id.is_live(), self.client.is_live()) {
            (true, false) => {
                return Err(Error::misuse(
                    operation,
                    "the id is of a live source and the key a test key",
                ));
            }
            (false, true) => {
                return Err(Error::misuse(
                    operation,
                    "the id is of a test source and the key a live key",
                ));
            }
            _ => {}
        }
        let operations = request::operations(&self.client);
        let build = || request::built(&operations, operations.retrieve_source(&self.id, None));
        call.send(build, |_| {}).await
    }
}

impl IntoFuture for RetrieveSource {
    type Output = Result<Response<Source>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
