//! Which place a request means.

use std::{sync::Arc, time::Duration};

use jiff::tz::TimeZone;

use super::{Question, problem::Fault, wire};
use crate::{
    places::{self, Gazetteer, fold::fold},
    provider::Located,
    service::{Service, Unavailable},
    weather::{Coordinates, OutOfRange, days::nautical_zone},
};

/// The longest name of a place that is looked up. The longest in the gazetteer has 58 letters.
pub const LONGEST_NAME: usize = 100;

/// How many other places of the same name are told.
const MOST_ALTERNATIVES: usize = 5;

/// How far coordinates may lie from the place that lends them its name.
const NAMED_WITHIN_KM: f64 = 30.0;

/// How far a point may lie from the place that lends it its time zone.
const ZONED_WITHIN_KM: f64 = 100.0;

/// How soon it is worth asking the geocoders again.
const RETRY_GEOCODING: Duration = Duration::from_secs(10);

/// A place as it was asked for.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// The region it lies in.
    pub region: Option<String>,
    /// ISO 3166-1 code of its country.
    pub country: Option<String>,
    /// Where it is.
    pub coordinates: Coordinates,
    /// IANA name of its time zone, where it is known without asking for the weather.
    timezone: Option<String>,
}

/// The place that was asked for, and the others of its name.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The one that is answered for.
    pub place: Place,
    /// The others, best first.
    pub alternatives: Vec<Place>,
}

/// Finds places by name and by coordinates.
#[derive(Clone)]
pub struct Finder {
    gazetteer: Gazetteer,
    service: Service,
    default_city: Arc<str>,
}

impl Finder {
    /// Looks names up in the gazetteer first, then with the service's geocoders.
    pub fn new(gazetteer: Gazetteer, service: Service, default_city: &str) -> Self {
        Self { gazetteer, service, default_city: default_city.into() }
    }

    /// The place that a request means by a name, or by coordinates, or by neither.
    pub async fn find(&self, question: &Question) -> Result<Asked, Fault> {
        let (city, at) = (question.city.as_deref(), question.at);
        match (city, at) {
            (None, (None, None)) => self.by_name(&self.default_city, question).await,
            (Some(city), (None, None)) => self.by_name(city, question).await,
            (None, (Some(latitude), Some(longitude))) => Ok(self.by_coordinates(coordinates(latitude, longitude)?)),
            (None, _) => Err(invalid("lat and lon only work together; give both, in decimal degrees.")),
            (Some(_), _) => Err(invalid("Give either city or lat and lon, not both.")),
        }
    }

    fn by_coordinates(&self, coordinates: Coordinates) -> Asked {
        let place = match self.gazetteer.nearest(coordinates, NAMED_WITHIN_KM) {
            Some(near) => Place { coordinates, timezone: None, ..Place::from(near) },
            None => Place { name: None, region: None, country: None, coordinates, timezone: None },
        };
        Asked { place, alternatives: Vec::new() }
    }

    async fn by_name(&self, name: &str, question: &Question) -> Result<Asked, Fault> {
        let name = checked(name)?;
        let found = self.gazetteer.resolve(name, 1 + MOST_ALTERNATIVES);
        if let Some(asked) = Asked::from_best(found.into_iter().map(Place::from)) {
            return Ok(asked);
        }
        let located = self.service.locate(name, question.caller, question.deadline).await;
        let suggestions = || self.gazetteer.suggest(name, MOST_ALTERNATIVES);
        let located = located.map_err(|why| not_located(name, &why, &suggestions()))?;
        // A geocoder may complete or correct a name; what it then found is a suggestion, not the answer.
        let (meant, other): (Vec<_>, Vec<_>) = located.iter().cloned().partition(|place| self.is_meant(place, name));
        if let Some(asked) = Asked::from_best(meant.into_iter().map(Place::from)) {
            return Ok(asked);
        }
        let suggestions = suggestions().into_iter().map(Place::from).chain(other.into_iter().map(Place::from));
        let suggestions = suggestions.take(MOST_ALTERNATIVES).map(|place| self.on_the_wire(&place)).collect();
        let detail =
            format!("No place is called “{name}”; check the spelling, or add a region or country after a comma.");
        Err(Fault::PlaceNotFound { detail, suggestions })
    }

    /// Whether what a geocoder found has the name that was asked for and lies where the text says.
    fn is_meant(&self, place: &Located, text: &str) -> bool {
        let mut parts = text.split(',');
        let asked = fold(parts.next().unwrap_or_default());
        let mut qualifiers: Vec<String> = parts.map(fold).filter(|part| !part.is_empty()).collect();
        let is_called = std::iter::once(&place.name).chain(&place.other_names).any(|name| {
            let name = fold(name);
            let beyond_name = asked.strip_prefix(&name).and_then(|rest| rest.strip_prefix(' '));
            qualifiers.extend(beyond_name.map(str::to_owned));
            asked == name || beyond_name.is_some()
        });
        is_called && qualifiers.iter().all(|qualifier| self.lies_in(place, qualifier))
    }

    /// By what the geocoder says, or by what the nearest place of that country is known to lie in.
    fn lies_in(&self, place: &Located, qualifier: &str) -> bool {
        let said = [&place.region, &place.country].into_iter().flatten();
        let near = self.gazetteer.nearest(place.coordinates, ZONED_WITHIN_KM);
        let near = near.filter(|near| place.country.as_deref() == Some(near.country));
        said.map(|said| fold(said)).any(|said| said == qualifier)
            || near.is_some_and(|near| self.gazetteer.lies_in(&near, qualifier))
    }

    /// A place as it is told where no weather was asked for.
    pub fn on_the_wire(&self, place: &Place) -> wire::Place {
        place.on_the_wire(self.zone(place, None).0)
    }

    /// The place's zone: its own, else the provider's, else the nearest place's, else by longitude.
    pub fn zone(&self, place: &Place, providers: Option<&str>) -> (String, TimeZone) {
        let known = |name: &str| Some((name.to_owned(), TimeZone::get(name).ok()?));
        let own = place.timezone.as_deref().and_then(known);
        let nearest = || known(self.gazetteer.nearest(place.coordinates, ZONED_WITHIN_KM)?.timezone);
        own.or_else(|| providers.and_then(known)).or_else(nearest).unwrap_or_else(|| {
            let name = nautical_zone(place.coordinates);
            let zone = TimeZone::get(&name).unwrap_or(TimeZone::UTC);
            (name, zone)
        })
    }
}

/// Decimal degrees that lie on Earth.
pub fn coordinates(latitude: f64, longitude: f64) -> Result<Coordinates, Fault> {
    Coordinates::new(latitude, longitude).map_err(|out_of_range| match out_of_range {
        OutOfRange::Latitude => invalid("lat must be a number of degrees from -90 to 90."),
        OutOfRange::Longitude => invalid("lon must be a number of degrees from -180 to 180."),
    })
}

fn invalid(detail: &str) -> Fault {
    Fault::InvalidRequest(detail.to_owned())
}

/// A name that can be one: something, of bearable length, without control characters.
fn checked(name: &str) -> Result<&str, Fault> {
    let name = name.trim();
    if name.is_empty() {
        return Err(invalid("city is empty; give a name such as city=London."));
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(Fault::InvalidRequest(format!(
            "city is longer than {LONGEST_NAME} characters; give just the name."
        )));
    }
    if name.chars().any(char::is_control) {
        return Err(invalid("city has control characters in it; give the name as plain text."));
    }
    Ok(name)
}

fn not_located(name: &str, why: &Unavailable, suggestions: &[places::Place]) -> Fault {
    if let Unavailable::TooManyMisses(wait) = why {
        return Fault::TooManyRequests { retry_after: *wait };
    }
    let did_you_mean = match suggestions.first() {
        Some(place) => format!("if you meant {}, {}, ask for that", place.name, place.country_name),
        None => "coordinates work meanwhile".to_owned(),
    };
    let detail = format!(
        "“{name}” is not among the places known here, and no geocoder can be reached to look it up; {did_you_mean}, \
         or try again later."
    );
    Fault::UpstreamUnavailable { detail, retry_after: RETRY_GEOCODING }
}

impl Asked {
    fn from_best(mut places: impl Iterator<Item = Place>) -> Option<Self> {
        let place = places.next()?;
        Some(Self { place, alternatives: places.take(MOST_ALTERNATIVES).collect() })
    }
}

impl Place {
    /// As it is told, with the zone that was found for it.
    pub fn on_the_wire(&self, timezone: String) -> wire::Place {
        wire::Place {
            name: self.name.clone(),
            region: self.region.clone(),
            country: self.country.clone(),
            latitude: self.coordinates.latitude(),
            longitude: self.coordinates.longitude(),
            timezone,
        }
    }
}

impl From<places::Place> for Place {
    fn from(place: places::Place) -> Self {
        Self {
            name: Some(place.name),
            region: place.region.map(str::to_owned),
            country: Some(place.country.to_owned()),
            coordinates: place.coordinates,
            timezone: Some(place.timezone.to_owned()),
        }
    }
}

impl From<Located> for Place {
    fn from(place: Located) -> Self {
        Self {
            name: Some(place.name),
            region: place.region,
            country: place.country,
            coordinates: place.coordinates,
            timezone: place.timezone,
        }
    }
}
