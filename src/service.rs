//! Serves weather: from memory, from the store, or from one fetch per place, with fail-over to other providers and to
//! the last answer.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use tokio::time::{Instant, sleep, timeout_at};

use crate::{
    clock::{Clock, Moment},
    metrics::{CacheLookup, FetchKind, Metrics},
    provider::Provider,
    store::{Store, StoreStatus},
    weather::{Conditions, Coordinates, complement::ComplementField},
};

mod account;
mod breaker;
mod cache;
mod caller_limiter;
mod complement;
mod fetch_turn;
mod geocoder;
mod guard;
mod health;
mod outcome;
mod packed;
mod page_share;
mod persistence;
mod policy;
mod provider_set;
mod race;
mod report_fetcher;
mod report_store;
mod request_budget;
mod shared_budget;
mod single_flight;
mod sliding_window;
#[cfg(test)]
mod tests;
mod unavailable;

pub use breaker::ProviderState;
pub use cache::ServedReport;
use cache::{CachedReport, ReportCache};
pub use caller_limiter::Caller;
use complement::Complementer;
pub use complement::{AddedFields, Complement, Complements};
pub use geocoder::GeocodedPlaces;
use geocoder::Geocoder;
use guard::ProviderGuard;
pub use health::ProviderStatus;
use outcome::{FetchOutcome, ReportPart};
pub use packed::PackedForecast;
use page_share::PageShare;
pub use policy::{MAX_RECORD_AGE, ServicePolicy};
use provider_set::{ProviderSet, retry_after};
use race::SHARE_BEFORE_NEXT;
use report_fetcher::{MIN_PROVIDER_TIME, ReportFetcher};
use report_store::ReportStore;
use shared_budget::REPORT_INTERVAL;
use single_flight::{Join, SingleFlight};
pub use unavailable::{ProviderFailure, Unavailable};

/// How long a request waits for a refresh before it gets the last answer.
const MAX_REFRESH_WAIT: Duration = Duration::from_millis(800);

/// How long a page waits for its weather, which its script can request as well.
const MAX_PAGE_WAIT: Duration = Duration::from_millis(300);

/// The time between the providers' deadline and that of the response: the last answer still has to be found.
const RESPONSE_GRACE: Duration = Duration::from_millis(250);

/// Serves weather, whatever happens to the providers. Cheap to clone.
#[derive(Clone)]
pub struct Service(Arc<ServiceInner>);

struct ServiceInner {
    providers: Arc<ProviderSet>,
    policy: ServicePolicy,
    cache: Arc<ReportCache>,
    fetches: SingleFlight<Coordinates, FetchOutcome>,
    fetcher: ReportFetcher,
    geocoder: Geocoder,
    complementer: Complementer,
    page_share: PageShare,
    store: Store,
    reports: Arc<ReportStore>,
    clock: Clock,
    metrics: Metrics,
}

/// How long a request for weather may take, and whose limit its fetch counts against.
struct RequestTerms {
    caller: Caller,
    /// The deadline of a fetch that it starts.
    deadline: Instant,
    /// The deadline of its response, with or without weather.
    answer_by: Instant,
    /// Whether it is for a page.
    for_page: bool,
}

impl Service {
    /// A service that asks these providers in this order and keeps its data in this store.
    #[must_use]
    pub fn new(
        providers: Vec<Arc<dyn Provider>>,
        policy: ServicePolicy,
        store: Store,
        clock: &Clock,
        metrics: Metrics,
    ) -> Self {
        let (slow_after, instances) = (policy.upstream_timeout / SHARE_BEFORE_NEXT, policy.instances);
        let guard =
            |provider| ProviderGuard::new(provider, slow_after, instances, store.clone(), clock.clone(), &metrics);
        let guards: Vec<_> = providers.into_iter().map(guard).collect();
        let page_share = PageShare::new(&guards);
        let sources = guards.iter().map(ProviderGuard::source).collect();
        let providers = Arc::new(ProviderSet::new(guards, policy.misses_per_minute));
        let name_fetches = metrics.fetches(FetchKind::Name);
        let cache = Arc::new(ReportCache::new(policy.cache_budget.reports));
        let loads = metrics.fetches(FetchKind::Store);
        let reports = ReportStore::new(store.clone(), Arc::clone(&cache), sources, policy, clock.clone(), loads);
        let reports = Arc::new(reports);
        let fetcher =
            ReportFetcher::new(Arc::clone(&providers), Arc::clone(&cache), Arc::clone(&reports), policy, clock.clone());
        Self(Arc::new(ServiceInner {
            geocoder: Geocoder::new(Arc::clone(&providers), policy, store.clone(), clock.clone(), name_fetches),
            complementer: Complementer::new(
                Arc::clone(&providers),
                policy,
                store.clone(),
                clock.clone(),
                metrics.fetches(FetchKind::Complement),
            ),
            page_share,
            providers,
            policy,
            cache,
            fetches: SingleFlight::new(metrics.fetches(FetchKind::Weather)),
            fetcher,
            store,
            reports,
            clock: clock.clone(),
            metrics,
        }))
    }

    /// Restores pauses and used quotas of the providers from the store. Reports are read when they are requested.
    pub async fn restore(&self) {
        join_all(self.0.providers.iter().map(ProviderGuard::restore)).await;
    }

    /// Reports this instance's requests to providers to the instances that share the store, for as long as the program
    /// runs.
    pub async fn report_usage(&self) {
        while self.0.store.is_shared() {
            sleep(REPORT_INTERVAL).await;
            join_all(self.0.providers.iter().map(ProviderGuard::report_usage)).await;
        }
    }

    /// Waits until pending writes are in the store, or have failed.
    pub async fn flush(&self) {
        self.0.store.flush().await;
    }

    /// The state of the store.
    #[must_use]
    pub fn store_status(&self) -> StoreStatus {
        self.0.store.status()
    }

    /// When a request that arrives now has to be answered.
    #[must_use]
    pub fn deadline(&self) -> Instant {
        Instant::now() + self.0.policy.upstream_timeout + RESPONSE_GRACE
    }

    /// The current weather at a point.
    ///
    /// # Errors
    /// If no provider answers before the deadline and the last answer, if any, is too old.
    pub async fn current(
        &self,
        at: Coordinates,
        caller: Caller,
        deadline: Instant,
    ) -> Result<ServedReport<Conditions>, Unavailable> {
        self.part(at, &RequestTerms { caller, deadline, answer_by: deadline, for_page: false }).await
    }

    /// The forecast at a point.
    ///
    /// # Errors
    /// If no provider answers before the deadline and the last answer, if any, is too old.
    pub async fn forecast(
        &self,
        at: Coordinates,
        caller: Caller,
        deadline: Instant,
    ) -> Result<ServedReport<PackedForecast>, Unavailable> {
        self.part(at, &RequestTerms { caller, deadline, answer_by: deadline, for_page: false }).await
    }

    /// The current weather and the forecast at a point for a page: from memory or the store, else from a fetch if that is
    /// quick. The fetch continues for the page's script.
    pub async fn for_page(
        &self,
        at: Coordinates,
        caller: Caller,
    ) -> (Option<ServedReport<Conditions>>, Option<ServedReport<PackedForecast>>) {
        let answer_by = Instant::now() + MAX_PAGE_WAIT;
        let terms = RequestTerms { caller, deadline: self.deadline(), answer_by, for_page: true };
        let (current, forecast) = tokio::join!(self.part(at, &terms), self.part(at, &terms));
        (current.ok(), forecast.ok())
    }

    /// The places that the providers' geocoders know by a name, best first.
    ///
    /// # Errors
    /// If there are geocoders and none of them answers before the deadline.
    pub async fn locate(&self, name: &str, caller: Caller, deadline: Instant) -> Result<GeocodedPlaces, Unavailable> {
        self.0.geocoder.locate(name, caller, deadline).await
    }

    /// The missing values of a place from providers other than `asked`, as far as they answer within a second.
    pub async fn complements(
        &self,
        at: Coordinates,
        asked: &[&str],
        missing: &[ComplementField],
        caller: Caller,
    ) -> Complements {
        self.0.complementer.complements(at, asked, missing, caller).await
    }

    /// The state of each provider, in the order in which they are asked.
    #[must_use]
    pub fn status(&self) -> Vec<ProviderStatus> {
        self.0.providers.iter().map(ProviderGuard::status).collect()
    }

    /// Records the state of each provider in the metrics.
    pub fn record_metrics(&self) {
        self.0.providers.iter().for_each(ProviderGuard::record_metrics);
    }

    /// A fresh part from memory or from the store, else from a fetch. If there is a last answer, the request waits for
    /// the fetch only briefly; if not, until its deadline.
    async fn part<T: ReportPart>(&self, at: Coordinates, terms: &RequestTerms) -> Result<ServedReport<T>, Unavailable> {
        let is_fresh = |report: &CachedReport| T::of(report).is_some_and(|part| part.is_fresh(self.now()));
        let in_memory = self.0.cache.get(at);
        let is_hit = in_memory.as_deref().is_some_and(is_fresh);
        // Another instance may have renewed what is stale here.
        let is_enough = |report: &CachedReport| !self.0.reports.is_shared() || is_fresh(report);
        let known = match in_memory {
            Some(report) if is_enough(&report) => Some(report),
            in_memory if self.0.fetcher.recent_failure(at).is_some() => in_memory,
            in_memory => self.0.reports.load(at, is_enough).await.or(in_memory),
        };
        let now = self.now();
        let last = known.as_deref().and_then(T::of).filter(|part| part.is_usable(now));
        if let Some(part) = last.filter(|part| part.is_fresh(now)) {
            self.0.metrics.count_lookup(T::METRICS_PART, if is_hit { CacheLookup::Hit } else { CacheLookup::Miss });
            return Ok(part.serve(now));
        }
        let service = self.clone();
        let limit = self.time_for_providers(terms.deadline);
        let fetch = |progress| async move { service.0.fetcher.fetch(at, limit, &progress).await };
        let admit = || {
            if terms.for_page {
                self.0.page_share.admit(self.0.providers.iter())?;
            }
            self.0.providers.admit(terms.caller)
        };
        let refresh_deadline = Instant::now() + MAX_REFRESH_WAIT;
        let until = if last.is_some() { terms.answer_by.min(refresh_deadline) } else { terms.answer_by };
        let fetched = match self.0.fetches.join(at, || self.ready::<T>(at), admit, fetch) {
            Join::Ready(outcome) => self.serve(&outcome),
            // A recording is no better than nothing, because the script requests the weather anyway.
            Join::Rejected(wait) if terms.for_page => Err(Unavailable::TooManyMisses(wait)),
            Join::Rejected(wait) => {
                let outcome = self.0.fetcher.recorded(at, limit).await;
                self.serve(&outcome).map_err(|_| Unavailable::TooManyMisses(wait))
            }
            Join::Pending(fetch) => {
                let is_enough = |outcome: &FetchOutcome| {
                    outcome.has_fresh::<T>(self.now()) || outcome.is_fetched_elsewhere && last.is_some()
                };
                match timeout_at(until, fetch.result(is_enough)).await {
                    Ok(Some(outcome)) => self.serve(&outcome),
                    Ok(None) | Err(_) => Err(self.all_failed(Arc::default())),
                }
            }
        };
        let last = last.map(|part| part.serve(self.now()));
        let served = match (fetched, last) {
            // The last answer is better than a recording.
            (Ok(served), Some(last)) if served.is_recording => Ok(last),
            (fetched, last) => fetched.or_else(|unavailable| last.ok_or(unavailable)),
        };
        let is_stale = served.as_ref().is_ok_and(|served| served.stale);
        self.0.metrics.count_lookup(T::METRICS_PART, if is_stale { CacheLookup::Stale } else { CacheLookup::Miss });
        served
    }

    /// Now, on both clocks.
    fn now(&self) -> Moment {
        self.0.clock.moment()
    }

    fn serve<T: ReportPart>(&self, outcome: &FetchOutcome) -> Result<ServedReport<T>, Unavailable> {
        outcome.serve(self.now()).ok_or_else(|| self.all_failed(Arc::clone(&outcome.failures)))
    }

    fn all_failed(&self, failures: Arc<[ProviderFailure]>) -> Unavailable {
        Unavailable::AllProvidersFailed { failures, retry_after: retry_after(self.0.providers.iter()) }
    }

    /// How much of a request's time is left for the providers, after a lookup of its place.
    fn time_for_providers(&self, deadline: Instant) -> Duration {
        let left = deadline.saturating_duration_since(Instant::now()).saturating_sub(RESPONSE_GRACE);
        left.clamp(MIN_PROVIDER_TIME.min(self.0.policy.upstream_timeout), self.0.policy.upstream_timeout)
    }

    /// The outcome of a fetch that has ended since this request looked, or that failed a moment ago.
    fn ready<T: ReportPart>(&self, at: Coordinates) -> Option<FetchOutcome> {
        let now = self.now();
        let report = self.0.cache.get(at).filter(|report| T::of(report).is_some_and(|part| part.is_fresh(now)));
        report.map(|report| FetchOutcome::now(report, now)).or_else(|| self.0.fetcher.recent_failure(at))
    }
}
