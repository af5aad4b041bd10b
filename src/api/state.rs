//! The state that the handlers of the API share.

use jiff::Timestamp;

use super::{
    caller::CallerResolver,
    json::UnitSystem,
    place::{PlaceResolver, ResolvedPlace},
};
use crate::{
    byte_cache::HeapSize, clock::Clock, places::Gazetteer, response::ResponseCache, service::Service,
    text::options::TextOptions, weather::Coordinates,
};

/// The state that the handlers of the API share.
pub struct ApiState {
    pub service: Service,
    pub place_resolver: PlaceResolver,
    pub gazetteer: Gazetteer,
    pub responses: ResponseCache<ResponseKey>,
    pub started_at: Timestamp,
    pub caller_resolver: CallerResolver,
    pub clock: Clock,
}

/// What a request was resolved to: everything on which its response depends, except the report, the time and the
/// encoding.
#[derive(Debug, PartialEq, Eq, Hash)]
pub enum ResponseKey {
    /// The current weather of a place.
    Weather(ResolvedPlace, UnitSystem, WantsComplement),
    /// The forecast for a place.
    Forecast(ResolvedPlace, UnitSystem, WantsComplement),
    /// A search for places.
    Places(PlacesQuery),
    /// The page of a place.
    Page(ResolvedPlace),
    /// The weather of a place as text. Options that own heap memory are not cached.
    Text(ResolvedPlace, TextOptions),
    /// A document in the format of another service: its route, and what its request was resolved to.
    Dialect(&'static str, Box<str>),
}

/// Whether another provider is asked for values that the first one does not report.
type WantsComplement = bool;

/// A search for places, with the maximum number of results.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PlacesQuery {
    /// Places that match a text.
    Named(String, usize),
    /// Places near a point.
    Near(Coordinates, usize),
}

impl HeapSize for ResponseKey {
    fn heap_bytes(&self) -> usize {
        match self {
            Self::Weather(place, ..) | Self::Forecast(place, ..) | Self::Page(place) | Self::Text(place, _) => {
                place.heap_bytes()
            }
            Self::Places(PlacesQuery::Named(text, _)) => text.len(),
            Self::Dialect(_, resolved) => resolved.len(),
            Self::Places(PlacesQuery::Near(..)) => 0,
        }
    }
}
