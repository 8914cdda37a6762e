//! The real API with a single fault, for those who say that they would see it.
//!
//! No fault is in the product: each stands here, as what it does to a request on its way in or to
//! an answer on its way out.

mod answer;
mod faults;
mod request;

use std::convert::Infallible;
use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;

use anyhow::Context;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};

use hyper::service::service_fn;
use omise_server::{
    AccountKeys, Accounts, Api, Limits, Refusal, RequestBody, SystemEnvironment, listen,
};
use omise_store::MemoryStore;
use omise_types::{PublicKey, SecretKey};
use tokio::net::TcpListener;

use crate::process::{PUBLIC_KEY, SECRET_KEY};

pub use answer::Answer;
pub use faults::FAULTS;
pub use request::Asked;

/// One thing that is wrong.
pub struct Fault {
    /// What it is.
    pub name: &'static str,
    what: What,
}

enum What {
    /// Changes what the API is asked.
    Ask(fn(&mut Asked)),
    /// Changes what it answers to what was asked.
    Answer(fn(&Asked, &mut Answer)),
}

/// The API, with a fault or without.
#[derive(Clone)]
pub struct Flawed {
    api: Api,
    fault: Option<&'static Fault>,
}

impl Flawed {
    /// A service of its own, in memory, for the keys of a served process.
    ///
    /// # Panics
    ///
    /// Never: the keys are keys.
    pub fn new(fault: Option<&'static Fault>) -> Flawed {
        let account = AccountKeys {
            public_keys: vec![PublicKey::new(PUBLIC_KEY).expect("a key")],
            secret_keys: vec![SecretKey::new(SECRET_KEY).expect("a key")],
            ..AccountKeys::new("shop")
        };
        let accounts = Accounts::new([account]).expect("no key twice");
        let store = Arc::new(MemoryStore::new());
        Flawed {
            api: Api::new(accounts, store, Arc::new(SystemEnvironment)),
            fault,
        }
    }

    /// Answers a request.
    pub async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        let mut asked = Asked::new(request);
        match self.fault.map(|fault| &fault.what) {
            None => self.right(&asked).await,
            Some(What::Ask(change)) => {
                change(&mut asked);
                self.right(&asked).await
            }
            Some(What::Answer(change)) => {
                let mut answer = Answer::new(self.right(&asked).await);
                change(&asked, &mut answer);
                answer.into_response()
            }
        }
    }

    async fn right(&self, asked: &Asked) -> Response<Bytes> {
        let response = self.api.answer(asked.request().map(Full::new)).await;
        let (head, body) = response.into_parts();
        let body = match body.collect().await {
            Ok(body) => body.to_bytes(),
            Err(never) => match never {},
        };
        Response::from_parts(head, body)
    }

    /// Serves it on a free port of this machine until the process ends.
    ///
    /// # Errors
    ///
    /// When there is no port or no thread left.
    pub fn serve(self) -> anyhow::Result<SocketAddr> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("a runtime")?;
        thread::spawn(move || {
            runtime.block_on(async {
                let listener = TcpListener::from_std(listener).expect("a listener of this thread");
                let service = service_fn(move |request: Request<RequestBody>| {
                    let flawed = self.clone();
                    async move { Ok::<_, Infallible>(flawed.answer_incoming(request).await) }
                });
                listen(
                    listener,
                    service,
                    Limits::default(),
                    Refusal::for_every_page,
                    pending(),
                )
                .await
            })
        });
        Ok(address)
    }

    async fn answer_incoming(&self, request: Request<RequestBody>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        // A body that breaks off is nothing that a fault is about.
        let body = body.collect().await.map(|body| body.to_bytes());
        let request = Request::from_parts(head, body.unwrap_or_default());
        self.answer(request).await.map(Full::new)
    }
}
