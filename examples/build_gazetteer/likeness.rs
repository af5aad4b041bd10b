//! Grades the alternate names of a place by their similarity to the official name and to each other.

use weather_app::places::fold::fold;

use crate::dump::Place;
use crate::prominence::{Grade, is_written_by_people};

/// Two names are similar if the consonants of one begin with those of the other. This is how many must agree, and how many
/// more may follow.
const MIN_CONSONANTS: usize = 2;
const MAX_ENDING: usize = 2;

/// A name is shared by several languages if this many names of the place, itself included, are similar to it.
const SHARED_BY: usize = 3;

/// Different spellings of the same consonant, longer ones first.
const SOUNDS: &[(&str, &str)] =
    &[("ph", "f"), ("ch", "k"), ("c", "k"), ("q", "k"), ("w", "v"), ("f", "v"), ("z", "s"), ("x", "ks")];

/// Different spellings of the same vowel.
const VOWELS: &[(&str, &str)] = &[("y", "e"), ("j", "e"), ("i", "e"), ("u", "o")];

/// The names of a place, prepared for comparison.
pub(crate) struct KnownNames {
    official: String,
    official_sound: String,
    consonants: Vec<String>,
}

impl KnownNames {
    pub(crate) fn new(place: &Place) -> Self {
        let names = place.alternate_names.iter().filter(|name| is_written_by_people(name)).map(|name| fold(name));
        let official = fold(&place.name);
        Self {
            official_sound: sound(&official),
            official,
            consonants: names.filter(|name| name.is_ascii()).map(|name| consonants(&name)).collect(),
        }
    }

    pub(crate) fn grade(&self, name: &str) -> Grade {
        let name = fold(name);
        if !name.is_ascii() {
            return Grade::Foreign;
        }
        if format!(" {} ", self.official).contains(&format!(" {name} ")) {
            return Grade::Part;
        }
        let spoken = consonants(&name);
        if spoken.len() >= MIN_CONSONANTS && sound(&name) == self.official_sound {
            return Grade::Respelt;
        }
        if are_alike(&spoken, &consonants(&self.official)) {
            return Grade::Variant;
        }
        let like_it = self.consonants.iter().filter(|other| are_alike(&spoken, other));
        if like_it.count() >= SHARED_BY { Grade::Shared } else { Grade::Rare }
    }
}

fn are_alike(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    short.len() >= MIN_CONSONANTS && long.strip_prefix(short).is_some_and(|ending| ending.len() <= MAX_ENDING)
}

/// The consonants of a folded name in a common spelling, without repetitions.
fn consonants(folded: &str) -> String {
    without_repetitions(respelt(folded, SOUNDS).chars().filter(|letter| !" aeiouyjh".contains(*letter)))
}

/// The letters of a folded name in a common spelling, without repetitions, silent letters, and the ending of Greek names
/// that other languages drop: equal for `Odessa` and `Odesa`, `Gerona` and `Girona`, `Corinth` and `Kórinthos`.
fn sound(folded: &str) -> String {
    let spelt = respelt(&respelt(folded, SOUNDS), VOWELS);
    let sound = without_repetitions(spelt.chars().filter(|letter| !" h".contains(*letter)));
    sound.strip_suffix("os").map_or_else(|| sound.clone(), str::to_owned)
}

fn respelt(name: &str, spellings: &[(&str, &str)]) -> String {
    spellings.iter().fold(name.to_owned(), |spelt, (letters, common)| spelt.replace(letters, common))
}

fn without_repetitions(letters: impl Iterator<Item = char>) -> String {
    let mut without = String::new();
    for letter in letters {
        if !without.ends_with(letter) {
            without.push(letter);
        }
    }
    without
}
