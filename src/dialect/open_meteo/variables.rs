//! Open-Meteo's variables: their names, kinds and values.

use jiff::Timestamp;

use crate::weather::{
    Condition, Conditions, Day, Direction, ForecastStep, Length, Percentage, Pressure, Speed, Temperature,
    sun::{Polar, SunDay},
};

/// The hourly variables of Open-Meteo that no provider here has, apart from families of names
/// (<https://open-meteo.com/en/docs>).
const UNSUPPORTED_HOURLY: &str = include_str!("hourly_variables.txt");
/// All daily variables of Open-Meteo.
const DAILY_VARIABLES: &str = include_str!("daily_variables.txt");

/// Centimetres of snow per millimetre of water: 7 cm for 10 mm, according to Open-Meteo's documentation.
const SNOW_CENTIMETRES_PER_MILLIMETRE: f64 = 0.7;

const SECONDS_PER_DAY: f64 = 86_400.0;

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

/// The value of a variable in the unit of its kind; `None` if it is unknown.
#[derive(Clone, Copy)]
pub(super) struct Variable {
    pub(super) kind: VariableKind,
    pub(super) value: Option<f64>,
}

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
    pub(super) conditions: Option<&'a Conditions>,
    pub(super) hour_before: Option<&'a ForecastStep>,
    pub(super) is_day: bool,
}

/// A variable of an hour; `None` if Open-Meteo has none of that name.
///
/// As with Open-Meteo, precipitation, its probability, the gust and the weather code are those of the hour before the
/// time.
pub(super) fn hour_variable(name: &str, hour: &HourValues<'_>) -> Option<Variable> {
    use VariableKind as Kind;
    let at_time = |value: fn(&Conditions) -> Option<f64>| hour.conditions.and_then(value);
    let before = |value: fn(&Conditions) -> Option<f64>| hour.hour_before.and_then(|step| value(&step.conditions));
    let (kind, value) = match name {
        "temperature_2m" => (Kind::Temperature, at_time(|conditions| celsius(conditions.temperature))),
        "apparent_temperature" => (Kind::Temperature, at_time(|conditions| celsius(conditions.feels_like))),
        "dew_point_2m" => (Kind::Temperature, at_time(|conditions| celsius(conditions.dew_point))),
        "relative_humidity_2m" => (Kind::Percent, at_time(|conditions| percent(conditions.humidity))),
        "cloud_cover" => (Kind::Percent, at_time(|conditions| percent(conditions.cloud_cover))),
        "pressure_msl" => (Kind::Pressure, at_time(|conditions| conditions.pressure.map(Pressure::hectopascals))),
        "visibility" => (Kind::Distance, at_time(|conditions| conditions.visibility.map(Length::metres))),
        "wind_speed_10m" => (Kind::Speed, at_time(|conditions| metres_per_second(conditions.wind_speed))),
        "wind_direction_10m" => {
            (Kind::Degrees, at_time(|conditions| conditions.wind_direction.map(Direction::degrees)))
        }
        "uv_index" => (Kind::Plain, at_time(|conditions| conditions.uv_index)),
        "is_day" => (Kind::Flag, Some(f64::from(u8::from(hour.is_day)))),
        "wind_gusts_10m" => (Kind::Speed, before(|conditions| metres_per_second(conditions.wind_gust))),
        "precipitation" => (Kind::Depth, before(precipitation)),
        "rain" => (Kind::Depth, before(rain)),
        "snowfall" => (Kind::Snow, before(snowfall)),
        "precipitation_probability" => {
            (Kind::Percent, percent(hour.hour_before.and_then(|step| step.precipitation_probability)))
        }
        "weather_code" => (Kind::Code, before(|conditions| code(conditions.condition))),
        _ if is_hourly_variable(name) => (Kind::Plain, None),
        _ => return None,
    };
    Some(Variable { kind, value })
}

/// A local day: its summary, if it is known, its hours, and its sunrise and sunset.
pub(super) struct DayValues<'a> {
    pub(super) day: Option<&'a Day>,
    pub(super) hours: &'a [ForecastStep],
    pub(super) sun: SunDay,
}

/// A variable of a day; `None` if Open-Meteo has none of that name.
pub(super) fn day_variable(name: &str, values: &DayValues<'_>) -> Option<Variable> {
    use VariableKind as Kind;
    let DayValues { day, hours, sun } = *values;
    let wind_max = metres_per_second(day.and_then(|day| day.wind_speed_max));
    let gust_max = metres_per_second(day.and_then(|day| day.wind_gust_max));
    let conditions = || hours.iter().map(|hour| &hour.conditions);
    let (kind, value) = match name {
        // As with Open-Meteo, the highest code of all hours, including those at night.
        "weather_code" => {
            (Kind::Code, conditions().filter_map(|conditions| code(conditions.condition)).reduce(f64::max))
        }
        "temperature_2m_max" => (Kind::Temperature, celsius(day.and_then(|day| day.temperature_max))),
        "temperature_2m_min" => (Kind::Temperature, celsius(day.and_then(|day| day.temperature_min))),
        "precipitation_sum" => (Kind::Depth, day.and_then(|day| day.precipitation).map(Length::millimetres)),
        "rain_sum" => (Kind::Depth, sum(conditions().filter_map(rain))),
        "snowfall_sum" => (Kind::Snow, sum(conditions().filter_map(snowfall))),
        "precipitation_hours" => {
            (Kind::Hours, sum(conditions().filter_map(precipitation).map(|depth| f64::from(depth >= WET_HOUR))))
        }
        "precipitation_probability_max" => (Kind::Percent, percent(day.and_then(|day| day.precipitation_probability))),
        "wind_speed_10m_max" => (Kind::Speed, wind_max),
        // Some clients need a number here; the mean wind is the lower bound of a gust.
        "wind_gusts_10m_max" => (Kind::Speed, gust_max.or(wind_max)),
        "wind_direction_10m_dominant" => (Kind::Degrees, dominant_direction(hours)),
        "uv_index_max" => (Kind::Plain, day.and_then(|day| day.uv_index_max)),
        "sunrise" => (Kind::Time, sun.sunrise.map(seconds)),
        "sunset" => (Kind::Time, sun.sunset.map(seconds)),
        "daylight_duration" => (Kind::Seconds, daylight(sun)),
        _ => return hourly_statistic(name, hours),
    };
    Some(Variable { kind, value })
}

/// The seconds from sunrise to sunset; on a day on which the sun does not cross the horizon, none or all of the day.
fn daylight(sun: SunDay) -> Option<f64> {
    match sun.polar {
        Some(Polar::Day) => Some(SECONDS_PER_DAY),
        Some(Polar::Night) => Some(0.0),
        None => sun.sunrise.zip(sun.sunset).map(|(rise, set)| seconds(set) - seconds(rise)),
    }
}

/// A mean, minimum or maximum over the hours of a day, such as `cloud_cover_mean`; unknown for the daily variables that
/// are not supported.
fn hourly_statistic(name: &str, hours: &[ForecastStep]) -> Option<Variable> {
    if !DAILY_VARIABLES.lines().any(|known| known == name) {
        return None;
    }
    let supported = name.rsplit_once('_').and_then(|(variable, statistic)| {
        let statistic: fn(&[f64]) -> f64 = match statistic {
            "mean" => |values| values.iter().sum::<f64>() / count(values),
            "max" => |values| values.iter().copied().fold(f64::MIN, f64::max),
            "min" => |values| values.iter().copied().fold(f64::MAX, f64::min),
            _ => return None,
        };
        let step_variable = |step: Option<&ForecastStep>| {
            let conditions = step.map(|step| &step.conditions);
            hour_variable(variable, &HourValues { conditions, hour_before: step, is_day: false })
        };
        let Variable { kind, .. } = step_variable(None)?;
        if matches!(kind, VariableKind::Code | VariableKind::Flag | VariableKind::Degrees) {
            return None;
        }
        let values: Vec<f64> = hours.iter().filter_map(|step| step_variable(Some(step))?.value).collect();
        Some(Variable { kind, value: (!values.is_empty()).then(|| statistic(&values)) })
    });
    supported.or(Some(Variable { kind: VariableKind::Plain, value: None }))
}

#[expect(clippy::cast_precision_loss, reason = "a day has 25 hours at most")]
fn count(values: &[f64]) -> f64 {
    values.len() as f64
}

fn sum(values: impl Iterator<Item = f64>) -> Option<f64> {
    values.fold(None, |sum, value| Some(sum.unwrap_or_default() + value))
}

fn is_hourly_variable(name: &str) -> bool {
    UNSUPPORTED_HOURLY.lines().any(|known| known == name) || is_at_a_level(name)
}

/// Whether a name is a variable at a height or at a level of pressure, such as `wind_speed_80m` or `temperature_850hPa`.
fn is_at_a_level(name: &str) -> bool {
    const VARIABLES: [&str; 8] = [
        "cloud_cover",
        "dew_point",
        "geopotential_height",
        "relative_humidity",
        "temperature",
        "vertical_velocity",
        "wind_direction",
        "wind_speed",
    ];
    let (variable, level) = name.rsplit_once('_').unwrap_or_default();
    let number = level.strip_suffix("hPa").or(level.strip_suffix('m'));
    number.is_some_and(|number| number.parse::<u16>().is_ok()) && VARIABLES.contains(&variable)
}

fn celsius(value: Option<Temperature>) -> Option<f64> {
    value.map(Temperature::celsius)
}

fn percent(value: Option<Percentage>) -> Option<f64> {
    value.map(Percentage::percent)
}

fn metres_per_second(value: Option<Speed>) -> Option<f64> {
    value.map(Speed::metres_per_second)
}

fn precipitation(conditions: &Conditions) -> Option<f64> {
    conditions.precipitation.map(Length::millimetres)
}

fn rain(conditions: &Conditions) -> Option<f64> {
    precipitation(conditions).map(|depth| if conditions.condition.is_snow() { 0.0 } else { depth })
}

fn snowfall(conditions: &Conditions) -> Option<f64> {
    let depth = precipitation(conditions)? * SNOW_CENTIMETRES_PER_MILLIMETRE;
    Some(if conditions.condition.is_snow() { depth } else { 0.0 })
}

fn seconds(time: Timestamp) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a double holds all seconds of the calendar")]
    let seconds = time.as_second() as f64;
    seconds
}

/// The direction of the vector sum of all winds of the day.
fn dominant_direction(hours: &[ForecastStep]) -> Option<f64> {
    let winds = hours.iter().filter_map(|hour| Some((hour.conditions.wind_speed?, hour.conditions.wind_direction?)));
    let vectors = winds.map(|(speed, direction)| {
        let (sine, cosine) = direction.degrees().to_radians().sin_cos();
        (speed.metres_per_second() * sine, speed.metres_per_second() * cosine)
    });
    let (east, north) = vectors.reduce(|(east, north), (x, y)| (east + x, north + y))?;
    Some(east.atan2(north).to_degrees().rem_euclid(360.0))
}

/// The WMO code that Open-Meteo's clients show as the closest match to a condition; `None` for an unknown condition.
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
        // Open-Meteo has no code for sleet, and its clients show freezing rain as sleet.
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
