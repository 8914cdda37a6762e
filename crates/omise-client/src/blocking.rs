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

use omise_types::Operation;
use tokio::runtime::{Builder, Runtime};
#[cfg(feature = "tracing")]
use tracing::{Instrument as _, instrument::WithSubscriber as _};

use crate::call::{Call, CreateSource, Keyed};
use crate::error::Error;
use crate::idempotency_key::IdempotencyKey;
use crate::response::Response;

/// A client whose calls block.
///
/// The [module](crate::blocking) shows how it is used.
#[derive(Clone, Debug)]
pub struct Client {
    client: crate::client::Client,
    worker: Arc<Worker>,
}

impl Client {
    /// Makes a blocking client of an async one, and starts its thread.
    ///
    /// # Errors
    ///
    /// [`Error::is_configuration`] if the system gives no thread.
    pub fn new(client: crate::client::Client) -> Result<Client, Error> {
        let worker = Arc::new(Worker::start()?);
        Ok(Client { client, worker })
    }

    pub(crate) fn client(&self) -> &crate::client::Client {
        &self.client
    }

    pub(crate) fn pending<C: Call>(&self, pending: crate::pending::Pending<C>) -> Pending<C> {
        Pending {
            pending,
            worker: self.worker.clone(),
        }
    }
}

/// A call that is not sent yet.
///
/// The [module](crate::blocking) shows how it is used.
#[derive(Clone, Debug)]
#[must_use = "it is sent by `send`"]
pub struct Pending<C> {
    pending: crate::pending::Pending<C>,
    worker: Arc<Worker>,
}

impl<C: Call> Pending<C> {
    /// As [`crate::Pending::timeout`].
    pub fn timeout(mut self, timeout: Duration) -> Pending<C> {
        self.pending = self.pending.timeout(timeout);
        self
    }

    /// Sends it and waits for the answer.
    ///
    /// # Errors
    ///
    /// As the method of [`crate::Client`] of the same name as the one that made it.
    pub fn send(self) -> Result<Response<C::Answer>, Error> {
        self.worker.run(C::OPERATION, self.pending.send())
    }
}

impl<C: Keyed> Pending<C> {
    /// As [`crate::Pending::idempotency_key`].
    pub fn idempotency_key(mut self, key: IdempotencyKey) -> Pending<C> {
        self.pending = self.pending.idempotency_key(key);
        self
    }
}

impl Pending<CreateSource> {
    /// As [`crate::Pending::unchecked`].
    pub fn unchecked(mut self) -> Pending<CreateSource> {
        self.pending = self.pending.unchecked();
        self
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
        let runtime = runtime.map_err(|error| {
            Error::configuration("the thread of the blocking client cannot be started")
                .caused_by(error)
        })?;
        Ok(Worker(Some(runtime)))
    }

    fn run<T: Send + 'static>(
        &self,
        operation: Operation,
        call: impl Future<Output = Result<Response<T>, Error>> + Send + 'static,
    ) -> Result<Response<T>, Error> {
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
