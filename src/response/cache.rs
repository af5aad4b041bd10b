//! Responses made from reports, cached while they stay the same.
//!
//! The key of a response is what its request was resolved to, not how the request was spelt, so that all spellings share
//! its bytes. A small map of aliases, from targets as they were sent to what they were resolved to, saves looking up the
//! place when the same target is requested again.

use std::{
    hash::{BuildHasher, Hash, Hasher, RandomState},
    sync::{Arc, Weak},
    time::Duration,
};

use flate2::Compression;
use http::{HeaderMap, HeaderValue, header::CACHE_CONTROL};
use jiff::{SignedDuration, Timestamp};
use quick_cache::Equivalent;

use super::{
    cache_control::{CacheControl, REVALIDATE, ReusedCacheControl},
    conditional::{GZIP, accepts},
    full::FullResponse,
    representation::Representation,
};
use crate::{
    byte_cache::{ByteCache, CacheBudget, HeapSize, byte_cache},
    clock::{Clock, Moment},
};

/// The typical size of a response in bytes, that of current weather.
const TYPICAL_RESPONSE_BYTES: u64 = 2_500;

/// The typical size of an alias in bytes.
const TYPICAL_ALIAS_BYTES: u64 = 250;

/// The gzip level of cached responses: half the time of the best level for some six percent more bytes.
const COMPRESSION_LEVEL: u32 = 4;

/// The size of a response's headers in bytes. There are about ten.
const HEADERS_BYTES: usize = 1_200;

/// Responses by what their requests were resolved to. Cheap to clone.
pub struct ResponseCache<K>(Arc<ResponseCacheInner<K>>);

struct ResponseCacheInner<K> {
    responses: ByteCache<EncodedKey<K>, Arc<CachedResponse<K>>>,
    aliases: ByteCache<Alias, AliasTarget<K>>,
    hasher: RandomState,
    clock: Clock,
}

/// What a request was resolved to, and whether the response is compressed.
struct EncodedKey<K> {
    key: Arc<K>,
    /// The hash of `key`, computed once because `key` is long.
    hash: u64,
    gzip: bool,
}

/// The target of a request as it was sent, and which of the responses at that address it gets.
#[derive(Clone, Copy, Debug)]
pub struct RequestTarget<'a> {
    /// Path and query.
    pub path_and_query: &'a str,
    /// The kind of response.
    pub variant: Variant,
}

/// The kinds of responses that one address can have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Variant {
    /// The page, or the only response at an address.
    #[default]
    Default,
    /// Text.
    Text,
    /// Text with colours.
    ColouredText,
}

impl<'a> From<&'a str> for RequestTarget<'a> {
    fn from(path_and_query: &'a str) -> Self {
        Self { path_and_query, variant: Variant::default() }
    }
}

/// A target as it was sent, and whether the response may be compressed.
#[derive(PartialEq, Eq, Hash)]
struct Alias {
    target: Box<str>,
    variant: Variant,
    gzip: bool,
}

/// A borrowed [`Alias`] with the same hash.
#[derive(Hash)]
struct AliasRef<'a> {
    target: &'a str,
    variant: Variant,
    gzip: bool,
}

/// The key that an alias stands for. It does not keep the key of an evicted response alive.
struct AliasTarget<K> {
    key: Weak<K>,
    hash: u64,
}

struct CachedResponse<K> {
    key: Arc<K>,
    versions: Vec<ReportVersion>,
    rendering: Rendering,
    cache_control: ReusedCacheControl,
    /// Until when it may be sent without checking for a newer report; `None` means for ever.
    valid_until: Option<Moment>,
}

/// The data from which a response is made, and how long they are valid.
pub struct ResponseSource {
    /// The versions of the reports; empty for data that never change while the program runs.
    pub versions: Vec<ReportVersion>,
    /// The `Cache-Control` header.
    pub cache_control: CacheControl,
    /// Until when the reports are the current ones; `None` means for ever.
    pub valid_until: Option<Moment>,
}

impl ResponseSource {
    /// The source of a response made from both, valid as long as both are.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            versions: [self.versions, other.versions].concat(),
            cache_control: self.cache_control.and(other.cache_control),
            valid_until: [self.valid_until, other.valid_until].into_iter().flatten().reduce(Moment::or_earlier),
        }
    }

    /// The same, valid at most until that moment.
    #[must_use]
    pub fn until(mut self, moment: Moment) -> Self {
        self.valid_until = Some(self.valid_until.map_or(moment, |until| until.or_earlier(moment)));
        self
    }
}

/// Identifies a report of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportVersion {
    /// When the report was fetched.
    pub fetched_at: Timestamp,
    /// The provider.
    pub provider: &'static str,
    /// Whether it is stale.
    pub stale: bool,
}

/// A rendered report, and how long it stays the same.
#[derive(Clone)]
pub struct Rendering {
    /// The uncompressed body with all headers except `Cache-Control`.
    pub representation: Representation,
    /// The period in which the rendering is valid; `None` means for ever.
    pub valid_during: Option<(Timestamp, Timestamp)>,
}

/// A response from the cache.
pub struct CachedHit {
    /// The response, with its current `Cache-Control`.
    pub response: FullResponse,
    /// Whether it is stale.
    pub is_stale: bool,
}

impl<K: Hash + Eq + HeapSize> ResponseCache<K> {
    /// An empty cache within this budget.
    #[must_use]
    pub fn new(budget: CacheBudget, clock: Clock) -> Self {
        Self(Arc::new(ResponseCacheInner {
            responses: byte_cache(budget.responses, TYPICAL_RESPONSE_BYTES),
            aliases: byte_cache(budget.aliases, TYPICAL_ALIAS_BYTES),
            hasher: RandomState::new(),
            clock,
        }))
    }

    /// The cached response to a target, if it is still valid.
    #[must_use]
    pub fn get<'a>(&self, target: impl Into<RequestTarget<'a>>, request: &HeaderMap) -> Option<CachedHit> {
        let gzip = accepts(request, GZIP);
        let RequestTarget { path_and_query: target, variant } = target.into();
        let AliasTarget { key, hash } = self.0.aliases.get(&AliasRef { target, variant, gzip })?;
        let cached = self.0.responses.get(&EncodedKey { key: key.upgrade()?, hash, gzip })?;
        let now = self.0.clock.moment();
        let is_valid = cached.valid_until.is_none_or(|until| !until.is_reached(now));
        is_valid
            .then(|| CachedHit { response: cached.respond(request, now), is_stale: cached.cache_control.is_stale(now) })
    }

    /// The response to what a target was resolved to. It is rendered if no rendering of the same report is valid now.
    pub fn get_or_render<'a>(
        &self,
        target: impl Into<RequestTarget<'a>>,
        request: &HeaderMap,
        key: K,
        source: ResponseSource,
        render: impl FnOnce(Timestamp) -> Rendering,
    ) -> FullResponse {
        let (gzip, now) = (accepts(request, GZIP), self.0.clock.moment());
        let hash = self.0.hasher.hash_one(&key);
        let mut encoded = EncodedKey { key: Arc::new(key), hash, gzip };
        let known = self.0.responses.get(&encoded);
        if let Some(known) = &known {
            // Keep the key that the aliases point to.
            encoded.key = Arc::clone(&known.key);
        }
        let same = known.filter(|known| known.versions == source.versions && known.rendering.is_valid_at(now.wall()));
        let rendering = match same {
            Some(same) => same.rendering.clone(),
            None => render(now.wall()).encoded(gzip),
        };
        let valid_rendering_until = rendering.valid_during.map(|(_, until)| now + until_from(now.wall(), until));
        let cached = Arc::new(CachedResponse {
            key: Arc::clone(&encoded.key),
            versions: source.versions,
            rendering,
            cache_control: ReusedCacheControl::new(source.cache_control),
            valid_until: [source.valid_until, valid_rendering_until].into_iter().flatten().reduce(Moment::or_earlier),
        });
        let alias = AliasTarget { key: Arc::downgrade(&encoded.key), hash };
        self.0.responses.insert(encoded, Arc::clone(&cached));
        let RequestTarget { path_and_query, variant } = target.into();
        self.0.aliases.insert(Alias { target: path_and_query.into(), variant, gzip }, alias);
        cached.respond(request, now)
    }

    /// The response to a request that is unlikely to be repeated: rendered now, not compressed and not cached.
    pub fn render_once(
        &self,
        request: &HeaderMap,
        cache_control: &CacheControl,
        render: impl FnOnce(Timestamp) -> Rendering,
    ) -> FullResponse {
        let now = self.0.clock.moment();
        render(now.wall()).representation.respond(request, Some(cache_control.header(now)))
    }
}

fn until_from(now: Timestamp, then: Timestamp) -> Duration {
    Duration::try_from(then.duration_since(now).max(SignedDuration::ZERO)).unwrap_or_default()
}

impl Rendering {
    fn encoded(self, gzip: bool) -> Self {
        let compressed = if gzip { self.representation.gzip(Compression::new(COMPRESSION_LEVEL)) } else { None };
        let representation = compressed.unwrap_or(self.representation);
        // A placeholder, like the request's id in `Representation`: each response replaces the value.
        Self { representation: representation.with(CACHE_CONTROL, HeaderValue::from_static(REVALIDATE)), ..self }
    }

    fn is_valid_at(&self, now: Timestamp) -> bool {
        self.valid_during.is_none_or(|(since, until)| (since..until).contains(&now))
    }
}

impl<K> CachedResponse<K> {
    fn respond(&self, request: &HeaderMap, now: Moment) -> FullResponse {
        self.rendering.representation.respond(request, Some(self.cache_control.header(now)))
    }
}

impl<K> Clone for ResponseCache<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K> Clone for AliasTarget<K> {
    fn clone(&self) -> Self {
        Self { key: Weak::clone(&self.key), hash: self.hash }
    }
}

impl<K> Hash for EncodedKey<K> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u64(self.hash);
        hasher.write_u8(self.gzip.into());
    }
}

impl<K: PartialEq> PartialEq for EncodedKey<K> {
    fn eq(&self, other: &Self) -> bool {
        self.gzip == other.gzip && (Arc::ptr_eq(&self.key, &other.key) || self.key == other.key)
    }
}

impl<K: Eq> Eq for EncodedKey<K> {}

impl Equivalent<Alias> for AliasRef<'_> {
    fn equivalent(&self, alias: &Alias) -> bool {
        *self.target == *alias.target && self.variant == alias.variant && self.gzip == alias.gzip
    }
}

impl HeapSize for Alias {
    fn heap_bytes(&self) -> usize {
        self.target.len()
    }
}

impl<K> HeapSize for AliasTarget<K> {
    /// A weak pointer keeps the allocation of the key itself alive, but not what the key owns.
    fn heap_bytes(&self) -> usize {
        size_of::<K>()
    }
}

impl<K: HeapSize> HeapSize for EncodedKey<K> {
    fn heap_bytes(&self) -> usize {
        self.key.heap_bytes()
    }
}

impl<K> HeapSize for CachedResponse<K> {
    fn heap_bytes(&self) -> usize {
        self.rendering.representation.body_bytes() + HEADERS_BYTES
    }
}

#[cfg(test)]
mod tests;
