//! The blocks of days, and of days and nights.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{
    super::{number::rounded, place_weather::hours_between, stand_in::is_wet},
    entries::{Object, PirateWriter, block, capitalized, icon},
    means::{hour_of_max, mean},
    units::{PirateUnits, UNKNOWN, or_unknown},
};
use crate::weather::{
    Condition, Conditions, Day, ForecastStep, Length, Percentage, Speed, Temperature, calendar::span, moon::Moon,
};

const DAYS: usize = 8;

/// The local hours between which the high of a day is; the low is in the night after them.
const DAY_FROM: i8 = 6;
const DAY_UNTIL: i8 = 18;

/// When day and night begin in the block of days and nights, from midnight.
const HALF_DAY_FROM: SignedDuration = SignedDuration::from_hours(4);
const HALF_NIGHT_FROM: SignedDuration = SignedDuration::from_hours(17);

pub(super) fn daily(writer: &PirateWriter<'_>) -> Value {
    let dates = writer.weather.today().series(jiff::Span::new().days(1)).take(DAYS);
    let days: Vec<_> = dates.filter_map(|date| writer.weather.day(date, &writer.sun)).collect();
    let worst = days.iter().map(|day| day.condition).max().unwrap_or(Condition::Unknown);
    let warmest = days.iter().filter_map(|day| day.temperature_max).map(Temperature::celsius).reduce(f64::max);
    let unit = if writer.options.units == PirateUnits::Us { "°F" } else { "°C" };
    let words = warmest.map_or_else(String::new, |celsius| {
        let warmest = Temperature::from_celsius(celsius);
        let degrees = if unit == "°F" { warmest.fahrenheit() } else { celsius };
        let words = capitalized(worst.words());
        format!("{words}, with high temperatures up to {degrees:.0}{unit}.")
    });
    block(&words, worst, true, days.iter().filter_map(|day| day_entry(writer, day)).collect())
}

/// A local day; `None` if no hour of it is known.
fn day_entry(writer: &PirateWriter<'_>, day: &Day) -> Option<Value> {
    let (begins, ends) = span(day.date, &writer.weather.zone.rules)?;
    let hours = writer.hours_of(day.date);
    let first = hours.first()?;
    let clock = |hour: i8| {
        let local = day.date.at(hour, 0, 0, 0);
        writer.weather.zone.rules.to_timestamp(local).unwrap_or(begins)
    };
    let next_morning = day.date.tomorrow().ok()?.at(DAY_FROM, 0, 0, 0);
    let next_morning = writer.weather.zone.rules.to_timestamp(next_morning).unwrap_or(ends);
    let or_all = |part| if <[_]>::is_empty(part) { hours } else { part };
    let daytime = or_all(hours_between(&writer.hours, clock(DAY_FROM), clock(DAY_UNTIL)));
    let night = or_all(hours_between(&writer.hours, clock(DAY_UNTIL), next_morning));
    let mut it = writer.summary(begins, day.condition, day.condition.words());
    it.insert("icon".to_owned(), icon(day.condition, true).into());
    let sun = writer.weather.sun_day(day.date, &writer.sun);
    for (name, time) in [("sunriseTime", sun.sunrise), ("sunsetTime", sun.sunset)] {
        if let Some(time) = time {
            it.insert(name.to_owned(), time.as_second().into());
        }
    }
    let noon = begins.checked_add(SignedDuration::from_hours(12)).unwrap_or(begins);
    it.insert("moonPhase".to_owned(), rounded(Some(Moon::at(noon).share_of_cycle()), 2));
    it.extend(day_precipitation(writer, day, hours));
    it.extend(writer.values(&mean(hours, first)));
    for name in ["temperature", "apparentTemperature", "ozone", "feelsLike", "smoke", "fireIndex"] {
        it.remove(name);
    }
    it.insert("windSpeed".to_owned(), writer.options.units.speed(mean(hours, first).wind_speed));
    let strongest = hour_of_max(hours, |it| it.wind_gust.map(Speed::metres_per_second));
    let gust = day.wind_gust_max.or(strongest.and_then(|hour| hour.conditions.wind_gust));
    it.insert("windGust".to_owned(), writer.options.units.speed(gust));
    it.insert("windGustTime".to_owned(), seconds(strongest.unwrap_or(first)));
    let sunniest = hour_of_max(hours, |it| it.uv_index).unwrap_or(first);
    it.insert("uvIndex".to_owned(), or_unknown(day.uv_index_max.or(sunniest.conditions.uv_index)));
    it.insert("uvIndexTime".to_owned(), seconds(sunniest));
    add_extremes(writer, &mut it, "temperature", (daytime, night, hours), |it| it.temperature);
    add_extremes(writer, &mut it, "apparentTemperature", (daytime, night, hours), |it| it.feels_like);
    // The extremes of the day may lie between two hours.
    for (name, value) in [("temperatureMin", day.temperature_min), ("temperatureMax", day.temperature_max)] {
        if value.is_some() {
            it.insert(name.to_owned(), writer.options.units.temperature(value));
        }
    }
    writer.add_accumulations(&mut it, hours);
    if writer.options.has_newer_keys {
        it.extend(["smokeMax", "fireIndexMax"].map(|name| (name.to_owned(), UNKNOWN.into())));
        it.extend(["smokeMaxTime", "fireIndexMaxTime"].map(|name| (name.to_owned(), begins.as_second().into())));
    }
    Some(it.into())
}

fn day_precipitation(writer: &PirateWriter<'_>, day: &Day, hours: &[ForecastStep]) -> Object {
    let wettest = hour_of_max(hours, |it| it.precipitation.map(Length::millimetres));
    #[expect(clippy::cast_precision_loss, reason = "a day has 25 hours at most")]
    let mean = day.precipitation.map(|depth| depth * (1.0 / hours.len().max(1) as f64));
    let falls = hours.iter().map(|hour| hour.conditions.condition).filter(|it| is_wet(*it)).max();
    let chances = hours.iter().filter_map(|hour| hour.precipitation_probability).map(Percentage::percent);
    let chance = day.precipitation_probability.or(chances.reduce(f64::max).map(Percentage::from_percent));
    let mut it = writer.precipitation(mean, chance, falls.unwrap_or(day.condition));
    let most = wettest.and_then(|hour| hour.conditions.precipitation);
    it.insert("precipIntensityMax".to_owned(), writer.options.units.intensity(most));
    let time = wettest.or(hours.first()).map(ForecastStep::time).map(Timestamp::as_second);
    it.insert("precipIntensityMaxTime".to_owned(), time.into());
    it.insert("precipAccumulation".to_owned(), writer.options.units.accumulation(day.precipitation));
    it
}

fn add_extremes(
    writer: &PirateWriter<'_>,
    it: &mut Object,
    name: &str,
    (daytime, night, all): (&[ForecastStep], &[ForecastStep], &[ForecastStep]),
    value: impl Fn(&Conditions) -> Option<Temperature> + Copy,
) {
    let celsius = |it: &Conditions| value(it).map(Temperature::celsius);
    let negative_celsius = |it: &Conditions| celsius(it).map(|celsius| -celsius);
    let extremes = [
        ("High", hour_of_max(daytime, celsius)),
        ("Low", hour_of_max(night, negative_celsius)),
        ("Min", hour_of_max(all, negative_celsius)),
        ("Max", hour_of_max(all, celsius)),
    ];
    for (end, hour) in extremes {
        let time = hour.or(all.first()).map(ForecastStep::time).map(Timestamp::as_second);
        let temperature = hour.and_then(|hour| value(&hour.conditions));
        it.insert(format!("{name}{end}"), writer.options.units.temperature(temperature));
        it.insert(format!("{name}{end}Time"), time.into());
    }
}

/// Days and nights in turn, beginning with a day.
pub(super) fn day_night(writer: &PirateWriter<'_>) -> Value {
    let dates = writer.weather.today().series(jiff::Span::new().days(1)).take(DAYS);
    let halves = dates.flat_map(|date| {
        let midnight = |date| span(date, &writer.weather.zone.rules).map(|(begins, _)| begins);
        let (today, tomorrow) = (midnight(date), date.tomorrow().ok().and_then(midnight));
        let at = |midnight: Option<Timestamp>, after| midnight.and_then(|it| it.checked_add(after).ok());
        let ends = [at(today, HALF_DAY_FROM), at(today, HALF_NIGHT_FROM), at(tomorrow, HALF_DAY_FROM)];
        [(ends[0], ends[1], true), (ends[1], ends[2], false)]
    });
    let entries = halves.filter_map(|(from, until, is_day)| {
        let hours = hours_between(&writer.hours, from?, until?);
        Some((half(writer, from?, hours, is_day)?, is_day))
    });
    let entries = entries.skip_while(|(_, is_day)| !is_day).map(|(entry, _)| entry);
    let worst = writer.hours_ahead().iter().take(24).map(|hour| hour.conditions.condition).max();
    let worst = worst.unwrap_or(Condition::Unknown);
    block(&format!("{}.", capitalized(worst.words())), worst, true, entries.collect())
}

fn half(writer: &PirateWriter<'_>, from: Timestamp, hours: &[ForecastStep], is_day: bool) -> Option<Value> {
    let first = hours.first()?;
    let worst = hours.iter().map(|hour| hour.conditions.condition).max()?;
    let precipitation: Length = hours.iter().filter_map(|hour| hour.conditions.precipitation).sum();
    #[expect(clippy::cast_precision_loss, reason = "half a day has 13 hours at most")]
    let rate = precipitation * (1.0 / hours.len() as f64);
    let chance = hours.iter().filter_map(|hour| hour.precipitation_probability).map(Percentage::percent);
    let mut entry = writer.summary(from, worst, worst.words());
    entry.insert("icon".to_owned(), icon(worst, is_day).into());
    entry.extend(writer.precipitation(Some(rate), chance.reduce(f64::max).map(Percentage::from_percent), worst));
    let wettest = hour_of_max(hours, |it| it.precipitation.map(Length::millimetres));
    let most = wettest.and_then(|hour| hour.conditions.precipitation);
    entry.insert("precipIntensityMax".to_owned(), writer.options.units.intensity(most));
    entry.insert("precipAccumulation".to_owned(), writer.options.units.accumulation(Some(precipitation)));
    entry.extend(writer.values(&mean(hours, first)));
    let sign = if is_day { 1.0 } else { -1.0 };
    let of = |value: fn(&Conditions) -> Option<Temperature>| {
        let extreme = hour_of_max(hours, |it| value(it).map(|it| sign * it.celsius()));
        writer.options.units.temperature(extreme.and_then(|hour| value(&hour.conditions)))
    };
    entry.insert("temperature".to_owned(), of(|it| it.temperature));
    entry.insert("apparentTemperature".to_owned(), of(|it| it.feels_like));
    let gust = hour_of_max(hours, |it| it.wind_gust.map(Speed::metres_per_second));
    entry.insert("windGust".to_owned(), writer.options.units.speed(gust.and_then(|hour| hour.conditions.wind_gust)));
    let sunniest = hour_of_max(hours, |it| it.uv_index);
    entry.insert("uvIndex".to_owned(), or_unknown(sunniest.and_then(|hour| hour.conditions.uv_index)));
    writer.add_accumulations(&mut entry, hours);
    Some(entry.into())
}

fn seconds(hour: &ForecastStep) -> Value {
    hour.time().as_second().into()
}
