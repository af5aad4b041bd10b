//! Requests that are particular to clients of the dialects, and the headers that they read.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use weather_app::clock::Clock;

use crate::{
    harness::{MET_NORWAY, OWM_WEATHER, TestServer, all_providers, flags_for, london, settings, until},
    upstream::Answer,
};

const PIRATE: &str = "/forecast/any/51.51,-0.13";

fn array(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("{value} is no array"))
}

#[tokio::test]
async fn places_are_searched_as_at_open_meteo() {
    let (program, _upstream) = london().await;
    let names = async |query: &str| {
        let document = program.get(&format!("/v1/search?{query}")).await.ok();
        let results = document.get("results").map(|results| array(results).clone());
        results.map(|results| results.iter().map(|place| place["country_code"].clone()).collect::<Vec<_>>())
    };
    assert_eq!(names("name=London&count=1").await, Some(vec![json!("GB")]));
    // Where the country is not that of the best known place.
    assert_eq!(names("name=London&count=1&countryCode=ca").await, Some(vec![json!("CA")]));
    assert_eq!(names("name=Paris&count=2&countryCode=US").await, Some(vec![json!("US"), json!("US")]));
    for query in ["name=", "name=L", "name=%E4%BA%AC", "name=qqqqzzzz", "name=&count=5"] {
        assert_eq!(names(query).await, None, "{query}");
    }
    assert_eq!(program.get("/v1/search?count=1").await.status, 400);
}

#[tokio::test]
async fn headers_include_what_another_provider_added() {
    let upstream = all_providers().await;
    let mut flags = flags_for(&upstream, "openweathermap,met-norway");
    flags.extend(["--fresh-for", "200ms"]);
    let program = TestServer::start(&settings(&flags)).await;
    let fetched_at =
        async |path: &str| -> Timestamp { program.get(path).await.header("x-weather-fetched-at").parse().unwrap() };
    let first = program.get(PIRATE).await;
    assert_eq!((first.header("x-weather-source"), first.header("x-weather-stale")), ("openweathermap, met-norway", ""));
    let added_at = fetched_at(PIRATE).await;

    // Its last answer is still used.
    upstream.on(MET_NORWAY, Answer::status(500, ""));
    let current = "/data/2.5/weather?lat=51.51&lon=-0.13";
    until(async || fetched_at(current).await.duration_since(added_at).as_secs() > 2).await;
    until(async || program.get(PIRATE).await.header("x-weather-stale") == "1").await;
    let (own, oldest) = (fetched_at(current).await, fetched_at(PIRATE).await);
    assert!(oldest < own, "{oldest} is the older of the two, not {own}");
    assert_eq!(program.get(PIRATE).await.header("x-weather-source"), "openweathermap, met-norway");
    assert_eq!(program.get(current).await.header("x-weather-stale"), "", "nothing is added here");
}

#[tokio::test]
async fn a_larger_number_than_there_are_places_is_all_of_them() {
    let (program, _upstream) = london().await;
    for path in ["/geo/1.0/direct?q=Springfield", "/geo/1.0/reverse?lat=51.51&lon=-0.13"] {
        assert_eq!(array(&program.get(&format!("{path}&limit=50")).await.ok()).len(), 5, "{path}");
        assert_eq!(program.get(&format!("{path}&limit=0")).await.status, 400, "{path}");
    }
    let items = program.get("/data/2.5/forecast?lat=51.51&lon=-0.13&cnt=100").await.ok();
    assert_eq!(array(&items["list"]).len(), 40);
}

#[tokio::test]
async fn the_minutes_ahead_begin_now_while_the_report_is_cached() {
    let upstream = all_providers().await;
    let ahead = Arc::new(AtomicI64::new(0));
    let clock = {
        let ahead = Arc::clone(&ahead);
        Clock::from_fn(move || Timestamp::now() + SignedDuration::from_secs(ahead.load(Ordering::Relaxed)))
    };
    let program = TestServer::start_with_clock(&settings(&flags_for(&upstream, "openweathermap")), &clock).await;
    let one_call = "/data/3.0/onecall?lat=51.51&lon=-0.13";
    for seconds in [0, 150, 400] {
        ahead.store(seconds, Ordering::Relaxed);
        let minute = || (Timestamp::now().as_second() + seconds).div_euclid(60) * 60;
        let before = minute();
        let first = [
            program.get(PIRATE).await.ok()["minutely"]["data"][0]["time"].clone(),
            program.get(one_call).await.ok()["minutely"][0]["dt"].clone(),
        ];
        for first in first {
            assert!((before..=minute()).contains(&first.as_i64().unwrap()), "{first} after {seconds} s");
        }
    }
    assert_eq!(upstream.count(OWM_WEATHER), 1);
    let without = format!("{PIRATE}?exclude=[minutely,flags]");
    let document = program.get(&without).await;
    assert!(document.ok().get("minutely").is_none() && document.ok().get("flags").is_none());
    ahead.store(500, Ordering::Relaxed);
    assert_eq!(program.get(&without).await.header("etag"), document.header("etag"), "nothing in it has changed");
}
