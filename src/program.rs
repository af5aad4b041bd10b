//! Builds the program from its settings and runs it.

use std::{
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use crate::{
    api::Api,
    app::App,
    byte_cache::CacheBudget,
    clock::Clock,
    config::{ProviderSettings, Settings},
    dialect::Dialects,
    docs,
    metrics::Metrics,
    metrics_page::MetricsPage,
    page::Page,
    places::Gazetteer,
    provider::{
        self, Provider, met_norway::MetNorway, open_meteo::OpenMeteo, openweathermap::OpenWeatherMap, sample::Sample,
    },
    server::{self, ServerLimits},
    service::{MAX_RECORD_AGE, Service, ServicePolicy},
    store::{DiskEngine, Store},
};

/// How long the health check waits for a response.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(3);

/// The most connections for `/metrics`: few, so that they cannot take file descriptors from requests for weather.
const METRICS_CONNECTIONS: usize = 16;

/// Why the program failed, in one sentence.
#[derive(Debug)]
pub enum ProgramError {
    /// A setting is invalid.
    Usage(String),
    /// The environment prevents it, for example by an address in use.
    Runtime(String),
}

/// Serves page, API and docs until a signal ends the program.
///
/// # Errors
/// Settings that contradict each other, or an address that cannot be listened on.
pub fn serve(settings: &Settings) -> Result<(), ProgramError> {
    let Components { app, metrics_page, service } = components(settings)?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| ProgramError::Runtime(error.to_string()))?;
    let served = runtime.block_on(async {
        service.restore().await;
        let reporting = service.clone();
        tokio::spawn(async move { reporting.report_usage().await });
        let listener = listen("LISTEN", settings.listen).await?;
        let address = listener.local_addr().unwrap_or(settings.listen);
        if let Some((page, address)) = metrics_page.zip(settings.metrics_listen) {
            serve_metrics(page, address).await?;
        }
        // Before the log line below: a process that sees it may send a signal at once.
        let signals = count_signals().map_err(|error| ProgramError::Runtime(error.to_string()))?;
        tracing::info!(version = env!("CARGO_PKG_VERSION"), %address, "serving");
        let limits = ServerLimits {
            connections: server::max_connections(),
            drain_delay: settings.drain_delay,
            drain_timeout: settings.drain_timeout,
        };
        server::run(listener, app, limits, reached(signals.clone(), 1), reached(signals, 2)).await;
        service.flush().await;
        Ok(())
    });
    // A DNS lookup blocks a thread and cannot be cancelled; do not wait for it.
    runtime.shutdown_background();
    served
}

async fn listen(variable: &str, address: SocketAddr) -> Result<TcpListener, ProgramError> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|error| ProgramError::Runtime(format!("{variable}: cannot listen on {address}: {error}.")))
}

/// Serves the metrics until the process ends, so that draining can be observed too.
async fn serve_metrics(page: MetricsPage, address: SocketAddr) -> Result<(), ProgramError> {
    let listener = listen("METRICS_LISTEN", address).await?;
    let address = listener.local_addr().unwrap_or(address);
    tracing::info!(%address, "serving metrics");
    let limits =
        ServerLimits { connections: METRICS_CONNECTIONS, drain_delay: Duration::ZERO, drain_timeout: Duration::ZERO };
    tokio::spawn(server::run(listener, page, limits, std::future::pending(), std::future::pending()));
    Ok(())
}

/// The components of the program, not listening yet.
pub struct Components {
    /// The public app.
    pub app: App,
    /// The page with the metrics, if the settings enable it.
    pub metrics_page: Option<MetricsPage>,
    /// The service, to restore its state before the start and to flush it at the end.
    pub service: Service,
}

/// The components of the program for these settings.
///
/// # Errors
/// As for [`components_with_clock`].
pub fn components(settings: &Settings) -> Result<Components, ProgramError> {
    components_with_clock(settings, &Clock::system())
}

/// The components of the program for these settings, with this clock.
///
/// # Errors
/// Settings that contradict each other, or an environment in which no HTTP client can be set up.
pub fn components_with_clock(settings: &Settings, clock: &Clock) -> Result<Components, ProgramError> {
    let cache_budget = CacheBudget::of(settings.cache_size);
    let policy = ServicePolicy {
        fresh_for: settings.fresh_for,
        stale_for: settings.stale_for,
        upstream_timeout: settings.upstream_timeout,
        misses_per_minute: settings.misses_per_minute,
        instances: settings.instances,
        cache_budget,
    };
    let metrics = match settings.metrics_listen {
        Some(_) => Metrics::new().map_err(|error| ProgramError::Runtime(error.to_string()))?,
        None => Metrics::default(),
    };
    let client = provider::UpstreamClient::new().map_err(ProgramError::Runtime)?;
    let store = store(settings, clock, &metrics)?;
    // Instances with a shared store share the limits.
    let parts = if store.is_shared() { 1 } else { settings.instances };
    let service = Service::new(providers(settings, parts, &client, clock)?, policy, store, clock, metrics.clone());
    let metrics_page = settings.metrics_listen.map(|_| MetricsPage::new(metrics.clone(), service.clone()));
    let gazetteer = Gazetteer::embedded();
    if gazetteer.resolve(&settings.default_city, 1).is_empty() {
        let city = &settings.default_city;
        tracing::warn!(
            city,
            "DEFAULT_CITY {city:?} is not in the gazetteer; it will be looked up with geocoders, if any are configured"
        );
    }
    let trusted_proxies = usize::try_from(settings.trusted_proxies).unwrap_or(usize::MAX);
    let api =
        Api::new(service.clone(), gazetteer, &settings.default_city, trusted_proxies, cache_budget, clock.clone());
    let dialects = Dialects::new(api.clone(), &settings.api_keys());
    let app = App::new(api, dialects, &Page::embedded(), metrics);
    Ok(Components { app, metrics_page, service })
}

fn store(settings: &Settings, clock: &Clock, metrics: &Metrics) -> Result<Store, ProgramError> {
    if let Some(engine) = settings.valkey_engine().map_err(ProgramError::Usage)? {
        return Ok(Store::new(Box::new(engine), clock, metrics));
    }
    let Some(folder) = &settings.data_dir else { return Ok(Store::default()) };
    Ok(Store::new(Box::new(DiskEngine::new(folder, settings.stale_for.max(MAX_RECORD_AGE))), clock, metrics))
}

/// The OpenAPI document as YAML.
///
/// # Errors
/// If the document cannot be written, which a test rules out.
pub fn openapi() -> Result<String, ProgramError> {
    let (clock, cache_budget) = (Clock::system(), CacheBudget::of(0));
    let policy = ServicePolicy {
        fresh_for: Duration::ZERO,
        stale_for: Duration::ZERO,
        upstream_timeout: Duration::ZERO,
        misses_per_minute: 0,
        instances: 1,
        cache_budget,
    };
    let service = Service::new(Vec::new(), policy, Store::default(), &clock, Metrics::default());
    let api = docs::service(Api::new(service, Gazetteer::embedded(), "London", 0, cache_budget, clock));
    docs::document(&api).map_err(|error| ProgramError::Runtime(error.to_string()))
}

/// Whether a healthy server listens on this address.
#[must_use]
pub fn is_healthy(listen: SocketAddr) -> bool {
    let host = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    request_health(SocketAddr::new(host, listen.port())).is_ok_and(|answer| answer.starts_with(b"HTTP/1.1 200 "))
}

fn request_health(address: SocketAddr) -> std::io::Result<Vec<u8>> {
    let mut stream = std::net::TcpStream::connect_timeout(&address, HEALTH_TIMEOUT)?;
    stream.set_read_timeout(Some(HEALTH_TIMEOUT))?;
    stream.set_write_timeout(Some(HEALTH_TIMEOUT))?;
    write!(stream, "GET /health HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}

/// The providers, each with one of `parts` equal parts of its limits.
fn providers(
    settings: &Settings,
    parts: u32,
    client: &provider::UpstreamClient,
    clock: &Clock,
) -> Result<Vec<Arc<dyn Provider>>, ProgramError> {
    let wanted = settings.provider_settings().map_err(ProgramError::Usage)?;
    wanted.into_iter().map(|wanted| provider(wanted, settings, parts, client, clock)).collect()
}

fn provider(
    wanted: ProviderSettings,
    settings: &Settings,
    parts: u32,
    client: &provider::UpstreamClient,
    clock: &Clock,
) -> Result<Arc<dyn Provider>, ProgramError> {
    let (client, clock) = (client.clone(), clock.clone());
    Ok(match wanted {
        ProviderSettings::OpenWeatherMap { key } => {
            let per_minute = settings.openweathermap_per_minute;
            Arc::new(OpenWeatherMap::new(client, &settings.openweathermap_url, key, per_minute, clock))
        }
        ProviderSettings::MetNorway { contact } => {
            let met_norway = MetNorway::new(client, &settings.met_norway_url, &contact, clock);
            let met_norway =
                met_norway.map_err(|error| ProgramError::Usage(format!("MET_NORWAY_CONTACT: {error}.")))?;
            Arc::new(met_norway.shared_by(parts))
        }
        ProviderSettings::OpenMeteo { url, geocoding_url, key } => {
            Arc::new(OpenMeteo::new(&client, &url, &geocoding_url, key, clock).shared_by(parts))
        }
        ProviderSettings::Sample => Arc::new(Sample),
    })
}

/// Counts the signals that end this process. A hangup counts unless it is ignored, as under `nohup`.
fn count_signals() -> std::io::Result<watch::Receiver<usize>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hangup = if ignores_hangup() { None } else { Some(signal(SignalKind::hangup())?) };
    let (count, counted) = watch::channel(0);
    tokio::spawn(async move {
        loop {
            let hung_up = async {
                match &mut hangup {
                    Some(hangup) => hangup.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
                _ = hung_up => {}
            }
            count.send_modify(|count| *count += 1);
        }
    });
    Ok(counted)
}

/// Whether the process was started with SIGHUP ignored: the lowest bit of the kernel's mask of ignored signals.
fn ignores_hangup() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 1 == 1)
}

async fn reached(mut counted: watch::Receiver<usize>, number: usize) {
    // The sender lives as long as the runtime.
    let _ = counted.wait_for(|count| *count >= number).await;
}
