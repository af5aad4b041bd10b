//! The policy in one place: memory, one flight for each place, fail-over, the last answer.

use std::{ops::ControlFlow, sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, timeout};

use crate::{
    clock::Clock,
    provider::{Fetched, Located, Provider, ProviderError},
    weather::{Conditions, Coordinates, Forecast, Sourced},
};

mod cache;
mod flight;
mod race;
mod record;

use cache::{Cache, Entry, Held};
use flight::{Flights, Joined};
use race::race;
use record::Recorded;
pub use record::{State, Status};

/// How long a caller waits for a renewal before it gets the last answer.
const PATIENCE_WITH_LAST_ANSWER: Duration = Duration::from_millis(800);

/// How many places, and how many names that geocoders resolved, are kept in memory.
const MOST_ENTRIES: usize = 10_000;

/// How long a geocoder's word on a name counts. Towns do not move; new ones are found a day late.
const NAME_KEPT_FOR: Duration = Duration::from_hours(24);

/// The times that an operator sets.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Age up to which an answer is served without asking again.
    pub fresh_for: Duration,
    /// Age up to which the last answer is served when nobody gives a newer one.
    pub stale_for: Duration,
    /// All the time that a miss may spend upstream.
    pub upstream_timeout: Duration,
}

/// Answers for the weather, whatever happens behind it.
#[derive(Clone)]
pub struct Service(Arc<Inner>);

struct Inner {
    providers: Vec<Recorded>,
    policy: Policy,
    cache: Cache,
    flights: Flights<Coordinates, Outcome>,
    names: quick_cache::sync::Cache<String, (Instant, Places)>,
    searches: Flights<String, Result<Places, Unavailable>>,
}

/// The places of one name, best first.
pub type Places = Arc<[Located]>;

/// What a flight brings home: what is now known of the place, and why the rest is missing.
#[derive(Clone)]
struct Outcome {
    entry: Arc<Entry>,
    failures: Arc<[Failure]>,
}

/// One provider's failure to answer.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The provider's name.
    pub provider: &'static str,
    /// Why it did not answer.
    pub error: ProviderError,
}

/// Nobody answered, and there is no last answer.
#[derive(Clone, Debug, Default)]
pub struct Unavailable {
    /// What each of the providers said.
    pub failures: Arc<[Failure]>,
}

/// An answer and its age.
#[derive(Clone, Debug)]
pub struct Answer<T> {
    /// What was said, by whom and when.
    pub sourced: Arc<Sourced<T>>,
    /// Whether it is past its freshness.
    pub stale: bool,
    /// Whether it is a recording.
    pub is_recording: bool,
    /// For how long it is still fresh.
    pub fresh_for: Duration,
    /// For how long it may still be served when nobody gives a newer one.
    pub usable_for: Duration,
}

/// A part of what is known of a place.
trait Part: Sized {
    fn of(entry: &Entry) -> Option<&Held<Self>>;
}

impl Part for Conditions {
    fn of(entry: &Entry) -> Option<&Held<Self>> {
        entry.current.as_ref()
    }
}

impl Part for Forecast {
    fn of(entry: &Entry) -> Option<&Held<Self>> {
        entry.forecast.as_ref()
    }
}

impl Service {
    /// A service that asks these providers in this order.
    #[must_use]
    pub fn new(providers: Vec<Arc<dyn Provider>>, policy: Policy, clock: &Clock) -> Self {
        Self(Arc::new(Inner {
            providers: providers.into_iter().map(|provider| Recorded::new(provider, clock.clone())).collect(),
            policy,
            cache: Cache::new(MOST_ENTRIES),
            flights: Flights::default(),
            names: quick_cache::sync::Cache::new(MOST_ENTRIES),
            searches: Flights::default(),
        }))
    }

    /// The weather now at a point.
    ///
    /// # Errors
    /// Where no provider answers and no last answer is young enough.
    pub async fn current(&self, at: Coordinates) -> Result<Answer<Conditions>, Unavailable> {
        self.part(at).await
    }

    /// The weather ahead at a point.
    ///
    /// # Errors
    /// Where no provider answers and no last answer is young enough.
    pub async fn forecast(&self, at: Coordinates) -> Result<Answer<Forecast>, Unavailable> {
        self.part(at).await
    }

    /// The places of a name that the gazetteer does not have, as the providers' geocoders know them.
    ///
    /// # Errors
    /// Where there are geocoders and none of them answers.
    pub async fn locate(&self, name: &str) -> Result<Places, Unavailable> {
        if let Some(places) = self.remembered(name) {
            return Ok(places);
        }
        let service = self.clone();
        let owned = name.to_owned();
        let search = async move { service.search(owned).await };
        match self.0.searches.join(name.to_owned(), || self.remembered(name).map(Ok), search) {
            Joined::Landed(places) => places,
            Joined::Flying(flight) => flight.landing().await.unwrap_or_else(|| Err(Unavailable::default())),
        }
    }

    /// How each provider fares, in the order in which they are asked.
    #[must_use]
    pub fn status(&self) -> Vec<Status> {
        self.0.providers.iter().map(Recorded::status).collect()
    }

    async fn part<T: Part>(&self, at: Coordinates) -> Result<Answer<T>, Unavailable> {
        let known = self.0.cache.get(at);
        let last = known.as_deref().and_then(T::of).filter(|held| held.is_usable());
        if let Some(held) = last.filter(|held| held.is_fresh()) {
            return Ok(held.answer());
        }
        let service = self.clone();
        let renewal = async move { service.renew(at).await };
        let flight = match self.0.flights.join(at, || self.landed::<T>(at), renewal) {
            Joined::Landed(outcome) => return outcome.answer(),
            Joined::Flying(flight) => flight,
        };
        let Some(last) = last else {
            return flight.landing().await.ok_or_else(Unavailable::default)?.answer();
        };
        let landed = timeout(PATIENCE_WITH_LAST_ANSWER, flight.landing()).await.ok().flatten();
        Ok(landed.and_then(|outcome| outcome.answer().ok()).unwrap_or_else(|| last.answer()))
    }

    /// What another flight stored since this caller looked.
    fn landed<T: Part>(&self, at: Coordinates) -> Option<Outcome> {
        let entry = self.0.cache.get(at)?;
        T::of(&entry).is_some_and(Held::is_fresh).then(|| Outcome { entry, failures: Arc::default() })
    }

    /// Asks the providers and remembers what they say; a part that nobody gives stays as it was.
    async fn renew(&self, at: Coordinates) -> Outcome {
        let (live, mut failures) = self.ask(at, false).await;
        let mut entry = self.0.cache.merge(at, live);
        if !entry.is_usable() {
            let (recorded, refusals) = self.ask(at, true).await;
            failures.extend(refusals);
            entry = Arc::new(entry.or(recorded));
        }
        Outcome { entry, failures: failures.into() }
    }

    /// Asks either the live providers or those that play a recording, until both parts are there.
    async fn ask(&self, at: Coordinates, recordings: bool) -> (Entry, Vec<Failure>) {
        let asked = self.0.providers.iter().filter(|provider| provider.is_recording() == recordings);
        let contenders: Vec<_> = asked
            .map(|provider| {
                let question: BoxFuture<'_, _> = provider.fetch(at).map(move |fetched| (provider, fetched)).boxed();
                (provider.id(), question)
            })
            .collect();
        let (mut entry, mut failures) = (Entry::default(), Vec::new());
        let unanswered = race(contenders, self.0.policy.upstream_timeout, |name, (provider, fetched)| {
            failures.extend(self.take(&mut entry, provider, fetched).map(|error| Failure { provider: name, error }));
            if entry.is_complete() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .await;
        for provider in unanswered {
            failures.push(Failure { provider, error: ProviderError::TimedOut });
        }
        (entry, failures)
    }

    /// Takes the parts that are still missing; gives the reason where one of them is not there.
    fn take(&self, entry: &mut Entry, provider: &Recorded, fetched: Fetched) -> Option<ProviderError> {
        let Fetched { current, forecast, timezone, fetched_at, fresh_until } = fetched;
        let source = provider.source();
        let provider_wants = fresh_until.map_or(Duration::ZERO, |until| until_then(fetched_at, until));
        let error = current.as_ref().err().or(forecast.as_ref().err()).cloned();
        let hold = Holding { policy: self.0.policy, provider_wants, is_recording: provider.is_recording() };
        if let (None, Ok(value)) = (&entry.current, current) {
            entry.current = Some(hold.on(Sourced { value, source, fetched_at, timezone: timezone.clone() }));
        }
        if let (None, Ok(value)) = (&entry.forecast, forecast) {
            entry.forecast = Some(hold.on(Sourced { value, source, fetched_at, timezone }));
        }
        error
    }

    fn remembered(&self, name: &str) -> Option<Places> {
        let (since, places) = self.0.names.get(name)?;
        (since.elapsed() < NAME_KEPT_FOR).then_some(places)
    }

    /// The first geocoder that answers decides, even where it knows no such place.
    async fn search(&self, name: String) -> Result<Places, Unavailable> {
        let providers = self.0.providers.iter();
        let geocoders: Vec<_> =
            providers.filter_map(|provider| Some((provider.id(), provider.locate(&name)?))).collect();
        let (mut found, mut failures) = (None, Vec::new());
        let has_geocoder = !geocoders.is_empty();
        let unanswered = race(geocoders, self.0.policy.upstream_timeout, |provider, answer| match answer {
            Ok(places) => {
                found = Some(Places::from(places));
                ControlFlow::Break(())
            }
            Err(error) => {
                failures.push(Failure { provider, error });
                ControlFlow::Continue(())
            }
        })
        .await;
        let timed_out = unanswered.into_iter().map(|provider| Failure { provider, error: ProviderError::TimedOut });
        failures.extend(timed_out);
        match found {
            None if has_geocoder => Err(Unavailable { failures: failures.into() }),
            found => {
                let places = found.unwrap_or_default();
                self.0.names.insert(name, (Instant::now(), Arc::clone(&places)));
                Ok(places)
            }
        }
    }
}

/// How what one provider said is held.
struct Holding {
    policy: Policy,
    provider_wants: Duration,
    is_recording: bool,
}

impl Holding {
    fn on<T>(&self, sourced: Sourced<T>) -> Held<T> {
        if self.is_recording {
            Held::recorded(sourced, self.policy)
        } else {
            Held::new(sourced, self.provider_wants, self.policy)
        }
    }
}

impl Outcome {
    fn answer<T: Part>(&self) -> Result<Answer<T>, Unavailable> {
        let held = T::of(&self.entry).filter(|held| held.is_usable());
        held.map(Held::answer).ok_or_else(|| Unavailable { failures: Arc::clone(&self.failures) })
    }
}

fn until_then(now: Timestamp, then: Timestamp) -> Duration {
    Duration::try_from(then.duration_since(now).max(SignedDuration::ZERO)).unwrap_or_default()
}
