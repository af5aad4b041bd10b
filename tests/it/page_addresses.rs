//! The page's addresses: `/`, and one for each place.

use reqwest::Method;
use serde_json::Value;
use tokio::sync::watch;

use crate::{
    harness::{
        OPEN_METEO_GEOCODING, OWM_FORECAST, OWM_GEOCODING, OWM_WEATHER, ReceivedResponse, TestServer, flags_for,
        london, openweathermap, settings,
    },
    upstream::Answer,
};

const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

fn assert_page(answer: &ReceivedResponse, status: u16, path: &str) {
    assert_eq!((answer.status, answer.header("content-type")), (status, "text/html; charset=utf-8"), "{path}");
    assert!(answer.text().contains("<h1"), "{path}");
    let (policy, cached) = (answer.header("content-security-policy"), answer.header("cache-control"));
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"), "{path}: {policy}");
    assert_eq!(cached, if status == 200 { "no-cache" } else { "no-store" }, "{path}");
    assert_eq!(answer.headers.contains_key("etag"), status == 200, "{path}");
}

#[tokio::test]
async fn every_place_has_an_address() {
    let (program, _upstream) = london().await;
    for path in
        ["/London", "/london", "/Paris,TX", "/New+York", "/M%C3%BCnchen", "/%E5%8C%97%E4%BA%AC", "/LHR", "/51.5,-0.13"]
    {
        for headers in [&[][..], &[BROWSER], &[("accept", "application/json")]] {
            assert_page(&program.get_with(path, headers).await, 200, path);
        }
        let (get, head) = (program.get(path).await, program.ask(Method::HEAD, path, &[]).await);
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        assert_eq!(head.header("etag"), get.header("etag"), "{path}");
        assert_eq!(program.get_with(path, &[("if-none-match", get.header("etag"))]).await.status, 304, "{path}");
        let posted = program.ask(Method::POST, path, &[]).await;
        posted.problem(405, "method-not-allowed");
        assert_eq!(posted.header("allow"), "GET, HEAD", "{path}");
    }
}

#[tokio::test]
async fn for_an_unknown_place_a_browser_gets_the_page_and_a_program_the_error() {
    let (program, _upstream) = london().await;
    for path in ["/Keswik", "/qqqqzzzz", "/wp-login.php", "/.env", "/91,0", "/%ff"] {
        assert_page(&program.get_with(path, &[BROWSER]).await, 404, path);
    }
    let misspelt = program.get("/Keswik").await.problem(404, "place-not-found");
    assert_eq!(misspelt["suggestions"][0]["name"], "Keswick");
    for path in ["/qqqqzzzz", "/wp-login.php", "/.env", "/91,0", "/%ff"] {
        program.get(path).await.problem(404, "not-found");
    }
    let json = [("accept", "application/json")];
    let misspelt = program.get_with("/Keswik", &json).await.problem(404, "place-not-found");
    assert_eq!(misspelt["suggestions"][0]["name"], "Keswick");
    let unlike = program.get_with("/qqqqzzzz", &json).await.problem(404, "place-not-found");
    assert_eq!(unlike["suggestions"].as_array().unwrap().len(), 0);
    for path in ["/wp-login.php", "/.env", "/91,0", "/%ff"] {
        program.get_with(path, &json).await.problem(404, "not-found");
    }
    for headers in [&json[..], &[], &[BROWSER], &[("user-agent", "curl/8.14.1")]] {
        let vary = program.get_with("/qqqqzzzz", headers).await.header("vary").to_owned();
        assert!(vary.starts_with("Accept, User-Agent"), "{headers:?}: {vary}");
    }
    for path in ["/", "/?city=Keswik", "/?lat=91&lon=0", "/?utm_source=mail"] {
        assert_page(&program.get_with(path, &[BROWSER]).await, 200, path);
    }
}

/// The weather that a page carries for its script.
fn embedded_weather(page: &str) -> Option<Value> {
    let (_, rest) = page.split_once("<script type=\"application/json\" id=\"embedded-weather\">")?;
    Some(serde_json::from_str(rest.split("</script>").next()?).unwrap())
}

#[tokio::test]
async fn a_page_carries_the_weather_of_its_place() {
    let (program, upstream) = london().await;
    let page = program.get("/London").await;
    let embedded = embedded_weather(&page.text()).unwrap();
    assert_eq!(embedded["weather"], program.get("/api/weather?city=London").await.ok());
    assert_eq!(embedded["forecast"], program.get("/api/forecast?city=London").await.ok());
    assert!(embedded["fresh_until"].as_str().unwrap() > embedded["weather"]["fetched_at"].as_str().unwrap());
    assert_eq!((upstream.count(OWM_WEATHER), upstream.count(OWM_FORECAST)), (1, 1));

    let (html, weather) = (page.text(), &embedded["weather"]);
    let celsius = weather["current"]["temperature"].as_f64().unwrap().round();
    let description = weather["current"]["description"].as_str().unwrap();
    let sentence = embedded["forecast"]["outlook"]["sentence"].as_str().unwrap();
    for expected in [
        format!("<title>{celsius}°C London – Weather</title>"),
        format!("<meta property=\"og:title\" content=\"London, England, United Kingdom: {celsius}°C, {description}\">"),
        format!(
            "<meta name=\"description\" content=\"London, England, United Kingdom: {celsius}°C, {description}. {sentence}"
        ),
        "<link rel=\"canonical\" href=\"/London,England,GB\">".to_owned(),
        "<h1><bdi>London</bdi></h1>".to_owned(),
    ] {
        assert!(html.contains(&expected), "{expected}");
    }
}

#[tokio::test]
async fn a_page_does_not_wait_for_slow_providers() {
    let (upstream, (open, gate)) = (openweathermap().await, watch::channel(false));
    for (path, recording) in [
        (OWM_WEATHER, "openweathermap/current/london-by-lat-lon-2020.json"),
        (OWM_FORECAST, "openweathermap/forecast/london-5day-3h-2025.json"),
    ] {
        upstream.on(path, Answer::recording(recording).behind(gate.clone()));
    }
    let program = TestServer::start(&settings(&flags_for(&upstream, "openweathermap"))).await;
    let early = program.get("/").await;
    assert_page(&early, 200, "/");
    assert!(embedded_weather(&early.text()).is_none() && early.text().contains("<h1><bdi>London</bdi></h1>"));
    open.send(true).unwrap();
    program.get("/api/weather").await.ok();
    assert!(embedded_weather(&program.get("/").await.text()).is_some());
    assert_eq!(upstream.count(OWM_WEATHER), 1, "the script joins the fetch that the page started");
}

#[tokio::test]
async fn pages_use_at_most_a_fifth_of_a_budget() {
    let upstream = openweathermap().await;
    let mut flags = flags_for(&upstream, "openweathermap");
    flags.extend(["--openweathermap-per-minute", "20"]);
    let program = TestServer::start(&settings(&flags)).await;
    let cities = ["London", "Paris", "Rome", "Oslo", "Vienna", "Madrid"];
    let mut with_weather = 0;
    for city in cities {
        with_weather += usize::from(embedded_weather(&program.get(&format!("/{city}")).await.text()).is_some());
    }
    // Each place takes two requests: four of the twenty are enough for two.
    assert_eq!((with_weather, upstream.count(OWM_WEATHER)), (2, 2));
    for city in &cities[2..] {
        program.get(&format!("/api/weather?city={city}")).await.ok();
        assert!(embedded_weather(&program.get(&format!("/{city}")).await.text()).is_some(), "{city} is known by now");
    }
}

#[tokio::test]
async fn no_geocoder_is_asked_for_an_address() {
    let upstream = openweathermap().await;
    let program = TestServer::start(&settings(&flags_for(&upstream, "openweathermap,open-meteo"))).await;
    for path in ["/Keswik", "/qqqqzzzz", "/wp-login.php", "/10115", "/?city=qqqqzzzz", "/metrics"] {
        program.get_with(path, &[BROWSER]).await;
    }
    assert_eq!((upstream.count(OPEN_METEO_GEOCODING), upstream.count(OWM_GEOCODING)), (0, 0));
}

#[tokio::test]
async fn robots_may_read_the_page_but_not_the_apis() {
    let (program, _upstream) = london().await;
    let rules = program.get("/robots.txt").await.text();
    let disallowed: Vec<_> = rules.lines().filter_map(|line| line.strip_prefix("Disallow: ")).collect();
    assert_eq!(disallowed, ["/api/", "/v1/", "/data/", "/geo/", "/forecast/"]);
}
