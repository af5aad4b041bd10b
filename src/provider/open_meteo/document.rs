//! What their forecast answers: columns of values, each under its own unit and its own time format.

use jiff::{SignedDuration, Timestamp, civil};
use serde::Deserialize;

use crate::{
    provider::{
        Fetched, ProviderError,
        upstream::{is_plausible, parse},
    },
    weather::{
        Condition, Conditions, Day, Direction, Forecast, Length, Percentage, Pressure, Speed, Step, Temperature,
    },
};

/// Reads an answer as it stands at `now`.
pub(super) fn read(body: &[u8], now: Timestamp) -> Result<Fetched, ProviderError> {
    let document: Document = parse(body)?;
    let forecast = document.forecast();
    let current = document.conditions(&forecast, now);
    let says_nothing = || ProviderError::Malformed("neither a temperature nor a weather code".to_owned());
    let empty = forecast.steps.is_empty() && forecast.days.is_empty();
    Ok(Fetched {
        current: current.ok_or_else(says_nothing),
        forecast: if empty { Err(says_nothing()) } else { Ok(forecast) },
        timezone: document.timezone.filter(|timezone| !timezone.is_empty()),
        fetched_at: now,
        fresh_until: None,
        validator: None,
    })
}

/// The names without underscores and the block `current_weather` are those of before 2023, which they still serve.
#[derive(Deserialize)]
struct Document {
    utc_offset_seconds: Option<f64>,
    timezone: Option<String>,
    #[serde(alias = "current_weather")]
    current: Option<Current>,
    #[serde(alias = "current_weather_units")]
    current_units: Option<Units>,
    hourly: Option<Hourly>,
    hourly_units: Option<Units>,
    daily: Option<Daily>,
    daily_units: Option<Units>,
}

#[derive(Deserialize)]
struct Units {
    #[serde(alias = "temperature", alias = "temperature_2m_max")]
    temperature_2m: Option<String>,
    #[serde(alias = "windspeed", alias = "windspeed_10m", alias = "wind_speed_10m_max", alias = "windspeed_10m_max")]
    wind_speed_10m: Option<String>,
    #[serde(alias = "precipitation_sum")]
    precipitation: Option<String>,
    visibility: Option<String>,
}

#[derive(Deserialize)]
struct Current {
    time: Option<Time>,
    #[serde(alias = "temperature")]
    temperature_2m: Option<f64>,
    apparent_temperature: Option<f64>,
    relative_humidity_2m: Option<f64>,
    dew_point_2m: Option<f64>,
    pressure_msl: Option<f64>,
    cloud_cover: Option<f64>,
    visibility: Option<f64>,
    #[serde(alias = "windspeed")]
    wind_speed_10m: Option<f64>,
    wind_gusts_10m: Option<f64>,
    #[serde(alias = "winddirection")]
    wind_direction_10m: Option<f64>,
    uv_index: Option<f64>,
    #[serde(alias = "weathercode")]
    weather_code: Option<f64>,
}

/// A column has a value for each time, or is missing as a whole.
type Column = Option<Vec<Option<f64>>>;

#[derive(Deserialize)]
struct Hourly {
    time: Option<Vec<Option<Time>>>,
    temperature_2m: Column,
    apparent_temperature: Column,
    #[serde(alias = "relativehumidity_2m")]
    relative_humidity_2m: Column,
    pressure_msl: Column,
    #[serde(alias = "cloudcover")]
    cloud_cover: Column,
    #[serde(alias = "windspeed_10m")]
    wind_speed_10m: Column,
    #[serde(alias = "windgusts_10m")]
    wind_gusts_10m: Column,
    #[serde(alias = "winddirection_10m")]
    wind_direction_10m: Column,
    precipitation: Column,
    precipitation_probability: Column,
    #[serde(alias = "weathercode")]
    weather_code: Column,
}

#[derive(Deserialize)]
struct Daily {
    time: Option<Vec<Option<Time>>>,
    #[serde(alias = "weathercode")]
    weather_code: Column,
    temperature_2m_max: Column,
    temperature_2m_min: Column,
    precipitation_sum: Column,
    precipitation_probability_max: Column,
    #[serde(alias = "windspeed_10m_max")]
    wind_speed_10m_max: Column,
}

/// Seconds since 1970 in UTC, or local time without its offset.
#[derive(Deserialize)]
#[serde(untagged)]
enum Time {
    Unix(f64),
    Local(String),
}

impl Time {
    /// `None` where it cannot be read, or is local and the offset is not told.
    fn timestamp(&self, utc_offset: Option<SignedDuration>) -> Option<Timestamp> {
        match self {
            #[expect(clippy::cast_possible_truncation, reason = "saturates, and is then out of the calendar")]
            Self::Unix(seconds) => Timestamp::from_second(*seconds as i64).ok().filter(is_plausible),
            Self::Local(text) => {
                let local: civil::DateTime = text.parse().ok()?;
                let as_if_utc = jiff::tz::TimeZone::UTC.to_timestamp(local).ok()?;
                as_if_utc.checked_sub(utc_offset?).ok().filter(is_plausible)
            }
        }
    }

    /// The day that begins at this time.
    fn date(&self, utc_offset: Option<SignedDuration>) -> Option<civil::Date> {
        match self {
            Self::Unix(_) => {
                let local = self.timestamp(utc_offset)?.checked_add(utc_offset?).ok()?;
                Some(jiff::tz::TimeZone::UTC.to_datetime(local).date())
            }
            Self::Local(text) => text.parse().ok(),
        }
    }
}

impl Units {
    /// Those that are asked for.
    const UNSAID: Self = Self { temperature_2m: None, wind_speed_10m: None, precipitation: None, visibility: None };

    fn temperature(&self, value: f64) -> Temperature {
        match self.temperature_2m.as_deref() {
            Some("°F") => Temperature::from_fahrenheit(value),
            _ => Temperature::from_celsius(value),
        }
    }

    /// Kilometres per hour are what they take when nothing is asked for; `mp/h` is how they spell it.
    fn speed(&self, value: f64) -> Speed {
        match self.wind_speed_10m.as_deref() {
            Some("km/h") => Speed::from_kilometres_per_hour(value),
            Some("mp/h") => Speed::from_miles_per_hour(value),
            Some("kn") => Speed::from_knots(value),
            _ => Speed::from_metres_per_second(value),
        }
    }

    fn depth(&self, value: f64) -> Length {
        match self.precipitation.as_deref() {
            Some("inch") => Length::from_inches(value),
            _ => Length::from_millimetres(value),
        }
    }

    fn distance(&self, value: f64) -> Length {
        match self.visibility.as_deref() {
            Some("ft") => Length::from_inches(value * 12.0),
            _ => Length::from_metres(value),
        }
    }
}

fn condition(code: f64) -> Condition {
    const CODES: std::ops::Range<f64> = 0.0..100.0;
    if !CODES.contains(&code) || code.fract() != 0.0 {
        return Condition::Unknown;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number below 100")]
    Condition::from_wmo(code as u16)
}

fn at(column: &Column, row: usize) -> Option<f64> {
    *column.as_ref()?.get(row)?
}

/// The rows whose time can be read, with that time.
fn rows<T>(times: Option<&Vec<Option<Time>>>, read: impl Fn(&Time) -> Option<T>) -> impl Iterator<Item = (usize, T)> {
    let times = times.into_iter().flatten().enumerate();
    times.filter_map(move |(row, time)| Some((row, read(time.as_ref()?)?)))
}

impl Document {
    fn utc_offset(&self) -> Option<SignedDuration> {
        #[expect(clippy::cast_possible_truncation, reason = "saturates, and is then out of the calendar")]
        self.utc_offset_seconds.map(|seconds| SignedDuration::from_secs(seconds as i64))
    }

    fn conditions(&self, forecast: &Forecast, now: Timestamp) -> Option<Conditions> {
        let current = self.current.as_ref()?;
        let time = current.time.as_ref().and_then(|time| time.timestamp(self.utc_offset())).unwrap_or(now);
        let last_hour = forecast.steps.iter().find(|step| (step.conditions.time..step.end()).contains(&time));
        let units = self.current_units.as_ref().unwrap_or(&Units::UNSAID);
        let conditions = Conditions {
            condition: current.weather_code.map_or(Condition::Unknown, condition),
            temperature: current.temperature_2m.map(|value| units.temperature(value)),
            feels_like: current.apparent_temperature.map(|value| units.temperature(value)),
            humidity: current.relative_humidity_2m.map(Percentage::from_percent),
            dew_point: current.dew_point_2m.map(|value| units.temperature(value)),
            pressure: current.pressure_msl.map(Pressure::from_hectopascals),
            cloud_cover: current.cloud_cover.map(Percentage::from_percent),
            visibility: current.visibility.map(|value| units.distance(value)),
            wind_speed: current.wind_speed_10m.map(|value| units.speed(value)),
            wind_gust: current.wind_gusts_10m.map(|value| units.speed(value)),
            wind_direction: current.wind_direction_10m.map(Direction::from_degrees),
            precipitation: last_hour.and_then(|step| step.conditions.precipitation),
            uv_index: current.uv_index,
            ..Conditions::unknown_at(time)
        };
        Some(conditions.with_reckoned_comfort()).filter(Conditions::says_something)
    }

    fn forecast(&self) -> Forecast {
        let offset = self.utc_offset();
        let steps = self.hourly.iter().flat_map(|hourly| {
            let units = self.hourly_units.as_ref().unwrap_or(&Units::UNSAID);
            let time = move |time: &Time| time.timestamp(offset);
            rows(hourly.time.as_ref(), time).map(move |(row, time)| hourly.step(row, time, units))
        });
        let days = self.daily.iter().flat_map(|daily| {
            let units = self.daily_units.as_ref().unwrap_or(&Units::UNSAID);
            let date = move |time: &Time| time.date(offset);
            rows(daily.time.as_ref(), date).map(move |(row, date)| daily.day(row, date, units))
        });
        Forecast {
            steps: steps.filter(|step| step.conditions.says_something()).collect(),
            days: days.filter(|day| day.temperature_max.is_some() || day.condition != Condition::Unknown).collect(),
        }
    }
}

impl Hourly {
    /// The precipitation of an hour is that of the hour before its time.
    fn step(&self, row: usize, time: Timestamp, units: &Units) -> Step {
        let conditions = Conditions {
            condition: at(&self.weather_code, row).map_or(Condition::Unknown, condition),
            temperature: at(&self.temperature_2m, row).map(|value| units.temperature(value)),
            feels_like: at(&self.apparent_temperature, row).map(|value| units.temperature(value)),
            humidity: at(&self.relative_humidity_2m, row).map(Percentage::from_percent),
            pressure: at(&self.pressure_msl, row).map(Pressure::from_hectopascals),
            cloud_cover: at(&self.cloud_cover, row).map(Percentage::from_percent),
            wind_speed: at(&self.wind_speed_10m, row).map(|value| units.speed(value)),
            wind_gust: at(&self.wind_gusts_10m, row).map(|value| units.speed(value)),
            wind_direction: at(&self.wind_direction_10m, row).map(Direction::from_degrees),
            precipitation: at(&self.precipitation, row).map(|value| units.depth(value)),
            ..Conditions::unknown_at(time)
        };
        Step {
            conditions: conditions.with_reckoned_comfort(),
            hours: 1,
            precipitation_from: time - SignedDuration::from_hours(1),
            precipitation_probability: at(&self.precipitation_probability, row).map(Percentage::from_percent),
            temperature_min: None,
            temperature_max: None,
        }
    }
}

impl Daily {
    /// They always give whole days.
    fn day(&self, row: usize, date: civil::Date, units: &Units) -> Day {
        Day {
            date,
            complete: true,
            condition: at(&self.weather_code, row).map_or(Condition::Unknown, condition),
            temperature_min: at(&self.temperature_2m_min, row).map(|value| units.temperature(value)),
            temperature_max: at(&self.temperature_2m_max, row).map(|value| units.temperature(value)),
            precipitation: at(&self.precipitation_sum, row).map(|value| units.depth(value)),
            precipitation_probability: at(&self.precipitation_probability_max, row).map(Percentage::from_percent),
            wind_speed_max: at(&self.wind_speed_10m_max, row).map(|value| units.speed(value)),
        }
    }
}
