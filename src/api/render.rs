//! From what is known to what is told.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::{
    place::{Asked, Finder},
    wire::{self, UnitSystem, plain, time},
};
use crate::{
    service::{Answer, PackedForecast},
    weather::{Conditions, Coordinates, Day, Direction, Percentage, Pressure, Step, days::days, outlook::outlook, sun},
};

/// How far ahead the hours go.
const HOURS_AHEAD: i32 = 48;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// How old a current weather may be and still be of today. Of an older one, a recording's, its own day is told.
const OF_TODAY: SignedDuration = SignedDuration::from_hours(24);

/// What both documents begin and end with.
struct Frame {
    place: wire::Place,
    alternatives: Vec<wire::Place>,
    at: Coordinates,
    zone: TimeZone,
}

impl Frame {
    fn new(finder: &Finder, asked: &Asked, providers_zone: Option<&str>) -> Self {
        let (name, zone) = finder.zone(&asked.place, providers_zone);
        Self {
            place: asked.place.on_the_wire(name),
            alternatives: asked.alternatives.iter().map(|place| finder.on_the_wire(place)).collect(),
            at: asked.place.coordinates,
            zone,
        }
    }
}

/// The current weather as it is told at `now`.
pub fn weather(
    finder: &Finder,
    asked: &Asked,
    answer: &Answer<Conditions>,
    units: UnitSystem,
    now: Timestamp,
) -> wire::Weather {
    let sourced = &answer.sourced;
    let frame = Frame::new(finder, asked, sourced.timezone.as_deref());
    let conditions = &sourced.value;
    let of_today = now.duration_since(conditions.time) < OF_TODAY;
    let today = frame.zone.to_datetime(if of_today { now } else { conditions.time }).date();
    let sun = sun::day(frame.at, today, &frame.zone);
    wire::Weather {
        place: frame.place,
        alternatives: frame.alternatives,
        units: units.into(),
        current: current(conditions, frame.at, units),
        sun: wire::Sun {
            sunrise: sun.sunrise.map(time),
            sunset: sun.sunset.map(time),
            polar: sun.polar.map(Into::into),
        },
        source: sourced.source.into(),
        fetched_at: time(sourced.fetched_at),
        stale: answer.stale,
    }
}

/// The weather ahead as it is told at `now`.
pub fn forecast(
    finder: &Finder,
    asked: &Asked,
    answer: &Answer<PackedForecast>,
    units: UnitSystem,
    now: Timestamp,
) -> wire::Forecast {
    let sourced = &answer.sourced;
    let Frame { place, alternatives, at, zone } = Frame::new(finder, asked, sourced.timezone.as_deref());
    let forecast = sourced.value.unpack();
    let now = forecast.reading_time(now);
    let ahead = forecast.steps.iter().filter(|step| step.end() > now);
    let ahead = ahead.scan(0, |hours, step| {
        *hours += i32::from(step.hours);
        (*hours <= HOURS_AHEAD && step.conditions.time <= now + HOUR * HOURS_AHEAD).then_some(step)
    });
    wire::Forecast {
        place,
        alternatives,
        units: units.into(),
        hourly: ahead.map(|step| hour(step, at, units)).collect(),
        daily: days(&forecast, at, &zone, now).iter().map(|it| day(it, at, &zone, units)).collect(),
        outlook: outlook(&forecast, &zone, now),
        source: sourced.source.into(),
        fetched_at: time(sourced.fetched_at),
        stale: answer.stale,
    }
}

fn percent(value: Option<Percentage>) -> Option<f64> {
    plain(value.map(Percentage::percent))
}

fn pressure(value: Option<Pressure>) -> Option<f64> {
    plain(value.map(Pressure::hectopascals))
}

fn description(conditions: &Conditions) -> String {
    conditions.description.clone().unwrap_or_else(|| conditions.condition.words().to_owned())
}

fn current(conditions: &Conditions, at: Coordinates, units: UnitSystem) -> wire::Current {
    wire::Current {
        time: time(conditions.time),
        condition: conditions.condition.into(),
        description: description(conditions),
        is_day: sun::is_up(at, conditions.time),
        temperature: units.temperature(conditions.temperature),
        feels_like: units.temperature(conditions.feels_like),
        humidity: percent(conditions.humidity),
        dew_point: units.temperature(conditions.dew_point),
        pressure: pressure(conditions.pressure),
        cloud_cover: percent(conditions.cloud_cover),
        visibility: units.distance(conditions.visibility),
        wind_speed: units.speed(conditions.wind_speed),
        wind_gust: units.speed(conditions.wind_gust),
        wind_direction: plain(conditions.wind_direction.map(Direction::degrees)),
        precipitation: units.depth(conditions.precipitation),
        uv_index: plain(conditions.uv_index),
    }
}

fn hour(step: &Step, at: Coordinates, units: UnitSystem) -> wire::Hour {
    let conditions = &step.conditions;
    wire::Hour {
        time: time(conditions.time),
        hours: step.hours,
        condition: conditions.condition.into(),
        description: description(conditions),
        is_day: sun::is_up(at, conditions.time),
        temperature: units.temperature(conditions.temperature),
        feels_like: units.temperature(conditions.feels_like),
        humidity: percent(conditions.humidity),
        pressure: pressure(conditions.pressure),
        cloud_cover: percent(conditions.cloud_cover),
        wind_speed: units.speed(conditions.wind_speed),
        wind_gust: units.speed(conditions.wind_gust),
        wind_direction: plain(conditions.wind_direction.map(Direction::degrees)),
        precipitation: units.depth(conditions.precipitation),
        precipitation_probability: percent(step.precipitation_probability),
    }
}

fn day(day: &Day, at: Coordinates, zone: &TimeZone, units: UnitSystem) -> wire::Day {
    let sun = sun::day(at, day.date, zone);
    wire::Day {
        date: day.date.to_string(),
        complete: day.complete,
        condition: day.condition.into(),
        description: day.condition.words().to_owned(),
        temperature_min: units.temperature(day.temperature_min),
        temperature_max: units.temperature(day.temperature_max),
        precipitation: units.depth(day.precipitation),
        precipitation_probability: percent(day.precipitation_probability),
        wind_speed_max: units.speed(day.wind_speed_max),
        sunrise: sun.sunrise.map(time),
        sunset: sun.sunset.map(time),
    }
}
