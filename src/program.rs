//! Puts the parts together and runs them.

use std::{
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use http_body_util::Full;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use crate::{
    api::Api,
    app::App,
    clock::Clock,
    config::{ProviderSettings, Settings},
    docs,
    memory::Memory,
    metrics::Metrics,
    metrics_page::MetricsPage,
    page::Page,
    places::Gazetteer,
    provider::{
        self, Provider, met_norway::MetNorway, open_meteo::OpenMeteo, openweathermap::OpenWeatherMap, sample::Sample,
    },
    server::{self, Handler, Limits},
    service::{Policy, Service},
};

/// How long the health check waits for an answer.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(3);

/// How many connections whoever reads the metrics may have: so few that nothing which happens there takes file
/// descriptors from those who want the weather.
const METRICS_CONNECTIONS: usize = 16;

/// Why the program did not do what it was told, in one sentence.
#[derive(Debug)]
pub enum Failure {
    /// A setting cannot be used.
    Usage(String),
    /// The machine does not let it.
    Machine(String),
}

/// Serves page, API and docs until a signal ends it.
///
/// # Errors
/// Settings that contradict each other, or an address that cannot be listened on.
pub fn serve(settings: &Settings) -> Result<(), Failure> {
    let Parts { app, metrics_page, client } = parts(settings)?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Failure::Machine(error.to_string()))?;
    let served = runtime.block_on(async {
        let listener = listen("LISTEN", settings.listen).await?;
        let address = listener.local_addr().unwrap_or(settings.listen);
        if let Some((page, address)) = metrics_page.zip(settings.metrics_listen) {
            serve_metrics(page, address).await?;
        }
        // Whoever reads that it serves may tell it to stop.
        let signals = count_signals().map_err(|error| Failure::Machine(error.to_string()))?;
        tracing::info!(version = env!("CARGO_PKG_VERSION"), %address, "serving");
        let limits = Limits {
            connections: server::connections(),
            drain_delay: settings.drain_delay,
            drain_timeout: settings.drain_timeout,
        };
        let until_stopped = server::run(listener, app, limits, reached(signals.clone(), 1), reached(signals, 2));
        tokio::select! {
            () = until_stopped => Ok(()),
            why = cannot_ask(client) => Err(Failure::Machine(why)),
        }
    });
    // A look-up of a provider's address cannot be called off, and nobody needs it any more.
    runtime.shutdown_background();
    served
}

/// Sets up the client beside the serving, which does not wait for it; done only where that fails.
async fn cannot_ask(client: provider::Client) -> String {
    match tokio::task::spawn_blocking(move || client.set_up()).await {
        Ok(Err(why)) => why,
        Ok(Ok(())) | Err(_) => std::future::pending().await,
    }
}

async fn listen(variable: &str, address: SocketAddr) -> Result<TcpListener, Failure> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|error| Failure::Machine(format!("{variable}: cannot listen on {address}: {error}.")))
}

/// Serves the metrics until the process ends: how it drains is worth watching too.
async fn serve_metrics(page: MetricsPage, address: SocketAddr) -> Result<(), Failure> {
    let listener = listen("METRICS_LISTEN", address).await?;
    let address = listener.local_addr().unwrap_or(address);
    tracing::info!(%address, "serving metrics");
    let limits =
        Limits { connections: METRICS_CONNECTIONS, drain_delay: Duration::ZERO, drain_timeout: Duration::ZERO };
    tokio::spawn(server::run(listener, page, limits, std::future::pending(), std::future::pending()));
    Ok(())
}

impl Handler for App {
    fn at_hand<B>(&self, request: &http::Request<B>) -> Option<http::Response<Full<Bytes>>> {
        Self::at_hand(self, request)
    }

    async fn answer(&self, request: poem::Request) -> poem::Response {
        Self::answer(self, request).await
    }

    fn connection(&self) -> impl Send + 'static {
        Self::connection(self)
    }
}

impl Handler for MetricsPage {
    async fn answer(&self, request: poem::Request) -> poem::Response {
        Self::answer(self, &request)
    }
}

/// What answers requests, without an address yet.
pub struct Parts {
    /// What everyone may ask.
    pub app: App,
    /// What whoever watches the program may ask, where the settings want that.
    pub metrics_page: Option<MetricsPage>,
    /// What asks the providers, to be set up before it is needed.
    pub client: provider::Client,
}

/// The program as these settings want it.
///
/// # Errors
/// Settings that contradict each other.
pub fn parts(settings: &Settings) -> Result<Parts, Failure> {
    let (clock, memory) = (Clock::system(), Memory::of(settings.cache_size));
    let policy = Policy {
        fresh_for: settings.fresh_for,
        stale_for: settings.stale_for,
        upstream_timeout: settings.upstream_timeout,
        misses_per_minute: settings.misses_per_minute,
        memory,
    };
    let metrics = match settings.metrics_listen {
        Some(_) => Metrics::new().map_err(|error| Failure::Machine(error.to_string()))?,
        None => Metrics::default(),
    };
    let client = provider::Client::default();
    let service = Service::new(providers(settings, &client, &clock)?, policy, &clock, metrics.clone());
    let metrics_page = settings.metrics_listen.map(|_| MetricsPage::new(metrics.clone(), service.clone()));
    let gazetteer = Gazetteer::embedded();
    if gazetteer.resolve(&settings.default_city, 1).is_empty() {
        tracing::warn!(city = settings.default_city, "DEFAULT_CITY is not in the gazetteer; geocoders will be asked");
    }
    let trusted_proxies = usize::try_from(settings.trusted_proxies).unwrap_or(usize::MAX);
    let api = Api::new(service, gazetteer, &settings.default_city, trusted_proxies, memory, clock);
    let app = App::new(api, &Page::embedded(), memory, metrics);
    Ok(Parts { app, metrics_page, client })
}

/// The OpenAPI document as YAML.
///
/// # Errors
/// A document that cannot be written, which a test rules out.
pub fn openapi() -> Result<String, Failure> {
    let (clock, memory) = (Clock::system(), Memory::of(0));
    let policy = Policy {
        fresh_for: Duration::ZERO,
        stale_for: Duration::ZERO,
        upstream_timeout: Duration::ZERO,
        misses_per_minute: 0,
        memory,
    };
    let service = Service::new(Vec::new(), policy, &clock, Metrics::default());
    let api = docs::service(Api::new(service, Gazetteer::embedded(), "London", 0, memory, clock));
    docs::document(&api).map_err(|error| Failure::Machine(error.to_string()))
}

/// Whether the program that listens there says that it serves.
#[must_use]
pub fn is_healthy(listen: SocketAddr) -> bool {
    let host = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    ask_health(SocketAddr::new(host, listen.port())).is_ok_and(|answer| answer.starts_with(b"HTTP/1.1 200 "))
}

fn ask_health(address: SocketAddr) -> std::io::Result<Vec<u8>> {
    let mut stream = std::net::TcpStream::connect_timeout(&address, HEALTH_TIMEOUT)?;
    stream.set_read_timeout(Some(HEALTH_TIMEOUT))?;
    stream.set_write_timeout(Some(HEALTH_TIMEOUT))?;
    write!(stream, "GET /health HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}

fn providers(settings: &Settings, client: &provider::Client, clock: &Clock) -> Result<Vec<Arc<dyn Provider>>, Failure> {
    let wanted = settings.provider_settings().map_err(Failure::Usage)?;
    wanted.into_iter().map(|wanted| provider(wanted, settings, client, clock)).collect()
}

fn provider(
    wanted: ProviderSettings,
    settings: &Settings,
    client: &provider::Client,
    clock: &Clock,
) -> Result<Arc<dyn Provider>, Failure> {
    let (client, clock) = (client.clone(), clock.clone());
    Ok(match wanted {
        ProviderSettings::OpenWeatherMap { key } => {
            let per_minute = settings.openweathermap_per_minute;
            Arc::new(OpenWeatherMap::new(client, &settings.openweathermap_url, key, per_minute, clock))
        }
        ProviderSettings::MetNorway { contact } => {
            let met_norway = MetNorway::new(client, &settings.met_norway_url, &contact, clock);
            Arc::new(met_norway.map_err(|error| Failure::Usage(format!("MET_NORWAY_CONTACT: {error}.")))?)
        }
        ProviderSettings::OpenMeteo { key } => {
            Arc::new(OpenMeteo::new(&client, &settings.open_meteo_url, &settings.open_meteo_geocoding_url, key, clock))
        }
        ProviderSettings::Sample => Arc::new(Sample),
    })
}

/// How often this process was told to end.
fn count_signals() -> std::io::Result<watch::Receiver<usize>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (count, counted) = watch::channel(0);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            count.send_modify(|count| *count += 1);
        }
    });
    Ok(counted)
}

async fn reached(mut counted: watch::Receiver<usize>, number: usize) {
    // The sender lives as long as the runtime.
    let _ = counted.wait_for(|count| *count >= number).await;
}
