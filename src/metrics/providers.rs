//! How providers are asked, and how they fare.

use std::time::Duration;

use prometheus::{
    Error, HistogramVec, IntCounterVec, IntGaugeVec, Registry, register_histogram_vec_with_registry,
    register_int_counter_vec_with_registry, register_int_gauge_vec_with_registry,
};

use super::Metrics;
use crate::provider::ProviderError;

/// Upper bounds in seconds: most answer in a tenth; after a third of `UPSTREAM_TIMEOUT` the next one is asked.
const BOUNDS: [f64; 8] = [0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

/// The names of the states that a provider can be in.
pub type States = &'static [&'static str];

/// The kinds of failure.
const KINDS: [&str; 7] =
    ["unreachable", "timed-out", "key-rejected", "rate-limited", "refused", "failing", "malformed"];

/// The kind of failure that an error is, if it is one.
fn kind(error: &ProviderError) -> Option<&'static str> {
    match error {
        ProviderError::Unreachable(_) => Some("unreachable"),
        ProviderError::TimedOut => Some("timed-out"),
        ProviderError::KeyRejected => Some("key-rejected"),
        ProviderError::RateLimited { .. } => Some("rate-limited"),
        ProviderError::Refused(_) => Some("refused"),
        ProviderError::Failing(_) => Some("failing"),
        ProviderError::Malformed(_) => Some("malformed"),
        // It was not asked, or answered that it knows nothing of this point.
        ProviderError::LeftAlone(_) | ProviderError::NotCovered => None,
    }
}

/// What is counted of all providers.
pub(super) struct Providers {
    requests: IntCounterVec,
    failures: IntCounterVec,
    durations: HistogramVec,
    budget_left: IntGaugeVec,
    state: IntGaugeVec,
}

impl Providers {
    pub(super) fn new(registry: &Registry) -> Result<Self, Error> {
        Ok(Self {
            requests: register_int_counter_vec_with_registry!(
                "weather_app_provider_requests_total",
                "Requests sent to a provider.",
                &["provider"],
                registry
            )?,
            failures: register_int_counter_vec_with_registry!(
                "weather_app_provider_failures_total",
                "Questions that a provider failed to answer, in whole or in part, by the reason.",
                &["provider", "kind"],
                registry
            )?,
            durations: register_histogram_vec_with_registry!(
                "weather_app_provider_answer_duration_seconds",
                "Time until a provider had answered or failed; one answer can take several requests.",
                &["provider"],
                BOUNDS.to_vec(),
                registry
            )?,
            budget_left: register_int_gauge_vec_with_registry!(
                "weather_app_provider_budget_left_requests",
                "Requests that may be sent to a provider now, where they are limited.",
                &["provider"],
                registry
            )?,
            state: register_int_gauge_vec_with_registry!(
                "weather_app_provider_state",
                "1 for the state that a provider is in, 0 for the others.",
                &["provider", "state"],
                registry
            )?,
        })
    }

    /// Makes all series of a provider.
    fn introduce(&self, id: &str, states: States) {
        self.requests.with_label_values(&[id]);
        self.durations.with_label_values(&[id]);
        for kind in KINDS {
            self.failures.with_label_values(&[id, kind]);
        }
        for state in states {
            self.state.with_label_values(&[id, state]);
        }
    }
}

impl Metrics {
    /// What is counted of a provider, which can be in these states.
    #[must_use]
    pub fn provider(&self, id: &'static str, states: States) -> OfProvider {
        if let Some(instruments) = &self.0 {
            instruments.providers.introduce(id, states);
        }
        OfProvider { metrics: self.clone(), id, states }
    }
}

/// What is counted of one provider.
pub struct OfProvider {
    metrics: Metrics,
    id: &'static str,
    states: States,
}

impl OfProvider {
    /// Requests are sent.
    pub fn asked(&self, requests: usize) {
        if let Some(providers) = self.providers() {
            providers.requests.with_label_values(&[self.id]).inc_by(requests as u64);
        }
    }

    /// It has answered, or failed to.
    pub fn answered_after(&self, duration: Duration) {
        if let Some(providers) = self.providers() {
            providers.durations.with_label_values(&[self.id]).observe(duration.as_secs_f64());
        }
    }

    /// It failed, in whole or in part.
    pub fn failed(&self, error: &ProviderError) {
        if let Some((providers, kind)) = self.providers().zip(kind(error)) {
            providers.failures.with_label_values(&[self.id, kind]).inc();
        }
    }

    /// How it fares: one of its states, and what is left of its budget if it has one.
    pub fn fares(&self, state: &str, budget_left: Option<usize>) {
        let Some(providers) = self.providers() else { return };
        for known in self.states {
            providers.state.with_label_values(&[self.id, known]).set((*known == state).into());
        }
        if let Some(left) = budget_left {
            let left = left.try_into().unwrap_or(i64::MAX);
            providers.budget_left.with_label_values(&[self.id]).set(left);
        }
    }

    fn providers(&self) -> Option<&Providers> {
        self.metrics.0.as_ref().map(|instruments| &instruments.providers)
    }
}
