//! The domain: what weather is, free of any provider, protocol or clock.
//!
//! A provider's answer becomes [`Conditions`] and a [`Forecast`]. Everything else is computed from them: local [`days`],
//! [`hourly`] steps, the precipitation [`outlook`], sunrise and sunset ([`sun`]), the [`moon`], apparent temperatures
//! ([`comfort`]), and one report completed from another ([`complement`]).

pub mod calendar;
pub mod comfort;
pub mod complement;
pub mod days;
pub mod hourly;
pub mod moon;
pub mod outlook;
pub mod sun;

mod condition;
mod coordinates;
mod quantity;
mod report;

pub use condition::Condition;
pub use coordinates::{Coordinates, OutOfRange};
pub use quantity::{Direction, Length, Percentage, Pressure, Speed, Temperature};
pub use report::{Conditions, Day, Forecast, ForecastStep, LatestReading, Source, Sourced};
