//! The program in this process, and a client for it.

use std::time::Duration;

use http::HeaderMap;
use jiff::Timestamp;
use reqwest::Method;
use serde_json::Value;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use weather_app::{
    app::App,
    clock::Clock,
    config::{CommandLine, Settings},
    program,
    server::{self, ServerLimits},
};

pub use crate::program::KEY;
use crate::upstream::{Answer, Upstream};

pub const OWM_WEATHER: &str = "/data/2.5/weather";
pub const OWM_FORECAST: &str = "/data/2.5/forecast";
pub const OWM_GEOCODING: &str = "/geo/1.0/direct";
pub const MET_NORWAY: &str = "/weatherapi/locationforecast/2.0/complete";
pub const OPEN_METEO: &str = "/v1/forecast";
pub const OPEN_METEO_GEOCODING: &str = "/v1/search";

/// How often, and with what pause, a condition is checked.
const MAX_TRIES: usize = 400;
const BETWEEN_TRIES: Duration = Duration::from_millis(50);

/// The program in this process. It stops when this value is dropped.
pub struct TestServer {
    pub url: String,
    client: reqwest::Client,
    running: JoinHandle<()>,
    _stop: oneshot::Sender<()>,
}

/// A response of the program, read to its end.
pub struct ReceivedResponse {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// Waits until a condition is true.
pub async fn until(is_so: impl AsyncFn() -> bool) {
    for _ in 0..MAX_TRIES {
        if is_so().await {
            return;
        }
        tokio::time::sleep(BETWEEN_TRIES).await;
    }
    panic!("the condition was never met");
}

/// The settings from a command line and the OpenWeatherMap key.
pub fn settings(flags: &[&str]) -> Settings {
    let secrets = [("OPENWEATHERMAP_API_KEY", KEY), ("OPEN_METEO_API_KEY", KEY)];
    settings_with(flags, &secrets)
}

/// The settings from a command line and these secrets.
pub fn settings_with(flags: &[&str], secrets: &[(&str, &str)]) -> Settings {
    let arguments = ["weather-app"].into_iter().chain(flags.iter().copied());
    CommandLine::parse_from(arguments, secrets).unwrap_or_else(|rejection| panic!("{rejection:?}")).settings
}

/// Flags with the URL of one simulated upstream for every provider.
pub fn flags_for<'a>(upstream: &'a Upstream, providers: &'a str) -> Vec<&'a str> {
    vec![
        "--providers",
        providers,
        "--openweathermap-url",
        upstream.url(),
        "--met-norway-url",
        upstream.url(),
        "--met-norway-contact",
        "operator@example.org",
        "--open-meteo-url",
        upstream.url(),
        "--open-meteo-geocoding-url",
        upstream.url(),
        // All requests of a test come from one address.
        "--misses-per-minute",
        "0",
    ]
}

/// An upstream that simulates OpenWeatherMap with recordings of London, moved to the present: current weather of 2020
/// and a forecast of 2025.
pub async fn openweathermap() -> Upstream {
    let upstream = Upstream::start().await;
    upstream.on(OWM_WEATHER, Answer::recording("openweathermap/current/london-by-lat-lon-2020.json"));
    upstream.on(OWM_FORECAST, Answer::recording("openweathermap/forecast/london-5day-3h-2025.json"));
    upstream
}

/// An upstream that simulates every provider with recordings, moved to the present.
pub async fn all_providers() -> Upstream {
    let upstream = openweathermap().await;
    upstream.on(MET_NORWAY, Answer::recording("met-norway/london-complete-2020-with-headers.json"));
    upstream.on(OPEN_METEO, Answer::recording("open-meteo/forecast/new-york-current-hourly-2026.json"));
    upstream
}

/// The program with OpenWeatherMap simulated by recordings.
pub async fn london() -> (TestServer, Upstream) {
    let upstream = openweathermap().await;
    let program = TestServer::start(&settings(&flags_for(&upstream, "openweathermap"))).await;
    (program, upstream)
}

/// A builder for an HTTP client.
pub fn client() -> reqwest::ClientBuilder {
    // As in the program, which does it later. Fails if another test has already done it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
}

/// Sends a GET request with a new client.
pub async fn fetch(url: String) -> reqwest::Result<reqwest::Response> {
    client().build()?.get(url).send().await
}

/// The app without a socket.
pub fn app(settings: &Settings) -> App {
    app_with_clock(settings, &Clock::system())
}

fn app_with_clock(settings: &Settings, clock: &Clock) -> App {
    program::components_with_clock(settings, clock).unwrap_or_else(|failure| panic!("{failure:?}")).app
}

impl TestServer {
    /// Starts the server on a free port.
    pub async fn start(settings: &Settings) -> Self {
        Self::start_with_clock(settings, &Clock::system()).await
    }

    /// Starts the server with a clock that stands still at this time.
    pub async fn start_at(settings: &Settings, time: &str) -> Self {
        let time: Timestamp = time.parse().unwrap();
        Self::start_with_clock(settings, &Clock::from_fn(move || time)).await
    }

    /// Starts the server with a clock.
    pub async fn start_with_clock(settings: &Settings, clock: &Clock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let limits =
            ServerLimits { connections: 4096, drain_delay: Duration::ZERO, drain_timeout: Duration::from_secs(1) };
        let stopped = async move { drop(stopped.await) };
        let running = tokio::spawn(server::run(
            listener,
            app_with_clock(settings, clock),
            limits,
            stopped,
            std::future::pending(),
        ));
        // Bodies are read as they are sent, without decompression.
        let client = client().no_gzip().redirect(reqwest::redirect::Policy::none());
        Self { url, client: client.build().unwrap(), running, _stop: stop }
    }

    /// Sends a GET request.
    pub async fn get(&self, path: &str) -> ReceivedResponse {
        self.ask(Method::GET, path, &[]).await
    }

    /// Sends GET requests until the response is the expected one, as failures are cached for a second.
    pub async fn get_until(&self, path: &str, is_expected: impl Fn(&Value) -> bool) {
        until(async || is_expected(&self.get(path).await.json())).await;
    }

    /// Sends a GET request with these headers.
    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> ReceivedResponse {
        self.ask(Method::GET, path, headers).await
    }

    /// Sends a request with any method and headers.
    pub async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> ReceivedResponse {
        let request = self.client.request(method, format!("{}{path}", self.url));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        ReceivedResponse { status, headers, body: response.bytes().await.unwrap().to_vec() }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl ReceivedResponse {
    /// The value of a header; empty if it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The JSON of a successful response.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        self.json()
    }

    /// The JSON of an error, whose format is checked.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        let problem = self.json();
        assert_eq!((self.status, problem["status"].as_u64()), (status, Some(status.into())), "{problem}");
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["type"], "about:blank");
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.header("cache-control"), "no-store");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.ends_with('.') && detail.len() > 20 && !detail.contains("http"), "{detail}");
        assert!(!problem["title"].as_str().unwrap().is_empty());
        problem
    }
}
