//! Maxima and means of several hours.

use crate::weather::{Conditions, ForecastStep, Length, Percentage, Pressure, Speed, Temperature};

/// The first hour in which a value has its maximum.
pub(super) fn hour_of_max(hours: &[ForecastStep], value: impl Fn(&Conditions) -> Option<f64>) -> Option<&ForecastStep> {
    let known = hours.iter().filter_map(|hour| Some((value(&hour.conditions)?, hour)));
    known.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, hour)| hour)
}

/// The means of the values in these hours; a value without a mean is that of `first`.
pub(super) fn mean(hours: &[ForecastStep], first: &ForecastStep) -> Conditions {
    let mean_of = |value: &dyn Fn(&Conditions) -> Option<f64>| {
        let known: Vec<f64> = hours.iter().filter_map(|hour| value(&hour.conditions)).collect();
        #[expect(clippy::cast_precision_loss, reason = "a day has 25 hours at most")]
        let count = known.len() as f64;
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / count)
    };
    let windiest =
        hour_of_max(hours, |conditions| conditions.wind_speed.map(Speed::metres_per_second)).unwrap_or(first);
    Conditions {
        temperature: mean_of(&|conditions| conditions.temperature.map(Temperature::celsius))
            .map(Temperature::from_celsius),
        feels_like: mean_of(&|conditions| conditions.feels_like.map(Temperature::celsius))
            .map(Temperature::from_celsius),
        dew_point: mean_of(&|conditions| conditions.dew_point.map(Temperature::celsius)).map(Temperature::from_celsius),
        humidity: mean_of(&|conditions| conditions.humidity.map(Percentage::percent)).map(Percentage::from_percent),
        pressure: mean_of(&|conditions| conditions.pressure.map(Pressure::hectopascals))
            .map(Pressure::from_hectopascals),
        cloud_cover: mean_of(&|conditions| conditions.cloud_cover.map(Percentage::percent))
            .map(Percentage::from_percent),
        visibility: mean_of(&|conditions| conditions.visibility.map(Length::metres)).map(Length::from_metres),
        wind_speed: mean_of(&|conditions| conditions.wind_speed.map(Speed::metres_per_second))
            .map(Speed::from_metres_per_second),
        wind_gust: mean_of(&|conditions| conditions.wind_gust.map(Speed::metres_per_second))
            .map(Speed::from_metres_per_second),
        wind_direction: windiest.conditions.wind_direction,
        ..first.conditions.clone()
    }
}
