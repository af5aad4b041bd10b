//! The parts of a day as a list, for narrow terminals.

use super::{
    day_parts::{DayPartWeather, PartOfDay},
    pieces::{degrees, depth, speed},
};
use crate::text::{
    line::{Line, Style},
    options::TextOptions,
    values::percent,
};

/// The fewest free cells in which a condition is shown in words, as most would be cut off in fewer.
const MIN_WORDS_WIDTH: usize = 18;

/// Renders a line of units, then one line for each part.
pub fn rows(parts: &[DayPartWeather], options: &TextOptions, width: usize) -> Vec<Line> {
    let (units, glyphs) = (options.units, options.glyphs);
    let plain = |text: &str| Line::styled(Style::Plain, text);
    let units_line = row([
        plain("hours"),
        plain(units.temperature_unit()),
        plain("chance"),
        plain(units.depth_unit()),
        plain(units.speed_unit()),
    ]);
    let part_line = |part: &DayPartWeather| {
        let PartOfDay { from, until, .. } = part.part;
        let weather = &part.weather;
        let mut temperature = degrees(weather.temperature_min, units);
        if units.degrees(weather.temperature_min) != units.degrees(weather.temperature_max) {
            temperature.push(Style::Plain, "..");
            temperature.append(&degrees(weather.temperature_max, units));
        }
        let arrow = part.wind_direction.map_or("", |from| glyphs.wind(from));
        let mut wind = plain(&format!("{arrow} "));
        wind.append(&speed(weather.wind_speed_max, units));
        let mut line = row([
            plain(&format!("{from:02}-{until:02}")),
            temperature,
            plain(&percent(weather.precipitation_probability)),
            depth(weather.precipitation, units),
            wind,
        ]);
        line.push(Style::Plain, &format!(" {}", glyphs.condition(weather.condition, part.is_day)));
        if width >= line.cells() + MIN_WORDS_WIDTH {
            line.push(Style::Plain, &format!(" {}", weather.condition.words()));
        }
        line.at_most(width)
    };
    std::iter::once(units_line).chain(parts.iter().map(part_line)).collect()
}

/// Five columns, usually 35 cells wide.
fn row([hours, temperature, chance, amount, wind]: [Line; 5]) -> Line {
    const CELLS: [usize; 4] = [9, 7, 6, 6];
    let mut line = hours.exactly(5);
    for (column, cells) in [temperature, chance, amount, wind].into_iter().zip(CELLS) {
        line.append(&column.align_right(cells));
    }
    line
}
