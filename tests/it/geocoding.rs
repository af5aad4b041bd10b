//! Names that the gazetteer does not have.

use serde_json::json;

use crate::{
    harness::{
        OPEN_METEO_GEOCODING, OWM_GEOCODING, OWM_WEATHER, TestServer, flags_for, london, openweathermap, settings,
        settings_with,
    },
    upstream::{Answer, Upstream},
};

/// A name that no place on Earth has.
const UNKNOWN: &str = "Qqtown";

fn qqtown() -> Answer {
    let place = json!([{"name": "Qqtown", "lat": 51.5012, "lon": -0.1234, "country": "GB", "state": "Utopia"},
        {"name": "Qqtown", "lat": 40.0, "lon": -80.0, "country": "US", "state": "Ohio"}]);
    Answer::ok(place.to_string())
}

#[tokio::test]
async fn a_geocoder_finds_places_that_the_gazetteer_lacks() {
    let (program, upstream) = london().await;
    upstream.on(OWM_GEOCODING, qqtown());
    let weather = program.get("/api/weather?city=Qqtown").await.ok();
    let place = json!({"name": "Qqtown", "matched": null, "region": "Utopia", "country": "GB", "latitude": 51.5, "longitude": -0.12,
        "timezone": "Europe/London"});
    assert_eq!(weather["place"], place);
    assert_eq!(
        (&weather["alternatives"][0]["region"], &weather["current"]["temperature"]),
        (&json!("Ohio"), &json!(8.93))
    );
    program.get("/api/forecast?city=Qqtown").await.ok();
    assert_eq!(upstream.count(OWM_GEOCODING), 1, "the answer for a name is cached");
}

#[tokio::test]
async fn an_unknown_name_is_not_found_and_has_suggestions() {
    let (program, upstream) = london().await;
    upstream.on(OWM_GEOCODING, Answer::ok("[]"));
    for path in ["/api/weather?city=Keswik", "/api/forecast?city=Keswik"] {
        let problem = program.get(path).await.problem(404, "place-not-found");
        let suggestions = problem["suggestions"].as_array().unwrap();
        assert!(suggestions.len() <= 5 && suggestions[0]["name"] == "Keswick", "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains("Keswik"), "{problem}");
        let keys: Vec<_> = suggestions[0].as_object().unwrap().keys().collect();
        assert_eq!(keys, ["country", "latitude", "longitude", "name", "region", "timezone"]);
    }
    let none = program.get("/api/weather?city=Qqqqqqqqqqq").await.problem(404, "place-not-found");
    assert_eq!(none["suggestions"], json!([]));
    assert_eq!(upstream.count(OWM_WEATHER), 0, "no weather is requested for a place that is not found");
}

#[tokio::test]
async fn a_geocoders_guess_is_a_suggestion_not_the_answer() {
    let (program, upstream) = london().await;
    upstream.on(
        OWM_GEOCODING,
        Answer::ok(json!([{"name": "Elsewhere", "lat": 1.0, "lon": 2.0, "country": "XX"}]).to_string()),
    );
    let problem = program.get("/api/weather?city=Qqtown").await.problem(404, "place-not-found");
    assert_eq!(problem["suggestions"][0]["name"], "Elsewhere");
}

#[tokio::test]
async fn hanging_geocoders_are_a_503_that_can_be_retried() {
    for status in [401, 429, 500] {
        let (program, upstream) = london().await;
        upstream.on(OWM_GEOCODING, Answer::status(status, "{}"));
        let answer = program.get(&format!("/api/weather?city={UNKNOWN}")).await;
        answer.problem(503, "upstream-unavailable");
        assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1, "{status}");
        upstream.on(OWM_GEOCODING, qqtown());
        // A provider that rejects the key or limits the rate is paused for minutes.
        if status == 500 {
            let path = format!("/api/weather?city={UNKNOWN}");
            program.get_until(&path, |found| found["place"]["name"] == "Qqtown").await;
        }
    }
}

#[tokio::test]
async fn after_a_failing_geocoder_the_next_is_asked_and_an_empty_answer_decides() {
    let upstream = openweathermap().await;
    let flags = flags_for(&upstream, "openweathermap,open-meteo");
    upstream.on(
        OPEN_METEO_GEOCODING,
        Answer::ok(
            json!({"results": [{"name": "Qqtown", "latitude": 51.5, "longitude": -0.12,
        "feature_code": "PPL", "country_code": "GB", "timezone": "Europe/Jersey"}]})
            .to_string(),
        ),
    );
    upstream.on(OWM_GEOCODING, Answer::status(500, ""));
    let program = TestServer::start(&settings(&flags)).await;
    let place = program.get("/api/weather?city=Qqtown").await.ok()["place"].clone();
    assert_eq!((&place["name"], &place["timezone"]), (&json!("Qqtown"), &json!("Europe/Jersey")));

    upstream.on(OWM_GEOCODING, Answer::ok("[]"));
    let program = TestServer::start(&settings(&flags)).await;
    program.get("/api/weather?city=Qqtown").await.problem(404, "place-not-found");
}

#[tokio::test]
async fn without_a_geocoder_an_unknown_name_is_not_found() {
    let upstream = Upstream::start().await;
    let program = TestServer::start(&settings_with(&flags_for(&upstream, "met-norway"), &[])).await;
    program.get("/api/weather?city=Qqtown").await.problem(404, "place-not-found");
    assert_eq!(upstream.requests().len(), 0);
}
