//! The parts in which a day is shown.

use crate::{
    text::report::TextReport,
    weather::{Day, Direction},
};

/// The parts of a day: the name of each, and the full hours at which it begins and ends.
pub fn parts_of_day(count: usize) -> impl Iterator<Item = (&'static str, i8, i8)> {
    let parts = if count == 4 {
        &[("Night", 0, 6), ("Morning", 6, 12), ("Afternoon", 12, 18), ("Evening", 18, 24)][..]
    } else {
        &[("Morning", 0, 12), ("Afternoon", 12, 24)]
    };
    parts.iter().copied()
}

/// A part of a day that is not over.
pub struct DayPartText {
    pub name: &'static str,
    /// The full hours at which it begins and ends.
    pub hours: (i8, i8),
    pub weather: Day,
    /// The direction of its strongest wind.
    pub wind_direction: Option<Direction>,
    /// Whether the sun is up in the middle of it.
    pub is_day: bool,
}

impl DayPartText {
    pub fn of(report: &TextReport, day: &Day, (name, from, until): (&'static str, i8, i8)) -> Option<Self> {
        let mut weather = report.part_of_day(day.date, from, until)?;
        weather.condition = report.worst_condition(day.date, from, until).unwrap_or(weather.condition);
        let windiest = report.windiest(day.date, from, until);
        let middle = report.zone.to_timestamp(day.date.at(i8::midpoint(from, until), 0, 0, 0)).ok();
        Some(Self {
            name,
            hours: (from, until),
            weather,
            wind_direction: windiest.and_then(|step| step.conditions.wind_direction),
            is_day: middle.is_some_and(|middle| report.is_day(middle)),
        })
    }
}
