//! Units, and the format of values and times.

use jiff::Timestamp;
use poem_openapi::{Enum, Object};
use serde::Serialize;

use crate::weather::{Length, Speed, Temperature};

/// A system of units: `metric` is °C, m/s, hPa, mm and m; `imperial` is °F, mph, hPa, in and mi.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Enum, Serialize)]
#[oai(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum UnitSystem {
    /// °C, m/s, hPa, mm, m
    #[default]
    Metric,
    /// °F, mph, hPa, in, mi
    Imperial,
}

/// The unit of each kind of value.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(rename = "Units")]
pub struct UnitsJson {
    /// The requested system of units.
    pub system: UnitSystem,
    /// The unit of temperatures: `°C` or `°F`.
    pub temperature: String,
    /// The unit of wind speeds: `m/s` or `mph`.
    pub wind_speed: String,
    /// The unit of pressures: `hPa` in both systems.
    pub pressure: String,
    /// The unit of precipitation, as water: `mm` or `in`.
    pub precipitation: String,
    /// The unit of visibility: `m` or `mi`.
    pub visibility: String,
}

/// RFC 3339 in UTC, to the second.
pub fn time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The precision of values; anything finer is rounding error of the conversion.
const HUNDREDTHS: f64 = 100.0;

/// The precision of precipitation in inches, so that a tenth of a millimetre is not zero.
const THOUSANDTHS: f64 = 1000.0;

fn rounded(value: Option<f64>, parts: f64) -> Option<f64> {
    // The addition removes the sign of a negative zero.
    value.map(|value| (value * parts).round() / parts + 0.0)
}

/// A value that needs no conversion.
pub fn plain(value: Option<f64>) -> Option<f64> {
    rounded(value, HUNDREDTHS)
}

impl UnitSystem {
    /// A temperature in this system.
    pub fn temperature(self, value: Option<Temperature>) -> Option<f64> {
        let convert = match self {
            Self::Metric => Temperature::celsius,
            Self::Imperial => Temperature::fahrenheit,
        };
        plain(value.map(convert))
    }

    /// A wind speed in this system.
    pub fn speed(self, value: Option<Speed>) -> Option<f64> {
        let convert = match self {
            Self::Metric => Speed::metres_per_second,
            Self::Imperial => Speed::miles_per_hour,
        };
        plain(value.map(convert))
    }

    /// A depth of water in this system.
    pub fn depth(self, value: Option<Length>) -> Option<f64> {
        match self {
            Self::Metric => plain(value.map(Length::millimetres)),
            Self::Imperial => rounded(value.map(Length::inches), THOUSANDTHS),
        }
    }

    /// A visibility in this system.
    pub fn distance(self, value: Option<Length>) -> Option<f64> {
        let convert = match self {
            Self::Metric => Length::metres,
            Self::Imperial => Length::miles,
        };
        plain(value.map(convert))
    }
}

impl From<UnitSystem> for UnitsJson {
    fn from(system: UnitSystem) -> Self {
        let [temperature, wind_speed, precipitation, visibility] = match system {
            UnitSystem::Metric => ["°C", "m/s", "mm", "m"],
            UnitSystem::Imperial => ["°F", "mph", "in", "mi"],
        };
        Self {
            system,
            temperature: temperature.to_owned(),
            wind_speed: wind_speed.to_owned(),
            pressure: "hPa".to_owned(),
            precipitation: precipitation.to_owned(),
            visibility: visibility.to_owned(),
        }
    }
}
