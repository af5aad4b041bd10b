//! The exact requests to each provider, as its documentation and terms require.

use crate::{
    harness::{
        KEY, MET_NORWAY, OPEN_METEO, OPEN_METEO_GEOCODING, OWM_FORECAST, OWM_GEOCODING, OWM_WEATHER, TestServer,
        flags_for, settings, settings_with,
    },
    upstream::{Answer, RecordedRequest, Upstream},
};

/// The requests to one provider for a point and for an unknown name.
async fn requests(provider: &str, secrets: &[(&str, &str)]) -> Vec<RecordedRequest> {
    let upstream = Upstream::start().await;
    upstream.on(OWM_GEOCODING, Answer::ok("[]"));
    upstream.on(OPEN_METEO_GEOCODING, Answer::ok("{}"));
    let program = TestServer::start(&settings_with(&flags_for(&upstream, provider), secrets)).await;
    program.get("/api/weather?lat=59.91386&lon=-10.75225").await;
    program.get("/api/weather?city=Qq%C3%A9+t%26n,%20US").await;
    upstream.requests()
}

fn query<'a>(requests: &'a [RecordedRequest], path: &str) -> &'a str {
    &requests.iter().find(|request| request.path == path).unwrap_or_else(|| panic!("{path} was not requested")).query
}

#[tokio::test]
async fn openweathermap() {
    let requests = requests("openweathermap", &[("OPENWEATHERMAP_API_KEY", KEY)]).await;
    let expected = format!("lat=59.91&lon=-10.75&units=metric&appid={KEY}");
    assert_eq!(query(&requests, OWM_WEATHER), expected);
    assert_eq!(query(&requests, OWM_FORECAST), expected);
    // The comma is not encoded, because OpenWeatherMap reads %2C as part of the name.
    assert_eq!(query(&requests, OWM_GEOCODING), format!("q=Qq%C3%A9%20t%26n,%20US&limit=5&appid={KEY}"));
    assert_eq!(requests.len(), 3);
}

#[tokio::test]
async fn met_norway() {
    let requests = requests("met-norway", &[]).await;
    assert_eq!(query(&requests, MET_NORWAY), "lat=59.91&lon=-10.75");
    let agent = requests[0].headers["user-agent"].to_str().unwrap();
    assert_eq!(agent, concat!("weather-app/", env!("CARGO_PKG_VERSION"), " operator@example.org"));
    assert!(requests[0].headers["accept-encoding"].to_str().unwrap().contains("gzip"));
    assert_eq!(requests.len(), 1);
}

#[tokio::test]
async fn open_meteo() {
    let free = requests("open-meteo", &[]).await;
    let forecast = query(&free, OPEN_METEO);
    assert!(
        forecast.starts_with("latitude=59.91&longitude=-10.75&current=temperature_2m,apparent_temperature,"),
        "{forecast}"
    );
    for part in ["hourly=", "forecast_days=8", "timezone=auto", "timeformat=unixtime", "wind_speed_unit=ms"] {
        assert!(forecast.split('&').any(|pair| pair.starts_with(part)), "{part}: {forecast}");
    }
    assert!(!forecast.contains("apikey") && !forecast.contains("%2C"), "{forecast}");
    assert_eq!(query(&free, OPEN_METEO_GEOCODING), "name=Qq%C3%A9%20t%26n,%20US&count=10");
    let paid = requests("open-meteo", &[("OPEN_METEO_API_KEY", KEY)]).await;
    assert_eq!(query(&paid, OPEN_METEO), format!("{forecast}&apikey={KEY}"));
    assert!(query(&paid, OPEN_METEO_GEOCODING).ends_with(&format!("&apikey={KEY}")));
}

#[tokio::test]
async fn paths_are_appended_to_the_base_url() {
    let upstream = Upstream::start().await;
    upstream.on("/proxy/data/2.5/weather", Answer::recording("openweathermap/current/london-by-name-2020.json"));
    let base = format!("{}/proxy/", upstream.url());
    let flags = ["--providers", "openweathermap", "--openweathermap-url", &base];
    let program = TestServer::start(&settings(&flags)).await;
    assert_eq!(program.get("/api/weather").await.ok()["current"]["temperature"], 9.42);
}

#[tokio::test]
async fn requests_that_need_no_provider_cause_no_upstream_requests() {
    let upstream = Upstream::start().await;
    let program = TestServer::start(&settings(&flags_for(&upstream, "openweathermap,met-norway,open-meteo"))).await;
    for path in
        ["/wp-login.php", "/health", "/api/places?q=London", "/api/status", "/openapi.yaml", "/docs/", "/api/nowhere"]
    {
        program.get(path).await;
    }
    assert_eq!(upstream.requests().len(), 0);
}
