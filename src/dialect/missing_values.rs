//! Fills in values that clients need but no provider reported. The README lists what each is replaced by.

use crate::weather::{Conditions, ForecastStep, Percentage, Speed, sun::SunPath};

/// The UV index under a clear sky with the sun overhead and 300 DU of ozone, and the exponent of the cosine of the
/// solar zenith angle that scales it (Madronich, "Analytic formula for the clear-sky UV index", 2007).
const UV_OVERHEAD: f64 = 12.5;
const UV_EXPONENT: f64 = 2.42;

/// The hours, with a number for every value that clients cannot do without: from the nearest hour, or else an estimate.
/// Reported values stay as they are.
pub(super) fn complete_hours(hours: &[ForecastStep], sun: &SunPath) -> Vec<ForecastStep> {
    let complete = |(n, hour): (usize, &ForecastStep)| {
        let conditions = with_estimates(with_nearest(&hour.conditions, hours, n), sun);
        let is_wet = conditions.condition.is_wet() || has_precipitation(&conditions);
        let estimated_chance = Percentage::from_percent(if is_wet { 100.0 } else { 0.0 });
        let chance = hour.precipitation_probability.unwrap_or(estimated_chance);
        ForecastStep { conditions, precipitation_probability: Some(chance), ..hour.clone() }
    };
    hours.iter().enumerate().map(complete).collect()
}

/// The hours with missing values taken from the nearest hour, and always with a cloud cover.
pub(super) fn fill_gaps(hours: &[ForecastStep]) -> Vec<ForecastStep> {
    let fill = |(n, hour): (usize, &ForecastStep)| ForecastStep {
        conditions: with_cloud_cover(with_nearest(&hour.conditions, hours, n)),
        ..hour.clone()
    };
    hours.iter().enumerate().map(fill).collect()
}

/// The conditions with a cloud cover derived from the condition if none was reported.
pub(super) fn with_cloud_cover(conditions: Conditions) -> Conditions {
    let cloud_cover = conditions.cloud_cover.unwrap_or(conditions.condition.typical_cloud_cover());
    Conditions { cloud_cover: Some(cloud_cover), ..conditions }
}

/// The current weather, with a number for every value that clients cannot do without.
pub(super) fn complete_current(current: &Conditions, hours: &[ForecastStep], sun: &SunPath) -> Conditions {
    let next = hours.partition_point(|hour| hour.end() <= current.time);
    with_estimates(with_nearest(current, hours, next), sun)
}

fn has_precipitation(conditions: &Conditions) -> bool {
    conditions.precipitation.is_some_and(|depth| depth.millimetres() > 0.0)
}

/// The conditions with missing values taken from the hour nearest to number `n` that has them.
fn with_nearest(conditions: &Conditions, hours: &[ForecastStep], n: usize) -> Conditions {
    let conditions = conditions.clone();
    Conditions {
        temperature: conditions.temperature.or_else(|| nearest(hours, n, |hour| hour.temperature)),
        feels_like: conditions
            .feels_like
            .or(conditions.temperature)
            .or_else(|| nearest(hours, n, |hour| hour.feels_like)),
        humidity: conditions.humidity.or_else(|| nearest(hours, n, |hour| hour.humidity)),
        dew_point: conditions.dew_point.or_else(|| nearest(hours, n, |hour| hour.dew_point)),
        pressure: conditions.pressure.or_else(|| nearest(hours, n, |hour| hour.pressure)),
        cloud_cover: conditions.cloud_cover.or_else(|| nearest(hours, n, |hour| hour.cloud_cover)),
        wind_speed: conditions.wind_speed.or_else(|| nearest(hours, n, |hour| hour.wind_speed)),
        wind_direction: conditions.wind_direction.or_else(|| nearest(hours, n, |hour| hour.wind_direction)),
        ..conditions
    }
}

/// The value of the hour nearest to number `n` that has one.
fn nearest<T>(hours: &[ForecastStep], n: usize, value: impl Fn(&Conditions) -> Option<T>) -> Option<T> {
    let n = n.min(hours.len());
    let (before, after) = (hours[..n].iter().rev(), hours[n..].iter());
    let first_known = |mut hours: Box<dyn Iterator<Item = &ForecastStep> + '_>| {
        hours.find_map(|hour| Some((hour.time(), value(&hour.conditions)?)))
    };
    let wanted_time = hours.get(n).or(hours.last()).map(ForecastStep::time)?;
    let candidates = [first_known(Box::new(after)), first_known(Box::new(before))].into_iter().flatten();
    candidates.min_by_key(|(time, _)| time.duration_since(wanted_time).abs()).map(|(_, value)| value)
}

/// The conditions with estimates of missing values: cloud cover from the condition, the mean wind for the gust, and the
/// UV index of a clear sky.
fn with_estimates(conditions: Conditions, sun: &SunPath) -> Conditions {
    let wind_speed = conditions.wind_speed.unwrap_or(Speed::from_metres_per_second(0.0));
    Conditions {
        wind_gust: conditions.wind_gust.or(Some(wind_speed)),
        uv_index: conditions.uv_index.or_else(|| Some(clear_sky_uv_index(sun.elevation_at(conditions.time)))),
        ..with_cloud_cover(conditions)
    }
}

/// The UV index for the sun's elevation in degrees; zero at night.
fn clear_sky_uv_index(elevation: f64) -> f64 {
    UV_OVERHEAD * elevation.to_radians().sin().max(0.0).powf(UV_EXPONENT)
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::*;
    use crate::weather::{Coordinates, Temperature};

    #[test]
    fn reported_values_stay_and_the_nearest_hour_fills_a_gap() {
        let at = |hour: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour);
        let hour = |n: i64, celsius: Option<f64>| ForecastStep {
            conditions: Conditions {
                temperature: celsius.map(Temperature::from_celsius),
                ..Conditions::unknown_at(at(n))
            },
            hours: 1,
            precipitation_probability: None,
            temperature_min: None,
            temperature_max: None,
        };
        let hours = [hour(0, None), hour(1, Some(1.0)), hour(2, None), hour(3, None), hour(4, Some(4.0))];
        let sun = SunPath::new(Coordinates::from_hundredths(0, 0), at(0), at(5));
        let temperatures: Vec<_> =
            complete_hours(&hours, &sun).iter().map(|hour| hour.conditions.temperature.unwrap().celsius()).collect();
        assert_eq!(temperatures, [1.0, 1.0, 1.0, 4.0, 4.0]);
    }

    /// The WHO's practical guide gives 11 and more for a high sun, and zero at night.
    #[test]
    fn the_uv_index_of_a_clear_sky_follows_the_sun() {
        assert!((11.0..13.0).contains(&clear_sky_uv_index(85.0)));
        assert!((2.0..3.0).contains(&clear_sky_uv_index(31.0)));
        assert!(clear_sky_uv_index(-5.0).abs() < f64::EPSILON);
    }
}
