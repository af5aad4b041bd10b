//! OpenWeatherMap: current weather and five days of version 2.5, One Call 3.0, and the geocoder.
//!
//! Documentation: <https://openweathermap.org/current>, <https://openweathermap.org/forecast5>,
//! <https://openweathermap.org/api/one-call-3>, <https://openweathermap.org/api/geocoding-api>.

use serde_json::{Value, json};

use super::{
    endpoint::{DialectRequest, DialectState, DocumentRequest},
    place_weather::ReportNeeds,
    query::DialectQuery,
};
use crate::{
    api::{place::PlaceQuery, problem::Fault},
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
    let document = match request.path {
        CURRENT => OwmDocument {
            route: CURRENT,
            accepts_name: true,
            needs: ReportNeeds { current: true, forecast: false, minutes: false, fields: Vec::new() },
            write: version_2::current_document,
        },
        FIVE_DAYS => OwmDocument {
            route: FIVE_DAYS,
            accepts_name: true,
            needs: ReportNeeds {
                current: false,
                forecast: true,
                minutes: false,
                fields: vec![ComplementField::PrecipitationProbability],
            },
            write: version_2::five_days,
        },
        ONE_CALL => OwmDocument {
            route: ONE_CALL,
            accepts_name: false,
            needs: ReportNeeds { current: true, forecast: true, minutes: true, fields: ComplementField::ALL.to_vec() },
            write: one_call::one_call,
        },
        "/geo/1.0/direct" => return geocoder::direct(state, request),
        "/geo/1.0/reverse" => return geocoder::reverse(state, request),
        _ => return Err(Fault::NotFound(None)),
    };
    answer_weather(state, request, document).await
}

/// A document with weather.
struct OwmDocument {
    route: &'static str,
    /// Whether the place may be given by name.
    accepts_name: bool,
    needs: ReportNeeds,
    write: fn(&OwmWriter) -> Value,
}

async fn answer_weather(
    state: &DialectState,
    request: &DialectRequest<'_>,
    document: OwmDocument,
) -> Result<FullResponse, Fault> {
    let OwmDocument { route, accepts_name, mut needs, write } = document;
    let options = OwmOptions::parse(&request.query)?;
    needs.minutes &= !options.excluded.contains(&"minutely");
    let place = state.resolve(request, &place_query(&request.query, accepts_name)?).await?;
    let document = DocumentRequest { route, options: format!("{options:?}"), needs, zone: None, place };
    state.weather(request, document, |weather| write(&OwmWriter::new(&options, &weather))).await
}

/// The place requested by coordinates or, if the document accepts that, by name.
fn place_query(query: &DialectQuery, accepts_name: bool) -> Result<PlaceQuery, Fault> {
    if query.get("lat").is_some() || query.get("lon").is_some() {
        let coordinates = coordinates(query)?;
        return Ok(PlaceQuery::at(coordinates.latitude(), coordinates.longitude()));
    }
    match query.get("q").filter(|_| accepts_name) {
        Some(name) => Ok(PlaceQuery::named(name)),
        None if accepts_name && (query.get("id").is_some() || query.get("zip").is_some()) => {
            let detail = "This service knows neither OpenWeatherMap's city ids nor postcodes.".to_owned();
            Err(Fault::PlaceNotFound { detail, suggestions: Vec::new() })
        }
        None => Err(Fault::invalid("Nothing to geocode")),
    }
}

/// A fault in OpenWeatherMap's format and words: the status is a number for a rejected key and a rate limit, else a
/// string.
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
