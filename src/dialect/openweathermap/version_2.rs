//! Current weather and the five-day forecast of version 2.5.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use super::{
    super::{
        number::{rounded, whole},
        place_weather::hours_between,
    },
    conditions::condition_entry,
    entries::{OwmWriter, add_precipitation, add_visibility},
};
use crate::weather::{Conditions, ForecastStep, Length, Percentage};

/// The hours between two items of the five-day forecast.
const ITEM_HOURS: i64 = 3;
const ITEM: SignedDuration = SignedDuration::from_hours(ITEM_HOURS);

pub(super) fn current_document(writer: &OwmWriter<'_>) -> Value {
    let current = &writer.current;
    let (sunrise, sunset) = writer.sunrise_and_sunset();
    let mut document = json!({
        "coord": writer.coord(),
        "weather": [writer.condition(current)],
        "base": "stations",
        "main": writer.main(current, current.temperature, current.temperature),
        "wind": writer.wind(current),
        "clouds": {"all": whole(current.cloud_cover.map(Percentage::percent))},
        "dt": current.time.as_second(),
        "sys": {"country": writer.country(), "sunrise": sunrise, "sunset": sunset},
        "timezone": writer.offset(),
        "id": 0,
        "name": writer.name(),
        "cod": 200,
    });
    add_visibility(&mut document, current);
    add_precipitation(&mut document, current.condition, current.precipitation, |amount| json!({"1h": amount}));
    document
}

pub(super) fn five_days(writer: &OwmWriter<'_>) -> Value {
    let seconds = 3600 * ITEM_HOURS;
    let next = (writer.weather.now.as_second().div_euclid(seconds) + 1) * seconds;
    let times = (0..writer.options.count).filter_map(|n| Timestamp::from_second(next + n * seconds).ok());
    let list: Vec<_> = times.map_while(|time| item(writer, time)).collect();
    let (sunrise, sunset) = writer.sunrise_and_sunset();
    json!({
        "cod": "200",
        "message": 0,
        "cnt": list.len(),
        "list": list,
        "city": {
            "id": 0,
            "name": writer.name(),
            "coord": writer.coord(),
            "country": writer.country(),
            "population": writer.weather.place.population.unwrap_or_default(),
            "timezone": writer.offset(),
            "sunrise": sunrise,
            "sunset": sunset,
        },
    })
}

/// The conditions at a time, with the sky, the precipitation and its probability of the three hours before it; `None`
/// beyond the end of the forecast. At the very end, the conditions are those of the last hour.
fn item(writer: &OwmWriter<'_>, time: Timestamp) -> Option<Value> {
    let before = hours_between(&writer.hours, time.checked_sub(ITEM).ok()?, time);
    let after = hours_between(&writer.hours, time, time.checked_add(ITEM).ok()?);
    let hour = after.first().or(before.last())?;
    let known = |value: fn(&ForecastStep) -> Option<f64>| before.iter().filter_map(value);
    let amounts = known(|hour| hour.conditions.precipitation.map(Length::millimetres));
    let precipitation = amounts.reduce(|sum, amount| sum + amount).map(Length::from_millimetres);
    let chance = known(|hour| hour.precipitation_probability.map(Percentage::percent)).reduce(f64::max);
    let worst = &before.iter().max_by_key(|hour| hour.conditions.condition).unwrap_or(hour).conditions;
    let conditions = Conditions { time, ..hour.conditions.clone() };
    let steps = &writer.weather.forecast.steps;
    let step = steps.binary_search_by_key(&time, ForecastStep::time).ok().map(|n| &steps[n]);
    let min = step.and_then(|step| step.temperature_min).or(conditions.temperature);
    let max = step.and_then(|step| step.temperature_max).or(conditions.temperature);
    let is_day = writer.sun.is_up(time);
    let mut item = json!({
        "dt": time.as_second(),
        "main": writer.main(&conditions, min, max),
        "weather": [condition_entry(worst.condition, worst.description.as_deref(), is_day)],
        "clouds": {"all": whole(conditions.cloud_cover.map(Percentage::percent))},
        "wind": writer.wind(&conditions),
        "sys": {"pod": if is_day { "d" } else { "n" }},
        "dt_txt": TimeZone::UTC.to_datetime(time).strftime("%Y-%m-%d %H:%M:%S").to_string(),
    });
    item["main"]["temp_kf"] = 0.into();
    if let Some(chance) = chance {
        item["pop"] = rounded(Some(chance / 100.0), 4);
    }
    add_visibility(&mut item, &conditions);
    add_precipitation(&mut item, worst.condition, precipitation, |amount| json!({"3h": amount}));
    Some(item)
}
