//! weather-app: one binary that answers for the weather.
//!
//! The map of the house is written here as its rooms are built.

pub mod places;
pub mod weather;
