//! From names to places: whole names, beginnings of names, names with a slip.

use std::cmp::Reverse;

use fst::raw::{Fst, Output};

use super::alphabet::Alphabet;
use super::best_first::BestFirst;
use super::format::{Kind, Posting, Section, Sections, Value, u32_at};
use super::one_edit;
use super::records::Records;

/// What a name's kind is worth: a place's score for a name is this times its population.
#[derive(Clone, Copy)]
pub(super) struct Weights {
    official: u64,
    shortened: u64,
    alternate: u64,
}

/// For a name that was typed whole. An alternate name wins only with 50 times the people: `Paris`
/// is not a nickname of somewhere else, but `Bombay` is Mumbai and no village. Names left short
/// stand between: `Halle` is Halle (Saale) rather than the smaller Halle in Belgium, but
/// `Frankfurt` is Frankfurt am Main, though only alternately, rather than Frankfurt (Oder).
pub(super) const WHOLE: Weights = Weights { official: 250, shortened: 50, alternate: 5 };

/// For a name that is still being typed. A fiftieth of what the whole name would count: `york` is
/// York, but `new` is New York rather than New City. Most people type the official name's
/// beginning, but one who has come to `wie` means Wien, which is officially Vienna, before Wiehl.
pub(super) const BEGUN: Weights = Weights { official: 5, shortened: 5, alternate: 1 };

impl Weights {
    fn of(self, kind: Kind) -> u64 {
        match kind {
            Kind::Official => self.official,
            Kind::Shortened => self.shortened,
            Kind::Alternate => self.alternate,
        }
    }

    /// A place that nobody lives in still has its name.
    fn score(self, kind: Kind, population: u32) -> u64 {
        self.of(kind) * u64::from(population.max(1))
    }

    fn highest_score(self, population: u32) -> u64 {
        self.score(Kind::Official, population)
    }
}

/// A place that answers to a name, the higher the score the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub(super) score: u64,
    pub(super) place: u32,
}

#[derive(Clone)]
pub(super) struct Names {
    records: Records,
    keys: Fst<&'static [u8]>,
    alphabet: Alphabet<'static>,
    list_items: &'static [u8],
    list_starts: &'static [u8],
    list_postings: &'static [u8],
}

impl Names {
    pub(super) fn open(sections: &Sections, records: &Records) -> Option<Self> {
        Some(Self {
            records: records.clone(),
            keys: Fst::new(sections.get(Section::Keys)).ok()?,
            alphabet: Alphabet::new(sections.get(Section::Characters), sections.get(Section::CharacterCodes)),
            list_items: sections.get(Section::ListItems),
            list_starts: sections.get(Section::ListStarts),
            list_postings: sections.get(Section::ListPostings),
        })
    }

    /// The places of this folded name, best first.
    pub(super) fn whole(&self, name: &str) -> Vec<Found> {
        let value = self.alphabet.encode(name).and_then(|key| self.keys.get(key));
        self.best_first(value.map(Output::value))
    }

    /// The places with a name that begins like one of these folded texts, best first. A place comes
    /// once for each such name.
    pub(super) fn begun(&self, texts: [&str; 2]) -> BestFirst<'_> {
        let mut search = BestFirst::new(self, BEGUN);
        let [one, other] = texts;
        search.add_below(self.alphabet.encode(one));
        if other != one {
            search.add_below(self.alphabet.encode(other));
        }
        search
    }

    /// The places with this folded name or one that is an edit away, best first. A place comes once
    /// for each such name.
    pub(super) fn one_edit_away(&self, name: &str) -> Vec<Found> {
        let codes: Vec<_> = name.chars().map(|character| self.alphabet.code(character)).collect();
        let mut values = one_edit::values(&self.keys, &codes);
        values.sort_unstable();
        values.dedup();
        self.best_first(values)
    }

    fn best_first(&self, values: impl IntoIterator<Item = u64>) -> Vec<Found> {
        let postings = values.into_iter().flat_map(|value| self.postings(value));
        let mut found: Vec<_> = postings.map(|posting| self.found(posting, WHOLE)).collect();
        found.sort_unstable_by_key(|found| (Reverse(found.score), found.place));
        found
    }

    pub(super) fn keys(&self) -> &Fst<&'static [u8]> {
        &self.keys
    }

    pub(super) fn found(&self, posting: Posting, weights: Weights) -> Found {
        let score = weights.score(posting.kind, self.records.population(posting.place));
        Found { score, place: posting.place }
    }

    /// The places that a value leads to.
    pub(super) fn postings(&self, packed: u64) -> Vec<Posting> {
        let Value { item, alternate } = Value::unpack(packed);
        let lists_before = self.lists_before(item);
        let place = item - lists_before;
        let list = lists_before as usize;
        if list < self.lists() && u32_at(self.list_items, list) == item {
            let (start, end) = (u32_at(self.list_starts, list), u32_at(self.list_starts, list + 1));
            return (start..end).filter_map(|i| Posting::unpack(u32_at(self.list_postings, i as usize))).collect();
        }
        vec![Posting { place, kind: if alternate { Kind::Alternate } else { Kind::Official } }]
    }

    fn lists(&self) -> usize {
        self.list_items.len() / size_of::<u32>()
    }

    /// How many lists are numbered before an item.
    fn lists_before(&self, item: u32) -> u32 {
        let (mut low, mut high) = (0, self.lists());
        while low < high {
            let middle = low.midpoint(high);
            if u32_at(self.list_items, middle) < item {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        u32::try_from(low).unwrap_or(u32::MAX)
    }

    /// The most that a place can score whose value is not below this one.
    pub(super) fn bound(&self, packed: u64, weights: Weights) -> u64 {
        let item = Value::unpack(packed).item;
        weights.highest_score(self.records.population(item - self.lists_before(item)))
    }
}
