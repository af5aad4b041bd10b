//! Guards a provider with a circuit breaker and a request budget.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, join},
};

use super::{
    account::ProviderAccount,
    breaker::ProviderState,
    health::{AttemptOutcome, ProviderAttempt, ProviderHealth, ProviderStatus},
    request_budget::RequestBudget,
    shared_budget::count,
};
use crate::{
    clock::Clock,
    metrics::{Metrics, ProviderMetrics},
    provider::{FetchedReport, GeocodedPlace, PreviousForecast, Provider, ProviderError, RateLimit},
    store::{Store, UsageReply, UsageReport},
    weather::{Coordinates, Source, complement::ComplementField},
};

/// A provider that is asked neither too often nor while it fails.
pub struct ProviderGuard {
    provider: Arc<dyn Provider>,
    account: Arc<ProviderAccount>,
    clock: Clock,
    health: ProviderHealth,
    budget: Mutex<RequestBudget>,
    metrics: Arc<ProviderMetrics>,
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
        let account = Arc::new(ProviderAccount::new(store, provider.account()));
        let id = provider.source().provider;
        let metrics = Arc::new(metrics.provider(id, ProviderState::NAMES, ProviderError::KINDS));
        let health = ProviderHealth::new(id, Arc::clone(&account), slow_after, clock.clone(), Arc::clone(&metrics));
        Self { provider, account, clock, health, budget, metrics }
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
        let now = self.clock.now();
        let (pause, used) = join(self.account.pause(now), self.account.used(now)).await;
        if let Some((state, pause)) = pause {
            self.health.resume_pause(state, pause);
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
        self.health.wait().max(self.budget_wait())
    }

    fn budget_wait(&self) -> Option<Duration> {
        self.budget().wait_for(self.provider.requests_per_fetch())
    }

    /// The state of the provider.
    pub fn status(&self) -> ProviderStatus {
        let status = self.health.status();
        let is_spent = status.state == ProviderState::Ok && self.budget_wait().is_some();
        if is_spent { ProviderStatus { state: ProviderState::RateLimited, ..status } } else { status }
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
        let attempt = self.health.begin()?;
        budget.note(requests);
        self.metrics.count_requests(requests);
        Ok(attempt)
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
        if self.health.wait().is_some() {
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
            reply.pause.iter().for_each(|pause| self.health.adopt(pause));
            if self.budget().shared()?.apply_reply(&report, &reply) {
                return Some((report, Some(reply)));
            }
        }
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

    fn budget(&self) -> MutexGuard<'_, RequestBudget> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
