//! From parsed dumps to the file's sections.

use std::collections::BTreeMap;
use std::error::Error;

use fsst::Compressor;
use weather_app::places::format::{LARGE, NAMES_PER_START, Section, Strings, assemble};
use weather_app::weather::Coordinates;

use crate::dump::{Country, Place, Regions};
use crate::keys;
use crate::qualifiers::Qualifiers;

pub(crate) type Sections = Vec<(Section, Vec<u8>)>;

/// The whole file.
pub(crate) fn gazetteer(places: &[Place], regions: &Regions, countries: &[Country]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut sections = columns(places)?;
    sections.extend(populations(places)?);
    sections.extend(names(places)?);
    sections.extend(settings(places, regions, countries)?);
    sections.extend(keys::sections(places)?);
    sections.sort_by_key(|(section, _)| *section as usize);

    Ok(assemble(&sections)?)
}

fn columns(places: &[Place]) -> Result<Sections, Box<dyn Error>> {
    let (mut latitudes, mut longitudes) = (Vec::new(), Vec::new());
    for place in places {
        let at = Coordinates::new(place.latitude, place.longitude)
            .map_err(|_| format!("{}: {}, {}", place.geoname_id, place.latitude, place.longitude))?;
        latitudes.extend(hundredths(at.latitude()).to_le_bytes());
        longitudes.extend(hundredths(at.longitude()).to_le_bytes());
    }
    Ok(vec![(Section::Latitudes, latitudes), (Section::Longitudes, longitudes)])
}

/// `places` come by population.
fn populations(places: &[Place]) -> Result<Sections, Box<dyn Error>> {
    let above = |people: u32| places.partition_point(|place| place.population > people);
    let small = (0..LARGE).map(|people| u32::try_from(above(people))).collect::<Result<Vec<_>, _>>()?;
    let large = places.iter().map(|place| place.population).filter(|&people| people >= LARGE);
    Ok(vec![
        (Section::LargePopulations, large.flat_map(u32::to_le_bytes).collect()),
        (Section::PlacesAbove, small.into_iter().flat_map(u32::to_le_bytes).collect()),
    ])
}

fn names(places: &[Place]) -> Result<Sections, Box<dyn Error>> {
    let names: Vec<&[u8]> = places.iter().map(|place| place.name.as_bytes()).collect();
    let compressor = Compressor::train(&names);
    let pieces = compressor.symbol_table().iter().zip(compressor.symbol_lengths());
    let pieces = pieces.map(|(piece, &length)| piece.to_u64().to_le_bytes()[..length.into()].to_vec());

    let (mut lengths, mut starts, mut codes) = (Vec::new(), Vec::new(), Vec::new());
    for chunk in names.chunks(NAMES_PER_START) {
        starts.extend(u32::try_from(codes.len())?.to_le_bytes());
        for name in chunk {
            let compressed = compressor.compress(name);
            lengths.push(u8::try_from(compressed.len())?);
            codes.extend(compressed);
        }
    }
    Ok(vec![
        (Section::NamePieces, Strings::encode(pieces)?),
        (Section::NameLengths, lengths),
        (Section::NameStarts, starts),
        (Section::NameCodes, codes),
    ])
}

#[expect(clippy::cast_possible_truncation, reason = "coordinates end at 180 degrees")]
fn hundredths(degrees: f64) -> i16 {
    (degrees * 100.0).round() as i16
}

/// Numbers for values in the order in which they first come up.
struct Numbering<T>(BTreeMap<T, u16>, Vec<T>);

impl<T: Ord + Clone> Numbering<T> {
    fn new() -> Self {
        Self(BTreeMap::new(), Vec::new())
    }

    fn number(&mut self, value: T) -> Result<u16, Box<dyn Error>> {
        if let Some(&number) = self.0.get(&value) {
            return Ok(number);
        }
        let number = u16::try_from(self.1.len())?;
        self.1.push(value.clone());
        self.0.insert(value, number);
        Ok(number)
    }
}

/// Where places lie in the political sense: region, country, time zone.
fn settings(places: &[Place], regions: &Regions, countries: &[Country]) -> Result<Sections, Box<dyn Error>> {
    let by_iso: BTreeMap<&str, &Country> = countries.iter().map(|country| (country.iso.as_str(), country)).collect();
    let (mut used_settings, mut used_regions) = (Numbering::new(), Numbering::new());
    let (mut used_countries, mut used_timezones) = (Numbering::new(), Numbering::new());
    let (mut place_settings, mut region_countries) = (Vec::new(), Vec::new());
    for place in places {
        let key = format!("{}.{}", place.country, place.region_code);
        // A code that GeoNames does not name says nothing.
        let key = if regions.contains_key(&key) { key } else { format!("{}.", place.country) };
        let region = used_regions.number(key)?;
        let country = used_countries.number(place.country.as_str())?;
        if usize::from(region) == region_countries.len() {
            region_countries.push(country);
        }
        let timezone = used_timezones.number(place.timezone.as_str())?;
        place_settings.push(used_settings.number((region, timezone))?);
    }

    let qualifiers = Qualifiers::new();
    let known = |iso: &&str| by_iso.get(*iso).copied().ok_or_else(|| format!("no country {iso}"));
    let countries: Vec<&Country> = used_countries.1.iter().map(known).collect::<Result<_, _>>()?;
    let country_designations: Vec<String> = countries.iter().map(|country| qualifiers.of_country(country)).collect();
    let region_name = |key: &String| regions.get(key).map_or("", String::as_str);
    let region_designations: Vec<String> =
        used_regions.1.iter().map(|key| qualifiers.of_region(key, region_name(key))).collect();
    let numbers = |numbers: Vec<u16>| numbers.into_iter().flat_map(u16::to_le_bytes).collect();
    Ok(vec![
        (Section::PlaceSettings, numbers(place_settings)),
        (Section::SettingRegions, numbers(used_settings.1.iter().map(|setting| setting.0).collect())),
        (Section::SettingTimezones, numbers(used_settings.1.iter().map(|setting| setting.1).collect())),
        (Section::Timezones, Strings::encode(&used_timezones.1)?),
        (Section::RegionCountries, numbers(region_countries)),
        (Section::RegionNames, Strings::encode(used_regions.1.iter().map(region_name))?),
        (Section::RegionDesignations, Strings::encode(&region_designations)?),
        (Section::CountryCodes, Strings::encode(countries.iter().map(|country| &country.iso))?),
        (Section::CountryNames, Strings::encode(countries.iter().map(|country| &country.name))?),
        (Section::CountryDesignations, Strings::encode(&country_designations)?),
    ])
}
