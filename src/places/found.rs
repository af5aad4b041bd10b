//! One result of a lookup.

use super::format::{Familiarity, Posting, STEPS_PER_DOUBLING};

/// A place and the name by which it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) place: u32,
    /// In the unit of [`Posting::score`].
    pub(super) score: u32,
    pub(super) familiarity: Familiarity,
    /// Folded.
    pub(super) name: String,
}

impl Found {
    pub(super) fn new(posting: Posting, name: String) -> Self {
        let Posting { place, score, familiarity } = posting;
        Self { place, score, familiarity, name }
    }

    pub(super) fn with_bonus(self, steps: u32) -> Self {
        Self { score: self.score + steps, ..self }
    }

    pub(super) fn with_penalty(self, steps: u32) -> Self {
        Self { score: self.score.saturating_sub(steps), ..self }
    }
}

/// What an incomplete or misspelt name subtracts from the score when it is not the place's own name: someone who types
/// `new` wants New Delhi rather than Wellington, the capital of New Zealand.
pub(super) fn familiarity_penalty(familiarity: Familiarity) -> u32 {
    match familiarity {
        Familiarity::Own => 0,
        Familiarity::Other => 6 * STEPS_PER_DOUBLING,
        Familiarity::Rare => 12 * STEPS_PER_DOUBLING,
    }
}
