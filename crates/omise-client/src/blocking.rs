//! The client for programs that are not async.
//!
//! [`Client`] takes an async [`crate::Client`] and runs its calls on a thread of its own, so it may
//! be used anywhere, even in async code by mistake: there it blocks, as its name says, and does not
//! panic. It may be cloned and shared between threads, whose calls go on side by side.
//!
//! # Example
//!
//! ```
//! use omise_client::blocking;
//! use omise_client::money::Thb;
//! use omise_client::payment_methods::Promptpay;
//! use omise_testing::TestService;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let client = blocking::Client::new(TestService::start().client())?;
//! let created = client.create_source(Promptpay::new(Thb::new(10_000))).send()?;
//! let source = client.retrieve_source(&created.id).send()?;
//! assert_eq!(source.amount, created.amount);
//! # Ok(())
//! # }
//! ```

use std::fmt;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use omise_types::{CreateSourceRequest, Operation, Source, SourceId};
use tokio::runtime::{Builder, Runtime};
#[cfg(feature = "tracing")]
use tracing::{Instrument as _, instrument::WithSubscriber as _};

use crate::{Error, IdempotencyKey, Response};

/// A client whose calls block.
///
/// The [module](crate::blocking) shows how it is used.
#[derive(Clone, Debug)]
pub struct Client {
    client: crate::Client,
    worker: Arc<Worker>,
}

impl Client {
    /// Makes a blocking client of an async one, and starts its thread.
    ///
    /// # Errors
    ///
    /// [`Error::is_configuration`] if the system gives no thread.
    pub fn new(client: crate::Client) -> Result<Client, Error> {
        let worker = Arc::new(Worker::start()?);
        Ok(Client { client, worker })
    }

    /// Creates a source, as [`crate::Client::create_source`] does, when
    /// [`send`](CreateSource::send) is called.
    pub fn create_source(&self, request: impl Into<CreateSourceRequest>) -> CreateSource {
        CreateSource {
            call: self.client.create_source(request),
            worker: self.worker.clone(),
        }
    }

    /// Retrieves a source, as [`crate::Client::retrieve_source`] does, when
    /// [`send`](RetrieveSource::send) is called.
    pub fn retrieve_source(&self, id: &SourceId) -> RetrieveSource {
        RetrieveSource {
            call: self.client.retrieve_source(id),
            worker: self.worker.clone(),
        }
    }
}

/// A creation that is not sent yet.
///
/// The [module](crate::blocking) shows how it is used.
#[derive(Clone, Debug)]
#[must_use = "it is sent by `send`"]
pub struct CreateSource {
    call: crate::CreateSource,
    worker: Arc<Worker>,
}

impl CreateSource {
    /// As [`crate::CreateSource::idempotency_key`].
    pub fn idempotency_key(mut self, key: IdempotencyKey) -> CreateSource {
        self.call = self.call.idempotency_key(key);
        self
    }

    /// As [`crate::CreateSource::timeout`].
    pub fn timeout(mut self, timeout: Duration) -> CreateSource {
        self.call = self.call.timeout(timeout);
        self
    }

    /// As [`crate::CreateSource::unchecked`].
    pub fn unchecked(mut self) -> CreateSource {
        self.call = self.call.unchecked();
        self
    }

    /// Sends it and waits for the answer.
    ///
    /// # Errors
    ///
    /// As [`crate::Client::create_source`].
    pub fn send(self) -> Result<Response<Source>, Error> {
        self.worker.run(Operation::CreateSource, self.call.send())
    }
}

/// A retrieval that is not sent yet.
///
/// The [module](crate::blocking) shows how it is used.
#[derive(Clone, Debug)]
#[must_use = "it is sent by `send`"]
pub struct RetrieveSource {
    call: crate::RetrieveSource,
    worker: Arc<Worker>,
}

impl RetrieveSource {
    /// As [`crate::RetrieveSource::timeout`].
    pub fn timeout(mut self, timeout: Duration) -> RetrieveSource {
        self.call = self.call.timeout(timeout);
        self
    }

    /// Sends it and waits for the answer.
    ///
    /// # Errors
    ///
    /// As [`crate::Client::retrieve_source`].
    pub fn send(self) -> Result<Response<Source>, Error> {
        self.worker.run(Operation::RetrieveSource, self.call.send())
    }
}

/// A thread on which calls run.
struct Worker(Option<Runtime>);

impl Worker {
    fn start() -> Result<Worker, Error> {
        // A thread of its own, not the caller's, keeps an eye on idle connections too: it sees at
        // once that the other side closed one, and not only when a request is put on it.
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("omise-client")
            .enable_all()
            .build();
        let runtime = runtime
            .map_err(|error| Error::configuration("there is no thread for it").caused_by(error))?;
        Ok(Worker(Some(runtime)))
    }

    fn run(
        &self,
        operation: Operation,
        call: impl Future<Output = Result<Response<Source>, Error>> + Send + 'static,
    ) -> Result<Response<Source>, Error> {
        // Its spans belong where it was made, not where it runs.
        #[cfg(feature = "tracing")]
        let call = call.in_current_span().with_current_subscriber();
        let (sender, receiver) = mpsc::sync_channel(1);
        if let Some(runtime) = &self.0 {
            runtime.spawn(async move {
                // Somebody waits, below.
                let _ = sender.send(call.await);
            });
        }
        // Nothing comes only if the call panicked, which a transport may do.
        let result = receiver.recv();
        result.unwrap_or_else(|_| Err(Error::lost(operation)))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // The usual way to end a runtime waits for it and so panics in async code.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Worker")
    }
}
