//! Open-Meteo: many national models in one API, without a key for non-commercial use.
//!
//! Documentation: <https://open-meteo.com/en/docs>, <https://open-meteo.com/en/docs/geocoding-api>;
//! terms: <https://open-meteo.com/en/terms>.

use std::time::Duration;

use futures_util::{FutureExt, future::BoxFuture};
use http::HeaderMap;
use jiff::Timestamp;
use serde::Deserialize;

use super::{
    error::ProviderError,
    interface::{FetchedReport, GeocodedPlace, PreviousForecast, Provider, RateLimit},
    upstream::{Upstream, UpstreamClient, UpstreamResponse, parse},
};
use crate::{
    clock::Clock,
    secret::Secret,
    weather::{Coordinates, Source, complement::ComplementField},
};

mod forecast;
mod geocoding;

#[cfg(test)]
pub(crate) use forecast::read;

const SOURCE: Source = Source { provider: "open-meteo", name: "Open-Meteo", url: "https://open-meteo.com/" };

/// The current values. Precipitation is taken from the hours, because here it is that of the last 15 minutes.
const CURRENT: &str = "temperature_2m,apparent_temperature,relative_humidity_2m,dew_point_2m,pressure_msl,cloud_cover,\
visibility,wind_speed_10m,wind_gusts_10m,wind_direction_10m,uv_index,weather_code";

/// The hourly values, from which the days are computed. The API's own days can have other boundaries.
const HOURLY: &str = "temperature_2m,apparent_temperature,relative_humidity_2m,dew_point_2m,pressure_msl,cloud_cover,\
visibility,wind_speed_10m,wind_gusts_10m,wind_direction_10m,precipitation,precipitation_probability,uv_index,\
weather_code";

/// Seven days from local midnight, and the first hour after them, which has the values of the hour before it.
const FORECAST_DAYS: &str = "8";

/// How many calls one fetch counts as: one for every ten variables, of which there are 26
/// (<https://open-meteo.com/en/pricing>).
const CALLS_PER_FETCH: u32 = 3;

/// How many places are requested from the geocoder. It mixes in airports and capes, which come last.
const MAX_PLACES: &str = "10";

/// The provider.
pub struct OpenMeteo {
    forecast: Upstream,
    geocoding: Upstream,
    key: Option<Secret>,
    instances: u32,
    clock: Clock,
}

impl OpenMeteo {
    /// `base` and `geocoding_base` are the URLs of the two hosts. The paid hosts require the key.
    #[must_use]
    pub fn new(client: &UpstreamClient, base: &str, geocoding_base: &str, key: Option<Secret>, clock: Clock) -> Self {
        Self {
            forecast: Upstream::new(client.clone(), base),
            geocoding: Upstream::new(client.clone(), geocoding_base),
            key,
            instances: 1,
            clock,
        }
    }

    /// Uses one instance's share of the free rate limits.
    #[must_use]
    pub fn shared_by(self, instances: u32) -> Self {
        Self { instances, ..self }
    }

    async fn ask(
        &self,
        upstream: &Upstream,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<UpstreamResponse, ProviderError> {
        let key = self.key.as_ref().map(|key| ("apikey", key.expose()));
        let query: Vec<_> = query.iter().copied().chain(key).collect();
        upstream.get(path, &query, HeaderMap::new()).await
    }

    async fn weather(&self, at: Coordinates) -> Result<FetchedReport, ProviderError> {
        let (latitude, longitude) = (at.latitude().to_string(), at.longitude().to_string());
        let query = [
            ("latitude", &*latitude),
            ("longitude", &longitude),
            ("current", CURRENT),
            ("hourly", HOURLY),
            ("forecast_days", FORECAST_DAYS),
            ("timezone", "auto"),
            ("timeformat", "unixtime"),
            ("wind_speed_unit", "ms"),
        ];
        let reply = self.ask(&self.forecast, "/v1/forecast", &query).await?;
        Ok(forecast::read(self.success(&reply)?, self.clock.now())?.validated(None))
    }

    /// The body of a successful response. If a limit is exceeded, the reason in the body says how long to wait.
    fn success<'a>(&self, reply: &'a UpstreamResponse) -> Result<&'a [u8], ProviderError> {
        reply.success().map_err(|error| match error {
            ProviderError::RateLimited { retry_after: None } => {
                ProviderError::RateLimited { retry_after: self.retry_after(&reply.body) }
            }
            error => error,
        })
    }

    fn retry_after(&self, body: &[u8]) -> Option<Duration> {
        let reason = parse::<ErrorBody>(body).ok()?.reason?;
        if reason.contains("concurrent") {
            Some(Duration::from_secs(5))
        } else if reason.starts_with("Minutely") {
            Some(Duration::from_mins(1))
        } else if reason.starts_with("Hourly") {
            Some(Duration::from_hours(1))
        } else if reason.starts_with("Daily") {
            Some(until_midnight(self.clock.now()))
        } else {
            None
        }
    }

    async fn geocode(&self, name: &str) -> Result<Vec<GeocodedPlace>, ProviderError> {
        let query = [("name", name), ("count", MAX_PLACES)];
        let reply = self.ask(&self.geocoding, "/v1/search", &query).await?;
        geocoding::read(self.success(&reply)?, name)
    }
}

#[derive(Deserialize)]
struct ErrorBody {
    reason: Option<String>,
}

/// The time until midnight UTC, when the daily limit is reset.
fn until_midnight(now: Timestamp) -> Duration {
    const SECONDS_PER_DAY: u64 = 86_400;
    let since_midnight = u64::try_from(now.as_second()).unwrap_or_default() % SECONDS_PER_DAY;
    Duration::from_secs(SECONDS_PER_DAY - since_midnight)
}

impl Provider for OpenMeteo {
    fn source(&self) -> Source {
        SOURCE
    }

    fn account(&self) -> String {
        self.forecast.account(SOURCE.provider, self.key.as_ref().map_or("", Secret::expose))
    }

    fn limits(&self) -> Vec<RateLimit> {
        let limit = |calls: u32, per| RateLimit { requests: calls / CALLS_PER_FETCH, per }.share_of(self.instances);
        match self.key {
            Some(_) => Vec::new(),
            None => vec![
                limit(600, Duration::from_mins(1)),
                limit(5_000, Duration::from_hours(1)),
                limit(10_000, Duration::from_hours(24)),
            ],
        }
    }

    fn complements(&self) -> &'static [ComplementField] {
        ComplementField::ALL
    }

    fn fetch(&self, at: Coordinates, _previous: Option<PreviousForecast>) -> BoxFuture<'_, FetchedReport> {
        async move {
            let fetched = self.weather(at).await;
            fetched.unwrap_or_else(|error| FetchedReport::failed(error, self.clock.now()))
        }
        .boxed()
    }

    fn locate<'a>(&'a self, name: &'a str) -> Option<BoxFuture<'a, Result<Vec<GeocodedPlace>, ProviderError>>> {
        Some(self.geocode(name).boxed())
    }
}

#[cfg(test)]
mod tests;
