//! Replaces values that clients need but no provider reported. The README lists all replacements.

use crate::weather::{Condition, Conditions, ForecastStep, Percentage, Speed, sun::SunPath};

/// The UV index under a clear sky with the sun overhead and 300 DU of ozone, and the exponent with which it falls with
/// the cosine of the solar zenith angle (Madronich, "Analytic formula for the clear-sky UV index", 2007).
const UV_OVERHEAD: f64 = 12.5;
const UV_EXPONENT: f64 = 2.42;

/// Whether the precipitation of a condition is snow.
pub(super) fn is_snow(condition: Condition) -> bool {
    matches!(condition, Condition::LightSnow | Condition::Snow | Condition::HeavySnow | Condition::SnowShowers)
}

/// Whether the precipitation of a condition is ice, or snow and rain together.
pub(super) fn is_ice(condition: Condition) -> bool {
    matches!(condition, Condition::Sleet | Condition::FreezingDrizzle | Condition::FreezingRain)
}

/// Whether a condition has precipitation.
pub(super) fn is_wet(condition: Condition) -> bool {
    use Condition::{Drizzle, Hail, HeavyRain, LightRain, Rain, RainShowers, Thunderstorm};
    let is_rain = matches!(condition, Drizzle | LightRain | Rain | HeavyRain | RainShowers | Thunderstorm | Hail);
    is_rain || is_snow(condition) || is_ice(condition)
}

/// The hours with a number for every value for which clients need one: that of the nearest hour, or else an estimate.
/// Reported values stay as they are.
pub(super) fn completed(hours: &[ForecastStep], sun: &SunPath) -> Vec<ForecastStep> {
    let complete = |(n, hour): (usize, &ForecastStep)| {
        let mut hour = hour.clone();
        hour.conditions = with_nearest(&hour.conditions, hours, n);
        hour.conditions = with_estimates(hour.conditions, sun);
        let chance = || if is_wet(hour.conditions.condition) || fell(&hour.conditions) { 100.0 } else { 0.0 };
        hour.precipitation_probability =
            hour.precipitation_probability.or_else(|| Some(Percentage::from_percent(chance())));
        hour
    };
    hours.iter().enumerate().map(complete).collect()
}

/// The hours with missing values taken from the nearest hour, and always with a cloud cover.
pub(super) fn without_gaps(hours: &[ForecastStep]) -> Vec<ForecastStep> {
    let filled = |(n, hour): (usize, &ForecastStep)| ForecastStep {
        conditions: with_clouds(with_nearest(&hour.conditions, hours, n)),
        ..hour.clone()
    };
    hours.iter().enumerate().map(filled).collect()
}

/// The conditions with a cloud cover derived from the condition if none was reported.
pub(super) fn with_clouds(conditions: Conditions) -> Conditions {
    let clouds = || Some(Percentage::from_percent(cloud_cover(conditions.condition)));
    Conditions { cloud_cover: conditions.cloud_cover.or_else(clouds), ..conditions }
}

/// The current weather with a number for every value for which clients need one.
pub(super) fn completed_current(current: &Conditions, hours: &[ForecastStep], sun: &SunPath) -> Conditions {
    let next = hours.partition_point(|hour| hour.end() <= current.time);
    with_estimates(with_nearest(current, hours, next), sun)
}

fn fell(conditions: &Conditions) -> bool {
    conditions.precipitation.is_some_and(|depth| depth.millimetres() > 0.0)
}

/// The conditions with missing values taken from the hour nearest to number `n` that has them.
fn with_nearest(conditions: &Conditions, hours: &[ForecastStep], n: usize) -> Conditions {
    let it = conditions.clone();
    Conditions {
        temperature: it.temperature.or_else(|| nearest(hours, n, |hour| hour.temperature)),
        feels_like: it.feels_like.or(it.temperature).or_else(|| nearest(hours, n, |hour| hour.feels_like)),
        humidity: it.humidity.or_else(|| nearest(hours, n, |hour| hour.humidity)),
        dew_point: it.dew_point.or_else(|| nearest(hours, n, |hour| hour.dew_point)),
        pressure: it.pressure.or_else(|| nearest(hours, n, |hour| hour.pressure)),
        cloud_cover: it.cloud_cover.or_else(|| nearest(hours, n, |hour| hour.cloud_cover)),
        wind_speed: it.wind_speed.or_else(|| nearest(hours, n, |hour| hour.wind_speed)),
        wind_direction: it.wind_direction.or_else(|| nearest(hours, n, |hour| hour.wind_direction)),
        ..it
    }
}

fn nearest<T>(hours: &[ForecastStep], n: usize, value: impl Fn(&Conditions) -> Option<T>) -> Option<T> {
    let n = n.min(hours.len());
    let (before, after) = (hours[..n].iter().rev(), hours[n..].iter());
    let found = |mut hours: Box<dyn Iterator<Item = &ForecastStep> + '_>| {
        hours.find_map(|hour| Some((hour.time(), value(&hour.conditions)?)))
    };
    let time = hours.get(n).or(hours.last()).map(ForecastStep::time)?;
    let candidates = [found(Box::new(after)), found(Box::new(before))].into_iter().flatten();
    candidates.min_by_key(|(of, _)| of.duration_since(time).abs()).map(|(_, value)| value)
}

/// The conditions with estimates of missing values: cloud cover from the condition, the mean wind for the gust, and the
/// UV index of a clear sky.
fn with_estimates(conditions: Conditions, sun: &SunPath) -> Conditions {
    let wind_speed = conditions.wind_speed.unwrap_or(Speed::from_metres_per_second(0.0));
    Conditions {
        wind_gust: conditions.wind_gust.or(Some(wind_speed)),
        uv_index: conditions.uv_index.or_else(|| Some(clear_sky_uv_index(sun.elevation_at(conditions.time)))),
        ..with_clouds(conditions)
    }
}

fn cloud_cover(condition: Condition) -> f64 {
    match condition {
        Condition::Clear => 0.0,
        Condition::MostlyClear => 25.0,
        Condition::PartlyCloudy => 50.0,
        Condition::Cloudy => 75.0,
        _ => 100.0,
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
            completed(&hours, &sun).iter().map(|it| it.conditions.temperature.unwrap().celsius()).collect();
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
