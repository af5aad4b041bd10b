//! Names that the gazetteer does not have, as the providers' geocoders know them.

use std::{ops::ControlFlow, sync::Arc, time::Duration};

use quick_cache::sync::Cache;
use tokio::time::{Instant, timeout_at};

use super::{
    Caller, FAILURE_KEPT_FOR, Failure, Places, Service, Unavailable,
    flight::{Flights, Joined},
    race::race,
};
use crate::metrics;

/// How many names are kept in memory.
const MOST_NAMES: usize = 10_000;

/// How long a geocoder's word on a name counts. Towns do not move; a new one is found a day late.
const NAME_KEPT_FOR: Duration = Duration::from_hours(24);

type Found = Result<Places, Unavailable>;

/// What geocoders said, and the searches that are under way.
pub struct Names {
    /// What was found, or that nobody answered, and until when that counts.
    known: Cache<String, (Instant, Found)>,
    searches: Flights<String, Found>,
}

impl Names {
    /// No name was asked for yet.
    pub fn new(counts: metrics::Flights) -> Self {
        Self { known: Cache::new(MOST_NAMES), searches: Flights::new(counts) }
    }

    fn get(&self, name: &str) -> Option<Found> {
        let (until, found) = self.known.get(name)?;
        (Instant::now() < until).then_some(found)
    }
}

impl Service {
    /// The places of a name, best first.
    ///
    /// # Errors
    /// Where there are geocoders and none of them answers before the deadline.
    pub async fn locate(&self, name: &str, caller: Caller, deadline: Instant) -> Found {
        let names = &self.0.names;
        if let Some(found) = names.get(name) {
            return found;
        }
        if !self.0.guards.iter().any(|guard| guard.locate(name).is_some()) {
            return Ok(Places::default());
        }
        let (service, owned) = (self.clone(), name.to_owned());
        let search = async move { service.search(owned).await };
        let admit = || self.admit(caller);
        match names.searches.join(name.to_owned(), || names.get(name), admit, search) {
            Joined::Landed(found) => found,
            Joined::Refused(wait) => Err(Unavailable::TooManyMisses(wait)),
            Joined::Flying(flight) => match timeout_at(deadline, flight.landing()).await {
                Ok(Some(found)) => found,
                Ok(None) | Err(_) => Err(Unavailable::Silence(Arc::default())),
            },
        }
    }

    /// The first geocoder that answers decides, even where it knows no such place.
    async fn search(&self, name: String) -> Found {
        let guards = self.0.guards.iter();
        let geocoders: Vec<_> = guards.filter_map(|guard| Some((guard.id(), guard.locate(&name)?))).collect();
        let (mut places, mut failures) = (None, Vec::new());
        let unanswered = race(geocoders, self.0.policy.upstream_timeout, |provider, answer| match answer {
            Ok(found) => {
                places = Some(Places::from(found));
                ControlFlow::Break(())
            }
            Err(error) => {
                failures.push(Failure { provider, error });
                ControlFlow::Continue(())
            }
        })
        .await;
        failures.extend(unanswered.into_iter().map(Failure::timed_out));
        let (found, kept_for) = match places {
            Some(places) => (Ok(places), NAME_KEPT_FOR),
            None => (Err(Unavailable::Silence(failures.into())), FAILURE_KEPT_FOR),
        };
        self.0.names.known.insert(name, (Instant::now() + kept_for, found.clone()));
        found
    }
}
