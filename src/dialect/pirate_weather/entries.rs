//! The members that the entries of all blocks share.

use jiff::{Timestamp, civil::Date};
use serde_json::{Map, Value, json};

use super::{
    super::{
        number::whole,
        place_weather::{PlaceWeather, hours_ahead, hours_between},
    },
    options::PirateOptions,
    units::{UNKNOWN, fraction, or_unknown},
};
use crate::weather::{
    Condition, Conditions, Direction, ForecastStep, Length, Percentage, Pressure, calendar::span, sun::SunPath,
};

/// Writes the members that the entries of all blocks share.
pub(super) struct PirateWriter<'a> {
    pub(super) options: &'a PirateOptions,
    pub(super) weather: &'a PlaceWeather,
    pub(super) sun: SunPath,
    pub(super) hours: Vec<ForecastStep>,
    pub(super) current: Conditions,
}

/// The members of an entry.
pub(super) type Members = Map<String, Value>;

/// Whether a condition has one kind of precipitation.
pub(super) type IsKind = fn(Condition) -> bool;

impl PirateWriter<'_> {
    /// The hour under way and those after it.
    pub(super) fn hours_ahead(&self) -> &[ForecastStep] {
        hours_ahead(&self.hours, self.weather.now)
    }

    /// The hours that begin on a local day.
    pub(super) fn hours_of(&self, date: Date) -> &[ForecastStep] {
        let Some((begins, ends)) = span(date, &self.weather.zone.rules) else { return &[] };
        hours_between(&self.hours, begins, ends)
    }

    /// The time of an entry, its condition in words, and its icon.
    pub(super) fn summary(&self, time: Timestamp, condition: Condition, words: &str) -> Members {
        Members::from_iter([
            ("time".to_owned(), time.as_second().into()),
            ("summary".to_owned(), capitalized(words).into()),
            ("icon".to_owned(), icon(condition, self.sun.is_up(time)).into()),
        ])
    }

    /// How much precipitation falls in an hour, how probable it is, and its kind.
    pub(super) fn precipitation(
        &self,
        per_hour: Option<Length>,
        chance: Option<Percentage>,
        condition: Condition,
    ) -> Members {
        let is_wet = per_hour.is_some_and(|depth| depth.millimetres() > 0.0) || condition.is_wet();
        let kind = match condition {
            _ if !is_wet => "none",
            condition if condition.is_snow() => "snow",
            condition if condition.is_ice() => "sleet",
            _ => "rain",
        };
        Members::from_iter([
            ("precipIntensity".to_owned(), self.options.units.intensity(per_hour)),
            ("precipProbability".to_owned(), fraction(chance)),
            ("precipType".to_owned(), kind.into()),
        ])
    }

    /// The other values, of current weather or of an hour.
    pub(super) fn values(&self, conditions: &Conditions) -> Members {
        let units = self.options.units;
        let mut values = Members::from_iter([
            ("temperature".to_owned(), units.temperature(conditions.temperature)),
            ("apparentTemperature".to_owned(), units.temperature(conditions.feels_like)),
            ("dewPoint".to_owned(), units.temperature(conditions.dew_point)),
            ("humidity".to_owned(), fraction(conditions.humidity)),
            ("pressure".to_owned(), or_unknown(conditions.pressure.map(Pressure::hectopascals))),
            ("windSpeed".to_owned(), units.speed(conditions.wind_speed)),
            ("windGust".to_owned(), units.speed(conditions.wind_gust)),
            ("windBearing".to_owned(), whole(Some(conditions.wind_direction.map_or(0.0, Direction::degrees)))),
            ("cloudCover".to_owned(), fraction(conditions.cloud_cover)),
            ("uvIndex".to_owned(), or_unknown(conditions.uv_index)),
            ("visibility".to_owned(), units.distance(conditions.visibility)),
            ("ozone".to_owned(), UNKNOWN.into()),
        ]);
        if self.options.has_newer_keys {
            values.insert("feelsLike".to_owned(), units.temperature(conditions.feels_like));
            values.insert("airQualityIndex".to_owned(), whole(Some(UNKNOWN)));
            values.extend(["smoke", "fireIndex"].map(|name| (name.to_owned(), UNKNOWN.into())));
        }
        values
    }

    /// Adds the total precipitation of each kind, if the request wants newer keys.
    pub(super) fn add_accumulations(&self, entry: &mut Members, hours: &[ForecastStep]) {
        if !self.options.has_newer_keys {
            return;
        }
        let kinds: [(&str, IsKind); 3] = [
            ("liquidAccumulation", is_liquid),
            ("snowAccumulation", Condition::is_snow),
            ("iceAccumulation", Condition::is_ice),
        ];
        for (name, is_kind) in kinds {
            entry.insert(name.to_owned(), self.options.units.accumulation(Some(total(hours, is_kind))));
        }
    }
}

/// The total precipitation in the hours whose condition is of a kind.
pub(super) fn total(hours: &[ForecastStep], is_kind: IsKind) -> Length {
    let hours = hours.iter().filter(|hour| is_kind(hour.conditions.condition));
    hours.filter_map(|hour| hour.conditions.precipitation).sum()
}

/// Whether the precipitation of a condition, if there is any, is neither snow nor ice.
pub(super) fn is_liquid(condition: Condition) -> bool {
    !condition.is_snow() && !condition.is_ice()
}

/// A block of entries of one kind.
pub(super) fn block(summary: &str, condition: Condition, is_day: bool, data: Vec<Value>) -> Value {
    json!({"summary": summary, "icon": icon(condition, is_day), "data": Value::Array(data)})
}

pub(super) fn description(conditions: &Conditions) -> &str {
    conditions.description.as_deref().unwrap_or(conditions.condition.words())
}

pub(super) fn capitalized(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The icon for a condition, of those that Dark Sky's clients know.
pub(super) fn icon(condition: Condition, is_day: bool) -> &'static str {
    match condition {
        Condition::Clear | Condition::MostlyClear if is_day => "clear-day",
        Condition::Clear | Condition::MostlyClear => "clear-night",
        Condition::PartlyCloudy if is_day => "partly-cloudy-day",
        Condition::PartlyCloudy => "partly-cloudy-night",
        Condition::Unknown | Condition::Cloudy | Condition::Overcast => "cloudy",
        Condition::Haze
        | Condition::Mist
        | Condition::Smoke
        | Condition::Dust
        | Condition::Sand
        | Condition::Fog
        | Condition::Ash => "fog",
        Condition::Drizzle | Condition::LightRain | Condition::RainShowers | Condition::Rain | Condition::HeavyRain => {
            "rain"
        }
        Condition::LightSnow | Condition::SnowShowers | Condition::Snow | Condition::HeavySnow => "snow",
        Condition::Sleet | Condition::FreezingDrizzle | Condition::FreezingRain => "sleet",
        Condition::Squall | Condition::Tornado => "wind",
        Condition::Thunderstorm | Condition::Hail => "thunderstorm",
    }
}
