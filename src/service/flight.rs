//! One errand for any number who want it done at the same time.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::watch;
use tracing::Instrument;

use crate::metrics;

/// The errands that are being run, by what they are for.
///
/// An errand runs in a task of its own: whoever asked for it may go away without stopping or stalling it. Its log lines
/// are those of the request that started it.
pub(super) struct Flights<K, V> {
    running: Running<K, V>,
    counts: metrics::Flights,
}

type Running<K, V> = Arc<Mutex<HashMap<K, Flight<V>>>>;

/// What asking for an errand gives.
pub(super) enum Joined<V> {
    /// The errand was done meanwhile.
    Landed(V),
    /// It was not started: how long to wait before asking again.
    Refused(Duration),
    /// It is being run.
    Flying(Flight<V>),
}

/// An errand that is being run.
#[derive(Clone)]
pub(super) struct Flight<V>(watch::Receiver<Option<V>>);

impl<K, V> Flights<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// No errand is being run yet.
    pub(super) fn new(counts: metrics::Flights) -> Self {
        Self { running: Arc::default(), counts }
    }

    /// Joins the errand for `key`, or starts it.
    ///
    /// `landed` is asked while nobody else can start one, so that what an errand left behind just now is found;
    /// `admit` only where one would be started, and can refuse that.
    pub(super) fn join(
        &self,
        key: K,
        landed: impl FnOnce() -> Option<V>,
        admit: impl FnOnce() -> Result<(), Duration>,
        errand: impl Future<Output = V> + Send + 'static,
    ) -> Joined<V> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = running.get(&key) {
            self.counts.joined();
            return Joined::Flying(flight.clone());
        }
        if let Some(value) = landed() {
            return Joined::Landed(value);
        }
        if let Err(wait) = admit() {
            self.counts.refused();
            return Joined::Refused(wait);
        }
        self.counts.started();
        let (sender, receiver) = watch::channel(None);
        let flight = Flight(receiver);
        running.insert(key.clone(), flight.clone());
        let departure = Departure { running: Arc::clone(&self.running), key };
        let flight_to_its_end = async move {
            let value = errand.await;
            drop(departure);
            sender.send_replace(Some(value));
        };
        tokio::spawn(flight_to_its_end.in_current_span());
        Joined::Flying(flight)
    }
}

impl<V: Clone> Flight<V> {
    /// What the errand brings home; `None` if it broke off.
    pub(super) async fn landing(mut self) -> Option<V> {
        let landed = self.0.wait_for(Option::is_some).await.ok()?;
        landed.clone()
    }
}

/// Takes the errand off the list when it ends, however it ends.
struct Departure<K: Eq + Hash, V> {
    running: Running<K, V>,
    key: K,
}

impl<K: Eq + Hash, V> Drop for Departure<K, V> {
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
    use crate::metrics::{Errand, Metrics};

    fn flights() -> Flights<usize, usize> {
        Flights::new(Metrics::default().flights(Errand::Weather))
    }

    fn flying(joined: Joined<usize>) -> Flight<usize> {
        match joined {
            Joined::Flying(flight) => flight,
            Joined::Landed(_) | Joined::Refused(_) => panic!("not flying"),
        }
    }

    #[tokio::test]
    async fn a_thousand_who_want_the_same_cause_one_errand() {
        let (flights, runs, go) = (flights(), Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let joined: Vec<_> = (0..1000)
            .map(|_| {
                let (runs, go) = (Arc::clone(&runs), Arc::clone(&go));
                let errand = async move {
                    go.notified().await;
                    runs.fetch_add(1, Ordering::Relaxed) + 1
                };
                flying(flights.join(1, || None, || Ok(()), errand)).landing()
            })
            .collect();
        go.notify_one();
        assert!(join_all(joined).await.iter().all(|landed| *landed == Some(1)));
        assert_eq!(runs.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn it_goes_on_when_the_one_who_started_it_leaves() {
        let (flights, go) = (flights(), Arc::new(Notify::new()));
        let gone = Arc::clone(&go);
        drop(flying(flights.join(1, || None, || Ok(()), async move {
            gone.notified().await;
            7
        })));
        let second = flying(flights.join(1, || None, || Ok(()), pending()));
        go.notify_one();
        assert_eq!(second.landing().await, Some(7));
    }

    #[tokio::test]
    async fn what_landed_just_now_is_not_fetched_again() {
        let flights = flights();
        assert!(matches!(flights.join(1, || Some(3), || Err(Duration::ZERO), pending()), Joined::Landed(3)));
    }

    #[tokio::test]
    async fn an_errand_that_breaks_off_leaves_nobody_waiting() {
        let flights = flights();
        let broken = flying(flights.join(1, || None, || Ok(()), async { panic!("broken") }));
        assert_eq!(broken.landing().await, None);
        yield_now().await;
        let next = flying(flights.join(1, || None, || Ok(()), async { 2 }));
        assert_eq!(next.landing().await, Some(2));
    }
}
