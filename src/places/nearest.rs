//! Finds the places around a point.
//!
//! A scan over all coordinates, 680 kB read in order, picks the few in a bounding box that shrinks as nearer places are
//! found. A spatial index would add more than a megabyte to the program.

use std::sync::LazyLock;

use super::records::Records;
use crate::weather::Coordinates;

/// Kilometres in a degree of a great circle, rounded down so that the bounding box is large enough.
const KM_PER_DEGREE: f64 = 111.0;

/// The radius of the first search in degrees, and the factor by which it grows until there are enough places.
const FIRST_RADIUS: f64 = 0.5;
const RADIUS_GROWTH: f64 = 3.0;

/// The radius in degrees of a circle that contains the whole Earth.
const WHOLE_EARTH: f64 = 180.0;

/// Hundredths of a degree around the Earth.
const FULL_CIRCLE: i32 = 36_000;

/// How many places are ruled out at once, without a branch, which the compiler turns into vector instructions. Places
/// are in no spatial order, so few blocks have any in the box.
const BLOCK: usize = 64;

/// The nearest place within a distance in kilometres; of several at one point, the most populous.
pub(super) fn nearest(records: &Records, center: Coordinates, within_km: f64) -> Option<u32> {
    let (_, place) = *Center::new(center).nearest(records, 1, within_km / KM_PER_DEGREE).first()?;
    (center.distance_km(records.coordinates(place)) <= within_km).then_some(place)
}

/// The nearest places, nearest first.
pub(super) fn near(records: &Records, center: Coordinates, limit: usize) -> Vec<u32> {
    let center = Center::new(center);
    let mut radius = FIRST_RADIUS;
    loop {
        let found = center.nearest(records, limit, radius);
        let enough = found.iter().filter(|(proximity, _)| *proximity >= radius.to_radians().cos()).count() == limit;
        if enough || radius >= WHOLE_EARTH {
            return found.into_iter().map(|(_, place)| place).collect();
        }
        radius = WHOLE_EARTH.min(radius * RADIUS_GROWTH);
    }
}

/// Cosines of 0° to 270° in steps of a hundredth of a degree, which include every sine and cosine of a place's
/// coordinates. With them, measuring the distance to a place costs only a few multiplications.
static COSINES: LazyLock<Vec<f64>> =
    LazyLock::new(|| (0..=27_000).map(|hundredths| (f64::from(hundredths) / 100.0).to_radians().cos()).collect());

/// The point around which places are searched.
struct Center {
    coordinates: Coordinates,
    /// The point as a unit vector.
    vector: [f64; 3],
    cosines: &'static [f64],
}

impl Center {
    fn new(coordinates: Coordinates) -> Self {
        let (latitude, longitude) = (coordinates.latitude().to_radians(), coordinates.longitude().to_radians());
        let vector = [latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()];
        Self { coordinates, vector, cosines: &COSINES }
    }

    /// The nearest places within a radius in degrees, nearest first, each with its proximity. If there are too few, some
    /// slightly beyond it follow.
    fn nearest(&self, records: &Records, limit: usize, radius: f64) -> Vec<(f64, u32)> {
        let mut nearest: Vec<(f64, u32)> = Vec::with_capacity(limit + 1);
        let mut bounds = BoundingBox::new(self.coordinates, radius);
        let block = |bytes: &'static [u8]| bytes.chunks(BLOCK * size_of::<i16>());
        let blocks = block(records.latitudes()).zip(block(records.longitudes())).zip((0..).step_by(BLOCK));
        for ((north, east), first) in blocks {
            if !pairs(north, east).fold(false, |any, at| any | bounds.contains(at)) {
                continue;
            }
            for (at, place) in pairs(north, east).zip(first..) {
                if !bounds.contains(at) {
                    continue;
                }
                let proximity = self.proximity(at);
                let rank = nearest.partition_point(|&(other, _)| other >= proximity);
                nearest.insert(rank, (proximity, place));
                nearest.truncate(limit);
                if let Some(&(farthest, _)) = nearest.last()
                    && nearest.len() == limit
                {
                    bounds = BoundingBox::new(self.coordinates, farthest.clamp(-1.0, 1.0).acos().to_degrees());
                }
            }
        }
        nearest
    }

    /// The cosine of the angle between this point and a place, seen from the centre of the Earth: the larger, the nearer.
    fn proximity(&self, (north, east): (i16, i16)) -> f64 {
        let (north, east, [x, y, z]) = (i32::from(north), i32::from(east), self.vector);
        let cosine = |hundredths: i32| self.cosines[hundredths.unsigned_abs() as usize];
        let sine = |hundredths: i32| cosine(hundredths - 9_000);
        cosine(north) * (cosine(east) * x + sine(east) * y) + sine(north) * z
    }
}

/// The bounding box of a circle, in hundredths of a degree.
struct BoundingBox {
    latitude: i32,
    longitude: i32,
    half_height: i32,
    half_width: i32,
}

impl BoundingBox {
    fn new(center: Coordinates, radius: f64) -> Self {
        Self {
            latitude: hundredths(center.latitude()),
            longitude: hundredths(center.longitude()),
            half_height: hundredths(radius) + 1,
            half_width: hundredths(half_width(center.latitude(), radius)) + 1,
        }
    }

    fn contains(&self, (north, east): (i16, i16)) -> bool {
        let apart = (i32::from(east) - self.longitude).abs();
        ((i32::from(north) - self.latitude).abs() <= self.half_height)
            & (apart.min(FULL_CIRCLE - apart) <= self.half_width)
    }
}

/// The numbers of two columns, side by side.
fn pairs(north: &'static [u8], east: &'static [u8]) -> impl Iterator<Item = (i16, i16)> {
    let column = |bytes: &'static [u8]| bytes.as_chunks().0.iter().map(|&number| i16::from_le_bytes(number));
    column(north).zip(column(east))
}

/// How many degrees of longitude a circle extends to either side: asin(sin radius / cos latitude), or all of them if it
/// contains a pole.
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
    fn the_nearest_places_are_those_of_the_smallest_distances() {
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
