//! The domain: what weather is, free of any provider, protocol or clock.
//!
//! A provider's answer becomes [`Conditions`] and a [`Forecast`]; everything else here reads them: local [`days`],
//! the rain [`outlook`], what the [`sun`] does, how warm it [feels](comfort).

pub mod calendar;
pub mod comfort;
pub mod days;
pub mod outlook;
pub mod sun;

mod condition;
mod coordinates;
mod quantity;
mod report;

pub use condition::Condition;
pub use coordinates::{Coordinates, OutOfRange};
pub use quantity::{Direction, Length, Percentage, Pressure, Speed, Temperature};
pub use report::{Conditions, Day, Forecast, Source, Sourced, Step};
