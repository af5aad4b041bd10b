//! MET Norway's Locationforecast: global coverage and no key, but the operator must identify itself.
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
    error::ProviderError,
    interface::{FetchedReport, LastResort, PreviousForecast, Provider, RateLimit},
    upstream::{Upstream, UpstreamClient, is_plausible, parse},
};
use crate::{
    clock::Clock,
    weather::{
        Condition, Conditions, Coordinates, Direction, Forecast, ForecastStep, Length, Percentage, Pressure, Source,
        Speed, Temperature, complement::ComplementField,
    },
};

const SOURCE: Source = Source { provider: "met-norway", name: "MET Norway", url: "https://api.met.no/" };

const PATH: &str = "/weatherapi/locationforecast/2.0/complete";

/// The status of an unmodified document.
const NOT_MODIFIED: u16 = 304;

/// The status for a point that is not covered.
const OUTSIDE_AREA: u16 = 422;

/// The status that announces the end of a version.
const DEPRECATED: u16 = 203;

/// The provider.
pub struct MetNorway {
    upstream: Upstream,
    user_agent: HeaderValue,
    deprecation_logged: AtomicBool,
    instances: u32,
    clock: Clock,
}

impl MetNorway {
    /// `contact` is the e-mail address or URL of the operator of this service, which the terms require.
    ///
    /// # Errors
    /// A contact that is not a valid header value.
    pub fn new(client: UpstreamClient, base: &str, contact: &str, clock: Clock) -> Result<Self, String> {
        let user_agent = format!("weather-app/{} {contact}", env!("CARGO_PKG_VERSION"));
        let user_agent = HeaderValue::try_from(user_agent).map_err(|error| error.to_string())?;
        let upstream = Upstream::new(client, base);
        Ok(Self { upstream, user_agent, deprecation_logged: AtomicBool::new(false), instances: 1, clock })
    }

    /// Uses one instance's share of the rate limit.
    #[must_use]
    pub fn shared_by(self, instances: u32) -> Self {
        Self { instances, ..self }
    }

    async fn ask(&self, at: Coordinates, previous: Option<PreviousForecast>) -> Result<FetchedReport, ProviderError> {
        let (latitude, longitude) = (at.latitude().to_string(), at.longitude().to_string());
        let query = [("lat", &*latitude), ("lon", &longitude)];
        let mut headers = HeaderMap::from_iter([(USER_AGENT, self.user_agent.clone())]);
        if let Some(since) = previous.as_ref().and_then(|previous| HeaderValue::try_from(&previous.validator).ok()) {
            headers.insert(IF_MODIFIED_SINCE, since);
        }
        let reply = self.upstream.get(PATH, &query, headers).await?;
        let now = self.clock.now();
        let mut fetched = match (reply.status, previous) {
            // An unmodified forecast is as old as its last modification.
            (NOT_MODIFIED, Some(PreviousForecast { validator, forecast })) => {
                let fetched = at_time(forecast, now).validated(http_date(&validator));
                FetchedReport { validator: Some(validator), ..fetched }
            }
            (OUTSIDE_AREA, _) => return Err(ProviderError::NotCovered),
            _ => read(reply.success()?, now)?,
        };
        if reply.status == DEPRECATED && !self.deprecation_logged.swap(true, Ordering::Relaxed) {
            tracing::warn!(path = PATH, "MET Norway responds with 203: this version of its API is deprecated");
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

    fn account(&self) -> String {
        self.upstream.account(SOURCE.provider, self.user_agent.to_str().unwrap_or_default())
    }

    /// The terms allow an application 20 requests a second in total.
    fn limits(&self) -> Vec<RateLimit> {
        vec![RateLimit { requests: 20, per: Duration::from_secs(1) }.share_of(self.instances)]
    }

    /// Gusts and probabilities cover northern Europe only.
    fn complements(&self) -> &'static [ComplementField] {
        &[ComplementField::UvIndex]
    }

    fn fetch(&self, at: Coordinates, previous: Option<PreviousForecast>) -> BoxFuture<'_, FetchedReport> {
        async move {
            let fetched = self.ask(at, previous).await;
            fetched.unwrap_or_else(|error| FetchedReport::failed(error, self.clock.now()))
        }
        .boxed()
    }
}

fn http_date(text: &str) -> Option<Timestamp> {
    Timestamp::try_from(httpdate::parse_http_date(text).ok()?).ok()
}

/// Reads a document at the time `now`.
pub(super) fn read(body: &[u8], now: Timestamp) -> Result<FetchedReport, ProviderError> {
    let (forecast, updated_at) = forecast(body)?;
    Ok(at_time(forecast, now).validated(updated_at))
}

/// The steps of a document, and when its models were updated.
fn forecast(body: &[u8]) -> Result<(Forecast, Option<Timestamp>), ProviderError> {
    let document: LocationforecastDocument = parse(body)?;
    let properties = document.properties.unwrap_or_default();
    let points = properties.timeseries.unwrap_or_default();
    let mut steps: Vec<_> = points.iter().flatten().filter_map(TimeseriesEntry::step).collect();
    steps.retain(ForecastStep::has_weather);
    steps.sort_by_key(ForecastStep::time);
    if steps.is_empty() {
        return Err(ProviderError::Malformed("no step with a temperature or a symbol".to_owned()));
    }
    let updated_at = properties.meta.and_then(|meta| meta.updated_at?.parse().ok());
    Ok((Forecast { steps, ..Forecast::default() }, updated_at))
}

/// The current conditions are those of the last step that has started. The precipitation of the hour before is not given.
fn at_time(forecast: Forecast, now: Timestamp) -> FetchedReport {
    let reading_time = forecast.reading_time(now);
    let started = forecast.steps.iter().rev().find(|step| step.time() <= reading_time);
    let current = started.or(forecast.steps.first()).map(|step| step.conditions.clone());
    let nothing = || ProviderError::Malformed("no steps".to_owned());
    FetchedReport {
        current: current.map(|current| Conditions { precipitation: None, ..current }).ok_or_else(nothing),
        forecast: Ok(forecast),
        timezone: None,
        fetched_at: now,
        fresh_until: None,
        validator: None,
        last_resort: LastResort::default(),
    }
}

#[derive(Deserialize)]
struct LocationforecastDocument {
    properties: Option<ForecastProperties>,
}

#[derive(Deserialize, Default)]
struct ForecastProperties {
    meta: Option<ForecastMeta>,
    timeseries: Option<Vec<Option<TimeseriesEntry>>>,
}

#[derive(Deserialize)]
struct ForecastMeta {
    updated_at: Option<String>,
}

#[derive(Deserialize)]
struct TimeseriesEntry {
    time: Option<String>,
    data: Option<TimeseriesData>,
}

#[derive(Deserialize)]
struct TimeseriesData {
    instant: Option<InstantValues>,
    next_1_hours: Option<PeriodValues>,
    next_6_hours: Option<PeriodValues>,
}

#[derive(Deserialize)]
struct InstantValues {
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
struct PeriodValues {
    summary: Option<PeriodSummary>,
    details: Option<PeriodDetails>,
}

#[derive(Deserialize)]
struct PeriodSummary {
    symbol_code: Option<String>,
}

#[derive(Deserialize)]
struct PeriodDetails {
    air_temperature_max: Option<f64>,
    air_temperature_min: Option<f64>,
    precipitation_amount: Option<f64>,
    probability_of_precipitation: Option<f64>,
}

impl TimeseriesEntry {
    fn time(&self) -> Option<Timestamp> {
        self.time.as_ref()?.parse().ok().filter(is_plausible)
    }

    /// The period of this entry's symbol and precipitation: the next hour if it is given, else the next six hours.
    fn period(&self) -> Option<(u8, &PeriodValues)> {
        let data = self.data.as_ref()?;
        let one = data.next_1_hours.as_ref().map(|period| (1, period));
        one.or(data.next_6_hours.as_ref().map(|period| (6, period)))
    }

    fn conditions(&self, time: Timestamp) -> Conditions {
        let details = self.data.as_ref().and_then(|data| data.instant.as_ref()?.details.as_ref());
        let value_of = |value: fn(&InstantDetails) -> Option<f64>| details.and_then(value);
        let symbol = self.period().and_then(|(_, period)| period.summary.as_ref()?.symbol_code.as_deref());
        Conditions {
            condition: symbol.map_or(Condition::Unknown, Condition::from_met_norway),
            temperature: value_of(|details| details.air_temperature).map(Temperature::from_celsius),
            humidity: value_of(|details| details.relative_humidity).map(Percentage::from_percent),
            dew_point: value_of(|details| details.dew_point_temperature).map(Temperature::from_celsius),
            pressure: value_of(|details| details.air_pressure_at_sea_level).map(Pressure::from_hectopascals),
            cloud_cover: value_of(|details| details.cloud_area_fraction).map(Percentage::from_percent),
            wind_speed: value_of(|details| details.wind_speed).map(Speed::from_metres_per_second),
            wind_gust: value_of(|details| details.wind_speed_of_gust).map(Speed::from_metres_per_second),
            wind_direction: value_of(|details| details.wind_from_direction).map(Direction::from_degrees),
            uv_index: value_of(|details| details.ultraviolet_index_clear_sky),
            ..Conditions::unknown_at(time)
        }
    }

    /// The period of an entry is the interval that starts at its time. The gust is among the values for that time; the
    /// documentation does not say that it is the strongest of the period. `None` for the last entry, which has no period.
    fn step(&self) -> Option<ForecastStep> {
        let time = self.time()?;
        let (hours, period) = self.period()?;
        let value_of = |value: fn(&PeriodDetails) -> Option<f64>| period.details.as_ref().and_then(value);
        let precipitation = value_of(|details| details.precipitation_amount).map(Length::from_millimetres);
        Some(ForecastStep {
            conditions: Conditions { precipitation, ..self.conditions(time) },
            hours,
            precipitation_probability: value_of(|details| details.probability_of_precipitation)
                .map(Percentage::from_percent),
            temperature_min: value_of(|details| details.air_temperature_min).map(Temperature::from_celsius),
            temperature_max: value_of(|details| details.air_temperature_max).map(Temperature::from_celsius),
        })
    }
}

#[cfg(test)]
mod tests;
