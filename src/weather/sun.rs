//! When the sun is up.
//!
//! Positions come from the Solar Position Algorithm (Reda and Andreas, NREL, 2004) by the crate
//! `solar-positioning`; the sun counts as up while its upper limb shows above a flat horizon, with
//! standard refraction: its centre higher than 50 arc minutes below.

use jiff::{SignedDuration, Timestamp, Unit, civil::Date, tz::TimeZone};
use solar_positioning::{Horizon, Location, SolarEvents, SolarPositions, delta_t, time::JulianDate};

use super::{Coordinates, calendar};

/// The Julian date of 1970-01-01T00:00:00Z.
const UNIX_EPOCH_JULIAN: f64 = 2_440_587.5;
const SECONDS_PER_DAY: f64 = 86_400.0;

/// What the sun does on one local calendar day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SunDay {
    /// When its upper limb first shows, to the minute.
    pub sunrise: Option<Timestamp>,
    /// When its upper limb last shows, to the minute.
    pub sunset: Option<Timestamp>,
    /// Set where the sun does not cross the horizon that day.
    pub polar: Option<Polar>,
}

/// A day on which the sun does not cross the horizon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Polar {
    /// It stays up.
    Day,
    /// It stays down.
    Night,
}

/// Whether the sun is up at that place and time.
#[must_use]
pub fn is_up(at: Coordinates, time: Timestamp) -> bool {
    elevation(at, time) > Horizon::SunriseSunset.elevation_angle()
}

/// The height of the sun's centre above the horizon in degrees, without refraction.
///
/// Not a number for years outside -2000 to 6000, which the algorithm does not cover.
#[must_use]
pub fn elevation(at: Coordinates, time: Timestamp) -> f64 {
    let position = JulianDate::new(julian(time), delta_t(time))
        .and_then(|date| SolarPositions::new().at_from_julian(date, location(at), 0.0, None));
    position.map_or(f64::NAN, |position| position.elevation_angle())
}

/// What the sun does at a place between two local midnights.
#[must_use]
pub fn day(at: Coordinates, date: Date, zone: &TimeZone) -> SunDay {
    let Some((start, end)) = calendar::span(date, zone) else {
        return SunDay::default();
    };
    let events = SolarEvents::new().for_interval_from_julian(
        julian(start),
        julian(end),
        location(at),
        delta_t(start),
        Horizon::SunriseSunset,
    );
    let Ok(events) = events else {
        return SunDay::default();
    };
    let polar = if events.always_above() {
        Some(Polar::Day)
    } else if events.always_below() {
        Some(Polar::Night)
    } else {
        None
    };
    SunDay {
        sunrise: events.rises.first().and_then(|&rise| timestamp(rise)),
        sunset: events.sets.last().and_then(|&set| timestamp(set)),
        polar,
    }
}

fn location(at: Coordinates) -> Location {
    Location { latitude: at.latitude(), longitude: at.longitude() }
}

/// Seconds by which the Earth's rotation lags behind uniform time.
fn delta_t(time: Timestamp) -> f64 {
    let date = calendar::local_date(time, &TimeZone::UTC);
    let month = u32::from(date.month().unsigned_abs());
    delta_t::estimate_from_date(date.year().into(), month).unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "a double holds the milliseconds of 285,000 years")]
fn julian(time: Timestamp) -> f64 {
    time.as_millisecond() as f64 / (SECONDS_PER_DAY * 1000.0) + UNIX_EPOCH_JULIAN
}

fn timestamp(julian: f64) -> Option<Timestamp> {
    let since_epoch = SignedDuration::try_from_secs_f64((julian - UNIX_EPOCH_JULIAN) * SECONDS_PER_DAY).ok()?;
    Timestamp::from_duration(since_epoch).ok()?.round(Unit::Minute).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const LONDON: Coordinates = Coordinates::from_hundredths(5151, -13);
    const TROMSO: Coordinates = Coordinates::from_hundredths(6965, 1896);
    const QUITO: Coordinates = Coordinates::from_hundredths(-22, -7851);
    const MCMURDO: Coordinates = Coordinates::from_hundredths(-7785, 16667);

    /// Almanac times are given to the minute, and round where we may not.
    fn about(actual: Option<Timestamp>, almanac: &str) {
        let almanac: Timestamp = almanac.parse().unwrap();
        let off = actual.unwrap().duration_since(almanac).abs();
        assert!(off <= SignedDuration::from_secs(60), "{actual:?} instead of {almanac}");
    }

    fn day_in(at: Coordinates, date: Date, zone: &str) -> SunDay {
        day(at, date, &TimeZone::get(zone).unwrap())
    }

    /// Published for London: 21 June 04:43 to 21:21 BST, 21 December 08:04 to 15:53 GMT.
    #[test]
    fn london_at_the_solstices() {
        let june = day_in(LONDON, date(2024, 6, 21), "Europe/London");
        about(june.sunrise, "2024-06-21T03:43:00Z");
        about(june.sunset, "2024-06-21T20:21:00Z");
        let december = day_in(LONDON, date(2024, 12, 21), "Europe/London");
        about(december.sunrise, "2024-12-21T08:04:00Z");
        about(december.sunset, "2024-12-21T15:53:00Z");
        assert_eq!(december.polar, None);
    }

    /// The sun stays down from 27 November to 15 January and up from 18 May to 26 July.
    #[test]
    fn tromso_in_polar_night_and_day() {
        let december = day_in(TROMSO, date(2024, 12, 21), "Europe/Oslo");
        assert_eq!(december, SunDay { sunrise: None, sunset: None, polar: Some(Polar::Night) });
        let june = day_in(TROMSO, date(2024, 6, 21), "Europe/Oslo");
        assert_eq!(june, SunDay { sunrise: None, sunset: None, polar: Some(Polar::Day) });
        assert!(is_up(TROMSO, "2024-06-21T23:00:00Z".parse().unwrap()));
        assert!(!is_up(TROMSO, "2024-12-21T11:00:00Z".parse().unwrap()));
    }

    /// On the equator the day is 12 hours and 7 minutes long, the limb and refraction making the 7.
    #[test]
    fn quito_has_equal_days_all_year() {
        for month in 1..=12 {
            let day = day_in(QUITO, date(2024, month, 21), "America/Guayaquil");
            let length = day.sunset.unwrap().duration_since(day.sunrise.unwrap());
            assert!((length.as_mins() - 727).abs() <= 2, "{length}");
        }
    }

    /// The sun stays up from 24 October to 20 February and down from 24 April to 19 August.
    #[test]
    fn mcmurdo_is_the_other_way_round() {
        let zone = "Antarctica/McMurdo";
        assert_eq!(day_in(MCMURDO, date(2024, 12, 21), zone).polar, Some(Polar::Day));
        assert_eq!(day_in(MCMURDO, date(2024, 6, 21), zone).polar, Some(Polar::Night));
        assert_eq!(day_in(MCMURDO, date(2024, 3, 20), zone).polar, None);
    }

    #[test]
    fn years_beyond_the_algorithm_are_no_error() {
        assert!(!is_up(LONDON, Timestamp::MAX));
        assert_eq!(day_in(LONDON, Date::MAX, "UTC"), SunDay::default());
    }
}
