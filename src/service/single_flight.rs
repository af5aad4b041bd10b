//! Runs one operation for any number of callers that want its result at the same time.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::watch;
use tracing::Instrument;

use crate::metrics::FetchMetrics;

/// The operations in flight, by key.
///
/// An operation runs in its own task, so a caller that goes away neither stops nor stalls it. Its log lines belong to the
/// request that started it.
pub(super) struct SingleFlight<K, V> {
    running: RunningOperations<K, V>,
    metrics: FetchMetrics,
}

type RunningOperations<K, V> = Arc<Mutex<HashMap<K, InFlight<V>>>>;

/// The result of joining an operation.
pub(super) enum Join<V> {
    /// The result was already there.
    Ready(V),
    /// The operation was not started. Contains how long to wait before trying again.
    Rejected(Duration),
    /// The operation is in flight.
    Pending(InFlight<V>),
}

/// An operation in flight.
#[derive(Clone)]
pub(super) struct InFlight<V>(watch::Receiver<Option<V>>);

/// Publishes intermediate results of an operation.
pub(super) struct Progress<V>(watch::Sender<Option<V>>);

impl<K, V> SingleFlight<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// No operations in flight.
    pub(super) fn new(metrics: FetchMetrics) -> Self {
        Self { running: Arc::default(), metrics }
    }

    /// Joins the operation for `key`, or starts it.
    ///
    /// `ready` is called while no other caller can start one, so that it finds the result of one that has just ended.
    /// `admit` is called only if one would be started, and can reject that.
    pub(super) fn join<F: Future<Output = V> + Send + 'static>(
        &self,
        key: K,
        ready: impl FnOnce() -> Option<V>,
        admit: impl FnOnce() -> Result<(), Duration>,
        operation: impl FnOnce(Progress<V>) -> F,
    ) -> Join<V> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = running.get(&key) {
            self.metrics.count_joined();
            return Join::Pending(flight.clone());
        }
        if let Some(value) = ready() {
            return Join::Ready(value);
        }
        if let Err(wait) = admit() {
            self.metrics.count_rejected();
            return Join::Rejected(wait);
        }
        self.metrics.count_started();
        let (sender, receiver) = watch::channel(None);
        let flight = InFlight(receiver);
        running.insert(key.clone(), flight.clone());
        let guard = InFlightGuard { running: Arc::clone(&self.running), key };
        let operation = operation(Progress(sender.clone()));
        let run = async move {
            let value = operation.await;
            drop(guard);
            sender.send_replace(Some(value));
        };
        tokio::spawn(run.in_current_span());
        Join::Pending(flight)
    }
}

impl<V> Progress<V> {
    /// Publishes a result so far, for callers that need no more.
    pub(super) fn publish(&self, value: V) {
        self.0.send_replace(Some(value));
    }
}

impl<V: Clone> InFlight<V> {
    /// The first result that is enough, else the last one; `None` if the operation panicked before any.
    pub(super) async fn result(mut self, is_enough: impl Fn(&V) -> bool) -> Option<V> {
        let enough = self.0.wait_for(|value| value.as_ref().is_some_and(&is_enough)).await;
        let enough = enough.ok().and_then(|value| value.clone());
        enough.or_else(|| self.0.borrow().clone())
    }
}

/// Removes the operation from the list when it ends or panics.
struct InFlightGuard<K: Eq + Hash, V> {
    running: RunningOperations<K, V>,
    key: K,
}

impl<K: Eq + Hash, V> Drop for InFlightGuard<K, V> {
    fn drop(&mut self) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::pending,
        sync::atomic::{AtomicUsize, Ordering},
    };

    use futures_util::future::join_all;
    use tokio::{sync::Notify, task::yield_now};

    use super::*;
    use crate::metrics::{FetchKind, Metrics};

    fn flights() -> SingleFlight<usize, usize> {
        SingleFlight::new(Metrics::default().fetches(FetchKind::Weather))
    }

    fn start<F: Future<Output = usize> + Send + 'static>(
        flights: &SingleFlight<usize, usize>,
        operation: impl FnOnce(Progress<usize>) -> F,
    ) -> InFlight<usize> {
        match flights.join(1, || None, || Ok(()), operation) {
            Join::Pending(flight) => flight,
            Join::Ready(_) | Join::Rejected(_) => panic!("not in flight"),
        }
    }

    #[tokio::test]
    async fn a_thousand_callers_cause_one_operation() {
        let (flights, runs, go) = (flights(), Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let joined: Vec<_> = (0..1000)
            .map(|_| {
                let (runs, go) = (Arc::clone(&runs), Arc::clone(&go));
                let operation = |_| async move {
                    go.notified().await;
                    runs.fetch_add(1, Ordering::Relaxed) + 1
                };
                start(&flights, operation).result(|_| false)
            })
            .collect();
        go.notify_one();
        assert!(join_all(joined).await.iter().all(|result| *result == Some(1)));
        assert_eq!(runs.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn it_continues_when_the_caller_that_started_it_leaves() {
        let (flights, go) = (flights(), Arc::new(Notify::new()));
        let gone = Arc::clone(&go);
        drop(start(&flights, |_| async move {
            gone.notified().await;
            7
        }));
        let second = start(&flights, |_| pending());
        go.notify_one();
        assert_eq!(second.result(|_| false).await, Some(7));
    }

    #[tokio::test]
    async fn a_caller_content_with_an_early_result_does_not_wait_for_the_last() {
        let (flights, go) = (flights(), Arc::new(Notify::new()));
        let waiting = Arc::clone(&go);
        let flight = start(&flights, |progress| async move {
            progress.publish(1);
            waiting.notified().await;
            2
        });
        assert_eq!(flight.clone().result(|value| *value == 1).await, Some(1));
        assert_eq!(
            start(&flights, |_| pending()).result(|value| *value == 1).await,
            Some(1),
            "also one that joins later"
        );
        go.notify_one();
        assert_eq!(flight.result(|_| false).await, Some(2));
    }

    #[tokio::test]
    async fn a_ready_result_is_not_fetched_again() {
        let flights = flights();
        let joined = flights.join(1, || Some(3), || Err(Duration::ZERO), |_| pending());
        assert!(matches!(joined, Join::Ready(3)));
    }

    #[tokio::test]
    async fn an_operation_that_panics_leaves_no_caller_waiting() {
        let flights = flights();
        let broken = start(&flights, |_| async { panic!("broken") });
        assert_eq!(broken.result(|_| false).await, None);
        yield_now().await;
        let next = start(&flights, |_| async { 2 });
        assert_eq!(next.result(|_| false).await, Some(2));
    }
}
