//! What a text may mean: a name, and where the place of that name should lie.

use super::fold::{fold, fold_letters};

/// The longest text that is looked at, in bytes. GeoNames' longest names have a third of it.
const MAX_BYTES: usize = 600;

/// What parts a name from what follows it, in whichever script.
const COMMAS: [char; 5] = [',', ';', '，', '、', '،'];

/// Without commas, how many words at the end may say where the place lies
/// (`Kingstown Saint Vincent and the Grenadines`).
const MAX_QUALIFYING_WORDS: usize = 8;

/// A text that is looked up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    /// What is before the first comma, with its last word as it is: someone may be typing it.
    pub(super) begun: String,
    /// The likeliest first.
    pub(super) readings: Vec<Reading>,
}

/// One way to read a text, folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) name: String,
    /// Each must be made of names and codes of the place's region and country.
    pub(super) qualifiers: Vec<String>,
}

impl Query {
    /// A comma ends the name: `Paris, TX` is first a Paris in TX. Without one the whole text is first
    /// taken for a name, then ever fewer of its leading words: `Paris Texas`, `New York NY`. A text
    /// with a comma is a name as a whole last of all (`Misato, Saitama`).
    pub(super) fn new(text: &str) -> Self {
        if text.len() > MAX_BYTES {
            return Self::default();
        }
        let mut parts = text.split(COMMAS).map(|part| (part, fold(part))).filter(|(_, part)| !part.is_empty());
        let Some((as_typed, first)) = parts.next() else {
            return Self::default();
        };
        let qualifiers: Vec<String> = parts.map(|(_, part)| part).collect();

        let mut readings = vec![Reading { name: first.clone(), qualifiers: qualifiers.clone() }];
        let spaces = first.rmatch_indices(' ').take(MAX_QUALIFYING_WORDS);
        readings.extend(spaces.map(|(space, _)| Reading {
            name: first[..space].to_owned(),
            qualifiers: [&[first[space + 1..].to_owned()], qualifiers.as_slice()].concat(),
        }));
        if !qualifiers.is_empty() {
            readings.push(Reading { name: fold(text), qualifiers: Vec::new() });
        }
        Self { begun: fold_letters(as_typed), readings }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let readings = Query::new(text).readings.into_iter();
        readings.map(|reading| format!("{}|{}", reading.name, reading.qualifiers.join("|"))).collect()
    }

    #[test]
    fn without_commas_the_longest_name_comes_first() {
        assert_eq!(read("New York NY"), ["new york ny|", "new york|ny", "new|york ny"]);
        assert_eq!(read("Paris"), ["paris|"]);
    }

    #[test]
    fn a_comma_ends_the_name() {
        assert_eq!(read("Paris, TX"), ["paris|tx", "paris tx|"]);
        assert_eq!(read("Springfield IL,US"), ["springfield il|us", "springfield|il|us", "springfield il us|"]);
        assert_eq!(read("London，"), ["london|"]);
    }

    #[test]
    fn there_is_nothing_to_read_without_letters_or_end() {
        assert_eq!(read(" ,;🌧️"), [""; 0]);
        assert_eq!(read(&"a".repeat(10_000)), [""; 0]);
    }
}
