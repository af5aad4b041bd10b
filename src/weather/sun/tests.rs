use jiff::civil::date;

use super::*;

const LONDON: Coordinates = Coordinates::from_hundredths(5151, -13);
const TROMSO: Coordinates = Coordinates::from_hundredths(6965, 1896);
const REYKJAVIK: Coordinates = Coordinates::from_hundredths(6415, -2194);
const QUITO: Coordinates = Coordinates::from_hundredths(-22, -7851);
const MCMURDO: Coordinates = Coordinates::from_hundredths(-7785, 16667);

/// Almanac times are given to the minute and may be rounded differently.
#[track_caller]
fn about(actual: Option<Timestamp>, almanac: &str) {
    let almanac: Timestamp = almanac.parse().unwrap();
    let off = actual.unwrap().duration_since(almanac).abs();
    assert!(off <= SignedDuration::from_secs(60), "{actual:?} instead of {almanac}");
}

fn day_in(at: Coordinates, date: Date, zone: &str) -> SunDay {
    let zone = TimeZone::get(zone).unwrap();
    SunPath::of_day(at, date, &zone).unwrap().day(date, &zone)
}

fn is_up(at: Coordinates, time: &str) -> bool {
    let time = time.parse().unwrap();
    SunPath::new(at, time, time).is_up(time)
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
    assert!(is_up(TROMSO, "2024-06-21T23:00:00Z"));
    assert!(!is_up(TROMSO, "2024-12-21T11:00:00Z"));
}

/// Published for Reykjavik on 21 June: sunrise 02:55, sunset 00:03 of the next day.
#[test]
fn sunset_follows_sunrise_after_midnight_too() {
    let june = day_in(REYKJAVIK, date(2026, 6, 21), "Atlantic/Reykjavik");
    about(june.sunrise, "2026-06-21T02:55:00Z");
    about(june.sunset, "2026-06-22T00:03:00Z");
}

/// Before the midnight sun begins, the sun rises once more and does not set within a day.
#[test]
fn a_day_has_no_sunset_if_none_follows_within_24_hours() {
    let mut days = (10..25).map(|day| day_in(TROMSO, date(2026, 5, day), "Europe/Oslo"));
    let last = days.rfind(|day| day.sunrise.is_some()).unwrap();
    assert_eq!((last.sunset, last.polar), (None, None));
}

/// On the equator a day is 12 hours and 7 minutes long; the 7 minutes come from the limb and refraction.
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
fn mcmurdo_has_polar_day_in_december() {
    let zone = "Antarctica/McMurdo";
    assert_eq!(day_in(MCMURDO, date(2024, 12, 21), zone).polar, Some(Polar::Day));
    assert_eq!(day_in(MCMURDO, date(2024, 6, 21), zone).polar, Some(Polar::Night));
    assert_eq!(day_in(MCMURDO, date(2024, 3, 20), zone).polar, None);
}

/// The algorithm itself, without the parabola between days, at every latitude and over a year.
#[test]
fn heights_are_those_of_the_algorithm_to_a_hundredth_of_a_degree() {
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let end = start + SignedDuration::from_hours(24 * 366);
    for latitude in (-9000..=9000).step_by(1500) {
        let at = Coordinates::from_hundredths(latitude, 1234);
        let path = SunPath::new(at, start, end);
        for hours in (0..24 * 366).step_by(37) {
            let time = seconds(start + SignedDuration::from_hours(hours));
            let julian = JulianDate::new(time / SECONDS_PER_DAY + UNIX_EPOCH_JULIAN, delta_t(start)).unwrap();
            let place = solar_positioning::Location { latitude: at.latitude(), longitude: at.longitude() };
            let exact = SolarPositions::new().at_from_julian(julian, place, 0.0, None).unwrap().elevation_angle();
            assert!((path.elevation(time) - exact).abs() < 0.01, "{at} {hours}: {} {exact}", path.elevation(time));
        }
    }
}

#[test]
fn years_outside_the_algorithms_range_are_not_an_error() {
    assert!(!is_up(LONDON, "9999-12-30T00:00:00Z"));
    assert!(SunPath::of_day(LONDON, Date::MAX, &TimeZone::UTC).is_none());
    let day = date(9000, 1, 1);
    assert_eq!(day_in(LONDON, day, "UTC"), SunDay::default());
}

/// Published for London, 21 June 2024: civil twilight 03:55 to 22:09 BST, the sun highest at 13:02.
#[test]
fn dawn_noon_and_dusk_are_those_published() {
    let zone = TimeZone::get("Europe/London").unwrap();
    let twilight = |at, date| SunPath::of_day(at, date, &zone).unwrap().twilight(date, &zone);
    let june = twilight(LONDON, date(2024, 6, 21));
    about(june.dawn, "2024-06-21T02:55:00Z");
    about(june.noon, "2024-06-21T12:02:00Z");
    about(june.dusk, "2024-06-21T21:09:00Z");
    let polar_day = twilight(TROMSO, date(2024, 6, 21));
    assert_eq!((polar_day.dawn, polar_day.dusk), (None, None), "there is no night");
    assert!(polar_day.noon.is_some());
}
