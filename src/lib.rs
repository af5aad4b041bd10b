//! weather-app: one binary that answers for the weather.
//!
//! The map of the house is written here as its rooms are built.

pub mod api;
pub mod clock;
pub mod config;
pub mod places;
pub mod provider;
pub mod ready;
pub mod secret;
pub mod service;
pub mod telemetry;
pub mod weather;
