//! Points on Earth, at the precision of requests for weather.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A point on Earth, rounded to a hundredth of a degree (about 1 km).
///
/// Answers are cached and providers are asked at this precision, so equal points share one answer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Coordinates {
    latitude: i16,
    longitude: i16,
}

/// Hundredths of a degree in a degree.
const PER_DEGREE: f64 = 100.0;

/// Mean radius of the Earth in kilometres (IUGG's R1).
const EARTH_RADIUS_KM: f64 = 6371.0088;

/// A coordinate that is out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutOfRange {
    /// The latitude is not a number from -90 to 90.
    Latitude,
    /// The longitude is not a number from -180 to 180.
    Longitude,
}

impl Coordinates {
    /// Rounds decimal degrees to hundredths.
    ///
    /// # Errors
    /// A latitude outside -90..=90, a longitude outside -180..=180, or either not a number.
    pub fn new(latitude: f64, longitude: f64) -> Result<Self, OutOfRange> {
        if !(-90.0..=90.0).contains(&latitude) {
            return Err(OutOfRange::Latitude);
        }
        if !(-180.0..=180.0).contains(&longitude) {
            return Err(OutOfRange::Longitude);
        }
        #[expect(clippy::cast_possible_truncation, reason = "at most 18,000 in magnitude")]
        let hundredths = |degrees: f64| (degrees * PER_DEGREE).round() as i16;
        Ok(Self::from_hundredths(hundredths(latitude), hundredths(longitude)))
    }

    /// Coordinates from hundredths of a degree that are known to be in range.
    #[must_use]
    pub const fn from_hundredths(latitude: i16, longitude: i16) -> Self {
        Self { latitude, longitude }
    }

    /// Degrees north of the equator, two decimals.
    #[must_use]
    pub fn latitude(self) -> f64 {
        f64::from(self.latitude) / PER_DEGREE
    }

    /// Degrees east of Greenwich, two decimals.
    #[must_use]
    pub fn longitude(self) -> f64 {
        f64::from(self.longitude) / PER_DEGREE
    }

    /// Great-circle distance in kilometres, by the haversine formula.
    #[must_use]
    pub fn distance_km(self, other: Self) -> f64 {
        let (lat1, lat2) = (self.latitude().to_radians(), other.latitude().to_radians());
        let half_lat = (lat2 - lat1) / 2.0;
        let half_lon = (other.longitude() - self.longitude()).to_radians() / 2.0;
        let h = half_lat.sin().powi(2) + lat1.cos() * lat2.cos() * half_lon.sin().powi(2);
        2.0 * EARTH_RADIUS_KM * h.sqrt().min(1.0).asin()
    }
}

impl fmt::Display for Coordinates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.latitude(), self.longitude())
    }
}

impl fmt::Debug for Coordinates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_to_hundredths_and_keeps_the_edges() {
        let london = Coordinates::new(51.508_53, -0.125_74).unwrap();
        assert_eq!((london.latitude(), london.longitude()), (51.51, -0.13));
        assert!(Coordinates::new(-90.0, 180.0).is_ok());
    }

    #[test]
    fn rejects_what_is_out_of_range() {
        assert_eq!(Coordinates::new(91.0, 0.0), Err(OutOfRange::Latitude));
        assert_eq!(Coordinates::new(f64::NAN, 0.0), Err(OutOfRange::Latitude));
        assert_eq!(Coordinates::new(0.0, -180.01), Err(OutOfRange::Longitude));
        assert_eq!(Coordinates::new(0.0, f64::INFINITY), Err(OutOfRange::Longitude));
    }

    #[test]
    fn measures_along_the_great_circle() {
        let london = Coordinates::from_hundredths(5151, -13);
        let paris = Coordinates::from_hundredths(4885, 235);
        assert!((london.distance_km(paris) - 343.0).abs() < 3.0);
        let across_the_date_line = Coordinates::from_hundredths(0, 17_950);
        assert!((across_the_date_line.distance_km(Coordinates::from_hundredths(0, -17_950)) - 111.2).abs() < 0.1);
    }
}
