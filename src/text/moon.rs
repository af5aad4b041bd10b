//! The moon.

use jiff::Timestamp;

use super::{
    letters::MOONS,
    line::{Line, Style, to_text},
    options::TextOptions,
    values::whole,
};
use crate::{text::glyphs::GlyphSet, weather::moon::Moon};

/// The height and width of the drawing, which looks round because a cell is about twice as high as wide.
const ROWS: i32 = 11;
const COLUMNS: i32 = 23;

/// The moon as seen from the northern hemisphere, and its phase.
#[must_use]
pub fn moon(options: &TextOptions, now: Timestamp) -> String {
    let moon = Moon::at(now);
    let mut lines: Vec<_> = (0..ROWS).map(|row| Line::styled(Style::Yellow, &disc_row(moon, row))).collect();
    let symbol = if options.glyphs == GlyphSet::Ascii { "" } else { MOONS[moon.phase()] };
    lines.push(Line::new());
    let lit = whole(moon.illumination() * 100.0);
    let sentence = format!("{symbol} {}, {lit}% lit, day {} of the moon", moon.phase_name(), moon.day());
    lines.push(Line::styled(Style::Bold, sentence.trim_start()));
    to_text(&lines, options.has_colour)
}

/// One row of the disc: `@` where it is lit, `.` where it is not.
///
/// The terminator is half an ellipse whose semi-axis is the cosine of the elongation; the lit side is on the right while
/// the moon is waxing.
fn disc_row(moon: Moon, row: i32) -> String {
    let middle = |count: i32| f64::from(count - 1) / 2.0;
    let y = (f64::from(row) - middle(ROWS)) / (middle(ROWS) + 0.5);
    let half_width = (1.0 - y * y).max(0.0).sqrt();
    (0..COLUMNS)
        .map(|column| {
            let x = (f64::from(column) - middle(COLUMNS)) / (middle(COLUMNS) + 0.5);
            if x.abs() > half_width {
                return ' ';
            }
            let toward_sun = if moon.is_waxing() { x } else { -x };
            let terminator = half_width * (1.0 - 2.0 * moon.illumination());
            if toward_sun > terminator { '@' } else { '.' }
        })
        .collect()
}
