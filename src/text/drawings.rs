//! Small drawings of the conditions.

use super::line::{Line, Style};
use crate::weather::Condition;

/// The width of a drawing in cells.
pub const DRAWING_CELLS: usize = 11;

/// The height of a drawing in lines.
pub const DRAWING_LINES: usize = 4;

const CLOUD: [&str; 3] = ["     .--.", "  .-(    ).", " (________)"];

/// The drawing of a condition.
pub fn drawing(condition: Condition, is_day: bool) -> [Line; DRAWING_LINES] {
    use Condition as C;
    let whole =
        |style, lines: [&str; DRAWING_LINES]| lines.map(|line| Line::styled(style, line).exactly(DRAWING_CELLS));
    match condition {
        C::Unknown => whole(Style::Plain, ["", "     ?", "", ""]),
        C::Clear | C::MostlyClear if !is_day => {
            whole(Style::Yellow, ["     _.", "   *( (   *", "     `-'", "  *     *"])
        }
        C::Clear | C::MostlyClear => whole(Style::Yellow, ["   \\ | /", "  -- O --", "   / | \\", ""]),
        C::PartlyCloudy => partly_cloudy(is_day),
        C::Cloudy | C::Overcast => under_cloud(Style::Plain, ""),
        C::Haze | C::Mist | C::Smoke | C::Dust | C::Sand | C::Fog | C::Ash => {
            whole(Style::Plain, [" - - - - -", "  - - - -", " - - - - -", "  - - - -"])
        }
        C::Drizzle | C::LightRain => under_cloud(Style::Blue, "   ' ' ' '"),
        C::RainShowers => under_cloud(Style::Blue, "   ' / ' /"),
        C::Rain => under_cloud(Style::Blue, "   / / / /"),
        C::HeavyRain => under_cloud(Style::Blue, "  ///////"),
        C::FreezingDrizzle | C::FreezingRain => under_cloud(Style::Cyan, "   / ~ / ~"),
        C::Sleet => under_cloud(Style::Cyan, "   / * / *"),
        C::LightSnow | C::SnowShowers => under_cloud(Style::Plain, "   *   *"),
        C::Snow => under_cloud(Style::Plain, "   * * * *"),
        C::HeavySnow => under_cloud(Style::Plain, "  *******"),
        C::Thunderstorm => under_cloud(Style::Yellow, "   / Z / Z"),
        C::Hail => under_cloud(Style::Yellow, "   o Z o Z"),
        C::Squall => whole(Style::Plain, [" ------.", " --------'", " -----.", " ------'"]),
        C::Tornado => whole(Style::Plain, [" =========", "   ======", "     ===", "      ="]),
    }
}

/// A cloud with precipitation below it.
fn under_cloud(style: Style, precipitation: &str) -> [Line; DRAWING_LINES] {
    let [top, middle, bottom] = CLOUD.map(|line| Line::styled(Style::Plain, line).exactly(DRAWING_CELLS));
    [top, middle, bottom, Line::styled(style, precipitation).exactly(DRAWING_CELLS)]
}

/// A cloud that partly covers the sun or the moon.
fn partly_cloudy(is_day: bool) -> [Line; DRAWING_LINES] {
    let [above, beside] = if is_day { ["  \\|/", " --O-"] } else { ["   _.", "  ( ("] };
    let [_, middle, bottom] = CLOUD.map(|line| Line::styled(Style::Plain, line).exactly(DRAWING_CELLS));
    let top = Line::styled(Style::Yellow, beside).with(Style::Plain, ".--.").exactly(DRAWING_CELLS);
    [Line::styled(Style::Yellow, above).exactly(DRAWING_CELLS), top, middle, bottom]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::line::to_text;

    #[test]
    fn every_drawing_has_its_size_and_is_ascii() {
        use Condition as C;
        for condition in [
            C::Unknown,
            C::Clear,
            C::MostlyClear,
            C::PartlyCloudy,
            C::Overcast,
            C::Fog,
            C::Drizzle,
            C::RainShowers,
            C::Rain,
            C::HeavyRain,
            C::FreezingRain,
            C::Sleet,
            C::LightSnow,
            C::Snow,
            C::HeavySnow,
            C::Thunderstorm,
            C::Hail,
            C::Squall,
            C::Tornado,
        ] {
            for is_day in [true, false] {
                let lines = drawing(condition, is_day);
                assert!(lines.iter().all(|line| line.cells() == DRAWING_CELLS), "{condition:?}");
                let text = to_text(&lines, false);
                assert!(text.is_ascii() && !text.contains('…'), "{condition:?}\n{text}");
            }
        }
    }
}
