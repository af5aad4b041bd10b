//! The document, with its blocks for the current weather, minutes and hours.

use serde_json::{Value, json};

use super::{
    super::{
        missing_values::{complete_current, complete_hours},
        number::whole,
        place_weather::{Minute, PlaceWeather, minutes_ahead},
    },
    days,
    entries::{IsKind, Members, PirateWriter, block, capitalized, description, is_liquid, total},
    options::{BLOCKS, PirateOptions},
    units::UNKNOWN,
};
use crate::weather::{Condition, Conditions, ForecastStep, outlook::outlook};

/// The document for a request.
pub(super) fn document(options: &PirateOptions, weather: &PlaceWeather) -> Value {
    let today = weather.today();
    let sun = weather.sun(today, today.saturating_add(jiff::Span::new().days(9)));
    let hours = complete_hours(&weather.hours, &sun);
    let current = complete_current(&weather.current, &hours, &sun);
    let writer = PirateWriter { options, weather, sun, hours, current };
    let offset = weather.zone.rules.to_offset(weather.now);
    let mut document = json!({
        "latitude": weather.coordinates().latitude(),
        "longitude": weather.coordinates().longitude(),
        "timezone": weather.zone.name,
        "offset": f64::from(offset.seconds()) / 3600.0,
        "elevation": 0,
    });
    for block in BLOCKS.iter().filter(|block| !options.excluded.contains(block)) {
        document[*block] = match *block {
            "currently" => currently(&writer),
            "minutely" => minutely(&writer),
            "hourly" => hourly(&writer),
            "daily" => days::daily(&writer),
            "alerts" => json!([]),
            _ => flags(&writer),
        };
    }
    if options.has_day_night {
        document["day_night"] = days::day_night(&writer);
    }
    document
}

fn currently(writer: &PirateWriter<'_>) -> Value {
    let Conditions { time, condition, .. } = writer.current;
    let first = writer.hours_ahead().first();
    let intensity = writer.current.precipitation.or_else(|| first?.conditions.precipitation);
    // The same chance as in the first minute of `minutely`: certain while it rains although none was forecast.
    let minute = minutes_ahead(writer.hours_ahead(), &writer.current, writer.weather.window.as_of).next();
    let mut entry = writer.summary(time, condition, description(&writer.current));
    add_storm(&mut entry);
    entry.extend(writer.precipitation(intensity, minute.and_then(|minute| minute.chance), condition));
    entry.insert("precipIntensityError".to_owned(), UNKNOWN.into());
    entry.extend(writer.values(&writer.current));
    if writer.options.has_newer_keys {
        let today = writer.hours_of(writer.weather.today());
        let precipitation = |is_kind: IsKind| writer.options.units.accumulation(Some(total(today, is_kind)));
        entry.insert("currentDayIce".to_owned(), precipitation(Condition::is_ice));
        entry.insert("currentDayLiquid".to_owned(), precipitation(is_liquid));
        entry.insert("currentDaySnow".to_owned(), precipitation(Condition::is_snow));
    }
    entry.into()
}

fn minutely(writer: &PirateWriter<'_>) -> Value {
    let minutes = minutes_ahead(writer.hours_ahead(), &writer.current, writer.weather.window.as_of);
    let minutes = minutes.map(|Minute { time, precipitation, chance, condition }| {
        let mut minute = Members::from_iter([("time".to_owned(), time.as_second().into())]);
        minute.extend(writer.precipitation(precipitation, chance, condition));
        minute.insert("precipIntensityError".to_owned(), UNKNOWN.into());
        Value::from(minute)
    });
    let words = format!("{} for the hour.", capitalized(description(&writer.current)));
    block(&words, writer.current.condition, writer.sun.is_up(writer.current.time), minutes.collect())
}

fn hourly(writer: &PirateWriter<'_>) -> Value {
    let hours = &writer.hours_ahead()[..writer.hours_ahead().len().min(writer.options.hours)];
    let outlook = outlook(&writer.weather.forecast, &writer.weather.zone.rules, writer.weather.now);
    let worst = hours.iter().take(24).map(|hour| hour.conditions.condition).max().unwrap_or(Condition::Unknown);
    let words = outlook.map_or_else(|| format!("{}.", capitalized(worst.words())), |outlook| outlook.sentence);
    block(&words, worst, true, hours.iter().map(|hour| hour_entry(writer, hour)).collect())
}

fn hour_entry(writer: &PirateWriter<'_>, hour: &ForecastStep) -> Value {
    let conditions = &hour.conditions;
    let mut entry = writer.summary(conditions.time, conditions.condition, description(conditions));
    entry.extend(writer.precipitation(conditions.precipitation, hour.precipitation_probability, conditions.condition));
    entry.insert("precipIntensityError".to_owned(), UNKNOWN.into());
    entry.insert("precipAccumulation".to_owned(), writer.options.units.accumulation(conditions.precipitation));
    entry.extend(writer.values(conditions));
    add_storm(&mut entry);
    writer.add_accumulations(&mut entry, std::slice::from_ref(hour));
    entry.into()
}

fn flags(writer: &PirateWriter<'_>) -> Value {
    let sources: Vec<_> = writer.weather.sources.iter().map(|source| source.name).collect();
    json!({
        "sources": sources,
        "sourceTimes": {},
        "nearest-station": 0,
        "units": writer.options.units.name(),
        "version": concat!("weather-app ", env!("CARGO_PKG_VERSION")),
    })
}

/// Adds the nearest storm, which is never known here.
fn add_storm(entry: &mut Members) {
    entry.insert("nearestStormDistance".to_owned(), UNKNOWN.into());
    entry.insert("nearestStormBearing".to_owned(), whole(Some(UNKNOWN)));
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::{
        dialect::{
            query::DialectQuery,
            tests::{now, place_weather, this_hour},
        },
        weather::{Forecast, Length, Percentage},
    };

    #[test]
    fn rain_that_was_not_forecast_has_the_same_chance_now_as_in_the_first_minute() {
        let conditions = |condition, millimetres, time| Conditions {
            condition,
            precipitation: Some(Length::from_millimetres(millimetres)),
            ..Conditions::unknown_at(time)
        };
        let hour = |n| ForecastStep {
            conditions: conditions(Condition::Overcast, 0.0, this_hour() + SignedDuration::from_hours(n)),
            hours: 1,
            precipitation_probability: Some(Percentage::from_percent(10.0)),
            temperature_min: None,
            temperature_max: None,
        };
        let forecast = Forecast { steps: (0..30).map(hour).collect(), ..Forecast::default() };
        let weather = place_weather("Europe/London", conditions(Condition::Rain, 1.5, now()), forecast);
        let options = PirateOptions::parse(&DialectQuery::parse("units=si").unwrap(), None).unwrap();
        let document = document(&options, &weather);
        let minute = &document["minutely"]["data"][0];
        for name in ["precipIntensity", "precipProbability", "precipType"] {
            assert_eq!(document["currently"][name], minute[name], "{name}");
        }
        assert_eq!(minute["precipProbability"].as_f64(), Some(1.0));
    }
}
