//! Converts values to the requested units.

use serde_json::Value;

use super::super::number::rounded;
use crate::{
    api::problem::Fault,
    weather::{Length, Percentage, Speed, Temperature},
};

/// Pirate Weather's number for an unknown value.
pub(super) const UNKNOWN: f64 = -999.0;

const METRES_PER_KILOMETRE: f64 = 1000.0;

/// The units of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PirateUnits {
    Us,
    Si,
    Ca,
    Uk2,
}

impl PirateUnits {
    pub(super) fn parse(given: Option<&str>, country: Option<&str>) -> Result<Self, Fault> {
        match given {
            None | Some("us") => Ok(Self::Us),
            Some("si") => Ok(Self::Si),
            Some("ca") => Ok(Self::Ca),
            Some("uk" | "uk2") => Ok(Self::Uk2),
            Some("auto") => Ok(match country {
                Some("US") => Self::Us,
                Some("CA") => Self::Ca,
                Some("GB") => Self::Uk2,
                _ => Self::Si,
            }),
            Some(_) => Err(Fault::invalid("units must be si, us, ca, uk2 or auto.")),
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::Si => "si",
            Self::Ca => "ca",
            Self::Uk2 => "uk2",
        }
    }

    pub(super) fn temperature(self, value: Option<Temperature>) -> Value {
        or_unknown(value.map(if self == Self::Us { Temperature::fahrenheit } else { Temperature::celsius }))
    }

    pub(super) fn speed(self, value: Option<Speed>) -> Value {
        or_unknown(value.map(match self {
            Self::Us | Self::Uk2 => Speed::miles_per_hour,
            Self::Si => Speed::metres_per_second,
            Self::Ca => Speed::kilometres_per_hour,
        }))
    }

    /// Precipitation per hour in millimetres or inches.
    pub(super) fn intensity(self, value: Option<Length>) -> Value {
        match (self, value) {
            (Self::Us, Some(depth)) => rounded(Some(depth.inches()), 4),
            _ => rounded(Some(value.map_or(0.0, Length::millimetres)), 4),
        }
    }

    /// Accumulated precipitation in centimetres or inches.
    pub(super) fn accumulation(self, value: Option<Length>) -> Value {
        match (self, value) {
            (Self::Us, Some(depth)) => rounded(Some(depth.inches()), 4),
            _ => rounded(Some(value.map_or(0.0, |depth| depth.millimetres() / 10.0)), 4),
        }
    }

    pub(super) fn distance(self, value: Option<Length>) -> Value {
        or_unknown(value.map(|distance| match self {
            Self::Us | Self::Uk2 => distance.miles(),
            Self::Si | Self::Ca => distance.metres() / METRES_PER_KILOMETRE,
        }))
    }
}

pub(super) fn or_unknown(value: Option<f64>) -> Value {
    rounded(Some(value.unwrap_or(UNKNOWN)), 2)
}

/// A percentage as a fraction of one.
pub(super) fn fraction(value: Option<Percentage>) -> Value {
    // Four decimals of a fraction are two decimals of a percentage, as in the API.
    rounded(Some(value.map_or(0.0, |percentage| percentage.percent() / 100.0)), 4)
}
