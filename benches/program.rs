//! The whole program in the process of a benchmark, with one provider.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use weather_app::{
    api::Api,
    app::App,
    byte_cache::CacheBudget,
    clock::Clock,
    dialect::Dialects,
    metrics::Metrics,
    page::Page,
    places::Gazetteer,
    provider::Provider,
    service::{Service, ServicePolicy},
    store::Store,
};

/// The address that the requests come from.
pub const CLIENT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 1);

/// The program without a limit per caller. Nothing is requested over a network.
pub fn app(provider: Arc<dyn Provider>, fresh_for: Duration, cache_budget: CacheBudget, clock: Clock) -> App {
    let policy = ServicePolicy {
        fresh_for,
        stale_for: Duration::from_hours(6),
        upstream_timeout: Duration::from_secs(4),
        misses_per_minute: 0,
        instances: 1,
        cache_budget,
    };
    let service = Service::new(vec![provider], policy, Store::default(), &clock, Metrics::default());
    let api = Api::new(service, Gazetteer::embedded(), "London", 0, cache_budget, clock);
    App::new(api.clone(), Dialects::new(api, &[]), &Page::embedded(), Metrics::default())
}
