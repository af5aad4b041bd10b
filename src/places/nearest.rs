//! The places around a point.
//!
//! A scan over all coordinates picks the few in the box that matters: 680 kB read in order, where a
//! spatial index would add more than a megabyte to the program.

use super::records::Records;
use crate::weather::Coordinates;

/// Kilometres to a degree of a great circle, at the least: a box made with it is large enough.
const KM_PER_DEGREE: f64 = 111.0;

/// No two points on Earth are farther apart, in kilometres.
const FARTHEST_KM: f64 = 20_040.0;

/// Where looking for a number of places starts, in kilometres, and how the distance grows until
/// there are enough.
const FIRST_RADIUS_KM: f64 = 50.0;
const GROWTH: f64 = 2.0;

/// Hundredths of a degree around the Earth.
const AROUND: i32 = 36_000;

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
        radius *= GROWTH;
        found = within(records, center, radius);
    }
    found.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    found.into_iter().take(limit).map(|(_, place)| place).collect()
}

/// Places are ruled out by so many at once, without a branch, which a compiler turns into vector
/// instructions. They come in no spatial order, so few blocks have any in the box.
const BLOCK: usize = 64;

/// The places within a distance in kilometres, in no order, each with its own.
fn within(records: &Records, center: Coordinates, radius_km: f64) -> Vec<(f64, u32)> {
    let radius = radius_km / KM_PER_DEGREE;
    let half_height = hundredths(radius) + 1;
    let half_width = hundredths(half_width(center.latitude(), radius)) + 1;
    let (latitude, longitude) = (hundredths(center.latitude()), hundredths(center.longitude()));

    let in_box = |(north, east): (i16, i16)| {
        let apart = (i32::from(east) - longitude).abs();
        ((i32::from(north) - latitude).abs() <= half_height) & (apart.min(AROUND - apart) <= half_width)
    };

    let block = |bytes: &'static [u8]| bytes.chunks(BLOCK * size_of::<i16>());
    let blocks = block(records.latitudes()).zip(block(records.longitudes())).zip((0..).step_by(BLOCK));
    let with_some = blocks.filter(|((north, east), _)| pairs(north, east).fold(false, |any, at| any | in_box(at)));
    let places = with_some.flat_map(|((north, east), first)| pairs(north, east).zip(first..));
    let in_box = places.filter(|&(at, _)| in_box(at));
    let with_distance = in_box.map(|(_, place)| (center.distance_km(records.coordinates(place)), place));
    with_distance.filter(|(distance, _)| *distance <= radius_km).collect()
}

/// The numbers of two columns, side by side.
fn pairs(north: &'static [u8], east: &'static [u8]) -> impl Iterator<Item = (i16, i16)> {
    let column = |bytes: &'static [u8]| bytes.as_chunks().0.iter().map(|&number| i16::from_le_bytes(number));
    column(north).zip(column(east))
}

/// How many degrees of longitude a circle reaches to either side: asin(sin radius / cos latitude),
/// and all of them when a pole is in it.
fn half_width(latitude: f64, radius: f64) -> f64 {
    if latitude.abs() + radius >= 90.0 {
        return 180.0;
    }
    let sine = radius.to_radians().sin() / latitude.to_radians().cos();
    sine.min(1.0).asin().to_degrees()
}

#[expect(clippy::cast_possible_truncation, reason = "a cast saturates, and nothing on Earth is beyond that")]
fn hundredths(degrees: f64) -> i32 {
    (degrees * 100.0).round() as i32
}

#[cfg(test)]
mod tests {
    use super::super::Gazetteer;
    use super::*;

    #[test]
    fn the_nearest_place_is_found_across_the_date_line_and_at_the_poles() {
        let gazetteer = Gazetteer::embedded();
        let nearest = |latitude, longitude, within_km| {
            let found = gazetteer.nearest(Coordinates::new(latitude, longitude).unwrap(), within_km);
            found.map(|place| format!("{}, {}", place.name, place.country)).unwrap_or_default()
        };
        assert_eq!(nearest(51.51, -0.13, 30.0), "London, GB");
        assert_eq!(nearest(54.6, -3.13, 30.0), "Keswick, GB");
        assert_eq!(nearest(0.0, -30.0, 100.0), "");
        assert_eq!(nearest(-16.8, -179.95, 100.0), nearest(-16.8, 180.0, 100.0));
        assert_ne!(nearest(-16.8, -179.95, 100.0), "");
        assert_eq!(nearest(90.0, 0.0, 1_500.0), nearest(90.0, 135.0, 1_500.0));
        assert_eq!(nearest(90.0, 0.0, 1_500.0), "Longyearbyen, SJ");
        assert_eq!(nearest(-90.0, 0.0, 100.0), "");
    }

    #[test]
    fn nearest_agrees_with_measuring_every_place() {
        let gazetteer = Gazetteer::embedded();
        let places: Vec<_> = (0..170_391).map(|id| (gazetteer.records.coordinates(id), id)).collect();
        for (latitude, longitude) in
            [(10.0, 20.0), (-41.3, 174.8), (70.0, 179.9), (89.0, -60.0), (-48.88, -123.39), (0.0, 0.0)]
        {
            let here = Coordinates::new(latitude, longitude).unwrap();
            let mut by_distance: Vec<_> = places.iter().map(|&(at, id)| (here.distance_km(at), id)).collect();
            by_distance.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let expected: Vec<_> = by_distance[..20].iter().map(|&(_, id)| id).collect();
            let found: Vec<_> = gazetteer.near(here, 20).iter().map(|place| place.id).collect();
            assert_eq!(found, expected, "{here}");
            let (distance, id) = by_distance[0];
            assert_eq!(gazetteer.nearest(here, distance + 0.001).map(|place| place.id), Some(id), "{here}");
            assert_eq!(gazetteer.nearest(here, distance - 0.001), None, "{here}");
        }
    }
}
