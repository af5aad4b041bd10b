//! Weather as one symbol: emoji, plain ASCII, or the glyphs of a Nerd Font.

use crate::weather::{Condition, Direction};

/// Shown for a missing value.
pub const UNKNOWN: &str = "–";

/// Which symbols are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum GlyphSet {
    /// Emoji, without the variation selector that makes some of them wider, so that all terminals agree on their width.
    #[default]
    Emoji,
    /// ASCII only.
    Ascii,
    /// The weather icons of the Nerd Fonts (<https://www.nerdfonts.com/cheat-sheet>).
    Nerd,
}

impl GlyphSet {
    /// The symbol of a condition.
    pub fn condition(self, condition: Condition, is_day: bool) -> &'static str {
        match self {
            Self::Emoji => emoji(condition, is_day),
            Self::Ascii => ascii(condition),
            Self::Nerd => nerd(condition, is_day),
        }
    }

    /// An arrow or letters for the wind. Arrows show where it blows to: a north wind points down.
    pub fn wind(self, from: Direction) -> &'static str {
        const ARROWS: [&str; 8] = ["↓", "↙", "←", "↖", "↑", "↗", "→", "↘"];
        match self {
            Self::Ascii => compass_point(from, &["N", "NE", "E", "SE", "S", "SW", "W", "NW"]),
            Self::Emoji | Self::Nerd => compass_point(from, &ARROWS),
        }
    }
}

/// The compass point nearest to a direction, of points spread evenly from north clockwise.
pub fn compass_point(direction: Direction, points: &[&'static str]) -> &'static str {
    #[expect(clippy::cast_precision_loss, reason = "8 or 16")]
    let count = points.len() as f64;
    let nearest = (direction.degrees().rem_euclid(360.0) / 360.0 * count).round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to the count")]
    points[nearest as usize % points.len()]
}

fn emoji(condition: Condition, is_day: bool) -> &'static str {
    use Condition as C;
    match condition {
        C::Unknown => UNKNOWN,
        C::Clear | C::MostlyClear if !is_day => "🌙",
        C::Clear => "☀",
        C::MostlyClear => "🌤",
        C::PartlyCloudy => "⛅",
        C::Cloudy | C::Overcast => "☁",
        C::Haze | C::Mist | C::Smoke | C::Dust | C::Sand | C::Fog | C::Ash => "🌫",
        C::Drizzle | C::LightRain | C::RainShowers => "🌦",
        C::Rain | C::HeavyRain | C::FreezingDrizzle | C::FreezingRain => "🌧",
        C::LightSnow | C::SnowShowers | C::Sleet => "🌨",
        C::Snow | C::HeavySnow => "❄",
        C::Squall => "💨",
        C::Thunderstorm | C::Hail => "⛈",
        C::Tornado => "🌪",
    }
}

/// The symbols that wttr.in uses for `%x`.
fn ascii(condition: Condition) -> &'static str {
    use Condition as C;
    match condition {
        C::Unknown => "?",
        C::Clear | C::MostlyClear => "o",
        C::PartlyCloudy => "m",
        C::Cloudy => "mm",
        C::Overcast => "mmm",
        C::Haze | C::Mist | C::Smoke | C::Dust | C::Sand | C::Fog | C::Ash => "=",
        C::Drizzle | C::RainShowers => ".",
        C::LightRain => "/",
        C::Rain => "//",
        C::HeavyRain => "///",
        C::Sleet | C::FreezingDrizzle | C::FreezingRain => "x",
        C::LightSnow => "*",
        C::SnowShowers => "*/",
        C::Snow | C::HeavySnow => "**",
        C::Thunderstorm => "!/",
        C::Hail => "/!/",
        C::Squall => "~",
        C::Tornado => "@",
    }
}

fn nerd(condition: Condition, is_day: bool) -> &'static str {
    use Condition as C;
    match condition {
        C::Unknown => "\u{e374}",
        C::Clear | C::MostlyClear if !is_day => "\u{e32b}",
        C::Clear => "\u{e30d}",
        C::MostlyClear => "\u{e30c}",
        C::PartlyCloudy => "\u{e302}",
        C::Cloudy | C::Overcast => "\u{e312}",
        C::Haze | C::Mist | C::Fog => "\u{e313}",
        C::Smoke | C::Ash => "\u{e35c}",
        C::Dust | C::Sand => "\u{e35d}",
        C::Drizzle | C::LightRain => "\u{e31b}",
        C::RainShowers => "\u{e319}",
        C::Rain | C::HeavyRain => "\u{e318}",
        C::Sleet | C::FreezingDrizzle | C::FreezingRain => "\u{e3ad}",
        C::LightSnow | C::SnowShowers | C::Snow | C::HeavySnow => "\u{e31a}",
        C::Squall => "\u{e34b}",
        C::Thunderstorm => "\u{e31d}",
        C::Hail => "\u{e314}",
        C::Tornado => "\u{e351}",
    }
}

/// The code of World Weather Online for a condition, which wttr.in passes on
/// (<https://www.worldweatheronline.com/weather-api/api/docs/weather-icons.aspx>). None of its 48 codes is for smoke,
/// sand, ash, squalls or tornadoes; the closest one is used for them.
pub fn world_weather_online_code(condition: Condition) -> Option<u16> {
    use Condition as C;
    Some(match condition {
        C::Unknown => return None,
        C::Clear => 113,
        C::MostlyClear | C::PartlyCloudy => 116,
        C::Cloudy => 119,
        C::Overcast => 122,
        C::Haze | C::Mist | C::Smoke | C::Dust | C::Sand | C::Ash => 143,
        C::Fog => 248,
        C::Drizzle => 266,
        C::FreezingDrizzle => 281,
        C::LightRain => 296,
        C::Rain => 302,
        C::HeavyRain => 308,
        C::FreezingRain => 311,
        C::RainShowers => 353,
        C::Sleet => 317,
        C::LightSnow => 326,
        C::Snow => 332,
        C::HeavySnow => 338,
        C::SnowShowers => 368,
        C::Thunderstorm | C::Squall | C::Tornado => 389,
        C::Hail => 377,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_show_where_the_wind_blows_to() {
        let arrow = |degrees| GlyphSet::Emoji.wind(Direction::from_degrees(degrees));
        assert_eq!(
            [0.0, 22.0, 23.0, 90.0, 180.0, 235.0, 270.0, 338.0].map(arrow),
            ["↓", "↓", "↙", "←", "↑", "↗", "→", "↓"]
        );
        assert_eq!(GlyphSet::Ascii.wind(Direction::from_degrees(235.0)), "SW");
    }
}
