//! Renders reports into the JSON documents of the API.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::{
    json::{self, UnitSystem, plain, time},
    place::{PlaceResolver, ResolvedPlace},
    render_window::RenderWindow,
};
use crate::{
    service::{Complements, PackedForecast, ServedReport},
    weather::{
        Conditions, Coordinates, Day, Direction, Forecast, ForecastStep, Percentage, Pressure, calendar::local_date,
        calendar::span, days::days, outlook::outlook, sun::SunPath,
    },
};

/// How far ahead `hourly` goes.
const HOURS_AHEAD: SignedDuration = SignedDuration::from_hours(48);

/// How far ahead the sun is computed: the seven days of the forecast, one more for the night after the last, and one for
/// the time zone.
const SUN_AHEAD: SignedDuration = SignedDuration::from_hours(9 * 24);

const ONE_DAY: SignedDuration = SignedDuration::from_hours(24);

/// The part about the place, which both documents have.
struct PlaceSection {
    place: json::RequestedPlaceJson,
    alternatives: Vec<json::PlaceJson>,
    coordinates: Coordinates,
    zone: TimeZone,
}

impl PlaceSection {
    fn new(place_resolver: &PlaceResolver, resolved: &ResolvedPlace, providers_zone: Option<&str>) -> Self {
        let zone = place_resolver.zone(&resolved.place, providers_zone);
        Self {
            place: resolved.place.requested_json(zone.name),
            alternatives: resolved.alternatives.iter().map(|place| place_resolver.to_json(place)).collect(),
            coordinates: resolved.place.coordinates,
            zone: zone.rules,
        }
    }
}

/// The document of the current weather at `now`, and how long it stays the same.
pub fn weather(
    place_resolver: &PlaceResolver,
    resolved: &ResolvedPlace,
    served: &ServedReport<Conditions>,
    complements: &Complements,
    units: UnitSystem,
    now: Timestamp,
) -> (json::WeatherJson, RenderWindow) {
    let sourced = &served.sourced;
    let section = PlaceSection::new(place_resolver, resolved, sourced.timezone.as_deref());
    let mut conditions = sourced.value.clone();
    let added = complements.add_to_current(&mut conditions);
    let conditions = &conditions;
    let window = RenderWindow::of_current(sourced, served.is_recording, &section.zone, now);
    let today = local_date(window.day_of(conditions), &section.zone);
    let (begins, ends) = span(today, &section.zone).unwrap_or((conditions.time, conditions.time));
    let sun = SunPath::new(section.coordinates, begins.min(conditions.time), ends + ONE_DAY);
    let current = current(conditions, &sun, units);
    let sun = sun.day(today, &section.zone);
    let weather = json::WeatherJson {
        place: section.place,
        alternatives: section.alternatives,
        units: units.into(),
        current,
        sun: json::SunJson {
            sunrise: sun.sunrise.map(time),
            sunset: sun.sunset.map(time),
            polar: sun.polar.map(Into::into),
        },
        source: sourced.source.into(),
        complements: added.into_iter().map(Into::into).collect(),
        fetched_at: time(sourced.fetched_at),
        stale: served.stale,
    };
    (weather, window)
}

/// The document of the forecast at `now`, and how long it stays the same.
pub fn forecast(
    place_resolver: &PlaceResolver,
    resolved: &ResolvedPlace,
    served: &ServedReport<PackedForecast>,
    complements: &Complements,
    units: UnitSystem,
    now: Timestamp,
) -> (json::ForecastJson, RenderWindow) {
    let sourced = &served.sourced;
    let PlaceSection { place, alternatives, coordinates, zone } =
        PlaceSection::new(place_resolver, resolved, sourced.timezone.as_deref());
    let mut forecast = sourced.value.unpack();
    let added = complements.add_to_forecast(&mut forecast);
    let window = RenderWindow::of_forecast(&forecast, sourced.fetched_at, served.is_recording, &zone, now);
    let now = forecast.reading_time(window.as_of);
    let (midnight, _) = span(local_date(now, &zone), &zone).unwrap_or((now, now));
    let sun = SunPath::new(coordinates, midnight - ONE_DAY, midnight + SUN_AHEAD);
    let document = json::ForecastJson {
        place,
        alternatives,
        units: units.into(),
        hourly: next_hours(&forecast, now).map(|step| hour(step, &sun, units)).collect(),
        daily: days(&forecast, &sun, &zone, now).iter().map(|local_day| day(local_day, &sun, &zone, units)).collect(),
        outlook: outlook(&forecast, &zone, now).map(Into::into),
        source: sourced.source.into(),
        complements: added.into_iter().map(Into::into).collect(),
        fetched_at: time(sourced.fetched_at),
        stale: served.stale,
    };
    (document, window)
}

/// The intervals of the next 48 hours, counted from the start of the current one.
fn next_hours(forecast: &Forecast, now: Timestamp) -> impl Iterator<Item = &ForecastStep> {
    let mut to_come = forecast.steps.iter().filter(move |step| step.end() > now).peekable();
    let from = to_come.peek().map_or(now, |step| step.time().min(now));
    to_come.take_while(move |step| step.end() <= from + HOURS_AHEAD)
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

fn current(conditions: &Conditions, sun: &SunPath, units: UnitSystem) -> json::CurrentJson {
    json::CurrentJson {
        time: time(conditions.time),
        condition: conditions.condition.into(),
        description: description(conditions),
        is_day: sun.is_up(conditions.time),
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

fn hour(step: &ForecastStep, sun: &SunPath, units: UnitSystem) -> json::HourJson {
    let conditions = &step.conditions;
    json::HourJson {
        time: time(conditions.time),
        hours: step.hours,
        condition: conditions.condition.into(),
        description: description(conditions),
        is_day: sun.is_up(conditions.time),
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
        precipitation_probability: percent(step.precipitation_probability),
        uv_index: plain(conditions.uv_index),
    }
}

fn day(day: &Day, sun: &SunPath, zone: &TimeZone, units: UnitSystem) -> json::DayJson {
    let sun = sun.day(day.date, zone);
    json::DayJson {
        date: day.date.to_string(),
        complete: day.complete,
        condition: day.condition.into(),
        description: day.condition.words().to_owned(),
        temperature_min: units.temperature(day.temperature_min),
        temperature_max: units.temperature(day.temperature_max),
        precipitation: units.depth(day.precipitation),
        precipitation_probability: percent(day.precipitation_probability),
        wind_speed_max: units.speed(day.wind_speed_max),
        wind_gust_max: units.speed(day.wind_gust_max),
        uv_index_max: plain(day.uv_index_max),
        sunrise: sun.sunrise.map(time),
        sunset: sun.sunset.map(time),
    }
}
