//! What was said of each place, and until when it counts.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{Answer, Policy};
use crate::weather::{Conditions, Coordinates, Forecast, Sourced};

/// All that is known of a place. The parts may be of different age and from different providers.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    pub(super) current: Option<Held<Conditions>>,
    pub(super) forecast: Option<Held<Forecast>>,
}

/// Something said, on the clock that never jumps.
#[derive(Debug)]
pub(super) struct Held<T> {
    sourced: Arc<Sourced<T>>,
    fresh_until: Instant,
    usable_until: Instant,
    is_recording: bool,
}

impl<T> Clone for Held<T> {
    fn clone(&self) -> Self {
        Self { sourced: Arc::clone(&self.sourced), ..*self }
    }
}

impl<T> Held<T> {
    /// Fresh for as long as the operator set, or as the provider wants where that is longer.
    pub(super) fn new(sourced: Sourced<T>, provider_wants: Duration, policy: Policy) -> Self {
        let now = Instant::now();
        let fresh_for = policy.fresh_for.max(provider_wants);
        Self {
            sourced: Arc::new(sourced),
            fresh_until: now + fresh_for,
            usable_until: now + policy.stale_for.max(fresh_for),
            is_recording: false,
        }
    }

    /// A recording is past its freshness from the start.
    pub(super) fn recorded(sourced: Sourced<T>, policy: Policy) -> Self {
        let now = Instant::now();
        Self { sourced: Arc::new(sourced), fresh_until: now, usable_until: now + policy.stale_for, is_recording: true }
    }

    pub(super) fn is_fresh(&self) -> bool {
        Instant::now() < self.fresh_until
    }

    pub(super) fn is_usable(&self) -> bool {
        Instant::now() < self.usable_until
    }

    pub(super) fn answer(&self) -> Answer<T> {
        let now = Instant::now();
        Answer {
            sourced: Arc::clone(&self.sourced),
            stale: now >= self.fresh_until,
            is_recording: self.is_recording,
            fresh_for: self.fresh_until.saturating_duration_since(now),
            usable_for: self.usable_until.saturating_duration_since(now),
        }
    }
}

impl Entry {
    /// Whether both parts are there.
    pub(super) fn is_complete(&self) -> bool {
        self.current.is_some() && self.forecast.is_some()
    }

    /// Whether both parts are there and young enough to be served.
    pub(super) fn is_usable(&self) -> bool {
        self.current.as_ref().is_some_and(Held::is_usable) && self.forecast.as_ref().is_some_and(Held::is_usable)
    }

    /// Its usable parts, and the other's where it has none.
    pub(super) fn or(&self, other: Self) -> Self {
        Self {
            current: self.current.clone().filter(Held::is_usable).or(other.current),
            forecast: self.forecast.clone().filter(Held::is_usable).or(other.forecast),
        }
    }
}

/// The entries of a bounded number of places.
pub(super) struct Cache(quick_cache::sync::Cache<Coordinates, Arc<Entry>>);

impl Cache {
    pub(super) fn new(most_places: usize) -> Self {
        Self(quick_cache::sync::Cache::new(most_places))
    }

    pub(super) fn get(&self, at: Coordinates) -> Option<Arc<Entry>> {
        self.0.get(&at)
    }

    /// Keeps what is new; a part that is not among it stays as it was.
    pub(super) fn merge(&self, at: Coordinates, new: Entry) -> Arc<Entry> {
        let old = self.get(at).unwrap_or_default();
        let merged = Arc::new(Entry {
            current: new.current.or_else(|| old.current.clone()),
            forecast: new.forecast.or_else(|| old.forecast.clone()),
        });
        self.0.insert(at, Arc::clone(&merged));
        merged
    }
}
