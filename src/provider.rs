//! Where weather comes from: one trait, and a module for each service that speaks it.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use jiff::Timestamp;

use crate::weather::{Conditions, Coordinates, Forecast, Source, Sourced};

pub mod met_norway;
pub mod open_meteo;
pub mod openweathermap;
pub mod sample;
#[cfg(test)]
mod testing;
mod upstream;

pub use upstream::Client;

/// A service that knows the weather.
pub trait Provider: Send + Sync {
    /// Who this is, as their terms want them credited.
    fn source(&self) -> Source;

    /// Whether this only plays a recording, which is the last resort and never fresh.
    fn is_recording(&self) -> bool {
        false
    }

    /// How often it may be asked, by its terms or by what the operator set.
    fn limits(&self) -> Vec<Limit> {
        Vec::new()
    }

    /// How many requests one fetch takes.
    fn requests_per_fetch(&self) -> usize {
        1
    }

    /// Asks for all it knows of one point, where `known` is what it last said of it.
    /// Dropping the future gives the question up.
    fn fetch(&self, at: Coordinates, known: Option<Known>) -> BoxFuture<'_, Fetched>;

    /// Asks where a name is, best match first; `None` from a provider that has no geocoder.
    fn locate<'a>(&'a self, _name: &'a str) -> Option<BoxFuture<'a, Result<Vec<Located>, ProviderError>>> {
        None
    }
}

/// What a provider answered for one point. The parts can fail apart, where they are asked for apart.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The weather now.
    pub current: Result<Conditions, ProviderError>,
    /// The weather ahead.
    pub forecast: Result<Forecast, ProviderError>,
    /// The IANA name of the point's time zone, where the provider tells it.
    pub timezone: Option<String>,
    /// When it was said.
    pub fetched_at: Timestamp,
    /// Until when the provider asks not to be asked again.
    pub fresh_until: Option<Timestamp>,
    /// The word by which the provider will recognise this answer.
    pub validator: Option<String>,
}

impl Fetched {
    /// Neither part, for the same reason.
    #[must_use]
    pub fn failed(error: ProviderError, at: Timestamp) -> Self {
        Self {
            current: Err(error.clone()),
            forecast: Err(error),
            timezone: None,
            fetched_at: at,
            fresh_until: None,
            validator: None,
        }
    }
}

/// At most so many requests in any stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How many.
    pub requests: u32,
    /// In which stretch.
    pub per: Duration,
}

/// What a provider last said of a point, and the word by which it recognises that.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its own word, such as a `Last-Modified`.
    pub validator: String,
    /// What it said.
    pub forecast: Arc<Sourced<Forecast>>,
}

/// A place as a provider's geocoder names it.
#[derive(Clone, Debug, PartialEq)]
pub struct Located {
    /// Its name.
    pub name: String,
    /// What else it is called, in other languages.
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

/// Why a provider gave no answer. No text in here holds a URL or a key.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ProviderError {
    /// No connection, or one that broke: DNS, TCP, TLS, reset.
    #[error("could not be reached: {0}")]
    Unreachable(String),
    /// No answer in the time there was.
    #[error("did not answer in time")]
    TimedOut,
    /// Our key is wrong, not active yet, or not good for this.
    #[error("rejected the key")]
    KeyRejected,
    /// We asked too often, or it is overloaded and says for how long.
    #[error("limits the rate")]
    RateLimited {
        /// How long to be quiet, where it said so.
        retry_after: Option<Duration>,
    },
    /// It is not asked at the moment: it failed, or its budget is spent.
    #[error("is left alone for another {} s", .0.as_secs())]
    LeftAlone(Duration),
    /// It refused this request or our whole application.
    #[error("refused with status {0}")]
    Refused(u16),
    /// It failed by its own account.
    #[error("failed with status {0}")]
    Failing(u16),
    /// It answered something other than what it documents.
    #[error("answered nonsense: {0}")]
    Malformed(String),
    /// It knows nothing of this point.
    #[error("does not cover this place")]
    NotCovered,
}
