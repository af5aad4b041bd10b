//! OpenWeatherMap: current weather, 5 days in steps of 3 hours, and a geocoder. Requires a key.
//!
//! Documentation: <https://openweathermap.org/current>, <https://openweathermap.org/forecast5>,
//! <https://openweathermap.org/api/geocoding-api>.

use std::{collections::HashMap, time::Duration};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Either, select},
};
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use tokio::time::timeout;

use super::{
    error::ProviderError,
    interface::{FetchedReport, GeocodedPlace, LastResort, PreviousForecast, Provider, RateLimit},
    preceding_hours::{GustKind, intervals_from_preceding_hours},
    upstream::{Upstream, UpstreamClient, UpstreamResponse, error_of_status, is_plausible, parse},
};
use crate::{
    clock::Clock,
    secret::Secret,
    weather::{
        Condition, Conditions, Coordinates, Direction, Forecast, ForecastStep, Length, Percentage, Pressure, Source,
        Speed, Temperature, complement::ComplementField,
    },
};

/// Credited as the terms require: <https://openweathermap.org/terms>.
const SOURCE: Source = Source { provider: "openweathermap", name: "OpenWeather", url: "https://openweathermap.org/" };

/// A higher temperature is in kelvin, whatever was requested: a recording of 2014 requested metric units and got 296.02.
/// No place on Earth is warmer than 60 °C or colder than 180 K.
const KELVIN_FROM: f64 = 150.0;

/// How long to wait for one part of the weather after the other has arrived. Both are requested at the same time from one
/// host.
const SECOND_PART_WAIT: Duration = Duration::from_secs(1);

/// The most places that the geocoder returns.
const MAX_PLACES: &str = "5";

/// The provider.
pub struct OpenWeatherMap {
    upstream: Upstream,
    key: Secret,
    per_minute: u32,
    clock: Clock,
}

impl OpenWeatherMap {
    /// `base` is the URL to which `/data/2.5/weather` and the other paths are appended; `per_minute` is how many
    /// requests a minute the account may send from here.
    #[must_use]
    pub fn new(client: UpstreamClient, base: &str, key: Secret, per_minute: u32, clock: Clock) -> Self {
        Self { upstream: Upstream::new(client, base), key, per_minute, clock }
    }

    async fn ask(&self, path: &str, at: Coordinates) -> Result<UpstreamResponse, ProviderError> {
        let (latitude, longitude) = (at.latitude().to_string(), at.longitude().to_string());
        let query = [("lat", &*latitude), ("lon", &longitude), ("units", "metric"), ("appid", self.key.expose())];
        self.upstream.get(path, &query, HeaderMap::new()).await
    }

    async fn current(&self, at: Coordinates) -> Result<Conditions, ProviderError> {
        let reply = self.ask("/data/2.5/weather", at).await?;
        conditions(reply.success()?, self.clock.now())
    }

    async fn items(&self, at: Coordinates) -> Result<Vec<ForecastStep>, ProviderError> {
        let reply = self.ask("/data/2.5/forecast", at).await?;
        items(reply.success()?)
    }

    /// Fetches both parts at the same time. If one hangs, the other is still used.
    async fn both(
        &self,
        at: Coordinates,
    ) -> (Result<Conditions, ProviderError>, Result<Vec<ForecastStep>, ProviderError>) {
        match select(self.current(at).boxed(), self.items(at).boxed()).await {
            Either::Left((current, other)) => {
                (current, timeout(SECOND_PART_WAIT, other).await.unwrap_or(Err(ProviderError::TimedOut)))
            }
            Either::Right((items, other)) => {
                (timeout(SECOND_PART_WAIT, other).await.unwrap_or(Err(ProviderError::TimedOut)), items)
            }
        }
    }

    async fn geocode(&self, name: &str) -> Result<Vec<GeocodedPlace>, ProviderError> {
        let query = [("q", name), ("limit", MAX_PLACES), ("appid", self.key.expose())];
        let reply = self.upstream.get("/geo/1.0/direct", &query, HeaderMap::new()).await?;
        geocoded(reply.success()?)
    }
}

impl Provider for OpenWeatherMap {
    fn source(&self) -> Source {
        SOURCE
    }

    fn account(&self) -> String {
        self.upstream.account(SOURCE.provider, self.key.expose())
    }

    fn limits(&self) -> Vec<RateLimit> {
        vec![RateLimit { requests: self.per_minute, per: Duration::from_mins(1) }]
    }

    /// One for current weather and one for the forecast.
    fn requests_per_fetch(&self) -> usize {
        2
    }

    fn complements(&self) -> &'static [ComplementField] {
        &[ComplementField::WindGust, ComplementField::PrecipitationProbability, ComplementField::Visibility]
    }

    fn fetch(&self, at: Coordinates, _previous: Option<PreviousForecast>) -> BoxFuture<'_, FetchedReport> {
        async move {
            let (current, items) = self.both(at).await;
            let forecast = items.map(|items| forecast(items, current.as_ref().ok()));
            FetchedReport {
                current,
                forecast,
                timezone: None,
                fetched_at: self.clock.now(),
                fresh_until: None,
                validator: None,
                last_resort: LastResort::default(),
            }
            .validated(None)
        }
        .boxed()
    }

    fn locate<'a>(&'a self, name: &'a str) -> Option<BoxFuture<'a, Result<Vec<GeocodedPlace>, ProviderError>>> {
        Some(self.geocode(name).boxed())
    }
}

/// A status inside the body: a number in most responses, a string in some.
#[derive(Deserialize)]
#[serde(untagged)]
enum BodyStatus {
    Number(f64),
    Text(String),
}

#[derive(Deserialize)]
struct ForecastList {
    cod: Option<BodyStatus>,
    list: Option<Vec<Option<WeatherItem>>>,
}

/// The fields that current weather and each item of the forecast share.
#[derive(Deserialize)]
struct WeatherItem {
    cod: Option<BodyStatus>,
    dt: Option<f64>,
    weather: Option<Vec<Option<SkyCode>>>,
    main: Option<MainValues>,
    visibility: Option<f64>,
    wind: Option<WindValues>,
    clouds: Option<CloudValues>,
    rain: Option<PrecipitationVolume>,
    snow: Option<PrecipitationVolume>,
    pop: Option<f64>,
}

#[derive(Deserialize)]
struct SkyCode {
    id: Option<f64>,
    description: Option<String>,
}

#[derive(Deserialize, Default)]
struct MainValues {
    temp: Option<f64>,
    feels_like: Option<f64>,
    temp_min: Option<f64>,
    temp_max: Option<f64>,
    pressure: Option<f64>,
    sea_level: Option<f64>,
    humidity: Option<f64>,
}

#[derive(Deserialize, Default)]
struct WindValues {
    speed: Option<f64>,
    deg: Option<f64>,
    gust: Option<f64>,
}

#[derive(Deserialize)]
struct CloudValues {
    all: Option<f64>,
}

/// Precipitation in millimetres, whatever the requested units.
#[derive(Deserialize)]
struct PrecipitationVolume {
    #[serde(rename = "1h")]
    one_hour: Option<f64>,
    #[serde(rename = "3h")]
    three_hours: Option<f64>,
}

#[derive(Deserialize)]
struct GeocodingItem {
    name: Option<String>,
    lat: Option<f64>,
    lon: Option<f64>,
    country: Option<String>,
    state: Option<String>,
    local_names: Option<HashMap<String, Option<String>>>,
}

fn conditions(body: &[u8], now: Timestamp) -> Result<Conditions, ProviderError> {
    let moment: WeatherItem = parse(body)?;
    check_code(moment.cod.as_ref())?;
    let precipitation = moment.precipitation(|volume| volume.one_hour);
    let time = moment.time().unwrap_or(now);
    let conditions = Conditions { precipitation, ..moment.conditions(time) };
    if conditions.has_weather() { Ok(conditions) } else { Err(no_weather()) }
}

/// The items of a forecast. Each is for the hours before its time.
fn items(body: &[u8]) -> Result<Vec<ForecastStep>, ProviderError> {
    let document: ForecastList = parse(body)?;
    check_code(document.cod.as_ref())?;
    let moments = document.list.unwrap_or_default().into_iter().flatten();
    let mut moments: Vec<_> = moments.filter_map(|moment| Some((moment.time()?, moment))).collect();
    moments.sort_by_key(|(time, _)| *time);
    let hours = step_hours(&moments);
    let items: Vec<_> = moments.iter().map(|(time, moment)| moment.item(*time, hours)).collect();
    if items.iter().any(ForecastStep::has_weather) { Ok(items) } else { Err(no_weather()) }
}

/// The first item ends the current interval, which started at about the time of the current reading. The documentation
/// does not say which period a gust is for; it is used for the time of its item. A reading does not make up for items
/// of which none has a temperature.
fn forecast(items: Vec<ForecastStep>, reading: Option<&Conditions>) -> Forecast {
    let reading = reading.filter(|_| items.iter().any(|item| item.conditions.temperature.is_some()));
    Forecast {
        steps: intervals_from_preceding_hours(items, GustKind::AtTime, reading),
        omits_zero_amounts: true,
        ..Forecast::default()
    }
}

/// Parses current weather.
#[cfg(test)]
pub(crate) fn read_current(body: &[u8], now: Timestamp) -> Result<Conditions, ProviderError> {
    conditions(body, now)
}

/// A forecast without a reading.
#[cfg(test)]
pub(crate) fn read_forecast(body: &[u8]) -> Result<Forecast, ProviderError> {
    items(body).map(|items| forecast(items, None))
}

fn geocoded(body: &[u8]) -> Result<Vec<GeocodedPlace>, ProviderError> {
    let places: Vec<Option<GeocodingItem>> = parse(body)?;
    Ok(places.into_iter().flatten().filter_map(GeocodingItem::geocoded).collect())
}

/// Finds an error in a response with the status 200, as in 2014 and 2015.
fn check_code(cod: Option<&BodyStatus>) -> Result<(), ProviderError> {
    let code = match cod {
        Some(BodyStatus::Number(code)) => *code,
        Some(BodyStatus::Text(text)) if !text.is_empty() => text.parse().unwrap_or_default(),
        Some(BodyStatus::Text(_)) | None => return Ok(()),
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates to a status of no meaning")]
    match code as u16 {
        200..=299 => Ok(()),
        status => Err(error_of_status(status, None)),
    }
}

fn no_weather() -> ProviderError {
    ProviderError::Malformed("neither a temperature nor a condition".to_owned())
}

/// The length of the steps: 3 hours, or 1 hour from the paid hourly endpoint. A step may be missing, so the shortest gap
/// counts.
fn step_hours(moments: &[(Timestamp, WeatherItem)]) -> u8 {
    let gaps = moments.windows(2).map(|pair| pair[1].0.duration_since(pair[0].0));
    match gaps.min() {
        Some(gap) if gap <= SignedDuration::from_hours(1) => 1,
        _ => 3,
    }
}

fn temperature(value: f64) -> Temperature {
    if value > KELVIN_FROM { Temperature::from_kelvin(value) } else { Temperature::from_celsius(value) }
}

impl WeatherItem {
    fn time(&self) -> Option<Timestamp> {
        #[expect(clippy::cast_possible_truncation, reason = "saturates, and is then out of the calendar")]
        Timestamp::from_second(self.dt? as i64).ok().filter(is_plausible)
    }

    /// Rain and snow together; `None` if neither is given.
    fn precipitation(&self, amount: impl Fn(&PrecipitationVolume) -> Option<f64>) -> Option<Length> {
        let rain = self.rain.as_ref().and_then(&amount);
        let snow = self.snow.as_ref().and_then(&amount);
        match (rain, snow) {
            (None, None) => None,
            _ => Some(Length::from_millimetres(rain.unwrap_or_default() + snow.unwrap_or_default())),
        }
    }

    /// Everything except precipitation, whose period differs between the documents.
    fn conditions(&self, time: Timestamp) -> Conditions {
        let sky = self.weather.iter().flatten().flatten().next();
        let main = self.main.as_ref();
        let wind = self.wind.as_ref();
        let air = |value: fn(&MainValues) -> Option<f64>| main.and_then(value);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates to an id of no group")]
        let condition = sky.and_then(|sky| sky.id).map(|id| Condition::from_openweathermap(id as u16));
        Conditions {
            condition: condition.unwrap_or(Condition::Unknown),
            description: sky.and_then(|sky| sky.description.clone()).filter(|text| !text.is_empty()),
            temperature: air(|main| main.temp).map(temperature),
            feels_like: air(|main| main.feels_like).map(temperature),
            humidity: air(|main| main.humidity).map(Percentage::from_percent),
            pressure: air(|main| main.pressure.or(main.sea_level)).map(Pressure::from_hectopascals),
            cloud_cover: self.clouds.as_ref().and_then(|clouds| clouds.all).map(Percentage::from_percent),
            visibility: self.visibility.map(Length::from_metres),
            wind_speed: wind.and_then(|wind| wind.speed).map(Speed::from_metres_per_second),
            wind_gust: wind.and_then(|wind| wind.gust).map(Speed::from_metres_per_second),
            wind_direction: wind.and_then(|wind| wind.deg).map(Direction::from_degrees),
            ..Conditions::unknown_at(time)
        }
    }

    /// Precipitation and its probability are for the hours before the time (<https://openweathermap.org/forecast5>). The
    /// extremes are those within a large city at the time.
    fn item(&self, time: Timestamp, hours: u8) -> ForecastStep {
        let precipitation = self.precipitation(|volume| if hours == 1 { volume.one_hour } else { volume.three_hours });
        ForecastStep {
            conditions: Conditions { precipitation, ..self.conditions(time) },
            hours,
            precipitation_probability: self.pop.map(Percentage::from_fraction),
            temperature_min: self.main.as_ref().and_then(|main| main.temp_min).map(temperature),
            temperature_max: self.main.as_ref().and_then(|main| main.temp_max).map(temperature),
        }
    }
}

impl GeocodingItem {
    fn geocoded(self) -> Option<GeocodedPlace> {
        Some(GeocodedPlace {
            name: self.name.filter(|name| !name.is_empty())?,
            other_names: self.local_names.unwrap_or_default().into_values().flatten().collect(),
            region: self.state.filter(|region| !region.is_empty()),
            country: self.country.filter(|country| !country.is_empty()),
            coordinates: Coordinates::new(self.lat?, self.lon?).ok()?,
            timezone: None,
        })
    }
}

#[cfg(test)]
mod tests;
