//! Finds places for a text: what is looked up, in which order, and which results are duplicates.

use std::cmp::Reverse;

use super::areas::{Areas, QualifierMeanings};
use super::fold::fold;
use super::format::{Familiarity, Posting, STEPS_PER_DOUBLING};
use super::found::{Found, familiarity_penalty};
use super::misspelt::{EDIT_PENALTY, NearName};
use super::names::Names;
use super::query::{Query, Reading};
use super::records::{IATA_CODE_LETTERS, Records};
use super::work::WorkBudget;

/// The units of work that one lookup may do, which take about a millisecond.
pub(super) const MAX_WORK: u32 = 2_500;

/// The share of [`MAX_WORK`] for one search by prefix.
const MAX_PREFIX_WORK: u32 = 800;

/// The share of [`MAX_WORK`] for one search of names within some edits.
const MAX_EDIT_WORK: u32 = 1_000;

/// The fewest letters of a text that is corrected: shorter names are all one edit apart.
const MIN_LETTERS_FOR_EDIT: usize = 5;

/// The fewest letters of a text that is corrected by two edits.
const MIN_LETTERS_FOR_TWO_EDITS: usize = 6;

/// What a name typed in full adds to the score, compared with one that only begins with the text: `york` is York, but
/// `new` is New York rather than New, a village.
const EXACT_BONUS: u32 = 6 * STEPS_PER_DOUBLING;

/// How many near names are examined for each place that is wanted, as several may lead to the same one.
const NEAR_NAMES_PER_PLACE: usize = 4;

/// What an incomplete area name after the name subtracts from the score.
const PARTIAL_AREA_PENALTY: u32 = 2 * STEPS_PER_DOUBLING;

/// The length of an abbreviation that is found before names that begin with it.
const ABBREVIATION_LETTERS: usize = 2;

/// The minimum score of a city that is found by an abbreviation: as well known as Washington is by `DC`.
const MIN_ABBREVIATED_SCORE: u32 = 15 * STEPS_PER_DOUBLING - STEPS_PER_DOUBLING / 2;

/// The index in the results of an abbreviation that is not in capitals, which may also become a longer name.
const ABBREVIATION_INDEX: usize = 2;

/// What people type after the code of an airport.
const AIRPORT_WORDS: &[&str] = &["airport", "flughafen"];

/// Whether a place is better known by its three-letter name than an airport by its code: `ULM`, `USA`.
fn is_better_known_than_an_airport(posting: &Posting) -> bool {
    match posting.familiarity {
        Familiarity::Own => 4 * posting.score >= 81 * STEPS_PER_DOUBLING,
        Familiarity::Other => posting.score >= 25 * STEPS_PER_DOUBLING,
        Familiarity::Rare => false,
    }
}

/// Two places with the same name in the same region closer than this, in kilometres, are one place that GeoNames lists
/// twice (a town and its municipality's seat, say).
const DUPLICATE_KM: f64 = 10.0;

/// One lookup of a text.
pub(super) struct Search<'a> {
    names: &'a Names,
    areas: &'a Areas,
    records: &'a Records,
    text: &'a str,
    limit: usize,
    work: WorkBudget,
}

impl<'a> Search<'a> {
    pub(super) fn new(names: &'a Names, areas: &'a Areas, records: &'a Records, text: &'a str, limit: usize) -> Self {
        Self { names, areas, records, text, limit, work: WorkBudget::new(MAX_WORK) }
    }

    /// The places that the text names in full, by the first reading that matches any.
    pub(super) fn exact(mut self) -> Vec<Found> {
        let query = Query::new(self.text);
        let readings = query.readings.iter().chain(&query.reversed);
        let mut found = first_match(readings, |reading| {
            let found = self.exact_reading(reading);
            if query.has_postcode { self.without_capital(&reading.name, found) } else { found }
        });
        self.add_airport(&mut found);
        self.distinct(found)
    }

    /// The places that the text names in full or as far as it is typed; if these are too few, also those within one
    /// edit.
    pub(super) fn completions(mut self) -> Vec<Found> {
        let query = Query::new(self.text);
        let mut found = self.prefix_matches(&query);
        if found.len() < self.limit {
            found.extend(self.misspelt(&query, 1));
        }
        self.distinct(found)
    }

    /// The places within two edits of the text, and those that it names as far as it is typed; if there are none, those
    /// that have the name but do not lie where the text says.
    pub(super) fn suggestions(mut self) -> Vec<Found> {
        let query = Query::new(self.text);
        let mut found = self.misspelt(&query, 2);
        found.extend(self.prefix_matches(&query));
        if found.is_empty() {
            found = self.ignoring_qualifiers(&query);
        }
        self.distinct(found)
    }

    fn exact_reading(&mut self, reading: &Reading) -> Vec<Found> {
        let Some(qualifiers) = self.qualifiers(reading, false) else { return Vec::new() };
        let mut found = self.exact_name(&reading.name, &qualifiers);
        found.retain(|found| self.records.population(found.place) >= reading.min_population);
        found
    }

    /// Drops the capital of a country, the seat of a region, or the main place of a code if nothing but a postcode
    /// stands beside that name: `80331 Germany` is not Berlin and `80331 Bayern` is not Munich, but `Singapore 238801`
    /// is Singapore.
    fn without_capital(&mut self, name: &str, mut found: Vec<Found>) -> Vec<Found> {
        let areas = self.areas.countries_and_codes(name);
        found.retain(|found| {
            let is_that_area = fold(self.records.name(found.place)) == found.name
                && self.areas.all_contain(std::slice::from_ref(&areas), found.place, &mut self.work);
            areas.is_empty() || is_that_area
        });
        if found.first().is_some_and(|best| self.stands_for_a_region(best)) {
            found.clear();
        }
        found
    }

    /// Whether a place was found only by the name of a region, which does not bear the place's name.
    fn stands_for_a_region(&self, found: &Found) -> bool {
        let regions = self.areas.regions(&found.name);
        let name = fold(self.records.name(found.place));
        found.familiarity != Familiarity::Own
            && !regions.is_empty()
            && !regions.iter().any(|region| fold(region).contains(&name))
    }

    /// `None` if a qualifier is not the name of an area.
    fn qualifiers(&mut self, reading: &Reading, open_ended: bool) -> Option<Vec<QualifierMeanings>> {
        let mut all = Vec::new();
        for (i, qualifier) in reading.qualifiers.iter().enumerate() {
            let words: Vec<&str> = qualifier.split(' ').collect();
            let is_last = i + 1 == reading.qualifiers.len();
            all.extend(self.areas.parse(&words, open_ended && is_last, &mut self.work)?);
        }
        Some(all)
    }

    fn exact_name(&mut self, name: &str, qualifiers: &[QualifierMeanings]) -> Vec<Found> {
        let mut found = Vec::new();
        if !name.contains(char::is_alphabetic) {
            return found;
        }
        for posting in self.names.exact(name) {
            if found.len() >= 2 * self.limit || !self.work.take() {
                break;
            }
            if self.areas.all_contain(qualifiers, posting.place, &mut self.work) {
                found.push(Found::new(posting, name.to_owned()));
            }
        }
        found
    }

    /// Adds the airport whose code the text is, after the places of that name that are better known.
    fn add_airport(&self, found: &mut Vec<Found>) {
        let text = self.text.trim();
        let without_kind = AIRPORT_WORDS.iter().find_map(|kind| {
            let (code, word) = text.split_at_checked(IATA_CODE_LETTERS)?;
            word.strip_prefix(' ').filter(|word| word.trim().eq_ignore_ascii_case(kind)).map(|_| code)
        });
        if let Some(place) = without_kind.and_then(|code| self.records.airport(&code.to_ascii_uppercase())) {
            let name = without_kind.unwrap_or(text).to_ascii_uppercase();
            found.insert(0, Found { place, score: 0, familiarity: Familiarity::Own, name });
            return;
        }
        let code = text;
        if code.len() != IATA_CODE_LETTERS || !code.bytes().all(|letter| letter.is_ascii_uppercase()) {
            return;
        }
        if let Some(place) = self.records.airport(code) {
            let better = self.names.exact(&code.to_ascii_lowercase()).take_while(is_better_known_than_an_airport);
            found.insert(
                better.count().min(found.len()),
                Found { place, score: 0, familiarity: Familiarity::Own, name: code.to_owned() },
            );
        }
    }

    /// The places that the text names as far as it is typed or in full, best first.
    fn prefix_matches(&mut self, query: &Query) -> Vec<Found> {
        let Some(first) = query.readings.first() else { return Vec::new() };
        let mut found = Vec::new();
        if let Some(qualifiers) = self.qualifiers(first, true) {
            found.extend(self.with_prefix(&first.name, &qualifiers));
            if query.prefix != first.name {
                found.extend(self.with_prefix(&query.prefix, &qualifiers));
            }
        }
        for reading in &query.readings {
            let exact = self.exact_reading(reading).into_iter();
            found.extend(exact.map(|found| {
                if found.familiarity == Familiarity::Rare { found } else { found.with_bonus(EXACT_BONUS) }
            }));
            if !reading.qualifiers.is_empty()
                && let Some(qualifiers) = self.qualifiers(reading, true)
            {
                let partial = self.exact_name(&reading.name, &qualifiers).into_iter();
                found.extend(partial.map(|found| found.with_penalty(PARTIAL_AREA_PENALTY)));
            }
        }
        sort_best_first(&mut found);
        self.promote_abbreviation(query, &mut found);
        self.add_airport(&mut found);
        for found in &mut found {
            // Hong Kong by its own name, not by `Hong Kong SAR China`.
            let own = fold(self.records.name(found.place));
            if found.name != query.prefix && own.starts_with(&query.prefix) {
                found.name = own;
            }
        }
        self.distinct(found)
    }

    /// Moves a well-known city to the front if the text is its two-letter abbreviation (`NY`, `LA`).
    fn promote_abbreviation(&self, query: &Query, found: &mut Vec<Found>) {
        let text = self.text.trim();
        if text.len() != ABBREVIATION_LETTERS {
            return;
        }
        let Some(abbreviated) = self.names.exact(&query.prefix).next() else { return };
        if abbreviated.familiarity != Familiarity::Rare || abbreviated.score < MIN_ABBREVIATED_SCORE {
            return;
        }
        let index = if text.bytes().all(|letter| letter.is_ascii_uppercase()) { 0 } else { ABBREVIATION_INDEX };
        found.retain(|found| found.place != abbreviated.place);
        found.insert(index.min(found.len()), Found::new(abbreviated, query.prefix.clone()));
    }

    fn with_prefix(&mut self, text: &str, qualifiers: &[QualifierMeanings]) -> Vec<Found> {
        let mut work = self.work.set_aside(MAX_PREFIX_WORK);
        let mut found: Vec<Found> = Vec::new();
        let mut matches = self.names.with_prefix(text);
        while found.len() < 2 * self.limit
            && let Some(next) = matches.next(&mut work)
        {
            let is_known = found.iter().any(|known| known.place == next.place);
            if !is_known && self.areas.all_contain(qualifiers, next.place, &mut work) {
                found.push(next);
            }
        }
        found
    }

    /// The places with a name within `edits` of the text, by the first reading that matches any.
    fn misspelt(&mut self, query: &Query, edits: u8) -> Vec<Found> {
        first_match(&query.readings, |reading| {
            let Some(qualifiers) = self.qualifiers(reading, false) else { return Vec::new() };
            self.near(&reading.name, &qualifiers, edits)
        })
    }

    /// The places with the name, ignoring where the text says that they lie.
    fn ignoring_qualifiers(&mut self, query: &Query) -> Vec<Found> {
        first_match(&query.readings, |reading| {
            let found = self.exact_name(&reading.name, &[]);
            if found.is_empty() { self.near(&reading.name, &[], 1) } else { found }
        })
    }

    /// The places with a name one edit away from this one, and if these are too few, two edits.
    fn near(&mut self, name: &str, qualifiers: &[QualifierMeanings], max_edits: u8) -> Vec<Found> {
        let letters = name.chars().filter(|c| c.is_alphabetic()).count();
        if letters < MIN_LETTERS_FOR_EDIT {
            return Vec::new();
        }
        let mut found = self.within_edits(name, qualifiers, 1);
        if max_edits > 1 && letters >= MIN_LETTERS_FOR_TWO_EDITS && found.len() < self.limit {
            found.extend(self.within_edits(name, qualifiers, 2));
        }
        sort_best_first(&mut found);
        found
    }

    fn within_edits(&mut self, name: &str, qualifiers: &[QualifierMeanings], max_edits: u8) -> Vec<Found> {
        let mut work = self.work.set_aside(MAX_EDIT_WORK);
        let mut near = self.names.near(name, max_edits);
        let mut found: Vec<Found> = Vec::new();
        while found.len() < NEAR_NAMES_PER_PLACE * self.limit
            && let Some(NearName { name, edits, list }) = near.next(&mut work)
        {
            for posting in self.names.listed(list).take(NEAR_NAMES_PER_PLACE * self.limit) {
                if work.take() && self.areas.all_contain(qualifiers, posting.place, &mut work) {
                    let penalty = EDIT_PENALTY * u32::from(edits) + familiarity_penalty(posting.familiarity);
                    found.push(Found::new(posting, name.clone()).with_penalty(penalty));
                }
            }
        }
        found
    }

    /// The first `limit` places, without duplicates.
    fn distinct(&self, found: Vec<Found>) -> Vec<Found> {
        let mut distinct: Vec<Found> = Vec::new();
        for next in found {
            if distinct.len() >= self.limit {
                break;
            }
            if !distinct.iter().any(|known| self.is_same(known.place, next.place)) {
                distinct.push(next);
            }
        }
        distinct
    }

    fn is_same(&self, one: u32, other: u32) -> bool {
        let records = self.records;
        one == other
            || records.region(one) == records.region(other)
                && records.coordinates(one).distance_km(records.coordinates(other)) < DUPLICATE_KM
                && records.name(one) == records.name(other)
    }
}

/// What is found by the first reading that finds anything.
fn first_match<'r>(
    readings: impl IntoIterator<Item = &'r Reading>,
    look_up: impl FnMut(&Reading) -> Vec<Found>,
) -> Vec<Found> {
    readings.into_iter().map(look_up).find(|found| !found.is_empty()).unwrap_or_default()
}

fn sort_best_first(found: &mut [Found]) {
    found.sort_by_key(|found| (Reverse(found.score), found.place));
}
