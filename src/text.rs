//! Renders weather as text for terminals and status bars.
//!
//! [`render`] is a pure function of a report, the options and the current time. It knows nothing about HTTP.
//!
//! - [`options`] parses the query.
//! - [`clients`] recognises clients that get text without asking for it.
//! - [`report`] is the input of every format.
//! - `line` is the only way into the output: it removes everything that a terminal would interpret.
//! - `glyphs`, `drawings` and `values` show weather as symbols, small drawings and rounded numbers.
//! - `view` renders several lines, `letters` and `change` one line, `waybar` and `wttr_json` JSON for programs.
//! - `moon` and `help` are not about a place.

use jiff::Timestamp;

pub mod clients;
pub mod options;
pub mod report;

mod change;
mod drawings;
mod glyphs;
mod help;
mod letters;
mod line;
mod moon;
#[cfg(test)]
mod tests;
mod values;
mod view;
mod waybar;
mod wttr_json;

pub use help::{bash_function, help};
pub use moon::moon;

use line::{Line, Style, to_text};
use options::{TextFormat, TextOptions};
use report::TextReport;

/// Renders a report. Only custom formats depend on `now`; all others stay the same until the report's next boundary.
#[must_use]
pub fn render(report: &TextReport, options: &TextOptions, now: Timestamp) -> String {
    match &options.format {
        TextFormat::View(days) => view::view(report, options, *days),
        TextFormat::Line(line) => letters::letters(line.letters(options.glyphs), report, options, now),
        TextFormat::Custom(format) => letters::letters(format, report, options, now),
        TextFormat::Change => change::change(report, options),
        TextFormat::Waybar => waybar::waybar(report, options),
        TextFormat::Json { has_hours } => wttr_json::wttr_json(report, *has_hours),
    }
}

/// A sentence, such as an error message, as one line.
#[must_use]
pub fn one_line(sentence: &str) -> String {
    to_text([&Line::styled(Style::Plain, sentence)], false)
}
