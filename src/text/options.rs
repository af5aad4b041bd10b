//! The options of a request for text, parsed from its query.

use std::{borrow::Cow, ops::RangeInclusive};

use percent_encoding::percent_decode_str;

use super::{glyphs::GlyphSet, values::TextUnits};

/// The widths in cells that a view can have.
const WIDTHS: RangeInclusive<u16> = 40..=200;

/// The usual width of a terminal.
const DEFAULT_WIDTH: u16 = 80;

/// The widths whose views are worth caching: those for which the layouts are designed.
const COMMON_WIDTHS: [u16; 4] = [40, 60, 80, 120];

/// The most characters of a custom format.
const MAX_FORMAT_CHARS: usize = 500;

/// How many days a view shows if the request does not say.
const DEFAULT_DAYS: u8 = 3;

/// The option letters, which have no value, as in `?0T`.
const LETTERS: &str = "012AdFImMnpqQtTu";

/// The parameters with a value. Others are ignored, because links collect them.
const PARAMETERS: [&str; 6] = ["format", "width", "units", "emoji", "lang", "view"];

/// The formats of wttr.in that are not supported.
const UNSUPPORTED_FORMATS: [&str; 4] = ["p1", "v1", "v2", "v2d"];

/// What a text shows, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TextOptions {
    /// What is shown.
    pub format: TextFormat,
    /// The units of its values.
    pub units: TextUnits,
    /// The symbols for conditions and wind.
    pub glyphs: GlyphSet,
    /// Whether it has colours.
    pub has_colour: bool,
    /// The layout of a view.
    pub layout: Layout,
}

/// What a text shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TextFormat {
    /// Current conditions and this number of days.
    View(u8),
    /// One of the four numbered lines of wttr.in.
    Line(LineFormat),
    /// The weather now and its next change, in one line.
    Change,
    /// A custom format with letters such as `%t`.
    Custom(String),
    /// The JSON document of wttr.in.
    Json {
        /// Whether each day has its hours.
        has_hours: bool,
    },
    /// JSON for the status bar Waybar.
    Waybar,
}

/// The numbered lines of wttr.in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the numbers are their names")]
pub enum LineFormat {
    One,
    Two,
    Three,
    Four,
}

impl LineFormat {
    /// The custom format that it abbreviates: with these glyphs, because emoji are a part of it.
    #[must_use]
    pub fn letters(self, glyphs: GlyphSet) -> &'static str {
        match (self, glyphs) {
            (Self::One, _) => "%c %t\\n",
            (Self::Two, GlyphSet::Emoji) => "%c 🌡️%t 🌬️%w\\n",
            (Self::Two, GlyphSet::Ascii) => "%c %t %w\\n",
            (Self::Two, GlyphSet::Nerd) => "%c \u{e350}%t \u{e34b}%w\\n",
            (Self::Three, _) => "%l: %c %t\\n",
            (Self::Four, GlyphSet::Emoji) => "%l: %c 🌡️%t 🌬️%w\\n",
            (Self::Four, GlyphSet::Ascii) => "%l: %c %t %w\\n",
            (Self::Four, GlyphSet::Nerd) => "%l: %c \u{e350}%t \u{e34b}%w\\n",
        }
    }
}

/// The layout of a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Layout {
    /// The maximum width of a line in cells.
    pub width: u16,
    /// Its heading.
    pub heading: Heading,
    /// Whether a day has two columns regardless of the width.
    pub is_narrow: bool,
}

/// The heading of a view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Heading {
    /// "Weather in" and the place.
    #[default]
    Full,
    /// The place alone.
    Place,
    /// Nothing.
    None,
}

impl Default for TextFormat {
    fn default() -> Self {
        Self::View(DEFAULT_DAYS)
    }
}

impl Default for Layout {
    fn default() -> Self {
        Self { width: DEFAULT_WIDTH, heading: Heading::default(), is_narrow: false }
    }
}

impl TextOptions {
    /// Parses a query. A view has colours if `takes_colours` is set or the query has the letter `A`.
    ///
    /// # Errors
    /// A sentence that says what is wrong and what is possible.
    pub fn parse(query: &str, takes_colours: bool) -> Result<Self, String> {
        let mut options = Self { has_colour: takes_colours, ..Self::default() };
        let mut days = DEFAULT_DAYS;
        let mut format = None;
        for (name, value) in pairs(query) {
            match (&*name, value) {
                ("format", None) => {}
                (letters, None) => letters.chars().try_for_each(|letter| options.set(letter, &mut days))?,
                ("format", Some(value)) => format = self::format(&value)?,
                ("width", Some(value)) => options.layout.width = width(&value)?,
                ("units", Some(value)) => options.units = units(&value)?,
                ("emoji", Some(value)) => options.glyphs = glyphs(&value)?,
                ("view", Some(value)) if value != "v1" => {
                    return Err(format!("view={value} is not available here; there is one view, without a name."));
                }
                _ => {}
            }
        }
        options.format = format.unwrap_or(TextFormat::View(days));
        Ok(options.normalized())
    }

    fn set(&mut self, letter: char, days: &mut u8) -> Result<(), String> {
        match letter {
            '0' => *days = 0,
            '1' => *days = 1,
            '2' => *days = 2,
            'A' => self.has_colour = true,
            'T' => self.has_colour = false,
            'd' => self.glyphs = GlyphSet::Ascii,
            'm' => self.units = TextUnits::Metric,
            'M' => self.units = TextUnits::MetricPerSecond,
            'u' => self.units = TextUnits::Imperial,
            'n' => self.layout.is_narrow = true,
            'q' => self.layout.heading = Heading::Place,
            'Q' => self.layout.heading = Heading::None,
            // wttr.in's options for its footer, colours and images, which have no counterpart here.
            'F' | 'I' | 'p' | 't' => {}
            _ => return Err(format!("“{letter}” is not an option; /:help lists them.")),
        }
        Ok(())
    }

    /// The options with everything that does not affect the format reset to its default, so that requests with the same
    /// answer share a cached response.
    fn normalized(mut self) -> Self {
        match self.format {
            TextFormat::View(0) => self.layout.is_narrow = false,
            TextFormat::View(_) => {}
            TextFormat::Json { .. } => self = Self { format: self.format, ..Self::default() },
            _ => (self.layout, self.has_colour) = (Layout::default(), false),
        }
        self
    }

    /// Whether any part of the forecast is shown.
    #[must_use]
    pub fn needs_forecast(&self) -> bool {
        !matches!(self.format, TextFormat::Line(_))
    }

    /// Whether the answer is worth caching: many clients ask for it, and it is not one of an unlimited number of
    /// variants.
    #[must_use]
    pub fn is_common(&self) -> bool {
        let common_layout = Layout { width: self.layout.width, ..Layout::default() };
        !matches!(self.format, TextFormat::Custom(_))
            && self.glyphs == GlyphSet::default()
            && self.layout == common_layout
            && COMMON_WIDTHS.contains(&self.layout.width)
    }
}

/// Whether a query asks for text, by a format or by option letters.
#[must_use]
pub fn asks_for_text(query: &str) -> bool {
    let has_letters = |name: &str| !name.is_empty() && name.chars().all(|letter| LETTERS.contains(letter));
    pairs(query)
        .any(|(name, value)| if value.is_some() { name == "format" } else { name == "format" || has_letters(&name) })
}

/// The parameters that are read here, decoded. Those without a value are option letters.
fn pairs(query: &str) -> impl Iterator<Item = (Cow<'_, str>, Option<String>)> {
    query.split('&').filter(|pair| !pair.is_empty()).filter_map(|pair| match pair.split_once('=') {
        None => Some((percent_decode_str(pair).decode_utf8_lossy(), None)),
        Some((name, value)) => {
            let name = PARAMETERS.into_iter().find(|known| *known == name)?;
            let value = value.replace('+', " ");
            Some((name.into(), Some(percent_decode_str(&value).decode_utf8_lossy().into_owned())))
        }
    })
}

/// `None` for the view.
fn format(value: &str) -> Result<Option<TextFormat>, String> {
    Ok(Some(match value {
        "" => return Ok(None),
        "1" => TextFormat::Line(LineFormat::One),
        "2" => TextFormat::Line(LineFormat::Two),
        "3" => TextFormat::Line(LineFormat::Three),
        "4" => TextFormat::Line(LineFormat::Four),
        "5" => TextFormat::Change,
        "j1" => TextFormat::Json { has_hours: true },
        "j2" => TextFormat::Json { has_hours: false },
        "waybar" => TextFormat::Waybar,
        unsupported if UNSUPPORTED_FORMATS.contains(&unsupported) => {
            return Err(format!("format={unsupported} is not available here; /:help lists the formats."));
        }
        long if long.chars().count() > MAX_FORMAT_CHARS => {
            return Err(format!("format is longer than {MAX_FORMAT_CHARS} characters; give a shorter one."));
        }
        custom => TextFormat::Custom(custom.to_owned()),
    }))
}

/// A larger width counts as the largest one, because scripts pass on the width of the terminal.
fn width(value: &str) -> Result<u16, String> {
    let (min, max) = (*WIDTHS.start(), *WIDTHS.end());
    let given: Option<u64> = value.trim().parse().ok();
    let width = given.filter(|width| *width >= min.into()).map(|width| width.min(max.into()));
    let width = width.and_then(|width| u16::try_from(width).ok());
    width.ok_or_else(|| format!("width must be a whole number of cells from {min} to {max}."))
}

fn units(value: &str) -> Result<TextUnits, String> {
    match value {
        "metric" => Ok(TextUnits::Metric),
        "imperial" => Ok(TextUnits::Imperial),
        _ => Err("units must be metric or imperial.".to_owned()),
    }
}

fn glyphs(value: &str) -> Result<GlyphSet, String> {
    match value {
        "unicode" | "narrow" => Ok(GlyphSet::Emoji),
        "plain" => Ok(GlyphSet::Ascii),
        "nerd" => Ok(GlyphSet::Nerd),
        _ => Err("emoji must be unicode, narrow, nerd or plain.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn options(query: &str) -> TextOptions {
        TextOptions::parse(query, true).unwrap()
    }

    #[test]
    fn option_letters_may_be_combined() {
        assert_eq!(options("0T"), options("T&0"));
        assert_eq!(options("0Tu").units, TextUnits::Imperial);
        assert!(!options("T").has_colour && options("").has_colour);
        assert!(TextOptions::parse("A", false).unwrap().has_colour);
        assert_eq!(options("2").format, TextFormat::View(2));
        assert_eq!(options("").format, TextFormat::View(3));
        assert_eq!(options("Q").layout.heading, Heading::None);
        assert_eq!(options("M&format=3").units, TextUnits::MetricPerSecond);
        assert_eq!(TextOptions::parse("0Z", true), Err("“Z” is not an option; /:help lists them.".to_owned()));
    }

    #[test]
    fn a_format_is_a_name_or_a_custom_format() {
        assert_eq!(options("format=3").format, TextFormat::Line(LineFormat::Three));
        assert_eq!(options("format=%l:+%t").format, TextFormat::Custom("%l: %t".to_owned()));
        assert_eq!(options("format=%25l").format, TextFormat::Custom("%l".to_owned()));
        assert_eq!(options("format=&1").format, TextFormat::View(1));
        assert_eq!(options("format").format, TextFormat::View(3));
        assert!(TextOptions::parse("format=v2", true).is_err());
        assert!(TextOptions::parse(&format!("format={}", "x".repeat(MAX_FORMAT_CHARS + 1)), true).is_err());
    }

    #[test]
    fn a_width_is_from_40_to_200() {
        for (width, expected) in [
            ("40", Some(40)),
            ("200", Some(200)),
            ("237", Some(200)),
            ("39", None),
            ("-1", None),
            ("x", None),
            ("", None),
        ] {
            let given = TextOptions::parse(&format!("width={width}"), true).ok().map(|options| options.layout.width);
            assert_eq!(given, expected, "{width}");
        }
        assert_eq!(options("").layout.width, 80);
    }

    #[test]
    fn formats_and_option_letters_ask_for_text() {
        for query in ["0", "T", "0pq", "format=3", "format", "units=imperial&T", "A", "utm_source=x&2"] {
            assert!(asks_for_text(query), "{query}");
        }
        for query in ["", "q=London", "city=London", "units=imperial", "lat=1&lon=2", "fbclid", "T=1", "utm_source=x"] {
            assert!(!asks_for_text(query), "{query}");
        }
    }

    #[test]
    fn only_common_options_are_cached() {
        for query in
            ["", "T", "0", "width=40", "width=120&u", "format=3", "format=waybar", "format=j1", "format=3&width=77"]
        {
            assert!(options(query).is_common(), "{query}");
        }
        for query in ["width=77", "format=%t", "format=x", "n", "Q", "emoji=nerd", "format=3&emoji=nerd"] {
            assert!(!options(query).is_common(), "{query}");
        }
        assert_eq!(options("format=j1&u&T&width=40"), options("format=j1"), "one answer for all of them");
        assert_eq!(options("format=3&T"), options("format=3"));
    }

    proptest! {
        #[test]
        fn any_query_is_parsed_or_rejected(query in proptest::collection::vec(any::<char>(), 0..40).prop_map(String::from_iter), takes_colours in any::<bool>()) {
            let _ = asks_for_text(&query);
            if let Ok(options) = TextOptions::parse(&query, takes_colours) {
                prop_assert!(WIDTHS.contains(&options.layout.width));
            }
        }
    }
}
