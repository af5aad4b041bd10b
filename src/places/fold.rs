//! Reduces every way of typing a name to one spelling.
//!
//! The gazetteer's names were folded when its file was built, a query is folded when it arrives, and the two are
//! compared byte by byte. After a change here the file must be built again.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// The simplified character for each traditional one.
static SIMPLIFIED: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let lines = include_str!("simplified.txt").lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.flat_map(str::split_whitespace).filter_map(|pair| {
        let mut pair = pair.chars();
        Some((pair.next()?, pair.next()?))
    });
    pairs.collect()
});

/// Abbreviations with the long form under which both spellings are found.
const ABBREVIATIONS: &[(&str, &str)] =
    &[("ft", "fort"), ("mt", "mount"), ("sankt", "saint"), ("sint", "saint"), ("st", "saint"), ("ste", "sainte")];

/// Folds case, accents, letter variants and punctuation, and expands abbreviations.
///
/// `St. Gallen`, `ST GALLEN` and `Sankt Gallen` all become `saint gallen`. Text without a letter or digit becomes
/// empty. Folding is idempotent.
#[must_use]
pub fn fold(text: &str) -> String {
    let plain = fold_letters(text);
    let mut folded = String::with_capacity(plain.len() + 4);
    for word in plain.split(' ') {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(long_form(word).unwrap_or(word));
    }
    folded
}

/// Folds as [`fold`] does, but does not expand abbreviations.
///
/// The last word of a text that is still being typed may be the start of a longer one: `st` may become Stockholm.
#[must_use]
pub fn fold_letters(text: &str) -> String {
    let mut words = FoldedWords::default();
    let decomposed = text.chars().filter(|&c| !is_ignored(c)).nfkd();
    for c in decomposed.flat_map(char::to_lowercase).nfkd() {
        if is_ignored(c) || is_accent(c) {
            continue;
        }
        if c == '.' {
            words.push_dot();
        } else if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) {
            match latin_spelling(c) {
                Some(spelling) => spelling.chars().for_each(|c| words.push_letter(c)),
                None => words.push_letter(canonical_letter(c)),
            }
        } else {
            words.push_space();
        }
    }
    words.text.nfc().collect()
}

fn long_form(word: &str) -> Option<&'static str> {
    ABBREVIATIONS.iter().find(|(short, _)| *short == word).map(|(_, long)| *long)
}

/// Words separated by one space, with none at either end.
#[derive(Default)]
struct FoldedWords {
    text: String,
    /// How many letters the current word has so far.
    letters: usize,
    /// Whether the next letter begins a new word.
    gap: bool,
}

impl FoldedWords {
    fn push_letter(&mut self, c: char) {
        if self.gap && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.gap = false;
        self.letters += 1;
        self.text.push(c);
    }

    fn push_space(&mut self) {
        self.gap = true;
        self.letters = 0;
    }

    /// The dots of `D.C.` are dropped; the one in `St.Petersburg` separates two words.
    fn push_dot(&mut self) {
        if self.letters > 1 {
            self.push_space();
        }
        self.letters = 0;
    }
}

/// Characters that are dropped without ending the word: apostrophes of all kinds, joiners, direction marks.
fn is_ignored(c: char) -> bool {
    matches!(c,
        '\'' | '`' | '´' | '\u{2b0}'..='\u{2ff}' | '\u{2018}'..='\u{201b}' | '\u{2032}'..='\u{2037}' | '\u{a78b}'
        | '\u{a78c}' | '\u{ad}' | '\u{640}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Marks above and below letters in scripts that can be read without them: the combining diacritics of Latin, Greek and
/// Cyrillic, Hebrew points, Arabic vowel signs and hamzas.
///
/// The marks of other scripts (Devanagari vowels, Japanese voicing, Thai) change the word and are kept.
fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}'
        | '\u{5c4}' | '\u{5c5}' | '\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// The usual plain Latin spelling of a letter that Unicode does not decompose.
fn latin_spelling(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ø' | 'ɔ' | 'ɵ' => "o",
        'ł' | 'ƚ' => "l",
        'đ' | 'ð' | 'ɖ' | 'ɗ' => "d",
        'ı' | 'ɨ' => "i",
        'ħ' => "h",
        'ŋ' | 'ɲ' | 'ƞ' => "n",
        'ŧ' => "t",
        'ĸ' | 'ƙ' => "k",
        'ə' | 'ǝ' | 'ɑ' => "a",
        'ɛ' | 'ɇ' => "e",
        'ɓ' | 'ƀ' => "b",
        'ƴ' => "y",
        'ƶ' => "z",
        'ɣ' | 'ǥ' => "g",
        'ʉ' => "u",
        'ʋ' => "v",
        _ => return None,
    })
}

/// The letter that replaces its variants: σ for final sigma, Arabic letters for their Persian and Urdu forms, hiragana
/// for katakana, large vowels for small ones (`チェンマイ` and `チエンマイ`), simplified Chinese characters for traditional ones.
fn canonical_letter(c: char) -> char {
    match c {
        'ς' => 'σ',
        'ى' | 'ی' | 'ې' | 'ے' => 'ي',
        'ک' | 'ڪ' => 'ك',
        'ة' | 'ە' | 'ہ' | 'ۀ' => 'ه',
        '\u{30a1}'..='\u{30f6}' => {
            canonical_letter(char::from_u32(u32::from(c) - HIRAGANA_BEFORE_KATAKANA).unwrap_or(c))
        }
        'ぁ' => 'あ',
        'ぃ' => 'い',
        'ぅ' => 'う',
        'ぇ' => 'え',
        'ぉ' => 'お',
        '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}' => SIMPLIFIED.get(&c).copied().unwrap_or(c),
        _ => c,
    }
}

/// The distance between the two blocks in Unicode, which have the same order.
const HIRAGANA_BEFORE_KATAKANA: u32 = 0x60;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn all_spellings_of_a_name_become_one() {
        let cases: &[(&str, &[&str])] = &[
            ("munchen", &["München", "MÜNCHEN", "Mu\u{308}nchen", " münchen "]),
            ("saint petersburg", &["St. Petersburg", "St.Petersburg", "st petersburg", "Saint  Petersburg"]),
            ("saint denis", &["Saint-Denis", "St.-Denis", "St Denis"]),
            ("sainte foy", &["Ste-Foy", "Sainte Foy"]),
            ("xian", &["Xi'an", "Xi’an", "Xiʼan", "XIAN"]),
            ("washington dc", &["Washington, D.C.", "Washington DC", "washington d.c"]),
            ("usa", &["U.S.A.", "USA"]),
            ("halle saale", &["Halle (Saale)", "Halle/Saale", "Halle - Saale"]),
            ("lodz", &["Łódź", "LODZ"]),
            ("tromso", &["Tromsø"]),
            ("strasse", &["Straße", "STRASSE", "STRAẞE"]),
            ("istanbul", &["İstanbul", "istanbul", "Istanbul"]),
            ("diyarbakir", &["Diyarbakır"]),
            ("thorlakshofn", &["Þorlákshöfn"]),
            ("αθηνα", &["Αθήνα", "ΑΘΗΝΑ"]),
            ("πατρασ", &["Πάτρας", "ΠΑΤΡΑΣ"]),
            ("орел", &["Орёл", "ОРЕЛ"]),
            ("القاهره", &["القاهرة", "القَاهِرَة", "القـاهرة"]),
            ("תל אביב", &["תל־אביב", "תֵּל אָבִיב"]),
            ("서울", &["서울", "\u{1109}\u{1165}\u{110b}\u{116e}\u{11af}"]),
            ("がっこう", &["がっこう", "か\u{3099}っこう", "ガッコウ"]),
            ("台北", &["台北", "臺北"]),
            ("दिल्ली", &["दिल्ली"]),
            ("กรุงเทพ", &["กรุงเทพ"]),
            ("london", &["ＬＯＮＤＯＮ", "\u{202e}London\u{202c}", "Lon\u{ad}don"]),
        ];
        for (folded, spellings) in cases {
            for spelling in *spellings {
                assert_eq!(fold(spelling), *folded, "{spelling}");
            }
        }
    }

    #[test]
    fn text_without_letters_becomes_empty() {
        for text in ["", " ", "\0", "...", "'", "\u{301}", "🌧️", "、。", "\u{200f}"] {
            assert_eq!(fold(text), "", "{text:?}");
        }
    }

    #[test]
    fn folding_letters_alone_keeps_abbreviations() {
        assert_eq!(fold_letters("St"), "st");
        assert_eq!(fold("St"), "saint");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn folding_twice_changes_nothing(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn case_does_not_matter(text in "[a-zß-öø-ÿα-ωά-ώа-яё .'-]{0,12}") {
            prop_assert_eq!(fold(&text.to_uppercase()), fold(&text.to_lowercase()));
        }

        #[test]
        fn spaces_stand_only_between_words(text in any::<String>()) {
            let folded = fold(&text);
            prop_assert!(!folded.starts_with(' ') && !folded.ends_with(' ') && !folded.contains("  "));
        }
    }
}
