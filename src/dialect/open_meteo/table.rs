//! The forecast document: one block each for current, quarter-hourly, hourly and daily values.

use jiff::{
    SignedDuration, Timestamp, Unit,
    civil::Date,
    tz::{Offset, TimeZone},
};
use serde_json::{Map, Value, json};

use super::{
    super::place_weather::PlaceWeather,
    options::{HourRange, OpenMeteoOptions},
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
    let (first, last) = options.days.bounds(weather.today());
    let table = ForecastTable { options, weather: &weather, offset, first, last, sun: weather.sun(first, last) };
    let coordinates = weather.coordinates();
    let mut document = json!({
        "latitude": coordinates.latitude(),
        "longitude": coordinates.longitude(),
        "generationtime_ms": 0.0,
        "utc_offset_seconds": offset.seconds(),
        "timezone": weather.zone.name,
        "timezone_abbreviation": abbreviation(offset),
        "elevation": 0.0,
    });
    let mut add = |name: &str, block: Block| {
        document[format!("{name}_units")] = block.units.into();
        document[name] = block.values.into();
    };
    if options.current_weather {
        add("current_weather", table.current_weather());
    }
    if !options.current.is_empty() {
        add("current", table.current());
    }
    if !options.minutely.is_empty() {
        add("minutely_15", table.columns(&options.minutely, QUARTER_HOUR));
    }
    if !options.hourly.is_empty() {
        add("hourly", table.columns(&options.hourly, ONE_HOUR));
    }
    if !options.daily.is_empty() {
        add("daily", table.daily());
    }
    document
}

/// The weather from which the blocks of one document are made.
struct ForecastTable<'a> {
    options: &'a OpenMeteoOptions,
    weather: &'a PlaceWeather,
    offset: Offset,
    first: Date,
    last: Date,
    sun: SunPath,
}

/// A block of a document: its values, and their units under the same names.
struct Block {
    units: Map<String, Value>,
    values: Map<String, Value>,
}

impl ForecastTable<'_> {
    fn time(&self, time: Timestamp) -> Value {
        if self.options.is_unix_time {
            return time.as_second().into();
        }
        self.offset.to_datetime(time).strftime("%Y-%m-%dT%H:%M").to_string().into()
    }

    /// The name of the unit of a kind of variable.
    fn unit(&self, kind: VariableKind) -> Value {
        self.options.units.name(kind, self.options.is_unix_time).into()
    }

    /// A block that has only a member `time`.
    fn block_with_time(&self, time: Value) -> Block {
        let member = |value| Map::from_iter([("time".to_owned(), value)]);
        Block { units: member(self.unit(VariableKind::Time)), values: member(time) }
    }

    fn write(&self, Variable { kind, value }: Variable) -> Value {
        #[expect(clippy::cast_possible_truncation, reason = "seconds of the calendar")]
        let instant = |seconds: f64| Timestamp::from_second(seconds as i64).ok();
        match kind {
            VariableKind::Time => value.and_then(instant).map_or(Value::Null, |time| self.time(time)),
            _ => self.options.units.write(kind, value),
        }
    }

    /// A block of current values, given their names and the modern spellings of those.
    fn current_block<'n>(&self, names: impl IntoIterator<Item = (&'n str, String)>) -> Block {
        let current = &self.weather.current;
        let step = ForecastStep {
            conditions: Conditions::clone(current),
            hours: 1,
            precipitation_probability: None,
            temperature_min: None,
            temperature_max: None,
        };
        let is_day = self.sun.is_up(current.time);
        let hour = HourValues { conditions: Some(current), hour_before: Some(&step), is_day };
        let mut block = self.block_with_time(self.time(current.time));
        block.units.insert("interval".to_owned(), "seconds".into());
        block.values.insert("interval".to_owned(), CURRENT_INTERVAL.into());
        for (name, modern_name) in names {
            let Some(variable) = hour_variable(&modern_name, &hour) else { continue };
            block.units.insert(name.to_owned(), self.unit(variable.kind));
            block.values.insert(name.to_owned(), self.write(variable));
        }
        block
    }

    fn current(&self) -> Block {
        self.current_block(self.options.current.iter().map(|name| (name.as_str(), modern(name))))
    }

    /// The block `current_weather`, which `current` replaced in 2023.
    fn current_weather(&self) -> Block {
        const NAMES: [(&str, &str); 5] = [
            ("temperature", "temperature_2m"),
            ("windspeed", "wind_speed_10m"),
            ("winddirection", "wind_direction_10m"),
            ("is_day", "is_day"),
            ("weathercode", "weather_code"),
        ];
        self.current_block(NAMES.map(|(name, modern_name)| (name, modern_name.to_owned())))
    }

    /// When columns begin and end, before both are rounded up to whole hours.
    fn time_range(&self) -> (Timestamp, Timestamp) {
        let now = self.weather.now;
        if let Some(HourRange { past, ahead }) = self.options.hours {
            let hour = Timestamp::from_second(now.as_second().div_euclid(3600) * 3600).unwrap_or(now);
            return (hour - SignedDuration::from_hours(past), hour + SignedDuration::from_hours(ahead));
        }
        let span_of = |date| span(date, &self.weather.zone.rules).unwrap_or((now, now));
        let ((begins, _), (_, ends)) = (span_of(self.first), span_of(self.last));
        (begins, ends)
    }

    /// A block of columns with one value for each hour or quarter of an hour.
    fn columns(&self, names: &[String], every: SignedDuration) -> Block {
        let (from, until) = self.time_range();
        let whole_hour = |time: Timestamp| {
            let rounding = jiff::TimestampRound::new().smallest(Unit::Hour).mode(jiff::RoundMode::Ceil);
            time.round(rounding).unwrap_or(time)
        };
        let times: Vec<_> = std::iter::successors(Some(whole_hour(from)), |time| time.checked_add(every).ok())
            .take_while(|time| *time < whole_hour(until))
            .collect();
        let hours = &self.weather.hours;
        let hour_at = |time| hours.binary_search_by_key(&time, ForecastStep::time).ok().map(|n| &hours[n]);
        let rows: Vec<_> = times
            .iter()
            .map(|time| HourValues {
                conditions: hour_at(*time).map(|step| &step.conditions),
                hour_before: time.checked_sub(ONE_HOUR).ok().and_then(hour_at),
                is_day: self.sun.is_up(*time),
            })
            .collect();
        let mut block = self.block_with_time(times.iter().map(|time| self.time(*time)).collect());
        for name in names {
            let modern_name = modern(name);
            // For quarters of an hour, only whether it is day is known.
            let is_known = every == ONE_HOUR || modern_name == "is_day";
            let known = |variable: Variable| Variable { value: variable.value.filter(|_| is_known), ..variable };
            let column = rows.iter().filter_map(|row| hour_variable(&modern_name, row)).map(known).collect();
            self.add_column(&mut block, name, column);
        }
        block
    }

    fn add_column(&self, block: &mut Block, name: &str, column: Vec<Variable>) {
        let kind = column.first().map_or(VariableKind::Plain, |variable| variable.kind);
        block.units.insert(name.to_owned(), self.unit(kind));
        block.values.insert(name.to_owned(), column.into_iter().map(|variable| self.write(variable)).collect());
    }

    fn daily(&self) -> Block {
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
        let mut block = self.block_with_time(dates.iter().map(|date| self.date(*date)).collect());
        for name in &self.options.daily {
            let modern_name = modern(name);
            let column = rows.iter().filter_map(|row| day_variable(&modern_name, row)).collect();
            self.add_column(&mut block, name, column);
        }
        block
    }

    fn date(&self, date: Date) -> Value {
        let midnight = span(date, &self.weather.zone.rules).map(|(begins, _)| begins.as_second());
        if self.options.is_unix_time { midnight.into() } else { date.to_string().into() }
    }
}

/// An offset from UTC as a name, such as `GMT+5:30`.
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
