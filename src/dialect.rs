//! Answers in the formats of other weather services, for clients that already read those.
//!
//! The documents are made from the same reports as the API's and kept in the same response cache.

use std::net::IpAddr;

use bytes::Bytes;
use http::{HeaderValue, header::CONTENT_TYPE, request::Parts};

use crate::{
    api::{Api, problem::Fault},
    metrics::Route,
    response::{FullResponse, JSON, json_line},
    secret::Secret,
};

mod endpoint;
mod missing_values;
mod number;
mod open_meteo;
mod openweathermap;
mod pirate_weather;
mod place_weather;
mod query;
#[cfg(test)]
mod tests;

pub use endpoint::add_headers;
use endpoint::{DialectRequest, DialectState};

/// The service in whose format a path is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Open-Meteo: forecast and place search.
    OpenMeteo,
    /// Pirate Weather, which adopted the format of Dark Sky.
    PirateWeather,
    /// OpenWeatherMap: version 2.5, One Call 3.0 and geocoder.
    OpenWeatherMap,
}

impl Dialect {
    /// The dialect that a path belongs to by its first segment, also if this service has nothing there.
    #[must_use]
    pub fn from_path(path: &str) -> Option<Self> {
        let (first, _) = path.strip_prefix('/')?.split_once('/')?;
        match first {
            "v1" => Some(Self::OpenMeteo),
            "forecast" => Some(Self::PirateWeather),
            "data" | "geo" => Some(Self::OpenWeatherMap),
            _ => None,
        }
    }

    /// Its route in the metrics.
    #[must_use]
    pub fn route(self) -> Route {
        match self {
            Self::OpenMeteo => Route::OpenMeteo,
            Self::PirateWeather => Route::PirateWeather,
            Self::OpenWeatherMap => Route::OpenWeatherMap,
        }
    }

    /// The response that reports a fault to a client of this service: the true status code, with the service's own
    /// format for errors.
    #[must_use]
    pub fn error_response(self, path: &str, fault: &Fault) -> FullResponse {
        let mut response = fault.response();
        let body = match self {
            Self::OpenMeteo => open_meteo::error_body(fault),
            Self::PirateWeather => pirate_weather::error_body(fault),
            Self::OpenWeatherMap => openweathermap::error_body(path, fault),
        };
        *response.body_mut() = Bytes::from(json_line(&body)).into();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
        response
    }
}

/// Answers in the formats of other services. Cheap to clone.
#[derive(Clone)]
pub struct Dialects(DialectState);

impl Dialects {
    /// The dialects of an API. If `keys` is not empty, clients have to send one of them.
    #[must_use]
    pub fn new(api: Api, keys: &[Secret]) -> Self {
        Self(DialectState::new(api, keys))
    }

    /// Answers a GET request.
    ///
    /// # Errors
    /// The fault that keeps it from being answered; [`Dialect::error_response`] reports it to the client.
    pub async fn answer(&self, dialect: Dialect, request: &Parts, peer: IpAddr) -> Result<FullResponse, Fault> {
        let request = DialectRequest::new(request, peer)?;
        match dialect {
            Dialect::OpenMeteo => open_meteo::answer(&self.0, &request).await,
            Dialect::PirateWeather => pirate_weather::answer(&self.0, &request).await,
            Dialect::OpenWeatherMap => openweathermap::answer(&self.0, &request).await,
        }
    }
}
