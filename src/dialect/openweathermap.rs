//! OpenWeatherMap: current weather and five days of version 2.5, One Call 3.0, and the geocoder.
//!
//! Documentation: <https://openweathermap.org/current>, <https://openweathermap.org/forecast5>,
//! <https://openweathermap.org/api/one-call-3>, <https://openweathermap.org/api/geocoding-api>.

use serde_json::{Value, json};

use super::{
    endpoint::{DialectRequest, DialectState, DocumentRequest},
    place_weather::ReportNeeds,
};
use crate::{
    api::{place::ResolvedPlace, problem::Fault},
    response::FullResponse,
    weather::complement::ComplementField,
};

mod conditions;
mod entries;
mod geocoder;
mod one_call;
mod options;
mod version_2;

use entries::OwmWriter;
use options::{OwmOptions, coordinates};

const CURRENT: &str = "/data/2.5/weather";
const FIVE_DAYS: &str = "/data/2.5/forecast";
const ONE_CALL: &str = "/data/3.0/onecall";

/// Answers a request for weather or places.
pub(super) async fn answer(state: &DialectState, request: &DialectRequest<'_>) -> Result<FullResponse, Fault> {
    let query = &request.query;
    state.check_key(query.get("appid").or_else(|| query.get("APPID")))?;
    let (route, (current, forecast), fields, write): (_, _, &[ComplementField], fn(&OwmWriter) -> Value) =
        match request.path {
            CURRENT => (CURRENT, (true, false), &[], version_2::current_document),
            FIVE_DAYS => (FIVE_DAYS, (false, true), &[ComplementField::PrecipitationProbability], version_2::five_days),
            ONE_CALL => (ONE_CALL, (true, true), ComplementField::ALL, one_call::one_call),
            "/geo/1.0/direct" => return geocoder::direct(state, request),
            _ => return geocoder::reverse(state, request),
        };
    let needs = ReportNeeds { current, forecast, fields: fields.to_vec() };
    let options = OwmOptions::parse(query)?;
    let place = place(state, request, route != ONE_CALL).await?;
    let document = DocumentRequest { route, options: format!("{options:?}"), needs, zone: None, place };
    state.weather(request, document, |weather| write(&OwmWriter::new(&options, &weather))).await
}

/// The place requested by coordinates or, if the route accepts that, by name.
async fn place(state: &DialectState, request: &DialectRequest<'_>, accepts_name: bool) -> Result<ResolvedPlace, Fault> {
    let query = &request.query;
    if query.get("lat").is_some() || query.get("lon").is_some() {
        let at = coordinates(query)?;
        return state.find(request, None, (Some(at.latitude()), Some(at.longitude()))).await;
    }
    match query.get("q").filter(|_| accepts_name) {
        Some(name) => state.find(request, Some(name), (None, None)).await,
        None if accepts_name && (query.get("id").is_some() || query.get("zip").is_some()) => {
            let detail = "This service knows neither OpenWeatherMap's city ids nor postcodes.".to_owned();
            Err(Fault::PlaceNotFound { detail, suggestions: Vec::new() })
        }
        None => Err(Fault::invalid("Nothing to geocode")),
    }
}

/// A fault in OpenWeatherMap's format and words: the status is a number for a rejected key and a rate limit, else a text.
pub(super) fn error_body(path: &str, fault: &Fault) -> Value {
    let message = match fault {
        Fault::KeyRejected => {
            "Invalid API key. Please see https://openweathermap.org/faq#error401 for more info.".to_owned()
        }
        Fault::PlaceNotFound { .. } => "city not found".to_owned(),
        other => other.detail(),
    };
    let status = fault.status().as_u16();
    match status {
        401 | 429 => json!({"cod": status, "message": message}),
        // One Call always has a number.
        _ if path == ONE_CALL => json!({"cod": status, "message": message, "parameters": []}),
        _ => json!({"cod": status.to_string(), "message": message}),
    }
}

#[cfg(test)]
mod tests;
