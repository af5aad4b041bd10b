//! Fetches the report of a place from the providers, unless another instance does, and caches it.

use std::{ops::ControlFlow, sync::Arc, time::Duration};

use futures_util::FutureExt;
use tokio::time::Instant;

use super::{
    cache::{CachedReport, ReportCache, ReportQuality},
    fetch_turn::FetchTurn,
    guard::ProviderGuard,
    outcome::FetchOutcome,
    policy::{FAILURE_TTL, ServicePolicy},
    provider_set::ProviderSet,
    race::race,
    report_store::ReportStore,
    single_flight::Progress,
    unavailable::ProviderFailure,
};
use crate::{
    byte_cache::{ByteCache, byte_cache},
    clock::{Clock, Moment},
    provider::{FetchedReport, ProviderError},
    weather::Coordinates,
};

/// The minimum time for fetching the weather, however long the lookup of its place took.
pub const MIN_PROVIDER_TIME: Duration = Duration::from_millis(500);

/// The typical size of a cached failure in bytes. The reports in it are mostly in the cache of reports anyway.
const TYPICAL_FAILURE_BYTES: u64 = 2_500;

/// Fetches reports. It remembers for a while which places it found no complete report for.
pub struct ReportFetcher {
    providers: Arc<ProviderSet>,
    cache: Arc<ReportCache>,
    reports: Arc<ReportStore>,
    /// The outcomes of incomplete fetches.
    recent_failures: ByteCache<Coordinates, FetchOutcome>,
    policy: ServicePolicy,
    clock: Clock,
}

impl ReportFetcher {
    pub fn new(
        providers: Arc<ProviderSet>,
        cache: Arc<ReportCache>,
        reports: Arc<ReportStore>,
        policy: ServicePolicy,
        clock: Clock,
    ) -> Self {
        let recent_failures = byte_cache(policy.cache_budget.failures, TYPICAL_FAILURE_BYTES);
        Self { providers, cache, reports, recent_failures, policy, clock }
    }

    /// The outcome of a fetch that failed a moment ago.
    pub fn recent_failure(&self, at: Coordinates) -> Option<FetchOutcome> {
        let recent = self.recent_failures.get(&at);
        recent.filter(|outcome| !outcome.valid_until.is_reached(self.now()))
    }

    /// Asks the providers, unless another instance does, and caches their answers; a part that none of them returns
    /// stays as it was. Each part is published as soon as it is available, so that a request for it does not wait for
    /// the rest.
    pub async fn fetch(&self, at: Coordinates, limit: Duration, progress: &Progress<FetchOutcome>) -> FetchOutcome {
        let publish = |report: &CachedReport| progress.publish(FetchOutcome::now(Arc::new(report.clone()), self.now()));
        let deadline = Instant::now() + limit;
        let known = || FetchOutcome::now(self.cache.get(at).unwrap_or_default(), self.now());
        let is_fetched_elsewhere = || progress.publish(FetchOutcome { is_fetched_elsewhere: true, ..known() });
        let lease = match self.reports.turn(at, deadline, is_fetched_elsewhere).await {
            FetchTurn::Own(lease) => lease,
            FetchTurn::Fetched(report) => return FetchOutcome::now(report, self.now()),
            FetchTurn::TimedOut => return known(),
        };
        let limit = deadline.saturating_duration_since(Instant::now()).max(MIN_PROVIDER_TIME.min(limit));
        let (live, mut failures) = self.ask(at, false, limit, publish).await;
        let (is_good, is_empty) = (live.is_good(), live.is_empty());
        let now = self.now();
        let mut report = self.cache.merge(at, live, now);
        if !is_empty {
            if self.reports.is_shared() {
                // No request here waits for the write.
                publish(&report);
            }
            self.reports.save(at, &report).await;
        }
        drop(lease);
        let usable = report.usable(now);
        if !usable.is_complete() {
            let (recorded, errors) = self.ask(at, true, limit, |_| {}).await;
            failures.extend(errors);
            report = Arc::new(usable.or(recorded));
        }
        let mut outcome = FetchOutcome { failures: failures.into(), ..FetchOutcome::now(report, self.now()) };
        if !is_good {
            outcome.valid_until = outcome.valid_until + FAILURE_TTL;
            self.recent_failures.insert(at, outcome.clone());
        }
        outcome
    }

    /// The recorded report, which takes no request.
    pub async fn recorded(&self, at: Coordinates, limit: Duration) -> FetchOutcome {
        let (recorded, _) = self.ask(at, true, limit, |_| {}).await;
        FetchOutcome::now(Arc::new(recorded), self.now())
    }

    /// Asks either the live providers or the recordings for the parts that are not fresh, until both are available.
    /// Publishes the report each time it has grown.
    async fn ask(
        &self,
        at: Coordinates,
        recordings: bool,
        limit: Duration,
        publish: impl Fn(&CachedReport),
    ) -> (CachedReport, Vec<ProviderFailure>) {
        let known = self.cache.get(at).unwrap_or_default();
        let guards = self.providers.iter().filter(|guard| guard.is_recording() == recordings);
        let candidates: Vec<_> = guards
            .map(|guard| {
                let request = guard.fetch(at, known.previous_forecast(guard.id()));
                (guard.id(), request.map(move |fetched| (guard, fetched)).boxed())
            })
            .collect();
        let (mut report, mut failures) = (known.fresh(self.now()), Vec::new());
        let unanswered = race(candidates, limit, |provider, (guard, fetched)| {
            failures.extend(self.add(&mut report, guard, fetched).map(|error| ProviderFailure { provider, error }));
            if report.is_good() {
                return ControlFlow::Break(());
            }
            publish(&report);
            ControlFlow::Continue(())
        })
        .await;
        failures.extend(unanswered.into_iter().map(ProviderFailure::timed_out));
        (report, failures)
    }

    /// Replaces the parts for which the answer is better. Returns the error if a part is missing or not good.
    fn add(&self, report: &mut CachedReport, guard: &ProviderGuard, fetched: FetchedReport) -> Option<ProviderError> {
        let error = fetched.current.as_ref().err().or(fetched.forecast.as_ref().err()).cloned();
        let quality = if guard.is_recording() { ReportQuality::Recording } else { ReportQuality::Good };
        let new = CachedReport::new(fetched, guard.source(), quality, self.policy, self.now());
        *report = std::mem::take(report).or(new);
        error
    }

    /// Now, on both clocks.
    fn now(&self) -> Moment {
        self.clock.moment()
    }
}
