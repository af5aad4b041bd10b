//! Text for terminals and status bars, at the same addresses as the page.

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    harness::{
        OWM_FORECAST, OWM_GEOCODING, OWM_WEATHER, ReceivedResponse, TestServer, flags_for, london, openweathermap,
        settings,
    },
    upstream::{Answer, Upstream},
};

const CURL: (&str, &str) = ("user-agent", "curl/8.14.1");
const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
const FIREFOX: (&str, &str) = ("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");

#[track_caller]
fn assert_text(answer: &ReceivedResponse, path: &str) -> String {
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/plain; charset=utf-8"), "{path}");
    assert_eq!(answer.header("vary"), "Accept, User-Agent, Accept-Encoding", "{path}");
    answer.text()
}

/// Fails unless a response is one line with the status and the headers of the API's errors.
#[track_caller]
fn assert_error(answer: &ReceivedResponse, status: u16, path: &str) -> String {
    let text = answer.text();
    assert_eq!((answer.status, answer.header("content-type")), (status, "text/plain; charset=utf-8"), "{path}: {text}");
    assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    assert!(text.ends_with('\n') && text.lines().count() == 1 && text.len() > 20, "{path}: {text}");
    assert!(text.trim_end().chars().all(|letter| !letter.is_control()), "{path}: {text:?}");
    text
}

async fn curl(program: &TestServer, path: &str) -> ReceivedResponse {
    program.get_with(path, &[CURL]).await
}

#[tokio::test]
async fn terminals_get_text_where_browsers_get_the_page() {
    let (program, upstream) = london().await;
    for path in ["/London", "/", "/?city=Paris,TX"] {
        // Several times in turn, so that each could come from the other's cache.
        for _ in 0..2 {
            assert!(assert_text(&curl(&program, path).await, path).starts_with("\u{1b}[1mWeather in "), "{path}");
            let page = program.get_with(path, &[BROWSER, FIREFOX]).await;
            assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"), "{path}");
            assert_eq!(page.header("vary"), "Accept, User-Agent, Accept-Encoding", "{path}");
            let plain = program.get_with(path, &[FIREFOX, ("accept", "text/plain")]).await;
            assert!(assert_text(&plain, path).starts_with("Weather in "), "{path}: a browser shows no colours");
        }
    }
    for path in ["/London?0", "/London?T", "/London?format=3", "/London?format"] {
        let text = assert_text(&program.get_with(path, &[BROWSER, FIREFOX]).await, path);
        assert!(!text.contains('\u{1b}'), "{path}");
    }
    let page = program.get_with("/London", &[CURL, ("accept", "text/html")]).await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "a terminal that asks for HTML gets the page");
    assert_eq!((upstream.count(OWM_WEATHER), upstream.count(OWM_FORECAST)), (2, 2), "one fetch per place");
}

#[tokio::test]
async fn a_view_shows_the_same_weather_as_the_api() {
    let (program, _upstream) = london().await;
    let weather = program.get("/api/weather?city=London").await.ok();
    let text = assert_text(&curl(&program, "/London?T").await, "/London?T");
    let whole = |value: &Value| format!("{:.0}", value.as_f64().unwrap());
    let current = &weather["current"];
    for part in [
        "Weather in London, England, GB\n".to_owned(),
        current["description"].as_str().unwrap().to_owned(),
        format!("{} °C, feels like {}", whole(&current["temperature"]), whole(&current["feels_like"])),
        format!("humidity {}%", whole(&current["humidity"])),
        format!("pressure {} hPa", whole(&current["pressure"])),
        "OpenWeather  https://openweathermap.org/".to_owned(),
    ] {
        assert!(text.contains(&part), "{part}: {text}");
    }
    let outlook = program.get("/api/forecast?city=London").await.ok()["outlook"]["sentence"].clone();
    assert!(text.contains(outlook.as_str().unwrap()), "{outlook}: {text}");
    assert_eq!(curl(&program, "/London?format=%25r").await.text(), outlook);
}

#[tokio::test]
async fn places_are_resolved_as_in_the_api() {
    let (program, _upstream) = london().await;
    for (path, name) in [
        ("/Paris,TX", "Paris"),
        ("/51.51,-0.13", "London"),
        ("/LHR", "Heathrow Airport"),
        ("/New+York", "New York"),
        ("/%E5%8C%97%E4%BA%AC", "Beijing"),
        ("//London", "London"),
        ("/London/", "London"),
        ("/?lat=51.51&lon=-0.13", "London"),
    ] {
        let separator = if path.contains('?') { '&' } else { '?' };
        let text = assert_text(&curl(&program, &format!("{path}{separator}format=%25l")).await, path);
        assert!(text.contains(name), "{path}: {text}");
    }
}

#[tokio::test]
async fn a_tilde_asks_a_geocoder() {
    let (program, upstream) = london().await;
    let tower = json!([{"name": "Tour Eiffel", "lat": 48.86, "lon": 2.29, "country": "FR", "state": "Ile-de-France"}]);
    upstream.on(OWM_GEOCODING, Answer::ok(tower.to_string()));
    let text = assert_text(&curl(&program, "/~Eiffel+Tower?format=3").await, "~");
    assert!(text.starts_with("Tour Eiffel: "), "{text}");
    let other =
        assert_error(&curl(&program, "/Eiffel+Towr").await, 404, "without a tilde, a geocoder's guess is not accepted");
    assert!(other.starts_with("No place is called “Eiffel Towr”"), "{other}");
}

#[tokio::test]
async fn errors_are_one_line_with_the_statuses_of_the_api() {
    let (program, upstream) = london().await;
    upstream.on(OWM_GEOCODING, Answer::ok("[]"));
    let misspelt = assert_error(&curl(&program, "/Keswik").await, 404, "misspelt");
    assert!(misspelt.contains("Did you mean Keswick, GB?"), "{misspelt}");
    for (path, status) in [
        ("/Keswik?format=3", 404),
        ("/%1b%5b31mred", 404),
        ("/Lon%1b%5b2Jdon,%C2%9B31m", 404),
        ("/wp-login.php", 404),
        ("/London/Paris", 404),
        ("/:nothing", 404),
        ("/moon@yesterday", 404),
        ("/moon@2025-13-40", 404),
        ("/91,0", 400),
        ("/?lat=51.5", 400),
        ("/?city=London&lat=1&lon=1", 400),
        ("/London?width=39", 400),
        ("/London?width=x", 400),
        ("/London?0Z", 400),
        ("/London?format=v2", 400),
        ("/London?units=kelvin", 400),
    ] {
        assert_error(&curl(&program, path).await, status, path);
    }
    let posted = program.ask(Method::POST, "/London", &[CURL]).await;
    assert_error(&posted, 405, "POST");
    assert_eq!(posted.header("allow"), "GET, HEAD");
}

#[tokio::test]
async fn a_terminal_that_asks_for_json_gets_errors_in_json() {
    let (program, upstream) = london().await;
    upstream.on(OWM_GEOCODING, Answer::ok("[]"));
    let answer = program.get_with("/Keswik", &[CURL, ("accept", "application/json")]).await;
    assert_eq!(answer.problem(404, "place-not-found")["suggestions"][0]["name"], "Keswick");
    assert_eq!(answer.header("vary"), "Accept, User-Agent");
    let line = program.get_with("/Keswik", &[CURL, ("accept", "*/*")]).await;
    assert_error(&line, 404, "as curl asks");
    assert_eq!(line.header("vary"), "Accept, User-Agent");
    for headers in [&[CURL][..], &[BROWSER, FIREFOX]] {
        program.get_with("/metrics", headers).await.problem(404, "not-found");
    }
    assert_eq!(upstream.count(OWM_GEOCODING), 1, "nothing is looked up for /metrics");
}

#[tokio::test]
async fn an_outage_says_when_to_retry() {
    let upstream = Upstream::start().await;
    let program = TestServer::start(&settings(&flags_for(&upstream, "openweathermap"))).await;
    let answer = curl(&program, "/London?format=3").await;
    let sentence = assert_error(&answer, 503, "no provider answers");
    let seconds: u64 = answer.header("retry-after").parse().unwrap();
    assert!(seconds > 0 && sentence.contains("try again in"), "{sentence}");
}

#[tokio::test]
async fn too_many_misses_are_one_line() {
    let upstream = openweathermap().await;
    let mut flags = flags_for(&upstream, "openweathermap");
    *flags.last_mut().unwrap() = "1";
    let program = TestServer::start(&settings(&flags)).await;
    assert_text(&curl(&program, "/London").await, "the first");
    let answer = curl(&program, "/Paris").await;
    assert_error(&answer, 429, "the second");
    assert!(!answer.header("retry-after").is_empty());
}

#[tokio::test]
async fn a_view_is_cached_and_a_custom_format_is_not() {
    let (program, _upstream) = london().await;
    for path in ["/London", "/London?T&width=40", "/London?format=3", "/London?format=j1"] {
        let first = curl(&program, path).await;
        assert!(first.header("cache-control").starts_with("public, max-age="), "{path}");
        assert!(!first.header("last-modified").is_empty(), "{path}");
        let known = program.get_with(path, &[CURL, ("if-none-match", first.header("etag"))]).await;
        assert_eq!((known.status, known.body.len()), (304, 0), "{path}");
        assert_eq!(known.header("etag"), first.header("etag"), "{path}");
        let head = program.ask(Method::HEAD, path, &[CURL]).await;
        assert_eq!((head.status, head.header("etag")), (200, first.header("etag")), "{path}");
        let packed = program.get_with(path, &[CURL, ("accept-encoding", "gzip")]).await;
        assert_eq!(packed.header("content-encoding") == "gzip", first.body.len() > 512, "{path}");
    }
    let custom = curl(&program, "/London?format=%25T").await;
    assert_eq!((custom.status, custom.header("cache-control")), (200, "no-store"));
    let large = program.get_with("/London?width=77", &[CURL, ("accept-encoding", "gzip")]).await;
    assert_eq!(
        (large.status, large.header("content-encoding")),
        (200, ""),
        "a response for one request is not compressed"
    );
}

#[tokio::test]
async fn the_document_of_wttr_in_has_the_countrys_name() {
    let (program, _upstream) = london().await;
    let document = curl(&program, "/London?format=j1").await.ok();
    assert_eq!(document["nearest_area"][0]["country"][0]["value"], "United Kingdom");
}

#[tokio::test]
async fn help_the_shell_function_and_the_moon_are_served() {
    let (program, upstream) = london().await;
    for headers in [&[CURL][..], &[BROWSER, FIREFOX]] {
        let help = assert_text(&program.get_with("/:help", headers).await, "/:help");
        let host = program.url.trim_start_matches("http://");
        assert!(help.contains(&format!("curl {host}/London")), "{help}");
        let without_address = help.replace(host, "");
        assert!(without_address.lines().all(|line| line.chars().count() <= 80), "{help}");
        let function = assert_text(&program.get_with("/:bash.function", headers).await, "/:bash.function");
        assert!(function.contains(&format!("\"{host}/$")) && function.contains("NO_COLOR"), "{function}");
    }
    let moon = assert_text(&curl(&program, "/Moon?T").await, "/Moon");
    assert!(moon.contains("% lit, day "), "{moon}");
    let full = assert_text(&curl(&program, "/moon@2025-03-14?T").await, "/moon@");
    assert!(full.contains("🌕 Full Moon, 100% lit, day 14 of the moon"), "{full}");
    assert_eq!(upstream.requests().len(), 0);
}

#[tokio::test]
async fn odd_requests_cause_no_failure_and_no_control_characters() {
    let (program, upstream) = london().await;
    upstream.on(OWM_GEOCODING, Answer::ok("[]"));
    for (path, agent) in odd_requests() {
        let answer = program.get_with(&path, &[("user-agent", &agent)]).await;
        assert!(answer.status < 500, "{path} {agent}: {}", answer.text());
        if answer.header("content-type").starts_with("text/plain") {
            let text = without_colours(&answer.text());
            let is_harmless = |letter: char| letter == '\n' || !letter.is_control();
            assert!(text.chars().all(is_harmless), "{path} {agent}: {text:?}");
        }
    }
}

/// Targets and User-Agents of any bytes that a request can have.
fn odd_requests() -> Vec<(String, String)> {
    let bytes = || proptest::collection::vec(any::<u8>(), 0..24);
    let strategy = (bytes(), bytes(), "[0-9]{0,6}", "[ -~]{0,30}", any::<bool>(), 0..4).prop_map(
        |(place, odd, width, agent, is_curl, kind)| {
            // Often a known place, so that formats are tested too.
            let place = if place.len() < 12 { "London".to_owned() } else { encoded(&place) };
            let agent = if is_curl { format!("curl/{agent}") } else { agent };
            // One odd parameter at a time, because only the first wrong one is reported.
            let query = match kind {
                0 => format!("width={width}"),
                1 => encoded(&odd),
                _ => format!("format={}", encoded(&odd)),
            };
            (format!("/{place}?{query}"), agent)
        },
    );
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    (0..300).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

fn encoded(bytes: &[u8]) -> String {
    percent_encode(bytes, NON_ALPHANUMERIC).to_string()
}

/// Text without the program's own colours. Other escape sequences are left in.
fn without_colours(text: &str) -> String {
    ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[31m", "\u{1b}[32m", "\u{1b}[33m", "\u{1b}[34m", "\u{1b}[36m", "\u{1b}[1;31m"]
        .iter()
        .fold(text.to_owned(), |text, colour| text.replace(colour, ""))
}
