//! The gazetteer: which places there are, what they are called, and where they lie.
//!
//! Its 170,391 places of at least 1,000 people come from GeoNames (<https://www.geonames.org/>,
//! CC BY 4.0). They are embedded in the program as one file, which `examples/build_gazetteer` writes
//! and which is used in place: opening it reads only a header.
//!
//! - [`fold`] reduces every spelling of a name to one.
//! - [`mod@format`] is the file format.
//! - `found` is one result of a lookup.
//! - `records` holds the facts about each place.
//! - `names`, `prefix_search` and `misspelt` find places by name, best first.
//! - `areas` finds the regions and cities that a qualifier names.
//! - `query` splits a text into a name and the qualifiers after it.
//! - `search` decides what is looked up for a text, and in which order.
//! - `nearest` finds places by coordinates.
//! - `work` limits what one lookup may do.

mod areas;
pub mod fold;
pub mod format;
mod found;
mod misspelt;
mod names;
mod nearest;
mod prefix_search;
mod query;
mod records;
mod search;
#[cfg(test)]
mod tests;
mod work;

use crate::weather::Coordinates;
use areas::Areas;
use format::{Sections, UnusableGazetteer};
use found::Found;
use names::Names;
use records::Records;
use search::{MAX_WORK, Search};
use work::WorkBudget;

static FILE: &[u8] = include_bytes!("places/gazetteer.bin");

/// A place of the gazetteer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its number in this file, from the most populous place down, airports last. Another file numbers differently.
    pub id: u32,
    /// GeoNames' main name, English for well-known places; for an airport, the airport's name.
    pub name: &'static str,
    /// The name by which it was found, if that is a different one (`India`, `Peking`, `LHR`).
    pub matched: Option<String>,
    /// The first-level administrative division, `None` if GeoNames gives none.
    pub region: Option<&'static str>,
    /// ISO 3166-1 alpha-2.
    pub country: &'static str,
    /// In English.
    pub country_name: &'static str,
    /// Of its centre.
    pub coordinates: Coordinates,
    /// IANA name.
    pub timezone: &'static str,
    /// Number of inhabitants; 0 for an airport.
    pub population: u32,
}

/// All places, with the indexes to find them. Cheap to clone.
#[derive(Clone)]
pub struct Gazetteer {
    records: Records,
    names: Names,
    areas: Areas,
}

impl Gazetteer {
    /// The gazetteer embedded in this program.
    ///
    /// # Panics
    /// If the program was built with a file of another version.
    #[must_use]
    pub fn embedded() -> Self {
        #[expect(clippy::expect_used, reason = "the file is part of the program, and every test opens it")]
        Self::open(FILE).expect("the embedded gazetteer has this program's version")
    }

    fn open(file: &'static [u8]) -> Result<Self, UnusableGazetteer> {
        let sections = Sections::open(file)?;
        let records = Records::open(&sections).ok_or(UnusableGazetteer)?;
        let names = Names::open(&sections).ok_or(UnusableGazetteer)?;
        let areas = Areas::open(&sections, &records, &names).ok_or(UnusableGazetteer)?;
        Ok(Self { records, names, areas })
    }

    /// The places that a text names in full, the likeliest first.
    ///
    /// A place is named by its own name, an alternate name, the name of its country or region, and an airport by its code
    /// in capitals or, near a large city, by its name. Qualifiers that say where it lies may follow, with or without a
    /// comma. A misspelt name matches nothing.
    #[must_use]
    pub fn resolve(&self, text: &str, limit: usize) -> Vec<Place> {
        self.places(text, &self.look_up(text, limit).exact())
    }

    /// What someone may have meant by a text for which [`resolve`](Self::resolve) finds nothing: places with a name
    /// one or two edits away or one that begins with the text, or else places with that name that do not lie where the
    /// text says.
    #[must_use]
    pub fn suggest(&self, text: &str, limit: usize) -> Vec<Place> {
        self.places(text, &self.look_up(text, limit).suggestions())
    }

    /// Places for a text that is still being typed: those that it names in full and those with a name that begins with
    /// it, the likeliest first, then those with a name one edit away.
    #[must_use]
    pub fn search(&self, text: &str, limit: usize) -> Vec<Place> {
        self.places(text, &self.look_up(text, limit).completions())
    }

    /// The nearest place, if there is one within `within_km`.
    #[must_use]
    pub fn nearest(&self, coordinates: Coordinates, within_km: f64) -> Option<Place> {
        nearest::nearest(&self.records, coordinates, within_km).map(|place| self.place(place, None))
    }

    /// The nearest places, nearest first.
    #[must_use]
    pub fn near(&self, coordinates: Coordinates, limit: usize) -> Vec<Place> {
        let places = nearest::near(&self.records, coordinates, limit);
        places.into_iter().map(|place| self.place(place, None)).collect()
    }

    /// Whether a text is the name or an abbreviation of an area that contains a place.
    #[must_use]
    pub fn lies_in(&self, place: &Place, text: &str) -> bool {
        let folded = fold::fold(text);
        let words: Vec<&str> = folded.split(' ').collect();
        let mut work = WorkBudget::new(MAX_WORK);
        let qualifiers = self.areas.parse(&words, false, &mut work);
        qualifiers.is_some_and(|qualifiers| self.areas.all_contain(&qualifiers, place.id, &mut work))
    }

    fn look_up<'a>(&'a self, text: &'a str, limit: usize) -> Search<'a> {
        Search::new(&self.names, &self.areas, &self.records, text, limit)
    }

    fn places(&self, text: &str, found: &[Found]) -> Vec<Place> {
        let matched = |Found { place, name, .. }: &Found| self.records.matched_name(*place, name, text);
        found.iter().map(|found| self.place(found.place, matched(found))).collect()
    }

    fn place(&self, place: u32, matched: Option<String>) -> Place {
        let records = &self.records;
        Place {
            id: place,
            name: records.name(place),
            matched,
            region: records.region_name(place),
            country: records.country_code(place),
            country_name: records.country_name(place),
            coordinates: records.coordinates(place),
            timezone: records.timezone(place),
            population: records.population(place),
        }
    }
}
