use serde_json::json;

use super::*;
use crate::provider::testing::{assert_near, assert_none_forgotten, document, facts, survives_damage};

/// What a recording says in all, counted and summed from its JSON by another program.
struct Recorded {
    file: &'static str,
    /// How many steps are of one hour and of six; after the last point nothing is told.
    steps: (usize, usize),
    first: &'static str,
    condition: Condition,
    temperature: f64,
    humidity: f64,
    pressure: f64,
    cloud_cover: f64,
    wind_speed: f64,
    wind_direction: f64,
    /// Only the complete form tells these.
    dew_point_and_uv: Option<(f64, f64)>,
    coldest: f64,
    warmest: f64,
    precipitation: f64,
}

const LONDON: &str = "london-complete-2020-with-headers.json";

const RECORDINGS: [Recorded; 4] = [
    Recorded {
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
    Recorded {
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
    Recorded {
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
    Recorded {
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

fn read_recording(file: &str, now: &str) -> Fetched {
    read(document(&format!("met-norway/{file}")).to_string().as_bytes(), now.parse().unwrap()).unwrap()
}

#[test]
fn every_recorded_current_weather() {
    assert_none_forgotten("met-norway", RECORDINGS.iter().map(|it| it.file));
    for expected in RECORDINGS {
        let what = expected.file;
        let it = read_recording(what, expected.first).current.unwrap();
        assert_eq!((it.time.to_string(), it.condition), (expected.first.to_owned(), expected.condition), "{what}");
        assert_near(it.temperature.map(Temperature::celsius), Some(expected.temperature), what);
        assert_near(it.humidity.map(Percentage::percent), Some(expected.humidity), what);
        assert_near(it.pressure.map(Pressure::hectopascals), Some(expected.pressure), what);
        assert_near(it.cloud_cover.map(Percentage::percent), Some(expected.cloud_cover), what);
        assert_near(it.wind_speed.map(Speed::metres_per_second), Some(expected.wind_speed), what);
        assert_near(it.wind_direction.map(Direction::degrees), Some(expected.wind_direction), what);
        if let Some((dew_point, uv_index)) = expected.dew_point_and_uv {
            assert_near(it.dew_point.map(Temperature::celsius), Some(dew_point), what);
            assert_near(it.uv_index, Some(uv_index), what);
        } else {
            assert_eq!(it.uv_index, None, "{what}");
        }
        assert_eq!((it.visibility, it.wind_gust, it.description), (None, None, None), "{what}");
        assert_eq!(it.precipitation, None, "only what will fall is told, not what fell");
    }
}

#[test]
fn every_recorded_forecast() {
    for expected in RECORDINGS {
        let what = expected.file;
        let steps = read_recording(what, expected.first).forecast.unwrap().steps;
        let of_hours = |hours| steps.iter().filter(|step| step.hours == hours).count();
        assert_eq!((of_hours(1), of_hours(6)), expected.steps, "{what}");
        assert_eq!(steps.len(), expected.steps.0 + expected.steps.1, "{what}");
        let temperatures = || steps.iter().map(|step| step.conditions.temperature.unwrap().celsius());
        assert_near(temperatures().reduce(f64::min), Some(expected.coldest), what);
        assert_near(temperatures().reduce(f64::max), Some(expected.warmest), what);
        let fallen = steps.iter().map(|step| step.conditions.precipitation.unwrap().millimetres());
        assert_near(Some(fallen.sum()), Some(expected.precipitation), what);
        assert!(steps.iter().all(|step| step.precipitation_probability.is_none()), "{what}");
        assert!(steps.iter().all(|step| step.precipitation_from == step.conditions.time), "they sum forwards");
    }
}

#[test]
fn the_current_weather_is_that_of_the_last_step_that_has_begun() {
    let current = |now| read_recording(LONDON, now).current.unwrap();
    assert_near(current("2020-07-20T13:00:00Z").temperature.map(Temperature::celsius), Some(20.3), "at the hour");
    assert_near(current("2020-07-20T13:59:59Z").temperature.map(Temperature::celsius), Some(20.3), "before the next");
    let before = current("2020-07-20T10:00:00Z");
    assert_eq!(before.time.to_string(), "2020-07-20T11:00:00Z", "before the first step");
    let long_after = current("2026-01-01T00:00:00Z");
    assert_eq!(long_after.time.to_string(), "2020-07-20T11:00:00Z", "a recording is read as from its beginning");
}

#[test]
fn a_step_of_six_hours_tells_its_extremes() {
    let steps = read_recording(LONDON, "2020-07-20T11:00:00Z").forecast.unwrap().steps;
    let step = steps.iter().find(|step| step.hours == 6).unwrap();
    assert_eq!(step.conditions.time.to_string(), "2020-07-22T18:00:00Z");
    assert_eq!(step.conditions.condition, Condition::PartlyCloudy);
    assert_near(step.conditions.temperature.map(Temperature::celsius), Some(23.3), "at its beginning");
    assert_near(step.temperature_min.map(Temperature::celsius), Some(14.9), "lowest");
    assert_near(step.temperature_max.map(Temperature::celsius), Some(21.8), "highest");
}

#[test]
fn what_complete_documents_of_some_areas_add() {
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
fn what_is_not_their_document_is_nonsense() {
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    // Their errors are HTML.
    let others = ["", "<html><head><title>403 Forbidden</title>", "null", "[", r#"{"properties":[]}"#];
    let empty = ["{}", r#"{"properties":{}}"#, r#"{"properties":{"timeseries":[]}}"#];
    for body in others.into_iter().chain(empty) {
        assert!(matches!(read(body.as_bytes(), now), Err(ProviderError::Malformed(_))), "{body}");
    }
}

#[test]
fn expiry_is_read_as_an_http_date() {
    let date = |text: &'static str| http_date(text).map(|it| it.to_string());
    assert_eq!(date("Mon, 20 Jul 2020 12:16:23 GMT").as_deref(), Some("2020-07-20T12:16:23Z"));
    assert_eq!(date("0"), None);
}

#[test]
fn nothing_that_is_missing_becomes_an_error_or_a_zero() {
    for Recorded { file, first, .. } in RECORDINGS {
        let whole = document(&format!("met-norway/{file}"));
        survives_damage(&whole, |body| {
            let fetched = read(body, first.parse().unwrap())?;
            // Which point the current weather is taken from depends on the times of the others.
            let current = Err(ProviderError::TimedOut);
            Ok(facts(&Fetched { forecast: Ok(fetched.forecast?), current, ..fetched }))
        });
        let mut one_point = whole;
        one_point["properties"]["timeseries"].as_array_mut().unwrap().truncate(1);
        survives_damage(&one_point, |body| {
            let fetched = read(body, first.parse().unwrap())?;
            let forecast = Err(ProviderError::TimedOut);
            Ok(facts(&Fetched { current: Ok(fetched.current?), forecast, ..fetched }))
        });
    }
}
