//! How much memory is kept for answers, and what may take how much of it.

use std::sync::Arc;

use quick_cache::{Weighter, sync::Cache};

/// What a cache takes for an entry beside key and value: its links, its place in the table, and room to grow.
const BOOKKEEPING: usize = 64;

/// The most bytes that each of the caches keeps.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// What is known of places.
    pub reports: u64,
    /// Answers that are repeated as they were given.
    pub answers: u64,
    /// Bodies from which answers are made. They are mostly shared with these, and quickly made anew.
    pub bodies: u64,
    /// What geocoders said of names.
    pub names: u64,
    /// Why there was no answer a moment ago.
    pub failures: u64,
}

impl Memory {
    /// Shares so many bytes out: such that the places whose reports are kept have room for one answer each.
    #[must_use]
    pub const fn of(bytes: u64) -> Self {
        let percent = bytes / 100;
        Self {
            reports: 56 * percent,
            answers: 34 * percent,
            bodies: 6 * percent,
            names: 2 * percent,
            failures: 2 * percent,
        }
    }
}

/// What can be weighed to be kept. The weight must not change while it is kept.
pub trait Weigh {
    /// The bytes that it points to; its own are counted by whoever holds it.
    fn bytes_elsewhere(&self) -> usize;
}

/// A cache that weighs what it keeps. What weighs more than a thirtieth of it may not be kept at all.
pub type Kept<K, V> = Cache<K, V, Scales>;

/// Weighs in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Scales;

impl<K: Weigh, V: Weigh> Weighter<K, V> for Scales {
    fn weight(&self, key: &K, value: &V) -> u64 {
        let inside = size_of::<K>() + size_of::<V>() + BOOKKEEPING;
        (inside + key.bytes_elsewhere() + value.bytes_elsewhere()) as u64
    }
}

/// An empty cache of at most so many bytes. By what an entry typically takes, it decides into how many parts with a
/// lock and a bound of their own it divides itself: so many that each has room for 32 such entries.
#[must_use]
pub fn kept<K: Weigh + Eq + std::hash::Hash, V: Weigh + Clone>(most_bytes: u64, typical_bytes: u64) -> Kept<K, V> {
    let entries = usize::try_from(most_bytes / typical_bytes).unwrap_or(usize::MAX);
    Cache::with_weighter(entries, most_bytes, Scales)
}

impl<T: Weigh> Weigh for Arc<T> {
    fn bytes_elsewhere(&self) -> usize {
        size_of::<T>() + T::bytes_elsewhere(self)
    }
}

impl<T: Weigh> Weigh for Arc<[T]> {
    fn bytes_elsewhere(&self) -> usize {
        size_of_val(&**self) + self.iter().map(Weigh::bytes_elsewhere).sum::<usize>()
    }
}

impl<T: Weigh> Weigh for Option<T> {
    fn bytes_elsewhere(&self) -> usize {
        self.as_ref().map_or(0, Weigh::bytes_elsewhere)
    }
}

impl Weigh for String {
    fn bytes_elsewhere(&self) -> usize {
        self.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST_BYTES: u64 = 100_000;

    #[test]
    fn nobody_gets_what_is_not_there() {
        for bytes in [0, 99, 1_000_000, 80_000_000] {
            let Memory { reports, answers, bodies, names, failures } = Memory::of(bytes);
            assert!(reports + answers + bodies + names + failures <= bytes, "{bytes}");
        }
    }

    #[test]
    fn however_heavy_the_entries_are_they_keep_within_the_bound() {
        for length in [0, 10, 1_000, 2_900, 50_000, 1_000_000] {
            let cache: Kept<String, Arc<String>> = kept(MOST_BYTES, 1_000);
            for n in 0..10_000 {
                cache.insert(n.to_string(), Arc::new("x".repeat(length)));
                assert!(cache.weight() <= MOST_BYTES, "{length}: {}", cache.weight());
            }
            let is_light = length < 30_000;
            assert_eq!(cache.weight() > MOST_BYTES / 2, is_light, "{length}: {}", cache.weight());
        }
    }
}
