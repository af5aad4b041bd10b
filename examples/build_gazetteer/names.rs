//! The places that each name stands for, with a grade.

use std::collections::{BTreeMap, BTreeSet};

use weather_app::places::fold::{fold, fold_letters};
use weather_app::places::format::{Familiarity, Posting, STEPS_PER_DOUBLING, capitalized};

use crate::airports;
use crate::areas::{AreaName, Areas};
use crate::dump::Place;
use crate::likeness::KnownNames;
use crate::prominence::{Claim, Grade, is_written_by_people};
use crate::tables;
use crate::world::{Spot, World};

/// All names, and the spellings of those other than official ones, for display.
#[derive(Default)]
pub(crate) struct Names {
    /// By folded name: its best grade for each place.
    by_key: BTreeMap<String, BTreeMap<u32, Grade>>,
    /// By place and folded name: the spelling of its other names.
    written: BTreeMap<u32, BTreeMap<String, String>>,
    /// By folded name: the airports.
    airports: BTreeMap<String, BTreeSet<u32>>,
}

impl Names {
    pub(crate) fn new(world: &World, areas: &Areas) -> Self {
        let mut names = Self { airports: airports::names(world), ..Self::default() };
        for (number, _, city) in world.populated() {
            names.add_names_of(number, city);
        }
        for (zone, name, language) in zone_cities(world) {
            let grade = if tables::is_usual(language, world.country_code(&world.spots[zone as usize])) {
                Grade::Usual
            } else {
                Grade::Foreign
            };
            names.add(zone, name, grade);
        }
        for AreaName { area, name, grade } in &areas.names {
            if let (Some(place), Some(grade)) = (areas.representative(*area), grade) {
                names.add(place, name, *grade);
            }
        }
        names
    }

    fn add_names_of(&mut self, number: u32, city: &Place) {
        self.add(number, &city.name, Grade::Official);
        self.add(number, &without_apostrophes(&city.name), Grade::Official);
        if city.name.contains(' ') && city.population >= MIN_TOWN_POPULATION {
            self.add(number, &city.name.replace(' ', ""), Grade::Variant);
            self.add(number, &city.name.trim_end_matches(" City").replace(' ', ""), Grade::Variant);
        }
        for short in shortened(&city.name) {
            self.add(number, short, Grade::Shortened);
        }
        let known = KnownNames::new(city);
        for name in city.alternate_names.iter().filter(|name| is_written_by_people(name)) {
            let is_code = name.len() == 3 && name.bytes().all(|letter| letter.is_ascii_uppercase());
            let grade = if is_code { Grade::Code } else { known.grade(name) };
            self.add(number, name, grade);
            if let Some(short) = shortened_abroad(name, &city.country) {
                self.add(number, short, grade);
            }
        }
        self.restore_umlauts(number);
        if let Some(short) = city.name.strip_suffix(" City") {
            self.add(number, short, Grade::Part);
        }
    }

    fn add(&mut self, place: u32, name: &str, grade: Grade) {
        let folded = fold(name);
        if grade != Grade::Official && !folded.is_empty() {
            let written = self.written.entry(place).or_default().entry(folded.clone());
            let written = written.or_insert_with(|| name.to_owned());
            // Of several spellings, the one with the most non-ASCII letters, such as ü.
            if foreign_letters(name) > foreign_letters(written) {
                name.clone_into(written);
            }
        }
        let digraphs = with_digraphs(name).map(|name| fold(&name));
        let keys = [folded, fold_letters(name)].into_iter().chain(digraphs);
        for key in keys.filter(|key| !key.is_empty()) {
            let known = self.by_key.entry(key).or_default().entry(place).or_insert(grade);
            if grade.weight() > known.weight() {
                *known = grade;
            }
        }
    }

    /// Some lists have `Muenchen` and `Munchen` where `München` was meant.
    fn restore_umlauts(&mut self, place: u32) {
        let Some(written) = self.written.get_mut(&place) else { return };
        let restored = written.values().map(|name| name.replace("ae", "ä").replace("oe", "ö").replace("ue", "ü"));
        for name in restored.filter(|name| !name.is_ascii()).collect::<Vec<_>>() {
            if let Some(without) = written.get_mut(&fold(&name)).filter(|without| without.is_ascii()) {
                *without = name;
            }
        }
    }

    /// The places of each name, best first.
    pub(crate) fn postings(&self, world: &World) -> BTreeMap<&str, Vec<Posting>> {
        let listed = self.by_key.iter().map(|(key, places)| (key.as_str(), self::postings(world, places)));
        let mut by_key: BTreeMap<&str, Vec<Posting>> = listed.collect();
        for (key, airports) in &self.airports {
            let city = key.strip_suffix(" airport").and_then(|city| by_key.get(city)?.first());
            let city = city.and_then(|city| world.spots.get(city.place as usize));
            // `London Airport` is not the one of London, Ontario.
            let is_meant = |&&place: &&u32| {
                let at = world.airport_spots[place as usize - world.spots.len()].at;
                city.is_none_or(|city| city.at.distance_km(at) <= airports::MAX_KM)
            };
            let best = by_key.get(key.as_str()).and_then(|postings| postings.first()).filter(|best| {
                world.spots.get(best.place as usize).is_some_and(|spot| spot.population >= MIN_TOWN_POPULATION)
            });
            let below = best.map_or(u32::MAX, |town| town.score.saturating_sub(1));
            let posting =
                |&place: &u32| Posting { place, score: score(AIRPORT).min(below), familiarity: Familiarity::Other };
            let meant: Vec<Posting> = airports.iter().filter(is_meant).map(posting).collect();
            if !meant.is_empty() {
                let postings = by_key.entry(key).or_default();
                postings.extend(meant);
                sort(postings);
            }
        }
        by_key
    }

    /// The spellings of the other names of a place, except those that [`capitalized`] restores, sorted by folded name.
    pub(crate) fn written(&self, place: u32) -> Vec<&str> {
        let names = self.written.get(&place).into_iter().flatten();
        names.filter(|(key, name)| capitalized(key) != **name).map(|(_, name)| name.as_str()).collect()
    }
}

/// The prominence of an airport by its name: it is better known than a village, but not than a town (Luton).
const AIRPORT: f64 = 14.0;

/// The prominence that the name of a country has at least, however small its capital is (Ngerulmud in Palau).
const MIN_COUNTRY: f64 = 16.0;

/// The places of one name, best first.
fn postings(world: &World, places: &BTreeMap<u32, Grade>) -> Vec<Posting> {
    let claim = claim(world, places);
    let rate = |place: u32, grade: Grade| {
        let spot = &world.spots[place as usize];
        let named = spot.prominence + grade.weight() + grade.contested(spot.population, claim);
        match grade {
            Grade::Region if !has_own_city(world, spot, places) => {
                named.max(world.regions[usize::from(spot.region)].prominence)
            }
            Grade::Country => named.max(MIN_COUNTRY),
            _ => named,
        }
    };
    let posting = |(&place, &grade): (&u32, &Grade)| Posting {
        place,
        score: score(rate(place, grade)),
        familiarity: grade.familiarity(),
    };
    let mut postings: Vec<Posting> = places.iter().map(posting).collect();
    sort(&mut postings);
    postings
}

fn sort(postings: &mut [Posting]) {
    postings.sort_by_key(|posting| (std::cmp::Reverse(posting.score), posting.place));
}

/// Whether a region has a city of its own name that compares with its seat: Veracruz, Jilin.
fn has_own_city(world: &World, seat: &Spot, places: &BTreeMap<u32, Grade>) -> bool {
    places.iter().any(|(&place, &grade)| {
        let spot = &world.spots[place as usize];
        grade == Grade::Official && spot.region == seat.region && spot.population >= seat.population / MIN_SHARE_OF_SEAT
    })
}

/// A city whose population is this part of the seat's compares with it.
const MIN_SHARE_OF_SEAT: u32 = 8;

fn claim(world: &World, places: &BTreeMap<u32, Grade>) -> Claim {
    let largest = |grades: [Grade; 2]| {
        let named = places.iter().filter(|(_, grade)| grades.contains(grade));
        named.map(|(&place, _)| world.spots[place as usize].population).max().unwrap_or(0)
    };
    Claim { official: largest([Grade::Official, Grade::Usual]), shortened: largest([Grade::Shortened, Grade::Part]) }
}

fn foreign_letters(name: &str) -> usize {
    name.chars().filter(|c| !c.is_ascii() && c.is_alphabetic()).count()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a prominence is below a hundred")]
fn score(prominence: f64) -> u32 {
    (prominence.max(0.0) * f64::from(STEPS_PER_DOUBLING)).round() as u32
}

/// The names of the cities after which time zones are named, each with the place and the language.
fn zone_cities(world: &World) -> Vec<(u32, &'static str, &'static str)> {
    let mut by_zone: BTreeMap<&str, Vec<(u32, &Place)>> = BTreeMap::new();
    for (number, _, city) in world.populated() {
        by_zone.entry(&city.timezone).or_default().push((number, city));
    }
    // The tables have English names only where they differ from the zone's.
    let mut in_english: BTreeMap<&str, String> = tables::zone_cities().map(|(zone, _)| (zone, city_of(zone))).collect();
    let differing = tables::zone_cities().filter(|(_, name)| name.language == "en");
    in_english.extend(differing.map(|(zone, name)| (zone, name.name.to_owned())));
    let city = |zone: &str, name: &str| {
        let name = fold(name);
        let is_called = |(_, city): &&(u32, &Place)| {
            fold(&city.name) == name || city.alternate_names.iter().any(|other| fold(other) == name)
        };
        by_zone.get(zone)?.iter().find(is_called).map(|(number, _)| *number)
    };
    let cities: BTreeMap<&str, u32> =
        in_english.iter().filter_map(|(zone, name)| Some((*zone, city(zone, name)?))).collect();
    let named = tables::zone_cities().filter_map(|(zone, name)| Some((*cities.get(zone)?, name.name, name.language)));
    named.collect()
}

/// `America/Port-au-Prince` is the zone of Port-au-Prince, `America/Indiana/Knox` of Knox.
fn city_of(zone: &str) -> String {
    zone.rsplit('/').next().unwrap_or(zone).replace('_', " ")
}

/// What stands between a name and the part that distinguishes it from others, such as a river or a landscape.
const SEPARATORS: &[&str] = &[
    " upon ", " on ", "-upon-", "-on-", " am ", " an der ", " ob der ", " im ", " in der ", " bei ", " sur ", "-sur-",
    " na ", " nad ", " (", "/", " del ",
];

/// A name without its trailing parenthesis or river.
fn shortened(name: &str) -> Vec<&str> {
    SEPARATORS.iter().filter_map(|separator| Some(name.split_once(separator)?.0.trim_end())).collect()
}

/// Replaces apostrophes by spaces, as people type both `L Aquila` and `LAquila`.
fn without_apostrophes(name: &str) -> String {
    name.replace(['\'', '’'], " ")
}

/// The spelling for keyboards without the letters of a name: `Muenchen`.
fn with_digraphs(name: &str) -> Option<String> {
    let mut spelt = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        match letter {
            'ä' => spelt.push_str("ae"),
            'ö' | 'ø' => spelt.push_str("oe"),
            'ü' => spelt.push_str("ue"),
            'å' => spelt.push_str("aa"),
            'Ä' => spelt.push_str("Ae"),
            'Ö' | 'Ø' => spelt.push_str("Oe"),
            'Ü' => spelt.push_str("Ue"),
            'Å' => spelt.push_str("Aa"),
            other => spelt.push(other),
        }
    }
    (spelt != name).then_some(spelt)
}

/// The smallest population of places that are found under their name without spaces (`Newyork`), and that come before
/// airports.
const MIN_TOWN_POPULATION: u32 = 15_000;

/// Countries in which the name of a city may end with the word for a city, and these words.
const COUNTRIES_WITH_SUFFIXES: &[&str] = &["CN", "JP", "KP", "KR", "TW"];
const CITY_SUFFIXES: [char; 2] = ['市', '시'];

/// A name in another script without what people omit: the kind of place (`오사카 시`), or an abbreviation in Latin letters
/// (`워싱턴 D.C.`).
fn shortened_abroad<'a>(name: &'a str, country: &str) -> Option<&'a str> {
    let without_kind = name.strip_suffix(CITY_SUFFIXES).filter(|_| COUNTRIES_WITH_SUFFIXES.contains(&country));
    let in_two_scripts = name.rsplit_once(' ').filter(|(before, end)| !before.is_ascii() && end.is_ascii());
    let short = without_kind.or(in_two_scripts.map(|(before, _)| before))?.trim_end();
    (short.chars().count() > 1).then_some(short)
}
