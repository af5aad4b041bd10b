//! Validates answers of providers: values must be possible, and reports current.

use std::ops::RangeInclusive;

use jiff::{SignedDuration, Timestamp};

use super::{
    error::ProviderError,
    interface::{FetchedReport, LastResort},
};
use crate::weather::{
    Conditions, Direction, Forecast, ForecastStep, LatestReading, Length, Percentage, Pressure, Speed, Temperature,
};

/// How far the time of a reading may be from now.
const MAX_READING_AGE: SignedDuration = SignedDuration::from_hours(3);

/// How far the time of a model run may be from now.
const MAX_MODEL_RUN_AGE: SignedDuration = SignedDuration::from_hours(24);

/// Values that occur on Earth, with a margin beyond the records.
const CELSIUS: RangeInclusive<f64> = -100.0..=70.0;
const PERCENT: RangeInclusive<f64> = 0.0..=100.0;
const METRES_PER_SECOND: RangeInclusive<f64> = 0.0..=120.0;
const DEGREES: RangeInclusive<f64> = 0.0..=360.0;
const HECTOPASCALS: RangeInclusive<f64> = 800.0..=1100.0;
const VISIBILITY_METRES: RangeInclusive<f64> = 0.0..=500_000.0;
const UV_INDEX: RangeInclusive<f64> = 0.0..=50.0;
const MAX_MILLIMETRES_AN_HOUR: f64 = 500.0;

impl FetchedReport {
    /// The validated answer, at the time `fetched_at`. `model_run` is the time of the underlying model run, if the provider
    /// gives it.
    ///
    /// Impossible values become `None`, and values derived from the others are added. A part that has no temperature or is
    /// not current becomes an error, and its contents become the last resort.
    pub(super) fn validated(self, model_run: Option<Timestamp>) -> Self {
        let now = self.fetched_at;
        let old_run = model_run.filter(|run| !is_within(*run, now, MAX_MODEL_RUN_AGE)).map(ProviderError::Outdated);
        let current = self.current.map(|current| current.with_possible_values(1));
        let (current, last_current) = split_faulty(current, |current| old_run.clone().or_else(|| current.fault(now)));
        let forecast = self.forecast.map(Forecast::with_possible_values);
        let (mut forecast, last_forecast) =
            split_faulty(forecast, |forecast| old_run.clone().or_else(|| forecast.fault(now)));
        if let (Ok(current), Ok(forecast)) = (&current, &mut forecast) {
            forecast.latest_reading = Some(LatestReading { time: current.time, condition: current.condition });
        }
        Self { current, forecast, last_resort: LastResort { current: last_current, forecast: last_forecast }, ..self }
    }
}

/// Splits a faulty part into its error and its contents.
fn split_faulty<T>(
    part: Result<T, ProviderError>,
    fault: impl FnOnce(&T) -> Option<ProviderError>,
) -> (Result<T, ProviderError>, Option<T>) {
    match part.map(|value| (fault(&value), value)) {
        Ok((None, value)) => (Ok(value), None),
        Ok((Some(fault), value)) => (Err(fault), Some(value)),
        Err(error) => (Err(error), None),
    }
}

fn is_within(time: Timestamp, now: Timestamp, max: SignedDuration) -> bool {
    time.duration_since(now).abs() <= max
}

fn no_temperature() -> ProviderError {
    ProviderError::Malformed("no temperature".to_owned())
}

/// The value if its number is in the range.
fn within<T: Copy>(value: Option<T>, number: fn(T) -> f64, range: &RangeInclusive<f64>) -> Option<T> {
    value.filter(|value| range.contains(&number(*value)))
}

impl Conditions {
    /// Removes impossible values and adds derived ones. The precipitation is the sum over `hours`.
    fn with_possible_values(self, hours: u8) -> Self {
        let millimetres = 0.0..=MAX_MILLIMETRES_AN_HOUR * f64::from(hours);
        let mut possible = Self {
            temperature: within(self.temperature, Temperature::celsius, &CELSIUS),
            feels_like: within(self.feels_like, Temperature::celsius, &CELSIUS),
            humidity: within(self.humidity, Percentage::percent, &PERCENT),
            dew_point: within(self.dew_point, Temperature::celsius, &CELSIUS),
            pressure: within(self.pressure, Pressure::hectopascals, &HECTOPASCALS),
            cloud_cover: within(self.cloud_cover, Percentage::percent, &PERCENT),
            visibility: within(self.visibility, Length::metres, &VISIBILITY_METRES),
            wind_speed: within(self.wind_speed, Speed::metres_per_second, &METRES_PER_SECOND),
            wind_gust: within(self.wind_gust, Speed::metres_per_second, &METRES_PER_SECOND),
            wind_direction: within(self.wind_direction, Direction::degrees, &DEGREES),
            precipitation: within(self.precipitation, Length::millimetres, &millimetres),
            uv_index: within(self.uv_index, std::convert::identity, &UV_INDEX),
            ..self
        }
        .with_derived_values();
        possible.feels_like = within(possible.feels_like, Temperature::celsius, &CELSIUS);
        possible
    }

    fn fault(&self, now: Timestamp) -> Option<ProviderError> {
        if self.temperature.is_none() {
            return Some(no_temperature());
        }
        (!is_within(self.time, now, MAX_READING_AGE)).then_some(ProviderError::Outdated(self.time))
    }
}

impl Forecast {
    /// Removes impossible values, empty steps, and the earlier of two overlapping steps.
    fn with_possible_values(self) -> Self {
        let mut steps: Vec<_> = self.steps.into_iter().map(ForecastStep::with_possible_values).collect();
        steps.retain(ForecastStep::has_weather);
        steps.sort_by_key(ForecastStep::time);
        let begins: Vec<_> = steps.iter().map(ForecastStep::time).skip(1).collect();
        let mut next = begins.into_iter();
        steps.retain(|step| next.next().is_none_or(|next| step.end() <= next));
        Self { steps, ..self }
    }

    fn fault(&self, now: Timestamp) -> Option<ProviderError> {
        let Some(ends) = self.steps.last().map(ForecastStep::end) else {
            return Some(ProviderError::Malformed("no steps".to_owned()));
        };
        if self.steps.iter().all(|step| step.conditions.temperature.is_none()) {
            return Some(no_temperature());
        }
        (ends <= now).then_some(ProviderError::Outdated(ends))
    }
}

impl ForecastStep {
    fn with_possible_values(self) -> Self {
        Self {
            conditions: self.conditions.with_possible_values(self.hours),
            hours: self.hours,
            precipitation_probability: within(self.precipitation_probability, Percentage::percent, &PERCENT),
            temperature_min: within(self.temperature_min, Temperature::celsius, &CELSIUS),
            temperature_max: within(self.temperature_max, Temperature::celsius, &CELSIUS),
        }
    }
}

#[cfg(test)]
mod tests;
