//! Fills in values that are missing from one provider's report with those of another; reported values never change.
//!
//! A step is completed from the hours that cover it: its gust and its probability of precipitation are the highest of
//! these hours, other values are those at its start. Temperature, condition and amounts are never added, because those
//! of two models may contradict each other.

use jiff::{SignedDuration, Timestamp};

use super::report::{Conditions, Forecast, ForecastStep};

/// How far apart the times of two current reports may be for one to complete the other.
const MAX_TIME_DIFFERENCE: SignedDuration = SignedDuration::from_mins(30);

/// A value that can be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are self-explanatory")]
pub enum ComplementField {
    WindGust,
    UvIndex,
    PrecipitationProbability,
    Visibility,
}

impl ComplementField {
    /// All fields.
    pub const ALL: &'static [Self] = &[Self::WindGust, Self::UvIndex, Self::PrecipitationProbability, Self::Visibility];

    /// Its key in the API's documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::WindGust => "wind_gust",
            Self::UvIndex => "uv_index",
            Self::PrecipitationProbability => "precipitation_probability",
            Self::Visibility => "visibility",
        }
    }

    fn is_missing(self, conditions: &Conditions) -> bool {
        match self {
            Self::WindGust => conditions.wind_gust.is_none(),
            Self::UvIndex => conditions.uv_index.is_none(),
            Self::PrecipitationProbability => false,
            Self::Visibility => conditions.visibility.is_none(),
        }
    }
}

impl Conditions {
    /// The fields that are missing.
    #[must_use]
    pub fn missing(&self) -> Vec<ComplementField> {
        ComplementField::ALL.iter().copied().filter(|field| field.is_missing(self)).collect()
    }

    /// Adds missing fields from another provider's current weather or, failing that, its hours. Returns the added fields.
    pub fn complement(&mut self, current: Option<&Conditions>, hours: &[ForecastStep]) -> Vec<ComplementField> {
        let missing = self.missing();
        let is_near = |other: &&Conditions| other.time.duration_since(self.time).abs() <= MAX_TIME_DIFFERENCE;
        let hour = hours.iter().find(|hour| (hour.time()..hour.end()).contains(&self.time));
        let others = [current.filter(is_near), hour.map(|hour| &hour.conditions)];
        for other in others.into_iter().flatten() {
            self.add(other, other);
        }
        missing.into_iter().filter(|field| !field.is_missing(self)).collect()
    }

    /// Adds missing values: those of a moment from `at_start`, those of an interval from `over_interval`.
    fn add(&mut self, at_start: &Conditions, over_interval: &Conditions) {
        let not_below_mean = |gust| self.wind_speed.map_or(gust, |mean| if mean > gust { mean } else { gust });
        self.wind_gust = self.wind_gust.or_else(|| over_interval.wind_gust.map(not_below_mean));
        self.uv_index = self.uv_index.or(at_start.uv_index);
        self.visibility = self.visibility.or(at_start.visibility);
    }
}

impl Forecast {
    /// The fields that are missing from any step that ends after `from`.
    #[must_use]
    pub fn missing(&self, from: Timestamp) -> Vec<ComplementField> {
        let steps = || self.steps.iter().filter(|step| step.end() > from);
        let is_missing = |field: &ComplementField| steps().any(|step| step.is_missing(*field));
        ComplementField::ALL.iter().copied().filter(is_missing).collect()
    }

    /// Adds missing fields from another provider's forecast in steps of one hour. Returns the added fields.
    pub fn complement(&mut self, hours: &[ForecastStep]) -> Vec<ComplementField> {
        let mut added = Vec::new();
        for step in &mut self.steps {
            for field in step.complement(hours) {
                if !added.contains(&field) {
                    added.push(field);
                }
            }
        }
        added
    }
}

impl ForecastStep {
    fn is_missing(&self, field: ComplementField) -> bool {
        match field {
            ComplementField::PrecipitationProbability => self.precipitation_probability.is_none(),
            field => field.is_missing(&self.conditions),
        }
    }

    fn complement(&mut self, hours: &[ForecastStep]) -> Vec<ComplementField> {
        let missing: Vec<_> = ComplementField::ALL.iter().copied().filter(|field| self.is_missing(*field)).collect();
        let first = hours.partition_point(|hour| hour.time() < self.time());
        let covering = &hours[first..(first + usize::from(self.hours)).min(hours.len())];
        let is_covered = covering.first().is_some_and(|hour| hour.time() == self.time())
            && covering.last().is_some_and(|hour| hour.end() == self.end());
        if missing.is_empty() || !is_covered {
            return Vec::new();
        }
        let max_gust = max_if_complete(covering.iter().map(|hour| hour.conditions.wind_gust));
        let over_interval = Conditions { wind_gust: max_gust, ..covering[0].conditions.clone() };
        self.conditions.add(&covering[0].conditions, &over_interval);
        let max_probability = || max_if_complete(covering.iter().map(|hour| hour.precipitation_probability));
        self.precipitation_probability = self.precipitation_probability.or_else(max_probability);
        missing.into_iter().filter(|field| !self.is_missing(*field)).collect()
    }
}

/// The maximum of the values, if none is missing.
fn max_if_complete<T: PartialOrd>(mut values: impl Iterator<Item = Option<T>>) -> Option<T> {
    let first = values.next()??;
    values.try_fold(first, |max, value| value.map(|value| if value > max { value } else { max }))
}

#[cfg(test)]
mod tests {
    use proptest::{option, prelude::*};

    use super::*;
    use crate::weather::{Condition, Length, Percentage, Speed, Temperature, hourly::hourly};

    fn at(hour: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour)
    }

    fn step() -> impl Strategy<Value = ForecastStep> {
        let values = prop::collection::vec(option::of(0.0..30.0f64), 6);
        (prop::sample::select(vec![1_u8, 3, 6]), values).prop_map(|(hours, values)| ForecastStep {
            conditions: Conditions {
                condition: Condition::Rain,
                temperature: values[0].map(Temperature::from_celsius),
                wind_speed: values[1].map(Speed::from_metres_per_second),
                wind_gust: values[2].map(Speed::from_metres_per_second),
                uv_index: values[3],
                visibility: values[4].map(Length::from_metres),
                ..Conditions::unknown_at(at(0))
            },
            hours,
            precipitation_probability: values[5].map(Percentage::from_percent),
            temperature_min: None,
            temperature_max: None,
        })
    }

    fn forecast() -> impl Strategy<Value = Forecast> {
        (prop::collection::vec(step(), 0..12), 0..4_i64).prop_map(|(mut steps, begins)| {
            let mut next = begins;
            for step in &mut steps {
                step.conditions.time = at(next);
                next += i64::from(step.hours);
            }
            Forecast { steps, ..Forecast::default() }
        })
    }

    /// The step without the fields that can be added.
    fn rest(step: &ForecastStep) -> ForecastStep {
        let conditions = Conditions { wind_gust: None, uv_index: None, visibility: None, ..step.conditions.clone() };
        ForecastStep { conditions, precipitation_probability: None, ..step.clone() }
    }

    proptest! {
        #[test]
        fn reported_values_never_change(own in forecast(), other in forecast()) {
            let mut complemented = own.clone();
            let added = complemented.complement(&hourly(&other));
            for (own, new) in own.steps.iter().zip(&complemented.steps) {
                prop_assert_eq!(rest(own), rest(new));
                let (before, after) = (&own.conditions, &new.conditions);
                prop_assert!(before.wind_gust.is_none() || before.wind_gust == after.wind_gust);
                prop_assert!(before.uv_index.is_none() || before.uv_index == after.uv_index);
                prop_assert!(before.visibility.is_none() || before.visibility == after.visibility);
                prop_assert!(own.precipitation_probability.is_none()
                    || own.precipitation_probability == new.precipitation_probability);
                let is_new_gust = before.wind_gust.is_none() && after.wind_gust.is_some();
                prop_assert!(!is_new_gust || after.wind_speed.is_none() || after.wind_gust >= after.wind_speed);
                for field in ComplementField::ALL {
                    prop_assert!(!own.is_missing(*field) || new.is_missing(*field) || added.contains(field));
                }
            }
        }

        #[test]
        fn only_missing_fields_of_the_current_weather_are_added(own in step(), other in forecast()) {
            let mut conditions = own.conditions.clone();
            let added = conditions.complement(None, &hourly(&other));
            for field in added {
                prop_assert!(field.is_missing(&own.conditions));
            }
            prop_assert_eq!(conditions.temperature, own.conditions.temperature);
            prop_assert_eq!(conditions.wind_speed, own.conditions.wind_speed);
        }
    }

    #[test]
    fn a_long_step_has_the_strongest_gust_of_its_hours() {
        let hour = |n: i64, gust: f64, chance: f64| ForecastStep {
            conditions: Conditions {
                wind_gust: Some(Speed::from_metres_per_second(gust)),
                uv_index: Some(gust),
                ..Conditions::unknown_at(at(n))
            },
            hours: 1,
            precipitation_probability: Some(Percentage::from_percent(chance)),
            temperature_min: None,
            temperature_max: None,
        };
        let hours = [hour(0, 1.0, 90.0), hour(1, 2.0, 10.0), hour(2, 5.0, 30.0), hour(3, 3.0, 20.0)];
        let long = ForecastStep { hours: 3, precipitation_probability: None, ..hour(1, 0.0, 0.0) };
        let long = ForecastStep { conditions: Conditions::unknown_at(at(1)), ..long };
        let mut forecast = Forecast { steps: vec![long.clone()], ..Forecast::default() };
        assert_eq!(forecast.missing(at(0)), ComplementField::ALL);
        let added = forecast.complement(&hours);
        assert_eq!(
            added,
            [ComplementField::WindGust, ComplementField::UvIndex, ComplementField::PrecipitationProbability]
        );
        let step = &forecast.steps[0];
        assert_eq!(step.conditions.wind_gust, Some(Speed::from_metres_per_second(5.0)));
        assert_eq!(step.conditions.uv_index, Some(2.0), "that at its start");
        assert_eq!(step.precipitation_probability, Some(Percentage::from_percent(30.0)));
        let mut beyond = Forecast { steps: vec![ForecastStep { hours: 6, ..long }], ..Forecast::default() };
        assert_eq!(beyond.complement(&hours), [], "only part of it is covered");
    }
}
