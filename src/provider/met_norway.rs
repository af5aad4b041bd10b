//! MET Norway's Locationforecast: the whole Earth, without a key, for who says who they are.
//!
//! Documentation: <https://api.met.no/weatherapi/locationforecast/2.0/documentation>;
//! terms: <https://api.met.no/doc/TermsOfService>.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use futures_util::{FutureExt, future::BoxFuture};
use http::{
    HeaderMap, HeaderValue,
    header::{EXPIRES, IF_MODIFIED_SINCE, LAST_MODIFIED, USER_AGENT},
};
use jiff::Timestamp;
use serde::Deserialize;

use super::{
    Fetched, Known, Limit, Provider, ProviderError,
    upstream::{Client, Upstream, is_plausible, parse},
};
use crate::{
    clock::Clock,
    weather::{
        Condition, Conditions, Coordinates, Direction, Forecast, Length, Percentage, Pressure, Source, Speed, Step,
        Temperature,
    },
};

const SOURCE: Source = Source { provider: "met-norway", name: "MET Norway", url: "https://api.met.no/" };

const PATH: &str = "/weatherapi/locationforecast/2.0/complete";

/// The status for what is as it was when it was last asked for.
const NOT_MODIFIED: u16 = 304;

/// The status for a point that they do not cover.
const OUTSIDE_AREA: u16 = 422;

/// The status by which they announce the end of a version.
const DEPRECATED: u16 = 203;

/// The provider.
pub struct MetNorway {
    upstream: Upstream,
    user_agent: HeaderValue,
    deprecation_told: AtomicBool,
    clock: Clock,
}

impl MetNorway {
    /// `contact` is the e-mail address or URL of whoever runs this service, which their terms require.
    ///
    /// # Errors
    /// A contact that cannot stand in a header.
    pub fn new(client: Client, base: &str, contact: &str, clock: Clock) -> Result<Self, String> {
        let user_agent = format!("weather-app/{} {contact}", env!("CARGO_PKG_VERSION"));
        let user_agent = HeaderValue::try_from(user_agent).map_err(|error| error.to_string())?;
        Ok(Self { upstream: Upstream::new(client, base), user_agent, deprecation_told: AtomicBool::new(false), clock })
    }

    async fn ask(&self, at: Coordinates, known: Option<Known>) -> Result<Fetched, ProviderError> {
        let (latitude, longitude) = (at.latitude().to_string(), at.longitude().to_string());
        let query = [("lat", &*latitude), ("lon", &longitude)];
        let mut headers = HeaderMap::from_iter([(USER_AGENT, self.user_agent.clone())]);
        if let Some(since) = known.as_ref().and_then(|known| HeaderValue::try_from(&known.validator).ok()) {
            headers.insert(IF_MODIFIED_SINCE, since);
        }
        let reply = self.upstream.get(PATH, &query, headers).await?;
        let now = self.clock.now();
        let mut fetched = match (reply.status, known) {
            (NOT_MODIFIED, Some(known)) => {
                Fetched { validator: Some(known.validator), ..at_time(known.forecast.value.clone(), now) }
            }
            (OUTSIDE_AREA, _) => return Err(ProviderError::NotCovered),
            _ => read(reply.success()?, now)?,
        };
        if reply.status == DEPRECATED && !self.deprecation_told.swap(true, Ordering::Relaxed) {
            tracing::warn!(path = PATH, "MET Norway answers 203: this version of its product is deprecated");
        }
        let header = |name| reply.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        fetched.fresh_until = header(EXPIRES).and_then(http_date);
        fetched.validator = header(LAST_MODIFIED).map(str::to_owned).or(fetched.validator);
        Ok(fetched)
    }
}

impl Provider for MetNorway {
    fn source(&self) -> Source {
        SOURCE
    }

    /// Their terms: 20 requests a second for an application in all.
    fn limits(&self) -> Vec<Limit> {
        vec![Limit { requests: 20, per: Duration::from_secs(1) }]
    }

    fn fetch(&self, at: Coordinates, known: Option<Known>) -> BoxFuture<'_, Fetched> {
        async move {
            let fetched = self.ask(at, known).await;
            fetched.unwrap_or_else(|error| Fetched::failed(error, self.clock.now()))
        }
        .boxed()
    }
}

fn http_date(text: &str) -> Option<Timestamp> {
    Timestamp::try_from(httpdate::parse_http_date(text).ok()?).ok()
}

/// Reads a document as it stands at `now`.
pub(super) fn read(body: &[u8], now: Timestamp) -> Result<Fetched, ProviderError> {
    let document: Document = parse(body)?;
    let points = document.properties.and_then(|properties| properties.timeseries).unwrap_or_default();
    let steps = points.iter().flatten().filter_map(Point::step).filter(|step| step.conditions.says_something());
    let mut forecast = Forecast { steps: steps.collect(), days: Vec::new() };
    forecast.steps.sort_by_key(|step| step.conditions.time);
    if forecast.steps.is_empty() {
        return Err(ProviderError::Malformed("no step with a temperature or a symbol".to_owned()));
    }
    Ok(at_time(forecast, now))
}

/// The current weather is that of the last step that has begun. What fell in the hour before it is not told.
fn at_time(forecast: Forecast, now: Timestamp) -> Fetched {
    let reading_time = forecast.reading_time(now);
    let begun = forecast.steps.iter().rev().find(|step| step.conditions.time <= reading_time);
    let current = begun.or(forecast.steps.first()).map(|step| step.conditions.clone());
    let nothing = || ProviderError::Malformed("no steps".to_owned());
    Fetched {
        current: current.map(|current| Conditions { precipitation: None, ..current }).ok_or_else(nothing),
        forecast: Ok(forecast),
        timezone: None,
        fetched_at: now,
        fresh_until: None,
        validator: None,
    }
}

#[derive(Deserialize)]
struct Document {
    properties: Option<Properties>,
}

#[derive(Deserialize)]
struct Properties {
    timeseries: Option<Vec<Option<Point>>>,
}

#[derive(Deserialize)]
struct Point {
    time: Option<String>,
    data: Option<Data>,
}

#[derive(Deserialize)]
struct Data {
    instant: Option<Instant>,
    next_1_hours: Option<Period>,
    next_6_hours: Option<Period>,
}

#[derive(Deserialize)]
struct Instant {
    details: Option<InstantDetails>,
}

#[derive(Deserialize)]
struct InstantDetails {
    air_temperature: Option<f64>,
    air_pressure_at_sea_level: Option<f64>,
    cloud_area_fraction: Option<f64>,
    dew_point_temperature: Option<f64>,
    relative_humidity: Option<f64>,
    ultraviolet_index_clear_sky: Option<f64>,
    wind_from_direction: Option<f64>,
    wind_speed: Option<f64>,
    wind_speed_of_gust: Option<f64>,
}

#[derive(Deserialize)]
struct Period {
    summary: Option<Summary>,
    details: Option<PeriodDetails>,
}

#[derive(Deserialize)]
struct Summary {
    symbol_code: Option<String>,
}

#[derive(Deserialize)]
struct PeriodDetails {
    air_temperature_max: Option<f64>,
    air_temperature_min: Option<f64>,
    precipitation_amount: Option<f64>,
    probability_of_precipitation: Option<f64>,
}

impl Point {
    fn time(&self) -> Option<Timestamp> {
        self.time.as_ref()?.parse().ok().filter(is_plausible)
    }

    /// The hours that this point's symbol and precipitation are about: the next one where it is told, else the next six.
    fn period(&self) -> Option<(u8, &Period)> {
        let data = self.data.as_ref()?;
        let one = data.next_1_hours.as_ref().map(|period| (1, period));
        one.or(data.next_6_hours.as_ref().map(|period| (6, period)))
    }

    fn conditions(&self, time: Timestamp) -> Conditions {
        let details = self.data.as_ref().and_then(|data| data.instant.as_ref()?.details.as_ref());
        let told = |value: fn(&InstantDetails) -> Option<f64>| details.and_then(value);
        let symbol = self.period().and_then(|(_, period)| period.summary.as_ref()?.symbol_code.as_deref());
        Conditions {
            condition: symbol.map_or(Condition::Unknown, Condition::from_met_norway),
            temperature: told(|details| details.air_temperature).map(Temperature::from_celsius),
            humidity: told(|details| details.relative_humidity).map(Percentage::from_percent),
            dew_point: told(|details| details.dew_point_temperature).map(Temperature::from_celsius),
            pressure: told(|details| details.air_pressure_at_sea_level).map(Pressure::from_hectopascals),
            cloud_cover: told(|details| details.cloud_area_fraction).map(Percentage::from_percent),
            wind_speed: told(|details| details.wind_speed).map(Speed::from_metres_per_second),
            wind_gust: told(|details| details.wind_speed_of_gust).map(Speed::from_metres_per_second),
            wind_direction: told(|details| details.wind_from_direction).map(Direction::from_degrees),
            uv_index: told(|details| details.ultraviolet_index_clear_sky),
            ..Conditions::unknown_at(time)
        }
        .with_reckoned_comfort()
    }

    /// `None` for the last point, after which nothing is told.
    fn step(&self) -> Option<Step> {
        let time = self.time()?;
        let (hours, period) = self.period()?;
        let told = |value: fn(&PeriodDetails) -> Option<f64>| period.details.as_ref().and_then(value);
        let precipitation = told(|details| details.precipitation_amount).map(Length::from_millimetres);
        Some(Step {
            conditions: Conditions { precipitation, ..self.conditions(time) },
            hours,
            precipitation_from: time,
            precipitation_probability: told(|details| details.probability_of_precipitation)
                .map(Percentage::from_percent),
            temperature_min: told(|details| details.air_temperature_min).map(Temperature::from_celsius),
            temperature_max: told(|details| details.air_temperature_max).map(Temperature::from_celsius),
        })
    }
}

#[cfg(test)]
mod tests;
