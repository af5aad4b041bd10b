//! The health of a provider: a circuit breaker whose changes are logged, counted and saved.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use tokio::time::Instant;
use tracing::Level;

use super::{
    account::ProviderAccount,
    breaker::{CircuitBreaker, ProviderState, Ticket},
};
use crate::{
    clock::{Clock, Moment},
    log_throttle::LogThrottle,
    metrics::ProviderMetrics,
    provider::ProviderError,
    store::SharedPause,
};

/// A pause that another instance reports is adopted if it lasts longer than the known one by more than this.
const PAUSE_TOLERANCE: Duration = Duration::from_secs(1);

/// The health of a provider, which the outcomes of its requests determine.
pub struct ProviderHealth {
    provider: &'static str,
    account: Arc<ProviderAccount>,
    clock: Clock,
    metrics: Arc<ProviderMetrics>,
    slow_after: Duration,
    breaker: Mutex<CircuitBreaker>,
    log_throttle: LogThrottle,
}

/// The state of a provider, for `/api/status`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderStatus {
    /// The provider's name.
    pub name: &'static str,
    /// The state.
    pub state: ProviderState,
    /// When it last answered.
    pub last_success: Option<Timestamp>,
    /// When it last failed.
    pub last_error: Option<Timestamp>,
}

/// A request to a provider that has not been answered yet.
pub struct ProviderAttempt<'a> {
    health: &'a ProviderHealth,
    ticket: Ticket,
    since: Instant,
    is_open: bool,
}

/// The outcome of a request.
pub enum AttemptOutcome<'a> {
    /// All of it was answered.
    Whole,
    /// A part of it failed.
    InPart(&'a ProviderError),
    /// All of it failed.
    Failed(&'a ProviderError),
}

impl ProviderHealth {
    /// The health of a provider that has not been asked yet. A request that is cancelled after `slow_after` or later
    /// counts as timed out.
    pub fn new(
        provider: &'static str,
        account: Arc<ProviderAccount>,
        slow_after: Duration,
        clock: Clock,
        metrics: Arc<ProviderMetrics>,
    ) -> Self {
        let (breaker, log_throttle) = (Mutex::default(), LogThrottle::default());
        Self { provider, account, clock, metrics, slow_after, breaker, log_throttle }
    }

    /// Begins a request, unless the provider is paused.
    pub fn begin(&self) -> Result<ProviderAttempt<'_>, ProviderError> {
        let ticket = self.breaker().admit(self.clock.moment()).map_err(|_| ProviderError::Paused)?;
        Ok(ProviderAttempt { health: self, ticket, since: Instant::now(), is_open: true })
    }

    /// How long the provider is still paused; `None` if it is not.
    pub fn wait(&self) -> Option<Duration> {
        self.breaker().wait(self.clock.moment())
    }

    /// The state of the provider, by its answers alone.
    pub fn status(&self) -> ProviderStatus {
        let breaker = self.breaker();
        ProviderStatus {
            name: self.provider,
            state: breaker.state(),
            last_success: breaker.last_success(),
            last_error: breaker.last_error(),
        }
    }

    /// Continues a pause from before the program was started.
    pub fn resume_pause(&self, state: ProviderState, pause: Duration) {
        self.breaker().resume_pause(state, pause, self.clock.moment());
        let (provider, state, seconds) = (self.provider, state.name(), pause.as_secs());
        tracing::warn!(provider, state, "{provider} stays paused for {seconds} s after the restart");
    }

    /// Pauses the provider because another instance was refused.
    pub fn adopt(&self, SharedPause { state, left }: &SharedPause) {
        let Some(state) = ProviderState::of_name(state) else { return };
        let (mut breaker, now) = (self.breaker(), self.clock.moment());
        if breaker.wait(now).unwrap_or_default() + PAUSE_TOLERANCE >= *left {
            return;
        }
        breaker.resume_pause(state, *left, now);
        let (provider, state, seconds) = (self.provider, state.name(), left.as_secs());
        tracing::warn!(provider, state, "{provider} is paused for {seconds} s, as it refused another instance");
    }

    fn breaker(&self) -> MutexGuard<'_, CircuitBreaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count_failure(&self, error: &ProviderError) {
        error.kind().into_iter().for_each(|kind| self.metrics.count_failure(kind));
    }

    fn failed(&self, breaker: &mut CircuitBreaker, ticket: &Ticket, error: &ProviderError, now: Moment) {
        let provider = self.provider;
        self.count_failure(error);
        let new_state = breaker.fail(ticket, error, now);
        if error.is_refusal() {
            let pause = breaker.wait(now).unwrap_or_default();
            self.account.save_pause(breaker.state(), pause, now.wall());
        }
        let Some(state) = new_state else {
            tracing::debug!(provider, "{provider} {error}");
            return;
        };
        let line = match breaker.wait(now) {
            Some(pause) => format!("{provider} {error}; it is not asked again for {} s", pause.as_secs()),
            None => format!("{provider} {error}"),
        };
        if self.log_throttle.should_log(Level::WARN, &line) {
            tracing::warn!(provider, state = state.name(), "{line}");
        }
    }

    fn succeeded(&self, breaker: &mut CircuitBreaker, ticket: &Ticket, now: Moment) {
        let Some(ended) = breaker.succeed(ticket, now) else { return };
        let provider = self.provider;
        let line = format!("{provider} answers again");
        if self.log_throttle.should_log(Level::INFO, &line) {
            tracing::info!(provider, ended = ended.name(), "{line}");
        }
    }
}

impl ProviderAttempt<'_> {
    /// Records the outcome of the request.
    pub fn answered(mut self, outcome: &AttemptOutcome) {
        self.is_open = false;
        let Self { health, ticket, since, .. } = &self;
        let now = health.clock.moment();
        health.metrics.observe_duration(since.elapsed());
        let mut breaker = health.breaker();
        match outcome {
            AttemptOutcome::Whole => health.succeeded(&mut breaker, ticket, now),
            // That a provider does not cover a point is neither a success nor a failure.
            AttemptOutcome::Failed(ProviderError::NotCovered) => breaker.release(ticket),
            // A rate limit applies to the whole account.
            AttemptOutcome::InPart(error @ ProviderError::RateLimited { .. }) => {
                breaker.record_success(now);
                health.failed(&mut breaker, ticket, error, now);
            }
            AttemptOutcome::InPart(error) => {
                health.succeeded(&mut breaker, ticket, now);
                breaker.record_error(now);
                health.count_failure(error);
            }
            AttemptOutcome::Failed(error) => health.failed(&mut breaker, ticket, error, now),
        }
    }
}

impl Drop for ProviderAttempt<'_> {
    /// Dropped while open: the time was up, or another provider answered first, which is not a failure of a provider
    /// that was asked only recently.
    fn drop(&mut self) {
        if !self.is_open {
            return;
        }
        let health = self.health;
        let mut breaker = health.breaker();
        if self.since.elapsed() >= health.slow_after {
            health.failed(&mut breaker, &self.ticket, &ProviderError::TimedOut, health.clock.moment());
        } else {
            breaker.release(&self.ticket);
        }
    }
}
