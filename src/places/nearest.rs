//! The places around a point.
//!
//! A scan of the latitudes finds the few places in the band that matters: 340 kB read in order,
//! where a spatial index would add more than a megabyte to the program.

use super::format::i16_at;
use super::records::Records;
use crate::weather::Coordinates;

/// Length of a degree of latitude in kilometres, at the least: a band made with it is wide enough.
const KM_PER_DEGREE: f64 = 111.0;

/// No two points on Earth are farther apart, in kilometres.
const FARTHEST_KM: f64 = 20_040.0;

/// Where looking for a number of places starts, in kilometres, and how the distance grows until
/// there are enough.
const FIRST_RADIUS_KM: f64 = 50.0;
const GROWTH: f64 = 4.0;

/// The places within a distance in kilometres, in no order, each with its own.
fn within(records: &Records, center: Coordinates, radius_km: f64) -> Vec<(f64, u32)> {
    let half_height = radius_km / KM_PER_DEGREE;
    let half_width = half_width(center.latitude(), half_height);
    let (south, north) = (hundredths(center.latitude() - half_height), hundredths(center.latitude() + half_height));
    let mut found = Vec::new();
    for (place, latitude) in (0..).zip(records.latitudes().chunks_exact(size_of::<i16>())) {
        if !(south..=north).contains(&i32::from(i16_at(latitude, 0))) {
            continue;
        }
        let at = records.coordinates(place);
        let apart = (at.longitude() - center.longitude()).abs();
        if apart.min(360.0 - apart) <= half_width {
            let distance = center.distance_km(at);
            if distance <= radius_km {
                found.push((distance, place));
            }
        }
    }
    found
}

#[expect(clippy::cast_possible_truncation, reason = "a cast saturates, and no latitude is beyond that")]
fn hundredths(degrees: f64) -> i32 {
    (degrees * 100.0).round() as i32
}

/// How many degrees of longitude a circle reaches to either side; all of them when a pole is in it.
/// (At most asin(sin r / cos latitude), which chords of the parallel do not give.)
fn half_width(latitude: f64, radius_degrees: f64) -> f64 {
    if latitude.abs() + radius_degrees >= 90.0 {
        return 180.0;
    }
    let sine = radius_degrees.to_radians().sin() / latitude.to_radians().cos();
    sine.min(1.0).asin().to_degrees()
}

/// The nearest place within a distance in kilometres, the most populous of several at one point.
pub(super) fn nearest(records: &Records, center: Coordinates, within_km: f64) -> Option<u32> {
    let found = within(records, center, within_km);
    let nearest = found.into_iter().min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    nearest.map(|(_, place)| place)
}

/// The nearest places, nearest first.
pub(super) fn near(records: &Records, center: Coordinates, limit: usize) -> Vec<u32> {
    let mut radius = FIRST_RADIUS_KM;
    let mut found = within(records, center, radius);
    while found.len() < limit && radius < FARTHEST_KM {
        radius = (radius * GROWTH).min(FARTHEST_KM);
        found = within(records, center, radius);
    }
    found.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    found.into_iter().take(limit).map(|(_, place)| place).collect()
}
