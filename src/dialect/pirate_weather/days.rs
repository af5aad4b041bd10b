//! The blocks of days, and of days and nights.

use jiff::{SignedDuration, Timestamp, civil::Date};
use serde_json::Value;

use super::{
    super::{number::rounded, place_weather::hours_between},
    entries::{Members, PirateWriter, block, capitalized, icon},
    means::{hour_of_max, mean},
    units::{PirateUnits, UNKNOWN, or_unknown},
};
use crate::weather::{
    Condition, Conditions, Day, ForecastStep, Length, Percentage, Speed, Temperature, calendar::span, moon::Moon,
};

const DAYS: usize = 8;

/// The local hours between which a day has its high. Its low is in the night after them.
const DAY_FROM: i8 = 6;
const DAY_UNTIL: i8 = 18;

/// How long after midnight the day and the night begin in the block of days and nights.
const HALF_DAY_FROM: SignedDuration = SignedDuration::from_hours(4);
const HALF_NIGHT_FROM: SignedDuration = SignedDuration::from_hours(17);

pub(super) fn daily(writer: &PirateWriter<'_>) -> Value {
    let dates = writer.weather.today().series(jiff::Span::new().days(1)).take(DAYS);
    let days: Vec<_> = dates.filter_map(|date| writer.weather.day(date, &writer.sun)).collect();
    let worst = days.iter().map(|day| day.condition).max().unwrap_or(Condition::Unknown);
    let warmest = days.iter().filter_map(|day| day.temperature_max).map(Temperature::celsius).reduce(f64::max);
    let summary = warmest.map_or_else(String::new, |celsius| {
        let (degrees, unit) = match writer.options.units {
            PirateUnits::Us => (Temperature::from_celsius(celsius).fahrenheit(), "°F"),
            _ => (celsius, "°C"),
        };
        format!("{}, with high temperatures up to {degrees:.0}{unit}.", capitalized(worst.words()))
    });
    block(&summary, worst, true, days.iter().filter_map(|day| day_entry(writer, day)).collect())
}

/// The hours from which the values of a day are taken; not empty.
struct DayHours<'a> {
    /// From midnight to midnight.
    all: &'a [ForecastStep],
    /// Those in which the high is sought.
    daytime: &'a [ForecastStep],
    /// The night after them, in which the low is sought.
    night: &'a [ForecastStep],
}

impl<'a> DayHours<'a> {
    /// The hours of a day that begins at `begins` and ends at `ends`; `None` if none is known. A part without hours is the
    /// whole day.
    fn new(writer: &'a PirateWriter<'_>, date: Date, begins: Timestamp, ends: Timestamp) -> Option<Self> {
        let all = writer.hours_of(date);
        all.first()?;
        let zone = &writer.weather.zone.rules;
        let at = |date: Date, hour: i8| zone.to_timestamp(date.at(hour, 0, 0, 0));
        let morning = at(date, DAY_FROM).unwrap_or(begins);
        let evening = at(date, DAY_UNTIL).unwrap_or(begins);
        let next_morning = at(date.tomorrow().ok()?, DAY_FROM).unwrap_or(ends);
        let or_all = |part| if <[_]>::is_empty(part) { all } else { part };
        Some(Self {
            all,
            daytime: or_all(hours_between(&writer.hours, morning, evening)),
            night: or_all(hours_between(&writer.hours, evening, next_morning)),
        })
    }
}

/// A local day; `None` if no hour of it is known.
fn day_entry(writer: &PirateWriter<'_>, day: &Day) -> Option<Value> {
    let (begins, ends) = span(day.date, &writer.weather.zone.rules)?;
    let hours = DayHours::new(writer, day.date, begins, ends)?;
    let first = hours.all.first()?;
    let units = writer.options.units;
    let mut entry = writer.summary(begins, day.condition, day.condition.words());
    entry.insert("icon".to_owned(), icon(day.condition, true).into());
    let sun = writer.weather.sun_day(day.date, &writer.sun);
    let mut sun_times = vec![("sunriseTime", sun.sunrise), ("sunsetTime", sun.sunset)];
    if writer.options.has_newer_keys {
        let twilight = writer.sun.twilight(day.date, &writer.weather.zone.rules);
        sun_times.extend([("dawnTime", twilight.dawn), ("duskTime", twilight.dusk)]);
    }
    for (name, time) in sun_times {
        if let Some(time) = time {
            entry.insert(name.to_owned(), time.as_second().into());
        }
    }
    let noon = begins.checked_add(SignedDuration::from_hours(12)).unwrap_or(begins);
    entry.insert("moonPhase".to_owned(), rounded(Some(Moon::at(noon).share_of_cycle()), 2));
    entry.extend(day_precipitation(writer, day, hours.all));
    let means = mean(hours.all, first);
    entry.extend(writer.values(&means));
    // An hour has these keys; a day does not.
    for name in ["temperature", "apparentTemperature", "ozone", "feelsLike", "smoke", "fireIndex"] {
        entry.remove(name);
    }
    entry.insert("windSpeed".to_owned(), units.speed(means.wind_speed));
    let gustiest = hour_of_max(hours.all, |conditions| conditions.wind_gust.map(Speed::metres_per_second));
    let gust = day.wind_gust_max.or(gustiest.and_then(|hour| hour.conditions.wind_gust));
    entry.insert("windGust".to_owned(), units.speed(gust));
    entry.insert("windGustTime".to_owned(), seconds(gustiest.unwrap_or(first)));
    let sunniest = hour_of_max(hours.all, |conditions| conditions.uv_index).unwrap_or(first);
    entry.insert("uvIndex".to_owned(), or_unknown(day.uv_index_max.or(sunniest.conditions.uv_index)));
    entry.insert("uvIndexTime".to_owned(), seconds(sunniest));
    add_extremes(&mut entry, units, "temperature", &hours, |conditions| conditions.temperature);
    add_extremes(&mut entry, units, "apparentTemperature", &hours, |conditions| conditions.feels_like);
    // The extremes of the day may lie between two hours.
    for (name, value) in [("temperatureMin", day.temperature_min), ("temperatureMax", day.temperature_max)] {
        if value.is_some() {
            entry.insert(name.to_owned(), units.temperature(value));
        }
    }
    writer.add_accumulations(&mut entry, hours.all);
    if writer.options.has_newer_keys {
        entry.extend(["smokeMax", "fireIndexMax"].map(|name| (name.to_owned(), UNKNOWN.into())));
        entry.extend(["smokeMaxTime", "fireIndexMaxTime"].map(|name| (name.to_owned(), begins.as_second().into())));
    }
    Some(entry.into())
}

fn day_precipitation(writer: &PirateWriter<'_>, day: &Day, hours: &[ForecastStep]) -> Members {
    let units = writer.options.units;
    #[expect(clippy::cast_precision_loss, reason = "a day has 25 hours at most")]
    let mean = day.precipitation.map(|depth| depth * (1.0 / hours.len().max(1) as f64));
    let worst_wet = hours.iter().map(|hour| hour.conditions.condition).filter(|condition| condition.is_wet()).max();
    let chances = hours.iter().filter_map(|hour| hour.precipitation_probability).map(Percentage::percent);
    let chance = day.precipitation_probability.or(chances.reduce(f64::max).map(Percentage::from_percent));
    let mut members = writer.precipitation(mean, chance, worst_wet.unwrap_or(day.condition));
    let wettest = hour_of_max(hours, |conditions| conditions.precipitation.map(Length::millimetres));
    let max = wettest.and_then(|hour| hour.conditions.precipitation);
    members.insert("precipIntensityMax".to_owned(), units.intensity(max));
    let time = wettest.or(hours.first()).map(ForecastStep::time).map(Timestamp::as_second);
    members.insert("precipIntensityMaxTime".to_owned(), time.into());
    members.insert("precipAccumulation".to_owned(), units.accumulation(day.precipitation));
    members
}

/// Adds the extremes of a temperature, each with its time: the high by day, the low at night, and both of the whole day.
fn add_extremes(
    entry: &mut Members,
    units: PirateUnits,
    name: &str,
    hours: &DayHours<'_>,
    temperature: impl Fn(&Conditions) -> Option<Temperature>,
) {
    let celsius = |conditions: &Conditions| temperature(conditions).map(Temperature::celsius);
    let negative_celsius = |conditions: &Conditions| celsius(conditions).map(|celsius| -celsius);
    let extremes = [
        ("High", hour_of_max(hours.daytime, celsius)),
        ("Low", hour_of_max(hours.night, negative_celsius)),
        ("Min", hour_of_max(hours.all, negative_celsius)),
        ("Max", hour_of_max(hours.all, celsius)),
    ];
    for (extreme, hour) in extremes {
        let time = hour.or(hours.all.first()).map(ForecastStep::time).map(Timestamp::as_second);
        let value = hour.and_then(|hour| temperature(&hour.conditions));
        entry.insert(format!("{name}{extreme}"), units.temperature(value));
        entry.insert(format!("{name}{extreme}Time"), time.into());
    }
}

/// Days and nights in turn, beginning with a day.
pub(super) fn day_night(writer: &PirateWriter<'_>) -> Value {
    let dates = writer.weather.today().series(jiff::Span::new().days(1)).take(DAYS);
    let halves = dates.flat_map(|date| {
        let midnight = |date| span(date, &writer.weather.zone.rules).map(|(begins, _)| begins);
        let (today, tomorrow) = (midnight(date), date.tomorrow().ok().and_then(midnight));
        let after = |midnight: Option<Timestamp>, since| midnight.and_then(|time| time.checked_add(since).ok());
        let [day_from, night_from] = [HALF_DAY_FROM, HALF_NIGHT_FROM].map(|since| after(today, since));
        let night_until = after(tomorrow, HALF_DAY_FROM);
        [
            HalfDay { from: day_from, until: night_from, is_day: true },
            HalfDay { from: night_from, until: night_until, is_day: false },
        ]
    });
    let entries = halves.filter_map(|half| Some((half.is_day, half_entry(writer, &half)?)));
    let entries = entries.skip_while(|(is_day, _)| !is_day).map(|(_, entry)| entry);
    let worst = writer.hours_ahead().iter().take(24).map(|hour| hour.conditions.condition).max();
    let worst = worst.unwrap_or(Condition::Unknown);
    block(&format!("{}.", capitalized(worst.words())), worst, true, entries.collect())
}

/// A day or a night in the block of both. Its times are `None` at the limits of the calendar.
struct HalfDay {
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    is_day: bool,
}

/// `None` if no hour of it is known.
fn half_entry(writer: &PirateWriter<'_>, half: &HalfDay) -> Option<Value> {
    let units = writer.options.units;
    let from = half.from?;
    let hours = hours_between(&writer.hours, from, half.until?);
    let first = hours.first()?;
    let worst = hours.iter().map(|hour| hour.conditions.condition).max()?;
    let precipitation: Length = hours.iter().filter_map(|hour| hour.conditions.precipitation).sum();
    #[expect(clippy::cast_precision_loss, reason = "half a day has 13 hours at most")]
    let rate = precipitation * (1.0 / hours.len() as f64);
    let chance = hours.iter().filter_map(|hour| hour.precipitation_probability).map(Percentage::percent);
    let mut entry = writer.summary(from, worst, worst.words());
    entry.insert("icon".to_owned(), icon(worst, half.is_day).into());
    entry.extend(writer.precipitation(Some(rate), chance.reduce(f64::max).map(Percentage::from_percent), worst));
    let wettest = hour_of_max(hours, |conditions| conditions.precipitation.map(Length::millimetres));
    let max = wettest.and_then(|hour| hour.conditions.precipitation);
    entry.insert("precipIntensityMax".to_owned(), units.intensity(max));
    entry.insert("precipAccumulation".to_owned(), units.accumulation(Some(precipitation)));
    entry.extend(writer.values(&mean(hours, first)));
    // The high of a day, the low of a night.
    let sign = if half.is_day { 1.0 } else { -1.0 };
    let extreme = |value: fn(&Conditions) -> Option<Temperature>| {
        let hour = hour_of_max(hours, |conditions| value(conditions).map(|temperature| sign * temperature.celsius()));
        units.temperature(hour.and_then(|hour| value(&hour.conditions)))
    };
    entry.insert("temperature".to_owned(), extreme(|conditions| conditions.temperature));
    entry.insert("apparentTemperature".to_owned(), extreme(|conditions| conditions.feels_like));
    let gustiest = hour_of_max(hours, |conditions| conditions.wind_gust.map(Speed::metres_per_second));
    entry.insert("windGust".to_owned(), units.speed(gustiest.and_then(|hour| hour.conditions.wind_gust)));
    let sunniest = hour_of_max(hours, |conditions| conditions.uv_index);
    entry.insert("uvIndex".to_owned(), or_unknown(sunniest.and_then(|hour| hour.conditions.uv_index)));
    writer.add_accumulations(&mut entry, hours);
    Some(entry.into())
}

fn seconds(hour: &ForecastStep) -> Value {
    hour.time().as_second().into()
}
