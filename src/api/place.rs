//! Finds the place that a request refers to.

use std::sync::Arc;

use jiff::tz::TimeZone;

use tokio::time::Instant;

use super::{
    json::{PlaceJson, RequestedPlaceJson},
    problem::Fault,
};
use crate::{
    byte_cache::HeapSize,
    place_address::{MAX_NAME_CHARS, NamedPlace},
    places::{self, Gazetteer, fold::fold},
    provider::GeocodedPlace,
    service::{Caller, Service},
    weather::{Coordinates, OutOfRange, calendar::NamedZone, days::nautical_zone},
};

/// How many alternatives or suggestions are returned at most.
const MAX_ALTERNATIVES: usize = 5;

/// How far coordinates may lie from a place to be shown under its name.
const MAX_NAME_DISTANCE_KM: f64 = 30.0;

/// How far a point may lie from a place to use its time zone.
const MAX_ZONE_DISTANCE_KM: f64 = 100.0;

/// One place, from the gazetteer, a geocoder or coordinates.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PlaceDetails {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// The name by which it was found, if that is not its own.
    pub matched: Option<String>,
    /// The region it lies in.
    pub region: Option<String>,
    /// ISO 3166-1 code of its country.
    pub country: Option<String>,
    /// Where it is.
    pub coordinates: Coordinates,
    /// The number of its inhabitants, if the gazetteer has it.
    pub population: Option<u32>,
    /// IANA name of its time zone, if it is known before its weather is fetched.
    timezone: Option<String>,
}

/// The place that a request refers to, and other places of that name. It is part of the key of cached responses.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ResolvedPlace {
    /// The place that the response is about.
    pub place: PlaceDetails,
    /// Other places of the name, best first.
    pub alternatives: Vec<PlaceDetails>,
}

/// How a request names a place: by name, by coordinates, or not at all.
pub struct PlaceQuery {
    /// A name, which qualifiers may follow.
    pub city: Option<String>,
    /// Degrees north of the equator.
    pub latitude: Option<f64>,
    /// Degrees east of Greenwich.
    pub longitude: Option<f64>,
}

impl PlaceQuery {
    /// A place by its coordinates.
    pub fn at(latitude: f64, longitude: f64) -> Self {
        Self { city: None, latitude: Some(latitude), longitude: Some(longitude) }
    }

    /// A place by its name.
    pub fn named(name: &str) -> Self {
        Self { city: Some(name.to_owned()), latitude: None, longitude: None }
    }
}

/// Finds places by name and by coordinates.
#[derive(Clone)]
pub struct PlaceResolver {
    gazetteer: Gazetteer,
    service: Service,
    default_city: Arc<str>,
}

impl PlaceResolver {
    /// A resolver that looks names up in the gazetteer first, then with the service's geocoders.
    pub fn new(gazetteer: Gazetteer, service: Service, default_city: &str) -> Self {
        Self { gazetteer, service, default_city: default_city.into() }
    }

    /// The place that a request refers to: by name, by coordinates, or the default place.
    pub async fn resolve(&self, query: &PlaceQuery, caller: Caller, deadline: Instant) -> Result<ResolvedPlace, Fault> {
        match (query.city.as_deref(), (query.latitude, query.longitude)) {
            (None, (None, None)) => self.by_default(caller, deadline).await,
            (Some(city), (None, None)) => self.by_name(city, caller, deadline).await,
            (None, (Some(latitude), Some(longitude))) => Ok(self.by_coordinates(coordinates(latitude, longitude)?)),
            (None, _) => Err(Fault::invalid("lat and lon only work together; give both, in decimal degrees.")),
            (Some(_), _) => Err(Fault::invalid("Give either city or lat and lon, not both.")),
        }
    }

    /// The place that an address of the page names, without asking a geocoder: a crawler that visits many addresses must
    /// not cause requests to geocoders.
    pub fn find_in_gazetteer(&self, named: &NamedPlace) -> Result<ResolvedPlace, Fault> {
        let name = match named {
            NamedPlace::Point { latitude, longitude } => {
                return Ok(self.by_coordinates(coordinates(*latitude, *longitude)?));
            }
            NamedPlace::Name(name) => validated_name(name)?,
            NamedPlace::Default => &self.default_city,
        };
        self.by_name_in_gazetteer(name).ok_or_else(|| {
            let suggestions = self.gazetteer.suggest(name, MAX_ALTERNATIVES);
            not_found(name, suggestions.into_iter().map(|place| self.to_json(&place.into())).collect())
        })
    }

    fn by_name_in_gazetteer(&self, name: &str) -> Option<ResolvedPlace> {
        let found = self.gazetteer.resolve(name, 1 + MAX_ALTERNATIVES);
        ResolvedPlace::from_best(found.into_iter().map(PlaceDetails::from))
    }

    /// The place that an address names in a request from a terminal. Geocoders may be asked; after a `~`, the place is
    /// the first one that a geocoder finds, whatever its name.
    pub async fn resolve_named(
        &self,
        named: &NamedPlace,
        caller: Caller,
        deadline: Instant,
    ) -> Result<ResolvedPlace, Fault> {
        match named {
            NamedPlace::Default => self.by_default(caller, deadline).await,
            NamedPlace::Point { latitude, longitude } => Ok(self.by_coordinates(coordinates(*latitude, *longitude)?)),
            NamedPlace::Name(name) => match name.strip_prefix('~') {
                Some(text) => self.by_geocoder(validated_name(text)?, caller, deadline).await,
                None => self.by_name(name, caller, deadline).await,
            },
        }
    }

    async fn by_geocoder(&self, name: &str, caller: Caller, deadline: Instant) -> Result<ResolvedPlace, Fault> {
        let geocoded = self.service.locate(name, caller, deadline).await;
        let geocoded = geocoded.map_err(|why| Fault::no_geocoder(name, None, &why))?;
        let resolved = ResolvedPlace::from_best(geocoded.iter().cloned().map(PlaceDetails::from));
        resolved.or_else(|| self.by_name_in_gazetteer(name)).ok_or_else(|| not_found(name, Vec::new()))
    }

    async fn by_default(&self, caller: Caller, deadline: Instant) -> Result<ResolvedPlace, Fault> {
        let place = self.by_name(&self.default_city, caller, deadline).await;
        place.map_err(|fault| fault_of_default_place(fault, &self.default_city))
    }

    fn by_coordinates(&self, coordinates: Coordinates) -> ResolvedPlace {
        let place = match self.gazetteer.nearest(coordinates, MAX_NAME_DISTANCE_KM) {
            Some(near) => PlaceDetails { coordinates, timezone: None, ..PlaceDetails::from(near) },
            None => PlaceDetails {
                name: None,
                matched: None,
                region: None,
                country: None,
                coordinates,
                population: None,
                timezone: None,
            },
        };
        ResolvedPlace { place, alternatives: Vec::new() }
    }

    async fn by_name(&self, name: &str, caller: Caller, deadline: Instant) -> Result<ResolvedPlace, Fault> {
        let name = validated_name(name)?;
        if let Some(resolved) = self.by_name_in_gazetteer(name) {
            return Ok(resolved);
        }
        let geocoded = self.service.locate(name, caller, deadline).await;
        let suggestions = || self.gazetteer.suggest(name, MAX_ALTERNATIVES);
        let geocoded = geocoded.map_err(|why| {
            let similar = suggestions().first().map(|place| format!("{}, {}", place.name, place.country_name));
            Fault::no_geocoder(name, similar.as_deref(), &why)
        })?;
        // A geocoder may complete or correct a name. What it then finds is a suggestion, not the answer.
        let (matching, other): (Vec<_>, Vec<_>) = geocoded.iter().cloned().partition(|place| self.matches(place, name));
        if let Some(resolved) = ResolvedPlace::from_best(matching.into_iter().map(PlaceDetails::from)) {
            return Ok(resolved);
        }
        let suggestions =
            suggestions().into_iter().map(PlaceDetails::from).chain(other.into_iter().map(PlaceDetails::from));
        let suggestions = suggestions.take(MAX_ALTERNATIVES).map(|place| self.to_json(&place)).collect();
        Err(not_found(name, suggestions))
    }

    /// Whether a geocoder's place has the requested name and lies where the text says.
    ///
    /// What follows the name, with or without a comma, must name an area that contains the place.
    fn matches(&self, place: &GeocodedPlace, text: &str) -> bool {
        let mut parts = text.split(',');
        let requested = fold(parts.next().unwrap_or_default());
        let mut qualifiers: Vec<String> = parts.map(fold).filter(|part| !part.is_empty()).collect();
        let is_called = std::iter::once(&place.name).chain(&place.other_names).any(|name| {
            let name = fold(name);
            let rest_of_name = requested.strip_prefix(&name).and_then(|rest| rest.strip_prefix(' '));
            qualifiers.extend(rest_of_name.map(str::to_owned));
            requested == name || rest_of_name.is_some()
        });
        is_called && qualifiers.iter().all(|qualifier| self.lies_in(place, qualifier))
    }

    /// Whether a place lies in a region or country, according to the geocoder or to the areas of the nearest gazetteer
    /// place in the same country.
    fn lies_in(&self, place: &GeocodedPlace, qualifier: &str) -> bool {
        let areas = [&place.region, &place.country].into_iter().flatten();
        let near = self.gazetteer.nearest(place.coordinates, MAX_ZONE_DISTANCE_KM);
        let near = near.filter(|near| place.country.as_deref() == Some(near.country));
        areas.map(|area| fold(area)).any(|area| area == qualifier)
            || near.is_some_and(|near| self.gazetteer.lies_in(&near, qualifier))
    }

    /// The requested place in a response without its weather.
    pub fn requested_json(&self, place: &PlaceDetails) -> RequestedPlaceJson {
        place.requested_json(self.zone(place, None).name)
    }

    /// The English name of the country that a place lies in.
    pub fn country_name(&self, place: &PlaceDetails) -> Option<&'static str> {
        let near = self.gazetteer.nearest(place.coordinates, MAX_ZONE_DISTANCE_KM);
        near.filter(|near| place.country.as_deref() == Some(near.country)).map(|near| near.country_name)
    }

    /// A place in a list, in its own time zone.
    pub fn to_json(&self, place: &PlaceDetails) -> PlaceJson {
        place.to_json(self.zone(place, None).name)
    }

    /// The time zone of a place: its own, else the provider's, else the nearest place's, else by longitude.
    pub fn zone(&self, place: &PlaceDetails, providers_zone: Option<&str>) -> NamedZone {
        let known = |name: &str| Some(NamedZone { name: name.to_owned(), rules: TimeZone::get(name).ok()? });
        let own = place.timezone.as_deref().and_then(known);
        let nearest = || known(self.gazetteer.nearest(place.coordinates, MAX_ZONE_DISTANCE_KM)?.timezone);
        own.or_else(|| providers_zone.and_then(known)).or_else(nearest).unwrap_or_else(|| {
            let name = nautical_zone(place.coordinates);
            let rules = TimeZone::get(&name).unwrap_or(TimeZone::UTC);
            NamedZone { name, rules }
        })
    }
}

/// Coordinates from decimal degrees, if they are in range.
pub fn coordinates(latitude: f64, longitude: f64) -> Result<Coordinates, Fault> {
    Coordinates::new(latitude, longitude).map_err(|out_of_range| match out_of_range {
        OutOfRange::Latitude => Fault::invalid("lat must be a number of degrees from -90 to 90."),
        OutOfRange::Longitude => Fault::invalid("lon must be a number of degrees from -180 to 180."),
    })
}

fn not_found(name: &str, suggestions: Vec<PlaceJson>) -> Fault {
    let detail = format!("No place is called “{name}”; check the spelling, or add a region or country after a comma.");
    Fault::PlaceNotFound { detail, suggestions }
}

/// The fault if the default place cannot be found, which is the operator's mistake and not the caller's.
fn fault_of_default_place(fault: Fault, name: &str) -> Fault {
    match fault {
        Fault::PlaceNotFound { .. } | Fault::InvalidRequest(_) => Fault::UnknownDefaultPlace(name.to_owned()),
        other => other,
    }
}

/// A name without surrounding whitespace, if it is neither empty nor too long and has no control characters.
fn validated_name(name: &str) -> Result<&str, Fault> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Fault::invalid("city is empty; give a name such as city=London."));
    }
    if name.chars().count() > MAX_NAME_CHARS {
        return Err(Fault::InvalidRequest(format!(
            "city is longer than {MAX_NAME_CHARS} characters; give just the name."
        )));
    }
    if name.chars().any(char::is_control) {
        return Err(Fault::invalid("city has control characters in it; give the name as plain text."));
    }
    Ok(name)
}

impl HeapSize for PlaceDetails {
    fn heap_bytes(&self) -> usize {
        let Self { name, matched, region, country, coordinates: _, population: _, timezone } = self;
        [name, matched, region, country, timezone].into_iter().map(HeapSize::heap_bytes).sum()
    }
}

impl HeapSize for ResolvedPlace {
    fn heap_bytes(&self) -> usize {
        let Self { place, alternatives } = self;
        let others: usize = alternatives.iter().map(|place| size_of_val(place) + place.heap_bytes()).sum();
        place.heap_bytes() + others
    }
}

impl ResolvedPlace {
    fn from_best(mut places: impl Iterator<Item = PlaceDetails>) -> Option<Self> {
        let place = places.next()?;
        Some(Self { place, alternatives: places.take(MAX_ALTERNATIVES).collect() })
    }
}

impl PlaceDetails {
    /// The name of the place, else its coordinates.
    pub fn label(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.coordinates.to_string())
    }

    /// The place in a response about it, in this time zone.
    pub fn requested_json(&self, timezone: String) -> RequestedPlaceJson {
        let PlaceJson { name, region, country, latitude, longitude, timezone } = self.to_json(timezone);
        RequestedPlaceJson { name, matched: self.matched.clone(), region, country, latitude, longitude, timezone }
    }

    /// The place in a list, in this time zone.
    fn to_json(&self, timezone: String) -> PlaceJson {
        PlaceJson {
            name: self.name.clone(),
            region: self.region.clone(),
            country: self.country.clone(),
            latitude: self.coordinates.latitude(),
            longitude: self.coordinates.longitude(),
            timezone,
        }
    }
}

impl From<places::Place> for PlaceDetails {
    fn from(place: places::Place) -> Self {
        Self {
            name: Some(place.name.to_owned()),
            matched: place.matched,
            region: place.region.map(str::to_owned),
            country: Some(place.country.to_owned()),
            coordinates: place.coordinates,
            population: Some(place.population),
            timezone: Some(place.timezone.to_owned()),
        }
    }
}

impl From<GeocodedPlace> for PlaceDetails {
    fn from(place: GeocodedPlace) -> Self {
        Self {
            name: Some(place.name),
            matched: None,
            region: place.region,
            country: place.country,
            coordinates: place.coordinates,
            population: None,
            timezone: place.timezone,
        }
    }
}
