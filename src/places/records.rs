//! What the gazetteer knows of each place, by its number.

use super::Place;
use super::format::{LARGE, LITERAL, NAMES_PER_START, Section, Sections, Strings, i16_at, u16_at, u32_at};
use crate::weather::Coordinates;

#[derive(Clone)]
pub(super) struct Records {
    sections: Sections,
    name_pieces: Strings,
    timezones: Strings,
    region_names: Strings,
    region_designations: Strings,
    country_codes: Strings,
    country_names: Strings,
    country_designations: Strings,
}

impl Records {
    pub(super) fn open(sections: &Sections) -> Option<Self> {
        Some(Self {
            sections: sections.clone(),
            name_pieces: sections.strings(Section::NamePieces)?,
            timezones: sections.strings(Section::Timezones)?,
            region_names: sections.strings(Section::RegionNames)?,
            region_designations: sections.strings(Section::RegionDesignations)?,
            country_codes: sections.strings(Section::CountryCodes)?,
            country_names: sections.strings(Section::CountryNames)?,
            country_designations: sections.strings(Section::CountryDesignations)?,
        })
    }

    pub(super) fn place(&self, place: u32) -> Place {
        let region = self.region(place);
        let country = self.country(region);
        let region_name = self.region_names.get(region);
        let timezone = u16_at(self.sections.get(Section::SettingTimezones), self.setting(place));
        Place {
            id: place,
            name: self.name(place),
            region: (!region_name.is_empty()).then_some(region_name),
            country: self.country_codes.get(country),
            country_name: self.country_names.get(country),
            coordinates: self.coordinates(place),
            timezone: self.timezones.get(timezone.into()),
            population: self.population(place),
        }
    }

    pub(super) fn name(&self, place: u32) -> String {
        let place = place as usize;
        let lengths = self.sections.get(Section::NameLengths);
        let chunk = place / NAMES_PER_START;
        let before: usize = lengths[chunk * NAMES_PER_START..place].iter().map(|&length| usize::from(length)).sum();
        let start = u32_at(self.sections.get(Section::NameStarts), chunk) as usize + before;
        let mut codes = self.sections.get(Section::NameCodes)[start..start + usize::from(lengths[place])].iter();

        let mut name = Vec::new();
        while let Some(&code) = codes.next() {
            match code {
                LITERAL => name.extend(codes.next()),
                piece => name.extend(self.name_pieces.bytes(piece.into())),
            }
        }
        String::from_utf8(name).unwrap_or_default()
    }

    pub(super) fn population(&self, place: u32) -> u32 {
        let large = self.sections.get(Section::LargePopulations);
        if (place as usize) < large.len() / size_of::<u32>() {
            return u32_at(large, place as usize);
        }
        let places_above = self.sections.get(Section::PlacesAbove);
        let (mut low, mut high) = (0, LARGE);
        while low < high {
            let people = low.midpoint(high);
            if u32_at(places_above, people as usize) > place {
                low = people + 1;
            } else {
                high = people;
            }
        }
        low
    }

    pub(super) fn coordinates(&self, place: u32) -> Coordinates {
        let place = place as usize;
        Coordinates::from_hundredths(i16_at(self.latitudes(), place), i16_at(self.longitudes(), place))
    }

    pub(super) fn latitudes(&self) -> &'static [u8] {
        self.sections.get(Section::Latitudes)
    }

    pub(super) fn longitudes(&self) -> &'static [u8] {
        self.sections.get(Section::Longitudes)
    }

    fn setting(&self, place: u32) -> usize {
        u16_at(self.sections.get(Section::PlaceSettings), place as usize).into()
    }

    pub(super) fn region(&self, place: u32) -> usize {
        u16_at(self.sections.get(Section::SettingRegions), self.setting(place)).into()
    }

    fn country(&self, region: usize) -> usize {
        u16_at(self.sections.get(Section::RegionCountries), region).into()
    }

    /// Whether each of the folded qualifiers is made of nothing but names and codes of the place's
    /// region and country. With `open_ended`, the last of them may stop within one.
    pub(super) fn lies_in(&self, place: u32, qualifiers: &[String], open_ended: bool) -> bool {
        let region = self.region(place);
        let regions = self.region_designations.get(region);
        let countries = self.country_designations.get(self.country(region));
        qualifiers
            .iter()
            .enumerate()
            .all(|(i, qualifier)| is_made_of(qualifier, [regions, countries], open_ended && i + 1 == qualifiers.len()))
    }
}

fn is_made_of(text: &str, designations: [&str; 2], open_ended: bool) -> bool {
    designations.iter().flat_map(|lines| lines.lines()).any(|designation| match text.strip_prefix(designation) {
        Some("") => true,
        Some(rest) => rest.strip_prefix(' ').is_some_and(|rest| is_made_of(rest, designations, open_ended)),
        None => open_ended && designation.starts_with(text),
    })
}
