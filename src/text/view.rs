//! The view of several lines: the current weather, and the days ahead in a layout that fits the width.

use jiff::Timestamp;

use super::{
    drawings::{DRAWING_CELLS, drawing},
    glyphs::UNKNOWN,
    line::{Line, Style, flow, to_text, wrap},
    options::{Heading, TextOptions},
    report::{Reported, TextReport},
    values::{TextUnits, number, percent, pressure},
};
use crate::weather::{Day, sun::Polar};

mod boxes;
mod day_parts;
mod list;
mod pieces;

use day_parts::{DayPartWeather, parts_of_day};
use pieces::{degrees, depth, precipitation, range, speed};

/// The smallest width, in cells, at which the parts of a day stand side by side.
const MIN_BOXES_WIDTH: usize = 72;

/// The smallest width, in cells, at which a day has four parts side by side.
const MIN_FOUR_COLUMNS_WIDTH: usize = 120;

/// The cells between a drawing and the text beside it.
const GAP: usize = 2;

/// Separates items that share a line.
const SEPARATOR: &str = "  ";

/// Renders the view.
pub fn view(report: &TextReport, options: &TextOptions, days: u8) -> String {
    let width = usize::from(options.layout.width);
    let mut lines = heading(report, options.layout.heading, width);
    lines.extend(stale(report, width));
    lines.extend(now(report, options, width));
    if let Some(outlook) = report.outlook() {
        lines.extend(wrap(Style::Bold, &outlook.sentence, width));
    }
    if days > 0 {
        lines.extend(ahead(report, options, usize::from(days), width));
    }
    lines.push(Line::new());
    lines.extend(sources(report, width));
    to_text(&lines, options.has_colour)
}

fn heading(report: &TextReport, heading: Heading, width: usize) -> Vec<Line> {
    let place = &report.place;
    let mut words = match heading {
        Heading::Full => "Weather in ".to_owned(),
        Heading::Place => String::new(),
        Heading::None => return Vec::new(),
    };
    let areas = [place.region.as_deref(), place.country.as_deref()].into_iter().flatten();
    let parts: Vec<_> = std::iter::once(&*place.name).chain(areas.filter(|area| *area != place.name)).collect();
    words.push_str(&parts.join(", "));
    words.extend(place.matched.iter().map(|matched| format!(" ({matched})")));
    let mut lines = wrap(Style::Bold, &words, width);
    lines.push(Line::new());
    lines
}

/// A warning if anything shown is stale.
fn stale(report: &TextReport, width: usize) -> Vec<Line> {
    if !report.is_stale() {
        return Vec::new();
    }
    let fetched_at = report.zone.to_datetime(report.current.fetched_at).strftime("%a %-d %b %Y, %H:%M");
    wrap(Style::Warning, &format!("! Not up to date: fetched on {fetched_at}."), width)
}

/// The current conditions beside their drawing.
fn now(report: &TextReport, options: &TextOptions, width: usize) -> Vec<Line> {
    let beside = width - DRAWING_CELLS - GAP;
    let mut texts =
        vec![Line::styled(Style::Plain, report.description()).at_most(beside), temperature(report, options.units)];
    texts.extend(flow(details(report, options), SEPARATOR, beside));
    let conditions = &report.current.value;
    let drawing = drawing(conditions.condition, report.is_day(conditions.time));
    let rows = texts.len().max(drawing.len());
    (0..rows)
        .map(|row| {
            let mut line = drawing.get(row).cloned().unwrap_or_default().exactly(DRAWING_CELLS + GAP);
            line.append(texts.get(row).unwrap_or(&Line::new()));
            line.at_most(width)
        })
        .collect()
}

/// The temperature and the apparent temperature.
fn temperature(report: &TextReport, units: TextUnits) -> Line {
    let conditions = &report.current.value;
    let mut line = degrees(conditions.temperature, units);
    line.push(Style::Plain, &format!(" {}, feels like ", units.temperature_unit()));
    line.append(&degrees(conditions.feels_like, units));
    line
}

/// The other current values, each with its name and unit.
fn details(report: &TextReport, options: &TextOptions) -> Vec<Line> {
    let (conditions, units) = (&report.current.value, options.units);
    let arrow = conditions.wind_direction.map_or(String::new(), |from| format!("{} ", options.glyphs.wind(from)));
    let mut wind = Line::styled(Style::Plain, &arrow);
    wind.append(&speed(conditions.wind_speed, units));
    wind.push(Style::Plain, &format!(" {}", units.speed_unit()));
    if conditions.wind_gust.is_some() {
        wind.push(Style::Plain, ", gusts ");
        wind.append(&speed(conditions.wind_gust, units));
    }
    let mut precipitation = Line::styled(Style::Plain, "precipitation ");
    precipitation.append(&depth(conditions.precipitation, units));
    if conditions.precipitation.is_some() {
        precipitation.push(Style::Plain, &format!(" {}", units.depth_unit()));
    }
    let named = |name: &str, value: String| Line::styled(Style::Plain, &format!("{name} {value}"));
    let pressure = pressure(conditions.pressure).replace("hPa", " hPa");
    vec![
        wind,
        precipitation,
        named("humidity", percent(conditions.humidity)),
        named("pressure", pressure),
        named("cloud", percent(conditions.cloud_cover)),
        named("visibility", units.distance(conditions.visibility)),
        named("UV", number(conditions.uv_index)),
        Line::styled(Style::Plain, &sun(report)),
    ]
}

/// When the sun rises and sets.
fn sun(report: &TextReport) -> String {
    let sun = report.sun_on(report.today());
    let clock = |time: Option<Timestamp>| time.map_or(UNKNOWN.to_owned(), |time| report.clock(time));
    match sun.polar {
        Some(Polar::Day) => "sun up all day".to_owned(),
        Some(Polar::Night) => "sun down all day".to_owned(),
        None => format!("sun {} to {}", clock(sun.sunrise), clock(sun.sunset)),
    }
}

/// The days ahead, each with a summary and its parts.
fn ahead(report: &TextReport, options: &TextOptions, max_days: usize, width: usize) -> Vec<Line> {
    let days = report.days();
    if days.is_empty() {
        return vec![Line::new(), Line::styled(Style::Plain, "No forecast at the moment.").at_most(width)];
    }
    let is_list = width < MIN_BOXES_WIDTH;
    let columns = if is_list || (width >= MIN_FOUR_COLUMNS_WIDTH && !options.layout.is_narrow) { 4 } else { 2 };
    let mut lines = Vec::new();
    for day in days.into_iter().take(max_days) {
        let parts: Vec<_> =
            parts_of_day(columns).iter().filter_map(|part| DayPartWeather::new(report, &day, part)).collect();
        lines.push(Line::new());
        lines.extend(summary(&day, options.units, width));
        if is_list {
            lines.extend(list::rows(&parts, options, width));
        } else {
            lines.extend(boxes::boxes(&parts, options, columns, width));
        }
    }
    lines
}

/// A day's date, temperatures and precipitation.
fn summary(day: &Day, units: TextUnits, width: usize) -> Vec<Line> {
    let items = [
        Line::styled(Style::Bold, &day.date.strftime("%a %-d %b").to_string()),
        range(day.temperature_min, day.temperature_max, units),
        precipitation(day.precipitation_probability, day.precipitation, units),
    ];
    flow(items, "   ", width)
}

/// Where the values come from, and when they were fetched.
fn sources(report: &TextReport, width: usize) -> Vec<Line> {
    let current = &report.current;
    let time = report.clock_relative_to(current.value.time, current.as_of);
    let mut lines = source(report, &format!("Now {time}"), current, width);
    if let Some(forecast) = &report.forecast
        && (forecast.source, forecast.fetched_at) != (current.source, current.fetched_at)
    {
        lines.extend(source(report, "Ahead", forecast, width));
    }
    lines
}

/// The provider of a report; `what` says which part of the view it is for.
fn source<T>(report: &TextReport, what: &str, reported: &Reported<T>, width: usize) -> Vec<Line> {
    let fetched_at = format!("fetched {}", report.clock_relative_to(reported.fetched_at, reported.as_of));
    let items = [what, &fetched_at, reported.source.name, reported.source.url];
    flow(items.map(|item| Line::styled(Style::Plain, item)), SEPARATOR, width)
}
