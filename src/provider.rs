//! Weather providers: one trait, and a module for each service that implements it.

#[cfg(test)]
mod agreement;
mod error;
mod interface;
pub mod met_norway;
pub mod open_meteo;
pub mod openweathermap;
mod preceding_hours;
pub mod sample;
#[cfg(test)]
pub(crate) mod testing;
mod upstream;
mod validation;

pub use error::ProviderError;
pub use interface::{FetchedReport, GeocodedPlace, LastResort, PreviousForecast, Provider, RateLimit};
pub use upstream::UpstreamClient;
