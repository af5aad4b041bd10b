//! All names, and the lists of the places that share one.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use fst::MapBuilder;
use weather_app::places::alphabet::{Alphabet, Code, FIRST_LEAD};
use weather_app::places::format::{Kind, Posting, Section, Value};

use crate::dump::Place;
use crate::names;
use crate::pack::Sections;

/// The bytes that `fst` takes least space for, cheapest first (its table of common inputs).
const CHEAP_BYTES: &[u8] = b"te/oasripcnw.hlm-du012g=:bf3y5&_4v9678k%?xCDASFIBEjPTzRNM+LOqH";

pub(crate) fn sections(places: &[Place]) -> Result<Sections, Box<dyn Error>> {
    let mut postings: BTreeMap<String, Vec<Posting>> = BTreeMap::new();
    for (place, number) in places.iter().zip(0..) {
        for (key, kind) in names::keys(place) {
            postings.entry(key).or_default().push(Posting { place: number, kind });
        }
    }
    let needs_list = |list: &&[Posting]| !matches!(list, [only] if only.kind != Kind::Shortened);
    let lists: BTreeSet<&[Posting]> = postings.values().map(Vec::as_slice).filter(needs_list).collect();
    let lists: Vec<&[Posting]> = lists.into_iter().collect();
    let list_items = list_items(&lists)?;

    let (characters, codes) = alphabet(postings.keys())?;
    let alphabet = Alphabet::new(&characters, &codes);
    let mut entries = Vec::new();
    for (key, list) in &postings {
        let value = match list_items.get(list.as_slice()) {
            Some(&item) => Value { item, alternate: false },
            None => Value { item: place_item(list[0].place, &lists)?, alternate: list[0].kind == Kind::Alternate },
        };
        entries.push((alphabet.encode(key).ok_or("a key of no alphabet")?, value.pack()));
    }
    entries.sort_unstable();
    let mut keys = MapBuilder::memory();
    keys.extend_iter(entries)?;
    let keys = keys.into_inner()?;

    let mut starts = vec![0];
    for list in &lists {
        starts.push(starts[starts.len() - 1] + u32::try_from(list.len())?);
    }
    Ok(vec![
        (Section::Characters, characters),
        (Section::CharacterCodes, codes),
        (Section::ListItems, bytes(lists.iter().map(|list| list_items[list]))),
        (Section::ListStarts, bytes(starts)),
        (Section::ListPostings, bytes(lists.iter().flat_map(|list| list.iter().map(|posting| posting.pack())))),
        (Section::Keys, keys),
    ])
}

fn bytes(numbers: impl IntoIterator<Item = u32>) -> Vec<u8> {
    numbers.into_iter().flat_map(u32::to_le_bytes).collect()
}

/// The item number of each list. Lists are in the order of the places that lead them.
fn list_items<'a>(lists: &[&'a [Posting]]) -> Result<BTreeMap<&'a [Posting], u32>, Box<dyn Error>> {
    lists.iter().enumerate().map(|(i, list)| Ok((*list, list[0].place + u32::try_from(i)?))).collect()
}

/// The item number of a place: the better places and the lists that they or it lead come first.
fn place_item(place: u32, lists: &[&[Posting]]) -> Result<u32, Box<dyn Error>> {
    Ok(place + u32::try_from(lists.partition_point(|list| list[0].place <= place))?)
}

/// The characters in use, ascending, and the code of each: one byte for the most frequent.
fn alphabet<'a>(keys: impl Iterator<Item = &'a String>) -> Result<(Vec<u8>, Vec<u8>), Box<dyn Error>> {
    let mut uses = BTreeMap::new();
    for character in keys.flat_map(|key| key.chars()) {
        *uses.entry(character).or_insert(0) += 1;
    }
    let mut most_frequent: Vec<(Reverse<u32>, char)> = uses.into_iter().map(|(c, n)| (Reverse(n), c)).collect();
    most_frequent.sort_unstable();

    let cheap = CHEAP_BYTES.iter().copied();
    let others = (0..FIRST_LEAD).filter(|byte| !CHEAP_BYTES.contains(byte));
    let pairs = Code::from_be_bytes([FIRST_LEAD, 0])..=Code::MAX;
    let mut codes = cheap.chain(others).map(Code::from).chain(pairs);
    let mut code_of = BTreeMap::new();
    for (_, character) in most_frequent {
        code_of.insert(character, codes.next().ok_or("more characters than codes")?);
    }
    let characters = code_of.keys().flat_map(|&character| u32::from(character).to_le_bytes()).collect();
    Ok((characters, code_of.values().flat_map(|code| code.to_le_bytes()).collect()))
}
