mod recorded;

use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::provider::testing::{
    Facts, assert_all_files_tested, assert_near, document, facts, places, recording, survives_damage,
};
use recorded::{CURRENT, CurrentFacts, FORECASTS, ForecastFacts, IMPERIAL};

fn now() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn read_current(file: &str) -> Conditions {
    conditions(&recording(&format!("openweathermap/current/{file}")), now()).unwrap()
}

fn read_items(file: &str) -> Vec<ForecastStep> {
    items(&recording(&format!("openweathermap/forecast/{file}"))).unwrap()
}

#[test]
fn every_recorded_current_weather_is_read_in_full() {
    assert_all_files_tested("openweathermap/current", CURRENT.iter().map(|recording| recording.file).chain([IMPERIAL]));
    for expected in CURRENT {
        let what = expected.file;
        let current = read_current(what);
        assert_eq!(current.time.to_string(), expected.time, "{what}");
        assert_eq!(
            (current.condition, current.description.as_deref()),
            (expected.condition, Some(expected.description))
        );
        assert_near(current.temperature.map(Temperature::celsius), Some(expected.temperature), what);
        if expected.feels_like.is_some() {
            assert_near(current.feels_like.map(Temperature::celsius), expected.feels_like, what);
        }
        assert_near(current.humidity.map(Percentage::percent), Some(expected.humidity), what);
        assert_near(current.pressure.map(Pressure::hectopascals), Some(expected.pressure), what);
        assert_near(current.cloud_cover.map(Percentage::percent), Some(expected.cloud_cover), what);
        assert_near(current.visibility.map(Length::metres), expected.visibility, what);
        assert_near(current.wind_speed.map(Speed::metres_per_second), Some(expected.wind_speed), what);
        assert_near(current.wind_direction.map(Direction::degrees), expected.wind_direction, what);
        assert_near(current.precipitation.map(Length::millimetres), expected.precipitation, what);
        assert_eq!((current.wind_gust, current.uv_index), (None, None), "{what}");
    }
    assert_eq!(read_current(IMPERIAL).condition, Condition::Clear);
}

#[test]
fn every_recorded_forecast_is_read_in_full() {
    assert_all_files_tested("openweathermap/forecast", FORECASTS.iter().map(|recording| recording.file));
    for expected in FORECASTS {
        let what = expected.file;
        let steps = read_items(what);
        let all = |value: &dyn Fn(&ForecastStep) -> Option<f64>| steps.iter().filter_map(value).collect::<Vec<_>>();
        let greatest = |values: &[f64]| values.iter().copied().reduce(f64::max);
        let least = |values: &[f64]| values.iter().copied().reduce(f64::min);
        let times = steps.iter().map(|step| step.conditions.time.to_string()).collect::<Vec<_>>();
        assert_eq!(
            (times.len(), &*times[0], &**times.last().unwrap()),
            (expected.steps, expected.first, expected.last)
        );
        assert!(steps.iter().all(|step| step.hours == expected.hours), "{what}");
        let temperatures = all(&|step| step.conditions.temperature.map(Temperature::celsius));
        assert_near(least(&temperatures), Some(expected.coldest), what);
        assert_near(greatest(&temperatures), Some(expected.warmest), what);
        let precipitation = all(&|step| step.conditions.precipitation.map(Length::millimetres));
        assert_eq!(precipitation.len(), expected.precipitation.0, "{what}");
        assert_near(Some(precipitation.iter().sum()), Some(expected.precipitation.1), what);
        let probabilities = all(&|step| step.precipitation_probability.map(Percentage::percent));
        assert_eq!(probabilities.len(), expected.probability.0, "{what}");
        assert_near(greatest(&probabilities), expected.probability.1, what);
        assert_eq!(all(&|step| step.conditions.visibility.map(Length::metres)).len(), expected.visibility, "{what}");
        let wind = all(&|step| step.conditions.wind_speed.map(Speed::metres_per_second));
        assert_near(greatest(&wind), Some(expected.strongest_wind), what);
        let gusts = all(&|step| step.conditions.wind_gust.map(Speed::metres_per_second));
        assert_near(greatest(&gusts), expected.strongest_gust, what);
    }
}

/// The first item of the London forecast, number by number.
#[test]
fn the_first_item_is_read_in_full() {
    let step = read_items("london-5day-3h-2025.json").remove(0);
    let conditions = &step.conditions;
    assert_eq!(
        (conditions.condition, conditions.description.as_deref()),
        (Condition::PartlyCloudy, Some("scattered clouds"))
    );
    assert_near(conditions.temperature.map(Temperature::celsius), Some(14.87), "temperature");
    assert_near(conditions.feels_like.map(Temperature::celsius), Some(14.06), "feels like");
    assert_near(conditions.humidity.map(Percentage::percent), Some(63.0), "humidity");
    assert_near(conditions.pressure.map(Pressure::hectopascals), Some(1017.0), "pressure");
    assert_near(conditions.cloud_cover.map(Percentage::percent), Some(33.0), "cloud cover");
    assert_near(conditions.wind_gust.map(Speed::metres_per_second), Some(9.8), "gust");
    assert_near(conditions.wind_direction.map(Direction::degrees), Some(107.0), "direction");
    assert_near(
        step.precipitation_probability.map(Percentage::percent),
        Some(0.0),
        "a probability of 0 is not missing",
    );
    assert_near(step.temperature_min.map(Temperature::celsius), Some(12.62), "lowest");
    assert_eq!(conditions.precipitation, None, "no amount is not zero");
}

/// The recording has 0.32 mm at 21:00 and 1.08 mm at midnight. Each fell in the three hours before, both on 21 March.
#[test]
fn an_item_is_for_the_hours_before_it() {
    let items = read_items("london-5day-3h-2025.json");
    let reading = Conditions {
        temperature: Some(Temperature::from_celsius(17.0)),
        ..Conditions::unknown_at("2025-03-20T18:20:00Z".parse().unwrap())
    };
    let steps = forecast(items.clone(), Some(&reading)).steps;
    assert_eq!(steps.len(), items.len(), "the forecast ends with the last item");
    let summary = |step: &ForecastStep| {
        let conditions = &step.conditions;
        (
            conditions.time.to_string(),
            conditions.temperature.map(Temperature::celsius),
            conditions.precipitation.map(Length::millimetres),
        )
    };
    assert_eq!(summary(&steps[0]), ("2025-03-20T18:00:00Z".to_owned(), Some(17.0), None), "the reading's");
    assert_eq!(summary(&steps[1]).0, "2025-03-20T21:00:00Z");
    assert_near(summary(&steps[1]).1, Some(14.87), "at its start");
    let at = |time: &str| steps.iter().find(|step| step.time().to_string() == time).unwrap();
    let precipitation = |time| at(time).conditions.precipitation.map(Length::millimetres);
    assert_near(precipitation("2025-03-21T18:00:00Z"), Some(0.32), "from the item of 21:00");
    assert_near(precipitation("2025-03-21T21:00:00Z"), Some(1.08), "from the item of midnight");
    assert_eq!(at("2025-03-21T18:00:00Z").conditions.condition, Condition::LightRain, "with its condition");
    let without = forecast(items, None).steps;
    assert_eq!((without[0].conditions.temperature, without[0].conditions.condition), (None, Condition::PartlyCloudy));
}

#[test]
fn rain_and_snow_are_added() {
    let items = read_items("moravska-trebova-2015-empty-rain-object.json");
    let at = |time: &str| items.iter().find(|item| item.time().to_string() == time).unwrap();
    let precipitation = |time| at(time).conditions.precipitation.map(Length::millimetres);
    assert_near(precipitation("2015-11-21T21:00:00Z"), Some(0.17 + 0.085), "rain and snow");
    assert_near(precipitation("2015-11-18T15:00:00Z"), None, "an empty `rain`");
    let current = |body: Value| conditions(body.to_string().as_bytes(), now()).unwrap().precipitation;
    let both = current(json!({"main": {"temp": 0}, "rain": {"1h": 3.16}, "snow": {"1h": 0.5}}));
    assert_near(both.map(Length::millimetres), Some(3.66), "both over one hour");
    let three_hours = current(json!({"main": {"temp": 0}, "rain": {"3h": 3}}));
    assert_eq!(three_hours, None, "the amount of three hours is not that of the last one");
}

#[test]
fn a_document_without_weather_is_malformed() {
    for body in
        ["{}", r#"{"main":{}}"#, r#"{"weather":[]}"#, r#"{"main":{"humidity":50}}"#, r#"{"weather":[{"id":0}]}"#]
    {
        assert!(matches!(conditions(body.as_bytes(), now()), Err(ProviderError::Malformed(_))), "{body}");
    }
    let unknown_moment = conditions(br#"{"main":{"temp":0}}"#, now()).unwrap();
    assert_eq!((unknown_moment.time, unknown_moment.temperature), (now(), Some(Temperature::from_celsius(0.0))));
    for body in [r#"{"cod":"200","list":[]}"#, r#"{"cod":"200"}"#, r#"{"list":[{"main":{"temp":1}}]}"#] {
        assert!(matches!(items(body.as_bytes()), Err(ProviderError::Malformed(_))), "{body}");
    }
}

#[test]
fn every_recorded_error_is_recognised() {
    let limited = ProviderError::RateLimited { retry_after: None };
    // The file, the status of the response, and the expected error.
    let cases = [
        ("400-nothing-to-geocode.json", 400, ProviderError::Refused(400)),
        ("400-onecall-out-of-range.json", 400, ProviderError::Refused(400)),
        ("400-stations-api-uses-code-not-cod.json", 400, ProviderError::Refused(400)),
        ("400-wrong-latitude.json", 400, ProviderError::Refused(400)),
        ("401-invalid-key.json", 401, ProviderError::KeyRejected),
        ("404-city-not-found.json", 404, ProviderError::NotCovered),
        ("404-legacy-2014-forecast-empty-message-with-http-200.json", 200, ProviderError::NotCovered),
        ("404-legacy-2014-not-found-city-with-http-200.json", 200, ProviderError::NotCovered),
        ("404-no-data.json", 404, ProviderError::NotCovered),
        ("429-blocked.json", 429, limited),
        ("500-legacy-2015-in-http-200.json", 200, ProviderError::Failing(500)),
    ];
    assert_all_files_tested("openweathermap/errors", cases.iter().map(|(file, ..)| *file));
    for (file, status, expected) in cases {
        let body = recording(&format!("openweathermap/errors/{file}"));
        let reply = reply(status, &body);
        let error = reply.success().map(drop).and_then(|()| conditions(&body, now()).map(drop)).unwrap_err();
        assert_eq!(error, expected, "{file}");
        if body.windows(5).any(|part| part == b"\"cod\"") {
            // The code in the body suffices, whatever the status.
            assert_eq!(items(&body).unwrap_err(), expected, "{file}");
        }
    }
}

#[test]
fn codes_are_numbers_or_strings_and_may_be_empty() {
    for (code, expected) in [
        (json!(401), Err(ProviderError::KeyRejected)),
        (json!("401"), Err(ProviderError::KeyRejected)),
        (json!("429"), Err(ProviderError::RateLimited { retry_after: None })),
        (json!(503), Err(ProviderError::Failing(503))),
        (json!(200), Ok(())),
        (json!(200.0), Ok(())),
        (json!("200"), Ok(())),
        (json!(""), Ok(())),
        (Value::Null, Ok(())),
    ] {
        let body = json!({"cod": code, "main": {"temp": 5}}).to_string();
        assert_eq!(conditions(body.as_bytes(), now()).map(drop), expected, "{body}");
    }
}

#[test]
fn other_documents_are_malformed() {
    let bodies: [&[u8]; 6] =
        [b"", b"<html><body>502 Bad Gateway</body></html>", b"null", b"[]", b"{\"main\":", b"\xff"];
    for body in bodies {
        let what = String::from_utf8_lossy(body);
        assert!(matches!(items(body), Err(ProviderError::Malformed(_))), "{what}");
        assert!(matches!(conditions(body, now()), Err(ProviderError::Malformed(_))), "{what}");
    }
    assert_eq!(reply(502, b"<html>").success(), Err(ProviderError::Failing(502)));
    assert_eq!(reply(301, b"").success(), Err(ProviderError::Failing(301)), "redirects are not followed");
}

#[test]
fn a_rate_limit_may_say_how_long_to_wait() {
    let mut limited = reply(429, b"");
    limited.headers.insert("retry-after", "120".parse().unwrap());
    let expected = ProviderError::RateLimited { retry_after: Some(Duration::from_mins(2)) };
    assert_eq!(limited.success(), Err(expected));
}

#[test]
fn a_reading_does_not_make_up_for_a_forecast_without_temperatures() {
    let mut document = document("openweathermap/forecast/london-5day-3h-2025.json");
    let first = document["list"][0]["dt"].as_i64().unwrap();
    for item in document["list"].as_array_mut().unwrap() {
        item["main"].as_object_mut().unwrap().remove("temp");
    }
    let now = Timestamp::from_second(first - 3600).unwrap();
    let reading = Conditions { temperature: Some(Temperature::from_celsius(8.0)), ..Conditions::unknown_at(now) };
    let items = items(document.to_string().as_bytes()).unwrap();
    let fetched = FetchedReport {
        current: Ok(reading.clone()),
        forecast: Ok(forecast(items, Some(&reading))),
        ..FetchedReport::failed(ProviderError::TimedOut, now)
    };
    assert!(fetched.validated(None).forecast.is_err());
}

#[test]
fn every_recorded_geocoding_is_read() {
    // The zip endpoint is never requested. It returns one object instead of the expected list.
    let zip = "zip-lisbon-1000-001.json";
    let cases = [
        ("direct-lisbon-2023.json", "Lisbon", Some("PT"), (38.71, -9.14)),
        ("doc-example-direct-london.json", "London", Some("GB"), (51.51, -0.13)),
        ("doc-example-reverse-london.json", "London", Some("GB"), (51.51, -0.13)),
    ];
    assert_all_files_tested("openweathermap/geocoding", cases.iter().map(|(file, ..)| *file).chain([zip]));
    for (file, name, country, (latitude, longitude)) in cases {
        let places = geocoded(&recording(&format!("openweathermap/geocoding/{file}"))).unwrap();
        let first = &places[0];
        assert_eq!((&*first.name, first.country.as_deref()), (name, country), "{file}");
        assert_eq!(first.coordinates, Coordinates::new(latitude, longitude).unwrap(), "{file}");
        assert_eq!(first.timezone, None);
    }
    assert!(geocoded(&recording(&format!("openweathermap/geocoding/{zip}"))).is_err());
    let london = geocoded(&recording("openweathermap/geocoding/doc-example-direct-london.json")).unwrap();
    assert_eq!(
        london.iter().map(|place| place.region.as_deref()).take(3).collect::<Vec<_>>(),
        [None, None, Some("OH")]
    );
    assert!(london[0].other_names.iter().any(|name| name == "Λονδίνο"));
    assert_eq!(geocoded(b"[]").unwrap(), []);
}

#[test]
fn missing_fields_become_neither_an_error_nor_a_zero() {
    let current = |body: &[u8]| {
        let current = conditions(body, now())?;
        Ok(facts(&FetchedReport { current: Ok(current), ..FetchedReport::failed(ProviderError::TimedOut, now()) }))
    };
    let ahead = |body: &[u8]| {
        let forecast = Forecast { steps: items(body)?, ..Forecast::default() };
        Ok(facts(&FetchedReport { forecast: Ok(forecast), ..FetchedReport::failed(ProviderError::TimedOut, now()) }))
    };
    let geocoded = |body: &[u8]| -> Result<Facts, ProviderError> { Ok(places(&geocoded(body)?)) };
    for CurrentFacts { file, .. } in CURRENT {
        survives_damage(&document(&format!("openweathermap/current/{file}")), current);
    }
    for ForecastFacts { file, .. } in FORECASTS {
        survives_damage(&document(&format!("openweathermap/forecast/{file}")), ahead);
    }
    survives_damage(&document("openweathermap/geocoding/doc-example-direct-london.json"), geocoded);
}

fn reply(status: u16, body: &[u8]) -> UpstreamResponse {
    UpstreamResponse { status, headers: HeaderMap::new(), body: bytes::Bytes::copy_from_slice(body) }
}
