//! OpenWeatherMap: current weather, 5 days in steps of 3 hours, and a geocoder, for a key.
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
    Fetched, Known, Limit, Located, Provider, ProviderError,
    upstream::{Client, Reply, Upstream, is_plausible, parse},
};
use crate::{
    clock::Clock,
    secret::Secret,
    weather::{
        Condition, Conditions, Coordinates, Direction, Forecast, Length, Percentage, Pressure, Source, Speed, Step,
        Temperature,
    },
};

/// As their terms want it: <https://openweathermap.org/terms>.
const SOURCE: Source = Source { provider: "openweathermap", name: "OpenWeather", url: "https://openweathermap.org/" };

/// Above this a temperature is in kelvin, whatever was asked for: a recording of 2014 asked for metric and got 296.02.
/// No place on Earth is warmer than 60 °C or colder than 180 K.
const KELVIN_FROM: f64 = 150.0;

/// How much later than the one part of a point's weather the other may come: both are asked for at once, from one host.
const PATIENCE_WITH_OTHER: Duration = Duration::from_secs(1);

/// The most places that their geocoder gives at once.
const MOST_PLACES: &str = "5";

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
    pub fn new(client: Client, base: &str, key: Secret, per_minute: u32, clock: Clock) -> Self {
        Self { upstream: Upstream::new(client, base), key, per_minute, clock }
    }

    async fn ask(&self, path: &str, at: Coordinates) -> Result<Reply, ProviderError> {
        let (latitude, longitude) = (at.latitude().to_string(), at.longitude().to_string());
        let query = [("lat", &*latitude), ("lon", &longitude), ("units", "metric"), ("appid", self.key.expose())];
        self.upstream.get(path, &query, HeaderMap::new()).await
    }

    async fn current(&self, at: Coordinates) -> Result<Conditions, ProviderError> {
        let reply = self.ask("/data/2.5/weather", at).await?;
        conditions(reply.success()?, self.clock.now())
    }

    async fn forecast(&self, at: Coordinates) -> Result<Forecast, ProviderError> {
        let reply = self.ask("/data/2.5/forecast", at).await?;
        forecast(reply.success()?)
    }

    /// Both parts at once. One that freezes does not take the other with it.
    async fn both(&self, at: Coordinates) -> (Result<Conditions, ProviderError>, Result<Forecast, ProviderError>) {
        match select(self.current(at).boxed(), self.forecast(at).boxed()).await {
            Either::Left((current, other)) => {
                (current, timeout(PATIENCE_WITH_OTHER, other).await.unwrap_or(Err(ProviderError::TimedOut)))
            }
            Either::Right((forecast, other)) => {
                (timeout(PATIENCE_WITH_OTHER, other).await.unwrap_or(Err(ProviderError::TimedOut)), forecast)
            }
        }
    }

    async fn geocode(&self, name: &str) -> Result<Vec<Located>, ProviderError> {
        let query = [("q", name), ("limit", MOST_PLACES), ("appid", self.key.expose())];
        let reply = self.upstream.get("/geo/1.0/direct", &query, HeaderMap::new()).await?;
        located(reply.success()?)
    }
}

impl Provider for OpenWeatherMap {
    fn source(&self) -> Source {
        SOURCE
    }

    fn limits(&self) -> Vec<Limit> {
        vec![Limit { requests: self.per_minute, per: Duration::from_mins(1) }]
    }

    /// The weather now and the weather ahead.
    fn requests_per_fetch(&self) -> usize {
        2
    }

    fn fetch(&self, at: Coordinates, _known: Option<Known>) -> BoxFuture<'_, Fetched> {
        async move {
            let (current, forecast) = self.both(at).await;
            Fetched {
                current,
                forecast,
                timezone: None,
                fetched_at: self.clock.now(),
                fresh_until: None,
                validator: None,
            }
        }
        .boxed()
    }

    fn locate<'a>(&'a self, name: &'a str) -> Option<BoxFuture<'a, Result<Vec<Located>, ProviderError>>> {
        Some(self.geocode(name).boxed())
    }
}

/// A status inside the body: a number in most answers, a string in others.
#[derive(Deserialize)]
#[serde(untagged)]
enum Code {
    Number(f64),
    Text(String),
}

/// What every answer may begin with, errors under a status of 200 among them.
#[derive(Deserialize)]
struct Envelope {
    cod: Option<Code>,
}

#[derive(Deserialize)]
struct ForecastDocument {
    list: Option<Vec<Option<Moment>>>,
}

/// The shape that the current weather and each step of the forecast share.
#[derive(Deserialize)]
struct Moment {
    dt: Option<f64>,
    weather: Option<Vec<Option<Weather>>>,
    main: Option<Main>,
    visibility: Option<f64>,
    wind: Option<Wind>,
    clouds: Option<Clouds>,
    rain: Option<Volume>,
    snow: Option<Volume>,
    pop: Option<f64>,
}

#[derive(Deserialize)]
struct Weather {
    id: Option<f64>,
    description: Option<String>,
}

#[derive(Deserialize, Default)]
struct Main {
    temp: Option<f64>,
    feels_like: Option<f64>,
    temp_min: Option<f64>,
    temp_max: Option<f64>,
    pressure: Option<f64>,
    sea_level: Option<f64>,
    humidity: Option<f64>,
}

#[derive(Deserialize, Default)]
struct Wind {
    speed: Option<f64>,
    deg: Option<f64>,
    gust: Option<f64>,
}

#[derive(Deserialize)]
struct Clouds {
    all: Option<f64>,
}

/// Millimetres, in all systems of units.
#[derive(Deserialize)]
struct Volume {
    #[serde(rename = "1h")]
    one_hour: Option<f64>,
    #[serde(rename = "3h")]
    three_hours: Option<f64>,
}

#[derive(Deserialize)]
struct GeocodedPlace {
    name: Option<String>,
    lat: Option<f64>,
    lon: Option<f64>,
    country: Option<String>,
    state: Option<String>,
    local_names: Option<HashMap<String, Option<String>>>,
}

fn conditions(body: &[u8], now: Timestamp) -> Result<Conditions, ProviderError> {
    check_code(body)?;
    let moment: Moment = parse(body)?;
    let precipitation = moment.fallen(|volume| volume.one_hour);
    let time = moment.time().unwrap_or(now);
    let conditions = Conditions { precipitation, ..moment.conditions(time) }.with_reckoned_comfort();
    if conditions.says_something() { Ok(conditions) } else { Err(says_nothing()) }
}

fn forecast(body: &[u8]) -> Result<Forecast, ProviderError> {
    check_code(body)?;
    let document: ForecastDocument = parse(body)?;
    let moments = document.list.unwrap_or_default().into_iter().flatten();
    let mut moments: Vec<_> = moments.filter_map(|moment| Some((moment.time()?, moment))).collect();
    moments.sort_by_key(|(time, _)| *time);
    let hours = step_hours(&moments);
    let steps: Vec<Step> = moments
        .iter()
        .map(|(time, moment)| moment.step(*time, hours))
        .filter(|step| step.conditions.says_something())
        .collect();
    if steps.is_empty() { Err(says_nothing()) } else { Ok(Forecast { steps, days: Vec::new() }) }
}

fn located(body: &[u8]) -> Result<Vec<Located>, ProviderError> {
    let places: Vec<Option<GeocodedPlace>> = parse(body)?;
    Ok(places.into_iter().flatten().filter_map(GeocodedPlace::located).collect())
}

/// An error that came with a status of 200, as in 2014 and 2015.
fn check_code(body: &[u8]) -> Result<(), ProviderError> {
    let code = match parse::<Envelope>(body)?.cod {
        Some(Code::Number(code)) => code,
        Some(Code::Text(text)) if !text.is_empty() => text.parse().unwrap_or_default(),
        Some(Code::Text(_)) | None => 200.0,
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates to a status of no meaning")]
    let reply = Reply { status: code as u16, headers: HeaderMap::new(), body: bytes::Bytes::copy_from_slice(body) };
    reply.success().map(drop)
}

fn says_nothing() -> ProviderError {
    ProviderError::Malformed("neither a temperature nor a condition".to_owned())
}

/// The length of the steps: 3 hours, or 1 from the paid hourly endpoint. A step may be missing, so the shortest counts.
fn step_hours(moments: &[(Timestamp, Moment)]) -> u8 {
    let gaps = moments.windows(2).map(|pair| pair[1].0.duration_since(pair[0].0));
    match gaps.min() {
        Some(gap) if gap <= SignedDuration::from_hours(1) => 1,
        _ => 3,
    }
}

fn temperature(value: f64) -> Temperature {
    if value > KELVIN_FROM { Temperature::from_kelvin(value) } else { Temperature::from_celsius(value) }
}

impl Moment {
    fn time(&self) -> Option<Timestamp> {
        #[expect(clippy::cast_possible_truncation, reason = "saturates, and is then out of the calendar")]
        Timestamp::from_second(self.dt? as i64).ok().filter(is_plausible)
    }

    /// Rain and snow together; `None` where neither is said.
    fn fallen(&self, amount: impl Fn(&Volume) -> Option<f64>) -> Option<Length> {
        let rain = self.rain.as_ref().and_then(&amount);
        let snow = self.snow.as_ref().and_then(&amount);
        match (rain, snow) {
            (None, None) => None,
            _ => Some(Length::from_millimetres(rain.unwrap_or_default() + snow.unwrap_or_default())),
        }
    }

    /// All but the precipitation, which is over another time in each document.
    fn conditions(&self, time: Timestamp) -> Conditions {
        let sky = self.weather.iter().flatten().flatten().next();
        let main = self.main.as_ref();
        let wind = self.wind.as_ref();
        let air = |value: fn(&Main) -> Option<f64>| main.and_then(value);
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

    /// The precipitation of a step is that of the hours before its time.
    fn step(&self, time: Timestamp, hours: u8) -> Step {
        let precipitation = self.fallen(|volume| if hours == 1 { volume.one_hour } else { volume.three_hours });
        let conditions = Conditions { precipitation, ..self.conditions(time) }.with_reckoned_comfort();
        Step {
            conditions,
            hours,
            precipitation_from: time - SignedDuration::from_hours(hours.into()),
            precipitation_probability: self.pop.map(Percentage::from_fraction),
            temperature_min: self.main.as_ref().and_then(|main| main.temp_min).map(temperature),
            temperature_max: self.main.as_ref().and_then(|main| main.temp_max).map(temperature),
        }
    }
}

impl GeocodedPlace {
    fn located(self) -> Option<Located> {
        Some(Located {
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
