//! The JSON documents of the API. The comments here are the descriptions in the OpenAPI document.

use poem_openapi::{Enum, Object};
use serde::Serialize;

use crate::{
    places,
    service::AddedFields,
    weather::{self, Source, sun::Polar},
};

mod outlook;
mod status;
mod units;

pub use outlook::OutlookJson;
pub use status::StatusJson;
pub use units::{UnitSystem, UnitsJson, plain, time};

/// The requested place.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(rename = "MatchedPlace")]
pub struct RequestedPlaceJson {
    /// Its name; `null` for coordinates more than 30 km from any known place.
    pub name: Option<String>,
    /// The name by which it was found, if that is not its own, such as `India`, `Peking` or `LHR`.
    pub matched: Option<String>,
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
    /// IANA name of its time zone; `Etc/GMT±N` by longitude if no known place is within 100 km.
    pub timezone: String,
}

/// Another place that may have been meant.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(rename = "Place")]
pub struct PlaceJson {
    /// Its name.
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
    /// IANA name of its time zone; `Etc/GMT±N` by longitude if no known place is within 100 km.
    pub timezone: String,
}

/// The state of the sky.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize)]
#[oai(rename = "Condition", rename_all = "snake_case", remote = "weather::Condition")]
#[serde(rename_all = "snake_case")]
pub enum ConditionJson {
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

/// Current conditions. A value that the provider does not give is `null`.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(rename = "Current")]
pub struct CurrentJson {
    /// The time of the values: of an observation, or of a model's step.
    pub time: String,
    /// The state of the sky.
    pub condition: ConditionJson,
    /// The provider's own description, else the condition in English.
    pub description: String,
    /// Whether the sun is up.
    pub is_day: bool,
    /// Air temperature 2 m above ground.
    pub temperature: Option<f64>,
    /// Apparent temperature: the provider's own, else wind chill in the cold and the heat index in the heat.
    pub feels_like: Option<f64>,
    /// Relative humidity in percent.
    pub humidity: Option<f64>,
    /// Dew point: the provider's own, else by the Magnus formula.
    pub dew_point: Option<f64>,
    /// Air pressure reduced to sea level.
    pub pressure: Option<f64>,
    /// Cloud cover in percent of the sky.
    pub cloud_cover: Option<f64>,
    /// Visibility.
    pub visibility: Option<f64>,
    /// Mean wind speed 10 m above ground.
    pub wind_speed: Option<f64>,
    /// Wind gust.
    pub wind_gust: Option<f64>,
    /// The direction that the wind comes from, in degrees clockwise from north.
    pub wind_direction: Option<f64>,
    /// Rain and snow together over the last hour, as water.
    pub precipitation: Option<f64>,
    /// UV index (WHO).
    pub uv_index: Option<f64>,
}

/// The sun on the local day.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(rename = "Sun")]
pub struct SunJson {
    /// Time of sunrise; `null` if the sun does not rise that day.
    pub sunrise: Option<String>,
    /// Time of the sunset that follows the sunrise, possibly after midnight; `null` if there is none within 24 hours.
    pub sunset: Option<String>,
    /// Set if the sun does not cross the horizon that day.
    pub polar: Option<PolarJson>,
}

/// A day on which the sun stays up (`day`) or down (`night`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize)]
#[oai(rename = "Polar", rename_all = "snake_case", remote = "Polar")]
#[serde(rename_all = "snake_case")]
pub enum PolarJson {
    Day,
    Night,
}

/// The source of the data. Credit it wherever you show the data.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(rename = "Source")]
pub struct SourceJson {
    /// The provider: `openweathermap`, `met-norway`, `open-meteo` or `sample`.
    pub provider: String,
    /// The name to credit.
    pub name: String,
    /// The page to link.
    pub url: String,
}

/// Values from another provider than `source`.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(rename = "Complement")]
pub struct ComplementJson {
    /// The provider: `openweathermap`, `met-norway`, `open-meteo` or `sample`.
    pub provider: String,
    /// The name to credit.
    pub name: String,
    /// The page to link.
    pub url: String,
    /// The keys of the values from this provider.
    pub fields: Vec<String>,
}

/// The current weather of a place.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(rename = "Weather")]
pub struct WeatherJson {
    /// The requested place.
    pub place: RequestedPlaceJson,
    /// Other places of that name, at most five; empty for coordinates.
    pub alternatives: Vec<PlaceJson>,
    /// The unit of each kind of value.
    pub units: UnitsJson,
    /// Current conditions.
    pub current: CurrentJson,
    /// The sun on the local day.
    pub sun: SunJson,
    /// The source of the data.
    pub source: SourceJson,
    /// Values from other providers; empty if only `source` was asked.
    pub complements: Vec<ComplementJson>,
    /// When the data were fetched.
    pub fetched_at: String,
    /// Whether the data are past their freshness.
    pub stale: bool,
}

/// The interval that starts at `time` and lasts `hours`. Condition, description, precipitation, its probability and, if
/// the provider gives the maximum, the gust apply to the whole interval; the other values apply to its start. A value
/// that the provider does not give is `null`.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(rename = "Hour")]
pub struct HourJson {
    /// Start of the interval.
    pub time: String,
    /// Length of the interval in hours: 1, 3 or 6.
    pub hours: u8,
    /// The state of the sky.
    pub condition: ConditionJson,
    /// The provider's own description, else the condition in English.
    pub description: String,
    /// Whether the sun is up.
    pub is_day: bool,
    /// Air temperature 2 m above ground.
    pub temperature: Option<f64>,
    /// Apparent temperature.
    pub feels_like: Option<f64>,
    /// Relative humidity in percent.
    pub humidity: Option<f64>,
    /// Dew point.
    pub dew_point: Option<f64>,
    /// Air pressure reduced to sea level.
    pub pressure: Option<f64>,
    /// Cloud cover in percent of the sky.
    pub cloud_cover: Option<f64>,
    /// Visibility.
    pub visibility: Option<f64>,
    /// Mean wind speed 10 m above ground.
    pub wind_speed: Option<f64>,
    /// Wind gust.
    pub wind_gust: Option<f64>,
    /// The direction that the wind comes from, in degrees clockwise from north.
    pub wind_direction: Option<f64>,
    /// Rain and snow together over exactly this interval, as water.
    pub precipitation: Option<f64>,
    /// Probability of any precipitation in the interval, in percent.
    pub precipitation_probability: Option<f64>,
    /// UV index (WHO).
    pub uv_index: Option<f64>,
}

/// A local calendar day, computed from the parts of the intervals that lie in it: sums take each interval's share,
/// extremes belong to the day that contains more of the interval. A value that the provider does not give is `null`.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(rename = "Day")]
pub struct DayJson {
    /// The date in the place's own calendar.
    pub date: String,
    /// Whether the intervals cover the whole day; otherwise the values are for the covered part.
    pub complete: bool,
    /// The most severe condition in daylight.
    pub condition: ConditionJson,
    /// The condition in English.
    pub description: String,
    /// Lowest temperature.
    pub temperature_min: Option<f64>,
    /// Highest temperature.
    pub temperature_max: Option<f64>,
    /// Rain and snow together, as water.
    pub precipitation: Option<f64>,
    /// Highest probability of precipitation of any interval, in percent.
    pub precipitation_probability: Option<f64>,
    /// Highest mean wind speed.
    pub wind_speed_max: Option<f64>,
    /// Strongest gust.
    pub wind_gust_max: Option<f64>,
    /// Highest UV index (WHO).
    pub uv_index_max: Option<f64>,
    /// Time of sunrise; `null` if the sun does not rise that day.
    pub sunrise: Option<String>,
    /// Time of the sunset that follows the sunrise, possibly after midnight; `null` if there is none within 24 hours.
    pub sunset: Option<String>,
}

/// The forecast for a place.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(rename = "Forecast")]
pub struct ForecastJson {
    /// The requested place.
    pub place: RequestedPlaceJson,
    /// Other places of that name, at most five; empty for coordinates.
    pub alternatives: Vec<PlaceJson>,
    /// The unit of each kind of value.
    pub units: UnitsJson,
    /// Up to 48 hours ahead, starting with the current interval.
    pub hourly: Vec<HourJson>,
    /// Up to seven local calendar days, starting today.
    pub daily: Vec<DayJson>,
    /// Precipitation in the next 24 hours; `null` if the provider does not give any.
    pub outlook: Option<OutlookJson>,
    /// The source of the data.
    pub source: SourceJson,
    /// Values from other providers; empty if only `source` was asked.
    pub complements: Vec<ComplementJson>,
    /// When the data were fetched.
    pub fetched_at: String,
    /// Whether the data are past their freshness.
    pub stale: bool,
}

/// A place of the gazetteer.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(rename = "FoundPlace")]
pub struct GazetteerPlaceJson {
    /// Its name.
    pub name: String,
    /// The name by which it was found, if that is not its own, such as `Peking`.
    pub matched: Option<String>,
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
    /// Population; 0 for an airport.
    pub population: u32,
}

/// Places, best first.
#[derive(Clone, Debug, Object, Serialize)]
#[oai(rename = "Places")]
pub struct PlacesJson {
    /// The places; empty if nothing was found.
    pub places: Vec<GazetteerPlaceJson>,
}

impl From<AddedFields> for ComplementJson {
    fn from(AddedFields { source, fields }: AddedFields) -> Self {
        let fields = fields.into_iter().map(|field| field.name().to_owned()).collect();
        Self { provider: source.provider.to_owned(), name: source.name.to_owned(), url: source.url.to_owned(), fields }
    }
}

impl From<Source> for SourceJson {
    fn from(credit: Source) -> Self {
        Self { provider: credit.provider.to_owned(), name: credit.name.to_owned(), url: credit.url.to_owned() }
    }
}

impl From<places::Place> for GazetteerPlaceJson {
    fn from(place: places::Place) -> Self {
        Self {
            name: place.name.to_owned(),
            matched: place.matched,
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
