//! The names of countries, regions, counties, islands and landscapes, and the place that each stands for.

use std::collections::{BTreeMap, BTreeSet};

use weather_app::places::fold::fold;
use weather_app::places::format::Area;
use weather_app::weather::Coordinates;

use crate::prominence::Grade;
use crate::tables::{self, Extent};
use crate::world::World;

/// Words in the names of regions that people omit: `Santa Bárbara Department`, `State of Berlin`.
const KINDS_OF_REGION: &[&str] = &[
    "Autonomous",
    "Canton",
    "City",
    "Commune",
    "County",
    "Department",
    "District",
    "Division",
    "Emirate",
    "Governorate",
    "Municipality",
    "Oblast",
    "of",
    "Parish",
    "Prefecture",
    "Province",
    "Region",
    "Republic",
    "State",
    "state",
    "the",
    "The",
];

/// The feature code of a part of a place, which is never the main town of an area.
const PART_OF_A_PLACE: &str = "PPLX";
const CAPITAL: &str = "PPLC";

/// Names of up to this many Latin letters are codes, which do not name the place that an area stands for.
const CODE_LETTERS: usize = 3;

/// A name of an area.
pub(crate) struct AreaName {
    pub(crate) area: Area,
    pub(crate) name: String,
    /// The grade of the name for the place that the area stands for; `None` for codes, which only qualify.
    pub(crate) grade: Option<Grade>,
}

pub(crate) struct Areas {
    pub(crate) names: Vec<AreaName>,
    representatives: BTreeMap<Area, u32>,
}

impl Areas {
    pub(crate) fn new(world: &World) -> Self {
        let mut areas = Self { names: Vec::new(), representatives: representatives(world) };
        areas.add_countries(world);
        areas.add_regions(world);
        areas
    }

    /// The place that an area's name stands for.
    pub(crate) fn representative(&self, area: Area) -> Option<u32> {
        match area {
            Area::Around(place) => Some(place),
            _ => self.representatives.get(&area).copied(),
        }
    }

    fn add(&mut self, area: Area, name: &str, grade: Option<Grade>) {
        let is_code = name.chars().filter(char::is_ascii_alphabetic).count() <= CODE_LETTERS && name.is_ascii();
        self.names.push(AreaName { area, name: name.to_owned(), grade: grade.filter(|_| !is_code) });
    }

    fn add_countries(&mut self, world: &World) {
        let numbers: BTreeMap<&str, Area> =
            world.countries.iter().zip(0..).map(|(country, n)| (country.iso.as_str(), Area::Country(n))).collect();
        for (country, n) in world.countries.iter().zip(0..) {
            let without_article = country.name.strip_prefix("The ").unwrap_or(&country.name);
            self.add(Area::Country(n), &country.iso, None);
            self.add(Area::Country(n), &country.iso3, None);
            self.add(Area::Country(n), &country.name, Some(Grade::Country));
            self.add(Area::Country(n), without_article, Some(Grade::Country));
        }
        for (country, local) in tables::country_names() {
            let Some(&area) = numbers.get(country) else { continue };
            let grade = if tables::is_usual(local.language, country) { Grade::Country } else { Grade::CountryAbroad };
            self.names.push(AreaName { area, name: local.name.to_owned(), grade: Some(grade) });
        }
        for (key, name) in tables::usual_names() {
            if let Some(&area) = numbers.get(key) {
                // A territory is not meant by the name of the state to which it belongs.
                let is_of_a_state = ["USA", "United States", "China"].contains(&name) && key != "US" && key != "CN";
                let grade = (!is_of_a_state).then_some(Grade::Country);
                self.names.push(AreaName { area, name: name.to_owned(), grade });
            }
        }
    }

    fn add_regions(&mut self, world: &World) {
        let numbers: BTreeMap<&str, Area> =
            world.regions.iter().zip(0..).map(|(region, n)| (region.key.as_str(), Area::Region(n))).collect();
        for (region, n) in world.regions.iter().zip(0..) {
            if region.name.is_empty() {
                continue;
            }
            let code = region.key.split_once('.').map_or("", |(_, code)| code);
            let left: Vec<_> = region.name.split(' ').filter(|word| !KINDS_OF_REGION.contains(word)).collect();
            self.add(Area::Region(n), code, None);
            self.add(Area::Region(n), &region.name, Some(Grade::Region));
            self.add(Area::Region(n), &left.join(" "), Some(Grade::Region));
        }
        for (key, name) in tables::usual_names() {
            if let Some(&area) = numbers.get(key) {
                self.add(area, name, Some(Grade::Region));
            }
        }
        let mut towns = BTreeMap::new();
        for (extent, local) in tables::region_names() {
            match extent {
                Extent::Region(key) => {
                    if let Some(&area) = numbers.get(key.as_str()) {
                        self.add(area, local.name, Some(Grade::Region));
                    }
                }
                Extent::Around { country, latitude, longitude } => {
                    let Ok(at) = Coordinates::new(latitude, longitude) else { continue };
                    let town = *towns.entry((at, country)).or_insert_with(|| town(world, at, country));
                    if let Some(town) = town {
                        self.add(Area::Around(town), local.name, Some(Grade::Around));
                    }
                }
            }
        }
    }

    /// The folded names, each with its areas.
    pub(crate) fn by_key(&self) -> BTreeMap<String, BTreeSet<Area>> {
        let mut by_key: BTreeMap<String, BTreeSet<Area>> = BTreeMap::new();
        for AreaName { area, name, .. } in &self.names {
            let key = fold(name);
            if !key.is_empty() {
                by_key.entry(key).or_default().insert(*area);
            }
        }
        by_key
    }
}

/// The capital of each country, or else its most prominent place; and the most prominent place of each region.
fn representatives(world: &World) -> BTreeMap<Area, u32> {
    let mut best: BTreeMap<Area, (bool, bool, f64, u32)> = BTreeMap::new();
    for (number, spot, city) in world.populated() {
        let (is_whole, is_capital) = (city.feature_code != PART_OF_A_PLACE, city.feature_code == CAPITAL);
        let country = world.regions[usize::from(spot.region)].country;
        let ranks = [
            (Area::Country(country), (is_whole, is_capital, spot.prominence, number)),
            (Area::Region(spot.region), (is_whole, false, spot.prominence, number)),
        ];
        for (area, rank) in ranks {
            let known = best.entry(area).or_insert(rank);
            if (rank.0, rank.1, rank.2) > (known.0, known.1, known.2) {
                *known = rank;
            }
        }
    }
    best.into_iter().map(|(area, (.., number))| (area, number)).collect()
}

/// The most prominent place within [`NEAR_KM`] of a point.
fn town(world: &World, at: Coordinates, country: &str) -> Option<u32> {
    let here = world.populated().filter(|(_, spot, city)| {
        city.country == country && (spot.at.latitude() - at.latitude()).abs() < 0.1 && spot.at.distance_km(at) < NEAR_KM
    });
    let best = here.max_by(|a, b| a.1.prominence.total_cmp(&b.1.prominence));
    best.map(|(number, ..)| number)
}

/// How far a main town may lie from the point that a table gives for it, in kilometres.
const NEAR_KM: f64 = 3.0;
