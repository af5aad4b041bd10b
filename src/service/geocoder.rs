//! Names that the gazetteer does not have, looked up with the providers' geocoders.

use std::{ops::ControlFlow, sync::Arc, time::Duration};

use futures_util::FutureExt;
use tokio::time::{Instant, timeout_at};

use super::{
    caller_limiter::Caller,
    fetch_turn::{FetchTurn, fetch_turn},
    persistence,
    policy::{FAILURE_TTL, ServicePolicy},
    provider_set::{ProviderSet, retry_after},
    race::race,
    single_flight::{Join, SingleFlight},
    unavailable::{ProviderFailure, Unavailable},
};
use crate::{
    byte_cache::{ByteCache, HeapSize, byte_cache},
    clock::{Clock, Moment},
    metrics::FetchMetrics,
    provider::GeocodedPlace,
    store::Store,
};

/// The typical size of a cached name in bytes. Names in other languages make up most of it.
const TYPICAL_BYTES: u64 = 2_500;

/// How long a geocoder's answer is kept. Towns do not move; a new one is found a day late.
const NAME_TTL: Duration = Duration::from_hours(24);

/// The places of one name, best first.
pub type GeocodedPlaces = Arc<[GeocodedPlace]>;

type GeocodingResult = Result<GeocodedPlaces, Unavailable>;

/// Looks names up in memory, then in the store, then with the providers' geocoders. Cheap to clone.
#[derive(Clone)]
pub struct Geocoder(Arc<GeocoderInner>);

struct GeocoderInner {
    providers: Arc<ProviderSet>,
    upstream_timeout: Duration,
    cache: ByteCache<String, CachedName>,
    searches: SingleFlight<String, GeocodingResult>,
    store: Store,
    clock: Clock,
}

/// What geocoders answered for a name, or that none of them answered.
#[derive(Clone)]
struct CachedName {
    expires_at: Moment,
    result: GeocodingResult,
}

impl HeapSize for CachedName {
    fn heap_bytes(&self) -> usize {
        match &self.result {
            Ok(places) => places.heap_bytes(),
            Err(Unavailable::AllProvidersFailed { failures, .. }) => failures.heap_bytes(),
            Err(Unavailable::TooManyMisses(_)) => 0,
        }
    }
}

impl HeapSize for GeocodedPlace {
    fn heap_bytes(&self) -> usize {
        let Self { name, other_names, region, country, coordinates: _, timezone } = self;
        let others: usize = other_names.iter().map(|name| size_of_val(name) + name.len()).sum();
        let [region, country, timezone] = [region, country, timezone].map(HeapSize::heap_bytes);
        name.len() + others + region + country + timezone
    }
}

impl Geocoder {
    /// A geocoder with an empty cache.
    pub fn new(
        providers: Arc<ProviderSet>,
        policy: ServicePolicy,
        store: Store,
        clock: Clock,
        metrics: FetchMetrics,
    ) -> Self {
        Self(Arc::new(GeocoderInner {
            providers,
            upstream_timeout: policy.upstream_timeout,
            cache: byte_cache(policy.cache_budget.names, TYPICAL_BYTES),
            searches: SingleFlight::new(metrics),
            store,
            clock,
        }))
    }

    /// The places with a name, best first; none if no provider has a geocoder.
    ///
    /// # Errors
    /// If there are geocoders and none of them answers before the deadline.
    pub async fn locate(&self, name: &str, caller: Caller, deadline: Instant) -> GeocodingResult {
        if let Some(result) = self.cached(name) {
            return result;
        }
        if self.0.providers.geocoders().next().is_none() {
            return Ok(GeocodedPlaces::default());
        }
        let (geocoder, owned) = (self.clone(), name.to_owned());
        let search = |_| async move { geocoder.search(owned).await };
        let admit = || self.0.providers.admit(caller);
        match self.0.searches.join(name.to_owned(), || self.cached(name), admit, search) {
            Join::Ready(result) => result,
            Join::Rejected(wait) => Err(Unavailable::TooManyMisses(wait)),
            Join::Pending(search) => match timeout_at(deadline, search.result(|_| true)).await {
                Ok(Some(result)) => result,
                Ok(None) | Err(_) => Err(self.unavailable(Arc::default())),
            },
        }
    }

    fn cached(&self, name: &str) -> Option<GeocodingResult> {
        let cached = self.0.cache.get(name)?;
        (!cached.expires_at.is_reached(self.0.clock.moment())).then_some(cached.result)
    }

    fn unavailable(&self, failures: Arc<[ProviderFailure]>) -> Unavailable {
        Unavailable::AllProvidersFailed { failures, retry_after: retry_after(self.0.providers.geocoders()) }
    }

    /// The places in the store; else those of the first geocoder that answers, even if it knows no such place.
    async fn search(&self, name: String) -> GeocodingResult {
        if let Some(places) = self.load(&name).await {
            return Ok(places);
        }
        let (key, deadline) = (persistence::name_key(&name), Instant::now() + self.0.upstream_timeout);
        let load = || self.load(&name).boxed();
        let lease = match fetch_turn(&self.0.store, &key, deadline, load, || {}).await {
            FetchTurn::Own(lease) => lease,
            FetchTurn::Fetched(places) => return Ok(places),
            FetchTurn::TimedOut => return Err(self.unavailable(Arc::default())),
        };
        let limit = deadline.saturating_duration_since(Instant::now());
        let guards = self.0.providers.iter();
        let geocoders: Vec<_> = guards.filter_map(|guard| Some((guard.id(), guard.locate(&name)?))).collect();
        let (mut places, mut failures) = (None, Vec::new());
        let unanswered = race(geocoders, limit, |provider, answer| match answer {
            Ok(found) => {
                places = Some(GeocodedPlaces::from(found));
                ControlFlow::Break(())
            }
            Err(error) => {
                failures.push(ProviderFailure { provider, error });
                ControlFlow::Continue(())
            }
        })
        .await;
        failures.extend(unanswered.into_iter().map(ProviderFailure::timed_out));
        let (result, ttl) = match places {
            Some(places) => {
                self.save(&name, &places).await;
                (Ok(places), NAME_TTL)
            }
            None => (Err(self.unavailable(failures.into())), FAILURE_TTL),
        };
        drop(lease);
        self.keep(name, self.0.clock.moment() + ttl, result.clone());
        result
    }

    fn keep(&self, name: String, expires_at: Moment, result: GeocodingResult) {
        self.0.cache.insert(name, CachedName { expires_at, result });
    }

    /// Reads a name's places from the store.
    async fn load(&self, name: &str) -> Option<GeocodedPlaces> {
        let contents = self.0.store.get(&persistence::name_key(name)).await?;
        let now = self.0.clock.moment();
        let (places, age) = persistence::read_name(&contents, now)?;
        self.keep(name.to_owned(), now + NAME_TTL.checked_sub(age)?, Ok(Arc::clone(&places)));
        Some(places)
    }

    /// Writes a geocoder's answer to the store: in the background, or, if other instances wait for it, before the caller
    /// goes on.
    async fn save(&self, name: &str, places: &GeocodedPlaces) {
        let (now, places) = (self.0.clock.moment(), Arc::clone(places));
        let (key, expires_at) = (persistence::name_key(name), (now + NAME_TTL).wall());
        let contents = move || persistence::write_name(&places, now.wall());
        if self.0.store.is_shared() {
            self.0.store.put(&key, &contents(), expires_at).await;
        } else {
            self.0.store.put_in_background(key, expires_at, contents);
        }
    }
}
