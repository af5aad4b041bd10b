//! Requests and connections.

use std::time::Duration;

use http::StatusCode;
use prometheus::{
    Error, Histogram, IntGauge, Registry, register_histogram_vec_with_registry, register_int_gauge_with_registry,
};

use super::cache::WeatherPart;

/// Upper bounds in seconds: a cached answer takes some 20 µs, one from a provider up to `UPSTREAM_TIMEOUT`.
const BOUNDS: [f64; 10] = [0.0001, 0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

/// The status classes of responses.
const CLASSES: [&str; 4] = ["2xx", "3xx", "4xx", "5xx"];

/// What a request is for. Clients can request any path, but none of them creates a new series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are self-explanatory")]
pub enum Route {
    Page,
    Text,
    Asset,
    Health,
    Weather,
    Forecast,
    Places,
    Status,
    OpenApi,
    Docs,
    OpenMeteo,
    PirateWeather,
    OpenWeatherMap,
    Other,
}

impl Route {
    /// In the order of the names.
    const ALL: [Self; 14] = [
        Self::Page,
        Self::Text,
        Self::Asset,
        Self::Health,
        Self::Weather,
        Self::Forecast,
        Self::Places,
        Self::Status,
        Self::OpenApi,
        Self::Docs,
        Self::OpenMeteo,
        Self::PirateWeather,
        Self::OpenWeatherMap,
        Self::Other,
    ];

    /// In the order of the variants.
    const NAMES: [&'static str; 14] = [
        "page",
        "text",
        "asset",
        "health",
        "weather",
        "forecast",
        "places",
        "status",
        "openapi",
        "docs",
        "open-meteo",
        "pirate-weather",
        "openweathermap",
        "other",
    ];

    /// The value of the label `route`.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// The route of this name; [`Route::Other`] if there is none.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        Self::ALL.into_iter().find(|route| route.name() == name).unwrap_or(Self::Other)
    }

    /// Which part of the weather the route serves, if any.
    pub(super) fn weather_part(self) -> Option<WeatherPart> {
        match self {
            Self::Weather => Some(WeatherPart::Current),
            Self::Forecast => Some(WeatherPart::Forecast),
            _ => None,
        }
    }
}

/// The metrics of requests and connections.
pub(super) struct RequestInstruments {
    durations: [[Histogram; CLASSES.len()]; Route::NAMES.len()],
    pub(super) open_connections: IntGauge,
}

impl RequestInstruments {
    pub(super) fn new(registry: &Registry) -> Result<Self, Error> {
        let durations = register_histogram_vec_with_registry!(
            "http_request_duration_seconds",
            "Time from the end of a request's head to its response; its count is the number of requests.",
            &["route", "status"],
            BOUNDS.to_vec(),
            registry
        )?;
        let open_connections =
            register_int_gauge_with_registry!("http_open_connections", "Open connections.", registry)?;
        let of_class = |route| CLASSES.map(|class| durations.with_label_values(&[route, class]));
        Ok(Self { durations: Route::NAMES.map(of_class), open_connections })
    }

    pub(super) fn observe(&self, route: Route, status: StatusCode, duration: Duration) {
        let class = match status.as_u16() {
            ..300 => 0,
            300..400 => 1,
            400..500 => 2,
            500.. => 3,
        };
        self.durations[route as usize][class].observe(duration.as_secs_f64());
    }
}
