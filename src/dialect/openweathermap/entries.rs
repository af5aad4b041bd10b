//! The objects that several documents share.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    super::{
        number::{plain, whole},
        place_weather::{PlaceWeather, hours_ahead},
        stand_in::{is_snow, with_clouds, without_gaps},
    },
    conditions::condition_entry,
    options::{OwmOptions, OwmUnits},
};
use crate::weather::{
    Condition, Conditions, Direction, ForecastStep, Length, Percentage, Pressure, Temperature, sun::SunPath,
};

pub(super) type Object = Map<String, Value>;

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
        let (current, hours) = (with_clouds(weather.current.clone()), without_gaps(&weather.hours));
        Self { units: options.units, options, weather, sun, current, hours }
    }

    pub(super) fn hours_ahead(&self) -> &[ForecastStep] {
        hours_ahead(&self.hours, self.weather.now)
    }

    /// The place's offset from UTC in seconds, positive if its clocks are ahead.
    pub(super) fn offset(&self) -> i32 {
        self.weather.zone.rules.to_offset(self.weather.now).seconds()
    }

    pub(super) fn coord(&self) -> Value {
        json!({"lon": self.weather.at().longitude(), "lat": self.weather.at().latitude()})
    }

    /// Today's sunrise and sunset; as at OpenWeatherMap, 0 if there is none.
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

    pub(super) fn condition(&self, it: &Conditions) -> Value {
        condition_entry(it.condition, it.description.as_deref(), self.sun.is_up(it.time))
    }

    pub(super) fn main(&self, it: &Conditions, min: Option<Temperature>, max: Option<Temperature>) -> Value {
        let pressure = whole(it.pressure.map(Pressure::hectopascals));
        json!({
            "temp": self.units.temperature(it.temperature),
            "feels_like": self.units.temperature(it.feels_like.or(it.temperature)),
            "temp_min": self.units.temperature(min),
            "temp_max": self.units.temperature(max),
            "pressure": pressure,
            "sea_level": pressure,
            "humidity": whole(it.humidity.map(Percentage::percent)),
        })
    }

    pub(super) fn wind(&self, it: &Conditions) -> Value {
        let mut wind = json!({
            "speed": self.units.speed(it.wind_speed),
            "deg": whole(it.wind_direction.map(Direction::degrees)),
        });
        if it.wind_gust.is_some() {
            wind["gust"] = self.units.speed(it.wind_gust);
        }
        wind
    }

    pub(super) fn values(&self, it: &Conditions) -> Object {
        let mut values = Object::from_iter([
            ("dt".to_owned(), it.time.as_second().into()),
            ("temp".to_owned(), self.units.temperature(it.temperature)),
            ("feels_like".to_owned(), self.units.temperature(it.feels_like.or(it.temperature))),
            ("pressure".to_owned(), whole(it.pressure.map(Pressure::hectopascals))),
            ("humidity".to_owned(), whole(it.humidity.map(Percentage::percent))),
            ("dew_point".to_owned(), self.units.temperature(it.dew_point)),
            ("uvi".to_owned(), plain(it.uv_index)),
            ("clouds".to_owned(), whole(it.cloud_cover.map(Percentage::percent))),
            ("wind_speed".to_owned(), self.units.speed(it.wind_speed)),
            ("wind_deg".to_owned(), whole(it.wind_direction.map(Direction::degrees))),
        ]);
        if it.wind_gust.is_some() {
            values.insert("wind_gust".to_owned(), self.units.speed(it.wind_gust));
        }
        values
    }
}

pub(super) fn add_visibility(entry: &mut Value, it: &Conditions) {
    if it.visibility.is_some() {
        entry["visibility"] = whole(it.visibility.map(Length::metres));
    }
}

/// Adds `rain` or `snow`, by the condition; as at OpenWeatherMap, neither if there is no precipitation.
pub(super) fn add_precipitation(
    entry: &mut Value,
    falls: Condition,
    precipitation: Option<Length>,
    write: impl FnOnce(f64) -> Value,
) {
    let name = if is_snow(falls) { "snow" } else { "rain" };
    if let Some(millimetres) = precipitation.map(Length::millimetres).filter(|amount| *amount > 0.0) {
        entry[name] = write((millimetres * 100.0).round() / 100.0);
    }
}
