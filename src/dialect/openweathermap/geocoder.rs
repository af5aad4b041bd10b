//! The geocoder.

use serde_json::{Value, json};

use super::{
    super::endpoint::{DialectRequest, DialectState},
    options::coordinates,
};
use crate::{api::problem::Fault, place_address::MAX_NAME_CHARS, places::Place, response::FullResponse};

/// The most places that OpenWeatherMap's geocoder returns.
const MAX_PLACES: i64 = 5;

/// How far a place may lie from the coordinates, in kilometres.
const NEAR_KM: f64 = 50.0;

/// Answers a search by name.
pub(super) fn direct(state: &DialectState, request: &DialectRequest<'_>) -> Result<FullResponse, Fault> {
    let query = &request.query;
    let name = query.get("q").ok_or_else(|| Fault::invalid("Nothing to geocode"))?;
    if name.chars().count() > MAX_NAME_CHARS {
        return Err(Fault::invalid(format!("q is longer than {MAX_NAME_CHARS} characters")));
    }
    let limit = query.count_up_to("limit", MAX_PLACES)?.unwrap_or(1);
    let count = usize::try_from(limit).unwrap_or(1);
    Ok(state.places(request, "/geo/1.0/direct", format!("{name:?} {limit}"), |api| {
        api.gazetteer().resolve(name, count).iter().map(geocoder_entry).collect()
    }))
}

/// Answers a search by coordinates.
pub(super) fn reverse(state: &DialectState, request: &DialectRequest<'_>) -> Result<FullResponse, Fault> {
    let query = &request.query;
    let point = coordinates(query)?;
    let limit = query.count_up_to("limit", MAX_PLACES)?.unwrap_or(1);
    let count = usize::try_from(limit).unwrap_or(1);
    Ok(state.places(request, "/geo/1.0/reverse", format!("{point} {limit}"), |api| {
        let near = api.gazetteer().near(point, count);
        near.iter().filter(|place| place.coordinates.distance_km(point) <= NEAR_KM).map(geocoder_entry).collect()
    }))
}

fn geocoder_entry(place: &Place) -> Value {
    let mut entry = json!({
        "name": place.name,
        "lat": place.coordinates.latitude(),
        "lon": place.coordinates.longitude(),
        "country": place.country,
    });
    if let Some(region) = place.region {
        entry["state"] = region.into();
    }
    entry
}
