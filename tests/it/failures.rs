//! Responses while providers fail.

use serde_json::json;
use tokio::sync::watch;

use crate::{
    harness::{MET_NORWAY, OWM_FORECAST, OWM_WEATHER, TestServer, flags_for, openweathermap, settings},
    recordings::original,
    upstream::{Answer, Upstream},
};

async fn met_norway_behind_openweathermap() -> (TestServer, Upstream) {
    let upstream = openweathermap().await;
    upstream.on(MET_NORWAY, Answer::recording("met-norway/london-complete-2020-with-headers.json"));
    let mut flags = flags_for(&upstream, "openweathermap,met-norway");
    flags.extend(["--upstream-timeout", "3s"]);
    (TestServer::start(&settings(&flags)).await, upstream)
}

#[tokio::test]
async fn the_next_provider_answers_when_the_first_fails() {
    let failures = [
        Answer::status(500, "<html>down</html>"),
        Answer::status(401, original("openweathermap/errors/401-invalid-key.json")),
        Answer::status(429, original("openweathermap/errors/429-blocked.json")),
        Answer::status(404, original("openweathermap/errors/404-no-data.json")),
        Answer::status(301, "").with("location", "http://127.0.0.1:1/"),
        Answer::ok(original("openweathermap/errors/500-legacy-2015-in-http-200.json")),
        Answer::ok("<html>captive portal</html>"),
        Answer::ok(""),
        Answer::ok("{}"),
        Answer::ok(" ".repeat(3_000_000)),
        Answer::ok("not gzip").with("content-encoding", "gzip"),
    ];
    for (n, failure) in failures.into_iter().enumerate() {
        let (program, upstream) = met_norway_behind_openweathermap().await;
        upstream.on(OWM_WEATHER, failure.clone());
        upstream.on(OWM_FORECAST, failure);
        for path in ["/api/weather", "/api/forecast"] {
            let answer = program.get(path).await.ok();
            assert_eq!(
                (&answer["source"]["provider"], &answer["stale"]),
                (&json!("met-norway"), &json!(false)),
                "{n} {path}"
            );
        }
        assert_eq!(upstream.count(MET_NORWAY), 1, "{n}: one document serves both parts");
    }
}

#[tokio::test]
async fn a_part_that_one_provider_lacks_comes_from_the_next() {
    let (program, upstream) = met_norway_behind_openweathermap().await;
    upstream.on(OWM_FORECAST, Answer::status(401, "{}"));
    assert_eq!(program.get("/api/weather").await.ok()["source"]["provider"], "openweathermap");
    assert_eq!(program.get("/api/forecast").await.ok()["source"]["provider"], "met-norway");
}

#[tokio::test]
async fn a_hanging_provider_does_not_delay_the_response() {
    let (program, upstream) = met_norway_behind_openweathermap().await;
    let (_never_opened, gate) = watch::channel(false);
    upstream.on(OWM_WEATHER, Answer::ok("").behind(gate.clone()));
    upstream.on(OWM_FORECAST, Answer::ok("").behind(gate));
    let answer = program.get("/api/weather").await;
    assert_eq!(answer.ok()["source"]["provider"], "met-norway");
}

#[tokio::test]
async fn if_all_providers_fail_the_error_says_when_to_retry() {
    let (program, upstream) = met_norway_behind_openweathermap().await;
    for path in [OWM_WEATHER, OWM_FORECAST, MET_NORWAY] {
        upstream.on(path, Answer::status(401, original("openweathermap/errors/401-invalid-key.json")));
    }
    for path in [
        "/api/weather",
        "/api/forecast",
        "/api/weather?lat=-48.88&lon=-123.39",
        "/api/weather?city=Qqtown",
        "/api/weather",
    ] {
        let answer = program.get(path).await;
        let problem = answer.problem(503, "upstream-unavailable");
        let detail = problem["detail"].as_str().unwrap().to_lowercase();
        // A rejected key is tried again after five minutes; even the first response says so.
        assert!((240..=300).contains(&answer.header("retry-after").parse::<u64>().unwrap()), "{path}");
        assert!(detail.ends_with("; try again in 5 minutes."), "{path}: {detail}");
        assert!(!detail.contains("coordinates"), "coordinates would fail too: {detail}");
        assert!(!detail.contains("key") && !detail.contains("openweathermap"), "{detail}");
    }
    let status = program.get("/api/status").await.ok();
    assert_eq!(status["providers"][0]["state"], "key-rejected");
}

#[tokio::test]
async fn the_last_answer_is_served_as_stale_for_each_part_and_unit() {
    let upstream = openweathermap().await;
    let mut flags = flags_for(&upstream, "openweathermap");
    flags.extend(["--fresh-for", "0s"]);
    let program = TestServer::start(&settings(&flags)).await;
    let first = program.get("/api/weather").await.ok();
    for path in [OWM_WEATHER, OWM_FORECAST] {
        upstream.on(path, Answer::status(503, ""));
    }
    let last = program.get("/api/weather").await.ok();
    assert_eq!(
        (&last["stale"], &last["current"], &last["fetched_at"]),
        (&json!(true), &first["current"], &first["fetched_at"])
    );
    let imperial = program.get("/api/weather?units=imperial").await.ok();
    assert_eq!((&imperial["stale"], &imperial["current"]["temperature"]), (&json!(true), &json!(48.07)));
    assert_eq!(program.get("/api/forecast").await.ok()["stale"], true);
    program.get("/api/weather?city=Paris").await.problem(503, "upstream-unavailable");
}

#[tokio::test]
async fn an_answer_that_is_too_old_is_not_served() {
    let upstream = openweathermap().await;
    let mut flags = flags_for(&upstream, "openweathermap");
    flags.extend(["--fresh-for", "0s", "--stale-for", "0s"]);
    let program = TestServer::start(&settings(&flags)).await;
    program.get("/health").await;
    upstream.on(OWM_WEATHER, Answer::status(503, ""));
    upstream.on(OWM_FORECAST, Answer::status(503, ""));
    program.get("/api/weather").await.problem(503, "upstream-unavailable");
}
