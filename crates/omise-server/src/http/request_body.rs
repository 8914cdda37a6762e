//! A request body that must arrive in time.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Sleep, sleep};

use crate::http::activity::Activity;

/// The body of a request that came from a socket.
///
/// It has a time-out of its own and not one round its reader, so that the service needs no timer
/// and answers on any executor.
pub struct RequestBody {
    body: Incoming,
    limit: Duration,
    /// Most bodies are there with their head, and cost no timer.
    waiting: Option<Pin<Box<Sleep>>>,
    activity: Arc<Activity>,
}

impl RequestBody {
    pub(crate) fn new(body: Incoming, limit: Duration, activity: Arc<Activity>) -> RequestBody {
        RequestBody {
            body,
            limit,
            waiting: None,
            activity,
        }
    }

    /// Ends the waiting. A connection that the listener closes gives no body: the request would
    /// take effect without an answer.
    fn arrived(&self) -> Result<(), TooSlow> {
        match self.waiting.is_none() || self.activity.has_body() {
            true => Ok(()),
            false => Err(TooSlow),
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            if frame.is_none() || self.body.is_end_stream() {
                self.arrived()?;
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        if self.waiting.is_none() {
            self.activity.waits_for_body();
            self.waiting = Some(Box::pin(sleep(self.limit)));
        }
        if let Some(waiting) = &mut self.waiting {
            ready!(waiting.as_mut().poll(context));
        }
        Poll::Ready(Some(Err(Box::new(TooSlow))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A body is payer data.
impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestBody").finish_non_exhaustive()
    }
}

/// The body did not arrive in time.
#[derive(Debug)]
pub(crate) struct TooSlow;

impl fmt::Display for TooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body did not arrive in time")
    }
}

impl Error for TooSlow {}
