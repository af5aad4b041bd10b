//! What was said of each place, and until when it counts.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::{Answer, PackedForecast, Policy};
use crate::{
    memory::{Kept, Weigh, kept},
    provider::{Fetched, Known},
    weather::{Conditions, Coordinates, Source, Sourced},
};

/// What a place typically takes, in bytes: most of it the steps ahead, packed.
const TYPICAL_BYTES: u64 = 2_500;

/// However long a provider wants not to be asked again, it is asked once a day.
const LONGEST_WISH: Duration = Duration::from_hours(24);

/// All that is known of a place. The parts may be of different age and from different providers.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// The weather now.
    pub current: Option<Held<Conditions>>,
    /// The weather ahead.
    pub forecast: Option<Held<PackedForecast>>,
    /// The word by which the forecast's provider recognises it.
    validator: Option<String>,
}

/// Something said, on the clock that never jumps.
#[derive(Debug)]
pub struct Held<T> {
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
    /// Whether it is served without asking again.
    pub fn is_fresh(&self) -> bool {
        Instant::now() < self.fresh_until
    }

    /// Whether it is served when nobody gives a newer one.
    pub fn is_usable(&self) -> bool {
        Instant::now() < self.usable_until
    }

    /// As it is served now.
    pub fn answer(&self) -> Answer<T> {
        Answer {
            sourced: Arc::clone(&self.sourced),
            stale: !self.is_fresh(),
            is_recording: self.is_recording,
            fresh_until: self.fresh_until,
            usable_until: self.usable_until,
            same_until: self.fresh_until,
        }
    }
}

impl Entry {
    /// What a provider said just now: fresh for as long as the operator set, or as the provider wants where that is
    /// longer. A recording is past its freshness from the start.
    pub fn new(fetched: Fetched, source: Source, is_recording: bool, policy: Policy) -> Self {
        let Fetched { current, forecast, timezone, fetched_at, fresh_until, validator } = fetched;
        let wished = fresh_until.map_or(Duration::ZERO, |until| between(fetched_at, until)).min(LONGEST_WISH);
        let fresh_for = if is_recording { Duration::ZERO } else { policy.fresh_for.max(wished) };
        let term = Term { now: Instant::now(), fresh_for, usable_for: policy.stale_for.max(fresh_for), is_recording };
        let current = current.ok().map(|value| Sourced { value, source, fetched_at, timezone: timezone.clone() });
        let forecast = forecast.ok().map(PackedForecast::new);
        let forecast = forecast.map(|value| Sourced { value, source, fetched_at, timezone });
        Self {
            current: current.map(|sourced| term.hold(sourced)),
            forecast: forecast.map(|sourced| term.hold(sourced)),
            validator,
        }
    }

    /// Whether both parts are there.
    pub fn is_complete(&self) -> bool {
        self.current.is_some() && self.forecast.is_some()
    }

    /// Its parts that may still be served.
    pub fn usable(&self) -> Self {
        Self {
            current: self.current.clone().filter(Held::is_usable),
            forecast: self.forecast.clone().filter(Held::is_usable),
            validator: self.validator.clone(),
        }
    }

    /// Its parts that are served without asking again.
    pub fn fresh(&self) -> Self {
        Self {
            current: self.current.clone().filter(Held::is_fresh),
            forecast: self.forecast.clone().filter(Held::is_fresh),
            validator: self.validator.clone(),
        }
    }

    /// Its parts, and the other's where it has none.
    pub fn or(self, other: Self) -> Self {
        let validator = if self.forecast.is_some() { self.validator } else { other.validator };
        Self { current: self.current.or(other.current), forecast: self.forecast.or(other.forecast), validator }
    }

    /// What this provider said last, if it gave a word for it.
    pub fn known_to(&self, provider: &str) -> Option<Known> {
        let forecast = &self.forecast.as_ref()?.sourced;
        let validator = self.validator.clone().filter(|_| forecast.source.provider == provider)?;
        Some(Known { validator, forecast: forecast.value.unpack() })
    }
}

/// How long something counts.
struct Term {
    now: Instant,
    fresh_for: Duration,
    usable_for: Duration,
    is_recording: bool,
}

impl Term {
    fn hold<T>(&self, sourced: Sourced<T>) -> Held<T> {
        Held {
            sourced: Arc::new(sourced),
            fresh_until: self.now + self.fresh_for,
            usable_until: self.now + self.usable_for,
            is_recording: self.is_recording,
        }
    }
}

fn between(now: Timestamp, then: Timestamp) -> Duration {
    Duration::try_from(then.duration_since(now).max(SignedDuration::ZERO)).unwrap_or_default()
}

impl Weigh for Entry {
    fn bytes_elsewhere(&self) -> usize {
        self.current.bytes_elsewhere() + self.forecast.bytes_elsewhere() + self.validator.bytes_elsewhere()
    }
}

impl<T: Weigh> Weigh for Held<T> {
    fn bytes_elsewhere(&self) -> usize {
        self.sourced.bytes_elsewhere()
    }
}

impl<T: Weigh> Weigh for Sourced<T> {
    fn bytes_elsewhere(&self) -> usize {
        self.value.bytes_elsewhere() + self.timezone.bytes_elsewhere()
    }
}

impl Weigh for Conditions {
    fn bytes_elsewhere(&self) -> usize {
        self.description.bytes_elsewhere()
    }
}

impl Weigh for Coordinates {
    fn bytes_elsewhere(&self) -> usize {
        0
    }
}

/// The entries of as many places as the memory holds.
pub struct Cache(Kept<Coordinates, Arc<Entry>>);

impl Cache {
    /// Nothing is known yet.
    pub fn new(most_bytes: u64) -> Self {
        Self(kept(most_bytes, TYPICAL_BYTES))
    }

    /// What is known of a place.
    pub fn get(&self, at: Coordinates) -> Option<Arc<Entry>> {
        self.0.get(&at)
    }

    /// Keeps what is new; a part that is not among it stays as it was.
    pub fn merge(&self, at: Coordinates, new: Entry) -> Arc<Entry> {
        let known = self.get(at).map(|entry| Entry::clone(&entry)).unwrap_or_default();
        let merged = Arc::new(new.or(known));
        self.0.insert(at, Arc::clone(&merged));
        merged
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        memory::Memory,
        weather::{Forecast, Step},
    };

    const MOST_BYTES: u64 = 500_000;

    const POLICY: Policy = Policy {
        fresh_for: Duration::from_mins(10),
        stale_for: Duration::from_hours(6),
        upstream_timeout: Duration::from_secs(4),
        misses_per_minute: 0,
        memory: Memory::of(0),
    };

    /// A place with so many steps ahead, none like the other.
    fn entry(steps: u32) -> Entry {
        let step = |n: u32| Step {
            conditions: Conditions {
                description: Some(format!("{:x}", n.wrapping_mul(2_654_435_761))),
                ..Conditions::unknown_at(Timestamp::UNIX_EPOCH)
            },
            hours: 1,
            precipitation_from: Timestamp::UNIX_EPOCH,
            precipitation_probability: None,
            temperature_min: None,
            temperature_max: None,
        };
        let fetched = Fetched {
            current: Ok(Conditions::unknown_at(Timestamp::UNIX_EPOCH)),
            forecast: Ok(Forecast { steps: (0..steps).map(step).collect(), days: Vec::new() }),
            timezone: Some("Europe/London".to_owned()),
            fetched_at: Timestamp::UNIX_EPOCH,
            fresh_until: None,
            validator: None,
        };
        Entry::new(fetched, Source { provider: "", name: "", url: "" }, false, POLICY)
    }

    #[tokio::test]
    async fn thousands_of_places_keep_within_the_memory() {
        let cache = Cache::new(MOST_BYTES);
        let entry = entry(100);
        for n in 0..5_000 {
            cache.merge(Coordinates::from_hundredths(n, n), entry.clone());
            assert!(cache.0.weight() <= MOST_BYTES, "{} after {n}", cache.0.weight());
        }
        assert!(cache.0.weight() > MOST_BYTES / 2, "it is used: {}", cache.0.weight());
    }

    #[tokio::test]
    async fn what_is_heavier_than_the_memory_is_given_back_all_the_same() {
        let cache = Cache::new(MOST_BYTES);
        let at = Coordinates::from_hundredths(1, 1);
        cache.merge(at, entry(1));
        let heavy = entry(200_000);
        assert!(heavy.bytes_elsewhere() as u64 > MOST_BYTES);
        assert!(cache.merge(at, heavy).is_complete());
        assert!(cache.get(at).is_none(), "nor is what it replaced");
    }
}
