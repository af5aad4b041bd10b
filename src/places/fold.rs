//! One spelling for every way a name may be typed.
//!
//! The gazetteer's names were folded when its file was built, a query is folded when it comes in,
//! and the two are then compared byte by byte. So a change here asks for the file to be built again.

use unicode_normalization::UnicodeNormalization;

/// Words that people write short, with the long form that both spellings are found under.
const ABBREVIATIONS: &[(&str, &str)] =
    &[("ft", "fort"), ("mt", "mount"), ("sankt", "saint"), ("sint", "saint"), ("st", "saint"), ("ste", "sainte")];

/// Folds case, accents, letter variants and punctuation, and writes abbreviated words out.
///
/// `St. Gallen`, `ST GALLEN` and `Sankt Gallen` all become `saint gallen`. Text without a letter or
/// digit becomes empty. Folding what is folded changes nothing.
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

/// Folds as [`fold`] does, but leaves abbreviated words as they are.
///
/// The last word of a text that is still being typed may be the start of a longer one: `st` may
/// become Stockholm.
#[must_use]
pub fn fold_letters(text: &str) -> String {
    let mut words = Words::default();
    let decomposed = text.chars().filter(|&c| !is_silent(c)).nfkd();
    for c in decomposed.flat_map(char::to_lowercase).nfkd() {
        if is_silent(c) || is_accent(c) {
            continue;
        }
        if c == '.' {
            words.dot();
        } else if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) {
            match latin_spelling(c) {
                Some(spelling) => spelling.chars().for_each(|c| words.letter(c)),
                None => words.letter(same_letter(c)),
            }
        } else {
            words.space();
        }
    }
    words.text.nfc().collect()
}

fn long_form(word: &str) -> Option<&'static str> {
    ABBREVIATIONS.iter().find(|(short, _)| *short == word).map(|(_, long)| *long)
}

/// Words with one space between them, none at either end.
#[derive(Default)]
struct Words {
    text: String,
    /// Letters of the word that is being written.
    letters: usize,
    gap: bool,
}

impl Words {
    fn letter(&mut self, c: char) {
        if self.gap && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.gap = false;
        self.letters += 1;
        self.text.push(c);
    }

    fn space(&mut self) {
        self.gap = true;
        self.letters = 0;
    }

    /// The dots of `D.C.` vanish; the one of `St.Petersburg` parts two words.
    fn dot(&mut self) {
        if self.letters > 1 {
            self.space();
        }
        self.letters = 0;
    }
}

/// Signs that vanish without parting a word: apostrophes of all kinds, joiners, direction marks.
fn is_silent(c: char) -> bool {
    matches!(c,
        '\'' | '`' | '´' | '\u{2b0}'..='\u{2ff}' | '\u{2018}'..='\u{201b}' | '\u{2032}'..='\u{2037}' | '\u{a78b}'
        | '\u{a78c}' | '\u{ad}' | '\u{640}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Marks over and under the letters of scripts that are read without them: the combining
/// diacritics of Latin, Greek and Cyrillic, Hebrew points, Arabic vowel signs and hamzas.
///
/// The marks of other scripts (Devanagari vowels, Japanese voicing, Thai) carry the word and stay.
fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}'
        | '\u{5c4}' | '\u{5c5}' | '\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// How a letter that no decomposition reaches is usually written in plain Latin.
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

/// The letter that stands for its variants: final sigma, and Persian and Urdu forms of Arabic letters.
fn same_letter(c: char) -> char {
    match c {
        'ς' => 'σ',
        'ى' | 'ی' | 'ې' | 'ے' => 'ي',
        'ک' | 'ڪ' => 'ك',
        'ة' | 'ە' | 'ہ' | 'ۀ' => 'ه',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spells_what_people_type_in_one_way() {
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
            ("がっこう", &["がっこう", "か\u{3099}っこう"]),
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
    fn leaves_nothing_of_text_without_letters() {
        for text in ["", " ", "\0", "...", "'", "\u{301}", "🌧️", "、。", "\u{200f}"] {
            assert_eq!(fold(text), "", "{text:?}");
        }
    }

    #[test]
    fn keeps_the_word_being_typed_when_only_letters_are_folded() {
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
