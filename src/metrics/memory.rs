//! What memory had, and what was sent for.

use prometheus::{Error, IntCounter, Registry, register_int_counter_vec_with_registry};

use super::Metrics;

/// Which part of the weather is looked up.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// The weather now.
    Current,
    /// The weather ahead.
    Forecast,
}

/// In the order of the variants.
const PARTS: [&str; 2] = ["current", "forecast"];

/// How memory could help.
#[derive(Clone, Copy, Debug)]
pub enum Lookup {
    /// It had a fresh answer.
    Hit,
    /// The answer had to be fetched, whatever came of that.
    Miss,
    /// What was answered is past its freshness.
    Stale,
}

/// In the order of the variants.
const LOOKUPS: [&str; 3] = ["hit", "miss", "stale"];

/// What a flight is sent for.
#[derive(Clone, Copy, Debug)]
pub enum Errand {
    /// The weather of a place.
    Weather,
    /// The place of a name.
    Name,
}

/// In the order of the variants.
const ERRANDS: [&str; 2] = ["weather", "name"];

/// What is counted of memory and of flights.
pub(super) struct Memory {
    lookups: [[IntCounter; LOOKUPS.len()]; PARTS.len()],
    started: [IntCounter; ERRANDS.len()],
    joined: [IntCounter; ERRANDS.len()],
    refused: [IntCounter; ERRANDS.len()],
}

impl Memory {
    pub(super) fn new(registry: &Registry) -> Result<Self, Error> {
        let lookups = register_int_counter_vec_with_registry!(
            "weather_app_cache_lookups_total",
            "Questions for the weather, by what memory had: a fresh answer, none, or only one past its freshness.",
            &["part", "result"],
            registry
        )?;
        let by_errand = |name: &str, help: &str| {
            let family = register_int_counter_vec_with_registry!(name, help, &["errand"], registry);
            family.map(|family| ERRANDS.map(|errand| family.with_label_values(&[errand])))
        };
        Ok(Self {
            lookups: PARTS.map(|part| LOOKUPS.map(|lookup| lookups.with_label_values(&[part, lookup]))),
            started: by_errand("weather_app_flights_started_total", "Fetches that were begun.")?,
            joined: by_errand("weather_app_flights_joined_total", "Questions that joined a fetch under way.")?,
            refused: by_errand(
                "weather_app_flights_refused_total",
                "Fetches that were not begun because their caller had caused too many.",
            )?,
        })
    }

    pub(super) fn count(&self, part: Part, lookup: Lookup) {
        self.lookups[part as usize][lookup as usize].inc();
    }
}

impl Metrics {
    /// A part of the weather was looked up.
    pub fn looked_up(&self, part: Part, lookup: Lookup) {
        if let Some(instruments) = &self.0 {
            instruments.memory.count(part, lookup);
        }
    }

    /// What is counted of flights for this errand.
    #[must_use]
    pub fn flights(&self, errand: Errand) -> Flights {
        Flights { metrics: self.clone(), errand }
    }
}

/// What is counted of flights for one errand.
#[derive(Clone)]
pub struct Flights {
    metrics: Metrics,
    errand: Errand,
}

impl Flights {
    /// A flight has started.
    pub fn started(&self) {
        self.count(|memory| &memory.started);
    }

    /// A question joined a flight.
    pub fn joined(&self) {
        self.count(|memory| &memory.joined);
    }

    /// A flight was refused to a caller.
    pub fn refused(&self) {
        self.count(|memory| &memory.refused);
    }

    fn count(&self, counters: impl FnOnce(&Memory) -> &[IntCounter; ERRANDS.len()]) {
        if let Some(instruments) = &self.metrics.0 {
            counters(&instruments.memory)[self.errand as usize].inc();
        }
    }
}
