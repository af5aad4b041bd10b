//! The program under test, and how it is asked.

use std::time::Duration;

use http::HeaderMap;
use reqwest::Method;
use serde_json::Value;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use weather_app::{
    app::App,
    config::{CommandLine, Settings},
    program,
    server::{self, Limits},
};

use crate::upstream::{Answer, Upstream};

pub const OWM_WEATHER: &str = "/data/2.5/weather";
pub const OWM_FORECAST: &str = "/data/2.5/forecast";
pub const OWM_GEOCODING: &str = "/geo/1.0/direct";
pub const MET_NORWAY: &str = "/weatherapi/locationforecast/2.0/complete";
pub const OPEN_METEO: &str = "/v1/forecast";
pub const OPEN_METEO_GEOCODING: &str = "/v1/search";

/// A key that no other text holds by chance.
pub const KEY: &str = "distinctive0key0of0the0tests0f00d";

/// How often, and with what pause, something is asked for that takes a while.
const MOST_TRIES: usize = 400;
const BETWEEN_TRIES: Duration = Duration::from_millis(50);

/// The program as it runs in this process. It stops when this is dropped.
pub struct Program {
    pub url: String,
    client: reqwest::Client,
    running: JoinHandle<()>,
    _stop: oneshot::Sender<()>,
}

/// An answer of the program, read to its end.
pub struct Got {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// Waits for something that takes a while.
pub async fn until(is_so: impl AsyncFn() -> bool) {
    for _ in 0..MOST_TRIES {
        if is_so().await {
            return;
        }
        tokio::time::sleep(BETWEEN_TRIES).await;
    }
    panic!("it never came about");
}

/// Settings that a command line gives, and the OpenWeatherMap key.
pub fn settings(flags: &[&str]) -> Settings {
    let secrets = [("OPENWEATHERMAP_API_KEY", KEY), ("OPEN_METEO_API_KEY", KEY)];
    settings_with(flags, &secrets)
}

/// Settings that a command line and these secrets give.
pub fn settings_with(flags: &[&str], secrets: &[(&str, &str)]) -> Settings {
    let arguments = ["weather-app"].into_iter().chain(flags.iter().copied());
    CommandLine::parse_from(arguments, secrets).unwrap_or_else(|refusal| panic!("{refusal:?}")).settings
}

/// Flags that send every provider to one played upstream.
pub fn against<'a>(upstream: &'a Upstream, providers: &'a str) -> Vec<&'a str> {
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
        // A test asks from one address only.
        "--misses-per-minute",
        "0",
    ]
}

/// An upstream that plays OpenWeatherMap with recordings of London: current weather of 2020, forecast of 2025.
pub async fn openweathermap() -> Upstream {
    let upstream = Upstream::start().await;
    upstream.on(OWM_WEATHER, Answer::recording("openweathermap/current/london-by-lat-lon-2020.json"));
    upstream.on(OWM_FORECAST, Answer::recording("openweathermap/forecast/london-5day-3h-2025.json"));
    upstream
}

/// The program with OpenWeatherMap played by recordings.
pub async fn london() -> (Program, Upstream) {
    let upstream = openweathermap().await;
    let program = Program::start(&settings(&against(&upstream, "openweathermap"))).await;
    (program, upstream)
}

/// An HTTP client, yet to be built.
pub fn client() -> reqwest::ClientBuilder {
    // As in the program, which does it later. It fails where another test was first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
}

/// The app without a socket.
pub fn app(settings: &Settings) -> App {
    program::parts(settings).unwrap_or_else(|failure| panic!("{failure:?}")).app
}

impl Program {
    /// Boots the server on a port of its own.
    pub async fn start(settings: &Settings) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let limits = Limits { connections: 4096, drain_delay: Duration::ZERO, drain_timeout: Duration::from_secs(1) };
        let stopped = async move { drop(stopped.await) };
        let running = tokio::spawn(server::run(listener, app(settings), limits, stopped, std::future::pending()));
        // Bodies are looked at as they are sent.
        let client = client().no_gzip().redirect(reqwest::redirect::Policy::none());
        Self { url, client: client.build().unwrap(), running, _stop: stop }
    }

    /// GETs an address.
    pub async fn get(&self, path: &str) -> Got {
        self.ask(Method::GET, path, &[]).await
    }

    /// GETs an address until its answer is as wished: a failure is remembered for a second.
    pub async fn get_until(&self, path: &str, is_wished: impl Fn(&Value) -> bool) {
        until(async || is_wished(&self.get(path).await.json())).await;
    }

    /// GETs an address with these headers.
    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Got {
        self.ask(Method::GET, path, headers).await
    }

    /// Asks with any method and headers.
    pub async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Got {
        let request = self.client.request(method, format!("{}{path}", self.url));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Got { status, headers, body: response.bytes().await.unwrap().to_vec() }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl Got {
    /// A header's value; empty where it is not there.
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

    /// The JSON of a success.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        self.json()
    }

    /// The JSON of an error in the form that all errors have.
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
