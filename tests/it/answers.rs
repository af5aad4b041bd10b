//! The documents, compared with the recordings from which they are made.

use serde_json::{Value, json};

use crate::{
    harness::{
        MET_NORWAY, OPEN_METEO, OWM_FORECAST, OWM_WEATHER, TestServer, flags_for, london, settings, settings_with,
    },
    recordings,
    upstream::{Answer, Upstream},
};

const WEATHER_KEYS: &str = "place alternatives units current sun source complements fetched_at stale";
const FORECAST_KEYS: &str = "place alternatives units hourly daily outlook source complements fetched_at stale";
const HOUR_KEYS: &str = "time hours condition description is_day temperature feels_like humidity dew_point pressure \
     cloud_cover visibility wind_speed wind_gust wind_direction precipitation precipitation_probability uv_index";
const DAY_KEYS: &str = "date complete condition description temperature_min temperature_max precipitation \
     precipitation_probability wind_speed_max wind_gust_max uv_index_max sunrise sunset";

/// The times of the recordings of London: three minutes after its reading, and when its forecast was recorded.
const AT_READING: &str = "2020-04-28T04:40:00Z";
const AT_FORECAST: &str = "2025-03-20T18:30:00Z";

/// Fails unless an object has exactly these keys; serde keeps them sorted.
#[track_caller]
fn assert_keys(object: &Value, keys: &str) {
    let mut keys: Vec<_> = keys.split_whitespace().collect();
    keys.sort_unstable();
    assert_eq!(object.as_object().unwrap().keys().collect::<Vec<_>>(), keys);
}

/// Fails unless the keys of an object have this order in the document.
#[track_caller]
fn assert_order(json: &str, object: &str, keys: &str) {
    let start = json.find(object).unwrap() + object.len();
    let mut rest = &json[start..];
    for key in keys.split_whitespace() {
        let at = rest.find(&format!("\"{key}\":")).unwrap_or_else(|| panic!("{key} is not after those before it"));
        rest = &rest[at..];
    }
}

/// The program with the unmodified recordings of OpenWeatherMap, at their time.
async fn london_at(time: &str) -> (TestServer, Upstream) {
    let upstream = Upstream::start().await;
    upstream.on(OWM_WEATHER, Answer::original("openweathermap/current/london-by-lat-lon-2020.json"));
    upstream.on(OWM_FORECAST, Answer::original("openweathermap/forecast/london-5day-3h-2025.json"));
    let program = TestServer::start_at(&settings(&flags_for(&upstream, "openweathermap")), time).await;
    (program, upstream)
}

#[tokio::test]
async fn london_is_the_default_with_the_values_of_the_recording() {
    let (program, _upstream) = london_at(AT_READING).await;
    let answer = program.get("/api/weather").await;
    let weather = answer.ok();
    assert_keys(&weather, WEATHER_KEYS);
    assert_order(&answer.text(), "", WEATHER_KEYS);
    assert_eq!(weather["complements"], json!([]));
    let place = json!({"name": "London", "matched": null, "region": "England", "country": "GB", "latitude": 51.51, "longitude": -0.13,
        "timezone": "Europe/London"});
    assert_eq!(weather["place"], place);
    let units = json!({"system": "metric", "temperature": "°C", "wind_speed": "m/s", "pressure": "hPa",
        "precipitation": "mm", "visibility": "m"});
    assert_eq!(weather["units"], units);
    // 282.08 K and 277.37 K; the dew point of air at 8.93 °C with a humidity of 87 % is 6.9 °C.
    let current = json!({"time": "2020-04-28T04:37:45Z", "condition": "rain", "description": "moderate rain",
        "is_day": true, "temperature": 8.93, "feels_like": 4.22, "humidity": 87.0, "dew_point": 6.9,
        "pressure": 1005.0, "cloud_cover": 75.0, "visibility": 8000.0, "wind_speed": 5.7, "wind_gust": null,
        "wind_direction": 90.0, "precipitation": 1.52, "uv_index": null});
    assert_eq!(weather["current"], current);
    // Published for London: 05:37 and 20:20 BST.
    assert_eq!(
        weather["sun"],
        json!({"sunrise": "2020-04-28T04:37:00Z", "sunset": "2020-04-28T19:20:00Z", "polar": null})
    );
    let source = json!({"provider": "openweathermap", "name": "OpenWeather", "url": "https://openweathermap.org/"});
    assert_eq!((&weather["source"], &weather["stale"]), (&source, &json!(false)));
    let alternatives = weather["alternatives"].as_array().unwrap();
    assert_eq!((alternatives.len(), &alternatives[0]["timezone"]), (5, &json!("America/Toronto")));
    let is_london = |place: &Value| place["name"].as_str().is_some_and(|name| name.contains("London"));
    assert!(alternatives.iter().all(is_london), "{alternatives:?}");
    assert_eq!(program.get("/api/weather?city=London").await.ok(), weather);
}

#[tokio::test]
async fn imperial_values_are_rounded_only_after_conversion() {
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
    let forecast = program.get("/api/forecast?units=imperial").await.ok();
    let hour = &forecast["hourly"][1];
    // 288.02 K, 3.01 m/s.
    assert_eq!((&hour["temperature"], &hour["wind_speed"]), (&json!(58.77), &json!(6.73)));
    // 0.32 mm; with only two decimals, a fifth of it would be lost.
    assert_eq!(forecast["hourly"][8]["precipitation"], json!(0.013));
}

#[tokio::test]
async fn the_days_of_a_forecast_are_local_days() {
    let (program, upstream) = london_at(AT_FORECAST).await;
    let reading = json!({"dt": 1_742_494_800, "main": {"temp": 290.0, "humidity": 50}, "weather": [{"id": 800}]});
    upstream.on(OWM_WEATHER, Answer::ok(reading.to_string()));
    let answer = program.get("/api/forecast").await;
    let forecast = answer.ok();
    assert_keys(&forecast, FORECAST_KEYS);
    assert_order(&answer.text(), "", FORECAST_KEYS);
    // 48 hours in steps of three, beginning with the current step, which ends with the first item.
    let hourly = forecast["hourly"].as_array().unwrap();
    assert_eq!(hourly.len(), 16);
    assert_order(&answer.text(), "\"hourly\":[", HOUR_KEYS);
    let under_way = json!({"time": "2025-03-20T18:00:00Z", "hours": 3, "condition": "partly_cloudy",
        "description": "scattered clouds", "is_day": true, "temperature": 16.85, "feels_like": null, "humidity": 50.0,
        "dew_point": 6.4, "pressure": null, "cloud_cover": null, "visibility": null, "wind_speed": null,
        "wind_gust": null, "wind_direction": null, "precipitation": null, "precipitation_probability": 0.0,
        "uv_index": null});
    assert_eq!(hourly[0], under_way, "the values at its start are those of the reading");
    let second = json!({"time": "2025-03-20T21:00:00Z", "hours": 3, "condition": "cloudy",
        "description": "broken clouds", "is_day": false, "temperature": 14.87, "feels_like": 14.06, "humidity": 63.0,
        "dew_point": 7.9, "pressure": 1017.0, "cloud_cover": 33.0, "visibility": 10000.0, "wind_speed": 3.01,
        "wind_gust": 9.8, "wind_direction": 107.0, "precipitation": null, "precipitation_probability": 0.0,
        "uv_index": null});
    assert_eq!(hourly[1], second);
    let daily = forecast["daily"].as_array().unwrap();
    assert_order(&answer.text(), "\"daily\":[", DAY_KEYS);
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
    // 0.32 mm until 21:00 and 1.08 mm until midnight: an amount is for the hours before its time.
    assert_eq!((&daily[1]["precipitation"], &daily[2]["precipitation"]), (&json!(1.4), &json!(6.16)));
    assert_keys(&daily[0], DAY_KEYS);
    // Published for London: 06:03 and 18:14.
    assert_eq!(
        (&daily[0]["sunrise"], &daily[0]["sunset"]),
        (&json!("2025-03-20T06:03:00Z"), &json!("2025-03-20T18:14:00Z"))
    );
    let outlook = json!({"sentence": "Rain from 18:00 tomorrow.", "kind": "rain", "from": "2025-03-21T18:00:00Z",
        "until": null, "again": null, "horizon": "2025-03-21T18:30:00Z"});
    assert_eq!(forecast["outlook"], outlook);
    assert_order(&answer.text(), "\"outlook\":", "sentence kind from until again horizon");
}

#[tokio::test]
async fn the_outlook_includes_current_precipitation() {
    let (program, upstream) = london_at(AT_FORECAST).await;
    let reading = json!({"dt": 1_742_494_800, "main": {"temp": 273.0}, "weather": [{"id": 601}]});
    upstream.on(OWM_WEATHER, Answer::ok(reading.to_string()));
    let outlook = &program.get("/api/forecast").await.ok()["outlook"];
    let expected = json!({"sentence": "Snow until 21:00, more from 18:00 tomorrow.", "kind": "snow", "from": null,
        "until": "2025-03-20T21:00:00Z", "again": "2025-03-21T18:00:00Z", "horizon": "2025-03-21T18:30:00Z"});
    assert_eq!(*outlook, expected);
}

#[tokio::test]
async fn polar_day_and_night_have_no_sunrise_or_sunset() {
    let upstream = Upstream::start().await;
    let program =
        TestServer::start_at(&settings(&flags_for(&upstream, "openweathermap")), "2024-07-04T19:00:00Z").await;
    // The time of the first step of the recorded forecasts, with its values.
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
        upstream.on(OWM_FORECAST, Answer::original(recording));
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
async fn a_point_at_sea_has_no_name_and_a_nautical_time_zone() {
    let (program, upstream) = london().await;
    let weather = program.get("/api/weather?lat=-48.876&lon=-123.393").await.ok();
    let place = json!({"name": null, "matched": null, "region": null, "country": null, "latitude": -48.88, "longitude": -123.39,
        "timezone": "Etc/GMT+8"});
    assert_eq!((&weather["place"], &weather["alternatives"]), (&place, &json!([])));
    let requests = upstream.requests();
    assert!(
        requests.iter().all(|request| request.query.contains("lat=-48.88&lon=-123.39&")),
        "requested with two decimals"
    );
}

#[tokio::test]
async fn coordinates_get_the_nearest_name_and_the_providers_time_zone() {
    let upstream = Upstream::start().await;
    let mut recording: Value =
        serde_json::from_slice(&recordings::of_now("open-meteo/forecast/new-york-current-hourly-2026.json")).unwrap();
    recording["timezone"] = "America/Detroit".into();
    upstream.on(OPEN_METEO, Answer::ok(recording.to_string()));
    let program = TestServer::start(&settings_with(&flags_for(&upstream, "open-meteo"), &[])).await;
    let place = &program.get("/api/weather?lat=51.5&lon=-0.1").await.ok()["place"];
    assert_eq!((&place["latitude"], &place["country"]), (&json!(51.5), &json!("GB")), "the requested point");
    assert!(place["name"].is_string());
    assert_eq!(place["timezone"], "America/Detroit", "coordinates have the provider's time zone");
    let by_name = &program.get("/api/weather?city=London").await.ok()["place"]["timezone"];
    assert_eq!(by_name, "Europe/London", "a name has the gazetteer's time zone");
}

#[tokio::test]
async fn met_norway_and_open_meteo_have_the_same_document() {
    let upstream = Upstream::start().await;
    upstream.on(MET_NORWAY, Answer::original("met-norway/london-complete-2020-with-headers.json"));
    upstream.on(OPEN_METEO, Answer::original("open-meteo/forecast/new-york-current-hourly-2026.json"));
    for (provider, temperature, wind, time) in
        [("met-norway", 18.8, 2.3, "2020-07-20T11:00:00Z"), ("open-meteo", -1.4, 1.33, "2026-02-06T21:30:00Z")]
    {
        let program = TestServer::start_at(&settings_with(&flags_for(&upstream, provider), &[]), time).await;
        let weather = program.get("/api/weather").await.ok();
        assert_keys(&weather, WEATHER_KEYS);
        let current = &weather["current"];
        assert_eq!(
            (&current["temperature"], &current["wind_speed"]),
            (&json!(temperature), &json!(wind)),
            "{provider}"
        );
        assert_eq!((&current["time"], &current["visibility"]), (&json!(time), &Value::Null), "{provider}");
        assert_eq!(weather["source"]["provider"], provider);
        let forecast = program.get("/api/forecast").await.ok();
        assert_keys(&forecast, FORECAST_KEYS);
        assert_keys(&forecast["hourly"][0], HOUR_KEYS);
        assert_keys(&forecast["daily"][0], DAY_KEYS);
        assert_eq!(forecast["daily"].as_array().unwrap().len(), 7, "{provider}");
    }
}

#[tokio::test]
async fn the_sample_is_served_if_nothing_is_configured_and_says_so() {
    let upstream = Upstream::start().await;
    let none = ["--open-meteo-url", upstream.url(), "--open-meteo-geocoding-url", upstream.url()];
    let program = TestServer::start(&settings_with(&none, &[])).await;
    let answer = program.get("/api/weather").await;
    let weather = answer.ok();
    assert_eq!(weather["source"]["provider"], "sample");
    assert_eq!((&weather["stale"], &weather["current"]["temperature"]), (&json!(true), &json!(18.8)));
    assert_eq!(weather["current"]["time"], "2020-07-20T11:00:00Z", "the recording's own clock");
    assert!(answer.header("cache-control").starts_with("public, max-age=0,"), "{}", answer.header("cache-control"));
    let forecast = program.get("/api/forecast").await.ok();
    assert_eq!((&forecast["daily"][0]["date"], &forecast["stale"]), (&json!("2020-07-20"), &json!(true)));
    assert!(upstream.count(OPEN_METEO) > 0, "the live provider is asked first");

    let elsewhere = program.get("/api/weather?city=Paris").await.problem(503, "upstream-unavailable");
    assert!(elsewhere["detail"].as_str().unwrap().contains("London"), "{elsewhere}");

    upstream.on(OPEN_METEO, Answer::recording("open-meteo/forecast/new-york-current-hourly-2026.json"));
    // As soon as the live provider answers again, its weather replaces the recording.
    program.get_until("/api/weather", |live| live["source"]["provider"] == "open-meteo").await;
}

#[tokio::test]
async fn the_sample_is_not_served_unless_it_is_configured() {
    let upstream = Upstream::start().await;
    let program = TestServer::start(&settings(&flags_for(&upstream, "openweathermap,met-norway,open-meteo"))).await;
    program.get("/api/weather").await.problem(503, "upstream-unavailable");
    let by_key_alone = ["--openweathermap-url", upstream.url()];
    let program = TestServer::start(&settings(&by_key_alone)).await;
    program.get("/api/weather").await.problem(503, "upstream-unavailable");
}
