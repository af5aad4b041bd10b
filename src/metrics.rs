//! What the program counts and measures, for Prometheus to read; units stand in the names.
//!
//! Every series is there from the start, at 0, and no other ever comes: the values of labels are listed in here, or are
//! the providers that the settings name. Where an answer comes from memory nothing is looked up, locked or allocated;
//! where metrics are off nothing is counted, and no clock is read.

use std::sync::Arc;

use prometheus::{Registry, TextEncoder, register_int_gauge_vec_with_registry};

mod memory;
mod process;
mod providers;
mod requests;

use memory::Memory;
pub use memory::{Errand, Flights, Lookup, Part};
use process::Process;
use providers::Providers;
pub use providers::{OfProvider, States};
use requests::Requests;
pub use requests::{OpenConnection, Route, Timing};

/// The media type of [`Metrics::text`].
pub const CONTENT_TYPE: &str = prometheus::TEXT_FORMAT;

/// Why metrics cannot be had: two of one name, or a name that Prometheus does not take.
pub type Error = prometheus::Error;

/// All that is counted; nothing by default.
#[derive(Clone, Default)]
pub struct Metrics(Option<Arc<Instruments>>);

struct Instruments {
    registry: Registry,
    requests: Requests,
    memory: Memory,
    providers: Providers,
    process: Option<Process>,
}

impl Metrics {
    /// Metrics that count.
    ///
    /// # Errors
    /// Names that cannot be registered, which every test of the metrics rules out.
    pub fn new() -> Result<Self, Error> {
        let registry = Registry::new();
        let name = "weather_app_build_info";
        let build =
            register_int_gauge_vec_with_registry!(name, "1 for the version that runs.", &["version"], registry)?;
        build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
        Ok(Self(Some(Arc::new(Instruments {
            requests: Requests::new(&registry)?,
            memory: Memory::new(&registry)?,
            providers: Providers::new(&registry)?,
            process: Process::new(&registry)?,
            registry,
        }))))
    }

    /// Everything as Prometheus reads it.
    ///
    /// # Errors
    /// Text that cannot be made, which every test of the metrics rules out.
    pub fn text(&self) -> Result<String, Error> {
        let Some(instruments) = &self.0 else { return Ok(String::new()) };
        if let Some(process) = &instruments.process {
            process.measure();
        }
        TextEncoder::new().encode_to_string(&instruments.registry.gather())
    }
}
