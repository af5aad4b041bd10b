//! What their geocoder answers.

use serde::Deserialize;

use crate::{
    provider::{Located, ProviderError, upstream::parse},
    weather::Coordinates,
};

/// GeoNames' feature codes of populated places begin so: <https://www.geonames.org/export/codes.html>.
const POPULATED: &str = "PPL";

#[derive(Deserialize)]
struct Document {
    /// Missing where nothing was found.
    results: Option<Vec<Place>>,
}

#[derive(Deserialize)]
struct Place {
    name: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    feature_code: Option<String>,
    country_code: Option<String>,
    admin1: Option<String>,
    timezone: Option<String>,
}

/// Populated places before airports, capes and parks, else in their order.
pub(super) fn read(body: &[u8]) -> Result<Vec<Located>, ProviderError> {
    let mut places = parse::<Document>(body)?.results.unwrap_or_default();
    places.sort_by_key(|place| !place.feature_code.as_ref().is_some_and(|code| code.starts_with(POPULATED)));
    Ok(places.into_iter().filter_map(Place::located).collect())
}

impl Place {
    fn located(self) -> Option<Located> {
        Some(Located {
            name: self.name.filter(|name| !name.is_empty())?,
            other_names: Vec::new(),
            region: self.admin1,
            country: self.country_code,
            coordinates: Coordinates::new(self.latitude?, self.longitude?).ok()?,
            timezone: self.timezone,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn populated_places_come_before_airports() {
        let body = include_bytes!("../../../tests/fixtures/open-meteo/geocoding/enschede-2026.json");
        let places = read(body).unwrap();
        assert_eq!(places[0].name, "Enschede");
        assert_eq!(places[0].country.as_deref(), Some("NL"));
        assert_eq!(places[0].timezone.as_deref(), Some("Europe/Amsterdam"));
        assert!(places.last().unwrap().name.contains("Airport"), "{places:?}");
    }

    #[test]
    fn nothing_found_is_an_empty_list() {
        let body = include_bytes!("../../../tests/fixtures/open-meteo/geocoding/no-match-no-results-key.json");
        assert_eq!(read(body).unwrap(), []);
    }

    #[test]
    fn a_place_without_a_country_is_a_place() {
        let body =
            include_bytes!("../../../tests/fixtures/open-meteo/geocoding/antarctica-missing-country-and-admin.json");
        let places = read(body).unwrap();
        assert_eq!(places.len(), 3);
        assert_eq!((&*places[0].name, &places[0].country), ("Antarctica", &None));
    }

    #[test]
    fn ten_or_twenty_results_are_read_alike() {
        let ten = read(include_bytes!("../../../tests/fixtures/open-meteo/geocoding/hollywood-10-results-2025.json"));
        let twenty =
            read(include_bytes!("../../../tests/fixtures/open-meteo/geocoding/hollywood-20-results-2025.json"));
        assert_eq!(ten.unwrap().len(), 10);
        assert_eq!(twenty.unwrap().len(), 20);
    }
}
