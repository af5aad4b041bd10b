use serde_json::json;

use super::*;
use crate::provider::testing::{assert_all_files_tested, assert_near, document, facts, survives_damage};

/// Totals of a recording, computed from its JSON by another program.
struct RecordedFacts {
    file: &'static str,
    /// The numbers of steps of one hour and of six hours; the last entry has no period.
    steps: (usize, usize),
    first: &'static str,
    condition: Condition,
    temperature: f64,
    humidity: f64,
    pressure: f64,
    cloud_cover: f64,
    wind_speed: f64,
    wind_direction: f64,
    /// Only in the complete product.
    dew_point_and_uv: Option<(f64, f64)>,
    coldest: f64,
    warmest: f64,
    precipitation: f64,
}

const LONDON: &str = "london-complete-2020-with-headers.json";

const RECORDINGS: [RecordedFacts; 4] = [
    RecordedFacts {
        file: LONDON,
        steps: (55, 26),
        first: "2020-07-20T11:00:00Z",
        condition: Condition::Clear,
        temperature: 18.8,
        humidity: 47.0,
        pressure: 1023.2,
        cloud_cover: 12.5,
        wind_speed: 2.3,
        wind_direction: 349.3,
        dew_point_and_uv: Some((7.2, 6.4)),
        coldest: 10.9,
        warmest: 23.3,
        precipitation: 2.5,
    },
    RecordedFacts {
        file: "beijing-compact-2020-with-headers.json",
        steps: (55, 26),
        first: "2020-07-20T11:00:00Z",
        condition: Condition::Clear,
        temperature: 30.4,
        humidity: 56.5,
        pressure: 1003.6,
        cloud_cover: 3.1,
        wind_speed: 1.8,
        wind_direction: 219.5,
        dew_point_and_uv: None,
        coldest: 21.4,
        warmest: 38.1,
        precipitation: 0.4,
    },
    RecordedFacts {
        file: "new-york-compact-2020-with-headers.json",
        steps: (55, 26),
        first: "2020-07-20T11:00:00Z",
        condition: Condition::PartlyCloudy,
        temperature: 26.5,
        humidity: 81.3,
        pressure: 1010.7,
        cloud_cover: 69.5,
        wind_speed: 3.8,
        wind_direction: 243.4,
        dew_point_and_uv: None,
        coldest: 21.8,
        warmest: 36.0,
        precipitation: 9.2,
    },
    RecordedFacts {
        file: "oslo-snow-compact-2026.json",
        steps: (51, 31),
        first: "2026-02-06T21:00:00Z",
        condition: Condition::Snow,
        temperature: -5.8,
        humidity: 66.5,
        pressure: 1014.6,
        cloud_cover: 100.0,
        wind_speed: 6.0,
        wind_direction: 37.0,
        dew_point_and_uv: None,
        coldest: -11.8,
        warmest: -2.0,
        precipitation: 3.8,
    },
];

fn read_recording(file: &str, now: &str) -> FetchedReport {
    read(document(&format!("met-norway/{file}")).to_string().as_bytes(), now.parse().unwrap()).unwrap()
}

#[test]
fn every_recorded_current_weather_is_read_in_full() {
    assert_all_files_tested("met-norway", RECORDINGS.iter().map(|recording| recording.file));
    for expected in RECORDINGS {
        let what = expected.file;
        let current = read_recording(what, expected.first).current.unwrap();
        assert_eq!(
            (current.time.to_string(), current.condition),
            (expected.first.to_owned(), expected.condition),
            "{what}"
        );
        assert_near(current.temperature.map(Temperature::celsius), Some(expected.temperature), what);
        assert_near(current.humidity.map(Percentage::percent), Some(expected.humidity), what);
        assert_near(current.pressure.map(Pressure::hectopascals), Some(expected.pressure), what);
        assert_near(current.cloud_cover.map(Percentage::percent), Some(expected.cloud_cover), what);
        assert_near(current.wind_speed.map(Speed::metres_per_second), Some(expected.wind_speed), what);
        assert_near(current.wind_direction.map(Direction::degrees), Some(expected.wind_direction), what);
        if let Some((dew_point, uv_index)) = expected.dew_point_and_uv {
            assert_near(current.dew_point.map(Temperature::celsius), Some(dew_point), what);
            assert_near(current.uv_index, Some(uv_index), what);
        } else {
            assert_eq!(current.uv_index, None, "{what}");
        }
        assert_eq!((current.visibility, current.wind_gust, current.description), (None, None, None), "{what}");
        assert_eq!(current.precipitation, None, "precipitation is given for the future only");
    }
}

#[test]
fn every_recorded_forecast_is_read_in_full() {
    for expected in RECORDINGS {
        let what = expected.file;
        let steps = read_recording(what, expected.first).forecast.unwrap().steps;
        let of_hours = |hours| steps.iter().filter(|step| step.hours == hours).count();
        assert_eq!((of_hours(1), of_hours(6)), expected.steps, "{what}");
        assert_eq!(steps.len(), expected.steps.0 + expected.steps.1, "{what}");
        let temperatures = || steps.iter().map(|step| step.conditions.temperature.unwrap().celsius());
        assert_near(temperatures().reduce(f64::min), Some(expected.coldest), what);
        assert_near(temperatures().reduce(f64::max), Some(expected.warmest), what);
        let amounts = steps.iter().map(|step| step.conditions.precipitation.unwrap().millimetres());
        assert_near(Some(amounts.sum()), Some(expected.precipitation), what);
        assert!(steps.iter().all(|step| step.precipitation_probability.is_none()), "{what}");
    }
}

#[test]
fn the_current_weather_is_that_of_the_last_step_that_has_started() {
    let current = |now| read_recording(LONDON, now).current.unwrap();
    assert_near(current("2020-07-20T13:00:00Z").temperature.map(Temperature::celsius), Some(20.3), "at the hour");
    assert_near(current("2020-07-20T13:59:59Z").temperature.map(Temperature::celsius), Some(20.3), "before the next");
    let before = current("2020-07-20T10:00:00Z");
    assert_eq!(before.time.to_string(), "2020-07-20T11:00:00Z", "before the first step");
}

#[test]
fn an_old_model_run_becomes_the_last_resort() {
    let updated_at = "2020-07-20T01:30:57Z".parse().unwrap();
    for (now, is_old) in
        [("2020-07-21T01:30:00Z", false), ("2020-07-21T01:31:00Z", true), ("2026-01-01T00:00:00Z", true)]
    {
        let fetched = read_recording(LONDON, now);
        assert_eq!(fetched.forecast.is_err(), is_old, "{now}");
        if is_old {
            assert_eq!(fetched.current, Err(ProviderError::Outdated(updated_at)));
            assert_eq!(fetched.last_resort.forecast.unwrap().steps.len(), 81);
        }
    }
    let long_after = read_recording(LONDON, "2026-01-01T00:00:00Z").last_resort.current.unwrap();
    assert_eq!(long_after.time.to_string(), "2020-07-20T11:00:00Z", "read as of its start");
}

#[test]
fn a_step_of_six_hours_has_its_extremes() {
    let steps = read_recording(LONDON, "2020-07-20T11:00:00Z").forecast.unwrap().steps;
    let step = steps.iter().find(|step| step.hours == 6).unwrap();
    assert_eq!(step.conditions.time.to_string(), "2020-07-22T18:00:00Z");
    assert_eq!(step.conditions.condition, Condition::PartlyCloudy);
    assert_near(step.conditions.temperature.map(Temperature::celsius), Some(23.3), "at its start");
    assert_near(step.temperature_min.map(Temperature::celsius), Some(14.9), "lowest");
    assert_near(step.temperature_max.map(Temperature::celsius), Some(21.8), "highest");
}

#[test]
fn complete_documents_of_some_areas_have_gusts_and_probabilities() {
    let body = json!({"properties": {"timeseries": [{"time": "2026-02-06T21:00:00Z", "data": {
        "instant": {"details": {"air_temperature": 1, "wind_speed_of_gust": 12.5}},
        "next_1_hours": {"summary": {"symbol_code": "lightssnowshowersandthunder_polartwilight"},
            "details": {"precipitation_amount": 0.4, "probability_of_precipitation": 71.5}}
    }}]}});
    let fetched = read(body.to_string().as_bytes(), "2026-02-06T21:10:00Z".parse().unwrap()).unwrap();
    let current = fetched.current.unwrap();
    assert_eq!(current.condition, Condition::Thunderstorm);
    assert_near(current.wind_gust.map(Speed::metres_per_second), Some(12.5), "gust");
    let step = fetched.forecast.unwrap().steps.remove(0);
    assert_near(step.precipitation_probability.map(Percentage::percent), Some(71.5), "probability");
}

#[test]
fn other_documents_are_malformed() {
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    // MET Norway's errors are HTML.
    let others = ["", "<html><head><title>403 Forbidden</title>", "null", "[", r#"{"properties":[]}"#];
    let empty = ["{}", r#"{"properties":{}}"#, r#"{"properties":{"timeseries":[]}}"#];
    for body in others.into_iter().chain(empty) {
        assert!(matches!(read(body.as_bytes(), now), Err(ProviderError::Malformed(_))), "{body}");
    }
}

#[test]
fn expiry_is_read_as_an_http_date() {
    let date = |text: &'static str| http_date(text).map(|time| time.to_string());
    assert_eq!(date("Mon, 20 Jul 2020 12:16:23 GMT").as_deref(), Some("2020-07-20T12:16:23Z"));
    assert_eq!(date("0"), None);
}

#[test]
fn missing_fields_become_neither_an_error_nor_a_zero() {
    for RecordedFacts { file, first, .. } in RECORDINGS {
        let now = first.parse().unwrap();
        let whole = document(&format!("met-norway/{file}"));
        survives_damage(&whole, |body| {
            let (forecast, _) = forecast(body)?;
            Ok(facts(&FetchedReport { forecast: Ok(forecast), ..FetchedReport::failed(ProviderError::TimedOut, now) }))
        });
        let mut one_point = whole;
        one_point["properties"]["timeseries"].as_array_mut().unwrap().truncate(1);
        survives_damage(&one_point, |body| {
            let (forecast, _) = forecast(body)?;
            let current = at_time(forecast, now).current;
            Ok(facts(&FetchedReport { current: Ok(current?), ..FetchedReport::failed(ProviderError::TimedOut, now) }))
        });
    }
}

#[test]
fn instances_share_the_limit() {
    let provider = |instances| {
        let client = UpstreamClient::new().unwrap();
        MetNorway::new(client, "http://localhost", "ops@example.org", Clock::system()).unwrap().shared_by(instances)
    };
    let requests = |instances| provider(instances).limits()[0].requests;
    assert_eq!([1, 6, 50].map(requests), [20, 3, 1]);
}
