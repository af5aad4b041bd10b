//! From a text to places: what is looked up, in which order, and what counts as the same place.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::names::{Found, Names};
use super::query::{Reading, readings};
use super::records::Records;

/// A slip counts only in names of so many letters: shorter ones are all a slip apart.
const MIN_LETTERS_FOR_EDIT: usize = 5;

/// Two places of one name in one region and this near to each other, in kilometres, are one place
/// that GeoNames has twice (a town and its municipality's seat, say).
const TWIN_KM: f64 = 15.0;

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
    readings: Vec<Reading>,
}

impl<'a> Search<'a> {
    pub(super) fn new(names: &'a Names, records: &'a Records, text: &str) -> Self {
        Self { names, records, readings: readings(text) }
    }

    /// Adds the places that the text names in full, by the first reading that fits any.
    pub(super) fn add_whole(&self, answers: &mut Answers) {
        let matches = self.readings.iter().map(|reading| self.whole(reading, false));
        answers.add(matches.into_iter().find(|found| !found.is_empty()).unwrap_or_default());
    }

    /// Adds the places that the text may come to name when it is typed on.
    pub(super) fn add_begun(&self, answers: &mut Answers) {
        let Some((first, others)) = self.readings.split_first() else { return };
        let limit = answers.limit;
        let lies_there = |found: &Found| self.records.lies_in(found.place, &first.qualifiers, true);
        let mut seen = HashSet::new();
        let begun = self.names.begun(&first.name).filter(lies_there).filter(|found| seen.insert(found.place));
        let mut found: Vec<Found> = begun.take(limit).collect();
        for reading in others {
            found.extend(self.whole(reading, true));
        }
        found.sort_by_key(|found| (Reverse(found.score), found.place));
        answers.add(found);
    }

    /// Adds the places that the text names but for a slip, by the first reading that fits any.
    pub(super) fn add_one_edit_away(&self, answers: &mut Answers) {
        for reading in &self.readings {
            let found = self.one_edit_away(reading, answers.limit);
            if !found.is_empty() {
                return answers.add(found);
            }
        }
    }

    /// Adds the places of the name alone, wherever the text says that they lie.
    pub(super) fn add_elsewhere(&self, answers: &mut Answers) {
        for reading in &self.readings {
            let anywhere = Reading { qualifiers: Vec::new(), ..reading.clone() };
            let mut found = self.whole(&anywhere, false);
            if found.is_empty() {
                found = self.one_edit_away(&anywhere, answers.limit);
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

    fn one_edit_away(&self, reading: &Reading, limit: usize) -> Vec<Found> {
        if reading.name.chars().filter(|c| c.is_alphabetic()).count() < MIN_LETTERS_FOR_EDIT {
            return Vec::new();
        }
        let found = self.names.one_edit_away(&reading.name).into_iter().flatten();
        let mut seen = HashSet::new();
        found
            .filter(|found| self.records.lies_in(found.place, &reading.qualifiers, false))
            .filter(|found| seen.insert(found.place))
            .take(limit)
            .collect()
    }
}
