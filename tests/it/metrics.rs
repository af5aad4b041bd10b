//! The metrics of the program.
#![expect(clippy::float_cmp, reason = "counts are whole numbers")]

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
};

use futures_util::future::{join, join_all};
use reqwest::Method;
use serde_json::Value;
use tokio::{net::TcpStream, sync::watch};

use crate::{
    faulty::{Act, FaultyUpstream},
    harness::{OWM_GEOCODING, client, fetch, until},
    program::{KEY, ProgramProcess},
    upstream::{Answer, Upstream},
};

/// Fourteen routes, four classes of status and thirteen lines of a histogram each, and some dozens for each of two
/// providers.
const MAX_SERIES: usize = 900;

const ON: (&str, &str) = ("METRICS_LISTEN", "127.0.0.1:0");

/// The value of each series, by its name with its labels as in the text.
type Series = BTreeMap<String, f64>;

async fn scrape(program: &ProgramProcess) -> Series {
    let response = fetch(program.metrics_url("/metrics")).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/plain; version=0.0.4");
    let text = response.text().await.unwrap();
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    let series: Vec<_> = samples
        .map(|line| line.rsplit_once(' ').unwrap_or_else(|| panic!("{line}")))
        .map(|(series, value)| (series.to_owned(), value.parse().unwrap_or_else(|error| panic!("{series}: {error}"))))
        .collect();
    let map: Series = series.iter().cloned().collect();
    assert_eq!(map.len(), series.len(), "no series is listed twice");
    map
}

#[track_caller]
fn value(series: &Series, name: &str) -> f64 {
    *series.get(name).unwrap_or_else(|| panic!("{name} is not among {:#?}", series.keys()))
}

/// The program's own counts that have changed, and by how much, without durations.
fn changes(before: &Series, after: &Series) -> Series {
    let counts = after.iter().filter(|(name, _)| name.starts_with("weather_app_") && !name.contains("_seconds"));
    counts.map(|(name, value)| (name.clone(), value - before[name])).filter(|(_, change)| *change != 0.0).collect()
}

/// The counts, by name without the common prefix.
fn counts<const N: usize>(counts: [(&str, f64); N]) -> Series {
    counts.map(|(name, value)| (format!("weather_app_{name}"), value)).into()
}

fn new_among<'a>(after: &'a Series, before: &Series) -> Vec<&'a String> {
    after.keys().filter(|name| !before.contains_key(*name)).collect()
}

async fn get(program: &ProgramProcess, path: &str) -> (u16, Value) {
    let response = fetch(program.url(path)).await.unwrap();
    let status = response.status().as_u16();
    (status, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default())
}

/// Settings with only OpenWeatherMap, simulated at this URL.
fn openweathermap(url: &str) -> Vec<(&str, &str)> {
    vec![ON, ("PROVIDERS", "openweathermap"), ("OPENWEATHERMAP_API_KEY", KEY), ("OPENWEATHERMAP_URL", url)]
}

#[tokio::test]
async fn metrics_have_their_own_address_and_nothing_else_is_served_there() {
    let program = ProgramProcess::start(&[ON, ("PROVIDERS", "sample")]);
    assert_eq!(get(&program, "/metrics").await.0, 404, "not on the public address");
    let client = client().build().unwrap();
    for (method, path, status) in [
        (Method::GET, "/metrics", 200),
        (Method::HEAD, "/metrics", 200),
        (Method::GET, "/metrics?from=anywhere", 200),
        (Method::POST, "/metrics", 405),
        (Method::DELETE, "/metrics", 405),
        (Method::GET, "/", 404),
        (Method::GET, "/health", 404),
        (Method::GET, "/metrics/", 404),
        (Method::GET, "/api/weather", 404),
        (Method::POST, "/", 404),
    ] {
        let response = client.request(method.clone(), program.metrics_url(path)).send().await.unwrap();
        assert_eq!(response.status(), status, "{method} {path}");
        let allow = response.headers().get("allow").map(|allow| allow.to_str().unwrap());
        assert_eq!(allow, (status == 405).then_some("GET, HEAD"), "{method} {path}");
    }
    let version = format!("weather_app_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
    assert_eq!(value(&scrape(&program).await, &version), 1.0);
}

#[tokio::test]
async fn there_are_no_metrics_unless_they_are_enabled() {
    let program = ProgramProcess::start(&[("PROVIDERS", "sample")]);
    assert_eq!(program.metrics_address, None);
    assert_eq!(get(&program, "/api/weather").await.0, 200);
}

#[tokio::test]
async fn requests_are_counted_by_route_and_status() {
    let program = ProgramProcess::start(&[ON, ("PROVIDERS", "sample")]);
    let client = client().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let ask = async |method: &str, path: &str, etag: &str| {
        let request = client.request(method.parse().unwrap(), program.url(path)).header("if-none-match", etag);
        request.send().await.unwrap()
    };
    let page = ask("GET", "/", "").await.text().await.unwrap();
    let asset = page.split('"').find(|path| path.starts_with("/assets/")).unwrap();
    let etag = ask("GET", "/robots.txt", "").await.headers()["etag"].to_str().unwrap().to_owned();
    let cases = [
        ("GET", "/?city=Paris", "page", "2xx"),
        ("GET", asset, "asset", "2xx"),
        ("GET", "/assets/0/app.js", "asset", "4xx"),
        ("GET", "/robots.txt", "asset", "3xx"),
        ("GET", "/sw.js", "asset", "2xx"),
        ("GET", "/manifest.webmanifest", "asset", "2xx"),
        ("GET", "/favicon.ico", "asset", "2xx"),
        ("GET", "/health", "health", "2xx"),
        ("HEAD", "/health", "health", "2xx"),
        ("POST", "/health", "health", "4xx"),
        ("GET", "/api/weather?units=imperial", "weather", "2xx"),
        ("OPTIONS", "/api/weather", "weather", "2xx"),
        ("GET", "/api/weather?city=", "weather", "4xx"),
        ("GET", "/api/weather?lat=0&lon=0", "weather", "5xx"),
        ("GET", "/api/forecast", "forecast", "2xx"),
        ("GET", "/api/places?q=lond", "places", "2xx"),
        ("GET", "/api/status", "status", "2xx"),
        ("GET", "/openapi.yaml", "openapi", "2xx"),
        ("GET", "/openapi.json", "openapi", "2xx"),
        ("GET", "/docs", "docs", "3xx"),
        ("GET", "/docs/", "docs", "2xx"),
        ("GET", "/docs/nowhere.css", "docs", "4xx"),
        ("GET", "/api/nowhere", "other", "4xx"),
        ("GET", "/healthy", "page", "4xx"),
        ("GET", "/no/where", "other", "4xx"),
    ];
    let mut before = scrape(&program).await;
    for (method, path, route, status) in cases {
        // Twice: the second response may come from the cache.
        for _ in 0..2 {
            ask(method, path, &etag).await.bytes().await.unwrap();
            let after = scrape(&program).await;
            let counts = after.iter().filter(|(name, _)| name.starts_with("http_request_duration_seconds_count"));
            let changed: Vec<_> = counts.filter(|(name, value)| before[*name] != **value).collect();
            let expected = format!("http_request_duration_seconds_count{{route=\"{route}\",status=\"{status}\"}}");
            assert_eq!(changed, [(&expected, &(before[&expected] + 1.0))], "{method} {path}");
            before = after;
        }
    }
}

#[tokio::test]
async fn open_connections_are_counted() {
    let program = ProgramProcess::start(&[ON, ("PROVIDERS", "sample")]);
    let open = async || value(&scrape(&program).await, "http_open_connections");
    assert_eq!(open().await, 0.0, "connections to the metrics page are not counted");
    let connections = join_all((0..3).map(|_| TcpStream::connect(&program.address))).await;
    until(async || open().await == 3.0).await;
    drop(connections);
    until(async || open().await == 0.0).await;
}

#[tokio::test]
async fn cache_lookups_and_fetches_are_counted() {
    let upstream = FaultyUpstream::start(Act::Well).await;
    let program = ProgramProcess::start(&openweathermap(&upstream.url));
    let before = scrape(&program).await;
    for path in ["/api/weather", "/api/weather?units=imperial", "/api/weather?city=London,GB"] {
        assert_eq!(get(&program, path).await.0, 200);
    }
    let after = scrape(&program).await;
    let expected = counts([
        (r#"cache_lookups_total{part="current",result="hit"}"#, 2.0),
        (r#"cache_lookups_total{part="current",result="miss"}"#, 1.0),
        (r#"fetches_started_total{kind="weather"}"#, 1.0),
        (r#"provider_remaining_requests{provider="openweathermap"}"#, -2.0),
        (r#"provider_requests_total{provider="openweathermap"}"#, 2.0),
    ]);
    assert_eq!(changes(&before, &after), expected);
    let answers = r#"weather_app_provider_response_duration_seconds_count{provider="openweathermap"}"#;
    assert_eq!(value(&after, answers), 1.0);
}

#[tokio::test]
async fn stale_answers_are_counted_with_and_without_the_response_cache() {
    let upstream = FaultyUpstream::start(Act::Well).await;
    let mut settings = openweathermap(&upstream.url);
    settings.push(("FRESH_FOR", "200ms"));
    let program = ProgramProcess::start(&settings);
    let before = scrape(&program).await;
    get(&program, "/api/forecast").await;
    upstream.turn(Act::Answer(500, "", "down"));
    let (hits, stale) = (Cell::new(0.0), Cell::new(0.0));
    until(async || {
        let (status, answer) = get(&program, "/api/forecast").await;
        assert_eq!(status, 200);
        let counted = if answer["stale"] == true { &stale } else { &hits };
        counted.set(counted.get() + 1.0);
        // Of twenty requests, some find the stale answer again and some get the cached response.
        stale.get() == 20.0
    })
    .await;
    let after = scrape(&program).await;
    for (result, expected) in [("hit", hits.get()), ("miss", 1.0), ("stale", 20.0)] {
        let name = format!("weather_app_cache_lookups_total{{part=\"forecast\",result=\"{result}\"}}");
        assert_eq!(value(&after, &name) - value(&before, &name), expected, "{result}");
    }
}

#[tokio::test]
async fn requests_that_join_a_fetch_are_counted() {
    let upstream = Upstream::start().await;
    let (open, gate) = watch::channel(false);
    let nothing = Answer::ok("[]").behind(gate);
    upstream.on(OWM_GEOCODING, nothing);
    let program = ProgramProcess::start(&openweathermap(upstream.url()));
    let before = scrape(&program).await;
    let requests = join_all((0..3).map(|_| get(&program, "/api/weather?city=Qqtown")));
    let watched = async {
        let joined = r#"weather_app_fetches_joined_total{kind="name"}"#;
        until(async || value(&scrape(&program).await, joined) == 2.0).await;
        open.send_replace(true);
    };
    let (answers, ()) = join(requests, watched).await;
    assert!(answers.iter().all(|(status, _)| *status == 404));
    let expected = counts([
        (r#"fetches_joined_total{kind="name"}"#, 2.0),
        (r#"fetches_started_total{kind="name"}"#, 1.0),
        (r#"provider_remaining_requests{provider="openweathermap"}"#, -1.0),
        (r#"provider_requests_total{provider="openweathermap"}"#, 1.0),
    ]);
    assert_eq!(changes(&before, &scrape(&program).await), expected);
}

#[tokio::test]
async fn fetches_rejected_for_a_caller_are_counted() {
    let upstream = FaultyUpstream::start(Act::Well).await;
    let mut settings = openweathermap(&upstream.url);
    settings.push(("MISSES_PER_MINUTE", "1"));
    let program = ProgramProcess::start(&settings);
    for (path, status) in [("/api/weather?lat=1&lon=1", 200), ("/api/weather?lat=1&lon=2", 429)] {
        assert_eq!(get(&program, path).await.0, status);
    }
    let refused = r#"weather_app_fetches_rejected_total{kind="weather"}"#;
    assert_eq!(value(&scrape(&program).await, refused), 1.0);
}

#[tokio::test]
async fn failures_are_counted_by_kind_and_the_state_is_that_of_the_api() {
    for (act, kind, state) in [
        (Act::Answer(500, "", "down"), "failing", "failing"),
        (Act::Answer(401, "", "{}"), "key-rejected", "key-rejected"),
        (Act::Answer(403, "", "{}"), "refused", "open"),
        (Act::Answer(429, "", "{}"), "rate-limited", "rate-limited"),
        (Act::Truncated, "malformed", "failing"),
        (Act::Close, "unreachable", "failing"),
        (Act::Silence, "timed-out", "failing"),
    ] {
        let upstream = FaultyUpstream::start(act).await;
        let mut settings = openweathermap(&upstream.url);
        settings.push(("UPSTREAM_TIMEOUT", "500ms"));
        let program = ProgramProcess::start(&settings);
        let before = scrape(&program).await;
        assert_eq!(get(&program, "/api/weather").await.0, 503, "{kind}");
        let failures = format!(r#"provider_failures_total{{kind="{kind}",provider="openweathermap"}}"#);
        let reached = format!(r#"provider_state{{provider="openweathermap",state="{state}"}}"#);
        let expected = counts([
            (r#"cache_lookups_total{part="current",result="miss"}"#, 1.0),
            (r#"fetches_started_total{kind="weather"}"#, 1.0),
            (r#"provider_remaining_requests{provider="openweathermap"}"#, -2.0),
            (&failures, 1.0),
            (r#"provider_requests_total{provider="openweathermap"}"#, 2.0),
            (r#"provider_state{provider="openweathermap",state="ok"}"#, -1.0),
            (&reached, 1.0),
        ]);
        assert_eq!(changes(&before, &scrape(&program).await), expected, "{kind}");
        let (_, status) = get(&program, "/api/status").await;
        assert_eq!(status["providers"][0]["state"], state, "{kind}");
    }
}

#[tokio::test]
async fn no_request_and_no_failure_creates_a_new_series() {
    let (broken, good) =
        (FaultyUpstream::start(Act::Answer(500, "", "down")).await, FaultyUpstream::start(Act::Well).await);
    let mut settings = openweathermap(&broken.url);
    settings.extend([
        ("PROVIDERS", "openweathermap,met-norway"),
        ("MET_NORWAY_URL", &good.url),
        ("MET_NORWAY_CONTACT", "operator@example.org"),
        ("MISSES_PER_MINUTE", "20"),
    ]);
    let program = ProgramProcess::start(&settings);
    let before = scrape(&program).await;
    let client = client().build().unwrap();
    for path in ["/", "/health", "/docs", "/docs/nowhere", "/assets/0/nowhere.js", "/api/status", "/metrics", "/%00"] {
        for method in ["GET", "HEAD", "POST", "OPTIONS", "BREW"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            client.request(method, program.url(path)).send().await.unwrap();
        }
    }
    for n in 0..60 {
        for path in ["weather?lat=1&lon=", "forecast?city=Qqtown", "weather?city=", "nowhere/"] {
            client.get(program.url(&format!("/api/{path}{n}"))).send().await.unwrap();
        }
    }
    for act in [Act::Answer(401, "", "{}"), Act::Answer(429, "", "{}"), Act::Truncated, Act::Close] {
        good.turn(act);
        get(&program, "/api/forecast").await;
    }
    let after = scrape(&program).await;
    assert!(after.keys().eq(before.keys()), "{:#?}", new_among(&after, &before));
    assert!(after.len() < MAX_SERIES, "{}", after.len());
}

#[tokio::test]
async fn the_dashboard_shows_every_metric_and_no_other() {
    let program = ProgramProcess::start(&openweathermap("http://127.0.0.1:1"));
    let series = scrape(&program).await;
    let names: BTreeSet<_> = series.keys().filter_map(|series| series.split('{').next()).collect();
    let all = series.keys().map(String::as_str).collect::<String>();
    let dashboard = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/terraform/grafana-dashboard.json")).unwrap();
    let dashboard: Value = serde_json::from_slice(&dashboard).unwrap();
    let mut asked_for = BTreeSet::new();
    for target in
        dashboard["panels"].as_array().unwrap().iter().filter_map(|panel| panel["targets"].as_array()).flatten()
    {
        let expression = target["expr"].as_str().unwrap();
        let of_ours = |word: &&str| ["http_", "process_", "weather_app_"].iter().any(|start| word.starts_with(start));
        let words = expression.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(of_ours);
        for name in words {
            assert!(names.contains(name), "{name} is not among {names:?}");
            asked_for.insert(name.to_owned());
        }
        let labels = expression.split("by (").skip(1).filter_map(|rest| rest.split(')').next());
        for label in labels.flat_map(|labels| labels.split(", ")) {
            assert!(all.contains(&format!("{label}=\"")), "{label} in {expression}");
        }
        let matchers = expression.split('{').skip(1).filter_map(|rest| rest.split('}').next());
        for matcher in matchers.filter(|matcher| !matcher.contains("=~")) {
            assert!(all.contains(matcher), "{matcher} in {expression}");
        }
    }
    let shown = |name: &&str| asked_for.iter().any(|asked| family(asked) == family(name));
    assert!(names.iter().all(shown), "{:?}", names.iter().filter(|name| !shown(name)).collect::<Vec<_>>());
}

/// The metric to which a series belongs; a histogram has three kinds of series.
fn family(name: &str) -> &str {
    ["_bucket", "_sum", "_count"].iter().find_map(|kind| name.strip_suffix(kind)).unwrap_or(name)
}

#[tokio::test]
async fn metrics_can_be_read_while_the_program_drains() {
    let program = ProgramProcess::start(&[ON, ("PROVIDERS", "sample"), ("DRAIN_DELAY", "1h")]);
    program.terminate();
    until(async || program.log().contains("stopping: still serving")).await;
    assert!(!scrape(&program).await.is_empty());
}
