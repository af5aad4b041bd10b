//! The phase of the moon, and when it rises and sets.
//!
//! The phase angle is that of Meeus, "Astronomical Algorithms" (1998), formula 48.4, with the mean elongation and
//! anomalies of chapter 47. Between 1900 and 2100 it is accurate to about a tenth of a degree, or some ten minutes.

use jiff::Timestamp;

mod horizon;
mod time;

pub use horizon::rise_and_set;
use time::{centuries, sine};

/// The mean time from one new moon to the next.
const SYNODIC_MONTH_DAYS: f64 = 29.530_588_861;

/// The moon at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moon {
    /// How far it is ahead of the sun, in degrees: 0 at new moon, 90 at the first quarter, 180 at full moon, 270 at the
    /// last quarter.
    elongation: f64,
}

impl Moon {
    /// The moon as it is seen from the Earth's centre.
    #[must_use]
    pub fn at(time: Timestamp) -> Self {
        let centuries = centuries(time);
        // Formulas 47.2, 47.3 and 47.4, without the terms that do not matter within centuries.
        let elongation = 297.850_192_1 + 445_267.111_403_4 * centuries - 0.001_881_9 * centuries.powi(2);
        let suns_anomaly = 357.529_109_2 + 35_999.050_290_9 * centuries - 0.000_153_6 * centuries.powi(2);
        let moons_anomaly = 134.963_396_4 + 477_198.867_505_5 * centuries + 0.008_741_4 * centuries.powi(2);
        // Formula 48.4 gives the phase angle, which is 180° minus this.
        let ahead = elongation + 6.289 * sine(moons_anomaly) - 2.100 * sine(suns_anomaly)
            + 1.274 * sine(2.0 * elongation - moons_anomaly)
            + 0.658 * sine(2.0 * elongation)
            + 0.214 * sine(2.0 * moons_anomaly)
            + 0.110 * sine(elongation);
        Self { elongation: ahead.rem_euclid(360.0) }
    }

    /// The fraction of its cycle since the new moon: 0.25 is the first quarter, 0.5 the full moon.
    #[must_use]
    pub fn share_of_cycle(self) -> f64 {
        self.elongation / 360.0
    }

    /// The illuminated fraction of its disc, from 0 to 1 (Meeus 48.1).
    #[must_use]
    pub fn illumination(self) -> f64 {
        f64::midpoint(1.0, -self.elongation.to_radians().cos())
    }

    /// Whether it is between new and full.
    #[must_use]
    pub fn is_waxing(self) -> bool {
        self.elongation < 180.0
    }

    /// Whole days since the new moon in a synodic month of mean length: 0 to 29.
    #[must_use]
    pub fn day(self) -> u8 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 29")]
        let day = (self.elongation / 360.0 * SYNODIC_MONTH_DAYS) as u8;
        day
    }

    /// The nearest of eight evenly spaced phases, from 0 (new) through 4 (full) to 7 (waning crescent).
    #[must_use]
    pub fn phase(self) -> usize {
        const PHASES: usize = 8;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 8")]
        let nearest = (self.elongation / 45.0).round() as usize;
        nearest % PHASES
    }

    /// The phase in English words.
    #[must_use]
    pub fn phase_name(self) -> &'static str {
        const NAMES: [&str; 8] = [
            "New Moon",
            "Waxing Crescent",
            "First Quarter",
            "Waxing Gibbous",
            "Full Moon",
            "Waning Gibbous",
            "Last Quarter",
            "Waning Crescent",
        ];
        NAMES[self.phase()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moon(time: &str) -> Moon {
        Moon::at(time.parse().unwrap())
    }

    #[test]
    fn meeus_example_48a() {
        // 1992 April 12, 0h TD: a phase angle of 69.0756°, 67.86 % lit, waxing.
        let moon = moon("1992-04-11T23:59:01Z");
        assert!((180.0 - moon.elongation - 69.0756).abs() < 0.3, "{moon:?}");
        assert!((moon.illumination() - 0.6786).abs() < 0.003, "{}", moon.illumination());
        assert_eq!((moon.phase_name(), moon.day()), ("First Quarter", 9));
    }

    #[test]
    fn published_phases() {
        // Meeus' examples 49.a and 49.b, and phases of 2024 and 2025 by the US Naval Observatory.
        for (time, elongation) in [
            ("1977-02-18T03:36:00Z", 0.0),
            ("2044-01-21T23:47:00Z", 270.0),
            ("2024-04-08T18:21:00Z", 0.0),
            ("2025-03-14T06:55:00Z", 180.0),
            ("2025-06-03T03:41:00Z", 90.0),
        ] {
            let off = (moon(time).elongation - elongation + 180.0).rem_euclid(360.0) - 180.0;
            assert!(off.abs() < 0.4, "{time}: {off}");
        }
    }

    #[test]
    fn days_count_from_the_new_moon() {
        assert_eq!(moon("2024-04-08T19:21:00Z").day(), 0);
        assert_eq!(moon("2024-04-08T15:21:00Z").day(), 29);
        assert_eq!(moon("2024-04-08T15:21:00Z").phase_name(), "New Moon");
        assert_eq!(moon("2025-03-14T06:55:00Z").phase(), 4);
    }
}
