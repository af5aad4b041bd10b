//! Values in colours that depend on them.

use crate::{
    text::{
        line::{Line, Style},
        values::{TextUnits, percent},
    },
    weather::{Length, Percentage, Speed, Temperature},
};

/// The lowest and the highest temperature, with the unit.
pub fn range(min: Option<Temperature>, max: Option<Temperature>, units: TextUnits) -> Line {
    let mut line = degrees(min, units);
    if units.degrees(min) != units.degrees(max) {
        line.push(Style::Plain, " to ");
        line.append(&degrees(max, units));
    }
    line.push(Style::Plain, &format!(" {}", units.temperature_unit()));
    line
}

/// The chance of precipitation and its amount, with the unit.
pub fn precipitation(chance: Option<Percentage>, amount: Option<Length>, units: TextUnits) -> Line {
    let mut line = Line::styled(Style::Plain, &format!("{}  ", percent(chance)));
    line.append(&depth(amount, units));
    line.push(Style::Plain, &format!(" {}", units.depth_unit()));
    line
}

/// A temperature, coloured by how warm it is.
pub fn degrees(value: Option<Temperature>, units: TextUnits) -> Line {
    let style = match value.map(Temperature::celsius) {
        None => Style::Plain,
        Some(..0.0) => Style::Blue,
        Some(..10.0) => Style::Cyan,
        Some(..20.0) => Style::Green,
        Some(..28.0) => Style::Yellow,
        Some(_) => Style::Red,
    };
    Line::styled(style, &units.degrees(value))
}

/// A wind speed, coloured from a strong breeze (Beaufort 6) and from a gale (Beaufort 8) upwards.
pub fn speed(value: Option<Speed>, units: TextUnits) -> Line {
    let style = match value.map(Speed::metres_per_second) {
        Some(17.2..) => Style::Red,
        Some(10.8..) => Style::Yellow,
        _ => Style::Plain,
    };
    Line::styled(style, &units.speed(value))
}

/// An amount of precipitation, coloured if there is any.
pub fn depth(value: Option<Length>, units: TextUnits) -> Line {
    let is_any = value.is_some_and(|value| value.metres() > 0.0);
    Line::styled(if is_any { Style::Blue } else { Style::Plain }, &units.depth(value))
}
