//! The index of names: exact, by prefix, and within a number of edits.

use fst::raw::{Fst, Output};

use super::format::{PackedLists, Posting, Section, Sections};
use super::misspelt::NearNames;
use super::prefix_search::PrefixSearch;

#[derive(Clone)]
pub(super) struct Names {
    names: Fst<&'static [u8]>,
    postings: PackedLists,
}

impl Names {
    pub(super) fn open(sections: &Sections) -> Option<Self> {
        Some(Self {
            names: Fst::new(sections.get(Section::Names)).ok()?,
            postings: PackedLists::new(sections.get(Section::Postings)),
        })
    }

    /// The places with a folded name, best first.
    pub(super) fn exact(&self, name: &str) -> impl Iterator<Item = Posting> + use<> {
        let (postings, list) = (self.postings, self.names.get(name).map(Output::value));
        list.into_iter().flat_map(move |list| postings.items(list)).map(Posting::unpack)
    }

    /// The places with a name that begins with a folded text, best first. A place appears once for each such name.
    pub(super) fn with_prefix(&self, text: &str) -> PrefixSearch<'_> {
        PrefixSearch::new(&self.names, self.postings, text)
    }

    /// The names at most `max_edits` away from a folded text, best first.
    pub(super) fn near(&self, text: &str, max_edits: u8) -> NearNames<'_> {
        NearNames::new(&self.names, self.postings, text, max_edits)
    }

    /// The places in the list that begins at `list`, best first.
    pub(super) fn listed(&self, list: u64) -> impl Iterator<Item = Posting> + use<> {
        self.postings.items(list).map(Posting::unpack)
    }
}
