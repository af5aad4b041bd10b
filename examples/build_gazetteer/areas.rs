//! The names of countries, regions, counties, islands and landscapes, and the place that each stands for.

use std::collections::{BTreeMap, BTreeSet};

use weather_app::places::fold::fold;
use weather_app::places::format::Area;
use weather_app::weather::Coordinates;

use crate::dump::Place;
use crate::prominence::Grade;
use crate::tables::{self, Extent, LocalName};
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
const SEAT: &str = "PPLA";

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
            Area::AroundTown(place) => Some(place),
            _ => self.representatives.get(&area).copied(),
        }
    }

    fn add(&mut self, area: Area, name: &str, grade: Option<Grade>) {
        self.names.push(AreaName { area, name: name.to_owned(), grade });
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
            self.add(Area::Region(n), code, None);
            self.add(Area::Region(n), &region.name, Some(Grade::Region));
            // `State of Berlin` is often called Berlin, but `District of Columbia` is not called Columbia.
            let shortened = if region.name.contains(" of ") { Grade::RegionAbroad } else { Grade::Region };
            self.add(Area::Region(n), &without_kind(&region.name), Some(shortened));
        }
        for (key, name) in tables::usual_names() {
            if let Some(&area) = numbers.get(key) {
                self.add(area, name, Some(Grade::Region).filter(|_| !is_code(name)));
            }
        }
        let mut towns = BTreeMap::new();
        for (extent, local) in tables::region_names() {
            match extent {
                Extent::Region(key) => {
                    if let Some(&area) = numbers.get(key.as_str()) {
                        self.add(
                            area,
                            local.name,
                            Some(grade_of_region(&key, &local)).filter(|_| !is_code(local.name)),
                        );
                    }
                }
                Extent::Around { country, latitude, longitude } => {
                    let Ok(at) = Coordinates::new(latitude, longitude) else { continue };
                    let town = *towns.entry((at, country)).or_insert_with(|| town(world, at, country));
                    if let Some(town) = town {
                        self.add(
                            Area::AroundTown(town),
                            local.name,
                            Some(Grade::Around).filter(|_| !is_code(local.name)),
                        );
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

/// A region's name without the words that people omit.
fn without_kind(region: &str) -> String {
    region.split(' ').filter(|word| !KINDS_OF_REGION.contains(word)).collect::<Vec<_>>().join(" ")
}

fn is_code(name: &str) -> bool {
    name.is_ascii() && name.chars().filter(char::is_ascii_alphabetic).count() <= CODE_LETTERS
}

/// The grade of a region's name in a language.
fn grade_of_region(key: &str, name: &LocalName) -> Grade {
    let country = key.split('.').next().unwrap_or(key);
    // `Alta.`
    let is_abbreviation = name.name.is_ascii() && name.name.ends_with('.');
    match tables::is_usual(name.language, country) {
        _ if is_abbreviation => Grade::Abbreviation,
        true => Grade::Region,
        false => Grade::RegionAbroad,
    }
}

/// The capital of each country, or else its most prominent place; and of each region, its seat or most populous place,
/// whichever is more prominent.
fn representatives(world: &World) -> BTreeMap<Area, u32> {
    let (mut countries, mut regions) = (BTreeMap::new(), BTreeMap::new());
    let mut most_people = vec![0; world.regions.len()];
    for (_, spot, _) in world.populated().filter(|(.., city)| is_whole(city)) {
        let most = &mut most_people[usize::from(spot.region)];
        *most = spot.population.max(*most);
    }
    for (number, spot, city) in world.populated() {
        let region = &world.regions[usize::from(spot.region)];
        let is_candidate = is_seat(city) || spot.population >= most_people[usize::from(spot.region)];
        let as_seat = spot.prominence + seat_bonus(city, &region.name);
        for (best, area, rank) in [
            (
                &mut countries,
                Area::Country(region.country),
                (is_whole(city), city.feature_code == CAPITAL, spot.prominence),
            ),
            (&mut regions, Area::Region(spot.region), (is_whole(city), is_candidate, as_seat)),
        ] {
            let known = best.entry(area).or_insert((rank, number));
            if rank > known.0 {
                *known = (rank, number);
            }
        }
    }
    countries.into_iter().chain(regions).map(|(area, (_, number))| (area, number)).collect()
}

fn is_whole(city: &Place) -> bool {
    city.feature_code != PART_OF_A_PLACE
}

fn is_seat(city: &Place) -> bool {
    [CAPITAL, SEAT].contains(&city.feature_code.as_str())
}

/// What the seat of a region has over its most populous place, and one that bears the region's name.
fn seat_bonus(city: &Place, region: &str) -> f64 {
    let mut names = city.alternate_names.iter().chain([&city.name]);
    let region = fold(&without_kind(region));
    match city.feature_code.as_str() {
        SEAT if fold(&city.name) == region => SEAT_BONUS + BEARER_BONUS,
        SEAT if names.any(|name| fold(name) == region) => SEAT_BONUS + NAMESAKE_BONUS,
        SEAT => SEAT_BONUS,
        _ => 0.0,
    }
}

const SEAT_BONUS: f64 = 1.5;
const NAMESAKE_BONUS: f64 = 4.0;
const BEARER_BONUS: f64 = 6.0;

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
