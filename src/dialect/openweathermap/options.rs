//! Parses a request, and converts values to its units.

use serde_json::Value;

use super::super::{number::plain, query::DialectQuery};
use crate::{
    api::problem::Fault,
    weather::{Coordinates, OutOfRange, Speed, Temperature},
};

/// The maximum number of items in the five-day forecast.
pub(super) const MAX_ITEMS: i64 = 40;

/// 0 °C in kelvin.
const CELSIUS_ZERO_KELVIN: f64 = 273.15;

/// The options of a request, apart from the place.
#[derive(Debug)]
pub(super) struct OwmOptions {
    pub(super) units: OwmUnits,
    pub(super) count: i64,
    pub(super) excluded: Vec<&'static str>,
}

/// The units of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OwmUnits {
    Standard,
    Metric,
    Imperial,
}

impl OwmOptions {
    pub(super) fn parse(query: &DialectQuery) -> Result<Self, Fault> {
        if query.get("mode").is_some_and(|mode| mode != "json") {
            return Err(Fault::invalid("This service answers in JSON only; leave mode out."));
        }
        let excluded = query.list("exclude");
        let blocks = ["current", "minutely", "hourly", "daily", "alerts"];
        Ok(Self {
            units: match query.get("units") {
                Some("metric") => OwmUnits::Metric,
                Some("imperial") => OwmUnits::Imperial,
                _ => OwmUnits::Standard,
            },
            count: query.count_up_to("cnt", MAX_ITEMS)?.unwrap_or(MAX_ITEMS),
            excluded: blocks.into_iter().filter(|block| excluded.contains(block)).collect(),
        })
    }
}

impl OwmUnits {
    pub(super) fn temperature(self, value: Option<Temperature>) -> Value {
        plain(value.map(|temperature| match self {
            Self::Standard => temperature.celsius() + CELSIUS_ZERO_KELVIN,
            Self::Metric => temperature.celsius(),
            Self::Imperial => temperature.fahrenheit(),
        }))
    }

    pub(super) fn speed(self, value: Option<Speed>) -> Value {
        plain(value.map(if self == Self::Imperial { Speed::miles_per_hour } else { Speed::metres_per_second }))
    }
}

/// The coordinates given by `lat` and `lon`.
pub(super) fn coordinates(query: &DialectQuery) -> Result<Coordinates, Fault> {
    let degrees = |name, what: &str| query.number(name, what).ok().flatten().ok_or_else(|| Fault::invalid(what));
    let (latitude, longitude) = (degrees("lat", "wrong latitude")?, degrees("lon", "wrong longitude")?);
    Coordinates::new(latitude, longitude).map_err(|out_of_range| match out_of_range {
        OutOfRange::Latitude => Fault::invalid("wrong latitude"),
        OutOfRange::Longitude => Fault::invalid("wrong longitude"),
    })
}
