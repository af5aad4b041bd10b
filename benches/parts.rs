//! Measures what each part of a response costs: `cargo bench`, or `cargo bench -- search` for some of the parts.

use std::{hint::black_box, sync::Arc, time::Duration};

use criterion::{Criterion, criterion_group, criterion_main};
use futures_util::FutureExt;
use http::request::Parts;
use jiff::{SignedDuration, tz::TimeZone};
use weather_app::{
    app::App,
    byte_cache::CacheBudget,
    clock::Clock,
    places::Gazetteer,
    provider::{
        FetchedReport, Provider,
        sample::{LONDON, Sample},
    },
    server::Handler,
    weather::{Temperature, days::days, outlook::outlook, sun::SunPath},
};

mod program;

use program::{CLIENT, app};

/// The program with its own recording.
fn sample_app(cache_budget: CacheBudget) -> App {
    app(Arc::new(Sample), Duration::from_mins(10), cache_budget, Clock::system())
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
    let caching_app = sample_app(cache_budget);
    for target in ["/health", "/", "/api/places?q=lon"] {
        measure("hit", &caching_app, target);
    }
    // Reports are cached, responses are not.
    let rendering_app = sample_app(CacheBudget { responses: 0, aliases: 0, ..cache_budget });
    for target in ["/api/weather", "/api/forecast"] {
        measure("render", &rendering_app, target);
    }
}

criterion_group!(benches, parts);
criterion_main!(benches);
