//! Which keys a place is found under.

use std::collections::BTreeMap;

use weather_app::places::fold::{fold, fold_letters};
use weather_app::places::format::Kind;

use crate::dump::Place;

/// Places of at least this many people are found under all their alternate names; smaller ones only
/// under those in another script than Latin, which no spelling of the official name leads to.
const ALL_NAMES_FROM: u32 = 15_000;

/// The folded names of a place, each with the best way it comes by it.
pub(crate) fn keys(place: &Place) -> BTreeMap<String, Kind> {
    let mut keys = BTreeMap::new();
    let mut add = |name: &str, kind: Kind| {
        for key in [fold(name), fold_letters(name)] {
            if !key.is_empty() {
                keys.entry(key).and_modify(|known: &mut Kind| *known = kind.min(*known)).or_insert(kind);
            }
        }
    };
    add(&place.name, Kind::Official);
    add(&parted(&place.name), Kind::Official);
    if let Some(short) = shortened(&place.name) {
        add(short, Kind::Shortened);
    }
    for name in &place.alternate_names {
        if place.population >= ALL_NAMES_FROM || !has_latin(name) {
            add(name, Kind::Alternate);
        }
    }
    keys
}

/// A name without its trailing parenthesis or the word City.
fn shortened(name: &str) -> Option<&str> {
    let short = match name.strip_suffix(')') {
        Some(open) => open.rsplit_once('(')?.0,
        None => name.strip_suffix(" City")?,
    };
    Some(short.trim_end())
}

/// Writes a space for an apostrophe: people type `L Aquila` and `LAquila`.
fn parted(name: &str) -> String {
    name.replace(['\'', '’'], " ")
}

/// Whether a name has a letter of the Latin script (by Unicode's blocks for it).
fn has_latin(name: &str) -> bool {
    let latin =
        |c| matches!(c, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{2c60}'..='\u{2c7f}' | '\u{a720}'..='\u{a7ff}');
    name.chars().any(|c| c.is_alphabetic() && latin(c))
}
