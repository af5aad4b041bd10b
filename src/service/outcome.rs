//! The result of one fetch, and what a request gets from it.

use std::sync::Arc;

use super::{
    cache::{CachedPart, CachedReport, ServedReport},
    packed::PackedForecast,
    unavailable::ProviderFailure,
};
use crate::{byte_cache::HeapSize, clock::Moment, metrics::WeatherPart, weather::Conditions};

/// A part of the report of a place.
pub trait ReportPart: Sized {
    /// The label of its lookups in the metrics.
    const METRICS_PART: WeatherPart;

    /// The part in a report.
    fn of(report: &CachedReport) -> Option<&CachedPart<Self>>;
}

impl ReportPart for Conditions {
    const METRICS_PART: WeatherPart = WeatherPart::Current;

    fn of(report: &CachedReport) -> Option<&CachedPart<Self>> {
        report.current.as_ref()
    }
}

impl ReportPart for PackedForecast {
    const METRICS_PART: WeatherPart = WeatherPart::Forecast;

    fn of(report: &CachedReport) -> Option<&CachedPart<Self>> {
        report.forecast.as_ref()
    }
}

/// What is known about the place after a fetch, and why the rest is missing.
#[derive(Clone)]
pub struct FetchOutcome {
    /// What is known about the place.
    pub report: Arc<CachedReport>,
    /// Why the rest is missing.
    pub failures: Arc<[ProviderFailure]>,
    /// Until when no provider is asked again for what is missing.
    pub valid_until: Moment,
    /// Whether another instance is fetching what is missing.
    pub is_fetched_elsewhere: bool,
}

impl FetchOutcome {
    /// What is known now. What is missing may be fetched at once.
    pub fn now(report: Arc<CachedReport>, now: Moment) -> Self {
        Self { report, failures: Arc::default(), valid_until: now, is_fetched_elsewhere: false }
    }

    /// Whether the part is there and fresh.
    pub fn has_fresh<T: ReportPart>(&self, now: Moment) -> bool {
        T::of(&self.report).is_some_and(|part| part.is_fresh(now))
    }

    /// The part as it is served now, if it may be.
    pub fn serve<T: ReportPart>(&self, now: Moment) -> Option<ServedReport<T>> {
        let part = T::of(&self.report).filter(|part| part.is_usable(now))?;
        let mut served = part.serve(now);
        if served.stale {
            served.unchanged_until = self.valid_until.or_earlier(served.usable_until);
        }
        Some(served)
    }
}

impl HeapSize for FetchOutcome {
    fn heap_bytes(&self) -> usize {
        self.report.heap_bytes() + self.failures.heap_bytes()
    }
}
