//! The JSON API: its handlers, and their descriptions in the OpenAPI document.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use http::{HeaderMap, HeaderValue, header::CACHE_CONTROL, request::Parts};
use jiff::Timestamp;
use poem::{Addr, Request};
use poem_openapi::{OpenApi, Tags, param::Query};
use tokio::time::Instant;

use crate::{
    byte_cache::CacheBudget,
    clock::Clock,
    place_address::NamedPlace,
    places::Gazetteer,
    response::{CacheControl, FullResponse, Rendering, Representation, ResponseCache, ResponseSource, Variant},
    service::{Caller, Complements, ServedReport, Service},
    text::options::TextOptions,
    weather::complement::ComplementField,
};

pub(crate) mod caller;
pub(crate) mod json;
mod page_weather;
pub mod params;
pub(crate) mod place;
pub mod problem;
mod render;
pub(crate) mod render_window;
pub(crate) mod rendering;
mod responses;
mod retry_after;
mod state;
mod text_weather;

use caller::CallerResolver;
use json::UnitSystem;
pub use page_weather::{PageContents, PageWeather};
use place::{PlaceQuery, PlaceResolver, ResolvedPlace};
use problem::Fault;
use rendering::{cors_json, rendering, source, target, with_complements};
use responses::{
    CommonProblems, DocumentedFault, DocumentedResponse, ForecastResponses, PlacesResponses, StatusResponses,
    WeatherProblems, WeatherResponses,
};
use state::ApiState;
pub use state::{PlacesQuery, ResponseKey};

/// The gazetteer changes only with the program, so its answers may be cached for an hour.
pub(crate) const PLACES_CACHE_CONTROL: CacheControl = CacheControl::Fixed("public, max-age=3600");

/// How many places are returned for a name if the request does not set a limit.
const DEFAULT_PLACES: usize = 8;

/// The handlers of the API. Cheap to clone.
#[derive(Clone)]
pub struct Api(Arc<ApiState>);

impl Api {
    /// The API of a service and a gazetteer. A request that names no place means `default_city`; every request comes
    /// through `trusted_proxies` proxies.
    #[must_use]
    pub fn new(
        service: Service,
        gazetteer: Gazetteer,
        default_city: &str,
        trusted_proxies: usize,
        cache_budget: CacheBudget,
        clock: Clock,
    ) -> Self {
        Self(Arc::new(ApiState {
            place_resolver: PlaceResolver::new(gazetteer.clone(), service.clone(), default_city),
            service,
            gazetteer,
            started_at: clock.now(),
            responses: ResponseCache::new(cache_budget, clock.clone()),
            clock,
            caller_resolver: CallerResolver::behind(trusted_proxies),
        }))
    }

    /// The weather of a place as text.
    ///
    /// # Errors
    /// The same as for the API's own routes.
    pub async fn text(
        &self,
        named: &NamedPlace,
        options: &TextOptions,
        variant: Variant,
        request: &Parts,
        peer: IpAddr,
    ) -> Result<FullResponse, Fault> {
        self.0.text(named, options, variant, request, peer).await
    }

    /// Text that is not about a place, such as help.
    pub fn text_about(&self, write: impl FnOnce(Timestamp) -> String, request: &HeaderMap) -> FullResponse {
        self.0.text_about(write, request)
    }

    /// The cache of responses, which the app checks before it calls a handler.
    #[must_use]
    pub fn responses(&self) -> ResponseCache<ResponseKey> {
        self.0.responses.clone()
    }

    /// The service that provides the weather.
    pub(crate) fn service(&self) -> &Service {
        &self.0.service
    }

    /// The resolver that finds the place that a request refers to.
    pub(crate) fn place_resolver(&self) -> &PlaceResolver {
        &self.0.place_resolver
    }

    /// The gazetteer.
    pub(crate) fn gazetteer(&self) -> &Gazetteer {
        &self.0.gazetteer
    }

    /// The caller of a request with these headers, which came from this address.
    pub(crate) fn caller(&self, headers: &HeaderMap, peer: IpAddr) -> Caller {
        self.0.caller_resolver.resolve(headers, peer)
    }

    /// The page of a place, rendered by `write`. Its weather is fetched only if that is quick.
    ///
    /// # Errors
    /// A name that is not in the gazetteer, or coordinates out of range. Geocoders are not asked.
    pub async fn page(
        &self,
        named: &NamedPlace,
        request: &Parts,
        peer: IpAddr,
        write: impl FnOnce(&PageContents) -> Representation,
    ) -> Result<FullResponse, Fault> {
        page_weather::respond(&self.0, named, request, peer, write).await
    }
}

/// The groups of operations in the document.
#[derive(Tags)]
#[oai(rename_all = "snake_case")]
enum Tag {
    /// Current weather and forecasts.
    Weather,
    /// Search for places.
    Places,
    /// The state of the service itself.
    Service,
}

#[expect(clippy::unused_async, reason = "the macro wants handlers async")]
#[OpenApi(prefix_path = "/api")]
impl Api {
    /// Current weather
    ///
    /// The current weather at a place given by name (`city`) or by coordinates (`lat` and `lon`), or at the default
    /// place if neither is given. Every key is always present; a value that the provider does not give is `null`.
    #[oai(path = "/weather", method = "get", operation_id = "weather", tag = "Tag::Weather")]
    async fn weather(
        &self,
        /// The name of a place, optionally followed by its region or country: `London`, `Paris, TX`, `München`, `北京`.
        /// Also a country, a region, or an airport's three-letter code in capitals.
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
        /// `true` asks another provider for gust, UV index, probability and visibility if the first one does not give
        /// them; `complements` says which values are whose.
        complement: Query<Option<bool>>,
        request: &Request,
    ) -> Result<DocumentedResponse<WeatherResponses>, DocumentedFault<WeatherProblems>> {
        let place = PlaceQuery { city: city.0, latitude: lat.0, longitude: lon.0 };
        let query = self.weather_request(place, units.0, complement.0, request);
        Ok(self.respond_weather(&query, request).await?.into())
    }

    /// Forecast
    ///
    /// Up to 48 hours and seven local calendar days, with a one-sentence outlook for precipitation. The place is given
    /// as for the current weather.
    #[oai(path = "/forecast", method = "get", operation_id = "forecast", tag = "Tag::Weather")]
    async fn forecast(
        &self,
        /// The name of a place, optionally followed by its region or country: `London`, `Paris, TX`, `München`, `北京`.
        /// Also a country, a region, or an airport's three-letter code in capitals.
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
        /// `true` asks another provider for gust, UV index, probability and visibility if the first one does not give
        /// them; `complements` says which values are whose.
        complement: Query<Option<bool>>,
        request: &Request,
    ) -> Result<DocumentedResponse<ForecastResponses>, DocumentedFault<WeatherProblems>> {
        let place = PlaceQuery { city: city.0, latitude: lat.0, longitude: lon.0 };
        let query = self.weather_request(place, units.0, complement.0, request);
        Ok(self.respond_forecast(&query, request).await?.into())
    }

    /// Places by name or near a point
    ///
    /// Search as you type over 170,391 places and their names in many languages: full names and names that begin with
    /// the text, the best known first, then names with one typo. With `lat` and `lon` instead of `q`: the nearest
    /// places. No provider is asked.
    #[oai(path = "/places", method = "get", operation_id = "places", tag = "Tag::Places")]
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
        /// The maximum number of places, 1 to 20. The default is 8 for a name and 1 for coordinates.
        #[oai(validator(minimum(value = "1"), maximum(value = "20")))]
        limit: Query<Option<u8>>,
        request: &Request,
    ) -> Result<DocumentedResponse<PlacesResponses>, DocumentedFault<CommonProblems>> {
        let query = places_query(q.0, lat.0, lon.0, limit.0.map(usize::from))?;
        Ok(self.respond_places(&query, request).into())
    }

    /// Status of the service
    ///
    /// The program's version, when it started, and the state of each provider and of the store.
    #[oai(path = "/status", method = "get", operation_id = "status", tag = "Tag::Service")]
    async fn status(
        &self,
        headers: &HeaderMap,
    ) -> Result<DocumentedResponse<StatusResponses>, DocumentedFault<CommonProblems>> {
        let status = json::StatusJson {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: json::time(self.0.started_at),
            providers: self.0.service.status().into_iter().map(Into::into).collect(),
            store: self.0.service.store_status().into(),
        };
        Ok(cors_json(&status).with(CACHE_CONTROL, HeaderValue::from_static("no-cache")).respond(headers, None).into())
    }
}

/// A request for weather.
struct WeatherRequest {
    place: PlaceQuery,
    units: UnitSystem,
    complement: bool,
    caller: Caller,
    deadline: Instant,
}

impl Api {
    fn weather_request(
        &self,
        place: PlaceQuery,
        units: Option<UnitSystem>,
        complement: Option<bool>,
        request: &Request,
    ) -> WeatherRequest {
        let peer = match &request.remote_addr().0 {
            Addr::SocketAddr(address) => address.ip(),
            _ => Ipv4Addr::UNSPECIFIED.into(),
        };
        WeatherRequest {
            place,
            units: units.unwrap_or_default(),
            complement: complement.unwrap_or_default(),
            caller: self.0.caller_resolver.resolve(request.headers(), peer),
            deadline: self.0.service.deadline(),
        }
    }

    async fn resolve(&self, request: &WeatherRequest) -> Result<ResolvedPlace, Fault> {
        self.0.place_resolver.resolve(&request.place, request.caller, request.deadline).await
    }

    async fn respond_weather(&self, query: &WeatherRequest, request: &Request) -> Result<FullResponse, Fault> {
        let ApiState { place_resolver, service, responses, .. } = &*self.0;
        let (resolved, units) = (self.resolve(query).await?, query.units);
        let served = service.current(resolved.place.coordinates, query.caller, query.deadline).await;
        let served = served.map_err(|why| Fault::no_weather(&resolved.place.label(), &why))?;
        let missing = || served.sourced.value.missing();
        let complements = self.complements(query, &resolved, &served, missing).await;
        let key = ResponseKey::Weather(resolved.clone(), units, query.complement);
        let source = with_complements(source(&served), &complements);
        Ok(responses.get_or_render(target(request), request.headers(), key, source, |now| {
            let (document, window) = render::weather(place_resolver, &resolved, &served, &complements, units, now);
            rendering(&served, &document, window)
        }))
    }

    async fn respond_forecast(&self, query: &WeatherRequest, request: &Request) -> Result<FullResponse, Fault> {
        let ApiState { place_resolver, service, responses, .. } = &*self.0;
        let (resolved, units) = (self.resolve(query).await?, query.units);
        let served = service.forecast(resolved.place.coordinates, query.caller, query.deadline).await;
        let served = served.map_err(|why| Fault::no_weather(&resolved.place.label(), &why))?;
        let missing = || served.sourced.value.unpack().missing(served.sourced.fetched_at);
        let complements = self.complements(query, &resolved, &served, missing).await;
        let key = ResponseKey::Forecast(resolved.clone(), units, query.complement);
        let source = with_complements(source(&served), &complements);
        Ok(responses.get_or_render(target(request), request.headers(), key, source, |now| {
            let (document, window) = render::forecast(place_resolver, &resolved, &served, &complements, units, now);
            rendering(&served, &document, window)
        }))
    }

    /// The values that other providers add to a report, if the request wants them.
    async fn complements<T>(
        &self,
        query: &WeatherRequest,
        resolved: &ResolvedPlace,
        served: &ServedReport<T>,
        missing: impl FnOnce() -> Vec<ComplementField>,
    ) -> Complements {
        if !query.complement || served.is_recording {
            return Complements::default();
        }
        let own = [served.sourced.source.provider];
        self.0.service.complements(resolved.place.coordinates, &own, &missing(), query.caller).await
    }

    fn respond_places(&self, query: &PlacesQuery, request: &Request) -> FullResponse {
        let source = ResponseSource { versions: Vec::new(), cache_control: PLACES_CACHE_CONTROL, valid_until: None };
        let key = ResponseKey::Places(query.clone());
        self.0.responses.get_or_render(target(request), request.headers(), key, source, |_| {
            let places = match query {
                PlacesQuery::Named(text, limit) => self.0.gazetteer.search(text, *limit),
                PlacesQuery::Near(coordinates, limit) => self.0.gazetteer.near(*coordinates, *limit),
            };
            let found = json::PlacesJson { places: places.into_iter().map(Into::into).collect() };
            Rendering { representation: cors_json(&found), valid_during: None }
        })
    }
}

/// The search that a request's parameters ask for.
fn places_query(
    q: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    limit: Option<usize>,
) -> Result<PlacesQuery, Fault> {
    match (q, (latitude, longitude)) {
        (Some(q), (None, None)) => Ok(PlacesQuery::Named(q, limit.unwrap_or(DEFAULT_PLACES))),
        (None, (Some(latitude), Some(longitude))) => {
            Ok(PlacesQuery::Near(place::coordinates(latitude, longitude)?, limit.unwrap_or(1)))
        }
        (None, (None, None)) => Err(Fault::invalid("Give q, the beginning of a name, or lat and lon.")),
        (None, _) => Err(Fault::invalid("lat and lon only work together; give both, in decimal degrees.")),
        (Some(_), _) => Err(Fault::invalid("Give either q or lat and lon, not both.")),
    }
}
