//! The JSON API: thin handlers between the wire and what knows the weather.

use std::{sync::Arc, time::Duration};

use http::HeaderMap;
use jiff::Timestamp;
use poem::{Request, Response};
use poem_openapi::{OpenApi, param::Query};
use serde::Serialize;
use tokio::time::Instant;

use crate::{
    clock::Clock,
    memory::Memory,
    places::Gazetteer,
    provider::ProviderError,
    ready::{CacheControl, Freshness, Holds, Ready},
    service::{Answer, Caller, Service, Unavailable},
};

mod caller;
mod place;
pub mod problem;
mod render;
mod rendered;
mod reply;
mod wire;

use caller::caller;
use place::{Asked, Finder};
use problem::Fault;
use rendered::{Body, Key, Kind, Rendered, Version};
use reply::{AnyProblem, ForecastAnswer, PlacesAnswer, Reply, StatusAnswer, WeatherAnswer, WeatherProblem};
use wire::UnitSystem;

/// A stale answer is asked again soon: it is renewed behind the scenes.
const STALE_MAX_AGE: Duration = Duration::from_secs(5);

/// How many places are told where the request does not say.
const PLACES_BY_NAME: usize = 8;

/// When it is worth asking again after nobody answered.
const RETRY_SOON: Duration = Duration::from_secs(10);

/// The handlers and all that they ask.
#[derive(Clone)]
pub struct Api(Arc<Inner>);

struct Inner {
    service: Service,
    finder: Finder,
    gazetteer: Gazetteer,
    rendered: Rendered,
    clock: Clock,
    started_at: Timestamp,
    trusted_proxies: usize,
}

impl Api {
    /// The API of a service and a gazetteer; a request that names no place means `default_city`, and comes through so
    /// many proxies of ours.
    #[must_use]
    pub fn new(
        service: Service,
        gazetteer: Gazetteer,
        default_city: &str,
        trusted_proxies: usize,
        memory: Memory,
        clock: Clock,
    ) -> Self {
        Self(Arc::new(Inner {
            finder: Finder::new(gazetteer.clone(), service.clone(), default_city),
            service,
            gazetteer,
            rendered: Rendered::new(memory.bodies),
            started_at: clock.now(),
            trusted_proxies,
            clock,
        }))
    }
}

#[expect(clippy::unused_async, reason = "the macro wants handlers async")]
#[OpenApi(prefix_path = "/api")]
impl Api {
    /// Current weather
    ///
    /// The weather now at a place given by name (`city`) or by coordinates (`lat` and `lon`), or at the default place
    /// when neither is given. Every key is always there; what the provider does not say is `null`.
    #[oai(path = "/weather", method = "get", operation_id = "weather")]
    async fn weather(
        &self,
        /// A name, and after a comma or a space its region or country: `London`, `Paris, TX`, `München`, `北京`.
        #[oai(validator(min_length = 1, max_length = 100))]
        city: Query<Option<String>>,
        /// Decimal degrees north, such as 51.51; with `lon`, instead of `city`.
        #[oai(validator(minimum(value = "-90"), maximum(value = "90")))]
        lat: Query<Option<f64>>,
        /// Decimal degrees east, such as -0.13; with `lat`, instead of `city`.
        #[oai(validator(minimum(value = "-180"), maximum(value = "180")))]
        lon: Query<Option<f64>>,
        /// `metric` (the default) or `imperial`.
        units: Query<Option<UnitSystem>>,
        request: &Request,
    ) -> Reply<Result<WeatherAnswer, WeatherProblem>> {
        let question = self.question(city.0, (lat.0, lon.0), units.0, request);
        self.current(&question, request.headers()).await.map_or_else(Reply::from, Reply::from)
    }

    /// Hours and days ahead
    ///
    /// Up to 48 hours and seven local calendar days, and one sentence about precipitation. The place is given as for
    /// the current weather.
    #[oai(path = "/forecast", method = "get", operation_id = "forecast")]
    async fn forecast(
        &self,
        /// A name, and after a comma or a space its region or country: `London`, `Paris, TX`, `München`, `北京`.
        #[oai(validator(min_length = 1, max_length = 100))]
        city: Query<Option<String>>,
        /// Decimal degrees north, such as 51.51; with `lon`, instead of `city`.
        #[oai(validator(minimum(value = "-90"), maximum(value = "90")))]
        lat: Query<Option<f64>>,
        /// Decimal degrees east, such as -0.13; with `lat`, instead of `city`.
        #[oai(validator(minimum(value = "-180"), maximum(value = "180")))]
        lon: Query<Option<f64>>,
        /// `metric` (the default) or `imperial`.
        units: Query<Option<UnitSystem>>,
        request: &Request,
    ) -> Reply<Result<ForecastAnswer, WeatherProblem>> {
        let question = self.question(city.0, (lat.0, lon.0), units.0, request);
        self.ahead(&question, request.headers()).await.map_or_else(Reply::from, Reply::from)
    }

    /// Places by name or near a point
    ///
    /// Search as you type over 170,391 places and their names in many languages: whole names first, then beginnings,
    /// then names one slip away. With `lat` and `lon` instead of `q`: the nearest places. No upstream is asked.
    #[oai(path = "/places", method = "get", operation_id = "places")]
    async fn places(
        &self,
        /// The beginning of a name, in any script.
        #[oai(validator(max_length = 100))]
        q: Query<Option<String>>,
        /// Decimal degrees north, such as 51.51; with `lon`, instead of `q`.
        #[oai(validator(minimum(value = "-90"), maximum(value = "90")))]
        lat: Query<Option<f64>>,
        /// Decimal degrees east, such as -0.13; with `lat`, instead of `q`.
        #[oai(validator(minimum(value = "-180"), maximum(value = "180")))]
        lon: Query<Option<f64>>,
        /// How many places at most: 1 to 20, else 8 for a name and 1 for coordinates.
        #[oai(validator(minimum(value = "1"), maximum(value = "20")))]
        limit: Query<Option<u8>>,
        headers: &HeaderMap,
    ) -> Reply<Result<PlacesAnswer, AnyProblem>> {
        let limit = limit.0.map(usize::from);
        let found = self.found(q.0.as_deref(), (lat.0, lon.0), limit);
        found.map_or_else(Reply::from, |places| Ready::json(&places).respond(headers, &Freshness::AN_HOUR).into())
    }

    /// How the service fares
    ///
    /// The program's version, when it started, and how each provider fares.
    #[oai(path = "/status", method = "get", operation_id = "status")]
    async fn status(&self, headers: &HeaderMap) -> Reply<Result<StatusAnswer, AnyProblem>> {
        let status = wire::Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: wire::time(self.0.started_at),
            providers: self.0.service.status().into_iter().map(Into::into).collect(),
        };
        Ready::json(&status).respond(headers, &Freshness::REVALIDATE_ANEW).into()
    }
}

/// A question for the weather as it was put.
struct Question {
    city: Option<String>,
    at: (Option<f64>, Option<f64>),
    units: UnitSystem,
    caller: Caller,
    deadline: Instant,
}

impl Question {
    /// Equal for questions that are answered with the same bytes.
    fn key(&self, kind: Kind, asked: &Asked) -> Key {
        let place = match &self.city {
            Some(city) => format!("city={city}"),
            None if self.at.0.is_none() => String::new(),
            None => asked.place.coordinates.to_string(),
        };
        Key { kind, units: self.units, place }
    }
}

impl Api {
    fn question(
        &self,
        city: Option<String>,
        at: (Option<f64>, Option<f64>),
        units: Option<UnitSystem>,
        request: &Request,
    ) -> Question {
        let caller = caller(request, self.0.trusted_proxies);
        Question { city, at, units: units.unwrap_or_default(), caller, deadline: self.0.service.deadline() }
    }

    async fn current(&self, question: &Question, headers: &HeaderMap) -> Result<Response, Fault> {
        let Inner { finder, service, clock, .. } = &*self.0;
        let asked = finder.find(question).await?;
        let answer = service.current(asked.place.coordinates, question.caller, question.deadline).await;
        let answer = answer.map_err(|why| unavailable(&asked, &why))?;
        let now = clock.now();
        let render = || render::weather(finder, &asked, &answer, question.units, now);
        Ok(self.tell(question.key(Kind::Weather, &asked), &answer, now, render, headers))
    }

    async fn ahead(&self, question: &Question, headers: &HeaderMap) -> Result<Response, Fault> {
        let Inner { finder, service, clock, .. } = &*self.0;
        let asked = finder.find(question).await?;
        let answer = service.forecast(asked.place.coordinates, question.caller, question.deadline).await;
        let answer = answer.map_err(|why| unavailable(&asked, &why))?;
        let now = clock.now();
        let render = || render::forecast(finder, &asked, &answer, question.units, now);
        Ok(self.tell(question.key(Kind::Forecast, &asked), &answer, now, render, headers))
    }

    fn tell<T, D: Serialize>(
        &self,
        key: Key,
        answer: &Answer<T>,
        now: Timestamp,
        render: impl FnOnce() -> D,
        headers: &HeaderMap,
    ) -> Response {
        let version = Version::new(answer.sourced.fetched_at, answer.stale, now);
        let body = self.0.rendered.body(key, version, now, render);
        body.ready.respond(headers, &freshness(answer, &body, now))
    }

    fn found(
        &self,
        q: Option<&str>,
        at: (Option<f64>, Option<f64>),
        limit: Option<usize>,
    ) -> Result<wire::Places, Fault> {
        let gazetteer = &self.0.gazetteer;
        let places = match (q, at) {
            (Some(q), (None, None)) => gazetteer.search(q, limit.unwrap_or(PLACES_BY_NAME)),
            (None, (Some(latitude), Some(longitude))) => {
                gazetteer.near(place::coordinates(latitude, longitude)?, limit.unwrap_or(1))
            }
            (None, (None, None)) => return Err(invalid("Give q, the beginning of a name, or lat and lon.")),
            (None, _) => return Err(invalid("lat and lon only work together; give both, in decimal degrees.")),
            (Some(_), _) => return Err(invalid("Give either q or lat and lon, not both.")),
        };
        Ok(wire::Places { places: places.into_iter().map(Into::into).collect() })
    }
}

fn invalid(detail: &str) -> Fault {
    Fault::InvalidRequest(detail.to_owned())
}

/// How long it is fresh, how much longer it may be shown, and until when the same is told.
fn freshness<T>(answer: &Answer<T>, body: &Body, now: Timestamp) -> Freshness {
    let is_asked_again_soon = answer.stale && !answer.is_recording;
    Freshness {
        control: CacheControl::Counted {
            fresh_until: answer.fresh_until,
            at_least: if is_asked_again_soon { STALE_MAX_AGE } else { Duration::ZERO },
            usable_until: answer.usable_until,
        },
        last_modified: Some(body.made_at),
        holds: Holds::Until(answer.same_until.min(Instant::now() + body.version.reads_the_same_for(now))),
    }
}

/// What the caller is told is not what the log is told: no provider's words, no address.
fn unavailable(asked: &Asked, why: &Unavailable) -> Fault {
    let failures = match why {
        Unavailable::TooManyMisses(wait) => return Fault::TooManyRequests { retry_after: *wait },
        Unavailable::Silence(failures) => failures,
    };
    let place = asked.place.name.clone().unwrap_or_else(|| asked.place.coordinates.to_string());
    let detail = if failures.iter().any(|failure| failure.provider == "sample") {
        format!(
            "No weather provider could be reached for {place}, and the recorded sample is of London only; \
             ask for city=London, or try again later."
        )
    } else {
        format!("No weather provider has an answer for {place} at the moment; try again in a few seconds.")
    };
    let left_alone = failures.iter().filter_map(|failure| match failure.error {
        ProviderError::LeftAlone(wait) => Some(wait),
        _ => None,
    });
    Fault::UpstreamUnavailable { detail, retry_after: left_alone.min().unwrap_or(RETRY_SOON) }
}
