//! The parts in which a day is shown.

use crate::{
    text::report::TextReport,
    weather::{Day, Direction},
};

/// A part of a day: its name, and the full hours at which it begins and ends.
pub struct PartOfDay {
    pub name: &'static str,
    pub from: i8,
    pub until: i8,
}

const QUARTERS: [PartOfDay; 4] = [
    PartOfDay { name: "Night", from: 0, until: 6 },
    PartOfDay { name: "Morning", from: 6, until: 12 },
    PartOfDay { name: "Afternoon", from: 12, until: 18 },
    PartOfDay { name: "Evening", from: 18, until: 24 },
];

const HALVES: [PartOfDay; 2] =
    [PartOfDay { name: "Morning", from: 0, until: 12 }, PartOfDay { name: "Afternoon", from: 12, until: 24 }];

/// The four or two parts of a day.
pub fn parts_of_day(count: usize) -> &'static [PartOfDay] {
    if count == QUARTERS.len() { &QUARTERS } else { &HALVES }
}

/// The weather in a part of a day that is not over.
pub struct DayPartWeather {
    pub part: &'static PartOfDay,
    pub weather: Day,
    /// The direction of its strongest wind.
    pub wind_direction: Option<Direction>,
    /// Whether the sun is up in the middle of it.
    pub is_day: bool,
}

impl DayPartWeather {
    /// `None` if the part is over or unknown.
    pub fn new(report: &TextReport, day: &Day, part: &'static PartOfDay) -> Option<Self> {
        let PartOfDay { from, until, .. } = *part;
        let mut weather = report.part_of_day(day.date, from, until)?;
        weather.condition = report.worst_condition(day.date, from, until).unwrap_or(weather.condition);
        let windiest = report.windiest(day.date, from, until);
        let middle = report.zone.to_timestamp(day.date.at(i8::midpoint(from, until), 0, 0, 0)).ok();
        Some(Self {
            part,
            weather,
            wind_direction: windiest.and_then(|step| step.conditions.wind_direction),
            is_day: middle.is_some_and(|middle| report.is_day(middle)),
        })
    }
}
