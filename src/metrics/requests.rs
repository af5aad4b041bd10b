//! Requests and connections.

use std::time::Instant;

use http::StatusCode;
use prometheus::{
    Error, Histogram, IntGauge, Registry, register_histogram_vec_with_registry, register_int_gauge_with_registry,
};

use super::{Instruments, Lookup, Metrics, Part};

/// Upper bounds in seconds: an answer from memory takes some 20 µs, one from a provider up to `UPSTREAM_TIMEOUT`.
const BOUNDS: [f64; 10] = [0.0001, 0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

/// The classes of status that answers have.
const CLASSES: [&str; 4] = ["2xx", "3xx", "4xx", "5xx"];

/// What a request is for. A caller can ask for any path, but never for a new series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Route {
    Page,
    Asset,
    Health,
    Weather,
    Forecast,
    Places,
    Status,
    OpenApi,
    Docs,
    Other,
}

impl Route {
    /// In the order of the variants.
    const NAMES: [&'static str; 10] =
        ["page", "asset", "health", "weather", "forecast", "places", "status", "openapi", "docs", "other"];

    /// The route that a path belongs to.
    #[must_use]
    pub fn of(path: &str) -> Self {
        match path {
            "/" => Self::Page,
            "/health" => Self::Health,
            "/api/weather" => Self::Weather,
            "/api/forecast" => Self::Forecast,
            "/api/places" => Self::Places,
            "/api/status" => Self::Status,
            "/openapi.yaml" | "/openapi.json" => Self::OpenApi,
            "/docs" => Self::Docs,
            "/sw.js" | "/manifest.webmanifest" | "/favicon.ico" | "/robots.txt" => Self::Asset,
            _ if path.starts_with("/assets/") => Self::Asset,
            _ if path.starts_with("/docs/") => Self::Docs,
            _ => Self::Other,
        }
    }
}

/// What is counted of requests and connections.
pub(super) struct Requests {
    durations: [[Histogram; CLASSES.len()]; Route::NAMES.len()],
    open_connections: IntGauge,
}

impl Requests {
    pub(super) fn new(registry: &Registry) -> Result<Self, Error> {
        let durations = register_histogram_vec_with_registry!(
            "http_request_duration_seconds",
            "Time from the end of a request's head to its answer; the count is that of requests.",
            &["route", "status"],
            BOUNDS.to_vec(),
            registry
        )?;
        let open_connections =
            register_int_gauge_with_registry!("http_open_connections", "Connections that are open.", registry)?;
        let of_class = |route| CLASSES.map(|class| durations.with_label_values(&[route, class]));
        Ok(Self { durations: Route::NAMES.map(of_class), open_connections })
    }
}

impl Metrics {
    /// A request with this path has come.
    #[must_use]
    pub fn request(&self, path: &str) -> Timing<'_> {
        Timing(self.0.as_ref().map(|instruments| Running {
            instruments,
            route: Route::of(path),
            since: Instant::now(),
        }))
    }

    /// A connection is open until this is dropped.
    #[must_use]
    pub fn connection(&self) -> OpenConnection {
        let gauge = self.0.as_ref().map(|instruments| instruments.requests.open_connections.clone());
        gauge.iter().for_each(IntGauge::inc);
        OpenConnection(gauge)
    }
}

/// A request that is being answered.
pub struct Timing<'a>(Option<Running<'a>>);

struct Running<'a> {
    instruments: &'a Instruments,
    route: Route,
    since: Instant,
}

impl Timing<'_> {
    /// It is answered.
    pub fn answered(self, status: StatusCode) {
        let Some(Running { instruments, route, since }) = self.0 else { return };
        let class = match status.as_u16() {
            ..300 => 0,
            300..400 => 1,
            400..500 => 2,
            500.. => 3,
        };
        instruments.requests.durations[route as usize][class].observe(since.elapsed().as_secs_f64());
    }

    /// It is answered as the same question was before.
    pub fn repeated(self, status: StatusCode, is_stale: bool) {
        if let Some(Running { instruments, route, .. }) = &self.0 {
            let lookup = if is_stale { Lookup::Stale } else { Lookup::Hit };
            match route {
                Route::Weather => instruments.memory.count(Part::Current, lookup),
                Route::Forecast => instruments.memory.count(Part::Forecast, lookup),
                _ => {}
            }
        }
        self.answered(status);
    }
}

/// A connection that is counted as open.
pub struct OpenConnection(Option<IntGauge>);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.iter().for_each(IntGauge::dec);
    }
}
