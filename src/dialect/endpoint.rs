//! What the dialects share: their state, requests, and how documents become responses.

use std::{collections::HashSet, net::IpAddr, sync::Arc};

use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{ACCESS_CONTROL_EXPOSE_HEADERS, LINK},
    request::Parts,
};
use serde_json::Value;

use super::{
    place_weather::{PlaceReports, PlaceWeather, ReportNeeds},
    query::DialectQuery,
};
use crate::{
    api::{
        Api, PLACES_CACHE_CONTROL, ResponseKey, json,
        place::{PlaceQuery, ResolvedPlace},
        problem::Fault,
    },
    fingerprint::fingerprint,
    response::{FullResponse, JSON, Rendering, Representation, ResponseSource, add_cors_headers, json_line},
    secret::Secret,
    weather::{Source, calendar::NamedZone},
};

/// The providers of the document's values.
const X_WEATHER_SOURCE: HeaderName = HeaderName::from_static("x-weather-source");
/// When the oldest report in the document was fetched.
const X_WEATHER_FETCHED_AT: HeaderName = HeaderName::from_static("x-weather-fetched-at");
/// Set if any report in the document is stale.
const X_WEATHER_STALE: HeaderName = HeaderName::from_static("x-weather-stale");

const EXPOSED_HEADERS: &str =
    "ETag, Link, Retry-After, X-Request-Id, X-Weather-Fetched-At, X-Weather-Source, X-Weather-Stale";

/// Adds the headers that every response of a dialect has.
pub fn add_headers(headers: &mut HeaderMap) {
    add_cors_headers(headers);
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED_HEADERS));
}

/// The state of all dialects. Cheap to clone.
#[derive(Clone)]
pub struct DialectState(Arc<DialectStateInner>);

struct DialectStateInner {
    api: Api,
    keys: AcceptedKeys,
}

/// The fingerprints of the accepted keys, one of which a client has to send; empty if any key is accepted.
struct AcceptedKeys(HashSet<String>);

/// A request to a dialect.
pub struct DialectRequest<'a> {
    target: &'a str,
    pub(super) path: &'a str,
    headers: &'a HeaderMap,
    peer: IpAddr,
    pub(super) query: DialectQuery,
}

/// The document that a request asks for.
pub(super) struct DocumentRequest {
    pub(super) route: &'static str,
    /// What the request was resolved to, apart from the place.
    pub(super) options: String,
    pub(super) needs: ReportNeeds,
    /// The time zone of its days and times; `None` for the place's own.
    pub(super) zone: Option<NamedZone>,
    pub(super) place: ResolvedPlace,
}

impl<'a> DialectRequest<'a> {
    /// # Errors
    /// If the query is not UTF-8.
    pub fn new(request: &'a Parts, peer: IpAddr) -> Result<Self, Fault> {
        Ok(Self {
            target: request.uri.path_and_query().map_or("", |target| target.as_str()),
            path: request.uri.path(),
            headers: &request.headers,
            peer,
            query: DialectQuery::parse(request.uri.query().unwrap_or_default())?,
        })
    }
}

impl DialectState {
    pub fn new(api: Api, keys: &[Secret]) -> Self {
        let keys = AcceptedKeys(keys.iter().map(|key| fingerprint(&[key.expose()])).collect());
        Self(Arc::new(DialectStateInner { api, keys }))
    }

    /// Rejects a client whose key is not accepted.
    pub(super) fn check_key(&self, given: Option<&str>) -> Result<(), Fault> {
        let AcceptedKeys(keys) = &self.0.keys;
        let is_accepted = keys.is_empty() || given.is_some_and(|key| keys.contains(&fingerprint(&[key])));
        if is_accepted { Ok(()) } else { Err(Fault::KeyRejected) }
    }

    /// The place that a request refers to.
    pub(super) async fn resolve(
        &self,
        request: &DialectRequest<'_>,
        place: &PlaceQuery,
    ) -> Result<ResolvedPlace, Fault> {
        let api = &self.0.api;
        let caller = api.caller(request.headers, request.peer);
        api.place_resolver().resolve(place, caller, api.service().deadline()).await
    }

    /// The weather of a place as a document, from the response cache if the cached one is still valid.
    pub(super) async fn weather(
        &self,
        request: &DialectRequest<'_>,
        document: DocumentRequest,
        render: impl FnOnce(PlaceWeather) -> Value,
    ) -> Result<FullResponse, Fault> {
        let api = &self.0.api;
        let DocumentRequest { route, options, needs, zone, place: ResolvedPlace { place, .. } } = document;
        let caller = api.caller(request.headers, request.peer);
        let reports = PlaceReports::fetch(api.service(), place.coordinates, &needs, caller).await;
        let reports = reports.map_err(|why| Fault::no_weather(&place.label(), &why))?;
        let resolved = format!("{} {} {options}", place.coordinates, place.label());
        let key = ResponseKey::Dialect(route, resolved.into());
        let source = reports.response_source();
        Ok(api.responses().get_or_render(request.target, request.headers, key, source, |now| {
            let zone = zone.unwrap_or_else(|| api.place_resolver().zone(&place, reports.timezone()));
            let weather = PlaceWeather::from_reports(place, zone, &reports, now);
            let (window, sources) = (weather.window, weather.sources.clone());
            let representation = Representation::new(JSON, json_line(&render(weather)))
                .with_headers(add_headers)
                .with_headers(|headers| add_source_headers(headers, &reports, &sources))
                .modified_at(reports.modified_at(window));
            Rendering { representation, valid_during: Some((window.as_of, window.until)) }
        }))
    }

    /// Places as a document, which changes only with the version of the program.
    pub(super) fn places(
        &self,
        request: &DialectRequest<'_>,
        route: &'static str,
        resolved: String,
        render: impl FnOnce(&Api) -> Value,
    ) -> FullResponse {
        let source = ResponseSource { versions: Vec::new(), cache_control: PLACES_CACHE_CONTROL, valid_until: None };
        let key = ResponseKey::Dialect(route, resolved.into());
        self.0.api.responses().get_or_render(request.target, request.headers, key, source, |_| {
            let representation = Representation::new(JSON, json_line(&render(&self.0.api))).with_headers(add_headers);
            Rendering { representation, valid_during: None }
        })
    }
}

/// Adds what the format of the document has no room for: the providers, when their reports were fetched, and whether
/// they are stale.
fn add_source_headers(headers: &mut HeaderMap, reports: &PlaceReports, sources: &[Source]) {
    let names: Vec<_> = sources.iter().map(|source| source.provider).collect();
    let mut insert = |name, value: String| {
        // Names of providers and dates are plain text.
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.append(name, value);
        }
    };
    insert(X_WEATHER_SOURCE, names.join(", "));
    insert(X_WEATHER_FETCHED_AT, json::time(reports.fetched_at(sources)));
    if reports.is_stale(sources) {
        insert(X_WEATHER_STALE, "1".to_owned());
    }
    for source in sources {
        insert(LINK, format!("<{}>; rel=\"author\"; title=\"{}\"", source.url, source.name));
    }
}
