//! What goes over the wire. The comments here are the descriptions in the OpenAPI document.

use jiff::Timestamp;
use poem_openapi::{Enum, Object};
use serde::Serialize;

use crate::{
    places,
    service::{State as ProviderState, Status as ProviderStatus},
    weather::{self, Length, Source as Credit, Speed, Temperature, sun::Polar as PolarSun},
};

/// A system of units: `metric` is °C, m/s, hPa, mm and m; `imperial` is °F, mph, hPa, in and mi.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Enum, Serialize)]
#[oai(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum UnitSystem {
    /// °C, m/s, hPa, mm, m
    #[default]
    Metric,
    /// °F, mph, hPa, in, mi
    Imperial,
}

/// The unit of each kind of value.
#[derive(Clone, Debug, Object, Serialize)]
pub struct Units {
    /// The system that was asked for.
    pub system: UnitSystem,
    /// Of temperatures: `°C` or `°F`.
    pub temperature: String,
    /// Of wind speeds: `m/s` or `mph`.
    pub wind_speed: String,
    /// Of pressures: `hPa` in both systems.
    pub pressure: String,
    /// Of precipitation, as water: `mm` or `in`.
    pub precipitation: String,
    /// Of visibility: `m` or `mi`.
    pub visibility: String,
}

/// A place as it was asked for.
#[derive(Clone, Debug, Object, Serialize)]
pub struct Place {
    /// Its name; `null` for coordinates with no place within 30 km.
    pub name: Option<String>,
    /// The region, state or province it lies in.
    pub region: Option<String>,
    /// ISO 3166-1 code of its country, two letters.
    pub country: Option<String>,
    /// Degrees north of the equator.
    #[oai(validator(minimum(value = "-90"), maximum(value = "90")))]
    pub latitude: f64,
    /// Degrees east of Greenwich.
    #[oai(validator(minimum(value = "-180"), maximum(value = "180")))]
    pub longitude: f64,
    /// IANA name of its time zone; `Etc/GMT±N` by longitude where no place is within 100 km.
    pub timezone: String,
}

/// What the sky does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize)]
#[oai(rename_all = "snake_case", remote = "weather::Condition")]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    Clear,
    MostlyClear,
    PartlyCloudy,
    Cloudy,
    Overcast,
    Mist,
    Fog,
    Haze,
    Smoke,
    Dust,
    Sand,
    Ash,
    Squall,
    Tornado,
    Drizzle,
    FreezingDrizzle,
    LightRain,
    Rain,
    HeavyRain,
    FreezingRain,
    RainShowers,
    Sleet,
    LightSnow,
    Snow,
    HeavySnow,
    SnowShowers,
    Thunderstorm,
    Hail,
    Unknown,
}

/// The weather now. What the provider does not say is `null`.
#[derive(Clone, Debug, Object, Serialize)]
pub struct Current {
    /// When the values hold: an observation's time, or a model step's.
    pub time: String,
    /// What the sky does.
    pub condition: Condition,
    /// The provider's own words for it, else the condition in English words.
    pub description: String,
    /// Whether the sun is up.
    pub is_day: bool,
    /// Of the air, 2 m above ground.
    pub temperature: Option<f64>,
    /// What that feels like: the provider's own, else the Australian apparent temperature.
    pub feels_like: Option<f64>,
    /// Relative humidity in percent.
    pub humidity: Option<f64>,
    /// Where the air would be saturated: the provider's own, else by the Magnus formula.
    pub dew_point: Option<f64>,
    /// Reduced to sea level.
    pub pressure: Option<f64>,
    /// Share of the sky that is covered, in percent.
    pub cloud_cover: Option<f64>,
    /// How far one sees.
    pub visibility: Option<f64>,
    /// Mean wind, 10 m above ground.
    pub wind_speed: Option<f64>,
    /// Strongest wind.
    pub wind_gust: Option<f64>,
    /// Where the wind comes from, in degrees clockwise from north.
    pub wind_direction: Option<f64>,
    /// Rain and snow together over the last hour, as water.
    pub precipitation: Option<f64>,
    /// Strength of the sun's ultraviolet light (WHO index).
    pub uv_index: Option<f64>,
}

/// The sun on the local day.
#[derive(Clone, Debug, Object, Serialize)]
pub struct Sun {
    /// When it rises; `null` where it does not that day.
    pub sunrise: Option<String>,
    /// When it sets; `null` where it does not that day.
    pub sunset: Option<String>,
    /// Set where the sun does not cross the horizon that day.
    pub polar: Option<Polar>,
}

/// A day on which the sun stays up (`day`) or down (`night`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize)]
#[oai(rename_all = "snake_case", remote = "PolarSun")]
#[serde(rename_all = "snake_case")]
pub enum Polar {
    Day,
    Night,
}

/// Who said it: credit them where you show it.
#[derive(Clone, Debug, Object, Serialize)]
pub struct Source {
    /// The provider: `openweathermap`, `met-norway`, `open-meteo` or `sample`.
    pub provider: String,
    /// The name to credit.
    pub name: String,
    /// The page to link.
    pub url: String,
}

/// The current weather of a place.
#[derive(Clone, Debug, Object, Serialize)]
pub struct Weather {
    /// The place that was asked for.
    pub place: Place,
    /// Other places of that name, at most five; empty for coordinates.
    pub alternatives: Vec<Place>,
    /// The unit of each kind of value.
    pub units: Units,
    /// The weather now.
    pub current: Current,
    /// The sun on the local day.
    pub sun: Sun,
    /// Who said it.
    pub source: Source,
    /// When it was fetched from them.
    pub fetched_at: String,
    /// Whether it is past its freshness.
    pub stale: bool,
}

/// A stretch of the hours ahead. What the provider does not say is `null`.
#[derive(Clone, Debug, Object, Serialize)]
pub struct Hour {
    /// When the values hold.
    pub time: String,
    /// The length of the step in hours: 1, 3 or 6.
    pub hours: u8,
    /// What the sky does.
    pub condition: Condition,
    /// The provider's own words for it, else the condition in English words.
    pub description: String,
    /// Whether the sun is up.
    pub is_day: bool,
    /// Of the air, 2 m above ground.
    pub temperature: Option<f64>,
    /// What that feels like.
    pub feels_like: Option<f64>,
    /// Relative humidity in percent.
    pub humidity: Option<f64>,
    /// Reduced to sea level.
    pub pressure: Option<f64>,
    /// Share of the sky that is covered, in percent.
    pub cloud_cover: Option<f64>,
    /// Mean wind, 10 m above ground.
    pub wind_speed: Option<f64>,
    /// Strongest wind.
    pub wind_gust: Option<f64>,
    /// Where the wind comes from, in degrees clockwise from north.
    pub wind_direction: Option<f64>,
    /// Rain and snow together over the step, as water.
    pub precipitation: Option<f64>,
    /// How likely any precipitation is, in percent.
    pub precipitation_probability: Option<f64>,
}

/// A local calendar day. What the provider does not say is `null`.
#[derive(Clone, Debug, Object, Serialize)]
pub struct Day {
    /// The day in the place's own calendar.
    pub date: String,
    /// Whether all of the day lies in the data; else the values are those of the part that does.
    pub complete: bool,
    /// What the sky does at its worst while it is light.
    pub condition: Condition,
    /// The condition in English words.
    pub description: String,
    /// Lowest temperature.
    pub temperature_min: Option<f64>,
    /// Highest temperature.
    pub temperature_max: Option<f64>,
    /// Rain and snow together, as water.
    pub precipitation: Option<f64>,
    /// How likely any precipitation is in the likeliest step, in percent.
    pub precipitation_probability: Option<f64>,
    /// Strongest mean wind.
    pub wind_speed_max: Option<f64>,
    /// When the sun rises; `null` where it does not that day.
    pub sunrise: Option<String>,
    /// When the sun sets; `null` where it does not that day.
    pub sunset: Option<String>,
}

/// The hours and days ahead of a place.
#[derive(Clone, Debug, Object, Serialize)]
pub struct Forecast {
    /// The place that was asked for.
    pub place: Place,
    /// Other places of that name, at most five; empty for coordinates.
    pub alternatives: Vec<Place>,
    /// The unit of each kind of value.
    pub units: Units,
    /// Up to 48 hours ahead.
    pub hourly: Vec<Hour>,
    /// Up to seven local calendar days, starting today.
    pub daily: Vec<Day>,
    /// One English sentence about precipitation in the next 24 hours, in local time.
    pub outlook: Option<String>,
    /// Who said it.
    pub source: Source,
    /// When it was fetched from them.
    pub fetched_at: String,
    /// Whether it is past its freshness.
    pub stale: bool,
}

/// A place of the gazetteer.
#[derive(Clone, Debug, Object, Serialize)]
pub struct FoundPlace {
    /// Its name.
    pub name: String,
    /// The region, state or province it lies in.
    pub region: Option<String>,
    /// ISO 3166-1 code of its country, two letters.
    pub country: String,
    /// English name of its country.
    pub country_name: String,
    /// Degrees north of the equator.
    pub latitude: f64,
    /// Degrees east of Greenwich.
    pub longitude: f64,
    /// IANA name of its time zone.
    pub timezone: String,
    /// How many people live there.
    pub population: u32,
}

/// Places, best first.
#[derive(Clone, Debug, Object, Serialize)]
pub struct Places {
    /// Empty where nothing was found.
    pub places: Vec<FoundPlace>,
}

/// How the service fares.
#[derive(Clone, Debug, Object, Serialize)]
pub struct Status {
    /// The program's version.
    pub version: String,
    /// When this process started.
    pub started_at: String,
    /// The providers in the order in which they are asked.
    pub providers: Vec<Provider>,
}

/// How a provider fares.
#[derive(Clone, Debug, Object, Serialize)]
pub struct Provider {
    /// `openweathermap`, `met-norway`, `open-meteo` or `sample`.
    pub name: String,
    /// Whether it can be counted on.
    pub state: State,
    /// When it last answered.
    pub last_success: Option<String>,
    /// When it last failed to.
    pub last_error: Option<String>,
}

/// Whether a provider can be counted on: `ok`, `failing` (its last answer was none or a bad one), `open` (it failed
/// so often that it is left alone for a while), `key-rejected`, `rate-limited`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize)]
#[oai(rename_all = "kebab-case", remote = "ProviderState")]
#[serde(rename_all = "kebab-case")]
pub enum State {
    Ok,
    Failing,
    Open,
    KeyRejected,
    RateLimited,
}

/// RFC 3339 in UTC, to the second.
pub fn time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Two decimals: what is finer is noise of the conversion.
fn rounded(value: f64) -> f64 {
    // The sum takes the sign off a negative zero.
    (value * 100.0).round() / 100.0 + 0.0
}

/// A value that needs no conversion.
pub fn plain(value: Option<f64>) -> Option<f64> {
    value.map(rounded)
}

impl UnitSystem {
    /// A temperature in this system.
    pub fn temperature(self, value: Option<Temperature>) -> Option<f64> {
        let convert = match self {
            Self::Metric => Temperature::celsius,
            Self::Imperial => Temperature::fahrenheit,
        };
        plain(value.map(convert))
    }

    /// A wind speed in this system.
    pub fn speed(self, value: Option<Speed>) -> Option<f64> {
        let convert = match self {
            Self::Metric => Speed::metres_per_second,
            Self::Imperial => Speed::miles_per_hour,
        };
        plain(value.map(convert))
    }

    /// A depth of water in this system.
    pub fn depth(self, value: Option<Length>) -> Option<f64> {
        let convert = match self {
            Self::Metric => Length::millimetres,
            Self::Imperial => Length::inches,
        };
        plain(value.map(convert))
    }

    /// How far one sees, in this system.
    pub fn distance(self, value: Option<Length>) -> Option<f64> {
        let convert = match self {
            Self::Metric => Length::metres,
            Self::Imperial => Length::miles,
        };
        plain(value.map(convert))
    }
}

impl From<UnitSystem> for Units {
    fn from(system: UnitSystem) -> Self {
        let [temperature, wind_speed, precipitation, visibility] = match system {
            UnitSystem::Metric => ["°C", "m/s", "mm", "m"],
            UnitSystem::Imperial => ["°F", "mph", "in", "mi"],
        };
        Self {
            system,
            temperature: temperature.to_owned(),
            wind_speed: wind_speed.to_owned(),
            pressure: "hPa".to_owned(),
            precipitation: precipitation.to_owned(),
            visibility: visibility.to_owned(),
        }
    }
}

impl From<Credit> for Source {
    fn from(credit: Credit) -> Self {
        Self { provider: credit.provider.to_owned(), name: credit.name.to_owned(), url: credit.url.to_owned() }
    }
}

impl From<places::Place> for FoundPlace {
    fn from(place: places::Place) -> Self {
        Self {
            name: place.name,
            region: place.region.map(str::to_owned),
            country: place.country.to_owned(),
            country_name: place.country_name.to_owned(),
            latitude: place.coordinates.latitude(),
            longitude: place.coordinates.longitude(),
            timezone: place.timezone.to_owned(),
            population: place.population,
        }
    }
}

impl From<ProviderStatus> for Provider {
    fn from(status: ProviderStatus) -> Self {
        Self {
            name: status.name.to_owned(),
            state: status.state.into(),
            last_success: status.last_success.map(time),
            last_error: status.last_error.map(time),
        }
    }
}
