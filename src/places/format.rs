//! The gazetteer's file, for the program that reads it and the one that writes it.
//!
//! Magic, version and the length of each section (32-bit little-endian numbers, as everywhere in
//! the file), then the sections in the order of [`Section`]. Everything is read where it lies:
//! opening the file looks at the header and at nothing else.

use std::fmt;

const MAGIC: [u8; 4] = *b"GAZT";
/// Counts up with every change of layout or folding, so that a file made before is refused.
const VERSION: u32 = 1;
const HEADER: usize = MAGIC.len() + size_of::<u32>() * (1 + Section::COUNT);

/// Places with fewer people are small: their populations are told by [`Section::PlacesAbove`].
pub const LARGE: u32 = 16_384;
/// How many names lie between two [`Section::NameStarts`].
pub const NAMES_PER_START: usize = 64;
/// Code in front of a byte that is none of the pieces.
pub const LITERAL: u8 = 255;

/// The parts of the file. Places are numbered from 0, the most populous; everything else in any
/// order that is not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// `i16` per place: hundredths of a degree north.
    Latitudes,
    /// `i16` per place: hundredths of a degree east.
    Longitudes,
    /// `u32` per place of at least [`LARGE`] people.
    LargePopulations,
    /// `u32` per number of people below [`LARGE`]: how many places have more. Places come by
    /// population, so that tells the population of each of the many small ones.
    PlacesAbove,
    /// `u16` per place: the number of its setting.
    PlaceSettings,
    /// [`Strings`]: the pieces that names are made of.
    NamePieces,
    /// `u8` per place: the length of its name in [`Section::NameCodes`].
    NameLengths,
    /// `u32` per [`NAMES_PER_START`] places: where the first one's name starts.
    NameStarts,
    /// Each place's name as it is shown: a byte per piece, or [`LITERAL`] and a byte as it is
    /// (FSST: Boncz, Neumann, Leis, "Fast Random Access String Compression", VLDB 2020).
    NameCodes,
    /// `u16` per setting: its region. Few pairs of region and time zone are in use, so a place
    /// carries one number for both.
    SettingRegions,
    /// `u16` per setting: its time zone.
    SettingTimezones,
    /// [`Strings`]: IANA names.
    Timezones,
    /// `u16` per region: its country.
    RegionCountries,
    /// [`Strings`]: each region's name; empty for the places that GeoNames puts in no region.
    RegionNames,
    /// [`Strings`]: everything a region is called, folded, one a line.
    RegionDesignations,
    /// [`Strings`]: ISO 3166-1 alpha-2.
    CountryCodes,
    /// [`Strings`]: English names.
    CountryNames,
    /// [`Strings`]: everything a country is called, folded, one a line.
    CountryDesignations,
    /// `u32` per character that occurs in a key, ascending.
    Characters,
    /// `u16` per character: its code ([`super::alphabet`]).
    CharacterCodes,
    /// `u32` per list: its item number ([`Value`]), ascending.
    ListItems,
    /// `u32` per list, and one more: where its postings start.
    ListStarts,
    /// `u32` per posting ([`Posting::pack`]) of those lists.
    ListPostings,
    /// An [`fst::raw::Fst`] from folded names in codes to [`Value`]s.
    Keys,
}

impl Section {
    const COUNT: usize = Section::Keys as usize + 1;
}

/// How a place comes by a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The name that it is shown under.
    Official,
    /// That name without a trailing parenthesis or the word City.
    Shortened,
    /// Any other name: in another language, of another time, a nickname.
    Alternate,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Official, Self::Shortened, Self::Alternate];
}

/// One place that a key names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Posting {
    /// The place's number.
    pub place: u32,
    /// How it comes by the name.
    pub kind: Kind,
}

const KIND_BITS: u32 = 2;

impl Posting {
    /// As it stands in [`Section::ListPostings`].
    #[must_use]
    pub fn pack(self) -> u32 {
        self.place << KIND_BITS | self.kind as u32
    }

    pub(super) fn unpack(packed: u32) -> Option<Self> {
        let kind = *Kind::ALL.get((packed & ((1 << KIND_BITS) - 1)) as usize)?;
        Some(Self { place: packed >> KIND_BITS, kind })
    }
}

/// What a key leads to.
///
/// Items are the places and the lists of places that share a name, numbered together: by the most
/// populous place that each leads to, lists before that place itself. So smaller is better, and a
/// bound on the values below a node of the keys is a bound on population.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    /// The item's number.
    pub item: u32,
    /// Whether the name is an alternate one, when the item is a place (an official one otherwise;
    /// a shortened one has a list even when it is alone).
    pub alternate: bool,
}

impl Value {
    /// As it stands among the keys.
    #[must_use]
    pub fn pack(self) -> u64 {
        u64::from(self.item) << 1 | u64::from(self.alternate)
    }

    pub(super) fn unpack(packed: u64) -> Self {
        Self { item: u32::try_from(packed >> 1).unwrap_or(u32::MAX), alternate: packed & 1 == 1 }
    }
}

/// A file that this program cannot use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unusable;

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a gazetteer of version {VERSION}")
    }
}

impl std::error::Error for Unusable {}

/// The sections of an opened file.
#[derive(Clone)]
pub(super) struct Sections([&'static [u8]; Section::COUNT]);

impl Sections {
    pub(super) fn open(file: &'static [u8]) -> Result<Self, Unusable> {
        let (header, mut rest) = file.split_at_checked(HEADER).ok_or(Unusable)?;
        let numbers = header.strip_prefix(&MAGIC).ok_or(Unusable)?;
        if u32_at(numbers, 0) != VERSION {
            return Err(Unusable);
        }
        let mut sections = [&[][..]; Section::COUNT];
        for (i, section) in sections.iter_mut().enumerate() {
            (*section, rest) = rest.split_at_checked(u32_at(numbers, i + 1) as usize).ok_or(Unusable)?;
        }
        if rest.is_empty() { Ok(Self(sections)) } else { Err(Unusable) }
    }

    pub(super) fn get(&self, section: Section) -> &'static [u8] {
        self.0[section as usize]
    }

    pub(super) fn strings(&self, section: Section) -> Option<Strings> {
        Strings::open(self.get(section))
    }
}

/// Makes a file of sections that are given in order.
///
/// # Errors
/// Sections out of order, one missing, or one too long.
pub fn assemble(sections: &[(Section, Vec<u8>)]) -> Result<Vec<u8>, Unusable> {
    let in_order = sections.iter().enumerate().all(|(i, (section, _))| *section as usize == i);
    if !in_order || sections.len() != Section::COUNT {
        return Err(Unusable);
    }
    let mut file = MAGIC.to_vec();
    file.extend(VERSION.to_le_bytes());
    for (_, bytes) in sections {
        file.extend(u32::try_from(bytes.len()).map_err(|_| Unusable)?.to_le_bytes());
    }
    file.extend(sections.iter().flat_map(|(_, bytes)| bytes));
    Ok(file)
}

/// Numbered texts: how many, where each starts and the last one ends, then the bytes.
#[derive(Clone, Copy)]
pub struct Strings {
    starts: &'static [u8],
    text: &'static [u8],
}

impl Strings {
    fn open(bytes: &'static [u8]) -> Option<Self> {
        let (count, rest) = bytes.split_at_checked(size_of::<u32>())?;
        let (starts, text) = rest.split_at_checked(size_of::<u32>() * (u32_at(count, 0) as usize + 1))?;
        Some(Self { starts, text })
    }

    /// The text of a number that was in range when the file was made.
    pub(super) fn get(&self, index: usize) -> &'static str {
        std::str::from_utf8(self.bytes(index)).unwrap_or_default()
    }

    pub(super) fn bytes(&self, index: usize) -> &'static [u8] {
        &self.text[u32_at(self.starts, index) as usize..u32_at(self.starts, index + 1) as usize]
    }

    /// The bytes of a section that holds these texts.
    ///
    /// # Errors
    /// More than 4 GiB of text.
    pub fn encode<T: AsRef<[u8]>>(texts: impl IntoIterator<Item = T>) -> Result<Vec<u8>, Unusable> {
        let (mut starts, mut text) = (vec![0], Vec::new());
        for each in texts {
            text.extend(each.as_ref());
            starts.push(u32::try_from(text.len()).map_err(|_| Unusable)?);
        }
        let count = u32::try_from(starts.len() - 1).map_err(|_| Unusable)?;
        let numbers = std::iter::once(count).chain(starts);
        Ok(numbers.flat_map(u32::to_le_bytes).chain(text).collect())
    }
}

pub(super) fn u16_at(bytes: &[u8], index: usize) -> u16 {
    u16::from_le_bytes([bytes[2 * index], bytes[2 * index + 1]])
}

pub(super) fn i16_at(bytes: &[u8], index: usize) -> i16 {
    u16_at(bytes, index).cast_signed()
}

pub(super) fn u32_at(bytes: &[u8], index: usize) -> u32 {
    let at = 4 * index;
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_no_gazetteer_of_this_version() {
        let file = super::super::FILE;
        assert!(Sections::open(file).is_ok());
        let mut of_another_version = file[..HEADER].to_vec();
        of_another_version[MAGIC.len()] ^= 1;
        for bytes in [&[][..], b"GAZT", &file[1..], &file[..file.len() - 1], of_another_version.leak()] {
            assert_eq!(Sections::open(bytes).err(), Some(Unusable));
        }
    }

    #[test]
    fn the_committed_file_is_whole_and_of_bearable_size() {
        let sections = Sections::open(super::super::FILE).unwrap();
        fst::raw::Fst::new(sections.get(Section::Keys)).unwrap().verify().unwrap();
        assert!(super::super::FILE.len() <= 10_000_000);
    }
}
