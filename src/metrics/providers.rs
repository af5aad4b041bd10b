//! Requests to providers, and the state of each provider.

use std::time::Duration;

use prometheus::{
    Error, Histogram, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Registry,
    register_histogram_vec_with_registry, register_int_counter_vec_with_registry, register_int_gauge_vec_with_registry,
};

/// Upper bounds in seconds. Most providers respond within a tenth of a second; the next one is asked after a third of
/// `UPSTREAM_TIMEOUT`.
const BOUNDS: [f64; 8] = [0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

/// The names of the states that a provider can be in.
pub type StateNames = &'static [&'static str];

/// The names of the kinds of failure.
pub type FailureKinds = &'static [&'static str];

/// The metrics of all providers.
pub(super) struct ProviderInstruments {
    requests: IntCounterVec,
    failures: IntCounterVec,
    durations: HistogramVec,
    remaining: IntGaugeVec,
    state: IntGaugeVec,
}

/// The metrics of one provider. The default counts nothing.
#[derive(Default)]
pub struct ProviderMetrics(Option<ProviderSeries>);

struct ProviderSeries {
    id: &'static str,
    requests: IntCounter,
    duration: Histogram,
    failures: Vec<(&'static str, IntCounter)>,
    states: Vec<(&'static str, IntGauge)>,
    remaining: IntGaugeVec,
}

impl ProviderInstruments {
    pub(super) fn new(registry: &Registry) -> Result<Self, Error> {
        Ok(Self {
            requests: register_int_counter_vec_with_registry!(
                "weather_app_provider_requests_total",
                "HTTP requests sent to a provider.",
                &["provider"],
                registry
            )?,
            failures: register_int_counter_vec_with_registry!(
                "weather_app_provider_failures_total",
                "Fetches that failed in whole or in part, by reason.",
                &["provider", "kind"],
                registry
            )?,
            durations: register_histogram_vec_with_registry!(
                "weather_app_provider_response_duration_seconds",
                "Time until a provider had answered or failed. One answer can take several requests.",
                &["provider"],
                BOUNDS.to_vec(),
                registry
            )?,
            remaining: register_int_gauge_vec_with_registry!(
                "weather_app_provider_remaining_requests",
                "Requests that a provider's rate limits allow now.",
                &["provider"],
                registry
            )?,
            state: register_int_gauge_vec_with_registry!(
                "weather_app_provider_state",
                "1 for the current state of a provider, 0 for the others.",
                &["provider", "state"],
                registry
            )?,
        })
    }

    pub(super) fn of_provider(&self, id: &'static str, states: StateNames, kinds: FailureKinds) -> ProviderMetrics {
        ProviderMetrics(Some(ProviderSeries {
            id,
            requests: self.requests.with_label_values(&[id]),
            duration: self.durations.with_label_values(&[id]),
            failures: kinds.iter().map(|kind| (*kind, self.failures.with_label_values(&[id, kind]))).collect(),
            states: states.iter().map(|state| (*state, self.state.with_label_values(&[id, state]))).collect(),
            remaining: self.remaining.clone(),
        }))
    }
}

impl ProviderMetrics {
    /// Counts requests that are sent.
    pub fn count_requests(&self, requests: usize) {
        if let Some(series) = &self.0 {
            series.requests.inc_by(requests as u64);
        }
    }

    /// Records how long an answer or a failure took.
    pub fn observe_duration(&self, duration: Duration) {
        if let Some(series) = &self.0 {
            series.duration.observe(duration.as_secs_f64());
        }
    }

    /// Counts a failure in whole or in part.
    pub fn count_failure(&self, kind: &str) {
        let failures = self.0.iter().flat_map(|series| &series.failures);
        failures.filter(|(known, _)| *known == kind).for_each(|(_, counter)| counter.inc());
    }

    /// Sets the state, and how many requests remain if the provider has rate limits.
    pub fn set_state(&self, state: &str, remaining: Option<usize>) {
        let Some(series) = &self.0 else { return };
        series.states.iter().for_each(|(known, gauge)| gauge.set((*known == state).into()));
        if let Some(remaining) = remaining {
            series.remaining.with_label_values(&[series.id]).set(remaining.try_into().unwrap_or(i64::MAX));
        }
    }
}
