//! The reports of places in the store, behind those in memory.

use std::sync::Arc;

use futures_util::FutureExt;
use tokio::time::Instant;

use super::{
    cache::{CachedReport, ReportCache},
    fetch_turn::{FetchTurn, fetch_turn},
    persistence,
    policy::ServicePolicy,
    single_flight::{Join, SingleFlight},
};
use crate::{
    clock::Clock,
    metrics::FetchMetrics,
    store::Store,
    weather::{Coordinates, Source},
};

/// Reads reports from the store into memory, and writes them. Cheap to clone.
#[derive(Clone)]
pub struct ReportStore(Arc<ReportStoreInner>);

struct ReportStoreInner {
    store: Store,
    cache: Arc<ReportCache>,
    sources: Vec<Source>,
    policy: ServicePolicy,
    loads: SingleFlight<Coordinates, Option<Arc<CachedReport>>>,
    clock: Clock,
}

impl ReportStore {
    /// The reports of these providers in this store, behind this cache.
    pub fn new(
        store: Store,
        cache: Arc<ReportCache>,
        sources: Vec<Source>,
        policy: ServicePolicy,
        clock: Clock,
        metrics: FetchMetrics,
    ) -> Self {
        let loads = SingleFlight::new(metrics);
        Self(Arc::new(ReportStoreInner { store, cache, sources, policy, loads, clock }))
    }

    /// Whether a copy in memory may be older than the record, because other instances write it too.
    pub fn is_shared(&self) -> bool {
        self.0.store.is_shared()
    }

    /// Reads the report of a place into memory, once for all requests that want it, unless the one in memory is
    /// `enough`.
    pub async fn load(&self, at: Coordinates, is_enough: impl Fn(&CachedReport) -> bool) -> Option<Arc<CachedReport>> {
        if !self.0.store.is_on() {
            return None;
        }
        let in_memory = || self.0.cache.get(at).filter(|report| is_enough(report)).map(Some);
        let store = self.clone();
        match self.0.loads.join(at, in_memory, || Ok(()), |_| async move { store.read(at).await }) {
            Join::Ready(report) => report,
            Join::Rejected(_) => None,
            Join::Pending(load) => load.result(|_| true).await.flatten(),
        }
    }

    async fn read(&self, at: Coordinates) -> Option<Arc<CachedReport>> {
        let Self(inner) = self;
        let contents = inner.store.get(&persistence::report_key(at)).await?;
        let now = inner.clock.moment();
        let report = persistence::read_report(&contents, &inner.sources, inner.policy, now)?;
        Some(inner.cache.merge_newer(at, report, now))
    }

    /// Waits until this instance may fetch the report of a place, or another one has fetched it. `is_fetched_elsewhere` is
    /// called when another instance turns out to be fetching it.
    pub async fn turn(
        &self,
        at: Coordinates,
        until: Instant,
        is_fetched_elsewhere: impl Fn(),
    ) -> FetchTurn<Arc<CachedReport>> {
        let is_fresh = |report: &Arc<CachedReport>| report.fresh(self.0.clock.moment()).is_complete();
        let load = || self.read(at).map(|report| report.filter(is_fresh)).boxed();
        fetch_turn(&self.0.store, &persistence::report_key(at), until, load, is_fetched_elsewhere).await
    }

    /// Writes the report of a place: in the background, or, if other instances wait for it, before the caller goes on.
    pub async fn save(&self, at: Coordinates, report: &Arc<CachedReport>) {
        let Some(usable_until) = report.usable_until().filter(|_| self.0.store.is_on()) else { return };
        let key = persistence::report_key(at);
        if self.is_shared() {
            self.0.store.put(&key, &persistence::write_report(report), usable_until).await;
        } else {
            let report = Arc::clone(report);
            self.0.store.put_in_background(key, usable_until, move || persistence::write_report(&report));
        }
    }
}
