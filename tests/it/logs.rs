//! What is logged about a request.

use serde_json::{Value, json};

use crate::{
    harness::{OWM_FORECAST, OWM_WEATHER, client, openweathermap, until},
    program::{KEY, Program},
    upstream::{Answer, Upstream},
};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

fn program(upstream: &Upstream) -> Program {
    Program::start(&[
        ("PROVIDERS", "openweathermap"),
        ("OPENWEATHERMAP_API_KEY", KEY),
        ("OPENWEATHERMAP_URL", upstream.url()),
    ])
}

async fn ask(program: &Program, path: &str, traceparent: &str) -> u16 {
    let request = client().build().unwrap().get(program.url(path)).header("x-request-id", "request-7");
    request.header("traceparent", traceparent).send().await.unwrap().status().as_u16()
}

/// The program's own lines, those of its libraries left out.
fn lines(program: &Program) -> Vec<Value> {
    let log = program.log();
    let lines = log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")));
    lines.filter(|line: &Value| line["target"].as_str().unwrap().starts_with("weather_app")).collect()
}

#[tokio::test]
async fn the_callers_trace_is_in_the_lines_about_its_request_and_is_told_to_nobody() {
    let valid = format!("00-{TRACE}-{PARENT}-01");
    let invalid = format!("00-{TRACE}-{PARENT}-01-more");
    let named = json!({"name": "request", "request.id": "request-7", "trace.id": TRACE, "trace.parent_id": PARENT});
    let unnamed = json!({"name": "request", "request.id": "request-7"});
    for (traceparent, span) in [(valid, named), (invalid, unnamed)] {
        let upstream = openweathermap().await;
        upstream.on(OWM_WEATHER, Answer::status(500, "down"));
        upstream.on(OWM_FORECAST, Answer::status(500, "down"));
        let program = program(&upstream);
        assert_eq!(ask(&program, "/api/weather", &traceparent).await, 503);
        for message in ["provider fails", "answered with an error"] {
            until(async || lines(&program).iter().any(|line| line["message"] == message)).await;
            let line = lines(&program).into_iter().find(|line| line["message"] == message).unwrap();
            assert_eq!(line["span"], span, "{traceparent}: {line}");
        }
        assert!(upstream.asked().iter().all(|asked| !asked.headers.contains_key("traceparent")));
    }
}

#[tokio::test]
async fn an_answer_from_memory_is_not_logged() {
    let upstream = openweathermap().await;
    let program = program(&upstream);
    assert_eq!(ask(&program, "/api/weather", "").await, 200);
    let before = lines(&program).len();
    for _ in 0..3 {
        assert_eq!(ask(&program, "/api/weather", &format!("00-{TRACE}-{PARENT}-01")).await, 200);
    }
    // A line that is surely written after whatever the others would have caused.
    assert_eq!(ask(&program, "/api/weather?lat=north", "").await, 400);
    until(async || lines(&program).len() > before).await;
    assert_eq!(lines(&program)[before]["message"], "bad request");
}
