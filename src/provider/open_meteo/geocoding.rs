//! The geocoder's document.

use serde::Deserialize;

use crate::{
    provider::{error::ProviderError, interface::GeocodedPlace, upstream::parse},
    weather::Coordinates,
};

/// How GeoNames' feature codes of populated places begin: <https://www.geonames.org/export/codes.html>.
const POPULATED: &str = "PPL";

#[derive(Deserialize)]
struct SearchResults {
    /// Missing if nothing was found.
    results: Option<Vec<Option<SearchResult>>>,
}

#[derive(Deserialize)]
struct SearchResult {
    name: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    feature_code: Option<String>,
    country_code: Option<String>,
    admin1: Option<String>,
    timezone: Option<String>,
    /// All postcodes; a large city has hundreds.
    postcodes: Option<Vec<Option<String>>>,
}

/// The places found for a text: populated places first, then airports, capes and parks, each in the given order.
pub(super) fn read(body: &[u8], text: &str) -> Result<Vec<GeocodedPlace>, ProviderError> {
    let mut places: Vec<SearchResult> =
        parse::<SearchResults>(body)?.results.unwrap_or_default().into_iter().flatten().collect();
    places.sort_by_key(|place| !place.feature_code.as_ref().is_some_and(|code| code.starts_with(POPULATED)));
    Ok(places.into_iter().filter_map(|place| place.geocoded(text)).collect())
}

impl SearchResult {
    fn geocoded(self, text: &str) -> Option<GeocodedPlace> {
        let text = text.to_uppercase();
        let postcodes = self.postcodes.unwrap_or_default().into_iter().flatten();
        Some(GeocodedPlace {
            name: self.name.filter(|name| !name.is_empty())?,
            // A postcode in the text counts as a name of the place.
            other_names: postcodes.filter(|code| !code.is_empty() && text.contains(code.as_str())).collect(),
            region: self.admin1.filter(|region| !region.is_empty()),
            country: self.country_code.filter(|country| !country.is_empty()),
            coordinates: Coordinates::new(self.latitude?, self.longitude?).ok()?,
            timezone: self.timezone.filter(|timezone| !timezone.is_empty()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn populated_places_come_before_airports() {
        let body = include_bytes!("../../../tests/fixtures/open-meteo/geocoding/enschede-2026.json");
        let places = read(body, "").unwrap();
        assert_eq!(places[0].name, "Enschede");
        assert_eq!(places[0].country.as_deref(), Some("NL"));
        assert_eq!(places[0].timezone.as_deref(), Some("Europe/Amsterdam"));
        assert!(places.last().unwrap().name.contains("Airport"), "{places:?}");
    }

    #[test]
    fn a_place_has_the_requested_postcode_as_a_name() {
        let body = br#"{"results": [{"name": "Berlin", "latitude": 52.52, "longitude": 13.41,
            "postcodes": ["10115", "10117", "13359"]}]}"#;
        assert_eq!(read(body, "10117 berlin").unwrap()[0].other_names, ["10117"]);
        assert_eq!(read(body, "Berlin").unwrap()[0].other_names, [""; 0]);
    }

    #[test]
    fn nothing_found_is_an_empty_list() {
        let body = include_bytes!("../../../tests/fixtures/open-meteo/geocoding/no-match-no-results-key.json");
        assert_eq!(read(body, "").unwrap(), []);
    }

    #[test]
    fn a_place_without_a_country_is_a_place() {
        let body =
            include_bytes!("../../../tests/fixtures/open-meteo/geocoding/antarctica-missing-country-and-admin.json");
        let places = read(body, "").unwrap();
        assert_eq!(places.len(), 3);
        assert_eq!((&*places[0].name, &places[0].country), ("Antarctica", &None));
    }

    #[test]
    fn ten_or_twenty_results_are_read_alike() {
        let ten =
            read(include_bytes!("../../../tests/fixtures/open-meteo/geocoding/hollywood-10-results-2025.json"), "");
        let twenty =
            read(include_bytes!("../../../tests/fixtures/open-meteo/geocoding/hollywood-20-results-2025.json"), "");
        assert_eq!(ten.unwrap().len(), 10);
        assert_eq!(twenty.unwrap().len(), 20);
    }
}
