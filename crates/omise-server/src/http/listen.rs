//! Accepts connections and serves HTTP/1 on them until told to stop.
//!
//! `axum::serve` has no limit on the time a request head may take, on the number of connections, or
//! on the drain, so the loop is our own. TLS and HTTP/2 belong to what stands in front.

use std::convert::Infallible;
use std::error::Error;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http::{Request, Response, StatusCode};
use hyper::body::Body;
use hyper::service::Service;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{sleep, timeout};

use crate::failure::Refusal;
use crate::http::activity::Activity;
use crate::http::connection::{self, Server};
use crate::http::limits::{Limits, Peer};
use crate::http::listener::Listener;
use crate::http::refused;
use crate::http::request_body::RequestBody;
use crate::http::slots::{Slots, Verdict};

/// How long a new connection waits before it is looked again for a place for it.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// How many clients that have their share may at the same time be told so. Others are closed
/// without a word.
const REFUSALS_MAX: usize = 16;

/// How long a refused client may take to read why.
const REFUSAL_TIMEOUT: Duration = Duration::from_millis(500);

/// How a listener ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drained {
    /// How many connections were still open at the end of the drain, and were cut.
    pub aborted: usize,
}

/// Serves until `shutdown` resolves, and then until the requests in flight are answered or the
/// drain is over.
///
/// What has arrived when `shutdown` resolves is answered too: requests on connections that were
/// idle, and connections that were not yet accepted.
///
/// A request that hyper refuses by itself is answered with what `refuse` makes for its
/// status. The answers of the service must have the header `x-request-id`, by which they are told
/// from hyper's.
pub async fn listen<S, B>(
    listener: impl Into<Listener>,
    service: S,
    limits: Limits,
    refuse: fn(StatusCode) -> Refusal,
    shutdown: impl Future<Output = ()>,
) -> Drained
where
    S: Service<Request<RequestBody>, Response = Response<B>, Error = Infallible>,
    S: Send + Sync + 'static,
    S::Future: Send,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    let mut listener = listener.into();
    let mut slots = Slots::new(limits.connections, limits.connections_per_address);
    let most = limits.connections;
    let drain = limits.drain;
    let server = Arc::new(Server::new(listener.clock, service, limits, refuse));
    let mut connections = JoinSet::new();
    let mut refusals = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    // The connection that waits for a place. No other is accepted before it has one.
    let mut waiting: Option<(TcpStream, SocketAddr)> = None;
    loop {
        if let Some((stream, peer)) = waiting.take() {
            match slots.admit(peer.ip()) {
                Verdict::Serve => serve(&server, &mut connections, &mut slots, stream, peer),
                Verdict::Wait => waiting = Some((stream, peer)),
                Verdict::Refuse if refusals.len() < REFUSALS_MAX => {
                    refusals.spawn(refuse_connection(stream, refuse));
                }
                Verdict::Refuse => {}
            }
        }
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(ended) = connections.join_next_with_id() => remove(&mut slots, ended),
            Some(_) = refusals.join_next() => {}
            accepted = listener.accept(), if waiting.is_none() => waiting = Some(accepted),
            () = sleep(LOOK_AGAIN), if waiting.is_some() => {}
        }
    }

    server.closing.store(true, Ordering::Relaxed);
    // The port is free from here on, so a successor can take it while this one drains.
    for (stream, peer) in waiting.into_iter().chain(listener.close(most)) {
        serve(&server, &mut connections, &mut slots, stream, peer);
    }
    slots.wake_all();
    let draining = async {
        while let Some(ended) = connections.join_next_with_id().await {
            remove(&mut slots, ended);
        }
    };
    // Either all have ended or the time is over; dropping what is left cuts it.
    drop(timeout(drain, draining).await);
    while let Some(ended) = connections.try_join_next_with_id() {
        remove(&mut slots, ended);
    }
    Drained {
        aborted: connections.len(),
    }
}

fn serve<S, B>(
    server: &Arc<Server<S>>,
    connections: &mut JoinSet<()>,
    slots: &mut Slots,
    stream: TcpStream,
    peer: SocketAddr,
) where
    S: Service<Request<RequestBody>, Response = Response<B>, Error = Infallible>,
    S: Send + Sync + 'static,
    S::Future: Send,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    // An answer is written in one piece, so waiting for more to send with it only delays it. A
    // socket that cannot be set so is already closed, which the first read will tell.
    let _ = stream.set_nodelay(true);
    let activity = Arc::new(Activity::new(server.start));
    let peer = Peer(peer.ip().to_canonical());
    let connection = connection::serve(Arc::clone(server), stream, peer, Arc::clone(&activity));
    let id = connections.spawn(connection).id();
    slots.insert(id, peer.0, activity);
}

/// Takes away a connection that has ended. A panic's text may hold payer data, so only the fact is
/// told.
fn remove(slots: &mut Slots, ended: Result<(Id, ()), JoinError>) {
    let id = match &ended {
        Ok((id, ())) => *id,
        Err(error) => error.id(),
    };
    slots.remove(id);
    if ended.is_err_and(|error| error.is_panic()) {
        tracing::error!("a connection ended in a panic");
    }
}

/// Tells a client that has its share of connections that it gets no more.
async fn refuse_connection(mut stream: TcpStream, refuse: fn(StatusCode) -> Refusal) {
    let status = StatusCode::TOO_MANY_REQUESTS;
    let answer = refused::answer("HTTP/1.1", status, None, refuse(status));
    let telling = async {
        stream.write_all(&answer).await?;
        stream.shutdown().await?;
        // A socket that is closed before its request was read is reset, and the answer with it.
        let mut dropped = tokio::io::sink();
        tokio::io::copy(&mut stream, &mut dropped).await
    };
    drop(timeout(REFUSAL_TIMEOUT, telling).await);
}

#[cfg(test)]
mod tests;
