//! Open-Meteo's forecast and place search.
//!
//! Documentation: <https://open-meteo.com/en/docs>, <https://open-meteo.com/en/docs/geocoding-api>.

use serde_json::{Value, json};

use super::{
    endpoint::{DialectRequest, DialectState, DocumentRequest},
    query::DialectQuery,
};
use crate::{
    api::{place::PlaceQuery, problem::Fault},
    response::FullResponse,
};

mod options;
mod search;
mod table;
mod units;
mod variables;

use options::OpenMeteoOptions;

/// Answers a request for a forecast or a search.
pub(super) async fn answer(state: &DialectState, request: &DialectRequest<'_>) -> Result<FullResponse, Fault> {
    state.check_key(request.query.get("apikey"))?;
    match request.path {
        "/v1/forecast" => answer_forecast(state, request).await,
        "/v1/search" => search::search(state, request),
        _ => Err(Fault::NotFound(None)),
    }
}

async fn answer_forecast(state: &DialectState, request: &DialectRequest<'_>) -> Result<FullResponse, Fault> {
    let query = &request.query;
    let (latitude, longitude) = (coordinate(query, "latitude")?, coordinate(query, "longitude")?);
    let (Some(latitude), Some(longitude)) = (latitude, longitude) else {
        return Err(Fault::invalid("Parameter 'latitude' and 'longitude' must have the same number of elements"));
    };
    check_range("Latitude", latitude, 90.0)?;
    check_range("Longitude", longitude, 180.0)?;
    let options = OpenMeteoOptions::parse(query)?;
    let needs = options.needs();
    let place = state.resolve(request, &PlaceQuery::at(latitude, longitude)).await?;
    let zone = options.timezone.clone();
    let document = DocumentRequest { route: "/v1/forecast", options: format!("{options:?}"), needs, zone, place };
    state.weather(request, document, |weather| table::document(&options, weather)).await
}

/// A fault in Open-Meteo's format and words.
pub(super) fn error_body(fault: &Fault) -> Value {
    let reason = match fault {
        Fault::KeyRejected => "The supplied API key is invalid.".to_owned(),
        Fault::TooManyRequests { .. } => {
            "Minutely API request limit exceeded. Please try again in one minute.".to_owned()
        }
        other => other.detail(),
    };
    json!({"error": true, "reason": reason})
}

/// One coordinate. Open-Meteo also accepts lists, which are rejected here.
fn coordinate(query: &DialectQuery, name: &str) -> Result<Option<f64>, Fault> {
    if query.get(name).is_some_and(|text| text.contains(',')) {
        return Err(Fault::invalid("This service takes one latitude and one longitude in a request"));
    }
    query.number(name, name)
}

fn check_range(name: &str, degrees: f64, max: f64) -> Result<(), Fault> {
    let out_of_range = || Fault::invalid(format!("{name} must be in range of -{max} to {max}°. Given: {degrees:?}."));
    (-max..=max).contains(&degrees).then_some(()).ok_or_else(out_of_range)
}

#[cfg(test)]
mod tests;
