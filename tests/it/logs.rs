//! What is logged about a request.

use serde_json::{Value, json};

use crate::{
    harness::{OWM_FORECAST, OWM_WEATHER, client, fetch, openweathermap, until},
    program::{KEY, ProgramProcess},
    upstream::{Answer, Upstream},
};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

const CAUSE: &str = "upstream-unavailable: the only provider failed: openweathermap failed with status 500";

fn program(upstream: &Upstream, settings: &[(&str, &str)]) -> ProgramProcess {
    let mut all =
        vec![("PROVIDERS", "openweathermap"), ("OPENWEATHERMAP_API_KEY", KEY), ("OPENWEATHERMAP_URL", upstream.url())];
    all.extend(settings);
    ProgramProcess::start(&all)
}

/// An upstream that fails.
async fn failing() -> Upstream {
    let upstream = openweathermap().await;
    for path in [OWM_WEATHER, OWM_FORECAST] {
        upstream.on(path, Answer::status(500, "down"));
    }
    upstream
}

async fn ask(program: &ProgramProcess, path: &str, traceparent: &str) -> u16 {
    let request = client().build().unwrap().get(program.url(path)).header("x-request-id", "request-7");
    request.header("traceparent", traceparent).send().await.unwrap().status().as_u16()
}

/// The program's own log lines, without those of its libraries.
fn lines(program: &ProgramProcess) -> Vec<Value> {
    let log = program.log();
    let lines = log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")));
    lines.filter(|line: &Value| line["target"].as_str().unwrap().starts_with("weather_app")).collect()
}

/// Waits for the first line with this message.
async fn line(program: &ProgramProcess, message: &str) -> Value {
    let find = || lines(program).into_iter().find(|line| line["message"] == message);
    until(async || find().is_some()).await;
    find().unwrap()
}

#[tokio::test]
async fn the_callers_trace_is_logged_with_its_request_and_not_passed_on() {
    let valid = format!("00-{TRACE}-{PARENT}-01");
    let invalid = format!("00-{TRACE}-{PARENT}-01-more");
    let named = json!({"name": "request", "request.id": "request-7", "trace.id": TRACE, "trace.parent_id": PARENT});
    let unnamed = json!({"name": "request", "request.id": "request-7"});
    for (traceparent, span) in [(valid, named), (invalid, unnamed)] {
        let upstream = failing().await;
        let program = program(&upstream, &[]);
        assert_eq!(ask(&program, "/api/weather", &traceparent).await, 503);
        for message in ["openweathermap failed with status 500", &format!("GET /api/weather 503 {CAUSE}")] {
            let line = line(&program, message).await;
            assert_eq!(line["span"], span, "{traceparent}: {line}");
        }
        assert!(upstream.requests().iter().all(|request| !request.headers.contains_key("traceparent")));
    }
}

#[tokio::test]
async fn a_failed_request_is_logged_in_one_complete_line() {
    let upstream = failing().await;
    let program = program(&upstream, &[]);
    for (path, status, route, code, message) in [
        (
            "/api/weather?lat=51.51&lon=-0.13",
            503,
            "weather",
            "upstream-unavailable",
            format!("GET /api/weather 503 {CAUSE}"),
        ),
        (
            "/api/forecast?lat=secret",
            400,
            "forecast",
            "invalid-request",
            "GET /api/forecast 400 invalid-request".to_owned(),
        ),
        ("/no/where?key=secret", 404, "other", "not-found", "GET /no/where 404 not-found".to_owned()),
    ] {
        assert_eq!(ask(&program, path, "").await, status);
        let line = line(&program, &message).await;
        assert_eq!(line["level"], if status < 500 { "INFO" } else { "WARN" });
        let path = path.split('?').next().unwrap();
        let fields = (&line["method"], &line["route"], &line["path"], &line["status"], &line["code"]);
        assert_eq!(fields, (&json!("GET"), &json!(route), &json!(path), &json!(status), &json!(code)), "{line}");
        assert_eq!(line["cause"].is_string(), status == 503, "{line}");
        assert!(!line.to_string().contains("secret"), "{line}");
    }
}

#[tokio::test]
async fn a_flood_of_failures_is_not_a_flood_of_lines() {
    const REQUESTS: usize = 300;
    let upstream = failing().await;
    let program = program(&upstream, &[]);
    let client = client().build().unwrap();
    for _ in 0..REQUESTS {
        assert_eq!(client.get(program.url("/api/weather")).send().await.unwrap().status(), 503);
    }
    ask(&program, "/no/where", "").await;
    line(&program, "GET /no/where 404 not-found").await;
    let written =
        lines(&program).iter().filter(|line| line["message"].as_str().unwrap().starts_with("GET /api")).count();
    assert!((1..=REQUESTS / 10).contains(&written), "{written} lines");
}

#[tokio::test]
async fn a_recovery_is_logged() {
    let upstream = failing().await;
    let program = program(&upstream, &[]);
    assert_eq!(ask(&program, "/api/weather", "").await, 503);
    upstream.on(OWM_WEATHER, Answer::recording("openweathermap/current/london-by-lat-lon-2020.json"));
    upstream.on(OWM_FORECAST, Answer::recording("openweathermap/forecast/london-5day-3h-2025.json"));
    until(async || ask(&program, "/api/weather", "").await == 200).await;
    let line = line(&program, "openweathermap answers again").await;
    assert_eq!((&line["level"], &line["provider"]), (&json!("INFO"), &json!("openweathermap")));
}

#[tokio::test]
async fn an_exhausted_budget_is_logged_once_and_shown_in_the_status() {
    let upstream = openweathermap().await;
    let program = program(&upstream, &[("OPENWEATHERMAP_PER_MINUTE", "3")]);
    assert_eq!(ask(&program, "/api/weather?lat=0&lon=0", "").await, 200);
    for n in 1..5 {
        assert_eq!(ask(&program, &format!("/api/weather?lat=0&lon={n}"), "").await, 503);
    }
    let cause = "upstream-unavailable: the only provider failed: openweathermap has used up its request budget";
    line(&program, &format!("GET /api/weather 503 {cause}")).await;
    let about_the_budget =
        |line: &Value| line["message"].as_str().unwrap().starts_with("openweathermap has used up its request budget");
    assert_eq!(lines(&program).iter().filter(|line| about_the_budget(line)).count(), 1);
    let status = fetch(program.url("/api/status")).await.unwrap().text().await.unwrap();
    assert!(status.contains("rate-limited"), "{status}");
}

#[tokio::test]
async fn an_unknown_default_city_is_warned_about_at_the_start() {
    let upstream = openweathermap().await;
    for (city, is_known) in [("Lodnon", false), ("London", true)] {
        let program = program(&upstream, &[("DEFAULT_CITY", city)]);
        let warning = |line: &Value| {
            let message = line["message"].as_str().unwrap();
            line["level"] == "WARN" && message.contains("DEFAULT_CITY") && message.contains(city)
        };
        assert_eq!(lines(&program).iter().any(warning), !is_known, "{city}");
    }
}

#[tokio::test]
async fn a_cached_response_is_not_logged() {
    let upstream = openweathermap().await;
    let program = program(&upstream, &[]);
    assert_eq!(ask(&program, "/api/weather", "").await, 200);
    let before = lines(&program).len();
    for _ in 0..3 {
        assert_eq!(ask(&program, "/api/weather", &format!("00-{TRACE}-{PARENT}-01")).await, 200);
    }
    // A line that is certainly written after any that the other requests could have caused.
    assert_eq!(ask(&program, "/no/where", "").await, 404);
    until(async || lines(&program).len() > before).await;
    assert_eq!(lines(&program)[before]["message"], "GET /no/where 404 not-found");
}
