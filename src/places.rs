//! The gazetteer: which places there are, what they are called, and where they lie.
//!
//! Its 170,391 places of at least 1,000 people come from GeoNames (<https://www.geonames.org/>,
//! CC BY 4.0). They lie in the program as one file that `examples/build_gazetteer` makes and that
//! is used where it is: opening it reads a header.
//!
//! - [`fold`]: one spelling for every way a name may be typed
//! - [`mod@format`] and [`alphabet`]: the file
//! - `query`: a text is a name and, after it, where the place should lie
//! - `names`, `best_first` and `one_edit`: from names to places, best first
//! - `search`: what is looked up for a text, in which order
//! - `nearest`: from coordinates to places

pub mod alphabet;
mod best_first;
pub mod fold;
pub mod format;
mod names;
mod nearest;
mod one_edit;
mod query;
mod records;
mod search;
#[cfg(test)]
mod tests;

use crate::weather::Coordinates;
use format::{Sections, Unusable};
use names::Names;
use records::Records;
use search::{Answers, Search};

static FILE: &[u8] = include_bytes!("places/gazetteer.bin");

/// A place of the gazetteer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its number in this file, counted from the most populous place; another file has others.
    pub id: u32,
    /// The name that GeoNames puts first, English for well-known places.
    pub name: String,
    /// The first-level division of the country, `None` where GeoNames gives none.
    pub region: Option<&'static str>,
    /// ISO 3166-1 alpha-2.
    pub country: &'static str,
    /// In English.
    pub country_name: &'static str,
    /// Of its center.
    pub coordinates: Coordinates,
    /// IANA name.
    pub timezone: &'static str,
    /// People.
    pub population: u32,
}

/// All places, and the ways to find one. Cheap to clone.
#[derive(Clone)]
pub struct Gazetteer {
    records: Records,
    names: Names,
}

impl Gazetteer {
    /// The gazetteer that is part of this program.
    ///
    /// # Panics
    /// When the program was built with a file of another version.
    #[must_use]
    pub fn embedded() -> Self {
        #[expect(clippy::expect_used, reason = "the file is part of the program, and every test opens it")]
        Self::open(FILE).expect("the gazetteer is of this program's version")
    }

    fn open(file: &'static [u8]) -> Result<Self, Unusable> {
        let sections = Sections::open(file)?;
        let records = Records::open(&sections).ok_or(Unusable)?;
        let names = Names::open(&sections, &records).ok_or(Unusable)?;
        Ok(Self { records, names })
    }

    /// What a text means: the places that it names in full, best first.
    ///
    /// Region and country may follow the name, with or without a comma, by name or code. Official
    /// names count more than others, and people more than none; see the weights in `names`.
    /// A name with a slip in it names nothing.
    #[must_use]
    pub fn resolve(&self, text: &str, limit: usize) -> Vec<Place> {
        let mut answers = Answers::new(&self.records, limit);
        Search::new(&self.names, &self.records, text).add_whole(&mut answers);
        self.places(answers)
    }

    /// What someone may have meant by a text that [`resolve`](Self::resolve) finds nothing for:
    /// places whose name begins so, then those whose name is one edit away, else those that have
    /// the name but do not lie where the text says.
    #[must_use]
    pub fn suggest(&self, text: &str, limit: usize) -> Vec<Place> {
        let mut answers = Answers::new(&self.records, limit);
        let search = Search::new(&self.names, &self.records, text);
        search.add_begun(&mut answers);
        if !answers.is_full() {
            search.add_one_edit_away(&mut answers);
        }
        if answers.is_empty() {
            search.add_elsewhere(&mut answers);
        }
        self.places(answers)
    }

    /// Places for a text that is being typed: those that it names in full or that have a name that
    /// begins so, best first, then those with a name that is one edit away.
    ///
    /// A place that is named in full comes before those whose name only begins so, unless such a
    /// one has 50 times the people.
    #[must_use]
    pub fn search(&self, text: &str, limit: usize) -> Vec<Place> {
        let mut answers = Answers::new(&self.records, limit);
        let search = Search::new(&self.names, &self.records, text);
        search.add_begun(&mut answers);
        if !answers.is_full() {
            search.add_one_edit_away(&mut answers);
        }
        self.places(answers)
    }

    /// The nearest place, if one is within this many kilometres.
    #[must_use]
    pub fn nearest(&self, coordinates: Coordinates, within_km: f64) -> Option<Place> {
        nearest::nearest(&self.records, coordinates, within_km).map(|place| self.records.place(place))
    }

    /// The nearest places, nearest first.
    #[must_use]
    pub fn near(&self, coordinates: Coordinates, limit: usize) -> Vec<Place> {
        let places = nearest::near(&self.records, coordinates, limit);
        places.into_iter().map(|place| self.records.place(place)).collect()
    }

    /// Whether a text names or abbreviates the region or the country that a place lies in.
    #[must_use]
    pub fn lies_in(&self, place: &Place, text: &str) -> bool {
        self.records.lies_in(place.id, &[fold::fold(text)], false)
    }

    fn places(&self, answers: Answers) -> Vec<Place> {
        answers.into_places().into_iter().map(|place| self.records.place(place)).collect()
    }
}
