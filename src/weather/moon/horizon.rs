//! When the moon rises and sets, accurate to about two minutes.
//!
//! Its position is that of Meeus, "Astronomical Algorithms" (1998), chapter 47, with the terms above 0.03° in longitude
//! and latitude. Its elevation at rising and setting is that of chapter 15.

use jiff::{SignedDuration, Timestamp, Unit};

use super::time::{J2000_JULIAN, centuries, julian, sine};
use crate::weather::coordinates::Coordinates;

/// The Earth's radius at the equator.
const EARTH_RADIUS_KM: f64 = 6378.14;
/// Atmospheric refraction at the horizon, in degrees.
const REFRACTION: f64 = 34.0 / 60.0;
/// The moon's apparent radius as a fraction of its parallax.
const RADIUS_BY_PARALLAX: f64 = 0.2725;
/// The obliquity of the ecliptic in 2000, which changes by 0.013° in a century.
const OBLIQUITY: f64 = 23.439_29;

/// The interval at which a crossing of the horizon is looked for.
const SAMPLE_INTERVAL: SignedDuration = SignedDuration::from_mins(20);
/// The precision to which a crossing is then narrowed down.
const PRECISION: SignedDuration = SignedDuration::from_secs(15);

/// When the moon first rises and first sets between two moments, to the minute.
#[must_use]
pub fn rise_and_set(at: Coordinates, from: Timestamp, until: Timestamp) -> [Option<Timestamp>; 2] {
    let (mut rise, mut set) = (None, None);
    let mut before = from;
    while before < until {
        let after = (before + SAMPLE_INTERVAL).min(until);
        match (is_up(at, before), is_up(at, after)) {
            (false, true) => rise = rise.or_else(|| crossing(at, before, after)),
            (true, false) => set = set.or_else(|| crossing(at, before, after)),
            _ => {}
        }
        before = after;
    }
    [rise, set]
}

fn crossing(at: Coordinates, mut before: Timestamp, mut after: Timestamp) -> Option<Timestamp> {
    let was_up = is_up(at, before);
    while after.duration_since(before) > PRECISION {
        let middle = before + after.duration_since(before) / 2;
        if is_up(at, middle) == was_up { before = middle } else { after = middle }
    }
    after.round(Unit::Minute).ok()
}

/// Whether the moon's upper limb is above a flat horizon.
fn is_up(at: Coordinates, time: Timestamp) -> bool {
    let place = MoonPlace::at(time);
    let (sine_of_latitude, cosine_of_latitude) = at.latitude().to_radians().sin_cos();
    let (sine_of_declination, cosine_of_declination) = place.declination.to_radians().sin_cos();
    // Mean sidereal time (Meeus 12.4, linear terms) minus right ascension.
    let sidereal_time = 280.460_618_37 + 360.985_647_366_29 * (julian(time) - J2000_JULIAN);
    let hour_angle = (sidereal_time + at.longitude() - place.right_ascension).rem_euclid(360.0).to_radians();
    let sine_of_height =
        sine_of_latitude * sine_of_declination + cosine_of_latitude * cosine_of_declination * hour_angle.cos();
    let height = sine_of_height.clamp(-1.0, 1.0).asin().to_degrees();
    height > place.parallax * (1.0 - RADIUS_BY_PARALLAX) - REFRACTION
}

/// The position of the moon seen from the Earth's centre, in degrees.
struct MoonPlace {
    right_ascension: f64,
    declination: f64,
    parallax: f64,
}

impl MoonPlace {
    fn at(time: Timestamp) -> Self {
        let [longitude, latitude, distance] = ecliptic(centuries(time));
        let (sine_of_obliquity, cosine_of_obliquity) = OBLIQUITY.to_radians().sin_cos();
        let (longitude, latitude) = (longitude.to_radians(), latitude.to_radians());
        // Meeus 13.3 and 13.4.
        let y = longitude.sin() * cosine_of_obliquity - latitude.tan() * sine_of_obliquity;
        let declination = latitude.sin() * cosine_of_obliquity + latitude.cos() * sine_of_obliquity * longitude.sin();
        Self {
            right_ascension: y.atan2(longitude.cos()).to_degrees(),
            declination: declination.asin().to_degrees(),
            parallax: (EARTH_RADIUS_KM / distance).asin().to_degrees(),
        }
    }
}

/// Ecliptic longitude and latitude in degrees, and the distance in kilometres.
fn ecliptic(centuries: f64) -> [f64; 3] {
    let angle = |start: f64, by_century: f64| (start + by_century * centuries).rem_euclid(360.0);
    let mean = angle(218.316_447_7, 481_267.881_234_21);
    // The mean elongation, the sun's and the moon's mean anomaly, and the moon's argument of latitude.
    let d = angle(297.850_192_1, 445_267.111_403_4);
    let m = angle(357.529_109_2, 35_999.050_290_9);
    let a = angle(134.963_396_4, 477_198.867_505_5);
    let f = angle(93.272_095_0, 483_202.017_523_3);
    let longitude = [
        (6.288_774, a),
        (1.274_027, 2.0 * d - a),
        (0.658_314, 2.0 * d),
        (0.213_618, 2.0 * a),
        (-0.185_116, m),
        (-0.114_332, 2.0 * f),
        (0.058_793, 2.0 * d - 2.0 * a),
        (0.057_066, 2.0 * d - m - a),
        (0.053_322, 2.0 * d + a),
        (0.045_758, 2.0 * d - m),
        (-0.040_923, m - a),
        (-0.034_720, d),
        (-0.030_383, m + a),
    ];
    let latitude = [
        (5.128_122, f),
        (0.280_602, a + f),
        (0.277_693, a - f),
        (0.173_237, 2.0 * d - f),
        (0.055_413, 2.0 * d - a + f),
        (0.046_271, 2.0 * d - a - f),
        (0.032_573, 2.0 * d + f),
    ];
    let distance = [(-20_905.355, a), (-3_699.111, 2.0 * d - a), (-2_955.968, 2.0 * d), (-569.925, 2.0 * a)];
    let sum_of_sines = |terms: &[(f64, f64)]| terms.iter().map(|(size, angle)| size * sine(*angle)).sum::<f64>();
    let cosines = distance.iter().map(|(size, angle)| size * sine(angle + 90.0)).sum::<f64>();
    [mean + sum_of_sines(&longitude), sum_of_sines(&latitude), 385_000.56 + cosines]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meeus_example_47a() {
        let [longitude, latitude, distance] = ecliptic(centuries("1992-04-12T00:00:00Z".parse().unwrap()));
        assert!((longitude - 133.162_655).abs() < 0.1, "{longitude}");
        assert!((latitude - -3.229_126).abs() < 0.1, "{latitude}");
        assert!((distance - 368_409.7).abs() < 500.0, "{distance}");
    }

    /// World Weather Online's times for Heideck in Bavaria, on local dates.
    #[test]
    fn the_moon_rises_and_sets_at_published_times() {
        let heideck = Coordinates::from_hundredths(4913, 1112);
        for (date, rise, set) in [
            ("2026-04-03", Some("2026-04-03T19:50:00Z"), "2026-04-03T04:54:00Z"),
            ("2026-04-04", Some("2026-04-04T21:03:00Z"), "2026-04-04T05:11:00Z"),
            ("2026-04-05", None, "2026-04-05T05:33:00Z"),
        ] {
            let from: Timestamp = format!("{date}T00:00:00+02:00").parse().unwrap();
            let [risen, gone] = rise_and_set(heideck, from, from + SignedDuration::from_hours(24));
            for (actual, expected) in [(risen, rise), (gone, Some(set))] {
                let expected: Option<Timestamp> = expected.map(|time| time.parse().unwrap());
                let off = actual.zip(expected).map(|(actual, expected)| actual.duration_since(expected).abs());
                let is_near = off.is_some_and(|off| off <= SignedDuration::from_mins(3));
                assert!(is_near || actual == expected, "{actual:?} instead of {expected:?}");
            }
        }
    }

    #[test]
    fn near_the_poles_the_moon_can_stay_down() {
        let from: Timestamp = "2025-06-24T00:00:00Z".parse().unwrap();
        let north = Coordinates::from_hundredths(8500, 0);
        assert_eq!(
            rise_and_set(north, from + SignedDuration::from_hours(24 * 14), from + SignedDuration::from_hours(24 * 15)),
            [None, None]
        );
    }
}
