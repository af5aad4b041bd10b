//! The forecast document: one block each for current, quarter-hourly, hourly and daily values.

use jiff::{
    SignedDuration, Timestamp, Unit,
    civil::Date,
    tz::{Offset, TimeZone},
};
use serde_json::{Map, Value, json};

use super::{
    super::place_weather::PlaceWeather,
    options::OpenMeteoOptions,
    variables::{DayValues, HourValues, Variable, VariableKind, day_variable, hour_variable, modern},
};
use crate::weather::{Conditions, ForecastStep, calendar::span, sun::SunPath};

/// The length of the interval, in seconds, over which current precipitation is summed: the last hour.
const CURRENT_INTERVAL: i64 = 3600;

const ONE_HOUR: SignedDuration = SignedDuration::from_hours(1);
const QUARTER_HOUR: SignedDuration = SignedDuration::from_mins(15);

/// The document for a request.
pub(super) fn document(options: &OpenMeteoOptions, mut weather: PlaceWeather) -> Value {
    // As at Open-Meteo, the current offset from UTC holds for the whole document.
    let offset = weather.zone.rules.to_offset(weather.now);
    weather.zone.rules = TimeZone::fixed(offset);
    let (first, last) = options.days.range(weather.today());
    let table = ForecastTable { options, weather: &weather, offset, first, last, sun: weather.sun(first, last) };
    let at = weather.at();
    let mut document = json!({
        "latitude": at.latitude(),
        "longitude": at.longitude(),
        "generationtime_ms": 0.0,
        "utc_offset_seconds": offset.seconds(),
        "timezone": weather.zone.name,
        "timezone_abbreviation": abbreviation(offset),
        "elevation": 0.0,
    });
    let blocks = [
        (options.current_weather, "current_weather", table.current_weather()),
        (!options.current.is_empty(), "current", table.current()),
        (!options.minutely.is_empty(), "minutely_15", table.columns(&options.minutely, QUARTER_HOUR)),
        (!options.hourly.is_empty(), "hourly", table.columns(&options.hourly, ONE_HOUR)),
        (!options.daily.is_empty(), "daily", table.daily()),
    ];
    for (is_wanted, name, (units, values)) in blocks {
        if is_wanted {
            document[format!("{name}_units")] = units.into();
            document[name] = values.into();
        }
    }
    document
}

/// The blocks of one document, each as its units and its values.
struct ForecastTable<'a> {
    options: &'a OpenMeteoOptions,
    weather: &'a PlaceWeather,
    offset: Offset,
    first: Date,
    last: Date,
    sun: SunPath,
}

type UnitsAndValues = (Map<String, Value>, Map<String, Value>);

impl ForecastTable<'_> {
    fn time(&self, time: Timestamp) -> Value {
        if self.options.is_unix_time {
            return time.as_second().into();
        }
        self.offset.to_datetime(time).strftime("%Y-%m-%dT%H:%M").to_string().into()
    }

    fn units(&self) -> Map<String, Value> {
        let unit = self.options.units.name(VariableKind::Time, self.options.is_unix_time);
        Map::from_iter([("time".to_owned(), unit.into())])
    }

    fn write(&self, (kind, value): Variable) -> Value {
        #[expect(clippy::cast_possible_truncation, reason = "seconds of the calendar")]
        let instant = |seconds: f64| Timestamp::from_second(seconds as i64).ok();
        match kind {
            VariableKind::Time => value.and_then(instant).map_or(Value::Null, |time| self.time(time)),
            _ => self.options.units.write(kind, value),
        }
    }

    fn current_block(&self, names: &[(String, &str)]) -> UnitsAndValues {
        let current = &self.weather.current;
        let step = ForecastStep {
            conditions: Conditions::clone(current),
            hours: 1,
            precipitation_probability: None,
            temperature_min: None,
            temperature_max: None,
        };
        let hour = HourValues { at: Some(current), before: Some(&step), is_day: self.sun.is_up(current.time) };
        let (mut units, mut values) = (self.units(), Map::new());
        units.insert("interval".to_owned(), "seconds".into());
        values.insert("time".to_owned(), self.time(current.time));
        values.insert("interval".to_owned(), CURRENT_INTERVAL.into());
        for (name, variable) in names {
            let Some(value) = hour_variable(variable, &hour) else { continue };
            units.insert(name.clone(), self.options.units.name(value.0, self.options.is_unix_time).into());
            values.insert(name.clone(), self.write(value));
        }
        (units, values)
    }

    fn current(&self) -> UnitsAndValues {
        let modern: Vec<_> = self.options.current.iter().map(|name| modern(name)).collect();
        let names: Vec<_> = self.options.current.iter().cloned().zip(modern.iter().map(String::as_str)).collect();
        self.current_block(&names)
    }

    /// The block `current_weather`, which `current` replaced in 2023.
    fn current_weather(&self) -> UnitsAndValues {
        const NAMES: [(&str, &str); 5] = [
            ("temperature", "temperature_2m"),
            ("windspeed", "wind_speed_10m"),
            ("winddirection", "wind_direction_10m"),
            ("is_day", "is_day"),
            ("weathercode", "weather_code"),
        ];
        self.current_block(&NAMES.map(|(name, variable)| (name.to_owned(), variable)))
    }

    /// When columns begin and end, before both are rounded up to whole hours.
    fn time_range(&self) -> (Timestamp, Timestamp) {
        let now = self.weather.now;
        if let Some((past, ahead)) = self.options.hours {
            let hour = Timestamp::from_second(now.as_second().div_euclid(3600) * 3600).unwrap_or(now);
            return (hour - SignedDuration::from_hours(past), hour + SignedDuration::from_hours(ahead));
        }
        let instants = |date| span(date, &self.weather.zone.rules).unwrap_or((now, now));
        (instants(self.first).0, instants(self.last).1)
    }

    fn columns(&self, names: &[String], every: SignedDuration) -> UnitsAndValues {
        let (from, until) = self.time_range();
        let hour = |time: Timestamp| {
            let round = jiff::TimestampRound::new().smallest(Unit::Hour).mode(jiff::RoundMode::Ceil);
            time.round(round).unwrap_or(time)
        };
        let times: Vec<_> = std::iter::successors(Some(hour(from)), |time| time.checked_add(every).ok())
            .take_while(|time| *time < hour(until))
            .collect();
        let hours = &self.weather.hours;
        let hour_from = |time| hours.binary_search_by_key(&time, ForecastStep::time).ok().map(|n| &hours[n]);
        let rows: Vec<_> = times
            .iter()
            .map(|time| HourValues {
                at: hour_from(*time).map(|step| &step.conditions),
                before: time.checked_sub(ONE_HOUR).ok().and_then(hour_from),
                is_day: self.sun.is_up(*time),
            })
            .collect();
        let (mut units, mut values) = (self.units(), Map::new());
        values.insert("time".to_owned(), times.iter().map(|time| self.time(*time)).collect());
        for name in names {
            let variable = modern(name);
            let column: Vec<_> = rows.iter().filter_map(|row| hour_variable(&variable, row)).collect();
            // For quarters of an hour, only whether it is day is known.
            let is_known = every == ONE_HOUR || variable == "is_day";
            let kind = column.first().map_or(VariableKind::Plain, |(kind, _)| *kind);
            units.insert(name.clone(), self.options.units.name(kind, self.options.is_unix_time).into());
            let column = column.into_iter().map(|(kind, value)| self.write((kind, value.filter(|_| is_known))));
            values.insert(name.clone(), column.collect());
        }
        (units, values)
    }

    fn daily(&self) -> UnitsAndValues {
        let dates: Vec<_> =
            self.first.series(jiff::Span::new().days(1)).take_while(|date| *date <= self.last).collect();
        let days: Vec<_> = dates.iter().map(|date| self.weather.day(*date, &self.sun)).collect();
        let rows: Vec<_> = dates
            .iter()
            .zip(&days)
            .map(|(date, day)| DayValues {
                day: day.as_ref(),
                hours: self.weather.hours_of(*date),
                sun: self.weather.sun_day(*date, &self.sun),
            })
            .collect();
        let (mut units, mut values) = (self.units(), Map::new());
        values.insert("time".to_owned(), dates.iter().map(|date| self.date(*date)).collect());
        for name in &self.options.daily {
            let variable = modern(name);
            let column: Vec<_> = rows.iter().filter_map(|row| day_variable(&variable, row)).collect();
            let kind = column.first().map_or(VariableKind::Plain, |(kind, _)| *kind);
            units.insert(name.clone(), self.options.units.name(kind, self.options.is_unix_time).into());
            values.insert(name.clone(), column.into_iter().map(|value| self.write(value)).collect());
        }
        (units, values)
    }

    fn date(&self, date: Date) -> Value {
        let midnight = span(date, &self.weather.zone.rules).map(|(begins, _)| begins.as_second());
        if self.options.is_unix_time { midnight.into() } else { date.to_string().into() }
    }
}

fn abbreviation(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    let (hours, rest) = ((minutes / 60).abs(), (minutes % 60).abs());
    let sign = if minutes < 0 { "-" } else { "+" };
    match (hours, rest) {
        (0, 0) => "GMT".to_owned(),
        (_, 0) => format!("GMT{sign}{hours}"),
        _ => format!("GMT{sign}{hours}:{rest:02}"),
    }
}
