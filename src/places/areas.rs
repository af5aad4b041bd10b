//! Finds the areas that a qualifier names (`TX`, `Deutschland`, `West Yorkshire`, `London`).

use fst::automaton::{Automaton, Str};
use fst::raw::{Fst, Output};
use fst::{IntoStreamer, Streamer};

use super::fold::fold;
use super::format::{Area, PackedLists, Section, Sections};
use super::names::Names;
use super::records::Records;
use super::work::WorkBudget;
use crate::weather::Coordinates;

/// The smallest city whose name may qualify the places in it: `Chelsea, London`.
const MIN_CITY_POPULATION: u32 = 50_000;

/// How many cities of the same name are considered.
const MAX_CITIES_PER_NAME: usize = 3;

/// A city's radius in kilometres is this times the square root of its population. London: 30 km, Cambridge: 4 km.
const KM_PER_SQRT_POPULATION: f64 = 0.012;

/// The longest code of a country or region: `usa`, `nsw`.
const MAX_CODE_BYTES: usize = 3;

/// How many areas with an incomplete name are considered.
const MAX_PARTIAL_AREAS: usize = 64;

/// A text of up to this many bytes begins the names of so many areas that each place's own areas are compared instead.
const MAX_SHORT_BYTES: usize = 2;

/// An area that a qualifier may mean.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum QualifierArea {
    Area(Area),
    /// The regions and countries whose names begin with this text.
    Beginning(String),
    /// A part of a city, or a place as close to its centre.
    City {
        number: u32,
        center: Coordinates,
        radius_km: f64,
    },
}

/// What one qualifier may mean: a place matches if it lies in any of these.
pub(super) type QualifierMeanings = Vec<QualifierArea>;

#[derive(Clone)]
pub(super) struct Areas {
    records: Records,
    names: Names,
    keys: Fst<&'static [u8]>,
    lists: PackedLists,
}

impl Areas {
    pub(super) fn open(sections: &Sections, records: &Records, names: &Names) -> Option<Self> {
        Some(Self {
            records: records.clone(),
            names: names.clone(),
            keys: Fst::new(sections.get(Section::AreaNames)).ok()?,
            lists: PackedLists::new(sections.get(Section::Areas)),
        })
    }

    /// The areas and cities with a folded name.
    fn with_name(&self, name: &str) -> QualifierMeanings {
        let list = self.keys.get(name).map(Output::value);
        let areas = list.into_iter().flat_map(|list| self.lists.items(list)).map(Area::unpack).map(QualifierArea::Area);
        let cities = self.names.exact(name).take(MAX_CITIES_PER_NAME).map(|posting| posting.place);
        let cities = cities.filter(|&city| self.records.population(city) >= MIN_CITY_POPULATION).map(|number| {
            QualifierArea::City {
                number,
                center: self.records.coordinates(number),
                radius_km: f64::from(self.records.population(number)).sqrt() * KM_PER_SQRT_POPULATION,
            }
        });
        areas.chain(cities).collect()
    }

    /// The countries with a folded name, and the countries and regions with a folded code.
    pub(super) fn countries_and_codes(&self, name: &str) -> QualifierMeanings {
        let is_meant = |area: &QualifierArea| match area {
            QualifierArea::Area(Area::Country(_)) => true,
            QualifierArea::Area(Area::Region(_)) => name.len() <= MAX_CODE_BYTES,
            _ => false,
        };
        self.with_name(name).into_iter().filter(is_meant).collect()
    }

    /// The names under which the regions with a folded name are shown.
    pub(super) fn regions(&self, name: &str) -> Vec<&'static str> {
        let list = self.keys.get(name).map(Output::value);
        let areas = list.into_iter().flat_map(|list| self.lists.items(list)).map(Area::unpack);
        let regions = areas.filter_map(|area| if let Area::Region(region) = area { Some(region) } else { None });
        regions.map(|region| self.records.name_of_region(region)).collect()
    }

    /// The areas with a name that begins with a folded text.
    fn with_prefix(&self, text: &str) -> QualifierMeanings {
        if text.len() <= MAX_SHORT_BYTES {
            return vec![QualifierArea::Beginning(text.to_owned())];
        }
        let with_prefix = Str::new(text).starts_with();
        let mut stream = self.keys.search(with_prefix).into_stream();
        let mut areas = Vec::new();
        while let Some((_, list)) = stream.next() {
            areas.extend(self.lists.items(list.value()).map(Area::unpack).map(QualifierArea::Area));
            if areas.len() >= MAX_PARTIAL_AREAS {
                break;
            }
        }
        areas
    }

    /// Splits words into the names of areas, trying the longest names first; `None` if that is not possible. With
    /// `open_ended`, the last name may be incomplete.
    pub(super) fn parse(
        &self,
        words: &[&str],
        open_ended: bool,
        work: &mut WorkBudget,
    ) -> Option<Vec<QualifierMeanings>> {
        if words.is_empty() {
            return Some(Vec::new());
        }
        for length in (1..=words.len()).rev() {
            if !work.take() {
                return None;
            }
            let (first, others) = words.split_at(length);
            let first = first.join(" ");
            let mut alternatives = self.with_name(&first);
            if open_ended && others.is_empty() {
                alternatives.extend(self.with_prefix(&first));
            }
            if alternatives.is_empty() {
                continue;
            }
            if let Some(mut after) = self.parse(others, open_ended, work) {
                after.push(alternatives);
                return Some(after);
            }
        }
        None
    }

    /// Whether a place matches every qualifier.
    pub(super) fn all_contain(&self, qualifiers: &[QualifierMeanings], place: u32, work: &mut WorkBudget) -> bool {
        qualifiers
            .iter()
            .all(|alternatives| alternatives.iter().any(|within| work.take() && self.contains(within, place)))
    }

    fn contains(&self, within: &QualifierArea, place: u32) -> bool {
        match within {
            QualifierArea::Area(area) => self.records.is_in(place, *area),
            QualifierArea::Beginning(text) => {
                let areas = self.records.region_name(place).into_iter().chain([self.records.country_name(place)]);
                areas.into_iter().any(|name| match name.get(..text.len()) {
                    Some(start) if start.is_ascii() => start.eq_ignore_ascii_case(text),
                    _ => fold(name).starts_with(text),
                })
            }
            QualifierArea::City { number, center, radius_km } => {
                place != *number && self.records.coordinates(place).distance_km(*center) <= *radius_km
            }
        }
    }
}
