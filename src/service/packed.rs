//! A forecast in a tenth of its memory: most of what is kept of a place is never read again.

use std::io::{Read, Write};

use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    memory::Weigh,
    weather::{
        Condition, Conditions, Day, Direction, Forecast, Length, Percentage, Pressure, Speed, Step, Temperature,
    },
};

/// A forecast as compressed JSON. Comes back exactly as it was, but that a number that is none becomes one that nobody
/// said.
#[derive(Debug)]
pub struct PackedForecast(Box<[u8]>);

/// One list for each value, of as many items as there are steps: values of one kind compress better side by side than
/// in steps (to 4 kB instead of 7 kB for 192 hours).
#[derive(Default, Serialize, Deserialize)]
struct Columns {
    time: Vec<Timestamp>,
    condition: Vec<Condition>,
    description: Vec<Option<String>>,
    temperature: Vec<Option<Temperature>>,
    feels_like: Vec<Option<Temperature>>,
    humidity: Vec<Option<Percentage>>,
    dew_point: Vec<Option<Temperature>>,
    pressure: Vec<Option<Pressure>>,
    cloud_cover: Vec<Option<Percentage>>,
    visibility: Vec<Option<Length>>,
    wind_speed: Vec<Option<Speed>>,
    wind_gust: Vec<Option<Speed>>,
    wind_direction: Vec<Option<Direction>>,
    precipitation: Vec<Option<Length>>,
    uv_index: Vec<Option<f64>>,
    hours: Vec<u8>,
    precipitation_from: Vec<Timestamp>,
    precipitation_probability: Vec<Option<Percentage>>,
    temperature_min: Vec<Option<Temperature>>,
    temperature_max: Vec<Option<Temperature>>,
    days: Vec<Day>,
}

impl PackedForecast {
    pub(super) fn new(forecast: Forecast) -> Self {
        let json = serde_json::to_vec(&Columns::of(forecast)).unwrap_or_default();
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        // Writing to memory does not fail.
        let _ = encoder.write_all(&json);
        Self(encoder.finish().unwrap_or_default().into())
    }

    /// The forecast as it was.
    #[must_use]
    pub fn unpack(&self) -> Forecast {
        let mut json = Vec::new();
        // What was packed here can be read.
        let _ = DeflateDecoder::new(&*self.0).read_to_end(&mut json);
        serde_json::from_slice::<Columns>(&json).unwrap_or_default().forecast()
    }
}

impl Weigh for PackedForecast {
    fn bytes_elsewhere(&self) -> usize {
        self.0.len()
    }
}

impl Columns {
    fn of(Forecast { steps, days }: Forecast) -> Self {
        let mut columns = Self { days, ..Self::default() };
        for step in steps {
            let Step { conditions, .. } = step;
            columns.time.push(conditions.time);
            columns.condition.push(conditions.condition);
            columns.description.push(conditions.description);
            columns.temperature.push(conditions.temperature);
            columns.feels_like.push(conditions.feels_like);
            columns.humidity.push(conditions.humidity);
            columns.dew_point.push(conditions.dew_point);
            columns.pressure.push(conditions.pressure);
            columns.cloud_cover.push(conditions.cloud_cover);
            columns.visibility.push(conditions.visibility);
            columns.wind_speed.push(conditions.wind_speed);
            columns.wind_gust.push(conditions.wind_gust);
            columns.wind_direction.push(conditions.wind_direction);
            columns.precipitation.push(conditions.precipitation);
            columns.uv_index.push(conditions.uv_index);
            columns.hours.push(step.hours);
            columns.precipitation_from.push(step.precipitation_from);
            columns.precipitation_probability.push(step.precipitation_probability);
            columns.temperature_min.push(step.temperature_min);
            columns.temperature_max.push(step.temperature_max);
        }
        columns
    }

    fn forecast(self) -> Forecast {
        let always = self.time.iter().zip(&self.condition).zip(&self.hours).zip(&self.precipitation_from);
        let steps = always.enumerate().map(|(n, (((&time, &condition), &hours), &precipitation_from))| Step {
            conditions: Conditions {
                time,
                condition,
                description: at(&self.description, n),
                temperature: at(&self.temperature, n),
                feels_like: at(&self.feels_like, n),
                humidity: at(&self.humidity, n),
                dew_point: at(&self.dew_point, n),
                pressure: at(&self.pressure, n),
                cloud_cover: at(&self.cloud_cover, n),
                visibility: at(&self.visibility, n),
                wind_speed: at(&self.wind_speed, n),
                wind_gust: at(&self.wind_gust, n),
                wind_direction: at(&self.wind_direction, n),
                precipitation: at(&self.precipitation, n),
                uv_index: at(&self.uv_index, n),
            },
            hours,
            precipitation_from,
            precipitation_probability: at(&self.precipitation_probability, n),
            temperature_min: at(&self.temperature_min, n),
            temperature_max: at(&self.temperature_max, n),
        });
        Forecast { steps: steps.collect(), days: self.days }
    }
}

fn at<T: Clone>(column: &[Option<T>], n: usize) -> Option<T> {
    column.get(n).cloned().flatten()
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, civil::date};
    use proptest::{option, prelude::*};

    use super::*;

    /// More hours than any provider tells.
    const HOURS: i32 = 192;

    fn start() -> Timestamp {
        "2026-03-28T00:00:00Z".parse().unwrap()
    }

    fn step() -> impl Strategy<Value = Step> {
        let number = prop_oneof![any::<f64>().prop_filter("a number", |it| it.is_finite()), -1e3..1e3f64];
        let texts = option::of(any::<String>());
        let conditions = prop::sample::select(vec![Condition::Unknown, Condition::Clear, Condition::Tornado]);
        let numbers = prop::collection::vec(option::of(number), 15);
        (any::<i32>(), any::<i32>(), any::<u8>(), conditions, texts, numbers).prop_map(
            |(seconds, nanoseconds, hours, condition, description, it)| Step {
                conditions: Conditions {
                    condition,
                    description,
                    temperature: it[0].map(Temperature::from_celsius),
                    feels_like: it[1].map(Temperature::from_celsius),
                    humidity: it[2].map(Percentage::from_percent),
                    dew_point: it[3].map(Temperature::from_celsius),
                    pressure: it[4].map(Pressure::from_hectopascals),
                    cloud_cover: it[5].map(Percentage::from_percent),
                    visibility: it[6].map(Length::from_metres),
                    wind_speed: it[7].map(Speed::from_metres_per_second),
                    wind_gust: it[8].map(Speed::from_metres_per_second),
                    wind_direction: it[9].map(Direction::from_degrees),
                    precipitation: it[10].map(Length::from_metres),
                    uv_index: it[11],
                    ..Conditions::unknown_at(start() + SignedDuration::new(seconds.into(), nanoseconds))
                },
                hours,
                precipitation_from: start() + SignedDuration::from_secs(nanoseconds.into()),
                precipitation_probability: it[12].map(Percentage::from_percent),
                temperature_min: it[13].map(Temperature::from_celsius),
                temperature_max: it[14].map(Temperature::from_celsius),
            },
        )
    }

    fn day() -> impl Strategy<Value = Day> {
        (0..366i32, any::<bool>(), option::of(-1e3..1e3f64)).prop_map(|(day, complete, number)| Day {
            date: date(2026, 1, 1) + SignedDuration::from_hours(24 * i64::from(day)),
            complete,
            condition: Condition::Rain,
            temperature_min: number.map(Temperature::from_celsius),
            temperature_max: None,
            precipitation: number.map(Length::from_millimetres),
            precipitation_probability: number.map(Percentage::from_fraction),
            wind_speed_max: number.map(Speed::from_kilometres_per_hour),
        })
    }

    proptest! {
        #[test]
        fn a_forecast_comes_back_as_it_was(
            steps in prop::collection::vec(step(), 0..20),
            days in prop::collection::vec(day(), 0..8),
        ) {
            let forecast = Forecast { steps, days };
            prop_assert_eq!(PackedForecast::new(forecast.clone()).unpack(), forecast);
        }
    }

    #[test]
    fn a_number_that_is_none_is_one_that_nobody_said() {
        let odd = Conditions { uv_index: Some(f64::NAN), ..Conditions::unknown_at(start()) };
        let forecast = Forecast { steps: vec![hour(0, odd)], days: Vec::new() };
        assert_eq!(PackedForecast::new(forecast).unpack().steps[0].conditions.uv_index, None);
    }

    fn hour(n: i32, conditions: Conditions) -> Step {
        Step {
            conditions,
            hours: 1,
            precipitation_from: start() + SignedDuration::from_hours(n.into()),
            precipitation_probability: Some(Percentage::from_percent(40.0)),
            temperature_min: None,
            temperature_max: None,
        }
    }

    #[test]
    fn eight_days_of_hours_take_a_twelfth() {
        // Walks as weather does: a little at a time, told to a tenth.
        let walk = |n: i32, spread: i32, tenths: i32| Some(f64::from((n * n * 7919 + n) % spread + tenths) / 10.0);
        let conditions = |n: i32| Conditions {
            condition: if n % 5 == 0 { Condition::Rain } else { Condition::Cloudy },
            temperature: walk(n, 7, 100 + n).map(Temperature::from_celsius),
            feels_like: walk(n, 11, 80 + n).map(Temperature::from_celsius),
            humidity: walk(n, 5, 70).map(Percentage::from_percent),
            pressure: walk(n, 13, 10_130 - n).map(Pressure::from_hectopascals),
            cloud_cover: walk(n, 10, 500).map(Percentage::from_percent),
            wind_speed: walk(n, 9, 40).map(Speed::from_metres_per_second),
            wind_gust: walk(n, 17, 80).map(Speed::from_metres_per_second),
            wind_direction: walk(n, 50, 2000).map(Direction::from_degrees),
            precipitation: walk(n, 4, 0).map(Length::from_millimetres),
            ..Conditions::unknown_at(start() + SignedDuration::from_hours(n.into()))
        };
        let steps: Vec<_> = (0..HOURS).map(|n| hour(n, conditions(n))).collect();
        let loose = size_of_val(&*steps);
        let packed = PackedForecast::new(Forecast { steps, days: Vec::new() });
        assert!(packed.0.len() < loose / 12, "{} of {loose}", packed.0.len());
    }
}
