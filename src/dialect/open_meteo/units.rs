//! Converts values to the requested units.

use serde_json::Value;

use super::{
    super::number::{plain, rounded, whole},
    variables::VariableKind,
};
use crate::weather::{Speed, Temperature};

const FEET_PER_METRE: f64 = 1.0 / 0.3048;
const KNOTS_PER_METRE_PER_SECOND: f64 = 3600.0 / 1852.0;
const MILLIMETRES_PER_INCH: f64 = 25.4;
const CENTIMETRES_PER_INCH: f64 = 2.54;

/// Units of wind speed.
#[derive(Clone, Copy, Debug)]
pub(super) enum WindUnit {
    KilometresPerHour,
    MetresPerSecond,
    MilesPerHour,
    Knots,
}

/// The units of a document, chosen for each quantity.
#[derive(Clone, Copy, Debug)]
pub(super) struct RequestedUnits {
    pub(super) is_fahrenheit: bool,
    pub(super) is_inch: bool,
    pub(super) speed: WindUnit,
}

impl RequestedUnits {
    /// The name of the unit of a kind of variable.
    pub(super) fn name(self, kind: VariableKind, is_unix_time: bool) -> &'static str {
        match kind {
            VariableKind::Temperature if self.is_fahrenheit => "°F",
            VariableKind::Temperature => "°C",
            VariableKind::Speed => match self.speed {
                WindUnit::KilometresPerHour => "km/h",
                WindUnit::MetresPerSecond => "m/s",
                WindUnit::MilesPerHour => "mp/h",
                WindUnit::Knots => "kn",
            },
            VariableKind::Depth | VariableKind::Snow if self.is_inch => "inch",
            VariableKind::Depth => "mm",
            VariableKind::Snow => "cm",
            VariableKind::Distance if self.is_inch => "ft",
            VariableKind::Distance => "m",
            VariableKind::Percent => "%",
            VariableKind::Pressure => "hPa",
            VariableKind::Degrees => "°",
            VariableKind::Code => "wmo code",
            VariableKind::Flag | VariableKind::Plain => "",
            VariableKind::Seconds => "s",
            VariableKind::Hours => "h",
            VariableKind::Time if is_unix_time => "unixtime",
            VariableKind::Time => "iso8601",
        }
    }

    /// Writes a value that is given in the unit of its [`VariableKind`].
    pub(super) fn write(self, kind: VariableKind, value: Option<f64>) -> Value {
        match kind {
            VariableKind::Temperature if self.is_fahrenheit => {
                plain(value.map(|celsius| Temperature::from_celsius(celsius).fahrenheit()))
            }
            VariableKind::Speed => plain(value.map(|metres_per_second| match self.speed {
                WindUnit::KilometresPerHour => Speed::from_metres_per_second(metres_per_second).kilometres_per_hour(),
                WindUnit::MetresPerSecond => metres_per_second,
                WindUnit::MilesPerHour => Speed::from_metres_per_second(metres_per_second).miles_per_hour(),
                WindUnit::Knots => metres_per_second * KNOTS_PER_METRE_PER_SECOND,
            })),
            VariableKind::Depth if self.is_inch => {
                rounded(value.map(|millimetres| millimetres / MILLIMETRES_PER_INCH), 3)
            }
            VariableKind::Snow if self.is_inch => {
                rounded(value.map(|centimetres| centimetres / CENTIMETRES_PER_INCH), 3)
            }
            VariableKind::Distance if self.is_inch => plain(value.map(|metres| metres * FEET_PER_METRE)),
            VariableKind::Percent | VariableKind::Degrees | VariableKind::Code | VariableKind::Flag => whole(value),
            _ => plain(value),
        }
    }
}
