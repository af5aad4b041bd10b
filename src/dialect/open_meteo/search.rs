//! The place search.

use serde_json::{Value, json};

use super::{
    super::endpoint::{DialectRequest, DialectState},
    options::check_format,
};
use crate::{
    api::{Api, problem::Fault},
    place_address::MAX_NAME_CHARS,
    places::Place,
    response::FullResponse,
};

/// How many places a search returns if the request does not say, and the most that it may ask for.
const SEARCH_COUNT: i64 = 10;
const MAX_SEARCH_COUNT: i64 = 100;

/// How many places are looked at to find those of one country.
const MAX_CANDIDATES: usize = 1000;

/// Answers a search.
pub(super) fn search(state: &DialectState, request: &DialectRequest<'_>) -> Result<FullResponse, Fault> {
    let query = &request.query;
    check_format(query)?;
    if !query.has("name") {
        return Err(Fault::invalid("Parameter 'name' is required"));
    }
    let name = query.get("name").unwrap_or_default();
    if name.chars().count() > MAX_NAME_CHARS {
        return Err(Fault::invalid(format!("Parameter 'name' is longer than {MAX_NAME_CHARS} characters")));
    }
    let count = query.count("count", 1..=MAX_SEARCH_COUNT)?.unwrap_or(SEARCH_COUNT);
    let country = query.get("countryCode").map(str::to_uppercase);
    let resolved = format!("{name:?} {count} {country:?}");
    let count = usize::try_from(count).unwrap_or_default();
    Ok(state.places(request, "/v1/search", resolved, |api| search_document(api, name, count, country.as_deref())))
}

/// The places that a text names in full, before those whose name begins with it. As with Open-Meteo, there are none for
/// a single letter.
fn search_document(api: &Api, name: &str, count: usize, country: Option<&str>) -> Value {
    let gazetteer = api.gazetteer();
    // A filter by country needs more candidates than places are returned.
    let candidates = if country.is_some() { MAX_CANDIDATES } else { count };
    let is_long_enough = name.chars().nth(1).is_some();
    let found = if is_long_enough {
        [gazetteer.resolve(name, candidates), gazetteer.search(name, candidates)].concat()
    } else {
        Vec::new()
    };
    let mut places: Vec<Place> = Vec::new();
    for place in found {
        let is_wanted = country.is_none_or(|country| place.country == country);
        if is_wanted && places.len() < count && !places.iter().any(|known| known.id == place.id) {
            places.push(place);
        }
    }
    let mut document = json!({"generationtime_ms": 0.0});
    if !places.is_empty() {
        document["results"] = places.iter().map(result).collect();
    }
    document
}

fn result(place: &Place) -> Value {
    let mut result = json!({
        "id": place.id,
        "name": place.name,
        "latitude": place.coordinates.latitude(),
        "longitude": place.coordinates.longitude(),
        "elevation": 0.0,
        "feature_code": if place.population == 0 { "AIRP" } else { "PPL" },
        "country_code": place.country,
        "timezone": place.timezone,
        "population": place.population,
        "country": place.country_name,
    });
    if let Some(region) = place.region {
        result["admin1"] = region.into();
    }
    result
}
