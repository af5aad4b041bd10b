//! Lookups in the store and writes to it.

use prometheus::{
    Error, IntCounter, IntGauge, Registry, register_int_counter_vec_with_registry, register_int_gauge_with_registry,
};

/// The result of a lookup in the store.
#[derive(Clone, Copy, Debug)]
pub enum StoreLookup {
    /// The record was found.
    Found,
    /// There was no record, or it had expired.
    Absent,
    /// The record could not be read.
    Failed,
    /// The store was not asked, because it had recently timed out.
    Skipped,
}

/// In the order of the variants.
const LOOKUPS: [&str; 4] = ["found", "absent", "failed", "skipped"];

/// The result of a write to the store.
#[derive(Clone, Copy, Debug)]
pub enum StoreWrite {
    /// The record was written.
    Written,
    /// The record could not be written.
    Failed,
    /// The record was not written: the store had recently timed out, or too many writes were pending.
    Skipped,
}

/// In the order of the variants.
const WRITES: [&str; 3] = ["written", "failed", "skipped"];

/// The metrics of the store.
pub(super) struct StoreInstruments {
    lookups: [IntCounter; LOOKUPS.len()],
    writes: [IntCounter; WRITES.len()],
    up: IntGauge,
}

impl StoreInstruments {
    pub(super) fn new(registry: &Registry) -> Result<Self, Error> {
        let by_result =
            |name: &str, help: &str| register_int_counter_vec_with_registry!(name, help, &["result"], registry);
        let lookups = by_result("weather_app_store_lookups_total", "Lookups of records in the store.")?;
        let writes = by_result("weather_app_store_writes_total", "Writes of records to the store.")?;
        let name = "weather_app_store_up";
        let up = register_int_gauge_with_registry!(
            name,
            "1 while the store works; 0 when it fails or there is none.",
            registry
        )?;
        Ok(Self {
            lookups: LOOKUPS.map(|result| lookups.with_label_values(&[result])),
            writes: WRITES.map(|result| writes.with_label_values(&[result])),
            up,
        })
    }

    pub(super) fn count_lookup(&self, result: StoreLookup) {
        self.lookups[result as usize].inc();
    }

    pub(super) fn count_write(&self, result: StoreWrite) {
        self.writes[result as usize].inc();
    }

    pub(super) fn set_up(&self, is_up: bool) {
        self.up.set(is_up.into());
    }
}
