//! Fetches of data that are not cached.

use prometheus::{Error, IntCounter, Registry, register_int_counter_vec_with_registry};

/// What is fetched.
#[derive(Clone, Copy, Debug)]
pub enum FetchKind {
    /// The weather of a place, from the providers.
    Weather,
    /// The places with a name, from the geocoders.
    Name,
    /// The report of a place, from the store.
    Store,
    /// The values that another provider adds to the weather of a place.
    Complement,
}

/// In the order of the variants.
const KINDS: [&str; 4] = ["weather", "name", "store", "complement"];

/// The counters of fetches, by kind.
pub(super) struct FetchInstruments([FetchCounters; KINDS.len()]);

/// The counters for fetches of one kind. The default counts nothing.
#[derive(Clone, Default)]
pub struct FetchMetrics(Option<FetchCounters>);

#[derive(Clone)]
struct FetchCounters {
    started: IntCounter,
    joined: IntCounter,
    rejected: IntCounter,
}

impl FetchInstruments {
    pub(super) fn new(registry: &Registry) -> Result<Self, Error> {
        let family = |name: &str, help: &str| register_int_counter_vec_with_registry!(name, help, &["kind"], registry);
        let started = family("weather_app_fetches_started_total", "Fetches that were started.")?;
        let joined = family("weather_app_fetches_joined_total", "Requests that joined a fetch already in flight.")?;
        let rejected = family(
            "weather_app_fetches_rejected_total",
            "Fetches that were not started because the client had caused too many.",
        )?;
        let counters = |kind| FetchCounters {
            started: started.with_label_values(&[kind]),
            joined: joined.with_label_values(&[kind]),
            rejected: rejected.with_label_values(&[kind]),
        };
        Ok(Self(KINDS.map(counters)))
    }

    pub(super) fn of_kind(&self, kind: FetchKind) -> FetchMetrics {
        FetchMetrics(Some(self.0[kind as usize].clone()))
    }
}

impl FetchMetrics {
    /// Counts a fetch that starts.
    pub fn count_started(&self) {
        self.0.iter().for_each(|counters| counters.started.inc());
    }

    /// Counts a request that joins a fetch in flight.
    pub fn count_joined(&self) {
        self.0.iter().for_each(|counters| counters.joined.inc());
    }

    /// Counts a fetch that its caller was not allowed to start.
    pub fn count_rejected(&self) {
        self.0.iter().for_each(|counters| counters.rejected.inc());
    }
}
