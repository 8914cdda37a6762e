//! Work that goes on when nobody waits for it any more.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::Handle;

/// A future that is finished even if it is dropped before its end.
///
/// hyper drops a request's future when its connection ends. What the request has begun to store is
/// stored all the same, so the rest must run too: the log would miss it otherwise. The future runs
/// in the task of its connection, which costs nothing, and only when it is dropped in a task of its
/// own. Outside of a Tokio runtime there is no task for it, and it ends when it is dropped.
pub(crate) struct RunToEnd<F, D>
where
    F: Future + Send + 'static,
    D: FnOnce(F::Output) + Send + 'static,
{
    work: Option<(Pin<Box<F>>, D)>,
}

impl<F, D> RunToEnd<F, D>
where
    F: Future + Send + 'static,
    D: FnOnce(F::Output) + Send + 'static,
{
    /// Wraps a future; `nobody_waits` is given its output if the wrapper was dropped before.
    pub(crate) fn new(future: F, nobody_waits: D) -> Self {
        RunToEnd {
            work: Some((Box::pin(future), nobody_waits)),
        }
    }
}

impl<F, D> Future for RunToEnd<F, D>
where
    F: Future + Send + 'static,
    D: FnOnce(F::Output) + Send + Unpin + 'static,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let (future, _) = self.work.as_mut().expect("it is not polled after its end");
        let poll = future.as_mut().poll(context);
        if poll.is_ready() {
            self.work = None;
        }
        poll
    }
}

impl<F, D> Drop for RunToEnd<F, D>
where
    F: Future + Send + 'static,
    D: FnOnce(F::Output) + Send + 'static,
{
    fn drop(&mut self) {
        if let Some((future, nobody_waits)) = self.work.take()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(async move { nobody_waits(future.await) });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn what_is_dropped_is_finished_in_a_task_of_its_own() {
        let (go_on, waiting) = oneshot::channel();
        let (tell, told) = oneshot::channel();
        let mut work = RunToEnd::new(waiting, move |outcome| {
            let _ = tell.send(outcome);
        });
        tokio::select! {
            biased;
            _ = &mut work => unreachable!("it waits"),
            () = ready(()) => {}
        }
        drop(work);
        go_on.send("stored").unwrap();
        assert_eq!(told.await.unwrap().unwrap(), "stored");
    }

    #[tokio::test]
    async fn what_is_waited_for_to_its_end_is_told_to_nobody_else() {
        let (tell, told) = oneshot::channel::<&str>();
        let work = RunToEnd::new(ready("stored"), move |outcome| {
            let _ = tell.send(outcome);
        });
        assert_eq!(work.await, "stored");
        assert!(told.await.is_err());
    }

    #[test]
    fn without_a_runtime_it_ends_when_it_is_dropped() {
        let (tell, mut told) = oneshot::channel::<&str>();
        drop(RunToEnd::new(ready("stored"), move |outcome| {
            let _ = tell.send(outcome);
        }));
        assert!(told.try_recv().is_err());
    }
}
