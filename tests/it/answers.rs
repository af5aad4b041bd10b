//! What the documents say, against the recordings they are made from.

use serde_json::{Value, json};

use crate::{
    harness::{MET_NORWAY, OPEN_METEO, OWM_FORECAST, OWM_WEATHER, Program, against, london, settings, settings_with},
    upstream::{Answer, Upstream},
};

const WEATHER_KEYS: [&str; 8] = ["alternatives", "current", "fetched_at", "place", "source", "stale", "sun", "units"];
const FORECAST_KEYS: [&str; 9] =
    ["alternatives", "daily", "fetched_at", "hourly", "outlook", "place", "source", "stale", "units"];

/// serde keeps the keys of an object sorted.
#[track_caller]
fn assert_keys(object: &Value, keys: &[&str]) {
    assert_eq!(object.as_object().unwrap().keys().collect::<Vec<_>>(), keys);
}

#[tokio::test]
async fn london_is_the_default_and_its_values_are_the_recordings() {
    let (program, _upstream) = london().await;
    let weather = program.get("/api/weather").await.ok();
    assert_keys(&weather, &WEATHER_KEYS);
    let place = json!({"name": "London", "region": "England", "country": "GB", "latitude": 51.51, "longitude": -0.13,
        "timezone": "Europe/London"});
    assert_eq!(weather["place"], place);
    let units = json!({"system": "metric", "temperature": "°C", "wind_speed": "m/s", "pressure": "hPa",
        "precipitation": "mm", "visibility": "m"});
    assert_eq!(weather["units"], units);
    // 282.08 K and 277.37 K; saturated to 87 % at 8.93 °C the dew point is 6.9 °C.
    let current = json!({"time": "2020-04-28T04:37:45Z", "condition": "rain", "description": "moderate rain",
        "is_day": true, "temperature": 8.93, "feels_like": 4.22, "humidity": 87.0, "dew_point": 6.9,
        "pressure": 1005.0, "cloud_cover": 75.0, "visibility": 8000.0, "wind_speed": 5.7, "wind_gust": null,
        "wind_direction": 90.0, "precipitation": 1.52, "uv_index": null});
    assert_eq!(weather["current"], current);
    // Published for London: 05:37 and 20:20 in summer time.
    assert_eq!(
        weather["sun"],
        json!({"sunrise": "2020-04-28T04:37:00Z", "sunset": "2020-04-28T19:20:00Z", "polar": null})
    );
    let source = json!({"provider": "openweathermap", "name": "OpenWeather", "url": "https://openweathermap.org/"});
    assert_eq!((&weather["source"], &weather["stale"]), (&source, &json!(false)));
    let alternatives = weather["alternatives"].as_array().unwrap();
    assert_eq!((alternatives.len(), &alternatives[0]["timezone"]), (5, &json!("America/Toronto")));
    assert!(alternatives.iter().all(|place| place["name"] == "London"), "{alternatives:?}");
    assert_eq!(program.get("/api/weather?city=London").await.ok(), weather);
}

#[tokio::test]
async fn imperial_is_converted_once() {
    let (program, _upstream) = london().await;
    let weather = program.get("/api/weather?units=imperial").await.ok();
    let units = json!({"system": "imperial", "temperature": "°F", "wind_speed": "mph", "pressure": "hPa",
        "precipitation": "in", "visibility": "mi"});
    assert_eq!(weather["units"], units);
    // 8.93 °C, 4.22 °C, 5.7 m/s, 8000 m, 1.52 mm.
    let expected = [
        ("temperature", 48.07),
        ("feels_like", 39.6),
        ("wind_speed", 12.75),
        ("visibility", 4.97),
        ("precipitation", 0.06),
        ("pressure", 1005.0),
        ("humidity", 87.0),
        ("wind_direction", 90.0),
    ];
    for (key, value) in expected {
        assert_eq!(weather["current"][key], json!(value), "{key}");
    }
    let hour = &program.get("/api/forecast?units=imperial").await.ok()["hourly"][0];
    // 288.02 K, 3.01 m/s.
    assert_eq!((&hour["temperature"], &hour["wind_speed"]), (&json!(58.77), &json!(6.73)));
}

#[tokio::test]
async fn the_forecast_is_in_the_places_own_days() {
    let (program, _upstream) = london().await;
    let forecast = program.get("/api/forecast").await.ok();
    assert_keys(&forecast, &FORECAST_KEYS);
    // All of the recording is past, so that it is read as from its beginning: 48 hours in steps of three.
    let hourly = forecast["hourly"].as_array().unwrap();
    assert_eq!(
        (hourly.len(), &hourly[0]["time"], &hourly[0]["hours"]),
        (16, &json!("2025-03-20T21:00:00Z"), &json!(3))
    );
    let first = json!({"time": "2025-03-20T21:00:00Z", "hours": 3, "condition": "partly_cloudy",
        "description": "scattered clouds", "is_day": false, "temperature": 14.87, "feels_like": 14.06,
        "humidity": 63.0, "pressure": 1017.0, "cloud_cover": 33.0, "wind_speed": 3.01, "wind_gust": 9.8,
        "wind_direction": 107.0, "precipitation": null, "precipitation_probability": 0.0});
    assert_eq!(hourly[0], first);
    let daily = forecast["daily"].as_array().unwrap();
    let days: Vec<_> =
        daily.iter().map(|day| (day["date"].as_str().unwrap(), day["complete"].as_bool().unwrap())).collect();
    let expected = [
        ("2025-03-20", false),
        ("2025-03-21", true),
        ("2025-03-22", true),
        ("2025-03-23", true),
        ("2025-03-24", true),
        ("2025-03-25", false),
    ];
    assert_eq!(days, expected);
    assert_keys(
        &daily[0],
        &[
            "complete",
            "condition",
            "date",
            "description",
            "precipitation",
            "precipitation_probability",
            "sunrise",
            "sunset",
            "temperature_max",
            "temperature_min",
            "wind_speed_max",
        ],
    );
    // Published for London: 06:03 and 18:14.
    assert_eq!(
        (&daily[0]["sunrise"], &daily[0]["sunset"]),
        (&json!("2025-03-20T06:03:00Z"), &json!("2025-03-20T18:14:00Z"))
    );
    assert!(forecast["outlook"].is_string());
}

#[tokio::test]
async fn polar_day_and_night() {
    let upstream = Upstream::start().await;
    let program = Program::start(&settings(&against(&upstream, "openweathermap"))).await;
    // The moment of the recorded forecasts' first step, with its values.
    let then = json!({"dt": 1_720_119_600, "main": {"temp": 273.47}, "weather": [{"id": 803}], "cod": 200});
    upstream.on(OWM_WEATHER, Answer::ok(then.to_string()));
    let cases = [
        ("lat=82.86&lon=135", "openweathermap/forecast/pro-hourly-arctic-82n-midnight-sun-2024.json", "day", true),
        (
            "lat=-70.87&lon=-75.11",
            "openweathermap/forecast/pro-hourly-antarctic-70s-polar-night-2024.json",
            "night",
            false,
        ),
    ];
    for (at, recording, polar, is_day) in cases {
        upstream.on(OWM_FORECAST, Answer::recording(recording));
        let weather = program.get(&format!("/api/weather?{at}")).await.ok();
        assert_eq!(weather["sun"], json!({"sunrise": null, "sunset": null, "polar": polar}), "{at}");
        assert_eq!(weather["current"]["is_day"], is_day, "{at}");
        let forecast = program.get(&format!("/api/forecast?{at}")).await.ok();
        let hourly = forecast["hourly"].as_array().unwrap();
        assert_eq!((hourly.len(), &hourly[0]["hours"]), (48, &json!(1)), "{at}");
        assert!(hourly.iter().all(|hour| hour["is_day"] == is_day), "{at}");
        let daily = forecast["daily"].as_array().unwrap();
        assert!(daily.iter().all(|day| day["sunrise"].is_null() && day["sunset"].is_null()), "{at}");
    }
}

#[tokio::test]
async fn a_point_at_sea_has_no_name_and_a_zone_by_its_longitude() {
    let (program, upstream) = london().await;
    let weather = program.get("/api/weather?lat=-48.876&lon=-123.393").await.ok();
    let place = json!({"name": null, "region": null, "country": null, "latitude": -48.88, "longitude": -123.39,
        "timezone": "Etc/GMT+8"});
    assert_eq!((&weather["place"], &weather["alternatives"]), (&place, &json!([])));
    let asked = upstream.asked();
    assert!(asked.iter().all(|asked| asked.query.contains("lat=-48.88&lon=-123.39&")), "asked at two decimals");
}

#[tokio::test]
async fn coordinates_take_the_nearest_name_and_the_providers_zone() {
    let upstream = Upstream::start().await;
    let mut recording: Value =
        serde_json::from_slice(&crate::upstream::recording("open-meteo/forecast/new-york-current-hourly-2026.json"))
            .unwrap();
    recording["timezone"] = "America/Detroit".into();
    upstream.on(OPEN_METEO, Answer::ok(recording.to_string()));
    let program = Program::start(&settings_with(&against(&upstream, "open-meteo"), &[])).await;
    let place = &program.get("/api/weather?lat=51.5&lon=-0.1").await.ok()["place"];
    assert_eq!((&place["latitude"], &place["country"]), (&json!(51.5), &json!("GB")), "the point that was asked for");
    assert!(place["name"].is_string());
    assert_eq!(place["timezone"], "America/Detroit", "for coordinates the provider's own");
    let by_name = &program.get("/api/weather?city=London").await.ok()["place"]["timezone"];
    assert_eq!(by_name, "Europe/London", "for a name the gazetteer's own");
}

#[tokio::test]
async fn met_norway_and_open_meteo_are_told_in_the_same_form() {
    let upstream = Upstream::start().await;
    upstream.on(MET_NORWAY, Answer::recording("met-norway/london-complete-2020-with-headers.json"));
    upstream.on(OPEN_METEO, Answer::recording("open-meteo/forecast/new-york-current-hourly-2026.json"));
    for (provider, temperature, wind, time) in
        [("met-norway", 18.8, 2.3, "2020-07-20T11:00:00Z"), ("open-meteo", -1.4, 1.33, "2026-02-06T21:30:00Z")]
    {
        let program = Program::start(&settings_with(&against(&upstream, provider), &[])).await;
        let weather = program.get("/api/weather").await.ok();
        assert_keys(&weather, &WEATHER_KEYS);
        let current = &weather["current"];
        assert_eq!(
            (&current["temperature"], &current["wind_speed"]),
            (&json!(temperature), &json!(wind)),
            "{provider}"
        );
        assert_eq!((&current["time"], &current["visibility"]), (&json!(time), &Value::Null), "{provider}");
        assert_eq!(weather["source"]["provider"], provider);
        let forecast = program.get("/api/forecast").await.ok();
        assert_keys(&forecast, &FORECAST_KEYS);
        assert_eq!(forecast["daily"].as_array().unwrap().len(), 7, "{provider}");
    }
}

#[tokio::test]
async fn the_sample_is_shown_when_nothing_is_configured_and_says_so() {
    let upstream = Upstream::start().await;
    let none = ["--open-meteo-url", upstream.url(), "--open-meteo-geocoding-url", upstream.url()];
    let program = Program::start(&settings_with(&none, &[])).await;
    let answer = program.get("/api/weather").await;
    let weather = answer.ok();
    assert_eq!(weather["source"]["provider"], "sample");
    assert_eq!((&weather["stale"], &weather["current"]["temperature"]), (&json!(true), &json!(18.8)));
    assert_eq!(weather["current"]["time"], "2020-07-20T11:00:00Z", "the recording's own clock");
    assert!(answer.header("cache-control").starts_with("public, max-age=0,"), "{}", answer.header("cache-control"));
    let forecast = program.get("/api/forecast").await.ok();
    assert_eq!((&forecast["daily"][0]["date"], &forecast["stale"]), (&json!("2020-07-20"), &json!(true)));
    assert!(upstream.count(OPEN_METEO) > 0, "a live provider goes first");

    let elsewhere = program.get("/api/weather?city=Paris").await.problem(503, "upstream-unavailable");
    assert!(elsewhere["detail"].as_str().unwrap().contains("London"), "{elsewhere}");

    upstream.on(OPEN_METEO, Answer::recording("open-meteo/forecast/new-york-current-hourly-2026.json"));
    // A live provider that answers again replaces the recording.
    program.get_until("/api/weather", |live| live["source"]["provider"] == "open-meteo").await;
}

#[tokio::test]
async fn the_sample_is_never_shown_unasked() {
    let upstream = Upstream::start().await;
    let program = Program::start(&settings(&against(&upstream, "openweathermap,met-norway,open-meteo"))).await;
    program.get("/api/weather").await.problem(503, "upstream-unavailable");
    let by_key_alone = ["--openweathermap-url", upstream.url()];
    let program = Program::start(&settings(&by_key_alone)).await;
    program.get("/api/weather").await.problem(503, "upstream-unavailable");
}
