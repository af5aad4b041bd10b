use super::*;
use crate::weather::Condition;

fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

fn conditions(time: Timestamp) -> Conditions {
    Conditions {
        condition: Condition::Rain,
        temperature: Some(Temperature::from_celsius(10.0)),
        ..Conditions::unknown_at(time)
    }
}

fn step(time: Timestamp, hours: u8) -> ForecastStep {
    ForecastStep {
        conditions: conditions(time),
        hours,
        precipitation_probability: None,
        temperature_min: None,
        temperature_max: None,
    }
}

fn fetched(current: Conditions, steps: Vec<ForecastStep>) -> FetchedReport {
    let forecast = Ok(Forecast { steps, ..Forecast::default() });
    FetchedReport { current: Ok(current), forecast, ..FetchedReport::failed(ProviderError::TimedOut, now()) }
}

fn good() -> FetchedReport {
    fetched(conditions(now()), vec![step(now(), 1)])
}

#[test]
fn impossible_values_become_none() {
    let with = |number: f64| {
        let conditions = Conditions {
            temperature: Some(Temperature::from_celsius(number)),
            feels_like: Some(Temperature::from_celsius(number)),
            humidity: Some(Percentage::from_percent(number)),
            dew_point: Some(Temperature::from_celsius(number)),
            pressure: Some(Pressure::from_hectopascals(number)),
            cloud_cover: Some(Percentage::from_percent(number)),
            visibility: Some(Length::from_metres(number * 1e3)),
            wind_speed: Some(Speed::from_metres_per_second(number)),
            wind_gust: Some(Speed::from_metres_per_second(number)),
            wind_direction: Some(Direction::from_degrees(number)),
            precipitation: Some(Length::from_millimetres(number)),
            uv_index: Some(number),
            ..Conditions::unknown_at(now())
        };
        ForecastStep {
            precipitation_probability: Some(Percentage::from_percent(number)),
            temperature_min: Some(Temperature::from_celsius(number)),
            temperature_max: Some(Temperature::from_celsius(number)),
            conditions,
            ..step(now(), 3)
        }
        .with_possible_values()
    };
    for number in [-500.0, 1e9, f64::NAN, f64::INFINITY] {
        let nothing = ForecastStep { conditions: Conditions::unknown_at(now()), ..step(now(), 3) };
        assert_eq!(with(number), nothing, "{number}");
    }
    let step = with(50.0);
    assert!(
        step.conditions.temperature.is_some() && step.conditions.uv_index.is_some() && step.temperature_max.is_some()
    );
    assert_eq!(step.conditions.pressure, None, "50 hPa is impossible");
    assert!(with(900.0).conditions.pressure.is_some());
    assert!(with(1500.0).conditions.precipitation.is_some(), "500 mm in each of three hours");
    assert_eq!(with(1500.1).conditions.precipitation, None);
    assert_eq!((with(-1.0).conditions.wind_speed, with(-1.0).precipitation_probability), (None, None));
    assert_eq!(with(361.0).conditions.wind_direction, None);
}

#[test]
fn values_are_derived_from_possible_ones_only() {
    let current = |humidity| Conditions {
        temperature: Some(Temperature::from_celsius(30.0)),
        humidity: Some(Percentage::from_percent(humidity)),
        wind_speed: Some(Speed::from_metres_per_second(3.0)),
        ..conditions(now())
    };
    assert!(current(60.0).with_possible_values(1).feels_like.is_some());
    assert!(current(60.0).with_possible_values(1).dew_point.is_some());
    assert_eq!(current(500.0).with_possible_values(1).feels_like, None);
}

#[test]
fn a_valid_answer_is_unchanged_and_its_reading_is_added_to_the_forecast() {
    let checked = good().validated(Some(now() - hours(24)));
    assert_eq!(checked.current, Ok(conditions(now())));
    let reading = LatestReading { time: now(), condition: Condition::Rain };
    assert_eq!(checked.forecast.unwrap().latest_reading, Some(reading));
    assert_eq!(checked.last_resort, LastResort::default());
}

#[test]
fn an_outdated_part_fails_and_becomes_the_last_resort() {
    for off in [-4, 4, 24 * 365 * 10] {
        let time = now() + hours(off);
        let checked = fetched(conditions(time), vec![step(now(), 1)]).validated(None);
        assert_eq!(checked.current, Err(ProviderError::Outdated(time)));
        assert_eq!(checked.last_resort.current, Some(conditions(time)));
        assert!(checked.forecast.is_ok(), "one part does not fail with the other");
    }
    assert!(fetched(conditions(now() - hours(3)), vec![step(now(), 1)]).validated(None).current.is_ok());
    for off in [-25, 25] {
        let run = now() + hours(off);
        let checked = good().validated(Some(run));
        assert_eq!(checked.current, Err(ProviderError::Outdated(run)));
        assert_eq!(checked.forecast, Err(ProviderError::Outdated(run)));
        assert!(checked.last_resort.current.is_some() && checked.last_resort.forecast.is_some());
    }
}

#[test]
fn a_forecast_that_has_ended_fails() {
    let checked = fetched(conditions(now()), vec![step(now() - hours(1), 1)]).validated(None);
    assert_eq!(checked.forecast, Err(ProviderError::Outdated(now())));
    assert_eq!(checked.last_resort.forecast.unwrap().steps.len(), 1);
    let empty = fetched(conditions(now()), Vec::new()).validated(None);
    assert!(matches!(empty.forecast, Err(ProviderError::Malformed(_))));
}

#[test]
fn a_temperature_is_needed() {
    let mut answer = good();
    answer.current.as_mut().unwrap().temperature = Some(Temperature::from_celsius(999.0));
    answer.forecast.as_mut().unwrap().steps[0].conditions.temperature = None;
    let checked = answer.validated(None);
    assert!(matches!(checked.current, Err(ProviderError::Malformed(_))), "an impossible temperature is missing");
    assert!(matches!(checked.forecast, Err(ProviderError::Malformed(_))));
    assert_eq!(checked.last_resort.current.unwrap().condition, Condition::Rain, "the other values are kept");
}

#[test]
fn the_later_of_two_overlapping_steps_is_kept() {
    let steps = vec![step(now() + hours(1), 1), step(now(), 6), step(now() + hours(2), 1), step(now() + hours(2), 1)];
    let forecast = fetched(conditions(now()), steps).validated(None).forecast.unwrap();
    let kept: Vec<_> = forecast.steps.iter().map(|step| (step.time(), step.hours)).collect();
    assert_eq!(kept, [(now() + hours(1), 1), (now() + hours(2), 1)]);
}
