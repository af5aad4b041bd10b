//! All providers, and how often a caller may cause requests to them.

use std::time::Duration;

use super::{
    caller_limiter::{Caller, CallerLimiter},
    guard::ProviderGuard,
    policy::FAILURE_TTL,
};

/// When to retry a service that has no provider but a recording: after its operator has configured one.
const RETRY_WITHOUT_PROVIDERS: Duration = Duration::from_hours(1);

/// The providers, in the order in which they are asked.
pub struct ProviderSet {
    guards: Vec<ProviderGuard>,
    caller_limiter: CallerLimiter,
}

impl ProviderSet {
    /// The providers, with the number of fetches a minute that each caller may cause; 0 is no limit.
    pub fn new(guards: Vec<ProviderGuard>, misses_per_minute: u32) -> Self {
        Self { guards, caller_limiter: CallerLimiter::new(misses_per_minute) }
    }

    /// Each provider.
    pub fn iter(&self) -> impl Iterator<Item = &ProviderGuard> {
        self.guards.iter()
    }

    /// The providers that have a geocoder.
    pub fn geocoders(&self) -> impl Iterator<Item = &ProviderGuard> {
        self.iter().filter(|guard| guard.locate("").is_some())
    }

    /// Lets a caller cause a fetch that complements a report, or says how long it has to wait.
    pub fn admit_complement(&self, caller: Caller) -> Result<(), Duration> {
        self.caller_limiter.admit(caller)
    }

    /// Lets a caller cause a fetch, or says how long it has to wait. A fetch that would reach no provider is free.
    pub fn admit(&self, caller: Caller) -> Result<(), Duration> {
        if self.iter().any(ProviderGuard::would_fetch) { self.caller_limiter.admit(caller) } else { Ok(()) }
    }
}

/// When to retry: as soon as one of these providers may be asked again and the cached failure has expired.
pub fn retry_after<'a>(guards: impl Iterator<Item = &'a ProviderGuard>) -> Duration {
    let live = guards.filter(|guard| !guard.is_recording());
    let first = live.map(|guard| guard.wait().unwrap_or_default()).min();
    first.unwrap_or(RETRY_WITHOUT_PROVIDERS).max(FAILURE_TTL)
}
