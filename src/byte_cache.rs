//! A cache bounded by bytes, and how the memory for caches is divided.

use std::sync::Arc;

use quick_cache::{Weighter, sync::Cache};

/// The overhead of an entry in bytes, in addition to key and value: links, a slot in the table, and room to grow.
const ENTRY_OVERHEAD: usize = 64;

/// The maximum size of each cache in bytes.
#[derive(Clone, Copy, Debug)]
pub struct CacheBudget {
    /// Reports of places.
    pub reports: u64,
    /// What other providers add to them.
    pub complements: u64,
    /// Rendered responses.
    pub responses: u64,
    /// Request targets as they were sent, each pointing to a response.
    pub aliases: u64,
    /// Geocoders' answers for names.
    pub names: u64,
    /// Recent failures.
    pub failures: u64,
}

impl CacheBudget {
    /// Divides `bytes` between the caches, so that each cached report has room for one response.
    #[must_use]
    pub const fn of(bytes: u64) -> Self {
        let percent = bytes / 100;
        Self {
            reports: 50 * percent,
            complements: 6 * percent,
            responses: 34 * percent,
            aliases: 6 * percent,
            names: 2 * percent,
            failures: 2 * percent,
        }
    }
}

/// Something whose size on the heap is known. It must not change while it is in a cache.
pub trait HeapSize {
    /// The bytes that it points to. Those of the value itself are counted by its owner.
    fn heap_bytes(&self) -> usize;
}

/// A cache bounded by bytes. An entry larger than about a thirtieth of the cache may not be stored at all.
pub type ByteCache<K, V> = Cache<K, V, ByteWeighter>;

/// Weighs entries by their size in bytes.
#[derive(Clone, Copy, Debug)]
pub struct ByteWeighter;

impl<K: HeapSize, V: HeapSize> Weighter<K, V> for ByteWeighter {
    fn weight(&self, key: &K, value: &V) -> u64 {
        let inline = size_of::<K>() + size_of::<V>() + ENTRY_OVERHEAD;
        (inline + key.heap_bytes() + value.heap_bytes()) as u64
    }
}

/// An empty cache. `typical_bytes` is the typical size of an entry. From it follows the number of shards, each with its
/// own lock and bound: as many as leave each of them room for 32 such entries.
#[must_use]
pub fn byte_cache<K: HeapSize + Eq + std::hash::Hash, V: HeapSize + Clone>(
    max_bytes: u64,
    typical_bytes: u64,
) -> ByteCache<K, V> {
    let entries = usize::try_from(max_bytes / typical_bytes).unwrap_or(usize::MAX);
    Cache::with_weighter(entries, max_bytes, ByteWeighter)
}

impl<T: HeapSize> HeapSize for Arc<T> {
    fn heap_bytes(&self) -> usize {
        size_of::<T>() + T::heap_bytes(self)
    }
}

impl<T: HeapSize> HeapSize for Arc<[T]> {
    fn heap_bytes(&self) -> usize {
        size_of_val(&**self) + self.iter().map(HeapSize::heap_bytes).sum::<usize>()
    }
}

impl<T: HeapSize> HeapSize for Option<T> {
    fn heap_bytes(&self) -> usize {
        self.as_ref().map_or(0, HeapSize::heap_bytes)
    }
}

impl HeapSize for String {
    fn heap_bytes(&self) -> usize {
        self.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX_BYTES: u64 = 100_000;

    #[test]
    fn shares_do_not_exceed_the_budget() {
        for bytes in [0, 99, 1_000_000, 80_000_000] {
            let CacheBudget { reports, complements, responses, aliases, names, failures } = CacheBudget::of(bytes);
            let shares = [reports, complements, responses, aliases, names, failures];
            assert!(shares.iter().sum::<u64>() <= bytes, "{bytes}");
        }
    }

    #[test]
    fn entries_of_any_size_stay_within_the_bound() {
        for length in [0, 10, 1_000, 2_900, 50_000, 1_000_000] {
            let cache: ByteCache<String, Arc<String>> = byte_cache(MAX_BYTES, 1_000);
            for n in 0..10_000 {
                cache.insert(n.to_string(), Arc::new("x".repeat(length)));
                assert!(cache.weight() <= MAX_BYTES, "{length}: {}", cache.weight());
            }
            let is_small = length < 30_000;
            assert_eq!(cache.weight() > MAX_BYTES / 2, is_small, "{length}: {}", cache.weight());
        }
    }
}
