//! The position of the sun, sunrise and sunset.
//!
//! The sun's right ascension and declination come from the Solar Position Algorithm (Reda and Andreas, NREL, 2004) of the
//! crate `solar-positioning`. They change so slowly that they are computed once a day. In between, a parabola through
//! three days is accurate to a ten-thousandth of a degree, and a hundred times cheaper. The sun is up while its upper
//! limb is above a flat horizon with standard refraction, that is, while its centre is above -50 arc minutes.

use jiff::{SignedDuration, Timestamp, Unit, civil::Date, tz::TimeZone};
use solar_positioning::{SolarPositions, delta_t, time::JulianDate};

use super::{calendar, coordinates::Coordinates};

/// The Julian date of 1970-01-01T00:00:00Z.
const UNIX_EPOCH_JULIAN: f64 = 2_440_587.5;
/// The Julian date of 2000-01-01T12:00:00Z, from which sidereal time is counted.
const J2000_JULIAN: f64 = 2_451_545.0;
const SECONDS_PER_HOUR: f64 = 3_600.0;
const SECONDS_PER_DAY: f64 = 86_400.0;

/// The elevation of the sun's centre at sunrise and sunset, in degrees: minus its radius of 16 arc minutes and a refraction
/// of 34.
const RISING_AT: f64 = -50.0 / 60.0;

/// The elevation of the sun's centre, in degrees, at the two ends of civil twilight.
const TWILIGHT_AT: f64 = -6.0;

/// The horizontal parallax of the sun in degrees (8.794 arc seconds): how much lower it appears from the Earth's surface
/// than from its centre.
const PARALLAX: f64 = 8.794 / 3600.0;

/// How far the sun can rise above, or sink below, the nearer of two samples an hour apart before it returns, in degrees.
/// Half an hour from its turning point it has moved by at most 0.5.
const MAX_BETWEEN_SAMPLES: f64 = 0.6;

/// Sunrise and sunset on one local calendar day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SunDay {
    /// The first sunrise of the day, to the minute.
    pub sunrise: Option<Timestamp>,
    /// The sunset that follows within 24 hours, to the minute; it may be after midnight.
    pub sunset: Option<Timestamp>,
    /// Set if the sun does not cross the horizon that day.
    pub polar: Option<Polar>,
}

/// Dawn, noon and dusk of one local calendar day, to the minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Twilight {
    /// When civil twilight begins.
    pub dawn: Option<Timestamp>,
    /// When the sun is highest.
    pub noon: Option<Timestamp>,
    /// When civil twilight ends after that.
    pub dusk: Option<Timestamp>,
}

/// A day on which the sun does not cross the horizon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Polar {
    /// It stays up.
    Day,
    /// It stays down.
    Night,
}

/// The path of the sun over one place for a number of days.
#[derive(Clone, Debug)]
pub struct SunPath {
    sine_of_latitude: f64,
    cosine_of_latitude: f64,
    longitude: f64,
    first: f64,
    positions: Vec<SunPosition>,
}

/// The position of the sun, seen from the Earth's centre.
#[derive(Clone, Copy, Debug)]
struct SunPosition {
    /// Degrees north of the celestial equator.
    declination: f64,
    /// Degrees by which it is ahead of the mean sun (equation of time).
    ahead: f64,
}

/// A crossing of the horizon.
#[derive(Clone, Copy, Debug)]
struct HorizonCrossing {
    /// In seconds since 1970.
    at: f64,
    is_rise: bool,
}

impl SunPath {
    /// The path over a place from one moment to another.
    #[must_use]
    pub fn new(at: Coordinates, from: Timestamp, until: Timestamp) -> Self {
        let first = seconds(from) - SECONDS_PER_DAY;
        let delta_t = delta_t(from);
        let mut positions = Vec::new();
        let mut time = first;
        while time < seconds(until) + 2.0 * SECONDS_PER_DAY {
            positions.push(SunPosition::at(time, delta_t));
            time += SECONDS_PER_DAY;
        }
        let (sine_of_latitude, cosine_of_latitude) = at.latitude().to_radians().sin_cos();
        Self { sine_of_latitude, cosine_of_latitude, longitude: at.longitude(), first, positions }
    }

    /// The path over a place for one local day and the 24 hours after it; `None` at the limits of the calendar.
    #[must_use]
    pub fn of_day(at: Coordinates, date: Date, zone: &TimeZone) -> Option<Self> {
        let (start, end) = calendar::span(date, zone)?;
        Some(Self::new(at, start, end.checked_add(SignedDuration::from_hours(24)).ok()?))
    }

    /// Whether the sun is up.
    #[must_use]
    pub fn is_up(&self, time: Timestamp) -> bool {
        self.elevation(seconds(time)) > RISING_AT
    }

    /// The elevation of the sun's centre above the horizon in degrees, without refraction; negative below it.
    #[must_use]
    pub fn elevation_at(&self, time: Timestamp) -> f64 {
        self.elevation(seconds(time))
    }

    /// Sunrise and sunset of a local day, which the path must cover.
    #[must_use]
    pub fn day(&self, date: Date, zone: &TimeZone) -> SunDay {
        let Some((start, end)) = calendar::span(date, zone) else {
            return SunDay::default();
        };
        let crossings = self.crossings(RISING_AT, seconds(start), seconds(end));
        let rise = crossings.iter().find(|crossing| crossing.is_rise);
        let set = rise.and_then(|rise| {
            let later = self.crossings(RISING_AT, rise.at, rise.at + SECONDS_PER_DAY);
            later.into_iter().find(|crossing| !crossing.is_rise && crossing.at > rise.at)
        });
        let polar = match self.elevation(seconds(start)) {
            height if height.is_nan() || !crossings.is_empty() => None,
            height if height > RISING_AT => Some(Polar::Day),
            _ => Some(Polar::Night),
        };
        let time = |crossing: HorizonCrossing| timestamp(crossing.at);
        SunDay { sunrise: rise.copied().and_then(time), sunset: set.and_then(time), polar }
    }

    /// Dawn, noon and dusk of a local day, which the path must cover.
    #[must_use]
    pub fn twilight(&self, date: Date, zone: &TimeZone) -> Twilight {
        let Some((start, end)) = calendar::span(date, zone) else {
            return Twilight::default();
        };
        let (start, end) = (seconds(start), seconds(end));
        let noon = self.turning_point(start, end, false);
        let crossings = |from, until| self.crossings(TWILIGHT_AT, from, until).into_iter();
        let dawn = crossings(start, end).find(|crossing| crossing.is_rise);
        let dusk = crossings(noon, noon + SECONDS_PER_DAY / 2.0).find(|crossing| !crossing.is_rise);
        let time = |crossing: HorizonCrossing| timestamp(crossing.at);
        Twilight { dawn: dawn.and_then(time), noon: timestamp(noon), dusk: dusk.and_then(time) }
    }

    /// The elevation of the sun's centre in degrees, without refraction.
    fn elevation(&self, time: f64) -> f64 {
        let SunPosition { declination, ahead } = self.position(time);
        let mean_sun = (time / SECONDS_PER_DAY).fract() * 360.0 - 180.0;
        let (sine, cosine) = declination.to_radians().sin_cos();
        let hour_angle = (mean_sun + ahead + self.longitude).to_radians();
        let height = self.sine_of_latitude * sine + self.cosine_of_latitude * cosine * hour_angle.cos();
        let elevation = height.clamp(-1.0, 1.0).asin();
        elevation.to_degrees() - PARALLAX * elevation.cos()
    }

    /// The position on the parabola through the three nearest computed ones.
    fn position(&self, time: f64) -> SunPosition {
        let day = (time - self.first) / SECONDS_PER_DAY;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number of days")]
        let middle = (day.round().max(1.0) as usize).min(self.positions.len().saturating_sub(2));
        let [before, at, after] = [middle - 1, middle, middle + 1].map(|n| self.positions[n]);
        #[expect(clippy::cast_precision_loss, reason = "a small number of days")]
        let x = day - middle as f64;
        let parabola = |before: f64, at: f64, after: f64| {
            at + x * (after - before) / 2.0 + x * x * (after + before - 2.0 * at) / 2.0
        };
        SunPosition {
            declination: parabola(before.declination, at.declination, after.declination),
            ahead: parabola(before.ahead, at.ahead, after.ahead),
        }
    }

    /// All crossings of an elevation between two times, in order.
    ///
    /// Hourly samples on different sides of it enclose a crossing. If the sun comes close and turns back, its turning
    /// point shows whether there are two more crossings.
    fn crossings(&self, height: f64, from: f64, until: f64) -> Vec<HorizonCrossing> {
        let above = |time: f64| self.elevation(time) - height;
        let mut samples = Vec::new();
        let mut time = from;
        while time < until {
            samples.push(time);
            time += SECONDS_PER_HOUR;
        }
        samples.push(until);
        let heights: Vec<_> = samples.iter().map(|&time| above(time)).collect();
        let mut crossings = Vec::new();
        for n in 1..samples.len() {
            let (start, end) = (samples[n - 1], samples[n]);
            if (heights[n - 1] > 0.0) != (heights[n] > 0.0) {
                crossings.push(self.crossing(height, start, end));
            } else if heights[n].abs().min(heights[n - 1].abs()) < MAX_BETWEEN_SAMPLES {
                let turn = self.turning_point(start, end, heights[n] > 0.0);
                if (above(turn) > 0.0) != (heights[n] > 0.0) {
                    crossings.extend([self.crossing(height, start, turn), self.crossing(height, turn, end)]);
                }
            }
        }
        crossings
    }

    /// The crossing between two times at which the sun is on different sides of an elevation.
    fn crossing(&self, height: f64, mut start: f64, mut end: f64) -> HorizonCrossing {
        const PRECISION_SECONDS: f64 = 0.5;
        let is_rise = self.elevation(end) > height;
        while end - start > PRECISION_SECONDS {
            let middle = f64::midpoint(start, end);
            if (self.elevation(middle) > height) == is_rise { end = middle } else { start = middle }
        }
        HorizonCrossing { at: end, is_rise }
    }

    /// The time between two others at which the sun is lowest or highest, by ternary search.
    fn turning_point(&self, mut start: f64, mut end: f64, lowest: bool) -> f64 {
        const PRECISION_SECONDS: f64 = 4.0;
        while end - start > PRECISION_SECONDS {
            let (left, right) = (start + (end - start) / 3.0, end - (end - start) / 3.0);
            if (self.elevation(left) < self.elevation(right)) == lowest { end = right } else { start = left }
        }
        f64::midpoint(start, end)
    }
}

impl SunPosition {
    /// NaN for years outside -2000 to 6000, which the algorithm does not cover.
    fn at(time: f64, delta_t: f64) -> Self {
        let julian = time / SECONDS_PER_DAY + UNIX_EPOCH_JULIAN;
        let position = JulianDate::new(julian, delta_t).and_then(|at| SolarPositions::new().for_time_from_julian(at));
        position.map_or(Self { declination: f64::NAN, ahead: f64::NAN }, |position| {
            let mean_sun = (time / SECONDS_PER_DAY).fract() * 360.0 - 180.0;
            let ahead = greenwich_sidereal_time(julian) - position.right_ascension() - mean_sun;
            Self { declination: position.declination(), ahead: (ahead + 180.0).rem_euclid(360.0) - 180.0 }
        })
    }
}

/// Mean sidereal time at Greenwich in degrees (Meeus, "Astronomical Algorithms", 1998, formula 12.4 to its linear
/// terms, which is within a second of the apparent one).
fn greenwich_sidereal_time(julian: f64) -> f64 {
    280.460_618_37 + 360.985_647_366_29 * (julian - J2000_JULIAN)
}

/// Seconds by which the Earth's rotation lags behind uniform time.
fn delta_t(time: Timestamp) -> f64 {
    let date = calendar::local_date(time, &TimeZone::UTC);
    let month = u32::from(date.month().unsigned_abs());
    delta_t::estimate_from_date(date.year().into(), month).unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "a double holds the milliseconds of 285,000 years")]
fn seconds(time: Timestamp) -> f64 {
    time.as_millisecond() as f64 / 1000.0
}

fn timestamp(seconds: f64) -> Option<Timestamp> {
    let since_epoch = SignedDuration::try_from_secs_f64(seconds).ok()?;
    Timestamp::from_duration(since_epoch).ok()?.round(Unit::Minute).ok()
}

#[cfg(test)]
mod tests;
