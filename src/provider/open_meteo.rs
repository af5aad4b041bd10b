//! Open-Meteo: many national models behind one door, without a key for non-commercial use.
//!
//! Documentation: <https://open-meteo.com/en/docs>, <https://open-meteo.com/en/docs/geocoding-api>;
//! terms: <https://open-meteo.com/en/terms>.

use std::time::Duration;

use futures_util::{FutureExt, future::BoxFuture};
use http::HeaderMap;
use jiff::Timestamp;
use serde::Deserialize;

use super::{
    Fetched, Known, Limit, Located, Provider, ProviderError,
    upstream::{Client, Reply, Upstream, parse},
};
use crate::{
    clock::Clock,
    secret::Secret,
    weather::{Coordinates, Source},
};

mod document;
mod geocoding;

const SOURCE: Source = Source { provider: "open-meteo", name: "Open-Meteo", url: "https://open-meteo.com/" };

/// The weather now. Precipitation is left to the hours: here it is that of the last 15 minutes.
const CURRENT: &str = "temperature_2m,apparent_temperature,relative_humidity_2m,dew_point_2m,pressure_msl,cloud_cover,\
visibility,wind_speed_10m,wind_gusts_10m,wind_direction_10m,uv_index,weather_code";

const HOURLY: &str = "temperature_2m,apparent_temperature,relative_humidity_2m,pressure_msl,cloud_cover,\
wind_speed_10m,wind_gusts_10m,wind_direction_10m,precipitation,precipitation_probability,weather_code";

const DAILY: &str = "weather_code,temperature_2m_max,temperature_2m_min,precipitation_sum,\
precipitation_probability_max,wind_speed_10m_max";

/// What one fetch counts for in their limits: a call for every ten variables, of which there are 29
/// (<https://open-meteo.com/en/pricing>).
const CALLS_PER_FETCH: u32 = 3;

/// How many places are asked of the geocoder: it mixes in airports and capes, which are then left out.
const MOST_PLACES: &str = "10";

/// The provider.
pub struct OpenMeteo {
    forecast: Upstream,
    geocoding: Upstream,
    key: Option<Secret>,
    clock: Clock,
}

impl OpenMeteo {
    /// `base` and `geocoding_base` are the URLs of their two hosts; the paid ones want the key.
    #[must_use]
    pub fn new(client: &Client, base: &str, geocoding_base: &str, key: Option<Secret>, clock: Clock) -> Self {
        Self {
            forecast: Upstream::new(client.clone(), base),
            geocoding: Upstream::new(client.clone(), geocoding_base),
            key,
            clock,
        }
    }

    async fn ask(&self, upstream: &Upstream, path: &str, query: &[(&str, &str)]) -> Result<Reply, ProviderError> {
        let key = self.key.as_ref().map(|key| ("apikey", key.expose()));
        let query: Vec<_> = query.iter().copied().chain(key).collect();
        upstream.get(path, &query, HeaderMap::new()).await
    }

    async fn weather(&self, at: Coordinates) -> Result<Fetched, ProviderError> {
        let (latitude, longitude) = (at.latitude().to_string(), at.longitude().to_string());
        let query = [
            ("latitude", &*latitude),
            ("longitude", &longitude),
            ("current", CURRENT),
            ("hourly", HOURLY),
            ("daily", DAILY),
            ("timezone", "auto"),
            ("timeformat", "unixtime"),
            ("wind_speed_unit", "ms"),
        ];
        let reply = self.ask(&self.forecast, "/v1/forecast", &query).await?;
        document::read(self.success(&reply)?, self.clock.now())
    }

    /// Over a limit, the reason says how long it takes until the next call counts.
    fn success<'a>(&self, reply: &'a Reply) -> Result<&'a [u8], ProviderError> {
        reply.success().map_err(|error| match error {
            ProviderError::RateLimited { retry_after: None } => {
                ProviderError::RateLimited { retry_after: self.pause_for(&reply.body) }
            }
            error => error,
        })
    }

    fn pause_for(&self, body: &[u8]) -> Option<Duration> {
        let reason = parse::<Refusal>(body).ok()?.reason?;
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

    async fn geocode(&self, name: &str) -> Result<Vec<Located>, ProviderError> {
        let query = [("name", name), ("count", MOST_PLACES)];
        let reply = self.ask(&self.geocoding, "/v1/search", &query).await?;
        geocoding::read(self.success(&reply)?)
    }
}

#[derive(Deserialize)]
struct Refusal {
    reason: Option<String>,
}

/// Their days are those of UTC.
fn until_midnight(now: Timestamp) -> Duration {
    const SECONDS_PER_DAY: u64 = 86_400;
    let since_midnight = u64::try_from(now.as_second()).unwrap_or_default() % SECONDS_PER_DAY;
    Duration::from_secs(SECONDS_PER_DAY - since_midnight)
}

impl Provider for OpenMeteo {
    fn source(&self) -> Source {
        SOURCE
    }

    fn limits(&self) -> Vec<Limit> {
        let limit = |calls: u32, per| Limit { requests: calls / CALLS_PER_FETCH, per };
        match self.key {
            Some(_) => Vec::new(),
            None => vec![
                limit(600, Duration::from_mins(1)),
                limit(5_000, Duration::from_hours(1)),
                limit(10_000, Duration::from_hours(24)),
            ],
        }
    }

    fn fetch(&self, at: Coordinates, _known: Option<Known>) -> BoxFuture<'_, Fetched> {
        async move {
            let fetched = self.weather(at).await;
            fetched.unwrap_or_else(|error| Fetched::failed(error, self.clock.now()))
        }
        .boxed()
    }

    fn locate<'a>(&'a self, name: &'a str) -> Option<BoxFuture<'a, Result<Vec<Located>, ProviderError>>> {
        Some(self.geocode(name).boxed())
    }
}

#[cfg(test)]
mod tests;
