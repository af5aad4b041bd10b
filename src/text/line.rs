//! Lines for a terminal, and the only way to put text into them.
//!
//! Text from a place, a request or a provider enters a [`Line`] through [`Line::push`], which removes everything that a
//! terminal might interpret. The only control characters ever sent are the newlines and colours written here.

use unicode_width::UnicodeWidthChar;

/// Makes the preceding character an emoji, which takes two cells.
const EMOJI_SELECTOR: char = '\u{FE0F}';

/// Marks a text that was cut off.
const ELLIPSIS: &str = "…";

/// How a piece of text looks, in the terminal's own sixteen colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// The terminal's default.
    #[default]
    Plain,
    Bold,
    Red,
    Green,
    Yellow,
    Blue,
    Cyan,
    /// Bold red, for what must not be overlooked.
    Warning,
}

impl Style {
    /// The parameters of its "select graphic rendition" sequence (ECMA-48, 8.3.117).
    fn parameters(self) -> &'static str {
        match self {
            Self::Plain => "0",
            Self::Bold => "1",
            Self::Red => "31",
            Self::Green => "32",
            Self::Yellow => "33",
            Self::Blue => "34",
            Self::Cyan => "36",
            Self::Warning => "1;31",
        }
    }
}

/// One line, without its line break.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    spans: Vec<(Style, String)>,
    cells: usize,
}

impl Line {
    /// An empty line.
    pub fn new() -> Self {
        Self::default()
    }

    /// A line of one span.
    pub fn styled(style: Style, text: &str) -> Self {
        Self::new().with(style, text)
    }

    /// The line with a span added at its end.
    pub fn with(mut self, style: Style, text: &str) -> Self {
        self.push(style, text);
        self
    }

    /// Adds a span, without anything that a terminal might interpret.
    pub fn push(&mut self, style: Style, text: &str) {
        let text = sanitised(text);
        self.cells += cells(&text);
        match self.spans.last_mut() {
            Some((last_style, last_text)) if *last_style == style => last_text.push_str(&text),
            _ => self.spans.push((style, text)),
        }
    }

    /// Adds another line.
    pub fn append(&mut self, other: &Self) {
        for (style, text) in &other.spans {
            self.push(*style, text);
        }
    }

    /// Its text, without colours.
    pub fn text(&self) -> String {
        self.spans.iter().map(|(_, text)| text.as_str()).collect()
    }

    /// Its width in cells.
    pub fn cells(&self) -> usize {
        self.cells
    }

    /// The line cut off or padded with spaces to exactly `cells`.
    pub fn exactly(self, cells: usize) -> Self {
        let mut line = self.at_most(cells);
        line.push(Style::Plain, &" ".repeat(cells - line.cells));
        line
    }

    /// The line padded with spaces on the left to `cells`.
    pub fn align_right(self, cells: usize) -> Self {
        let mut line = Self::styled(Style::Plain, &" ".repeat(cells.saturating_sub(self.cells)));
        line.append(&self);
        line
    }

    /// The line cut off after at most `max` cells.
    pub fn at_most(self, max: usize) -> Self {
        if self.cells <= max {
            return self;
        }
        let mut line = Self::new();
        for (style, text) in &self.spans {
            let available = max.saturating_sub(line.cells + cells(ELLIPSIS));
            let part = prefix_of_cells(text, available);
            line.push(*style, part);
            if part.len() < text.len() {
                line.push(*style, if max == 0 { "" } else { ELLIPSIS });
                break;
            }
        }
        line
    }

    fn write(&self, out: &mut String, has_colour: bool) {
        let set_style = |out: &mut String, style: Style| out.extend(["\x1b[", style.parameters(), "m"]);
        for (style, text) in &self.spans {
            let is_coloured = has_colour && *style != Style::Plain;
            if is_coloured {
                set_style(out, *style);
            }
            out.push_str(text);
            if is_coloured {
                set_style(out, Style::Plain);
            }
        }
    }
}

/// The text of lines as it is sent: each with a line break and without trailing spaces.
pub fn to_text<'a>(lines: impl IntoIterator<Item = &'a Line>, has_colour: bool) -> String {
    let mut out = String::new();
    for line in lines {
        line.write(&mut out, has_colour);
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
    out
}

/// Fills lines of at most `width` cells with items, separated by `separator`.
pub fn flow(items: impl IntoIterator<Item = Line>, separator: &str, width: usize) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for item in items {
        match lines.last_mut() {
            Some(last) if last.cells + cells(separator) + item.cells <= width => {
                last.push(Style::Plain, separator);
                last.append(&item);
            }
            _ => lines.push(item.at_most(width)),
        }
    }
    lines
}

/// Wraps a sentence between words into lines of at most `width` cells.
pub fn wrap(style: Style, sentence: &str, width: usize) -> Vec<Line> {
    let mut lines: Vec<String> = Vec::new();
    for word in sentence.split_whitespace() {
        match lines.last_mut() {
            Some(last) if cells(last) + 1 + cells(word) <= width => last.extend([" ", word]),
            _ => lines.push(word.to_owned()),
        }
    }
    lines.iter().map(|line| Line::styled(style, line).at_most(width)).collect()
}

/// Text without anything that a terminal might interpret: control characters (line breaks and tabs become a space),
/// marks that change the direction of writing (with which a text could display as other words), and other invisible
/// characters.
///
/// The joiners that Persian and the scripts of India need are kept.
pub fn sanitised(text: &str) -> String {
    let shown = text.chars().filter_map(|letter| match letter {
        '\n' | '\r' | '\t' => Some(' '),
        letter if letter.is_control() || is_invisible(letter) => None,
        letter => Some(letter),
    });
    shown.collect()
}

fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

/// The largest width of a text in cells: terminals differ in which characters they combine.
fn cells(text: &str) -> usize {
    text.chars().map(cells_of).sum()
}

fn cells_of(letter: char) -> usize {
    if letter == EMOJI_SELECTOR { 1 } else { letter.width().unwrap_or_default() }
}

/// The longest prefix of a text that fits into `max` cells.
fn prefix_of_cells(text: &str, max: usize) -> &str {
    let mut cells = 0;
    let end = text.char_indices().find(|(_, letter)| {
        cells += cells_of(*letter);
        cells > max
    });
    &text[..end.map_or(text.len(), |(end, _)| end)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    use super::*;

    /// Text of any characters; proptest's own `String` strategy has no control characters.
    fn any_text() -> impl Strategy<Value = String> {
        proptest::collection::vec(any::<char>(), 0..40).prop_map(String::from_iter)
    }

    proptest! {
        #[test]
        fn control_characters_are_removed(text in any_text()) {
            let out = to_text([&Line::styled(Style::Plain, &text)], false);
            prop_assert!(out.trim_end_matches('\n').chars().all(|letter| !letter.is_control()), "{out:?}");
            prop_assert_eq!(out.matches('\n').count(), 1);
        }

        #[test]
        fn exactly_gives_the_width_asked_for(text in any_text(), cells in 0..50usize) {
            let line = Line::styled(Style::Bold, &text).with(Style::Plain, &text).exactly(cells);
            prop_assert_eq!(line.cells(), cells);
            let shown: String = line.spans.iter().map(|(_, text)| text.as_str()).collect();
            prop_assert!(shown.width() <= cells, "{shown:?} takes {}", shown.width());
        }
    }

    #[test]
    fn escapes_and_direction_marks_are_removed() {
        let evil = "\x1b]0;title\x07\x1b[31mred\u{9b}2J\u{202e}evil\r\nnext\u{200e}";
        assert_eq!(sanitised(evil), "]0;title[31mred2Jevil  next");
        assert_eq!(sanitised("می\u{200c}خواهم"), "می\u{200c}خواهم", "a joiner belongs to the word");
    }

    #[test]
    fn colours_end_where_their_span_does() {
        let line = Line::styled(Style::Plain, "a").with(Style::Red, "b").with(Style::Bold, "c");
        assert_eq!(to_text([&line], true), "a\x1b[31mb\x1b[0m\x1b[1mc\x1b[0m\n");
        assert_eq!(to_text([&line], false), "abc\n");
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        let cut = |text: &str, cells| to_text([&Line::styled(Style::Plain, text).at_most(cells)], false);
        assert_eq!(cut("London", 6), "London\n");
        assert_eq!(cut("London", 5), "Lond…\n");
        assert_eq!(cut("北京市", 5), "北京…\n");
        assert_eq!(cut("北京市", 4), "北…\n");
        assert_eq!(cut("London", 0), "\n");
    }

    #[test]
    fn sentences_are_wrapped_between_words() {
        let lines = wrap(Style::Plain, "Rain from 15:00, dry by 18:00.", 16);
        assert_eq!(to_text(&lines, false), "Rain from 15:00,\ndry by 18:00.\n");
    }
}
