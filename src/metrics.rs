//! The metrics of the program, in Prometheus' format. Each name ends with its unit.
//!
//! Every series exists from the start, at 0, and none is added later: the values of labels are listed here, or are the
//! names of the configured providers. Counting a cached answer needs no lookup, no lock and no allocation. When metrics
//! are off, nothing is counted and no clock is read.

use std::{sync::Arc, time::Instant};

use http::StatusCode;
use prometheus::{IntGauge, Registry, TextEncoder, register_int_gauge_vec_with_registry};

mod cache;
mod fetches;
mod providers;
mod requests;
mod store;

use cache::CacheInstruments;
pub use cache::{CacheLookup, WeatherPart};
use fetches::FetchInstruments;
pub use fetches::{FetchKind, FetchMetrics};
use providers::ProviderInstruments;
pub use providers::{FailureKinds, ProviderMetrics, StateNames};
use requests::RequestInstruments;
pub use requests::Route;
use store::StoreInstruments;
pub use store::{StoreLookup, StoreWrite};

/// The media type of [`Metrics::text`].
pub const CONTENT_TYPE: &str = prometheus::TEXT_FORMAT;

/// Why metrics cannot be set up: two with the same name, or a name that Prometheus rejects.
pub type MetricsError = prometheus::Error;

/// All metrics of the program. The default counts nothing. Cheap to clone.
#[derive(Clone, Default)]
pub struct Metrics(Option<Arc<Instruments>>);

struct Instruments {
    registry: Registry,
    requests: RequestInstruments,
    cache: CacheInstruments,
    fetches: FetchInstruments,
    providers: ProviderInstruments,
    store: StoreInstruments,
}

impl Metrics {
    /// Metrics that count.
    ///
    /// # Errors
    /// If a name cannot be registered, which every test of the metrics rules out.
    pub fn new() -> Result<Self, MetricsError> {
        let registry = Registry::new();
        let name = "weather_app_build_info";
        let build = register_int_gauge_vec_with_registry!(name, "1 for the running version.", &["version"], registry)?;
        build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
        #[cfg(target_os = "linux")]
        registry.register(Box::new(prometheus::process_collector::ProcessCollector::for_self()))?;
        Ok(Self(Some(Arc::new(Instruments {
            requests: RequestInstruments::new(&registry)?,
            cache: CacheInstruments::new(&registry)?,
            fetches: FetchInstruments::new(&registry)?,
            providers: ProviderInstruments::new(&registry)?,
            store: StoreInstruments::new(&registry)?,
            registry,
        }))))
    }

    /// All series in Prometheus' text format.
    ///
    /// # Errors
    /// If a metric cannot be encoded, which every test of the metrics rules out.
    pub fn text(&self) -> Result<String, MetricsError> {
        let Some(instruments) = &self.0 else { return Ok(String::new()) };
        TextEncoder::new().encode_to_string(&instruments.registry.gather())
    }

    /// Starts the clock of a request.
    #[must_use]
    pub fn start_request(&self) -> RequestTimer<'_> {
        RequestTimer(self.0.as_ref().map(|instruments| (&**instruments, Instant::now())))
    }

    /// Counts a connection as open until the returned value is dropped.
    #[must_use]
    pub fn open_connection(&self) -> OpenConnection {
        let gauge = self.0.as_ref().map(|instruments| instruments.requests.open_connections.clone());
        gauge.iter().for_each(IntGauge::inc);
        OpenConnection(gauge)
    }

    /// Counts a lookup of a part of the weather.
    pub fn count_lookup(&self, part: WeatherPart, lookup: CacheLookup) {
        if let Some(instruments) = &self.0 {
            instruments.cache.count(part, lookup);
        }
    }

    /// The counters for fetches of one kind.
    #[must_use]
    pub fn fetches(&self, kind: FetchKind) -> FetchMetrics {
        self.0.as_ref().map(|instruments| instruments.fetches.of_kind(kind)).unwrap_or_default()
    }

    /// The metrics of one provider, with the names of the states it can be in and of the ways it can fail.
    #[must_use]
    pub fn provider(&self, id: &'static str, states: StateNames, kinds: FailureKinds) -> ProviderMetrics {
        self.0.as_ref().map(|instruments| instruments.providers.of_provider(id, states, kinds)).unwrap_or_default()
    }

    /// Counts a lookup in the store.
    pub fn count_store_lookup(&self, result: StoreLookup) {
        if let Some(instruments) = &self.0 {
            instruments.store.count_lookup(result);
        }
    }

    /// Counts a write to the store.
    pub fn count_store_write(&self, result: StoreWrite) {
        if let Some(instruments) = &self.0 {
            instruments.store.count_write(result);
        }
    }

    /// Sets whether the store works.
    pub fn set_store_up(&self, is_up: bool) {
        if let Some(instruments) = &self.0 {
            instruments.store.set_up(is_up);
        }
    }
}

/// Measures one request. The route is determined only when metrics are on.
pub struct RequestTimer<'a>(Option<(&'a Instruments, Instant)>);

impl RequestTimer<'_> {
    /// Records a response.
    pub fn finish(self, status: StatusCode, route: impl FnOnce() -> Route) {
        if let Some((instruments, start)) = self.0 {
            instruments.requests.observe(route(), status, start.elapsed());
        }
    }

    /// Records a cached response, which also counts as a hit or a stale answer of the weather cache.
    pub fn finish_cached(self, status: StatusCode, is_stale: bool, route: impl FnOnce() -> Route) {
        if let Some((instruments, start)) = self.0 {
            let route = route();
            if let Some(part) = route.weather_part() {
                instruments.cache.count(part, if is_stale { CacheLookup::Stale } else { CacheLookup::Hit });
            }
            instruments.requests.observe(route, status, start.elapsed());
        }
    }
}

/// A connection that is counted as open.
pub struct OpenConnection(Option<IntGauge>);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.iter().for_each(IntGauge::dec);
    }
}
