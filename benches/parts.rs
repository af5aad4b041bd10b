//! What each part of an answer costs: `cargo bench`, or `cargo bench -- search` for some of them.

use std::{hint::black_box, sync::Arc};

use criterion::{Criterion, criterion_group, criterion_main};
use futures_util::FutureExt;
use jiff::tz::TimeZone;
use poem::Request;
use weather_app::{
    app::App,
    config::CommandLine,
    places::Gazetteer,
    program::{self, Parts},
    provider::{
        Fetched, Provider,
        sample::{LONDON, Sample},
    },
    weather::{Temperature, days::days, outlook::outlook},
};

/// The program that plays its own recording, so that nothing is asked over a network.
fn app() -> Option<App> {
    let line = CommandLine::parse_from(["weather-app", "--providers", "sample"], &[]).ok()?;
    program::parts(&line.settings).ok().map(|Parts { app, .. }| app)
}

fn parse() -> Option<Fetched> {
    Sample.fetch(LONDON, None).now_or_never()
}

fn parts(criterion: &mut Criterion) {
    criterion.bench_function("parse: MET Norway's 85 steps", |bench| bench.iter(parse));

    if let Some(forecast) = parse().and_then(|fetched| fetched.forecast.ok()) {
        let now = forecast.steps.first().map(|step| step.conditions.time).unwrap_or_default();
        criterion.bench_function("convert: days and outlook of 85 steps", |bench| {
            bench.iter(|| (days(&forecast, LONDON, &TimeZone::UTC, now), outlook(&forecast, &TimeZone::UTC, now)));
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
    let Some(app) = app().map(Arc::new) else { return };
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_time().build() else { return };
    let ask = |target: &str| runtime.block_on(app.answer(Request::builder().uri_str(target).finish()));
    for path in ["/health", "/", "/api/places?q=lon"] {
        ask(path);
        let request = http::Request::builder().uri(path).body(()).unwrap_or_default();
        criterion.bench_function(&format!("hit: {path}"), |bench| bench.iter(|| app.at_hand(&request)));
    }
    let mut number = 0;
    for path in ["/api/weather", "/api/forecast"] {
        criterion.bench_function(&format!("render: {path}"), |bench| {
            bench.iter(|| {
                number += 1;
                ask(&format!("{path}?city={}", spelling(number)))
            });
        });
    }
}

/// London in one of four million spellings: each is another question, to which there is no answer yet.
fn spelling(number: u32) -> String {
    let letters = "london,+united+kingdom".chars().enumerate();
    letters.map(|(n, letter)| if number >> n & 1 == 1 { letter.to_ascii_uppercase() } else { letter }).collect()
}

criterion_group!(benches, parts);
criterion_main!(benches);
