//! The facts about each place, by its number.

use super::fold::fold;
use super::format::{Area, Section, Sections, StringTable, capitalized, i16_at, other_timezone, u16_at, u32_at};
use crate::weather::Coordinates;

/// How far a county, an island or a landscape may reach from its main town, in kilometres.
const AROUND_KM: f64 = 75.0;

/// The number of letters in an airport's IATA code.
pub(super) const IATA_CODE_LETTERS: usize = 3;

/// Whether a character is Chinese.
fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

#[derive(Clone)]
pub(super) struct Records {
    sections: Sections,
    names: StringTable,
    other_names: StringTable,
    timezones: StringTable,
    region_names: StringTable,
    country_codes: StringTable,
    country_names: StringTable,
}

impl Records {
    pub(super) fn open(sections: &Sections) -> Option<Self> {
        Some(Self {
            sections: sections.clone(),
            names: sections.strings(Section::PlaceNames)?,
            other_names: sections.strings(Section::OtherNames)?,
            timezones: sections.strings(Section::Timezones)?,
            region_names: sections.strings(Section::RegionNames)?,
            country_codes: sections.strings(Section::CountryCodes)?,
            country_names: sections.strings(Section::CountryNames)?,
        })
    }

    pub(super) fn name(&self, place: u32) -> &'static str {
        self.names.get(place as usize)
    }

    /// The usual spelling of the folded name `key` by which a place was found; `None` if it is the name that the place
    /// is shown under.
    pub(super) fn matched_name(&self, place: u32, key: &str, typed: &str) -> Option<String> {
        if self.airport(key) == Some(place) {
            return Some(key.to_owned());
        }
        let key = fold(key);
        let letters = |folded: &str| folded.replace(' ', "");
        if letters(&fold(self.name(place))) == letters(&key) {
            return None;
        }
        let typed = typed.trim();
        // `東京`, where the table has `东京`.
        if typed.chars().all(is_han) && fold(typed) == key {
            return Some(typed.to_owned());
        }
        let plain = capitalized(&key);
        let other_names: Vec<&str> = self.other_names.get(place as usize).lines().collect();
        let index = other_names.binary_search_by(|name| fold(name).as_str().cmp(&key));
        let written = index.ok().map(|index| other_names[index]);
        let lower = typed.to_lowercase();
        let is_typed_plainly = lower == key && written.is_none_or(|written| written.to_lowercase() != lower);
        let is_code = lower.len() <= IATA_CODE_LETTERS && typed.bytes().all(|letter| letter.is_ascii_uppercase());
        Some(match written {
            _ if is_typed_plainly && is_code => typed.to_owned(),
            Some(written) if !is_typed_plainly => written.to_owned(),
            _ => plain,
        })
    }

    pub(super) fn region_name(&self, place: u32) -> Option<&'static str> {
        Some(self.name_of_region(self.region(place))).filter(|name| !name.is_empty())
    }

    pub(super) fn name_of_region(&self, region: u16) -> &'static str {
        self.region_names.get(region.into())
    }

    pub(super) fn country_code(&self, place: u32) -> &'static str {
        self.country_codes.get(self.country(place).into())
    }

    pub(super) fn country_name(&self, place: u32) -> &'static str {
        self.country_names.get(self.country(place).into())
    }

    pub(super) fn timezone(&self, place: u32) -> &'static str {
        let other = other_timezone(self.sections.get(Section::OtherTimezones), place);
        let of_region = || u16_at(self.sections.get(Section::RegionTimezones), self.region(place).into()).into();
        self.timezones.get(other.unwrap_or_else(of_region))
    }

    pub(super) fn population(&self, place: u32) -> u32 {
        u32_at(self.sections.get(Section::Populations), place as usize)
    }

    pub(super) fn coordinates(&self, place: u32) -> Coordinates {
        let place = place as usize;
        let at = |section| i16_at(self.sections.get(section), place);
        Coordinates::from_hundredths(at(Section::Latitudes), at(Section::Longitudes))
    }

    /// The number of populated places, which come before the airports.
    fn populated(&self) -> usize {
        self.sections.get(Section::Populations).len() / size_of::<u32>() - self.airport_codes().len()
    }

    /// The latitudes of the populated places.
    pub(super) fn latitudes(&self) -> &'static [u8] {
        &self.sections.get(Section::Latitudes)[..size_of::<i16>() * self.populated()]
    }

    /// The longitudes of the populated places.
    pub(super) fn longitudes(&self) -> &'static [u8] {
        &self.sections.get(Section::Longitudes)[..size_of::<i16>() * self.populated()]
    }

    fn airport_codes(&self) -> &'static [[u8; IATA_CODE_LETTERS]] {
        self.sections.get(Section::AirportCodes).as_chunks().0
    }

    /// The airport with an IATA code, given in capitals.
    pub(super) fn airport(&self, code: &str) -> Option<u32> {
        let code: [u8; IATA_CODE_LETTERS] = code.as_bytes().try_into().ok()?;
        let index = self.airport_codes().binary_search(&code).ok()?;
        u32::try_from(self.populated() + index).ok()
    }

    pub(super) fn region(&self, place: u32) -> u16 {
        u16_at(self.sections.get(Section::PlaceRegions), place as usize)
    }

    fn country(&self, place: u32) -> u16 {
        u16_at(self.sections.get(Section::RegionCountries), self.region(place).into())
    }

    /// Whether a place lies in an area, or near the area's main town if its extent is not known.
    pub(super) fn is_in(&self, place: u32, area: Area) -> bool {
        match area {
            Area::Country(country) => self.country(place) == country,
            Area::Region(region) => self.region(place) == region,
            Area::AroundTown(town) => {
                self.country(place) == self.country(town)
                    && self.coordinates(place).distance_km(self.coordinates(town)) <= AROUND_KM
            }
        }
    }
}
