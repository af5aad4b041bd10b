//! The forecast document: one block each for current, quarter-hourly, hourly and daily values.

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime},
    tz::{Offset, TimeZone},
};
use serde_json::{Map, Value, json};

use super::{
    super::place_weather::{PlaceWeather, hours_ahead},
    options::{OpenMeteoOptions, TimeRange},
    variables::{DayValues, HourValues, Variable, VariableKind, day_variable, hour_variable, modern},
};
use crate::weather::{Conditions, Day, ForecastStep, calendar::span, sun::SunPath};

/// The length of the interval, in seconds, over which current precipitation is summed: the last hour.
const CURRENT_INTERVAL: i64 = SECONDS_PER_HOUR;

/// The daily variables that need no forecast.
const SUN_VARIABLES: [&str; 3] = ["sunrise", "sunset", "daylight_duration"];

const SECONDS_PER_HOUR: i64 = 3600;

const ONE_HOUR: SignedDuration = SignedDuration::from_hours(1);
const QUARTER_HOUR: SignedDuration = SignedDuration::from_mins(15);

/// The document for a request.
pub(super) fn document(options: &OpenMeteoOptions, mut weather: PlaceWeather) -> Value {
    // As with Open-Meteo, the current offset from UTC holds for the whole document.
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
        add("minutely_15", table.columns(&options.minutely, options.quarters, QUARTER_HOUR));
    }
    if !options.hourly.is_empty() {
        add("hourly", table.columns(&options.hourly, options.hours, ONE_HOUR));
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

    /// A block of current values, from their names as requested and in modern spelling.
    fn current_block<'n>(&self, names: impl IntoIterator<Item = (&'n str, String)>) -> Block {
        let current = &self.weather.current;
        let step = ForecastStep {
            conditions: Conditions::clone(current),
            hours: 1,
            // Reports of the current weather have no probability, so that of the hour under way is used.
            precipitation_probability: hours_ahead(&self.weather.hours, self.weather.now)
                .first()
                .and_then(|hour| hour.precipitation_probability),
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

    /// The part of the offset that is less than an hour, as in India or Newfoundland. As with Open-Meteo, the full
    /// hours of local time there have the values of full hours in UTC: 00:00 at +05:30, 18:30 in UTC, has those of
    /// 19:00 in UTC (`getTimerange2` of <https://github.com/open-meteo/open-meteo>).
    fn shift(&self) -> SignedDuration {
        SignedDuration::from_secs(i64::from(self.offset.seconds()) % SECONDS_PER_HOUR)
    }

    /// The start and the end of columns that have one value per `every`.
    fn time_range(&self, range: Option<TimeRange>, every: SignedDuration) -> (Timestamp, Timestamp) {
        let now = self.weather.now;
        match range {
            None => {
                let span_of = |date| span(date, &self.weather.zone.rules).unwrap_or((now, now));
                (span_of(self.first).0, span_of(self.last).1)
            }
            Some(TimeRange::AroundNow { past, ahead }) => {
                let (every, shift) = (every.as_secs(), self.shift().as_secs());
                let under_way = now.as_second().div_euclid(every) * every - shift % every;
                let at = |steps: i64| Timestamp::from_second(under_way + steps * every).unwrap_or(now);
                (at(-past), at(ahead))
            }
            Some(TimeRange::Between { first, last }) => {
                let at = |local: DateTime| self.offset.to_timestamp(local).unwrap_or(now);
                (at(first), at(last).saturating_add(every).unwrap_or(now))
            }
        }
    }

    /// A block of columns with one value for each hour or quarter of an hour.
    fn columns(&self, names: &[String], range: Option<TimeRange>, every: SignedDuration) -> Block {
        let (from, until) = self.time_range(range, every);
        let times: Vec<_> = std::iter::successors(Some(from), |time| time.checked_add(every).ok())
            .take_while(|time| *time < until)
            .collect();
        let hours = &self.weather.hours;
        let hour_at = |time| hours.binary_search_by_key(&time, ForecastStep::time).ok().map(|n| &hours[n]);
        let shift = self.shift();
        let rows: Vec<_> = times
            .iter()
            .map(|time| HourValues {
                conditions: time.checked_add(shift).ok().and_then(hour_at).map(|step| &step.conditions),
                hour_before: time.checked_add(shift - ONE_HOUR).ok().and_then(hour_at),
                is_day: self.sun.is_up(*time),
            })
            .collect();
        let mut block = self.block_with_time(times.iter().map(|time| self.time(*time)).collect());
        for name in names {
            let modern_name = modern(name);
            // For quarter-hours, only `is_day` is known.
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
        let rows = &rows[..self.known_days(&days)];
        let mut block = self.block_with_time(dates[..rows.len()].iter().map(|date| self.date(*date)).collect());
        for name in &self.options.daily {
            let modern_name = modern(name);
            let column = rows.iter().filter_map(|row| day_variable(&modern_name, row)).collect();
            self.add_column(&mut block, name, column);
        }
        block
    }

    /// The number of days up to the last one that the forecast covers: some clients refuse `null` in a day. All days if the
    /// request is only about the sun, or if no day is covered.
    fn known_days(&self, days: &[Option<Day>]) -> usize {
        let is_covered = |day: &Option<Day>| day.as_ref().is_some_and(|day| day.temperature_max.is_some());
        let is_about_the_sun = self.options.daily.iter().all(|name| SUN_VARIABLES.contains(&name.as_str()));
        let last = days.iter().rposition(is_covered).filter(|_| !is_about_the_sun);
        last.map_or(days.len(), |last| last + 1)
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
