//! The parts of a day in boxes, side by side.

use super::{
    day_parts::{DayPartWeather, PartOfDay},
    pieces::{precipitation, range, speed},
};
use crate::text::{
    drawings::{DRAWING_CELLS, DRAWING_LINES, drawing},
    glyphs::GlyphSet,
    line::{Line, Style},
    options::TextOptions,
};

/// The largest inner width of a box in cells: a wider one would only have more empty space.
const MAX_INNER_WIDTH: usize = 40;

/// The characters that boxes are drawn with.
struct Frame {
    horizontal: &'static str,
    vertical: &'static str,
    top: [&'static str; 3],
    bottom: [&'static str; 3],
}

const LINES: Frame =
    Frame { horizontal: "─", vertical: "│", top: ["┌", "┬", "┐"], bottom: ["└", "┴", "┘"] };
const ASCII: Frame = Frame { horizontal: "-", vertical: "|", top: ["+", "+", "+"], bottom: ["+", "+", "+"] };

/// Renders the parts as boxes. Their width is that of `columns` boxes, even if fewer parts of the day are left.
pub fn boxes(parts: &[DayPartWeather], options: &TextOptions, columns: usize, width: usize) -> Vec<Line> {
    let inside = ((width - columns - 1) / columns).min(MAX_INNER_WIDTH);
    let (frame, dash) = if options.glyphs == GlyphSet::Ascii { (ASCII, "-") } else { (LINES, "–") };
    let title = |PartOfDay { name, from, until }: &PartOfDay| format!(" {name} {from:02}{dash}{until:02} ");
    let titles: Vec<_> = parts.iter().map(|part| title(part.part)).collect();
    let mut lines = vec![border(&frame, frame.top, &titles, inside)];
    let cells: Vec<_> = parts.iter().map(|part| cell(part, options, inside)).collect();
    lines.extend((0..DRAWING_LINES).map(|row| {
        let mut line = Line::styled(Style::Plain, frame.vertical);
        for cell in &cells {
            line.append(&cell[row]);
            line.push(Style::Plain, frame.vertical);
        }
        line
    }));
    lines.push(border(&frame, frame.bottom, &vec![String::new(); parts.len()], inside));
    lines
}

fn border(frame: &Frame, [left, between, right]: [&str; 3], titles: &[String], inside: usize) -> Line {
    let mut line = Line::styled(Style::Plain, left);
    for (n, title) in titles.iter().enumerate() {
        let mut edge = Line::styled(Style::Plain, frame.horizontal).with(Style::Plain, title).at_most(inside);
        let rest = inside - edge.cells();
        edge.push(Style::Plain, &frame.horizontal.repeat(rest));
        line.append(&edge);
        line.push(Style::Plain, if n + 1 == titles.len() { right } else { between });
    }
    line
}

fn cell(part: &DayPartWeather, options: &TextOptions, inside: usize) -> [Line; DRAWING_LINES] {
    let (weather, units) = (&part.weather, options.units);
    let arrow = part.wind_direction.map_or(String::new(), |from| format!("{} ", options.glyphs.wind(from)));
    let mut wind = Line::styled(Style::Plain, &arrow);
    wind.append(&speed(weather.wind_speed_max, units));
    wind.push(Style::Plain, &format!(" {}", units.speed_unit()));
    let texts = [
        Line::styled(Style::Plain, weather.condition.words()),
        range(weather.temperature_min, weather.temperature_max, units),
        wind,
        precipitation(weather.precipitation_probability, weather.precipitation, units),
    ];
    let mut drawing = drawing(weather.condition, part.is_day).into_iter();
    texts.map(|text| {
        let mut line = drawing.next().unwrap_or_default();
        line.push(Style::Plain, " ");
        line.append(&text.at_most(inside - DRAWING_CELLS - 1));
        line.exactly(inside)
    })
}
