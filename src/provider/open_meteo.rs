//! Open-Meteo: many national models behind one door, without a key for non-commercial use.
//!
//! Documentation: <https://open-meteo.com/en/docs>, <https://open-meteo.com/en/docs/geocoding-api>;
//! terms: <https://open-meteo.com/en/terms>.

use futures_util::{FutureExt, future::BoxFuture};
use http::HeaderMap;

use super::{
    Fetched, Located, Provider, ProviderError,
    upstream::{Reply, Upstream},
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
    pub fn new(client: &reqwest::Client, base: &str, geocoding_base: &str, key: Option<Secret>, clock: Clock) -> Self {
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
        document::read(reply.success()?, self.clock.now())
    }

    async fn geocode(&self, name: &str) -> Result<Vec<Located>, ProviderError> {
        let query = [("name", name), ("count", MOST_PLACES)];
        let reply = self.ask(&self.geocoding, "/v1/search", &query).await?;
        geocoding::read(reply.success()?)
    }
}

impl Provider for OpenMeteo {
    fn source(&self) -> Source {
        SOURCE
    }

    fn fetch(&self, at: Coordinates) -> BoxFuture<'_, Fetched> {
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
