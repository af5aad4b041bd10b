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
    /// The minimum population of the place, depending on what was left out of the text.
    pub(super) min_population: u32,
}

/// The smallest city that is divided into numbered districts: `Praha 1`, `London E1`.
const MIN_CITY_WITH_DISTRICTS: u32 = 100_000;

/// The smallest place that is called a city: `Gotham City` is not Gotham, a village.
const MIN_CITY: u32 = 10_000;

impl Reading {
    fn new(name: &str, qualifiers: Vec<String>) -> Self {
        Self { name: name.to_owned(), qualifiers, min_population: 0 }
    }
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
        let addresses: Vec<String> = as_typed.iter().map(|part| fold(&without_country_codes(part))).collect();
        let without_letters: Vec<String> = addresses.iter().map(|part| without_dutch_postcode(part)).collect();
        // The number in `Saint-Denis (93)` is not that of a district, but says where the town lies.
        let may_have_district = !text.contains('(');
        let mut variants = vec![without_noise_words(&addresses, may_have_district)];
        if without_letters != addresses {
            variants.push(without_noise_words(&without_letters, may_have_district));
        }
        for (bare, min_population) in variants.into_iter().filter(|(bare, _)| *bare != folded) {
            let with_minimum = |reading| Reading { min_population, ..reading };
            readings.extend(self::readings(&bare).into_iter().map(with_minimum));
            reversed.extend(self::reversed(&bare).into_iter().map(with_minimum));
        }
        let has_postcode = folded.iter().any(|part| part.split(' ').any(has_digit));
        Self { prefix: fold_letters(prefix), readings, reversed, has_postcode }
    }
}

/// A comma ends the name: `Paris, TX` is first read as a Paris in TX. Without a comma, the whole text is first read as
/// the name, then fewer and fewer of its leading words: `Paris Texas`, `New York NY`. Finally, a text with a comma may
/// be one name (`Misato, Saitama`).
fn readings(parts: &[String]) -> Vec<Reading> {
    let Some((first, others)) = parts.split_first() else { return Vec::new() };
    let mut readings = vec![Reading::new(first, others.to_vec())];
    let spaces = first.rmatch_indices(' ').take(MAX_QUALIFYING_WORDS);
    let split = |space| Reading::new(&first[..space], [&[first[space + 1..].to_owned()], others].concat());
    readings.extend(spaces.map(|(space, _)| split(space)));
    if !others.is_empty() {
        readings.push(Reading::new(&parts.join(" "), Vec::new()));
    }
    readings
}

/// The larger area comes first: `France, Paris`, `中国北京`.
fn reversed(parts: &[String]) -> Vec<Reading> {
    let Some((last, before)) = parts.split_last() else { return Vec::new() };
    if !before.is_empty() {
        return vec![Reading::new(last, before.to_vec())];
    }
    let (gap, splits): (usize, Vec<usize>) = if last.chars().all(is_cjk) {
        (0, last.char_indices().map(|(at, _)| at).skip(1).take(MAX_QUALIFYING_WORDS).collect())
    } else {
        (1, last.match_indices(' ').map(|(at, _)| at).take(MAX_QUALIFYING_WORDS).collect())
    };
    let split = |at| Reading::new(&last[at + gap..], vec![last[..at].to_owned()]);
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
    "state of",
    "province of",
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
    "today",
    "tonight",
    "tomorrow",
    "now",
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

/// The parts without postcodes, without words that ask for weather, and without words for the kind of place; and the
/// minimum population of the place.
fn without_noise_words(parts: &[String], may_have_district: bool) -> (Vec<String>, u32) {
    let mut min_population = 0;
    let bare = parts.iter().map(|part| {
        let (part, has_district) = without_postcodes(part, may_have_district);
        let mut bare = part.as_str();
        bare = LEADING_WORDS.iter().find_map(|words| bare.strip_prefix(words)?.strip_prefix(' ')).unwrap_or(bare);
        if has_district {
            min_population = MIN_CITY_WITH_DISTRICTS;
        } else if bare.ends_with(" city") {
            min_population = min_population.max(MIN_CITY);
        }
        bare = TRAILING_WORDS.iter().find_map(|words| bare.strip_suffix(words)?.strip_suffix(' ')).unwrap_or(bare);
        bare = JOINED_SUFFIXES.iter().find_map(|end| bare.strip_suffix(end)).unwrap_or(bare);
        bare.trim_end().to_owned()
    });
    let bare = bare.filter(|part| !part.is_empty()).collect();
    (bare, min_population)
}

/// The minimum length of a postcode that consists of one number.
const MIN_POSTCODE_BYTES: usize = 3;

/// A part without its postcode (`10115`, `111 22`, `M5V 2T6`) or the number of a district (`Praha 1`, `London E1`), and
/// whether it was the latter.
fn without_postcodes(part: &str, may_have_district: bool) -> (String, bool) {
    let words: Vec<&str> = part.split(' ').collect();
    let has_digit_at = |at: usize| words.get(at).is_some_and(|word| has_digit(word));
    let (mut left, mut has_district) = (Vec::new(), false);
    for (at, word) in words.iter().enumerate() {
        let is_long = word.len() >= MIN_POSTCODE_BYTES || has_digit_at(at + 1) || at > 0 && has_digit_at(at - 1);
        let is_after_name_or_code = at > 0 || word.starts_with(|first: char| first.is_alphabetic());
        if has_digit(word) && (is_long || may_have_district && is_after_name_or_code) {
            has_district |= !is_long;
        } else {
            left.push(*word);
        }
    }
    (left.join(" "), has_district)
}

fn has_digit(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit())
}

/// The longest code of a country before a postcode: `D-80331`, `FIN-00100`.
const MAX_COUNTRY_CODE_BYTES: usize = 3;

/// A text without the codes of countries before postcodes.
fn without_country_codes(text: &str) -> String {
    let bare = text.split_whitespace().map(|word| match word.split_once('-') {
        Some((code, postcode))
            if code.len() <= MAX_COUNTRY_CODE_BYTES
                && code.bytes().all(|letter| letter.is_ascii_alphabetic())
                && postcode.starts_with(|first: char| first.is_ascii_digit()) =>
        {
            postcode
        }
        _ => word,
    });
    bare.collect::<Vec<_>>().join(" ")
}

/// A part without a Dutch postcode, which is four digits and two letters.
fn without_dutch_postcode(part: &str) -> String {
    let words: Vec<&str> = part.split(' ').collect();
    let is_postcode = |pair: &[&str]| {
        let [digits, letters] = pair else { return false };
        digits.len() == 4
            && digits.bytes().all(|digit| digit.is_ascii_digit())
            && letters.len() == 2
            && letters.bytes().all(|letter| letter.is_ascii_lowercase())
    };
    match words.windows(2).position(is_postcode) {
        Some(at) => [&words[..at], &words[at + 2..]].concat().join(" "),
        None => part.to_owned(),
    }
}
