//! One Call 3.0.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    super::{
        number::{plain, rounded},
        place_weather::{Minute, hours_between, minutes_ahead},
    },
    conditions::condition_entry,
    entries::{OwmWriter, add_precipitation, add_visibility},
};
use crate::weather::{
    Conditions, Day, ForecastStep, Length, Temperature,
    calendar::span,
    moon::{Moon, rise_and_set},
};

/// The numbers of hours and days in One Call.
const HOURS: usize = 48;
const DAYS: usize = 8;

/// The local hours for which One Call has a day's temperatures.
const PARTS_OF_DAY: [(&str, i8); 4] = [("morn", 6), ("day", 12), ("eve", 18), ("night", 23)];

pub(super) fn one_call(writer: &OwmWriter<'_>) -> Value {
    let mut document = json!({
        "lat": writer.weather.coordinates().latitude(),
        "lon": writer.weather.coordinates().longitude(),
        "timezone": writer.weather.zone.name,
        "timezone_offset": writer.offset(),
    });
    let is_wanted = |block| !writer.options.excluded.contains(&block);
    if is_wanted("current") {
        document["current"] = one_call_current(writer);
    }
    if is_wanted("minutely") {
        document["minutely"] = minutes(writer);
    }
    if is_wanted("hourly") {
        document["hourly"] = writer.hours_ahead().iter().take(HOURS).map(|hour| hour_entry(writer, hour)).collect();
    }
    if is_wanted("daily") {
        let dates = writer.weather.today().series(jiff::Span::new().days(1)).take(DAYS);
        let days = dates.filter_map(|date| day_entry(writer, &writer.weather.day(date, &writer.sun)?));
        document["daily"] = days.collect();
    }
    document
}

fn one_call_current(writer: &OwmWriter<'_>) -> Value {
    let conditions = &writer.current;
    let mut current = Value::from(writer.values(conditions));
    current["weather"] = json!([writer.condition(conditions)]);
    let sun = writer.weather.sun_day(writer.weather.today(), &writer.sun);
    add_times(&mut current, [("sunrise", sun.sunrise), ("sunset", sun.sunset)]);
    add_visibility(&mut current, conditions);
    add_precipitation(&mut current, conditions.condition, conditions.precipitation, |amount| json!({"1h": amount}));
    current
}

fn minutes(writer: &OwmWriter<'_>) -> Value {
    let minutes = minutes_ahead(writer.hours_ahead(), &writer.current, writer.weather.window.as_of);
    let entry = |minute: Minute| {
        // Clients expect a number. Providers leave out amounts mostly when it is dry.
        let rate = minute.precipitation.map_or(0.0, Length::millimetres);
        json!({"dt": minute.time.as_second(), "precipitation": plain(Some(rate))})
    };
    minutes.map(entry).collect()
}

fn hour_entry(writer: &OwmWriter<'_>, hour: &ForecastStep) -> Value {
    let conditions = &hour.conditions;
    let mut entry = Value::from(writer.values(conditions));
    entry["weather"] = json!([writer.condition(conditions)]);
    if let Some(chance) = hour.precipitation_probability {
        entry["pop"] = rounded(Some(chance.percent() / 100.0), 4);
    }
    add_visibility(&mut entry, conditions);
    add_precipitation(&mut entry, conditions.condition, conditions.precipitation, |amount| json!({"1h": amount}));
    entry
}

/// A local day; `None` if no hour of it is known. Values that One Call gives for the day as a whole are those at noon, or
/// at the hour closest to it.
fn day_entry(writer: &OwmWriter<'_>, day: &Day) -> Option<Value> {
    let (begins, ends) = span(day.date, &writer.weather.zone.rules)?;
    let hours = hours_between(&writer.hours, begins, ends);
    let local_time = |hour: i8| {
        let local = day.date.at(hour, 0, 0, 0);
        writer.weather.zone.rules.to_timestamp(local).unwrap_or(begins)
    };
    let conditions_at = |time: Timestamp| {
        let closest = hours.iter().min_by_key(|hour| hour.time().duration_since(time).abs());
        closest.map(|hour| &hour.conditions)
    };
    let noon = local_time(12);
    let at_noon = conditions_at(noon)?;
    let parts_of_day = |value: fn(&Conditions) -> Option<Temperature>| -> Map<String, Value> {
        let part = |(name, hour): &(&str, i8)| {
            let temperature = value(conditions_at(local_time(*hour))?);
            Some(((*name).to_owned(), writer.units.temperature(temperature)))
        };
        PARTS_OF_DAY.iter().filter_map(part).collect()
    };
    let mut temp = parts_of_day(|conditions| conditions.temperature);
    let feels_like = parts_of_day(|conditions| conditions.feels_like.or(conditions.temperature));
    temp.insert("min".to_owned(), writer.units.temperature(day.temperature_min));
    temp.insert("max".to_owned(), writer.units.temperature(day.temperature_max));
    let mut entry = Value::from(writer.values(&Conditions { time: noon, ..at_noon.clone() }));
    entry["temp"] = temp.into();
    entry["feels_like"] = feels_like.into();
    entry["wind_speed"] = writer.units.speed(day.wind_speed_max);
    if day.wind_gust_max.is_some() {
        entry["wind_gust"] = writer.units.speed(day.wind_gust_max);
    }
    entry["uvi"] = plain(day.uv_index_max);
    entry["weather"] = json!([condition_entry(day.condition, None, true)]);
    entry["summary"] = format!("Expect a day of {}", day.condition.words()).into();
    entry["moon_phase"] = rounded(Some(Moon::at(noon).share_of_cycle()), 2);
    if let Some(chance) = day.precipitation_probability {
        entry["pop"] = rounded(Some(chance.percent() / 100.0), 4);
    }
    let sun = writer.weather.sun_day(day.date, &writer.sun);
    add_times(&mut entry, [("sunrise", sun.sunrise), ("sunset", sun.sunset)]);
    let [moonrise, moonset] = rise_and_set(writer.weather.coordinates(), begins, ends);
    add_times(&mut entry, [("moonrise", moonrise), ("moonset", moonset)]);
    add_precipitation(&mut entry, day.condition, day.precipitation, Value::from);
    Some(entry)
}

/// Adds the times that are known; as in One Call, the others are left out.
fn add_times(entry: &mut Value, times: [(&str, Option<Timestamp>); 2]) {
    for (name, time) in times {
        if let Some(time) = time {
            entry[name] = time.as_second().into();
        }
    }
}
