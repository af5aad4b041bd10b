use serde_json::json;

use super::*;
use crate::{
    provider::testing::{
        Facts, assert_all_files_tested, assert_near, document, facts, places, recording, survives_damage,
    },
    weather::{Condition, Direction, ForecastStep, Length, Percentage, Speed, Temperature},
};

const LEGACY: &str = "munich-legacy-current_weather-unixtime-2026.json";
const NEW_YORK: &str = "new-york-current-hourly-2026.json";
const DAILY: &str = "berlin-daily-7d-old-names-2023.json";
const NULL_TAIL: &str = "enschede-16-days-null-tail-2026.json";
const MINIMAL: &str = "enschede-no-variables-minimal-2026.json";
const CODES: &str = "berlin-current-hourly-daily-minutely15-codes-2023.json";
const CUSTOMER: &str = "berlin-customer-api-2024.json";
const TWO_MODELS: &str = "berlin-two-models-suffixed-keys-2023.json";

/// A time before any of the recordings, so that they lie entirely in the future.
const NOW: &str = "2023-01-01T00:00:00Z";

fn read_recording(file: &str) -> FetchedReport {
    forecast::read(&recording(&format!("open-meteo/forecast/{file}")), NOW.parse().unwrap()).unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "compared with values that may be missing")]
fn km_per_hour(speed: f64) -> Option<f64> {
    Some(speed / 3.6)
}

fn sum(steps: &[ForecastStep], value: impl Fn(&ForecastStep) -> Option<f64>) -> f64 {
    steps.iter().filter_map(value).sum()
}

#[test]
fn every_recording_is_tested() {
    let all = [LEGACY, NEW_YORK, DAILY, NULL_TAIL, MINIMAL, CODES, CUSTOMER, TWO_MODELS];
    assert_all_files_tested("open-meteo/forecast", all);
}

/// Local times without an offset, and km/h, the API's default unit.
#[test]
fn the_recording_of_new_york_is_read_in_full() {
    let fetched = read_recording(NEW_YORK);
    assert_eq!(fetched.timezone.as_deref(), Some("America/New_York"));
    let current = fetched.current.unwrap();
    assert_eq!((current.time.to_string(), current.condition), ("2026-02-06T21:30:00Z".to_owned(), Condition::Overcast));
    assert_near(current.temperature.map(Temperature::celsius), Some(-1.4), "temperature");
    assert_near(current.humidity.map(Percentage::percent), Some(60.0), "humidity");
    assert_near(current.wind_speed.map(Speed::metres_per_second), km_per_hour(4.8), "wind");
    assert_near(current.wind_direction.map(Direction::degrees), Some(138.0), "direction");
    assert_near(current.precipitation.map(Length::millimetres), Some(0.0), "precipitation of the hour, reported as 0");
    assert_eq!(
        (current.pressure, current.cloud_cover, current.visibility, current.wind_gust, current.uv_index),
        (None, None, None, None, None)
    );

    let forecast = fetched.forecast.unwrap();
    let steps = &forecast.steps;
    assert_eq!((steps.len(), steps[0].hours), (168, 1));
    assert_eq!(steps[0].time().to_string(), "2026-02-06T04:00:00Z", "they sum backwards");
    assert_eq!((steps[0].conditions.temperature, steps[0].conditions.precipitation.is_some()), (None, true));
    assert_near(
        Some(sum(steps, |step| step.conditions.temperature.map(Temperature::celsius))),
        Some(-1228.5),
        "temperatures",
    );
    assert_near(
        Some(sum(steps, |step| step.conditions.precipitation.map(Length::millimetres))),
        Some(3.0),
        "precipitation",
    );
    assert_near(
        Some(sum(steps, |step| step.conditions.wind_speed.map(Speed::metres_per_second))),
        km_per_hour(1914.6),
        "wind",
    );

    // The recording has 0.1 mm and light snow at 04:00 local time, for the hour before.
    let step = steps.iter().find(|step| step.time().to_string() == "2026-02-07T08:00:00Z").unwrap();
    assert_near(step.conditions.precipitation.map(Length::millimetres), Some(0.1), "precipitation");
    assert_eq!(step.conditions.condition, Condition::LightSnow);
    assert_near(step.conditions.temperature.map(Temperature::celsius), Some(-6.3), "at the beginning");
}

/// Names from before 2023, and seconds since 1970.
#[test]
fn the_recording_of_munich_is_read_by_its_old_names() {
    let fetched = read_recording(LEGACY);
    let current = fetched.current.unwrap();
    assert_eq!(
        (current.time.to_string(), current.condition),
        ("2026-02-07T15:15:00Z".to_owned(), Condition::PartlyCloudy)
    );
    assert_near(current.temperature.map(Temperature::celsius), Some(8.5), "temperature");
    assert_near(current.wind_speed.map(Speed::metres_per_second), km_per_hour(4.7), "wind");
    assert_near(current.wind_direction.map(Direction::degrees), Some(9.0), "direction");
    assert_eq!(
        (current.humidity, current.feels_like, current.precipitation),
        (None, None, None),
        "nothing is derived from missing values"
    );

    let forecast = fetched.forecast.unwrap();
    let steps = &forecast.steps;
    assert_eq!((steps.len(), steps[0].conditions.time.to_string()), (167, "2026-02-06T23:00:00Z".into()));
    assert_near(
        Some(sum(steps, |step| step.conditions.temperature.map(Temperature::celsius))),
        Some(824.1),
        "temperatures",
    );
    assert_near(
        Some(sum(steps, |step| step.conditions.humidity.map(Percentage::percent))),
        Some(13824.0),
        "humidities",
    );
    assert_near(
        Some(sum(steps, |step| step.conditions.wind_speed.map(Speed::metres_per_second))),
        km_per_hour(1812.8),
        "wind",
    );
    assert!(steps.iter().all(|step| step.conditions.precipitation.is_none()));
}

#[test]
fn a_document_with_days_but_no_hours_is_an_error() {
    let fetched = read_recording(DAILY);
    assert!(fetched.current.is_err() && fetched.forecast.is_err());
}

#[test]
fn weather_codes_alone_become_the_last_resort() {
    for (file, time, condition) in [
        (CODES, "2023-11-13T10:45:00Z", Condition::Overcast),
        (CUSTOMER, "2024-01-24T08:30:00Z", Condition::RainShowers),
    ] {
        let fetched = read_recording(file);
        let current = fetched.current.unwrap();
        assert_eq!(
            (current.time.to_string(), current.condition, current.temperature),
            (time.to_owned(), condition, None),
            "{file}"
        );
        assert_eq!(fetched.forecast.unwrap().steps.len(), 168, "{file}");
        let checked = FetchedReport { fetched_at: time.parse().unwrap(), ..read_recording(file) }.validated(None);
        assert!(checked.current.is_err() && checked.forecast.is_err(), "a temperature is needed");
        assert!(checked.last_resort.current.is_some() && checked.last_resort.forecast.is_some());
    }
}

/// By its source, the API labels the values of 19:00 UTC as 00:00 in India, and those of 03:00 UTC as 00:00 in Newfoundland.
#[test]
fn hours_in_zones_with_a_part_of_an_hour_are_full_hours_of_utc() {
    for (offset, labels, time) in [
        (19_800, ["2026-02-06T18:30:00Z", "2026-02-06T19:30:00Z"], "2026-02-06T19:00:00Z"),
        (20_700, ["2026-02-06T18:15:00Z", "2026-02-06T19:15:00Z"], "2026-02-06T19:00:00Z"),
        (-12_600, ["2026-02-07T03:30:00Z", "2026-02-07T04:30:00Z"], "2026-02-07T03:00:00Z"),
        (19_800, ["2026-02-06T18:00:00Z", "2026-02-06T19:00:00Z"], "2026-02-06T18:00:00Z"),
    ] {
        let labels = labels.map(|label| label.parse::<Timestamp>().unwrap().as_second());
        let document = json!({
            "utc_offset_seconds": offset,
            "current": {"time": labels[0], "temperature_2m": 1.0},
            "hourly": {"time": labels, "temperature_2m": [1.0, 2.0]},
        });
        let fetched = forecast::read(document.to_string().as_bytes(), NOW.parse().unwrap()).unwrap();
        assert_eq!(fetched.forecast.unwrap().steps[0].time().to_string(), time, "{offset}");
        assert_eq!(fetched.current.unwrap().time.as_second(), labels[0], "the reading has its own time");
    }
}

/// Two models are never requested. Their columns have other names, which are ignored.
#[test]
fn columns_of_several_models_are_ignored() {
    let fetched = read_recording(TWO_MODELS);
    assert_eq!(fetched.current.unwrap().condition, Condition::Overcast);
    assert!(fetched.forecast.is_err());
}

#[test]
fn hours_of_nulls_are_left_out() {
    let fetched = read_recording(NULL_TAIL);
    assert!(fetched.current.is_err());
    assert!(fetched.forecast.is_err());
}

#[test]
fn a_document_without_blocks_is_malformed() {
    let fetched = read_recording(MINIMAL);
    assert!(matches!(fetched.current, Err(ProviderError::Malformed(_))));
    assert!(matches!(fetched.forecast, Err(ProviderError::Malformed(_))));
}

#[test]
fn other_units_are_converted() {
    let body = json!({
        "utc_offset_seconds": 0,
        "current_units": {"temperature_2m": "°F", "wind_speed_10m": "mp/h", "visibility": "ft"},
        "current": {"time": 1_770_477_300, "temperature_2m": 50, "wind_speed_10m": 10, "visibility": 1000},
        "hourly_units": {"precipitation": "inch", "wind_speed_10m": "kn"},
        "hourly": {"time": [1_770_476_400, 1_770_480_000], "temperature_2m": [8, 9], "precipitation": [0.5, 0],
            "wind_speed_10m": [10, 11]},
    });
    let fetched = forecast::read(body.to_string().as_bytes(), NOW.parse().unwrap()).unwrap();
    let current = fetched.current.unwrap();
    assert_near(current.temperature.map(Temperature::celsius), Some(10.0), "50 °F");
    assert_near(current.wind_speed.map(Speed::metres_per_second), Some(4.4704), "10 mph");
    assert_near(current.visibility.map(Length::metres), Some(304.8), "1000 ft");
    assert_near(current.precipitation.map(Length::millimetres), Some(12.7), "half an inch");
    let step = fetched.forecast.unwrap().steps.remove(1);
    assert_near(step.conditions.wind_speed.map(Speed::metres_per_second), Some(5.144_444_444), "10 knots");
}

/// A local time without its offset could be half a day off.
#[test]
fn local_times_without_an_offset_are_ignored() {
    let hourly = |time: &str| json!({"hourly": {"time": [time, "2026-02-06T01:00"], "temperature_2m": [8, 9]}});
    let read = |body: serde_json::Value| forecast::read(body.to_string().as_bytes(), NOW.parse().unwrap()).unwrap();
    assert!(read(hourly("2026-02-06T00:00")).forecast.is_err());
    let mut document = hourly("2026-02-06T00:00");
    document["utc_offset_seconds"] = 19_800.into();
    let steps = read(document).forecast.unwrap().steps;
    assert_eq!(steps[0].conditions.time.to_string(), "2026-02-05T19:00:00Z");
}

#[test]
fn every_recorded_error_is_recognised() {
    let limited = ProviderError::RateLimited { retry_after: None };
    let nan = "satellite-not-covered-nan.not-json.txt";
    let cases = [
        ("400-doc-example-unknown-variable.json", 400, ProviderError::Refused(400)),
        ("400-lat-without-lon.json", 400, ProviderError::Refused(400)),
        ("429-minutely.json", 429, limited),
    ];
    assert_all_files_tested("open-meteo/errors", cases.iter().map(|(file, ..)| *file).chain([nan]));
    for (file, status, expected) in cases {
        let body = recording(&format!("open-meteo/errors/{file}"));
        let reply = UpstreamResponse { status, headers: HeaderMap::new(), body: body.clone().into() };
        assert_eq!(reply.success(), Err(expected), "{file}");
        // Even with the status 200 there is no weather in it.
        let fetched = forecast::read(&body, NOW.parse().unwrap()).unwrap();
        assert!(fetched.current.is_err() && fetched.forecast.is_err(), "{file}");
    }
    let bare_nan = recording(&format!("open-meteo/errors/{nan}"));
    for body in [&*bare_nan, b"", b"<html>502 Bad Gateway</html>", b"[]", b"null"] {
        let error = forecast::read(body, NOW.parse().unwrap()).unwrap_err();
        assert!(matches!(error, ProviderError::Malformed(_)), "{error:?}");
    }
}

#[test]
fn every_recorded_geocoding_is_tested() {
    let tested = [
        "antarctica-missing-country-and-admin.json",
        "enschede-2026.json",
        "hollywood-10-results-2025.json",
        "hollywood-20-results-2025.json",
        "no-match-no-results-key.json",
    ];
    assert_all_files_tested("open-meteo/geocoding", tested);
}

#[test]
fn missing_fields_become_neither_an_error_nor_a_zero() {
    for file in [LEGACY, NEW_YORK, CODES, CUSTOMER, TWO_MODELS] {
        survives_damage(&document(&format!("open-meteo/forecast/{file}")), |body| {
            let fetched = forecast::read(body, NOW.parse().unwrap())?;
            let facts = facts(&fetched);
            if facts.is_empty() { Err(fetched.forecast.unwrap_err()) } else { Ok(facts) }
        });
    }
    let geocoded = |body: &[u8]| -> Result<Facts, ProviderError> { Ok(places(&geocoding::read(body, "")?)) };
    survives_damage(&document("open-meteo/geocoding/enschede-2026.json"), geocoded);
    survives_damage(&document("open-meteo/geocoding/hollywood-10-results-2025.json"), geocoded);
}

#[test]
fn instances_share_the_free_limits() {
    let client = UpstreamClient::new().unwrap();
    let clock = Clock::system();
    let open_meteo = |key| OpenMeteo::new(&client, "http://localhost", "http://localhost", key, clock.clone());
    let requests = |provider: OpenMeteo| provider.limits().into_iter().map(|limit| limit.requests).collect::<Vec<_>>();
    let alone = requests(open_meteo(None));
    let shared = requests(open_meteo(None).shared_by(6));
    assert_eq!(shared, alone.iter().map(|requests| requests / 6).collect::<Vec<_>>());
    assert!(requests(open_meteo(None).shared_by(u32::MAX)).iter().all(|requests| *requests == 1), "it may still ask");
    assert!(requests(open_meteo(Some(Secret::new("key".to_owned()))).shared_by(6)).is_empty());
}
