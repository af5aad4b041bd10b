//! From a text to places: what is looked up, in which order, and what counts as the same place.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::names::{Found, Names};
use super::query::{Query, Reading};
use super::records::Records;

/// A slip counts only in names of so many letters: shorter ones are all a slip apart.
const MIN_LETTERS_FOR_EDIT: usize = 5;

/// No one misspells a name of more letters and still expects it to be known; trying every edit of a
/// text as long as the longest query would take milliseconds.
const MAX_LETTERS_FOR_EDIT: usize = 60;

/// Two places of one name in one region and this near to each other, in kilometres, are one place
/// that GeoNames has twice (a town and its municipality's seat, say).
const TWIN_KM: f64 = 10.0;

/// Places in the order in which they were added, none twice.
pub(super) struct Answers<'a> {
    records: &'a Records,
    limit: usize,
    places: Vec<u32>,
}

impl<'a> Answers<'a> {
    pub(super) fn new(records: &'a Records, limit: usize) -> Self {
        Self { records, limit, places: Vec::new() }
    }

    pub(super) fn is_full(&self) -> bool {
        self.places.len() >= self.limit
    }

    pub(super) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    pub(super) fn into_places(self) -> Vec<u32> {
        self.places
    }

    fn add(&mut self, found: impl IntoIterator<Item = Found>) {
        for Found { place, .. } in found {
            if self.is_full() {
                return;
            }
            if !self.places.iter().any(|&known| self.is_same(known, place)) {
                self.places.push(place);
            }
        }
    }

    fn is_same(&self, one: u32, other: u32) -> bool {
        let records = self.records;
        one == other
            || records.region(one) == records.region(other)
                && records.coordinates(one).distance_km(records.coordinates(other)) < TWIN_KM
                && records.name(one) == records.name(other)
    }
}

/// A text that is being looked up.
pub(super) struct Search<'a> {
    names: &'a Names,
    records: &'a Records,
    query: Query,
}

impl<'a> Search<'a> {
    pub(super) fn new(names: &'a Names, records: &'a Records, text: &str) -> Self {
        Self { names, records, query: Query::new(text) }
    }

    /// Adds the places that the text names in full, by the first reading that fits any.
    pub(super) fn add_whole(&self, answers: &mut Answers) {
        let matches = self.query.readings.iter().map(|reading| self.whole(reading, false));
        answers.add(matches.into_iter().find(|found| !found.is_empty()).unwrap_or_default());
    }

    /// Adds the places that the text may come to name when it is typed on, and those that it names
    /// already.
    pub(super) fn add_begun(&self, answers: &mut Answers) {
        let Some((first, others)) = self.query.readings.split_first() else {
            return;
        };
        let lies_there = |found: &Found| self.records.lies_in(found.place, &first.qualifiers, true);
        let mut seen = HashSet::new();
        let begun = self
            .names
            .begun([&first.name, &self.query.begun])
            .filter(lies_there)
            .filter(|found| seen.insert(found.place));
        let mut found: Vec<Found> = begun.take(answers.limit).collect();
        found.extend(self.whole(first, true));
        for reading in others {
            found.extend(self.whole(reading, true));
        }
        found.sort_by_key(|found| (Reverse(found.score), found.place));
        answers.add(found);
    }

    /// Adds the places that the text names but for a slip, by the first reading that fits any.
    pub(super) fn add_one_edit_away(&self, answers: &mut Answers) {
        for reading in &self.query.readings {
            let found = self.one_edit_away(reading);
            if !found.is_empty() {
                return answers.add(found);
            }
        }
    }

    /// Adds the places of the name alone, wherever the text says that they lie.
    pub(super) fn add_elsewhere(&self, answers: &mut Answers) {
        for reading in &self.query.readings {
            let anywhere = Reading { qualifiers: Vec::new(), ..reading.clone() };
            let mut found = self.whole(&anywhere, false);
            if found.is_empty() {
                found = self.one_edit_away(&anywhere);
            }
            if !found.is_empty() {
                return answers.add(found);
            }
        }
    }

    fn whole(&self, reading: &Reading, open_ended: bool) -> Vec<Found> {
        let mut found = self.names.whole(&reading.name);
        found.retain(|found| self.records.lies_in(found.place, &reading.qualifiers, open_ended));
        found
    }

    fn one_edit_away(&self, reading: &Reading) -> Vec<Found> {
        let letters = reading.name.chars().filter(|c| c.is_alphabetic()).count();
        if !(MIN_LETTERS_FOR_EDIT..=MAX_LETTERS_FOR_EDIT).contains(&letters) {
            return Vec::new();
        }
        let found = self.names.one_edit_away(&reading.name).into_iter();
        found.filter(|found| self.records.lies_in(found.place, &reading.qualifiers, false)).collect()
    }
}
