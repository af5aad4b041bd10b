//! The format of the gazetteer file, for the program that reads it and the one that writes it.
//!
//! The file holds a magic number, a version and the length of each section, then the sections in the order of
//! [`Section`]. All numbers are little-endian, those of the header 32 bits wide. Everything is read in place: opening
//! the file reads only the header.

use std::fmt;

const MAGIC: [u8; 4] = *b"GAZT";
/// Incremented with every change of layout or folding, so that an older file is rejected.
const VERSION: u32 = 5;
const HEADER: usize = MAGIC.len() + size_of::<u32>() * (1 + Section::COUNT);

/// The parts of the file. Places are numbered from 0, the most populous; airports come after the populated places, in
/// the order of their codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// `i16` per place: hundredths of a degree north.
    Latitudes,
    /// `i16` per place: hundredths of a degree east.
    Longitudes,
    /// `u32` per place: inhabitants; 0 for an airport.
    Populations,
    /// `u16` per place.
    PlaceRegions,
    /// `u32` per place whose time zone is not its region's, ascending: see [`pack_timezone`].
    OtherTimezones,
    /// [`StringTable`]: the name that each place is shown under.
    PlaceNames,
    /// [`StringTable`]: the other names of each place, one per line, sorted by folded name; names that [`capitalized`]
    /// makes from the folded name are left out.
    OtherNames,
    /// Three letters per airport: its IATA code, ascending.
    AirportCodes,
    /// [`StringTable`]: IANA names.
    Timezones,
    /// `u16` per region: its country.
    RegionCountries,
    /// `u16` per region: the time zone of most of its places.
    RegionTimezones,
    /// [`StringTable`]: each region's name; empty for the region of places to which GeoNames gives none.
    RegionNames,
    /// [`StringTable`]: ISO 3166-1 alpha-2.
    CountryCodes,
    /// [`StringTable`]: English names.
    CountryNames,
    /// An [`fst::raw::Fst`] from folded names to where their list in [`Section::Postings`] begins.
    Names,
    /// `u32` per [`Posting`]: each list best first, the lists in the order of their best posting.
    Postings,
    /// An [`fst::raw::Fst`] from the folded names and codes of areas to where their list in
    /// [`Section::Areas`] begins.
    AreaNames,
    /// `u32` per [`Area`], by list.
    Areas,
}

impl Section {
    const COUNT: usize = Section::Areas as usize + 1;
}

/// One place in the list of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// The place's number.
    pub place: u32,
    /// How likely the name is to mean this place, as a logarithm to base 2 in units of 1 / [`STEPS_PER_DOUBLING`].
    pub score: u32,
    /// How commonly the place is known by the name.
    pub familiarity: Familiarity,
}

/// How commonly a place is known by a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Familiarity {
    /// Rarely: a nickname, an old name, a code.
    Rare,
    /// Commonly, though it is shown under another: a foreign name, or the name of an area that it lies in.
    Other,
    /// It is the place's own name, or a part of it.
    Own,
}

/// How finely [`Posting::score`] is graded.
pub const STEPS_PER_DOUBLING: u32 = 32;

/// In every list, the highest bit marks the last item.
const LAST: u32 = 1 << 31;
const FAMILIARITY_BITS: u32 = 2;
const PLACE_BITS: u32 = 18;
const SCORE_BITS: u32 = 11;

impl Posting {
    /// Its form in [`Section::Postings`]; `None` if a number is too large.
    #[must_use]
    pub fn pack(self) -> Option<u32> {
        let fits = self.place < 1 << PLACE_BITS && self.score < 1 << SCORE_BITS;
        let place_and_familiarity = self.place << FAMILIARITY_BITS | self.familiarity as u32;
        fits.then_some(self.score << (PLACE_BITS + FAMILIARITY_BITS) | place_and_familiarity)
    }

    pub(super) fn unpack(packed: u32) -> Self {
        let familiarity = match packed & ((1 << FAMILIARITY_BITS) - 1) {
            0 => Familiarity::Rare,
            1 => Familiarity::Other,
            _ => Familiarity::Own,
        };
        let place = packed >> FAMILIARITY_BITS & ((1 << PLACE_BITS) - 1);
        Self { place, score: packed >> (PLACE_BITS + FAMILIARITY_BITS), familiarity }
    }
}

/// An area whose name may follow the name of a place to say where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// The number of a country.
    Country(u16),
    /// The number of a first-order region.
    Region(u16),
    /// A county, an island or a landscape, by the number of its main town.
    AroundTown(u32),
}

const TIMEZONE_BITS: u32 = 14;

/// A place and its time zone as stored in [`Section::OtherTimezones`]; `None` if a number is too large.
#[must_use]
pub fn pack_timezone(place: u32, timezone: u16) -> Option<u32> {
    let fits = place < 1 << PLACE_BITS && u32::from(timezone) < 1 << TIMEZONE_BITS;
    fits.then_some(place << TIMEZONE_BITS | u32::from(timezone))
}

/// The time zone of a place, if the section lists it.
pub(super) fn other_timezone(section: &'static [u8], place: u32) -> Option<usize> {
    let packed = |bytes: &[u8; 4]| u32::from_le_bytes(*bytes);
    let others = section.as_chunks().0;
    let index = others.binary_search_by_key(&place, |bytes| packed(bytes) >> TIMEZONE_BITS).ok()?;
    usize::try_from(packed(&others[index]) & ((1 << TIMEZONE_BITS) - 1)).ok()
}

const AREA_KIND_SHIFT: u32 = 28;

impl Area {
    /// Its form in [`Section::Areas`].
    #[must_use]
    pub fn pack(self) -> u32 {
        let (kind, number) = match self {
            Self::Country(number) => (0, number.into()),
            Self::Region(number) => (1, number.into()),
            Self::AroundTown(place) => (2, place),
        };
        kind << AREA_KIND_SHIFT | number
    }

    #[expect(clippy::cast_possible_truncation, reason = "the builder packed 16 bits")]
    pub(super) fn unpack(packed: u32) -> Self {
        let number = packed & ((1 << AREA_KIND_SHIFT) - 1);
        match packed >> AREA_KIND_SHIFT {
            0 => Self::Country(number as u16),
            1 => Self::Region(number as u16),
            _ => Self::AroundTown(number),
        }
    }
}

/// Lists of packed items, each identified by where it begins.
#[derive(Clone, Copy)]
pub(super) struct PackedLists(&'static [u8]);

impl PackedLists {
    pub(super) fn new(section: &'static [u8]) -> Self {
        Self(section)
    }

    /// The first item of the list that begins here.
    pub(super) fn first(self, start: u64) -> u32 {
        usize::try_from(start).map_or(0, |start| u32_at(self.0, start) & !LAST)
    }

    /// Where the next item of the same list is, if there is one.
    pub(super) fn after(self, at: u64) -> Option<u64> {
        let item = u32_at(self.0, usize::try_from(at).ok()?);
        (item & LAST == 0).then_some(at + 1)
    }

    /// The items of the list that begins here.
    pub(super) fn items(self, start: u64) -> impl Iterator<Item = u32> {
        std::iter::successors(Some(start), move |&at| self.after(at)).map(move |at| self.first(at))
    }
}

/// Encodes lists as the bytes of a section, and returns where each list begins.
///
/// # Errors
/// If a list is empty.
pub fn encode_lists<'a>(lists: impl IntoIterator<Item = &'a [u32]>) -> Result<(Vec<u8>, Vec<u64>), UnusableGazetteer> {
    let (mut bytes, mut starts) = (Vec::new(), Vec::new());
    for list in lists {
        let (last, before) = list.split_last().ok_or(UnusableGazetteer)?;
        starts.push((bytes.len() / size_of::<u32>()) as u64);
        bytes.extend(before.iter().flat_map(|item| item.to_le_bytes()));
        bytes.extend((last | LAST).to_le_bytes());
    }
    Ok((bytes, starts))
}

/// A folded name with the first letter of every word in upper case.
#[must_use]
pub fn capitalized(folded: &str) -> String {
    let mut name = String::with_capacity(folded.len());
    for word in folded.split(' ') {
        if !name.is_empty() {
            name.push(' ');
        }
        let mut letters = word.chars();
        name.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        name.push_str(letters.as_str());
    }
    name
}

/// A file that this program cannot use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnusableGazetteer;

impl fmt::Display for UnusableGazetteer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a gazetteer of version {VERSION}")
    }
}

impl std::error::Error for UnusableGazetteer {}

/// The sections of an opened file.
#[derive(Clone)]
pub(super) struct Sections([&'static [u8]; Section::COUNT]);

impl Sections {
    pub(super) fn open(file: &'static [u8]) -> Result<Self, UnusableGazetteer> {
        let (header, mut rest) = file.split_at_checked(HEADER).ok_or(UnusableGazetteer)?;
        let numbers = header.strip_prefix(&MAGIC).ok_or(UnusableGazetteer)?;
        if u32_at(numbers, 0) != VERSION {
            return Err(UnusableGazetteer);
        }
        let mut sections = [&[][..]; Section::COUNT];
        for (i, section) in sections.iter_mut().enumerate() {
            (*section, rest) = rest.split_at_checked(u32_at(numbers, i + 1) as usize).ok_or(UnusableGazetteer)?;
        }
        if rest.is_empty() { Ok(Self(sections)) } else { Err(UnusableGazetteer) }
    }

    pub(super) fn get(&self, section: Section) -> &'static [u8] {
        self.0[section as usize]
    }

    pub(super) fn strings(&self, section: Section) -> Option<StringTable> {
        StringTable::open(self.get(section))
    }
}

/// Assembles the file from its sections, given in order.
///
/// # Errors
/// If a section is missing, out of order or too long.
pub fn assemble(sections: &[(Section, Vec<u8>)]) -> Result<Vec<u8>, UnusableGazetteer> {
    let in_order = sections.iter().enumerate().all(|(i, (section, _))| *section as usize == i);
    if !in_order || sections.len() != Section::COUNT {
        return Err(UnusableGazetteer);
    }
    let mut file = MAGIC.to_vec();
    file.extend(VERSION.to_le_bytes());
    for (_, bytes) in sections {
        file.extend(u32::try_from(bytes.len()).map_err(|_| UnusableGazetteer)?.to_le_bytes());
    }
    file.extend(sections.iter().flat_map(|(_, bytes)| bytes));
    Ok(file)
}

/// Numbered texts: the count, where each block of `TEXTS_PER_BLOCK` begins, where each text ends within its block
/// (`u16`), then the bytes.
#[derive(Clone, Copy)]
pub struct StringTable {
    blocks: &'static [u8],
    ends: &'static [u8],
    text: &'static [u8],
}

/// How many texts share a block. Ends are counted from the start of the block, so that each takes 16 bits instead of 32.
const TEXTS_PER_BLOCK: usize = 16;

impl StringTable {
    fn open(bytes: &'static [u8]) -> Option<Self> {
        let (count, rest) = bytes.split_at_checked(size_of::<u32>())?;
        let count = u32_at(count, 0) as usize;
        let (blocks, rest) = rest.split_at_checked(size_of::<u32>() * count.div_ceil(TEXTS_PER_BLOCK))?;
        let (ends, text) = rest.split_at_checked(size_of::<u16>() * count)?;
        Some(Self { blocks, ends, text })
    }

    /// The text with a number that was in range when the file was built.
    pub(super) fn get(&self, index: usize) -> &'static str {
        let block = u32_at(self.blocks, index / TEXTS_PER_BLOCK) as usize;
        let start = if index.is_multiple_of(TEXTS_PER_BLOCK) { 0 } else { u16_at(self.ends, index - 1) };
        let bytes = &self.text[block + usize::from(start)..block + usize::from(u16_at(self.ends, index))];
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// Encodes texts as the bytes of a section.
    ///
    /// # Errors
    /// If the texts exceed 4 GiB, or those of one block 64 KiB.
    pub fn encode<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Result<Vec<u8>, UnusableGazetteer> {
        let (mut blocks, mut ends, mut text, mut block) = (Vec::new(), Vec::new(), Vec::new(), 0);
        for (index, each) in texts.into_iter().enumerate() {
            if index.is_multiple_of(TEXTS_PER_BLOCK) {
                block = text.len();
                blocks.push(u32::try_from(block).map_err(|_| UnusableGazetteer)?);
            }
            text.extend(each.as_ref().as_bytes());
            ends.push(u16::try_from(text.len() - block).map_err(|_| UnusableGazetteer)?);
        }
        let count = u32::try_from(ends.len()).map_err(|_| UnusableGazetteer)?;
        let numbers = std::iter::once(count).chain(blocks).flat_map(u32::to_le_bytes);
        Ok(numbers.chain(ends.into_iter().flat_map(u16::to_le_bytes)).chain(text).collect())
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
    fn files_of_another_format_or_version_are_rejected() {
        let file = super::super::FILE;
        assert!(Sections::open(file).is_ok());
        let mut of_another_version = file[..HEADER].to_vec();
        of_another_version[MAGIC.len()] ^= 1;
        for bytes in [&[][..], b"GAZT", &file[1..], &file[..file.len() - 1], of_another_version.leak()] {
            assert_eq!(Sections::open(bytes).err(), Some(UnusableGazetteer));
        }
    }

    #[test]
    fn the_committed_file_is_whole() {
        let sections = Sections::open(super::super::FILE).unwrap();
        for section in [Section::Names, Section::AreaNames] {
            fst::raw::Fst::new(sections.get(section)).unwrap().verify().unwrap();
        }
    }
}
