//! A provider whose answers a test gives.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{FutureExt, future::BoxFuture};
use jiff::{SignedDuration, Timestamp};
use tokio::time::sleep;

use FakeAnswer::{After, Fail, Good, GoodUntil, Hang, OnlyCurrent, OnlyForecast, Outdated};

use crate::{
    clock::Clock,
    provider::{FetchedReport, LastResort, PreviousForecast, Provider, ProviderError, RateLimit},
    weather::{Condition, Conditions, Coordinates, Forecast, ForecastStep, Source, Temperature},
};

/// How a provider answers a request.
#[derive(Clone)]
pub enum FakeAnswer {
    /// Answers with this temperature.
    Good(i8),
    /// Answers with this temperature, a validator and an expiry.
    GoodUntil(i8, Duration),
    /// Answers the one part and fails in the other.
    OnlyCurrent(i8),
    OnlyForecast(i8),
    /// Answers with this temperature of another year.
    Outdated(i8),
    Fail(ProviderError),
    Hang,
    After(Duration, Box<FakeAnswer>),
}

/// A provider with answers that a test gives it.
pub struct Fake {
    pub name: &'static str,
    /// The last one is repeated.
    pub answers: Mutex<VecDeque<FakeAnswer>>,
    pub asked: AtomicUsize,
    pub validators: Mutex<Vec<Option<String>>>,
    pub per_minute: Option<u32>,
    pub is_recording: bool,
    pub clock: Clock,
}

pub fn fake(name: &'static str, answers: &[FakeAnswer]) -> Arc<Fake> {
    Arc::new(fake_of(name, answers))
}

pub fn fake_of(name: &'static str, answers: &[FakeAnswer]) -> Fake {
    Fake {
        name,
        answers: Mutex::new(answers.iter().cloned().collect()),
        asked: AtomicUsize::new(0),
        validators: Mutex::default(),
        per_minute: None,
        is_recording: false,
        clock: Clock::from_fn(now),
    }
}

impl Fake {
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    fn next_answer(&self) -> FakeAnswer {
        let mut answers = self.answers.lock().unwrap();
        if answers.len() > 1 { answers.pop_front().unwrap() } else { answers[0].clone() }
    }
}

pub fn conditions(celsius: i8) -> Conditions {
    Conditions {
        temperature: Some(Temperature::from_celsius(celsius.into())),
        condition: Condition::Clear,
        ..Conditions::unknown_at(now())
    }
}

pub fn now() -> Timestamp {
    "2025-03-28T12:00:00Z".parse().unwrap()
}

pub fn fetched(current: Option<i8>, forecast: Option<i8>) -> FetchedReport {
    let step = |celsius| ForecastStep {
        conditions: conditions(celsius),
        hours: 1,
        precipitation_probability: None,
        temperature_min: None,
        temperature_max: None,
    };
    let missing = ProviderError::Failing(500);
    FetchedReport {
        current: current.map(conditions).ok_or(missing.clone()),
        forecast: forecast.map(|celsius| Forecast { steps: vec![step(celsius)], ..Forecast::default() }).ok_or(missing),
        timezone: None,
        fetched_at: now(),
        fresh_until: None,
        validator: None,
        last_resort: LastResort::default(),
    }
}

async fn report_of(answer: FakeAnswer) -> FetchedReport {
    match answer {
        Good(celsius) => fetched(Some(celsius), Some(celsius)),
        GoodUntil(celsius, wish) => FetchedReport {
            fresh_until: Some(now() + SignedDuration::try_from(wish).unwrap()),
            validator: Some(format!("said {celsius}")),
            ..fetched(Some(celsius), Some(celsius))
        },
        OnlyCurrent(celsius) => fetched(Some(celsius), None),
        OnlyForecast(celsius) => fetched(None, Some(celsius)),
        Outdated(celsius) => {
            let FetchedReport { current, forecast, .. } = fetched(Some(celsius), Some(celsius));
            FetchedReport {
                validator: Some("outdated".to_owned()),
                last_resort: LastResort { current: current.ok(), forecast: forecast.ok() },
                ..FetchedReport::failed(ProviderError::Outdated(Timestamp::UNIX_EPOCH), now())
            }
        }
        Fail(error) => FetchedReport::failed(error, now()),
        Hang => std::future::pending().await,
        After(delay, answer) => {
            sleep(delay).await;
            Box::pin(report_of(*answer)).await
        }
    }
}

impl Provider for Fake {
    fn source(&self) -> Source {
        Source { provider: self.name, name: self.name, url: "" }
    }

    fn is_recording(&self) -> bool {
        self.is_recording
    }

    fn limits(&self) -> Vec<RateLimit> {
        self.per_minute.map(|requests| RateLimit { requests, per: Duration::from_mins(1) }).into_iter().collect()
    }

    fn fetch(&self, _: Coordinates, previous: Option<PreviousForecast>) -> BoxFuture<'_, FetchedReport> {
        async move {
            self.asked.fetch_add(1, Ordering::Relaxed);
            self.validators.lock().unwrap().push(previous.map(|previous| previous.validator));
            FetchedReport { fetched_at: self.clock.now(), ..report_of(self.next_answer()).await }
        }
        .boxed()
    }
}
