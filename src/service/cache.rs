//! The reports of places in memory, and until when each part is fresh and usable.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{packed::PackedForecast, policy::ServicePolicy};
use crate::{
    byte_cache::{ByteCache, HeapSize, byte_cache},
    clock::Moment,
    provider::{FetchedReport, PreviousForecast, ProviderError},
    weather::{Conditions, Coordinates, Source, Sourced},
};

/// The typical size of a report in bytes. The packed forecast makes up most of it.
const TYPICAL_BYTES: u64 = 2_500;

/// The longest freshness that a provider can request.
const MAX_REQUESTED_FRESHNESS: Duration = Duration::from_hours(24);

/// Everything known about the weather of a place. The parts may differ in age and provider.
#[derive(Clone, Debug, Default)]
pub struct CachedReport {
    /// Current conditions.
    pub current: Option<CachedPart<Conditions>>,
    /// The forecast.
    pub forecast: Option<CachedPart<PackedForecast>>,
    /// The validator of the forecast, such as a `Last-Modified`.
    pub validator: Option<String>,
}

/// A part of a report, and until when it may be served.
#[derive(Debug)]
pub struct CachedPart<T> {
    /// The value, its provider, and when it was fetched.
    pub sourced: Arc<Sourced<T>>,
    /// How good the answer is.
    pub quality: ReportQuality,
    /// How long the provider asked to keep it before asking again.
    pub requested_freshness: Duration,
    fresh_until: Moment,
    usable_until: Moment,
}

/// How good an answer is, the best last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReportQuality {
    /// A recording.
    Recording,
    /// A failed answer that is better than nothing: outdated, or without a temperature.
    LastResort,
    /// A good answer, however old it is now.
    Good,
}

/// A part of a report as it is served, and for how long.
#[derive(Clone, Debug)]
pub struct ServedReport<T> {
    /// The provider's value, its name, and when it was fetched.
    pub sourced: Arc<Sourced<T>>,
    /// Whether it is past its freshness.
    pub stale: bool,
    /// Whether it is a recording.
    pub is_recording: bool,
    /// Until when it is fresh.
    pub fresh_until: Moment,
    /// Until when it may be served when no provider gives a newer one.
    pub usable_until: Moment,
    /// Until when every request gets the same answer.
    pub unchanged_until: Moment,
}

impl<T> Clone for CachedPart<T> {
    fn clone(&self) -> Self {
        Self { sourced: Arc::clone(&self.sourced), ..*self }
    }
}

impl<T> CachedPart<T> {
    /// A part of this age. A good one is fresh for as long as the operator set or the provider requested, whichever is
    /// longer. A recording or a last resort is never fresh.
    pub fn new(
        sourced: Sourced<T>,
        quality: ReportQuality,
        requested_freshness: Duration,
        age: Duration,
        policy: ServicePolicy,
        now: Moment,
    ) -> Self {
        let fresh_for =
            if quality == ReportQuality::Good { policy.fresh_for.max(requested_freshness) } else { Duration::ZERO };
        let [fresh_until, usable_until] =
            [fresh_for, policy.stale_for.max(fresh_for)].map(|duration| now + duration.saturating_sub(age));
        Self { sourced: Arc::new(sourced), quality, requested_freshness, fresh_until, usable_until }
    }

    /// Whether it may be served without asking again.
    pub fn is_fresh(&self, now: Moment) -> bool {
        !self.fresh_until.is_reached(now)
    }

    /// Whether it may be served when no provider gives a newer one.
    pub fn is_usable(&self, now: Moment) -> bool {
        !self.usable_until.is_reached(now)
    }

    /// The part as it is served now.
    pub fn serve(&self, now: Moment) -> ServedReport<T> {
        ServedReport {
            sourced: Arc::clone(&self.sourced),
            stale: !self.is_fresh(now),
            is_recording: self.quality == ReportQuality::Recording,
            fresh_until: self.fresh_until,
            usable_until: self.usable_until,
            unchanged_until: self.fresh_until,
        }
    }
}

impl CachedReport {
    /// The report in an answer fetched just now. Its good parts get this quality.
    pub fn new(
        fetched: FetchedReport,
        source: Source,
        quality: ReportQuality,
        policy: ServicePolicy,
        now: Moment,
    ) -> Self {
        let FetchedReport { current, forecast, timezone, fetched_at, fresh_until, validator, last_resort } = fetched;
        let requested_freshness =
            fresh_until.map_or(Duration::ZERO, |until| between(fetched_at, until)).min(MAX_REQUESTED_FRESHNESS);
        let context = PartContext { source, fetched_at, timezone, quality, requested_freshness, policy, now };
        // A forecast that is not good must be sent again in full.
        let validator = validator.filter(|_| forecast.is_ok());
        let packed = (forecast.map(PackedForecast::new), last_resort.forecast.map(PackedForecast::new));
        Self {
            current: context.part(current, last_resort.current),
            forecast: context.part(packed.0, packed.1),
            validator,
        }
    }

    /// Until when any part may be served.
    pub fn usable_until(&self) -> Option<Timestamp> {
        let [current, forecast] =
            [self.current.as_ref().map(|part| part.usable_until), self.forecast.as_ref().map(|part| part.usable_until)];
        current.into_iter().chain(forecast).map(Moment::wall).max()
    }

    /// Until when all of it is served without asking again.
    pub fn fresh_until(&self) -> Option<Moment> {
        let [current, forecast] =
            [self.current.as_ref().map(|held| held.fresh_until), self.forecast.as_ref().map(|held| held.fresh_until)];
        current.into_iter().chain(forecast).reduce(Moment::or_earlier)
    }

    /// Whether both parts are there.
    pub fn is_complete(&self) -> bool {
        self.current.is_some() && self.forecast.is_some()
    }

    /// Whether neither part is there.
    pub fn is_empty(&self) -> bool {
        self.current.is_none() && self.forecast.is_none()
    }

    /// Whether both parts are there, and good.
    pub fn is_good(&self) -> bool {
        is_good(self.current.as_ref()) && is_good(self.forecast.as_ref())
    }

    /// The parts that may still be served.
    pub fn usable(&self, now: Moment) -> Self {
        Self {
            current: self.current.clone().filter(|part| part.is_usable(now)),
            forecast: self.forecast.clone().filter(|part| part.is_usable(now)),
            validator: self.validator.clone(),
        }
    }

    /// The parts that may be served without asking again.
    pub fn fresh(&self, now: Moment) -> Self {
        Self {
            current: self.current.clone().filter(|part| part.is_fresh(now)),
            forecast: self.forecast.clone().filter(|part| part.is_fresh(now)),
            validator: self.validator.clone(),
        }
    }

    /// The better of each part; its own if both are equally good.
    pub fn or(self, other: Self) -> Self {
        let (forecast, is_own) = better(self.forecast, other.forecast);
        let validator = if is_own { self.validator } else { other.validator };
        Self { current: better(self.current, other.current).0, forecast, validator }
    }

    /// The better of each part, else the newer one; its own if they are the same.
    pub fn or_newer(self, other: Self) -> Self {
        let (forecast, is_own) = newer(self.forecast, other.forecast);
        let validator = if is_own { self.validator } else { other.validator };
        Self { current: newer(self.current, other.current).0, forecast, validator }
    }

    /// The last forecast of this provider, if it came with a validator.
    pub fn previous_forecast(&self, provider: &str) -> Option<PreviousForecast> {
        let forecast = &self.forecast.as_ref()?.sourced;
        let validator = self.validator.clone().filter(|_| forecast.source.provider == provider)?;
        Some(PreviousForecast { validator, forecast: forecast.value.unpack() })
    }
}

fn is_good<T>(part: Option<&CachedPart<T>>) -> bool {
    part.is_some_and(|part| part.quality == ReportQuality::Good)
}

/// The better of two parts, and whether that is the first, which wins a tie.
fn better<T>(one: Option<CachedPart<T>>, other: Option<CachedPart<T>>) -> (Option<CachedPart<T>>, bool) {
    let quality = |part: &Option<CachedPart<T>>| part.as_ref().map(|part| part.quality);
    let is_first = quality(&one) >= quality(&other);
    (if is_first { one } else { other }, is_first)
}

/// The better of two parts, else the newer, and whether that is the first, which wins a tie.
fn newer<T>(one: Option<CachedPart<T>>, other: Option<CachedPart<T>>) -> (Option<CachedPart<T>>, bool) {
    let rank = |part: &Option<CachedPart<T>>| part.as_ref().map(|part| (part.quality, part.sourced.fetched_at));
    let is_first = rank(&one) >= rank(&other);
    (if is_first { one } else { other }, is_first)
}

/// What the parts of one answer have in common.
struct PartContext {
    source: Source,
    fetched_at: Timestamp,
    timezone: Option<String>,
    quality: ReportQuality,
    requested_freshness: Duration,
    policy: ServicePolicy,
    now: Moment,
}

impl PartContext {
    /// A part from the good answer, else from the last resort.
    fn part<T>(&self, good: Result<T, ProviderError>, last_resort: Option<T>) -> Option<CachedPart<T>> {
        let Self { source, fetched_at, ref timezone, quality, requested_freshness, policy, now } = *self;
        let good = good.ok().map(|value| (value, quality));
        let last_resort = last_resort.map(|value| (value, quality.min(ReportQuality::LastResort)));
        let (value, quality) = good.or(last_resort)?;
        let sourced = Sourced { value, source, fetched_at, timezone: timezone.clone() };
        Some(CachedPart::new(sourced, quality, requested_freshness, Duration::ZERO, policy, now))
    }
}

fn between(now: Timestamp, then: Timestamp) -> Duration {
    Duration::try_from(then.duration_since(now).max(SignedDuration::ZERO)).unwrap_or_default()
}

impl HeapSize for CachedReport {
    fn heap_bytes(&self) -> usize {
        self.current.heap_bytes() + self.forecast.heap_bytes() + self.validator.heap_bytes()
    }
}

impl<T: HeapSize> HeapSize for CachedPart<T> {
    fn heap_bytes(&self) -> usize {
        self.sourced.heap_bytes()
    }
}

impl<T: HeapSize> HeapSize for Sourced<T> {
    fn heap_bytes(&self) -> usize {
        self.value.heap_bytes() + self.timezone.heap_bytes()
    }
}

impl HeapSize for Conditions {
    fn heap_bytes(&self) -> usize {
        self.description.heap_bytes()
    }
}

impl HeapSize for Coordinates {
    fn heap_bytes(&self) -> usize {
        0
    }
}

/// The reports of as many places as memory allows.
pub struct ReportCache(ByteCache<Coordinates, Arc<CachedReport>>);

impl ReportCache {
    /// An empty cache.
    pub fn new(max_bytes: u64) -> Self {
        Self(byte_cache(max_bytes, TYPICAL_BYTES))
    }

    /// The report of a place.
    pub fn get(&self, at: Coordinates) -> Option<Arc<CachedReport>> {
        self.0.get(&at)
    }

    /// Merges a new report into the cache. A part that is missing in it, or worse than a usable one, is not replaced.
    pub fn merge(&self, at: Coordinates, new: CachedReport, now: Moment) -> Arc<CachedReport> {
        let known = self.get(at).map(|entry| entry.usable(now)).unwrap_or_default();
        let merged = Arc::new(new.or(known));
        self.0.insert(at, Arc::clone(&merged));
        merged
    }

    /// Merges what another instance fetched into the cache, where it is newer.
    pub fn merge_newer(&self, at: Coordinates, new: CachedReport, now: Moment) -> Arc<CachedReport> {
        let known = self.get(at).map(|entry| entry.usable(now)).unwrap_or_default();
        let merged = Arc::new(known.or_newer(new));
        self.0.insert(at, Arc::clone(&merged));
        merged
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        byte_cache::CacheBudget,
        clock::Clock,
        provider::LastResort,
        weather::{Forecast, ForecastStep},
    };

    const MAX_BYTES: u64 = 500_000;

    const POLICY: ServicePolicy = ServicePolicy {
        fresh_for: Duration::from_mins(10),
        stale_for: Duration::from_hours(6),
        upstream_timeout: Duration::from_secs(4),
        misses_per_minute: 0,
        instances: 1,
        cache_budget: CacheBudget::of(0),
    };

    /// A report with so many different forecast steps.
    fn entry(steps: u32) -> CachedReport {
        let step = |n: u32| ForecastStep {
            conditions: Conditions {
                description: Some(format!("{:x}", n.wrapping_mul(2_654_435_761))),
                ..Conditions::unknown_at(Timestamp::UNIX_EPOCH)
            },
            hours: 1,
            precipitation_probability: None,
            temperature_min: None,
            temperature_max: None,
        };
        let fetched = FetchedReport {
            current: Ok(Conditions::unknown_at(Timestamp::UNIX_EPOCH)),
            forecast: Ok(Forecast { steps: (0..steps).map(step).collect(), ..Forecast::default() }),
            timezone: Some("Europe/London".to_owned()),
            fetched_at: Timestamp::UNIX_EPOCH,
            fresh_until: None,
            validator: None,
            last_resort: LastResort::default(),
        };
        let source = Source { provider: "", name: "", url: "" };
        CachedReport::new(fetched, source, ReportQuality::Good, POLICY, Clock::system().moment())
    }

    #[tokio::test]
    async fn thousands_of_places_keep_within_the_bound() {
        let cache = ReportCache::new(MAX_BYTES);
        let entry = entry(100);
        for n in 0..5_000 {
            cache.merge(Coordinates::from_hundredths(n, n), entry.clone(), Clock::system().moment());
            assert!(cache.0.weight() <= MAX_BYTES, "{} after {n}", cache.0.weight());
        }
        assert!(cache.0.weight() > MAX_BYTES / 2, "it is used: {}", cache.0.weight());
    }

    #[tokio::test]
    async fn a_report_larger_than_the_cache_is_returned_all_the_same() {
        let cache = ReportCache::new(MAX_BYTES);
        let at = Coordinates::from_hundredths(1, 1);
        let now = Clock::system().moment();
        cache.merge(at, entry(1), now);
        let heavy = entry(200_000);
        assert!(heavy.heap_bytes() as u64 > MAX_BYTES);
        assert!(cache.merge(at, heavy, now).is_complete());
        assert!(cache.get(at).is_none(), "and what it replaced is gone too");
    }
}
