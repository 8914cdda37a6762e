use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, Full};
use omise_client::{Client, ClientBuilder, Transport, TransportError, TransportFuture};
use omise_server::{Api, Peer};
use omise_types::{ErrorCode, Operation, PublicKey, Repeatable, SecretKey, Source};

use crate::fault::{Fault, Injected};
use crate::recorded_request::RecordedRequest;

/// The Source API inside of a test: the router of `omise serve` over a store in memory.
///
/// It refuses, stores and answers as the server does, because it is the server; only there is no
/// socket, so it starts at once and nothing leaves the process. As a [`Transport`] it answers on
/// any executor. A clone is the same service; one that is started anew has nothing in common with
/// it but the keys.
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
/// let client = service.client();
///
/// let created = client.create_source(Promptpay::new(Thb::new(10_000))).await?;
/// let retrieved = client.retrieve_source(&created.id).await?;
/// assert_eq!(*created, *retrieved);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct TestService(Arc<Inner>);

struct Inner {
    api: Api,
    public_key: PublicKey,
    secret_key: SecretKey,
    state: Mutex<State>,
    /// The answers by idempotency key, if the service honours keys. It is locked for as long as a
    /// request with a key takes, so that two at a time create one source.
    answered: Option<tokio::sync::Mutex<HashMap<HeaderValue, Answered>>>,
}

/// A request with an idempotency key that has had its answer.
struct Answered {
    operation: Operation,
    body: Bytes,
    answer: Response<Bytes>,
}

#[derive(Default)]
struct State {
    faults: VecDeque<Fault>,
    requests: Vec<RecordedRequest>,
    /// The operations that succeeded, each with the body of its answer.
    answers: Vec<(Operation, Bytes)>,
}

impl TestService {
    pub(crate) fn new(
        api: Api,
        public_key: PublicKey,
        secret_key: SecretKey,
        honours_idempotency_keys: bool,
    ) -> TestService {
        TestService(Arc::new(Inner {
            api,
            public_key,
            secret_key,
            state: Mutex::default(),
            answered: honours_idempotency_keys.then(tokio::sync::Mutex::default),
        }))
    }

    /// A client of this service with both keys.
    pub fn client(&self) -> Client {
        let client = self.client_builder().build();
        client.expect("two keys of one mode and a transport are all that a client needs")
    }

    /// Starts to make a client of this service, for what else it is to be made with.
    ///
    /// The keys, the transport and the base URL are set; the host of the last exists nowhere.
    ///
    /// # Example
    ///
    /// A key that the service does not know:
    ///
    /// ```
    /// use omise_client::SecretKey;
    /// use omise_testing::TestService;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let service = TestService::start();
    /// let client = service
    ///     .client_builder()
    ///     .secret_key(SecretKey::new("skey_test_rotatedlastweek")?)
    ///     .build()?;
    /// let id = "src_test_5g5in1we65199wlsyji".parse()?;
    /// assert!(client.retrieve_source(&id).await.unwrap_err().is_authentication());
    /// # Ok(())
    /// # }
    /// ```
    pub fn client_builder(&self) -> ClientBuilder {
        Client::builder()
            .base_url("https://omise.test")
            .public_key(self.0.public_key.clone())
            .secret_key(self.0.secret_key.clone())
            .transport(self.clone())
    }

    /// The public key of the account. It is the same in every run and opens nothing else.
    pub fn public_key(&self) -> &PublicKey {
        &self.0.public_key
    }

    /// The secret key of the account. It is the same in every run and opens nothing else.
    pub fn secret_key(&self) -> &SecretKey {
        &self.0.secret_key
    }

    /// Lets the next request meet this fault, or the first one behind those that have a fault
    /// already. The requests after them meet none.
    ///
    /// A client that tries again meets the next fault when it does.
    ///
    /// # Example
    ///
    /// ```
    /// use omise_testing::{Fault, TestService};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let service = TestService::start();
    /// service.inject(Fault::status(403));
    /// service.inject(Fault::status(401));
    ///
    /// let (client, id) = (service.client(), "src_test_5g5in1we65199wlsyji".parse()?);
    /// let mut statuses = Vec::new();
    /// for _ in 0..3 {
    ///     statuses.push(client.retrieve_source(&id).await.unwrap_err().status());
    /// }
    /// assert_eq!(statuses, [Some(403), Some(401), Some(404)]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn inject(&self, fault: Fault) {
        self.state().faults.push_back(fault);
    }

    /// The requests that arrived, in their order.
    ///
    /// A client that tries again has more of them than calls.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.state().requests.clone()
    }

    /// The sources that were created, as they were answered and in their order; those too whose
    /// answer a fault has lost.
    pub fn sources(&self) -> Vec<Source> {
        let state = self.state();
        let answers = state.answers.iter();
        // The answer to any other operation is another object, or a source that was there before.
        let created = answers.filter(|(operation, _)| *operation == Operation::CreateSource);
        created
            .map(|(_, body)| serde_json::from_slice(body).expect("a new source is the answer"))
            .collect()
    }

    /// Answers a request, and one whose idempotency key is known as it was answered before.
    async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        let key = request.headers().get("idempotency-key").cloned();
        let needs_key =
            |one: &Operation| one.retry_policy().repeatable == Repeatable::WithIdempotencyKey;
        let operation = operation(&request).filter(needs_key);
        let (Some(answered), Some(key), Some(operation)) = (&self.0.answered, key, operation)
        else {
            return self.route(request).await;
        };
        let mut answered = answered.lock().await;
        let body = request.body().clone();
        match answered.get(&key) {
            Some(known) if known.operation == operation && known.body == body => {
                known.answer.clone()
            }
            Some(_) => {
                let message = "the idempotency key was used with another request";
                let refused = Fault::error(422, ErrorCode::BadRequest, message);
                refused.into_answer().unwrap_or_default()
            }
            None => {
                let answer = self.route(request).await;
                if !answer.status().is_server_error() {
                    let known = Answered {
                        operation,
                        body,
                        answer: answer.clone(),
                    };
                    answered.insert(key, known);
                }
                answer
            }
        }
    }

    /// Hands a request to the router.
    async fn route(&self, request: Request<Bytes>) -> Response<Bytes> {
        let operation = operation(&request);
        let mut request = request.map(Full::new);
        // The real service takes the address that a public key comes from as the payer's.
        request
            .extensions_mut()
            .insert(Peer(IpAddr::V4(Ipv4Addr::LOCALHOST)));
        let (head, body) = self.0.api.answer(request).await.into_parts();
        let body = match body.collect().await {
            Ok(body) => body.to_bytes(),
            Err(never) => match never {},
        };
        if let Some(operation) = operation.filter(|_| head.status.is_success()) {
            self.state().answers.push((operation, body.clone()));
        }
        Response::from_parts(head, body)
    }

    /// Takes the fault that a request meets, and notes the request unless the fault keeps it away.
    fn meet(&self, request: &Request<Bytes>) -> Option<Fault> {
        let recorded = RecordedRequest::new(request);
        // Under one lock, so that requests and faults are in the same order.
        let mut state = self.state();
        let fault = state.faults.pop_front();
        if !matches!(fault, Some(Fault::NotConnected | Fault::ConnectionClosed)) {
            state.requests.push(recorded);
        }
        fault
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Whatever panicked while it held the lock changed one list by one element.
        let state = self.0.state.lock();
        state.unwrap_or_else(PoisonError::into_inner)
    }
}

/// The operation that a request means.
fn operation(request: &Request<Bytes>) -> Option<Operation> {
    let path = request.uri().path().trim_end_matches('/');
    let mut operations = Operation::ALL.iter().copied();
    operations.find(|one| request.method() == one.method() && is_path(one.path(), path))
}

/// Whether a path is one of the document, in which parameters stand in braces.
fn is_path(of_document: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    let mut is_part = |part: &str| {
        let given = parts.next();
        given.is_some_and(|given| part.starts_with('{') || part == given)
    };
    of_document.split('/').all(&mut is_part) && parts.next().is_none()
}

impl Transport for TestService {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(async move {
            match self.meet(&request) {
                None => Ok(self.answer(request).await),
                Some(Fault::NotConnected) => Err(TransportError::connect(Injected)),
                Some(Fault::ConnectionClosed) => Err(TransportError::other(Injected)),
                Some(Fault::Answer(answer)) => Ok(answer),
                Some(Fault::Delayed(time)) => {
                    let answer = self.answer(request).await;
                    tokio::time::sleep(time).await;
                    Ok(answer)
                }
                Some(Fault::Timeout) => {
                    self.answer(request).await;
                    Err(TransportError::timeout(Injected))
                }
                Some(Fault::Interrupted) => {
                    let answer = self.answer(request).await;
                    let broken = TransportError::other(Injected);
                    Err(broken.after_head(answer.status(), answer.headers()))
                }
            }
        })
    }
}

impl fmt::Debug for TestService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("TestService")
            .field("is_live", &self.0.secret_key.is_live())
            .field("requests", &state.requests.len())
            .field("faults", &state.faults)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_parameters_is_told_from_those_beside_it() {
        for (of_document, path, expected) in [
            ("/sources", "/sources", true),
            ("/sources", "/sources/src_1", false),
            ("/sources", "/source", false),
            ("/sources/{id}", "/sources/src_1", true),
            ("/sources/{id}", "/sources", false),
            ("/sources/{id}", "/sources/src_1/charge", false),
            ("/charges/{id}/capture", "/charges/chrg_1/capture", true),
            ("/charges/{id}/capture", "/charges/chrg_1/expire", false),
            (
                "/charges/{charge}/refunds/{id}",
                "/charges/c/refunds/r",
                true,
            ),
        ] {
            assert_eq!(is_path(of_document, path), expected, "{of_document} {path}");
        }
    }
}
