//! Physical quantities as types, so that neither quantities nor units can be confused.
//!
//! Each is stored in one unit. Constructors and getters name their unit.

use serde::{Deserialize, Serialize};

/// Exact by definition (international yard and pound agreement, 1959).
const METRES_PER_INCH: f64 = 0.0254;
/// Exact by definition (international yard and pound agreement, 1959).
const METRES_PER_MILE: f64 = 1609.344;
/// Exact by definition (international nautical mile, 1929).
const METRES_PER_NAUTICAL_MILE: f64 = 1852.0;
const SECONDS_PER_HOUR: f64 = 3600.0;
/// 0 °C in kelvin, exact by definition.
const CELSIUS_ZERO_KELVIN: f64 = 273.15;

/// A temperature.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Temperature(f64);

impl Temperature {
    /// From degrees Celsius.
    #[must_use]
    pub const fn from_celsius(celsius: f64) -> Self {
        Self(celsius)
    }

    /// From degrees Fahrenheit.
    #[must_use]
    pub fn from_fahrenheit(fahrenheit: f64) -> Self {
        Self((fahrenheit - 32.0) / 1.8)
    }

    /// From kelvin.
    #[must_use]
    pub fn from_kelvin(kelvin: f64) -> Self {
        Self(kelvin - CELSIUS_ZERO_KELVIN)
    }

    /// In degrees Celsius.
    #[must_use]
    pub fn celsius(self) -> f64 {
        self.0
    }

    /// In degrees Fahrenheit.
    #[must_use]
    pub fn fahrenheit(self) -> f64 {
        self.0 * 1.8 + 32.0
    }
}

/// A wind speed.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Speed(f64);

impl Speed {
    /// From metres per second.
    #[must_use]
    pub const fn from_metres_per_second(speed: f64) -> Self {
        Self(speed)
    }

    /// From kilometres per hour.
    #[must_use]
    pub fn from_kilometres_per_hour(speed: f64) -> Self {
        Self(speed * 1000.0 / SECONDS_PER_HOUR)
    }

    /// From miles per hour.
    #[must_use]
    pub fn from_miles_per_hour(speed: f64) -> Self {
        Self(speed * METRES_PER_MILE / SECONDS_PER_HOUR)
    }

    /// From knots (nautical miles per hour).
    #[must_use]
    pub fn from_knots(speed: f64) -> Self {
        Self(speed * METRES_PER_NAUTICAL_MILE / SECONDS_PER_HOUR)
    }

    /// In metres per second.
    #[must_use]
    pub fn metres_per_second(self) -> f64 {
        self.0
    }

    /// In kilometres per hour.
    #[must_use]
    pub fn kilometres_per_hour(self) -> f64 {
        self.0 * SECONDS_PER_HOUR / 1000.0
    }

    /// In miles per hour.
    #[must_use]
    pub fn miles_per_hour(self) -> f64 {
        self.0 * SECONDS_PER_HOUR / METRES_PER_MILE
    }
}

/// A visibility, or a depth of precipitation.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Length(f64);

impl Length {
    /// From metres.
    #[must_use]
    pub const fn from_metres(metres: f64) -> Self {
        Self(metres)
    }

    /// From millimetres.
    #[must_use]
    pub fn from_millimetres(millimetres: f64) -> Self {
        Self(millimetres / 1000.0)
    }

    /// From inches.
    #[must_use]
    pub fn from_inches(inches: f64) -> Self {
        Self(inches * METRES_PER_INCH)
    }

    /// In metres.
    #[must_use]
    pub fn metres(self) -> f64 {
        self.0
    }

    /// In millimetres.
    #[must_use]
    pub fn millimetres(self) -> f64 {
        self.0 * 1000.0
    }

    /// In inches.
    #[must_use]
    pub fn inches(self) -> f64 {
        self.0 / METRES_PER_INCH
    }

    /// In miles.
    #[must_use]
    pub fn miles(self) -> f64 {
        self.0 / METRES_PER_MILE
    }
}

impl std::ops::Mul<f64> for Length {
    type Output = Self;

    fn mul(self, factor: f64) -> Self {
        Self(self.0 * factor)
    }
}

impl std::iter::Sum for Length {
    fn sum<I: Iterator<Item = Self>>(lengths: I) -> Self {
        Self(lengths.map(|length| length.0).sum())
    }
}

/// An air pressure at sea level.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Pressure(f64);

impl Pressure {
    /// From hectopascals, which are millibars.
    #[must_use]
    pub const fn from_hectopascals(hectopascals: f64) -> Self {
        Self(hectopascals)
    }

    /// In hectopascals, which are millibars.
    #[must_use]
    pub fn hectopascals(self) -> f64 {
        self.0
    }
}

/// A percentage: humidity, cloud cover or probability.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Percentage(f64);

impl Percentage {
    /// From hundredths: 71 is 71 %.
    #[must_use]
    pub const fn from_percent(percent: f64) -> Self {
        Self(percent)
    }

    /// From a fraction of one: 0.71 is 71 %.
    #[must_use]
    pub fn from_fraction(fraction: f64) -> Self {
        Self(fraction * 100.0)
    }

    /// In hundredths: 71 is 71 %.
    #[must_use]
    pub fn percent(self) -> f64 {
        self.0
    }
}

/// The direction that the wind comes from.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Direction(f64);

impl Direction {
    /// From degrees clockwise from north.
    #[must_use]
    pub const fn from_degrees(degrees: f64) -> Self {
        Self(degrees)
    }

    /// In degrees clockwise from north.
    #[must_use]
    pub fn degrees(self) -> f64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9 * a.abs().max(1.0)
    }

    #[test]
    fn known_conversions() {
        assert!(close(Temperature::from_celsius(100.0).fahrenheit(), 212.0));
        assert!(close(Temperature::from_celsius(-40.0).fahrenheit(), -40.0));
        assert!(close(Temperature::from_kelvin(282.08).celsius(), 8.93));
        assert!(close(Speed::from_kilometres_per_hour(36.0).metres_per_second(), 10.0));
        assert!(close(Speed::from_metres_per_second(0.44704).miles_per_hour(), 1.0));
        assert!(close(Speed::from_knots(1.0).metres_per_second(), 1852.0 / 3600.0));
        assert!(close(Length::from_millimetres(25.4).inches(), 1.0));
        assert!(close(Length::from_metres(16093.44).miles(), 10.0));
        assert!(close(Percentage::from_fraction(0.2).percent(), 20.0));
    }

    proptest! {
        #[test]
        fn converting_there_and_back_changes_nothing(x in -1e4..1e4f64) {
            prop_assert!(close(Temperature::from_fahrenheit(x).fahrenheit(), x));
            prop_assert!(close(Speed::from_miles_per_hour(x).miles_per_hour(), x));
            prop_assert!(close(Length::from_inches(x).inches(), x));
            prop_assert!(close(Length::from_millimetres(x).millimetres(), x));
        }

        #[test]
        fn conversion_keeps_the_order(a in -100.0..100.0f64, b in -100.0..100.0f64) {
            let warmer = Temperature::from_celsius(a) < Temperature::from_celsius(b);
            prop_assert_eq!(warmer, Temperature::from_celsius(a).fahrenheit() < Temperature::from_celsius(b).fahrenheit());
        }
    }
}
