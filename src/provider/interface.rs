//! The trait that every provider implements, and the types of its answers.

use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::ProviderError;
use crate::{
    fingerprint::fingerprint,
    weather::{Conditions, Coordinates, Forecast, Source, complement::ComplementField},
};

/// A weather service.
pub trait Provider: Send + Sync {
    /// The provider's name, and how its terms require it to be credited.
    fn source(&self) -> Source;

    /// Whether this only plays a recording, which is a last resort and never fresh.
    fn is_recording(&self) -> bool {
        false
    }

    /// The id of the account to which rate limits and refusals apply. It differs for another URL or key, and reveals
    /// neither.
    fn account(&self) -> String {
        fingerprint(&[self.source().provider])
    }

    /// The rate limits, from its terms or from the settings.
    fn limits(&self) -> Vec<RateLimit> {
        Vec::new()
    }

    /// How many requests one fetch takes.
    fn requests_per_fetch(&self) -> usize {
        1
    }

    /// The fields that it gives for every point on Earth and that other providers lack.
    fn complements(&self) -> &'static [ComplementField] {
        &[]
    }

    /// Fetches everything that the provider knows about one point. `previous` is its last forecast for the point.
    /// Dropping the future cancels the requests.
    fn fetch(&self, at: Coordinates, previous: Option<PreviousForecast>) -> BoxFuture<'_, FetchedReport>;

    /// Looks a name up, best match first; `None` if the provider has no geocoder.
    fn locate<'a>(&'a self, _name: &'a str) -> Option<BoxFuture<'a, Result<Vec<GeocodedPlace>, ProviderError>>> {
        None
    }
}

/// The answer of a provider for one point. The parts can fail separately if they are requested separately.
#[derive(Clone, Debug)]
pub struct FetchedReport {
    /// Current conditions.
    pub current: Result<Conditions, ProviderError>,
    /// The forecast.
    pub forecast: Result<Forecast, ProviderError>,
    /// The IANA name of the point's time zone, if the provider gives it.
    pub timezone: Option<String>,
    /// When it was fetched.
    pub fetched_at: Timestamp,
    /// Until when the provider asks clients to keep it before asking again.
    pub fresh_until: Option<Timestamp>,
    /// The validator of this answer, such as a `Last-Modified`.
    pub validator: Option<String>,
    /// Failed parts that are better than nothing.
    pub last_resort: LastResort,
}

impl FetchedReport {
    /// An answer in which both parts failed for the same reason.
    #[must_use]
    pub fn failed(error: ProviderError, at: Timestamp) -> Self {
        Self {
            current: Err(error.clone()),
            forecast: Err(error),
            timezone: None,
            fetched_at: at,
            fresh_until: None,
            validator: None,
            last_resort: LastResort::default(),
        }
    }
}

/// Parts that count as failures because they are outdated or have no temperature. They are served if no provider has
/// better ones, with their own dates and never as fresh.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LastResort {
    /// In place of [`FetchedReport::current`].
    pub current: Option<Conditions>,
    /// In place of [`FetchedReport::forecast`].
    pub forecast: Option<Forecast>,
}

/// A rate limit: at most `requests` in any period of length `per`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// The number of requests.
    pub requests: u32,
    /// The length of the period.
    pub per: Duration,
}

impl RateLimit {
    /// The share of one instance out of `instances`; at least one request.
    #[must_use]
    pub fn share_of(self, instances: u32) -> Self {
        Self { requests: (self.requests / instances.max(1)).max(1), ..self }
    }
}

/// The last forecast of a provider for a point, with its validator.
#[derive(Clone, Debug)]
pub struct PreviousForecast {
    /// The validator, such as a `Last-Modified`.
    pub validator: String,
    /// The forecast.
    pub forecast: Forecast,
}

/// A place from a provider's geocoder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GeocodedPlace {
    /// Its name.
    pub name: String,
    /// Other names, such as those in other languages.
    pub other_names: Vec<String>,
    /// The region, state or province it lies in.
    pub region: Option<String>,
    /// ISO 3166-1 code of the country, two letters.
    pub country: Option<String>,
    /// Where it is.
    pub coordinates: Coordinates,
    /// IANA name of its time zone.
    pub timezone: Option<String>,
}
