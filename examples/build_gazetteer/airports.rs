//! The names of airports near large cities. Other airports are found by their codes only.

use std::collections::{BTreeMap, BTreeSet};

use weather_app::places::fold::fold;

use crate::tables::Airport;
use crate::world::{Spot, World};

/// The smallest city whose airports have names.
const MIN_CITY_POPULATION: u32 = 300_000;

/// How far from the city they may lie, in kilometres.
pub(crate) const MAX_KM: f64 = 60.0;

/// Words that say that a name is an airport's.
const KINDS: &[&str] = &["airport", "international", "intl"];

/// The fewest letters of a name that is one word of the full name: `Heathrow`.
const MIN_LETTERS: usize = 5;

/// The folded names, each with the airports by number.
pub(crate) fn names(world: &World) -> BTreeMap<String, BTreeSet<u32>> {
    let cities: Vec<(&Spot, BTreeSet<String>)> = world
        .populated()
        .filter(|(.., city)| city.population >= MIN_CITY_POPULATION)
        .map(|(_, spot, city)| (spot, city.alternate_names.iter().chain([&city.name]).map(|name| fold(name)).collect()))
        .collect();
    let mut in_city: BTreeMap<(&str, String), u32> = BTreeMap::new();
    for airport in &world.airports {
        *in_city.entry((airport.country, fold(airport.city))).or_default() += 1;
    }
    let mut names: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    let first = (0..).nth(world.spots.len()).unwrap_or_default();
    for ((number, spot), airport) in (first..).zip(&world.airport_spots).zip(&world.airports) {
        let near: Vec<&BTreeSet<String>> = cities
            .iter()
            .filter(|(city, _)| city.at.distance_km(spot.at) <= MAX_KM && world.country_code(city) == airport.country)
            .map(|(_, names)| names)
            .collect();
        // Seaplane bases and airfields have few passengers.
        if near.is_empty() || !airport.name.contains("Airport") {
            continue;
        }
        let is_only_one = in_city[&(airport.country, fold(airport.city))] == 1;
        for name in names_of(airport, is_only_one, |name| near.iter().any(|names| names.contains(name))) {
            names.entry(name).or_default().insert(number);
        }
    }
    names
}

/// `London Heathrow Airport`, `London Heathrow`, `Heathrow`; and `Frankfurt Airport`, if the city has no other.
fn names_of(airport: &Airport, is_only_one: bool, is_city: impl Fn(&str) -> bool) -> Vec<String> {
    let full = fold(airport.name);
    let words: Vec<&str> = full.split(' ').filter(|word| !KINDS.contains(word)).collect();
    let mut names = vec![full.clone()];
    if words.len() > 1 {
        names.push(words.join(" "));
    }
    if let Some((last, city)) = words.split_last()
        && !city.is_empty()
        && last.chars().count() >= MIN_LETTERS
        && is_city(&city.join(" "))
    {
        names.push((*last).to_owned());
    }
    let city = fold(airport.city);
    if is_only_one && is_city(&city) {
        names.push(format!("{city} airport"));
        if let Some((short, _)) = city.split_once(" am ") {
            names.push(format!("{short} airport"));
        }
    }
    names
}
