//! The objects that several documents share.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    super::{
        missing_values::{fill_gaps, with_cloud_cover},
        number::{plain, whole},
        place_weather::{PlaceWeather, hours_ahead},
    },
    conditions::condition_entry,
    options::{OwmOptions, OwmUnits},
};
use crate::weather::{
    Condition, Conditions, Direction, ForecastStep, Length, Percentage, Pressure, Temperature, sun::SunPath,
};

/// Writes the objects that several documents share.
pub(super) struct OwmWriter<'a> {
    pub(super) units: OwmUnits,
    pub(super) options: &'a OwmOptions,
    pub(super) weather: &'a PlaceWeather,
    pub(super) sun: SunPath,
    pub(super) current: Conditions,
    pub(super) hours: Vec<ForecastStep>,
}

impl<'a> OwmWriter<'a> {
    pub(super) fn new(options: &'a OwmOptions, weather: &'a PlaceWeather) -> Self {
        let today = weather.today();
        let sun = weather.sun(today, today.saturating_add(jiff::Span::new().days(9)));
        let (current, hours) = (with_cloud_cover(weather.current.clone()), fill_gaps(&weather.hours));
        Self { units: options.units, options, weather, sun, current, hours }
    }

    pub(super) fn hours_ahead(&self) -> &[ForecastStep] {
        hours_ahead(&self.hours, self.weather.now)
    }

    /// The place's offset from UTC in seconds, positive if its clocks are ahead.
    pub(super) fn offset(&self) -> i32 {
        self.weather.zone.rules.to_offset(self.weather.now).seconds()
    }

    /// The member `coord`.
    pub(super) fn coord(&self) -> Value {
        json!({"lon": self.weather.coordinates().longitude(), "lat": self.weather.coordinates().latitude()})
    }

    /// Today's sunrise and sunset; as with OpenWeatherMap, 0 if there is none.
    pub(super) fn sunrise_and_sunset(&self) -> (i64, i64) {
        let sun = self.weather.sun_day(self.weather.today(), &self.sun);
        let seconds = |time: Option<Timestamp>| time.map_or(0, Timestamp::as_second);
        (seconds(sun.sunrise), seconds(sun.sunset))
    }

    pub(super) fn name(&self) -> &str {
        self.weather.place.name.as_deref().unwrap_or_default()
    }

    pub(super) fn country(&self) -> &str {
        self.weather.place.country.as_deref().unwrap_or_default()
    }

    /// The entry of the member `weather`.
    pub(super) fn condition(&self, conditions: &Conditions) -> Value {
        condition_entry(conditions.condition, conditions.description.as_deref(), self.sun.is_up(conditions.time))
    }

    /// The member `main` of version 2.5.
    pub(super) fn main(&self, conditions: &Conditions, min: Option<Temperature>, max: Option<Temperature>) -> Value {
        let pressure = whole(conditions.pressure.map(Pressure::hectopascals));
        json!({
            "temp": self.units.temperature(conditions.temperature),
            "feels_like": self.units.temperature(conditions.feels_like.or(conditions.temperature)),
            "temp_min": self.units.temperature(min),
            "temp_max": self.units.temperature(max),
            "pressure": pressure,
            "sea_level": pressure,
            "humidity": whole(conditions.humidity.map(Percentage::percent)),
        })
    }

    /// The member `wind` of version 2.5.
    pub(super) fn wind(&self, conditions: &Conditions) -> Value {
        let mut wind = json!({
            "speed": self.units.speed(conditions.wind_speed),
            "deg": whole(conditions.wind_direction.map(Direction::degrees)),
        });
        if conditions.wind_gust.is_some() {
            wind["gust"] = self.units.speed(conditions.wind_gust);
        }
        wind
    }

    /// The values of an entry of One Call.
    pub(super) fn values(&self, conditions: &Conditions) -> Map<String, Value> {
        let mut values = Map::from_iter([
            ("dt".to_owned(), conditions.time.as_second().into()),
            ("temp".to_owned(), self.units.temperature(conditions.temperature)),
            ("feels_like".to_owned(), self.units.temperature(conditions.feels_like.or(conditions.temperature))),
            ("pressure".to_owned(), whole(conditions.pressure.map(Pressure::hectopascals))),
            ("humidity".to_owned(), whole(conditions.humidity.map(Percentage::percent))),
            ("dew_point".to_owned(), self.units.temperature(conditions.dew_point)),
            ("uvi".to_owned(), plain(conditions.uv_index)),
            ("clouds".to_owned(), whole(conditions.cloud_cover.map(Percentage::percent))),
            ("wind_speed".to_owned(), self.units.speed(conditions.wind_speed)),
            ("wind_deg".to_owned(), whole(conditions.wind_direction.map(Direction::degrees))),
        ]);
        if conditions.wind_gust.is_some() {
            values.insert("wind_gust".to_owned(), self.units.speed(conditions.wind_gust));
        }
        values
    }
}

pub(super) fn add_visibility(entry: &mut Value, conditions: &Conditions) {
    if conditions.visibility.is_some() {
        entry["visibility"] = whole(conditions.visibility.map(Length::metres));
    }
}

/// Adds `rain` or `snow`, by the condition; as with OpenWeatherMap, neither if there is no precipitation.
pub(super) fn add_precipitation(
    entry: &mut Value,
    condition: Condition,
    precipitation: Option<Length>,
    write: impl FnOnce(f64) -> Value,
) {
    let name = if condition.is_snow() { "snow" } else { "rain" };
    if let Some(millimetres) = precipitation.map(Length::millimetres).filter(|amount| *amount > 0.0) {
        entry[name] = write((millimetres * 100.0).round() / 100.0);
    }
}
