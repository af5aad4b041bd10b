//! Open-Meteo's variables: their names, kinds and values.

use std::iter::once;

use jiff::Timestamp;

use super::super::stand_in::is_snow;
use crate::weather::{
    Condition, Conditions, Day, Direction, ForecastStep, Length, Percentage, Pressure, Speed, Temperature, sun::SunDay,
};

/// The hourly variables of Open-Meteo that no provider here has, apart from families of names
/// (<https://open-meteo.com/en/docs>).
const UNSUPPORTED_HOURLY: &str = include_str!("hourly_variables.txt");
/// All daily variables of Open-Meteo.
const DAILY_VARIABLES: &str = include_str!("daily_variables.txt");

/// Centimetres of snow per millimetre of water: 7 cm for 10 mm, according to Open-Meteo's documentation.
const SNOW_CENTIMETRES_PER_MILLIMETRE: f64 = 0.7;

/// The precipitation in millimetres from which an hour counts as one with precipitation.
const WET_HOUR: f64 = 0.1;

/// The kind of a variable, and the unit of its values in this module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum VariableKind {
    /// °C.
    Temperature,
    /// m/s.
    Speed,
    /// mm of water.
    Depth,
    /// cm of snow.
    Snow,
    /// m.
    Distance,
    /// %.
    Percent,
    /// hPa.
    Pressure,
    /// Degrees clockwise from north.
    Degrees,
    /// WMO weather code.
    Code,
    /// 1 by day, 0 at night.
    Flag,
    /// Seconds since 1970.
    Time,
    /// Seconds.
    Seconds,
    /// Hours.
    Hours,
    /// A number without a unit, or a variable that is never known here.
    Plain,
}

/// The kind and the value of a variable.
pub(super) type Variable = (VariableKind, Option<f64>);

/// The modern spelling of a variable's name.
pub(super) fn modern(name: &str) -> String {
    const SPELLINGS: [(&str, &str); 9] = [
        ("weathercode", "weather_code"),
        ("windspeed", "wind_speed"),
        ("winddirection", "wind_direction"),
        ("windgusts", "wind_gusts"),
        ("relativehumidity", "relative_humidity"),
        ("dewpoint", "dew_point"),
        ("cloudcover", "cloud_cover"),
        ("freezinglevel", "freezing_level"),
        ("vapor_", "vapour_"),
    ];
    SPELLINGS.iter().fold(name.to_owned(), |name, (old, new)| name.replace(old, new))
}

/// The conditions at a time, and the step of the hour before it.
pub(super) struct HourValues<'a> {
    pub(super) at: Option<&'a Conditions>,
    pub(super) before: Option<&'a ForecastStep>,
    pub(super) is_day: bool,
}

/// A variable of an hour; `None` if Open-Meteo has none of that name.
///
/// As at Open-Meteo, precipitation, its probability, the gust and the weather code are those of the hour before the time.
pub(super) fn hour_variable(name: &str, hour: &HourValues<'_>) -> Option<Variable> {
    let HourValues { at, before, is_day } = *hour;
    let of_before = before.map(|step| &step.conditions);
    Some(match name {
        "temperature_2m" => (VariableKind::Temperature, celsius(at.and_then(|it| it.temperature))),
        "apparent_temperature" => (VariableKind::Temperature, celsius(at.and_then(|it| it.feels_like))),
        "dew_point_2m" => (VariableKind::Temperature, celsius(at.and_then(|it| it.dew_point))),
        "relative_humidity_2m" => (VariableKind::Percent, at.and_then(|it| it.humidity).map(Percentage::percent)),
        "cloud_cover" => (VariableKind::Percent, at.and_then(|it| it.cloud_cover).map(Percentage::percent)),
        "pressure_msl" => (VariableKind::Pressure, at.and_then(|it| it.pressure).map(Pressure::hectopascals)),
        "visibility" => (VariableKind::Distance, at.and_then(|it| it.visibility).map(Length::metres)),
        "wind_speed_10m" => (VariableKind::Speed, at.and_then(|it| it.wind_speed).map(Speed::metres_per_second)),
        "wind_direction_10m" => (VariableKind::Degrees, at.and_then(|it| it.wind_direction).map(Direction::degrees)),
        "uv_index" => (VariableKind::Plain, at.and_then(|it| it.uv_index)),
        "is_day" => (VariableKind::Flag, Some(f64::from(u8::from(is_day)))),
        "wind_gusts_10m" => (VariableKind::Speed, of_before.and_then(|it| it.wind_gust).map(Speed::metres_per_second)),
        "precipitation" => (VariableKind::Depth, of_before.and_then(precipitation)),
        "rain" => (VariableKind::Depth, of_before.and_then(rain)),
        "snowfall" => (VariableKind::Snow, of_before.and_then(snow)),
        "precipitation_probability" => {
            (VariableKind::Percent, before.and_then(|step| step.precipitation_probability).map(Percentage::percent))
        }
        "weather_code" => (VariableKind::Code, of_before.and_then(|it| code(it.condition))),
        _ if is_hourly_variable(name) => (VariableKind::Plain, None),
        _ => return None,
    })
}

/// A local day: its summary, if it is known, its hours, and its sunrise and sunset.
pub(super) struct DayValues<'a> {
    pub(super) day: Option<&'a Day>,
    pub(super) hours: &'a [ForecastStep],
    pub(super) sun: SunDay,
}

/// A variable of a day; `None` if Open-Meteo has none of that name.
pub(super) fn day_variable(name: &str, local: &DayValues<'_>) -> Option<Variable> {
    let DayValues { day, hours, sun } = *local;
    let wind_max = day.and_then(|day| day.wind_speed_max).map(Speed::metres_per_second);
    let gust_max = day.and_then(|day| day.wind_gust_max).map(Speed::metres_per_second);
    let totals = || hours.iter().map(|hour| &hour.conditions);
    Some(match name {
        "weather_code" => (VariableKind::Code, day.and_then(|day| code(day.condition))),
        "temperature_2m_max" => (VariableKind::Temperature, celsius(day.and_then(|day| day.temperature_max))),
        "temperature_2m_min" => (VariableKind::Temperature, celsius(day.and_then(|day| day.temperature_min))),
        "precipitation_sum" => (VariableKind::Depth, day.and_then(|day| day.precipitation).map(Length::millimetres)),
        "rain_sum" => (VariableKind::Depth, sum(totals().filter_map(rain))),
        "snowfall_sum" => (VariableKind::Snow, sum(totals().filter_map(snow))),
        "precipitation_hours" => {
            (VariableKind::Hours, sum(totals().filter_map(precipitation).map(|mm| f64::from(mm >= WET_HOUR))))
        }
        "precipitation_probability_max" => {
            (VariableKind::Percent, day.and_then(|day| day.precipitation_probability).map(Percentage::percent))
        }
        "wind_speed_10m_max" => (VariableKind::Speed, wind_max),
        // Some clients need a number here; the mean wind is the lower bound of a gust.
        "wind_gusts_10m_max" => (VariableKind::Speed, gust_max.or(wind_max)),
        "wind_direction_10m_dominant" => (VariableKind::Degrees, dominant_direction(hours)),
        "uv_index_max" => (VariableKind::Plain, day.and_then(|day| day.uv_index_max)),
        "sunrise" => (VariableKind::Time, sun.sunrise.map(seconds)),
        "sunset" => (VariableKind::Time, sun.sunset.map(seconds)),
        "daylight_duration" => {
            (VariableKind::Seconds, sun.sunrise.zip(sun.sunset).map(|(rise, set)| seconds(set) - seconds(rise)))
        }
        _ => return hourly_statistic(name, hours),
    })
}

/// The mean, minimum or maximum of a variable over the hours of a day.
fn hourly_statistic(name: &str, hours: &[ForecastStep]) -> Option<Variable> {
    let known = name.rsplit_once('_').and_then(|(variable, statistic)| {
        let statistic: fn(&[f64]) -> f64 = match statistic {
            "mean" => |values| values.iter().sum::<f64>() / count(values),
            "max" => |values| values.iter().copied().fold(f64::MIN, f64::max),
            "min" => |values| values.iter().copied().fold(f64::MAX, f64::min),
            _ => return None,
        };
        let value =
            |step| hour_variable(variable, &HourValues { at: step_conditions(step), before: step, is_day: false });
        let (kind, _) = value(None)
            .filter(|(kind, _)| !matches!(kind, VariableKind::Code | VariableKind::Flag | VariableKind::Degrees))?;
        let values: Vec<f64> = hours.iter().filter_map(|step| value(Some(step))?.1).collect();
        Some((kind, (!values.is_empty()).then(|| statistic(&values))))
    });
    known.or_else(|| is_daily_variable(name).then_some((VariableKind::Plain, None)))
}

fn step_conditions(step: Option<&ForecastStep>) -> Option<&Conditions> {
    step.map(|step| &step.conditions)
}

#[expect(clippy::cast_precision_loss, reason = "a day has 25 hours at most")]
fn count(values: &[f64]) -> f64 {
    values.len() as f64
}

fn sum(values: impl Iterator<Item = f64>) -> Option<f64> {
    values.fold(None, |sum, value| Some(sum.unwrap_or_default() + value))
}

fn is_hourly_variable(name: &str) -> bool {
    let is_level = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
    let families =
        ["soil_temperature_", "soil_moisture_", "wind_speed_", "wind_direction_", "temperature_"].into_iter();
    let at_a_level = || families.clone().any(|family| name.strip_prefix(family).is_some_and(is_level));
    let at_a_pressure = || {
        let (variable, level) = name.rsplit_once('_').unwrap_or_default();
        let hectopascals = level.strip_suffix("hPa").is_some_and(|level| level.parse::<u16>().is_ok());
        let of_air = ["geopotential_height", "vertical_velocity", "relative_humidity", "dew_point", "cloud_cover"];
        let of_air = of_air.into_iter().chain(["temperature", "wind_speed", "wind_direction"]);
        hectopascals && of_air.chain(once("wind_gusts")).any(|known| known == variable)
    };
    UNSUPPORTED_HOURLY.lines().any(|known| known == name) || at_a_level() || at_a_pressure()
}

fn is_daily_variable(name: &str) -> bool {
    let is_statistic = |end| matches!(end, "mean" | "max" | "min" | "sum" | "dominant");
    let of_hours = || name.rsplit_once('_').is_some_and(|(name, end)| is_statistic(end) && is_hourly_variable(name));
    DAILY_VARIABLES.lines().any(|known| known == name) || of_hours()
}

fn celsius(value: Option<Temperature>) -> Option<f64> {
    value.map(Temperature::celsius)
}

fn precipitation(conditions: &Conditions) -> Option<f64> {
    conditions.precipitation.map(Length::millimetres)
}

fn rain(conditions: &Conditions) -> Option<f64> {
    precipitation(conditions).map(|depth| if is_snow(conditions.condition) { 0.0 } else { depth })
}

fn snow(conditions: &Conditions) -> Option<f64> {
    let depth = precipitation(conditions)? * SNOW_CENTIMETRES_PER_MILLIMETRE;
    Some(if is_snow(conditions.condition) { depth } else { 0.0 })
}

fn seconds(time: Timestamp) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a double holds all seconds of the calendar")]
    let seconds = time.as_second() as f64;
    seconds
}

/// The direction of the vector sum of all winds of the day.
fn dominant_direction(hours: &[ForecastStep]) -> Option<f64> {
    let winds = hours.iter().filter_map(|hour| Some((hour.conditions.wind_speed?, hour.conditions.wind_direction?)));
    let vectors = winds.map(|(speed, from)| {
        let (sine, cosine) = from.degrees().to_radians().sin_cos();
        (speed.metres_per_second() * sine, speed.metres_per_second() * cosine)
    });
    let (east, north) = vectors.reduce(|(east, north), (x, y)| (east + x, north + y))?;
    Some(east.atan2(north).to_degrees().rem_euclid(360.0))
}

/// The WMO code for which Open-Meteo's clients show what is closest to a condition; `None` for an unknown condition.
pub(super) fn code(condition: Condition) -> Option<f64> {
    let code: u8 = match condition {
        Condition::Unknown => return None,
        Condition::Clear => 0,
        Condition::MostlyClear => 1,
        Condition::PartlyCloudy => 2,
        Condition::Cloudy | Condition::Overcast => 3,
        Condition::Haze
        | Condition::Mist
        | Condition::Smoke
        | Condition::Dust
        | Condition::Sand
        | Condition::Fog
        | Condition::Ash => 45,
        Condition::Drizzle => 53,
        Condition::FreezingDrizzle => 56,
        Condition::LightRain => 61,
        Condition::Rain => 63,
        Condition::HeavyRain => 65,
        // Open-Meteo has no code for sleet, and its clients show freezing rain as that.
        Condition::Sleet | Condition::FreezingRain => 66,
        Condition::LightSnow => 71,
        Condition::Snow => 73,
        Condition::HeavySnow => 75,
        Condition::RainShowers => 80,
        Condition::SnowShowers => 85,
        Condition::Thunderstorm | Condition::Squall | Condition::Tornado => 95,
        Condition::Hail => 96,
    };
    Some(code.into())
}
