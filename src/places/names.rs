//! From names to places: whole names, beginnings of names, names with a slip.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use fst::Automaton;
use fst::automaton::AlwaysMatch;
use fst::raw::{CompiledAddr, Fst, Output};

use super::alphabet::{Alphabet, NO_CODE};
use super::fold::{fold, fold_letters};
use super::format::{Kind, Posting, Section, Sections, Value, u32_at};
use super::one_edit::OneEdit;
use super::records::Records;

/// What a name's kind is worth: a place's score for a name is this times its population.
#[derive(Clone, Copy)]
pub(super) struct Weights {
    official: u64,
    shortened: u64,
    alternate: u64,
}

/// For a name that was typed whole. An alternate name wins only with 50 times the people: `Paris`
/// is not a nickname of somewhere else, but `Bombay` is Mumbai and no village. Names left short
/// stand between: `Halle` is Halle (Saale) rather than the smaller Halle in Belgium, but
/// `Frankfurt` is Frankfurt am Main, though only alternately, rather than Frankfurt (Oder).
pub(super) const WHOLE: Weights = Weights { official: 50, shortened: 10, alternate: 1 };

/// For a name that is still being typed. Most people type the official name's beginning, but one
/// who has come to `wie` means Wien, which is officially Vienna here, before Wiesbaden.
pub(super) const BEGUN: Weights = Weights { official: 5, shortened: 5, alternate: 1 };

impl Weights {
    fn of(self, kind: Kind) -> u64 {
        match kind {
            Kind::Official => self.official,
            Kind::Shortened => self.shortened,
            Kind::Alternate => self.alternate,
        }
    }

    /// A place that nobody lives in still has its name.
    fn score(self, kind: Kind, population: u32) -> u64 {
        self.of(kind) * u64::from(population.max(1))
    }

    fn highest_score(self, population: u32) -> u64 {
        self.score(Kind::Official, population)
    }
}

/// A place that answers to a name, the higher the score the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub(super) score: u64,
    pub(super) place: u32,
}

#[derive(Clone)]
pub(super) struct Names {
    records: Records,
    keys: Fst<&'static [u8]>,
    alphabet: Alphabet<'static>,
    list_items: &'static [u8],
    list_starts: &'static [u8],
    list_postings: &'static [u8],
}

impl Names {
    pub(super) fn open(sections: Sections, records: Records) -> Option<Self> {
        Some(Self {
            records,
            keys: Fst::new(sections.get(Section::Keys)).ok()?,
            alphabet: Alphabet::new(sections.get(Section::Characters), sections.get(Section::CharacterCodes)),
            list_items: sections.get(Section::ListItems),
            list_starts: sections.get(Section::ListStarts),
            list_postings: sections.get(Section::ListPostings),
        })
    }

    /// The places of this folded name, best first.
    pub(super) fn whole(&self, name: &str) -> Vec<Found> {
        let value = self.alphabet.encode(name).and_then(|key| self.keys.get(key));
        let postings = value.map_or_else(Vec::new, |value| self.postings(value.value()));
        let mut found: Vec<_> = postings.into_iter().map(|posting| self.found(posting, WHOLE)).collect();
        found.sort_unstable_by_key(|found| (Reverse(found.score), found.place));
        found
    }

    /// The places with a name that begins like this text, best first. A place comes once for each
    /// such name.
    pub(super) fn begun(&self, text: &str) -> BestFirst<'_, AlwaysMatch> {
        let mut search = BestFirst::new(self, AlwaysMatch, BEGUN);
        let (full, as_typed) = (fold(text), fold_letters(text));
        search.start_below(&full);
        if as_typed != full {
            search.start_below(&as_typed);
        }
        search
    }

    /// The places with a name that is one edit away from this folded one, best first, and also
    /// those with just this name.
    pub(super) fn one_edit_away(&self, name: &str) -> Option<BestFirst<'_, OneEdit>> {
        let codes = name.chars().map(|character| self.alphabet.code(character).unwrap_or(NO_CODE)).collect();
        let mut search = BestFirst::new(self, OneEdit::new(codes)?, WHOLE);
        search.start_below("");
        Some(search)
    }

    fn found(&self, posting: Posting, weights: Weights) -> Found {
        let score = weights.score(posting.kind, self.records.population(posting.place));
        Found { score, place: posting.place }
    }

    fn postings(&self, packed: u64) -> Vec<Posting> {
        let Value { item, alternate } = Value::unpack(packed);
        let lists_before = self.lists_before(item);
        let place = item - lists_before;
        let list = lists_before as usize;
        if list < self.lists() && u32_at(self.list_items, list) == item {
            let (start, end) = (u32_at(self.list_starts, list), u32_at(self.list_starts, list + 1));
            return (start..end).filter_map(|i| Posting::unpack(u32_at(self.list_postings, i as usize))).collect();
        }
        vec![Posting { place, kind: if alternate { Kind::Alternate } else { Kind::Official } }]
    }

    fn lists(&self) -> usize {
        self.list_items.len() / size_of::<u32>()
    }

    /// How many lists are numbered before an item.
    fn lists_before(&self, item: u32) -> u32 {
        let (mut low, mut high) = (0, self.lists());
        while low < high {
            let middle = low.midpoint(high);
            if u32_at(self.list_items, middle) < item {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        u32::try_from(low).unwrap_or(u32::MAX)
    }

    /// The most that a place can score whose value is not below this one.
    fn bound(&self, packed: u64, weights: Weights) -> u64 {
        let item = Value::unpack(packed).item;
        weights.highest_score(self.records.population(item - self.lists_before(item)))
    }
}

/// How many nodes of the keys one search may look at: several times what the widest search for
/// twenty places needs, and a few milliseconds at most where a qualifier throws nearly all away.
const MAX_NODES: u32 = 20_000;

/// Walks the keys that an automaton accepts towards the best places first.
///
/// The smallest value below a node is known at the node (`fst` moves what values have in common
/// towards the root), so the walk never enters a branch before its turn.
pub(super) struct BestFirst<'a, A: Automaton> {
    names: &'a Names,
    automaton: A,
    weights: Weights,
    /// By score; what came in first among equals.
    queue: BinaryHeap<(u64, Reverse<u32>, Step<A::State>)>,
    queued: u32,
    nodes_left: u32,
}

enum Step<S> {
    Node { address: CompiledAddr, output: Output, state: S },
    Place(u32),
}

/// Steps are told apart by what precedes them in the queue's tuples.
impl<S> Ord for Step<S> {
    fn cmp(&self, _: &Self) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
}

impl<S> PartialOrd for Step<S> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<S> PartialEq for Step<S> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<S> Eq for Step<S> {}

impl<'a, A: Automaton> BestFirst<'a, A> {
    fn new(names: &'a Names, automaton: A, weights: Weights) -> Self {
        Self { names, automaton, weights, queue: BinaryHeap::new(), queued: 0, nodes_left: MAX_NODES }
    }

    /// Adds the keys that begin with this folded text.
    fn start_below(&mut self, text: &str) {
        let Some(bytes) = self.names.alphabet.encode(text) else { return };
        let (mut node, mut output) = (self.names.keys.root(), Output::zero());
        for byte in bytes {
            let Some(input) = node.find_input(byte) else { return };
            let transition = node.transition(input);
            output = output.cat(transition.out);
            node = self.names.keys.node(transition.addr);
        }
        let (address, state) = (node.addr(), self.automaton.start());
        self.queue_node(address, output, state);
    }

    fn queue_node(&mut self, address: CompiledAddr, output: Output, state: A::State) {
        let bound = self.names.bound(output.value(), self.weights);
        self.push(bound, Step::Node { address, output, state });
    }

    fn push(&mut self, score: u64, step: Step<A::State>) {
        self.queued += 1;
        self.queue.push((score, Reverse(self.queued), step));
    }

    fn look_at(&mut self, address: CompiledAddr, output: Output, state: &A::State) {
        let names = self.names;
        let node = names.keys.node(address);
        if node.is_final() && self.automaton.is_match(state) {
            for posting in names.postings(output.cat(node.final_output()).value()) {
                let found = names.found(posting, self.weights);
                self.push(found.score, Step::Place(found.place));
            }
        }
        for transition in node.transitions() {
            let next = self.automaton.accept(state, transition.inp);
            if self.automaton.can_match(&next) {
                self.queue_node(transition.addr, output.cat(transition.out), next);
            }
        }
    }
}

impl<A: Automaton> Iterator for BestFirst<'_, A> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            match self.queue.pop()? {
                (score, _, Step::Place(place)) => return Some(Found { score, place }),
                (_, _, Step::Node { address, output, state }) => {
                    self.nodes_left = self.nodes_left.checked_sub(1)?;
                    self.look_at(address, output, &state);
                }
            }
        }
    }
}
