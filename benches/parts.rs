//! Measures what each part of a response costs: `cargo bench`, or `cargo bench -- search` for some of the parts.

use std::{
    hint::black_box,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use criterion::{Criterion, criterion_group, criterion_main};
use futures_util::FutureExt;
use http::request::Parts;
use jiff::{SignedDuration, tz::TimeZone};
use weather_app::{
    api::Api,
    app::App,
    byte_cache::CacheBudget,
    clock::Clock,
    dialect::Dialects,
    metrics::Metrics,
    page::Page,
    places::Gazetteer,
    provider::{
        FetchedReport, Provider,
        sample::{LONDON, Sample},
    },
    server::Handler,
    service::{Service, ServicePolicy},
    store::Store,
    weather::{Temperature, days::days, outlook::outlook, sun::SunPath},
};

const CLIENT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 1);

/// The program with its own recording as the only provider, so that nothing is requested over a network.
fn app(cache_budget: CacheBudget) -> App {
    let policy = ServicePolicy {
        fresh_for: Duration::from_mins(10),
        stale_for: Duration::from_hours(6),
        upstream_timeout: Duration::from_secs(4),
        misses_per_minute: 0,
        instances: 1,
        cache_budget,
    };
    let (clock, gazetteer) = (Clock::system(), Gazetteer::embedded());
    let service = Service::new(vec![Arc::new(Sample)], policy, Store::default(), &clock, Metrics::default());
    let api = Api::new(service, gazetteer, "London", 0, cache_budget, clock);
    App::new(api.clone(), Dialects::new(api, &[]), &Page::embedded(), Metrics::default())
}

fn request(target: &str) -> Parts {
    http::Request::get(target).header("host", "bench").body(()).unwrap_or_default().into_parts().0
}

fn parse() -> Option<FetchedReport> {
    Sample.fetch(LONDON, None).now_or_never()
}

fn parts(criterion: &mut Criterion) {
    criterion.bench_function("parse: MET Norway's 85 steps", |bench| bench.iter(parse));

    if let Some(forecast) = parse().and_then(|fetched| fetched.forecast.ok()) {
        let now = forecast.steps.first().map(|step| step.conditions.time).unwrap_or_default();
        criterion.bench_function("convert: days and outlook of 85 steps", |bench| {
            bench.iter(|| {
                let sun = SunPath::new(LONDON, now, now + SignedDuration::from_hours(9 * 24));
                (days(&forecast, &sun, &TimeZone::UTC, now), outlook(&forecast, &TimeZone::UTC, now))
            });
        });
        let temperatures: Vec<_> = forecast.steps.iter().filter_map(|step| step.conditions.temperature).collect();
        criterion.bench_function("convert: 85 temperatures to °F", |bench| {
            bench.iter(|| temperatures.iter().copied().map(Temperature::fahrenheit).sum::<f64>());
        });
    }
    places(criterion);
    answers(criterion);
}

fn places(criterion: &mut Criterion) {
    let gazetteer = Gazetteer::embedded();
    for text in ["lon", "london", "londn", "springfield il", "北京", "a"] {
        criterion.bench_function(&format!("search: {text}"), |bench| {
            bench.iter(|| gazetteer.search(black_box(text), 8));
        });
    }
    criterion
        .bench_function("search: a whole name", |bench| bench.iter(|| gazetteer.resolve(black_box("Paris, TX"), 6)));
    criterion
        .bench_function("search: the nearest place", |bench| bench.iter(|| gazetteer.nearest(black_box(LONDON), 30.0)));
}

fn answers(criterion: &mut Criterion) {
    let cache_budget = CacheBudget::of(80_000_000);
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_time().build() else { return };
    let mut measure = |name: &str, app: &App, target: &str| {
        runtime.block_on(app.respond(request(target), CLIENT));
        criterion.bench_function(&format!("{name}: {target}"), |bench| {
            bench.iter(|| runtime.block_on(app.respond(request(target), CLIENT)));
        });
    };
    let caching_app = app(cache_budget);
    for target in ["/health", "/", "/api/places?q=lon"] {
        measure("hit", &caching_app, target);
    }
    // Reports are cached, responses are not.
    let rendering_app = app(CacheBudget { responses: 0, aliases: 0, ..cache_budget });
    for target in ["/api/weather", "/api/forecast"] {
        measure("render", &rendering_app, target);
    }
}

criterion_group!(benches, parts);
criterion_main!(benches);
