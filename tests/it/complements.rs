//! Values that the first provider does not report, from another one.

use serde_json::{Value, json};
use tokio::sync::watch;

use crate::{
    harness::{OWM_FORECAST, OWM_WEATHER, TestServer, all_providers, flags_for, settings},
    upstream::{Answer, Upstream},
};

async fn program(providers: &str) -> (TestServer, Upstream) {
    let upstream = all_providers().await;
    let program = TestServer::start(&settings(&flags_for(&upstream, providers))).await;
    (program, upstream)
}

fn array(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("{value} is no array"))
}

#[tokio::test]
async fn missing_values_come_from_another_provider_on_request() {
    let (program, upstream) = program("met-norway,openweathermap").await;
    let path = "/api/forecast?lat=51.51&lon=-0.13";
    let plain = program.get(path).await.ok();
    assert_eq!((&plain["complements"], upstream.count(OWM_FORECAST)), (&json!([]), 0), "no other provider is asked");
    let complemented = program.get(&format!("{path}&complement=true")).await.ok();
    let complements = array(&complemented["complements"]);
    assert_eq!((complements.len(), &complements[0]["provider"]), (1, &json!("openweathermap")));
    for (plain, complemented) in array(&plain["hourly"]).iter().zip(array(&complemented["hourly"])) {
        for (name, value) in plain.as_object().unwrap() {
            let is_gap = value.is_null()
                && ["wind_gust", "uv_index", "precipitation_probability", "visibility"].contains(&name.as_str());
            assert!(is_gap || &complemented[name] == value, "{name} changed");
        }
    }
    let gusts =
        |document: &Value| array(&document["hourly"]).iter().filter(|hour| !hour["wind_gust"].is_null()).count();
    assert!(gusts(&plain) == 0 && gusts(&complemented) >= 40, "{}", gusts(&complemented));
    let pirate = program.get("/forecast/any/51.51,-0.13").await;
    assert_eq!(pirate.header("x-weather-source"), "met-norway, openweathermap");
    assert_eq!(upstream.count(OWM_FORECAST), 1, "the complement is cached");
    assert_eq!(program.get(path).await.ok(), plain);
}

#[tokio::test]
async fn a_dead_or_slow_complement_does_not_delay_the_response() {
    let (program, upstream) = program("met-norway,openweathermap").await;
    upstream.on(OWM_WEATHER, Answer::status(500, ""));
    upstream.on(OWM_FORECAST, Answer::status(500, ""));
    let path = "/api/weather?lat=51.51&lon=-0.13&complement=true";
    assert_eq!(program.get(path).await.ok()["complements"], json!([]));
    program.get(path).await.ok();
    assert_eq!(upstream.count(OWM_WEATHER), 1, "it is not asked again immediately");

    let (open, gate) = watch::channel(false);
    upstream
        .on(OWM_WEATHER, Answer::recording("openweathermap/current/london-by-lat-lon-2020.json").behind(gate.clone()));
    upstream.on(OWM_FORECAST, Answer::recording("openweathermap/forecast/london-5day-3h-2025.json").behind(gate));
    let slow = "/api/weather?lat=48.14&lon=11.58&complement=true";
    let answer = program.get(slow).await.ok();
    assert_eq!((&answer["complements"], &answer["source"]["provider"]), (&json!([]), &json!("met-norway")));
    open.send_replace(true);
    program.get_until(slow, |answer| answer["complements"] != json!([])).await;
}

#[tokio::test]
async fn the_next_provider_complements_where_one_fails() {
    let (program, upstream) = program("open-meteo,openweathermap,met-norway").await;
    let before = program.get("/api/forecast?lat=48.14&lon=11.58&complement=true").await.ok();
    assert_eq!(before["complements"][0]["provider"], "openweathermap");
    for path in [OWM_WEATHER, OWM_FORECAST] {
        upstream.on(path, Answer::status(401, ""));
    }
    let path = "/api/forecast?lat=51.51&lon=-0.13&complement=true";
    program.get_until(path, |answer| answer["complements"][0]["provider"] == "met-norway").await;
}

#[tokio::test]
async fn complements_use_half_of_what_a_provider_allows() {
    let upstream = all_providers().await;
    let mut flags = flags_for(&upstream, "met-norway,openweathermap");
    flags.extend(["--openweathermap-per-minute", "11"]);
    let program = TestServer::start(&settings(&flags)).await;
    for n in 0..6 {
        program.get(&format!("/data/3.0/onecall?lat={n}&lon=1")).await.ok();
    }
    // A fetch takes two requests, and half of eleven has room for two fetches.
    assert_eq!(upstream.count(OWM_WEATHER), 2);
}
