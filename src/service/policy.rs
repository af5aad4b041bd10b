//! How long answers are served, and how much may be spent on new ones.

use std::time::Duration;

use crate::byte_cache::CacheBudget;

/// How long a failure is cached, so that an outage does not become a stampede.
pub const FAILURE_TTL: Duration = Duration::from_secs(1);

/// The longest time for which anything but a report is kept, in memory or in the store: names, pauses and budgets.
pub const MAX_RECORD_AGE: Duration = Duration::from_hours(24);

/// What an operator sets.
#[derive(Clone, Copy, Debug)]
pub struct ServicePolicy {
    /// Age up to which an answer is served without asking again.
    pub fresh_for: Duration,
    /// Age up to which the last answer is served when no provider gives a newer one.
    pub stale_for: Duration,
    /// The whole time that a request may spend on providers.
    pub upstream_timeout: Duration,
    /// How many upstream fetches a minute one caller may cause; 0 is no limit.
    pub misses_per_minute: u32,
    /// How many instances are assumed to share a store that cannot be reached.
    pub instances: u32,
    /// How much memory each cache may use.
    pub cache_budget: CacheBudget,
}
