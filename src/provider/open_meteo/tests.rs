use serde_json::json;

use super::*;
use crate::{
    provider::testing::{
        Facts, assert_near, assert_none_forgotten, document, facts, places, recording, survives_damage,
    },
    weather::{Condition, Direction, Length, Percentage, Speed, Step, Temperature},
};

const LEGACY: &str = "munich-legacy-current_weather-unixtime-2026.json";
const NEW_YORK: &str = "new-york-current-hourly-2026.json";
const DAILY: &str = "berlin-daily-7d-old-names-2023.json";
const NULL_TAIL: &str = "enschede-16-days-null-tail-2026.json";
const MINIMAL: &str = "enschede-no-variables-minimal-2026.json";
const CODES: &str = "berlin-current-hourly-daily-minutely15-codes-2023.json";
const CUSTOMER: &str = "berlin-customer-api-2024.json";
const TWO_MODELS: &str = "berlin-two-models-suffixed-keys-2023.json";

/// Before any of the recordings, so that each is wholly ahead.
const NOW: &str = "2023-01-01T00:00:00Z";

fn read_recording(file: &str) -> Fetched {
    document::read(&recording(&format!("open-meteo/forecast/{file}")), NOW.parse().unwrap()).unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "compared with values that may be missing")]
fn km_per_hour(speed: f64) -> Option<f64> {
    Some(speed / 3.6)
}

fn sum(steps: &[Step], value: impl Fn(&Step) -> Option<f64>) -> Option<f64> {
    steps.iter().map(value).sum()
}

#[test]
fn no_recording_is_forgotten() {
    let all = [LEGACY, NEW_YORK, DAILY, NULL_TAIL, MINIMAL, CODES, CUSTOMER, TWO_MODELS];
    assert_none_forgotten("open-meteo/forecast", all);
}

/// Local times without an offset, and km/h, which is what they take when nothing is asked for.
#[test]
fn new_york_of_2026() {
    let fetched = read_recording(NEW_YORK);
    assert_eq!(fetched.timezone.as_deref(), Some("America/New_York"));
    let it = fetched.current.unwrap();
    assert_eq!((it.time.to_string(), it.condition), ("2026-02-06T21:30:00Z".to_owned(), Condition::Overcast));
    assert_near(it.temperature.map(Temperature::celsius), Some(-1.4), "temperature");
    assert_near(it.humidity.map(Percentage::percent), Some(60.0), "humidity");
    assert_near(it.wind_speed.map(Speed::metres_per_second), km_per_hour(4.8), "wind");
    assert_near(it.wind_direction.map(Direction::degrees), Some(138.0), "direction");
    assert_near(it.precipitation.map(Length::millimetres), Some(0.0), "precipitation of the hour, said to be 0");
    assert_eq!((it.pressure, it.cloud_cover, it.visibility, it.wind_gust, it.uv_index), (None, None, None, None, None));

    let forecast = fetched.forecast.unwrap();
    let steps = &forecast.steps;
    assert_eq!((steps.len(), steps[0].hours), (168, 1));
    assert_eq!(steps[0].conditions.time.to_string(), "2026-02-06T05:00:00Z");
    assert_eq!(steps[0].precipitation_from.to_string(), "2026-02-06T04:00:00Z", "they sum backwards");
    assert_near(sum(steps, |it| it.conditions.temperature.map(Temperature::celsius)), Some(-1233.8), "temperatures");
    assert_near(sum(steps, |it| it.conditions.precipitation.map(Length::millimetres)), Some(3.0), "precipitation");
    assert_near(sum(steps, |it| it.conditions.wind_speed.map(Speed::metres_per_second)), km_per_hour(1932.7), "wind");

    let days = &forecast.days;
    assert_eq!(
        (days.len(), days[1].date.to_string(), days[1].condition),
        (7, "2026-02-07".into(), Condition::LightSnow)
    );
    assert_near(days[2].temperature_min.map(Temperature::celsius), Some(-21.5), "lowest");
    assert_near(days[2].temperature_max.map(Temperature::celsius), Some(-8.9), "highest");
    assert_near(days[1].precipitation.map(Length::millimetres), Some(0.4), "precipitation");
    assert_eq!((days[1].precipitation_probability, days[1].wind_speed_max), (None, None));
}

/// Names of before 2023 and seconds since 1970, to which a day's own offset comes.
#[test]
fn munich_by_the_old_names() {
    let fetched = read_recording(LEGACY);
    let it = fetched.current.unwrap();
    assert_eq!((it.time.to_string(), it.condition), ("2026-02-07T15:15:00Z".to_owned(), Condition::PartlyCloudy));
    assert_near(it.temperature.map(Temperature::celsius), Some(8.5), "temperature");
    assert_near(it.wind_speed.map(Speed::metres_per_second), km_per_hour(4.7), "wind");
    assert_near(it.wind_direction.map(Direction::degrees), Some(9.0), "direction");
    assert_eq!((it.humidity, it.feels_like, it.precipitation), (None, None, None), "nothing is reckoned from nothing");

    let forecast = fetched.forecast.unwrap();
    let steps = &forecast.steps;
    assert_eq!((steps.len(), steps[0].conditions.time.to_string()), (168, "2026-02-06T23:00:00Z".into()));
    assert_near(sum(steps, |it| it.conditions.temperature.map(Temperature::celsius)), Some(829.0), "temperatures");
    assert_near(sum(steps, |it| it.conditions.humidity.map(Percentage::percent)), Some(13_909.0), "humidities");
    assert_near(sum(steps, |it| it.conditions.wind_speed.map(Speed::metres_per_second)), km_per_hour(1827.6), "wind");
    assert!(steps.iter().all(|it| it.conditions.precipitation.is_none()));
    let dates: Vec<_> = forecast.days.iter().map(|day| day.date.to_string()).collect();
    assert_eq!((dates.len(), &*dates[0], &*dates[6]), (7, "2026-02-07", "2026-02-13"));
    assert_near(forecast.days[0].temperature_max.map(Temperature::celsius), Some(9.5), "highest");
    assert_near(forecast.days[0].temperature_min.map(Temperature::celsius), Some(4.7), "lowest");
}

#[test]
fn days_without_hours() {
    let fetched = read_recording(DAILY);
    assert!(fetched.current.is_err());
    let forecast = fetched.forecast.unwrap();
    assert_eq!((forecast.steps.len(), forecast.days.len()), (0, 7));
    let day = &forecast.days[2];
    assert_eq!((day.date.to_string(), day.condition), ("2023-04-05".into(), Condition::SnowShowers));
    assert_near(day.temperature_max.map(Temperature::celsius), Some(5.0), "highest");
    assert_near(day.precipitation_probability.map(Percentage::percent), Some(32.0), "probability");
    assert_near(day.wind_speed_max.map(Speed::metres_per_second), km_per_hour(7.9), "wind");
    assert_eq!((day.temperature_min, day.precipitation), (None, None));
    assert_near(forecast.days[0].precipitation_probability.map(Percentage::percent), Some(0.0), "0 is said");
}

#[test]
fn codes_alone_are_weather() {
    for (file, time, condition, day) in [
        (CODES, "2023-11-13T10:45:00Z", Condition::Overcast, Condition::RainShowers),
        (CUSTOMER, "2024-01-24T08:30:00Z", Condition::RainShowers, Condition::RainShowers),
    ] {
        let fetched = read_recording(file);
        let it = fetched.current.unwrap();
        assert_eq!((it.time.to_string(), it.condition, it.temperature), (time.to_owned(), condition, None), "{file}");
        let forecast = fetched.forecast.unwrap();
        assert_eq!((forecast.steps.len(), forecast.days.len()), (168, 7), "{file}");
        assert_eq!((forecast.days[0].condition, forecast.days[0].temperature_max), (day, None), "{file}");
    }
}

/// Two models are never asked for; their columns have other names, and nothing is made of them.
#[test]
fn columns_of_other_names_are_not_read() {
    let fetched = read_recording(TWO_MODELS);
    assert_eq!(fetched.current.unwrap().condition, Condition::Overcast);
    assert!(fetched.forecast.is_err());
}

#[test]
fn nulls_at_the_horizon_are_left_out() {
    let fetched = read_recording(NULL_TAIL);
    assert!(fetched.current.is_err());
    let forecast = fetched.forecast.unwrap();
    assert_eq!(forecast.steps, []);
    let days: Vec<_> = forecast.days.iter().map(|day| (day.date.to_string(), day.condition)).collect();
    assert_eq!(days, [("2026-10-17".to_owned(), Condition::Clear)]);
    assert_near(forecast.days[0].temperature_max.map(Temperature::celsius), Some(18.3), "highest");
}

#[test]
fn an_answer_without_blocks_says_nothing() {
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
        "hourly": {"time": [1_770_476_400], "temperature_2m": [8], "precipitation": [0.5], "wind_speed_10m": [10]},
    });
    let fetched = document::read(body.to_string().as_bytes(), NOW.parse().unwrap()).unwrap();
    let it = fetched.current.unwrap();
    assert_near(it.temperature.map(Temperature::celsius), Some(10.0), "50 °F");
    assert_near(it.wind_speed.map(Speed::metres_per_second), Some(4.4704), "10 mph");
    assert_near(it.visibility.map(Length::metres), Some(304.8), "1000 ft");
    assert_near(it.precipitation.map(Length::millimetres), Some(12.7), "half an inch");
    let step = fetched.forecast.unwrap().steps.remove(0);
    assert_near(step.conditions.wind_speed.map(Speed::metres_per_second), Some(5.144_444_444), "10 knots");
}

/// A local time without its offset could be half a day off.
#[test]
fn local_times_without_an_offset_are_no_times() {
    let hourly = |time: &str| json!({"hourly": {"time": [time], "temperature_2m": [8]}});
    let read = |body: serde_json::Value| document::read(body.to_string().as_bytes(), NOW.parse().unwrap()).unwrap();
    assert!(read(hourly("2026-02-06T00:00")).forecast.is_err());
    let mut told = hourly("2026-02-06T00:00");
    told["utc_offset_seconds"] = 19_800.into();
    let steps = read(told).forecast.unwrap().steps;
    assert_eq!(steps[0].conditions.time.to_string(), "2026-02-05T18:30:00Z");
}

#[test]
fn every_recorded_error() {
    let limited = ProviderError::RateLimited { retry_after: None };
    let nan = "satellite-not-covered-nan.not-json.txt";
    let cases = [
        ("400-doc-example-unknown-variable.json", 400, ProviderError::Refused(400)),
        ("400-lat-without-lon.json", 400, ProviderError::Refused(400)),
        ("429-minutely.json", 429, limited),
    ];
    assert_none_forgotten("open-meteo/errors", cases.iter().map(|(file, ..)| *file).chain([nan]));
    for (file, status, expected) in cases {
        let body = recording(&format!("open-meteo/errors/{file}"));
        let reply = Reply { status, headers: HeaderMap::new(), body: body.clone().into() };
        assert_eq!(reply.success(), Err(expected), "{file}");
        // Were it to come with a status of 200, there would still be no weather in it.
        let fetched = document::read(&body, NOW.parse().unwrap()).unwrap();
        assert!(fetched.current.is_err() && fetched.forecast.is_err(), "{file}");
    }
    let bare_nan = recording(&format!("open-meteo/errors/{nan}"));
    for body in [&*bare_nan, b"", b"<html>502 Bad Gateway</html>", b"[]", b"null"] {
        let error = document::read(body, NOW.parse().unwrap()).unwrap_err();
        assert!(matches!(error, ProviderError::Malformed(_)), "{error:?}");
    }
}

#[test]
fn no_recorded_geocoding_is_forgotten() {
    let tested = [
        "antarctica-missing-country-and-admin.json",
        "enschede-2026.json",
        "hollywood-10-results-2025.json",
        "hollywood-20-results-2025.json",
        "no-match-no-results-key.json",
    ];
    assert_none_forgotten("open-meteo/geocoding", tested);
}

#[test]
fn nothing_that_is_missing_becomes_an_error_or_a_zero() {
    for file in [LEGACY, NEW_YORK, DAILY, NULL_TAIL, CODES, CUSTOMER, TWO_MODELS] {
        survives_damage(&document(&format!("open-meteo/forecast/{file}")), |body| {
            let fetched = document::read(body, NOW.parse().unwrap())?;
            let facts = facts(&fetched);
            if facts.is_empty() { Err(fetched.forecast.unwrap_err()) } else { Ok(facts) }
        });
    }
    let geocoded = |body: &[u8]| -> Result<Facts, ProviderError> { Ok(places(&geocoding::read(body)?)) };
    survives_damage(&document("open-meteo/geocoding/enschede-2026.json"), geocoded);
    survives_damage(&document("open-meteo/geocoding/hollywood-10-results-2025.json"), geocoded);
}
