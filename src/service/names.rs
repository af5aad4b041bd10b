//! Names that the gazetteer does not have, as the providers' geocoders know them.

use std::{ops::ControlFlow, sync::Arc, time::Duration};

use tokio::time::{Instant, timeout_at};

use super::{
    Caller, FAILURE_KEPT_FOR, Failure, Located, Places, Service, Unavailable,
    flight::{Flights, Joined},
    race::race,
};
use crate::{
    memory::{Kept, Weigh, kept},
    metrics,
};

/// What the places of a name typically take, in bytes: what they are called in other languages is most of it.
const TYPICAL_BYTES: u64 = 2_500;

/// How long a geocoder's word on a name counts. Towns do not move; a new one is found a day late.
const NAME_KEPT_FOR: Duration = Duration::from_hours(24);

type Found = Result<Places, Unavailable>;

/// What geocoders said, and the searches that are under way.
pub struct Names {
    /// What was found, or that nobody answered.
    known: Kept<String, Known>,
    searches: Flights<String, Found>,
}

/// What was said of a name, and until when it counts.
#[derive(Clone)]
struct Known {
    until: Instant,
    found: Found,
}

impl Names {
    /// No name was asked for yet, and no more than so many bytes will be kept.
    pub fn new(most_bytes: u64, counts: metrics::Flights) -> Self {
        Self { known: kept(most_bytes, TYPICAL_BYTES), searches: Flights::new(counts) }
    }

    fn get(&self, name: &str) -> Option<Found> {
        let known = self.known.get(name)?;
        (Instant::now() < known.until).then_some(known.found)
    }
}

impl Weigh for Known {
    fn bytes_elsewhere(&self) -> usize {
        match &self.found {
            Ok(places) => places.bytes_elsewhere(),
            Err(Unavailable::Silence(failures)) => failures.bytes_elsewhere(),
            Err(Unavailable::TooManyMisses(_)) => 0,
        }
    }
}

impl Weigh for Located {
    fn bytes_elsewhere(&self) -> usize {
        let Self { name, other_names, region, country, coordinates: _, timezone } = self;
        let others: usize = other_names.iter().map(|name| size_of_val(name) + name.len()).sum();
        let [region, country, timezone] = [region, country, timezone].map(Weigh::bytes_elsewhere);
        name.len() + others + region + country + timezone
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
        self.0.names.known.insert(name, Known { until: Instant::now() + kept_for, found: found.clone() });
        found
    }
}
