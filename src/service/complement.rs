//! Values that other providers add to the report of a place's own provider.
//!
//! These providers are asked only for missing values, requests wait for them no longer than a second, and they use half
//! of a provider's rate limits at most: the other half is for fail-over. Their reports are cached separately, with an
//! age of their own. They are written to the store only if instances share it, so that all instances give the same
//! answers.

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt, future::join_all};
use tokio::time::{Instant, timeout_at};

use super::{
    cache::{CachedPart, CachedReport, ReportQuality, ServedReport},
    caller_limiter::Caller,
    fetch_turn::{FetchTurn, fetch_turn},
    guard::ProviderGuard,
    outcome::ReportPart,
    packed::PackedForecast,
    persistence,
    policy::ServicePolicy,
    provider_set::ProviderSet,
    single_flight::{Join, SingleFlight},
};
use crate::{
    byte_cache::{ByteCache, HeapSize, byte_cache},
    clock::{Clock, Moment},
    metrics::FetchMetrics,
    store::Store,
    weather::{Conditions, Coordinates, Forecast, ForecastStep, Source, complement::ComplementField, hourly::hourly},
};

/// How long a request waits for the values that others add.
const MAX_WAIT: Duration = Duration::from_secs(1);

/// For how long a provider that had nothing to add is not asked again for that place.
const FAILURE_TTL: Duration = Duration::from_mins(1);

/// After how long a response that lacks a late answer, or one that another provider may give, is rendered again.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// The typical size of an entry in bytes.
const TYPICAL_BYTES: u64 = 2_500;

/// Which provider is asked for which place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct ComplementKey {
    at: Coordinates,
    provider: &'static str,
}

impl HeapSize for ComplementKey {
    fn heap_bytes(&self) -> usize {
        0
    }
}

/// The answer of a provider; empty if it failed.
#[derive(Clone)]
struct ComplementResult {
    report: Arc<CachedReport>,
    /// Until when the provider is not asked again.
    valid_until: Moment,
}

impl HeapSize for ComplementResult {
    fn heap_bytes(&self) -> usize {
        self.report.heap_bytes()
    }
}

/// Asks other providers for what is missing, and keeps their answers. Cheap to clone.
#[derive(Clone)]
pub struct Complementer(Arc<ComplementerInner>);

struct ComplementerInner {
    providers: Arc<ProviderSet>,
    policy: ServicePolicy,
    cache: ByteCache<ComplementKey, ComplementResult>,
    fetches: SingleFlight<ComplementKey, ComplementResult>,
    store: Store,
    clock: Clock,
}

/// What one other provider reported.
#[derive(Debug)]
pub struct Complement {
    /// The weather now.
    pub current: Option<ServedReport<Conditions>>,
    /// The weather ahead.
    pub forecast: Option<ServedReport<PackedForecast>>,
}

/// What other providers reported.
#[derive(Debug, Default)]
pub struct Complements {
    /// In the order in which the providers are asked.
    pub list: Vec<Complement>,
    /// When it is worth asking again for what is missing.
    pub retry_at: Option<Moment>,
}

/// The providers to ask for what is missing.
struct ChosenProviders<'a> {
    providers: Vec<&'a ProviderGuard>,
    /// Whether one that has what is missing cannot be asked now.
    passed_over: bool,
}

/// The fields that a provider added to a report.
#[derive(Debug)]
pub struct AddedFields {
    /// The provider.
    pub source: Source,
    /// The fields.
    pub fields: Vec<ComplementField>,
}

impl Complements {
    /// Adds their values to current conditions. Returns which provider added which fields.
    pub fn add_to_current(&self, current: &mut Conditions) -> Vec<AddedFields> {
        let add = |complement: &Complement| {
            let other = complement.current.as_ref().map(|answer| &answer.sourced.value);
            current.complement(other, &complement.hours())
        };
        self.add(add)
    }

    /// Adds their values to a forecast. Returns which provider added which fields.
    pub fn add_to_forecast(&self, forecast: &mut Forecast) -> Vec<AddedFields> {
        self.add(|complement| forecast.complement(&complement.hours()))
    }

    fn add(&self, mut add: impl FnMut(&Complement) -> Vec<ComplementField>) -> Vec<AddedFields> {
        let added = self.list.iter().filter_map(|complement| {
            let source = complement.source()?;
            Some(AddedFields { source, fields: add(complement) })
        });
        added.filter(|added| !added.fields.is_empty()).collect()
    }
}

impl Complement {
    /// The provider.
    #[must_use]
    pub fn source(&self) -> Option<Source> {
        let current = self.current.as_ref().map(|report| report.sourced.source);
        current.or_else(|| self.forecast.as_ref().map(|report| report.sourced.source))
    }

    fn hours(&self) -> Vec<ForecastStep> {
        self.forecast.as_ref().map(|answer| hourly(&answer.sourced.value.unpack())).unwrap_or_default()
    }
}

impl Complementer {
    /// With an empty cache.
    pub fn new(
        providers: Arc<ProviderSet>,
        policy: ServicePolicy,
        store: Store,
        clock: Clock,
        metrics: FetchMetrics,
    ) -> Self {
        Self(Arc::new(ComplementerInner {
            providers,
            policy,
            cache: byte_cache(policy.cache_budget.complements, TYPICAL_BYTES),
            fetches: SingleFlight::new(metrics),
            store,
            clock,
        }))
    }

    /// The missing values of a place from providers other than `asked`, as far as they answer within a second.
    pub async fn complements(
        &self,
        at: Coordinates,
        asked: &[&str],
        missing: &[ComplementField],
        caller: Caller,
    ) -> Complements {
        let until = Instant::now() + MAX_WAIT;
        let ChosenProviders { providers, passed_over } = self.choose(at, asked, missing);
        let results = join_all(providers.into_iter().map(|guard| self.complement(at, guard, caller, until))).await;
        let now = self.now();
        let list: Vec<_> = results.iter().flatten().filter_map(|result| complement(result, now)).collect();
        let retry_after =
            if list.len() < results.len() { Some(RETRY_AFTER) } else { passed_over.then_some(FAILURE_TTL) };
        Complements { list, retry_at: retry_after.map(|after| now + after) }
    }

    /// The providers to ask: for each missing value, the first one that has it and can be asked.
    fn choose(&self, at: Coordinates, asked: &[&str], missing: &[ComplementField]) -> ChosenProviders<'_> {
        let mut missing = missing.to_vec();
        let mut chosen = ChosenProviders { providers: Vec::new(), passed_over: false };
        for guard in self.0.providers.iter().filter(|guard| !guard.is_recording() && !asked.contains(&guard.id())) {
            let has = |field: &ComplementField| guard.complements().contains(field);
            if !missing.iter().any(has) {
                continue;
            }
            if self.can_answer(at, guard) {
                missing.retain(|field| !has(field));
                chosen.providers.push(guard);
            } else {
                chosen.passed_over = true;
            }
        }
        chosen
    }

    /// Whether a provider has answered for a place, or can be asked and has not just failed.
    fn can_answer(&self, at: Coordinates, guard: &ProviderGuard) -> bool {
        let now = self.now();
        match self.0.cache.get(&ComplementKey { at, provider: guard.id() }) {
            Some(result) if complement(&result, now).is_some() => true,
            Some(result) if !result.valid_until.is_reached(now) => false,
            _ => guard.may_complement(),
        }
    }

    /// The answer of one provider; `None` if it has not arrived yet.
    async fn complement(
        &self,
        at: Coordinates,
        guard: &ProviderGuard,
        caller: Caller,
        until: Instant,
    ) -> Option<ComplementResult> {
        let key = ComplementKey { at, provider: guard.id() };
        let known = self.0.cache.get(&key);
        let is_valid = |result: &ComplementResult| !result.valid_until.is_reached(self.now());
        if let Some(result) = known.as_ref().filter(|result| is_valid(result)) {
            return Some(result.clone());
        }
        let ready = || self.0.cache.get(&key).filter(is_valid);
        let admit =
            || if guard.may_complement() { self.0.providers.admit_complement(caller) } else { Err(Duration::ZERO) };
        let complementer = self.clone();
        let fetch = |_| async move { complementer.fetch(key).await };
        match self.0.fetches.join(key, ready, admit, fetch) {
            Join::Ready(result) => Some(result),
            Join::Rejected(_) => known.or_else(|| Some(self.failure())),
            Join::Pending(fetch) => timeout_at(until, fetch.result(|_| true)).await.ok().flatten().or(known),
        }
    }

    async fn fetch(&self, key: ComplementKey) -> ComplementResult {
        let Some(guard) = self.0.providers.iter().find(|guard| guard.id() == key.provider) else {
            return self.failure();
        };
        let (policy, record) = (self.0.policy, persistence::complement_key(key.at, key.provider));
        let (deadline, load) = (Instant::now() + policy.upstream_timeout, || self.load(key, guard).boxed());
        let result = match fetch_turn(&self.0.store, &record, deadline, load, || {}).await {
            FetchTurn::Own(_lease) => {
                let fetched = timeout_at(deadline, guard.fetch_complement(key.at)).await.ok();
                let report = fetched
                    .map(|fetched| CachedReport::new(fetched, guard.source(), ReportQuality::Good, policy, self.now()));
                let result = report.and_then(|report| self.good(report));
                if let Some(ComplementResult { report, .. }) = result.as_ref().filter(|_| self.0.store.is_shared()) {
                    let usable_until = report.usable_until().unwrap_or_else(|| self.now().wall());
                    self.0.store.put(&record, &persistence::write_report(report), usable_until).await;
                }
                result
            }
            FetchTurn::Fetched(result) => Some(result),
            FetchTurn::TimedOut => None,
        };
        let result = result.unwrap_or_else(|| {
            // The last answer stays usable.
            let before = self.0.cache.get(&key).map(|result| result.report);
            ComplementResult { report: before.unwrap_or_default(), ..self.failure() }
        });
        self.0.cache.insert(key, result.clone());
        result
    }

    /// What another instance fetched, if that is fresh.
    async fn load(&self, key: ComplementKey, guard: &ProviderGuard) -> Option<ComplementResult> {
        let contents = self.0.store.get(&persistence::complement_key(key.at, key.provider)).await?;
        self.good(persistence::read_report(&contents, &[guard.source()], self.0.policy, self.now())?)
    }

    /// The result for a report of which at least one part is fresh.
    fn good(&self, report: CachedReport) -> Option<ComplementResult> {
        let now = self.now();
        let valid_until = report.fresh_until().unwrap_or(now);
        (!report.fresh(now).is_empty()).then(|| ComplementResult { report: Arc::new(report), valid_until })
    }

    fn failure(&self) -> ComplementResult {
        ComplementResult { report: Arc::default(), valid_until: self.now() + FAILURE_TTL }
    }

    fn now(&self) -> Moment {
        self.0.clock.moment()
    }
}

/// The good parts of an answer that may still be served.
fn complement(result: &ComplementResult, now: Moment) -> Option<Complement> {
    fn part<T: ReportPart>(result: &ComplementResult, now: Moment) -> Option<ServedReport<T>> {
        let is_good = |part: &&_| is_good_and_usable(*part, now);
        let mut served = T::of(&result.report).filter(is_good)?.serve(now);
        if served.stale {
            served.unchanged_until = result.valid_until;
        }
        Some(served)
    }
    let complement = Complement { current: part(result, now), forecast: part(result, now) };
    (complement.current.is_some() || complement.forecast.is_some()).then_some(complement)
}

fn is_good_and_usable<T>(part: &CachedPart<T>, now: Moment) -> bool {
    part.quality == ReportQuality::Good && part.is_usable(now)
}
