//! Writes the sections of the file.

use std::collections::BTreeMap;
use std::error::Error;

use fst::MapBuilder;
use weather_app::places::format::{Posting, Section, StringTable, assemble, encode_lists, pack_timezone};

use crate::areas::Areas;
use crate::names::Names;
use crate::world::{Spot, World};

pub(crate) type Sections = Vec<(Section, Vec<u8>)>;

/// The whole file.
pub(crate) fn gazetteer(world: &World) -> Result<Vec<u8>, Box<dyn Error>> {
    let areas = Areas::new(world);
    let names = Names::new(world, &areas);
    let mut sections = columns(world, &names)?;
    sections.extend(political(world)?);
    sections.extend(place_names(&names.postings(world))?);
    sections.extend(area_names(&areas)?);
    sections.sort_by_key(|(section, _)| *section as usize);
    Ok(assemble(&sections)?)
}

fn columns(world: &World, names: &Names) -> Result<Sections, Box<dyn Error>> {
    let spots: Vec<&Spot> = world.spots.iter().chain(&world.airport_spots).collect();
    let other_names = (0..).take(spots.len()).map(|place| names.written(place).join("\n"));
    let region_timezones = most_common_timezones(&spots, world.regions.len());
    let codes = world.airports.iter().flat_map(|airport| airport.code.bytes());
    Ok(vec![
        (Section::Latitudes, i16s(spots.iter().map(|spot| hundredths(spot.at.latitude())))),
        (Section::Longitudes, i16s(spots.iter().map(|spot| hundredths(spot.at.longitude())))),
        (Section::Populations, spots.iter().flat_map(|spot| spot.population.to_le_bytes()).collect()),
        (Section::PlaceRegions, u16s(spots.iter().map(|spot| spot.region))),
        (Section::OtherTimezones, other_timezones(&spots, &region_timezones)?),
        (Section::PlaceNames, StringTable::encode(spots.iter().map(|spot| &spot.name))?),
        (Section::OtherNames, StringTable::encode(other_names)?),
        (Section::AirportCodes, codes.collect()),
        (Section::RegionTimezones, u16s(region_timezones.into_iter())),
    ])
}

/// The time zone of most places of each region.
fn most_common_timezones(spots: &[&Spot], regions: usize) -> Vec<u16> {
    let mut counts = vec![BTreeMap::<u16, usize>::new(); regions];
    for spot in spots {
        *counts[usize::from(spot.region)].entry(spot.timezone).or_default() += 1;
    }
    let most = |counts: &BTreeMap<u16, usize>| counts.iter().max_by_key(|(_, count)| **count).map(|(zone, _)| *zone);
    counts.iter().map(|counts| most(counts).unwrap_or_default()).collect()
}

fn other_timezones(spots: &[&Spot], region_timezones: &[u16]) -> Result<Vec<u8>, Box<dyn Error>> {
    let others = (0..).zip(spots).filter(|(_, spot)| spot.timezone != region_timezones[usize::from(spot.region)]);
    let packed = others.map(|(place, spot)| pack_timezone(place, spot.timezone).ok_or("a number is too large"));
    Ok(packed.collect::<Result<Vec<_>, _>>()?.into_iter().flat_map(u32::to_le_bytes).collect())
}

fn political(world: &World) -> Result<Sections, Box<dyn Error>> {
    Ok(vec![
        (Section::Timezones, StringTable::encode(&world.timezones)?),
        (Section::RegionCountries, u16s(world.regions.iter().map(|region| region.country))),
        (Section::RegionNames, StringTable::encode(world.regions.iter().map(|region| &region.name))?),
        (Section::CountryCodes, StringTable::encode(world.countries.iter().map(|country| &country.iso))?),
        (Section::CountryNames, StringTable::encode(world.countries.iter().map(|country| &country.name))?),
    ])
}

fn place_names(postings: &BTreeMap<&str, Vec<Posting>>) -> Result<Sections, Box<dyn Error>> {
    let pack = |posting: &Posting| posting.pack().ok_or("a number is too large");
    let packed: BTreeMap<&str, Vec<u32>> = postings
        .iter()
        .map(|(key, postings)| Ok((*key, postings.iter().map(pack).collect::<Result<_, _>>()?)))
        .collect::<Result<_, &str>>()?;
    // The score is in the highest bits.
    let mut lists: Vec<&[u32]> = packed.values().map(Vec::as_slice).collect();
    lists.sort_unstable_by(|a, b| b.cmp(a));
    lists.dedup();
    keyed(Section::Names, Section::Postings, &packed, &lists)
}

fn area_names(areas: &Areas) -> Result<Sections, Box<dyn Error>> {
    let packed: BTreeMap<String, Vec<u32>> =
        areas.by_key().into_iter().map(|(key, areas)| (key, areas.iter().map(|area| area.pack()).collect())).collect();
    let mut lists: Vec<&[u32]> = packed.values().map(Vec::as_slice).collect();
    lists.sort_unstable();
    lists.dedup();
    keyed(Section::AreaNames, Section::Areas, &packed, &lists)
}

/// A section with lists, and one with the index of keys to them.
fn keyed<K: AsRef<str>>(
    keys_section: Section,
    lists_section: Section,
    packed: &BTreeMap<K, Vec<u32>>,
    lists: &[&[u32]],
) -> Result<Sections, Box<dyn Error>> {
    let (bytes, starts) = encode_lists(lists.iter().copied())?;
    let start_of: BTreeMap<&[u32], u64> = lists.iter().copied().zip(starts).collect();
    let mut keys = MapBuilder::memory();
    for (key, list) in packed {
        keys.insert(key.as_ref(), start_of[list.as_slice()])?;
    }
    Ok(vec![(keys_section, keys.into_inner()?), (lists_section, bytes)])
}

fn u16s(numbers: impl Iterator<Item = u16>) -> Vec<u8> {
    numbers.flat_map(u16::to_le_bytes).collect()
}

fn i16s(numbers: impl Iterator<Item = i16>) -> Vec<u8> {
    numbers.flat_map(i16::to_le_bytes).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "coordinates end at 180 degrees")]
fn hundredths(degrees: f64) -> i16 {
    (degrees * 100.0).round() as i16
}
