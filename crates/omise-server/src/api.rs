//! The service without a socket: a request in, an answer out.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body::Body;
use http_body_util::Full;
use hyper::service::{Service, service_fn};
use omise_store::{Health, Store};
use omise_types::{API_VERSION, Operation};

use crate::accounts::{Accounts, Credential};
use crate::call::{Answer, Backend, Call, guard};
use crate::environment::Environment;
use crate::failure::{Failure, Refusal};
use crate::http::cors::{Cors, is_preflight, preflight};
use crate::http::headers::{EVERY_ANSWER, JSON, OMISE_VERSION, REQUEST_ID};
use crate::http::request_body::RequestBody;
use crate::http::{accept, basic, strict, version};
use crate::mint::Mint;
use crate::route::{Meaning, Routes};
use crate::trace::Trace;
use crate::{operations, own_paths};

/// What a request is answered with when nothing fails.
enum Reply {
    /// What an operation has answered.
    Answer(Answer),
    /// Anything else; boxed, as it is larger than what is answered mostly.
    Other(Box<Response<Full<Bytes>>>),
}

/// The Source API. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Api {
    shared: Arc<Shared>,
}

struct Shared {
    accounts: Accounts,
    backend: Arc<Backend>,
    routes: Routes,
    options: Options,
    is_stopping: AtomicBool,
}

/// What a server offers beside the API, and which pages may call it; nothing and all, if nothing is
/// said.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What is served beside the API.
    pub pages: Option<Pages>,
    /// Which pages may call the API.
    pub cors: Cors,
}

/// A service beside the API, such as the documentation, for paths that the API does not have.
///
/// It can only be read, and needs no key.
#[derive(Clone, Copy, Debug)]
pub struct Pages {
    /// Answers a request for one of its paths, and no other.
    pub answer: fn(&Parts) -> Option<Response<Full<Bytes>>>,
    /// What `/` tells a program of them: names and paths.
    pub links: &'static [(&'static str, &'static str)],
}

impl Api {
    /// Puts a service together.
    pub fn new(
        accounts: Accounts,
        store: Arc<dyn Store>,
        environment: Arc<dyn Environment>,
    ) -> Api {
        Api::with_options(accounts, store, environment, Options::default())
    }

    /// Puts a service together that offers what the options say.
    pub fn with_options(
        accounts: Accounts,
        store: Arc<dyn Store>,
        environment: Arc<dyn Environment>,
        options: Options,
    ) -> Api {
        let shared = Shared {
            accounts,
            backend: Arc::new(Backend {
                store,
                mint: Mint::new(environment),
            }),
            routes: Routes::new(),
            options,
            is_stopping: AtomicBool::new(false),
        };
        Api {
            shared: Arc::new(shared),
        }
    }

    /// From now on `/readyz` says that the server is not ready. Requests are answered as before.
    pub fn stop_being_ready(&self) {
        self.shared.is_stopping.store(true, Ordering::Relaxed);
    }

    /// Answers a request. There is no error: every failure is an answer.
    ///
    /// The payer's address is read from the [`Peer`](crate::Peer) among the request's extensions.
    pub async fn answer<B>(&self, request: Request<B>) -> Response<Full<Bytes>>
    where
        B: Body<Error: Into<Box<dyn Error + Send + Sync>>>,
    {
        self.respond(request, |_| Ok(())).await
    }

    /// Answers a request, unless `check` refuses its head.
    async fn respond<B>(
        &self,
        request: Request<B>,
        check: fn(&Parts) -> Result<(), Failure>,
    ) -> Response<Full<Bytes>>
    where
        B: Body<Error: Into<Box<dyn Error + Send + Sync>>>,
    {
        let trace = Trace::begin();
        let (parts, body) = request.into_parts();
        let mut asked = None;
        let outcome = match check(&parts) {
            Ok(()) => guard(self.dispatch(&parts, body, trace, &mut asked)).await,
            Err(failure) => Err(failure),
        };
        trace.log(
            asked,
            match &outcome {
                Ok(Reply::Answer(_)) => Ok(StatusCode::OK),
                Ok(Reply::Other(response)) => Ok(response.status()),
                Err(failure) => Err(failure),
            },
        );

        let mut response = match outcome {
            Ok(Reply::Answer(answer)) => success(answer),
            Ok(Reply::Other(response)) => *response,
            Err(failure) => failure.into_response(),
        };
        let headers = response.headers_mut();
        for (name, value) in EVERY_ANSWER.iter().cloned() {
            headers.entry(name).or_insert(value);
        }
        if !own_paths::is_probe(parts.uri.path()) {
            self.shared.options.cors.allow(&parts.headers, headers);
        }
        if let Ok(request_id) = HeaderValue::from_str(trace.request_id.as_str()) {
            headers.insert(REQUEST_ID, request_id);
        }
        response
    }

    /// The API as the service that [`listen`](crate::listen) serves.
    pub fn into_service(
        self,
    ) -> impl Service<
        Request<RequestBody>,
        Response = Response<Full<Bytes>>,
        Error = Infallible,
        Future: Send,
    > + Clone
    + Send
    + Sync
    + 'static {
        service_fn(move |request: Request<RequestBody>| {
            let api = self.clone();
            async move { Ok(api.respond(request, strict::check).await) }
        })
    }

    /// The error object for a request that hyper refuses before it reaches [`Api::answer`]; the
    /// `refuse` of [`listen`](crate::listen).
    ///
    /// Where any page may call the API, any page may read it. With a list of origins none may:
    /// which page asks is not known.
    pub fn refusal(&self) -> fn(StatusCode) -> Refusal {
        match self.shared.options.cors {
            Cors::AnyOrigin => Refusal::for_every_page,
            Cors::Origins(_) => Refusal::for_no_page,
        }
    }

    async fn dispatch<B>(
        &self,
        parts: &Parts,
        body: B,
        trace: Trace,
        asked: &mut Option<Operation>,
    ) -> Result<Reply, Failure>
    where
        B: Body<Error: Into<Box<dyn Error + Send + Sync>>>,
    {
        if is_preflight(parts) && !own_paths::is_probe(parts.uri.path()) {
            return Ok(Reply::Other(Box::new(preflight(&parts.headers))));
        }
        let Some(route) = self.shared.routes.find(&parts.uri) else {
            return Ok(Reply::Other(Box::new(self.beside(parts)?)));
        };
        let operation = match route.meaning(&parts.method)? {
            Meaning::Operation(operation) => operation,
            Meaning::Options { allow } => return Ok(Reply::Other(Box::new(options(&allow)))),
        };
        *asked = Some(operation);
        let credential = self.authenticate(parts, operation)?;
        accept::check(&parts.headers)?;
        version::check(&parts.headers, operation)?;
        let call = Call {
            operation,
            parameters: route.parameters,
            credential,
            head: parts,
            trace,
        };
        let answer = operations::answer(&call, &self.shared.backend, body).await?;
        Ok(Reply::Answer(answer))
    }

    /// Answers a request for a path that the API does not have. Whoever reads it needs no key.
    fn beside(&self, parts: &Parts) -> Result<Response<Full<Bytes>>, Failure> {
        let pages = self.shared.options.pages;
        let page = pages.and_then(|pages| (pages.answer)(parts));
        let links = pages.map_or(&[][..], |pages| pages.links);
        let answer = page.or_else(|| own_paths::answer(parts, links, || self.health()));
        let answer = answer.ok_or(Failure::RouteNotFound)?;
        match parts.method {
            Method::GET | Method::HEAD => Ok(answer),
            _ => Err(Failure::MethodNotAllowed {
                allow: "GET, HEAD".to_owned(),
            }),
        }
    }

    fn health(&self) -> Health {
        match self.shared.is_stopping.load(Ordering::Relaxed) {
            true => Health::NotReady {
                reason: "the server is stopping".into(),
            },
            false => self.shared.backend.store.health(),
        }
    }

    fn authenticate(&self, parts: &Parts, operation: Operation) -> Result<&Credential, Failure> {
        let authorization = strict::one(&parts.headers, &header::AUTHORIZATION)?;
        let key = authorization.and_then(|value| basic::user_name(value.as_bytes()));
        let credential = key.and_then(|key| self.shared.accounts.find(&key));
        credential
            .filter(|credential| operation.key_roles().contains(&credential.role))
            .ok_or(Failure::Unauthenticated)
    }
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let durability = self.shared.backend.store.durability();
        f.debug_struct("Api")
            .field("durability", &durability)
            .finish_non_exhaustive()
    }
}

/// The answer to an `OPTIONS` request that is not the preflight of a browser.
fn options(allow: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let allow = HeaderValue::from_str(allow).expect("methods of HTTP are tokens");
    response.headers_mut().insert(header::ALLOW, allow);
    response
}

fn success(Answer(body): Answer) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    let headers = response.headers_mut();
    // Room for all that follows, so that the map does not grow twice.
    headers.reserve(10);
    headers.insert(OMISE_VERSION, HeaderValue::from_static(API_VERSION));
    let (name, value) = JSON.clone();
    headers.insert(name, value);
    response
}
