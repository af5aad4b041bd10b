//! The forecast document: columns of values with their units.

use jiff::{SignedDuration, Timestamp, civil};
use serde::Deserialize;

use crate::{
    provider::{
        error::ProviderError,
        interface::{FetchedReport, LastResort},
        preceding_hours::{GustKind, intervals_from_preceding_hours},
        upstream::{is_plausible, parse},
    },
    weather::{
        Condition, Conditions, Direction, Forecast, ForecastStep, Length, Percentage, Pressure, Speed, Temperature,
    },
};

/// Reads a document at the time `now`.
pub(crate) fn read(body: &[u8], now: Timestamp) -> Result<FetchedReport, ProviderError> {
    let document: OpenMeteoForecast = parse(body)?;
    let forecast = document.forecast();
    let current = document.conditions(&forecast, now);
    let no_weather = || ProviderError::Malformed("neither a temperature nor a weather code".to_owned());
    Ok(FetchedReport {
        current: current.ok_or_else(no_weather),
        forecast: if forecast.steps.is_empty() { Err(no_weather()) } else { Ok(forecast) },
        timezone: document.timezone.filter(|timezone| !timezone.is_empty()),
        fetched_at: now,
        fresh_until: None,
        validator: None,
        last_resort: LastResort::default(),
    })
}

/// The names without underscores and the block `current_weather` are from before 2023 and still supported.
#[derive(Deserialize)]
struct OpenMeteoForecast {
    utc_offset_seconds: Option<f64>,
    timezone: Option<String>,
    #[serde(alias = "current_weather")]
    current: Option<CurrentValues>,
    #[serde(alias = "current_weather_units")]
    current_units: Option<OpenMeteoUnits>,
    hourly: Option<HourlyColumns>,
    hourly_units: Option<OpenMeteoUnits>,
}

#[derive(Deserialize)]
struct OpenMeteoUnits {
    #[serde(alias = "temperature")]
    temperature_2m: Option<String>,
    #[serde(alias = "windspeed", alias = "windspeed_10m")]
    wind_speed_10m: Option<String>,
    precipitation: Option<String>,
    visibility: Option<String>,
}

#[derive(Deserialize)]
struct CurrentValues {
    time: Option<TimeValue>,
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

/// A column has one value per time, or is missing entirely.
type Column = Option<Vec<Option<f64>>>;

#[derive(Deserialize)]
struct HourlyColumns {
    time: Option<Vec<Option<TimeValue>>>,
    temperature_2m: Column,
    apparent_temperature: Column,
    #[serde(alias = "relativehumidity_2m")]
    relative_humidity_2m: Column,
    dew_point_2m: Column,
    pressure_msl: Column,
    #[serde(alias = "cloudcover")]
    cloud_cover: Column,
    visibility: Column,
    #[serde(alias = "windspeed_10m")]
    wind_speed_10m: Column,
    #[serde(alias = "windgusts_10m")]
    wind_gusts_10m: Column,
    #[serde(alias = "winddirection_10m")]
    wind_direction_10m: Column,
    precipitation: Column,
    precipitation_probability: Column,
    uv_index: Column,
    #[serde(alias = "weathercode")]
    weather_code: Column,
}

/// Seconds since 1970 in UTC, or local time without an offset.
#[derive(Deserialize)]
#[serde(untagged)]
enum TimeValue {
    Unix(f64),
    Local(String),
}

impl TimeValue {
    /// The time; `None` if it is invalid, or local and the offset is unknown.
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
}

impl OpenMeteoUnits {
    /// The units that are requested.
    const DEFAULT: Self = Self { temperature_2m: None, wind_speed_10m: None, precipitation: None, visibility: None };

    fn temperature(&self, value: f64) -> Temperature {
        match self.temperature_2m.as_deref() {
            Some("°F") => Temperature::from_fahrenheit(value),
            _ => Temperature::from_celsius(value),
        }
    }

    /// Kilometres per hour are the API's default; `mp/h` is its spelling of miles per hour.
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

impl OpenMeteoForecast {
    fn utc_offset(&self) -> Option<SignedDuration> {
        #[expect(clippy::cast_possible_truncation, reason = "saturates, and is then out of the calendar")]
        self.utc_offset_seconds.map(|seconds| SignedDuration::from_secs(seconds as i64))
    }

    /// The time of an hour's values. The models have values at full hours of UTC. In a zone such as India's, at +05:30,
    /// the API puts them at full hours of local time: it reads by the offset's full hours, and writes by the whole offset
    /// (`getTimerange2` of <https://github.com/open-meteo/open-meteo>). So its 00:00 there, 18:30 in UTC, has the
    /// values of 19:00 in UTC.
    fn time_of_values(&self, label: Timestamp) -> Timestamp {
        let is_at_full_hour = label.as_second() % 3600 == 0;
        let shift = self.utc_offset().map(|offset| SignedDuration::from_secs(offset.as_secs() % 3600));
        shift.filter(|_| !is_at_full_hour).and_then(|shift| label.checked_add(shift).ok()).unwrap_or(label)
    }

    fn conditions(&self, forecast: &Forecast, now: Timestamp) -> Option<Conditions> {
        let current = self.current.as_ref()?;
        let time = current.time.as_ref().and_then(|time| time.timestamp(self.utc_offset())).unwrap_or(now);
        // The current precipitation is for 15 minutes only; that of the last full hour is among the hours.
        let last_hour =
            forecast.steps.iter().rev().find(|step| step.end() <= time && time < step.end() + step.length());
        let units = self.current_units.as_ref().unwrap_or(&OpenMeteoUnits::DEFAULT);
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
        Some(conditions).filter(Conditions::has_weather)
    }

    fn forecast(&self) -> Forecast {
        let items = self.hourly.iter().flat_map(|hourly| {
            let units = self.hourly_units.as_ref().unwrap_or(&OpenMeteoUnits::DEFAULT);
            let times = hourly.time.iter().flatten().enumerate();
            times.filter_map(move |(row, time)| {
                let label = time.as_ref()?.timestamp(self.utc_offset())?;
                Some(hourly.item(row, self.time_of_values(label), units))
            })
        });
        Forecast {
            steps: intervals_from_preceding_hours(items.collect(), GustKind::Strongest, None),
            ..Forecast::default()
        }
    }
}

impl HourlyColumns {
    /// The values of one row. According to the documentation (<https://open-meteo.com/en/docs>), precipitation and its
    /// probability are for the preceding hour, the gust is its maximum, and the weather code is derived from that
    /// precipitation. The other values are for the time of the row.
    fn item(&self, row: usize, time: Timestamp, units: &OpenMeteoUnits) -> ForecastStep {
        ForecastStep {
            conditions: Conditions {
                condition: at(&self.weather_code, row).map_or(Condition::Unknown, condition),
                temperature: at(&self.temperature_2m, row).map(|value| units.temperature(value)),
                feels_like: at(&self.apparent_temperature, row).map(|value| units.temperature(value)),
                humidity: at(&self.relative_humidity_2m, row).map(Percentage::from_percent),
                dew_point: at(&self.dew_point_2m, row).map(|value| units.temperature(value)),
                pressure: at(&self.pressure_msl, row).map(Pressure::from_hectopascals),
                cloud_cover: at(&self.cloud_cover, row).map(Percentage::from_percent),
                visibility: at(&self.visibility, row).map(|value| units.distance(value)),
                wind_speed: at(&self.wind_speed_10m, row).map(|value| units.speed(value)),
                wind_gust: at(&self.wind_gusts_10m, row).map(|value| units.speed(value)),
                wind_direction: at(&self.wind_direction_10m, row).map(Direction::from_degrees),
                precipitation: at(&self.precipitation, row).map(|value| units.depth(value)),
                uv_index: at(&self.uv_index, row),
                ..Conditions::unknown_at(time)
            },
            hours: 1,
            precipitation_probability: at(&self.precipitation_probability, row).map(Percentage::from_percent),
            temperature_min: None,
            temperature_max: None,
        }
    }
}
