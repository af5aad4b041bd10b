//! How the characters of keys are written among the keys.
//!
//! The most frequent ones take one byte, the others two: in UTF-8 most of the world's scripts would
//! take two or three, and the keys half as much space again.

use super::format::{u16_at, u32_at};

/// Bytes from here on are the first of two.
pub const FIRST_LEAD: u8 = 0xe6;

/// A character's code: one byte, or the first of two times 256 and the second.
pub type Code = u16;

/// The codes of all characters that occur in a key.
#[derive(Clone, Copy)]
pub struct Alphabet<'a> {
    /// `u32` each, ascending.
    characters: &'a [u8],
    /// `u16` each.
    codes: &'a [u8],
}

impl<'a> Alphabet<'a> {
    /// From the bytes of [`super::format::Section::Characters`] and `CharacterCodes`.
    #[must_use]
    pub fn new(characters: &'a [u8], codes: &'a [u8]) -> Self {
        Self { characters, codes }
    }

    /// `None` for a character that occurs in no key.
    #[must_use]
    pub fn code(&self, character: char) -> Option<Code> {
        let (mut low, mut high) = (0, self.codes.len() / size_of::<Code>());
        while low < high {
            let middle = low.midpoint(high);
            match u32_at(self.characters, middle).cmp(&u32::from(character)) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(u16_at(self.codes, middle)),
            }
        }
        None
    }

    /// The bytes of a folded name; `None` when one of its characters occurs in no key.
    #[must_use]
    pub fn encode(&self, folded: &str) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(folded.len());
        for character in folded.chars() {
            match self.code(character)?.to_be_bytes() {
                [0, only] => bytes.push(only),
                both => bytes.extend(both),
            }
        }
        Some(bytes)
    }
}
