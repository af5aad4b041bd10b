//! Custom formats: text with letters after percent signs, such as `%l: %c %t`.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::{
    glyphs::{UNKNOWN, world_weather_online_code},
    line::{Line, Style},
    options::TextOptions,
    report::TextReport,
    values::{number, percent, pressure},
};
use crate::{text::glyphs::GlyphSet, weather::moon::Moon};

/// The phases of the moon, from new through full to the last crescent.
pub const MOONS: [&str; 8] = ["🌑", "🌒", "🌓", "🌔", "🌕", "🌖", "🌗", "🌘"];

/// Replaces each letter after a percent sign by its value, and `\n` by a line break. Unknown letters stay as they are,
/// and no final line break is added.
pub fn letters(format: &str, report: &TextReport, options: &TextOptions, now: Timestamp) -> String {
    let mut values = Values { report, options, now, known: HashMap::new() };
    let mut lines = vec![Line::new()];
    let mut rest = format;
    while let Some(at) = rest.find(['%', '\\']) {
        let (before, after) = rest.split_at(at);
        push(&mut lines, before);
        let mut unread = after.chars();
        rest = match (unread.next(), unread.next()) {
            (Some('\\'), Some('n')) => {
                lines.push(Line::new());
                unread.as_str()
            }
            (Some('%'), Some(letter)) if let Some(value) = values.get(letter) => {
                push(&mut lines, value);
                unread.as_str()
            }
            _ => {
                let (sign, after) = after.split_at(1);
                push(&mut lines, sign);
                after
            }
        };
    }
    push(&mut lines, rest);
    lines.iter().map(Line::text).collect::<Vec<_>>().join("\n")
}

fn push(lines: &mut [Line], text: &str) {
    if let Some(last) = lines.last_mut() {
        last.push(Style::Plain, text);
    }
}

/// The values of the letters, each computed at most once, however often the letter occurs.
struct Values<'a> {
    report: &'a TextReport,
    options: &'a TextOptions,
    now: Timestamp,
    known: HashMap<char, Option<String>>,
}

impl Values<'_> {
    fn get(&mut self, letter: char) -> Option<&str> {
        if !self.known.contains_key(&letter) {
            let value = self.look_up(letter);
            self.known.insert(letter, value);
        }
        self.known.get(&letter)?.as_deref()
    }

    /// `None` if the letter has no meaning.
    fn look_up(&self, letter: char) -> Option<String> {
        self.current_value(letter).or_else(|| self.forecast_value(letter)).or_else(|| self.time_value(letter))
    }

    fn current_value(&self, letter: char) -> Option<String> {
        let (report, units) = (self.report, self.options.units);
        let now = &report.current.value;
        Some(match letter {
            'c' => self.options.glyphs.condition(now.condition, report.is_day(now.time)).to_owned(),
            'C' => report.description().to_owned(),
            'x' => GlyphSet::Ascii.condition(now.condition, true).to_owned(),
            'i' => world_weather_online_code(now.condition).map_or(UNKNOWN.to_owned(), |code| code.to_string()),
            't' => units.signed_degrees(now.temperature),
            'f' => units.signed_degrees(now.feels_like),
            'e' => units.signed_degrees(now.dew_point),
            'h' => percent(now.humidity),
            'p' => match now.precipitation {
                Some(_) => format!("{}{}", units.depth(now.precipitation), units.depth_unit()),
                None => UNKNOWN.to_owned(),
            },
            'P' => pressure(now.pressure),
            'u' => number(now.uv_index),
            'w' => units.wind(now.wind_direction, now.wind_speed, self.options.glyphs),
            'l' => report.place.name.clone(),
            _ => return None,
        })
    }

    fn forecast_value(&self, letter: char) -> Option<String> {
        let (report, units) = (self.report, self.options.units);
        let today = || report.days().into_iter().next();
        Some(match letter {
            'o' => percent(report.step_under_way().and_then(|step| step.precipitation_probability)),
            'H' => units.signed_degrees(today().and_then(|day| day.temperature_max)),
            'L' => units.signed_degrees(today().and_then(|day| day.temperature_min)),
            'r' => report.outlook().map_or(UNKNOWN.to_owned(), |outlook| outlook.sentence),
            _ => return None,
        })
    }

    fn time_value(&self, letter: char) -> Option<String> {
        let report = self.report;
        let clock = |time: Option<Timestamp>| {
            let local = |time| report.zone.to_datetime(time).strftime("%H:%M:%S").to_string();
            time.map_or(UNKNOWN.to_owned(), local)
        };
        let sun = || report.sun_on(report.today());
        Some(match letter {
            'm' => {
                let moon = Moon::at(self.now);
                let is_ascii = self.options.glyphs == GlyphSet::Ascii;
                if is_ascii { moon.phase_name() } else { MOONS[moon.phase()] }.to_owned()
            }
            'M' => Moon::at(self.now).day().to_string(),
            'D' => clock(report.twilight().dawn),
            'S' => clock(sun().sunrise),
            'z' => clock(report.twilight().noon),
            's' => clock(sun().sunset),
            'd' => clock(report.twilight().dusk),
            'T' => self.now.to_zoned_datetime(report.zone.clone()).strftime("%H:%M:%S%z").to_string(),
            'Z' => report.zone_name.clone(),
            'a' => age(self.now.duration_since(report.current.fetched_at)),
            '!' => if report.is_stale() { "!" } else { "" }.to_owned(),
            _ => return None,
        })
    }
}

/// An age in the largest unit of which it has at least two.
fn age(age: SignedDuration) -> String {
    let minutes = age.as_mins().max(0);
    match minutes {
        ..120 => format!("{minutes} min"),
        120..2_880 => format!("{} h", minutes / 60),
        _ => format!("{} days", minutes / 1_440),
    }
}
