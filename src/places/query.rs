//! Splits a text into the name of a place and the qualifiers that say where it lies, in every plausible way.

use super::fold::{fold, fold_letters};

/// The longest text that is read, in bytes. GeoNames' longest names are a third as long.
const MAX_BYTES: usize = 600;

/// What separates a name from its qualifiers, in any script.
const COMMAS: [char; 5] = [',', ';', '，', '、', '،'];

/// The most words that a qualifier without a comma before it may have (`Kingstown Saint Vincent and the Grenadines`).
const MAX_QUALIFYING_WORDS: usize = 8;

/// A text to look up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    /// The text before the first comma, folded without expanding abbreviations: its last word may be incomplete.
    pub(super) prefix: String,
    /// The readings in which the name comes first in the text, the likeliest reading first.
    pub(super) readings: Vec<Reading>,
    /// The readings in which the name comes last, for when no other reading fits.
    pub(super) reversed: Vec<Reading>,
    /// Whether a postcode was left out of some readings.
    pub(super) has_postcode: bool,
}

/// One way to split a text, folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) name: String,
    /// Each consists of the names of one or more areas that the place lies in.
    pub(super) qualifiers: Vec<String>,
}

impl Query {
    pub(super) fn new(text: &str) -> Self {
        if text.len() > MAX_BYTES {
            return Self::default();
        }
        let parts = text.split(COMMAS).map(|part| (part, fold(part))).filter(|(_, part)| !part.is_empty());
        let (as_typed, folded): (Vec<&str>, Vec<String>) = parts.unzip();
        let Some(prefix) = as_typed.first() else {
            return Self::default();
        };
        let (mut readings, mut reversed) = (readings(&folded), reversed(&folded));
        let bare = without_noise_words(&folded);
        if bare != folded {
            readings.extend(self::readings(&bare));
            reversed.extend(self::reversed(&bare));
        }
        let has_postcode = folded.iter().any(|part| part.split(' ').any(is_postcode));
        Self { prefix: fold_letters(prefix), readings, reversed, has_postcode }
    }
}

/// A comma ends the name: `Paris, TX` is first read as a Paris in TX. Without a comma, the whole text is first read as
/// the name, then fewer and fewer of its leading words: `Paris Texas`, `New York NY`. Finally, a text with a comma may
/// be one name (`Misato, Saitama`).
fn readings(parts: &[String]) -> Vec<Reading> {
    let Some((first, others)) = parts.split_first() else { return Vec::new() };
    let mut readings = vec![Reading { name: first.clone(), qualifiers: others.to_vec() }];
    let spaces = first.rmatch_indices(' ').take(MAX_QUALIFYING_WORDS);
    readings.extend(spaces.map(|(space, _)| Reading {
        name: first[..space].to_owned(),
        qualifiers: [&[first[space + 1..].to_owned()], others].concat(),
    }));
    if !others.is_empty() {
        readings.push(Reading { name: parts.join(" "), qualifiers: Vec::new() });
    }
    readings
}

/// The larger area comes first: `France, Paris`, `中国北京`.
fn reversed(parts: &[String]) -> Vec<Reading> {
    let Some((last, before)) = parts.split_last() else { return Vec::new() };
    if !before.is_empty() {
        return vec![Reading { name: last.clone(), qualifiers: before.to_vec() }];
    }
    let (gap, splits): (usize, Vec<usize>) = if last.chars().all(is_cjk) {
        (0, last.char_indices().map(|(at, _)| at).skip(1).take(MAX_QUALIFYING_WORDS).collect())
    } else {
        (1, last.match_indices(' ').map(|(at, _)| at).take(MAX_QUALIFYING_WORDS).collect())
    };
    let split = |at| Reading { name: last[at + gap..].to_owned(), qualifiers: vec![last[..at].to_owned()] };
    splits.into_iter().map(split).collect()
}

/// Whether a character belongs to a script that has no spaces between words and puts the larger area first (`中国北京`).
fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

/// What people type before the name of a place, folded: words that ask for its weather or say what kind of place it is.
const LEADING_WORDS: &[&str] = &[
    "weather in",
    "weather for",
    "weather",
    "forecast for",
    "forecast",
    "temperature in",
    "the",
    "city of",
    "town of",
    "meteo a",
    "meteo",
    "clima en",
    "clima em",
    "clima",
    "tiempo en",
    "tiempo",
    "tempo em",
    "previsao do tempo",
    "wetter in",
    "wetter",
    "weer in",
    "weer",
    "vejret i",
    "vejret",
    "vadret i",
    "vader",
    "vaer",
    "pogoda w",
    "pogoda",
    "pocasi",
    "saa",
    "idojaras",
    "vremea",
    "cuaca",
    "thoi tiet",
    "hava durumu",
    "погода в",
    "погода",
    "καιροσ",
    "ville de",
    "stadt",
    "hansestadt",
    "ciudad de",
    "cidade de",
    "citta di",
    "gemeente",
    "miasto",
    "tp",
    "thanh pho",
    "г",
    "город",
    "м",
    "місто",
    "co",
    "county",
];

/// What people type after the name, folded.
const TRAILING_WORDS: &[&str] = &[
    "weather forecast",
    "weather today",
    "weather",
    "forecast",
    "city",
    "town",
    "meteo",
    "clima",
    "tiempo",
    "wetter",
    "weer",
    "vejr",
    "vader",
    "vaer",
    "pogoda",
    "pocasi",
    "saa",
    "idojaras",
    "vremea",
    "cuaca",
    "hava durumu",
    "hava",
    "погода",
    "天气",
    "天気",
    "날씨",
    "shi",
    "si",
];

/// What people append to a name without a space.
const JOINED_SUFFIXES: &[&str] = &["天气预报", "天气", "天気", "날씨", "市", "县", "区", "시", "구"];

/// The parts without postcodes, without words that ask for weather, and without words for the kind of place.
fn without_noise_words(parts: &[String]) -> Vec<String> {
    let bare = parts.iter().map(|part| {
        let words: Vec<&str> = part.split(' ').filter(|word| !is_postcode(word)).collect();
        let part = words.join(" ");
        let mut bare = part.as_str();
        bare = LEADING_WORDS.iter().find_map(|words| bare.strip_prefix(words)?.strip_prefix(' ')).unwrap_or(bare);
        bare = TRAILING_WORDS.iter().find_map(|words| bare.strip_suffix(words)?.strip_suffix(' ')).unwrap_or(bare);
        bare = JOINED_SUFFIXES.iter().find_map(|end| bare.strip_suffix(end)).unwrap_or(bare);
        bare.trim_end().to_owned()
    });
    bare.filter(|part| !part.is_empty()).collect()
}

/// The minimum length of one part of a postcode (`M5V` in `M5V 2T6`).
const MIN_POSTCODE_BYTES: usize = 3;

fn is_postcode(word: &str) -> bool {
    word.len() >= MIN_POSTCODE_BYTES && word.contains(|c: char| c.is_ascii_digit())
}
