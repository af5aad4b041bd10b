//! Finds the names that begin with a text, best first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use fst::raw::{CompiledAddr, Fst, Output};

use super::format::{PackedLists, Posting, STEPS_PER_DOUBLING};
use super::found::{Found, familiarity_penalty};
use super::work::WorkBudget;

/// What a name adds to the score if the prefix is its whole first word: `san` finds San Diego before Santiago.
const FIRST_WORD_BONUS: u32 = 3 * STEPS_PER_DOUBLING;

/// Walks the trie of names, the most promising branch first.
///
/// `fst` moves what values have in common towards the root, so the smallest value below a node is known at the node.
/// Lists are stored in the order of their best place, so the smallest value is also the best, and no branch is entered
/// before its turn.
pub(super) struct PrefixSearch<'a> {
    names: &'a Fst<&'static [u8]>,
    postings: PackedLists,
    /// The steps to take, each with the best score that it can lead to.
    queue: BinaryHeap<(u32, PrefixStep)>,
    /// Every byte walked so far.
    path: Vec<PathByte>,
    prefix: String,
}

/// A byte of a name after its prefix.
struct PathByte {
    value: u8,
    /// The index of the byte before it.
    before: usize,
    /// Whether the prefix is the whole first word of the name.
    prefix_is_whole_word: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum PrefixStep {
    Branch {
        output: u64,
        address: CompiledAddr,
        path: usize,
    },
    /// Of postings with equal scores, the first in the file: its name stands for more or better known places.
    Posting {
        at: Reverse<u64>,
        path: usize,
    },
}

/// The path that ends with the prefix.
const START: usize = usize::MAX;

impl<'a> PrefixSearch<'a> {
    pub(super) fn new(names: &'a Fst<&'static [u8]>, postings: PackedLists, prefix: &str) -> Self {
        let mut walk = Self { names, postings, queue: BinaryHeap::new(), path: Vec::new(), prefix: prefix.to_owned() };
        let (mut node, mut output) = (names.root(), Output::zero());
        for byte in prefix.bytes() {
            let Some(input) = node.find_input(byte) else { return walk };
            let transition = node.transition(input);
            output = output.cat(transition.out);
            node = names.node(transition.addr);
        }
        walk.push_branch(output, node.addr(), START);
        walk
    }

    fn push_branch(&mut self, output: Output, address: CompiledAddr, path: usize) {
        let best = Posting::unpack(self.postings.first(output.value())).score + self.bonus(path);
        self.queue.push((best, PrefixStep::Branch { output: output.value(), address, path }));
    }

    fn enter(&mut self, output: u64, address: CompiledAddr, mut path: usize) {
        let names = self.names;
        let (mut output, mut node) = (Output::new(output), names.node(address));
        // Most branches end in a long run without forks.
        while node.len() == 1 && !node.is_final() {
            let only = node.transition(0);
            output = output.cat(only.out);
            node = names.node(only.addr);
            path = self.step(path, only.inp);
        }
        if node.is_final() {
            self.push_posting(output.cat(node.final_output()).value(), path);
        }
        for next in node.transitions() {
            let path = self.step(path, next.inp);
            self.push_branch(output.cat(next.out), next.addr, path);
        }
    }

    /// What every name on this path adds to its score.
    fn bonus(&self, path: usize) -> u32 {
        if self.path.get(path).is_some_and(|byte| byte.prefix_is_whole_word) { FIRST_WORD_BONUS } else { 0 }
    }

    fn step(&mut self, path: usize, byte: u8) -> usize {
        let prefix_is_whole_word = self.path.get(path).map_or(byte == b' ', |before| before.prefix_is_whole_word);
        self.path.push(PathByte { value: byte, before: path, prefix_is_whole_word });
        self.path.len() - 1
    }

    /// Adds the place at `at`. A list is in the order of its scores, so its next place usually waits until this one is
    /// taken; but a less familiar name has a penalty and may fall behind the next ones, which are then added at once.
    fn push_posting(&mut self, mut at: u64, path: usize) {
        loop {
            let posting = Posting::unpack(self.postings.first(at));
            let penalty = familiarity_penalty(posting.familiarity);
            let score = (posting.score + self.bonus(path)).saturating_sub(penalty);
            self.queue.push((score, PrefixStep::Posting { at: Reverse(at), path }));
            if penalty == 0 {
                return;
            }
            match self.postings.after(at) {
                Some(next) => at = next,
                None => return,
            }
        }
    }

    /// The next best place.
    pub(super) fn next(&mut self, work: &mut WorkBudget) -> Option<Found> {
        while let Some((score, step)) = self.queue.pop() {
            if !work.take() {
                return None;
            }
            match step {
                PrefixStep::Branch { output, address, path } => self.enter(output, address, path),
                PrefixStep::Posting { at: Reverse(at), path } => {
                    let posting = Posting::unpack(self.postings.first(at));
                    if familiarity_penalty(posting.familiarity) == 0
                        && let Some(next) = self.postings.after(at)
                    {
                        self.push_posting(next, path);
                    }
                    return Some(Found { score, ..Found::new(posting, self.name(path)) });
                }
            }
        }
        None
    }

    fn name(&self, mut path: usize) -> String {
        let mut end = Vec::new();
        while let Some(&PathByte { value, before, .. }) = self.path.get(path) {
            end.push(value);
            path = before;
        }
        end.reverse();
        format!("{}{}", self.prefix, String::from_utf8_lossy(&end))
    }
}
