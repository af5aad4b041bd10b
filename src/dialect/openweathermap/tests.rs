use jiff::SignedDuration;
use proptest::prelude::*;

use super::{
    super::{
        missing_values::{fill_gaps, with_cloud_cover},
        tests::*,
    },
    conditions::OwmCondition,
    options::{MAX_ITEMS, OwmUnits},
    version_2::{current_document, five_days},
    *,
};
use crate::{
    provider::openweathermap::{read_current, read_forecast},
    weather::{Condition, Conditions, Forecast, ForecastStep, Length, Percentage, Temperature},
};

const OPTIONS: OwmOptions = OwmOptions { units: OwmUnits::Standard, count: MAX_ITEMS, excluded: Vec::new() };

#[test]
fn an_id_is_read_back_as_its_condition() {
    for id in (200..=804).filter(|id| Condition::from_openweathermap(*id) != Condition::Unknown) {
        let condition = Condition::from_openweathermap(id);
        assert_eq!(Condition::from_openweathermap(OwmCondition::from_condition(condition).id), condition, "{id}");
    }
}

/// The conditions without the values that version 2.5 has no key for, and without the zeros that it leaves out.
fn without_extras(conditions: &Conditions) -> Conditions {
    Conditions {
        cloud_cover: with_cloud_cover(conditions.clone()).cloud_cover,
        dew_point: None,
        uv_index: None,
        // A missing apparent temperature is replaced by the temperature.
        feels_like: conditions.feels_like.or(conditions.temperature),
        precipitation: conditions.precipitation.filter(|depth| depth.millimetres() > 0.0),
        ..conditions.clone()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn our_own_parser_reads_back_the_current_weather(
        current in prop::sample::select(vec![Condition::Clear, Condition::Rain, Condition::Snow, Condition::Haze])
            .prop_flat_map(conditions)
    ) {
        let weather = place_weather("Europe/London", current.clone(), Forecast::default());
        let body = current_document(&OwmWriter::new(&OPTIONS, &weather)).to_string();
        let read = read_current(body.as_bytes(), now()).unwrap();
        prop_assert_eq!(read.time.as_second(), current.time.as_second());
        assert_same(&read, &without_extras(&current), "current");
    }

    #[test]
    fn our_own_parser_reads_back_the_five_days(
        forecast in prop::sample::select(vec![Condition::Cloudy, Condition::HeavyRain, Condition::SnowShowers])
            .prop_flat_map(|condition| forecast(this_hour(), 3, conditions(condition)))
    ) {
        let weather = place_weather("Europe/London", Conditions::unknown_at(now()), forecast.clone());
        // Gaps are filled from the nearest hour, because the strictest clients need numbers.
        let filled = fill_gaps(&weather.hours);
        let body = five_days(&OwmWriter::new(&OPTIONS, &weather)).to_string();
        let steps = read_forecast(body.as_bytes()).unwrap().steps;
        for (n, expected) in forecast.steps.iter().enumerate().skip(1).take(25) {
            let read = steps.iter().find(|step| step.time() == expected.time()).unwrap();
            let hour = filled.iter().find(|hour| hour.time() == expected.time()).unwrap();
            let precipitation = expected.conditions.precipitation;
            let expected_item = without_extras(&Conditions { precipitation, ..hour.conditions.clone() });
            assert_same(&read.conditions, &expected_item, &n.to_string());
            prop_assert_eq!(read.hours, 3);
            let percent = |step: &ForecastStep| step.precipitation_probability.map(|chance| chance.percent().round());
            prop_assert_eq!(percent(read), percent(expected));
        }
    }
}

#[test]
fn more_items_than_there_are_is_all_of_them() {
    let count = |query: &str| OwmOptions::parse(&DialectQuery::parse(query).unwrap()).ok().map(|options| options.count);
    assert_eq!(["", "cnt=3", "cnt=40", "cnt=96"].map(count), [Some(40), Some(3), Some(40), Some(40)]);
    assert_eq!(["cnt=0", "cnt=-1", "cnt=x"].map(count), [None; 3]);
}

#[test]
fn hours_are_summed_into_steps_of_three() {
    let hour = |n: i64| ForecastStep {
        conditions: Conditions {
            condition: if n == 4 { Condition::Rain } else { Condition::Clear },
            temperature: Some(Temperature::from_celsius(5.0)),
            precipitation: Some(Length::from_millimetres(if n == 4 { 1.5 } else { 0.25 })),
            ..Conditions::unknown_at(this_hour() + SignedDuration::from_hours(n))
        },
        hours: 1,
        precipitation_probability: Some(Percentage::from_percent(if n == 5 { 80.0 } else { 10.0 })),
        temperature_min: None,
        temperature_max: None,
    };
    let forecast = Forecast { steps: (0..24).map(hour).collect(), ..Forecast::default() };
    let weather = place_weather("UTC", Conditions::unknown_at(now()), forecast);
    let document = five_days(&OwmWriter::new(&OPTIONS, &weather));
    let item = &document["list"][1];
    assert_eq!(item["dt_txt"], "2026-03-28 18:00:00");
    assert_eq!((&item["rain"]["3h"], &item["pop"], &item["weather"][0]["id"]), (&json!(2.0), &json!(0.8), &json!(501)));
    assert_eq!(document["cnt"], 8, "as far as the forecast goes");
    let metric = OwmOptions { units: OwmUnits::Metric, count: 2, ..OPTIONS };
    let document = five_days(&OwmWriter::new(&metric, &weather));
    assert_eq!((document["cnt"].as_u64(), document["list"][0]["main"]["temp"].as_f64()), (Some(2), Some(5.0)));
}
