//! The policy in one place: memory, one flight for each place, fail-over, the last answer.

use std::{ops::ControlFlow, sync::Arc, time::Duration};

use futures_util::FutureExt;
use tokio::time::{Instant, timeout_at};

use crate::{
    clock::Clock,
    memory::{Kept, Memory, Weigh, kept},
    metrics::{self, Errand, Lookup, Metrics},
    provider::{Fetched, Located, Provider, ProviderError},
    weather::{Conditions, Coordinates, Sourced},
};

mod breaker;
mod cache;
mod callers;
mod flight;
mod guard;
mod names;
mod packed;
mod race;
#[cfg(test)]
mod tests;
mod window;

pub use breaker::State;
use cache::{Cache, Entry, Held};
pub use callers::Caller;
use callers::Callers;
use flight::{Flights, Joined};
use guard::Guard;
pub use guard::Status;
use names::Names;
pub use packed::PackedForecast;
use race::{SHARE_BEFORE_NEXT, race};

/// How long a caller waits for a renewal before it gets the last answer.
const PATIENCE_WITH_LAST_ANSWER: Duration = Duration::from_millis(800);

/// How long a caller is told the same after nobody answered, so that an outage does not become a stampede.
const FAILURE_KEPT_FOR: Duration = Duration::from_secs(1);

/// However long the lookup of a place took, its weather is asked for with this much time.
const LEAST_TIME: Duration = Duration::from_millis(500);

/// What is typically kept of a flight in vain, in bytes. The reports in it are mostly those that are kept anyway.
const TYPICAL_FAILURE_BYTES: u64 = 2_500;

/// How much later than the providers' time is up a caller is answered: the last answer has still to be found.
const GRACE: Duration = Duration::from_millis(250);

/// What an operator sets.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Age up to which an answer is served without asking again.
    pub fresh_for: Duration,
    /// Age up to which the last answer is served when nobody gives a newer one.
    pub stale_for: Duration,
    /// All the time that a miss may spend upstream.
    pub upstream_timeout: Duration,
    /// How many upstream fetches a minute one caller may cause; 0 is no limit.
    pub misses_per_minute: u32,
    /// How much is kept.
    pub memory: Memory,
}

/// Answers for the weather, whatever happens behind it.
#[derive(Clone)]
pub struct Service(Arc<Inner>);

struct Inner {
    guards: Vec<Guard>,
    policy: Policy,
    cache: Cache,
    flights: Flights<Coordinates, Outcome>,
    /// What flights came back with that found nobody.
    in_vain: Kept<Coordinates, Outcome>,
    callers: Callers,
    names: Names,
    metrics: Metrics,
}

/// The places of one name, best first.
pub type Places = Arc<[Located]>;

/// What a flight brings home: what is now known of the place, and why the rest is missing.
#[derive(Clone)]
struct Outcome {
    entry: Arc<Entry>,
    failures: Arc<[Failure]>,
    /// Until when nobody is asked again for what is missing.
    stands_until: Instant,
}

/// One provider's failure to answer.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The provider's name.
    pub provider: &'static str,
    /// Why it did not answer.
    pub error: ProviderError,
}

/// Why there is no answer.
#[derive(Clone, Debug)]
pub enum Unavailable {
    /// Nobody answered, and there is no last answer: what each of the providers said.
    Silence(Arc<[Failure]>),
    /// The caller has caused too many fetches, and there is no last answer: how long to wait.
    TooManyMisses(Duration),
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
    /// Until when it is fresh.
    pub fresh_until: Instant,
    /// Until when it may be served when nobody gives a newer one.
    pub usable_until: Instant,
    /// Until when whoever asks is told the same.
    pub same_until: Instant,
}

/// A part of what is known of a place.
trait Part: Sized {
    const COUNTED_AS: metrics::Part;

    fn of(entry: &Entry) -> Option<&Held<Self>>;
}

impl Part for Conditions {
    const COUNTED_AS: metrics::Part = metrics::Part::Current;

    fn of(entry: &Entry) -> Option<&Held<Self>> {
        entry.current.as_ref()
    }
}

impl Part for PackedForecast {
    const COUNTED_AS: metrics::Part = metrics::Part::Forecast;

    fn of(entry: &Entry) -> Option<&Held<Self>> {
        entry.forecast.as_ref()
    }
}

impl Service {
    /// A service that asks these providers in this order.
    #[must_use]
    pub fn new(providers: Vec<Arc<dyn Provider>>, policy: Policy, clock: &Clock, metrics: Metrics) -> Self {
        let slow_after = policy.upstream_timeout / SHARE_BEFORE_NEXT;
        let guard = |provider| Guard::new(provider, slow_after, clock.clone(), &metrics);
        Self(Arc::new(Inner {
            guards: providers.into_iter().map(guard).collect(),
            policy,
            cache: Cache::new(policy.memory.reports),
            flights: Flights::new(metrics.flights(Errand::Weather)),
            in_vain: kept(policy.memory.failures, TYPICAL_FAILURE_BYTES),
            callers: Callers::new(policy.misses_per_minute),
            names: Names::new(policy.memory.names, metrics.flights(Errand::Name)),
            metrics,
        }))
    }

    /// Until when a question that is put now has to be answered.
    #[must_use]
    pub fn deadline(&self) -> Instant {
        Instant::now() + self.0.policy.upstream_timeout + GRACE
    }

    /// The weather now at a point.
    ///
    /// # Errors
    /// Where no provider answers before the deadline and no last answer is young enough.
    pub async fn current(
        &self,
        at: Coordinates,
        caller: Caller,
        deadline: Instant,
    ) -> Result<Answer<Conditions>, Unavailable> {
        self.part(at, caller, deadline).await
    }

    /// The weather ahead at a point.
    ///
    /// # Errors
    /// Where no provider answers before the deadline and no last answer is young enough.
    pub async fn forecast(
        &self,
        at: Coordinates,
        caller: Caller,
        deadline: Instant,
    ) -> Result<Answer<PackedForecast>, Unavailable> {
        self.part(at, caller, deadline).await
    }

    /// How each provider fares, in the order in which they are asked.
    #[must_use]
    pub fn status(&self) -> Vec<Status> {
        self.0.guards.iter().map(Guard::status).collect()
    }

    /// Lets the metrics know how each provider fares.
    pub fn tell_metrics(&self) {
        self.0.guards.iter().for_each(Guard::tell_metrics);
    }

    /// Fresh from memory; else from a flight, for which who has a last answer waits a little and who has none until
    /// the deadline.
    async fn part<T: Part>(
        &self,
        at: Coordinates,
        caller: Caller,
        deadline: Instant,
    ) -> Result<Answer<T>, Unavailable> {
        let known = self.0.cache.get(at);
        let last = known.as_deref().and_then(T::of).filter(|held| held.is_usable());
        if let Some(held) = last.filter(|held| held.is_fresh()) {
            self.0.metrics.looked_up(T::COUNTED_AS, Lookup::Hit);
            return Ok(held.answer());
        }
        let service = self.clone();
        let limit = self.time_for_providers(deadline);
        let renewal = async move { service.renew(at, limit).await };
        let admit = || self.admit(caller);
        let patience = Instant::now() + PATIENCE_WITH_LAST_ANSWER;
        let until = if last.is_some() { deadline.min(patience) } else { deadline };
        let renewed = match self.0.flights.join(at, || self.landed::<T>(at), admit, renewal) {
            Joined::Landed(outcome) => outcome.answer(),
            Joined::Refused(wait) => {
                let (recorded, _) = self.ask(at, true, limit).await;
                let outcome = Outcome::now(Arc::new(recorded));
                outcome.answer().map_err(|_| Unavailable::TooManyMisses(wait))
            }
            Joined::Flying(flight) => match timeout_at(until, flight.landing()).await {
                Ok(Some(outcome)) => outcome.answer(),
                Ok(None) | Err(_) => Err(Unavailable::Silence(Arc::default())),
            },
        };
        let answer = match (renewed, last) {
            // The last answer is better than a recording.
            (Ok(answer), Some(last)) if answer.is_recording => Ok(last.answer()),
            (renewed, last) => renewed.or_else(|why| last.map(Held::answer).ok_or(why)),
        };
        let is_stale = answer.as_ref().is_ok_and(|answer| answer.stale);
        self.0.metrics.looked_up(T::COUNTED_AS, if is_stale { Lookup::Stale } else { Lookup::Miss });
        answer
    }

    /// Lets a caller cause a fetch; one that would reach nobody costs it nothing.
    fn admit(&self, caller: Caller) -> Result<(), Duration> {
        if self.0.guards.iter().any(Guard::would_fetch) { self.0.callers.admit(caller) } else { Ok(()) }
    }

    /// What is left for the providers of the time that a caller gave, a lookup of its place before this included.
    fn time_for_providers(&self, deadline: Instant) -> Duration {
        let left = deadline.saturating_duration_since(Instant::now()).saturating_sub(GRACE);
        left.clamp(LEAST_TIME.min(self.0.policy.upstream_timeout), self.0.policy.upstream_timeout)
    }

    /// What another flight brought home since this caller looked, or in vain a moment ago.
    fn landed<T: Part>(&self, at: Coordinates) -> Option<Outcome> {
        let entry = self.0.cache.get(at).filter(|entry| T::of(entry).is_some_and(Held::is_fresh));
        entry.map(Outcome::now).or_else(|| {
            let in_vain = self.0.in_vain.get(&at);
            in_vain.filter(|outcome| Instant::now() < outcome.stands_until)
        })
    }

    /// Asks the providers and remembers what they say; a part that nobody gives stays as it was.
    async fn renew(&self, at: Coordinates, limit: Duration) -> Outcome {
        let (live, mut failures) = self.ask(at, false, limit).await;
        let is_complete = live.is_complete();
        let mut entry = self.0.cache.merge(at, live);
        let usable = entry.usable();
        if !usable.is_complete() {
            let (recorded, refusals) = self.ask(at, true, limit).await;
            failures.extend(refusals);
            entry = Arc::new(usable.or(recorded));
        }
        let mut outcome = Outcome { failures: failures.into(), ..Outcome::now(entry) };
        if !is_complete {
            outcome.stands_until += FAILURE_KEPT_FOR;
            self.0.in_vain.insert(at, outcome.clone());
        }
        outcome
    }

    /// Asks either the live providers or those that play a recording for the parts that are not fresh, until both are
    /// there.
    async fn ask(&self, at: Coordinates, recordings: bool, limit: Duration) -> (Entry, Vec<Failure>) {
        let known = self.0.cache.get(at).unwrap_or_default();
        let asked = self.0.guards.iter().filter(|guard| guard.is_recording() == recordings);
        let contenders: Vec<_> = asked
            .map(|guard| {
                let question = guard.fetch(at, known.known_to(guard.id()));
                (guard.id(), question.map(move |fetched| (guard, fetched)).boxed())
            })
            .collect();
        let (mut entry, mut failures) = (known.fresh(), Vec::new());
        let unanswered = race(contenders, limit, |provider, (guard, fetched)| {
            failures.extend(self.take(&mut entry, guard, fetched).map(|error| Failure { provider, error }));
            if entry.is_complete() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .await;
        failures.extend(unanswered.into_iter().map(Failure::timed_out));
        (entry, failures)
    }

    /// Takes the parts that are still missing; gives the reason where one of them is not there.
    fn take(&self, entry: &mut Entry, guard: &Guard, fetched: Fetched) -> Option<ProviderError> {
        let error = fetched.current.as_ref().err().or(fetched.forecast.as_ref().err()).cloned();
        let new = Entry::new(fetched, guard.source(), guard.is_recording(), self.0.policy);
        *entry = std::mem::take(entry).or(new);
        error
    }
}

impl Outcome {
    /// What is known just now; for what is missing may be asked at once.
    fn now(entry: Arc<Entry>) -> Self {
        Self { entry, failures: Arc::default(), stands_until: Instant::now() }
    }

    fn answer<T: Part>(&self) -> Result<Answer<T>, Unavailable> {
        let held = T::of(&self.entry).filter(|held| held.is_usable());
        let mut answer = held.map(Held::answer).ok_or_else(|| Unavailable::Silence(Arc::clone(&self.failures)))?;
        if answer.stale {
            answer.same_until = self.stands_until.min(answer.usable_until);
        }
        Ok(answer)
    }
}

impl Weigh for Outcome {
    fn bytes_elsewhere(&self) -> usize {
        self.entry.bytes_elsewhere() + self.failures.bytes_elsewhere()
    }
}

impl Weigh for Failure {
    fn bytes_elsewhere(&self) -> usize {
        match &self.error {
            ProviderError::Unreachable(text) | ProviderError::Malformed(text) => text.len(),
            _ => 0,
        }
    }
}

impl Failure {
    fn timed_out(provider: &'static str) -> Self {
        Self { provider, error: ProviderError::TimedOut }
    }
}
