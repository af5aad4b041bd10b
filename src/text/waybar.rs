//! JSON for a custom module of the status bar Waybar with `"return-type": "json"`
//! (<https://github.com/Alexays/Waybar/wiki/Module:-Custom>).

use serde::Serialize;

use super::{options::TextOptions, report::TextReport, values::percent};
use crate::weather::{Condition, Percentage};

#[derive(Serialize)]
struct WaybarModule {
    text: String,
    alt: String,
    tooltip: String,
    class: Vec<String>,
    /// The chance of precipitation, left out if it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    percentage: Option<f64>,
}

/// Renders the module as one line of JSON.
pub fn waybar(report: &TextReport, options: &TextOptions) -> String {
    let (now, units) = (&report.current.value, options.units);
    let is_day = report.is_day(now.time);
    let chance = report.step_under_way().and_then(|step| step.precipitation_probability);
    let mut tooltip = vec![
        report.place.name.clone(),
        format!("{}, {}", report.description(), units.signed_degrees(now.temperature)),
        format!("Feels like {}", units.signed_degrees(now.feels_like)),
        format!("Wind {}", units.wind(now.wind_direction, now.wind_speed, options.glyphs)),
        format!("Humidity {}", percent(now.humidity)),
    ];
    tooltip.extend(report.outlook().map(|outlook| outlook.sentence));
    tooltip.push(format!("{}, {}", report.current.source.name, report.clock(report.current.fetched_at)));
    let mut class = vec![name(now.condition), if is_day { "day" } else { "night" }.to_owned()];
    class.extend(report.is_stale().then(|| "stale".to_owned()));
    let module = WaybarModule {
        text: escaped(&format!(
            "{} {}°",
            options.glyphs.condition(now.condition, is_day),
            units.degrees(now.temperature)
        )),
        alt: name(now.condition),
        tooltip: escaped(&tooltip.join("\n")),
        class,
        percentage: chance.map(Percentage::percent).map(f64::round),
    };
    let mut line = serde_json::to_string(&module).unwrap_or_default();
    line.push('\n');
    line
}

/// The API's name of a condition, such as `partly_cloudy`.
fn name(condition: Condition) -> String {
    let mut name = String::new();
    for letter in format!("{condition:?}").chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

/// Text escaped for Pango markup, as which Waybar reads text and tooltip.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
