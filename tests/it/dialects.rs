//! The formats of other services, for each provider alone and for two together.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    harness::{MET_NORWAY, TestServer, all_providers, flags_for, settings, settings_with, until},
    recordings::original,
    upstream::{Answer, Upstream},
};

const PROVIDERS: [&str; 3] = ["openweathermap", "met-norway", "open-meteo"];

/// Those whose recordings have no pressure or no humidity.
const WITHOUT_PRESSURE_OR_HUMIDITY: [&str; 1] = ["open-meteo"];

const HERE: &str = "latitude=51.51&longitude=-0.13";
const PIRATE: &str = "/forecast/any/51.51,-0.13?units=si&extend=hourly&version=2&include=day_night_forecast";

/// What Breezy Weather requests, except for the days before today.
const BREEZY: &str = "/v1/forecast?latitude=51.51&longitude=-0.13&timezone=auto&timeformat=unixtime&forecast_days=16\
&wind_speed_unit=ms\
&current=temperature_2m,apparent_temperature,weather_code,wind_speed_10m,wind_direction_10m,wind_gusts_10m,uv_index,\
relative_humidity_2m,dew_point_2m,pressure_msl,cloud_cover,visibility\
&hourly=temperature_2m,apparent_temperature,precipitation_probability,precipitation,rain,showers,snowfall,weather_code,\
wind_speed_10m,wind_direction_10m,wind_gusts_10m,uv_index,is_day,relative_humidity_2m,dew_point_2m,pressure_msl,\
cloud_cover,visibility\
&daily=temperature_2m_max,temperature_2m_min,apparent_temperature_max,apparent_temperature_min,sunshine_duration,\
uv_index_max,relative_humidity_2m_mean,relative_humidity_2m_max,relative_humidity_2m_min,dew_point_2m_mean,\
dew_point_2m_max,dew_point_2m_min,pressure_msl_mean,pressure_msl_max,pressure_msl_min,cloud_cover_mean,\
cloud_cover_max,cloud_cover_min,visibility_mean,visibility_max,visibility_min\
&minutely_15=precipitation";

async fn program(providers: &str) -> (TestServer, Upstream) {
    let upstream = all_providers().await;
    let program = TestServer::start(&settings(&flags_for(&upstream, providers))).await;
    (program, upstream)
}

fn recorded(path: &str) -> Value {
    serde_json::from_slice(&original(path)).unwrap()
}

fn array(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("{value} is no array"))
}

/// Home Assistant's integration calls `round` on these, in every entry.
#[tokio::test]
async fn home_assistants_pirate_weather_integration_finds_numbers() {
    const ROUNDED: [&str; 7] =
        ["precipProbability", "humidity", "cloudCover", "windSpeed", "windGust", "windBearing", "uvIndex"];
    const ICONS: [&str; 11] = [
        "clear-day",
        "clear-night",
        "rain",
        "snow",
        "sleet",
        "wind",
        "fog",
        "cloudy",
        "partly-cloudy-day",
        "partly-cloudy-night",
        "thunderstorm",
    ];
    for providers in PROVIDERS {
        let (program, _upstream) = program(providers).await;
        let document = program.get(PIRATE).await.ok();
        for block in ["hourly", "daily", "day_night"] {
            let entries = array(&document[block]["data"]);
            assert!(entries.len() >= if block == "hourly" { 48 } else { 5 }, "{providers} {block}: {}", entries.len());
            for entry in entries {
                for name in ROUNDED {
                    let number = entry[name].as_f64().unwrap_or_else(|| panic!("{providers} {block} {name}"));
                    assert!(number >= 0.0, "{providers} {block} {name}: {number}");
                }
                let high = if block == "daily" { "temperatureHigh" } else { "temperature" };
                assert!(entry[high].as_f64().unwrap() > -100.0, "{providers} {block}");
                assert!(ICONS.contains(&entry["icon"].as_str().unwrap()), "{entry}");
                assert!(entry["time"].is_i64() && entry["precipAccumulation"].is_f64(), "{entry}");
            }
        }
        for name in
            ROUNDED.iter().skip(1).chain(&["temperature", "apparentTemperature", "dewPoint", "pressure", "ozone"])
        {
            assert!(document["currently"][name].is_number(), "{providers} {name}");
        }
        assert_eq!(array(&document["minutely"]["data"]).len(), 61);
        assert_eq!((&document["alerts"], &document["flags"]["units"]), (&json!([]), &json!("si")));
    }
}

/// Values that it decodes as integers are whole numbers or null; those that it decodes as numbers are numbers or null.
#[tokio::test]
async fn breezy_weather_finds_the_types_that_it_decodes() {
    let is_whole = |name: &str| {
        ["relative_humidity", "cloud_cover", "precipitation_probability", "weather_code", "wind_direction", "is_day"]
            .iter()
            .any(|whole| name.starts_with(whole))
            || ["time", "sunrise", "sunset"].contains(&name)
    };
    for providers in PROVIDERS {
        let (program, _upstream) = program(providers).await;
        let document = program.get(BREEZY).await.ok();
        for (name, value) in document["current"].as_object().unwrap() {
            let is_good = value.is_null() || if is_whole(name) { value.is_i64() } else { value.is_number() };
            assert!(is_good, "{providers} current {name}: {value}");
        }
        // The days end with the forecast.
        let days = array(&document["daily"]["time"]).len();
        assert!((5..16).contains(&days), "{providers}: {days} days");
        for (block, rows) in [("hourly", 16 * 24), ("daily", days), ("minutely_15", 16 * 96)] {
            for (name, column) in document[block].as_object().unwrap() {
                assert_eq!(array(column).len(), rows, "{providers} {block} {name}");
                for value in array(column) {
                    let is_good = value.is_null() || if is_whole(name) { value.is_i64() } else { value.is_f64() };
                    assert!(is_good, "{providers} {block} {name}: {value}");
                }
                assert!(document[format!("{block}_units")][name].is_string(), "{name} has no unit");
            }
        }
        let known = array(&document["hourly"]["temperature_2m"]).iter().filter(|value| !value.is_null()).count();
        assert!(known >= 100, "{providers}: {known} hours");
    }
}

/// Home Assistant's client of One Call fails if one of these keys is missing.
#[tokio::test]
async fn strict_clients_of_openweathermap_find_their_keys() {
    for providers in PROVIDERS {
        let (program, _upstream) = program(providers).await;
        let one_call = program.get("/data/3.0/onecall?lat=51.51&lon=-0.13&appid=any").await.ok();
        let required = [
            "dt",
            "temp",
            "feels_like",
            "pressure",
            "humidity",
            "dew_point",
            "uvi",
            "clouds",
            "wind_speed",
            "wind_deg",
            "weather",
        ];
        let entries = array(&one_call["hourly"]).iter().chain(array(&one_call["daily"])).chain([&one_call["current"]]);
        for entry in entries {
            for name in required {
                assert!(entry.get(name).is_some(), "{providers}: {entry} has no {name}");
            }
            assert!(entry["weather"][0]["id"].is_u64() && entry["weather"][0]["icon"].is_string());
        }
        for name in ["day", "min", "max", "night", "eve", "morn"] {
            assert!(one_call["daily"][1]["temp"][name].as_f64().unwrap() > 200.0, "Kelvin: {name}");
        }
        let current = program.get("/data/2.5/weather?q=London,GB&appid=any").await.ok();
        assert_eq!(
            (&current["cod"], &current["name"], &current["sys"]["country"]),
            (&json!(200), &json!("London"), &json!("GB"))
        );
        let forecast = program.get("/data/2.5/forecast?lat=51.51&lon=-0.13&appid=any").await.ok();
        assert_eq!(
            (&forecast["cod"], array(&forecast["list"]).len()),
            (&json!("200"), 40),
            "{providers}: 120 hours are 40 steps"
        );
        for item in array(&forecast["list"]).iter().chain([&current]) {
            for name in ["temp", "feels_like", "pressure", "humidity"] {
                let may_lack = WITHOUT_PRESSURE_OR_HUMIDITY.contains(&providers);
                let is_good = |value: &Value| value.is_number() || (may_lack && value.is_null());
                assert!(item["main"].get(name).is_some_and(is_good), "{providers} {name}: {item}");
            }
            assert!(item["clouds"].get("all").is_some() && item["wind"].get("deg").is_some(), "{item}");
        }
    }
}

/// Whether a value has the type of a recorded one. Numbers with and without a decimal point have the same type.
fn is_same_type(value: &Value, recorded: &Value) -> bool {
    match recorded {
        Value::Number(_) => value.is_number() || value.is_null(),
        Value::String(_) => value.is_string(),
        Value::Array(_) => value.is_array(),
        Value::Object(_) => value.is_object(),
        _ => true,
    }
}

/// Fails unless the keys are the recorded ones, except for those that are never and those that are sometimes left out.
#[track_caller]
fn assert_keys(what: &str, value: &Value, recorded: &Value, left_out: &[&str], optional: &[&str]) {
    let (value, recorded) = (value.as_object().unwrap(), recorded.as_object().unwrap());
    for (name, recorded) in recorded {
        let is_excused = left_out.contains(&name.as_str()) || optional.contains(&name.as_str());
        assert!(value.contains_key(name) || is_excused, "{what} has no {name}");
        if let Some(value) = value.get(name) {
            assert!(is_same_type(value, recorded), "{what} {name}: {value} instead of {recorded}");
        }
    }
    for name in value.keys() {
        assert!(recorded.contains_key(name) || optional.contains(&name.as_str()), "{what} has {name}");
    }
}

#[tokio::test]
async fn pirate_weather_has_the_keys_and_types_of_recorded_answers() {
    let (program, _upstream) = program("openweathermap").await;
    for (path, query, flags) in [
        ("clients/weather_pirateweather.json", "?units=si", &[][..]),
        ("clients/pirate_weather_response.json", "?version=2", &["processTime", "sourceIDX"]),
    ] {
        let recorded = recorded(path);
        let document = program.get(&format!("/forecast/any/51.51,-0.13{query}")).await.ok();
        assert_keys(path, &document, &recorded, &[], &[]);
        assert_keys("currently", &document["currently"], &recorded["currently"], &[], &[]);
        assert_keys("flags", &document["flags"], &recorded["flags"], flags, &[]);
        for block in ["minutely", "hourly", "daily"] {
            assert_keys(block, &document[block], &recorded[block], &[], &[]);
            let entry = &document[block]["data"][1];
            assert_keys(block, entry, &recorded[block]["data"][0], &[], &[]);
        }
        assert_eq!(array(&document["hourly"]["data"]).len(), 48);
    }
}

#[tokio::test]
async fn openweathermap_has_the_keys_and_types_of_recorded_answers() {
    let (program, _upstream) = program("openweathermap").await;
    let minutes = program.get("/data/3.0/onecall?lat=51.51&lon=-0.13").await.ok()["minutely"].clone();
    assert!(array(&minutes).iter().all(|minute| minute["precipitation"].is_number()), "{minutes}");
    let recorded_call = recorded("clients/weather_owm_onecall.json");
    let one_call = program.get("/data/3.0/onecall?lat=51.51&lon=-0.13&exclude=minutely").await.ok();
    let weather = ["rain", "snow", "wind_gust"];
    assert_keys("one call", &one_call, &recorded_call, &[], &[]);
    assert_keys("current", &one_call["current"], &recorded_call["current"], &[], &weather);
    assert_keys("hourly", &one_call["hourly"][1], &recorded_call["hourly"][0], &[], &weather);
    let of_day = ["rain", "snow", "wind_gust", "moonrise", "moonset"];
    assert_keys("daily", &one_call["daily"][1], &recorded_call["daily"][0], &[], &of_day);
    assert_eq!(array(&one_call["hourly"]).len(), array(&recorded_call["hourly"]).len());

    let recorded_current = recorded("openweathermap/current/london-light-rain-lang-en-2020.json");
    let current = program.get("/data/2.5/weather?lat=51.51&lon=-0.13").await.ok();
    assert_keys("current", &current, &recorded_current, &[], &["rain", "snow"]);
    assert_keys("main", &current["main"], &recorded_current["main"], &[], &["sea_level"]);
    assert_keys("sys", &current["sys"], &recorded_current["sys"], &["id", "type"], &[]);
    let recorded_days = recorded("openweathermap/forecast/london-5day-3h-2025.json");
    let days = program.get("/data/2.5/forecast?lat=51.51&lon=-0.13").await.ok();
    assert_keys("forecast", &days, &recorded_days, &[], &[]);
    assert_keys("city", &days["city"], &recorded_days["city"], &[], &[]);
    assert!(days["city"]["population"].as_u64().unwrap() > 5_000_000, "of London");
    assert_keys("item", &days["list"][1], &recorded_days["list"][1], &[], &["rain", "snow"]);
    assert_keys("main", &days["list"][1]["main"], &recorded_days["list"][1]["main"], &["grnd_level"], &[]);
}

#[tokio::test]
async fn open_meteo_has_the_keys_and_types_of_recorded_answers() {
    let (program, _upstream) = program("openweathermap").await;
    for (path, query) in [
        (
            "open-meteo/forecast/new-york-current-hourly-2026.json",
            "current=temperature_2m,relative_humidity_2m,weather_code,wind_speed_10m,wind_direction_10m\
          &hourly=temperature_2m,precipitation,weather_code,wind_speed_10m\
          &daily=weather_code,temperature_2m_max,temperature_2m_min,sunrise,sunset,precipitation_sum",
        ),
        (
            "open-meteo/forecast/munich-legacy-current_weather-unixtime-2026.json",
            "current_weather=true&timeformat=unixtime\
          &hourly=temperature_2m,windspeed_10m,winddirection_10m,relativehumidity_2m\
          &daily=temperature_2m_max,temperature_2m_min,sunrise,sunset",
        ),
    ] {
        let recorded = recorded(path);
        let document = program.get(&format!("/v1/forecast?{HERE}&timezone=auto&{query}")).await.ok();
        assert_keys(path, &document, &recorded, &[], &[]);
        for (block, recorded) in recorded.as_object().unwrap().iter().filter(|(_, block)| block.is_object()) {
            assert_keys(block, &document[block], recorded, &[], &[]);
            if block.ends_with("_units") {
                assert_eq!(&document[block], recorded, "{block}");
            }
        }
        let rows = |document: &Value, block: &str| array(&document[block]["time"]).len();
        assert_eq!(rows(&document, "hourly"), rows(&recorded, "hourly"));
        // The days end with the forecast of OpenWeatherMap.
        assert!((5..=6).contains(&rows(&document, "daily")), "{}", document["daily"]);
    }
}

/// The dialects have the same values as the API, in their own units.
#[tokio::test]
async fn values_are_those_of_the_api() {
    for providers in PROVIDERS {
        let (program, _upstream) = program(providers).await;
        let api = program.get("/api/weather?lat=51.51&lon=-0.13").await.ok();
        let near = |value: &Value, expected: f64, what: &str| {
            let value = value.as_f64().unwrap_or_else(|| panic!("{providers} {what}"));
            assert!((value - expected).abs() < 0.02, "{providers} {what}: {value} instead of {expected}");
        };
        let celsius = api["current"]["temperature"].as_f64().unwrap();
        let wind = api["current"]["wind_speed"].as_f64().unwrap();
        let pirate = program.get("/forecast/any/51.51,-0.13").await.ok();
        near(&pirate["currently"]["temperature"], celsius * 1.8 + 32.0, "°F");
        near(&pirate["currently"]["windSpeed"], wind / 0.44704, "mph");
        let one_call = program.get("/data/3.0/onecall?lat=51.51&lon=-0.13").await.ok();
        near(&one_call["current"]["temp"], celsius + 273.15, "K");
        near(&one_call["current"]["wind_speed"], wind, "m/s");
        let open_meteo = program.get(&format!("/v1/forecast?{HERE}&current=temperature_2m,wind_speed_10m")).await.ok();
        near(&open_meteo["current"]["temperature_2m"], celsius, "°C");
        near(&open_meteo["current"]["wind_speed_10m"], wind * 3.6, "km/h");
        let daily = program.get("/api/forecast?lat=51.51&lon=-0.13").await.ok()["daily"].clone();
        let days = format!("/v1/forecast?{HERE}&daily=temperature_2m_max,precipitation_sum&timezone=auto");
        let days = program.get(&days).await.ok();
        for (n, day) in array(&daily).iter().enumerate().take(4) {
            near(&days["daily"]["temperature_2m_max"][n], day["temperature_max"].as_f64().unwrap(), "day");
            near(&one_call["daily"][n]["temp"]["max"], day["temperature_max"].as_f64().unwrap() + 273.15, "day");
        }
    }
}

#[tokio::test]
async fn headers_name_the_source_and_when_it_was_fetched() {
    let upstream = all_providers().await;
    let mut flags = flags_for(&upstream, "met-norway");
    flags.extend(["--fresh-for", "0s"]);
    let program = TestServer::start(&settings(&flags)).await;
    let path = "/data/2.5/forecast?lat=51.51&lon=-0.13";
    let fresh = program.get(path).await;
    assert_eq!((fresh.header("x-weather-source"), fresh.header("age")), ("met-norway", ""));
    assert_eq!(fresh.header("access-control-allow-origin"), "*");
    assert!(fresh.header("x-weather-fetched-at").ends_with('Z'));
    assert!(fresh.header("link").contains("https://api.met.no/"));
    upstream.on(MET_NORWAY, Answer::status(500, ""));
    until(async || program.get(path).await.header("x-weather-stale") == "1").await;
    assert_eq!(program.get(path).await.header("x-weather-fetched-at"), fresh.header("x-weather-fetched-at"));
    let head = program.ask(Method::HEAD, path, &[]).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    let etag = program.get(path).await.header("etag").to_owned();
    assert_eq!(program.get_with(path, &[("if-none-match", &etag)]).await.status, 304);
}

#[tokio::test]
async fn errors_have_the_dialects_format_and_the_true_status() {
    let upstream = Upstream::start().await;
    let program = TestServer::start(&settings(&flags_for(&upstream, "met-norway"))).await;
    let cases = [
        ("/v1/forecast?latitude=99&longitude=0", 400, json!({"error": true})),
        ("/v1/forecast?hourly=x&latitude=9&longitude=0", 400, json!({"error": true})),
        ("/v1/search", 400, json!({"error": true})),
        ("/v1/air-quality?latitude=9&longitude=0", 404, json!({"error": true})),
        ("/forecast/any/here", 400, json!({"code": 400})),
        ("/forecast/any/51.5,-0.1,1700000000", 400, json!({"code": 400})),
        ("/data/2.5/weather", 400, json!({"cod": "400", "message": "Nothing to geocode"})),
        ("/data/2.5/weather?lat=99&lon=1", 400, json!({"cod": "400", "message": "wrong latitude"})),
        ("/data/2.5/air_pollution?lat=51&lon=1", 404, json!({"cod": "404"})),
        ("/geo/1.0/zip", 404, json!({"cod": "404"})),
        ("/data/2.5/weather?id=2643743", 404, json!({"cod": "404", "message": "city not found"})),
        ("/v1/forecast?latitude=9&longitude=0", 503, json!({"error": true})),
        ("/forecast/any/51.5,-0.1", 503, json!({"code": 503})),
        ("/data/2.5/weather?lat=51&lon=1", 503, json!({"cod": "503"})),
        ("/data/3.0/onecall?lat=51&lon=1", 503, json!({"cod": 503})),
    ];
    for (path, status, expected) in cases {
        let got = program.get(path).await;
        let body = got.json();
        assert_eq!(got.status, status, "{path}: {body}");
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&body[name], value, "{path}");
        }
        assert_eq!((got.header("content-type"), got.header("cache-control")), ("application/json", "no-store"));
        assert_eq!(!got.header("retry-after").is_empty(), status == 503, "{path}");
    }
    let post = program.ask(Method::POST, "/data/2.5/weather", &[]).await;
    assert_eq!((post.status, post.header("allow"), &post.json()["cod"]), (405, "GET, HEAD", &json!("405")));
    assert_eq!(program.ask(Method::OPTIONS, "/v1/forecast", &[]).await.status, 204);
}

#[tokio::test]
async fn keys_are_required_if_the_operator_has_set_some() {
    let upstream = all_providers().await;
    let secrets = [("OPENWEATHERMAP_API_KEY", "k"), ("API_KEYS", "first, second")];
    let program = TestServer::start(&settings_with(&flags_for(&upstream, "openweathermap"), &secrets)).await;
    let paths: [(&str, Value); 5] = [
        ("/v1/forecast?latitude=51.51&longitude=-0.13&current=is_day&apikey=KEY", json!({"error": true})),
        ("/v1/search?name=London&apikey=KEY", json!({"error": true})),
        ("/forecast/KEY/51.51,-0.13", json!({"code": 401})),
        ("/data/2.5/weather?lat=51.51&lon=-0.13&appid=KEY", json!({"cod": 401})),
        ("/data/3.0/onecall?lat=51.51&lon=-0.13&APPID=KEY", json!({"cod": 401})),
    ];
    for (path, expected) in paths {
        for (key, status) in [("first", 200), ("wrong", 401), ("second", 200), ("", 401), ("wrong", 401)] {
            let got = program.get(&path.replace("KEY", key)).await;
            assert_eq!(got.status, status, "{path} {key}");
            if status == 401 {
                let (name, value) = expected.as_object().unwrap().iter().next().unwrap();
                assert_eq!(&got.json()[name], value, "{path}");
            }
        }
    }
    assert_eq!(program.get("/api/weather").await.status, 200, "the API requires no key");
}
