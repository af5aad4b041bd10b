//! Lookups of weather in the cache.

use prometheus::{Error, IntCounter, Registry, register_int_counter_vec_with_registry};

/// Which part of the weather is looked up.
#[derive(Clone, Copy, Debug)]
pub enum WeatherPart {
    /// Current conditions.
    Current,
    /// The forecast.
    Forecast,
}

/// In the order of the variants.
const PARTS: [&str; 2] = ["current", "forecast"];

/// What a lookup found.
#[derive(Clone, Copy, Debug)]
pub enum CacheLookup {
    /// A fresh answer was in memory.
    Hit,
    /// The answer had to be fetched, successfully or not.
    Miss,
    /// The answer that was served is stale.
    Stale,
}

/// In the order of the variants.
const LOOKUPS: [&str; 3] = ["hit", "miss", "stale"];

/// The counters of lookups.
pub(super) struct CacheInstruments {
    lookups: [[IntCounter; LOOKUPS.len()]; PARTS.len()],
}

impl CacheInstruments {
    pub(super) fn new(registry: &Registry) -> Result<Self, Error> {
        let lookups = register_int_counter_vec_with_registry!(
            "weather_app_cache_lookups_total",
            "Requests for weather, by whether memory had a fresh answer, none, or only a stale one.",
            &["part", "result"],
            registry
        )?;
        Ok(Self { lookups: PARTS.map(|part| LOOKUPS.map(|lookup| lookups.with_label_values(&[part, lookup]))) })
    }

    pub(super) fn count(&self, part: WeatherPart, lookup: CacheLookup) {
        self.lookups[part as usize][lookup as usize].inc();
    }
}
