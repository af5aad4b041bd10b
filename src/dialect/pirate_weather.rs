//! Pirate Weather, which adopted the format of Dark Sky.
//!
//! Documentation: <https://docs.pirateweather.net/en/latest/API/>. As there, an unknown value is -999.

use serde_json::{Value, json};

use super::{
    endpoint::{DialectRequest, DialectState, DocumentRequest},
    place_weather::ReportNeeds,
};
use crate::{
    api::{place::PlaceQuery, problem::Fault},
    response::FullResponse,
    weather::complement::ComplementField,
};

mod days;
mod document;
mod entries;
mod means;
mod options;
mod units;

use options::PirateOptions;

/// The prefix of a path; the caller's key and the coordinates follow it.
const PREFIX: &str = "/forecast/";

/// Answers a request for the weather of a point.
pub(super) async fn answer(state: &DialectState, request: &DialectRequest<'_>) -> Result<FullResponse, Fault> {
    let rest = request.path.strip_prefix(PREFIX).unwrap_or_default();
    let (key, point) = rest.split_once('/').unwrap_or((rest, ""));
    state.check_key(Some(key))?;
    let place = state.resolve(request, &place_query(point.trim_end_matches('/'))?).await?;
    let options = PirateOptions::parse(&request.query, place.place.country.as_deref())?;
    let minutes = !options.excluded.contains(&"minutely");
    let needs = ReportNeeds { current: true, forecast: true, minutes, fields: ComplementField::ALL.to_vec() };
    let document = DocumentRequest { route: PREFIX, options: format!("{options:?}"), needs, zone: None, place };
    state.weather(request, document, |weather| document::document(&options, &weather)).await
}

/// A fault in Pirate Weather's format and words.
pub(super) fn error_body(fault: &Fault) -> Value {
    let message = match fault {
        Fault::KeyRejected => "Invalid authentication credentials".to_owned(),
        Fault::TooManyRequests { .. } => "API rate limit exceeded".to_owned(),
        other => other.detail(),
    };
    // Dark Sky gave the reason as `error`; the gateway in front of Pirate Weather gives it as `message`.
    json!({"code": fault.status().as_u16(), "error": message, "message": message})
}

/// The place at a point, given as latitude and longitude with a comma between them.
fn place_query(point: &str) -> Result<PlaceQuery, Fault> {
    let decoded = point.replace("%2C", ",").replace("%2c", ",");
    let mut parts = decoded.split(',').map(str::trim);
    let mut degrees = || parts.next().and_then(|part| part.parse::<f64>().ok()).filter(|degrees| degrees.is_finite());
    let coordinates = (degrees(), degrees());
    let has_time = parts.next().is_some();
    if has_time {
        return Err(Fault::invalid("This service has no weather for other times; leave the time out."));
    }
    match coordinates {
        (Some(latitude), Some(longitude)) => {
            // Some clients count degrees east of Greenwich to 360.
            let longitude = if (180.0..=360.0).contains(&longitude) { longitude - 360.0 } else { longitude };
            Ok(PlaceQuery::at(latitude, longitude))
        }
        _ => Err(Fault::invalid(
            "Invalid Location Specification: give latitude and longitude after the key, with a comma.",
        )),
    }
}
