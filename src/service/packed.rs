//! Forecasts packed into a tenth of their memory, since most cached forecasts are never read again.

use std::io::{Read, Write};

use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    byte_cache::HeapSize,
    weather::{
        Condition, Conditions, Direction, Forecast, ForecastStep, LatestReading, Length, Percentage, Pressure, Speed,
        Temperature,
    },
};

/// A forecast as compressed JSON. Unpacks exactly as it was, except that NaN and infinities become `None`.
#[derive(Debug)]
pub struct PackedForecast(Box<[u8]>);

impl PackedForecast {
    pub(super) fn new(forecast: Forecast) -> Self {
        let json = serde_json::to_vec(&Columns::of(forecast)).unwrap_or_default();
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        // Writing to memory does not fail.
        let _ = encoder.write_all(&json);
        Self(encoder.finish().unwrap_or_default().into())
    }

    /// A forecast from its [`bytes`](Self::bytes).
    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// The packed bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The forecast.
    #[must_use]
    pub fn unpack(&self) -> Forecast {
        let mut json = Vec::new();
        // Bytes that were packed here can be unpacked.
        let _ = DeflateDecoder::new(&*self.0).read_to_end(&mut json);
        serde_json::from_slice::<Columns>(&json).unwrap_or_default().forecast()
    }
}

impl HeapSize for PackedForecast {
    fn heap_bytes(&self) -> usize {
        self.0.len()
    }
}

/// Declares the columns: the fields of a step's conditions, and its own fields.
macro_rules! columns {
    (conditions: { $($of_conditions:ident: $its_type:ty,)* } step: { $($of_step:ident: $type:ty,)* }) => {
        /// One list per field, with one item per step. Values of one kind compress better side by side than step by step
        /// (192 hours take 4 kB instead of 7 kB).
        #[derive(Default, Serialize, Deserialize)]
        struct Columns {
            latest_reading: Option<LatestReading>,
            omits_zero_amounts: bool,
            $($of_conditions: Vec<$its_type>,)*
            $($of_step: Vec<$type>,)*
        }

        impl Columns {
            fn of(Forecast { steps, latest_reading, omits_zero_amounts }: Forecast) -> Self {
                let mut columns = Self { latest_reading, omits_zero_amounts, ..Self::default() };
                for step in steps {
                    $(columns.$of_conditions.push(step.conditions.$of_conditions);)*
                    $(columns.$of_step.push(step.$of_step);)*
                }
                columns
            }

            fn forecast(self) -> Forecast {
                let step = |n: usize| {
                    let conditions = Conditions { $($of_conditions: self.$of_conditions.get(n)?.clone(),)* };
                    Some(ForecastStep { conditions, $($of_step: *self.$of_step.get(n)?,)* })
                };
                Forecast {
                    steps: (0..).map_while(step).collect(),
                    latest_reading: self.latest_reading,
                    omits_zero_amounts: self.omits_zero_amounts,
                }
            }
        }
    };
}

columns! {
    conditions: {
        time: Timestamp,
        condition: Condition,
        description: Option<String>,
        temperature: Option<Temperature>,
        feels_like: Option<Temperature>,
        humidity: Option<Percentage>,
        dew_point: Option<Temperature>,
        pressure: Option<Pressure>,
        cloud_cover: Option<Percentage>,
        visibility: Option<Length>,
        wind_speed: Option<Speed>,
        wind_gust: Option<Speed>,
        wind_direction: Option<Direction>,
        precipitation: Option<Length>,
        uv_index: Option<f64>,
    }
    step: {
        hours: u8,
        precipitation_probability: Option<Percentage>,
        temperature_min: Option<Temperature>,
        temperature_max: Option<Temperature>,
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::{option, prelude::*};

    use super::*;

    /// More hours than any provider gives.
    const HOURS: i32 = 192;

    fn start() -> Timestamp {
        "2026-03-28T00:00:00Z".parse().unwrap()
    }

    fn step() -> impl Strategy<Value = ForecastStep> {
        let number = prop_oneof![any::<f64>().prop_filter("a number", |number| number.is_finite()), -1e3..1e3f64];
        let texts = option::of(any::<String>());
        let conditions = prop::sample::select(vec![Condition::Unknown, Condition::Clear, Condition::Tornado]);
        let numbers = prop::collection::vec(option::of(number), 15);
        (any::<i32>(), any::<i32>(), any::<u8>(), conditions, texts, numbers).prop_map(
            |(seconds, nanoseconds, hours, condition, description, numbers)| ForecastStep {
                conditions: Conditions {
                    condition,
                    description,
                    temperature: numbers[0].map(Temperature::from_celsius),
                    feels_like: numbers[1].map(Temperature::from_celsius),
                    humidity: numbers[2].map(Percentage::from_percent),
                    dew_point: numbers[3].map(Temperature::from_celsius),
                    pressure: numbers[4].map(Pressure::from_hectopascals),
                    cloud_cover: numbers[5].map(Percentage::from_percent),
                    visibility: numbers[6].map(Length::from_metres),
                    wind_speed: numbers[7].map(Speed::from_metres_per_second),
                    wind_gust: numbers[8].map(Speed::from_metres_per_second),
                    wind_direction: numbers[9].map(Direction::from_degrees),
                    precipitation: numbers[10].map(Length::from_metres),
                    uv_index: numbers[11],
                    ..Conditions::unknown_at(start() + SignedDuration::new(seconds.into(), nanoseconds))
                },
                hours,
                precipitation_probability: numbers[12].map(Percentage::from_percent),
                temperature_min: numbers[13].map(Temperature::from_celsius),
                temperature_max: numbers[14].map(Temperature::from_celsius),
            },
        )
    }

    proptest! {
        #[test]
        fn a_forecast_unpacks_as_it_was(
            steps in prop::collection::vec(step(), 0..20),
            is_read in any::<bool>(),
            omits_zero_amounts in any::<bool>(),
        ) {
            let latest_reading = is_read.then(|| LatestReading { time: start(), condition: Condition::Rain });
            let forecast = Forecast { steps, latest_reading, omits_zero_amounts };
            prop_assert_eq!(PackedForecast::new(forecast.clone()).unpack(), forecast);
        }
    }

    #[test]
    fn not_a_number_becomes_none() {
        let odd = Conditions { uv_index: Some(f64::NAN), ..Conditions::unknown_at(start()) };
        let forecast = Forecast { steps: vec![hour(odd)], ..Forecast::default() };
        assert_eq!(PackedForecast::new(forecast).unpack().steps[0].conditions.uv_index, None);
    }

    fn hour(conditions: Conditions) -> ForecastStep {
        ForecastStep {
            conditions,
            hours: 1,
            precipitation_probability: Some(Percentage::from_percent(40.0)),
            temperature_min: None,
            temperature_max: None,
        }
    }

    #[test]
    fn eight_days_of_hours_take_a_twelfth() {
        // Values change like weather: a little at a time, in tenths.
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
        let steps: Vec<_> = (0..HOURS).map(|n| hour(conditions(n))).collect();
        let unpacked = size_of_val(&*steps);
        let packed = PackedForecast::new(Forecast { steps, ..Forecast::default() });
        assert!(packed.0.len() < unpacked / 12, "{} of {unpacked}", packed.0.len());
    }
}
