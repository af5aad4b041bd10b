//! Divides forecast steps into steps of one hour, for formats that have no others.
//!
//! The precipitation of a longer step is spread evenly over its hours. Condition, probability and gust, which apply to
//! the whole step, apply to each of its hours. Values at the start of a step are interpolated linearly to those at the
//! start of the next one, or stay constant if no step follows or the value is missing there.

use jiff::SignedDuration;

use super::{
    quantity::{Length, Percentage, Pressure, Speed, Temperature},
    report::{Conditions, Forecast, ForecastStep},
};

/// The forecast in steps of one hour.
#[must_use]
pub fn hourly(forecast: &Forecast) -> Vec<ForecastStep> {
    let steps = &forecast.steps;
    let next_of = |n: usize| steps.get(n + 1).filter(|next| next.time() == steps[n].end());
    (0..steps.len()).flat_map(|n| hours_of(&steps[n], next_of(n))).collect()
}

fn hours_of(step: &ForecastStep, next: Option<&ForecastStep>) -> impl Iterator<Item = ForecastStep> {
    let next = next.map(|next| &next.conditions);
    (0..step.hours).map(move |hour| ForecastStep {
        conditions: conditions(step, next, hour),
        hours: 1,
        precipitation_probability: step.precipitation_probability,
        temperature_min: None,
        temperature_max: None,
    })
}

fn conditions(step: &ForecastStep, next: Option<&Conditions>, hour: u8) -> Conditions {
    let hours = f64::from(step.hours.max(1));
    let share = f64::from(hour) / hours;
    let from = &step.conditions;
    let celsius = |value: fn(&Conditions) -> Option<Temperature>| {
        between(from, next, share, |conditions| value(conditions).map(Temperature::celsius))
            .map(Temperature::from_celsius)
    };
    let percent = |value: fn(&Conditions) -> Option<Percentage>| {
        between(from, next, share, |conditions| value(conditions).map(Percentage::percent))
            .map(Percentage::from_percent)
    };
    Conditions {
        time: from.time + SignedDuration::from_hours(hour.into()),
        condition: from.condition,
        description: from.description.clone(),
        temperature: celsius(|conditions| conditions.temperature),
        feels_like: celsius(|conditions| conditions.feels_like),
        humidity: percent(|conditions| conditions.humidity),
        dew_point: celsius(|conditions| conditions.dew_point),
        pressure: between(from, next, share, |conditions| conditions.pressure.map(Pressure::hectopascals))
            .map(Pressure::from_hectopascals),
        cloud_cover: percent(|conditions| conditions.cloud_cover),
        visibility: between(from, next, share, |conditions| conditions.visibility.map(Length::metres))
            .map(Length::from_metres),
        wind_speed: between(from, next, share, |conditions| conditions.wind_speed.map(Speed::metres_per_second))
            .map(Speed::from_metres_per_second),
        wind_gust: from.wind_gust,
        // Interpolating a direction is meaningless while the wind veers.
        wind_direction: from.wind_direction,
        precipitation: from.precipitation.map(|depth| depth * (1.0 / hours)),
        uv_index: between(from, next, share, |conditions| conditions.uv_index),
    }
}

fn between(
    from: &Conditions,
    next: Option<&Conditions>,
    share: f64,
    value: impl Fn(&Conditions) -> Option<f64>,
) -> Option<f64> {
    let start = value(from)?;
    // The value at the start must be exactly the reported one, without a rounding error.
    if share == 0.0 {
        return Some(start);
    }
    Some(next.and_then(&value).map_or(start, |end| start + share * (end - start)))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::weather::Condition;

    fn step(hour: i64, hours: u8, celsius: f64, millimetres: f64) -> ForecastStep {
        let time = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour);
        ForecastStep {
            conditions: Conditions {
                condition: Condition::Rain,
                temperature: Some(Temperature::from_celsius(celsius)),
                precipitation: Some(Length::from_millimetres(millimetres)),
                ..Conditions::unknown_at(time)
            },
            hours,
            precipitation_probability: Some(Percentage::from_percent(40.0)),
            temperature_min: None,
            temperature_max: None,
        }
    }

    fn summary(steps: &[ForecastStep]) -> Vec<(i64, f64, f64)> {
        let values = |step: &ForecastStep| {
            let conditions = &step.conditions;
            (
                conditions.time.as_second() / 3600,
                conditions.temperature.unwrap().celsius(),
                conditions.precipitation.unwrap().millimetres(),
            )
        };
        steps.iter().map(values).collect()
    }

    #[test]
    fn a_long_step_is_interpolated_to_the_next_one() {
        let forecast = Forecast { steps: vec![step(0, 3, 3.0, 6.0), step(3, 1, 9.0, 1.0)], ..Forecast::default() };
        let hours = hourly(&forecast);
        assert_eq!(summary(&hours), [(0, 3.0, 2.0), (1, 5.0, 2.0), (2, 7.0, 2.0), (3, 9.0, 1.0)]);
        assert!(hours.iter().all(|hour| hour.hours == 1 && hour.conditions.condition == Condition::Rain));
    }

    #[test]
    fn nothing_is_interpolated_across_a_gap() {
        let forecast = Forecast { steps: vec![step(0, 3, 3.0, 0.0), step(6, 1, 9.0, 0.0)], ..Forecast::default() };
        assert_eq!(summary(&hourly(&forecast))[2], (2, 3.0, 0.0));
    }
}
