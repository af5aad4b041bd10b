//! What stands between the policy and each provider: its breaker and its budget.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::{FutureExt, future::BoxFuture};
use jiff::Timestamp;
use tokio::time::Instant;

use super::{
    breaker::{Breaker, State},
    window::Window,
};
use crate::{
    clock::Clock,
    metrics::{Metrics, OfProvider},
    provider::{Fetched, Known, Located, Provider, ProviderError},
    weather::{Coordinates, Source},
};

/// A provider with what keeps us from asking it in vain or too often.
pub struct Guard {
    provider: Arc<dyn Provider>,
    clock: Clock,
    breaker: Mutex<Breaker>,
    budget: Mutex<Vec<Window>>,
    slow_after: Duration,
    counts: OfProvider,
}

/// How a provider fares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The provider's name.
    pub name: &'static str,
    /// Whether it can be counted on.
    pub state: State,
    /// When it last answered.
    pub last_success: Option<Timestamp>,
    /// When it last failed to.
    pub last_error: Option<Timestamp>,
}

impl Guard {
    /// Guards a provider that counts as failing when it has to be given up after `slow_after` or longer.
    pub fn new(provider: Arc<dyn Provider>, slow_after: Duration, clock: Clock, metrics: &Metrics) -> Self {
        let limits = provider.limits();
        let budget = limits.iter().map(|limit| Window::new(limit.requests, limit.per)).collect();
        let counts = metrics.provider(provider.source().provider, State::NAMES);
        Self { provider, clock, breaker: Mutex::default(), budget: Mutex::new(budget), slow_after, counts }
    }

    /// The provider's name in settings and answers.
    pub fn id(&self) -> &'static str {
        self.source().provider
    }

    /// Who it is.
    pub fn source(&self) -> Source {
        self.provider.source()
    }

    /// Whether it only plays a recording.
    pub fn is_recording(&self) -> bool {
        self.provider.is_recording()
    }

    /// Asks for the weather, if the provider may be asked now.
    pub fn fetch(&self, at: Coordinates, known: Option<Known>) -> BoxFuture<'_, Fetched> {
        async move {
            let question = match self.ask(self.provider.requests_per_fetch()) {
                Ok(question) => question,
                Err(error) => return Fetched::failed(error, self.clock.now()),
            };
            let fetched = self.provider.fetch(at, known).await;
            question.answered(&match (&fetched.current, &fetched.forecast) {
                (Err(error), Err(_)) => Outcome::Failed(error),
                (Err(error), Ok(_)) | (Ok(_), Err(error)) => Outcome::InPart(error),
                (Ok(_), Ok(_)) => Outcome::Whole,
            });
            fetched
        }
        .boxed()
    }

    /// Asks where a name is, if the provider has a geocoder and may be asked now.
    pub fn locate<'a>(&'a self, name: &'a str) -> Option<BoxFuture<'a, Result<Vec<Located>, ProviderError>>> {
        let answer = self.provider.locate(name)?;
        Some(
            async move {
                let question = self.ask(1)?;
                let located = answer.await;
                question.answered(&located.as_ref().map_or_else(Outcome::Failed, |_| Outcome::Whole));
                located
            }
            .boxed(),
        )
    }

    /// Whether a fetch would reach a provider now: a recording is none, and one that rests or whose budget is spent is
    /// not asked.
    pub fn would_fetch(&self) -> bool {
        !self.is_recording() && !self.is_spent() && self.breaker().is_admitting()
    }

    fn is_spent(&self) -> bool {
        let requests = self.provider.requests_per_fetch();
        self.budget().iter_mut().any(|window| window.wait_for(requests).is_some())
    }

    /// How the provider fares.
    pub fn status(&self) -> Status {
        let is_spent = self.is_spent();
        let breaker = self.breaker();
        let state = match breaker.state() {
            State::Ok if is_spent => State::RateLimited,
            state => state,
        };
        Status { name: self.id(), state, last_success: breaker.last_success(), last_error: breaker.last_error() }
    }

    /// Lets the metrics know how the provider fares.
    pub fn tell_metrics(&self) {
        let left = self.budget().iter_mut().map(Window::left).min();
        self.counts.fares(self.status().state.name(), left);
    }

    fn ask(&self, requests: usize) -> Result<Question<'_>, ProviderError> {
        let mut budget = self.budget();
        if let Some(wait) = budget.iter_mut().filter_map(|window| window.wait_for(requests)).max() {
            return Err(ProviderError::LeftAlone(wait));
        }
        self.breaker().admit().map_err(ProviderError::LeftAlone)?;
        budget.iter_mut().for_each(|window| window.note(requests));
        self.counts.asked(requests);
        Ok(Question { guard: self, since: Instant::now(), is_open: true })
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn budget(&self) -> MutexGuard<'_, Vec<Window>> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A question that has been put and not been answered yet.
struct Question<'a> {
    guard: &'a Guard,
    since: Instant,
    is_open: bool,
}

enum Outcome<'a> {
    Whole,
    InPart(&'a ProviderError),
    Failed(&'a ProviderError),
}

impl Question<'_> {
    fn answered(mut self, outcome: &Outcome) {
        self.is_open = false;
        let now = self.guard.clock.now();
        self.guard.counts.answered_after(self.since.elapsed());
        let mut breaker = self.guard.breaker();
        match outcome {
            Outcome::Whole => breaker.succeed(now),
            // A point that a provider does not cover says nothing for or against it.
            Outcome::Failed(ProviderError::NotCovered) => breaker.forget(),
            // A limit is one for the whole account.
            Outcome::InPart(error @ ProviderError::RateLimited { .. }) => {
                breaker.succeed(now);
                self.guard.failed(&mut breaker, error, now);
            }
            Outcome::InPart(error) => {
                breaker.succeed(now);
                breaker.note_error(now);
                self.guard.counts.failed(error);
            }
            Outcome::Failed(error) => self.guard.failed(&mut breaker, error, now),
        }
    }
}

impl Guard {
    fn failed(&self, breaker: &mut Breaker, error: &ProviderError, now: Timestamp) {
        let provider = self.id();
        self.counts.failed(error);
        if let Some(state) = breaker.fail(error, now) {
            tracing::warn!(provider, ?state, %error, "provider fails");
        } else {
            tracing::debug!(provider, %error, "provider still fails");
        }
    }
}

impl Drop for Question<'_> {
    /// Dropped while open: the time was up, or somebody else was quicker, which is no fault of one only just asked.
    fn drop(&mut self) {
        if !self.is_open {
            return;
        }
        let mut breaker = self.guard.breaker();
        if self.since.elapsed() >= self.guard.slow_after {
            self.guard.failed(&mut breaker, &ProviderError::TimedOut, self.guard.clock.now());
        } else {
            breaker.forget();
        }
    }
}
