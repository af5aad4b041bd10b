//! Guards a provider with a circuit breaker and a request budget.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, join},
};
use jiff::Timestamp;
use tokio::time::Instant;
use tracing::Level;

use super::{
    account::ProviderAccount,
    breaker::{CircuitBreaker, ProviderState, Ticket},
    request_budget::RequestBudget,
    shared_budget::count,
};
use crate::{
    clock::{Clock, Moment},
    log_throttle::LogThrottle,
    metrics::{Metrics, ProviderMetrics},
    provider::{FetchedReport, GeocodedPlace, PreviousForecast, Provider, ProviderError, RateLimit},
    store::{SharedPause, Store, UsageReply, UsageReport},
    weather::{Coordinates, Source, complement::ComplementField},
};

/// A pause that another instance reports is adopted if it lasts longer than the known one by more than this.
const PAUSE_TOLERANCE: Duration = Duration::from_secs(1);

/// A provider that is asked neither too often nor while it fails.
pub struct ProviderGuard {
    provider: Arc<dyn Provider>,
    account: ProviderAccount,
    clock: Clock,
    breaker: Mutex<CircuitBreaker>,
    budget: Mutex<RequestBudget>,
    slow_after: Duration,
    metrics: ProviderMetrics,
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

impl ProviderGuard {
    /// Guards a provider. A request that is cancelled after `slow_after` or later counts as timed out. If the store is
    /// shared, this many instances are assumed to share it until it has been reached.
    pub fn new(
        provider: Arc<dyn Provider>,
        slow_after: Duration,
        instances: u32,
        store: Store,
        clock: Clock,
        metrics: &Metrics,
    ) -> Self {
        let sharing = (store.is_shared() && !provider.is_recording()).then(|| (store.instance(), instances));
        let budget = Mutex::new(RequestBudget::new(&provider.limits(), sharing));
        let account = ProviderAccount::new(store, provider.account());
        let metrics = metrics.provider(provider.source().provider, ProviderState::NAMES, ProviderError::KINDS);
        let (breaker, log_throttle) = (Mutex::default(), LogThrottle::default());
        Self { provider, account, clock, breaker, budget, slow_after, metrics, log_throttle }
    }

    /// Restores the pause and the used budget from before the program was started.
    pub async fn restore(&self) {
        if self.is_recording() {
            return;
        }
        if self.account.store().is_shared() {
            self.report_usage().await;
            return;
        }
        let now = self.clock.moment();
        let (pause, used) = join(self.account.pause(now.wall()), self.account.used(now.wall())).await;
        if let Some((state, pause)) = pause {
            self.breaker().resume_pause(state, pause, now);
            let (provider, state, seconds) = (self.id(), state.name(), pause.as_secs());
            tracing::warn!(provider, state, "{provider} stays paused for {seconds} s after the restart");
        }
        self.budget().restore(&used);
    }

    /// Reports to the other instances, and learns what they used and whether the provider paused one of them.
    pub async fn report_usage(&self) {
        if self.budget().shared().is_some() {
            self.exchange_usage(self.provider.requests_per_fetch(), true).await;
        }
    }

    /// How many instances share the provider's limits.
    pub fn instances(&self) -> u32 {
        self.budget().instances()
    }

    /// The provider's name in settings and responses.
    pub fn id(&self) -> &'static str {
        self.source().provider
    }

    /// The provider's name and credit.
    pub fn source(&self) -> Source {
        self.provider.source()
    }

    /// Whether it only plays a recording.
    pub fn is_recording(&self) -> bool {
        self.provider.is_recording()
    }

    /// How often it may be asked.
    pub fn limits(&self) -> Vec<RateLimit> {
        self.provider.limits()
    }

    /// How many requests one fetch takes.
    pub fn requests_per_fetch(&self) -> usize {
        self.provider.requests_per_fetch()
    }

    /// Fetches the weather, if the provider may be asked now.
    pub fn fetch(&self, at: Coordinates, previous: Option<PreviousForecast>) -> BoxFuture<'_, FetchedReport> {
        async move {
            let attempt = match self.ask(self.provider.requests_per_fetch()).await {
                Ok(attempt) => attempt,
                Err(error) => return FetchedReport::failed(error, self.clock.now()),
            };
            self.run(attempt, at, previous).await
        }
        .boxed()
    }

    /// The values that the provider gives for every point and that other providers lack.
    pub fn complements(&self) -> &'static [ComplementField] {
        self.provider.complements()
    }

    /// Whether it may be asked now for what another provider lacks.
    pub fn may_complement(&self) -> bool {
        let requests = self.provider.requests_per_fetch();
        self.wait().is_none() && self.budget().may_complement(requests)
    }

    /// Fetches the weather to complement another provider's report, within the share of the budget for that.
    pub async fn fetch_complement(&self, at: Coordinates) -> FetchedReport {
        let requests = self.provider.requests_per_fetch();
        if !self.budget().take_for_complement(requests) {
            return FetchedReport::failed(ProviderError::BudgetExhausted, self.clock.now());
        }
        match self.ask(requests).await {
            Ok(attempt) => self.run(attempt, at, None).await,
            Err(error) => FetchedReport::failed(error, self.clock.now()),
        }
    }

    async fn run(
        &self,
        attempt: ProviderAttempt<'_>,
        at: Coordinates,
        previous: Option<PreviousForecast>,
    ) -> FetchedReport {
        self.save_usage().await;
        let fetched = self.provider.fetch(at, previous).await;
        attempt.answered(&match (&fetched.current, &fetched.forecast) {
            (Err(error), Err(_)) => AttemptOutcome::Failed(error),
            (Err(error), Ok(_)) | (Ok(_), Err(error)) => AttemptOutcome::InPart(error),
            (Ok(_), Ok(_)) => AttemptOutcome::Whole,
        });
        fetched
    }

    /// Looks a name up, if the provider has a geocoder and may be asked now; `None` if it has no geocoder.
    pub fn locate<'a>(&'a self, name: &'a str) -> Option<BoxFuture<'a, Result<Vec<GeocodedPlace>, ProviderError>>> {
        let answer = self.provider.locate(name)?;
        Some(
            async move {
                let attempt = self.ask(1).await?;
                self.save_usage().await;
                let located = answer.await;
                attempt.answered(&located.as_ref().map_or_else(AttemptOutcome::Failed, |_| AttemptOutcome::Whole));
                located
            }
            .boxed(),
        )
    }

    /// Whether a fetch would send requests now: the provider is live, not paused, and within its budget.
    pub fn would_fetch(&self) -> bool {
        !self.is_recording() && self.wait().is_none()
    }

    /// How long until the provider may be asked, by its breaker and its budget; `None` if it may be asked now.
    pub fn wait(&self) -> Option<Duration> {
        let pause_left = self.breaker().wait(self.clock.moment());
        pause_left.max(self.budget_wait())
    }

    fn budget_wait(&self) -> Option<Duration> {
        self.budget().wait_for(self.provider.requests_per_fetch())
    }

    /// The state of the provider.
    pub fn status(&self) -> ProviderStatus {
        let is_spent = self.budget_wait().is_some();
        let breaker = self.breaker();
        let state = match breaker.state() {
            ProviderState::Ok if is_spent => ProviderState::RateLimited,
            state => state,
        };
        ProviderStatus {
            name: self.id(),
            state,
            last_success: breaker.last_success(),
            last_error: breaker.last_error(),
        }
    }

    /// Records the state of the provider in the metrics.
    pub fn record_metrics(&self) {
        let left = self.budget().left();
        self.metrics.set_state(self.status().state.name(), left);
    }

    async fn ask(&self, requests: usize) -> Result<ProviderAttempt<'_>, ProviderError> {
        self.take_from_shared(requests).await?;
        let mut budget = self.budget();
        if let Some(wait) = budget.wait_in_windows(requests) {
            return Err(self.exhausted(&mut budget, wait));
        }
        let ticket = self.breaker().admit(self.clock.moment()).map_err(|_| ProviderError::Paused)?;
        budget.note(requests);
        self.metrics.count_requests(requests);
        Ok(ProviderAttempt { guard: self, ticket, since: Instant::now(), is_open: true })
    }

    /// Takes requests from the limits, if instances share them.
    async fn take_from_shared(&self, requests: usize) -> Result<(), ProviderError> {
        {
            let mut budget = self.budget();
            let Some(shared) = budget.shared() else { return Ok(()) };
            if let Some(wait) = shared.wait_for(count(requests)) {
                return Err(self.exhausted(&mut budget, wait));
            }
        }
        if self.breaker().wait(self.clock.moment()).is_some() {
            return Err(ProviderError::Paused);
        }
        let Some((report, reply)) = self.exchange_usage(requests, false).await else { return Ok(()) };
        let mut budget = self.budget();
        let wait = match (reply, budget.shared()) {
            (Some(reply), _) => reply.wait,
            (None, Some(shared)) => shared.take_share(&report).err().unwrap_or_default(),
            (None, None) => Duration::ZERO,
        };
        if wait.is_zero() { Ok(()) } else { Err(self.exhausted(&mut budget, wait)) }
    }

    /// Reports to the other instances and processes the reply, which is missing if the store cannot be reached.
    async fn exchange_usage(&self, requests: usize, is_look: bool) -> Option<(UsageReport, Option<UsageReply>)> {
        loop {
            let report = self.budget().shared()?.report(count(requests), is_look);
            let Some(reply) = self.account.exchange_usage(&report).await else { return Some((report, None)) };
            reply.pause.iter().for_each(|pause| self.adopt(pause));
            if self.budget().shared()?.apply_reply(&report, &reply) {
                return Some((report, Some(reply)));
            }
        }
    }

    /// Pauses the provider because another instance was refused.
    fn adopt(&self, SharedPause { state, left }: &SharedPause) {
        let Some(state) = ProviderState::of_name(state) else { return };
        let (mut breaker, now) = (self.breaker(), self.clock.moment());
        if breaker.wait(now).unwrap_or_default() + PAUSE_TOLERANCE >= *left {
            return;
        }
        breaker.resume_pause(state, *left, now);
        let (provider, state, seconds) = (self.id(), state.name(), left.as_secs());
        tracing::warn!(provider, state, "{provider} is paused for {seconds} s, as it refused another instance");
    }

    fn exhausted(&self, budget: &mut RequestBudget, wait: Duration) -> ProviderError {
        if budget.reject() {
            let (provider, seconds) = (self.id(), wait.as_secs_f64().ceil());
            tracing::warn!(
                provider,
                "{provider} has used up its request budget; it is not asked again for {seconds} s"
            );
        }
        ProviderError::BudgetExhausted
    }

    /// Saves the usage of the budget before a request is sent.
    async fn save_usage(&self) {
        let used = self.account.usage(self.budget().windows(), self.clock.now());
        self.account.save_usage(&used).await;
    }

    fn breaker(&self) -> MutexGuard<'_, CircuitBreaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn budget(&self) -> MutexGuard<'_, RequestBudget> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count_failure(&self, error: &ProviderError) {
        error.kind().into_iter().for_each(|kind| self.metrics.count_failure(kind));
    }

    fn failed(&self, breaker: &mut CircuitBreaker, ticket: &Ticket, error: &ProviderError, now: Moment) {
        let provider = self.id();
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
        let provider = self.id();
        let line = format!("{provider} answers again");
        if self.log_throttle.should_log(Level::INFO, &line) {
            tracing::info!(provider, ended = ended.name(), "{line}");
        }
    }
}

/// A request to a provider that has not been answered yet.
struct ProviderAttempt<'a> {
    guard: &'a ProviderGuard,
    ticket: Ticket,
    since: Instant,
    is_open: bool,
}

enum AttemptOutcome<'a> {
    Whole,
    InPart(&'a ProviderError),
    Failed(&'a ProviderError),
}

impl ProviderAttempt<'_> {
    fn answered(mut self, outcome: &AttemptOutcome) {
        self.is_open = false;
        let Self { guard, ticket, since, .. } = &self;
        let now = guard.clock.moment();
        guard.metrics.observe_duration(since.elapsed());
        let mut breaker = guard.breaker();
        match outcome {
            AttemptOutcome::Whole => guard.succeeded(&mut breaker, ticket, now),
            // That a provider does not cover a point is neither a success nor a failure.
            AttemptOutcome::Failed(ProviderError::NotCovered) => breaker.release(ticket),
            // A rate limit applies to the whole account.
            AttemptOutcome::InPart(error @ ProviderError::RateLimited { .. }) => {
                breaker.record_success(now);
                guard.failed(&mut breaker, ticket, error, now);
            }
            AttemptOutcome::InPart(error) => {
                guard.succeeded(&mut breaker, ticket, now);
                breaker.record_error(now);
                guard.count_failure(error);
            }
            AttemptOutcome::Failed(error) => guard.failed(&mut breaker, ticket, error, now),
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
        let guard = self.guard;
        let mut breaker = guard.breaker();
        if self.since.elapsed() >= guard.slow_after {
            guard.failed(&mut breaker, &self.ticket, &ProviderError::TimedOut, guard.clock.moment());
        } else {
            breaker.release(&self.ticket);
        }
    }
}
