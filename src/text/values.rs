//! Formats values for a terminal: rounded as a person would say them, and `–` for a missing one.

use crate::weather::{Direction, Length, Percentage, Pressure, Speed, Temperature};

use super::glyphs::{GlyphSet, UNKNOWN};

/// The units in which values are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TextUnits {
    /// °C, km/h, mm, km
    #[default]
    Metric,
    /// °C, m/s, mm, km
    MetricPerSecond,
    /// °F, mph, in, mi
    Imperial,
}

impl TextUnits {
    /// The unit of temperatures.
    pub fn temperature_unit(self) -> &'static str {
        if self == Self::Imperial { "°F" } else { "°C" }
    }

    /// The unit of wind speeds.
    pub fn speed_unit(self) -> &'static str {
        match self {
            Self::Metric => "km/h",
            Self::MetricPerSecond => "m/s",
            Self::Imperial => "mph",
        }
    }

    /// The unit of precipitation.
    pub fn depth_unit(self) -> &'static str {
        if self == Self::Imperial { "in" } else { "mm" }
    }

    /// Whole degrees without the unit.
    pub fn degrees(self, value: Option<Temperature>) -> String {
        value.map_or(UNKNOWN.to_owned(), |value| whole(self.temperature(value)))
    }

    /// Whole degrees with sign and unit, as in `+11°C`.
    pub fn signed_degrees(self, value: Option<Temperature>) -> String {
        let signed = |value| format!("{:+.0}{}", rounded(self.temperature(value)), self.temperature_unit());
        value.map_or(UNKNOWN.to_owned(), signed)
    }

    fn temperature(self, value: Temperature) -> f64 {
        if self == Self::Imperial { value.fahrenheit() } else { value.celsius() }
    }

    /// A speed without unit.
    pub fn speed(self, value: Option<Speed>) -> String {
        let in_unit = |value: Speed| match self {
            Self::Metric => value.kilometres_per_hour(),
            Self::MetricPerSecond => value.metres_per_second(),
            Self::Imperial => value.miles_per_hour(),
        };
        value.map_or(UNKNOWN.to_owned(), |value| whole(in_unit(value)))
    }

    /// Wind as in `↗15km/h`.
    pub fn wind(self, from: Option<Direction>, speed: Option<Speed>, glyphs: GlyphSet) -> String {
        let arrow = from.map_or("", |from| glyphs.wind(from));
        match speed {
            Some(_) => format!("{arrow}{}{}", self.speed(speed), self.speed_unit()),
            None => UNKNOWN.to_owned(),
        }
    }

    /// A depth of water without the unit, in tenths of a millimetre or hundredths of an inch. A smaller amount is
    /// rounded up, so that it does not read as none.
    pub fn depth(self, value: Option<Length>) -> String {
        // The rounding error of a sum whose parts are zero.
        const NOISE: f64 = 1e-6;
        let Some(value) = value else { return UNKNOWN.to_owned() };
        let (value, decimals, smallest) =
            if self == Self::Imperial { (value.inches(), 2, 0.01) } else { (value.millimetres(), 1, 0.1) };
        let shown = if value > NOISE { value.max(smallest) } else { 0.0 };
        format!("{shown:.decimals$}")
    }

    /// A visibility with its unit.
    pub fn distance(self, value: Option<Length>) -> String {
        const METRES_PER_KILOMETRE: f64 = 1000.0;
        let (unit, in_unit) = match self {
            Self::Imperial => ("mi", value.map(Length::miles)),
            _ => ("km", value.map(|value| value.metres() / METRES_PER_KILOMETRE)),
        };
        // The difference between 200 m and 900 m matters.
        let decimals = usize::from(in_unit.is_some_and(|value| value < 1.95));
        in_unit.map_or(UNKNOWN.to_owned(), |value| format!("{value:.decimals$} {unit}"))
    }
}

/// A percentage, as in `71%`.
pub fn percent(value: Option<Percentage>) -> String {
    value.map_or(UNKNOWN.to_owned(), |value| format!("{}%", whole(value.percent())))
}

/// A pressure, as in `1015hPa`.
pub fn pressure(value: Option<Pressure>) -> String {
    value.map_or(UNKNOWN.to_owned(), |value| format!("{}hPa", whole(value.hectopascals())))
}

/// A whole number without a unit.
pub fn number(value: Option<f64>) -> String {
    value.map_or(UNKNOWN.to_owned(), whole)
}

/// A number without decimals, and never negative zero.
pub fn whole(value: f64) -> String {
    format!("{:.0}", rounded(value))
}

fn rounded(value: f64) -> f64 {
    value.round() + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_rounded_as_a_person_would() {
        let celsius = |value| Some(Temperature::from_celsius(value));
        let metric = TextUnits::Metric;
        assert_eq!(metric.signed_degrees(celsius(-0.4)), "+0°C");
        assert_eq!(metric.signed_degrees(celsius(10.5)), "+11°C");
        assert_eq!(TextUnits::Imperial.signed_degrees(celsius(-19.4)), "-3°F");
        assert_eq!(metric.degrees(None), "–");
        let speed = Some(Speed::from_metres_per_second(4.1));
        let from = Some(Direction::from_degrees(240.0));
        assert_eq!(metric.wind(from, speed, GlyphSet::Emoji), "↗15km/h");
        assert_eq!(TextUnits::MetricPerSecond.wind(from, speed, GlyphSet::Emoji), "↗4m/s");
        assert_eq!(TextUnits::Imperial.wind(None, speed, GlyphSet::Emoji), "9mph");
        assert_eq!(metric.wind(from, None, GlyphSet::Emoji), "–");
    }

    #[test]
    fn a_trace_of_rain_does_not_read_as_none() {
        let depth = |units: TextUnits, millimetres| units.depth(Some(Length::from_millimetres(millimetres)));
        assert_eq!(depth(TextUnits::Metric, 0.0), "0.0");
        assert_eq!(depth(TextUnits::Metric, 1e-9), "0.0");
        assert_eq!(depth(TextUnits::Metric, 0.03), "0.1");
        assert_eq!(depth(TextUnits::Metric, 1.26), "1.3");
        assert_eq!(depth(TextUnits::Imperial, 0.1), "0.01");
        assert_eq!(TextUnits::Metric.depth(None), "–");
    }

    #[test]
    fn a_short_visibility_has_a_decimal() {
        let distance = |units: TextUnits, metres| units.distance(Some(Length::from_metres(metres)));
        assert_eq!(distance(TextUnits::Metric, 10_000.0), "10 km");
        assert_eq!(distance(TextUnits::Metric, 200.0), "0.2 km");
        assert_eq!(distance(TextUnits::Imperial, 10_000.0), "6 mi");
    }
}
